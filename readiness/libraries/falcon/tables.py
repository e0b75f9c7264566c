"""The applications with what is registered on them in, `Application` and `Route` facts out."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.evaluation.bounds import Sightings, bounded
from readiness.libraries.evaluation.lists import ITEMS
from readiness.libraries.evaluation.placing import Placing
from readiness.libraries.evaluation.things import Kind, Routine, Unit
from readiness.libraries.falcon.answers import Answers
from readiness.libraries.falcon.guards import Guard, Guards
from readiness.libraries.falcon.inputs import Inputs
from readiness.libraries.falcon.nodes import Node, RouteEntry
from readiness.libraries.falcon.registrations import Graph
from readiness.libraries.falcon.responders import Responder, Responders
from readiness.libraries.falcon.templates import converted, parameters_of
from readiness.model import Application, Resolution, Route, RouteParameter


class Table:
    """Turns registrations into facts."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reader = graph.reader
        self.project = graph.project
        self.placing = Placing(graph.reader)
        self.responders = Responders(graph.reader)
        self.guards = Guards(graph.reader)
        self.inputs = Inputs(graph.reader)
        self.answers = Answers(graph.reader)
        self.sightings = Sightings()

    def facts(self) -> Iterator[Application | Route]:
        """Every application, then every route once."""
        names = {id(node): self.placing.application(node.made) for node in self.graph.applications}
        for name, node in sorted({names[id(node)]: node for node in self.graph.applications}.items()):
            yield self.placing.served(node.made, "Falcon", name)
        yield from bounded(self._routes(names), lambda: self.graph.occurrences.cut, f"{ITEMS} elements of a list")

    def _learn(self) -> None:
        for node in self.graph.applications:
            for guard in self.guards.of_application(node, socket=False):
                if guard.routine is not None:
                    self.inputs.learn(guard.routine)

    def _routes(self, names: dict[int, str]) -> Iterator[Route]:
        self._learn()
        for node in self.graph.applications:
            for entry in node.entries:
                yield from self._entry(entry, node, names[id(node)])
        single = self.graph.applications[0] if len(set(names.values())) == 1 else None
        for entry in self.graph.adrift:
            yield from self._entry(entry, single, names[id(single)] if single is not None else "", adrift=True)

    def _entry(self, entry: RouteEntry, node: Node | None, application: str, adrift: bool = False) -> Iterator[Route]:
        path = converted(entry.path)
        path = path if path.startswith("/") else f"/{path}"
        for responder in self.responders.of(entry):
            if adrift and responder.handler is None:
                continue  # nothing says that this was a registration of Falcon's
            thing = responder.handler
            handler = (thing.path, thing.index) if thing is not None else (responder.name, -1)
            if self.sightings.is_new(application, (responder.method, path, handler), exact=not adrift):
                yield self._fact(entry, responder, node, application, path, adrift)

    def _fact(
        self, entry: RouteEntry, responder: Responder, node: Node | None, application: str, path: str, adrift: bool
    ) -> Route:
        registered = self.project.span(*entry.call)
        placed = self.placing.handler(responder.handler, responder.name, registered)
        routine = responder.handler if isinstance(responder.handler, Routine) else None
        before = self.guards.of_application(node, responder.method == "WEBSOCKET") if node is not None else []
        around = self.guards.of_responder(routine, responder.owner) if routine is not None else []
        owner = responder.owner
        passed = self.guards.passed(before, owner)
        before = [each for each in before if each is not passed]
        return Route(
            span=placed.span,
            symbol=placed.name if responder.handler is not None else self.placing.around(entry.call),
            scope=self.placing.scope(placed.span.path, entry.call[0]),
            resolution=self._resolution(entry, responder, adrift),
            framework="Falcon",
            method=responder.method,
            path=path,
            handler=placed.name,
            registered=registered,
            view=self._view(owner),
            first_line=placed.first_line,
            end_line=placed.end_line,
            application=application,
            parameters=self._parameters(entry, routine, before, around),
            dependencies=tuple(dict.fromkeys(each.name for each in (*before, *around))),
            declared_public=passed is not None and all(each.validates for each in around),
            condition=entry.condition,
            documented=placed.documented,
            name=placed.last,
            data=self.answers.is_data(routine) if routine is not None else responder.inner or not responder.known,
        )

    def _view(self, owner: Kind | Unit | None) -> str:
        return self.project.symbol(owner.path, owner.index) if isinstance(owner, Kind) else ""

    def _resolution(self, entry: RouteEntry, responder: Responder, adrift: bool) -> Resolution:
        if not responder.known or (adrift and not self.graph.applications):
            return Resolution.UNRESOLVED
        exact = entry.exact and responder.exact and not adrift
        return Resolution.EXACT if exact else Resolution.INFERRED

    def _parameters(
        self, entry: RouteEntry, routine: Routine | None, before: list[Guard], around: list[Guard]
    ) -> tuple[RouteParameter, ...]:
        path = () if entry.sink else parameters_of(entry.path)
        found = {("path", each.name): each for each in path}
        own = self.project.symbol(routine.path, routine.index) if routine is not None else ""
        guarding = [each.routine for each in (*before, *around) if each.routine is not None]
        components = {id(each.routine) for each in before}
        for function in ([routine] if routine is not None else []) + guarding:
            for name, each in self.inputs.of(function):
                if each.source == "body" and id(function) in components:
                    continue  # a component that keeps the body for others makes it no input of every route
                given = each if name == own else replace(each, via=name)
                found.setdefault((each.source, each.name), given)
        if any(each.validates for each in around):
            body = found.get(("body", "media"), RouteParameter("media", "body"))
            found["body", "media"] = replace(body, constrained=True)
        return tuple(found.values())
