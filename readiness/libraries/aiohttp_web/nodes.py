"""The objects that routes hang on: applications and route tables, each with what its maker gave it."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.aiohttp_web.vocabulary import POSITIONAL, Holder, holder_of, is_holder
from readiness.libraries.evaluation.constructions import Construction
from readiness.libraries.evaluation.holders import Holders
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Made

ITSELF = ("router",)
"""Attributes that stand for the application: its router takes routes as it does."""


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


class Nodes(Holders[Node]):
    """Finds applications and route tables."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader, POSITIONAL, is_holder)
        self.texts = Texts(reader)

    def _node(self, made: Made, construction: Construction) -> Node | None:
        holder = holder_of(construction.base)
        return Node(made, construction, holder) if holder is not None else None
