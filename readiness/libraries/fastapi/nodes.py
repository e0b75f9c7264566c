"""The objects that routes hang on: applications, routers and mounts, each with what its maker gave it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from readiness.libraries.evaluation.constructions import Construction
from readiness.libraries.evaluation.holders import Holders
from readiness.libraries.evaluation.reader import UNRESOLVED, Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Made, Outside, Thing
from readiness.libraries.fastapi.vocabulary import APPLICATIONS, POSITIONAL, is_router
from readiness.model.summary import Call, Value


class RouteEntry(Struct, frozen=True, eq=False):
    """One registration of a handler."""

    path: str
    exact: bool
    """The path is known to the last part."""
    verb: str
    """The method that the call itself names, empty where `methods` says it."""
    socket: bool
    endpoint: Answer
    arguments: dict[str, Answer]
    call: tuple[str, int]
    starlette: bool
    """It follows Starlette's defaults: an endpoint class answers what it defines, parameters are not read."""
    condition: str = ""
    """The tests around it, as they are written."""


class JoinEntry(Struct, frozen=True, eq=False):
    """One router or application hung on another."""

    children: tuple[Node, ...]
    prefix: str
    exact: bool
    arguments: dict[str, Answer]
    mounted: bool
    call: tuple[str, int]
    condition: str = ""


class Node:
    """One application, router or mount of the project."""

    def __init__(self, made: Made, construction: Construction, prefix: str, exact: bool) -> None:
        self.made = made
        self.base = construction.base
        self.application = construction.base.last in APPLICATIONS
        self.framework = "FastAPI" if construction.base.package != "starlette" else "Starlette"
        self.arguments = construction.arguments
        self.prefix = prefix
        self.exact = exact
        self.entries: list[RouteEntry | JoinEntry] = []
        self.joined = False
        """It hangs on something."""
        self.mounted = False


class Nodes(Holders[Node]):
    """Finds applications, routers and mounts."""

    def __init__(self, reader: Reader, texts: Texts) -> None:
        super().__init__(reader, POSITIONAL, is_router)
        self.texts = texts

    def _node(self, made: Made, construction: Construction) -> Node | None:
        if not is_router(construction.base):
            return None
        given = construction.arguments.get("prefix")
        prefix, exact = self.texts.of(given) if given is not None else ("", True)
        if "prefix" in construction.hidden:
            prefix, exact = UNRESOLVED, False
        if construction.base.last in APPLICATIONS:
            prefix, exact = "", True
        return Node(made, construction, prefix, exact)

    def _behind(self, thing: Thing, depth: int) -> list[Node]:
        return [node for node in super()._behind(thing, depth) if node.application]

    def _looked_through(self, made: Made, call: Call) -> Iterable[Value]:
        """`Middleware(app, ...)`."""
        named = (value for name, value in call.keywords if name in ("app", "application", "other_asgi_app"))
        return (*call.arguments[:2], *named)

    def mount_of(self, made: Made) -> Node:
        """The node of a `Mount` with routes of its own."""
        node = self.known.get(made.key)
        if node is None:
            node = Node(
                made, Construction(Outside("starlette.routing.Mount"), self.constructions.arguments(made)), "", True
            )
            node.joined = node.mounted = True
            self.known[made.key] = node
        return node
