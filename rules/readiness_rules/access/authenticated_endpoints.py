"""Routes with what they ask of a caller in, whether a stranger can reach what is not meant for strangers out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from readiness.model import (
    AccessKind,
    Application,
    Confidence,
    Finding,
    GraphAccess,
    Project,
    Related,
    Resolution,
    RouteAccess,
    Rule,
    Scope,
    Severity,
)

rule = Rule(
    __name__,
    summary="A route that is not meant for everybody asks who is calling.",
    phrase="routes are protected or meant for all",
    severity=Severity.CRITICAL,
    needs=[RouteAccess, GraphAccess],
    references=[
        "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
        "https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/",
        "https://cwe.mitre.org/data/definitions/306.html",
    ],
    security=True,
)

WEBHOOK = "webhook"
UNSURE_PURPOSES = {
    "near the login": "it has to do with logging in",
    "own credential": "what it is sent may be a credential of its own",
}
PARAMETER = re.compile(r"\{[^}]*\}")
MOSTLY = 5
"""Open routes that change something, more than there are guarded ones, in a file that is for everybody."""
FEW = 3
"""Mutations that are named one by one, however few a schema has."""
SILENT = frozenset({"HEAD", "OPTIONS"})
ALIASES = frozenset({"PUT", "DELETE"})
"""Methods that Django's generic views of forms answer as they answer POST."""


