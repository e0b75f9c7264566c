"""What routes declare about their answers in, whether that says anything out."""

from collections.abc import Iterator

from readiness.model import (
    Confidence,
    Finding,
    Project,
    Resolution,
    ResponseKind,
    ResponseType,
    Rule,
    Scope,
    Severity,
    worst_by_place,
)

rule = Rule(
    __name__,
    summary="A route says what its answer holds: a model, a schema, a serializer.",
    phrase="answers have a declared shape",
    severity=Severity.MINOR,
    needs=[ResponseType],
    references=[
        "https://fastapi.tiangolo.com/tutorial/response-model/",
        "https://www.django-rest-framework.org/api-guide/serializers/",
    ],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every handler that answers with data is a site."""
    yield from worst_by_place(_judge(fact) for fact in project.each(ResponseType) if fact.scope is Scope.SERVICE)


def _judge(fact: ResponseType) -> Finding:
    name = f"{fact.route.method} {fact.route.path}"
    if fact.kind is ResponseKind.DECLARED:
        return rule.passes(fact, f"{name} answers with {fact.type}" if fact.type else f"{name} declares its answer")
    if fact.kind is ResponseKind.SERIALIZED:
        return rule.passes(fact, f"{name} answers with what {fact.type or 'a serializer'} makes")
    if fact.kind is ResponseKind.UNKNOWN:
        return rule.unsure(fact, f"{name} answers with something that could not be followed")
    confidence = Confidence.HIGH if fact.resolution is Resolution.EXACT else Confidence.MEDIUM
    if fact.kind is ResponseKind.LOOSE:
        return rule.fails(
            fact,
            f"{name} declares {fact.type}, which says nothing of its fields; declare a model",
            severity=Severity.MINOR if fact.declares else Severity.INFO,
            confidence=confidence,
        )
    if fact.declares:
        return rule.fails(fact, f"{name} does not say what its answer holds; declare a model", confidence=confidence)
    return rule.fails(
        fact,
        f"{name} makes its answer up in place; build it with a schema, so that its fields are written down once",
        severity=Severity.INFO,
        confidence=confidence,
    )
