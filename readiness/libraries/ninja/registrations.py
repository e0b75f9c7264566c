"""Linked code in, what is registered on the APIs and routers of django-ninja out: operations, routers inside one another,
controllers."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.django.locating import Locator
from readiness.libraries.evaluation.activations import running
from readiness.libraries.evaluation.families import derived_names
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Made, Outside, Thing
from readiness.libraries.ninja.nodes import Controlled, Mounted, Node, Nodes, Operation
from readiness.libraries.ninja.vocabulary import (
    ADDING,
    APIS,
    CONTROLLERS,
    DECORATING,
    DECORATOR,
    JOINING,
    ROUTERS,
    VERBS,
)
from readiness.libraries.values.expressions import receiver, tail
from readiness.model.summary import Call, CallRef, Constant, Name, Summary


class Graph:
    """Everything that is registered in one project."""

    def __init__(self, occurrences: Occurrences, locator: Locator) -> None:
        self.occurrences = occurrences
        self.reader = occurrences.reader
        self.project = self.reader.project
        self.locator = locator
        self.texts = Texts(self.reader)
        self.nodes = Nodes(self.reader)
        self.constructions = self.nodes.constructions
        self.registering: set[tuple[str, int]] = set()
        """Calls whose result decorates an operation."""

    def build(self) -> None:
        """Read every registration."""
        files = running(self.project)
        names = derived_names((self.reader.summary(path) for path in files), APIS | ROUTERS)
        for path in files:
            for made in self.occurrences.makings(path, names):
                self.nodes.of(made)  # an API without operations of its own is to be known as well
            for index, routine, frame in self.occurrences.decorating(path, DECORATING):
                self._register(path, index, routine, frame)
            self._called(path, self.reader.summary(path))

    def _called(self, path: str, summary: Summary) -> None:
        """Registrations by a call: `api.add_router(...)`, `router.add_api_operation(...)`, `api.get("/")(view)`."""
        for index, call in enumerate(summary.calls):
            last = tail(call.callee)
            if last == ADDING:
                for frame in self.occurrences.of(path, call):
                    self._register(path, index, None, frame)
            elif last == JOINING:
                for frame in self.occurrences.of(path, call):
                    self._join(path, index, frame)
            elif last in CONTROLLERS:
                for frame in self.occurrences.of(path, call):
                    self._control(path, index, last, frame)
            elif last == DECORATOR and call.arguments:
                for frame in self.occurrences.of(path, call):
                    self._wrap(path, call, frame)
            elif isinstance(call.callee, CallRef) and call.arguments:
                inner = summary.calls[call.callee.index]
                for frame in self.occurrences.of(path, call) if tail(inner.callee) in DECORATING else ():
                    view = Bound(call.arguments[0], path, call.scope, call.line, frame)
                    self._register(path, call.callee.index, view, frame)

    def _holders(self, path: str, call: Call, frame: Frame | None) -> list[Node]:
        origin = receiver(call.callee)
        if origin is None or self.reader.is_super(path, origin):
            return []
        return self.nodes.of(Bound(origin, path, call.scope, call.line, frame))

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
        condition = self.reader.conditions.along(path, call, frame)
        for holder in holders:
            holder.entries.append(Operation(text, exact, methods, view, arguments, (path, index), condition))

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
        condition = self.reader.conditions.along(path, call, frame)
        for holder in holders:
            holder.entries.append(Controlled(controllers, (path, index), condition))

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
            node = self.nodes.node(thing) if isinstance(thing, Made) else None
            if node is not None:
                children[id(node)] = node
            elif isinstance(thing, Outside):
                foreign.append(thing.name)
        condition = self.reader.conditions.along(path, call, frame)
        entry = Mounted(
            tuple(children.values()), tuple(foreign), prefix, exact, arguments.get("auth"), (path, index), condition
        )
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
