"""Objects that protected handlers load by an id of the client in, whether who is calling has a say in which out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from readiness.model import Confidence, Finding, ObjectLookup, OwnerDecision, Project, Related, Rule, Scope, Severity

CHANGING = frozenset({"PUT", "PATCH", "DELETE"})

rule = Rule(
    __name__,
    summary="A handler that loads an object by an id asks whether the caller may have that one.",
    phrase="objects are loaded for their owners",
    severity=Severity.CRITICAL,
    needs=[ObjectLookup, OwnerDecision],
    references=[
        "https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/",
        "https://cwe.mitre.org/data/definitions/639.html",
    ],
    security=True,
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every lookup that asks is a site; one that does not is a site where another handler behind the same guards asks.

    What the project itself does for a class is the only measure there is: a class that everybody may read is loaded without asking.
    """
    lookups = [each for each in project.each(ObjectLookup) if each.scope is Scope.SERVICE]
    decisions = {each.lookup.span: each for each in project.each(OwnerDecision)}
    decided = {place for place, each in decisions.items() if each.by}
    asking = {(each.model, each.guards): each for each in reversed(lookups) if each.scoped or each.span in decided}
    scoped = {(each.model, each.guards, each.route.path): each for each in reversed(lookups) if each.scoped}
    for lookup in lookups:
        yield from _judge(lookup, decisions.get(lookup.span), asking, scoped)


def _judge(
    lookup: ObjectLookup,
    decision: OwnerDecision | None,
    asking: Mapping[tuple[str, tuple[str, ...]], ObjectLookup],
    scoped: Mapping[tuple[str, tuple[str, ...], str], ObjectLookup],
) -> Iterator[Finding]:
    route = lookup.route
    model = lookup.model.rpartition("::")[2]
    if lookup.scoped:
        yield rule.passes(lookup, f"{route.method} {route.path} looks for the {model} among those of the caller")
    elif decision is None or decision.by:
        by = decision.by if decision is not None else ""
        if by:
            yield rule.passes(lookup, f"{by} decides who may have the {model} of {route.method} {route.path}")
    elif decision.elsewhere or lookup.checked:
        # Where something else may decide, and where the caller is asked about without being refused, nothing can be said.
        return
    elif (beside := scoped.get((lookup.model, lookup.guards, route.path))) is not None and route.method in CHANGING:
        yield rule.fails(
            lookup,
            f"{route.method} {route.path} changes any {model} by its id, while {beside.route.method} of the same address looks "
            "for it among those of the caller; look for it in the same way",
            confidence=Confidence.LOW,
            related=[Related(beside.span, f"{beside.route.method} {beside.route.path}")],
        )
    elif (lookup.model, lookup.guards) in asking:
        other = asking[lookup.model, lookup.guards]
        yield rule.unsure(
            lookup,
            f"{route.method} {route.path} loads any {model} by its id, while {other.route.method} {other.route.path} asks "
            "whose it is; do the same here unless everybody may have it",
            related=[Related(other.span, f"{other.route.method} {other.route.path}")],
        )
