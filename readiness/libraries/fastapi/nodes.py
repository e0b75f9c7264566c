"""The objects that routes hang on: applications, routers and mounts, each with what its maker gave it."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.evaluation.constructions import Construction, Constructions
from readiness.libraries.evaluation.reader import UNRESOLVED, Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside
from readiness.libraries.fastapi.vocabulary import APPLICATIONS, POSITIONAL, is_router


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


class Nodes:
    """Finds the node of an object; each object has one."""

    def __init__(self, reader: Reader, texts: Texts) -> None:
        self.reader = reader
        self.texts = texts
        self.constructions = Constructions(reader, POSITIONAL, is_router)
        self.known: dict[tuple[object, ...], Node | None] = {}

    def of(self, answer: Answer, depth: int = 0) -> list[Node]:
        """The nodes an expression can denote; what merely wraps an application counts as it."""
        found = []
        for made in self.reader.made(answer):
            node = self.node(made)
            if node is not None:
                found.append(node)
            elif depth < 3 and made.index >= 0:
                found.extend(self._wrapped(made, depth))
        return list({id(each): each for each in found}.values())

    def _wrapped(self, made: Made, depth: int) -> list[Node]:
        """Applications among the arguments of a call: `Middleware(app, ...)`."""
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        values = [
            *call.arguments[:2],
            *(value for name, value in call.keywords if name in ("app", "application", "other_asgi_app")),
        ]
        return [
            node for value in values for node in self.of(self.reader.at(place, value), depth + 1) if node.application
        ]

    def node(self, made: Made) -> Node | None:
        """The node of one object, None where it takes no routes."""
        if made.key in self.known:
            return self.known[made.key]
        construction = self.construction(made)
        node = None
        if construction is not None and is_router(construction.base):
            given = construction.arguments.get("prefix")
            prefix, exact = self.texts.of(given) if given is not None else ("", True)
            if "prefix" in construction.hidden:
                prefix, exact = UNRESOLVED, False
            if construction.base.last in APPLICATIONS:
                prefix, exact = "", True
            node = Node(made, construction, prefix, exact)
        self.known[made.key] = node
        return node

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

    def construction(self, made: Made) -> Construction | None:
        """The library's class behind an object, with its arguments; None where there is none."""
        return self.constructions.of(made)

    def named(self, place: Bound, index: int, name: str) -> dict[str, Answer]:
        """Arguments of a call by name, evaluated where `place` is."""
        return self.constructions.named(place, index, name)
