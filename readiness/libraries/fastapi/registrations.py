"""Linked code in, the graph of applications and routers out: which handler is registered where, and what includes what."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.evaluation.activations import runs
from readiness.libraries.evaluation.families import derived_names
from readiness.libraries.evaluation.holders import enter
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Made, Outside, Part
from readiness.libraries.fastapi.nodes import JoinEntry, Node, Nodes, RouteEntry
from readiness.libraries.fastapi.vocabulary import (
    ADDING,
    APPLICATIONS,
    JOINING,
    LISTING,
    OWN_ROUTES,
    REGISTERING,
    SOCKETS,
    VERBS,
    is_route_object,
    is_router,
    is_whole_application,
)
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, SymbolKind
from readiness.model.summary import Call, CallRef, Member, Name, Summary, Value


class OpenJoin(Struct, frozen=True, eq=False):
    """An include whose router could not be found."""

    holders: tuple[Node, ...]
    prefix: str
    given: Answer
    arguments: dict[str, Answer]


class Graph:
    """Everything that is registered in one project."""

    def __init__(self, reader: Reader, files: list[str]) -> None:
        self.reader = reader
        self.project: Project = reader.project
        self.files = files
        self.texts = Texts(reader)
        self.nodes = Nodes(reader, self.texts)
        self.occurrences = Occurrences(reader)
        self.activations = self.occurrences.activations
        self.applications: list[Node] = []
        self.open_joins: list[OpenJoin] = []
        self.adrift: list[RouteEntry | JoinEntry] = []
        """Registrations on an application that is a parameter nobody is seen to give."""
        self._lists_read: set[int] = set()

    def build(self) -> None:
        """Read every registration."""
        names = derived_names((self.reader.summary(path) for path in self.files), APPLICATIONS)
        for path in self.files:
            self._made_applications(path, names)
        for path in self.files:
            self._decorated(path)
            self._called(path, self.reader.summary(path))
        for node in self.nodes.all:
            self.read_routes(node)

    # applications

    def _made_applications(self, path: str, names: frozenset[str]) -> None:
        for made in self.occurrences.makings(path, names):
            for node in self.nodes.of(made):
                if node.application and node not in self.applications:
                    self.applications.append(node)

    # registrations

    def _decorated(self, path: str) -> None:
        """`@router.get(...)` on functions and classes."""
        for index, endpoint, frame in self.occurrences.decorating(path, REGISTERING):
            self._register(path, index, endpoint, frame)

    def _called(self, path: str, summary: Summary) -> None:
        """Registrations by a call: `app.include_router(...)`, `app.add_api_route(...)`, `app.get("/")(handler)`."""
        for index, call in enumerate(summary.calls):
            last = tail(call.callee)
            if last in JOINING:
                for frame in self.occurrences.of(path, call):
                    self._join(path, index, last, frame)
            elif last in ADDING:
                for frame in self.occurrences.of(path, call):
                    self._register(path, index, None, frame)
            elif last in LISTING and self._on_routes(call.callee):
                for frame in self.occurrences.of(path, call):
                    self._listed(path, index, last, frame)
            elif isinstance(call.callee, CallRef) and call.arguments:
                inner = summary.calls[call.callee.index]
                if tail(inner.callee) in REGISTERING or self._is_given(path, inner):
                    for frame in self.occurrences.of(path, call):
                        endpoint = Bound(call.arguments[0], path, call.scope, call.line, frame)
                        self._register(path, call.callee.index, endpoint, frame)

    def _is_given(self, path: str, call: Call) -> bool:
        """What is called is a parameter: a caller may hand over a router's method, as in `guarded(router.get, "/items")`."""
        if not isinstance(call.callee, Name) or "." in call.callee.dotted or call.scope < 0:
            return False
        return self.project.resolve(path, call.callee.dotted, call.scope, call.line).kind is SymbolKind.PARAMETER

    @staticmethod
    def _on_routes(callee: Value) -> bool:
        origin = receiver(callee)
        return (isinstance(origin, Name) and origin.dotted.endswith(".routes")) or (
            isinstance(origin, Member) and origin.name == "routes"
        )

    def _holders(self, callee: Bound) -> list[Node] | None:
        """The nodes a registration is made on; None where it is no router at all."""
        origin = receiver(callee.value)
        if origin is None:
            return None
        found = self.nodes.of(self.reader.at(callee, origin))
        if found:
            return found
        kind = self.project.type_of(callee.path, origin, callee.scope, callee.line)
        external = [each for each in self.project.ancestors(kind) if each.kind is SymbolKind.EXTERNAL]
        return [] if any(is_router(Outside(each.name)) for each in external) else None

    def _register(self, path: str, index: int, endpoint: Answer | None, frame: Frame | None) -> None:
        call = self.reader.call(path, index)
        place = Bound(call.callee, path, call.scope, call.line, frame)
        callee = self.reader.names.written(place)
        verb = tail(callee.value)
        holders = self._holders(callee) if verb in REGISTERING or verb in ADDING else None
        if holders is None:
            return
        arguments = self.nodes.named(place, index, verb)
        given = endpoint if endpoint is not None else arguments.get("endpoint", arguments.get("route"))
        where = arguments.get("path")
        if given is None or where is None:
            return
        text, exact = self.texts.of(where)
        entry = RouteEntry(
            path=text,
            exact=exact,
            verb=VERBS.get(verb, ""),
            socket=verb in SOCKETS,
            endpoint=given,
            arguments=arguments,
            call=(path, index),
            starlette=verb in ("route", "add_route", "websocket_route", "add_websocket_route"),
            condition=self.reader.conditions.along(path, call, frame),
        )
        enter(entry, holders, self.adrift)

    def _join(self, path: str, index: int, name: str, frame: Frame | None) -> None:
        call = self.reader.call(path, index)
        place = Bound(call.callee, path, call.scope, call.line, frame)
        holders = self._holders(place)
        if holders is None:
            return
        arguments = self.nodes.named(place, index, name)
        given = arguments.get("router") if name == "include_router" else arguments.get("app")
        if given is None:
            return
        text, exact = self._prefix(arguments, name)
        mounted = name != "include_router"
        children = tuple(self.nodes.of(given))
        if name == "host":
            # An application that hangs on a path as well is one or the other by configuration; the path tells more.
            hung = {
                id(child)
                for node in holders
                for each in node.entries
                if isinstance(each, JoinEntry)
                for child in each.children
            }
            children = tuple(child for child in children if id(child) not in hung)
        if not children:
            if mounted:
                self._answers_whole(holders, given, text, exact, arguments, (path, index))
            elif not self._foreign(given):
                self.open_joins.append(OpenJoin(tuple(holders), text, given, arguments))
            return
        for child in children:
            child.joined = True
            child.mounted |= mounted
        entry = JoinEntry(
            children, text, exact, arguments, mounted, (path, index), self.reader.conditions.along(path, call, frame)
        )
        enter(entry, holders, self.adrift)

    def _answers_whole(
        self,
        holders: list[Node],
        given: Answer,
        path: str,
        exact: bool,
        arguments: dict[str, Answer],
        call: tuple[str, int],
    ) -> None:
        """A mounted application of another package that is one operation: GraphQL."""
        for made in self.reader.made(given):
            if is_whole_application(made.maker):
                entry = RouteEntry(path, exact, "ANY", False, made.maker, arguments, call, True)
                for holder in holders:
                    holder.entries.append(entry)

    def _prefix(self, arguments: dict[str, Answer], name: str) -> tuple[str, bool]:
        if name == "host":
            return "", True
        given = arguments.get("prefix" if name == "include_router" else "path")
        text, exact = self.texts.of(given) if given is not None else ("", True)
        return (text.rstrip("/") if name == "mount" else text), exact

    def _foreign(self, given: Answer) -> bool:
        """A router that another package makes: it is known to be none of ours."""
        made = self.reader.made(given)
        return bool(made) and all(isinstance(each.maker, Outside) for each in made)

    def fits(self, joint: OpenJoin, node: Node) -> bool:
        """A router that an open include can mean: some class or module calls it by the attribute that is included."""
        given = joint.given
        name = tail(given.value) if isinstance(given, Bound) else ""
        return bool(name) and name in self._names_of(node)

    def _names_of(self, node: Node) -> set[str]:
        """What a router is called, in classes and modules other than its own included."""
        names = set()
        for path in self.files:
            for each in self.reader.summary(path).assignments:
                if each.operator == "=" and isinstance(each.value, Name | CallRef) and "." not in each.target:
                    value = Bound(each.value, path, each.scope, each.line)
                    if self._may_be(each.value, path, node) and node in self.nodes.of(value):
                        names.add(each.target)
        return names

    def _may_be(self, value: Value, path: str, node: Node) -> bool:
        """A cheap test before the real one: the call itself, or a name that does not start in lower case by chance."""
        if isinstance(value, CallRef):
            return path == node.made.path and value.index == node.made.index
        symbol = self.project.resolve_value(path, value)
        return symbol.kind is SymbolKind.VARIABLE and symbol.path == node.made.path

    # lists of routes

    def read_routes(self, node: Node) -> None:
        """Routes given as a list to an application or router."""
        if id(node) in self._lists_read:
            return
        self._lists_read.add(id(node))
        given = node.arguments.get("routes")
        if given is not None:
            self._read_list(node, given)
        where = node.arguments.get("path")
        text, exact = self.texts.of(where) if where is not None else ("", True)
        for method in OWN_ROUTES.get(node.base.last, ()):
            call = (node.made.path, node.made.index)
            node.entries.append(
                RouteEntry(text, exact, method, method == "WEBSOCKET", node.base, node.arguments, call, True)
            )

    def _listed(self, path: str, index: int, name: str, frame: Frame | None) -> None:
        """`app.routes.append(Route(...))`."""
        call = self.reader.call(path, index)
        origin = receiver(call.callee)
        if origin is None or not call.arguments:
            return
        place = Bound(origin, path, call.scope, call.line, frame)
        given = self.reader.at(place, call.arguments[-1])
        for each in self.reader.things(place):
            node = self.nodes.node(each.made) if isinstance(each, Part) else None
            if node is not None and name == "extend":
                self._read_list(node, given)
            elif node is not None:
                self._read_item(node, given, self.reader.conditions.along(path, call, frame))

    def _read_list(self, node: Node, given: Answer) -> None:
        for thing in self.reader.things(given):
            if isinstance(thing, Part):
                self._share(node, thing)
        for item in self.reader.elements(given)[0]:
            self._read_item(node, item, self.reader.lists.growth.condition(item))

    def _share(self, node: Node, routes: Part) -> None:
        """The routes of one router given to another."""
        other = self.nodes.node(routes.made)
        if other is not None and other is not node:
            other.joined = True
            made = other.made
            node.entries.append(JoinEntry((other,), "", True, {}, False, (made.path, made.index)))

    def _read_item(self, node: Node, item: Answer, condition: str = "") -> None:
        for thing in self.reader.things(item):
            if isinstance(thing, Part):
                self._share(node, thing)
            if not isinstance(thing, Made):
                continue
            construction = self.nodes.constructions.of(thing)
            if construction is None or not is_route_object(construction.base) or thing.index < 0:
                continue
            arguments, name = construction.arguments, construction.base.last
            if name in ("Mount", "Host"):
                self._mount(node, thing, arguments, name, condition)
            elif "endpoint" in arguments and "path" in arguments:
                text, exact = self.texts.of(arguments["path"])
                socket = name in ("WebSocketRoute", "APIWebSocketRoute")
                starlette = construction.base.package == "starlette" and not name.startswith("API")
                call = (thing.path, thing.index)
                node.entries.append(
                    RouteEntry(text, exact, "", socket, arguments["endpoint"], arguments, call, starlette, condition)
                )

    def _mount(self, node: Node, made: Made, arguments: dict[str, Answer], name: str, condition: str) -> None:
        given = arguments.get("path") if name == "Mount" else None
        text, exact = self.texts.of(given) if given is not None else ("", True)
        call = (made.path, made.index)
        if "app" in arguments:
            children = tuple(self.nodes.of(arguments["app"]))
            for child in children:
                child.joined = child.mounted = True
            if children:
                node.entries.append(JoinEntry(children, text.rstrip("/"), exact, {}, True, call, condition))
        if "routes" in arguments:
            inner = self.nodes.mount_of(made)
            node.entries.append(JoinEntry((inner,), text.rstrip("/"), exact, {}, True, call, condition))
            self.read_routes(inner)


def route_files(project: Project) -> list[str]:
    """Files that can register routes of a service."""
    return [path for path in project.paths() if runs(project, path)]
