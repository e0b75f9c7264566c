"""One `except` clause in, what it does with the exception out."""

from __future__ import annotations

import ast

from readiness.languages.python.columns import Columns
from readiness.model.summary import Handler, Value

KINDS: dict[type[ast.stmt], str] = {
    ast.Pass: "pass",
    ast.Continue: "continue",
    ast.Break: "break",
    ast.Return: "return",
    ast.Raise: "raise",
    ast.Assign: "assign",
    ast.AnnAssign: "assign",
    ast.AugAssign: "assign",
}
FUNCTIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda})


def handler(
    node: ast.ExceptHandler,
    guard: ast.Try | ast.TryStar,
    types: tuple[Value, ...],
    columns: Columns,
    scope: int,
    context: int,
) -> Handler:
    """The record of one clause; its comment is filled in later, from the text."""
    uses_name, raises = deeds(node)
    return Handler(
        types=types,
        name=node.name or "",
        uses_name=uses_name,
        raises=raises,
        body=tuple([kind(statement) for statement in node.body]),
        line=node.lineno,
        column=columns.characters(node.lineno, node.col_offset) + 1,
        end_line=node.end_lineno or node.lineno,
        try_line=guard.body[0].lineno,
        try_end_line=guard.body[-1].end_lineno or guard.body[-1].lineno,
        scope=scope,
        context=context,
        starred=type(guard) is ast.TryStar,
        comment="",
    )


def kind(statement: ast.stmt) -> str:
    """What a statement does, in one word."""
    if type(statement) is ast.Expr:
        value = statement.value
        while type(value) is ast.Await:
            value = value.value
        if type(value) is ast.Call:
            return "call"
        return "constant" if type(value) is ast.Constant else "expr"
    return KINDS.get(type(statement)) or type(statement).__name__.lower()


def deeds(node: ast.ExceptHandler) -> tuple[bool, bool]:
    """Whether the body uses the exception, and whether some path of it raises."""
    uses = raises = False
    waiting: list[tuple[ast.AST, bool]] = [(statement, False) for statement in node.body]
    while waiting:
        part, nested = waiting.pop()
        kind = type(part)
        if kind is ast.Name:
            uses = uses or (part.id == node.name and type(part.ctx) is ast.Load) or part.id == "traceback"  # type: ignore[attr-defined]
            continue
        if kind is ast.Raise:
            raises = raises or not nested
        elif kind is ast.Attribute:
            uses = uses or part.attr == "exc_info"  # type: ignore[attr-defined]
        elif kind in FUNCTIONS:
            nested = True
        for field in part._fields:
            child = getattr(part, field, None)
            if type(child) is list:
                waiting += [(one, nested) for one in child if isinstance(one, ast.AST)]
            elif isinstance(child, ast.AST):
                waiting.append((child, nested))
    return uses, raises
