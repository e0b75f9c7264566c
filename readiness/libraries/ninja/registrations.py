"""Linked code in, what is registered on the APIs and routers of django-ninja out: operations, routers inside one another,
controllers."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.django.locating import Locator
from readiness.libraries.evaluation.activations import Activations, running
from readiness.libraries.evaluation.conditions import Conditions
from readiness.libraries.evaluation.constructions import Constructions
from readiness.libraries.evaluation.families import derived_names
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Made, Outside, Routine, Thing
from readiness.libraries.ninja.vocabulary import (
    ADDING,
    APIS,
    CONTROLLERS,
    DECORATING,
    DECORATOR,
    JOINING,
    POSITIONAL,
    ROUTERS,
    VERBS,
    is_api,
    is_holder,
)
from readiness.libraries.values.expressions import receiver, tail
from readiness.model.summary import Call, CallRef, Constant, Name, Summary

REGISTRATIONS = 50_000
"""Registrations of one project that are looked at, each loop's turns counted."""


class Operation(Struct, frozen=True, eq=False):
    """One function registered on a path."""

    path: str
    exact: bool
    methods: Answer | str
    """The expression of the list, or the one method."""
    view: Answer
    arguments: dict[str, Answer]
    call: tuple[str, int]


class Mounted(Struct, frozen=True, eq=False):
    """A router under a prefix."""

    children: tuple[Node, ...]
    foreign: tuple[str, ...]
    """Names of routers of other packages."""
    prefix: str
    exact: bool
    auth: Answer | None
    call: tuple[str, int]


class Controlled(Struct, frozen=True, eq=False):
    """Controllers that are registered; None for all that the project has."""

    controllers: tuple[Thing, ...] | None
    call: tuple[str, int]


Entry = Operation | Mounted | Controlled


class Node(Struct, eq=False):
    """One API or router."""

    made: Made
    base: Outside
    arguments: dict[str, Answer]
    entries: list[Entry]
    wrappers: list[str]
    """What is wrapped around all its operations, and those of its routers."""

    @property
    def is_api(self) -> bool:
        """It is mounted in a URL configuration."""
        return is_api(self.base)


