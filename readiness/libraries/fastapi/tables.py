"""The graph of applications and routers in, `Application` and `Route` facts out: prefixes joined, dependencies gathered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.evaluation.bounds import NESTED, Walk, bounded
from readiness.libraries.evaluation.conditions import together
from readiness.libraries.evaluation.placing import Placing
from readiness.libraries.evaluation.things import Answer, Bound
from readiness.libraries.fastapi.dependencies import NOTHING, Closure, joined
from readiness.libraries.fastapi.endpoints import Endpoint, Endpoints
from readiness.libraries.fastapi.nodes import JoinEntry, Node, RouteEntry
from readiness.libraries.fastapi.registrations import Graph
from readiness.libraries.fastapi.vocabulary import SILENT_METHODS
from readiness.model import Application, Resolution, Route, RouteParameter
from readiness.model.summary import Constant, Name

PATH_NAMES = re.compile(r"\{([A-Za-z_]\w*)(?::(\w+))?\}")
CONVERTERS = {"int": "int", "float": "float", "uuid": "uuid.UUID", "str": "str", "path": "str", "": "str"}


class State(Struct, frozen=True, eq=False):
    """What the way from the application to a router has gathered."""

    application: str
    framework: str
    prefix: str = ""
    exact: bool = True
    certain: bool = True
    """False where the router's place was not found."""
    dependencies: tuple[Closure, ...] = ()
    in_schema: bool = True
    response_class: Answer | None = None
    condition: str = ""


