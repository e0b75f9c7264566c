"""What is said of a rule where a number says little: its only finding, or the one reason for which all of it is open."""

import pytest

from readiness.model import Confidence, Finding, Scope, Severity, Span, Verdict
from readiness.model.report import RuleInfo
from readiness.model.score import ItemScore, Tally, TallyState
from readiness.reporters.terminal.first_screen import item_facts
from readiness.reporters.wording import Words, tally_fact, words_of

RULES = {
    "passing-tests": RuleInfo(
        id="passing-tests",
        summary="",
        severity=Severity.MAJOR,
        lifecycle="stable",
        chapter="tests",
        phrase="tests pass",
    )
}


def finding(message: str, verdict: Verdict = Verdict.FAILS, cause: str = "", excluded: bool = False) -> Finding:
    return Finding(
        rule="passing-tests", verdict=verdict, severity=Severity.MAJOR, confidence=Confidence.HIGH, symbol="app",
        span=Span("app.py", 1), message=message, scope=Scope.SERVICE, cause=cause, excluded=excluded,
    )  # fmt: skip


def said(*findings: Finding) -> str:
    numbers = {
        state: sum(each.verdict is verdict for each in findings)
        for state, verdict in (("failed", Verdict.FAILS), ("unsure", Verdict.UNSURE), ("passed", Verdict.PASSES))
    }
    tally = Tally(rule="passing-tests", state=TallyState.JUDGED, **numbers)
    return tally_fact(tally, RULES, words_of(findings))


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Flask is used and there is no test; write one", "Flask is used and there is no test"),
        ("the API has no specification: generate one, or write one", "the API has no specification"),
        ("`{a: b}` is wrong; mend it", "`{a: b}` is wrong"),
        ("x" * 91, "0 of 1 tests pass"),
    ],
    ids=["advice", "explanation", "code", "too long"],
)
def test_the_only_failure_of_a_rule_speaks_for_itself(message: str, told: str) -> None:
    assert said(finding(message)) == told


def test_what_is_not_known_of_the_only_site_is_said() -> None:
    assert (
        said(finding("there are 5 tests and no report; run them", Verdict.UNSURE)) == "there are 5 tests and no report"
    )


def test_the_only_site_that_passes_is_a_number() -> None:
    assert said(finding("fine", Verdict.PASSES)) == "1 of 1 tests pass"


def test_of_several_failures_none_speaks_for_all() -> None:
    assert said(finding("one is wrong"), finding("another is wrong")) == "0 of 2 tests pass"


def test_one_reason_for_all_that_is_open_is_said() -> None:
    open_ = finding("not known", Verdict.UNSURE, cause="no coverage data")
    assert said(open_, open_) == "passing-tests: all 2 sites are unsure: no coverage data"


def test_several_reasons_for_what_is_open_are_not() -> None:
    reasons = [finding("not known", Verdict.UNSURE, cause=each) for each in ("no data", "old data")]
    assert said(*reasons) == "passing-tests: all 2 sites are unsure"


def test_what_is_left_out_of_the_score_says_nothing() -> None:
    assert words_of([finding("not mine", excluded=True)]) == Words()


def test_rules_that_found_nothing_are_counted_once(samples) -> None:
    silent = [
        Tally(rule=f"rule-{each}", state=TallyState.NO_SITE, reason="nothing to judge was found, so it stays open")
        for each in range(5)
    ]
    unread = Tally(rule="unread", state=TallyState.NO_SITE, reason="Django is not read yet")
    item: ItemScore = samples.item("tests", "Tests", 1, samples.criterion("c", "C", 1, *silent, unread))
    assert [fact.text for fact in item_facts(item, {}, (), Words())] == [
        "unread: Django is not read yet",
        "5 rules found nothing to judge, so what they ask stays open",
    ]
