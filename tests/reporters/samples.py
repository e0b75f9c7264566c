"""Reports made by hand for the tests of what a user sees: one for each situation, with sums that come out."""

from collections.abc import Sequence

from readiness.model import Confidence, Finding, Problem, Related, Scope, Severity, Span, Stage, Verdict
from readiness.model.inventory import Endpoint
from readiness.model.report import DeviationState, Recognised, Report, RuleInfo, ServiceReport
from readiness.model.score import (
    Cap,
    CriterionScore,
    EvidenceTally,
    Gain,
    ItemScore,
    ItemState,
    ReadinessVerdict,
    Score,
    Shares,
    Tally,
    TallyState,
)

LOAD = "load test results: k6, Locust, JMeter, Gatling or Vegeta"
COVERAGE = "coverage data of the test run: .coverage, coverage.xml, coverage.json or lcov.info"
RULES = (
    RuleInfo(
        id="parameterized-queries",
        summary="Values reach a query as parameters, never as text.",
        severity=Severity.BLOCKER,
        lifecycle="stable",
        chapter="data",
        phrase="queries are parameterized",
    ),
    RuleInfo(
        id="paginated-lists",
        summary="An endpoint that lists rows returns them in pages.",
        severity=Severity.MAJOR,
        lifecycle="stable",
        chapter="api",
        phrase="list endpoints are paginated",
    ),
    RuleInfo(
        id="no-swallowed-exceptions",
        summary="A broad exception handler logs, raises or answers.",
        severity=Severity.MAJOR,
        lifecycle="stable",
        chapter="errors",
    ),
    RuleInfo(
        id="health-endpoint",
        summary="A service answers whether it is up.",
        severity=Severity.MAJOR,
        lifecycle="stable",
        chapter="health",
        phrase="applications have a health endpoint",
    ),
    RuleInfo(
        id="covered-handlers",
        summary="The tests run the body of every handler.",
        severity=Severity.MAJOR,
        lifecycle="preview",
        chapter="tests",
        phrase="handlers are run by tests",
    ),
)


def _mean(weighted: Sequence[tuple[Shares, float]]) -> Shares:
    total = sum(weight for _, weight in weighted)
    if not total:
        return Shares()
    parts = ("proven", "accepted", "refuted", "open")
    return Shares(*(sum(getattr(shares, part) * weight for shares, weight in weighted) / total for part in parts))


def tally(rule: str, passed: int = 0, failed: int = 0, unsure: int = 0, accepted: int = 0, **more: object) -> Tally:
    """What a rule found, with its shares."""
    total = passed + failed + unsure + accepted
    if not total:
        return Tally(rule=rule, **{"state": TallyState.MISSING, **more})  # type: ignore[arg-type]
    shares = Shares(passed / total, accepted / total, failed / total, unsure / total)
    return Tally(
        rule=rule,
        state=TallyState.JUDGED,
        passed=passed,
        failed=failed,
        unsure=unsure,
        accepted=accepted,
        shares=shares,
    )


def criterion(
    name: str,
    title: str,
    weight: float,
    *tallies: Tally,
    evidence: Sequence[EvidenceTally] = (),
    lacking: Sequence[str] = (),
) -> CriterionScore:
    """A criterion: the plain mean of its applicable members."""
    members = [each.shares for each in tallies if each.state is not TallyState.NOT_APPLICABLE]
    members += [each.shares for each in evidence]
    return CriterionScore(
        id=name,
        title=title,
        weight=weight,
        shares=_mean([(each, 1.0) for each in members]),
        applicable=bool(members),
        tallies=tallies,
        lacking=tuple(lacking),
        evidence=tuple(evidence),
    )


def item(
    name: str, title: str, weight: float, *criteria: CriterionScore, shown: float | None = None, reason: str = ""
) -> ItemScore:
    """An item: the weighted mean of its applicable criteria."""
    applicable = [(each.shares, each.weight) for each in criteria if each.applicable]
    shares = _mean(applicable)
    if not applicable:
        state = ItemState.NOT_APPLICABLE
    elif reason or shares.refuted > 0.2:
        state = ItemState.VIOLATED
    else:
        state = ItemState.NOT_EVIDENCED if shares.open > 0.2 else ItemState.SATISFIED
    return ItemScore(
        id=name,
        title=title,
        question=f"Is what the item {title.lower()!r} asks for there?",
        weight=weight,
        state=state,
        shares=shares,
        shown=round(100 * shares.proven if shown is None else shown, 1),
        reason=reason,
        criteria=criteria,
    )


