"""The applications and their rules in, `Application` and `Route` facts out."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.bounds import bounded
from readiness.libraries.evaluation.lists import ITEMS
from readiness.libraries.evaluation.placing import Placing
from readiness.libraries.evaluation.reader import UNRESOLVED
from readiness.libraries.evaluation.things import Kind, Outside
from readiness.libraries.tornado.answers import Answering, Answers
from readiness.libraries.tornado.inputs import Inputs
from readiness.libraries.tornado.patterns import shown
from readiness.libraries.tornado.registrations import Graph, Node
from readiness.libraries.tornado.rules import Entry
from readiness.model import Application, Resolution, Route, RouteParameter, Scope


class Table:
    """Makes the facts."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reader = graph.reader
        self.project = graph.project
        self.placing = Placing(graph.reader)
        self.answers = Answers(graph.reader)
        self.inputs = Inputs(graph.reader)
        self._seen: set[tuple[object, ...]] = set()

    def facts(self) -> Iterator[Application | Route]:
        """Every application, then every route once."""
        nodes = list(self.graph.nodes.values())
        for node in sorted((each for each in nodes if each.name), key=lambda each: (each.name, each.place)):
            yield self._application(node)
        yield from bounded(self._routes(nodes), lambda: self.graph.occurrences.cut, f"{ITEMS} rules of one list")

    def _application(self, node: Node) -> Application:
        return Application(
            span=node.place,
            symbol=node.symbol,
            scope=self.project.files[node.place.path].scope,
            framework="Tornado",
            name=node.name,
        )

    def _routes(self, nodes: list[Node]) -> Iterator[Route]:
        named = [each for each in nodes if each.name]
        alone = named[0].name if len(named) == 1 else ""
        # A list that was also handed on changed, with an unknown prefix, is known where it was handed on as it is.
        placed = {each.identity[:2] for node in nodes for each in node.entries if each.exact}
        for node in nodes:
            for entry in node.entries:
                if entry.handler is None and not node.name:
                    continue  # a router hands on to an application that has rules of its own
                rewritten = not entry.exact and entry.pattern == UNRESOLVED and entry.identity[:2] in placed
                if not rewritten:
                    yield from self._entry(entry, node.name or alone, True)
        held = {each.identity[:2] for node in nodes for each in node.entries if isinstance(each.handler, Kind)}
        for entry in self.graph.adrift:
            yield from self._entry(entry, alone, True)
        held |= {each.identity[:2] for each in self.graph.adrift}
        for entry in self.graph.afloat:
            if entry.identity[:2] not in held:
                yield from self._entry(entry, alone, False)
        if not self.graph.afloat:
            yield from (self._open(node) for node in nodes if not node.complete and self._all_known(node))

    def _all_known(self, node: Node) -> bool:
        """No rule of it is shown as one that could not be read."""
        return all(each.handler is not None for each in node.entries)

    def _open(self, node: Node) -> Route:
        """The rules of an application that could not be followed."""
        return Route(
            span=node.place,
            symbol=node.symbol,
            scope=self.project.files[node.place.path].scope,
            resolution=Resolution.UNRESOLVED,
            framework="Tornado",
            method="ANY",
            path=UNRESOLVED,
            handler="",
            registered=node.place,
            first_line=node.place.line,
            end_line=node.place.line,
            application=node.name,
            data=False,
        )

    def _entry(self, entry: Entry, application: str, certain: bool) -> Iterator[Route]:
        if isinstance(entry.handler, Outside):
            return  # of a library: static files, redirects, what other packages serve
        path, parameters = shown(entry.pattern)
        if not isinstance(entry.handler, Kind):
            if self._is_new("ANY", path, entry.place):
                yield self._unknown(entry, path, parameters, application)
            return
        if self.project.files[entry.handler.path].scope is Scope.TEST:
            return
        for answering in self.answers.of(entry.handler):
            if self._is_new(answering.method, path, (answering.handler.key, application)):
                yield self._fact(entry, entry.handler, answering, path, parameters, application, certain)

    def _is_new(self, *key: object) -> bool:
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _unknown(self, entry: Entry, path: str, parameters: tuple[RouteParameter, ...], application: str) -> Route:
        return Route(
            span=entry.place,
            symbol=self.project.module(entry.place.path),
            scope=self.project.files[entry.place.path].scope,
            resolution=Resolution.UNRESOLVED,
            framework="Tornado",
            method="ANY",
            path=path,
            handler="",
            registered=entry.place,
            first_line=entry.place.line,
            end_line=entry.place.line,
            application=application,
            parameters=parameters,
            condition=entry.condition,
        )

    def _fact(
        self,
        entry: Entry,
        kind: Kind,
        answering: Answering,
        path: str,
        parameters: tuple[RouteParameter, ...],
        application: str,
        certain: bool,
    ) -> Route:
        placed = self.placing.handler(answering.handler, "", entry.place)
        found = {("path", each.name): each for each in parameters}
        for each in self.inputs.of(answering.handler, answering.method):
            found.setdefault((each.source, each.name), each)
        resolution = Resolution.EXACT if entry.exact else Resolution.INFERRED
        return Route(
            span=placed.span,
            symbol=placed.name,
            scope=self.placing.scope(placed.span.path, entry.place.path),
            resolution=resolution if certain else Resolution.UNRESOLVED,
            framework="Tornado",
            method=answering.method,
            path=path,
            handler=placed.name,
            registered=entry.place,
            view=self.project.symbol(kind.path, kind.index),
            first_line=placed.first_line,
            end_line=placed.end_line,
            application=application,
            parameters=tuple(found.values()),
            dependencies=self.answers.around(answering, kind),
            condition=entry.condition,
            documented=placed.documented,
            name=self.project.symbol(kind.path, kind.index).rpartition("::")[2],
            data=answering.data,
        )
