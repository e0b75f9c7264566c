"""The lines that a change wrote and what the tests ran in; how much of each function that it touches ran, out.

Only bodies count: the `def` and its decorators run when the module is imported, test or no test. Data that was made before the
commit of HEAD says nothing about a change, even where every line of it still fits.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from readiness.libraries.evidence.coverage_reading import Measured, did_run, join, state_of
from readiness.libraries.evidence.coverage_totals import executable, stretches, targets
from readiness.model import CoverageOfChange, CoverageState, Project, Route, Scope, Span
from readiness.model.summary import Function, Summary

TARGET = 90.0
"""Percent of the statements that a change writes, where the configuration names none: new code is cheaper to test than old."""
GAPS = 20
"""Stretches of statements that did not run that are named for one place."""

Pair = tuple[int, int]
"""First and last line of a statement."""


def changes(project: Project, measured: Sequence[Measured]) -> Iterator[CoverageOfChange]:
    """One fact for each function of the service in whose body the change wrote a statement, and one for each file where it wrote
    some outside of functions."""
    touched = [path for path in project.paths(Scope.SERVICE) if project.touched(path)]
    if not touched:
        return
    every = join(project, list(measured))
    fresh = join(project, [each for each in measured if not each.early])
    routes: dict[tuple[str, int], list[Route]] = {}
    for route in project.each(Route):
        routes.setdefault((route.span.path, route.span.line), []).append(route)
    target = targets(project).changes or TARGET
    for path in touched:
        summary = project.summary(path)
        if summary is None:
            continue
        joined = fresh if path in fresh.source else every
        state = state_of(path, joined)
        if state is CoverageState.MEASURED and joined is not fresh:
            state = CoverageState.STALE
        lines = joined.lines.get(path, 0) if state is CoverageState.MEASURED else 0
        for index, pairs in _places(summary, project.touched(path)):
            definition = summary.definitions[index] if index >= 0 else None
            answered = routes.get((path, definition.line), []) if definition is not None else []
            ran = [did_run(lines, first, last) for first, last in pairs]
            yield CoverageOfChange(
                span=Span(path, pairs[0][0]),
                symbol=project.symbol(path, index),
                scope=Scope.SERVICE,
                name=definition.qualname.replace("<locals>.", "") if definition is not None else "",
                routes=tuple(dict.fromkeys(f"{each.method} {each.path}" for each in answered)),
                state=state,
                executed=sum(ran),
                total=len(pairs),
                gaps=_gaps(pairs, ran) if state is CoverageState.MEASURED else (),
                source=joined.source.get(path, "") or joined.first,
                target=target,
            )


def _gaps(pairs: list[Pair], ran: list[bool]) -> tuple[Pair, ...]:
    return tuple((first, last) for _, first, last in stretches(pairs, ran))[:GAPS]


def _places(summary: Summary, written: Sequence[Pair]) -> Iterator[tuple[int, list[Pair]]]:
    """The index of each outermost function, -1 for what stands outside, with the statements of it that the change wrote."""
    heads = {line for each in summary.definitions for line in range(each.first_line, each.line + 1)}
    functions = _outermost(summary)
    found: dict[int, list[Pair]] = {}
    firsts = [first for first, _ in written]
    for pair in executable(summary):
        at = bisect_right(firsts, pair[1]) - 1
        if pair[0] in heads or at < 0 or written[at][1] < pair[0]:
            continue
        around = bisect_right(functions, (pair[0], len(summary.definitions))) - 1
        inside = around >= 0 and pair[0] <= functions[around][2]
        found.setdefault(functions[around][1] if inside else -1, []).append(pair)
    yield from sorted(found.items(), key=lambda each: each[1][0])


def _outermost(summary: Summary) -> list[tuple[int, int, int]]:
    """First line of the body, index and last line of each function that stands in no other one, in order."""
    found: list[tuple[int, int, int]] = []
    for index, each in sorted(enumerate(summary.definitions), key=lambda each: each[1].line):
        if isinstance(each, Function) and not (found and each.line <= found[-1][2]):
            found.append((each.body_line, index, each.end_line))
    return found
