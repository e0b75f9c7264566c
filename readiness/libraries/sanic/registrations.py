"""Linked code in, the graph of applications, blueprints and groups out: which handler is registered where, and what hangs on
what."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.evaluation.activations import running
from readiness.libraries.evaluation.families import derived_names
from readiness.libraries.evaluation.handlers import Handlers
from readiness.libraries.evaluation.holders import enter
from readiness.libraries.evaluation.namesakes import is_foreign, name_given, names_bound
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.reader import UNRESOLVED, Reader
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Kind, Made, Outside, Routine
from readiness.libraries.sanic.nodes import JoinEntry, Node, Nodes, Placement, RouteEntry
from readiness.libraries.sanic.vocabulary import (
    ADDING,
    ATTACH,
    COPY,
    DECORATING,
    GROWING,
    HOLDERS,
    HOOK_CALLS,
    HOOKS,
    JOINING,
    PACKAGE,
    SHORTCUTS,
    SOCKETS,
    Holder,
    is_current,
    is_holder,
)
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, SymbolKind
from readiness.model.summary import Call, CallRef, Class, Name, Operation, Sequence, Starred, Summary, Value

AMBIGUOUS = frozenset({COPY, "group"})
DEPTH = 8
"""Lists of blueprints inside one another."""
REQUEST = "request"


class OpenJoin(Struct, frozen=True, eq=False):
    """A registration of a blueprint that could not be found."""

    holders: tuple[Node, ...]
    placement: Placement
    name: str
    """What the blueprint is called there, empty where it has no name."""
    condition: str


class Graph:
    """Everything that is registered in one project."""

    def __init__(self, reader: Reader, handlers: Handlers) -> None:
        self.reader = reader
        self.project: Project = reader.project
        self.handlers = handlers
        self.files = running(reader.project)
        self.nodes = Nodes(reader)
        self.texts = self.nodes.texts
        self.occurrences = Occurrences(reader)
        self.activations = self.occurrences.activations
        self.applications: list[Node] = []
        self.open_joins: list[OpenJoin] = []
        self.adrift: list[RouteEntry | JoinEntry] = []
        """Registrations on an application that is a parameter nobody is seen to give, or the current one."""
        self._sanic = frozenset(reader.project.imports(PACKAGE))
        self._groups: set[str] | None = None

    def build(self) -> None:
        """Read every registration."""
        names = derived_names((self.reader.summary(path) for path in self.files), {*HOLDERS, COPY})
        for path in self.files:
            self._made(path, names)
        for path in self.files:
            summary = self.reader.summary(path)
            self._decorated(path, summary)
            self._called(path, summary)
        known = self.nodes.all
        self.applications = [node for node in known if node.holder is Holder.APPLICATION]
        for node in known:
            if node.holder is Holder.GROUP:
                self._fill(node)

    def _made(self, path: str, names: frozenset[str]) -> None:
        """Holders, found where they are made: a blueprint that nobody registers is to be known as well."""
        for made in self.occurrences.makings(path, names, self._makes_holder):
            self.nodes.of(made)

    def _makes_holder(self, path: str, index: int, call: Call) -> bool:
        """`copy` and `group` are names of many things: here the receiver has to be a blueprint or its class."""
        if tail(call.callee) not in AMBIGUOUS:
            return True
        symbol = self.project.callee(path, index)
        if symbol.kind is SymbolKind.EXTERNAL:
            return is_holder(Outside(symbol.name))
        origin = receiver(call.callee)
        if symbol.kind is not SymbolKind.UNKNOWN or origin is None or path not in self._sanic:
            return False
        kind = self.project.resolve_value(path, origin, call.scope, call.line)
        bases = self.project.ancestors(kind) if kind.kind is SymbolKind.CLASS else []
        return any(is_holder(Outside(each.name)) for each in bases if each.kind is SymbolKind.EXTERNAL)

    def _fill(self, group: Node) -> None:
        """The blueprints that a group is made with."""
        made = group.made
        if made.index < 0 or group.base.last != "group":
            return
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        for value in call.arguments:
            given = value.value if isinstance(value, Starred) else value
            for node in self._blueprints(self.reader.at(place, given)):
                self._into(group, node)

    @staticmethod
    def _into(group: Node, node: Node) -> None:
        node.joined = True
        if node not in group.members:
            group.members.append(node)

    def _blueprints(self, given: Answer, depth: int = 0) -> list[Node]:
        """Blueprints and groups that an expression denotes: one of them, lists, tuples, sums and splats of them."""
        found = [each for each in self.nodes.of(given) if each.holder is not Holder.APPLICATION]
        if found or depth > DEPTH:
            return found
        for each in self.reader.follow(given):
            if isinstance(each, Bound) and isinstance(each.value, Sequence):
                for item in each.value.items:
                    inner = item.value if isinstance(item, Starred) else item
                    found.extend(self._blueprints(self.reader.at(each, inner), depth + 1))
            elif isinstance(each, Bound) and isinstance(each.value, Operation):
                for operand in each.value.operands:
                    found.extend(self._blueprints(self.reader.at(each, operand), depth + 1))
        for element in self.reader.elements(given)[0]:
            if element is not given:
                found.extend(each for each in self.nodes.of(element) if each.holder is not Holder.APPLICATION)
        return list({id(each): each for each in found}.values())

    # registrations

    def _decorated(self, path: str, summary: Summary) -> None:
        """`@app.get("/")` and `@bp.on_request` on functions, `attach=app` in the head of a class."""
        for index, definition in enumerate(summary.definitions):
            if isinstance(definition, Class) and any(key == ATTACH for key, _ in definition.keywords):
                self._attached(path, index, definition)
                continue
            for decorator in definition.decorators:
                if not isinstance(decorator, CallRef):
                    if tail(decorator) in HOOKS:
                        self._hook(path, decorator, definition.scope, definition.line, Routine(path, index))
                    continue
                call = summary.calls[decorator.index]
                if tail(call.callee) in HOOKS and self._on_request(path, call, tail(call.callee)):
                    self._hook(path, call.callee, definition.scope, definition.line, Routine(path, index))
        for at, view, frame in self.occurrences.decorating(path, DECORATING):
            self._add(path, at, view, frame)

    def _called(self, path: str, summary: Summary) -> None:
        """Registrations by a call: `app.add_route(...)`, `app.blueprint(...)`, `app.get("/")(handler)`."""
        for index, call in enumerate(summary.calls):
            last = tail(call.callee)
            if last in JOINING:
                for frame in self.occurrences.of(path, call):
                    self._join(path, index, last, frame)
            elif last in ADDING:
                for frame in self.occurrences.of(path, call):
                    self._add(path, index, None, frame)
            elif last == ATTACH and path in self._sanic:
                for frame in self.occurrences.of(path, call):
                    self._attach(path, index, frame)
            elif last in GROWING and call.arguments:
                self._grow(path, call)
            elif last in HOOK_CALLS and call.arguments and self._on_request(path, call, last):
                value = Bound(call.arguments[0], path, call.scope, call.line)
                for thing in self.reader.things(value):
                    if isinstance(thing, Routine):
                        self._hook(path, call.callee, call.scope, call.line, thing)
            elif isinstance(call.callee, CallRef) and call.arguments:
                self._called_twice(path, call, summary.calls[call.callee.index], call.callee.index)

    def _called_twice(self, path: str, call: Call, inner: Call, index: int) -> None:
        """`app.get("/")(handler)`, `app.middleware("request")(check)`."""
        name = tail(inner.callee)
        if name in HOOKS and self._on_request(path, inner, name):
            for frame in self.occurrences.of(path, call):
                value = Bound(call.arguments[0], path, call.scope, call.line, frame)
                for thing in self.reader.things(value):
                    if isinstance(thing, Routine):
                        self._hook(path, inner.callee, call.scope, call.line, thing)
        elif name in DECORATING:
            for frame in self.occurrences.of(path, call):
                self._add(path, index, Bound(call.arguments[0], path, call.scope, call.line, frame), frame)

    def _holders(self, place: Bound, origin: Value) -> list[Node] | None:
        """The nodes a registration is made on; an empty list for an application that is not seen, None where it is none."""
        if self.reader.is_super(place.path, origin):
            return None  # what an overriding method hands up was registered by the call of that method
        at = self.reader.at(place, origin)
        return self._holders_at(at)

    def _holders_at(self, at: Answer) -> list[Node] | None:
        found = self.nodes.of(at)
        if found:
            return found
        if not isinstance(at, Bound):
            return None
        current = [each for each in self.reader.made(at) if is_current(each.maker)]
        if current:
            return self._by_name(current[0])
        kind = self.project.type_of(at.path, at.value, at.scope, at.line)
        external = [each for each in self.project.ancestors(kind) if each.kind is SymbolKind.EXTERNAL]
        if any(is_holder(Outside(each.name)) for each in external):
            return []
        if self.reader.follow(at) or not isinstance(at.value, Name) or at.path not in self._sanic:
            return None
        symbol = self.project.resolve(at.path, at.value.dotted, at.scope, at.line)
        return [] if symbol.kind is SymbolKind.PARAMETER else None

    def _by_name(self, current: Made) -> list[Node]:
        """The application that `Sanic.get_app("shop")` names."""
        call = self.reader.call(current.path, current.index)
        place = Bound(call.callee, current.path, call.scope, call.line, current.frame)
        given = self.reader.arguments.positional(call, place)
        name = self.reader.constant(given[0]) if given else None
        known = [node for node in self.nodes.all if "name" in node.arguments]
        applications = [node for node in known if node.holder is Holder.APPLICATION]
        return [node for node in applications if name and self.reader.constant(node.arguments["name"]) == name]

    def _add(self, path: str, index: int, handler: Answer | None, frame: Frame | None) -> None:
        """`@app.route(...)`, `app.add_route(handler, ...)`."""
        call = self.reader.call(path, index)
        origin = receiver(call.callee)
        place = Bound(call.callee, path, call.scope, call.line, frame)
        holders = self._holders(place, origin) if origin is not None else None
        if holders is None:
            return
        name = tail(call.callee)
        arguments = self.nodes.named(place, index, name)
        handler = handler if handler is not None else arguments.get("handler")
        if not holders and not self._looks_registered(arguments, handler):
            return
        self._register(
            holders, name, arguments, handler, (path, index), self.reader.conditions.along(path, call, frame)
        )

    def _looks_registered(self, arguments: dict[str, Answer], handler: Answer | None) -> bool:
        """What is registered on something unseen is a path that begins with a slash, and a handler belongs to it."""
        uri = arguments.get("uri")
        return handler is not None and uri is not None and self.texts.of(uri)[0].startswith(("/", "{"))

    def _attach(self, path: str, index: int, frame: Frame | None) -> None:
        """`View.attach(app, "/")`."""
        call = self.reader.call(path, index)
        origin = receiver(call.callee)
        place = Bound(call.callee, path, call.scope, call.line, frame)
        kinds = [
            each for each in self.reader.things(self.reader.at(place, origin or Name(""))) if isinstance(each, Kind)
        ]
        arguments = self.nodes.named(place, index, ATTACH)
        holders = self._holders_at(arguments["to"]) if "to" in arguments else None
        for kind in kinds if holders is not None else ():
            condition = self.reader.conditions.along(path, call, frame)
            self._register(holders or [], "add_route", arguments, kind, (path, index), condition)

    def _attached(self, path: str, index: int, definition: Class) -> None:
        """`class View(HTTPMethodView, attach=app, uri="/")`."""
        for frame in self.activations.of(path, definition.scope):
            arguments: dict[str, Answer] = {
                key: Bound(value, path, definition.scope, definition.line, frame) for key, value in definition.keywords
            }
            holders = self._holders_at(arguments[ATTACH])
            if holders is not None:
                self._register(holders, "add_route", arguments, Kind(path, index, frame), (path, -1 - index), "")

    def _register(
        self,
        holders: list[Node],
        name: str,
        arguments: dict[str, Answer],
        handler: Answer | None,
        call: tuple[str, int],
        condition: str,
    ) -> None:
        placement = self.nodes.placement(arguments, "uri")
        entry = RouteEntry(
            path=placement.prefix or "" if placement.prefix is not None or "uri" not in arguments else UNRESOLVED,
            placement=placement,
            verb=SHORTCUTS.get(name, ""),
            handler=handler,
            arguments=arguments,
            call=call,
            socket=name in SOCKETS,
            condition=condition,
        )
        enter(entry, holders, self.adrift)

    # joining

    def _join(self, path: str, index: int, name: str, frame: Frame | None) -> None:
        """`app.blueprint(bp, url_prefix="/api")`."""
        call = self.reader.call(path, index)
        origin = receiver(call.callee)
        place = Bound(call.callee, path, call.scope, call.line, frame)
        holders = self._holders(place, origin) if origin is not None else None
        arguments = self.nodes.named(place, index, name)
        given = arguments.get("blueprint")
        if holders is None or given is None:
            return
        children = tuple(self._blueprints(given))
        placement = self.nodes.placement(arguments)
        condition = self.reader.conditions.along(path, call, frame)
        if not children:
            if not is_foreign(self.reader, given):
                self.open_joins.append(OpenJoin(tuple(holders), placement, name_given(self.reader, given), condition))
            return
        for child in children:
            child.joined = True
        enter(JoinEntry(children, placement, (path, index), condition), holders, self.adrift)

    def _grow(self, path: str, call: Call) -> None:
        """`group.append(bp)`."""
        origin = receiver(call.callee)
        if origin is None or tail(origin) not in self._group_names():
            return
        for frame in self.activations.of(path, call.scope):
            place = Bound(call.callee, path, call.scope, call.line, frame)
            groups = [each for each in self.nodes.of(self.reader.at(place, origin)) if each.holder is Holder.GROUP]
            for group in groups:
                for turn in self.activations.turns(path, call, frame):
                    given = Bound(call.arguments[-1], path, call.scope, call.line, turn)
                    for node in self._blueprints(given):
                        self._into(group, node)

    def _group_names(self) -> set[str]:
        """What the groups of the project are bound to."""
        if self._groups is None:
            groups = [each for each in self.nodes.all if each.holder is Holder.GROUP]
            self._groups = {name.rpartition(".")[2] for each in groups for name in names_bound(self.reader, each.made)}
        return self._groups

    # hooks

    def _on_request(self, path: str, call: Call, name: str) -> bool:
        """The hook runs before the handlers and not after them."""
        if name == "on_request":
            return True
        texts = [self.reader.constant(Bound(each, path, call.scope, call.line)) for each in call.arguments]
        texts += [
            self.reader.constant(Bound(value, path, call.scope, call.line))
            for key, value in call.keywords
            if key in ("attach_to", "middleware_or_request")
        ]
        said = [each for each in texts if isinstance(each, str)]
        return not said or REQUEST in said

    def _hook(self, path: str, callee: Value, scope: int, line: int, function: Routine) -> None:
        """`@bp.on_request`."""
        origin = receiver(callee)
        if origin is None:
            return
        name = self.project.symbol(function.path, function.index)
        for frame in self.activations.of(path, scope):
            for node in self.nodes.of(Bound(origin, path, scope, line, frame)):
                if name not in node.hooks:
                    node.hooks.append(name)
