"""Statements and the name of an exception in, the lines out on which its type is known better, or that only debugging runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from msgspec import Struct

from readiness.languages.python.names import last_name
from readiness.libraries.failures.exposures import DEBUG_NAMES


class Stretch(Struct, frozen=True):
    """Some lines of a function."""

    first: int
    last: int
    types: tuple[str, ...] = ()
    """The types that the exception has there, as written."""
    debugging: bool = False
    """They run only while debugging."""


def stretches(body: Sequence[ast.stmt], name: str) -> list[Stretch]:
    """The stretches of a block of statements, inner blocks included."""
    found: list[Stretch] = []
    waiting: list[tuple[Sequence[ast.stmt], int]] = [(body, _end(body))]
    while waiting:
        block, end = waiting.pop()
        for statement in block:
            if isinstance(statement, ast.If):
                found.extend(_of_if(statement, name, end))
            elif isinstance(statement, ast.Match) and _is_name(statement.subject, name):
                found.extend(_of_match(statement))
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            waiting.extend((inner, _end(inner)) for inner in _blocks(statement) if inner)
    return found


def _of_if(statement: ast.If, name: str, end: int) -> Iterable[Stretch]:
    types = _tested(statement.test, name)
    if types:
        yield Stretch(statement.body[0].lineno, _end(statement.body), types)
    negated = statement.test.operand if isinstance(statement.test, ast.UnaryOp) else None
    if negated is not None and isinstance(statement.test, ast.UnaryOp) and isinstance(statement.test.op, ast.Not):
        types = _tested(negated, name)
        if types and statement.orelse:
            yield Stretch(statement.orelse[0].lineno, _end(statement.orelse), types)
        elif types and isinstance(statement.body[-1], ast.Return | ast.Raise | ast.Continue):
            yield Stretch(_end(statement.body) + 1, end, types)
        if _debugging(negated) and statement.orelse:
            yield Stretch(statement.orelse[0].lineno, _end(statement.orelse), debugging=True)
    if _debugging(statement.test):
        yield Stretch(statement.body[0].lineno, _end(statement.body), debugging=True)


def _of_match(statement: ast.Match) -> Iterable[Stretch]:
    for case in statement.cases:
        if isinstance(case.pattern, ast.MatchClass):
            yield Stretch(case.body[0].lineno, _end(case.body), (ast.unparse(case.pattern.cls),))


def _tested(test: ast.expr, name: str) -> tuple[str, ...]:
    """The types of `isinstance(name, types)`, also as a part of an `and`."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return next((found for each in test.values if (found := _tested(each, name))), ())
    match test:
        case ast.Call(func=ast.Name(id="isinstance"), args=[subject, types]) if _is_name(subject, name):
            items = types.elts if isinstance(types, ast.Tuple) else [types]
            return tuple(ast.unparse(each) for each in items if isinstance(each, ast.Name | ast.Attribute))
    return ()


def _debugging(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_debugging(each) for each in test.values)
    return last_name(test).lower() in DEBUG_NAMES


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _blocks(statement: ast.stmt) -> Iterable[Sequence[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        block = getattr(statement, field, None)
        if isinstance(block, list):
            yield block
    for handler in getattr(statement, "handlers", ()):
        yield handler.body
    for case in getattr(statement, "cases", ()):
        yield case.body


def _end(body: Sequence[ast.stmt]) -> int:
    return body[-1].end_lineno or body[-1].lineno
