"""The applications that routes hang on, each with what its maker gave it and what is registered on it."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.evaluation.constructions import Construction
from readiness.libraries.evaluation.holders import Holders
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Made
from readiness.libraries.falcon.vocabulary import POSITIONAL, is_application


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


class Nodes(Holders[Node]):
    """Finds applications."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader, POSITIONAL, is_application)

    def of(self, answer: Answer, depth: int = 0) -> list[Node]:
        """The applications an expression can denote; what merely wraps one counts as it."""
        return super().of(answer, depth) or self._bound(answer, depth)

    def _node(self, made: Made, construction: Construction) -> Node | None:
        return Node(made, construction) if is_application(construction.base) else None