class Graph:
    """Everything that is registered in one project."""

    def __init__(self, reader: Reader, activations: Activations, locator: Locator) -> None:
        self.reader = reader
        self.project = reader.project
        self.activations = activations
        self.locator = locator
        self.texts = Texts(reader)
        self.conditions = Conditions(reader)
        self.constructions = Constructions(reader, POSITIONAL, is_holder)
        self.known: dict[tuple[object, ...], Node | None] = {}
        self.registering: set[tuple[str, int]] = set()
        """Calls whose result decorates an operation."""
        self.registrations = 0

    @property
    def cut(self) -> bool:
        """Something was left out for being too much."""
        return self.registrations > REGISTRATIONS

    def build(self) -> None:
        """Read every registration."""
        files = running(self.project)
        names = derived_names((self.reader.summary(path) for path in files), APIS | ROUTERS)
        for path in files:
            summary = self.reader.summary(path)
            self._made(path, summary, names)
            self._decorated(path, summary)
            self._called(path, summary)

    @property
    def apis(self) -> list[Node]:
        """The APIs, by place."""
        found = [node for node in self.known.values() if node is not None and node.is_api and node.made.index >= 0]
        return sorted(found, key=lambda node: (node.made.path, node.made.index))

    # nodes

    def of(self, answer: Answer) -> list[Node]:
        """The APIs and routers that an expression can denote."""
        found: dict[int, Node] = {}
        for made in self.reader.made(answer):
            node = self.node(made)
            if node is not None:
                found[id(node)] = node
        return list(found.values())

    def node(self, made: Made) -> Node | None:
        """The API or router that a call makes; None where it makes something else."""
        if made.key in self.known:
            return self.known[made.key]
        construction = self.constructions.of(made)
        node = None
        if construction is not None and is_holder(construction.base):
            node = Node(made, construction.base, construction.arguments, [], [])
        self.known[made.key] = node
        return node

    def _made(self, path: str, summary: Summary, names: frozenset[str]) -> None:
        """APIs, found where they are made: one without operations of its own is to be known as well."""
        aliases = {each.alias for each in summary.imports if each.name in names}
        for index, call in enumerate(summary.calls):
            last = tail(call.callee)
            if last in names or last in aliases:
                for frame in self.activations.of(path, call.scope):
                    self.of(Bound(CallRef(index), path, call.scope, call.line, frame))

    # registrations

    def _decorated(self, path: str, summary: Summary) -> None:
        """`@router.get("/items")` on functions."""
        for index, definition in enumerate(summary.definitions):
            for decorator in definition.decorators:
                if not isinstance(decorator, CallRef):
                    continue
                call = summary.calls[decorator.index]
                if tail(call.callee) in DECORATING:
                    for frame in self._frames(path, call):
                        self._register(path, decorator.index, Routine(path, index, frame), frame)

    def _called(self, path: str, summary: Summary) -> None:
        """Registrations by a call: `api.add_router(...)`, `router.add_api_operation(...)`, `api.get("/")(view)`."""
        for index, call in enumerate(summary.calls):
            last = tail(call.callee)
            if last == ADDING:
                for frame in self._frames(path, call):
                    self._register(path, index, None, frame)
            elif last == JOINING:
                for frame in self._frames(path, call):
                    self._join(path, index, frame)
            elif last in CONTROLLERS:
                for frame in self._frames(path, call):
                    self._control(path, index, last, frame)
            elif last == DECORATOR and call.arguments:
                for frame in self._frames(path, call):
                    self._wrap(path, call, frame)
            elif isinstance(call.callee, CallRef) and call.arguments:
                inner = summary.calls[call.callee.index]
                for frame in self._frames(path, call) if tail(inner.callee) in DECORATING else ():
                    view = Bound(call.arguments[0], path, call.scope, call.line, frame)
                    self._register(path, call.callee.index, view, frame)

    def _frames(self, path: str, call: Call) -> Iterator[Frame | None]:
        """The activations in which a registration happens, within the bounds of the whole graph."""
        for frame in self.activations.of(path, call.scope):
            if not self.conditions.allow(path, call, frame):
                continue
            for turn in self.activations.turns(path, call, frame):
                self.registrations += 1
                if self.registrations > REGISTRATIONS:
                    return
                yield turn

    def _holders(self, path: str, call: Call, frame: Frame | None) -> list[Node]:
        origin = receiver(call.callee)
        if origin is None or self._is_super(path, origin):
            return []
        return self.of(Bound(origin, path, call.scope, call.line, frame))

    def _is_super(self, path: str, origin: object) -> bool:
        """What an overriding method hands up was registered by the call of that method."""
        return isinstance(origin, CallRef) and self.reader.call(path, origin.index).callee == Name("super")

    def _register(self, path: str, index: int, view: Answer | None, frame: Frame | None) -> None:
        call = self.reader.call(path, index)
        holders = self._holders(path, call, frame)
        if not holders:
            return
        self.registering.add((path, index))
        name = tail(call.callee)
        place = Bound(call.callee, path, call.scope, call.line, frame)
        arguments = self.constructions.named(place, index, name)
        view = view if view is not None else arguments.get("view_func")
        text, exact = self.texts.of(arguments["path"]) if "path" in arguments else ("", True)
        methods = VERBS.get(name) or arguments.get("methods")
        if view is None or methods is None:
            return
        for holder in holders:
            holder.entries.append(Operation(text, exact, methods, view, arguments, (path, index)))

    def _wrap(self, path: str, call: Call, frame: Frame | None) -> None:
        """`router.add_decorator(login_required, mode="view")`."""
        holders = self._holders(path, call, frame)
        given = Bound(call.arguments[0], path, call.scope, call.line, frame) if holders else None
        for name in self.names_of(given) if given is not None else ():
            for holder in holders:
                holder.wrappers.append(name)

    def _control(self, path: str, index: int, name: str, frame: Frame | None) -> None:
        call = self.reader.call(path, index)
        holders = self._holders(path, call, frame)
        if not holders:
            return
        place = Bound(call.callee, path, call.scope, call.line, frame)
        controllers: tuple[Thing, ...] | None = None
        if name == "register_controllers":
            given = self.reader.arguments.positional(call, place)
            controllers = tuple(thing for each in given for thing in self._things(each))
        for holder in holders:
            holder.entries.append(Controlled(controllers, (path, index)))

    def _join(self, path: str, index: int, frame: Frame | None) -> None:
        call = self.reader.call(path, index)
        holders = self._holders(path, call, frame)
        if not holders:
            return
        arguments = self.constructions.named(Bound(call.callee, path, call.scope, call.line, frame), index, JOINING)
        given = arguments.get("router")
        if given is None:
            return
        prefix, exact = self.texts.of(arguments["prefix"]) if "prefix" in arguments else ("", True)
        children: dict[int, Node] = {}
        foreign: list[str] = []
        for thing in self._things(given):
            node = self.node(thing) if isinstance(thing, Made) else None
            if node is not None:
                children[id(node)] = node
            elif isinstance(thing, Outside):
                foreign.append(thing.name)
        entry = Mounted(tuple(children.values()), tuple(foreign), prefix, exact, arguments.get("auth"), (path, index))
        for holder in holders:
            holder.entries.append(entry)

    def _things(self, answer: Answer) -> list[Thing]:
        """What an expression can denote; a text is the dotted name of an object."""
        found: list[Thing] = []
        for each in self.reader.follow(answer):
            if not isinstance(each, Bound):
                found.append(each)
            elif isinstance(each.value, Constant) and isinstance(each.value.value, str):
                found.extend(self._named(each.value.value, each.path))
        return found

    def _named(self, dotted: str, near: str) -> Iterator[Thing]:
        """`shop.api.router`, as Django's `import_string` finds it."""
        module, _, name = dotted.rpartition(".")
        file = self.locator.module(module, near) if module else ""
        if not file:
            yield Outside(dotted)
            return
        symbol = self.project.resolve(file, name)
        for each in self.reader.symbol(symbol, Bound(Name(name), file, -1, 0)):
            if not isinstance(each, Bound):
                yield each

    # names

    def names_of(self, answer: Answer) -> list[str]:
        """How facts name what an expression denotes: functions and classes by their symbols, objects by their classes."""
        found: dict[str, None] = {}
        for thing in self.reader.things(answer):
            what = thing.maker if isinstance(thing, Made) else thing
            if isinstance(what, Outside):
                found[what.name] = None
            elif hasattr(what, "index"):
                found[self.reader.symbol_of(what).name] = None  # type: ignore[arg-type]
        return list(found)
