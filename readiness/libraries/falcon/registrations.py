"""Linked code in, the applications out with what is registered on them: resources, sinks and middleware."""

from __future__ import annotations

from readiness.libraries.evaluation.activations import running
from readiness.libraries.evaluation.families import derived_names
from readiness.libraries.evaluation.holders import enter
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Outside
from readiness.libraries.falcon.nodes import Node, Nodes, RouteEntry
from readiness.libraries.falcon.templates import of_prefix
from readiness.libraries.falcon.vocabulary import MAKERS, REGISTERING, is_application
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, SymbolKind
from readiness.model.summary import Call, Constant, Name, Summary, Value


class Graph:
    """Everything that is registered in one project."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project: Project = reader.project
        self.files = running(reader.project)
        self.nodes = Nodes(reader)
        self.texts = Texts(reader)
        self.occurrences = Occurrences(reader)
        self.activations = self.occurrences.activations
        self.adrift: list[RouteEntry] = []
        """Registrations on an application that is a parameter nobody is seen to give."""

    @property
    def applications(self) -> list[Node]:
        """Every application that was seen."""
        return self.nodes.all

    def build(self) -> None:
        """Read every registration."""
        names = derived_names((self.reader.summary(path) for path in self.files), MAKERS)
        for path in self.files:
            self._made(path, names)
        for path in self.files:
            self._called(path, self.reader.summary(path))

    def _made(self, path: str, names: frozenset[str]) -> None:
        """Applications, found where they are made: one without a route is to be known as well."""
        for place in self.occurrences.makings(path, names):
            for made in self.reader.made(place):
                self.nodes.node(made)

    def _called(self, path: str, summary: Summary) -> None:
        for index, call in enumerate(summary.calls):
            last = tail(call.callee)
            if last not in REGISTERING or not (call.arguments or call.keywords):
                continue
            for frame in self.occurrences.of(path, call):
                holders = self._holders(path, call, frame)
                if holders is not None:
                    self._register(path, index, last, holders, frame)

    def _holders(self, path: str, call: Call, frame: Frame | None) -> list[Node] | None:
        """The applications a registration is made on; an empty list for one that is not seen, None where it is none."""
        origin = receiver(call.callee)
        if origin is None or self.reader.is_super(path, origin):
            return None
        found = self.nodes.of(Bound(origin, path, call.scope, call.line, frame))
        if found:
            return found
        kind = self.project.type_of(path, origin, call.scope, call.line)
        external = [each for each in self.project.ancestors(kind) if each.kind is SymbolKind.EXTERNAL]
        if external:
            return [] if any(is_application(Outside(each.name)) for each in external) else None
        return [] if self._is_parameter(path, call, origin, frame) else None

    def _is_parameter(self, path: str, call: Call, origin: Value, frame: Frame | None) -> bool:
        if not isinstance(origin, Name) or self.reader.follow(Bound(origin, path, call.scope, call.line, frame)):
            return False
        return self.project.resolve(path, origin.dotted, call.scope, call.line).kind is SymbolKind.PARAMETER

    def _register(self, path: str, index: int, name: str, holders: list[Node], frame: Frame | None) -> None:
        call = self.reader.call(path, index)
        place = Bound(call.callee, path, call.scope, call.line, frame)
        arguments = self.nodes.named(place, index, name)
        if name == "add_middleware":
            for holder in holders:
                if "middleware" in arguments:
                    holder.middleware.append(arguments["middleware"])
            return
        entry = self._entry(path, index, name == "add_sink", arguments, frame)
        if entry is None:
            return
        enter(entry, holders, self.adrift)

    def _entry(
        self, path: str, index: int, sink: bool, arguments: dict[str, Answer], frame: Frame | None
    ) -> RouteEntry | None:
        resource = arguments.get("sink" if sink else "resource")
        template = arguments.get("prefix" if sink else "uri_template")
        if template is None and not sink:
            return None
        text, exact = self.texts.of(template) if template is not None else ("/", True)
        suffix, known = self._suffix(arguments.get("suffix"))
        return RouteEntry(
            path=of_prefix(text) if sink else text,
            exact=exact,
            resource=resource,
            suffix=suffix,
            suffix_known=known,
            sink=sink,
            call=(path, index),
            condition=self.reader.conditions.along(path, self.reader.call(path, index), frame),
        )

    def _suffix(self, given: Answer | None) -> tuple[str, bool]:
        if given is None or (isinstance(given, Bound) and given.value == Constant(None)):
            return "", True
        found = self.reader.follow(given)
        if found and all(isinstance(each, Bound) and each.value == Constant(None) for each in found):
            return "", True
        return self.texts.of(given)
