"""A mutation in, what it does with a caller who presents nothing out: permission classes, decorators, its own methods."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from readiness.languages.python.walking import walk
from readiness.libraries.access.carriers import Asked
from readiness.libraries.access.exits import Role
from readiness.libraries.access.openings import NAMED, WEAK
from readiness.libraries.access.rulings import Ruling, Rulings, Verdict
from readiness.libraries.access.values import Code, Instance, Seen, Type, of
from readiness.model import AccessKind, GraphAccess, GraphField, Project, Span, Symbol, SymbolKind
from readiness.model.summary import Class, Name

ENTRIES = ("mutate", "mutate_and_get_payload")
"""Methods of a Graphene mutation through which a request comes."""
DECIDING = frozenset({"permissions", "permission_classes", "login_required", "permission"})
"""Options of `class Meta` about who may run a mutation."""
PERMITTING = "has_permission"
BETWEEN = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")
GREETINGS = frozenset({"login", "logout", "signin", "signout", "signup", "register"})
"""Words that say it wherever they stand in a name."""
PAIRS = frozenset(
    {
        "create token", "token create", "token auth", "obtain token", "token obtain", "refresh token", "token refresh",
        "verify token", "token verify", "revoke token", "reset password", "password reset", "request password",
        "set password", "forgot password", "confirm account", "account confirm", "confirm email", "email confirm",
        "verify email", "external authentication", "external obtain", "external refresh", "external verify",
        "external logout", "accept invitation", "create account", "account register", "log in", "log out", "sign in",
        "sign up", "sign out",
    }
)  # fmt: skip
"""Two words of a name, one behind the other."""


class Mutations:
    """Judges mutations. One for a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.rulings = Rulings(project)
        self._kept: dict[tuple[object, ...], Ruling] = {}

    def of(self, field: GraphField, endpoint: Span) -> GraphAccess:
        """The fact about one mutation; code that is nested too deep to be followed leaves it unknown."""
        try:
            found = [each for each in self._all(field) if each.verdict is not Verdict.PASSES]
        except RecursionError:
            found = [Ruling(Verdict.DEPENDS)]
        kind, deciding = AccessKind.OPEN, list[Ruling]()
        for verdict, meaning in (
            (Verdict.REFUSES, AccessKind.PROTECTED),
            (Verdict.DEPENDS, AccessKind.UNKNOWN),
            (Verdict.PUBLIC, AccessKind.PUBLIC),
        ):
            deciding = [each for each in found if each.verdict is verdict]
            if deciding:
                kind = meaning
                break
        if kind is AccessKind.OPEN and not field.resolver:
            kind = AccessKind.UNKNOWN
        return GraphAccess(
            span=field.span,
            symbol=field.symbol,
            scope=field.scope,
            resolution=field.resolution,
            field=field,
            kind=kind,
            by=tuple(dict.fromkeys(each.name for each in deciding if each.name)),
            decided=next((each.span for each in deciding if each.span is not None), None),
            purpose=purpose_of(field.name),
            endpoint=endpoint,
        )

    def _all(self, field: GraphField) -> Iterator[Ruling]:
        asked = Asked("POST", "", people=True)
        for name in field.guards:
            yield self._guard(name, asked)
        yield from self._methods(field, asked)

    def _guard(self, name: str, asked: Asked) -> Ruling:
        """A permission class of Strawberry, or a decorator."""
        thing = self.rulings.value_of(name).thing
        if isinstance(thing, Type):
            member = self.project.member(thing.symbol, PERMITTING)
            if member.kind is SymbolKind.FUNCTION and member.path:
                owner = of(Instance(thing.symbol, {}, {}))
                ruling = self.rulings.of_member(owner, PERMITTING, Role.PREDICATE, asked)
                return Ruling(ruling.verdict, name, ruling.role, ruling.span)
        return self.rulings.of_name(name, asked, hook=False, decorator=True)

    def _methods(self, field: GraphField, asked: Asked) -> Iterator[Ruling]:
        """What resolves the field; of a Graphene mutation the method that comes first, which hands on to others."""
        owner = self._class(field.owner)
        names = [field.resolver] if field.resolver else []
        if owner is not None:
            entries = [self.project.member(owner, each) for each in ENTRIES]
            names = [*(each.name for each in entries if each.kind is SymbolKind.FUNCTION and each.path), *names]
        for name in dict.fromkeys(names):
            place = self.project.find(name)
            if place is None:
                continue
            bound = self._bound(place, owner)
            key = self._key(place, owner, field.resolver)
            if key not in self._kept:
                self._kept[key] = self._method(place, bound, asked)
            ruling = self._kept[key]
            yield Ruling(ruling.verdict, field.owner if owner is not None else name, ruling.role, ruling.span)
            if ruling.verdict is not Verdict.PASSES:
                return

    def _method(self, place: tuple[str, int], bound: Seen | None, asked: Asked) -> Ruling:
        """What a method does by itself, or by what stands around it."""
        ruling = self.rulings.of_method(Code(*place, None, {}, bound), Role.HANDLER, asked)
        if ruling.verdict is not Verdict.PASSES or bound is None:
            return ruling
        around = (
            self.rulings.of_value(value, name, asked, decorator=True, hook=False)
            for name, value in self.rulings.decorators_of(*place)
        )
        return next((each for each in around if each.verdict is not Verdict.PASSES), ruling)

    def _key(self, place: tuple[str, int], owner: Symbol | None, resolver: str) -> tuple[object, ...]:
        """What a method of a class comes to depends on the other methods of that class that it names, and on `class Meta`.

        Mutations share the method of a base mostly, and are then judged together.
        """
        node = self.project.function(*place)
        if owner is None or node is None or not node.args.args:
            return place
        own = node.args.args[0].arg
        called = {
            each.attr
            for each in walk(node)
            if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == own
        }
        members = [self.project.member(owner, each) for each in sorted(called)]
        others = tuple(each.name for each in members if each.path and each.name != resolver)
        return (*place, others, self._options(owner))

    def _options(self, owner: Symbol) -> tuple[str, ...]:
        """The names of what `class Meta` of a mutation sets."""
        meta = self.project.member(owner, "Meta")
        summary = self.project.summary(meta.path) if meta.kind is SymbolKind.CLASS else None
        if summary is None:
            return ()
        return tuple(
            sorted(each.target for each in summary.assignments if each.scope == meta.index and each.target in DECIDING)
        )

    def _bound(self, place: tuple[str, int], owner: Symbol | None) -> Seen | None:
        """The class that a class method is called on; a static method and a function are called on nothing."""
        summary = self.project.summary(place[0])
        scope = summary.definitions[place[1]].scope if summary is not None else -1
        if owner is None or summary is None or scope < 0 or not isinstance(summary.definitions[scope], Class):
            return None
        definition = summary.definitions[place[1]]
        marks = {each.dotted for each in definition.decorators if isinstance(each, Name)}
        return of(Type(owner, {})) if "classmethod" in marks else None

    def _class(self, name: str) -> Symbol | None:
        place = self.project.find(name) if name else None
        summary = self.project.summary(place[0]) if place is not None else None
        if place is None or summary is None or not isinstance(summary.definitions[place[1]], Class):
            return None
        return Symbol(SymbolKind.CLASS, name, *place)


def purpose_of(name: str) -> str:
    """What the words of a mutation's name say it is for, where everybody has to reach it; else empty."""
    words = [each.lower() for each in BETWEEN.split(name) if each]
    for number, word in enumerate(words):
        if word in GREETINGS or (number and f"{words[number - 1]} {word}" in PAIRS):
            return "logging in"
    whole = "".join(words)
    return NAMED.get(whole, "") if whole not in WEAK else ""
