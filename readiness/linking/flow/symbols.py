"""What a name denotes in another module or a class in, its text out."""

from __future__ import annotations

import ast
import string

from msgspec.structs import replace

from readiness.languages.python.names import dotted
from readiness.linking.flow.pieces import Flow, constant, single
from readiness.linking.flow.reader import At, Reader
from readiness.linking.flow.sources import (
    CLIENT_DATA,
    CLIENT_NUMBERS,
    CONFIGURED_NAMES,
    REQUEST_DATA,
    REQUEST_OBJECTS,
    holds_address,
    outside_of,
)
from readiness.linking.flow.text import constant_text
from readiness.model import Missing, PieceKind, Symbol, SymbolKind
from readiness.model.summary import Name

LETTERS = frozenset(
    {
        "string.ascii_letters",
        "string.ascii_lowercase",
        "string.ascii_uppercase",
        "string.digits",
        "string.hexdigits",
        "string.octdigits",
    }
)
PLATFORM = frozenset(
    {
        "os.name", "os.sep", "os.altsep", "os.extsep", "os.pathsep", "os.curdir", "os.pardir", "os.devnull", "sys.platform",
        "sys.byteorder", "sys.version", "sys.implementation.name",
    }
)  # fmt: skip
"""Texts that the interpreter and the system that it runs on fix."""


def symbol_text(reader: Reader, expression: ast.expr, symbol: Symbol, at: At) -> Flow | None:
    """The text of what a name denotes in another module or a class."""
    if symbol.kind is SymbolKind.EXTERNAL:
        if symbol.name in CONFIGURED_NAMES or symbol.name.startswith(
            ("django.conf.settings.", "os.environ.", "flask.current_app.config")
        ):
            return single(reader.piece(PieceKind.CONFIGURED, expression, at))
        if holds_address(symbol.name) or symbol.name.startswith(REQUEST_DATA):
            return single(reader.piece(PieceKind.REQUEST, expression, at, sent_name(expression)))
        if symbol.name.startswith(REQUEST_OBJECTS):
            return _request(reader, expression, symbol.name, at)
        outside = outside_of(symbol.name)
        if outside:
            return single(replace(reader.piece(PieceKind.UNKNOWN, expression, at), outside=outside))
        if symbol.name == "os.linesep":
            return constant("\n")
        letters = getattr(string, symbol.name.removeprefix("string."), None) if symbol.name in LETTERS else None
        if isinstance(letters, str):
            return constant(letters)
        fixed = symbol.name in PLATFORM or _is_constant_of(symbol.name)
        return single(reader.piece(PieceKind.VALIDATED, expression, at)) if fixed else None
    if symbol.kind is SymbolKind.VARIABLE and not symbol.rest:
        found = reader.assigned(symbol)
        if found is not None and found.at.path != at.path:
            return reader.text(found.expression, found.at)
        if found is not None and isinstance(expression, ast.Attribute):
            return reader.text(found.expression, found.at)
    if symbol.kind in (SymbolKind.CLASS, SymbolKind.FUNCTION, SymbolKind.MODULE):
        return single(reader.piece(PieceKind.STRUCTURE, expression, at))
    return constant_of(reader, expression, at)


def _is_constant_of(name: str) -> bool:
    """`package.names.TABLE`, `package.TABLE.fullname`: a name in capitals of a package that is not here is a constant of it."""
    for part in name.split(".")[1:]:
        if not part.islower():
            return len(part) > 1 and part.isupper() and part not in CLIENT_DATA
    return False


def constant_of(reader: Reader, expression: ast.expr, at: At) -> Flow | None:
    name = dotted(expression)
    index = reader.index(at.path)
    if not name or index is None:
        return None
    line = 0 if at.end else at.statement.lineno
    value = reader.code.constant(at.path, Name(name), index.scope(at.statement), line)
    return None if isinstance(value, Missing) else constant_text(value)


def _request(reader: Reader, expression: ast.expr, name: str, at: At) -> Flow | None:
    """`flask.request.args`, and what hangs on it."""
    for prefix in REQUEST_OBJECTS:
        if name == prefix or name.startswith(f"{prefix}."):
            attribute = name[len(prefix) + 1 :].split(".", 1)[0]
            return single(reader.piece(kind_of_request(attribute), expression, at, sent_name(expression)))
    return None


def kind_of_request(attribute: str) -> PieceKind:
    """The kind of an attribute of a request."""
    if attribute in CLIENT_NUMBERS:
        return PieceKind.NUMBER
    return PieceKind.REQUEST if attribute in CLIENT_DATA else PieceKind.UNKNOWN


def sent_name(expression: ast.expr) -> str:
    """The name under which a client sends a piece: `q` of `request.args["q"]`."""
    node: ast.expr = expression
    while True:
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            return str(node.slice.value)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            return str(node.args[0].value)
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Await):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in CLIENT_DATA
                and not isinstance(node.value, ast.Attribute | ast.Subscript)
            ):
                return node.attr
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func
        else:
            return node.id if isinstance(node, ast.Name) else ""
