"""Routes and the files of coverage data in; how much of each handler's body, and of each project, the tests ran, out."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evidence.coverage_changes import changes
from readiness.libraries.evidence.coverage_reading import Joined, Measured, did_run, join, read, state_of
from readiness.libraries.evidence.coverage_tests import tests_by_context
from readiness.libraries.evidence.coverage_totals import totals
from readiness.model import (
    CoverageOf,
    CoverageOfChange,
    CoverageState,
    CoverageTotal,
    EndpointTest,
    Evidence,
    Library,
    Project,
    Route,
    Scope,
)
from readiness.model.summary import Function

library = Library(
    __name__, stage="joined", provides=(CoverageOf, CoverageOfChange, CoverageTotal, EndpointTest, Evidence)
)

PRAGMA = re.compile(r"(?i:pragma)[:\s]?\s*(?i:no)\s*(?i:cover)\b")
"""What excludes a statement from measurement by default (coverage.py 7.17, `DEFAULT_EXCLUDE`)."""

_HEADER_GOES_ON = re.compile(r"\s*(?:[)\]}:]|->)")
"""Starts of a line on which the header ends and the body begins: coverage.py counts such a line as the header's."""


class _Code(Struct, frozen=True):
    """One file as its routes ask for it."""

    functions: dict[int, Function]
    """By the line of the `def`."""
    pairs: list[tuple[int, int]]
    """First and last line of each statement, in order."""
    firsts: tuple[int, ...]
    """The first lines of `pairs`."""
    pragmas: list[int]
    """Lines of comments that exclude, in order."""
    lines: list[str]


@library.recognises
def recognise(project: Project) -> Iterator[Evidence | CoverageOf | CoverageOfChange | CoverageTotal | EndpointTest]:
    """One `Evidence` for each coverage file, one `CoverageTotal` for each project, then one `CoverageOf` for each route of the
    service that a function of it answers, as there is no other body to run, and one `EndpointTest` for each test that ran it,
    where the data says which did. Of a change under review one `CoverageOfChange` for each function that it touches."""
    measured = []
    for path in project.evidence("coverage"):
        found = read(project, path)
        yield found.fact if isinstance(found, Measured) else found
        if isinstance(found, Measured):
            measured.append(found)
    joined = join(project, measured)
    yield from totals(project, joined)
    yield from changes(project, measured)
    codes: dict[str, _Code | None] = {}
    bodies: dict[Route, list[tuple[int, int]]] = {}
    for route in project.each(Route):
        if route.scope is Scope.SERVICE:
            path = route.span.path
            if path not in codes:
                codes[path] = _code(project, path)
            code = codes[path]
            handler = code.functions.get(route.span.line) if code is not None else None
            if code is not None and handler is not None:
                bodies[route] = _body(code, handler)
                yield _coverage_of(route, code, handler, joined)
    yield from tests_by_context(project, measured, bodies)


def _code(project: Project, path: str) -> _Code | None:
    summary = project.summary(path)
    if summary is None:
        return None
    functions: dict[int, Function] = {}
    for definition in summary.definitions:
        if isinstance(definition, Function):
            functions.setdefault(definition.line, definition)
    return _Code(
        functions,
        list(zip(summary.statements[0::2], summary.statements[1::2], strict=True)),
        summary.statements[0::2],
        sorted(each.line for each in summary.comments if PRAGMA.search(each.text)),
        (project.text(path) or "").splitlines(),
    )


def _coverage_of(route: Route, code: _Code, handler: Function, joined: Joined) -> CoverageOf:
    path = route.span.path
    body = _body(code, handler)
    excluded = _excluded(code, handler)
    state = state_of(path, joined)
    if state is CoverageState.MEASURED and not _apart(code, handler, body):
        state = CoverageState.AMBIGUOUS
    executed = 0
    if state is CoverageState.MEASURED and not excluded:
        lines = joined.lines[path]
        executed = sum(did_run(lines, first, last) for first, last in body)
    return CoverageOf(
        span=route.span,
        symbol=route.symbol,
        scope=route.scope,
        resolution=route.resolution,
        route=route,
        state=state,
        executed=executed,
        total=len(body),
        excluded=excluded,
        source=joined.source.get(path, "") or (joined.first if state is CoverageState.ABSENT else ""),
    )


def _apart(code: _Code, handler: Function, body: list[tuple[int, int]]) -> bool:
    """The body has statements, and none of them shares a line with the `def`."""
    if not body or body[0][0] <= _header_end(code, handler):
        return False
    return body[0][0] > len(code.lines) or not _HEADER_GOES_ON.match(code.lines[body[0][0] - 1])


def _header_end(code: _Code, handler: Function) -> int:
    """The last line of the `def`, where its parameters end."""
    own = bisect_left(code.firsts, handler.line)
    return code.pairs[own][1] if own < len(code.pairs) and code.firsts[own] == handler.line else handler.line


def _body(code: _Code, handler: Function) -> list[tuple[int, int]]:
    """First and last line of every statement of the body, nested functions included."""
    own = bisect_left(code.firsts, handler.line)
    start = bisect_left(code.firsts, handler.body_line)
    if own < len(code.firsts) and code.firsts[own] == handler.line:
        start = max(start, own + 1)
    return code.pairs[start : bisect_right(code.firsts, handler.end_line)]


def _excluded(code: _Code, handler: Function) -> bool:
    """A pragma stands on a decorator or in the header, which takes the whole function out of the measurement."""
    place = bisect_left(code.pragmas, handler.first_line)
    return place < len(code.pragmas) and code.pragmas[place] <= _header_end(code, handler)
