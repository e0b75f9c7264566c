"""Places that fill an object from a client's data in, whether the client chooses the fields out."""

from collections.abc import Iterator

from readiness.model import AssignmentKind, Confidence, Finding, MassAssignment, Project, Rule, Scope, Severity

rule = Rule(
    __name__,
    summary="A client sets the fields that the service names, and no others.",
    phrase="stored objects take named fields only",
    severity=Severity.CRITICAL,
    needs=[MassAssignment],
    references=[
        "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
        "https://cwe.mitre.org/data/definitions/915.html",
    ],
    peers=["DJ006", "DJ007"],
    security=True,
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every place that sets many fields at once is a site."""
    for fact in project.each(MassAssignment):
        if fact.scope is Scope.SERVICE:
            yield _judge(fact)


def _judge(fact: MassAssignment) -> Finding:
    fields = ", ".join(f"`{each}`" for each in fact.fields[:4])
    target = f" of {fact.target}" if fact.target else ""
    if fact.kind is AssignmentKind.LISTED:
        return rule.passes(fact, f"the fields are those of {fact.allowed}" if fact.allowed else "the fields are listed")
    if fact.kind is AssignmentKind.ANY and fact.allowed:
        return rule.fails(
            fact,
            f"`{fact.how}` of {fact.allowed} lets a client set {fields}{target}; list the fields that it may set",
            confidence=Confidence.MEDIUM,
        )
    if fact.kind is AssignmentKind.ANY:
        return rule.fails(
            fact, f"`{fact.how}` sets every field that a client names; pass the fields of a schema, or list them"
        )
    if fact.kind is AssignmentKind.PRIVILEGED:
        return rule.unsure(
            fact,
            f"`{fact.how}` takes {fields} from {fact.allowed}; see whether whoever may call it may choose that",
            severity=Severity.MAJOR,
        )
    if fact.allowed:
        return rule.unsure(
            fact,
            f"`{fact.how}` of {fact.allowed} opens a model that could not be read; list the fields",
            severity=Severity.MAJOR,
        )
    return rule.unsure(fact, f"`{fact.how}` takes every field that a client names; what it makes is not known")
