"""The objects that routes hang on: applications, blueprints and their groups, each with what its maker gave it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from readiness.libraries.evaluation.constructions import Construction
from readiness.libraries.evaluation.holders import Holders
from readiness.libraries.evaluation.reader import UNRESOLVED, Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside, Part
from readiness.libraries.sanic.vocabulary import COPY, POSITIONAL, VERSION_PREFIX, Holder, holder_of, is_holder
from readiness.libraries.values.expressions import receiver, tail
from readiness.model.summary import Call, Value

PARTS = ("url_prefix", "version", "version_prefix", "name")
"""Attributes of blueprints that give back what they were made with."""


class Placement(Struct, frozen=True, eq=False):
    """What a registration, a blueprint or a group says of where routes stand; None where it says nothing."""

    prefix: str | None = None
    version: str | None = None
    version_prefix: str | None = None
    strict: bool | None = None
    exact: bool = True
    """Everything it says is known."""


class RouteEntry(Struct, frozen=True, eq=False):
    """One registration of a handler under one path."""

    path: str
    placement: Placement
    verb: str
    """The method that the call itself names, empty where `methods` or the view says it."""
    handler: Answer | None
    arguments: dict[str, Answer]
    call: tuple[str, int]
    socket: bool = False
    condition: str = ""


class JoinEntry(Struct, frozen=True, eq=False):
    """Blueprints and groups that an application takes."""

    children: tuple[Node, ...]
    placement: Placement
    call: tuple[str, int]
    condition: str = ""


class Node:
    """One application, blueprint or group of the project."""

    def __init__(self, made: Made, construction: Construction, holder: Holder) -> None:
        self.made = made
        self.base = construction.base
        self.holder = holder
        self.arguments = construction.arguments
        self.placement = Placement()
        self.entries: list[RouteEntry | JoinEntry] = []
        self.members: list[Node] = []
        """What a group holds."""
        self.source: Node | None = None
        """The blueprint that this one is a copy of."""
        self.hooks: list[str] = []
        """Functions that run before every handler."""
        self.joined = False
        """It hangs on something."""


class PlaceTexts(Texts):
    """Computes text, `blueprint.url_prefix` included."""

    nodes: Nodes

    def _of_thing(self, thing: Answer, depth: int) -> tuple[str, bool]:
        if isinstance(thing, Part):
            node = self.nodes.node(thing.made)
            given = node.arguments.get(thing.name) if node is not None else None
            if given is not None:
                return self.of(given, depth + 1)
        return super()._of_thing(thing, depth)


class Nodes(Holders[Node]):
    """Finds applications, blueprints and groups."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader, POSITIONAL, is_holder)
        self.texts = PlaceTexts(reader)
        self.texts.nodes = self

    def _node(self, made: Made, construction: Construction) -> Node | None:
        holder = holder_of(construction.base)
        return Node(made, construction, holder) if holder is not None else None

    def _fill(self, node: Node, construction: Construction) -> None:
        node.placement = self.placement(node.arguments, "url_prefix")
        if "url_prefix" in construction.hidden:
            node.placement = Placement(UNRESOLVED, exact=False)
        if construction.base.last == COPY:
            self._copied(node)

    def _looked_through(self, made: Made, call: Call) -> Iterable[Value]:
        """What a class gives as a view holds nothing."""
        return () if isinstance(made.maker, Outside) and tail(call.callee) == "as_view" else call.arguments[:1]

    def _copied(self, node: Node) -> None:
        """A copy keeps what it is not given anew."""
        call = self.reader.call(node.made.path, node.made.index)
        origin = receiver(call.callee)
        if origin is None:
            return
        place = Bound(call.callee, node.made.path, call.scope, call.line, node.made.frame)
        sources = [each for each in self.of(self.reader.at(place, origin)) if each is not node]
        if not sources:
            return
        node.source, own = sources[0], sources[0].placement
        given = node.placement
        node.placement = Placement(
            prefix=given.prefix if "url_prefix" in node.arguments else own.prefix,
            version=given.version if "version" in node.arguments else own.version,
            version_prefix=given.version_prefix if "version_prefix" in node.arguments else own.version_prefix,
            strict=given.strict if "strict_slashes" in node.arguments else own.strict,
            exact=given.exact and own.exact,
        )

    def placement(self, arguments: dict[str, Answer], prefix: str = "url_prefix") -> Placement:
        """What the arguments of a call say of where routes stand."""
        texts = {name: self.given(arguments.get(name)) for name in (prefix, "version", "version_prefix")}
        strict = arguments.get("strict_slashes")
        value = self.reader.constant(strict) if strict is not None else None
        return Placement(
            prefix=texts[prefix][0],
            version=texts["version"][0],
            version_prefix=texts["version_prefix"][0],
            strict=value if isinstance(value, bool) else None,
            exact=all(exact for _, exact in texts.values()),
        )

    def given(self, answer: Answer | None) -> tuple[str | None, bool]:
        """The text of an argument; None where it is not given or given as None."""
        return (None, True) if answer is None or self.reader.is_none(answer) else self.texts.of(answer)


def version_path(version: str | None, version_prefix: str, path: str) -> str:
    """A path under its version: `/v1/orders`."""
    if version is None:
        return path
    return f"{version_prefix}{version.strip('/').lstrip('v')}/{path.lstrip('/')}"


def chosen_prefix(*given: str | None) -> str:
    """The first version prefix that says anything, else the usual one."""
    return next((each for each in given if each and each != VERSION_PREFIX), VERSION_PREFIX)
