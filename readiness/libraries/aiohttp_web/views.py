"""One registration in, the functions that answer out: a handler function, a method of an object, the methods of a view class."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.aiohttp_web.nodes import RouteEntry
from readiness.libraries.aiohttp_web.vocabulary import ANY, VERBS
from readiness.libraries.evaluation.handlers import Handlers
from readiness.libraries.evaluation.placing import LAMBDA, Placing
from readiness.libraries.evaluation.things import Bound, Kind, Made, Outside, Routine, Thing
from readiness.libraries.evaluation.views import View


class Views:
    """Finds the handlers of registrations."""

    def __init__(self, handlers: Handlers, placing: Placing) -> None:
        self.handlers = handlers
        self.placing = placing

    def of(self, entry: RouteEntry) -> Iterator[View]:
        """Handlers of one registration, one for each method."""
        method = "ANY" if entry.method in (ANY, "") else entry.method
        found = False
        for thing in self.handlers.behind(entry.handler) if entry.handler is not None else ():
            found = True
            yield from self._answers(entry, thing, method)
        if not found:
            inner = isinstance(entry.handler, Bound) and entry.handler.value == LAMBDA
            name = self.placing.written_in_place(entry.call) if inner else ""
            yield View(method, None, name, exact=inner and bool(entry.method), known=inner, inner=inner)

    def _answers(self, entry: RouteEntry, thing: Thing, method: str) -> Iterator[View]:
        exact = bool(entry.method)
        if isinstance(thing, Kind):
            yield from self._class(entry, thing, method)
        elif isinstance(thing, Made) and isinstance(thing.maker, Kind):
            called = self.handlers.called(thing)
            bases = self.handlers.external_bases(thing.maker)
            name = bases[0].name if bases and called is None else ""
            yield View(method, called, name, exact=exact, known=called is not None or bool(name))
        elif isinstance(thing, Routine):
            yield View(method, thing, exact=exact)
        else:
            maker = thing.maker if isinstance(thing, Made) else thing
            yield View(method, None, maker.name if isinstance(maker, Outside) else "", exact=exact)

    def _class(self, entry: RouteEntry, kind: Kind, method: str) -> Iterator[View]:
        """A view class answers the methods that it defines or inherits."""
        exact = bool(entry.method)
        found = False
        for verb, answered in VERBS.items():
            handler = self.handlers.member(kind, verb)
            if handler is not None:
                found = True
                if method in ("ANY", answered):
                    yield View(answered, handler, exact=exact, owner=kind)
        if not found:
            handler = self.handlers.member(kind, "_iter") or self.handlers.member(kind, "__await__")
            yield View(method, handler or kind, exact=exact and handler is not None, owner=kind)
