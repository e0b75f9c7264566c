"""Places that serve GraphQL, and list fields of its queries in; whether one query can ask for any amount of work out."""

from collections.abc import Iterator

from readiness.model import (
    Bound,
    Confidence,
    Finding,
    GraphEndpoint,
    GraphList,
    Project,
    Related,
    Resolution,
    Rule,
    Scope,
    Severity,
)

rule = Rule(
    __name__,
    summary="One GraphQL query cannot ask for any amount of work.",
    phrase="GraphQL queries are bounded",
    severity=Severity.MAJOR,
    needs=[GraphEndpoint, GraphList],
    references=[
        "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
        "https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html",
    ],
    security=True,
)

MENDING = {
    "Strawberry": "give the schema `extensions=[QueryDepthLimiter(max_depth=...), MaxAliasesLimiter(...), MaxTokensLimiter(...)]`",
    "Graphene": "give the view `validation_rules=[depth_limit_validator(max_depth=...)]`, or analyse the cost of a query",
    "Ariadne": "give the application `validation_rules=[cost_validator(maximum_cost=...)]`",
}


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every place that serves a schema, and every list field of a query that is known to read rows, is a site."""
    for endpoint in project.each(GraphEndpoint):
        if endpoint.scope is Scope.SERVICE:
            yield _endpoint(endpoint)
    for each in project.each(GraphList):
        if each.scope is Scope.SERVICE and each.bound is not Bound.UNKNOWN:
            yield _list(each)


def _endpoint(endpoint: GraphEndpoint) -> Finding:
    name = _name(endpoint)
    exposed = _exposed(endpoint)
    if endpoint.persisted:
        return rule.passes(endpoint, f"{name} runs only queries that the service knows")
    if endpoint.limits:
        by = ", ".join(endpoint.limits)
        if endpoint.debug:
            return rule.fails(
                endpoint,
                f"{name} is bounded by {by}, but answers errors with tracebacks: switch `debug` off in production",
                severity=Severity.MINOR,
            )
        if endpoint.explorer and endpoint.introspection:
            return rule.fails(
                endpoint,
                f"{name} is bounded by {by}, but {exposed}; switch them off in production, or let a setting decide",
                severity=Severity.INFO,
                confidence=Confidence.MEDIUM,
            )
        return rule.passes(endpoint, f"{name} is bounded by {by}")
    if endpoint.open_limits or endpoint.resolution is Resolution.UNRESOLVED:
        unread = ", ".join(endpoint.open_limits) or "its schema"
        return rule.unsure(
            endpoint, f"whether queries to {name} are bounded depends on {unread}, which could not be read"
        )
    beside = f"; beside that {exposed}" if exposed else ""
    mending = MENDING.get(endpoint.library, "limit the depth or the cost of a query")
    return rule.fails(
        endpoint,
        f"nothing bounds the depth, cost or aliases of a query to {name}{beside}; {mending}",
        cause=f"no limits on {endpoint.schema}; set them once for all queries" if endpoint.schema else "",
    )


def _name(endpoint: GraphEndpoint) -> str:
    """The address, where it is known."""
    paths = sorted({route.path for route in endpoint.routes})
    return paths[0] if paths else f"the GraphQL endpoint of {endpoint.schema or endpoint.library}"


def _exposed(endpoint: GraphEndpoint) -> str:
    """What else is open to everyone, whatever the deployment."""
    found = [
        text
        for text, shown in (
            ("introspection", endpoint.introspection),
            ("a page to try queries on", endpoint.explorer),
            ("debugging", endpoint.debug),
        )
        if shown
    ]
    return f"{' and '.join(found)} {'are' if len(found) > 1 else 'is'} open to everyone" if found else ""


def _list(each: GraphList) -> Finding:
    name = f"{each.field.type}.{each.field.name}"
    related = [Related(read.span, f"the read: {read.how}") for read in each.reads]
    if each.bound is Bound.BOUNDED:
        return rule.passes(each, f"{name} is limited: {each.reason}", related=related)
    if each.bound is Bound.BY_PARENT:
        return rule.fails(
            each,
            f"{name} answers with all {each.reason}; give it pages unless few are possible",
            severity=Severity.INFO,
            confidence=Confidence.MEDIUM,
            related=related,
        )
    models = ", ".join(dict.fromkeys(read.model for read in each.reads if read.model))
    return rule.fails(
        each,
        f"{name} answers with every row{f' of {models}' if models else ''} ({each.reason}); limit it, or answer with a connection",
        severity=Severity.MINOR,
        confidence=Confidence.HIGH if each.resolution is Resolution.EXACT else Confidence.MEDIUM,
        related=related,
    )