def score(items: Sequence[ItemScore], verdict: ReadinessVerdict, caps: Sequence[Cap] = (), **more: object) -> Score:
    """The score of items, with the lowest cap."""
    shares = _mean([(each.shares, each.weight) for each in items if each.state is not ItemState.NOT_APPLICABLE])
    uncapped = 100 * shares.proven
    value = min([uncapped, *(cap.limit * (0.7 + 0.3 * shares.proven) for cap in caps)])
    unrated = verdict is ReadinessVerdict.NOT_RATED
    grades = ((90, "A"), (80, "B"), (65, "C"), (50, "D"), (0, "E"))
    return Score(
        value=round(value, 1),
        uncapped=round(uncapped, 1),
        low=round(value * 0.8, 1),
        high=round(min(100.0, 100 * (shares.proven + shares.open)), 1),
        with_deviations=round(value, 1),
        grade="" if unrated else next(letter for limit, letter in grades if value >= limit),
        shares=shares,
        caps=tuple(caps),
        verdict=verdict,
        **more,  # type: ignore[arg-type]
    )


def finding(rule: str, verdict: Verdict, path: str, line: int, message: str, **more: object) -> Finding:
    """One site."""
    base: dict[str, object] = {
        "severity": next((info.severity for info in RULES if info.id == rule), Severity.MAJOR),
        "confidence": Confidence.LOW if verdict is Verdict.UNSURE else Confidence.HIGH,
        "symbol": f"{path.removesuffix('.py').replace('/', '.')}::handle",
        "scope": Scope.SERVICE,
    }
    return Finding(rule=rule, verdict=verdict, span=Span(path, line, 5), message=message, **{**base, **more})  # type: ignore[arg-type]


def endpoint(method: str, path: str, file: str, line: int, **more: object) -> Endpoint:
    """One route."""
    base: dict[str, object] = {
        "handler": f"{file.removesuffix('.py').replace('/', '.')}::handle",
        "service": "",
        "framework": "FastAPI",
    }
    return Endpoint(method=method, path=path, file=file, line=line, **{**base, **more})  # type: ignore[arg-type]


def report(*services: ServiceReport, **more: object) -> Report:
    """A report of services."""
    base: dict[str, object] = {
        "tool_version": "0.1.0",
        "checklist": "production-readiness",
        "checklist_version": "2026.1",
        "checklist_title": "Production Readiness Checklist",
        "root": "orders-api",
        "today": "2026-11-22",
        "head": "4f2c9a1",
        "rules": RULES,
        "files": 41,
        "files_read": 41,
        "scopes": ((Scope.SERVICE, 30), (Scope.TEST, 11)),
        "readable_evidence": ("coverage",),
    }
    return Report(services=services, **{**base, **more})  # type: ignore[arg-type]


def service(items: Sequence[ItemScore], result: Score, **more: object) -> ServiceReport:
    """A service."""
    base: dict[str, object] = {
        "name": "orders-api",
        "root": "",
        "profile": "service",
        "recognised": Recognised(
            frameworks=("FastAPI", "SQLAlchemy"),
            databases=("PostgreSQL",),
            files=41,
            files_read=41,
            lines=6210,
            routes=40,
            queries=120,
            tests=11,
        ),
    }
    return ServiceReport(items=tuple(items), score=result, **{**base, **more})  # type: ignore[arg-type]


