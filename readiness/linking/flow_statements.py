"""What single statements and patterns say to who walks them: a loop, a `with` or a pattern in, yes or no or its constants out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readiness.linking.flow_places import BLOCKS, FunctionNode, dotted


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
            waiting.extend(ast.iter_child_nodes(node))


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
