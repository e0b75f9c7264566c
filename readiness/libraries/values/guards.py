"""A name in a function in, the upper limit that the code before its use enforces out.

`if size > 100: size = 100`, `if not 1 <= size <= 100: raise`, `if size not in SIZES: abort(400)`, `assert size <= 100`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec import Struct

from readiness.languages.python.walking import walk
from readiness.model import Project

UPWARDS = (ast.Gt, ast.GtE)
DOWNWARDS = (ast.Lt, ast.LtE)
REFUSALS = frozenset({"abort", "bad_request", "fail", "error", "exit"})
"""Functions that leave, by the last part of their name."""
LONGEST = 60


class Guard(Struct, frozen=True):
    """A limit that a test enforces."""

    maximum: float | None
    """None where it is no literal number."""
    text: str


class Guards:
    """The guards of one project's functions; each function is looked through once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._tests: dict[tuple[str, int], list[ast.If | ast.Assert]] = {}

    def of(self, path: str, scope: int, name: str, line: int) -> Guard | None:
        """What limits `name` from above where it is used on `line`; None where nothing does."""
        for node in self._in(path, scope):
            if node.lineno >= line:
                continue
            found = _asserted(node, name) if isinstance(node, ast.Assert) else _guarded(node, name, line)
            if found is not None:
                return found
        return None

    def _in(self, path: str, scope: int) -> list[ast.If | ast.Assert]:
        key = (path, scope)
        if key not in self._tests:
            self._tests[key] = list(self._found(path, scope))
        return self._tests[key]

    def _found(self, path: str, scope: int) -> Iterator[ast.If | ast.Assert]:
        node = self.project.function(path, scope)
        for each in walk(node) if node is not None else ():
            if isinstance(each, ast.If | ast.Assert):
                yield each


def _guarded(node: ast.If, name: str, line: int) -> Guard | None:
    for large, bound in _compared(node.test, name, negated=False):
        taken, other = (node.body, node.orelse) if large else (node.orelse, node.body)
        if _leaves(taken, name) or (_holds(other, line) and not _holds(taken, line)):
            return _guard(bound)
    return None


def _asserted(node: ast.Assert, name: str) -> Guard | None:
    return next((_guard(bound) for large, bound in _compared(node.test, name, negated=False) if not large), None)


def _compared(test: ast.expr, name: str, *, negated: bool) -> Iterator[tuple[bool, ast.expr]]:
    """Comparisons that limit the name from above: whether the test holds for large values, and the limit."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            yield from _compared(inner, name, negated=not negated)
        case ast.BoolOp(values=values):
            for each in values:
                yield from _compared(each, name, negated=negated)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            terms = [left, *comparators]
            for operator, first, second in zip(ops, terms, terms[1:], strict=False):
                if ast.unparse(first) == name and not _is_low(second):
                    if isinstance(operator, (*UPWARDS, ast.NotIn)):
                        yield not negated, second
                    elif isinstance(operator, (*DOWNWARDS, ast.In)):
                        yield negated, second
                elif ast.unparse(second) == name and not _is_low(first):
                    if isinstance(operator, DOWNWARDS):
                        yield not negated, first
                    elif isinstance(operator, UPWARDS):
                        yield negated, first
        case _:
            pass


def _is_low(bound: ast.expr) -> bool:
    """A limit from below by its size: zero, one, or a negative number."""
    match bound:
        case ast.Constant(value=int() | float() as number):
            return number <= 1
        case ast.UnaryOp(op=ast.USub()):
            return True
    return isinstance(bound, ast.Constant)


def _leaves(body: list[ast.stmt], name: str) -> bool:
    """The block sets the name anew or does not go on."""
    for statement in body:
        for node in walk(statement):
            if isinstance(node, ast.Assign) and any(ast.unparse(target) == name for target in node.targets):
                return True
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in REFUSALS:
                return True
    return bool(body) and isinstance(body[-1], ast.Raise | ast.Return | ast.Continue)


def _holds(body: list[ast.stmt], line: int) -> bool:
    return bool(body) and body[0].lineno <= line <= (body[-1].end_lineno or body[-1].lineno)


def _guard(bound: ast.expr) -> Guard:
    text = ast.unparse(bound)[:LONGEST]
    if isinstance(bound, ast.Constant) and isinstance(bound.value, int | float):
        return Guard(float(bound.value), text)
    if isinstance(bound, ast.Tuple | ast.List | ast.Set):
        numbers = [each.value for each in bound.elts if isinstance(each, ast.Constant)]
        found = [float(each) for each in numbers if isinstance(each, int | float)]
        return Guard(max(found) if len(found) == len(bound.elts) and found else None, text)
    return Guard(None, text)
