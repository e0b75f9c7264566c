"""The graph of applications, blueprints and groups in, `Application` and `Route` facts out: prefixes and versions joined."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.evaluation.bounds import NESTED, Sightings, Walk, bounded
from readiness.libraries.evaluation.namesakes import names_bound
from readiness.libraries.evaluation.placing import Placing
from readiness.libraries.evaluation.things import Routine
from readiness.libraries.evaluation.views import View
from readiness.libraries.sanic.inputs import Inputs
from readiness.libraries.sanic.nodes import JoinEntry, Node, Placement, RouteEntry, chosen_prefix, version_path
from readiness.libraries.sanic.paths import converted, parameters_of
from readiness.libraries.sanic.registrations import Graph
from readiness.libraries.sanic.responses import Responses
from readiness.libraries.sanic.views import Views
from readiness.libraries.sanic.vocabulary import DECORATORS, QUIET_PARTS, SILENT_METHODS, VERSION_PREFIX, Holder
from readiness.model import Application, Resolution, Route, RouteParameter, Span

FRAMEWORK = "Sanic"


class State(Struct, frozen=True, eq=False):
    """What the way from the application to a blueprint has gathered."""

    application: str
    options: Placement = Placement()
    """What `app.blueprint` and the groups on the way say."""
    own: Placement | None = None
    """What the blueprint says, None on the application itself."""
    strict: bool | None = None
    """What the application says of slashes at the end."""
    exact: bool = True
    hooks: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    certain: bool = True
    """False where the place of a blueprint was not found."""


class Table:
    """Walks the graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reader = graph.reader
        self.project = graph.project
        self.placing = Placing(graph.reader)
        self.views = Views(graph.reader, graph.handlers, self.placing)
        self.inputs = Inputs(graph.reader)
        self.responses = Responses(graph.reader)
        self.sightings = Sightings()
        self.walk = Walk()

    def facts(self) -> Iterator[Application | Route]:
        """Every application, then every route once."""
        names = {id(node): self.placing.application(node.made) for node in self.graph.applications}
        for name, node in sorted({names[id(node)]: node for node in self.graph.applications}.items()):
            if node.made.index >= 0:
                yield self.placing.served(node.made, FRAMEWORK, name)
        yield from bounded(
            self._routes(names),
            lambda: self.walk.cut or self.graph.occurrences.cut,
            f"{NESTED} groups inside one another",
        )

    # walking

    def _routes(self, names: dict[int, str]) -> Iterator[Route]:
        roots = self.graph.applications
        for root in roots:
            yield from self._walk(root, State(names[id(root)], strict=root.placement.strict), ())
        several = {names[id(root)]: root for root in roots}
        alone = next(iter(several)) if len(several) == 1 else ""
        hooks = tuple(several[alone].hooks) if alone else ()
        state = State(alone, exact=False, certain=bool(roots), hooks=hooks)
        for entry in self.graph.adrift:
            yield from self._entry(entry, state, ())
        lost = [node for node in self.graph.nodes.all if not node.joined and node.holder is Holder.BLUEPRINT]
        lost = [node for node in lost if self._entries(node)]
        yield from self._found_by_name(lost, state)
        if not roots:
            for node in lost:
                if not node.joined:
                    yield from self._walk(node, replace(state, certain=False), ())

    def _found_by_name(self, lost: list[Node], state: State) -> Iterator[Route]:
        """Blueprints that are registered by an expression that could not be followed, such as an attribute of a module
        that is imported by its name."""
        for joint in self.graph.open_joins:
            waiting = [each for each in lost if not each.joined]
            named = [each for each in waiting if joint.name in names_bound(self.reader, each.made)]
            conditions = (joint.condition,) if joint.condition else ()
            for node in named or waiting:
                yield from self._walk(node, replace(state, options=joint.placement, conditions=conditions), ())
            if joint.name:
                for node in named:
                    node.joined = True

    def _entries(self, node: Node) -> list[RouteEntry | JoinEntry]:
        """The registrations on a node, those on the blueprint that it is a copy of included."""
        found = [*node.entries]
        seen = {id(node)}
        while node.source is not None and id(node.source) not in seen:
            node = node.source
            seen.add(id(node))
            found.extend(node.entries)
        return found

    def _walk(self, node: Node, state: State, chain: tuple[int, ...]) -> Iterator[Route]:
        """The routes of an application, a blueprint or a group."""
        if not self.walk.goes_on(node, chain):
            return
        hooks = (*state.hooks, *(node.source.hooks if node.source is not None else ()), *node.hooks)
        here = replace(state, hooks=tuple(dict.fromkeys(hooks)))
        inside = (*chain, id(node))
        if node.holder is Holder.GROUP:
            exact = here.exact and node.placement.exact
            for member in node.members:
                options = self._in_group(here.options, node.placement, member)
                yield from self._walk(member, replace(here, options=options, exact=exact), inside)
            return
        own = node.placement if node.holder is Holder.BLUEPRINT else None
        here = replace(here, own=own, exact=here.exact and node.placement.exact)
        for entry in self._entries(node):
            yield from self._entry(entry, here, inside)

    @staticmethod
    def _in_group(options: Placement, group: Placement, member: Node) -> Placement:
        """The options that a group hands on to one of its members, as `Sanic.blueprint` merges them."""
        item = member.placement
        parts = [options.prefix, group.prefix, item.prefix if member.holder is not Holder.GROUP else None]
        prefix = "/".join(part.strip("/") for part in parts if part).rstrip("/")
        version, strict, version_prefix = options.version, options.strict, options.version_prefix
        if item.version is None:
            version = group.version or options.version
        if item.strict is None:
            strict = group.strict or options.strict
        if (item.version_prefix or VERSION_PREFIX) == VERSION_PREFIX:
            usual = (group.version_prefix or VERSION_PREFIX) == VERSION_PREFIX
            version_prefix = options.version_prefix if usual else group.version_prefix
        exact = options.exact and group.exact
        return Placement(f"/{prefix}", version, version_prefix, strict, exact)

    def _entry(self, entry: RouteEntry | JoinEntry, here: State, chain: tuple[int, ...]) -> Iterator[Route]:
        conditions = (*here.conditions, entry.condition) if entry.condition else here.conditions
        below = replace(here, conditions=conditions)
        if isinstance(entry, RouteEntry):
            yield from self._route(entry, below)
            return
        exact = here.exact and entry.placement.exact
        for child in entry.children:
            yield from self._walk(child, replace(below, options=entry.placement, own=None, exact=exact), chain)

    # one route

    def _uri(self, entry: RouteEntry, state: State) -> str:
        """The whole path, as `Blueprint.register` and `Router.add` put it together."""
        said, own, options = entry.placement, state.own, state.options
        uri = entry.path
        if not uri.startswith(("/", "{?}")) and (uri or own is None):
            uri = f"/{uri}"
        versions = [said.version]
        prefixes = [said.version_prefix]
        stricts = [said.strict, state.strict]
        if own is not None:
            prefix = options.prefix if options.prefix is not None else (own.prefix or "").removesuffix("/")
            joined = prefix + (uri[1:] if uri.startswith("/") and prefix.endswith("/") else uri) if prefix else uri
            uri = joined[1:] if joined.startswith("//") else joined
            versions += [options.version, own.version]
            prefixes += [options.version_prefix or own.version_prefix, own.version_prefix]
            stricts[1:1] = [options.strict, own.strict]
        version = next((each for each in versions if each is not None), None)
        uri = version_path(version, chosen_prefix(*prefixes), uri)
        strict = next((each for each in stricts if each is not None), False)
        return "/" + (uri.lstrip("/") if strict else uri.strip("/"))

    def _route(self, entry: RouteEntry, state: State) -> Iterator[Route]:
        uri = self._uri(entry, state)
        for view in self.views.of(entry):
            if view.method not in SILENT_METHODS and self._is_new(entry, state, view, uri):
                yield self._fact(entry, state, view, uri)

    def _is_new(self, entry: RouteEntry, state: State, view: View, uri: str) -> bool:
        thing = view.handler
        handler = (thing.path, thing.index) if thing is not None else (view.name, *entry.call)
        exact = self._resolution(entry, state, view) is Resolution.EXACT
        return self.sightings.is_new(state.application, (view.method, uri, handler), exact=exact)

    def _registered(self, entry: RouteEntry) -> tuple[Span, str]:
        """Where a route is registered, and the symbol around: a call, or the head of a class."""
        path, index = entry.call
        if index >= 0:
            return self.project.span(path, index), self.placing.around(entry.call)
        definition = self.reader.summary(path).definitions[-1 - index]
        return Span(path, definition.line, definition.column), self.project.symbol(path, definition.scope)

    def _fact(self, entry: RouteEntry, state: State, view: View, uri: str) -> Route:
        registered, around = self._registered(entry)
        placed = self.placing.handler(view.handler, view.name, registered)
        handler = placed.name
        routine = view.handler if isinstance(view.handler, Routine) else None
        response = self.responses.of(routine)
        annotations = self.inputs.annotations(routine) if view.owner is None else {}
        name = self.reader.constant(entry.arguments["name"]) if "name" in entry.arguments else None
        return Route(
            span=placed.span,
            symbol=handler if view.handler is not None else around,
            scope=self.placing.scope(placed.span.path, entry.call[0]),
            resolution=self._resolution(entry, state, view),
            framework=FRAMEWORK,
            method=view.method,
            path=converted(uri, annotations),
            handler=handler,
            registered=registered,
            view=self.project.symbol(view.owner.path, view.owner.index) if view.owner is not None else "",
            first_line=placed.first_line,
            end_line=placed.end_line,
            application=state.application,
            parameters=self._parameters(uri, annotations, routine),
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
        if not state.certain or not view.known or (not entry.placement.exact and not entry.path.strip("{?}/")):
            return Resolution.UNRESOLVED
        exact = state.exact and entry.placement.exact and view.exact
        return Resolution.EXACT if exact else Resolution.INFERRED

    def _dependencies(self, state: State, view: View) -> tuple[str, ...]:
        """Hooks of the application and of the blueprints around, then what decorates the class and the handler."""
        around = self.graph.handlers
        names = list(state.hooks)
        if view.owner is not None:
            names.extend(around.class_list(view.owner, DECORATORS))
        for thing in (view.owner, view.handler):
            if thing is not None:
                names.extend(each.name for each in around.decorators(thing) if not each.name.startswith(QUIET_PARTS))
        return tuple(dict.fromkeys(names))

    def _parameters(self, uri: str, annotations: dict[str, str], routine: Routine | None) -> tuple[RouteParameter, ...]:
        found = {("path", each.name): each for each in parameters_of(uri, annotations)}
        for each in self.inputs.of(routine) if routine is not None else ():
            found.setdefault((each.source, each.name), each)
        return tuple(found.values())
