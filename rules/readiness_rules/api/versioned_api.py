"""The interfaces of services in, whether clients can tell their version out."""

from collections.abc import Iterator

from readiness.model import Confidence, Finding, InterfaceVersion, Project, Resolution, Rule, Scope, Severity, counted

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
            f"{_such(version)} {'stands' if version.routes == 1 else 'stand'} outside of {version.how}, which {version.others} "
            f"{'has' if version.others == 1 else 'have'}; move {'it' if version.routes == 1 else 'them'} below it",
            confidence=Confidence.MEDIUM,
        )
    if version.scheme:
        return rule.passes(
            version,
            f"{counted(version.routes, 'data route')} {'names its' if version.routes == 1 else 'name their'} version "
            f"({version.scheme}: {version.how})",
        )
    if version.resolution is Resolution.UNRESOLVED:
        return rule.unsure(
            version, f"the beginning of paths such as {version.example} could not be read; it may name a version"
        )
    also = f", {counted(version.others, 'other')} {'does' if version.others == 1 else 'do'}" if version.others else ""
    return rule.fails(
        version,
        f"{_such(version)} {'names' if version.routes == 1 else 'name'} no version{also}; put one in the path (/v1) or in a header",
        confidence=Confidence.HIGH if not version.others else Confidence.MEDIUM,
    )


def _such(version: InterfaceVersion) -> str:
    if version.routes == 1:
        return f"1 data route, {version.example},"
    return f"{version.routes:,} data routes such as {version.example}"
