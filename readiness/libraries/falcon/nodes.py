"""The applications that routes hang on, each with what its maker gave it and what is registered on it."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.evaluation.constructions import Construction, Constructions
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Made
from readiness.libraries.falcon.vocabulary import POSITIONAL, is_application
from readiness.libraries.values.expressions import receiver
from readiness.model.summary import Name

WRAPPED = 3
"""Calls around one application: `Profiler(configure(app))`."""


class RouteEntry(Struct, frozen=True, eq=False):
    """One registration of a resource under one template, or of a sink under one prefix."""

    path: str
    exact: bool
    """The template is known to the last part."""
    resource: Answer | None
    suffix: str
    suffix_known: bool
    sink: bool
    call: tuple[str, int]
    condition: str = ""


class Node:
    """One application of the project."""

    def __init__(self, made: Made, construction: Construction) -> None:
        self.made = made
        self.arguments = construction.arguments
        self.entries: list[RouteEntry] = []
        self.middleware: list[Answer] = []
        """Components, or lists of them, in the order in which they are given."""
        if "middleware" in construction.arguments:
            self.middleware.append(construction.arguments["middleware"])


class Nodes:
    """Finds the node of an object; each object has one."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.constructions = Constructions(reader, POSITIONAL, is_application)
        self.known: dict[tuple[object, ...], Node | None] = {}

    def of(self, answer: Answer, depth: int = 0) -> list[Node]:
        """The applications an expression can denote; what merely wraps one counts as it."""
        found = []
        for made in self.reader.made(answer):
            node = self.node(made)
            if node is not None:
                found.append(node)
            elif depth < WRAPPED and made.index >= 0:
                found.extend(self._wrapped(made, depth))
        if not found and isinstance(answer, Bound) and isinstance(answer.value, Name) and depth < WRAPPED:
            found = [
                node for each in self.reader.names.bindings(answer, answer.value) for node in self.of(each, WRAPPED)
            ]
        return list({id(each): each for each in found}.values())

    def _wrapped(self, made: Made, depth: int) -> list[Node]:
        call = self.reader.call(made.path, made.index)
        if receiver(call.callee) is not None and not call.arguments:
            return []
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        return [node for value in call.arguments[:1] for node in self.of(self.reader.at(place, value), depth + 1)]

    def node(self, made: Made) -> Node | None:
        """The node of one object, None where it takes no routes."""
        if made.key in self.known:
            return self.known[made.key]
        self.known[made.key] = None
        construction = self.constructions.of(made)
        if construction is None or not is_application(construction.base):
            return None
        node = self.known[made.key] = Node(made, construction)
        return node

    def named(self, place: Bound, index: int, name: str) -> dict[str, Answer]:
        """Arguments of a call by name, evaluated where `place` is."""
        return self.constructions.named(place, index, name)
