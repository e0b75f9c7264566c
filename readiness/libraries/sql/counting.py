"""The calls of a file in, those whose rows are only counted out."""

from readiness.model import Project, SymbolKind
from readiness.model.summary import CallRef, Name


def counted(project: Project, path: str) -> frozenset[int]:
    """Calls that stand inside `len(...)` as they are."""
    summary = project.summary(path)
    if summary is None:
        return frozenset()
    return frozenset(
        call.arguments[0].index
        for index in project.calls_to(path, ("len",))
        if (call := summary.calls[index]).callee == Name("len")
        and len(call.arguments) == 1
        and isinstance(call.arguments[0], CallRef)
        and project.callee(path, index).kind is SymbolKind.BUILTIN
    )
