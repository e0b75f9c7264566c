"""Markdown: what a reviewer reads first, and that nothing of a scanned repository becomes markup."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.model import Confidence, Finding, Problem, Scope, Severity, Span, Stage, Verdict
from readiness.model.report import Gate, GateCondition, Report
from readiness.reporters import markdown
from readiness.reporters.markup import code, escaped

HOSTILE = "<img src=x onerror=alert(1)> [click](https://evil.example) @admin #1 **bold** | cell `code` www.evil.example"


def failure(message: str = "wrong", path: str = "app/main.py", line: int = 3, rule: str = "paginated-lists") -> Finding:
    return Finding(
        rule=rule, verdict=Verdict.FAILS, severity=Severity.MAJOR, confidence=Confidence.HIGH, span=Span(path, line),
        symbol="app.main::f", message=message, scope=Scope.SERVICE,
    )  # fmt: skip


def with_findings(report: Report, *findings: Finding) -> Report:
    return msgspec.structs.replace(report, findings=findings)


@pytest.fixture
def report(samples) -> Report:
    return samples.trouble()


def test_the_verdict_and_the_score_come_first(report):
    service = report.services[0]
    text = markdown.render(report)
    assert text.index(str(service.score.verdict)) < text.index("of 100") < text.index("| Item |")


def test_every_item_has_a_row(report):
    rows = [line for line in markdown.render(report).splitlines() if line.startswith("| ") and "Item" not in line]
    assert len(rows) == len(report.services[0].items)


def test_rows_of_the_table_have_the_same_cells(report):
    rows = [line for line in markdown.render(report).splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {7}


def test_failures_stand_under_their_rule(report):
    text = markdown.render(with_findings(report, failure("no limit")))
    section = text[text.index("<summary><code>paginated-lists") :]
    assert "`app/main.py:3` (major): no limit" in section


def test_a_pass_is_not_listed(report):
    passing = msgspec.structs.replace(failure("fine"), verdict=Verdict.PASSES)
    assert "fine" not in markdown.render(with_findings(report, passing))


def test_an_accepted_failure_is_counted_and_not_listed(report):
    accepted = msgspec.structs.replace(failure("known"), accepted="D1")
    text = markdown.render(with_findings(report, accepted))
    assert "known" not in text
    assert "1 failure accepted by deviations" in text


def test_the_gate_says_which_condition_failed(report):
    condition = GateCondition(condition="--min-score 80", passed=False, detail="the score is 25.0")
    gate = Gate(passed=False, conditions=(condition,))
    text = markdown.render(msgspec.structs.replace(report, gate=gate))
    assert text.startswith("**Gate failed**")
    assert "❌ `--min-score 80`: the score is 25.0" in text


def test_a_long_report_stays_below_its_limit_and_says_what_it_left_out(report):
    many = [failure("x" * 390, f"app/{number}.py", 1, f"rule-{number}") for number in range(400)]
    text = markdown.render(with_findings(report, *many))
    assert len(text) < markdown.LIMIT + 200
    assert "left out for want of room" in text


def test_problems_that_leave_the_analysis_incomplete_come_first(report):
    problems = (
        Problem(Stage.CACHE, "a", "a remark", incomplete=False),
        Problem(Stage.EXTRACT, "z.py", "could not be read"),
    )
    text = markdown.render(msgspec.structs.replace(report, problems=problems))
    assert text.index("could not be read") < text.index("a remark")


@pytest.mark.parametrize("place", ["message", "path", "problem", "name"])
def test_a_hostile_word_becomes_no_markup(report, place):
    if place == "message":
        shown = with_findings(report, failure(HOSTILE))
    elif place == "path":
        shown = with_findings(report, failure(path=HOSTILE))
    elif place == "problem":
        shown = msgspec.structs.replace(report, problems=(Problem(Stage.EXTRACT, HOSTILE, HOSTILE),))
    else:
        shown = msgspec.structs.replace(report, services=(msgspec.structs.replace(report.services[0], name=HOSTILE),))
    bare = re.sub(r"`[^`\n]*`", "", markdown.render(shown))
    assert "<img" not in bare
    assert "](" not in bare
    assert "@admin" not in bare
    assert "www.evil" not in bare


@given(st.text())
def test_escaped_text_keeps_to_its_line(text):
    assert "\n" not in escaped(text)


@given(st.text(alphabet="`<>[]()*_|#@&:/w.ab1-\n\\"))
def test_nothing_outside_code_is_markup(text):
    outside = re.sub(r"`[^`]*`", "", escaped(text))
    assert "`" not in outside
    assert not re.search(r"[<>\[\]*_|@\\]", outside)


@given(st.text())
def test_code_ends_where_it_ends(text):
    assert code(text).count("`") in (0, 2)
