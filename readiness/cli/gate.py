"""A report and the conditions that were asked for in, the gate and the exit code out. It reads nothing but the report."""

import math

from msgspec import Struct

from readiness.model import Confidence, Finding, Severity, Stage
from readiness.model.report import Gate, GateCondition, Problem, Report
from readiness.model.score import ReadinessVerdict

PASSED = 0
FAILED = 1
INCOMPLETE = 3
NOTHING = 4
NEVER = "never"
COMPLETE = "--require-complete"
_BREAKABLE = (Stage.PLUGIN, Stage.RECOGNISE, Stage.JUDGE)
"""Stages whose problems mean that a rule or a recogniser broke."""


class Conditions(Struct, frozen=True, kw_only=True):
    """What was asked for. Without a score or a severity, `--fail-on blocker` holds."""

    min_score: float | None = None
    fail_on: str = ""
    """A severity, `never`, or empty where it was not given."""
    require_complete: bool = False


class Outcome(Struct, frozen=True):
    """How the run ends."""

    code: int
    message: str
    """One sentence: why the code is not 0; empty where it is."""


def judge_gate(report: Report, conditions: Conditions) -> Gate:
    """Hold the report against the conditions."""
    held = []
    fail_on = conditions.fail_on or (Severity.BLOCKER.value if conditions.min_score is None else NEVER)
    if fail_on != NEVER:
        held.append(_severity(report, Severity(fail_on)))
    if conditions.min_score is not None:
        held.append(_minimum(report, conditions.min_score))
    if conditions.require_complete:
        held.append(_complete(report))
    return Gate(passed=all(condition.passed for condition in held), conditions=tuple(held))


def outcome(report: Report) -> Outcome:
    """The exit code of a report whose gate was judged: 4 before 3 before 1 before 0."""
    if report.files == 0 and report.change is not None and not report.change.name:
        return Outcome(NOTHING, "nothing to analyse: nothing is staged that readiness can read; git add it first")
    if report.files == 0:
        return Outcome(NOTHING, f"nothing to analyse: {report.root} holds no file that readiness can read")
    broken = [problem for problem in report.problems if problem.incomplete and problem.stage in _BREAKABLE]
    if broken:
        return Outcome(INCOMPLETE, f"incomplete: {_named(broken[0])}{_more(len(broken) - 1)}")
    failed = [condition for condition in report.gate.conditions if not condition.passed]
    incomplete = [condition for condition in failed if condition.condition == COMPLETE]
    if incomplete:
        return Outcome(INCOMPLETE, f"incomplete ({COMPLETE}): {incomplete[0].detail}")
    if failed:
        reasons = "; ".join(f"{condition.condition}: {condition.detail}" for condition in failed)
        return Outcome(FAILED, f"the gate failed: {reasons}")
    return Outcome(PASSED, "")


def fails_gate(finding: Finding, preview: frozenset[str]) -> bool:
    """It is active, sure, and of a rule that is settled."""
    return (
        finding.active
        and not finding.known
        and finding.confidence is Confidence.HIGH
        and finding.exact
        and finding.rule not in preview
    )


def _severity(report: Report, least: Severity) -> GateCondition:
    preview = frozenset(rule.id for rule in report.rules if rule.lifecycle == "preview")
    change = report.change
    asked = report.findings if change is None else (*change.new, *(each.finding for each in change.worse))
    bad = [each for each in asked if each.severity.rank <= least.rank and each.active and not each.known]
    failing = sorted(
        (each for each in bad if fails_gate(each, preview)),
        key=lambda each: (each.severity.rank, each.span, each.rule),
    )
    name = f"--fail-on {least.value}"
    if not failing:
        return GateCondition(
            condition=name,
            passed=True,
            detail="no such finding" if change is None else "the change brings no such finding",
        )
    first = failing[0]
    detail = (
        f"{len(failing)} {'new ' if change is not None else ''}finding{'s' if len(failing) > 1 else ''} where 0 may be, "
        f"the first at {first.span.path}:{first.span.line} ({first.rule}, {first.severity.value})"
    )
    others = len(bad) - len(failing)
    if change is not None and others:
        detail += f"; {others} less sure {'do' if others > 1 else 'does'} not count"
    return GateCondition(condition=name, passed=False, detail=detail)


def _minimum(report: Report, least: float) -> GateCondition:
    name = f"--min-score {least:g}"
    rated = [service for service in report.services if service.score.verdict is not ReadinessVerdict.NOT_RATED]
    if not rated:
        return GateCondition(condition=name, passed=False, detail="nothing here has a score; a library has none")
    below = sorted((service for service in rated if service.score.value < least), key=lambda each: each.score.value)
    worst = below[0] if below else min(rated, key=lambda each: each.score.value)
    where = f" of {worst.name}" if len(report.services) > 1 else ""
    value = worst.score.value
    if not below:
        return GateCondition(condition=name, passed=True, detail=f"the score{where} is {_figure(value, least)}")
    detail = f"the score{where} is {_figure(value, least)}, {_figure(least - value, 0)} too low"
    return GateCondition(condition=name, passed=False, detail=detail + _more(len(below) - 1, "service"))


def _figure(value: float, apart_from: float) -> str:
    """With as many decimals as tell it from another figure."""
    for digits in (1, 2, 4):
        rounded = math.floor(value * 10**digits + 1e-6) / 10**digits
        if (rounded != apart_from) or value == apart_from:
            return f"{rounded:.{digits}f}"
    return repr(value)


def _complete(report: Report) -> GateCondition:
    lost = [problem for problem in report.problems if problem.incomplete]
    if lost:
        return GateCondition(condition=COMPLETE, passed=False, detail=f"{_named(lost[0])}{_more(len(lost) - 1)}")
    unread = report.files - report.files_read
    if unread > 0:
        detail = f"{unread} of {report.files} files could not be read"
        return GateCondition(condition=COMPLETE, passed=False, detail=detail)
    return GateCondition(condition=COMPLETE, passed=True, detail="everything was read and judged")


def _named(problem: Problem) -> str:
    where = f"{problem.path}:{problem.line}" if problem.line else problem.path or problem.stage.value
    return f"{where}: {problem.message}"


def _more(number: int, what: str = "problem") -> str:
    return f" (and {number} more {what}{'s' if number > 1 else ''})" if number > 0 else ""
