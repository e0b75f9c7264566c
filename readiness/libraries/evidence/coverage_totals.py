"""What the tests ran in; how much of each project's service code that is, out, by our own count of statements.

The count is made from the code, not from the report: a file that the report leaves out counts with all its statements, and one
that a pragma takes out of the measurement counts as not run.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from readiness.config import TargetSettings, config_in
from readiness.errors import ReadinessError
from readiness.libraries.evidence.coverage_reading import Joined, did_run, project_of, state_of
from readiness.model import CoverageState, CoverageTotal, FileCoverage, Project, Scope, Span
from readiness.model.summary import Function, Summary

TARGET = 80.0
"""Percent of the statements, where the configuration names no target."""

GAPS = 5
"""Stretches of statements that did not run that are named for a file."""


def totals(project: Project, joined: Joined) -> Iterator[CoverageTotal]:
    """One total for each project of the scan that has code of a service."""
    folders: dict[str, list[FileCoverage]] = {}
    for path in project.paths(Scope.SERVICE):
        summary = project.summary(path)
        found = _file(path, summary, joined) if summary is not None else None
        if found is not None:
            folders.setdefault(project_of(path, joined.manifests), []).append(found)
    target = targets(project).coverage or TARGET
    for folder, files in sorted(folders.items()):
        sources = [joined.source[file.path] for file in files if file.path in joined.source]
        manifest = f"{folder}/pyproject.toml" if folder else "pyproject.toml"
        place = manifest if manifest in project.files else files[0].path
        yield CoverageTotal(
            span=Span(place, 1),
            symbol=place,
            scope=Scope.SERVICE,
            folder=folder,
            files=tuple(files),
            source=max(sorted(set(sources)), key=sources.count, default=""),
            target=target,
        )


def _file(path: str, summary: Summary, joined: Joined) -> FileCoverage | None:
    """How much of a file ran; nothing for one without a statement."""
    pairs = executable(summary)
    if not pairs:
        return None
    state = state_of(path, joined)
    if state is not CoverageState.MEASURED:
        return FileCoverage(path, state, 0, len(pairs))
    lines = joined.lines[path]
    ran = [did_run(lines, first, last) for first, last in pairs]
    return FileCoverage(path, state, sum(ran), len(pairs), _longest(pairs, ran))


def executable(summary: Summary) -> list[tuple[int, int]]:
    """First and last lines of the statements that a test can run: not those for type checkers, nor bodies that are only a `...`."""
    left_out = {each.line for each in summary.imports if each.typing_only}
    pairs = [
        (first, last)
        for first, last in zip(summary.statements[0::2], summary.statements[1::2], strict=True)
        if first not in left_out
    ]
    stubs = [each for each in summary.definitions if isinstance(each, Function) and each.stub]
    if not stubs:
        return pairs
    firsts = [first for first, _ in pairs]
    without: set[int] = set()
    for stub in stubs:
        if stub.body_line > stub.line:
            without.update(range(bisect_left(firsts, stub.body_line), bisect_right(firsts, stub.end_line)))
    return [pair for number, pair in enumerate(pairs) if number not in without]


def _longest(pairs: list[tuple[int, int]], ran: list[bool]) -> tuple[tuple[int, int], ...]:
    """The longest stretches that did not run."""
    sized = sorted((-count, first, last) for count, first, last in stretches(pairs, ran))
    return tuple((first, last) for _, first, last in sized[:GAPS])


def stretches(pairs: list[tuple[int, int]], ran: list[bool]) -> Iterator[tuple[int, int, int]]:
    """Statements in a row that did not run: how many, the first line, the last line."""
    count = 0
    for number, did in enumerate([*ran, True]):
        if not did:
            count += 1
        elif count:
            yield count, pairs[number - count][0], pairs[number - 1][1]
            count = 0


def targets(project: Project) -> TargetSettings:
    """What the settings of the project want; a scan does not begin with settings that cannot be read."""
    try:
        return config_in(project.text).targets
    except ReadinessError:
        return TargetSettings()
