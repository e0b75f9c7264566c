"""A function's syntax tree in, whether it counts calls in a cache and compares the count with a limit out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readiness.languages.python.walking import walk

COUNTERS = frozenset({"incr", "incrby", "zcard", "zcount", "hincrby"})
"""Methods of redis, memcached and Django's cache that count, or say how many were counted."""
SETTERS = frozenset({"set", "setex", "psetex"})
ORDERS = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)


def counts_in_cache(function: ast.AST) -> bool:
    """`if cache.incr(key) > 5`, or a number that is read, compared, and set again with one more."""
    nodes = list(walk(function))
    counts = {
        target.id
        for node in nodes
        if isinstance(node, ast.Assign) and any(_is_counter(each) for each in walk(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    counts |= {name for node in nodes for name in _raised(node)}
    return any(
        isinstance(node, ast.Compare)
        and any(isinstance(each, ORDERS) for each in node.ops)
        and any(
            _is_counter(each) or (isinstance(each, ast.Name) and each.id in counts)
            for side in (node.left, *node.comparators)
            for each in walk(side)
        )
        for node in nodes
    )


def _is_counter(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in COUNTERS


def _raised(node: ast.AST) -> Iterator[str]:
    """Names that are set again, raised by a number: `cache.set(key, count + 1, 60)`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SETTERS):
        return
    for each in node.args[1:]:
        match each:
            case ast.BinOp(left=ast.Name(id=name), op=ast.Add(), right=ast.Constant(value=int())):
                yield name
