"""Protected routes and the tests that reach them in, whether the refusal is tested out."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.model import (
    AccessKind,
    Confidence,
    EndpointTest,
    EndpointTestKind,
    Finding,
    Project,
    Related,
    Resolution,
    Route,
    RouteAccess,
    Rule,
    Scope,
    Severity,
    TestCase,
    UnresolvedRequest,
    counted,
)
from readiness.model.summary import Name
from readiness_rules.tests.tested_endpoints import deleting_forms, is_alias

REFUSALS = frozenset({401, 403})
OPEN_SHARE = 0.2
"""Of all requests of the tests; when the addresses of more are not known, a route whose refusal nothing tests is unsure."""
TABLES = (".routes", ".iter_rules", ".url_map", ".get_resolver")
"""What a test goes through that asks every route of the application."""
SILENT = frozenset({"HEAD", "OPTIONS"})
SENDERS = ("requests", "httpx", "aiohttp", "urllib3", "playwright", "selenium", "schemathesis", "tavern", "locust")
"""Packages with which tests may send requests that no recogniser follows."""

rule = Rule(
    __name__,
    summary="A test tries each protected route without permission and expects to be refused.",
    phrase="protected routes are tried without permission",
    severity=Severity.MAJOR,
    needs=[RouteAccess, EndpointTest],
    references=["https://owasp.org/www-project-web-security-testing-guide/stable/4-Web_Application_Security_Testing/"],
)

Key = tuple[str, str, str]


class Known(Struct, frozen=True):
    """What the tests of the whole project say."""

    refusals: dict[Key, EndpointTest]
    guards: dict[str, EndpointTest]
    """A guard -> a test of some route behind it that expects a refusal."""
    sent: dict[Key, EndpointTest]
    possible: dict[Key, EndpointTest]
    """Tests that expect a refusal and may reach a route: their address is not written out."""
    all_routes: str
    """Symbol of a test that asks every route; empty without one."""
    cause: str
    any_test: bool


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every protected route is a site."""
    forms = deleting_forms(project.each(Route))
    protected = [
        each for each in project.each(RouteAccess) if not is_alias(each.route, forms) and _is_site(project, each)
    ]
    if not protected:
        return
    known = _known(project, protected)
    for access in protected:
        yield _judge(access, known)


def _is_site(project: Project, access: RouteAccess) -> bool:
    route = access.route
    own = project.find(route.handler) is not None or (bool(route.view) and project.find(route.view) is not None)
    return (
        access.kind is AccessKind.PROTECTED
        and access.scope is Scope.SERVICE
        and own
        and route.method not in SILENT
        and route.resolution is not Resolution.UNRESOLVED
    )


def _key(route: Route) -> Key:
    return (route.method, route.path, route.handler)


def _known(project: Project, protected: list[RouteAccess]) -> Known:
    refusals: dict[Key, EndpointTest] = {}
    sent: dict[Key, EndpointTest] = {}
    possible: dict[Key, EndpointTest] = {}
    requests = 0
    for test in project.each(EndpointTest):
        requests += test.kind is not EndpointTestKind.DIRECT
        if test.resolution is Resolution.UNRESOLVED:
            if _refuses(test):
                possible.setdefault(_key(test.route), test)
            continue
        sent.setdefault(_key(test.route), test)
        if _refuses(test):
            refusals.setdefault(_key(test.route), test)
    guards: dict[str, EndpointTest] = {}
    for access in protected:
        found = refusals.get(_key(access.route))
        if found is not None:
            for name in access.by:
                guards.setdefault(name, found)
    lost = sum(1 for _ in project.each(UnresolvedRequest))
    cause = ""
    if lost > OPEN_SHARE * (requests + lost):
        cause = f"where {counted(lost, 'request')} of the tests {'goes' if lost == 1 else 'go'} is not known"
    elif not requests and (senders := [name for name in SENDERS if project.imports(name, scopes=(Scope.TEST,))]):
        cause = f"they may be sent with the library {senders[0]}, which is not read"
    any_test = next(project.each(TestCase), None) is not None
    return Known(refusals, guards, sent, possible, _asks_every_route(project), cause, any_test)


def _refuses(test: EndpointTest) -> bool:
    """The test expects to be turned away: by 401 or 403, by being sent to the login, or as if nothing were at a fixed address."""
    named = set(test.statuses)
    if not test.checked:
        return False
    hidden = 404 in named and "{" not in test.route.path
    return bool(named & REFUSALS) or test.sent_to_login or (hidden and not any(200 <= each < 400 for each in named))


def _asks_every_route(project: Project) -> str:
    """A test that goes through the table of routes and expects refusals: `for route in app.routes`."""
    for path in project.paths(Scope.TEST):
        summary = project.summary(path)
        if summary is None:
            continue
        loops = [
            each
            for each in summary.assignments
            if each.operator == "for" and isinstance(each.value, Name) and f".{each.value.dotted}".endswith(TABLES)
        ]
        tables = [
            call.scope
            for call in summary.calls
            if isinstance(call.callee, Name) and call.callee.dotted.endswith(TABLES)
        ]
        scopes = [each.scope for each in loops] + tables
        text = project.text(path) if scopes else None
        if text is None:
            continue
        lines = text.split("\n")
        for scope in scopes:
            first, last = (1, len(lines))
            if scope >= 0:
                definition = summary.definitions[scope]
                first, last = definition.first_line, definition.end_line
            inside = "\n".join(lines[first - 1 : last])
            if (
                "401" in inside or "403" in inside or "UNAUTHORIZED" in inside or "FORBIDDEN" in inside
            ) and "200" not in inside:
                return project.symbol(path, scope)
    return ""


def _judge(access: RouteAccess, known: Known) -> Finding:
    name = f"{access.route.method} {access.route.path}"
    refusal = known.refusals.get(_key(access.route))
    if refusal is not None:
        return rule.passes(
            access, f"{refusal.test} expects {name} to refuse", related=[Related(refusal.span, refusal.test)]
        )
    if known.all_routes:
        return rule.passes(access, f"{known.all_routes} asks every route and expects to be refused")
    guard = next((each for each in reversed(access.by) if each in known.guards), "")
    if guard:
        test = known.guards[guard]
        return rule.passes(
            access,
            f"{_short(guard)}, which guards {name}, is tested to refuse on {test.route.method} {test.route.path}",
            related=[Related(test.span, test.test)],
        )
    shown = _short(access.by[-1]) if access.by else "its guard"
    maybe = known.possible.get(_key(access.route))
    if maybe is not None:
        return rule.unsure(
            access,
            f"{maybe.test} expects a refusal and may send {name}; its address is not written out",
            related=[Related(maybe.span, maybe.test)],
        )
    if known.cause:
        return rule.unsure(access, f"no test is seen to be refused by {name}; {known.cause}", cause=known.cause)
    sent = known.sent.get(_key(access.route))
    if not known.any_test:
        return rule.fails(
            access,
            f"nothing tests that {name} refuses a stranger: there are no tests at all",
            confidence=Confidence.MEDIUM,
            cause="there are no tests",
        )
    beside = "its tests only send what is allowed" if sent is not None else "no test sends it"
    return rule.fails(
        access,
        f"no test expects {shown} to refuse {name}: {beside}; send it without permission and expect 401, 403 or the "
        "way to the login",
        confidence=Confidence.MEDIUM,
        cause=f"no test expects {shown} to refuse anybody; send a request without permission and expect 401 or 403",
        related=[Related(sent.span, sent.test)] if sent is not None else [],
    )


def _short(name: str) -> str:
    return f"`{name.rpartition('::')[2] if '::' in name else name.rpartition('.')[2]}`"
