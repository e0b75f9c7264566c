"""The interfaces of services in, whether clients can tell their version out."""

from collections.abc import Iterator

from readiness.model import Confidence, Finding, InterfaceVersion, Project, Resolution, Rule, Scope, Severity

rule = Rule(
    __name__,
    summary="Every data route says which version of the interface it belongs to.",
    phrase="interfaces are versioned",
    severity=Severity.MINOR,
    needs=[InterfaceVersion],
    references=[
        "https://opensource.zalando.com/restful-api-guidelines/#113",
        "https://www.django-rest-framework.org/api-guide/versioning/",
    ],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every service with data routes is a site, and every part of its paths that leaves the service's scheme."""
    for version in project.each(InterfaceVersion):
        if version.scope is Scope.SERVICE:
            yield _judge(version)


def _judge(version: InterfaceVersion) -> Finding:
    if version.outside:
        return rule.fails(
            version,
            f"{version.routes} routes such as {version.example} stand outside of {version.how}, which {version.others} have; move"
            " them below it",
            confidence=Confidence.MEDIUM,
        )
    if version.scheme:
        return rule.passes(
            version, f"{version.routes} data routes name their version ({version.scheme}: {version.how})"
        )
    if version.resolution is Resolution.UNRESOLVED:
        return rule.unsure(
            version, f"the beginning of paths such as {version.example} could not be read; it may name a version"
        )
    also = f", {version.others} others do" if version.others else ""
    return rule.fails(
        version,
        f"{version.routes} data routes such as {version.example} name no version{also}; put one in the path (/v1) or in a header",
        confidence=Confidence.HIGH if not version.others else Confidence.MEDIUM,
    )
