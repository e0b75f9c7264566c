"""Routes in, one `ResponseType` and one `ResponseContent` a data route out: what says its shape, and which fields it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.libraries.inputs.contents import Contents
from readiness.libraries.inputs.declarations import Declaration, Declarations, Says
from readiness.libraries.inputs.fields import ClassFields
from readiness.libraries.inputs.returns import Returned, Returns
from readiness.libraries.inputs.schemas import Schemas
from readiness.libraries.inputs.vocabulary import TYPING_FRAMEWORKS
from readiness.libraries.values.expressions import keyword, tail
from readiness.model import (
    Library,
    Project,
    Resolution,
    ResponseContent,
    ResponseKind,
    ResponseType,
    Route,
    Scope,
    Symbol,
    SymbolKind,
)
from readiness.model.summary import Call, CallRef, Class, Constant, Function, Summary

library = Library(__name__, stage="joined", provides=[ResponseType, ResponseContent])

REST = "Django REST framework"
DECLARING = frozenset(
    {
        "FastAPI",
        "Litestar",
        "django-ninja",
        "Django Ninja",
        REST,
        "Flask-RESTX",
        "Flask-RESTPlus",
        "Flask-RESTful",
        "flask-smorest",
    }
)
"""Frameworks that have a place to declare what an answer holds."""
PROBES = frozenset(
    {
        "health",
        "healthz",
        "live",
        "livez",
        "ready",
        "readyz",
        "ping",
        "metrics",
        "status",
        "heartbeat",
        "healthcheck",
        "health-check",
        "openapi.json",
        "robots.txt",
        "favicon.ico",
        "version",
    }
)
MEDIUM = re.compile(
    r"image/|audio/|video/|font/|text/(?!plain)|application/(?:pdf|zip|gzip|octet-stream|vnd\.(?!api\+json))"
)
"""Media types whose content no schema describes."""
HEADERS = ("headers[]", ".mimetype", ".content_type", ".media_type")
DOCUMENTING = frozenset(
    {
        "extend_schema",
        "swagger_auto_schema",
        "extend_schema_view",
        "response",
        "output",
        "validate_response",
        "document_response",
        "marshal_with",
        "marshal_list_with",
    }
)
"""Decorators that declare an answer."""


@library.recognises
def answers(project: Project) -> Iterator[ResponseType | ResponseContent]:
    """What each data route answers with."""
    finder = Finder(project)
    for route in project.each(Route):
        if route.scope is Scope.SERVICE and route.data and finder.speaks(route):
            yield from finder.of(route)


class Finder:
    """Reads the answers of one project's routes."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.fields = ClassFields(project)
        self.schemas = Schemas(project)
        self.returns = Returns(project, self.schemas)
        self.declarations = Declarations(project, self.returns)
        self._dumping: dict[str, bool] = {}
        self._calls: dict[str, dict[tuple[int, int], Call]] = {}
        """The first call at each line and column of a file."""
        self.contents = Contents(project, self.fields, self.schemas, self.returns)

    @staticmethod
    def speaks(route: Route) -> bool:
        """The route answers with data that somebody could describe."""
        if (
            route.method in ("WEBSOCKET", "HEAD", "OPTIONS")
            or route.status == 204
            or route.resolution is Resolution.UNRESOLVED
        ):
            return False
        last = next((each for each in reversed(route.path.split("/")) if each and "{" not in each), "")
        return last.lower() not in PROBES

    def of(self, route: Route) -> list[ResponseType | ResponseContent]:
        """The facts of one route; none of a handler that is nested too deep to be followed."""
        try:
            return list(self._of(route))
        except RecursionError:
            return []

    def _of(self, route: Route) -> Iterator[ResponseType | ResponseContent]:
        place = self.project.find(route.handler)
        if place is None:
            yield from self._of_library(route)
            return
        path, index = place
        summary = self.project.summary(path)
        function = summary.definitions[index] if summary is not None else None
        if summary is None or not isinstance(function, Function) or function.stub or _is_medium(summary, index):
            return
        call = self._call(route)
        declared = self.declarations.of(route, path, function, call)
        returned = self.returns.of(path, index, bare=not route.framework.startswith("Django"))
        kind = self._kind(route, declared, returned, path, function)
        if kind is not None:
            yield ResponseType(
                span=route.span,
                symbol=route.symbol,
                scope=route.scope,
                resolution=route.resolution,
                route=route,
                kind=kind,
                type=returned.by if kind is ResponseKind.SERIALIZED else declared.text,
                declares=route.framework in DECLARING,
            )
        content = self.contents.of(route, path, index, function, returned, call)
        if content is not None:
            yield content

    def _of_library(self, route: Route) -> Iterator[ResponseType | ResponseContent]:
        """A view of a library: its serializer says what it answers."""
        if route.framework != REST or not route.view:
            return
        content = self.contents.of_view(route)
        if content is None:
            return
        yield ResponseType(
            span=route.span,
            symbol=route.symbol,
            scope=route.scope,
            resolution=route.resolution,
            route=route,
            kind=ResponseKind.DECLARED,
            type=content.how,
        )
        yield content

    def _kind(
        self, route: Route, declared: Declaration, returned: Returned, path: str, function: Function
    ) -> ResponseKind | None:
        """How the answer is declared; None where there is nothing to declare."""
        typing = route.framework in TYPING_FRAMEWORKS
        if typing and not route.in_schema:
            return None
        if self._documented(path, function) or self._described(route, function):
            return ResponseKind.DECLARED
        if declared.says is Says.MODEL and (typing or route.framework != REST):
            return ResponseKind.DECLARED
        if declared.says is Says.LITTLE and returned.data:
            return ResponseKind.LOOSE
        if returned.serialized:
            return ResponseKind.SERIALIZED
        return ResponseKind.UNTYPED if returned.data else None

    def _documented(self, path: str, function: Function) -> bool:
        for decorator in function.decorators:
            if not isinstance(decorator, CallRef):
                continue
            symbol = self.project.callee(path, decorator.index)
            if symbol.kind is SymbolKind.FUNCTION and self._dumps(symbol):
                return True
            if symbol.kind is SymbolKind.EXTERNAL and symbol.name.rpartition(".")[2] in DOCUMENTING:
                summary = self.project.summary(path)
                call = summary.calls[decorator.index] if summary is not None else None
                last = symbol.name.rpartition(".")[2]
                if last not in ("extend_schema", "swagger_auto_schema"):
                    return call is not None and bool(call.arguments or call.keywords) and last != "response"
                return call is not None and any(name in ("responses", "response") for name, _ in call.keywords)
        return False

    def _dumps(self, symbol: Symbol) -> bool:
        """A decorator of the project makes the answer by a schema that it is given."""
        if symbol.name not in self._dumping:
            summary = self.project.summary(symbol.path)
            names = {tail(summary.calls[each].callee) for each in self.project.calls_in(symbol)} if summary else set()
            self._dumping[symbol.name] = False
            self._dumping[symbol.name] = bool(names & {"dump", "dumps", "model_dump", "model_dump_json"}) or any(
                self._dumps(each)
                for each in self.project.reached_from(symbol, 1)[1:8]
                if each.kind is SymbolKind.FUNCTION
            )
        return self._dumping[symbol.name]

    def _described(self, route: Route, function: Function) -> bool:
        """The class says it: `@extend_schema_view(list=extend_schema(responses=...))`."""
        place = self.project.find(route.view) if route.view else None
        summary = self.project.summary(place[0]) if place is not None else None
        kind = summary.definitions[place[1]] if summary is not None and place is not None else None
        for decorator in kind.decorators if isinstance(kind, Class) else ():
            if isinstance(decorator, CallRef) and summary is not None:
                call = summary.calls[decorator.index]
                if tail(call.callee) == "extend_schema_view" and keyword(call, function.name) is not None:
                    return True
        return False

    def _call(self, route: Route) -> Call | None:
        """The call that registers the route."""
        path = route.registered.path
        if path not in self._calls:
            summary = self.project.summary(path)
            found = self._calls[path] = {}
            for call in summary.calls if summary is not None else ():
                found.setdefault((call.line, call.column), call)
        return self._calls[path].get((route.registered.line, route.registered.column))


def _is_medium(summary: Summary, index: int) -> bool:
    """The handler says by a header that it answers with a picture, a page, an archive: `response.headers["Content-Type"] = ...`."""
    return any(
        each.scope == index
        and each.target.endswith(HEADERS)
        and isinstance(each.value, Constant)
        and isinstance(each.value.value, str)
        and MEDIUM.match(each.value.value) is not None
        for each in summary.assignments
    )
