"""The `urls` of a router in, the patterns that it makes of what is registered with it out."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.django.classes import ClassMembers
from readiness.libraries.django.texts import Texts
from readiness.libraries.django.vocabulary import is_elsewhere
from readiness.libraries.django_rest.vocabulary import POSITIONAL, ROOTED, ROUTERS
from readiness.libraries.evaluation.activations import Activations
from readiness.libraries.evaluation.constructions import Construction, Constructions
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Kind, Made, Outside, Part
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Scope, Symbol, SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Constant,
    Context,
    Function,
    Mapping,
    Member,
    Name,
    Subscript,
    Value,
)

NESTED = 8
"""Routers inside one another."""
REGISTERED = 2_000
"""Viewsets of one router."""
LIST = {"get": "list", "post": "create"}
DETAIL = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
DEFAULT_LOOKUP = "[^/.]+"


class Template(Struct, frozen=True):
    """One of the `routes` of a router."""

    url: str
    mapping: tuple[tuple[str, str], ...]
    """Verb -> action; empty for a dynamic one."""
    name: str
    detail: bool
    dynamic: bool = False


DEFAULT_ROUTES = (
    Template("^{prefix}{trailing_slash}$", tuple(LIST.items()), "{basename}-list", detail=False),
    Template("^{prefix}/{url_path}{trailing_slash}$", (), "{basename}-{url_name}", detail=False, dynamic=True),
    Template("^{prefix}/{lookup}{trailing_slash}$", tuple(DETAIL.items()), "{basename}-detail", detail=True),
    Template("^{prefix}/{lookup}/{url_path}{trailing_slash}$", (), "{basename}-{url_name}", detail=True, dynamic=True),
)
"""`rest_framework.routers.SimpleRouter.routes` of version 3.16."""


class Registered(Struct, frozen=True, eq=False):
    """One `router.register(prefix, viewset)`."""

    prefix: str
    exact: bool
    viewset: Kind | Outside
    basename: str
    path: str
    call: int


class RouterShape(Struct, frozen=True, eq=False):
    """What a router is made like."""

    made: Made
    base: Outside
    templates: tuple[Template, ...]
    slash: str
    regex: bool
    parent: str
    """Pattern of the resource that a nested router hangs on, with a slash at its end; empty for others."""
    rooted: bool
    exact: bool = True


class Routers:
    """Reads routers. One for a scan."""

    def __init__(self, reader: Reader, members: ClassMembers, activations: Activations, texts: Texts) -> None:
        self.reader = reader
        self.project = reader.project
        self.members = members
        self.activations = activations
        self.texts = texts
        self.constructions = Constructions(reader, POSITIONAL, is_router)
        self._entries: dict[tuple[object, ...], list[Registered | Made]] | None = None

    def shape(self, made: Made, depth: int = 0) -> RouterShape | None:
        """The router that a call makes; None where it makes something else."""
        construction = self.constructions.of(made)
        if construction is None or not is_router(construction.base) or depth > NESTED:
            return None
        given = construction.arguments
        slash = self.reader.constant(given["trailing_slash"]) if "trailing_slash" in given else True
        regex = self.reader.constant(given["use_regex_path"]) if "use_regex_path" in given else True
        parent, exact = "", True
        if construction.base.last.startswith("Nested") and "parent_router" in given:
            parent, exact, inherited = self._parent(given, depth, regex=regex is not False)
            slash = inherited if "trailing_slash" not in given else slash
        return RouterShape(
            made=made,
            base=construction.base,
            templates=self._templates(made),
            slash="" if slash is False or slash == "" else "/",
            regex=regex is not False,
            parent=parent,
            rooted=construction.base.last in ROOTED and self._shows_root(made, construction),
            exact=exact,
        )

    def _shows_root(self, made: Made, construction: Construction) -> bool:
        shown = self.members.attribute(made.maker, "include_root_view") if isinstance(made.maker, Kind) else None
        return shown is None or self.reader.constant(shown) is not False

    def _parent(self, given: dict[str, Answer], depth: int, *, regex: bool) -> tuple[str, bool, bool]:
        """The pattern in front of a nested router, whether it is known, and the parent's trailing slash."""
        prefix = self.reader.constant(given["parent_prefix"]) if "parent_prefix" in given else None
        lookup = self.reader.constant(given["lookup"]) if "lookup" in given else None
        for made in self.reader.made(given["parent_router"]):
            shape = self.shape(made, depth + 1)
            if shape is None:
                continue
            nest = f"{lookup}_" if isinstance(lookup, str) else f"nested_{1 + shape.parent.count('nested_')}_"
            above = [each for each in self.registered(made) if each.prefix == prefix]
            if not above or not isinstance(prefix, str):
                return f"{shape.parent}{prefix or ''}/{{?}}/", False, shape.slash != ""
            pattern = self.lookup(above[0].viewset, nest, regex=regex)
            text = f"{prefix}/{pattern}/" if prefix else f"{pattern}/"
            return shape.parent + text, shape.exact and above[0].exact, shape.slash != ""
        return "{?}/", False, True

    def lookup(self, viewset: Kind | Outside, nest: str = "", *, regex: bool = True) -> str:
        """The pattern that stands for one object of a viewset."""
        kind = viewset if isinstance(viewset, Kind) else None
        field = (self.members.constant(kind, "lookup_field") if kind is not None else None) or "pk"
        name = (self.members.constant(kind, "lookup_url_kwarg") if kind is not None else None) or field
        value = self.members.constant(kind, "lookup_value_regex") if kind is not None else None
        if not regex:
            converter = self.members.constant(kind, "lookup_value_converter") if kind is not None else None
            return f"<{converter or value or 'str'}:{nest}{name}>"
        return f"(?P<{nest}{name}>{value or DEFAULT_LOOKUP})"

    # the routes of a router class

    def _templates(self, made: Made) -> tuple[Template, ...]:
        if not isinstance(made.maker, Kind):
            return DEFAULT_ROUTES
        routes = self.members.attribute(made.maker, "routes")
        templates = list(DEFAULT_ROUTES)
        if routes is not None:
            read = [self._template(each) for item in self.reader.elements(routes)[0] for each in self.reader.made(item)]
            templates = [each for each in read if each is not None] or templates
        init = self.members.member(made.maker, "__init__", lambda _: {})
        if init is not None and init.routine is not None:
            for number, mapping in self._updates(init.routine.path, init.routine.index):
                if -len(templates) <= number < len(templates):
                    old = templates[number]
                    merged = {**dict(old.mapping), **mapping}
                    templates[number] = Template(old.url, tuple(merged.items()), old.name, old.detail, old.dynamic)
        return tuple(templates)

    def _template(self, made: Made) -> Template | None:
        if not isinstance(made.maker, Outside) or made.maker.last not in ("Route", "DynamicRoute"):
            return None
        given = self.constructions.arguments(made)
        url, name = (self.reader.constant(given[each]) if each in given else None for each in ("url", "name"))
        mapping = self._mapping(given["mapping"]) if "mapping" in given else {}
        detail = self.reader.constant(given["detail"]) if "detail" in given else "{lookup}" in str(url)
        if not isinstance(url, str):
            return None
        dynamic = made.maker.last == "DynamicRoute"
        return Template(url, tuple(mapping.items()), str(name or ""), detail=bool(detail), dynamic=dynamic)

    def _mapping(self, answer: Answer) -> dict[str, str]:
        found = {}
        for each in self.reader.follow(answer):
            for verb, action in self.reader.arguments.entries(each).items():
                name = self.reader.constant(action)
                if isinstance(name, str):
                    found[verb.lower()] = name
        return found

    def _updates(self, path: str, scope: int) -> Iterator[tuple[int, dict[str, str]]]:
        """`self.routes[0].mapping.update({...})` in the `__init__` of a router class."""
        for call in self.reader.summary(path).calls:
            match call.callee:
                case Member(Member(Subscript(Name("self.routes"), Constant(int() as number)), "mapping"), "update"):
                    if call.scope == scope and call.arguments and isinstance(call.arguments[0], Mapping):
                        yield number, self._mapping(Bound(call.arguments[0], path, scope, call.line))
                case _:
                    pass

    # what is registered

    def registered(self, made: Made, depth: int = 0) -> list[Registered]:
        """Everything registered with a router, in order of place."""
        found: list[Registered] = []
        for each in self.entries.get(made.key, ()):
            if isinstance(each, Registered):
                found.append(each)
            elif depth <= NESTED and each.key != made.key:
                found += self.registered(each, depth + 1)[:REGISTERED]
        return found[:REGISTERED]

    @property
    def entries(self) -> dict[tuple[object, ...], list[Registered | Made]]:
        """What is registered by the identity of the router: a viewset, or another router whose registry is taken over."""
        if self._entries is None:
            self._entries = {}
            for path in self.project.paths(Scope.SERVICE, Scope.SCRIPT):
                summary = self.project.summary(path)
                for index, call in enumerate(summary.calls if summary is not None else ()):
                    callee = call.callee
                    if isinstance(callee, Name) and callee.dotted.endswith((".register", ".registry.extend")):
                        for key, entry in self._by_call(path, index):
                            self._entries.setdefault(key, []).append(entry)
        return self._entries

    def _by_call(self, path: str, index: int) -> Iterator[tuple[tuple[object, ...], Registered | Made]]:
        call = self.reader.call(path, index)
        holder = receiver(call.callee)
        if not isinstance(holder, Name) or holder.dotted.startswith("admin."):
            return
        extends = tail(call.callee) == "extend"
        holder = Name(holder.dotted.removesuffix(".registry")) if extends else holder
        around: list[Frame | None] = [None] if call.scope < 0 else self.activations.of(path, call.scope)
        for outer in around:
            frames = self.activations.turns(path, call, outer) if call.context & Context.LOOP else [outer]
            for frame in frames:
                place = Bound(holder, path, call.scope, call.line, frame)
                keys = {each.key for each in self.reader.made(place) if self._may_route(each)}
                if keys:
                    entries = self._extended(place, call) if extends else self._one(place, path, index)
                    for entry in entries:
                        for key in keys:
                            yield key, entry

    def _may_route(self, made: Made) -> bool:
        """A router, rather than the site of the administration or a registry of signals."""
        if isinstance(made.maker, Outside):
            return is_router(made.maker)
        return any(is_router(Outside(each)) for each in self.members.outside(made.maker))

    def _extended(self, place: Bound, call: Call) -> Iterator[Made]:
        """`router.registry.extend(other.registry)`."""
        for argument in call.arguments[:1]:
            for part in self.reader.things(self.reader.at(place, argument)):
                if isinstance(part, Part):
                    yield part.made

    def _one(self, place: Bound, path: str, index: int) -> Iterator[Registered]:
        call = self.reader.call(path, index)
        positional = self.reader.arguments.positional(call, place)
        named = self.reader.arguments.keywords(call, place)
        given = dict(zip(("prefix", "viewset", "basename"), positional, strict=False)) | named
        if "prefix" not in given or "viewset" not in given:
            return
        prefix, exact = self.texts.of(given["prefix"])
        basename = given.get("basename", given.get("base_name"))
        label = self.reader.constant(basename) if basename is not None else None
        for thing in self.reader.things(given["viewset"]):
            if isinstance(thing, Kind | Outside):
                name = label if isinstance(label, str) else self._basename(thing)
                yield Registered(prefix, exact, thing, name, path, index)

    def _basename(self, viewset: Kind | Outside) -> str:
        """The lower-case name of the model of `queryset`."""
        queryset = self.members.attribute(viewset, "queryset") if isinstance(viewset, Kind) else None
        if queryset is None:
            return ""
        value: Value | None = queryset.value
        for _ in range(12):
            if not isinstance(value, CallRef):
                break
            callee = self.reader.call(queryset.path, value.index).callee
            value = receiver(callee)
        if not isinstance(value, Name):
            return ""
        parts = value.dotted.split(".")
        for length in range(1, len(parts) + 1):
            symbol = self.project.resolve(queryset.path, ".".join(parts[:length]), queryset.scope, queryset.line)
            if symbol.kind is SymbolKind.CLASS and not symbol.rest:
                return self._class_name(symbol).lower()
        return ""

    def _class_name(self, symbol: Symbol) -> str:
        definition = self.reader.summary(symbol.path).definitions[symbol.index]
        return "" if isinstance(definition, Function) else definition.name

    def root_views(self, made: Made) -> list[Kind]:
        """Views of the project that stand at a router's root: `router.APIRootView = X`, or the class attribute."""
        found = []
        if isinstance(made.maker, Kind):
            value = self.members.attribute(made.maker, "APIRootView")
            found += self.reader.things(value) if value is not None else []
        for each in self.reader.summary(made.path).assignments:
            holder, _, name = each.target.rpartition(".")
            if name == "APIRootView" and holder and each.value is not None:
                place = Bound(Name(holder), made.path, each.scope, each.line)
                if any(one.key == made.key for one in self.reader.made(place)):
                    found = self.reader.things(Bound(each.value, made.path, each.scope, each.line))
        return [each for each in found if isinstance(each, Kind)]


def is_router(thing: Outside) -> bool:
    """A router class."""
    return is_elsewhere(thing.name) and thing.last in ROUTERS
