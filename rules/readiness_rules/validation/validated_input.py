"""What routes do with a client's input in, whether something checks it before it is used out."""

from collections.abc import Iterable, Iterator

from readiness.model import (
    Confidence,
    Finding,
    Project,
    RawRead,
    Related,
    Resolution,
    RouteValidation,
    Rule,
    Scope,
    Severity,
    Validation,
    worst_by_place,
)

rule = Rule(
    __name__,
    summary="What a client sends is checked before it is used.",
    phrase="inputs are validated",
    severity=Severity.MAJOR,
    needs=[RouteValidation],
    references=[
        "https://cwe.mitre.org/data/definitions/20.html",
        "https://cheatsheetseries.owasp.org/cheatsheets/Input_Validation_Cheat_Sheet.html",
    ],
)

BODIES = frozenset({"body", "form"})
NAMED = 4
"""Fields that a message names."""


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every handler that takes a body, a form or a query is a site."""
    judged = (_judge(fact) for fact in project.each(RouteValidation) if fact.scope is Scope.SERVICE)
    yield from worst_by_place(each for each in judged if each is not None)


def _judge(fact: RouteValidation) -> Finding | None:
    name = f"{fact.route.method} {fact.route.path}"
    bodies = [each for each in fact.raw if each.source in BODIES]
    if fact.ignored:
        return rule.fails(
            fact,
            f"{name} asks `{fact.ignored}` and does not look at the answer; refuse what does not fit",
            related=_related([], fact),
            confidence=_confidence(fact),
        )
    if fact.kind is Validation.RAW and bodies:
        return _raw(fact, name, bodies)
    if fact.flawed:
        first = fact.flawed[0]
        what = f"`{first.field}`" if first.field else f"the {first.source}"
        return rule.fails(
            fact,
            f"{name} answers a bad value of {what} with a server error: {first.reason}; refuse it with a 4xx",
            severity=Severity.MINOR,
            related=_related(fact.flawed, fact),
            confidence=_confidence(fact),
        )
    if fact.kind in (Validation.TYPED, Validation.SCHEMA):
        return rule.passes(fact, f"{name} is validated: {fact.by}") if fact.sources else None
    if not BODIES & {*fact.sources}:
        return None
    if fact.kind is Validation.CHECKED:
        return rule.passes(fact, f"{name} checks each field that it uses")
    if fact.kind is Validation.UNKNOWN:
        return rule.unsure(fact, f"{name} hands its input on: {fact.reason}", related=_related(bodies, fact))
    return None


def _raw(fact: RouteValidation, name: str, reads: list[RawRead]) -> Finding:
    fields = list(dict.fromkeys(each.field for each in reads if each.field))
    more = f" and {len(fields) - NAMED} more" if len(fields) > NAMED else ""
    what = ", ".join(f"`{each}`" for each in fields[:NAMED]) + more if fields else "everything that is sent"
    if all(each.reason == "compared" for each in reads):
        return rule.fails(
            fact,
            f"{name} takes any value of {what} and goes on; refuse what is not expected",
            severity=Severity.MINOR,
            related=_related(reads, fact),
            confidence=Confidence.MEDIUM,
        )
    texts = all(each.source == "form" for each in reads)
    stored = any(each.stored for each in reads)
    return rule.fails(
        fact,
        f"{name} uses {what} as it was sent; check it with a schema, and refuse what does not fit",
        severity=Severity.MINOR if texts and not stored else Severity.MAJOR,
        confidence=_confidence(fact),
        related=_related(reads, fact),
    )


def _related(reads: Iterable[RawRead], fact: RouteValidation) -> list[Related]:
    found = [Related(each.span, f"`{each.field or each.source}` is used here") for each in reads]
    return [*([Related(fact.at, "asked here")] if fact.at is not None else []), *found]


def _confidence(fact: RouteValidation) -> Confidence:
    return Confidence.HIGH if fact.resolution is Resolution.EXACT else Confidence.MEDIUM
