"""The lines of a file and one of its functions in, the syntax tree of that function out, at a small part of the file's cost."""

from __future__ import annotations

import ast
import re

from readiness.languages.python.trees import parse_text
from readiness.model.summary import Function

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
NEW_LINE = re.compile(r"\r\n|\r|\n")
"""Ends of lines as Python counts them."""

FAR = 10_000
"""Lines before a function from which on the empty ones before it would cost as much as the file's tree."""

SUITES = ("body", "orelse", "finalbody", "handlers", "cases")
"""Fields of statements, handlers and cases that hold statements, handlers and cases."""


def lines_of(text: str) -> list[str]:
    """The lines of a file, without their ends."""
    return NEW_LINE.split(text) if "\r" in text else text.split("\n")


def parse_function(lines: list[str], function: Function, *, lowered: bool) -> FunctionNode | None:
    """The function with the lines and columns of its file; None where its lines do not stand for themselves."""
    own = lines[function.first_line - 1 : function.end_line]
    if function.first_line > FAR:
        return None
    # Empty lines before it keep the numbers of its lines, and an `if` around it keeps its indentation.
    before = ["if 1:"] if own and own[0][:1] in (" ", "\t") else []
    source = "\n" * (function.first_line - 1 - len(before)) + "\n".join([*before, *own])
    try:
        body = parse_text(source, lowered=lowered).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    inner = body[0].body if before and len(body) == 1 and isinstance(body[0], ast.If) else body
    only = inner[0] if len(inner) == 1 else None
    if isinstance(only, FunctionNode) and (only.lineno, only.name) == (function.line, function.name):
        return only
    return None


def functions_of(tree: ast.Module) -> dict[tuple[int, str], FunctionNode]:
    """The functions of a file by line and name; of its nodes only the statements are visited."""
    found: dict[tuple[int, str], FunctionNode] = {}
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, FunctionNode):
            found[node.lineno, node.name] = node
        for name in SUITES:
            waiting.extend(getattr(node, name, ()))
    return found
