"""One view in, what answers it, under which methods and behind what it stands out."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evaluation.handlers import Handlers
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine, Thing
from readiness.libraries.pyramid.records import ApplicationRecord, RouteRecord, State, ViewRecord
from readiness.libraries.pyramid.vocabulary import CSRF, PACKAGES, PUBLIC, PUBLIC_TEXT, SAFE
from readiness.libraries.pyramid.walking import Walker
from readiness.libraries.values.expressions import written
from readiness.model import Symbol, SymbolKind
from readiness.model.summary import CallRef, Constant, Sequence

TEMPLATES = (".jinja2", ".mako", ".mak", ".pt", ".html", ".txt", ".xml", ".chameleon", ".j2", ".genshi")
"""Endings of renderers that make pages."""
PAGES = frozenset({"render_to_response", "FileResponse", "FileIter"})
"""What gives a page or a file back."""
REDIRECTS = frozenset(
    {"HTTPFound", "HTTPSeeOther", "HTTPMovedPermanently", "HTTPTemporaryRedirect", "HTTPPermanentRedirect"}
)
ERRORS = frozenset({"builtins.Exception", "Exception", "builtins.BaseException"})


class Asked(Struct, frozen=True):
    """What a registration demands of the caller."""

    permission: str = ""
    public: bool = False


class Views:
    """Reads views."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.reader: Reader = walker.reader
        self.project = walker.project
        self.handlers = Handlers(walker.reader, (*PACKAGES, "venusian", "webargs", "zope"))

    # what answers

    def behind(self, view: ViewRecord) -> Iterator[tuple[Routine | Kind | None, Kind | None]]:
        """The functions that answer, each with the class that is registered."""
        given = view.view
        if given is None:
            return
        found = False
        for thing in self._things(given, view.state):
            found = True
            maker = thing.maker if isinstance(thing, Made) else thing
            if isinstance(thing, Routine):
                yield thing, None
            elif isinstance(maker, Kind):
                handler = self.handlers.member(maker, self._attribute(view) or "__call__")
                yield handler if handler is not None else maker, maker
            elif not isinstance(maker, Outside):
                found = False
        if not found:
            yield None, None

    def _things(self, given: Answer, state: State) -> list[Thing]:
        if isinstance(given, Bound):
            text, exact = self.walker.directives.texts.of(given)
            if exact and text:
                named = self.walker.modules.named(text, state.package)
                return [named] if named is not None else [Outside(text)]
        return list(self.handlers.behind(given))

    def _attribute(self, view: ViewRecord) -> str:
        if view.lost:
            return ""
        given = view.arguments.get("attr")
        text = self.reader.constant(given) if given is not None else None
        return text if isinstance(text, str) and text else view.attribute

    # methods

    def methods(self, view: ViewRecord, route: RouteRecord | None) -> list[tuple[str, bool]]:
        """The methods of a view on its route, each with whether it is known."""
        if view.verb:
            return [(view.verb, True)]
        own = self._methods(view.arguments.get("request_method"))
        allowed = self._methods(route.arguments.get("request_method")) if route is not None else None
        if own is None and allowed is None:
            return [("ANY", True)]
        if own is None or allowed is None:
            chosen = own if own is not None else allowed
            return chosen or [("ANY", False)]
        both = {method for method, _ in allowed}
        return [each for each in own if each[0] in both or not allowed] or ([] if own and allowed else [("ANY", False)])

    def _methods(self, given: Answer | None) -> list[tuple[str, bool]] | None:
        """None where none is demanded, empty where it cannot be read."""
        if self.reader.is_none(given) or given is None:
            return None
        found: list[tuple[str, bool]] = []
        for thing in self.reader.follow(given):
            if isinstance(thing, Bound) and isinstance(thing.value, Sequence):
                items, complete = self.reader.elements(thing)
            else:
                items, complete = [thing], True
            for item in items:
                text = self.reader.constant(item)
                if isinstance(text, str):
                    found.append((text.upper(), complete))
        return list(dict.fromkeys(found))

    # what is asked

    def asked(self, view: ViewRecord, record: ApplicationRecord) -> Asked:
        """The permission of a view, else that of all views."""
        given = view.arguments.get("permission")
        if given is None or self.reader.is_none(given):
            given = record.permission
        if given is None or self.reader.is_none(given):
            return Asked()
        for thing in self.reader.things(given):
            if isinstance(thing, Outside) and (thing.name in PUBLIC or thing.last == "NO_PERMISSION_REQUIRED"):
                return Asked(public=True)
        text = self.reader.constant(given)
        if isinstance(text, str):
            return Asked(public=True) if text == PUBLIC_TEXT else Asked(text)
        if isinstance(given, Bound):
            return Asked(written(self.reader.summary(given.path), given.value))
        return Asked("?")

    def around(
        self,
        view: ViewRecord,
        route: RouteRecord | None,
        record: ApplicationRecord,
        handler: Routine | Kind | None,
        owner: Kind | None,
        method: str,
    ) -> tuple[str, ...]:
        """What runs before a view and can refuse: tweens, root and route factories, decorators, a check of the token."""
        names: list[str] = []
        for given, state in record.around:
            names.extend(self._names(given, state))
        factory = route.arguments.get("factory") if route is not None else None
        if factory is not None and not self.reader.is_none(factory):
            names.extend(self._names(factory, view.state))
        elif record.root_factory is not None:
            names.extend(each for each in self._names(record.root_factory, view.state))
        if self._checks_token(view, record, method):
            names.append(CSRF)
        for name in ("decorator", "validators"):
            if name in view.arguments:
                names.extend(self._listed(view.arguments[name], view.state))
        for thing in (owner, handler):
            if thing is not None:
                names.extend(each.name for each in self.handlers.decorators(thing) if not self._registers(each))
        return tuple(dict.fromkeys(names))

    def _registers(self, decorator: Symbol) -> bool:
        """A decorator of the project that only registers: it gives a `view_config`, or attaches a callback."""
        if decorator.kind is not SymbolKind.FUNCTION:
            return False
        for index in self.project.calls_in(decorator):
            name = self.project.callee(decorator.path, index).name
            if name == "venusian.attach" or name.endswith(".view_config"):
                return True
        return False

    def _checks_token(self, view: ViewRecord, record: ApplicationRecord, method: str) -> bool:
        given = view.arguments.get("require_csrf")
        if given is None or self.reader.is_none(given):
            return record.csrf and method not in SAFE
        return self.reader.constant(given) is True and method not in SAFE

    def _listed(self, given: Answer, state: State) -> Iterator[str]:
        items = [given]
        for thing in self.reader.follow(given):
            if isinstance(thing, Bound) and isinstance(thing.value, Sequence):
                items = self.reader.elements(given)[0]
        for item in items:
            yield from self._names(item, state)

    def _names(self, given: Answer, state: State) -> list[str]:
        """The symbol of a function or class, named by itself or by a dotted text; what a call makes by its maker."""
        text, exact = self.walker.directives.texts.of(given) if isinstance(given, Bound) else ("", False)
        if exact and text:
            named = self.walker.modules.named(text, state.package)
            if isinstance(named, Routine | Kind):
                return [self.project.symbol(named.path, named.index)]
            return [self.walker.modules.absolute(text, state.package).replace(":", ".")]
        if isinstance(given, Bound) and isinstance(given.value, CallRef):
            symbol = self.project.callee(given.path, given.value.index)
            if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.CLASS, SymbolKind.EXTERNAL):
                return [symbol.name]
        return list(self.handlers.names([given]))

    # the answer

    def is_data(self, view: ViewRecord, handler: Routine | Kind | None) -> bool:
        """False for a page, a file or a redirect."""
        renderer = view.arguments.get("renderer")
        if renderer is not None and not self.reader.is_none(renderer):
            text = self.reader.constant(renderer)
            return not (isinstance(text, str) and text.lower().endswith(TEMPLATES))
        if not isinstance(handler, Routine):
            return True
        kinds = set()
        for each in self.reader.summary(handler.path).returns:
            if each.scope == handler.index and not each.yields and each.value not in (None, Constant(None)):
                last = ""
                if isinstance(each.value, CallRef):
                    symbol = self.project.callee(handler.path, each.value.index)
                    last = symbol.name.rpartition(".")[2] if symbol.kind is SymbolKind.EXTERNAL else ""
                kinds.add(last in PAGES or last in REDIRECTS)
        return kinds != {True}

    def is_for_errors(self, view: ViewRecord) -> bool:
        """A view that answers for an exception: no route of its own."""
        given = view.arguments.get("context", view.arguments.get("for_"))
        only = view.arguments.get("exception_only")
        if only is not None and self.reader.constant(only) is True:
            return True
        if given is None or self.reader.is_none(given):
            return False
        for thing in self._things(given, view.state):
            if isinstance(thing, Outside) and self._is_error(thing.name):
                return True
            if isinstance(thing, Kind):
                ancestors = self.project.ancestors(self.reader.symbol_of(thing))
                if any(each.kind is not SymbolKind.CLASS and self._is_error(each.name) for each in ancestors):
                    return True
        return False

    def _is_error(self, name: str) -> bool:
        last = name.rpartition(".")[2]
        return (
            name in ERRORS
            or name.startswith(("pyramid.httpexceptions.", "pyramid.exceptions."))
            or last.endswith(("Error", "Exception", "Failure", "Warning", "Invalid"))
        )