class Table:
    """Walks the graph."""

    def __init__(self, graph: Graph, endpoints: Endpoints) -> None:
        self.graph = graph
        self.reader = graph.reader
        self.project = graph.project
        self.placing = Placing(graph.reader)
        self.endpoints = endpoints
        self.walk = Walk()

    def facts(self) -> Iterator[Application | Route]:
        """Every application, then every route once."""
        names = {id(node): self.placing.application(node.made) for node in self.graph.applications}
        for name, node in sorted({names[id(node)]: node for node in self.graph.applications}.items()):
            yield self.placing.served(node.made, node.framework, name, mounted=node.mounted)
        roots = [node for node in self.graph.applications if not node.mounted]
        yield from bounded(
            self._routes(roots, names),
            lambda: self.walk.cut or self.graph.occurrences.cut,
            f"{NESTED} routers inside one another",
            lambda each: (each.application, each.method, each.path, each.handler),
        )

    # walking

    def _routes(self, roots: list[Node], names: dict[int, str]) -> Iterator[Route]:
        for root in roots:
            yield from self._walk(root, State(names[id(root)], root.framework), ())
        yield from self._found_by_convention(roots, names)

    def _found_by_convention(self, roots: list[Node], names: dict[int, str]) -> Iterator[Route]:
        """Routers and registrations whose place in the application is not seen."""
        places = {names[id(root)]: root for root in roots}
        alone = next(iter(places.items())) if len(places) == 1 else None
        for entry in self.graph.adrift:
            state = State(alone[0], alone[1].framework, exact=False) if alone else State("", "FastAPI", certain=False)
            if alone is not None:
                state = self._entered(alone[1], state)
            yield from self._entry(entry, state, ())
        lost = [node for node in self.graph.nodes.all if not node.joined and not node.application]
        lost = [node for node in lost if node.entries]
        for joint in self.graph.open_joins:
            matching = [node for node in lost if self.graph.fits(joint, node)]
            for holder in joint.holders:
                for state in self._ways_to(holder, roots, names):
                    below = replace(state, prefix=state.prefix + joint.prefix, exact=False)
                    below = replace(below, dependencies=(*below.dependencies, self._dependencies(joint.arguments)))
                    for node in matching:
                        node.joined = True
                        yield from self._walk(node, below, ())
        if not roots:
            for node in lost:
                if not node.joined:
                    yield from self._walk(node, State("", node.framework, certain=False), ())

    def _ways_to(self, holder: Node, roots: list[Node], names: dict[int, str]) -> Iterator[State]:
        """The states in which the walk comes by a node."""
        for root in roots:
            yield from self._search(root, State(names[id(root)], root.framework), holder, ())

    def _search(self, node: Node, state: State, wanted: Node, chain: tuple[int, ...]) -> Iterator[State]:
        if not self.walk.goes_on(node, chain):
            return
        here = self._entered(node, state)
        if node is wanted:
            yield here
            return
        for entry in node.entries:
            if isinstance(entry, JoinEntry):
                for child in entry.children:
                    yield from self._search(child, self._below(entry, here), wanted, (*chain, id(node)))

    def _walk(self, node: Node, state: State, chain: tuple[int, ...]) -> Iterator[Route]:
        if not self.walk.goes_on(node, chain):
            return
        self.graph.read_routes(node)
        here = self._entered(node, state)
        for entry in node.entries:
            yield from self._entry(entry, here, (*chain, id(node)))

    def _entry(self, entry: RouteEntry | JoinEntry, here: State, chain: tuple[int, ...]) -> Iterator[Route]:
        if isinstance(entry, RouteEntry):
            yield from self._route(entry, here)
            return
        below = self._below(entry, here)
        for child in entry.children:
            yield from self._walk(child, below, chain)

    def _entered(self, node: Node, state: State) -> State:
        """The state inside a router."""
        return replace(
            state,
            prefix=state.prefix + node.prefix,
            exact=state.exact and node.exact,
            dependencies=(*state.dependencies, self._dependencies(node.arguments)),
            in_schema=state.in_schema and self._shown(node.arguments),
            response_class=node.arguments.get("default_response_class", state.response_class),
        )

    def _below(self, entry: JoinEntry, here: State) -> State:
        """The state under an include; a mounted application starts afresh, but for its path."""
        below = replace(
            here,
            prefix=here.prefix + entry.prefix,
            exact=here.exact and entry.exact,
            condition=together(here.condition, entry.condition),
        )
        if entry.mounted:
            return replace(below, dependencies=(), in_schema=True, response_class=None)
        return replace(
            below,
            dependencies=(*here.dependencies, self._dependencies(entry.arguments)),
            in_schema=here.in_schema and self._shown(entry.arguments),
            response_class=entry.arguments.get("default_response_class", here.response_class),
        )

    def _dependencies(self, arguments: dict[str, Answer]) -> Closure:
        given = arguments.get("dependencies")
        return self.endpoints.dependencies.of_list(given) if given is not None else NOTHING

    def _shown(self, arguments: dict[str, Answer]) -> bool:
        given = arguments.get("include_in_schema")
        return given is None or self.reader.constant(given) is not False

    # one route

    def _route(self, entry: RouteEntry, state: State) -> Iterator[Route]:
        path = state.prefix + entry.path
        path = path if path.startswith("/") else f"/{path}"
        own = self._dependencies(entry.arguments)
        for endpoint in self.endpoints.of(entry):
            if endpoint.method in SILENT_METHODS:
                continue
            yield self._fact(entry, state, endpoint, path, joined([*state.dependencies, own, endpoint.closure]))

    def _fact(self, entry: RouteEntry, state: State, endpoint: Endpoint, path: str, closure: Closure) -> Route:
        registered = self.project.span(*entry.call)
        placed = self.placing.handler(endpoint.handler, endpoint.name, registered)
        handler = placed.name
        response = self.endpoints.response(entry, endpoint, state.response_class)
        if not state.certain:
            resolution = Resolution.UNRESOLVED
        elif state.exact and entry.exact and endpoint.exact:
            resolution = Resolution.EXACT
        else:
            resolution = Resolution.INFERRED
        arguments = entry.arguments
        return Route(
            span=placed.span,
            symbol=handler if endpoint.ours else self.placing.around(entry.call),
            scope=self.placing.scope(placed.span.path, entry.call[0]),
            resolution=resolution,
            framework=state.framework,
            method=endpoint.method,
            path=path,
            handler=handler,
            registered=registered,
            first_line=placed.first_line,
            end_line=placed.end_line,
            application=state.application,
            parameters=self._parameters(path, closure, handler),
            dependencies=tuple(name for name in closure.names if name != handler),
            dependency_calls=closure.calls,
            response=response.written,
            collection=response.collection,
            status=response.status,
            documented=placed.documented or any(self._text(arguments.get(name)) for name in ("summary", "description")),
            in_schema=state.in_schema and self._shown(arguments) and endpoint.method != "WEBSOCKET",
            name=self._text(arguments.get("name")) or (placed.last if endpoint.ours else ""),
            data=response.data and (endpoint.ours or endpoint.inner),
            condition=together(state.condition, entry.condition),
        )

    def _parameters(self, path: str, closure: Closure, handler: str) -> tuple[RouteParameter, ...]:
        found = dict(PATH_NAMES.findall(path))
        names = frozenset(found)
        parameters = [each.on(names) for each in closure.inputs]
        parameters = [replace(each, via="") if each.via == handler else each for each in parameters]
        declared = {each.name for each in parameters if each.source == "path"}
        for name, converter in found.items():
            if name not in declared:
                parameters.append(RouteParameter(name, "path", CONVERTERS.get(converter, "")))
        return tuple(parameters)

    def _text(self, given: Answer | None) -> str:
        if given is None:
            return ""
        constant = self.reader.constant(given)
        if isinstance(constant, str):
            return constant
        known = isinstance(given, Bound) and not isinstance(given.value, Constant | Name)
        return "..." if known else ""
