"""Facts about routes in, the inventory of endpoints out: for each operation what is known of it."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from readiness.model import (
    Bound,
    Cap,
    CoverageOf,
    CoverageState,
    EndpointTest,
    EndpointTestKind,
    GraphField,
    ListEndpoint,
    OperationMatch,
    PageLimit,
    Project,
    RequestLimit,
    Route,
    RouteAccess,
    RouteValidation,
    Scope,
)
from readiness.model.inventory import Endpoint, EndpointInput
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
REFUSED = frozenset({401, 403, 404})
BAD_INPUT = frozenset({400, 413, 415, 422})
Key = tuple[object, str, str]
About = TypeVar("About", CoverageOf, ListEndpoint, PageLimit, RequestLimit, RouteAccess, RouteValidation)


def key_of(route: Route) -> Key:
    """What tells operations apart: the registration, the method and the path."""
    return route.registered, route.method, route.path


def operations(project: Project, services: Services) -> list[Route]:
    """Every operation of the services, by service, path and method."""
    routes = (route for route in project.each(Route) if route.scope is Scope.SERVICE)
    return sorted(routes, key=lambda each: (services.root_of(each.span.path), each.path, each.method, each.span))


def graph_fields(project: Project, services: Services) -> Iterator[Endpoint]:
    """The root fields of GraphQL schemas, the operations behind one address."""
    fields = [each for each in project.each(GraphField) if each.operation and each.scope is Scope.SERVICE]
    for field in sorted(
        fields, key=lambda each: (services.root_of(each.span.path), each.operation, each.name, each.span)
    ):
        yield Endpoint(
            method=field.operation.upper(),
            path=field.name,
            handler=field.resolver,
            file=field.span.path,
            line=field.span.line,
            service=services.root_of(field.span.path),
            framework=field.library,
            dependencies=field.guards,
            response=field.returns,
            pagination=PAGINATION[field.bound] if field.collection else "",
            page_size=f"up to {field.maximum:,}" if field.maximum is not None else "",
            resolution=str(field.resolution),
            documented=field.documented,
            inputs=tuple(EndpointInput(each.name, "argument", each.type, each.required) for each in field.arguments),
        )


def endpoints(project: Project, services: Services) -> Iterator[Endpoint]:
    """The inventory, one line for each operation."""
    marks = _Marks(project)
    for route in operations(project, services):
        yield marks.endpoint(route, services.root_of(route.span.path))


class _Marks:
    """What other facts say of each operation."""

    def __init__(self, project: Project) -> None:
        self.lists = _by_route(project.each(ListEndpoint))
        self.coverage = _by_route(project.each(CoverageOf))
        self.limits = _by_route(project.each(PageLimit))
        self.access = _by_route(project.each(RouteAccess))
        self.validation = _by_route(project.each(RouteValidation))
        self.rates = _by_route(project.each(RequestLimit))
        self.tests = tests_of(project)
        self.matches = {key_of(each.route): each for each in project.each(OperationMatch) if each.route is not None}

    def endpoint(self, route: Route, service: str) -> Endpoint:
        """The line of one operation."""
        key = key_of(route)
        listed, measured = self.lists.get(key), self.coverage.get(key)
        tests = self.tests.get(key, [])
        access, validation, rate = self.access.get(key), self.validation.get(key), self.rates.get(key)
        return Endpoint(
            method=route.method,
            path=route.path,
            handler=route.handler,
            file=route.span.path,
            line=route.span.line,
            service=service,
            framework=route.framework,
            dependencies=route.dependencies,
            response=route.response,
            pagination=PAGINATION[listed.bound] if listed else "",
            page_size=_page_size(self.limits.get(key)),
            coverage=_coverage(measured) if measured else "",
            resolution=str(route.resolution),
            condition=route.condition,
            documented=route.documented,
            inputs=tuple(_inputs(route)),
            access=str(access.kind) if access else "",
            access_by=access.by if access else (),
            validation=str(validation.kind) if validation else "",
            rate_limit=rate.limiter if rate else "",
            specification=_specification(self.matches.get(key)),
            tests=len({each.test for each in tests}),
            tested=_tested(tests),
            statuses=tuple(sorted({status for each in tests for status in each.statuses})),
        )


def _inputs(route: Route) -> Iterator[EndpointInput]:
    """What it takes, each once; the bare request object, which dependencies take too, is no input by itself."""
    seen: set[tuple[str, str]] = set()
    for each in route.parameters:
        if each.source in ("dependency", "request") or (each.source, each.name) in seen:
            continue
        seen.add((each.source, each.name))
        yield EndpointInput(each.name, each.source, each.annotation.removeprefix("builtins."), each.required)


def tests_of(project: Project) -> dict[Key, list[EndpointTest]]:
    """The tests of each operation; a suite made from the specification is none that somebody wrote."""
    found: dict[Key, list[EndpointTest]] = {}
    for each in project.each(EndpointTest):
        if each.kind is not EndpointTestKind.SPECIFICATION:
            found.setdefault(key_of(each.route), []).append(each)
    return found


def _by_route(facts: Iterable[About]) -> dict[Key, About]:
    return {key_of(each.route): each for each in facts}


def _specification(match: OperationMatch | None) -> str:
    if match is None:
        return ""
    if match.operation is None:
        return "missing"
    return "differs" if match.differences else "unknown" if match.doubt else "agrees"


def _page_size(limit: PageLimit | None) -> str:
    if limit is None:
        return ""
    if limit.maximum is not None:
        return f"up to {limit.maximum:,.0f}"
    return "as the client likes" if limit.cap in (Cap.UNCAPPED, Cap.ALL) else ""


def _tested(tests: Iterable[EndpointTest]) -> tuple[str, ...]:
    """What the tests try: `success`, `refusal` (401, 403, 404), `bad input`; a test that names no status tries success."""
    kinds: set[str] = set()
    for each in tests:
        statuses = set(each.statuses)
        if statuses & REFUSED:
            kinds.add("refusal")
        if statuses & BAD_INPUT:
            kinds.add("bad input")
        if not statuses or any(status < 400 for status in statuses):
            kinds.add("success")
    return tuple(kind for kind in ("success", "refusal", "bad input") if kind in kinds)


def _coverage(measured: CoverageOf) -> str:
    if measured.state is CoverageState.MEASURED:
        return f"{measured.executed} of {measured.total} statements"
    return COVERAGE[measured.state]
