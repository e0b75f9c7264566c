"""Definitions in, how complex functions are out: our own tally finds the candidates, radon says the exact number of those."""

import ast
from collections.abc import Iterator

from readiness.adapters.radon import complexities
from readiness.model import ComplexFunction, FileComplexity, Library, Project, Scope, Span
from readiness.model.summary import Function

library = Library(__name__, stage="code", provides=(ComplexFunction, FileComplexity), aside=True)

NEAR = 10
"""Complexity from which on a function is a candidate: McCabe's own limit."""


@library.recognises
def recognise(project: Project) -> Iterator[ComplexFunction | FileComplexity]:
    """One fact for each file with functions, and one for each function that is a candidate."""
    yield from project.parts(project.paths(Scope.SERVICE, Scope.SCRIPT), complexity_of)


def complexity_of(project: Project, path: str) -> Iterator[ComplexFunction | FileComplexity]:
    """The facts of one file."""
    summary, file = project.summary(path), project.files.get(path)
    if summary is None or file is None:
        return
    functions = [
        (index, each) for index, each in enumerate(summary.definitions) if isinstance(each, Function) and not each.stub
    ]
    if not functions:
        return
    near = [index for index, each in functions if each.branches + 1 > NEAR]
    exact = _exact(project, path, near) if near else {}
    first = functions[0][1]
    yield FileComplexity(
        span=Span(path, first.line, first.column),
        symbol=project.symbol(path, -1),
        scope=file.scope,
        functions=len(functions),
        worst=max((exact.get(each.line, each.branches + 1) for _, each in functions), default=0),
    )
    for index, each in functions:
        if each.branches + 1 > NEAR:
            yield ComplexFunction(
                span=Span(path, each.line, each.column),
                symbol=project.symbol(path, index),
                scope=file.scope,
                name=each.name,
                complexity=exact.get(each.line, each.branches + 1),
                lines=each.end_line - each.first_line + 1,
            )


def _exact(project: Project, path: str, functions: list[int]) -> dict[int, int]:
    """What radon says, by line of the `def`; nothing where it cannot say, and the tally stands."""
    nodes: list[ast.stmt] = [node for index in functions if (node := project.function(path, index)) is not None]
    try:
        return complexities(ast.Module(nodes, []))
    except (ImportError, RecursionError, AttributeError):
        return {}
