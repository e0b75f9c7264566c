"""Applications in, whether each has an endpoint that says it is alive out."""

from collections.abc import Iterator

from readiness.model import (
    Application,
    Finding,
    HealthCheck,
    Project,
    Related,
    Resolution,
    Route,
    Rule,
    Scope,
    Severity,
    counted,
)

rule = Rule(
    __name__,
    summary="The service has an endpoint that tells whether it is alive.",
    phrase="applications have a health endpoint",
    severity=Severity.CRITICAL,
    needs=[Application],
    references=[
        "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
        "https://microservices.io/patterns/observability/health-check-api.html",
    ],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every application that stands alone is a site."""
    checks = list(project.each(HealthCheck))
    routes = list(project.each(Route))
    applications = [each for each in project.each(Application) if each.scope is Scope.SERVICE]
    inner = [each for each in applications if each.mounted and not each.routed]
    for application in applications:
        if application.mounted:
            continue
        mine = [check for check in checks if check.application == application.name]
        served = [route for route in routes if route.application == application.name]
        if "::" in application.symbol and served and all(_ends_login(route) for route in served):
            continue
        yield _judge(application, mine, served, inner)


def _ends_login(route: Route) -> bool:
    """What it takes is the code that a login elsewhere sends along (RFC 6749, 4.1.2).

    An application that a function makes and that serves nothing else is no service: it waits for a browser and is gone.
    """
    return any(each.name == "code" and each.source == "query" for each in route.parameters)


def _judge(
    application: Application, checks: list[HealthCheck], routes: list[Route], inner: list[Application]
) -> Finding:
    strong = [check for check in checks if check.strength == "strong"]
    if strong:
        best = max(strong, key=lambda check: (check.probed, check.checks, check.kind == "route"))
        return rule.passes(application, _found(best), related=[Related(best.span, f"answers {best.path}")])
    if checks:
        weak = checks[0]
        return rule.unsure(
            application,
            f"{weak.path} may be the health endpoint: its name alone does not say so; let a probe point at it, or call it /health",
            related=[Related(weak.span, f"answers {weak.path}")],
        )
    if not application.routed:
        return rule.unsure(application, f"routes of {application.framework} are not read yet")
    if not routes:
        return rule.unsure(application, "no route of this application was recognised")
    unknown = [route for route in routes if route.method == "GET" and route.resolution is Resolution.UNRESOLVED]
    if unknown:
        return rule.unsure(
            application,
            f"no health endpoint was found, but {counted(len(unknown), 'route')} could not be resolved",
            related=[Related(unknown[0].span, "not resolved")],
        )
    if application.lost:
        return rule.unsure(
            application,
            "no health endpoint was found, but not every registration of routes could be followed",
            related=[Related(application.lost[0], "what is registered here is not known")],
        )
    hung = next((each for each in inner if application.framework in each.framework), None)
    if hung is not None:
        return rule.unsure(
            application,
            f"no health endpoint was found, but routes of {hung.framework} are not read yet",
            related=[Related(hung.span, "what is registered here is not known")],
        )
    return rule.fails(
        application,
        f"{_none(len(routes))} whether the service is alive; add GET /health and let the platform's probes ask it",
    )


def _found(check: HealthCheck) -> str:
    how = {
        "route": f"GET {check.path}",
        "wrapper": f"a wrapper at {check.path}",
        "library": f"a library at {check.path}",
    }
    also = " and asks its dependencies" if check.checks else ""
    probed = "; a probe points at it" if check.probed else ""
    return f"{how.get(check.kind, check.path)} answers{also}{probed}"


def _none(routes: int) -> str:
    return "its one route does not tell" if routes == 1 else f"none of {routes:,} routes tells"
