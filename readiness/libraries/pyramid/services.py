"""Scanned files in, the services and resources of Cornice in them out, as routes with their views."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.handlers import Handlers
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine, Thing
from readiness.libraries.pyramid.patterns import joined
from readiness.libraries.pyramid.records import ApplicationRecord, RouteRecord, State, ViewRecord
from readiness.libraries.pyramid.vocabulary import COLLECTION, CORNICE, SERVICE, SERVICE_METHODS, VENDORED, is_service
from readiness.libraries.pyramid.walking import Walker
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Span, SymbolKind
from readiness.model.summary import CallRef, Class, Constant, Function, Member, Name, Value

RESOURCE = "resource"
ADD_RESOURCE = "add_resource"
VIEW = "view"


class Services:
    """Reads services; the views of a service count wherever they stand."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.reader = walker.reader
        self.project = walker.project
        self.handlers = Handlers(walker.reader)
        self.files = frozenset(walker.project.imports(CORNICE))
        self.own = frozenset(self._vendored())
        if self.own:
            self.files = frozenset(walker.files)
        self._decorated: dict[tuple[object, ...], list[tuple[str, Value, Thing, Kind | None, Span]]] | None = None

    def scan(self, path: str, record: ApplicationRecord, state: State) -> None:
        """The services that one file makes."""
        if path not in self.files:
            return
        summary = self.reader.summary(path)
        for index, call in enumerate(summary.calls):
            last = tail(call.callee)
            for made in self.reader.made(Bound(CallRef(index), path, call.scope, call.line)) if call.scope < 0 else ():
                if (made.path, made.index) == (path, index):
                    self.service(made, record, state)
            if last == ADD_RESOURCE and self._of_cornice(path, index, ADD_RESOURCE) and call.arguments:
                place = Bound(call.arguments[0], path, call.scope, call.line)
                for kind in self.reader.things(place):
                    if isinstance(kind, Kind):
                        self._resource(kind, (path, index), record, state)
        for index, definition in enumerate(summary.definitions):
            for decorator in definition.decorators if isinstance(definition, Class) else ():
                if isinstance(decorator, CallRef) and self._of_cornice(path, decorator.index, RESOURCE):
                    self._resource(Kind(path, index), (path, decorator.index), record, state)

    def _vendored(self) -> Iterator[tuple[object, ...]]:
        """The class of services of a copy of Cornice in the project."""
        for name, path in self.walker.modules.paths.items():
            for index, definition in enumerate(
                self.reader.summary(path).definitions if name.endswith(VENDORED) else ()
            ):
                if definition.name == SERVICE and definition.scope < 0:
                    yield Kind(path, index).key

    def _construction(self, made: Made) -> dict[str, Answer] | None:
        """What a service is made with; None for any other object."""
        if isinstance(made.maker, Kind) and self.own:
            ancestors = self.project.ancestors(self.reader.symbol_of(made.maker))
            if any((each.path, each.index) in self.own for each in ancestors) and made.index >= 0:
                return self.walker.constructions.arguments(made, Outside(f"{CORNICE}.{SERVICE}"))
        construction = self.walker.constructions.of(made)
        return construction.arguments if construction is not None and is_service(construction.base) else None

    def _of_cornice(self, path: str, index: int, name: str) -> bool:
        symbol = self.project.callee(path, index)
        ours = symbol.kind is SymbolKind.EXTERNAL and symbol.name.startswith(f"{CORNICE}.")
        return ours and symbol.name.endswith(f".{name}")

    # services

    def service(self, made: Made, record: ApplicationRecord, state: State) -> None:
        """One service with its views."""
        given = self._construction(made)
        if given is None or made.key in record.services:
            return
        span = self.project.span(made.path, made.index) if made.index >= 0 else Span(made.path, 0)
        route = self._route(given, span, record, state)
        if route is None:
            return
        record.services[made.key] = route
        for name, decorator, target, owner, place in self.decorated.get(made.key, ()):
            arguments = {**given, **self._arguments(place.path, decorator)}
            view: Answer = owner if owner is not None else target
            attribute = self._name(target) if owner is not None else ""
            record.views.append(
                ViewRecord(view, arguments, place, state, attribute, route=route, verb=SERVICE_METHODS[name])
            )
        record.views.extend(self._added(made, given, route, state))

    def _route(
        self, given: dict[str, Answer], span: Span, record: ApplicationRecord, state: State
    ) -> RouteRecord | None:
        name = given.get("pyramid_route")
        if name is not None and not self.reader.is_none(name):
            text, exact = self.walker.directives.text(name)
            found = record.routes.get(text, []) if exact else []
            return found[0] if found else None
        pattern, exact = self.walker.directives.text(given.get("path"))
        title, _ = self.walker.directives.text(given.get("name"))
        return RouteRecord(title, joined(state.prefix, pattern), exact and state.exact, given, span, state)

    def _name(self, target: Thing) -> str:
        assert isinstance(target, Routine | Kind)  # noqa: S101 -- only these are decorated
        return self.reader.summary(target.path).definitions[target.index].name

    def _arguments(self, path: str, decorator: Value) -> dict[str, Answer]:
        if not isinstance(decorator, CallRef):
            return {}
        call = self.reader.call(path, decorator.index)
        return self.reader.arguments.keywords(call, Bound(call.callee, path, call.scope, call.line))

    @property
    def decorated(self) -> dict[tuple[object, ...], list[tuple[str, Value, Thing, Kind | None, Span]]]:
        """What `@service.get(...)` stands on, by the service."""
        if self._decorated is None:
            self._decorated = {}
            for path in self.walker.files:
                for key, entry in self._decorators(path):
                    self._decorated.setdefault(key, []).append(entry)
        return self._decorated

    def _decorators(
        self, path: str
    ) -> Iterator[tuple[tuple[object, ...], tuple[str, Value, Thing, Kind | None, Span]]]:
        summary = self.reader.summary(path)
        for index, definition in enumerate(summary.definitions):
            for decorator in definition.decorators:
                callee = summary.calls[decorator.index].callee if isinstance(decorator, CallRef) else decorator
                origin = receiver(callee) if isinstance(callee, Name | Member) else None
                if tail(callee) not in SERVICE_METHODS or origin is None:
                    continue
                around = definition.scope
                owner = Kind(path, around) if around >= 0 and isinstance(summary.definitions[around], Class) else None
                target: Thing = Routine(path, index) if isinstance(definition, Function) else Kind(path, index)
                span = self.project.span(path, decorator.index) if isinstance(decorator, CallRef) else None
                for made in self.reader.made(Bound(origin, path, around, definition.line)):
                    place = span or Span(path, definition.line)
                    yield made.key, (tail(callee), decorator, target, owner, place)

    def _added(self, made: Made, given: dict[str, Answer], route: RouteRecord, state: State) -> Iterator[ViewRecord]:
        """`service.add_view("GET", view, klass=...)`."""
        for path in self.walker.files:
            summary = self.reader.summary(path) if path in self.files else None
            for index, call in enumerate(summary.calls if summary is not None else ()):
                origin = receiver(call.callee)
                if tail(call.callee) != "add_view" or origin is None or len(call.arguments) < 2:
                    continue
                place = Bound(origin, path, call.scope, call.line)
                if not any(each.key == made.key for each in self.reader.made(place)):
                    continue
                verb = self.reader.constant(self.reader.at(place, call.arguments[0]))
                named = self.reader.arguments.keywords(call, place)
                view: Answer = self.reader.at(place, call.arguments[1])
                attribute = self.reader.constant(view)
                if isinstance(attribute, str) and "klass" in named:
                    view = named["klass"]
                yield ViewRecord(
                    view,
                    {**given, **named},
                    self.project.span(path, index),
                    state,
                    attribute if isinstance(attribute, str) else "",
                    route=route,
                    verb=str(verb).upper() if isinstance(verb, str) else "",
                )

    # resources

    def _resource(self, kind: Kind, call: tuple[str, int], record: ApplicationRecord, state: State) -> None:
        """`@resource(collection_path=..., path=...)` on a class, or `add_resource(class, ...)`."""
        place = self.reader.call(*call)
        given = self.reader.arguments.keywords(place, Bound(place.callee, call[0], place.scope, place.line))
        collections = f"{COLLECTION}path" in given or f"{COLLECTION}pyramid_route" in given
        for prefix in ("", COLLECTION) if collections else ("",):
            own = {name: value for name, value in given.items() if not name.startswith(COLLECTION)}
            if prefix:
                own |= {name[len(prefix) :]: value for name, value in given.items() if name.startswith(prefix)}
            own.setdefault("factory", kind)
            if "name" not in own:
                own["name"] = Bound(Constant(self._name(kind).lower()), call[0], -1, place.line)
            route = self._route(own, self.project.span(*call), record, state)
            for verb, method in SERVICE_METHODS.items() if route is not None else ():
                handler = self.handlers.member(kind, f"{prefix}{verb}")
                if handler is None:
                    continue
                for arguments in self._views(handler) or [{}]:
                    record.views.append(
                        ViewRecord(
                            kind,
                            {**own, **arguments},
                            self.project.span(*call),
                            state,
                            f"{prefix}{verb}",
                            route=route,
                            verb=method,
                        )
                    )

    def _views(self, handler: Routine) -> list[dict[str, Answer]]:
        """What `@view(...)` says of one method of a resource."""
        return [
            self._arguments(handler.path, decorator)
            for decorator in self.reader.function(handler).decorators
            if isinstance(decorator, CallRef) and self._of_cornice(handler.path, decorator.index, VIEW)
        ]
