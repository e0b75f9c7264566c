"""What a change wrote and what the tests ran of it in; whether the change is tested, function by function, out."""

from collections.abc import Iterator

import msgspec

from readiness.model import CoverageOfChange, CoverageState, Finding, Project, Rule, Severity
from readiness_rules.tests.coverage_wording import MEASURE, contested, percent, stretches

SHOWN = 5
"""Stretches of lines that a message names."""

rule = Rule(
    __name__,
    summary="The tests run the lines that a change writes.",
    phrase="changed statements are run by tests",
    severity=Severity.MAJOR,
    needs=[CoverageOfChange],
    references=[
        "https://coverage.readthedocs.io/en/latest/",
        "https://testing.googleblog.com/2020/08/code-coverage-best-practices.html",
    ],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every function in whose body the change wrote a statement is a site, and so is the rest of every file that it touches."""
    facts = list(project.each(CoverageOfChange))
    known = [fact for fact in facts if fact.state in (CoverageState.MEASURED, CoverageState.ABSENT)]
    ran, total = sum(fact.executed for fact in known), sum(fact.total for fact in known)
    for fact in facts:
        said = f"the tests run {percent(ran, total)} of the statements that the change writes, {fact.target:g} % are wanted"
        finding = _judge(fact, said, reached=100 * ran >= fact.target * total)
        yield msgspec.structs.replace(finding, measured=(fact.executed, fact.total))


def _judge(fact: CoverageOfChange, said: str, *, reached: bool) -> Finding:
    path = fact.span.path
    name = " and ".join(fact.routes[:3]) or (f"`{fact.name}`" if fact.name else path)
    if fact.state is CoverageState.MISSING:
        return rule.unsure(
            fact,
            f"there is no coverage data for what the change writes in {name}; {MEASURE} before this check",
            cause="no coverage data",
        )
    if fact.state is CoverageState.STALE:
        return rule.unsure(
            fact,
            f"{fact.source} was made before the change and says nothing of {name}; run the tests again",
            cause=f"{fact.source} is older than the change",
        )
    if fact.state is CoverageState.CONTESTED:
        return contested(rule, fact, path)
    count = _statements(fact.total)
    if fact.state is CoverageState.ABSENT:
        return rule.fails(
            fact,
            f"{fact.source} does not know {path}, so {count} that the change writes in {name} did not run; test it",
            cause=said,
        )
    where = _where(fact.gaps)
    if fact.executed == fact.total:
        return rule.passes(fact, f"the tests run what the change writes in {name}, {count}")
    if fact.executed and (reached or 100 * fact.executed >= fact.target * fact.total):
        return rule.passes(
            fact, f"{fact.executed} of the {count} that the change writes in {name} ran, not {where}; {said}"
        )
    span = msgspec.structs.replace(fact.span, line=fact.gaps[0][0]) if fact.gaps else fact.span
    if not fact.executed:
        return rule.fails(
            fact, f"no test runs what the change writes in {name}: {where}; test it", span=span, cause=said
        )
    return rule.fails(
        fact,
        f"the tests run {fact.executed} of the {count} that the change writes in {name}; test {where} too",
        severity=Severity.MAJOR if fact.routes or 2 * fact.executed < fact.total else Severity.MINOR,
        span=span,
        cause=said,
    )


def _where(gaps: tuple[tuple[int, int], ...]) -> str:
    more = f" and {len(gaps) - SHOWN} more" if len(gaps) > SHOWN else ""
    return (
        f"line{'s' if len(gaps) > 1 or gaps[0][0] < gaps[0][1] else ''} {stretches(gaps[:SHOWN])}{more}"
        if gaps
        else "a part of it"
    )


def _statements(count: int) -> str:
    return "1 statement" if count == 1 else f"{count} statements"
