"""A change of a backend with ten thousand old findings as Markdown: what is new first and whole, what is old as numbers."""

import msgspec
import pytest

from readiness.model import Confidence, Finding, Report, Scope, Severity, Span, Verdict
from readiness.model.report import BaselineUse, Change, Gate, GateCondition, ScoreChange
from readiness.reporters import markdown, markdown_review
from readiness.reporters.markdown_parts import fitted
from readiness.reporters.terminal import Terminal, render

SCREEN = 40
"""Lines of a first screen."""


def failure(rule: str, line: int, severity: Severity = Severity.MAJOR, **more: object) -> Finding:
    return Finding(
        rule=rule, verdict=Verdict.FAILS, severity=severity, confidence=Confidence.HIGH,
        span=Span("app/orders/views/of_a_long_name.py", line), symbol="app.orders::f", scope=Scope.SERVICE,
        message=f"{rule} is wrong at {line}: " + "what has to be mended is told at length " * 8, **more,
    )  # fmt: skip


def old(number: int, known: bool = False) -> list[Finding]:
    return [failure(f"old-rule-{each % 20}", each + 1000, known=known) for each in range(number)]


def change(*new: Finding, **more: object) -> Change:
    empty: dict[str, object] = dict.fromkeys(("worse", "lost", "fixed", "endpoints", "scores", "expired"), ())
    return Change(**{"base": "abcdef1234567890", "name": "main", **empty, **more, "new": new})  # type: ignore[arg-type]


def review(report: Report, *new: Finding, **more: object) -> str:
    found = (*new, *old(10_000))
    return markdown.render(msgspec.structs.replace(report, findings=found, change=change(*new, **more)))


@pytest.fixture
def report(samples) -> Report:
    return samples.trouble()


def test_ten_thousand_old_findings_are_a_number_for_each_rule(report):
    text = review(report, failure("new-rule", 1))
    assert ("`old-rule-7` | 500 | 0 |" in text, "old-rule-7 is wrong" in text, len(text) < 8_000) == (True, False, True)


def test_the_first_screen_says_what_to_mend(report):
    gate = Gate(passed=False, conditions=(GateCondition(condition="--fail-on blocker", passed=False, detail="1 new"),))
    text = review(msgspec.structs.replace(report, gate=gate), failure("new-rule", 1))
    first = "\n".join(text.splitlines()[:SCREEN])
    assert first.index("Gate failed") < first.index("The change since") < first.index("`new-rule` (major): new-rule is")


def test_of_many_new_findings_ten_stand_in_the_open_and_the_others_are_told_by_severity(report):
    new = [failure("new-rule", each) for each in range(1, 13)]
    minor = [failure("small-rule", each, Severity.MINOR) for each in range(1, 200)]
    text = review(report, *new, *minor)
    before, _, folded = text.partition("<details><summary>201 more: 2 major and 199 minor</summary>")
    assert (
        before.count("\n- `app/"),
        folded.count("`small-rule` (minor)"),
        len(text) < markdown_review.LIMIT + 200,
    ) == (
        10,
        8,
        True,
    )


def test_what_a_baseline_knows_comes_last(report):
    text = review(report, failure("known-rule", 1, Severity.BLOCKER, known=True), failure("new-rule", 2))
    assert text.index("`new-rule`") < text.index("`known-rule` (blocker, known to the baseline)")


def test_beside_a_baseline_what_it_does_not_know_comes_first_and_what_it_knows_is_counted(report):
    found = (failure("new-rule", 1), *old(300, known=True))
    use = BaselineUse(path="readiness-baseline.json", tool=report.tool_version, known=300)
    text = markdown.render(msgspec.structs.replace(report, findings=found, baseline=use))
    assert text.index("readiness-baseline.json knows 300 failures") < text.index(
        "**1 failure that the baseline does not know**"
    )
    assert "`new-rule` (major)" in text.partition("<details>")[0]
    assert "`old-rule-7` | 15 | 0 |" in text
    assert "old-rule-7 is wrong" not in text


def test_without_a_change_and_a_baseline_each_failure_has_its_place(report):
    assert "old-rule-7 is wrong" in markdown.render(msgspec.structs.replace(report, findings=tuple(old(60))))


def test_a_section_beyond_the_limit_is_left_out_and_said() -> None:
    assert fitted("head\n", ["x" * 90, "\nfoot\n"], 80, "look elsewhere").endswith(
        "foot\n\n1 section left out for want of room: look elsewhere.\n"
    )


def test_a_head_beyond_the_limit_ends_with_a_line() -> None:
    assert fitted("one\ntwo\nthree\n", [], 9, "look elsewhere").startswith("one\ntwo\n\n1 section left out")


def test_of_more_rules_than_there_is_room_for_the_rest_is_counted(report):
    found = tuple(failure(f"rule-{each:03}", each) for each in range(1, 101))
    text = markdown.render(msgspec.structs.replace(report, findings=found, change=change()))
    assert ("`rule-030` | 1 |" in text, "`rule-031` | 1 |" in text, "| and 70 more | | |" in text) == (
        True,
        False,
        True,
    )


def test_of_many_services_those_that_moved_are_named(samples):
    scores = [ScoreChange(f"calm-{each}", 50, 50, "D", "D") for each in range(40)]
    moved = ScoreChange("shop", 61.24, 58.1, "C", "D")
    found = change(scores=(*scores, moved))
    whole = msgspec.structs.replace(samples.several(), change=found)
    assert "| 0 | 0 | 0 | 0 | shop: 61.2 to 58.1; 40 as before |" in markdown.render(whole)
    screen = render(whole, Terminal(width=100))
    assert ("shop: score 61.2 to 58.1" in screen, "40 other services as before" in screen, "calm" in screen) == (
        True,
        True,
        False,
    )


def test_of_services_that_all_stayed_one_is_shown_on_the_screen(samples):
    scores = tuple(ScoreChange(f"calm-{each}", 50, 50, "D", "D") for each in range(3))
    screen = render(msgspec.structs.replace(samples.several(), change=change(scores=scores)), Terminal(width=100))
    assert ("calm-0: score 50.0 to 50.0" in screen, "2 other services as before" in screen) == (True, True)
