"""The objects that routes hang on: applications, blueprints and their groups, each with what its maker gave it."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.evaluation.constructions import Construction, Constructions
from readiness.libraries.evaluation.reader import UNRESOLVED, Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside, Part
from readiness.libraries.sanic.vocabulary import COPY, POSITIONAL, VERSION_PREFIX, Holder, holder_of, is_holder
from readiness.libraries.values.expressions import receiver, tail
from readiness.model.summary import Constant

PARTS = ("url_prefix", "version", "version_prefix", "name")
"""Attributes of blueprints that give back what they were made with."""
WRAPPED = 3
"""Calls around one holder."""


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


class Nodes:
    """Finds the node of an object; each object has one."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.texts = PlaceTexts(reader)
        self.texts.nodes = self
        self.constructions = Constructions(reader, POSITIONAL, is_holder)
        self.known: dict[tuple[object, ...], Node | None] = {}

    def of(self, answer: Answer, depth: int = 0) -> list[Node]:
        """The nodes an expression can denote; what merely wraps one counts as it."""
        found = []
        for made in self.reader.made(answer):
            node = self.node(made)
            if node is not None:
                found.append(node)
            elif depth < WRAPPED and made.index >= 0 and not _gives_view(self.reader, made):
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
        node.placement = self.placement(node.arguments, "url_prefix")
        if "url_prefix" in construction.hidden:
            node.placement = Placement(UNRESOLVED, exact=False)
        if construction.base.last == COPY:
            self._copied(node)
        return node

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
        if answer is None:
            return None, True
        found = self.reader.follow(answer)
        if found and all(isinstance(each, Bound) and each.value == Constant(None) for each in found):
            return None, True
        return self.texts.of(answer)

    def named(self, place: Bound, index: int, name: str) -> dict[str, Answer]:
        """Arguments of a call by name, evaluated where `place` is."""
        return self.constructions.named(place, index, name)


def version_path(version: str | None, version_prefix: str, path: str) -> str:
    """A path under its version: `/v1/orders`."""
    if version is None:
        return path
    return f"{version_prefix}{version.strip('/').lstrip('v')}/{path.lstrip('/')}"


def chosen_prefix(*given: str | None) -> str:
    """The first version prefix that says anything, else the usual one."""
    return next((each for each in given if each and each != VERSION_PREFIX), VERSION_PREFIX)


def _gives_view(reader: Reader, made: Made) -> bool:
    return isinstance(made.maker, Outside) and tail(reader.call(made.path, made.index).callee) == "as_view"
