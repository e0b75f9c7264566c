"""One directive on a configurator in, what it says in the records of its application out: routes, views, scans, defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from readiness.libraries.evaluation.reader import UNRESOLVED, Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Outside, Thing, Unit
from readiness.libraries.pyramid.modules import Modules
from readiness.libraries.pyramid.patterns import joined
from readiness.libraries.pyramid.records import ApplicationRecord, RouteRecord, State, ViewRecord


class Directive(Struct, frozen=True, eq=False):
    """One call on a configurator, in one activation."""

    given: dict[str, Answer]
    call: tuple[str, int]
    frame: Frame | None
    record: ApplicationRecord
    state: State


class Directives:
    """Writes down what Pyramid's own directives say; `include` is followed where functions are walked."""

    def __init__(self, reader: Reader, modules: Modules) -> None:
        self.reader = reader
        self.project = reader.project
        self.modules = modules
        self.texts = Texts(reader)
        self.writing: dict[str, Callable[[Directive], None]] = {
            "add_route": self._add_route,
            "add_xmlrpc_endpoint": self._add_route,
            "add_jsonrpc_endpoint": self._add_route,
            "add_view": self._add_view,
            "add_cornice_service": self._add_service,
            "add_tween": self._add_tween,
            "add_view_deriver": self._add_deriver,
            "scan": self._scan,
            "set_default_permission": self._set_permission,
            "set_default_csrf_options": self._set_csrf,
            "set_root_factory": self._set_root,
        }

    # what arguments say

    def text(self, given: Answer | None) -> tuple[str, bool]:
        """The text of an argument, empty where it is not given."""
        return self.texts.of(given) if given is not None else ("", True)

    def route_name(self, given: Answer | None, frame: Frame | None) -> str | None:
        """The name of a route; one that is not known to the last part is the same only within one activation."""
        if given is None or self.reader.is_none(given):
            return None
        text, exact = self.texts.of(given)
        return text if exact else f"{text} {frame.key if frame is not None else ()}"

    def denoted(self, given: Answer, state: State) -> list[Thing | None]:
        """What a dotted name or an object denotes; None among them for what is not known."""
        text, exact = self.texts.of(given) if isinstance(given, Bound) else ("", False)
        if exact and text:
            # A name that is none of ours is that of another package.
            return [self.modules.named(text, state.package) or Outside(text)]
        return [*self.reader.things(given)] or [None]

    # routes and views

    def _add_route(self, directive: Directive) -> None:
        given, state, record = directive.given, directive.state, directive.record
        static = given.get("static")
        if static is not None and self.reader.constant(static) is True:
            return
        pattern, exact = self.text(given.get("pattern", given.get("path")))
        if "pattern" not in given and "path" not in given:
            pattern, exact = UNRESOLVED, False
        if "://" in pattern:
            return
        inherit = given.get("inherit_slash")
        inherits = inherit is not None and self.reader.constant(inherit) is True
        route = RouteRecord(
            name=self.route_name(given.get("name"), directive.frame) or "",
            pattern=joined(state.prefix, pattern, inherits_slash=inherits),
            exact=exact and state.exact,
            arguments=given,
            place=self.project.span(*directive.call),
            state=state,
        )
        record.routes.setdefault(route.name, []).append(route)
        if "view" in given:
            record.views.append(ViewRecord(given["view"], given, route.place, state, route=route))

    def _add_view(self, directive: Directive) -> None:
        given = directive.given
        name = self.route_name(given.get("route_name"), directive.frame)
        place = self.project.span(*directive.call)
        directive.record.views.append(ViewRecord(given.get("view"), given, place, directive.state, route_name=name))

    def _add_service(self, directive: Directive) -> None:
        if "service" in directive.given:
            directive.record.given_services.append((directive.given["service"], directive.state))

    # what holds for all views

    def _add_tween(self, directive: Directive) -> None:
        if "tween_factory" in directive.given:
            directive.record.around.append((directive.given["tween_factory"], directive.state))

    def _add_deriver(self, directive: Directive) -> None:
        if "deriver" in directive.given:
            directive.record.around.append((directive.given["deriver"], directive.state))

    def _set_permission(self, directive: Directive) -> None:
        directive.record.permission = directive.given.get("permission", directive.record.permission)

    def _set_csrf(self, directive: Directive) -> None:
        wanted = directive.given.get("require_csrf")
        directive.record.csrf = wanted is None or self.reader.constant(wanted) is not False

    def _set_root(self, directive: Directive) -> None:
        directive.record.root_factory = directive.given.get("factory", directive.record.root_factory)

    # scans

    def _scan(self, directive: Directive) -> None:
        given, state, record = directive.given, directive.state, directive.record
        paths = self._scanned(given.get("package"), directive.call[0], state)
        if paths is None:
            record.open.append((self.project.span(*directive.call), state))
            return
        left_out = set(self._ignored(given.get("ignore"), state))
        for path in paths:
            if not any(self._is_inside(path, each) for each in left_out):
                record.scanned.setdefault((path, state.prefix), state)

    def _scanned(self, package: Answer | None, path: str, state: State) -> list[str] | None:
        """The files of a scan; None where what is scanned is not known."""
        if package is None:
            own = self.modules.paths.get(state.package)
            return self.modules.within(own) if own is not None else self.modules.within(path)
        found: list[str] = []
        known = False
        for thing in self.denoted(package, state):
            known |= thing is not None
            if isinstance(thing, Unit):
                found.extend(self.modules.within(thing.path))
        return found if known else None

    def _ignored(self, given: Answer | None, state: State) -> Iterator[str]:
        """Modules that a scan leaves out."""
        if given is None:
            return
        items = self.reader.elements(given)[0] or [given]
        for each in items:
            text, exact = self.texts.of(each)
            if exact and text:
                yield self.modules.absolute(text, state.package)

    def _is_inside(self, path: str, module: str) -> bool:
        own = self.project.module(path)
        return own == module or own.startswith(f"{module}.")
