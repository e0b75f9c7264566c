"""Functions and classes that the framework calls in, their dependencies on every level and the inputs these declare out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.declarations.annotations import Typed, Types
from readiness.libraries.declarations.inputs import Input, Inputs
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Kind, Made, Outside, Routine, Thing
from readiness.libraries.fastapi.vocabulary import (
    INJECTED,
    REQUEST_OBJECTS,
    is_depends,
    is_framework,
    is_injector,
    parameter_source,
)
from readiness.model import SymbolKind
from readiness.model.summary import Call, Function


class Closure(Struct, frozen=True, eq=False):
    """Everything behind one dependency or handler."""

    names: tuple[str, ...] = ()
    """Symbols and external names, outermost first."""
    inputs: tuple[Input, ...] = ()
    calls: tuple[tuple[str, str, int], ...] = ()
    """Of what a `Depends(...)` names: its name, and the file and index of that call."""


NOTHING = Closure()
LEVELS = 30
"""Dependencies behind one another that are followed."""


class Dependencies:
    """Follows dependencies; each is read once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.types = Types(reader)
        self.inputs = Inputs(reader, self.types, parameter_source)
        self.known: dict[tuple[object, ...], Closure] = {}
        self.level = 0

    def of_list(self, given: Answer) -> Closure:
        """The dependencies of a `dependencies=[...]` argument."""
        elements = self.reader.elements(given)[0]
        return joined(self.of_depends(made, Typed()) for each in elements for made in self.reader.made(each))

    def of_depends(self, made: Made, annotation: Typed) -> Closure:
        """What a `Depends(...)` stands for; without an argument it is the annotated class."""
        if not isinstance(made.maker, Outside) or not is_depends(made.maker):
            return NOTHING
        call = self.reader.call(made.path, made.index)
        target = self._target(call, made)
        if target is not None:
            closures = [closure for each in self.reader.things(target) for closure in self._called(each)]
            named = dict.fromkeys((each.names[0], made.path, made.index) for each in closures if each.names)
            return joined([*closures, Closure((), (), tuple(named))])
        return self.closure(annotation.head) if annotation.head is not None else NOTHING

    def _target(self, call: Call, made: Made) -> Bound | None:
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        if call.arguments:
            return self.reader.at(place, call.arguments[0])
        return next((self.reader.at(place, value) for name, value in call.keywords if name == "dependency"), None)

    def _called(self, thing: Thing) -> Iterator[Closure]:
        """What is behind a callable; `partial(f, x=1)` is f with a default for x."""
        if (
            not isinstance(thing, Made)
            or not isinstance(thing.maker, Outside)
            or thing.maker.name != "functools.partial"
        ):
            yield self.closure(thing)
            return
        call = self.reader.call(thing.path, thing.index)
        place = Bound(call.callee, thing.path, call.scope, call.line, thing.frame)
        named = self.reader.arguments.keywords(call, place)
        for inner in self.reader.things(self.reader.at(place, call.arguments[0])) if call.arguments else ():
            closure = self.closure(inner)
            own = self.reader.symbol_of(inner).name if isinstance(inner, Routine | Kind) else ""
            inputs = [
                replace(each, required=False) if each.name in named and each.via == own else each
                for each in closure.inputs
            ]
            yield Closure(closure.names, tuple(inputs), closure.calls)

    def closure(self, thing: Thing) -> Closure:
        """One dependency with everything behind it."""
        match thing:
            case Outside():
                return Closure((thing.name,))
            case Routine():
                key: tuple[object, ...] = ("routine", *thing.key)
            case Kind():
                key = ("class", *thing.key)
            case Made(maker=Kind() as maker):
                return self._instance(thing, maker)
            case Made(maker=Outside() as maker):
                return Closure((maker.name,))
            case _:
                return NOTHING
        known = self.known.get(key)
        if known is None and self.level < LEVELS:
            self.known[key] = NOTHING  # a circle ends here
            self.level += 1
            known = self._routine(thing) if isinstance(thing, Routine) else self.of_class(thing)
            self.level -= 1
            self.known[key] = known
        return known or NOTHING

    def _routine(self, routine: Routine) -> Closure:
        name = self.reader.symbol_of(routine).name
        return joined([Closure((name,)), self.signature(routine, name)])

    def _instance(self, made: Made, maker: Kind) -> Closure:
        """An object that is called: its class's `__call__`."""
        symbol = self.reader.symbol_of(maker)
        called = self.reader.project.member(symbol, "__call__")
        if called.kind is SymbolKind.FUNCTION:
            return self.closure(Routine(called.path, called.index, None, made))
        bases = self.types.bases(maker)
        return joined([Closure((symbol.name,)), Closure(tuple(each.name for each in bases[:1]))])

    def of_class(self, kind: Kind, attributes: bool = False) -> Closure:
        """A class: what its `__init__` takes, or its fields; with `attributes` both, as a class of handlers is filled."""
        name = self.reader.symbol_of(kind).name
        found = [Closure((name,))]
        init = self.reader.project.member(self.reader.symbol_of(kind), "__init__")
        if init.kind is SymbolKind.FUNCTION and not init.rest:
            found.append(self.signature(Routine(init.path, init.index, kind.frame), name))
        elif not attributes and self.types.is_model(kind):
            found.append(self.fields(kind, "", name))
        if attributes:
            found.append(self.fields(kind, "", name))
        return joined(found)

    def fields(self, kind: Kind, source: str, via: str) -> Closure:
        """The annotated attributes of a class as inputs."""
        found = []
        for name, annotation, default in self.types.fields(kind):
            typed = self.types.of(annotation)
            if not typed.name.startswith("ClassVar["):
                found.append(self._parameter(name, typed, default, source, via))
        return joined(found)

    def signature(self, routine: Routine, via: str) -> Closure:
        """The parameters of a function, as inputs and further dependencies."""
        function = self.reader.function(routine)
        method = self.reader.is_method(routine.path, routine.index)
        found = []
        for parameter in function.parameters[1 if method else 0 :]:
            if parameter.kind in ("variadic", "keyword-variadic"):
                continue
            annotation = self._at(routine, function, parameter.annotation)
            default = self._at(routine, function, parameter.default)
            found.append(self._parameter(parameter.name, self.types.of(annotation), default, "", via))
        return joined(found)

    def _at(self, routine: Routine, function: Function, value: object) -> Bound | None:
        frame: Frame | None = routine.frame
        return Bound(value, routine.path, function.scope, function.line, frame) if value is not None else None  # type: ignore[arg-type]

    def _parameter(self, name: str, typed: Typed, default: Bound | None, source: str, via: str) -> Closure:
        markers = list(self._markers(typed, default))
        for marker in markers:
            if isinstance(marker.maker, Outside) and is_depends(marker.maker):
                return self.of_depends(marker, typed)
        if is_injector(typed.head) or any(is_injector(each.maker) for each in markers):
            return NOTHING
        if isinstance(typed.head, Outside) and is_framework(typed.head):
            if typed.head.last in REQUEST_OBJECTS:
                return Closure((), (Input(name=name, source="request", annotation=typed.name, via=via),))
            if typed.head.last in INJECTED or typed.head.last.endswith("Response"):
                return NOTHING
        one = self.inputs.read(name, typed, default, markers, source, via)
        if one.spread is not None:
            return self.fields(one.spread, one.source, self.reader.symbol_of(one.spread).name)
        return Closure((), (one,))

    def _markers(self, typed: Typed, default: Bound | None) -> Iterator[Made]:
        """The calls that say what a parameter is: its default first, then the last of `Annotated`."""
        if default is not None:
            yield from self.reader.made(default)
        for each in reversed(typed.metadata):
            for thing in self.reader.things(each):
                if isinstance(thing, Made):
                    yield thing
                elif isinstance(thing, Outside) and isinstance(each, Bound):
                    # `Annotated[int, Query]` without a call means the same as with one
                    yield Made(thing, each.path, -1, None)


def joined(closures: Iterable[Closure]) -> Closure:
    """Several as one; what is named twice counts once."""
    names: dict[str, None] = {}
    inputs: dict[tuple[str, str, str], Input] = {}
    calls: dict[tuple[str, str, int], None] = {}
    for closure in closures:
        names |= dict.fromkeys(closure.names)
        calls |= dict.fromkeys(closure.calls)
        for each in closure.inputs:
            inputs.setdefault((each.name, each.source, each.via), each)
    return Closure(tuple(names), tuple(inputs.values()), tuple(calls))
