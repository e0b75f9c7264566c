"""The objects that operations hang on: APIs and routers, each with what its maker gave it and what is registered on it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from readiness.libraries.evaluation.constructions import Construction
from readiness.libraries.evaluation.holders import Holders
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Made, Outside, Thing
from readiness.libraries.ninja.vocabulary import POSITIONAL, is_api, is_holder
from readiness.model.summary import Call, Value


class Operation(Struct, frozen=True, eq=False):
    """One function registered on a path."""

    path: str
    exact: bool
    methods: Answer | str
    """The expression of the list, or the one method."""
    view: Answer
    arguments: dict[str, Answer]
    call: tuple[str, int]
    condition: str = ""
    """The tests around it, as they are written."""


class Mounted(Struct, frozen=True, eq=False):
    """A router under a prefix."""

    children: tuple[Node, ...]
    foreign: tuple[str, ...]
    """Names of routers of other packages."""
    prefix: str
    exact: bool
    auth: Answer | None
    call: tuple[str, int]
    condition: str = ""


class Controlled(Struct, frozen=True, eq=False):
    """Controllers that are registered; None for all that the project has."""

    controllers: tuple[Thing, ...] | None
    call: tuple[str, int]
    condition: str = ""


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


class Nodes(Holders[Node]):
    """Finds APIs and routers."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader, POSITIONAL, is_holder)

    @property
    def apis(self) -> list[Node]:
        """The APIs that were seen, by place."""
        found = [node for node in self.all if node.is_api and node.made.index >= 0]
        return sorted(found, key=lambda node: (node.made.path, node.made.index))

    def _node(self, made: Made, construction: Construction) -> Node | None:
        if not is_holder(construction.base):
            return None
        return Node(made, construction.base, construction.arguments, [], [])

    def _looked_through(self, made: Made, call: Call) -> Iterable[Value]:
        """What is called with an API is none."""
        return ()
