"""The routes of a project in, what their declarations say of a piece of text that comes from a handler's parameter out."""

import re

from msgspec.structs import replace

from readiness.model import Piece, PieceKind, Project, Route, RouteParameter

CLIENT_SOURCES = frozenset({"path", "query", "header", "cookie", "body", "form", "file", "request"})
TYPED = frozenset(
    {"int", "float", "bool", "uuid.UUID", "datetime.date", "datetime.datetime", "datetime.time", "decimal.Decimal"}
)
READERS = ("GET", "POST", "META", "COOKIES", "body", "query", "form", "args", "headers", "path_params", "data", "json")
"""Attributes of a request object that hold what a client sent."""
PART = re.compile(r"\{(\w+)")


class RouteInputs:
    """Which parameters of which functions a client fills."""

    def __init__(self, project: Project) -> None:
        self._parameters: dict[tuple[str, str], RouteParameter] = {}
        self._parts: set[str] = set()
        for route in project.each(Route):
            self._parts.update(PART.findall(route.path))
            for parameter in route.parameters:
                self._parameters[parameter.via or route.handler, parameter.name] = parameter

    def told(self, piece: Piece, symbol: str) -> Piece:
        """The piece, with its kind where the route of `symbol` declares it."""
        if piece.kind is PieceKind.REQUEST and "kwargs" in piece.text and piece.source not in self._parts:
            # Only what stands in an address gets into `self.kwargs`, and no address has such a part.
            return replace(piece, kind=PieceKind.UNKNOWN)
        if piece.kind is not PieceKind.PARAMETER:
            return piece
        parameter = self._parameters.get((piece.owner or symbol, piece.source))
        if parameter is None or parameter.source not in CLIENT_SOURCES:
            return piece
        if parameter.choices or parameter.constrained:
            return replace(piece, kind=PieceKind.VALIDATED)
        if parameter.annotation.removeprefix("builtins.") in TYPED:
            return replace(piece, kind=PieceKind.NUMBER)
        if parameter.source == "request" and not any(f".{name}" in piece.text for name in READERS):
            return replace(piece, kind=PieceKind.UNKNOWN)
        return replace(piece, kind=PieceKind.REQUEST)
