"""A route of Pyramid that asks for a permission in, what the access control list of its context gives a stranger out.

Whether a caller has a permission is said by the `__acl__` of what the route's factory makes. Its entries are tried in their order;
the first that speaks of the caller and of the permission decides, and where none does the caller is turned away. A stranger is
`Everyone` and nobody else (Pyramid 2.0, `pyramid.authorization.ACLHelper.permits`).
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.access.arguments import Arguments
from readiness.libraries.access.carriers import Asked
from readiness.libraries.access.exits import Refused, Role, Spent
from readiness.libraries.access.rulings import Ruling, Rulings, Verdict
from readiness.libraries.access.values import Code, Instance, Items, Outside, Seen, Type, of
from readiness.libraries.access.vocabulary import last_of
from readiness.libraries.values.expressions import tail
from readiness.model import Project, Route, Scope

FRAMEWORK = "Pyramid"
LIST = "__acl__"
EVERYONE = frozenset({"Everyone", "system.Everyone"})
ALL = frozenset({"ALL_PERMISSIONS"})
DENYING_ALL = frozenset({"DENY_ALL"})
ALLOW = frozenset({"Allow"})
POLICIES = frozenset({"set_security_policy", "set_authorization_policy"})
"""Directives without which a permission that a view asks for is not looked at."""
GIVEN = frozenset({"security_policy", "authorization_policy"})
UNREAD = "an access control list"


class AccessLists:
    """Judges permissions of Pyramid. One for a project."""

    def __init__(self, rulings: Rulings) -> None:
        self.rulings = rulings
        self.project: Project = rulings.project
        self._policed: bool | None = None

    def of(self, route: Route, asked: Asked) -> Iterator[Ruling]:
        """What a permission that is asked for does with a caller who presents nothing."""
        if route.framework != FRAMEWORK or not route.permission or route.declared_public:
            return
        if not self._has_policy():
            yield Ruling(Verdict.DEPENDS, route.permission, role=True)
            return
        for name in route.dependencies:
            found = self._listed(name, asked)
            if found is not None:
                yield self._judged(found, name, route.permission)
                return
        yield Ruling(Verdict.REFUSES, route.permission, role=True)

    def _has_policy(self) -> bool:
        """Some code of the service says who decides about permissions; a file with an `includeme` need not import Pyramid."""
        if self._policed is None:
            self._policed = any(self._sets_policy(path) for path in self.project.paths(Scope.SERVICE))
        return self._policed

    def _sets_policy(self, path: str) -> bool:
        summary = self.project.summary(path)
        return summary is not None and any(
            tail(call.callee) in POLICIES or any(name in GIVEN for name, _ in call.keywords) for call in summary.calls
        )

    def _listed(self, name: str, asked: Asked) -> Seen | None:
        """The list of what a factory makes; None for something that has none."""
        kind = self._made(name, asked)
        if kind is None:
            return None
        evaluation = self.rulings.evaluation
        evaluation.ask(asked)
        try:
            found = evaluation.members.of(of(Instance(kind.symbol, {}, {})), LIST, 0, called=True)
            if isinstance(found.thing, Code):
                return evaluation.run(found.thing, Arguments([], {}), Role.VALUE).value
        except (Refused, Spent):
            return Seen()
        member = self.project.member(kind.symbol, LIST)
        return found if member.path else None

    def _made(self, name: str, asked: Asked) -> Type | Instance | None:
        """The class of the context: the factory itself, or what the function gives back."""
        thing = self.rulings.value_of(name).thing
        if isinstance(thing, Code):
            self.rulings.evaluation.ask(asked)
            try:
                thing = self.rulings.evaluation.run(thing, Arguments([], {}), Role.VALUE).value.thing
            except (Refused, Spent):
                return None
        return thing if isinstance(thing, Type | Instance) else None

    @staticmethod
    def _judged(found: Seen, name: str, permission: str) -> Ruling:
        """What the first entry that speaks of everyone and of the permission says."""
        listed = f"{name}.{LIST}"
        if not isinstance(found.thing, Items):
            return Ruling(Verdict.DEPENDS, listed, role=True)
        for entry in found.thing.items:
            speaks = _speaks(entry, permission)
            if speaks is None:
                return Ruling(Verdict.DEPENDS, listed, role=True)
            if speaks:
                allowed = bool(_names(entry.thing.items[0]) & ALLOW) if isinstance(entry.thing, Items) else False
                return Ruling(Verdict.PUBLIC if allowed else Verdict.REFUSES, listed, role=not allowed)
        if not found.thing.complete:
            return Ruling(Verdict.DEPENDS, listed, role=True)
        return Ruling(Verdict.REFUSES, listed, role=True)


def _speaks(entry: Seen, permission: str) -> bool | None:
    """An entry is about strangers and this permission; None where that is not known."""
    if _names(entry) & DENYING_ALL:
        return True
    thing = entry.thing
    if not isinstance(thing, Items) or len(thing.items) != 3:
        return None
    _, principal, permissions = thing.items
    who = _names(principal)
    if who and not who & EVERYONE:
        return False
    asked = thing.items[2].thing
    wanted = [name for each in (asked.items if isinstance(asked, Items) else (permissions,)) for name in _names(each)]
    if permission in wanted or ALL & set(wanted):
        return True if who else None
    return False if wanted else None


def _names(value: Seen) -> set[str]:
    """The text of a constant, or the last name of something of Pyramid."""
    if isinstance(value.constant, str):
        return {value.constant}
    return {last_of(value.thing.name)} if isinstance(value.thing, Outside) else set()
