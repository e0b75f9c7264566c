"""The constants that values are made of, the bounds they keep to, and the questions asked about one of them."""

from __future__ import annotations

import ast

from msgspec import Struct

from readiness.model.summary import CallRef, Constant, Name, Opaque, Operation, Value

DEPTH = 30
"""Levels of a value below the nearest call around it."""
TOTAL_DEPTH = 90
"""Levels below the statement from which on a call is no longer referred to: bounds everyone's recursion over values."""
ITEMS = 200
TEXT = 20_000
SHARED = 20
"""Names that one statement may bind to the same value; for further ones it is `Opaque("more")`, lest it be written often."""
WEIGHT = 400
"""Parts of a value that several bindings may share."""
UNPACKING = 8
"""Tuples inside tuples that are unpacked name by name."""

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&",
    ast.And: "and", ast.Or: "or", ast.Not: "not", ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "~",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip

DEEP = Opaque("deep")
MORE = Opaque("more")
BYTES = Opaque("bytes")
ELLIPSIS = Opaque("Ellipsis")
LAMBDA = Opaque("Lambda")
YIELD = Opaque("Yield")
REST = Opaque("rest")
NONE, TRUE, FALSE = Constant(None), Constant(True), Constant(False)


def clean(text: str) -> str:
    """The text without lone surrogates, which no UTF-8 can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def text_value(text: str) -> Value:
    """A string constant; one too long to keep is its beginning plus `Opaque("more")`."""
    if len(text) > TEXT:
        return Operation("+", (Constant(clean(text[:TEXT])), MORE))
    return Constant(text if text.isascii() else clean(text))


def light(value: Value) -> Value:
    """The value, if it is small enough to be written several times, else `Opaque("more")`."""
    kind = type(value)
    if kind is CallRef or kind is Name or kind is Constant:
        return value
    weight, waiting = 0, list[object]([value])
    while waiting:
        part = waiting.pop()
        weight += 1
        if weight > WEIGHT:
            return MORE
        if isinstance(part, str):
            weight += len(part) // 100
        elif isinstance(part, tuple):
            waiting += part
        elif isinstance(part, Struct):
            waiting += [getattr(part, field) for field in part.__struct_fields__]
    return value
