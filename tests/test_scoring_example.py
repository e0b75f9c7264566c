"""The worked example of docs/scoring.md: a service with 40 routes, recomputed, and found in the document as it stands."""

from pathlib import Path

from readiness.checklists import load_checklist
from readiness.model import Confidence, Evidence, Finding, Scope, Severity, Span, Verdict
from readiness.model.report import Recognised, ServiceReport
from readiness.model.score import ItemState, ReadinessVerdict
from readiness.scoring import RuleInput, ServiceInput, score
from readiness.scoring.sites import uses

DOCUMENT = (Path(__file__).parent.parent / "docs" / "scoring.md").read_text(encoding="utf-8")
CHECKLIST = load_checklist()

PASSED, FAILED, UNSURE, ACCEPTED, BLOCKER, ACCEPTED_BLOCKER = range(6)

EXAMPLE: dict[str, dict[int, int]] = {
    "coverage-target": {PASSED: 71, FAILED: 29},
    "covered-handlers": {PASSED: 31, FAILED: 9},
    "tested-endpoints": {PASSED: 31, FAILED: 9},
    "test-levels": {PASSED: 1, FAILED: 2},
    "documented-operations": {PASSED: 34, FAILED: 6},
    "spec-matches-routes": {PASSED: 38, FAILED: 2},
    "documented-examples": {PASSED: 10, FAILED: 30},
    "performance-targets": {},
    "paginated-lists": {PASSED: 9, FAILED: 2, ACCEPTED: 1},
    "batched-queries": {PASSED: 55, FAILED: 3, UNSURE: 2},
    "parameterized-queries": {PASSED: 118, UNSURE: 1, BLOCKER: 1},
    "hardened-transport": {FAILED: 1},
    "no-known-vulnerabilities": {},
    "resolved-scan-findings": {},
    "no-swallowed-exceptions": {PASSED: 58, FAILED: 3},
    "calls-have-timeouts": {PASSED: 6, FAILED: 2},
    "request-ids": {FAILED: 1},
    "meaningful-health": {FAILED: 1},
    "alert-rules": {},
    "usable-alerts": {},
    "hardened-containers": {FAILED: 1},
    "complete-migrations": {PASSED: 21, FAILED: 1},
    "operations-documents": {PASSED: 1, FAILED: 1},
    "staging-evidence": {},
}
"""What does not stand here has one site, and it passes."""


def finding(rule: str, line: int, outcome: int) -> Finding:
    verdict = {PASSED: Verdict.PASSES, UNSURE: Verdict.UNSURE}.get(outcome, Verdict.FAILS)
    return Finding(
        rule=rule,
        verdict=verdict,
        severity=Severity.BLOCKER if outcome in (BLOCKER, ACCEPTED_BLOCKER) else Severity.MAJOR,
        confidence=Confidence.HIGH,
        span=Span(f"app/{rule}.py", line),
        symbol="app",
        message=rule,
        scope=Scope.SERVICE,
        accepted="DEV-1" if outcome in (ACCEPTED, ACCEPTED_BLOCKER) else "",
    )


def reported(counts: dict[str, dict[int, int]], *kinds: str) -> ServiceReport:
    """The example with these sites and this observed evidence."""
    findings = [
        finding(use.id, 10 * outcome + number, outcome)
        for use in uses(CHECKLIST)
        for outcome, count in counts.get(use.id, {PASSED: 1}).items()
        for number in range(count)
    ]
    evidence = [
        Evidence(span=Span(kind, 1), symbol="", scope=Scope.SERVICE, kind=kind, format="x", observed=True)
        for kind in kinds
    ]
    service = ServiceInput(
        name="orders-api",
        root="",
        profile="service",
        recognised=Recognised(files=60, files_read=60),
        findings=tuple(findings),
        evidence=tuple(evidence),
    )
    rules = [RuleInput(id=use.id, severity=Severity.MAJOR) for use in uses(CHECKLIST)]
    return score([service], rules, CHECKLIST)[0]


def example() -> ServiceReport:
    return reported(EXAMPLE, "tests", "coverage")


def points(share: float) -> str:
    return f"{100 * share:.1f}"


def test_the_table_of_the_document_is_what_the_engine_computes() -> None:
    report = example()
    for item in (*report.items, None):
        shares = item.shares if item else report.score.shares
        parts = (shares.proven, shares.accepted, shares.refuted, shares.open)
        name = f"{item.title} | {item.weight:g}" if item else "**Total** | 100"
        assert f"| {name} | {' | '.join(points(part) for part in parts)} |" in DOCUMENT


def test_the_score_is_capped_by_the_one_query() -> None:
    report = example().score
    assert [cap.id for cap in report.caps] == ["blocker", "unobserved"]
    assert (report.value, report.grade, report.verdict) == (45.5, "E", ReadinessVerdict.NOT_READY)
    assert f"= **{report.value:.1f}**" in DOCUMENT
    assert f"proven share of {report.uncapped:.1f} points" in DOCUMENT
    assert f"from {report.low:.1f} to {report.high:.1f}" in DOCUMENT


def test_an_item_with_a_blocker_is_shown_as_25_at_most() -> None:
    security = next(item for item in example().items if item.id == "security")
    assert (security.shown, security.state) == (25.0, ItemState.VIOLATED)


def steps() -> dict[str, ServiceReport]:
    """The example after each of the steps of the document."""
    fixed = {**EXAMPLE, "parameterized-queries": {PASSED: 119, UNSURE: 1}}
    waived = {**EXAMPLE, "parameterized-queries": {PASSED: 118, UNSURE: 1, ACCEPTED_BLOCKER: 1}}
    all_waived = {
        rule: {
            {FAILED: ACCEPTED, BLOCKER: ACCEPTED_BLOCKER}.get(outcome, outcome): number
            + (outcomes.get(ACCEPTED, 0) if outcome == FAILED else 0)
            for outcome, number in outcomes.items()
            if outcome != ACCEPTED or FAILED not in outcomes
        }
        for rule, outcomes in EXAMPLE.items()
    }
    supplied = {rule: outcomes or {PASSED: 1} for rule, outcomes in fixed.items()}
    kinds = sorted({piece.kind for item in CHECKLIST.items for each in item.criteria for piece in each.evidence})
    return {
        "The query is repaired": reported(fixed, "tests", "coverage"),
        "It is accepted instead": reported(waived, "tests", "coverage"),
        "Everything is accepted": reported(all_waived, "tests", "coverage"),
        "It is repaired, and all evidence supplied": reported(supplied, *kinds),
    }


def test_the_steps_of_the_document_are_what_the_engine_computes() -> None:
    for name, report in steps().items():
        figures = f"{report.score.value:.1f} | {report.score.with_deviations:.1f} | {report.score.grade}"
        assert f"| {name} | {figures} | {report.score.verdict} |" in DOCUMENT


def test_accepting_never_brings_more_than_the_repair() -> None:
    values = {name: report.score.value for name, report in steps().items()}
    assert values["It is accepted instead"] == values["Everything is accepted"] == example().score.value
    assert values["The query is repaired"] > example().score.value


def test_the_first_gain_is_the_query() -> None:
    report = example()
    gain = report.gains[0]
    assert gain.rule == "parameterized-queries"
    repaired = steps()["The query is repaired"].score.value
    assert abs(gain.points - (repaired - report.score.value)) < 0.1
    assert f"+{gain.points:.2f}" in DOCUMENT
