"""A value that a client sends in, what its declaration allows out: a maximum, one of a fixed set, or anything.

Declarations are read from the route's parameters, from fields of parameter models with their validators, from reqparse
arguments and from webargs fields; values are also read straight from the request.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.values.expressions import called, inside, keyword, receiver, tail
from readiness.libraries.values.frames import Frame, Place
from readiness.libraries.values.guards import Guards
from readiness.model import Missing, Project, Route, RouteParameter, Symbol, SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Constant,
    Function,
    Mapping,
    Member,
    Name,
    Subscript,
    Summary,
    Value,
)

REQUESTS = (
    "flask.request", "flask.globals.request", "quart.request", "sanic.request", "bottle.request",
)  # fmt: skip
"""Request objects that are imported."""
REQUEST_FIELDS = frozenset(
    {
        "args", "values", "form", "json", "GET", "POST", "query_params", "query", "data", "params", "path_params",
        "get_json",
    }
)  # fmt: skip
"""Attributes of a request object that hold what a client sent."""
REQUEST_NAMES = frozenset({"request", "req", "self.request"})
GETTERS = frozenset({"get", "pop", "getlist", "getone"})
PARSERS = frozenset({"parse_args", "parse"})
SPREADERS = frozenset({"use_kwargs", "use_args", "arguments"})
VALIDATORS = frozenset({"field_validator", "validator", "validates"})
UPPER = ("le", "lt", "max", "maximum", "max_value")
"""Keywords that declare a largest value, in pydantic, webargs and marshmallow, and REST framework fields."""
MARKERS = frozenset({"Query", "Field", "Body", "Form", "Header", "Param"})
RANGES = frozenset({"int_range", "Range", "IntRange", "conint", "confloat"})


class Declared(Struct, frozen=True):
    """What is known of one input."""

    name: str
    maximum: float | None = None
    choices: bool = False
    validated: bool = False
    """Something that could not be read may limit it."""
    default: str = ""


class ClientInputs:
    """Reads the inputs of one project's routes."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.guards = Guards(project)
        self._arguments: dict[str, list[tuple[str, Call]]] | None = None

    def sent(self, place: Place) -> Declared | None:
        """What a place takes straight out of the request or out of parsed arguments; None where it does neither."""
        found = self._taken(place)
        if found is None:
            return None
        holder, name = found
        if isinstance(holder, CallRef):
            call = self._summary(place).calls[holder.index]
            if tail(call.callee) in PARSERS:
                return self._parsed(place.frame.path, name)
            origin = receiver(call.callee)
            if tail(call.callee) in REQUEST_FIELDS and origin is not None and self._is_request(place, origin):
                return Declared(name)
            return None
        if tail(holder) in REQUEST_FIELDS:
            origin = receiver(holder)
            if origin is not None and self._is_request(place, origin):
                return Declared(name)
        return None

    def _taken(self, place: Place) -> tuple[Value, str] | None:
        """The holder and the key of `holder["key"]`, `holder.get("key")` and `holder.key`."""
        value = place.value
        match value:
            case Subscript(value=holder, index=Constant(value=str() as name)):
                return holder, name
            case Member(value=CallRef() as holder, name=name):
                return holder, name
            case CallRef():
                call = self._summary(place).calls[value.index]
                origin = receiver(call.callee)
                if tail(call.callee) in GETTERS and origin is not None and call.arguments:
                    first = call.arguments[0]
                    if isinstance(first, Constant) and isinstance(first.value, str):
                        return origin, first.value
        return None

    def _is_request(self, place: Place, origin: Value) -> bool:
        if not isinstance(origin, Name):
            return False
        symbol = self.project.resolve(place.frame.path, origin.dotted, place.frame.scope, place.line)
        if symbol.kind is SymbolKind.EXTERNAL:
            return symbol.name in REQUESTS
        return symbol.kind in (SymbolKind.PARAMETER, SymbolKind.UNKNOWN) and origin.dotted in REQUEST_NAMES

    def _parsed(self, path: str, name: str) -> Declared:
        """An argument of a reqparse parser, by its name; those declared in the same file come first."""
        if self._arguments is None:
            self._arguments = {}
            for each in self.project.imports("flask_restful", "flask_restx", "flask_restplus"):
                summary = self.project.summary(each)
                for call in summary.calls if summary is not None else ():
                    first = call.arguments[0] if call.arguments else None
                    if tail(call.callee) == "add_argument" and isinstance(first, Constant):
                        self._arguments.setdefault(str(first.value), []).append((each, call))
        known = self._arguments.get(name, [])
        near = [each for each in known if each[0] == path] or known
        found = [self._by_calls(where, name, call) for where, call in near]
        return max(found, key=lambda each: each.maximum or float("inf"), default=Declared(name))

    def _by_calls(self, path: str, name: str, call: Call) -> Declared:
        """What the keywords of a declaring call say, and the calls inside its arguments."""
        maximum = self._upper(path, call)
        summary = self.project.summary(path)
        choices = keyword(call, "choices") is not None
        given = [*call.arguments, *(value for _, value in call.keywords)]
        for value in given:
            for each in inside(summary, value) if summary is not None else ():
                if not isinstance(each, CallRef):
                    continue
                inner = summary.calls[each.index] if summary is not None else call
                last = called(self.project, path, each.index)
                choices = choices or last == "OneOf"
                if last in RANGES:
                    bound = self._upper(path, inner)
                    numbers = [argument.value for argument in inner.arguments if isinstance(argument, Constant)]
                    if bound is None and len(numbers) > 1 and isinstance(numbers[1], int | float):
                        bound = float(numbers[1])
                    maximum = bound if bound is not None else maximum
        return Declared(name, maximum, choices)

    def _upper(self, path: str, call: Call) -> float | None:
        for name, value in call.keywords:
            if name in UPPER:
                constant = self.project.constant(path, value, call.scope, call.line)
                if isinstance(constant, int | float):
                    return float(constant) - (1 if name == "lt" else 0)
        return None

    def declared(self, route: Route | None, name: str, frame: Frame, parameter: str) -> Declared | None:
        """The input of a route by the name that the code uses; None where the route has none of that name."""
        spread = self._spread(frame, name, parameter)
        if spread is not None:
            return spread
        found = self._of_route(route, name)
        if found is not None:
            return _as_declared(found, name)
        return self._own(frame, parameter) or Declared(name, validated=True)

    def _own(self, frame: Frame, parameter: str) -> Declared | None:
        """What the default of a parameter declares: `Query(20, alias="pageSize", le=100)`."""
        summary = self.project.summary(frame.path)
        definition = summary.definitions[frame.scope] if summary is not None and frame.scope >= 0 else None
        if summary is None or not isinstance(definition, Function):
            return None
        default = next((each.default for each in definition.parameters if each.name == parameter), None)
        if not isinstance(default, CallRef) or called(self.project, frame.path, default.index) not in MARKERS:
            return None
        return self._by_calls(frame.path, parameter, summary.calls[default.index])

    @staticmethod
    def _of_route(route: Route | None, name: str) -> RouteParameter | None:
        wanted = _folded(name)
        return next((each for each in route.parameters if _folded(each.name) == wanted), None) if route else None

    def _spread(self, frame: Frame, name: str, parameter: str) -> Declared | None:
        """A field that webargs or flask-apispec parses and passes on."""
        summary = self.project.summary(frame.path)
        definition = summary.definitions[frame.scope] if summary is not None and frame.scope >= 0 else None
        if summary is None or not isinstance(definition, Function):
            return None
        for decorator in definition.decorators:
            if not isinstance(decorator, CallRef):
                continue
            call = summary.calls[decorator.index]
            maker = called(self.project, frame.path, decorator.index)
            if maker not in SPREADERS or not call.arguments:
                continue
            wanted = name if maker != "use_kwargs" else parameter
            for key, value in self._entries(frame.path, summary, call.arguments[0], call):
                if key == wanted:
                    inner = summary.calls[value.index] if isinstance(value, CallRef) else None
                    return self._by_calls(frame.path, wanted, inner) if inner is not None else Declared(wanted)
        return None

    def _entries(self, path: str, summary: Summary, value: Value, call: Call) -> Iterator[tuple[str, Value]]:
        if isinstance(value, Name):
            symbol = self.project.resolve(path, value.dotted, call.scope, call.line)
            if symbol.kind is SymbolKind.VARIABLE and symbol.path == path and symbol.index >= 0:
                found = summary.assignments[symbol.index].value
                value = found if found is not None else value
        if isinstance(value, Mapping):
            for key, item in zip(value.keys, value.values, strict=True):
                if isinstance(key, Constant) and isinstance(key.value, str):
                    yield key.value, item

    def field(self, route: Route | None, kind: Symbol, name: str) -> Declared | None:
        """A field of a class whose objects are made of the request."""
        validated = self._validator(kind, name)
        if validated is not None:
            return validated
        of_route = self._of_route(route, name)
        member = self.project.member(kind, name)
        if member.kind is not SymbolKind.VARIABLE or member.index < 0:
            return _as_declared(of_route, name) if of_route is not None else None
        if of_route is not None:
            return _as_declared(of_route, name)
        summary = self.project.summary(member.path)
        assignment = summary.assignments[member.index] if summary is not None else None
        if summary is None or assignment is None:
            return None
        found = Declared(name)
        for value in (assignment.value, assignment.annotation):
            for each in inside(summary, value):
                if isinstance(each, CallRef):
                    bound = self._by_calls(member.path, name, summary.calls[each.index])
                    found = bound if bound.maximum is not None or bound.choices else found
        return found

    def _validator(self, kind: Symbol, name: str) -> Declared | None:
        """What a validator of the class makes of the field."""
        for owner in self.project.ancestors(kind):
            summary = self.project.summary(owner.path) if owner.index >= 0 else None
            for index, definition in enumerate(summary.definitions if summary is not None else ()):
                if isinstance(definition, Function) and definition.scope == owner.index and summary is not None:
                    found = self._validates(owner.path, summary, index, definition, name)
                    if found is not None:
                        return found
        return None

    def _validates(self, path: str, summary: Summary, index: int, function: Function, name: str) -> Declared | None:
        for decorator in function.decorators:
            if not isinstance(decorator, CallRef):
                continue
            call = summary.calls[decorator.index]
            if called(self.project, path, decorator.index) not in VALIDATORS or Constant(name) not in call.arguments:
                continue
            given = [each.name for each in function.parameters if each.name not in ("self", "cls")]
            guard = self.guards.of(path, index, given[0], function.end_line + 1) if given else None
            if guard is not None:
                return Declared(name, guard.maximum, choices=guard.maximum is None)
            for each in summary.calls:
                if each.scope == index and each.callee == Name("min"):
                    numbers = [self.project.constant(path, value, index, each.line) for value in each.arguments]
                    known = [float(n) for n in numbers if not isinstance(n, Missing) and isinstance(n, int | float)]
                    return Declared(name, min(known, default=None), choices=not known)
            return Declared(name, validated=True)
        return None

    def _summary(self, place: Place) -> Summary:
        found = self.project.summary(place.frame.path)
        if found is None:
            raise LookupError(f"{place.frame.path} has no summary")
        return found


def _as_declared(parameter: RouteParameter, name: str) -> Declared:
    return Declared(
        parameter.name or name,
        parameter.maximum,
        parameter.choices,
        parameter.constrained and parameter.maximum is None,
        parameter.default,
    )


def _folded(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
