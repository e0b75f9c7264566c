"""What `readiness check` costs beside its peers: folders in; times, memory and the shares of its stages out, with their spread.

    python benchmarks/compare.py PATH... [--runs 5] [--without semgrep,pylint] [--json FILE] [--markdown FILE]

Each folder is copied first, since a file of it is changed. In every round each tool runs once, begun with another one each time:
readiness without a cache, again unchanged, again with one file changed; bandit, ruff (S rules, no cache), and semgrep and pylint
where they are installed beside this interpreter or on the path. semgrep needs rules that lie on this machine: `--semgrep-rules`.
A ratio is taken within a round; the median of all rounds stands first, the least and the most behind it.
"""

import argparse
import contextlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from measuring import Figures, Share, Spread, check, machine, measure, readiness, stages, warm_up

COLD, UNCHANGED, CHANGED = "readiness, cold", "readiness, unchanged", "readiness, one file changed"
STATES = (COLD, UNCHANGED, CHANGED)
BARE, VERSION, HELP = "python -c pass", "readiness --version", "readiness --help"
PEERS = ("bandit", "ruff", "semgrep", "pylint")
STARTS = 5
"""Starts in a round: they are short, and the spread of a single one is large."""
ADAPTERS = ("ruff", "bandit")
"""Stages of readiness in which other programs run for it."""
CHANGE = "\n\ndef changed_in_round_{}(rows):\n    return [row for row in rows if row]\n"


@dataclass
class Table:
    """What was measured of one folder."""

    name: str
    commit: str
    files: int = 0
    lines: int = 0
    figures: dict[str, list[Figures]] = field(default_factory=dict)
    """By tool or state, one a round."""
    shares: dict[str, list[dict[str, Share]]] = field(default_factory=dict)
    """By state, the stages of each round."""
    failed: dict[str, str] = field(default_factory=dict)
    """Tools that gave no figure, with the reason."""


def peers(folder: Path, without: Sequence[str], rules: Path | None) -> dict[str, list[str]]:
    """The command of each other tool that is there."""
    target = str(folder)
    commands = {
        "bandit": ["-q", "-r", target, "-f", "json", "--exit-zero"],
        "ruff": [
            "check",
            "--isolated",
            "--no-cache",
            "--select",
            "S",
            "--exit-zero",
            "--output-format",
            "json",
            target,
        ],
        "semgrep": [
            "scan",
            "--quiet",
            "--metrics",
            "off",
            "--disable-version-check",
            "--json",
            "--config",
            str(rules),
            target,
        ],
        "pylint": ["--rcfile", "/dev/null", "--recursive", "y", "--exit-zero", "--output-format", "json", target],
    }
    found = {}
    for name, arguments in commands.items():
        place = program(name)
        if place and name not in without and not (name == "semgrep" and rules is None):
            found[name] = [place, *arguments]
    return found


