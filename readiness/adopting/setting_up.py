"""A project in; the files that it needs to use readiness, written or only proposed, and what to type next, out."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

from readiness import __version__, config, git
from readiness.adopting import proposals, workflows
from readiness.adopting.evidence import run_of
from readiness.adopting.examination import folder_of, scanned
from readiness.adopting.pipelines import HOOKS, OTHERS, Pipelines, pipelines
from readiness.adopting.placing import placed
from readiness.comparing import baseline
from readiness.errors import ReadinessError
from readiness.model.diagnosis import Placing, SetUp, SetUpFile, Snippet, Step
from readiness.model.report import Report
from readiness.reporters.wording import count
from readiness.scan import Inputs, Progress, ScanOptions

STRICTER = ("major", "critical")
"""What the gate may begin with, where today's code lets it; the default follows."""
GITHUB = "GitHub Actions"
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}", re.ASCII)
_HOSTS = {GITHUB: "github.com", "GitLab CI": "gitlab.com"}

Gate = Callable[[Report, str], bool]
"""Whether a report passes a gate of a severity."""


def set_up(
    path: str, options: ScanOptions, gate: Gate, *, dry: bool, hook: bool = False, progress: Progress | None = None
) -> SetUp:
    """Look at the project and write what it lacks, a hook too if asked. Raises ReadinessError for what the user can mend."""
    root = folder_of(path)
    inputs, report = scanned(path, options, progress)
    if not report.files:
        raise ReadinessError(f"there is no code in {path} that readiness reads; name the folder of a backend")
    found = pipelines(inputs.listing)
    workflow, snippets = _pipeline(root, inputs, report, found)
    wanted = (_settings(root, inputs, report, gate), workflow, _hook(root, found) if hook else None)
    files = [placed(root, each, dry=dry) for each in wanted if each is not None]
    if found.hooks and HOOKS not in found.running:
        snippets.append(workflows.hook(HOOKS, __version__))
    return SetUp(
        root=root.name or str(root),
        files=tuple(files),
        snippets=tuple(snippets),
        steps=tuple(_steps(path, root, inputs, report, files)),
    )


def _settings(root: Path, inputs: Inputs, report: Report, gate: Gate) -> SetUpFile:
    name = config.OWN_FILE
    if inputs.config.source:
        reason = (
            "it is there already" if inputs.config.source == name else f"{inputs.config.source} has [tool.readiness]"
        )
        return SetUpFile(path=name, placing=Placing.LEFT, reason=reason)
    known = _with_baseline(root, inputs, report)
    strict = next((severity for severity in STRICTER if gate(known, severity)), "")
    text = proposals.settings(report, inputs.listing, strict)
    if not text:
        return SetUpFile(path=name, placing=Placing.NEEDLESS, reason="the defaults are right for what was found")
    return SetUpFile(path=name, placing=Placing.PROPOSED, text=text)


def _with_baseline(root: Path, inputs: Inputs, report: Report) -> Report:
    place = baseline.place_of(root, inputs.config.baseline, None)
    return baseline.applied(baseline.read(place), report, place.name) if place.exists() else report


def _pipeline(root: Path, inputs: Inputs, report: Report, found: Pipelines) -> tuple[SetUpFile | None, list[Snippet]]:
    """The workflow where the project is on GitHub, else the lines for the pipeline that it has."""
    running = [path for path in found.running if path != HOOKS]
    name = workflows.WORKFLOW
    if running:
        return SetUpFile(path=running[0], placing=Placing.LEFT, reason="readiness runs there already"), []
    hosts = _hosts(root)
    if not (root / ".github").is_dir() and GITHUB not in found.names and GITHUB not in hosts:
        other = next((each for each in (*found.names, *hosts)), "")
        path = next((path for path, name in OTHERS.items() if name == other and path in found.files), "")
        return None, [workflows.pipeline(other, path, __version__)]
    if _inner(root):
        reason = "GitHub reads workflows at the root of the repository only; run readiness init there"
        return SetUpFile(path=name, placing=Placing.LEFT, reason=reason), []
    text = workflows.github(__version__, _branch(root), run_of(report, inputs.listing))
    return SetUpFile(path=name, placing=Placing.PROPOSED, text=text), []


def _hook(root: Path, found: Pipelines) -> SetUpFile:
    """A configuration of pre-commit; one that is there gets its lines shown and is left."""
    if found.hooks:
        reason = "readiness runs there already" if HOOKS in found.running else "it is there already"
        return SetUpFile(path=HOOKS, placing=Placing.LEFT, reason=reason)
    if _inner(root):
        reason = "git runs hooks at the root of the repository; run readiness init --hook there"
        return SetUpFile(path=HOOKS, placing=Placing.LEFT, reason=reason)
    return SetUpFile(path=HOOKS, placing=Placing.PROPOSED, text=workflows.hooks(__version__))


def _hosts(root: Path) -> list[str]:
    """Whose pipelines the remotes of the repository have. Their addresses can hold secrets and are not shown."""
    try:
        remotes = git.run(root, "config", "--get-regexp", r"^remote\..*\.url$").decode("utf-8", "replace")
    except git.GitError:
        return []
    return [name for name, host in _HOSTS.items() if re.search(rf"[\s/@]{re.escape(host)}[:/]", remotes) is not None]


def _inner(root: Path) -> bool:
    """The folder lies below the root of its repository."""
    try:
        return bool(git.run(root, "rev-parse", "--show-prefix").strip())
    except git.GitError:
        return False


def _branch(root: Path) -> str:
    """The main branch: what the remote calls so, else the usual ones, else the current one."""
    usual = next((name for name in ("main", "master") if _has(root, name)), "")
    for name in (
        _answer(root, "rev-parse", "--abbrev-ref", "origin/HEAD"),
        usual,
        _answer(root, "symbolic-ref", "--short", "HEAD"),
    ):
        plain = name.removeprefix("origin/")
        if _BRANCH.fullmatch(plain) and plain != "HEAD":
            return plain
    return "main"


def _answer(root: Path, *arguments: str) -> str:
    try:
        return git.run(root, *arguments).decode("utf-8", "replace").strip()
    except git.GitError:
        return ""


def _has(root: Path, name: str) -> bool:
    try:
        return bool(git.commit(root, f"refs/heads/{name}"))
    except git.GitError:
        return False


def _steps(path: str, root: Path, inputs: Inputs, report: Report, files: list[SetUpFile]) -> Iterator[Step]:
    """What to type next."""
    where = "" if os.path.normpath(path) == "." else f" {shlex.quote(path)}"
    if any(each.placing is Placing.PROPOSED for each in files):
        yield Step(f"readiness init{where}", "writes what is shown above")
    yield Step(f"readiness check{where}", "what fails, and the repairs that are worth most")
    yield Step(f"readiness doctor{where}", "what would leave the analysis incomplete")
    failures = sum(entry.count for entry in baseline.of(report).findings)
    place = baseline.place_of(root, inputs.config.baseline, None)
    made = [each.path for each in files if each.placing in (Placing.WRITTEN, Placing.PROPOSED)]
    if failures and not place.exists():
        why = f"accepts today's {count(failures, 'failure')}: only new ones fail"
        yield Step(f"readiness baseline create{where}", why)
        made.append(place.relative_to(root).as_posix())
    if made:
        folder = f" -C {shlex.quote(path)}" if where else ""
        yield Step(f"git{folder} add {' '.join(map(shlex.quote, made))}", "")
    if HOOKS in made:
        yield Step("pre-commit install", "once in each clone: from then on each commit is judged")
