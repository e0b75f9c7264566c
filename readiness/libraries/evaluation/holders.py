"""Expressions in, the objects out on which a framework hangs its routes: each object of the project is one node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from readiness.libraries.evaluation.constructions import Construction, Constructions
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside, Thing
from readiness.model.summary import Call, Name, Value

WRAPPED = 3
"""Calls around one holder: `Profiler(configure(app))`."""

Node = TypeVar("Node")
Entry = TypeVar("Entry")


class Holding(Protocol[Entry]):
    """A node that registrations are entered on."""

    entries: list[Entry]


def enter(entry: Entry, holders: Sequence[Holding[Entry]], adrift: list[Entry]) -> None:
    """Enter one registration on its holders; one without any is adrift."""
    for holder in holders:
        holder.entries.append(entry)
    if not holders:
        adrift.append(entry)


class Holders(Generic[Node]):
    """Finds the node of an object; each object has one. What a node is, the framework says in `_node`."""

    def __init__(
        self, reader: Reader, positional: Mapping[str, tuple[str, ...]], wanted: Callable[[Outside], bool]
    ) -> None:
        self.reader = reader
        self.constructions = Constructions(reader, positional, wanted)
        self.known: dict[tuple[object, ...], Node | None] = {}

    @property
    def all(self) -> list[Node]:
        """Every node that was seen."""
        return [node for node in self.known.values() if node is not None]

    def of(self, answer: Answer, depth: int = 0) -> list[Node]:
        """The nodes an expression can denote; what merely wraps one counts as it."""
        found: list[Node] = []
        for thing in self.reader.things(answer):
            node = self.node(thing) if isinstance(thing, Made) else None
            if node is not None:
                found.append(node)
            elif depth < WRAPPED:
                found.extend(self._behind(thing, depth))
        return list({id(each): each for each in found}.values())

    def node(self, made: Made) -> Node | None:
        """The node of one object, None where nothing hangs on it."""
        if made.key in self.known:
            return self.known[made.key]
        self.known[made.key] = None
        construction = self.constructions.of(made)
        node = self._node(made, construction) if construction is not None else None
        self.known[made.key] = node
        if construction is not None and node is not None:
            self._fill(node, construction)
        return node

    def named(self, place: Bound, index: int, name: str) -> dict[str, Answer]:
        """Arguments of a call by name, evaluated where `place` is."""
        return self.constructions.named(place, index, name)

    # what a framework says

    def _node(self, made: Made, construction: Construction) -> Node | None:
        """A new node; None where objects of that class hold nothing."""
        raise NotImplementedError

    def _fill(self, node: Node, construction: Construction) -> None:
        """Read what may speak of the node itself, once it is known."""

    def _looked_through(self, made: Made, call: Call) -> Iterable[Value]:
        """Arguments of a call that what it makes stands for."""
        return call.arguments[:1]

    # behind calls and names

    def _behind(self, thing: Thing, depth: int) -> list[Node]:
        """The nodes that something wraps."""
        if not isinstance(thing, Made) or thing.index < 0:
            return []
        call = self.reader.call(thing.path, thing.index)
        place = Bound(call.callee, thing.path, call.scope, call.line, thing.frame)
        values = self._looked_through(thing, call)
        return [node for value in values for node in self.of(self.reader.at(place, value), depth + 1)]

    def _bound(self, answer: Answer, depth: int) -> list[Node]:
        """The nodes that a name is bound to anywhere, where its value could not be followed."""
        if depth >= WRAPPED or not isinstance(answer, Bound) or not isinstance(answer.value, Name):
            return []
        found = [node for each in self.reader.names.bindings(answer, answer.value) for node in self.of(each, WRAPPED)]
        return list({id(each): each for each in found}.values())
