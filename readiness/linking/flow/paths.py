"""A call that makes, opens or reads a path in; the text that it gives out."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from msgspec.structs import replace

from readiness.linking.flow.known import FIXED_PATH, OPENING_CALLS
from readiness.linking.flow.pieces import Flow, concatenate, constant, single
from readiness.linking.flow.reader import At, Reader
from readiness.model import PieceKind

CLIENT = "a client"


def joined_path(reader: Reader, parts: Sequence[ast.expr], at: At) -> Flow:
    """The parts of a path with what stands between them."""
    texts: list[Flow] = []
    for part in parts:
        if texts and not (texts[-1].constant or "").endswith("/"):
            texts.append(constant("/"))
        texts.append(reader.text(part, at))
    return concatenate(texts, "expression")


def opened_file(reader: Reader, call: ast.Call, at: At) -> Flow | None:
    """`open(path)`: a file that is a part of the program, where its path is fixed and such a file is there."""
    where = reader.text(call.args[0], at)
    if len(where.alternatives) != 1 or not where.alternatives[0] or not where.only(*FIXED_PATH):
        return None
    tail = where.alternatives[0][-1]
    name = tail.text.replace("\\", "/").rpartition("/")[2] if tail.kind is PieceKind.CONSTANT else ""
    if not name or not any(path == name or path.endswith(f"/{name}") for path in reader.code.files):
        return None
    return single(reader.piece(PieceKind.VALIDATED, call, at))


def is_path(reader: Reader, call: ast.Call, at: At) -> bool:
    """The method is one of `pathlib.Path`."""
    symbol = reader.callee(call, at)
    return symbol is None or symbol.name.startswith("pathlib.")


def _named_by(where: Flow, *, is_name: bool) -> str:
    """Who decides which file a path is; nobody where the folder and the ending are fixed, as those of `sql/{step}.sql` are. What a
    client sent is a file itself where it is not the name of one."""
    for way in where.alternatives:
        first, last = (way[0], way[-1]) if len(way) > 2 else (None, None)
        fixed = (
            first is not None
            and last is not None
            and first.kind is last.kind is PieceKind.CONSTANT
            and "/" in first.text
            and last.text.startswith(".")
        )
        named = next((piece.outside for piece in way if piece.outside), "")
        if named and not fixed:
            return named
        if is_name and any(piece.kind is PieceKind.REQUEST for piece in way):
            return CLIENT
    return ""


def file_text(reader: Reader, call: ast.Call, func: ast.Attribute, at: At) -> Flow | None:
    """`open(path).read()`, `Path(path).read_text()`: the text of a file of the program where the path is fixed."""
    path = func.value
    origin = reader.origin(func.value, at)
    if origin is not None and isinstance(origin.expression, ast.Call):
        opened = origin.expression
        symbol = reader.callee(opened, origin.at)
        name = symbol.name.removeprefix("builtins.") if symbol is not None else ""
        if name in OPENING_CALLS:
            source = (
                opened.func.value if name == "pathlib.Path.open" and isinstance(opened.func, ast.Attribute) else None
            )
            path = source or (opened.args[0] if opened.args else path)
            at = origin.at
        elif func.attr == "read":
            return None
    where = reader.text(path, at)
    if not where.alternatives or not where.only(*FIXED_PATH):
        is_name = path is not func.value or func.attr == "read_text"
        named = _named_by(where, is_name=is_name)
        file = replace(reader.piece(PieceKind.UNKNOWN, call, at), outside=f"a file named by {named}")
        return single(file) if named and func.attr in ("read", "read_text", "readlines") else None
    configured = any(piece.kind is PieceKind.CONFIGURED for piece in where.pieces)
    return single(reader.piece(PieceKind.CONFIGURED if configured else PieceKind.VALIDATED, call, at))
