"""One registration in, its handlers out: a function, the methods of a class, or something that is not of the project."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.declarations.responses import Response
from readiness.libraries.evaluation.methods import methods_given
from readiness.libraries.evaluation.placing import LAMBDA, Placing
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine, Thing
from readiness.libraries.fastapi.controllers import is_controller
from readiness.libraries.fastapi.dependencies import NOTHING, Closure, Dependencies, joined
from readiness.libraries.fastapi.nodes import RouteEntry
from readiness.libraries.fastapi.responses import Responses
from readiness.libraries.fastapi.vocabulary import ENDPOINT_CLASSES, VERBS
from readiness.model import SymbolKind
from readiness.model.summary import CallRef, Class

WRAPPERS = 4
"""Calls around one handler."""


class Endpoint(Struct, frozen=True, eq=False):
    """One handler for one method."""

    method: str
    handler: Thing | None
    name: str = ""
    """For a handler that is not of the project."""
    closure: Closure = NOTHING
    exact: bool = True
    inner: bool = False
    """It is written in place: a lambda."""

    @property
    def ours(self) -> bool:
        """The project defines it."""
        return isinstance(self.handler, Routine | Kind)


class Endpoints:
    """Finds the handlers of registrations."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.placing = Placing(reader)
        self.dependencies = Dependencies(reader)
        self.responses = Responses(reader, self.dependencies.types)
        self._signatures: dict[tuple[object, ...], Closure] = {}

    def of(self, entry: RouteEntry) -> Iterator[Endpoint]:
        """Handlers of one registration, one for each method."""
        found = False
        for thing, exact in self._handlers(entry.endpoint, 0):
            found = True
            yield from self._answers(entry, thing, exact)
        if not found:
            inner = isinstance(entry.endpoint, Bound) and entry.endpoint.value == LAMBDA
            name = self.placing.written_in_place(entry.call) if inner else ""
            for method, known in self._methods(entry, "GET"):
                yield Endpoint(method, None, name, NOTHING, known and inner, inner)

    def _handlers(self, endpoint: Answer, depth: int) -> Iterator[tuple[Thing, bool]]:
        """What answers: a decorator or wrapper around a function of the project counts as the function."""
        wrapped = self.reader.names.written(endpoint) if isinstance(endpoint, Bound) else None
        if wrapped is not None and isinstance(wrapped.value, CallRef) and depth < WRAPPERS:
            call = self.reader.call(wrapped.path, wrapped.value.index)
            for argument in call.arguments:
                given = self.reader.at(wrapped, argument)
                inner = [each for each, _ in self._handlers(given, depth + 1) if isinstance(each, Routine)]
                if inner:
                    partial = self.reader.project.callee(wrapped.path, wrapped.value.index).name == "functools.partial"
                    exact = partial or self.reader.names.is_decorated(given)
                    yield from ((each, exact) for each in inner)
                    return
        for thing in self.reader.things(endpoint):
            if isinstance(thing, Routine | Kind | Outside | Made):
                yield thing, True

    def _answers(self, entry: RouteEntry, thing: Thing, exact: bool) -> Iterator[Endpoint]:
        if isinstance(thing, Kind):
            yield from self._class(entry, thing, exact)
            return
        if isinstance(thing, Made) and isinstance(thing.maker, Kind):
            symbol = self.reader.project.member(self.reader.symbol_of(thing.maker), "__call__")
            if symbol.kind is SymbolKind.FUNCTION:
                called = Routine(symbol.path, symbol.index, None, thing)
                for method, known in self._methods(entry, "ANY" if entry.starlette else "GET"):
                    yield Endpoint(method, called, "", self._signature(called, entry), exact and known)
                return
        if isinstance(thing, Routine):
            closure = self._signature(thing, entry)
            for method, known in self._methods(entry, "GET"):
                yield Endpoint(method, thing, "", closure, exact and known)
            return
        name = (
            thing.maker.name
            if isinstance(thing, Made) and isinstance(thing.maker, Outside)
            else getattr(thing, "name", "")
        )
        for method, known in self._methods(entry, "GET" if isinstance(thing, Outside) else "ANY"):
            yield Endpoint(method, None, name, NOTHING, exact and known)

    def _class(self, entry: RouteEntry, kind: Kind, exact: bool) -> Iterator[Endpoint]:
        """Starlette's endpoint classes answer the methods they define."""
        project, symbol = self.reader.project, self.reader.symbol_of(kind)
        bases = {each.last for each in self.dependencies.types.bases(kind)}
        if entry.socket or "WebSocketEndpoint" in bases:
            yield Endpoint("WEBSOCKET", kind, exact=exact)
            return
        found = False
        for verb, method in VERBS.items():
            member = project.member(symbol, verb)
            if member.kind is SymbolKind.FUNCTION:
                found = True
                yield Endpoint(method, Routine(member.path, member.index, kind.frame), exact=exact)
        if not found and not bases & ENDPOINT_CLASSES:
            for method, known in self._methods(entry, "ANY"):
                yield Endpoint(method, kind, exact=exact and known)

    def _methods(self, entry: RouteEntry, default: str) -> Iterator[tuple[str, bool]]:
        """Methods of a registration, each with whether it is known."""
        if entry.socket:
            yield "WEBSOCKET", True
            return
        if entry.verb:
            yield entry.verb, True
            return
        yield from methods_given(self.reader, entry.arguments.get("methods"), default)

    def _signature(self, routine: Routine, entry: RouteEntry) -> Closure:
        """The inputs and dependencies of a handler; Starlette gives it the request and nothing else."""
        if entry.starlette:
            return NOTHING
        key = routine.key
        known = self._signatures.get(key)
        if known is None:
            symbol = self.reader.symbol_of(routine)
            found = [self.dependencies.signature(routine, symbol.name)]
            definitions = self.reader.summary(routine.path).definitions
            around = self.reader.function(routine).scope
            if (
                around >= 0
                and isinstance(definitions[around], Class)
                and is_controller(self.reader, routine.path, around)
            ):
                found.insert(0, self.dependencies.of_class(Kind(routine.path, around), attributes=True))
            known = self._signatures[key] = joined(found)
        return known

    def response(self, entry: RouteEntry, endpoint: Endpoint, default_class: Answer | None) -> Response:
        """What the handler answers."""
        routine = endpoint.handler if isinstance(endpoint.handler, Routine) else None
        return self.responses.of(entry.arguments, routine, default_class)