def items_of(
    queries: Tally,
    lists: Tally,
    handlers: Tally,
    health: Tally,
    covered: Tally,
    *,
    blocker: bool = False,
    bare: bool = True,
) -> tuple[ItemScore, ...]:
    """The seven items; `bare` leaves what no rule judges yet and what nobody has shown open."""
    covered_hint = (COVERAGE,) if covered.unsure else ()

    def other(name: str, title: str, weight: float) -> tuple[CriterionScore, ...]:
        return (criterion(name, title, weight, tally(name)),) if bare else ()

    load = EvidenceTally(kind="load", hint=LOAD, state="missing", shares=Shares(open=1.0))
    return (
        item(
            "features-and-tests",
            "Features and tests",
            20,
            criterion("endpoints-tested", "Tests reach every endpoint", 3, covered, lacking=covered_hint),
            *other("passing-tests", "The test suite passes", 3),
            *other("test-levels", "Unit, integration, API, load and security tests exist", 2),
        ),
        item(
            "api-documentation",
            "API documentation",
            12,
            criterion("specification", "An API specification exists", 2, tally("api-specification"))
            if bare
            else criterion("specification", "An API specification exists", 2, tally("api-specification", 1)),
        ),
        item(
            "performance",
            "Performance",
            14,
            criterion("bounded-lists", "Lists and reads are bounded", 3, lists),
            *(
                (criterion("load-results", "Load tests meet the targets", 4, evidence=[load], lacking=[LOAD]),)
                if bare
                else ()
            ),
        ),
        item(
            "security",
            "Security",
            22,
            criterion("injection", "Queries are parameterized", 4, queries),
            *other("access-control", "Endpoints and objects are protected", 3),
            shown=25 if blocker else None,
            reason="a blocker stands: parameterized-queries" if blocker else "",
        ),
        item(
            "errors-and-logging",
            "Errors and logging",
            14,
            criterion("visible-errors", "Failures are seen", 3, handlers),
            *other("calls-have-timeouts", "Calls to others are bounded and checked", 2),
        ),
        item("monitoring", "Monitoring", 9, criterion("health", "A health endpoint tells the truth", 3, health)),
        item(
            "deployment",
            "Deployment",
            9,
            criterion("ci", "CI gates every change", 2, tally("gating-ci"))
            if bare
            else criterion("ci", "CI gates every change", 2, tally("gating-ci", 1)),
        ),
    )


def ready() -> Report:
    """All rules pass."""
    items = items_of(
        tally("parameterized-queries", 120),
        tally("paginated-lists", 12),
        tally("no-swallowed-exceptions", 61),
        tally("health-endpoint", 1),
        tally("covered-handlers", 39, 1),
        bare=False,
    )
    findings = (
        finding("health-endpoint", Verdict.PASSES, "app/health.py", 9, "GET /healthz answers and asks the database."),
        finding(
            "covered-handlers", Verdict.FAILS, "app/orders.py", 88, "No test runs the body of cancel_order; write one."
        ),
    )
    return report(
        service(items, score(items, ReadinessVerdict.READY, confidence="high")),
        findings=findings,
        evidence=(("coverage", ".coverage", "1,204 lines measured at this commit"),),
        endpoints=ENDPOINTS,
    )


TROUBLE = (
    finding(
        "parameterized-queries",
        Verdict.FAILS,
        "app/search.py",
        41,
        "The query parameter q is put into a LIKE pattern by an f-string; pass it as a bound parameter.",
        code="result = await session.execute(text(f\"SELECT * FROM items WHERE name LIKE '%{q}%'\"))",
        related=(Related(Span("app/api/items.py", 17), "q comes from the client here"),),
    ),
    finding(
        "parameterized-queries",
        Verdict.UNSURE,
        "app/reports.py",
        120,
        "The table name comes from a function that could not be followed.",
        code="session.execute(text(sql))",
    ),
    finding("parameterized-queries", Verdict.PASSES, "app/users.py", 12, "Two values, both bound."),
    *(
        finding(
            "paginated-lists",
            Verdict.FAILS,
            f"app/{name}.py",
            line,
            "The list has no limit: a client gets the whole table; add limit and offset.",
            cause="no pagination at all",
            code=f"def list_{name}(db: Session) -> list[{name.title()}]:",
        )
        for name, line in (("orders", 88), ("customers", 23), ("invoices", 54))
    ),
    finding(
        "no-swallowed-exceptions",
        Verdict.FAILS,
        "app/stripe.py",
        19,
        "Every exception is dropped here; log it or let it pass.",
        code="except Exception:",
        accepted="DEV-014",
    ),
    finding(
        "no-swallowed-exceptions",
        Verdict.FAILS,
        "app/mail.py",
        77,
        "Every exception is dropped here; log it or let it pass.",
        code="except Exception:",
        confidence=Confidence.MEDIUM,
        severity=Severity.MINOR,
    ),
    finding(
        "health-endpoint", Verdict.FAILS, "app/main.py", 8, "The application has no health endpoint; add GET /healthz."
    ),
)
ENDPOINTS = (
    endpoint("GET", "/orders", "app/orders.py", 88, pagination="unbounded", coverage="0 of 6 statements"),
    endpoint("POST", "/orders", "app/orders.py", 101, dependencies=("app.auth::current_user", "app.db::session")),
    endpoint(
        "GET",
        "/orders/{order_id}",
        "app/orders.py",
        120,
        dependencies=("app.db::session",),
        coverage="5 of 6 statements",
    ),
    endpoint("GET", "/{?}/search", "app/search.py", 35, pagination="unknown", resolution="unresolved"),
)


