"""Routes and the tests that reach them in; whether each endpoint is tested out."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from readiness.model import (
    Confidence,
    CoverageOf,
    CoverageState,
    EndpointTest,
    EndpointTestKind,
    Finding,
    HealthCheck,
    Project,
    Related,
    Resolution,
    Route,
    Rule,
    Scope,
    Severity,
    TestCase,
    UnresolvedRequest,
    counted,
)

REFUSALS = frozenset({401, 403})
"""Statuses by which an endpoint turns a client away before it does anything."""
HALF = 0.5
"""A handler of which as much ran is tested, wherever the request stands."""
OPEN_SHARE = 0.2
"""Of all requests of the tests; when the addresses of more are not known, an endpoint without a test is unsure."""
SENDERS = (
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
    "playwright",
    "selenium",
    "schemathesis",
    "tavern",
    "locust",
    "pyresttest",
)
"""Packages with which tests may send requests that no recogniser follows."""
ALIASES = frozenset({"PUT", "DELETE"})
"""Methods that Django's generic views of forms answer as they answer POST; no page ever sends them."""
DELETING = frozenset(
    f"django.views.generic.edit.{each}.post" for each in ("BaseDeleteView", "DeletionMixin", "DeleteView")
)
COLLECTIONS = (".http", ".hurl", ".bru", ".postman_collection.json", ".tavern.yaml", ".feature")
"""Files in which requests are written for other tools."""

rule = Rule(
    __name__,
    summary="Every endpoint is requested by a test that checks the answer.",
    phrase="endpoints are tested",
    severity=Severity.MAJOR,
    needs=[Route, EndpointTest],
    references=[
        "https://fastapi.tiangolo.com/tutorial/testing/",
        "https://flask.palletsprojects.com/en/stable/testing/",
    ],
)

Key = tuple[str, str, str]


class Known(Struct, frozen=True):
    """What the whole project says about its tests."""

    tests: dict[Key, list[EndpointTest]]
    covered: dict[Key, CoverageOf]
    """Handlers of which coverage data shows that the tests run them."""
    idle: dict[Key, CoverageOf]
    """Handlers of which it shows that no test does."""
    elsewhere: dict[tuple[str, str], list[EndpointTest]]
    """Method and handler -> requests that prove something, whatever the path."""
    cause: str
    """Why an endpoint without a test cannot be decided; empty where it can."""
    any_test: bool


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every method on every path that the service's own code answers is a site, health endpoints left out."""
    routes = _routes(project)
    if not routes:
        return
    known = _known(project)
    for route in routes:
        yield _judge(route, known)


def _key(route: Route) -> Key:
    return (route.method, route.path, route.handler)


def _routes(project: Project) -> list[Route]:
    health = {check.path for check in project.each(HealthCheck) if check.strength == "strong" or check.probed}
    found: dict[Key, Route] = {}
    forms = deleting_forms(project.each(Route))
    for route in project.each(Route):
        own = project.find(route.handler) is not None or (route.view and project.find(route.view) is not None)
        if route.scope is Scope.SERVICE and own and not is_alias(route, forms) and route.path not in health:
            found.setdefault(_key(route), route)
    read = {(route.path, route.handler) for route in found.values() if route.method == "GET"}
    return [
        route
        for route in found.values()
        if route.method not in {"HEAD", "OPTIONS"} or (route.path, route.handler) not in read
    ]


def deleting_forms(routes: Iterable[Route]) -> frozenset[tuple[str, str]]:
    """View and path of the pages of Django that delete by a form."""
    return frozenset((each.view, each.path) for each in routes if each.handler in DELETING)


def is_alias(route: Route, forms: Collection[tuple[str, str]]) -> bool:
    """A method that only repeats what the form of the page does by POST, in a view's own `delete` too: what Django before 4.0 ran
    for a POST."""
    if route.method not in ALIASES:
        return False
    return route.handler.startswith("django.views.generic.") or (
        route.method == "DELETE" and (route.view, route.path) in forms
    )


