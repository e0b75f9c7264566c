"""A call and the function that it calls in, what it passes for each parameter out."""

from __future__ import annotations

from readiness.libraries.values.expressions import receiver
from readiness.libraries.values.frames import Place
from readiness.model import Project, SymbolKind
from readiness.model.summary import Call, Class, Constant, Function, Mapping, Name, Starred, Summary, Value

STATIC = frozenset({"staticmethod"})


def passed(
    project: Project, place: Place, call: Call, summary: Summary, function: Function, skip: int
) -> tuple[dict[str, Place], tuple[Place, ...]]:
    """What a call passes for each parameter."""
    parameters = list(function.parameters)
    found: dict[str, Place] = {}
    positional = [each for each in parameters if each.kind in ("positional-only", "positional")]
    if _is_method(summary, function) and positional and not _through_class(project, place, call, function):
        own = positional.pop(0)
        origin = receiver(call.callee)
        if origin is not None and skip == 0:
            found[own.name] = _inside(place, origin)
    given = call.arguments[skip:]
    for parameter, value in zip(positional, given, strict=False):
        if isinstance(value, Starred):
            break
        found[parameter.name] = _inside(place, value)
    spread: list[Place] = []
    names = {each.name for each in parameters}
    others: dict[str, Value] = {}
    for name, value in call.keywords:
        if not name:
            spread.append(_inside(place, value))
        elif name in names:
            found[name] = _inside(place, value)
        else:
            others[name] = value
    rest = next((each for each in parameters if each.kind == "keyword-variadic"), None)
    if rest is not None:
        keys: list[Value | None] = [Constant(name) for name in others]
        values = list(others.values())
        keys += [None for _ in spread]
        values += [each.value for each in spread]
        found[rest.name] = _inside(place, Mapping(tuple(keys), tuple(values)))
    return found, tuple(spread)


def _is_method(summary: Summary, function: Function) -> bool:
    in_class = function.scope >= 0 and isinstance(summary.definitions[function.scope], Class)
    return in_class and not any(isinstance(each, Name) and each.dotted in STATIC for each in function.decorators)


def _through_class(project: Project, place: Place, call: Call, function: Function) -> bool:
    """The method is called on its class, so that the object is the first argument."""
    if any(isinstance(each, Name) and each.dotted == "classmethod" for each in function.decorators):
        return False
    origin = receiver(call.callee)
    if not isinstance(origin, Name):
        return False
    return project.resolve(place.frame.path, origin.dotted, call.scope, call.line).kind is SymbolKind.CLASS


def _inside(place: Place, value: Value) -> Place:
    return Place(value, place.frame, place.line)
