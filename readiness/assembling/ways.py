"""An operation as a user names it in, its way through the code out: what runs before it, what it asks for, where it fails, and the
tests that go that way."""

import re
from collections.abc import Iterable, Iterator, Sequence

from readiness.assembling.endpoints import key_of, operations, tests_of
from readiness.model import (
    ErrorResponse,
    ExceptionHandler,
    Fact,
    Finding,
    OutboundCall,
    Project,
    Query,
    Read,
    Route,
    Span,
    Symbol,
    SymbolKind,
    Verdict,
)
from readiness.model.inventory import Endpoint, EndpointStep, EndpointWay
from readiness.model.summary import Function
from readiness.services import Services

DEPTH = 4
"""Calls between the handler and what is shown."""
WAYS = 20
"""Operations that one name may mean."""
PARAMETER = re.compile(r"\{[^{}]*\}|<[^<>]*>|:\w+")


def ways(
    project: Project, services: Services, inventory: Sequence[Endpoint], findings: Iterable[Finding], wanted: str
) -> tuple[EndpointWay, ...]:
    """The ways of the operations that `wanted` names: `GET /orders/{id}`, `/orders/{id}` for all its methods, or a handler."""
    failing: dict[tuple[str, int], set[str]] = {}
    for each in findings:
        if each.verdict is Verdict.FAILS:
            failing.setdefault((each.span.path, each.span.line), set()).add(each.rule)
    reader = _Ways(project, failing)
    found = [
        EndpointWay(endpoint, tuple(reader.steps(route)), reader.rules(route.span))
        for route, endpoint in zip(operations(project, services), inventory, strict=True)
        if fits(wanted, endpoint)
    ]
    return tuple(found[:WAYS])


def fits(wanted: str, endpoint: Endpoint) -> bool:
    """Whether a user may call the operation so; the names of a path's parameters are no part of it."""
    method, _, path = wanted.strip().rpartition(" ")
    method = method.strip().upper()
    if method not in ("", endpoint.method) and endpoint.method != "ANY":
        return False
    if _plain(endpoint.path) == _plain(path):
        return True
    handler = endpoint.handler.replace("::", ".")
    return not method and f".{handler}".endswith(f".{path.replace('::', '.')}")


def _plain(path: str) -> str:
    """The path with every parameter alike, whatever it is called."""
    return PARAMETER.sub("{}", path).rstrip("/") or "/"


class _Ways:
    """Facts by the function they stand in."""

    def __init__(self, project: Project, failing: dict[tuple[str, int], set[str]]) -> None:
        self.project = project
        self.failing = failing
        self.tests = tests_of(project)
        self.by_symbol: dict[str, list[tuple[str, Fact, str]]] = {}
        for kind, fact, text in self._facts():
            self.by_symbol.setdefault(fact.symbol.partition(".<locals>")[0], []).append((kind, fact, text))

    def _facts(self) -> Iterator[tuple[str, Fact, str]]:
        queried = set()
        for query in self.project.each(Query):
            queried.add((query.span.path, query.span.line))
            values = ", values passed beside the text" if query.parameters else ""
            yield "query", query, f"{query.statement or 'SQL'} through {query.api}{values}"
        for read in self.project.each(Read):
            if (read.span.path, read.span.line) not in queried:
                yield "read", read, f"rows of {read.model}: {read.how}" if read.model else f"rows: {read.how}"
        for call in self.project.each(OutboundCall):
            yield "call", call, f"{call.api}: {call.how}"
        for clause in self.project.each(ExceptionHandler):
            types = ", ".join(clause.types) or "everything"
            yield "failure", clause, f"{types} caught{_ending(clause)}"
        for answer in self.project.each(ErrorResponse):
            status = f" {answer.status}" if answer.status else ""
            shown = f", shows {answer.exposes}" if answer.exposes else ""
            yield "answer", answer, f"{answer.answer or 'an answer'}{status}{shown}"

    def steps(self, route: Route) -> Iterator[EndpointStep]:
        """What happens, in the order of a request: what runs first, then by distance from the handler, then its tests."""
        reached: dict[str, Symbol] = {}
        for name in route.dependencies:
            place = self.project.find(name)
            span = self._definition(*place) if place is not None else None
            yield EndpointStep("dependency", name, span, rules=self.rules(span))
            self._reach(name, reached)
        self._reach(route.handler, reached)
        for symbol in reached.values():
            for kind, fact, text in self.by_symbol.get(symbol.name, ()):
                yield EndpointStep(kind, text, fact.span, symbol.name, self.rules(fact.span))
        for test in self.tests.get(key_of(route), ()):
            statuses = f" expects {', '.join(map(str, test.statuses))}" if test.statuses else ""
            unchecked = "" if test.checked else ", asserts nothing"
            yield EndpointStep("test", f"{test.test}{statuses}{unchecked}", test.span)

    def _reach(self, name: str, reached: dict[str, Symbol]) -> None:
        for start in self._functions(name):
            for each in self.project.reached_from(start, DEPTH):
                reached.setdefault(each.name, each)

    def _functions(self, name: str) -> Iterator[Symbol]:
        """The function of that name; of a class what making and calling its object runs."""
        place = self.project.find(name)
        if place is None:
            return
        path, index = place
        summary = self.project.summary(path)
        if summary is None or not 0 <= index < len(summary.definitions):
            return
        if isinstance(summary.definitions[index], Function):
            yield Symbol(SymbolKind.FUNCTION, name, path, index)
            return
        for member in ("__init__", "__call__"):
            found = self.project.member(Symbol(SymbolKind.CLASS, name, path, index), member)
            if found.kind is SymbolKind.FUNCTION:
                yield found

    def _definition(self, path: str, index: int) -> Span | None:
        summary = self.project.summary(path)
        if summary is None or not 0 <= index < len(summary.definitions):
            return None
        definition = summary.definitions[index]
        return Span(path, definition.line, definition.column)

    def rules(self, span: Span | None) -> tuple[str, ...]:
        """The rules with a failing finding on that line."""
        return tuple(sorted(self.failing.get((span.path, span.line), ()))) if span is not None else ()


def _ending(clause: ExceptionHandler) -> str:
    """What becomes of a failure."""
    done = [
        word
        for word, holds in (("logged", clause.logs), ("raised again", clause.raises), ("left silent", clause.quiet))
        if holds
    ]
    if clause.default and not done:
        done = [f"answered by {clause.default}"]
    return f", {' and '.join(done)}" if done else ""