def trouble() -> Report:
    """A blocker, failures of several kinds, an accepted deviation, coverage that is not there."""
    items = items_of(
        tally("parameterized-queries", 118, 1, 1),
        tally("paginated-lists", 9, 3),
        tally("no-swallowed-exceptions", 59, 1, 0, 1),
        tally("health-endpoint", 0, 1),
        tally("covered-handlers", 0, 0, 40),
        blocker=True,
    )
    caps = (Cap(limit=49, reason="1 blocker finding: parameterized-queries (1 of 120)", id="blocker"),)
    gains = (
        Gain(points=14.7, rule="parameterized-queries", span=Span("app/search.py", 41), message=TROUBLE[0].message),
        Gain(points=6.8, rule="health-endpoint", span=Span("app/main.py", 8), message=TROUBLE[-1].message),
        Gain(
            points=1.5, rule="paginated-lists", span=Span("app/customers.py", 23), message=TROUBLE[3].message, count=3
        ),
        Gain(points=0.1, rule="no-swallowed-exceptions", span=Span("app/mail.py", 77), message=TROUBLE[7].message),
    )
    result = score(items, ReadinessVerdict.NOT_READY, caps, unbuilt=41.9, confidence="medium")
    deviation = DeviationState(
        id="DEV-014",
        rule="no-swallowed-exceptions",
        where="app/stripe.py",
        reason="the webhook is retried by the sender",
        owner="@payments",
        until="2027-03-01",
        recorded=Span("deviations.toml", 3),
        state="current",
        kind="accepted",
        findings=1,
    )
    return report(
        service(items, result, gains=gains),
        findings=TROUBLE,
        endpoints=ENDPOINTS,
        deviations=(deviation,),
        suppressions=(("noqa", 12, 10), ("type: ignore", 3, 0)),
    )


def unread() -> Report:
    """A Django backend: seen, but nothing reads its routes yet."""
    items = items_of(
        tally("parameterized-queries", state=TallyState.NO_SITE, reason="Django's queries are not read yet"),
        tally("paginated-lists", state=TallyState.NO_SITE, reason="the routes of Django are not read yet"),
        tally("no-swallowed-exceptions", 17, 2),
        tally("health-endpoint", state=TallyState.NO_SITE, reason="the routes of Django are not read yet"),
        tally("covered-handlers", state=TallyState.NO_SITE, reason="the routes of Django are not read yet"),
    )
    seen = Recognised(unread=("Django", "Celery"), databases=("PostgreSQL",), files=210, files_read=210, lines=38_400)
    result = score(items, ReadinessVerdict.NOT_EVIDENCED, unbuilt=52.0)
    return report(service(items, result, name="shop", recognised=seen), root="shop", files=210, files_read=210)


def several() -> Report:
    """Three services in one repository, one of them a worker in another language as well."""
    bad, good = trouble(), ready()
    return report(
        service(
            bad.services[0].items,
            bad.services[0].score,
            name="orders",
            root="services/orders",
            gains=bad.services[0].gains,
        ),
        service(good.services[0].items, good.services[0].score, name="users", root="services/users"),
        worker(),
        root="platform",
        files=130,
        files_read=130,
    )


def worker() -> ServiceReport:
    """A worker without routes."""
    items = (
        item("performance", "Performance", 14),
        item(
            "errors-and-logging",
            "Errors and logging",
            14,
            criterion("visible-errors", "Failures are seen", 3, tally("no-swallowed-exceptions", 4, 3)),
        ),
    )
    seen = Recognised(
        unread=("Celery",), files=12, files_read=12, lines=900, languages_unread=(("go", 31), ("typescript", 4))
    )
    result = score(items, ReadinessVerdict.NOT_READY)
    return service(items, result, name="mailer", root="services/mailer", profile="worker", recognised=seen)


