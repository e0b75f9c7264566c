"""A parameter of a handler in, the dependency that gives it out: a function, or a class that is made of the request's inputs."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.values.expressions import inside
from readiness.libraries.values.frames import Frame
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import CallRef, Function, Name, Parameter, Subscript, Summary, Value

DEPENDS = frozenset({"Depends", "Security"})
"""Marks of FastAPI; its `Depends()` without an argument takes the annotated class."""
ALIASES = 6
"""Names that stand for an `Annotated[...]` and are looked through."""


def provider(project: Project, frame: Frame, name: str) -> Symbol | None:
    """The function or class behind a parameter; None where the framework itself fills it in."""
    summary = project.summary(frame.path)
    definition = summary.definitions[frame.scope] if summary is not None and frame.scope >= 0 else None
    if summary is None or not isinstance(definition, Function):
        return None
    parameter = next((each for each in definition.parameters if each.name == name), None)
    if parameter is None:
        return None
    for path, value in _marks(project, frame.path, definition, parameter):
        found = _depends(project, path, value)
        if found is not None:
            return found if found.kind is not SymbolKind.UNKNOWN else _class(project, frame, name)
    return None


def model(project: Project, frame: Frame, name: str) -> Symbol | None:
    """The class of the project that a parameter is an object of."""
    return _class(project, frame, name)


def _class(project: Project, frame: Frame, name: str) -> Symbol | None:
    kind = project.type_of(frame.path, Name(name), frame.scope)
    return kind if kind.kind is SymbolKind.CLASS else None


def _marks(project: Project, path: str, function: Function, parameter: Parameter) -> Iterator[tuple[str, Value]]:
    """The default, and what stands in the annotation and in the aliases it names."""
    if parameter.default is not None:
        yield path, parameter.default
    place: tuple[str, Value | None, int, int] = (path, parameter.annotation, function.scope, function.line)
    for _ in range(ALIASES):
        where, value, scope, line = place
        if value is None:
            return
        yield where, value
        base = value.value if isinstance(value, Subscript) else value
        if not isinstance(base, Name):
            return
        symbol = project.resolve(where, base.dotted, scope, line)
        summary = project.summary(symbol.path) if symbol.kind is SymbolKind.VARIABLE else None
        if summary is None or symbol.index < 0 or symbol.rest:
            return
        assignment = summary.assignments[symbol.index]
        place = (symbol.path, assignment.value, assignment.scope, assignment.line)


def _depends(project: Project, path: str, value: Value) -> Symbol | None:
    """What the first mark inside a value depends on; an unknown symbol where the mark names nothing that can be resolved."""
    summary = project.summary(path)
    if summary is None:
        return None
    for each in inside(summary, value):
        if isinstance(each, CallRef):
            callee = project.callee(path, each.index)
            if callee.kind is SymbolKind.EXTERNAL and callee.name.rpartition(".")[2] in DEPENDS:
                return _given(project, path, summary, each.index)
    return None


def _given(project: Project, path: str, summary: Summary, index: int) -> Symbol:
    call = summary.calls[index]
    unknown = Symbol(SymbolKind.UNKNOWN, "")
    given = (
        call.arguments[0]
        if call.arguments
        else next((each for name, each in call.keywords if name == "dependency"), None)
    )
    if given is None or isinstance(given, CallRef):
        # An object or a factory's product; where it gives a class of the project, the annotation says so.
        return unknown
    symbol = project.resolve_value(path, given, call.scope, call.line)
    return symbol if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.CLASS) else unknown
