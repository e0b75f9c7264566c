"""What single statements and patterns say to who walks them: a loop, a `with` or a pattern in, yes or no or its constants out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from readiness.languages.python.names import dotted
from readiness.languages.python.walking import children, walk
from readiness.linking.flow.nodes import BLOCKS, FunctionNode, place_of


def pattern_constants(pattern: ast.pattern) -> list[ast.expr] | None:
    """The constants that a pattern matches, None where it matches anything else."""
    match pattern:
        case ast.MatchValue(value=value):
            return [value]
        case ast.MatchSingleton(value=value):
            return [ast.Constant(value=value)]
        case ast.MatchOr(patterns=patterns):
            found = [pattern_constants(each) for each in patterns]
            return [each for some in found for each in some or ()] if all(some is not None for some in found) else None
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return pattern_constants(inner)
    return None


def walk_expression(value: ast.expr) -> Iterator[ast.AST]:
    """The nodes of an expression that are evaluated with it, bounded: lambdas have names of their own."""
    waiting: list[ast.AST] = [value]
    count = 0
    while waiting and count < 5000:
        node = waiting.pop()
        count += 1
        yield node
        if not isinstance(node, ast.Lambda):
            waiting.extend(children(node))


def suppresses(manager: ast.expr) -> bool:
    """`contextlib.suppress(...)`"""
    return isinstance(manager, ast.Call) and dotted(manager.func).rpartition(".")[2] == "suppress"


def is_true(test: ast.expr) -> bool:
    """`while True`"""
    return isinstance(test, ast.Constant) and bool(test.value)


def breaks(loop: ast.While) -> bool:
    """The loop can be left by a `break` of its own."""
    waiting: list[ast.AST] = list(loop.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Break):
            return True
        if not isinstance(node, FunctionNode | ast.ClassDef | ast.For | ast.AsyncFor | ast.While):
            for field in BLOCKS:
                inner = getattr(node, field, None)
                if isinstance(inner, list):
                    waiting.extend(inner)
    return False


def says_empty(test: ast.expr, truth: bool, place: str) -> bool:
    """The test says no more of a place than that there is nothing in it: `if not place`, `if place is None`."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return says_empty(operand, not truth, place)
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as operator], comparators=[ast.Constant(value=None)]):
            return isinstance(operator, ast.Is) is truth and place_of(left) == place
    return not truth and place_of(test) == place


def rebinds(statement: ast.stmt, root: str) -> bool:
    """A statement, or one inside it, binds a name anew, or a part of what it names."""
    for node in walk(statement):
        if isinstance(node, ast.Name) and node.id == root and not isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            owner: ast.expr = node
            while isinstance(owner, ast.Attribute | ast.Subscript):
                owner = owner.value
            if isinstance(owner, ast.Name) and owner.id == root:
                return True
    return False


def groups(node: ast.expr) -> TypeGuard[ast.Subscript]:
    """`table[key]` in `table[key].append(value)`, where the key is none of a position."""
    if not isinstance(node, ast.Subscript) or isinstance(node.slice, ast.Slice):
        return False
    return not (isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int))
