"""A view of REST framework and a method in, what its permissions and authenticators do with a caller who presents nothing out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.libraries.access.arguments import Arguments
from readiness.libraries.access.carriers import Asked
from readiness.libraries.access.exits import Refused, Role, Spent
from readiness.libraries.access.rulings import PASSES, Ruling, Rulings, Verdict
from readiness.libraries.access.values import (
    Carrier,
    Code,
    Combined,
    Guarded,
    Instance,
    Items,
    Outside,
    Seen,
    Type,
    known,
    of,
)
from readiness.libraries.access.vocabulary import demand_of, last_of, package_of
from readiness.libraries.django.locating import Locator
from readiness.libraries.django.settings import settings_for
from readiness.model import Project, Route, Symbol, SymbolKind
from readiness.model.summary import CallRef, Value

NESTED = 6
"""Permissions inside one another."""


class Permissions:
    """Judges the permissions of REST framework. One for a project."""

    def __init__(self, rulings: Rulings) -> None:
        self.rulings = rulings
        self.project: Project = rulings.project
        self._defaults: dict[tuple[str, str], tuple[Seen, ...] | None] = {}
        self.locator = Locator(rulings.project)
        self._view: Seen | None = None
        """The view that permissions are asked about."""

    def of(self, route: Route, view: Symbol | None, asked: Asked) -> list[Ruling]:
        """Everything that asks: authenticators that refuse by themselves, then permissions."""
        found = list(self._authenticators(route, view, asked))
        self._view = self._seen(route, view)
        given = self._given(route)
        if given is None and view is not None:
            dynamic = self._dynamic(route, view, asked)
            if dynamic is not None:
                return [*found, dynamic]
            given = self._attribute(view, "permission_classes")
        if given is not None:
            return [*found, self._listed(given, asked)]
        default = self.default(route.span.path, "DEFAULT_PERMISSION_CLASSES")
        return [*found, *(self._default_ruling(default, asked) if default else ())]

    @staticmethod
    def _seen(route: Route, view: Symbol | None) -> Seen | None:
        """The view as `has_permission` gets it."""
        attributes = {"action": known(last_of(route.handler)), "request": of(Carrier("request"))}
        return of(Instance(view, attributes, {})) if view is not None else None

    def default_name(self, route: Route) -> str:
        """The default that protects views which say nothing; empty where none does."""
        self._view = None
        default = self.default(route.span.path, "DEFAULT_PERMISSION_CLASSES")
        rulings = list(self._default_ruling(default, Asked("POST", "/x"))) if default else []
        return "DEFAULT_PERMISSION_CLASSES" if any(each.verdict is Verdict.REFUSES for each in rulings) else ""

    def _default_ruling(self, default: Sequence[Seen], asked: Asked) -> Iterator[Ruling]:
        ruling = self._all([self.grants(each, asked) for each in default])
        if ruling.verdict in (Verdict.REFUSES, Verdict.DEPENDS):
            yield ruling

    # where permissions are named

    def _given(self, route: Route) -> Seen | None:
        """What a decorator of the handler names: `@permission_classes([...])`, `@action(permission_classes=[...])`."""
        place = self.project.find(route.handler)
        if place is None:
            return None
        path, index = place
        summary = self.project.summary(path)
        definition = summary.definitions[index] if summary is not None else None
        for each in definition.decorators if definition is not None else ():
            if not isinstance(each, CallRef) or summary is None:
                continue
            call = summary.calls[each.index]
            last = last_of(self.project.callee(path, each.index).name)
            value: Value | None = dict(call.keywords).get("permission_classes")
            if last == "permission_classes" and call.arguments:
                value = call.arguments[0]
            if value is not None:
                return self._value(path, value, call.scope, call.line)
        return None

    def _value(self, path: str, value: Value, scope: int, line: int) -> Seen:
        try:
            return self.rulings.evaluation.names.value(path, value, scope, line)
        except (Refused, Spent):
            return Seen()

    def _attribute(self, view: Symbol, name: str) -> Seen | None:
        member = self.project.member(view, name)
        if member.kind is not SymbolKind.VARIABLE or member.index < 0:
            return None
        summary = self.project.summary(member.path)
        assignment = summary.assignments[member.index] if summary is not None else None
        if assignment is None or assignment.value is None:
            return None
        return self._value(member.path, assignment.value, assignment.scope, assignment.line)

    def _dynamic(self, route: Route, view: Symbol, asked: Asked) -> Ruling | None:
        """`get_permissions` of the project's own; None where there is none."""
        member = self.project.member(view, "get_permissions")
        if member.kind is not SymbolKind.FUNCTION or not member.path:
            return None
        evaluation = self.rulings.evaluation
        classes = self._attribute(view, "permission_classes")
        attributes = {"action": known(last_of(route.handler)), "request": of(Carrier("request"))}
        owner = of(Instance(view, attributes | ({"permission_classes": classes} if classes is not None else {}), {}))
        evaluation.ask(asked)
        try:
            outcome = evaluation.run(Code(member.path, member.index, None, {}, owner), Arguments([], {}), Role.VALUE)
        except (Spent, Refused):
            return Ruling(Verdict.DEPENDS, member.name)
        if not outcome.returns and outcome.raises:
            return Ruling(Verdict.REFUSES, member.name)  # `raise PermissionDenied` for whoever asks
        rulings = []
        for each in outcome.returns:
            if isinstance(each.value.thing, Items):
                rulings.append(self._listed(each.value, asked))
            elif classes is not None:
                rulings.append(self._listed(classes, asked))
            else:
                default = self.default(route.span.path, "DEFAULT_PERMISSION_CLASSES")
                rulings.append(self._all([self.grants(one, asked) for one in default or ()]))
        verdicts = {each.verdict for each in rulings}
        if len(verdicts) == 1:
            return rulings[0]
        return Ruling(Verdict.DEPENDS, member.name) if Verdict.REFUSES in verdicts else PASSES

    def _listed(self, given: Seen, asked: Asked) -> Ruling:
        thing = given.thing
        if not isinstance(thing, Items):
            return Ruling(Verdict.DEPENDS, "permission_classes")
        if not thing.items and thing.complete:
            return Ruling(Verdict.PUBLIC, "permission_classes")
        return self._all([self.grants(each, asked) for each in thing.items])

    @staticmethod
    def _all(rulings: Sequence[Ruling]) -> Ruling:
        """Permissions that all have to agree."""
        for wanted in (Verdict.REFUSES, Verdict.DEPENDS, Verdict.PUBLIC):
            found = [each for each in rulings if each.verdict is wanted]
            if found:
                return next((each for each in found if each.role), found[0])
        return PASSES

    def default(self, path: str, name: str) -> tuple[Seen, ...] | None:
        """The classes that a setting of REST framework names; None where it is not set."""
        settings = settings_for(self.project, path)
        if settings is None:
            return None
        key = (settings.module.path, name)
        if key not in self._defaults:
            self._defaults[key] = None
            setting = settings.get("REST_FRAMEWORK")
            entry = settings.entry(setting, name) if setting is not None else None
            if entry is not None:
                items, _ = settings.elements(entry)
                texts = [self.project.constant(each.path, each.value, each.scope, each.line) for each in items]
                self._defaults[key] = tuple(
                    self.named(each, settings.module.path) for each in texts if isinstance(each, str)
                )
        return self._defaults[key]

    def named(self, dotted: str, near: str) -> Seen:
        """A class by its dotted name in the settings of a file."""
        found = self.locator.named(dotted, near)
        return self.rulings.value_of(found.name) if found is not None else of(Outside(dotted))

    # what they answer

    def grants(self, value: Seen, asked: Asked, depth: int = 0) -> Ruling:
        """What one permission does with a caller who presents nothing."""
        thing = value.thing
        if depth > NESTED:
            return PASSES
        match thing:
            case Combined(operator, items):
                found = [self.grants(each, asked, depth + 1) for each in items]
                if operator == "|":
                    passing = [each for each in found if each.verdict in (Verdict.PASSES, Verdict.PUBLIC)]
                    unsure = [each for each in found if each.verdict is Verdict.DEPENDS]
                    return (passing or unsure or found or [PASSES])[0]
                return self._all(found) if operator == "&" else Ruling(Verdict.DEPENDS)
            case Outside() | Guarded():
                return self._foreign(Outside(thing.name), asked)
            case Type() | Instance():
                return self._own(thing.symbol, value, asked)
            case _:
                return Ruling(Verdict.DEPENDS, "permission_classes")

    def _foreign(self, thing: Outside, asked: Asked) -> Ruling:
        if demand_of(thing.name) is None:
            # A permission of a package that is not known: it is there to refuse.
            return Ruling(Verdict.DEPENDS, thing.name)
        return self.rulings.library(thing, asked)

    def _own(self, symbol: Symbol, value: Seen, asked: Asked) -> Ruling:
        """A permission class of the project."""
        member = self.project.member(symbol, "has_permission")
        if member.kind is not SymbolKind.FUNCTION or not member.path:
            for each in self.rulings.evaluation.members.ancestors(symbol):
                if each.kind is SymbolKind.EXTERNAL and demand_of(each.name) is not None:
                    return self.rulings.library(Outside(each.name), asked)
            return PASSES
        owner = value if isinstance(value.thing, Instance) else of(Instance(symbol, {}, {}))
        given = Arguments([of(Carrier("request")), self._view], {}) if self._view is not None else None
        ruling = self.rulings.of_member(owner, "has_permission", Role.PREDICATE, asked, given)
        return Ruling(ruling.verdict, symbol.name, ruling.role, ruling.span)

    # authentication

    def _authenticators(self, route: Route, view: Symbol | None, asked: Asked) -> Iterator[Ruling]:
        """Authenticators of the project that refuse a caller without credentials by themselves."""
        given = self._attribute(view, "authentication_classes") if view is not None else None
        values: Sequence[Seen] = ()
        if given is not None:
            values = given.thing.items if isinstance(given.thing, Items) else ()
        else:
            values = self.default(route.span.path, "DEFAULT_AUTHENTICATION_CLASSES") or ()
        for each in values:
            if not isinstance(each.thing, Type):
                continue
            member = self.project.member(each.thing.symbol, "authenticate")
            if member.kind is SymbolKind.FUNCTION and member.path:
                owner = of(Instance(each.thing.symbol, {}, {}))
                ruling = self.rulings.of_member(owner, "authenticate", Role.VALUE, asked)
                if ruling.verdict is Verdict.REFUSES:
                    yield Ruling(Verdict.REFUSES, each.thing.symbol.name, span=ruling.span)


def is_rest(names: Sequence[str]) -> bool:
    """Bases of a view of REST framework."""
    return any(package_of(each).startswith("rest_framework") for each in names)
