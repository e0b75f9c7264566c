"""What the report shows beside the score: facts in, the inventory of endpoints and the counts of suppressions out."""

from collections import Counter
from collections.abc import Iterable, Iterator

from readiness.model import Bound, CoverageOf, CoverageState, ListEndpoint, Project, Route, Rule, Scope, Suppression
from readiness.model.report import Endpoint, RuleInfo, SilencedPlace
from readiness.services import Services

PAGINATION = {
    Bound.BOUNDED: "paginated",
    Bound.BY_PARENT: "bounded",
    Bound.UNBOUNDED: "unbounded",
    Bound.UNKNOWN: "unknown",
}
COVERAGE = {
    CoverageState.STALE: "stale data",
    CoverageState.AMBIGUOUS: "not measurable",
    CoverageState.CONTESTED: "shared name",
    CoverageState.ABSENT: "not in the data",
    CoverageState.MISSING: "",
}


def endpoints(project: Project, services: Services) -> Iterator[Endpoint]:
    """Every operation of the services, by service, path and method."""
    lists = {(each.route.registered, each.route.method, each.route.path): each for each in project.each(ListEndpoint)}
    coverage = {(each.route.registered, each.route.method, each.route.path): each for each in project.each(CoverageOf)}
    routes = (route for route in project.each(Route) if route.scope is Scope.SERVICE)
    for route in sorted(routes, key=lambda each: (services.root_of(each.span.path), each.path, each.method, each.span)):
        key = (route.registered, route.method, route.path)
        listed, measured = lists.get(key), coverage.get(key)
        yield Endpoint(
            method=route.method,
            path=route.path,
            handler=route.handler,
            file=route.span.path,
            line=route.span.line,
            service=services.root_of(route.span.path),
            framework=route.framework,
            dependencies=route.dependencies,
            response=route.response,
            pagination=PAGINATION[listed.bound] if listed else "",
            coverage=_coverage(measured) if measured else "",
            resolution=str(route.resolution),
        )


def _coverage(measured: CoverageOf) -> str:
    if measured.state is CoverageState.MEASURED:
        return f"{measured.executed} of {measured.total} statements"
    return COVERAGE[measured.state]


def suppressions(project: Project) -> tuple[tuple[str, int, int], ...]:
    """Tool, number of its suppressions, number without a reason; tests left out."""
    silenced = [
        each for each in project.each(Suppression) if each.scope in (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION)
    ]
    total = Counter(each.tool for each in silenced)
    bare = Counter(each.tool for each in silenced if not each.reason)
    return tuple((tool, count, bare[tool]) for tool, count in sorted(total.items()))


def silenced(project: Project) -> tuple[SilencedPlace, ...]:
    """Each comment that silences another tool, by place; tests left out. Our own directives are deviations."""
    return tuple(
        SilencedPlace(tool=each.tool, span=each.span, codes=each.codes, reason=each.reason, whole_file=each.whole_file)
        for each in project.each(Suppression)
        if each.tool != "readiness" and each.scope in (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION)
    )


def rule_infos(rules: Iterable[Rule]) -> tuple[RuleInfo, ...]:
    """The rules that judged, as reporters name them."""
    return tuple(
        RuleInfo(
            id=rule.id,
            summary=rule.summary,
            phrase=rule.phrase,
            severity=rule.severity,
            lifecycle=str(rule.lifecycle),
            chapter=rule.module.rpartition(".")[0].rpartition(".")[2],
            references=rule.references,
            security=rule.security,
        )
        for rule in rules
    )
