"""How the cost of a scan grows: sizes in; times and memory of invented backends of these sizes out, as a table and a picture.

    python benchmarks/growth.py --sizes 10k,50k,200k,1M,10M [--runs 3] [--svg docs/growth.svg] [--json FILE] [--markdown FILE]

All backends are written first (ten million lines: 400 MB, 80,000 files), then measured in turn, round by round: cold,
unchanged, one file changed. The dashed line is what cost in proportion to the lines would be, from the middle size on.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from chart import BLUE, GREEN, GREY, ORANGE, PURPLE, Panel, Series, picture
from compare import CHANGED, COLD, STATES, UNCHANGED, Table, round_of_readiness, say, versions
from generate import FRAMEWORKS, SERVICE_LINES, backend, write
from measuring import Spread, machine, warm_up

SUFFIXES = {"k": 10**3, "M": 10**6}


def size(text: str) -> int:
    """`200k`, `1M`, `50000`."""
    return int(float(text[:-1]) * SUFFIXES[text[-1]]) if text[-1:] in SUFFIXES else int(text)


def spread(table: Table, state: str, what: str) -> Spread | None:
    """The figures of one kind in one state, None where no run did its work."""
    figures = table.figures.get(state)
    return Spread.of([getattr(each, what) for each in figures]) if figures else None


def told(tables: Sequence[Table]) -> Iterator[str]:
    """A line a size; ms are of processors. What a thousand lines more cost leaves out what every run costs, however small."""
    yield "| lines | files | cold s | processor s | ms a 1000 lines | ms a 1000 more | unchanged s | one changed s | peak MiB |"
    yield "|" + "---:|" * 9
    before: Table | None = None
    for table in tables:
        cells = [f"{table.lines:,}", f"{table.files:,}"]
        cpu = spread(table, COLD, "cpu")
        earlier = spread(before, COLD, "cpu") if before else None
        cells += [
            _cell(spread(table, COLD, "wall")),
            _cell(cpu),
            f"{1e6 * cpu.middle / table.lines:.1f}" if cpu else "",
        ]
        more = table.lines - before.lines if before else 0
        cells.append(f"{1e6 * (cpu.middle - earlier.middle) / more:.1f}" if cpu and earlier and more else "")
        cells += [_cell(spread(table, state, "wall")) for state in (UNCHANGED, CHANGED)]
        memory = [each.memory for state in STATES for each in table.figures.get(state, ())]
        cells.append(f"{max(memory, default=0) / 2**20:.0f}")
        yield "| " + " | ".join(cells) + " |"
        yield from (f"| {name}: {reason} |" + " |" * 8 for name, reason in table.failed.items())
        before = table


def _cell(figures: Spread | None) -> str:
    return figures.told() if figures else "failed"


def drawn(tables: Sequence[Table], note: str) -> str:
    """Times and memory over the sizes."""

    def series(name: str, color: str, state: str, what: str, scale: float = 1.0) -> Series:
        points = []
        for table in tables:
            found = spread(table, state, what)
            if found is not None:
                points.append((table.lines, Spread(found.middle * scale, found.least * scale, found.most * scale)))
        return Series(name, points, color)

    cpu = series("cold, processors", BLUE, COLD, "cpu")
    lines, middle = cpu.points[len(cpu.points) // 2]
    straight = [(at, Spread.of([middle.middle * at / lines])) for at, _ in cpu.points]
    times = (
        cpu,
        series("cold, wall", ORANGE, COLD, "wall"),
        series("one file changed", GREEN, CHANGED, "wall"),
        series("unchanged", PURPLE, UNCHANGED, "wall"),
        Series("in proportion", straight, GREY, dashed=True),
    )
    memory = (series("cold", ORANGE, COLD, "memory", 2**-20), series("unchanged", PURPLE, UNCHANGED, "memory", 2**-20))
    return picture([Panel("Time of a scan", "s", times), Panel("Peak memory, all processes", "MiB", memory)], note)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10k,50k,200k", help="lines, separated by commas")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--framework", choices=FRAMEWORKS, action="append", help="repeatable; all without any")
    parser.add_argument(
        "--service-lines", type=int, default=SERVICE_LINES, help="lines of a service before another begins"
    )
    parser.add_argument(
        "--patience", type=float, default=3600.0, metavar="S", help="seconds after which a run is stopped"
    )
    parser.add_argument(
        "--folder", type=Path, help="where to write the backends for the time; the system's temporary folder"
    )
    parser.add_argument("--svg", type=Path, metavar="FILE")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--markdown", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    sizes = [size(each) for each in arguments.sizes.split(",")]
    facts = {**machine(), "readiness": versions().get("readiness", ""), "rounds": str(arguments.runs)}
    warm_up()
    tables = []
    with tempfile.TemporaryDirectory(dir=arguments.folder) as place:
        for lines in sizes:
            folder = Path(place) / f"lines-{lines}"
            frameworks = tuple(arguments.framework or FRAMEWORKS)
            files, written = write(
                folder,
                backend(lines, seed=arguments.seed, frameworks=frameworks, service_lines=arguments.service_lines),
            )
            say(f"wrote {written:,} lines in {files:,} files")
            tables.append(Table(folder.name, "", files, written))
        for number in range(arguments.runs):
            for table in tables:
                say(f"{table.lines:,} lines: round {number + 1} of {arguments.runs}")
                round_of_readiness(Path(place) / table.name, table, number, arguments.patience)
    text = "\n".join([*(f"- {name}: {value}" for name, value in facts.items()), "", *told(tables)]) + "\n"
    print(text)
    if arguments.markdown:
        arguments.markdown.write_text(text, encoding="utf-8")
    if arguments.json:
        arguments.json.write_text(
            json.dumps({"machine": facts, "sizes": [asdict(table) for table in tables]}, indent=1) + "\n"
        )
    if arguments.svg and any(COLD in table.figures for table in tables):
        about = f"readiness {facts['readiness']}, {facts['python']}, {facts['processor']}, {arguments.runs} rounds"
        arguments.svg.write_text(drawn(tables, about), encoding="utf-8")


if __name__ == "__main__":
    main()
