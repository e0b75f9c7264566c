"""What routes answer with in, whether it shows more than the client asked for out."""

from collections.abc import Iterator

from readiness.model import (
    Confidence,
    Finding,
    Project,
    Related,
    Resolution,
    ResponseContent,
    Rule,
    Scope,
    Severity,
    worst_by_place,
)

rule = Rule(
    __name__,
    summary="An answer holds the fields that a client needs, and no secrets.",
    phrase="answers show chosen fields only",
    severity=Severity.CRITICAL,
    needs=[ResponseContent],
    references=[
        "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
        "https://cwe.mitre.org/data/definitions/200.html",
    ],
    security=True,
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every handler whose answer's fields are known is a site."""
    yield from worst_by_place(_judge(fact) for fact in project.each(ResponseContent) if fact.scope is Scope.SERVICE)


def _judge(fact: ResponseContent) -> Finding:
    name = f"{fact.route.method} {fact.route.path}"
    names = ", ".join(dict.fromkeys(f"`{each.name}`" for each in fact.exposes[:4]))
    related = [
        Related(each.span, f"`{each.name}` of {each.via}" if each.via else f"`{each.name}`") for each in fact.exposes
    ]
    confidence = Confidence.HIGH if fact.resolution is Resolution.EXACT else Confidence.MEDIUM
    if fact.exposes and fact.issuing:
        return rule.passes(fact, f"{name} is there to hand out {names}", related=related)
    if fact.exposes and (fact.whole or any(_is_password(each.name) for each in fact.exposes)):
        return rule.fails(
            fact,
            f"{name} answers with {names}{_of(fact.whole or fact.how)}; leave it out",
            related=related,
            confidence=confidence,
        )
    if fact.exposes:
        return rule.unsure(
            fact,
            f"{name} answers with {names}{_of(fact.how)}; see whether that is a secret, and leave it out if it is",
            severity=Severity.MAJOR,
            related=related,
        )
    if fact.whole:
        return rule.fails(
            fact,
            f"{name} answers with every column of {fact.whole} ({fact.how}); choose the fields with a schema",
            severity=Severity.MINOR,
            confidence=confidence,
            related=[Related(fact.at, "answered here")] if fact.at is not None else [],
        )
    return rule.passes(
        fact, f"{name} answers with the fields of {fact.how}" if fact.how else f"{name} names the fields that it shows"
    )


def _of(name: str) -> str:
    return f" of {name}" if name else ""


def _is_password(name: str) -> bool:
    return any(word in name.lower() for word in ("password", "passwd", "salt", "private_key", "otp_secret", "ssn"))
