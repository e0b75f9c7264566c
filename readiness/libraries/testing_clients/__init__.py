"""Routes and test files in; which test reaches which route, out.

A request of a test client is followed through fixtures, base classes and helpers to its method and address, and the address is
matched with the paths and names of the routes.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.testing_clients.expectations import Expectations
from readiness.libraries.testing_clients.matching import Routes
from readiness.libraries.testing_clients.requests import Request, Requests
from readiness.libraries.testing_clients.route_names import HOLE, RouteName
from readiness.libraries.testing_clients.vocabulary import SPECIFICATION
from readiness.model import (
    EndpointTest,
    EndpointTestKind,
    Library,
    Project,
    Resolution,
    Route,
    Scope,
    SymbolKind,
    UnresolvedRequest,
)
from readiness.model.summary import Member, Name

library = Library(__name__, stage="joined", provides=(EndpointTest, UnresolvedRequest))

Reached = EndpointTest | UnresolvedRequest


@library.recognises
def recognise(project: Project) -> Iterator[Reached]:
    """One `EndpointTest` for each test function, route and what it expects, one `UnresolvedRequest` for each request whose address
    stays open."""
    routes = [route for route in project.each(Route) if route.scope is not Scope.TEST]
    if not routes or not project.paths(Scope.TEST):
        return
    yield from _Reader(project, routes).all()


class _Reader:
    """Puts requests, direct calls and suites made from a specification together."""

    def __init__(self, project: Project, routes: list[Route]) -> None:
        self._project = project
        self._routes = Routes(routes)
        self._sent = Requests(project)
        self._expectations = Expectations(project, self._sent.fixtures)
        self._told: set[tuple[str, str, str, str, tuple[int, ...], bool]] = set()

    def all(self) -> Iterator[Reached]:
        """Every fact, requests first."""
        requests = list(self._sent.each())
        for request in requests:
            self._expectations.note(request.path, request.index)
        for request in requests:
            yield from self._of_request(request)
        yield from self._direct()
        yield from self._specified()

    def _of_request(self, request: Request) -> Iterator[Reached]:
        found = self._routes.match(request.method, request.address)
        for route in found.routes:
            yield from self._told_once(request.path, request.index, route, EndpointTestKind.REQUEST, Resolution.EXACT)
        for route in found.possible:
            yield from self._told_once(
                request.path, request.index, route, EndpointTestKind.REQUEST, Resolution.UNRESOLVED
            )
        if found.routes or found.possible or not request.sure:
            return
        text = request.address if isinstance(request.address, str) else request.address.name
        if isinstance(request.address, RouteName):
            if self._routes.knows(request.address):
                return
        elif HOLE not in text or not self._routes.may_reach(request.method, text):
            return
        call = self._call(request.path, request.index)
        yield UnresolvedRequest(
            span=self._project.span(request.path, request.index),
            symbol=self._project.symbol(request.path, call),
            scope=Scope.TEST,
            resolution=Resolution.UNRESOLVED,
            method=request.method,
            pattern=text.replace(HOLE, "*"),
        )

    def _call(self, path: str, index: int) -> int:
        """The definition that a call stands in."""
        summary = self._project.summary(path)
        return summary.calls[index].scope if summary is not None else -1

    def _told_once(
        self, path: str, index: int, route: Route, kind: EndpointTestKind, resolution: Resolution
    ) -> Iterator[EndpointTest]:
        scope = self._call(path, index)
        test = self._project.symbol(path, scope)
        accepted = self._expectations.of(path, index)
        key = (test, route.method, route.path, f"{route.handler} {resolution}", accepted.statuses, accepted.away)
        if key in self._told:
            return
        self._told.add(key)
        yield EndpointTest(
            span=self._project.span(path, index),
            symbol=test,
            scope=Scope.TEST,
            resolution=resolution,
            route=route,
            kind=kind,
            test=test,
            statuses=accepted.statuses,
            checked=not accepted.vague,
            sent_to_login=accepted.away,
        )

    def _direct(self) -> Iterator[EndpointTest]:
        """Tests that call the function of a route, or the view made of a class of one."""
        handlers: dict[str, list[Route]] = {}
        views: dict[str, list[Route]] = {}
        for route in self._routes.all:
            handlers.setdefault(route.handler, []).append(route)
            if route.view:
                views.setdefault(route.view, []).append(route)
        names = {handler.rpartition(".")[2].rpartition("::")[2] for handler in handlers}
        classes = {view.rpartition(".")[2].rpartition("::")[2] for view in views}
        asked = names | {"as_view"} if classes else names
        for path in self._project.paths(Scope.TEST):
            summary = self._project.summary(path)
            if summary is None:
                continue
            for index in self._project.calls_to(path, asked):
                call = summary.calls[index]
                callee = call.callee
                if not isinstance(callee, Name):
                    continue
                before, _, last = callee.dotted.rpartition(".")
                if last == "as_view" and before.rpartition(".")[2] in classes:
                    symbol = self._project.resolve(path, before, call.scope, call.line)
                    for route in views.get(symbol.name, ()) if symbol.kind is SymbolKind.CLASS else ():
                        yield from self._told_once(path, index, route, EndpointTestKind.DIRECT, Resolution.INFERRED)
                elif last in names:
                    for name in self._called(path, index, before, last):
                        for route in handlers.get(name, ()):
                            yield from self._told_once(path, index, route, EndpointTestKind.DIRECT, Resolution.EXACT)

    def _called(self, path: str, index: int, before: str, last: str) -> list[str]:
        """The functions that a test calls; a method may be one of an object that a fixture gives: `views.show()`."""
        target = self._project.callee(path, index)
        if target.kind is SymbolKind.FUNCTION:
            return [target.name]
        if not before or "." in before:
            return []
        kinds = self._sent.fixtures.objects(path, self._call(path, index), before)
        members = [self._project.member(each, last) for each in kinds]
        return [each.name for each in members if each.kind is SymbolKind.FUNCTION]

    def _specified(self) -> Iterator[EndpointTest]:
        """Suites that schemathesis makes from the specification send requests to every operation in it."""
        for path in self._project.imports(*SPECIFICATION, scopes=(Scope.TEST,)):
            summary = self._project.summary(path)
            for index, call in enumerate(summary.calls if summary is not None else ()):
                last = (
                    call.callee.name
                    if isinstance(call.callee, Member)
                    else call.callee.dotted.rpartition(".")[2]
                    if isinstance(call.callee, Name)
                    else ""
                )
                target = self._project.callee(path, index) if last.startswith("from_") else None
                if (
                    target is not None
                    and target.kind is SymbolKind.EXTERNAL
                    and target.name.startswith("schemathesis.")
                ):
                    for route in self._routes.all:
                        if route.in_schema:
                            yield from self._told_once(
                                path, index, route, EndpointTestKind.SPECIFICATION, Resolution.INFERRED
                            )
                    return
