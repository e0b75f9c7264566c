"""The objects that routes hang on: applications, blueprints, API objects and namespaces, each with what its maker gave it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from readiness.libraries.evaluation.constructions import Construction
from readiness.libraries.evaluation.holders import Holders
from readiness.libraries.evaluation.reader import UNRESOLVED, Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Part, Thing
from readiness.libraries.flask.vocabulary import HOST, JSONAPI, POSITIONAL, Holder, holder_of, is_holder, title_of
from readiness.libraries.values.expressions import receiver
from readiness.model.summary import Call, Value

PREFIXES = ("url_prefix", "prefix")
"""Attributes of holders that give their own prefix back."""
JOINED = JSONAPI | {"flask_smorest"}
"""Packages whose API objects add their rules to a blueprint or an application as they are."""
NAME = "name"
"""Attribute of a blueprint or namespace that gives back what it is called."""
HOLDER_PARTS = ("blueprint", "app")
"""Attributes of API objects that give back what they hang on."""


class RouteEntry(Struct, frozen=True, eq=False):
    """One registration of a view under one rule."""

    rule: str
    exact: bool
    """The rule is known to the last part."""
    verb: str
    """The method that the call itself names, empty where `methods` or the view says it."""
    view: Answer | None
    """None where the rule names an endpoint alone."""
    endpoint: str
    """The endpoint's name where it is given."""
    arguments: dict[str, Answer]
    call: tuple[str, int]
    condition: str = ""
    """The tests around it, as they are written."""
    owner: Kind | None = None
    """The class that is registered, where its methods are entered one by one."""


class JoinEntry(Struct, frozen=True, eq=False):
    """Holders hung on another one."""

    children: tuple[Node, ...]
    prefix: str | None
    """What the call itself says, None where the child's own prefix counts."""
    exact: bool
    call: tuple[str, int]
    condition: str = ""


class Node:
    """One application, blueprint, API object or namespace of the project."""

    def __init__(self, made: Made, construction: Construction, holder: Holder) -> None:
        self.made = made
        self.base = construction.base
        self.holder = holder
        self.arguments = construction.arguments
        self.framework = title_of(construction.base)
        self.prefix: str | None = None
        """Of a blueprint None where it has none of its own."""
        self.exact = True
        self.entries: list[RouteEntry | JoinEntry] = []
        self.hooks: list[str] = []
        """Functions that run before every view on it."""
        self.joined = False
        """It hangs on something."""

    @property
    def concatenates(self) -> bool:
        """Prefixes and rules are put together as they are, without care for slashes."""
        return self.holder in (Holder.API, Holder.NAMESPACE) and self.base.package not in JOINED


class PrefixTexts(Texts):
    """Computes text, `blueprint.url_prefix` and `blueprint.name` included."""

    nodes: Nodes

    def _of_thing(self, thing: Answer, depth: int) -> tuple[str, bool]:
        if isinstance(thing, Part) and thing.name in PREFIXES:
            node = self.nodes.node(thing.made)
            if node is not None and node.prefix is not None:
                return node.prefix, node.exact
        if isinstance(thing, Part) and thing.name == NAME:
            node = self.nodes.node(thing.made)
            if node is not None and NAME in node.arguments:
                return self.of(node.arguments[NAME], depth + 1)
        return super()._of_thing(thing, depth)


class Nodes(Holders[Node]):
    """Finds applications, blueprints, API objects and namespaces."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader, POSITIONAL, is_holder)
        self.texts = PrefixTexts(reader)
        self.texts.nodes = self

    def _node(self, made: Made, construction: Construction) -> Node | None:
        holder = holder_of(construction.base)
        return Node(made, construction, holder) if holder is not None else None

    def _fill(self, node: Node, construction: Construction) -> None:
        node.prefix, node.exact = self._prefix(node, construction)

    def _behind(self, thing: Thing, depth: int) -> list[Node]:
        if isinstance(thing, Part):
            return self._given_to(thing, depth) if thing.name in HOLDER_PARTS else []
        return super()._behind(thing, depth)

    def _given_to(self, part: Part, depth: int) -> list[Node]:
        """What an API object was made with: `api.blueprint`."""
        node = self.node(part.made)
        if node is not None and node.base.package == HOST:
            return [node]
        given = node.arguments.get("app") if node is not None and node.holder is Holder.API else None
        return self.of(given, depth + 1) if given is not None else []

    def _looked_through(self, made: Made, call: Call) -> Iterable[Value]:
        """`docs(Api(app))`; what a class gives as a view holds nothing."""
        return () if isinstance(made.maker, Outside) and made.maker.last == "as_view" else call.arguments[:1]

    def maker_of(self, node: Node) -> list[Node]:
        """The API objects that made a namespace: `api.namespace(...)`."""
        made = node.made
        if made.index < 0 or not isinstance(made.maker, Outside) or made.maker.last != "namespace":
            return []
        call = self.reader.call(made.path, made.index)
        origin = receiver(call.callee)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        return self.of(self.reader.at(place, origin)) if origin is not None else []

    def hung_on(self, node: Node) -> Answer | None:
        """What the maker of an API object or namespace says that it hangs on."""
        if node.holder is Holder.NAMESPACE:
            return node.arguments.get("api")
        if node.holder is not Holder.API:
            return None
        blueprint = node.arguments.get("blueprint") if node.base.package in JSONAPI else None
        if blueprint is not None and not self.reader.is_none(blueprint):
            return blueprint
        return node.arguments.get("app")

    def _prefix(self, node: Node, construction: Construction) -> tuple[str | None, bool]:
        """The prefix that a node brings itself."""
        arguments = node.arguments
        if node.holder is Holder.BLUEPRINT:
            if "url_prefix" in construction.hidden:
                return UNRESOLVED, False
            return self.given(arguments.get("url_prefix"))
        if node.holder is Holder.API:
            text, exact = self.given(arguments.get("prefix"))
            return text or "", exact
        if node.holder is Holder.NAMESPACE:
            text, exact = self.given(arguments.get("path"))
            if not text:
                name, exact = self.given(arguments.get("name"))
                text = f"/{name or UNRESOLVED}"
            return text.rstrip("/"), exact
        return None, True

    def given(self, answer: Answer | None) -> tuple[str | None, bool]:
        """The text of an argument; None where it is not given or given as None."""
        return (None, True) if answer is None or self.reader.is_none(answer) else self.texts.of(answer)
