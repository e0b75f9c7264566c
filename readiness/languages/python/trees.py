"""Text in, syntax tree out, without warnings; and the names by which lowered text says what has no older spelling."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable

SOURCE = "<source read by readiness>"
"""File name of everything parsed here, so that one filter can silence its warnings and no others."""

TEMPLATE_CALL = "__template__"
"""A template string `t"..."` stands as a call of this name with the f-string of the same text: it is no text yet."""
FORMATTED = "__readiness_formatted__"
"""In lowered text: an f-string by its parts, constants and expressions."""
CONVERTED = "__readiness_converted__"
"""In lowered text: a part with its conversion and format."""

TEMPLATE_STRING = re.compile(r"\b(?:[tT][rR]?|[rR][tT])[\"']")

_PATTERN = re.escape(SOURCE)


def _silence() -> None:
    """Keep a filter for our own file name in front: what the scanned code's escapes deserve is not said on stderr.

    The filter matches nothing but `SOURCE`, so other threads may go on warning; `catch_warnings` would take theirs away.
    """
    first = warnings.filters[0] if warnings.filters else None
    if first is None or first[0] != "ignore" or getattr(first[3], "pattern", first[3]) != _PATTERN:
        warnings.filterwarnings("ignore", module=_PATTERN)


def parse_module(text: str) -> ast.Module:
    """The tree of a file; raises what `ast.parse` raises."""
    _silence()
    return ast.parse(text, SOURCE)


def parse_text(text: str, *, lowered: bool) -> ast.Module:
    """The tree of a text with everything that stands for something else put right; raises what `ast.parse` raises."""
    tree = parse_module(text)
    if lowered and FORMATTED in text:
        tree = restore(tree)
    return settled(tree, text)


def parse_expression(text: str) -> ast.expr | None:
    """The tree of one expression, None where the text is none."""
    _silence()
    try:
        return ast.parse(text, SOURCE, "eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def settled(tree: ast.Module, text: str) -> ast.Module:
    """The tree with each template string, where the interpreter reads them (3.14), as the call that stands for it."""
    if hasattr(ast, "TemplateStr") and TEMPLATE_STRING.search(text):
        replace_expressions(tree, _template_call)
    return tree


def _template_call(node: ast.expr) -> ast.expr:
    if type(node).__name__ != "TemplateStr":
        return node
    values: list[ast.expr] = []
    for part in node.values:  # type: ignore[attr-defined]
        if type(part).__name__ == "Interpolation":
            inner = _template_call(part.value)
            part = ast.copy_location(ast.FormattedValue(inner, part.conversion, part.format_spec), part)
        values.append(part)
    name = ast.copy_location(ast.Name(TEMPLATE_CALL, ast.Load()), node)
    text = ast.copy_location(ast.JoinedStr(values), node)
    return ast.copy_location(ast.Call(name, [text], []), node)


def restore(tree: ast.Module) -> ast.Module:
    """The tree of a lowered text with its f-strings as f-strings again."""
    replace_expressions(tree, _restored)
    return tree


def replace_expressions(tree: ast.Module, change: Callable[[ast.expr], ast.expr]) -> None:
    """Put what `change` gives back in the place of every expression."""
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                setattr(node, field, change(value))
            elif type(value) is list:
                value[:] = [change(item) if isinstance(item, ast.expr) else item for item in value]


def _restored(call: ast.expr) -> ast.expr:
    if type(call) is not ast.Call or type(call.func) is not ast.Name or call.func.id != FORMATTED:
        return call
    string = ast.JoinedStr(values=[_part(argument) for argument in call.args])
    return ast.copy_location(string, call)


def _part(node: ast.expr) -> ast.expr:
    if type(node) is ast.Constant and type(node.value) is str:
        return node
    value, conversion, spec = node, -1, None
    if type(node) is ast.Call and type(node.func) is ast.Name and node.func.id == CONVERTED and len(node.args) == 3:
        value, letter, formatted = node.args
        if type(letter) is ast.Constant and type(letter.value) is str and letter.value:
            conversion = ord(letter.value[0])
        if type(formatted) is ast.Call and formatted.args:
            spec = _restored(formatted)
    return ast.copy_location(ast.FormattedValue(_restored(value), conversion, spec), node)
