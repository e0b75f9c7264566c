"""The layers around a handler in, the providers that it needs out, with what clients send for them.

A provider runs where a parameter of the handler, or of another provider that runs, has its name; the innermost layer that
provides the name wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from readiness.libraries.declarations.annotations import Typed, Types
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine, Thing
from readiness.libraries.litestar.filters import provided
from readiness.libraries.litestar.inputs import Inputs
from readiness.libraries.litestar.vocabulary import RESERVED, is_ours
from readiness.model import RouteParameter, SymbolKind
from readiness.model.summary import Function, Operation

LEVELS = 20
"""Providers behind one another that are followed."""


class Provider(Struct, frozen=True, eq=False):
    """What fills one parameter."""

    given: Answer | None
    """The callable, or the `Provide(...)` around it."""
    inputs: tuple[RouteParameter, ...] = ()
    """Known inputs of a provider that another package makes."""
    maker: str = ""


class Needs(Struct, eq=False):
    """What a handler needs, gathered."""

    path_names: frozenset[str]
    providers: dict[str, Provider]
    names: dict[str, None] = {}
    """Symbols of the providers that run, in order."""
    parameters: list[RouteParameter] = []
    opened: set[str] = set()


class Providers:
    """Follows parameters to providers."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self.types = Types(reader)
        self.inputs = Inputs(reader, self.types)
        self._mappings: dict[tuple[object, ...], dict[str, Provider]] = {}
        self._kept: list[Answer] = []
        """Answers whose identity is a key; kept so that no other takes their place."""
        self._depth = 0

    # mappings

    def of_mapping(self, given: Answer) -> dict[str, Provider]:
        """The providers of a `dependencies={...}`; each mapping is opened once, also where it spreads itself."""
        key = self.reader.key_of(given) if isinstance(given, Bound) else (id(given),)
        if key not in self._mappings and self._depth < LEVELS:
            self._mappings[key] = {}
            self._kept.append(given)
            self._depth += 1
            found: dict[str, Provider] = {}
            for each in self.reader.follow(given):
                found |= self._entries(each)
            self._depth -= 1
            self._mappings[key] = found
        return self._mappings.get(key, {})

    def _entries(self, each: Answer) -> dict[str, Provider]:
        """Displays, `dict(...)`, sums by `|`, spreads, and the factories of advanced-alchemy."""
        if isinstance(each, Made):
            made = provided(self.reader, each)
            if made and isinstance(each.maker, Outside):
                return {name: Provider(None, inputs, each.maker.name) for name, inputs in made.items()}
        found: dict[str, Provider] = {}
        for spread in self._spreads(each):
            found |= self.of_mapping(spread)
        return found | {name: Provider(value) for name, value in self.reader.arguments.entries(each).items()}

    def _spreads(self, each: Answer) -> Iterator[Answer]:
        """The parts of a sum, and what is spread into a display or a call of `dict`."""
        if not isinstance(each, Bound):
            if isinstance(each, Made) and isinstance(each.maker, Outside) and each.maker.name == "dict":
                call = self.reader.call(each.path, each.index)
                place = Bound(call.callee, each.path, call.scope, call.line, each.frame)
                values = [*call.arguments, *(value for name, value in call.keywords if not name)]
                yield from (self.reader.at(place, value) for value in values)
            return
        value = each.value
        if isinstance(value, Operation) and value.operator == "|":
            yield from (self.reader.at(each, operand) for operand in value.operands)
        for key, inner in zip(getattr(value, "keys", ()), getattr(value, "values", ()), strict=True):
            if key is None:
                yield self.reader.at(each, inner)

    # signatures

    def of(
        self, routine: Routine, providers: dict[str, Provider], path_names: Sequence[str], own: str
    ) -> tuple[tuple[str, ...], list[RouteParameter]]:
        """The providers that run before a handler, and the inputs of both; those of the handler itself have no `via`."""
        needs = Needs(frozenset(path_names), providers)
        self._signature(routine, needs, "", 0)
        return tuple(name for name in needs.names if name != own), needs.parameters

    def _signature(self, routine: Routine, needs: Needs, via: str, level: int) -> None:
        function = self.reader.function(routine)
        method = self.reader.is_method(routine.path, routine.index)
        for parameter in function.parameters[1 if method else 0 :]:
            if parameter.kind in ("variadic", "keyword-variadic"):
                continue
            annotation = self._at(routine, function, parameter.annotation)
            default = self._at(routine, function, parameter.default)
            self._parameter(parameter.name, annotation, default, needs, via, level)

    @staticmethod
    def _at(routine: Routine, function: Function, value: object) -> Bound | None:
        if value is None:
            return None
        return Bound(value, routine.path, function.scope, function.line, routine.frame)  # type: ignore[arg-type]

    def _parameter(
        self, name: str, annotation: Bound | None, default: Bound | None, needs: Needs, via: str, level: int
    ) -> None:
        provider = needs.providers.get(name)
        if provider is not None:
            if name not in needs.opened and level < LEVELS:
                needs.opened.add(name)
                self._provider(provider, needs, level + 1)
            return
        typed = self.types.of(annotation)
        marks = self.inputs.marks(typed, default)
        if marks.dependency or (name not in RESERVED and not marks.source and not self._is_sent(typed)):
            return  # a plugin that is not seen provides it
        found = self.inputs.parameter(name, typed, marks, needs.path_names, via)
        if found is not None:
            needs.parameters.append(found)

    def _is_sent(self, typed: Typed) -> bool:
        """A client can send a value of this type in a path or query."""
        if typed.members:
            return any(self._is_sent(each) for each in typed.members)
        return self.types.is_scalar(typed) or self.types.is_list(typed) or typed.name.partition("[")[0] == "dict"

    def _provider(self, provider: Provider, needs: Needs, level: int) -> None:
        if provider.given is None:
            needs.names[provider.maker] = None
            for each in provider.inputs:
                needs.parameters.append(_via(each, provider.maker))
            return
        for thing in self.reader.things(provider.given):
            self._called(thing, needs, level)

    def _called(self, thing: Thing, needs: Needs, level: int) -> None:
        """One callable: a function, a class, an object of the project's that is called, or another package's."""
        if level > LEVELS:
            return
        if isinstance(thing, Made) and isinstance(thing.maker, Outside) and is_ours(thing.maker):
            for argument in self._wrapped(thing):
                for inner in self.reader.things(argument):
                    self._called(inner, needs, level + 1)
            return
        match thing:
            case Routine():
                name = self.project.symbol(thing.path, thing.index)
                needs.names[name] = None
                self._signature(thing, needs, name, level)
            case Kind():
                self._class(thing, needs, level)
            case Made(maker=Kind() as maker):
                called = self.project.member(self.reader.symbol_of(maker), "__call__")
                if called.kind is SymbolKind.FUNCTION:
                    needs.names[called.name] = None
                    self._signature(Routine(called.path, called.index, None, thing), needs, called.name, level)
            case Outside(name):
                needs.names[name] = None
            case Made(maker=Outside(name)):
                needs.names[name] = None
            case _:
                pass

    def _wrapped(self, made: Made) -> list[Answer]:
        """What a `Provide(...)` is given."""
        if made.index < 0:
            return []
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        named = self.reader.arguments.keywords(call, place)
        if "dependency" in named:
            return [named["dependency"]]
        return [self.reader.at(place, each) for each in call.arguments[:1]]

    def _class(self, kind: Kind, needs: Needs, level: int) -> None:
        symbol = self.reader.symbol_of(kind)
        needs.names[symbol.name] = None
        init = self.project.member(symbol, "__init__")
        if init.kind is SymbolKind.FUNCTION and not init.rest:
            self._signature(Routine(init.path, init.index, kind.frame), needs, symbol.name, level)
        elif self.types.is_model(kind):
            for name, annotation, default in self.types.fields(kind):
                self._parameter(name, annotation, default, needs, symbol.name, level)

    # parameters of layers

    def layered(self, given: Answer, path_names: Sequence[str]) -> Iterator[RouteParameter]:
        """`parameters={"key": Parameter(header="X-Key")}` of a layer: asked of every handler below."""
        for each in self.reader.follow(given):
            for name, value in self.reader.arguments.entries(each).items():
                if isinstance(value, Bound):
                    typed = self.types.of(None)
                    marks = self.inputs.marks(typed, value)
                    found = self.inputs.parameter(name, typed, marks, frozenset(path_names), "")
                    if found is not None:
                        yield found


def _via(parameter: RouteParameter, via: str) -> RouteParameter:
    from msgspec.structs import replace

    return replace(parameter, via=via)
