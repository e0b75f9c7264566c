"""List endpoints in, whether the number of rows they answer with is limited out."""

from collections.abc import Iterator

from readiness.model import (
    Bound,
    Confidence,
    Finding,
    ListEndpoint,
    Project,
    Related,
    Resolution,
    Rule,
    Scope,
    Severity,
    is_look_up,
)

rule = Rule(
    __name__,
    summary="A list endpoint answers with a page, not with a whole table.",
    phrase="lists are paginated",
    severity=Severity.MAJOR,
    needs=[ListEndpoint],
    references=[
        "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
        "https://opensource.zalando.com/restful-api-guidelines/#159",
    ],
)


UNNAMED = frozenset({"", "cls", "self", "self.model", "self.__class__", "type(self)"})
"""What says nothing of the table to a reader."""


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every GET route that answers with rows of a read is a site."""
    for endpoint in project.each(ListEndpoint):
        if endpoint.scope is Scope.SERVICE:
            yield _judge(endpoint)


def _judge(endpoint: ListEndpoint) -> Finding:
    name = f"GET {endpoint.route.path}"
    related = _reads(endpoint)
    if endpoint.bound is Bound.BOUNDED:
        how = "; ".join(endpoint.marks) or endpoint.reason
        return rule.passes(endpoint, f"{name} is limited: {how}", related=related)
    if endpoint.bound is Bound.BY_PARENT:
        return rule.fails(
            endpoint,
            f"{name} answers with all {endpoint.reason}; give it pages unless few are possible",
            severity=Severity.INFO,
            confidence=Confidence.MEDIUM,
            related=related,
        )
    if endpoint.bound is Bound.UNKNOWN:
        return rule.unsure(
            endpoint, f"{name} answers with a list of unknown length: {endpoint.reason}", related=related
        )
    if endpoint.cut:
        return rule.fails(
            endpoint,
            f"{name} reads every row and cuts the page out in memory; move the limit into the query",
            severity=Severity.MINOR,
            confidence=_confidence(endpoint),
            related=related,
        )
    page = "puts every row into what looks like a page" if endpoint.envelope else "answers with every row"
    models = dict.fromkeys(
        read.model for read in endpoint.reads if read.bound is Bound.UNBOUNDED and read.model not in UNNAMED
    )
    named = f" of {', '.join(models)}" if models else ""
    if models and all(is_look_up(each) for each in models):
        return rule.unsure(
            endpoint,
            f"{name} {page}{named}; fine while these are small tables that users do not fill",
            severity=Severity.INFO,
            related=related,
        )
    return rule.fails(
        endpoint,
        f"{name} {page}{named} ({endpoint.reason}); limit the read and let the client ask for pages",
        severity=Severity.MAJOR if endpoint.route.data else Severity.MINOR,
        confidence=_confidence(endpoint),
        related=related,
    )


def _reads(endpoint: ListEndpoint) -> list[Related]:
    return [Related(read.span, f"the read: {read.how}") for read in endpoint.reads]


def _confidence(endpoint: ListEndpoint) -> Confidence:
    return Confidence.HIGH if endpoint.resolution is Resolution.EXACT else Confidence.MEDIUM
