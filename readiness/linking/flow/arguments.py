"""A call as the summary holds it and its syntax tree in, an argument's expression, or that of what it is called on, out."""

import ast
from collections.abc import Iterator
from itertools import chain

from readiness.model.summary import Call, Constant, Mapping, Member, Name, Sequence, Starred, Subscript, Value

DISPLAYS = 2
"""Displays inside one another in which an argument is looked for: `RunSQL([(sql, parameters)])`."""


def _displayed(value: Value, expression: ast.expr) -> Iterator[tuple[Value, ast.expr]]:
    """The keys and values of a dict display, the items of a list, tuple or set display."""
    if isinstance(value, Mapping) and isinstance(expression, ast.Dict):
        for key, shown in zip(value.keys, expression.keys, strict=False):
            if key is not None and shown is not None:
                yield key, shown
        yield from zip(value.values, expression.values, strict=False)
    elif isinstance(value, Sequence) and isinstance(expression, ast.List | ast.Tuple | ast.Set):
        yield from zip(value.items, expression.elts, strict=False)


def expression_of(call: Call, node: ast.Call, argument: Value) -> ast.expr | None:
    """The expression of an argument, or of an item of one that is a display, found by its place in the summary's call; else of
    what stands before the last dot of what is called."""
    positions: list[tuple[Value, ast.expr]] = [
        *zip(call.arguments, node.args, strict=False),
        *zip((value for _, value in call.keywords), (keyword.value for keyword in node.keywords), strict=False),
    ]
    levels = [positions]
    for _ in range(DISPLAYS):
        levels.append([each for value, expression in levels[-1] for each in _displayed(value, expression)])
    for same in (lambda value: value is argument, lambda value: value == argument):
        for value, expression in chain.from_iterable(levels):
            if same(value):
                if isinstance(expression, ast.Starred) and isinstance(value, Starred):
                    return expression.value
                return expression
    if isinstance(argument, Subscript) and isinstance(argument.index, Constant):
        # Not written there: `values["name"]` of a call that is handed `values`.
        held = expression_of(call, node, argument.value)
        if held is not None:
            made = ast.Subscript(held, ast.Constant(argument.index.value), ast.Load())
            return ast.fix_missing_locations(ast.copy_location(made, held))
    return _receiver(call, node, argument)


def _receiver(call: Call, node: ast.Call, wanted: Value) -> ast.expr | None:
    """`path` of `path.read_text()`."""
    callee = call.callee
    held = callee.value if isinstance(callee, Member) else None
    if isinstance(callee, Name) and "." in callee.dotted:
        held = Name(callee.dotted.rpartition(".")[0])
    return node.func.value if held == wanted and isinstance(node.func, ast.Attribute) else None