def problems() -> Report:
    """Files that could not be read, a broken rule, stale evidence."""
    base = trouble()
    listed = (
        Problem(Stage.EXTRACT, "app/legacy.py", "cannot be parsed: invalid syntax", line=12),
        *(Problem(Stage.EXTRACT, f"app/generated_{number}.py", "is larger than 4 MiB") for number in range(6)),
        Problem(Stage.JUDGE, "paginated-lists", "crashed: KeyError: 'limit'"),
        Problem(Stage.EVIDENCE, "coverage.xml", "was made before the newest change of 3 files", incomplete=False),
    )
    return report(base.services[0], findings=base.findings, problems=listed, files=41, files_read=34)


def library() -> Report:
    """A library: rates, no score."""
    items = (
        item(
            "errors-and-logging",
            "Errors and logging",
            14,
            criterion("visible-errors", "Failures are seen", 3, tally("no-swallowed-exceptions", 4, 1)),
        ),
    )
    seen = Recognised(files=9, files_read=9, lines=1200)
    result = score(items, ReadinessVerdict.NOT_RATED)
    return report(
        service(items, result, name="tidy", profile="library", recognised=seen), root="tidy", files=9, files_read=9
    )


def empty() -> Report:
    """A folder without code."""
    items = items_of(
        tally("parameterized-queries", state=TallyState.NO_SITE),
        tally("paginated-lists", state=TallyState.NO_SITE),
        tally("no-swallowed-exceptions", state=TallyState.NO_SITE),
        tally("health-endpoint", state=TallyState.NO_SITE),
        tally("covered-handlers", state=TallyState.NO_SITE),
    )
    result = score(items, ReadinessVerdict.NOT_RATED)
    seen = Recognised(languages_unread=(("go", 31),))
    return report(
        service(items, result, name="notes", profile="library", recognised=seen),
        root="notes",
        files=0,
        files_read=0,
        scopes=(),
    )


def hostile(poison: str) -> Report:
    """A report in which every text of the scanned repository holds `poison`."""
    items = items_of(
        tally("parameterized-queries", 1, 1),
        tally("paginated-lists", state=TallyState.NO_SITE, reason=poison),
        tally("no-swallowed-exceptions", state=TallyState.BROKEN, reason=poison),
        tally("health-endpoint", 1),
        tally("covered-handlers", 0, 0, 1),
    )
    span = Span(f"app/{poison}.py", 3)
    site = finding(
        "parameterized-queries",
        Verdict.FAILS,
        span.path,
        3,
        poison,
        code=poison,
        symbol=poison,
        related=(Related(span, poison),),
        accepted=poison,
    )
    seen = Recognised(
        frameworks=(poison,),
        unread=(poison,),
        databases=(poison,),
        files=1,
        files_read=1,
        languages_unread=((poison, 1),),
    )
    result = score(items, ReadinessVerdict.NOT_READY, [Cap(limit=49, reason=poison)], unbuilt=1.0)
    gain = Gain(points=1.0, rule="parameterized-queries", span=span, message=poison)
    deviation = DeviationState(
        id=poison,
        rule=poison,
        where=poison,
        reason=poison,
        owner=poison,
        until=poison,
        recorded=span,
        state="current",
        kind="accepted",
        findings=1,
    )
    one = service(items, result, name=poison, root=poison, recognised=seen, gains=(gain,))
    return report(
        one,
        service(items, result, name=f"{poison}2", root=f"{poison}2", recognised=seen, gains=(gain,)),
        root=poison,
        findings=(site, finding("health-endpoint", Verdict.PASSES, span.path, 4, poison)),
        problems=(Problem(Stage.EXTRACT, poison, poison),),
        deviations=(deviation,),
        evidence=(("coverage", poison, poison),),
        suppressions=((poison, 2, 1),),
        endpoints=(endpoint("GET", poison, span.path, 3, service=poison, coverage=poison, dependencies=(poison,)),),
    )


ALL = {
    "ready": ready,
    "trouble": trouble,
    "unread": unread,
    "several": several,
    "problems": problems,
    "library": library,
    "empty": empty,
}
