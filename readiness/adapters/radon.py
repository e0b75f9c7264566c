"""The syntax tree of one file in, the cyclomatic complexity of its functions out, as radon counts it."""

from __future__ import annotations

import ast


def complexities(tree: ast.Module) -> dict[int, int]:
    """Complexity by line: of each function and method, nested ones apart, by the line of its `def` or first decorator.

    Raises whatever radon raises; ImportError where it is not installed.
    """
    from radon.visitors import ComplexityVisitor, Function

    visitor = ComplexityVisitor.from_ast(tree)
    found: dict[int, int] = {}
    waiting: list[Function] = list(visitor.functions)
    for each in visitor.classes:
        waiting += each.methods
        inner = list(each.inner_classes)
        while inner:
            below = inner.pop()
            waiting += below.methods
            inner += below.inner_classes
    while waiting:
        function = waiting.pop()
        found[function.lineno] = function.complexity
        waiting += function.closures
    return found
