"""Health endpoints in, whether what they answer depends on what the service depends on out."""

from collections.abc import Iterator, Sequence

from readiness.model import Confidence, Finding, HealthCheck, Project, Related, Rule, Scope, Severity

rule = Rule(
    __name__,
    summary="A health endpoint tells whether the service can work, not only that it runs.",
    phrase="health endpoints tell the truth",
    severity=Severity.MAJOR,
    needs=[HealthCheck],
    references=[
        "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
        "https://aws.amazon.com/builders-library/implementing-health-checks/",
    ],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every health endpoint is a site; one that answers under two paths is one."""
    by_application: dict[str, list[HealthCheck]] = {}
    for check in project.each(HealthCheck):
        if check.scope is Scope.SERVICE and check.strength == "strong":
            by_application.setdefault(check.application, []).append(check)
    judged = set()
    for checks in by_application.values():
        for check in checks:
            if check.span not in judged:
                judged.add(check.span)
                yield _judge(check, checks)


def _judge(check: HealthCheck, siblings: Sequence[HealthCheck]) -> Finding:
    if check.checks:
        return _asking(check)
    if not check.needs:
        return rule.passes(
            check, f"{check.path}: no dependency of the service was recognised, so there is nothing to ask"
        )
    if check.opaque:
        return rule.unsure(
            check, f"what {check.path} does could not be followed; whether it asks {_needs(check)} is not known"
        )
    if check.purpose == "readiness":
        return rule.fails(
            check,
            f"{check.path} says that the service is ready without asking {_needs(check)}; answer 503 while one of them is down",
        )
    asking = next((each for each in siblings if each.checks), None)
    if asking is not None:
        return rule.passes(
            check,
            f"{check.path} tells that the process lives; {asking.path} asks the dependencies",
            related=[Related(asking.span, f"answers {asking.path}")],
        )
    other = next((each for each in siblings if each.span != check.span and each.purpose != "liveness"), None)
    if check.purpose == "liveness" and other is not None:
        return rule.passes(check, f"{check.path} tells that the process lives; {other.path} is there for the rest")
    return rule.fails(
        check,
        f"{check.path} answers the same whatever happens, and no other endpoint asks {_needs(check)}; "
        "add a readiness endpoint that does, and answers 503 while one of them is down",
        confidence=Confidence.MEDIUM,
    )


def _asking(check: HealthCheck) -> Finding:
    if check.can_fail is False:
        related = [Related(check.told, "the failure ends here")] if check.told is not None else []
        return rule.fails(
            check,
            f"{check.path} asks a dependency but answers with success whatever it hears; answer 503 when the dependency is down",
            related=related,
        )
    return rule.passes(
        check, f"{check.path} asks a dependency{'' if check.kind == 'library' else ' and fails with it'}"
    )


def _needs(check: HealthCheck) -> str:
    return " or ".join(check.needs)
