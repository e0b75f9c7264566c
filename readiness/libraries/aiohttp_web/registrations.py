"""Linked code in, the graph of applications and route tables out: which handler is registered where, and what hangs on what."""

from __future__ import annotations

from readiness.libraries.aiohttp_web.definitions import Definitions
from readiness.libraries.aiohttp_web.nodes import ITSELF, JoinEntry, Node, Nodes, RouteEntry
from readiness.libraries.aiohttp_web.vocabulary import (
    ADDING,
    ADDING_RESOURCE,
    ADDING_ROUTES,
    ANY,
    DECORATING,
    GROWING,
    HOLDERS,
    JOINING,
    METHODS,
    MIDDLEWARES,
    PACKAGE,
    QUIET_MIDDLEWARE,
    RESOURCE_POSITIONAL,
    SHORTCUTS,
    Holder,
    definition_of,
    is_holder,
    method_of,
)
from readiness.libraries.evaluation.activations import running
from readiness.libraries.evaluation.families import derived_names
from readiness.libraries.evaluation.handlers import Handlers
from readiness.libraries.evaluation.holders import enter
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.reader import UNRESOLVED, Reader, enclosing
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Kind, Made, Outside, Routine
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Member, Name, Summary, Value

RESOURCE_STEPS = 6
"""Names and wrappers between a resource and what is registered on it."""


