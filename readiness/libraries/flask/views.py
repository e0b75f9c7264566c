"""One registration in, the functions that answer out: a view function, the methods of a class-based view or resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from readiness.libraries.evaluation.handlers import WRAPPERS, WRAPS, Handlers
from readiness.libraries.evaluation.methods import methods_given
from readiness.libraries.evaluation.placing import LAMBDA, Placing
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine, Thing
from readiness.libraries.evaluation.views import View
from readiness.libraries.flask.nodes import RouteEntry
from readiness.libraries.flask.vocabulary import (
    JSONAPI,
    LIBRARY_VIEWS,
    RESOURCE_HOOKS,
    RESOURCES,
    SILENT_METHODS,
    VERBS,
)
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import SymbolKind
from readiness.model.summary import CallRef

Wrapped = tuple[Thing, tuple[str, ...]]
"""What answers, and the names of the decorators around it, outermost first."""


class Views:
    """Finds the views of registrations."""

    def __init__(self, reader: Reader, endpoints: dict[str, Routine]) -> None:
        self.reader = reader
        self.placing = Placing(reader)
        self.handlers = Handlers(reader)
        self.endpoints = endpoints

    def of(self, entry: RouteEntry) -> Iterator[View]:
        """Views of one registration, one for each method."""
        if entry.view is None:
            routine = self.endpoints.get(entry.endpoint)
            for method, known in self._methods(entry, "GET"):
                yield View(method, routine, entry.endpoint, known and routine is not None)
            return
        found = self._together(self._behind(entry.view, 0))
        for thing, around in found:
            for view in self._answers(entry, thing):
                yield replace(view, around=(*around, *view.around), owner=view.owner or entry.owner)
        if not found:
            inner = isinstance(entry.view, Bound) and entry.view.value == LAMBDA
            for method, known in self._methods(entry, "GET"):
                yield View(
                    method,
                    None,
                    self.placing.written_in_place(entry.call) if inner else "",
                    known and inner,
                    inner=inner,
                )

    # what answers

    @staticmethod
    def _together(found: Iterable[Wrapped]) -> list[Wrapped]:
        """Each thing once, with all that stands around it on any way: a loop over decorators binds its view anew."""
        things: dict[tuple[object, ...], Thing] = {}
        around: dict[tuple[object, ...], tuple[str, ...]] = {}
        for thing, names in found:
            key = (type(thing), *thing.key) if isinstance(thing, Kind | Routine) else (id(thing),)
            things.setdefault(key, thing)
            around[key] = (*around.get(key, ()), *names)
        return [(thing, tuple(dict.fromkeys(around[key]))) for key, thing in things.items()]

    def _behind(self, view: Answer, depth: int) -> Iterator[Wrapped]:
        """What answers in the end: behind `as_view`, behind decorators, wrappers and partial applications; with the names of
        the decorators that are called with it."""
        if depth > WRAPPERS:
            return
        if isinstance(view, Bound) and isinstance(view.value, CallRef):
            inner = list(self._in_call(view, view.value.index, depth))
            if inner:
                yield from inner
                return
        for thing in self.reader.things(view):
            if isinstance(thing, Made) and isinstance(thing.maker, Outside) and thing.index >= 0:
                call = self.reader.call(thing.path, thing.index)
                place = Bound(call.callee, thing.path, call.scope, call.line, thing.frame)
                inner = list(self._in_call(place, thing.index, depth))
                yield from inner or [(thing, ())]
            elif isinstance(thing, Routine):
                yield self._unwrapped(thing, depth)
            elif isinstance(thing, Kind | Outside | Made):
                yield thing, ()

    def _in_call(self, place: Bound, index: int, depth: int) -> Iterator[Wrapped]:
        """The view in a call: the class before `.as_view`, else a function or class among the arguments."""
        call = self.reader.call(place.path, index)
        origin = receiver(call.callee)
        if origin is not None and tail(call.callee) == "as_view":
            kinds = [each for each in self.reader.things(self.reader.at(place, origin)) if isinstance(each, Kind)]
            yield from ((each, ()) for each in kinds)
            return
        for argument in call.arguments:
            for thing, around in self._behind(self.reader.at(place, argument), depth + 1):
                if isinstance(thing, Routine | Kind):
                    yield thing, (*self._called(place), *around)
                    return

    def _called(self, place: Bound) -> Iterator[str]:
        """The name of the decorator that is called with a view: `login_required` of `login_required(view)`, `jwt_required` of
        `jwt_required()(view)`."""
        for thing in self.reader.things(place):
            maker = thing.maker if isinstance(thing, Made) else thing
            if isinstance(maker, Outside):
                yield maker.name
                return

    def _unwrapped(self, routine: Routine, depth: int) -> Wrapped:
        """The function or class that a wrapper says it wraps, with the name of the decorator that made the wrapper."""
        function = self.reader.function(routine)
        for decorator in function.decorators:
            if not isinstance(decorator, CallRef) or routine.frame is None or depth > WRAPPERS:
                continue
            call = self.reader.call(routine.path, decorator.index)
            if not call.arguments or self.reader.project.callee(routine.path, decorator.index).name not in WRAPS:
                continue
            wrapped = Bound(call.arguments[0], routine.path, function.scope, function.line, routine.frame)
            for thing, around in self._behind(wrapped, depth + 1):
                if isinstance(thing, Routine | Kind):
                    return thing, (self.reader.project.symbol(routine.path, function.scope), *around)
        return routine, ()

    def _answers(self, entry: RouteEntry, thing: Thing) -> Iterator[View]:
        if isinstance(thing, Kind):
            yield from self._class(entry, thing)
            return
        if isinstance(thing, Made) and isinstance(thing.maker, Kind):
            thing = self.handlers.called(thing) or thing
        handler = thing if isinstance(thing, Routine) else None
        name = thing.name if isinstance(thing, Outside) else ""
        if isinstance(thing, Made) and isinstance(thing.maker, Outside):
            name = thing.maker.name
        library = LIBRARY_VIEWS.get(name.removesuffix(".as_view").rpartition(".")[2])
        if library is not None and not entry.verb and "methods" not in entry.arguments:
            yield from (View(method, None, name) for method in library)
            return
        for method, known in self._methods(entry, "GET"):
            yield View(method, handler, name, known)

    def _class(self, entry: RouteEntry, kind: Kind) -> Iterator[View]:
        """A class answers the methods it defines or inherits; a plain `View` answers them all in one function."""
        own = self._own_methods(kind)
        asked = [method for method, _ in self._methods(entry, "")] if entry.verb or "methods" in entry.arguments else []
        inherited = self._inherited(kind)
        found = False
        for verb, method in VERBS.items():
            handler = self.handlers.member(kind, verb) or (kind if method in inherited else None)
            if handler is None:
                continue
            found = True
            if (not asked or method in asked) and (own is None or method in own):
                hooks = tuple(self._hooks(kind, method)) if isinstance(handler, Kind) else ()
                yield View(method, handler, owner=kind, around=hooks)
        if found:
            return
        handler = self.handlers.member(kind, "dispatch_request")
        if handler is None:
            return
        for method in asked or sorted(own or {"GET"}):
            yield View(method, handler, owner=kind)

    def _inherited(self, kind: Kind) -> frozenset[str]:
        """The methods that a resource's class of Flask-REST-JSONAPI answers itself."""
        bases = [each for each in self.handlers.external_bases(kind) if each.package in JSONAPI]
        return frozenset(method for each in bases for method in RESOURCES.get(each.last, ()))

    def _hooks(self, kind: Kind, method: str) -> Iterator[str]:
        """Methods of a resource that run where the library answers for it."""
        for name in RESOURCE_HOOKS.get(method, ()):
            found = self.handlers.member(kind, name)
            if found is not None:
                yield self.reader.project.symbol(found.path, found.index)

    def _own_methods(self, kind: Kind) -> frozenset[str] | None:
        """What the class itself says in `methods`; None where it says nothing that can be read."""
        symbol = self.reader.project.member(self.reader.symbol_of(kind), "methods")
        if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0:
            return None
        assignment = self.reader.summary(symbol.path).assignments[symbol.index]
        if (symbol.path, assignment.scope) != (kind.path, kind.index) and self.handlers.member(
            kind, "dispatch_request"
        ) is None:
            return None  # a class adds the methods that it defines to those of its bases
        if assignment.value is None:
            return None
        items, _ = self.reader.elements(Bound(assignment.value, symbol.path, assignment.scope, assignment.line))
        named = [text.upper() for each in items if isinstance(text := self.reader.constant(each), str)]
        return frozenset(named) or None

    # methods

    def _methods(self, entry: RouteEntry, default: str) -> Iterator[tuple[str, bool]]:
        """Methods of a registration, each with whether it is known."""
        if entry.verb:
            yield entry.verb, True
            return
        for method, exact in methods_given(self.reader, entry.arguments.get("methods"), default):
            if method not in SILENT_METHODS:
                yield method, exact
