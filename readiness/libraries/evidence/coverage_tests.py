"""Coverage data with contexts and routes in, the tests that ran each handler out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from readiness.artifacts.coverage_contexts import Ran, read_contexts, test_of
from readiness.artifacts.coverage_lines import CoverageDataError
from readiness.libraries.evidence.coverage_reading import Measured, did_run
from readiness.libraries.testing_clients.statuses import Accepted, Statuses
from readiness.model import EndpointTest, EndpointTestKind, Project, Resolution, Route, Scope, Span
from readiness.model.summary import Function

MOST = 200
"""Tests of one handler that are told."""


def tests_by_context(
    project: Project, measured: Iterable[Measured], bodies: dict[Route, list[tuple[int, int]]]
) -> Iterator[EndpointTest]:
    """One fact for each test in whose context a statement of the handler's body ran. `bodies` holds the first and last lines of
    these statements."""
    tests = _Tests(project)
    shared: dict[str, int] = {}
    for route in bodies:
        shared[route.handler] = shared.get(route.handler, 0) + 1
    for each in measured:
        ran = _contexts(project, each, {route.span.path for route in bodies})
        for route, statements in bodies.items():
            told: set[str] = set()
            for context, lines in sorted(ran.get(route.span.path, {}).items()):
                name = test_of(context)
                if name in told or len(told) >= MOST or not any(did_run(lines, *pair) for pair in statements):
                    continue
                told.add(name)
                yield tests.fact(route, name, each.path, alone=shared[route.handler] == 1)


def _contexts(project: Project, measured: Measured, paths: set[str]) -> dict[str, Ran]:
    """By path; a file whose text is not the one that was measured says nothing."""
    content = project.content(measured.path)
    wanted = {name: path for name, path in measured.names.items() if path in paths and path not in measured.drifted}
    if content is None or not wanted:
        return {}
    try:
        found = read_contexts(content, wanted.keys())
    except CoverageDataError:
        return {}  # the same file was read a moment ago: what is wrong with it has been told
    joined: dict[str, Ran] = {}
    for name, ran in found.items():
        here = joined.setdefault(wanted[name], {})
        for context, lines in ran.items():
            here[context] = here.get(context, 0) | lines
    return joined


class _Tests:
    """Finds the functions that contexts are named after."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.statuses = Statuses(project)
        self.known: dict[str, tuple[str, Span, Accepted] | None] = {}

    def fact(self, route: Route, name: str, source: str, *, alone: bool) -> EndpointTest:
        """The fact. A handler of several operations does not tell which of them was asked for."""
        if name not in self.known:
            self.known[name] = self._find(name)
        symbol, span, accepted = self.known[name] or (name, Span(source, 1), Accepted())
        return EndpointTest(
            span=span,
            symbol=symbol,
            scope=Scope.TEST,
            resolution=Resolution.EXACT if alone else Resolution.INFERRED,
            route=route,
            kind=EndpointTestKind.RAN,
            test=symbol,
            statuses=accepted.statuses,
            checked=not accepted.vague,
        )

    def _find(self, name: str) -> tuple[str, Span, Accepted] | None:
        place = next((found for each in _symbols(self.project, name) if (found := self.project.find(each))), None)
        summary = self.project.summary(place[0]) if place is not None else None
        if place is None or summary is None:
            return None
        path, index = place
        definition = summary.definitions[index]
        if not isinstance(definition, Function):
            return None
        accepted = self.statuses.accepted(path, definition.first_line, definition.end_line)
        return self.project.symbol(path, index), Span(path, definition.line, definition.column), accepted


def _symbols(project: Project, name: str) -> Iterator[str]:
    """What the project may call the test: pytest-cov names its file, coverage.py a module, of which the end may be a class."""
    if "::" in name:
        path, *rest = name.split("::")
        if path in project.files:
            yield f"{project.module(path)}::{'.'.join(rest)}"
        return
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        yield f"{'.'.join(parts[:length])}::{'.'.join(parts[length:])}"
