"""The graph of applications and tables in, `Application` and `Route` facts out: prefixes joined, handlers found."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.aiohttp_web.inputs import Inputs
from readiness.libraries.aiohttp_web.nodes import JoinEntry, Node, RouteEntry
from readiness.libraries.aiohttp_web.paths import parameters_of
from readiness.libraries.aiohttp_web.registrations import Graph
from readiness.libraries.aiohttp_web.responses import Responses
from readiness.libraries.aiohttp_web.views import Views
from readiness.libraries.aiohttp_web.vocabulary import QUIET_NAMES, SILENT_METHODS, Holder
from readiness.libraries.evaluation.bounds import NESTED, Sightings, Walk, bounded
from readiness.libraries.evaluation.placing import Placing
from readiness.libraries.evaluation.things import Routine
from readiness.libraries.evaluation.views import View
from readiness.model import Application, Resolution, Route, RouteParameter

FRAMEWORK = "aiohttp"


class State(Struct, frozen=True, eq=False):
    """What the way from the outermost application to another one or to a table has gathered."""

    application: str
    prefix: str = ""
    exact: bool = True
    middlewares: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    certain: bool = True
    """False where the application was not found."""


class Table:
    """Walks the graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reader = graph.reader
        self.project = graph.project
        self.placing = Placing(graph.reader)
        self.views = Views(graph.handlers, self.placing)
        self.inputs = Inputs(graph.reader)
        self.responses = Responses(graph.reader)
        self.sightings = Sightings()
        self._reached: set[int] = set()
        self.walk = Walk()

    def facts(self) -> Iterator[Application | Route]:
        """Every application, then every route once."""
        names = {id(node): self.placing.application(node.made) for node in self.graph.applications}
        mounted = {names[id(node)] for node in self.graph.applications if node.joined}
        for name, node in sorted({names[id(node)]: node for node in self.graph.applications}.items()):
            if node.made.index >= 0:
                yield self.placing.served(node.made, FRAMEWORK, name, mounted=name in mounted)
        yield from bounded(
            self._routes(names),
            lambda: self.walk.cut or self.graph.occurrences.cut,
            f"{NESTED} applications inside one another",
        )

    # walking

    def _routes(self, names: dict[int, str]) -> Iterator[Route]:
        applications = self.graph.applications
        for root in [each for each in applications if not each.joined]:
            yield from self._walk(root, State(names[id(root)]), ())
        for root in [each for each in applications if id(each) not in self._reached]:
            yield from self._walk(root, State(names[id(root)]), ())
        outermost = {names[id(each)] for each in applications if not each.joined}
        alone = outermost.pop() if len(outermost) == 1 else ""
        around = next((tuple(each.middlewares) for each in applications if names[id(each)] == alone), ())
        state = State(alone, exact=False, middlewares=around if alone else (), certain=bool(applications))
        for entry in self.graph.adrift:
            yield from self._entry(entry, state, ())
        if not applications:
            for node in self.graph.nodes.all:
                if node.holder is Holder.TABLE and not node.joined:
                    yield from self._walk(node, State("", certain=False), ())

    def _walk(self, node: Node, state: State, chain: tuple[int, ...]) -> Iterator[Route]:
        """The routes of a node; the state's prefix is the one inside it."""
        if not self.walk.goes_on(node, chain):
            return
        self._reached.add(id(node))
        here = replace(state, middlewares=(*state.middlewares, *node.middlewares))
        for entry in node.entries:
            yield from self._entry(entry, here, (*chain, id(node)))

    def _entry(self, entry: RouteEntry | JoinEntry, here: State, chain: tuple[int, ...]) -> Iterator[Route]:
        conditions = (*here.conditions, entry.condition) if entry.condition else here.conditions
        below = replace(here, conditions=conditions)
        if isinstance(entry, RouteEntry):
            yield from self._route(entry, below)
            return
        prefix = here.prefix + entry.prefix.rstrip("/")
        for child in entry.children:
            yield from self._walk(child, replace(below, prefix=prefix, exact=here.exact and entry.exact), chain)

    # one route

    def _route(self, entry: RouteEntry, state: State) -> Iterator[Route]:
        path = state.prefix + entry.path
        path = path if path.startswith("/") else f"/{path}"
        for view in self.views.of(entry):
            if view.method not in SILENT_METHODS and self._is_new(entry, state, view, path):
                yield self._fact(entry, state, view, path)

    def _is_new(self, entry: RouteEntry, state: State, view: View, path: str) -> bool:
        thing = view.handler
        handler = (thing.path, thing.index) if thing is not None else (view.name, *entry.call)
        exact = self._resolution(entry, state, view) is Resolution.EXACT
        return self.sightings.is_new(state.application, (view.method, path, handler), exact=exact)

    def _fact(self, entry: RouteEntry, state: State, view: View, path: str) -> Route:
        registered = self.project.span(*entry.call)
        placed = self.placing.handler(view.handler, view.name, registered)
        handler = placed.name
        routine = view.handler if isinstance(view.handler, Routine) else None
        response = self.responses.of(routine)
        name = self.reader.constant(entry.arguments["name"]) if "name" in entry.arguments else None
        return Route(
            span=placed.span,
            symbol=handler if view.handler is not None else self.placing.around(entry.call),
            scope=self.placing.scope(placed.span.path, entry.call[0]),
            resolution=self._resolution(entry, state, view),
            framework=FRAMEWORK,
            method=view.method,
            path=path,
            handler=handler,
            registered=registered,
            view=self.project.symbol(view.owner.path, view.owner.index) if view.owner is not None else "",
            first_line=placed.first_line,
            end_line=placed.end_line,
            application=state.application,
            parameters=self._parameters(path, routine),
            dependencies=self._dependencies(state, view),
            condition=" and ".join(dict.fromkeys(state.conditions)),
            response=response.written,
            collection=response.collection,
            status=response.status,
            documented=placed.documented,
            name=name if isinstance(name, str) else placed.last,
            data=response.data and (view.handler is not None or view.inner),
        )

    def _resolution(self, entry: RouteEntry, state: State, view: View) -> Resolution:
        if not state.certain or not view.known or (not entry.exact and not entry.path.strip("{?}/")):
            return Resolution.UNRESOLVED
        return Resolution.EXACT if state.exact and entry.exact and view.exact else Resolution.INFERRED

    def _dependencies(self, state: State, view: View) -> tuple[str, ...]:
        """Middleware of every application around, then what decorates the class and the handler."""
        around = self.graph.handlers
        names = list(state.middlewares)
        for thing in (view.owner, view.handler):
            if thing is not None:
                names.extend(each.name for each in around.decorators(thing) if each.name not in QUIET_NAMES)
        return tuple(dict.fromkeys(names))

    def _parameters(self, path: str, routine: Routine | None) -> tuple[RouteParameter, ...]:
        found = {("path", each.name): each for each in parameters_of(path)}
        if routine is not None:
            for each in self.inputs.of(routine, path):
                key = (each.source, each.name)
                known = found.get(key)
                if known is None:
                    found[key] = each
                elif each.source == "path" and each.annotation:
                    found[key] = replace(known, annotation=each.annotation)
        return tuple(found.values())
