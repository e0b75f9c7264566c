"""The name of an annotated type in, the dependency that it stands for out: `CurrentUser = Annotated[User, Depends(get_user)]`."""

from __future__ import annotations

from readiness.model import Project, SymbolKind
from readiness.model.summary import CallRef, Sequence, Subscript, Value

Target = tuple[str, Value, int, int]
"""File, expression, scope and line of what a dependency calls."""


def behind_alias(project: Project, path: str, dotted: str, scope: int) -> Target | None:
    """What the alias depends on; None for any other name."""
    symbol = project.resolve(path, dotted, scope)
    if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0 or symbol.rest:
        return None
    summary = project.summary(symbol.path)
    if summary is None:
        return None
    assignment = summary.assignments[symbol.index]
    value = assignment.value
    if not isinstance(value, Subscript) or not isinstance(value.index, Sequence):
        return None
    for item in reversed(value.index.items[1:]):
        if isinstance(item, CallRef):
            call = summary.calls[item.index]
            name = project.callee(symbol.path, item.index).name
            if name.partition(".")[0] == "fastapi" and name.rpartition(".")[2] in ("Depends", "Security"):
                given = call.arguments[0] if call.arguments else dict(call.keywords).get("dependency")
                return (symbol.path, given, call.scope, call.line) if given is not None else None
    return None
