"""The applications with what is registered on them in, `Application` and `Route` facts out: paths joined, layers gathered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.evaluation.bounds import NESTED, Walk, bounded
from readiness.libraries.evaluation.placing import Placing
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Kind
from readiness.libraries.litestar.handlers import Handler, Registrable, Unreadable
from readiness.libraries.litestar.nodes import Node, Registered
from readiness.libraries.litestar.operations import Operations
from readiness.libraries.litestar.registrations import Graph
from readiness.libraries.litestar.vocabulary import LAYERED, SILENT_METHODS
from readiness.model import Application, Resolution, Route, Span
from readiness.model.summary import Constant, Sequence

SLASHES = re.compile("//+")
UNRESOLVED = "{?}"

Layer = dict[str, Answer]
"""What one application, router, controller or handler says: `guards`, `dependencies`, `opt`, ..."""


class State(Struct, frozen=True, eq=False):
    """What the way from the application to a router or controller has gathered."""

    application: str
    framework: str
    node: Node | None
    path: str = ""
    exact: bool = True
    layers: tuple[Layer, ...] = ()
    certain: bool = True
    """False where nobody is seen to register it."""
    condition: str = ""


class Table:
    """Walks the graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reader = graph.reader
        self.project = graph.project
        self.placing = Placing(graph.reader)
        self.texts = Texts(graph.reader)
        self.operations = Operations(graph)
        self.walk = Walk()
        self._seen: set[tuple[object, ...]] = set()
        self._reached: set[tuple[object, ...]] = set()
        """Handlers and controllers that the walk came by."""
        self._open: list[tuple[Registered, State]] = []
        """Registrations of something that could not be found."""

    def facts(self) -> Iterator[Application | Route]:
        """Every application, then every route once."""
        names = {id(node): self.placing.application(node.made) for node in self.graph.applications}
        for name, node in sorted({names[id(node)]: node for node in self.graph.applications}.items()):
            yield self.placing.served(node.made, node.framework, name)
        yield from bounded(
            self._routes(names),
            lambda: self.walk.cut or self.graph.occurrences.cut,
            f"{NESTED} routers inside one another",
        )

    # walking

    def _routes(self, names: dict[int, str]) -> Iterator[Route]:
        roots = self.graph.applications
        for root in roots:
            yield from self._node(root, State(names[id(root)], root.framework, root), ())
        if not self._open and roots:
            return
        lost = [each for each in self.graph.everything() if self._key(each) not in self._reached]
        alone = next(iter(set(names.values()))) if len(set(names.values())) == 1 else ""
        state = State(alone, "Litestar", None)
        if len(self._open) == 1:
            state = self._open[0][1]  # they can only be registered there
        elif self._open:
            state = replace(self._open[0][1], application=alone, path="", layers=self._open[0][1].layers[:1])
        state = replace(state, certain=False, condition="")
        for each in lost:
            yield from self._registrable(each, replace(state, framework=self._framework(each, state)), None, ())
        if not lost:
            for registered, where in self._open:
                yield self._unresolved(registered, where)

    def _framework(self, each: Handler | Kind, state: State) -> str:
        if state.node is not None:
            return state.framework
        summary = self.reader.summary(each.path if isinstance(each, Kind) else each.target.path)
        old = any(each.module.partition(".")[0] == "starlite" for each in summary.imports)
        return "Starlite" if old else "Litestar"

    @staticmethod
    def _key(each: Handler | Kind) -> tuple[object, ...]:
        return each.key

    def _node(self, node: Node, state: State, chain: tuple[int, ...]) -> Iterator[Route]:
        """An application or router: its layer, then what is registered on it."""
        if not self.walk.goes_on(node, chain):
            return
        layer: Layer = {name: node.arguments[name] for name in LAYERED if name in node.arguments}
        registered = [*node.registered]
        if node.application:
            additions = self.graph.configurations.of(node)
            layer |= additions.texts
            registered.extend(additions.registered)
        below = self._below(state, layer)
        below = replace(below, layers=(*below.layers, *node.later))
        if "path" in node.hidden:
            below = replace(below, path=f"{state.path}/{UNRESOLVED}", exact=False)
        for each in registered:
            yield from self._registered(each, below, (*chain, id(node)))

    def _below(self, state: State, layer: Layer) -> State:
        text, exact = self.texts.of(layer["path"]) if "path" in layer else ("", True)
        return replace(state, path=f"{state.path}/{text}", exact=state.exact and exact, layers=(*state.layers, layer))

    def _registered(self, entry: Registered, state: State, chain: tuple[int, ...]) -> Iterator[Route]:
        here = replace(state, condition=" and ".join(filter(None, (state.condition, entry.condition))))
        if not entry.several:
            yield from self._given(entry, entry.given, here, chain)
            return
        items, complete = self.reader.elements(entry.given)
        for item in items:
            yield from self._given(entry, item, here, chain)
        if entry.spread:
            return
        if not complete or not (items or self._is_display(entry.given)):
            self._open.append((entry, here))

    def _is_display(self, given: Answer) -> bool:
        """A list that is written down, so that nothing more is in it."""
        found = self.reader.follow(given)
        return bool(found) and all(
            isinstance(each, Bound) and isinstance(each.value, Sequence | Constant) for each in found
        )

    def _given(self, entry: Registered, given: Answer, state: State, chain: tuple[int, ...]) -> Iterator[Route]:
        for each in self.graph.handlers.of(given):
            if isinstance(each, Unreadable):
                self._open.append((entry, state))
            else:
                yield from self._registrable(each, state, entry, chain)

    def _registrable(
        self, each: Registrable, state: State, entry: Registered | None, chain: tuple[int, ...]
    ) -> Iterator[Route]:
        if isinstance(each, Node):
            yield from self._node(each, state, chain)
        elif isinstance(each, Kind):
            yield from self._controller(each, state)
        elif isinstance(each, Handler):
            yield from self._handler(each, state, None)

    def _controller(self, kind: Kind, state: State) -> Iterator[Route]:
        self._reached.add(kind.key)
        layer: Layer = {}
        for name in LAYERED:
            given = self.graph.lineage.attribute(kind, name)
            if given is not None:
                layer[name] = given
        below = self._below(state, layer)
        for handler in self.graph.handlers.of_controller(kind):
            yield from self._handler(handler, below, kind)

    # one handler

    def _handler(self, handler: Handler, state: State, view: Kind | None) -> Iterator[Route]:
        self._reached.add(handler.key)
        if self.graph.handlers.is_mount(handler):
            return
        for text, exact in self.graph.handlers.paths(handler):
            path = "/" + SLASHES.sub("/", f"{state.path}/{text}").strip("/")
            for method, known in self.graph.handlers.methods(handler):
                key = (state.application, method, path, handler.key)
                if method in SILENT_METHODS or key in self._seen:
                    continue
                self._seen.add(key)
                yield self._fact(handler, state, view, path, method, exact and known)

    def _fact(self, handler: Handler, state: State, view: Kind | None, path: str, method: str, exact: bool) -> Route:
        registered = self._place(handler)
        placed = self.placing.handler(handler.target, "", registered)
        operation = self.operations.of(handler, state.node, state.layers, path, placed.name)
        if not state.certain:
            resolution = Resolution.UNRESOLVED
        else:
            resolution = Resolution.EXACT if state.exact and exact else Resolution.INFERRED
        return Route(
            span=placed.span,
            symbol=placed.name,
            scope=self.placing.scope(placed.span.path, registered.path),
            resolution=resolution,
            framework=state.framework,
            method=method,
            path=path,
            handler=placed.name,
            registered=registered,
            view=self.project.symbol(view.path, view.index) if view is not None else "",
            first_line=placed.first_line,
            end_line=placed.end_line,
            application=state.application,
            parameters=operation.parameters,
            dependencies=operation.dependencies,
            permission=operation.permission,
            declared_public=operation.public,
            condition=state.condition,
            response=operation.response.written,
            collection=operation.response.collection,
            status=operation.response.status,
            documented=placed.documented or operation.described,
            in_schema=operation.shown and method != "WEBSOCKET",
            name=operation.name or placed.last,
            data=operation.response.data,
        )

    def _place(self, handler: Handler) -> Span:
        path, index = handler.call
        if index >= 0:
            return self.project.span(path, index)
        definition = self.reader.summary(path).definitions[handler.target.index]
        return Span(handler.target.path, definition.line, definition.column)

    def _unresolved(self, entry: Registered, state: State) -> Route:
        """One route for what is registered and could not be found."""
        path, index = entry.call
        place = self.project.span(path, index)
        return Route(
            span=place,
            symbol=self.placing.around(entry.call),
            scope=self.placing.scope(path, path),
            resolution=Resolution.UNRESOLVED,
            framework=state.framework,
            method="ANY",
            path="/" + SLASHES.sub("/", f"{state.path}/{UNRESOLVED}").strip("/"),
            handler="",
            registered=place,
            first_line=place.line,
            end_line=place.end_line or place.line,
            application=state.application,
            condition=state.condition,
        )
