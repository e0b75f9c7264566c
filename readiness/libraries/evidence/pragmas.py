"""The syntax tree of a file and some of its lines in, what a pragma on each of these lines hides from the measurement out."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from msgspec import Struct


class Extent(Struct, frozen=True):
    """A part of a file that belongs together."""

    kind: str
    """`function`, `class`, `except`, `else`, the name of another compound statement, or `statement`."""
    first: int
    last: int


def extents(tree: ast.Module, lines: Iterable[int]) -> dict[int, Extent]:
    """By line what a pragma there hides, as coverage.py sees it: the smallest function, class or suite whose header holds the line.

    Lines of no header are left out. The tree is walked once, however many lines are asked for.
    """
    asked = sorted(set(lines))
    found: dict[int, Extent] = {}
    for node in ast.walk(tree):
        for kind, first, last, body in _suites(node):
            if not body:
                continue
            end = body[-1].end_lineno or last
            for line in asked[bisect_left(asked, first) : bisect_right(asked, max(first, last))]:
                known = found.get(line)
                if known is None or end - first < known.last - known.first:
                    found[line] = Extent(kind, first, end)
    return found


def _suites(node: ast.AST) -> Iterator[tuple[str, int, int, list[ast.stmt]]]:
    """Kind, first and last line of the header, and body of each suite of a compound statement."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        yield "class" if isinstance(node, ast.ClassDef) else "function", first, node.body[0].lineno - 1, node.body
        return
    body = getattr(node, "body", None)
    if not isinstance(body, list) or not body or not isinstance(node, ast.stmt | ast.excepthandler):
        return
    kind = "except" if isinstance(node, ast.ExceptHandler) else type(node).__name__.lower().removeprefix("async")
    yield kind, node.lineno, body[0].lineno - 1, body
    before = body
    for name in ("orelse", "finalbody"):
        suite = getattr(node, name, None)
        if isinstance(suite, list) and suite:
            start = (before[-1].end_lineno or 0) + 1
            if start <= suite[0].lineno - 1:
                yield "else", start, suite[0].lineno - 1, suite
            before = suite
