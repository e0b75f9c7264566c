"""Route handlers with what the tests ran of them in; whether each is tested out."""

from collections.abc import Iterator

from readiness.model import CoverageOf, CoverageState, Finding, Project, Rule, Scope, Severity
from readiness_rules.tests.coverage_wording import MEASURE, contested

HALF = 0.5
"""A handler of which less ran is not tested."""

WRITES = frozenset({"DELETE", "PATCH", "POST", "PUT"})

rule = Rule(
    __name__,
    summary="The tests run the body of every route handler.",
    phrase="handlers are run by tests",
    severity=Severity.MAJOR,
    needs=[CoverageOf],
    references=["https://coverage.readthedocs.io/en/latest/"],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every function that answers a route is a site, once for all its routes."""
    handlers: dict[tuple[str, int], list[CoverageOf]] = {}
    for fact in project.each(CoverageOf):
        if fact.scope is Scope.SERVICE:
            handlers.setdefault((fact.span.path, fact.span.line), []).append(fact)
    for facts in handlers.values():
        yield _judge(facts)


def _judge(facts: list[CoverageOf]) -> Finding:
    fact = facts[0]
    name = " and ".join(dict.fromkeys(f"{each.route.method} {each.route.path}" for each in facts[:3]))
    if fact.state is CoverageState.MISSING:
        return rule.unsure(
            fact,
            f"there is no coverage data for {name}; {MEASURE}, and keep .coverage, coverage.xml or coverage.json",
            cause="no coverage data",
        )
    if fact.state is CoverageState.STALE:
        return rule.unsure(
            fact,
            f"{fact.source} was made from another text of {fact.span.path} and says nothing of {name}; run the tests again",
            cause=f"{fact.source} is older than {fact.span.path}",
        )
    severity = Severity.CRITICAL if any(each.route.method in WRITES for each in facts) else Severity.MAJOR
    if fact.excluded:
        what = f"a pragma takes {name} out of the measurement, which is no test of it; drop the pragma and test it"
        return rule.fails(fact, what, severity=severity)
    if fact.state is CoverageState.ABSENT:
        what = f"{fact.source} knows other files but not that of {name}: no test imports it, or it is not measured; test it"
        return rule.fails(fact, what, severity=severity)
    if fact.state is CoverageState.CONTESTED:
        return contested(rule, fact, fact.span.path)
    if fact.state is CoverageState.AMBIGUOUS:
        return rule.unsure(
            fact,
            f"the body of {name} has no line of its own to measure; put it on a line below the def, or test it otherwise",
        )
    if fact.executed == 0:
        what = f"no test runs {name}: none of {_statements(fact.total)} ran; test it"
        return rule.fails(fact, what, severity=severity)
    ran = "its one statement ran" if fact.total == 1 else f"{fact.executed} of {_statements(fact.total)} ran"
    if fact.executed < HALF * fact.total:
        return rule.fails(fact, f"the tests hardly run {name}: {ran}; test its other ways", severity=Severity.MAJOR)
    return rule.passes(fact, f"the tests run {name}: {ran}")


def _statements(count: int) -> str:
    return "its one statement" if count == 1 else f"its {count} statements"
