"""The routes of a project in, what their declarations say of a piece of text that comes from a handler's parameter out."""

import re

from msgspec.structs import replace

from readiness.languages.python.patterns import harmless_pattern
from readiness.model import Piece, PieceKind, Project, Route, RouteParameter, Symbol, SymbolKind, Text
from readiness.model.summary import CallRef, Constant, Function, Sequence, Subscript, Value
from readiness.model.telling import tabulates

CLIENT_SOURCES = frozenset({"path", "query", "header", "cookie", "body", "form", "file", "request"})
TYPED = frozenset(
    {"int", "float", "bool", "uuid.UUID", "datetime.date", "datetime.datetime", "datetime.time", "decimal.Decimal"}
)
READERS = (
    "GET", "POST", "META", "COOKIES", "body", "query", "form", "args", "headers", "path_params", "data", "json", "cookies",
    "match_info", "files", "values", "params", "get_param", "media", "rel_url", "url", "path", "post", "text", "read", "get_header",
)  # fmt: skip
"""Attributes of a request object that hold what a client sent."""
PART = re.compile(r"\{(\w+)")
ADDRESS = re.compile(r"\b(?:kwargs|path_params|match_info|view_args)(?:\.get\(|\[)\s*[\"'](\w+)[\"']")
"""A part of the address: `self.kwargs["slug"]` in a view class of Django, `request.path_params["slug"]`."""
ASKED_FIRST = frozenset({"Starlette", "Sanic", "aiohttp", "Falcon"})
"""Frameworks whose handlers get the request as the first argument."""


class _Declared:
    """Which parameters of which functions a client fills, as the routes of a scan declare them."""

    def __init__(self, project: Project) -> None:
        self._parameters: dict[tuple[str, str], RouteParameter] = {}
        self._addresses: dict[tuple[str, str], RouteParameter] = {}
        """By the class whose objects answer, and the name: parts of the address, which its methods find in `self.kwargs`."""
        self._parts: set[str] = set()
        self._seen: set[str] = set()
        for route in project.each(Route):
            self._parts.update(PART.findall(route.path))
            for parameter in route.parameters:
                if parameter.source == "path" and parameter.constrained and route.framework.startswith("Django"):
                    # A part of the address whose pattern takes digits only: `(?P<year>[0-9]+)`.
                    parameter = replace(parameter, annotation="int")
                _widen(self._parameters, parameter.via or route.handler, parameter)
                if parameter.via:
                    _widen(self._parameters, f"{parameter.via}.__init__", parameter)
            self._address(project, route)
            if route.framework.startswith("FastAPI"):
                for symbol in {each.via or route.handler for each in route.parameters}:
                    self._renamed(project, symbol)
            if route.framework in ASKED_FIRST:
                self._requests(project, route)
            if route.framework == "Tornado":
                self._numbered(project, route)

    def _address(self, project: Project, route: Route) -> None:
        """The parts of an address, for every method of the class that answers it and of those above."""
        parts = [each for each in route.parameters if each.source == "path"] if route.view else []
        found = project.find(route.view) if parts else None
        if found is None:
            return
        for above in project.ancestors(Symbol(SymbolKind.CLASS, route.view, *found)):
            if above.kind is SymbolKind.CLASS:
                for each in parts:
                    number = each.constrained and route.framework.startswith("Django")
                    _widen(self._addresses, above.name, replace(each, annotation="int") if number else each)

    def _renamed(self, project: Project, symbol: str) -> None:
        """A parameter that a client sends under another name: `order: str = Query(alias="orderBy")`."""
        if symbol in self._seen:
            return
        self._seen.add(symbol)
        found = project.find(symbol)
        summary = project.summary(found[0]) if found is not None else None
        function = (
            summary.definitions[found[1]] if summary is not None and found is not None and found[1] >= 0 else None
        )
        if summary is None or not isinstance(function, Function):
            return
        for each in function.parameters:
            if (symbol, each.name) in self._parameters:
                continue
            for value in _values(each.default, each.annotation):
                keywords = dict(summary.calls[value.index].keywords) if isinstance(value, CallRef) else {}
                alias = keywords.get("alias")
                sent = self._parameters.get((symbol, str(alias.value))) if isinstance(alias, Constant) else None
                if sent is not None:
                    self._parameters[symbol, each.name] = sent

    def _requests(self, project: Project, route: Route) -> None:
        """The first parameter of a handler is the request, whatever its name."""
        first = next(iter(_filled(project, route.handler)), "")
        if first:
            self._parameters.setdefault((route.handler, first), RouteParameter(first, "request"))

    def _numbered(self, project: Project, route: Route) -> None:
        """Groups of an address that have no name fill the parameters of the handler in their order."""
        numbered = [each for each in route.parameters if each.source == "path" and each.name.isdigit()]
        for name, parameter in zip(_filled(project, route.handler), numbered, strict=False):
            known = self._parameters.get((route.handler, name))
            # A handler that answers several addresses is given what the widest of them takes.
            if known is None or known.annotation == "int":
                self._parameters[route.handler, name] = parameter

    def entries(self) -> dict[str, RouteParameter]:
        """All of it: by function and name, by class and name behind `*`, and the names of the parts of all addresses."""
        return {
            **{f"{owner} {name}": each for (owner, name), each in self._parameters.items()},
            **{f"{owner} *{name}": each for (owner, name), each in self._addresses.items()},
            **{f"{{{part}}}": RouteParameter(part, "path") for part in self._parts},
        }


