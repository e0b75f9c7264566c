"""The records of applications in, `Application` and `Route` facts out: each view on the route that it names."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.bounds import bounded
from readiness.libraries.evaluation.placing import Placing
from readiness.libraries.evaluation.reader import UNRESOLVED
from readiness.libraries.evaluation.things import Kind, Routine
from readiness.libraries.pyramid.inputs import Inputs
from readiness.libraries.pyramid.patterns import shown
from readiness.libraries.pyramid.records import ApplicationRecord, RouteRecord, ViewRecord
from readiness.libraries.pyramid.registrations import Graph
from readiness.libraries.pyramid.views import Views
from readiness.libraries.pyramid.vocabulary import SILENT
from readiness.libraries.pyramid.walking import STEPS
from readiness.model import Application, Resolution, Route, RouteParameter, Scope, Span


class Table:
    """Makes the facts."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reader = graph.reader
        self.project = graph.project
        self.walker = graph.walker
        self.placing = Placing(graph.reader)
        self.views = Views(graph.walker)
        self.inputs = Inputs(graph.reader)
        self._seen: set[tuple[object, ...]] = set()
        self._names = {name for record in self._records() for name in record.routes}

    def _records(self) -> list[ApplicationRecord]:
        return [*self.graph.applications.values(), self.graph.adrift]

    def facts(self) -> Iterator[Application | Route]:
        """Every application, then every route once."""
        yield from dict.fromkeys(map(self._application, self.graph.applications.values()))
        walker = self.walker
        found = (route for record in self._records() for route in self._routes(record))
        yield from bounded(
            found, lambda: walker.steps > STEPS or walker.occurrences.cut, f"{STEPS} configuring functions"
        )

    def _application(self, record: ApplicationRecord) -> Application:
        made = record.made
        return Application(
            span=self.project.span(made.path, made.index),
            symbol=self.placing.around((made.path, made.index)),
            scope=self.project.files[made.path].scope,
            framework="Pyramid",
            name=self.placing.application(made),
        )

    def _routes(self, record: ApplicationRecord) -> Iterator[Route]:
        application = self.placing.application(record.made) if record.made.index >= 0 else ""
        for view in record.views:
            if self.views.is_for_errors(view) or self._is_mixin(view):
                continue
            for route, path, exact in self._places(view, record):
                yield from self._answers(view, route, path, exact, record, application)
        for place, state in record.open if not self.graph.adrift.views else ():
            yield self._open(place, application, state.condition)

    def _is_mixin(self, view: ViewRecord) -> bool:
        """A view of a class that is there to be lifted from: it names no route of its own."""
        owner = view.view
        nowhere = not {"route_name", "name", "context"} & view.arguments.keys() and view.route is None
        return nowhere and isinstance(owner, Kind) and (owner.path, owner.index) in self.graph.scanning.lifted_from

    def _places(self, view: ViewRecord, record: ApplicationRecord) -> Iterator[tuple[RouteRecord | None, str, bool]]:
        """The patterns that a view answers, each with its route."""
        if view.route is not None:
            yield view.route, view.route.pattern, view.route.exact
            return
        route_name = view.route_name
        if route_name is None:
            route_name = self.walker.directives.route_name(view.arguments.get("route_name"), None)
        if route_name is None:
            name, _ = self.walker.directives.text(view.arguments.get("name"))
            # Traversal finds the object by the path: what stands before the view's name is not known.
            yield None, f"{UNRESOLVED}/{name}" if name else UNRESOLVED, False
            return
        found = record.routes.get(route_name, [])
        for route in found:
            yield route, route.pattern, route.exact
        if not found and route_name not in self._names:
            yield None, UNRESOLVED, False

    def _answers(
        self,
        view: ViewRecord,
        route: RouteRecord | None,
        pattern: str,
        exact: bool,
        record: ApplicationRecord,
        application: str,
    ) -> Iterator[Route]:
        path, parameters = shown(pattern)
        for handler, owner in self.views.behind(view):
            if handler is not None and self.project.files[handler.path].scope is Scope.TEST:
                continue
            for method, known in self.views.methods(view, route):
                answered = (handler.key if handler is not None else view.place, owner.key if owner else None)
                if method not in SILENT and self._is_new(application, method, path, answered):
                    certain = exact and known and handler is not None
                    yield self._fact(
                        view, route, path, parameters, certain, record, application, handler, owner, method
                    )

    def _is_new(self, *key: object) -> bool:
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _open(self, place: Span, application: str, condition: str) -> Route:
        """What is included or scanned and could not be followed."""
        return Route(
            span=place,
            symbol=self.project.module(place.path),
            scope=self.project.files[place.path].scope,
            resolution=Resolution.UNRESOLVED,
            framework="Pyramid",
            method="ANY",
            path=UNRESOLVED,
            handler="",
            registered=place,
            first_line=place.line,
            end_line=place.line,
            application=application,
            condition=condition,
            data=False,
        )

    def _fact(
        self,
        view: ViewRecord,
        route: RouteRecord | None,
        path: str,
        parameters: tuple[RouteParameter, ...],
        exact: bool,
        record: ApplicationRecord,
        application: str,
        handler: Routine | Kind | None,
        owner: Kind | None,
        method: str,
    ) -> Route:
        placed = self.placing.handler(handler, "", view.place)
        asked = self.views.asked(view, record)
        found = {("path", each.name): each for each in parameters}
        for each in self.inputs.of(handler, method):
            found.setdefault((each.source, each.name), each)
        states = [view.state] if route is None else [view.state, route.state]
        conditions = dict.fromkeys(each.condition for each in states if each.condition)
        return Route(
            span=placed.span,
            symbol=placed.name or self.project.module(view.place.path),
            scope=self.placing.scope(placed.span.path, view.place.path),
            resolution=self._resolution(path, exact, all(each.certain for each in states)),
            framework="Pyramid",
            method=method,
            path=path,
            handler=placed.name,
            registered=view.place,
            view=self.project.symbol(owner.path, owner.index) if owner is not None else "",
            first_line=placed.first_line,
            end_line=placed.end_line,
            application=application,
            parameters=tuple(found.values()),
            dependencies=self.views.around(view, route, record, handler, owner, method),
            permission=asked.permission,
            declared_public=asked.public,
            condition=" and ".join(conditions),
            documented=placed.documented,
            name=route.name if route is not None else "",
            data=self.views.is_data(view, handler),
        )

    def _resolution(self, path: str, exact: bool, certain: bool) -> Resolution:
        if not certain or path.startswith(UNRESOLVED):
            return Resolution.UNRESOLVED
        return Resolution.EXACT if exact else Resolution.INFERRED