class Neighbours(Struct, frozen=True):
    """The protected routes of a service, by what they have in common with others."""

    resources: dict[str, RouteAccess]
    files: dict[str, RouteAccess]
    administering: dict[tuple[str, str], RouteAccess]
    """By application and address: routes behind which the service is administered, and which ask for a role."""

    def of(self, access: RouteAccess) -> tuple[RouteAccess | None, bool]:
        """A protected route of the same resource or view, else of the same file; and which of the two it is."""
        near = self.resources.get(_resource(access)) or self.resources.get(access.route.view or "-")
        return (near, True) if near is not None else (self.files.get(access.span.path), False)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every route of the service is a site; where none asks anything, the application is the only one."""
    known = [each for each in project.each(RouteAccess) if each.scope is Scope.SERVICE and _is_site(each)]
    asked = {each.route.application for each in known if each.kind is not AccessKind.OPEN}
    silent = [each for each in known if each.route.application not in asked]
    yield from _silent(project, silent)
    neighbours = _neighbours(known)
    for access in known:
        if access.route.application in asked:
            yield _judge(access, neighbours)
    yield from _mutations(project)


def _mutations(project: Project) -> Iterator[Finding]:
    """Mutations of schemas that a stranger reaches; what is not known of most of a schema is one site."""
    all_ = list(project.each(GraphAccess))
    for schema in dict.fromkeys(each.field.schema for each in all_):
        mine = [each for each in all_ if each.field.schema == schema]
        doubtful = [each for each in mine if each.kind is not AccessKind.PROTECTED and not each.purpose]
        yield from (_passing(each) for each in mine if each not in doubtful)
        if len(doubtful) > max(FEW, len(mine) // 2):
            asking = sum(each.kind is AccessKind.UNKNOWN for each in doubtful)
            yield rule.unsure(
                doubtful[0],
                f"{len(doubtful)} of the {len(mine)} mutations are not seen to ask who is calling ({asking} may ask), and neither "
                "does the address that serves them; see that each that changes something of somebody asks",
                severity=Severity.MAJOR,
                related=[Related(each.span, each.field.name) for each in doubtful[1:4]],
            )
        else:
            yield from (_doubtful(each) for each in doubtful)


def _passing(access: GraphAccess) -> Finding:
    name = f"the mutation {access.field.name}"
    if access.kind is AccessKind.PROTECTED:
        return rule.passes(access, f"{name} asks {_short(access.by)}")
    return rule.passes(access, f"{name} is for everybody: {access.purpose}")


def _doubtful(access: GraphAccess) -> Finding:
    name = f"the mutation {access.field.name}"
    if access.kind is AccessKind.UNKNOWN:
        guard = _short(access.by) or "what answers"
        return rule.unsure(
            access,
            f"{guard} turns callers of {name} away, or lets them pass by what the code does not say",
            severity=Severity.MAJOR,
        )
    return rule.unsure(
        access,
        f"nothing on the way to {name} asks who is calling; put a permission before it unless it is meant for everybody",
        severity=Severity.MAJOR,
    )


def _is_site(access: RouteAccess) -> bool:
    """A route whose way is known; where nothing at all could be read there is nothing to judge."""
    route = access.route
    if route.method in SILENT or (route.method in ALIASES and route.handler.startswith("django.views.generic.")):
        return False
    return bool(access.by) or access.kind is not AccessKind.UNKNOWN


def _resource(access: RouteAccess) -> str:
    return PARAMETER.sub("", access.route.path).replace("//", "/").rstrip("/")


def _neighbours(known: Sequence[RouteAccess]) -> Neighbours:
    resources: dict[str, RouteAccess] = {}
    files: dict[str, RouteAccess] = {}
    administering: dict[tuple[str, str], RouteAccess] = {}
    for access in known:
        if access.kind is AccessKind.PROTECTED:
            resources.setdefault(_resource(access), access)
            resources.setdefault(access.route.view or "-", access)
            files.setdefault(access.span.path, access)
            if access.administers and not access.identity_only:
                administering.setdefault((access.route.application, access.administers), access)
    resources.pop("-", None)
    for path in _for_all(known):
        files.pop(path, None)
    return Neighbours(resources, files, administering)


def _for_all(known: Sequence[RouteAccess]) -> frozenset[str]:
    """Files in which most of what changes something is open: the one guarded route beside them is the exception there."""
    open_: Counter[str] = Counter()
    for access in known:
        if access.changes and not access.purpose:
            open_[access.span.path] += {AccessKind.OPEN: 1, AccessKind.PROTECTED: -1}.get(access.kind, 0)
    return frozenset(path for path, more in open_.items() if more >= MOSTLY)


def _silent(project: Project, silent: Sequence[RouteAccess]) -> Iterator[Finding]:
    """Applications of which no route asks anything: one site each, where something there is not plainly for everybody."""
    for name in dict.fromkeys(each.route.application for each in silent):
        mine = [each for each in silent if each.route.application == name]
        open_ = [each for each in mine if not each.purpose]
        if not open_:
            continue
        changing = sum(each.changes for each in open_)
        application = next((each for each in project.each(Application) if each.name == name), None)
        yield rule.unsure(
            application or open_[0],
            f"{_none(len(mine))} asks who is calling, and {changing} {'changes' if changing == 1 else 'change'} something; "
            "protect them, or record what stands before the service",
            severity=Severity.CRITICAL if changing else Severity.INFO,
            related=[Related(each.span, f"{each.route.method} {each.route.path}") for each in open_[:3]],
        )


def _judge(access: RouteAccess, neighbours: Neighbours) -> Finding:
    route = access.route
    name = f"{route.method} {route.path}"
    match access.kind:
        case AccessKind.PROTECTED:
            ranked = neighbours.administering.get((route.application, access.administers))
            if access.identity_only and ranked is not None:
                return _unranked(access, name, ranked)
            return rule.passes(access, f"{name} asks {_short(access.by)}")
        case AccessKind.PUBLIC:
            return _declared(access, name)
        case AccessKind.UNKNOWN if access.purpose and access.purpose not in (*UNSURE_PURPOSES, WEBHOOK):
            return rule.passes(access, f"{name} is for everybody: {access.purpose}")
        case AccessKind.UNKNOWN:
            guard = _short(access.by)
            return rule.unsure(
                access,
                f"{guard} turns callers of {name} away, or lets them pass by what the code does not say",
                severity=Severity.MAJOR if access.changes else Severity.MINOR,
                cause=f"what {guard} decides is not known",
            )
    return _open(access, name, neighbours)


def _unranked(access: RouteAccess, name: str, ranked: RouteAccess) -> Finding:
    """Behind the same address others ask for a role, and this one for nothing but who is calling."""
    beside = f"{ranked.route.method} {ranked.route.path}"
    return rule.unsure(
        access,
        f"{_short(access.by)} asks who is calling {name} and nothing on its way speaks of a role, while {beside} asks "
        f"{_short(ranked.by)}; see that not everybody who is known may call it",
        severity=Severity.MAJOR if access.changes else Severity.MINOR,
        related=[Related(ranked.span, beside)],
    )


def _declared(access: RouteAccess, name: str) -> Finding:
    said = _short(access.by) or "its registration"
    if not access.changes or (access.purpose and access.purpose not in UNSURE_PURPOSES):
        return rule.passes(access, f"{name} is meant for everybody: {said}")
    return rule.unsure(
        access,
        f"{said} opens {name} to everybody, and it changes something; say why in a record of the decision",
        severity=Severity.MAJOR,
    )


def _open(access: RouteAccess, name: str, neighbours: Neighbours) -> Finding:
    route = access.route
    if access.purpose == WEBHOOK and access.hands_on:
        return rule.passes(access, f"{name} gives what the sender presents to a check")
    if access.purpose == WEBHOOK and access.changes:
        return rule.unsure(
            access,
            f"{name} takes what anybody sends: no signature or secret of the sender is seen to be checked",
            severity=Severity.MAJOR,
        )
    if access.purpose and access.purpose not in UNSURE_PURPOSES:
        return rule.passes(access, f"{name} is for everybody: {access.purpose}")
    if not access.changes:
        return rule.unsure(
            access,
            f"anybody can read {name}; ask who is calling unless it is public",
            severity=Severity.INFO,
            cause="routes that only read ask nothing of a caller",
        )
    if access.purpose:
        return rule.unsure(
            access,
            f"nothing on the way to {name} asks who is calling; {UNSURE_PURPOSES[access.purpose]}",
            severity=Severity.MAJOR,
        )
    if access.hands_on:
        return rule.unsure(
            access,
            f"{name} is guarded by nothing but what its handler hands who is calling to; see that this asks",
            severity=Severity.MAJOR,
        )
    near, close = neighbours.of(access)
    if access.default or near is not None:
        related = [Related(near.span, f"{near.route.method} {near.route.path} asks {_short(near.by)}")] if near else []
        beside = (
            f"{near.route.method} {near.route.path} does" if near is not None else f"{access.default} guards the others"
        )
        exact = route.resolution is Resolution.EXACT and not route.condition
        return rule.fails(
            access,
            f"nothing on the way to {name} asks who is calling, while {beside}; put the same guard before it, or say that it is "
            "meant for everybody",
            confidence=Confidence.HIGH if exact and (close or access.default) else Confidence.MEDIUM,
            related=related,
        )
    return rule.unsure(
        access,
        f"nothing on the way to {name} asks who is calling; put a guard before it unless it is meant for everybody",
    )


def _short(names: Sequence[str]) -> str:
    """The innermost guards by their last names."""
    shown = [
        each.rpartition("::")[2].rpartition(".")[2] if "::" not in each else each.rpartition("::")[2]
        for each in names[-2:]
    ]
    return " and ".join(f"`{each}`" for each in shown)


def _none(routes: int) -> str:
    return "its one route never" if routes == 1 else f"none of its {routes:,} routes"