@tabulates
def inputs_of_routes(project: Project) -> dict[str, RouteParameter]:
    """What clients fill, as `entries` has it; asked once the routes are known."""
    return _Declared(project).entries()


class RouteInputs:
    """Which parameters of which functions a client fills."""

    def __init__(self, project: Project) -> None:
        self._inputs = project.table(inputs_of_routes)

    def declared(self, text: Text, symbol: str) -> Text:
        """The text of a function, each piece with its kind where a route declares it."""
        told = tuple(tuple(self.told(piece, symbol) for piece in each) for each in text.alternatives)
        return replace(text, alternatives=told) if told != text.alternatives else text

    def told(self, piece: Piece, symbol: str) -> Piece:
        """The piece, with its kind where the route of `symbol` declares it. A length or a pattern is kept beside the kind: it
        does not make text harmless."""
        address = ADDRESS.search(piece.text) if piece.kind in (PieceKind.REQUEST, PieceKind.PARAMETER) else None
        if piece.kind is not PieceKind.PARAMETER and address is None:
            return piece
        name = address[1] if address is not None else piece.source
        owner = piece.owner or symbol
        parameter = self._inputs.get(f"{owner} {name}")
        if parameter is None and address is not None:
            parameter = self._inputs.get(f"{owner.rpartition('.')[0]} *{name}")
        if parameter is None or parameter.source not in CLIENT_SOURCES:
            return piece
        return replace(piece, kind=_kind(piece, parameter), constrained=parameter.constrained)

    def chosen(self, piece: Piece, symbol: str) -> Piece:
        """A piece that is a name and no value: what its route checks in any way is one of a fixed set."""
        told = self.told(piece, symbol)
        if told.constrained and told.kind is not PieceKind.UNKNOWN:
            return replace(told, kind=PieceKind.VALIDATED)
        if told.kind is PieceKind.REQUEST and "kwargs" in told.text and f"{{{told.source}}}" not in self._inputs:
            # Only what stands in an address gets into `self.kwargs`, and no address has such a part.
            return replace(told, kind=PieceKind.UNKNOWN)
        return told


def _filled(project: Project, handler: str) -> list[str]:
    """The parameters of a handler that a framework fills."""
    found = project.find(handler)
    summary = project.summary(found[0]) if found is not None else None
    function = summary.definitions[found[1]] if summary is not None and found is not None and found[1] >= 0 else None
    parameters = function.parameters if isinstance(function, Function) else ()
    return [each.name for each in parameters if each.name not in ("self", "cls")]


def _values(default: Value | None, annotation: Value | None) -> list[Value]:
    """The default of a parameter, and what stands beside the type in its `Annotated`."""
    found = [default] if default is not None else []
    if isinstance(annotation, Subscript) and isinstance(annotation.index, Sequence):
        found += annotation.index.items[1:]
    return found


ANY = 2


def _width(parameter: RouteParameter) -> int:
    """How much an input lets through: numbers, a fixed set or words, anything."""
    if parameter.annotation.removeprefix("builtins.") in TYPED and not parameter.choices:
        return 0
    held = parameter.pattern and harmless_pattern(parameter.pattern, whole=True)
    return 1 if parameter.choices or held else ANY


def _widen(known: dict[tuple[str, str], RouteParameter], owner: str, parameter: RouteParameter) -> None:
    """Note an input; of one that several routes declare, the declaration that lets the most through."""
    before = known.get((owner, parameter.name))
    if before is None or _width(before) <= _width(parameter):
        known[owner, parameter.name] = parameter


def _kind(piece: Piece, parameter: RouteParameter) -> PieceKind:
    width = _width(parameter)
    if width < ANY:
        return PieceKind.VALIDATED if width else PieceKind.NUMBER
    if parameter.source == "request" and not any(f".{name}" in piece.text for name in READERS):
        return PieceKind.UNKNOWN  # `request.user`
    return PieceKind.REQUEST


def route_inputs(project: Project) -> RouteInputs:
    """What the routes of a scan say; wanted by what runs after the recognisers of routes."""
    return RouteInputs(project)
