"""The objects that routes hang on: applications and route tables, each with what its maker gave it."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.aiohttp_web.vocabulary import POSITIONAL, Holder, holder_of, is_holder
from readiness.libraries.evaluation.constructions import Construction, Constructions
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Made

ITSELF = ("router",)
"""Attributes that stand for the application: its router takes routes as it does."""
WRAPPED = 3
"""Calls around one holder."""


class RouteEntry(Struct, frozen=True, eq=False):
    """One registration of a handler under one path."""

    path: str
    exact: bool
    """The path is known to the last part."""
    method: str
    """`*` for every method, empty where it could not be known."""
    handler: Answer | None
    arguments: dict[str, Answer]
    call: tuple[str, int]
    condition: str = ""


class JoinEntry(Struct, frozen=True, eq=False):
    """Applications mounted in another one, or tables whose routes it takes."""

    children: tuple[Node, ...]
    prefix: str
    exact: bool
    call: tuple[str, int]
    condition: str = ""


class Node:
    """One application or route table of the project."""

    def __init__(self, made: Made, construction: Construction, holder: Holder) -> None:
        self.made = made
        self.holder = holder
        self.arguments = construction.arguments
        self.entries: list[RouteEntry | JoinEntry] = []
        self.middlewares: list[str] = []
        """What runs before every handler, outermost first."""
        self.joined = False
        """It hangs on something."""


class Nodes:
    """Finds the node of an object; each object has one."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.texts = Texts(reader)
        self.constructions = Constructions(reader, POSITIONAL, is_holder)
        self.known: dict[tuple[object, ...], Node | None] = {}

    def of(self, answer: Answer, depth: int = 0) -> list[Node]:
        """The nodes an expression can denote; what merely wraps one counts as it."""
        found = []
        for made in self.reader.made(answer):
            node = self.node(made)
            if node is not None:
                found.append(node)
            elif depth < WRAPPED and made.index >= 0:
                call = self.reader.call(made.path, made.index)
                place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
                found.extend(
                    inner for value in call.arguments[:1] for inner in self.of(self.reader.at(place, value), depth + 1)
                )
        return list({id(each): each for each in found}.values())

    def node(self, made: Made) -> Node | None:
        """The node of one object, None where it holds no routes."""
        if made.key in self.known:
            return self.known[made.key]
        self.known[made.key] = None
        construction = self.constructions.of(made)
        holder = holder_of(construction.base) if construction is not None else None
        if construction is None or holder is None:
            return None
        node = self.known[made.key] = Node(made, construction, holder)
        return node

    def named(self, place: Bound, index: int, name: str) -> dict[str, Answer]:
        """Arguments of a call by name, evaluated where `place` is."""
        return self.constructions.named(place, index, name)
