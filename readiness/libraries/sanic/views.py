"""One registration in, the functions that answer out: a handler function, the methods of a class-based view."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.handlers import Handlers
from readiness.libraries.evaluation.methods import methods_given
from readiness.libraries.evaluation.placing import LAMBDA, Placing
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Kind, Made, Outside, Routine, Thing
from readiness.libraries.evaluation.views import View
from readiness.libraries.sanic.nodes import RouteEntry
from readiness.libraries.sanic.vocabulary import SILENT_METHODS, VERBS


class Views:
    """Finds the handlers of registrations."""

    def __init__(self, reader: Reader, handlers: Handlers, placing: Placing) -> None:
        self.reader = reader
        self.handlers = handlers
        self.placing = placing

    def of(self, entry: RouteEntry) -> Iterator[View]:
        """Handlers of one registration, one for each method."""
        found = False
        for thing in self.handlers.behind(entry.handler) if entry.handler is not None else ():
            found = True
            yield from self._answers(entry, thing)
        if not found:
            inner = isinstance(entry.handler, Bound) and entry.handler.value == LAMBDA
            name = self.placing.written_in_place(entry.call) if inner else ""
            for method, exact in self._methods(entry):
                yield View(method, None, name, exact=exact and inner, known=inner, inner=inner)

    def _answers(self, entry: RouteEntry, thing: Thing) -> Iterator[View]:
        if isinstance(thing, Kind):
            yield from self._class(entry, thing)
            return
        handler, name = thing if isinstance(thing, Routine) else None, ""
        if isinstance(thing, Made) and isinstance(thing.maker, Kind):
            handler = self.handlers.called(thing)
        elif not isinstance(thing, Routine):
            maker = thing.maker if isinstance(thing, Made) else thing
            name = maker.name if isinstance(maker, Outside) else ""
        for method, exact in self._methods(entry):
            yield View(method, handler, name, exact=exact)

    def _class(self, entry: RouteEntry, kind: Kind) -> Iterator[View]:
        """A class answers the methods that it defines or inherits, whatever the registration says."""
        found = False
        for verb, method in VERBS.items():
            handler = self.handlers.member(kind, verb)
            if handler is not None:
                found = True
                yield View(method, handler, owner=kind)
        if not found:
            handler = self.handlers.member(kind, "dispatch_request")
            for method, exact in self._methods(entry):
                yield View(method, handler or kind, exact=exact and handler is not None, owner=kind)

    def _methods(self, entry: RouteEntry) -> Iterator[tuple[str, bool]]:
        """Methods of a registration, each with whether it is known."""
        if entry.socket:
            yield "WEBSOCKET", True
            return
        if entry.verb:
            yield entry.verb, True
            return
        given = entry.arguments.get("methods")
        things = self.reader.things(given) if given is not None else []
        if any(isinstance(each, Outside) and each.name.endswith("constants.HTTP_METHODS") for each in things):
            yield from ((method, True) for method in VERBS.values())
            return
        for method, exact in methods_given(self.reader, given, "GET"):
            if method not in SILENT_METHODS:
                yield method, exact
