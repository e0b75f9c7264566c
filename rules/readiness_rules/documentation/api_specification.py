"""Services with an API in, whether a machine-readable specification of it exists out."""

from collections.abc import Iterator

from readiness.model import ApiSpecification, Finding, Project, Route, Rule, Severity

rule = Rule(
    __name__,
    summary="The API has a machine-readable specification.",
    phrase="APIs are specified",
    severity=Severity.MAJOR,
    needs=[ApiSpecification, Route],
    references=[
        "https://spec.openapis.org/oas/v3.1.0",
        "https://opensource.zalando.com/restful-api-guidelines/#101",
    ],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every service with an API is a site, and every document that cannot be read."""
    for surface in project.each(ApiSpecification):
        yield _judge(surface)


def _judge(surface: ApiSpecification) -> Finding:
    if surface.how:
        return rule.passes(surface, f"the API is specified by {surface.how}")
    if not surface.routes:
        return rule.fails(surface, f"this API document {surface.reason}", severity=Severity.CRITICAL)
    count = f"{surface.routes} operation{'s' if surface.routes != 1 else ''}"
    if surface.doubt:
        return rule.unsure(surface, f"no specification of the API ({count}) was found: {surface.doubt}")
    if surface.reason:
        return rule.fails(
            surface, f"the API ({count}) has no specification: {surface.reason}; leave it on, or commit a document"
        )
    return rule.fails(
        surface, f"the API ({count}) has no specification: generate an OpenAPI document from the code, or write one"
    )