def _known(project: Project) -> Known:
    tests: dict[Key, list[EndpointTest]] = {}
    elsewhere: dict[tuple[str, str], list[EndpointTest]] = {}
    requests = 0
    for test in project.each(EndpointTest):
        tests.setdefault(_key(test.route), []).append(test)
        direct = test.kind is EndpointTestKind.DIRECT or test.resolution is Resolution.UNRESOLVED
        if test.checked and not direct and not _refused(test):
            elsewhere.setdefault((test.route.method, test.route.handler), []).append(test)
        requests += test.kind in (EndpointTestKind.REQUEST, EndpointTestKind.SPECIFICATION)
    lost = sum(1 for _ in project.each(UnresolvedRequest))
    any_test = next(project.each(TestCase), None) is not None
    cause = ""
    if lost > OPEN_SHARE * (requests + lost):
        cause = f"where {counted(lost, 'request')} of the tests {'goes' if lost == 1 else 'go'} is not known"
    elif not requests:
        senders = [name for name in SENDERS if project.imports(name, scopes=(Scope.TEST,))]
        files = [path for path in project.files if path.endswith(COLLECTIONS)]
        if senders or files:
            how = f"with the library {senders[0]}" if senders else f"by {files[0]}"
            cause = f"they may be sent {how}, which is not read"
    measured = {
        _key(fact.route): fact
        for fact in project.each(CoverageOf)
        if fact.state is CoverageState.MEASURED and fact.total and not fact.excluded
    }
    covered = {key: fact for key, fact in measured.items() if fact.executed >= HALF * fact.total}
    idle = {key: fact for key, fact in measured.items() if not fact.executed}
    return Known(tests, covered, idle, elsewhere, cause, any_test)


def _judge(route: Route, known: Known) -> Finding:
    name = f"{route.method} {route.path}"
    tests = known.tests.get(_key(route), [])
    sure = [test for test in tests if test.resolution is not Resolution.UNRESOLVED]
    sent = [test for test in sure if test.kind is not EndpointTestKind.DIRECT]
    if sent:
        return _sent(route, name, sent)
    covered = known.covered.get(_key(route))
    if covered is not None:
        return rule.passes(route, f"{covered.source} shows that the tests run {name}")
    views = [test for test in sure if test.resolution is Resolution.INFERRED]
    if views:
        return rule.passes(route, f"{views[0].test} calls the view of {name}", related=_related(views))
    if sure:
        return rule.unsure(
            route,
            f"tests only call the function of {name}, without its path, its validation and its dependencies; send a request too",
            related=_related(sure),
        )
    if tests:
        return rule.unsure(
            route,
            f"{tests[0].test} may send {name}; its address is not written out",
            related=_related(tests),
        )
    if route.resolution is Resolution.UNRESOLVED or "{?}" in route.path:
        return rule.unsure(route, f"the path of {name} is not fully known, and no test sends it by name")
    mounted = [
        test for test in known.elsewhere.get((route.method, route.handler), ()) if _is_mounted(route, test.route)
    ]
    if mounted:
        where = mounted[0].route.path
        return rule.passes(
            route,
            f"{mounted[0].test} sends {route.method} {where}, the same routes below another prefix",
            related=_related(mounted),
        )
    idle = known.idle.get(_key(route))
    if idle is not None:
        return rule.fails(
            route, f"{idle.source} shows that no test runs {name}; write one that sends it and checks the answer"
        )
    if known.cause:
        return rule.unsure(route, f"no request to {name} was found in the tests; {known.cause}", cause=known.cause)
    if not known.any_test:
        return rule.fails(
            route,
            f"no test sends {name}: there are no tests at all; write one that sends it and checks the answer",
            confidence=Confidence.MEDIUM,
            cause="there are no tests",
        )
    return rule.fails(
        route,
        f"no test sends {name}; write one that sends it and checks the answer",
        confidence=Confidence.MEDIUM,
    )


def _is_mounted(route: Route, other: Route) -> bool:
    """The same function answers the same address below another prefix: its router is mounted twice."""
    one, two = route.path.rstrip("/"), other.path.rstrip("/")
    return one != two and (one.endswith(two) or two.endswith(one)) and min(one, two, key=len).startswith("/")


def _sent(route: Route, name: str, sent: Sequence[EndpointTest]) -> Finding:
    by_test: dict[str, EndpointTest] = {}
    for test in sent:
        if test.checked and not _refused(test):
            by_test.setdefault(test.test, test)
    proving = list(by_test.values())
    if proving:
        others = f" and {len(proving) - 1} more" if len(proving) > 1 else ""
        if proving[0].kind is EndpointTestKind.RAN:
            verb = "run" if others else "runs"
            return rule.passes(
                route, f"{proving[0].test}{others} {verb} the handler of {name}", related=_related(proving)
            )
        return rule.passes(
            route, f"{proving[0].test}{others} send{'' if others else 's'} {name}", related=_related(proving)
        )
    if any(test.checked for test in sent):
        return rule.unsure(
            route,
            f"the tests that send {name} name refusals only (401, 403); test what it does for a client that may",
            related=_related(sent),
        )
    return rule.fails(
        route,
        f"the tests that send {name} accept a success and a refusal alike, so neither is tested; expect one status",
        confidence=Confidence.MEDIUM,
        related=_related(sent),
    )


def _refused(test: EndpointTest) -> bool:
    return bool(test.statuses) and set(test.statuses) <= REFUSALS


def _related(tests: Sequence[EndpointTest]) -> tuple[Related, ...]:
    return tuple(Related(test.span, test.test) for test in tests[:3])
