"""A route in, who may call it out: everything on the way is judged, from the application to the handler's own body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.libraries.access.acls import FRAMEWORK, AccessLists
from readiness.libraries.access.carriers import Asked
from readiness.libraries.access.exits import Refused, Role, Spent
from readiness.libraries.access.handing import handed
from readiness.libraries.access.middleware import DJANGO, Middleware
from readiness.libraries.access.openings import PARAMETER, purpose_of
from readiness.libraries.access.permissions import Permissions, is_rest
from readiness.libraries.access.ranks import Ranks, administered
from readiness.libraries.access.rulings import Ruling, Rulings, Verdict
from readiness.libraries.access.url_lists import UrlLists
from readiness.libraries.access.values import Code, Instance, Seen, Type, of
from readiness.libraries.access.views import ViewGuards
from readiness.libraries.access.vocabulary import READING, package_of
from readiness.model import AccessKind, Project, Resolution, Route, RouteAccess, Span, Symbol, SymbolKind
from readiness.model.summary import Class

INJECTING = frozenset({"FastAPI", "Starlette", "Litestar", "Falcon", "aiohttp"})
"""Frameworks whose dependencies and guards refuse by raising; what they give back is no response."""
ANSWERING = frozenset({"django-ninja"})
"""Frameworks whose guards let pass by what they give back: nothing is a refusal."""
PEOPLE = DJANGO | {"FastAPI", "Starlette", "Litestar"}
"""Frameworks that give an object for a caller nobody knows."""
TYPICAL = "/1/things/1"
REST = "Django REST framework"
ENTERING = frozenset({"login", "logout", "refresh", "sign-up", "password reset", "verification", "callback"})
"""Purposes whose handlers refuse by what they are sent, and not by who is calling."""
DECLARING_PERMISSIONS = frozenset({"Connexion"})
"""Frameworks that ask for a permission by its name; elsewhere it is the text of guards, which are judged by themselves."""
ASKING_NOTHING = frozenset({"django", "rest_framework"})
DECLARING = frozenset({"login_not_required"})


class Deciding:
    """Decides who may call routes. One for a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.rulings = Rulings(project)
        self.views = ViewGuards(self.rulings)
        self.permissions = Permissions(self.rulings)
        self.middleware = Middleware(self.rulings)
        self.lists = UrlLists(project)
        self.ranks = Ranks(project)
        self.lists_of_access = AccessLists(self.rulings)
        self._decorators: dict[tuple[str, int], list[tuple[str, Seen]]] = {}
        self._defaults: dict[tuple[str, str], str] = {}

    def of(self, route: Route) -> RouteAccess:
        """The fact about one route; code that is nested too deep to be followed leaves it unknown."""
        try:
            return self._of(route)
        except RecursionError:
            return RouteAccess(
                span=route.span,
                symbol=route.symbol,
                scope=route.scope,
                resolution=route.resolution,
                route=route,
                kind=AccessKind.UNKNOWN,
                changes=_changes(route),
            )

    def _of(self, route: Route) -> RouteAccess:
        asked = Asked(
            route.method if route.method not in ("ANY", "WEBSOCKET") else "",
            PARAMETER.sub("1", route.path) if "{?}" not in route.path else "",
            route.framework in PEOPLE,
            *_seen_by_flask(route),
        )
        found = [each for each in self._rulings(route, asked) if each.verdict is not Verdict.PASSES]
        kind, deciding = self._kind(route, found)
        purpose = purpose_of(route, self.project)
        if kind is AccessKind.OPEN and not self._read(route):
            kind = AccessKind.UNKNOWN
        if kind is not AccessKind.PROTECTED and purpose not in ENTERING:
            own = self._handler(route, asked)
            if own is not None and (kind is AccessKind.OPEN or own[0] is AccessKind.PROTECTED):
                kind, deciding = own
        names = tuple(dict.fromkeys(each.name for each in deciding if each.name))
        role, place = any(each.role for each in deciding), administered(route.path)
        return RouteAccess(
            span=route.span,
            symbol=route.symbol,
            scope=route.scope,
            resolution=route.resolution,
            route=route,
            kind=kind,
            by=names,
            decided=next((each.span for each in deciding if each.span is not None), None),
            default=self._default(route),
            role=role,
            purpose=purpose,
            changes=_changes(route),
            hands_on=any(each.hands_on for each in deciding),
            administers=place,
            identity_only=bool(place)
            and kind is AccessKind.PROTECTED
            and not role
            and not self.ranks.asked(route, (*names, *(name for name, _ in self._of_handler(route)))),
        )

    def _kind(self, route: Route, found: Sequence[Ruling]) -> tuple[AccessKind, list[Ruling]]:
        refusing = [each for each in found if each.verdict is Verdict.REFUSES]
        public = [each for each in found if each.verdict is Verdict.PUBLIC]
        if any(each.name.rpartition(".")[2] in DECLARING for each in public):
            # It takes the default away that a middleware of the same library sets.
            refusing = [each for each in refusing if not each.name.endswith("LoginRequiredMiddleware")]
        if refusing:
            return AccessKind.PROTECTED, refusing
        if (
            route.permission
            and route.framework != FRAMEWORK
            and (route.framework in DECLARING_PERMISSIONS or not route.dependencies)
            and not route.declared_public
        ):
            return AccessKind.PROTECTED, [Ruling(Verdict.REFUSES, route.permission, role=True)]
        depending = [each for each in found if each.verdict is Verdict.DEPENDS]
        if depending:
            return AccessKind.UNKNOWN, depending
        if public or route.declared_public:
            return AccessKind.PUBLIC, public
        return AccessKind.OPEN, []

    def _read(self, route: Route) -> bool:
        """What answers is code of the project, so that it is known to ask nothing."""
        if route.resolution is Resolution.UNRESOLVED:
            return False
        if self.project.find(route.handler) is not None or "<lambda>" in route.handler:
            return True
        # What a base of Django or of REST framework answers in a class of the project is known to ask nothing by itself.
        return (
            bool(route.view)
            and self.project.find(route.view) is not None
            and package_of(route.handler) in ASKING_NOTHING
        )

    # what is on the way

    def _rulings(self, route: Route, asked: Asked) -> Iterator[Ruling]:
        yield from self.middleware.of(route, asked)
        decorators = self._of_handler(route)
        decorating = {name for name, _ in decorators}
        calls: dict[str, list[tuple[str, int]]] = {}
        for name, path, index in route.dependency_calls:
            calls.setdefault(name, []).append((path, index))
        hook = route.framework not in INJECTING
        for name in route.dependencies:
            if name in decorating:
                continue
            permission = self.rulings.value_of(name) if route.framework in ANSWERING else None
            if permission is not None and isinstance(permission.thing, Type) and self._permits(permission.thing):
                yield self.permissions.grants(permission, asked)
            elif name in calls:
                yield from (self._called(name, *place, asked) for place in calls[name])
            else:
                yield self.rulings.of_name(
                    name, asked, hook=hook, decorator=False, answers=route.framework in ANSWERING
                )
        if route.framework in DJANGO:
            for name in self.lists.of(route.registered.path, route.registered.line):
                yield self.rulings.of_name(name, asked, hook=False, decorator=True)
        for name, value in decorators:
            yield self.rulings.of_value(value, name, asked, decorator=True, hook=False)
        yield from self.lists_of_access.of(route, asked)
        view = self._view(route)
        names = [each.name for each in self._ancestors(view) if each.kind is SymbolKind.EXTERNAL] if view else []
        if view is not None:
            yield from self.views.of(view, route.handler, asked)
        if route.framework == REST or is_rest(names):
            yield from self.permissions.of(route, view, asked)

    def _permits(self, kind: Type) -> bool:
        """A permission class of the project, as controllers of django-ninja-extra name them."""
        return self.project.member(kind.symbol, "has_permission").kind is SymbolKind.FUNCTION

    def _called(self, name: str, path: str, index: int, asked: Asked) -> Ruling:
        """`Depends(Guard("admin"))`: the object that the call names, made as it is there."""
        summary = self.project.summary(path)
        value = Seen()
        if summary is not None and index >= 0:
            call = summary.calls[index]
            given = call.arguments[0] if call.arguments else dict(call.keywords).get("dependency")
            self.rulings.evaluation.ask(asked)
            try:
                if given is not None:
                    value = self.rulings.evaluation.names.value(path, given, call.scope, call.line)
            except (Refused, Spent):
                value = Seen()
        if value.thing is None:
            return self.rulings.of_name(name, asked, hook=False, decorator=False)
        if isinstance(value.thing, Instance) and self.project.find(name) is None:
            # It was made by something of another package, as `getattr(module, "Guard")()`: what it is says more.
            name = f"{value.thing.symbol.name}.__call__"
        return self.rulings.of_value(value, name, asked, decorator=False, hook=False)

    def _of_handler(self, route: Route) -> list[tuple[str, Seen]]:
        """Decorators of the handler, and of the class that was registered."""
        found: list[tuple[str, Seen]] = []
        for name in (route.view, route.handler):
            place = self.project.find(name) if name else None
            if place is None:
                continue
            if place not in self._decorators:
                self._decorators[place] = self.rulings.decorators_of(*place)
            found += self._decorators[place]
        return found

    def _view(self, route: Route) -> Symbol | None:
        place = self.project.find(route.view) if route.view else None
        return Symbol(SymbolKind.CLASS, route.view, *place) if place is not None else None

    def _ancestors(self, view: Symbol) -> list[Symbol]:
        return self.rulings.evaluation.members.ancestors(view)

    def _handler(self, route: Route, asked: Asked) -> tuple[AccessKind, list[Ruling]] | None:
        """The handler that asks in its own body."""
        place = self.project.find(route.handler)
        summary = self.project.summary(place[0]) if place is not None else None
        if place is None or summary is None or isinstance(summary.definitions[place[1]], Class):
            return None
        view = self._view(route)
        owner = of(Instance(view, {}, {})) if view is not None else None
        code = Code(*place, None, {}, owner)
        decorators = [value for _, value in self._of_handler(route) if isinstance(value.thing, Code | Instance)]
        given = handed(self.rulings.evaluation, code, decorators, asked) if decorators else None
        ruling = self.rulings.of_method(code, Role.HANDLER, asked, given)
        if ruling.verdict is Verdict.PASSES:
            return (AccessKind.OPEN, [ruling]) if ruling.hands_on else None
        named = Ruling(ruling.verdict, route.handler, ruling.role, Span(route.span.path, route.span.line))
        kind = AccessKind.PROTECTED if ruling.verdict is Verdict.REFUSES else AccessKind.UNKNOWN
        return kind, [named]

    # defaults

    def _default(self, route: Route) -> str:
        key = (route.application, route.framework)
        if key not in self._defaults:
            self._defaults[key] = self._find_default(route)
        return self._defaults[key]

    def _find_default(self, route: Route) -> str:
        """What protects a route of the application that says nothing of its own."""
        asked = Asked("POST", TYPICAL, route.framework in PEOPLE)
        for ruling in self.middleware.of(route, asked):
            if ruling.verdict is Verdict.REFUSES:
                return ruling.name
        if route.framework == REST:
            found = self.permissions.default_name(route)
            if found:
                return found
        return ""


def _seen_by_flask(route: Route) -> tuple[str, tuple[str, ...] | None]:
    """What Flask tells of the view before it runs: its name without that of its blueprint, and the parts of the path."""
    if not route.framework.startswith("Flask") or "{?}" in route.path:
        return "", None
    name = "" if route.view else route.name.rpartition(".")[2]
    return name, tuple(sorted(each.name for each in route.parameters if each.source == "path"))


def _changes(route: Route) -> bool:
    """Its method says that it changes something; where any method will do, what it is sent."""
    if route.method in ("ANY", "WEBSOCKET"):
        return any(each.source in ("body", "form", "file") for each in route.parameters)
    return route.method not in READING
