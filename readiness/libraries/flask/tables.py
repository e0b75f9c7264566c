"""The graph of applications and blueprints in, `Application` and `Route` facts out: prefixes joined, views found."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.evaluation.bounds import NESTED, Sightings, Walk, bounded
from readiness.libraries.evaluation.conditions import together
from readiness.libraries.evaluation.namesakes import names_bound
from readiness.libraries.evaluation.placing import Placing
from readiness.libraries.evaluation.things import Routine
from readiness.libraries.evaluation.views import View
from readiness.libraries.flask.inputs import Inputs
from readiness.libraries.flask.nodes import JoinEntry, Node, RouteEntry
from readiness.libraries.flask.registrations import Graph
from readiness.libraries.flask.responses import Responses
from readiness.libraries.flask.rules import converted, parameters_of
from readiness.libraries.flask.views import Views
from readiness.libraries.flask.vocabulary import HOST, SILENT_METHODS, Holder
from readiness.model import Application, Resolution, Route, RouteParameter


class State(Struct, frozen=True, eq=False):
    """What the way from the application to a blueprint or API object has gathered."""

    application: str
    prefix: str | None = None
    exact: bool = True
    hooks: tuple[str, ...] = ()
    """Functions that run before every view."""
    certain: bool = True
    """False where the place of a blueprint was not found."""
    condition: str = ""


class Table:
    """Walks the graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reader = graph.reader
        self.project = graph.project
        self.placing = Placing(graph.reader)
        self.views = Views(graph.reader, graph.endpoints)
        self.inputs = Inputs(graph.reader)
        self.responses = Responses(graph.reader)
        self.sightings = Sightings()
        self.walk = Walk()

    def facts(self) -> Iterator[Application | Route]:
        """Every application, then every route once."""
        names = {id(node): self.placing.application(node.made) for node in self.graph.applications}
        for name, node in sorted({names[id(node)]: node for node in self.graph.applications}.items()):
            if node.base.package != HOST:
                yield self.placing.served(node.made, "Flask", name)
        yield from bounded(
            self._routes(names),
            lambda: self.walk.cut or self.graph.occurrences.cut,
            f"{NESTED} blueprints inside one another",
            lambda each: (each.application, each.method, each.path, each.handler, each.span),
        )

    # walking

    def _routes(self, names: dict[int, str]) -> Iterator[Route]:
        roots = self.graph.applications
        for root in roots:
            yield from self._walk(root, State(names[id(root)]), ())
        alone = next(iter(set(names.values()))) if len(set(names.values())) == 1 else ""
        for entry in self.graph.adrift:
            yield from self._entry(entry, None, State(alone, exact=False, certain=bool(roots)), ())
        lost = [node for node in self.graph.nodes.all if not node.joined]
        lost = [node for node in lost if node.entries and node.holder is not Holder.APPLICATION]
        yield from self._found_by_name(lost, alone)
        if not roots:
            for node in lost:
                if not node.joined:
                    yield from self._walk(node, self._below(node, node.prefix, State("", certain=False)), ())

    def _found_by_name(self, lost: list[Node], alone: str) -> Iterator[Route]:
        """Blueprints that are registered by an expression that could not be followed, such as an attribute of a module
        that is imported by its name."""
        for joint in self.graph.open_joins:
            blueprints = [each for each in lost if each.holder is Holder.BLUEPRINT and not each.joined]
            named = [each for each in blueprints if joint.name in names_bound(self.reader, each.made)]
            for node in named or blueprints:
                state = State(alone, exact=False)
                below = self._below(node, joint.prefix if joint.prefix is not None else node.prefix, state)
                yield from self._walk(node, below, ())
            if joint.name:
                for node in named:
                    node.joined = True

    def _walk(self, node: Node, state: State, chain: tuple[int, ...]) -> Iterator[Route]:
        """The routes of a node; the state's prefix is the one inside it."""
        if not self.walk.goes_on(node, chain):
            return
        here = replace(state, hooks=(*state.hooks, *node.hooks))
        for entry in node.entries:
            yield from self._entry(entry, node, here, (*chain, id(node)))

    def _entry(
        self, entry: RouteEntry | JoinEntry, node: Node | None, here: State, chain: tuple[int, ...]
    ) -> Iterator[Route]:
        if isinstance(entry, RouteEntry):
            yield from self._route(entry, node, here)
            return
        for child in entry.children:
            given = entry.prefix if entry.prefix or child.holder is Holder.BLUEPRINT else None
            prefix, exact = (given, entry.exact) if given is not None else (child.prefix, child.exact)
            condition = together(here.condition, entry.condition)
            below = self._below(child, prefix, replace(here, exact=here.exact and exact, condition=condition))
            yield from self._walk(child, below, chain)

    @staticmethod
    def _below(child: Node, prefix: str | None, here: State) -> State:
        """The state inside a child: blueprints join prefixes by one slash, API objects put them together as they are."""
        if child.concatenates:
            return replace(here, prefix=(here.prefix or "") + (prefix or ""))
        if here.prefix is not None and prefix is not None:
            return replace(here, prefix=f"{here.prefix.rstrip('/')}/{prefix.lstrip('/')}")
        return replace(here, prefix=prefix if prefix is not None else here.prefix)

    # one route

    def _route(self, entry: RouteEntry, node: Node | None, state: State) -> Iterator[Route]:
        rule = entry.rule
        if state.prefix is not None and node is not None and node.concatenates:
            rule = state.prefix + rule
        elif state.prefix is not None:
            rule = f"{state.prefix.rstrip('/')}/{rule.lstrip('/')}" if rule else state.prefix
        rule = rule if rule.startswith("/") else f"/{rule}"
        for view in self.views.of(entry):
            if view.method not in SILENT_METHODS and self._is_new(entry, state, view, rule):
                yield self._fact(entry, node, state, view, rule)

    def _is_new(self, entry: RouteEntry, state: State, view: View, rule: str) -> bool:
        thing = view.handler
        handler = (thing.path, thing.index) if thing is not None else (view.name, -1)
        return self.sightings.is_new(
            state.application,
            (view.method, rule, handler),
            exact=self._resolution(entry, state, view) is Resolution.EXACT,
            condition=together(state.condition, entry.condition),
        )

    def _fact(self, entry: RouteEntry, node: Node | None, state: State, view: View, rule: str) -> Route:
        registered = self.project.span(*entry.call)
        placed = self.placing.handler(view.handler, view.name, registered)
        handler = placed.name
        routine = view.handler if isinstance(view.handler, Routine) else None
        response = self.responses.of(routine)
        path = converted(rule)
        return Route(
            span=placed.span,
            symbol=handler if view.handler is not None else self.placing.around(entry.call),
            scope=self.placing.scope(placed.span.path, entry.call[0]),
            resolution=self._resolution(entry, state, view),
            framework=node.framework if node is not None else "Flask",
            method=view.method,
            path=path,
            handler=handler,
            registered=registered,
            view=self.project.symbol(view.owner.path, view.owner.index) if view.owner is not None else "",
            first_line=placed.first_line,
            end_line=placed.end_line,
            application=state.application,
            parameters=self._parameters(rule, view),
            dependencies=tuple(dict.fromkeys((*state.hooks, *view.around, *self.inputs.around(routine, view.owner)))),
            response=response.written,
            collection=response.collection,
            status=response.status,
            documented=placed.documented,
            name=entry.endpoint or placed.last,
            data=response.data and (view.handler is not None or view.inner),
            condition=together(state.condition, entry.condition),
        )

    def _resolution(self, entry: RouteEntry, state: State, view: View) -> Resolution:
        if not state.certain:
            return Resolution.UNRESOLVED
        return Resolution.EXACT if state.exact and entry.exact and view.exact else Resolution.INFERRED

    def _parameters(self, rule: str, view: View) -> tuple[RouteParameter, ...]:
        found = {("path", each.name): each for each in parameters_of(rule)}
        if isinstance(view.handler, Routine):
            for each in self.inputs.of(view.handler, view.method):
                found.setdefault((each.source, each.name), each)
        return tuple(found.values())