def changed_file(folder: Path) -> Path:
    """The file that is changed: of the Python files outside of tests, the one of middle size."""
    found = sorted(
        (path.stat().st_size, str(path))
        for path in folder.rglob("*.py")
        if path.is_file() and not path.is_symlink() and "test" not in path.relative_to(folder).as_posix()
    )
    if not found:
        raise SystemExit(f"{folder.name} holds no Python file to change; name the folder of a backend")
    return Path(found[len(found) // 2][1])


def round_of_readiness(folder: Path, table: Table, number: int, patience: float) -> None:
    """The three states, one after the other, with a cache of their own."""
    target = changed_file(folder)
    with tempfile.TemporaryDirectory() as cache, restored(target):
        environment = {"READINESS_CACHE_DIR": cache}
        profile = Path(cache) / "profile.json"
        for state in STATES:
            if state == CHANGED:
                with target.open("a", encoding="utf-8") as stream:
                    stream.write(CHANGE.format(number))
            profile.unlink(missing_ok=True)
            if keep(table, state, measure(check(folder, profile), environment, patience), (0,)):
                table.shares.setdefault(state, []).append(stages(profile))
                if state == UNCHANGED and "recognise" in table.shares[state][-1]:
                    say("the stored report was not used: is the engine being edited, or did the date change?")
                if state == COLD:
                    counts = json.loads(profile.read_text())["counts"]
                    table.files, table.lines = counts["files"], counts["lines"]


@contextlib.contextmanager
def restored(file: Path) -> Iterator[None]:
    """Put the content of a file back."""
    content = file.read_bytes()
    try:
        yield
    finally:
        file.write_bytes(content)


def keep(table: Table, name: str, figures: Figures, wanted: Sequence[int]) -> bool:
    """Keep the figures of a run that did its work."""
    if figures.code is None:
        table.failed[name] = f"stopped after {figures.wall:.0f} s"
    elif figures.code not in wanted:
        table.failed[name] = f"ended with code {figures.code}"
    else:
        table.figures.setdefault(name, []).append(figures)
        return True
    return False


def starts(table: Table) -> None:
    """The bare interpreter, `--version` and `--help`, turn by turn."""
    commands = {
        BARE: [sys.executable, "-c", "pass"],
        VERSION: [*readiness(), "--version"],
        HELP: [*readiness(), "--help"],
    }
    for _ in range(STARTS):
        for name, command in commands.items():
            keep(table, name, measure(command), (0,))


def compared(path: Path, arguments: argparse.Namespace) -> Table:
    """Measure one folder."""
    table = Table(path.resolve().name, commit_of(path))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / table.name
        shutil.copytree(path, folder, symlinks=True)
        others = peers(folder, arguments.without.split(","), arguments.semgrep_rules)
        for number in range(arguments.runs):
            names = ["readiness", *others]
            turn = number % len(names)
            for name in names[turn:] + names[:turn]:
                say(f"{table.name}: round {number + 1} of {arguments.runs}, {name}")
                if name == "readiness":
                    round_of_readiness(folder, table, number, arguments.patience)
                elif name not in table.failed:
                    keep(table, name, measure(others[name], None, arguments.patience), (0,))
            starts(table)
    return table


def commit_of(path: Path) -> str:
    """The first figures of HEAD, empty outside git."""
    done = subprocess.run(
        ["git", "-C", str(path), "rev-parse", "--short=10", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 and (path / ".git").exists() else ""


def ratios(table: Table, name: str) -> Spread | None:
    """How many times the wall time of a cold run, round by round."""
    pairs = list(zip(table.figures.get(name, ()), table.figures.get(COLD, ()), strict=False))
    return Spread.of([other.wall / cold.wall for other, cold in pairs]) if pairs else None


def told(table: Table) -> Iterator[str]:
    """One folder in Markdown."""
    yield f"### {table.name}{f' at {table.commit}' if table.commit else ''}: {table.lines:,} lines in {table.files:,} files\n"
    yield "| | wall s | processor s | peak MiB, all processes | times readiness, cold |"
    yield "|---|---:|---:|---:|---:|"
    for name, figures in table.figures.items():
        if name in (BARE, VERSION, HELP):
            continue
        wall, cpu, memory = (Spread.of([getattr(each, what) for each in figures]) for what in ("wall", "cpu", "memory"))
        ratio = ratios(table, name)
        times = ratio.told("{:.3g}") if ratio and name != COLD else ""
        yield f"| {name} | {wall.told()} | {cpu.told()} | {memory.told('{:.0f}', 2**-20)} | {times} |"
    for name, reason in table.failed.items():
        yield f"| {name} | {reason} | | | |"
    yield ""
    yield from told_starts(table)
    yield from told_shares(table)


def told_starts(table: Table) -> Iterator[str]:
    """What a start costs over the bare interpreter's, of which each is held against the one just before it."""
    bare = table.figures.get(BARE, [])
    for name in (VERSION, HELP):
        pairs = list(zip(table.figures.get(name, ()), bare, strict=False))
        if pairs:
            over = Spread.of([1000 * (each.wall - other.wall) for each, other in pairs])
            yield f"`{name}`: {over.told('{:.0f}')} ms over the bare interpreter.  "
    yield ""


def told_shares(table: Table) -> Iterator[str]:
    """The stages of each state: medians of wall and processor seconds."""
    names = list(dict.fromkeys(name for rounds in table.shares.values() for each in rounds for name in each))
    if not names:
        return
    yield (
        "| stage | "
        + " | ".join(f"{state.removeprefix('readiness, ')}: wall s | share | processor s" for state in STATES)
        + " |"
    )
    yield "|---|" + "---:|" * 3 * len(STATES)
    for name in names:
        yield f"| {name} |" + "".join(_cells(table.shares.get(state, []), name) for state in STATES)
    cold = table.shares.get(COLD, [])
    if cold:
        adapters = [sum(each[name].cpu for name in ADAPTERS if name in each) for each in cold]
        yield f"\nOther tools that a cold run calls ({', '.join(ADAPTERS)}): {Spread.of(adapters).told()} processor s of it.\n"


def _cells(rounds: Sequence[dict[str, Share]], name: str) -> str:
    found = [(each[name], sum(share.wall for share in each.values())) for each in rounds if name in each]
    if not found:
        return " | | |"
    wall = Spread.of([share.wall for share, _ in found]).middle
    part = Spread.of([share.wall / whole for share, whole in found if whole]).middle
    return f" {wall:.3f} | {part:.1%} | {Spread.of([share.cpu for share, _ in found]).middle:.3f} |"


def overview(tables: Sequence[Table]) -> Iterator[str]:
    """All folders in one table: the figures that have a target."""
    others = list(
        dict.fromkeys(name for table in tables for name in table.figures if name not in (*STATES, BARE, VERSION, HELP))
    )
    yield "| backend | lines | cold s | unchanged s | one changed s | peak MiB |" + "".join(
        f" {name}, times |" for name in others
    )
    yield "|---|" + "---:|" * (5 + len(others))
    for table in tables:
        cells = []
        for state in STATES:
            figures = table.figures.get(state)
            cells.append(Spread.of([each.wall for each in figures]).told() if figures else "failed")
        memory = [each.memory for state in STATES for each in table.figures.get(state, ())]
        cells.append(f"{max(memory, default=0) / 2**20:.0f}")
        for name in others:
            ratio = ratios(table, name)
            cells.append(ratio.told("{:.3g}") if ratio else table.failed.get(name, ""))
        yield f"| {table.name} | {table.lines:,} | " + " | ".join(cells) + " |"
    yield ""


def versions() -> dict[str, str]:
    """The versions of all that can be measured, as they say themselves."""
    found = {}
    for name in ("readiness", *PEERS):
        place = program(name)
        if place:
            done = subprocess.run([place, "--version"], capture_output=True, text=True, check=False)
            number = re.search(r"\d+(\.\d+)+", done.stdout)
            found[name] = number[0] if number else "?"
    return found


def program(name: str) -> str | None:
    """Where a tool lies: beside this interpreter, else on the path."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--without", default="", metavar="TOOLS", help="tools to leave out, separated by commas")
    parser.add_argument("--semgrep-rules", type=Path, help="a file or folder of rules; without it semgrep is left out")
    parser.add_argument(
        "--patience", type=float, default=900.0, metavar="S", help="seconds after which a tool is stopped"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="every figure of every round")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="the tables, which are printed as well")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error("--runs: at least 1")
    for path in arguments.paths:
        if not path.is_dir():
            parser.error(f"there is no folder {path}; name the folder of a backend")
    where = machine()
    warm_up()
    tables = [compared(path, arguments) for path in arguments.paths]
    facts = {
        **where,
        "versions": ", ".join(f"{name} {number}" for name, number in versions().items()),
        "rounds": str(arguments.runs),
    }
    lines = [*(f"- {name}: {value}" for name, value in facts.items()), "", *overview(tables)]
    lines += [line for table in tables for line in told(table)]
    text = "\n".join(lines) + "\n"
    print(text)
    if arguments.markdown:
        arguments.markdown.write_text(text, encoding="utf-8")
    if arguments.json:
        arguments.json.write_text(
            json.dumps({"machine": facts, "backends": [asdict(table) for table in tables]}, indent=1) + "\n"
        )


if __name__ == "__main__":
    main()
