"""Pages of list endpoints in, whether a client can make them as large as it likes out."""

from collections.abc import Iterator

from readiness.model import (
    Cap,
    Confidence,
    Finding,
    PageLimit,
    Project,
    Related,
    Resolution,
    Rule,
    Scope,
    Severity,
)

rule = Rule(
    __name__,
    summary="A client cannot make a page larger than a maximum that the server sets.",
    phrase="page sizes are capped",
    severity=Severity.MAJOR,
    needs=[PageLimit],
    references=[
        "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
        "https://google.aip.dev/158",
    ],
    yields_to=["paginated-lists"],
)
LARGEST = 1000
"""Rows of the largest page that counts as one."""


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every list endpoint with pages is a site."""
    for page in project.each(PageLimit):
        if page.scope is Scope.SERVICE:
            yield _judge(page)


def _judge(page: PageLimit) -> Finding:
    name = f"{page.route.method} {page.route.path}"
    related = [Related(page.limit, "the limit")] if page.limit is not None else []
    if page.cap is Cap.FIXED:
        if page.maximum is not None and page.maximum > LARGEST:
            return rule.unsure(
                page, f"{name} answers with up to {page.maximum:.0f} rows at once; is that a page?", related=related
            )
        return rule.passes(
            page, f"the client has no say in how many rows {name} answers with: {page.how}", related=related
        )
    if page.cap is Cap.CAPPED:
        return rule.passes(page, f"the page size of {name} is capped: {page.how}", related=related)
    if page.cap is Cap.UNKNOWN:
        return rule.unsure(page, f"whether the page size of {name} is capped is not known: {page.how}", related=related)
    return rule.fails(
        page,
        f"a client of {name} can ask for any number of rows: {page.how}; enforce a maximum, such as 100",
        confidence=Confidence.HIGH if page.resolution is Resolution.EXACT else Confidence.MEDIUM,
        cause=f"{page.how} in {page.limit.path}:{page.limit.line}; set one" if page.limit is not None else "",
        related=related,
    )
