"""Linked code in, the applications and routers out with what is registered on them."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.activations import running
from readiness.libraries.evaluation.families import derived_names
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Kind, Routine
from readiness.libraries.litestar.changes import Changes
from readiness.libraries.litestar.configurations import Configurations
from readiness.libraries.litestar.handlers import Handler, Handlers
from readiness.libraries.litestar.lineage import Lineage
from readiness.libraries.litestar.nodes import Node, Nodes, Registered
from readiness.libraries.litestar.vocabulary import FROM_CONFIG, PACKAGES, ROUTERS
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project
from readiness.model.summary import Call, Class, Function, Summary


class Graph:
    """Everything that is registered in one project."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project: Project = reader.project
        self.files = running(reader.project)
        self.nodes = Nodes(reader)
        self.lineage = Lineage(reader)
        self.handlers = Handlers(reader, self.nodes, self.lineage)
        self.occurrences = Occurrences(reader)
        self.activations = self.occurrences.activations
        self.configurations = Configurations(reader, self.nodes, self.lineage)

    @property
    def applications(self) -> list[Node]:
        """Every application that was seen."""
        return [node for node in self.nodes.all if node.application]

    def build(self) -> None:
        """Read every registration."""
        names = derived_names((self.reader.summary(path) for path in self.files), ROUTERS) | {FROM_CONFIG}
        for path in self.files:
            self._made(path, names)
        changes = Changes(self.reader, self.nodes, self.occurrences)
        for path in self.files:
            summary = self.reader.summary(path)
            for index, call in enumerate(summary.calls):
                if tail(call.callee) == "register" and (call.arguments or call.keywords):
                    self._register(path, index, call)
                else:
                    changes.called(path, index, call)
            for each in summary.assignments:
                if each.target.endswith("[]"):
                    changes.assigned(path, each)

    def _made(self, path: str, names: frozenset[str]) -> None:
        """Applications, found where they are made: one without a route is to be known as well."""
        for place in self.occurrences.makings(path, names):
            for made in self.reader.made(place):
                self.nodes.node(made)

    def _register(self, path: str, index: int, call: Call) -> None:
        """`app.register(handler)`."""
        origin = receiver(call.callee)
        if origin is None or self.reader.is_super(path, origin):
            return
        for frame in self.occurrences.of(path, call):
            holders = self.nodes.of(Bound(origin, path, call.scope, call.line, frame))
            if not holders:
                continue
            place = Bound(call.callee, path, call.scope, call.line, frame)
            given = self.nodes.named(place, index, "register").get("value")
            if given is None:
                continue
            entry = Registered(given, (path, index), self.reader.conditions.along(path, call, frame))
            for holder in holders:
                holder.registered.append(entry)

    # what nobody is seen to register

    def everything(self) -> Iterator[Handler | Kind]:
        """Every decorated function outside controllers, and every controller that no other is derived from."""
        controllers: list[Kind] = []
        for path in self.project.imports(*PACKAGES):
            if path not in self.files:
                continue
            summary = self.reader.summary(path)
            for index, definition in enumerate(summary.definitions):
                if isinstance(definition, Class):
                    kind = Kind(path, index)
                    if definition.bases and self.lineage.is_controller(kind):
                        controllers.append(kind)
                elif not self._in_class(summary, definition):
                    routine = Routine(path, index)
                    handler = self.handlers.decorated(routine) if self.handlers.looks_decorated(routine) else None
                    if handler is not None:
                        yield handler
        bases = {each.key for kind in controllers for each in self.lineage.of(kind)[1:]}
        yield from (kind for kind in controllers if kind.key not in bases)

    @staticmethod
    def _in_class(summary: Summary, function: Function) -> bool:
        return function.scope >= 0 and isinstance(summary.definitions[function.scope], Class)