class Graph:
    """Everything that is registered in one project."""

    def __init__(self, reader: Reader, handlers: Handlers) -> None:
        self.reader = reader
        self.project: Project = reader.project
        self.handlers = handlers
        self.files = running(reader.project)
        self.nodes = Nodes(reader)
        self.texts = self.nodes.texts
        self.definitions = Definitions(self.nodes)
        self.occurrences = Occurrences(reader)
        self.activations = self.occurrences.activations
        self.applications: list[Node] = []
        self.adrift: list[RouteEntry | JoinEntry] = []
        """Registrations on an application that is a parameter nobody is seen to give."""
        self._aiohttp = frozenset(reader.project.imports(PACKAGE))

    def build(self) -> None:
        """Read every registration."""
        names = derived_names((self.reader.summary(path) for path in self.files), HOLDERS)
        for path in self.files:
            self._made(path, names)
        for path in self.files:
            self._decorated(path)
            self._called(path, self.reader.summary(path))
        known = self.nodes.all
        self.applications = [each for each in known if each.holder is Holder.APPLICATION]
        for node in known:
            given = node.arguments.get("middlewares")
            if given is not None:
                self._run_before([node], self.reader.elements(given)[0], True)

    def _made(self, path: str, names: frozenset[str]) -> None:
        """Applications and tables, found where they are made."""
        for made in self.occurrences.makings(path, names):
            self.nodes.of(made)

    # registrations

    def _decorated(self, path: str) -> None:
        """`@routes.get("/")` on functions, `@routes.view("/")` on classes."""
        for index, handler, frame in self.occurrences.decorating(path, DECORATING):
            self._on_table(path, index, handler, frame)

    def _called(self, path: str, summary: Summary) -> None:
        """Registrations by a call: `app.router.add_get(...)`, `app.add_routes([...])`, `app.add_subapp(...)`."""
        aliases = {
            each.target
            for each in summary.assignments
            if isinstance(each.value, Name | Member) and tail(each.value) in ADDING
        }
        for index, call in enumerate(summary.calls):
            last = tail(call.callee)
            if last in ADDING or last in aliases:
                for frame in self.occurrences.of(path, call):
                    self._add(path, index, frame)
            elif last == ADDING_ROUTES:
                for frame in self.occurrences.of(path, call):
                    self._add_routes(path, index, frame)
            elif last in JOINING:
                for frame in self.occurrences.of(path, call):
                    self._join(path, index, last, frame)
            elif last in GROWING:
                self._grow(path, call, last)
            elif isinstance(call.callee, CallRef) and call.arguments:
                inner = call.callee.index
                for frame in self.occurrences.of(path, call) if tail(summary.calls[inner].callee) in DECORATING else ():
                    self._on_table(path, inner, Bound(call.arguments[0], path, call.scope, call.line, frame), frame)

    def _holders(self, place: Bound, origin: Value) -> list[Node] | None:
        """The nodes a registration is made on; an empty list for an application that is not seen, None where it is none."""
        at = self.reader.at(place, origin)
        found = self.nodes.of(at)
        if found:
            return found
        behind = receiver(origin) if tail(origin) in ITSELF else None
        for each in (origin, behind):
            kind = self.project.type_of(place.path, each, place.scope, place.line) if each is not None else None
            bases = self.project.ancestors(kind) if kind is not None else []
            if any(is_holder(Outside(base.name)) for base in bases if base.kind is SymbolKind.EXTERNAL):
                return []
            if kind is not None and kind.name.endswith(".UrlDispatcher"):
                return []
        return [] if self._is_adrift(at) else None

    def _is_adrift(self, answer: Bound) -> bool:
        """A parameter that nobody is seen to give, or its router, in a file that knows aiohttp."""
        if self.reader.follow(answer) or not isinstance(answer.value, Name) or answer.path not in self._aiohttp:
            return False
        name, _, rest = answer.value.dotted.partition(".")
        symbol = self.project.resolve(answer.path, name, answer.scope, answer.line)
        return symbol.kind is SymbolKind.PARAMETER and rest in ("", "router")

    def _add(self, path: str, index: int, frame: Frame | None) -> None:
        """`router.add_get(path, handler)`, `resource.add_route(method, handler)`, the same under a local name."""
        call = self.reader.call(path, index)
        place = self._callee(Bound(call.callee, path, call.scope, call.line, frame))
        origin, name = receiver(place.value), tail(place.value)
        if origin is None or name not in ADDING:
            return
        holders = self._holders(place, origin)
        if (
            holders is None
            and name == "add_route"
            and self._on_resource(path, index, self.reader.at(place, origin), frame)
        ):
            return
        here = Bound(call.callee, path, call.scope, call.line, frame)
        arguments = self.nodes.named(here, index, name)
        method = self._method(name.removeprefix("add_"), arguments)
        if holders is None:
            if not self._on_router(self.reader.at(place, origin), method, arguments):
                return
            holders = []
        self._register(holders, arguments, method, (path, index), self.reader.conditions.along(path, call, frame))

    def _callee(self, place: Bound) -> Bound:
        """What is called, behind a local name for it: `add_route = app.router.add_route`."""
        if not isinstance(place.value, Name) or "." in place.value.dotted:
            return place
        symbol = self.project.resolve(place.path, place.value.dotted, place.scope, place.line)
        if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0 or symbol.rest:
            return place
        assignment = self.reader.summary(symbol.path).assignments[symbol.index]
        if assignment.value is None:
            return place
        around = enclosing(place.frame, symbol.path, assignment.scope)
        return Bound(assignment.value, symbol.path, assignment.scope, assignment.line, around)

    def _on_router(self, origin: Bound, method: str, arguments: dict[str, Answer]) -> bool:
        """The router of something that cannot be followed, given what a router of aiohttp takes: a method where the name says
        none, a path, and a handler of the project."""
        if tail(origin.value) != "router" or self.reader.follow(origin) or method not in METHODS:
            return False
        if self.project.type_of(origin.path, origin.value, origin.scope, origin.line).kind is not SymbolKind.UNKNOWN:
            return False
        given, handler = arguments.get("path"), arguments.get("handler")
        if given is None or handler is None or not self.texts.of(given)[0].startswith("/"):
            return False
        return any(isinstance(each, Routine | Kind) for each in self.handlers.behind(handler))

    def _on_resource(self, path: str, index: int, origin: Bound, frame: Frame | None) -> bool:
        """`resource.add_route("GET", handler)` on what `router.add_resource(path)` made; False where it is none."""
        made = self._resource(origin)
        if made is None or not isinstance(made.value, CallRef):
            return False
        resource = self.reader.call(made.path, made.value.index)
        place = Bound(resource.callee, made.path, resource.scope, resource.line, made.frame)
        router = receiver(resource.callee)
        holders = self._holders(place, router) if router is not None else None
        if holders is None:
            return False
        call = self.reader.call(path, index)
        here = Bound(call.callee, path, call.scope, call.line, frame)
        given = dict(zip(RESOURCE_POSITIONAL, self.reader.arguments.positional(call, here), strict=False))
        arguments = given | self.reader.arguments.keywords(call, here)
        arguments["path"] = self.nodes.named(place, made.value.index, ADDING_RESOURCE).get("path", place)
        method = self._method("route", arguments)
        self._register(holders, arguments, method, (path, index), self.reader.conditions.along(path, call, frame))
        return True

    def _resource(self, origin: Bound, steps: int = 0) -> Bound | None:
        """The call that made a resource, behind names and what wraps it: `cors.add(app.router.add_resource("/"))`."""
        if steps > RESOURCE_STEPS:
            return None
        if isinstance(origin.value, CallRef):
            call = self.reader.call(origin.path, origin.value.index)
            if tail(call.callee) == ADDING_RESOURCE:
                return origin
            inner = call.arguments[:1]
            return self._resource(self.reader.at(origin, inner[0]), steps + 1) if inner else None
        if isinstance(origin.value, Name):
            followed = self._callee(origin)
            return self._resource(followed, steps + 1) if followed is not origin else None
        return None

    def _on_table(self, path: str, index: int, handler: Answer, frame: Frame | None) -> None:
        """`@routes.get("/")`."""
        call = self.reader.call(path, index)
        origin = receiver(call.callee)
        if origin is None:
            return
        place = Bound(call.callee, path, call.scope, call.line, frame)
        holders = [each for each in self.nodes.of(self.reader.at(place, origin)) if each.holder is Holder.TABLE]
        adrift = not holders and self._typed_table(place, origin)
        if not holders and not adrift:
            return
        name = tail(call.callee)
        arguments = self.nodes.named(place, index, name)
        arguments["handler"] = handler
        method = self._method(name, arguments)
        self._register(holders, arguments, method, (path, index), self.reader.conditions.along(path, call, frame))

    def _typed_table(self, place: Bound, origin: Value) -> bool:
        """A table that nobody is seen to give, known by its annotation."""
        kind = self.project.type_of(place.path, origin, place.scope, place.line)
        return (
            kind.kind is SymbolKind.EXTERNAL and kind.name.startswith("aiohttp.web") and kind.name.endswith("TableDef")
        )

    def _register(
        self,
        holders: list[Node],
        arguments: dict[str, Answer],
        method: str,
        call: tuple[str, int],
        condition: str,
    ) -> None:
        given = arguments.get("path")
        text, exact = self.texts.of(given) if given is not None else (UNRESOLVED, False)
        enter(
            RouteEntry(text, exact, method, arguments.get("handler"), arguments, call, condition), holders, self.adrift
        )

    def _method(self, name: str, arguments: dict[str, Answer]) -> str:
        """The method that a registration names; `*` for all of them, empty where it is not known."""
        if name == "view":
            return ANY
        if name in SHORTCUTS:
            return SHORTCUTS[name]
        given = arguments.get("method")
        constant = self.reader.constant(given) if given is not None else None
        if isinstance(constant, str):
            return constant.upper()
        for thing in self.reader.things(given) if given is not None else ():
            if isinstance(thing, Outside) and method_of(thing.name):
                return method_of(thing.name)
        return ""

    # lists of definitions

    def _add_routes(self, path: str, index: int, frame: Frame | None) -> None:
        """`app.add_routes([...])`."""
        call = self.reader.call(path, index)
        origin = receiver(call.callee)
        place = Bound(call.callee, path, call.scope, call.line, frame)
        given = self.nodes.named(place, index, ADDING_ROUTES).get("routes")
        if origin is None or given is None:
            return
        holders = self._holders(place, origin)
        found = self.definitions.of(given)
        if holders is None and not found.definitions and not found.tables:
            return
        holders = holders or []
        condition = self.reader.conditions.along(path, call, frame)
        for made in found.definitions.values():
            self._define(holders, made, condition)
        tables = tuple(found.tables.values())
        for table in tables:
            table.joined = True
        if tables:
            enter(JoinEntry(tables, "", True, (path, index), condition), holders, self.adrift)
        if not found.complete:
            lost = RouteEntry(UNRESOLVED, False, "", None, {}, (path, index), condition)
            enter(lost, holders, self.adrift)

    def _define(self, holders: list[Node], made: Made, condition: str) -> None:
        """One `web.get(path, handler)`."""
        name = definition_of(made.maker) if isinstance(made.maker, Outside) else ""
        if name in ("static", "StaticDef"):
            return
        arguments = self.nodes.constructions.arguments(made)
        method = self._method("route" if name == "RouteDef" else name, arguments)
        self._register(holders, arguments, method, (made.path, made.index), condition)

    # joining

    def _join(self, path: str, index: int, name: str, frame: Frame | None) -> None:
        """`app.add_subapp("/admin", admin)`."""
        call = self.reader.call(path, index)
        origin = receiver(call.callee)
        place = Bound(call.callee, path, call.scope, call.line, frame)
        holders = self._holders(place, origin) if origin is not None else None
        arguments = self.nodes.named(place, index, name)
        given = arguments.get("subapp")
        if holders is None or given is None:
            return
        children = [each for each in self.nodes.of(given) if each.holder is Holder.APPLICATION and each not in holders]
        prefix, exact = "", True
        if name == "add_subapp" and "prefix" in arguments:
            prefix, exact = self.texts.of(arguments["prefix"])
        condition = self.reader.conditions.along(path, call, frame)
        if not children:
            if not self.reader.follow(given):  # a whole application that cannot be followed
                lost = RouteEntry(f"{prefix.rstrip('/')}/{UNRESOLVED}", False, "", None, {}, (path, index), condition)
                enter(lost, holders, self.adrift)
            return
        for child in children:
            child.joined = True
        enter(JoinEntry(tuple(children), prefix, exact, (path, index), condition), holders, self.adrift)

    # middleware

    def _grow(self, path: str, call: Call, name: str) -> None:
        """`app.middlewares.append(check)`."""
        listed = receiver(call.callee)
        if listed is None or tail(listed) not in MIDDLEWARES or not call.arguments:
            return
        origin = receiver(listed)
        for frame in self.occurrences.of(path, call) if origin is not None else ():
            place = Bound(call.callee, path, call.scope, call.line, frame)
            nodes = self.nodes.of(self.reader.at(place, origin)) if origin is not None else []
            value: Answer = self.reader.at(place, call.arguments[-1])
            items = self.reader.elements(value)[0] if name == "extend" else [value]
            self._run_before(nodes, items, name == "insert" and call.arguments[0] == Constant(0))

    def _run_before(self, nodes: list[Node], items: list[Answer], first: bool) -> None:
        names = [each for each in self.handlers.names(items) if each not in QUIET_MIDDLEWARE]
        for node in nodes:
            fresh = [each for each in names if each not in node.middlewares]
            node.middlewares = [*fresh, *node.middlewares] if first else [*node.middlewares, *fresh]
