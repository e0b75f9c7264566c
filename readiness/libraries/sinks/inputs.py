"""The routes of a project in, what they say of a piece of text that comes from a handler's parameter out.

A length or a pattern that a route declares says nothing about where a path leads or which host an address names; only types that
hold no text, fixed sets and the digits of an address pattern do.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from readiness.libraries.values.client_inputs import VALIDATORS
from readiness.libraries.values.expressions import called
from readiness.libraries.values.route_inputs import CLIENT_SOURCES, READERS, TYPED
from readiness.model import Piece, PieceKind, Project, Route, RouteParameter, Symbol, SymbolKind
from readiness.model.summary import CallRef, Constant, Function, Value
from readiness.model.telling import tabulates

PART = re.compile(r"\{(\w+)(?::([^{}]*))?\}")
NUMBER_CONVERTERS = frozenset({"int", "float", "uuid", "decimal", "date", "datetime"})
WORD_CONVERTERS = frozenset({"slug", "bool"})
ADDRESS = re.compile(r"\bkwargs(?:\.get\(|\[)\s*[\"'](\w+)[\"']")
"""A part of the address in a view class of Django: `self.kwargs["slug"]`."""
MANY = re.compile(r"path|\*|\.\+|regex|re\b")
"""Converters whose part of the address can hold slashes."""
IDENTIFIERS = ("pydantic.UUID", "pydantic.types.UUID", "pydantic.Positive", "pydantic.NonNegative")
UPLOADED = re.compile(
    r"\brequest\.(?:FILES|files)(?:\.(?:get|getlist|pop|values)\([^()]*\)|\[[^\[\]]*\]|\.(?:read|chunks)\(\))*$"
)
"""Files that were uploaded, or what is in them, and none of their names."""
SEGMENT = "one segment of the address"
CONTENT = "the content of a file"
FIELD = re.compile(r"\w+\.(\w+)$")
DECLARED = "a declared input"


Filled = tuple[RouteParameter | None, str | None]
"""What a route declares of a parameter, and the converter of its part of the address."""


@tabulates
def inputs_of_sinks(project: Project) -> dict[str, Filled]:
    """What clients fill: by function and name; with nothing, the functions and the names of the parts of all addresses."""
    found: dict[str, Filled] = {}
    for route in project.each(Route):
        converters: dict[str, str] = dict(PART.findall(route.path))
        found.update({f"{{{part}}}": (None, None) for part in converters})
        for parameter in route.parameters:
            converter = converters.get(parameter.name) if parameter.source == "path" else None
            owner = parameter.via or route.handler
            found[owner] = (None, None)
            found[f"{owner} {parameter.name}"] = (parameter, converter)
    return found


class Inputs:
    """Which parameters of which functions a client fills."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._inputs = project.table(inputs_of_sinks)

    def fills(self, symbol: str) -> bool:
        """A client fills some parameter of a function."""
        return symbol in self._inputs

    def told(self, piece: Piece, symbol: str) -> Piece:
        """The piece, with its kind where the route of `symbol` declares it; a part of the address that can hold no slash has
        `SEGMENT` as its position, what a parameter of its own brings `DECLARED` or `CONTENT`."""
        name, owner = piece.source, piece.owner or symbol
        if piece.kind is PieceKind.REQUEST:
            address = ADDRESS.search(piece.text)
            if address is None:
                return replace(piece, position=CONTENT) if UPLOADED.search(piece.text) else piece
            if f"{{{address[1]}}}" not in self._inputs:
                # Only what stands in an address gets into `self.kwargs`, and no address has such a part.
                return replace(piece, kind=PieceKind.UNKNOWN)
            name, owner = address[1], symbol
        elif piece.kind is not PieceKind.PARAMETER:
            return piece
        parameter, converter = self._inputs.get(f"{owner} {name}", (None, None))
        if parameter is None or parameter.source not in CLIENT_SOURCES:
            return piece
        told = _declared(piece, parameter, converter)
        if told.position != DECLARED or told.checked:
            return told
        return replace(told, checked=self._validator(parameter.annotation, piece))

    def _validator(self, annotation: str, piece: Piece) -> str:
        """The function with which the class of an input validates the field that a piece is: `valid_locale`."""
        field = FIELD.match(piece.text)
        found = self._project.find(annotation) if field is not None and "::" in annotation else None
        if field is None or found is None:
            return ""
        owner = Symbol(SymbolKind.CLASS, annotation, *found)
        for symbol in (owner, *self._project.ancestors(owner)):
            summary = self._project.summary(symbol.path) if symbol.path else None
            for each in summary.definitions if summary is not None else ():
                own = isinstance(each, Function) and each.scope == symbol.index
                if own and any(self._validates(symbol.path, decorator, field[1]) for decorator in each.decorators):
                    return f"{each.name}(...)"
        return ""

    def _validates(self, path: str, decorator: Value, field: str) -> bool:
        """`@field_validator("locale")`."""
        summary = self._project.summary(path)
        if not isinstance(decorator, CallRef) or summary is None:
            return False
        given = summary.calls[decorator.index].arguments
        return Constant(field) in given and called(self._project, path, decorator.index) in VALIDATORS


def _declared(piece: Piece, parameter: RouteParameter, converter: str | None) -> Piece:
    annotation = parameter.annotation.removeprefix("builtins.")
    if annotation in TYPED or annotation.startswith(IDENTIFIERS) or converter in NUMBER_CONVERTERS:
        return replace(piece, kind=PieceKind.NUMBER)
    if parameter.choices or converter in WORD_CONVERTERS or (parameter.source == "path" and parameter.constrained):
        return replace(piece, kind=PieceKind.VALIDATED)
    if parameter.source == "request" and not any(f".{name}" in piece.text for name in READERS):
        return replace(piece, kind=PieceKind.UNKNOWN)
    if parameter.source == "file" and "filename" not in piece.text:
        return replace(piece, kind=PieceKind.REQUEST, position=CONTENT)
    segment = parameter.source == "path" and converter is not None and MANY.search(converter) is None
    position = SEGMENT if segment else "" if parameter.source == "request" else DECLARED
    return replace(piece, kind=PieceKind.REQUEST, position=position)
