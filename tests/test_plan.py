"""The shortest way to a score: what it begins with, where it ends, and that its figures are those of a scan after the repairs."""

import json
from datetime import date
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.checklists import load_checklist
from readiness.cli import main
from readiness.model import Confidence, Finding, Scope, Severity, Span, Verdict
from readiness.model.report import Recognised, Report, ServiceReport
from readiness.reporters.terminal import Terminal
from readiness.reporters.terminal.plan import render_plan
from readiness.scoring import RuleInput, ServiceInput, score

CHECKLIST = load_checklist()
RULES = {
    "parameterized-queries": Severity.BLOCKER,
    "paginated-lists": Severity.MAJOR,
    "kept-tracebacks": Severity.MINOR,
    "tested-endpoints": Severity.MAJOR,
    "health-endpoint": Severity.CRITICAL,
}


def finding(rule: str, number: int, *, passes: bool = False, cause: str = "") -> Finding:
    return Finding(
        rule=rule,
        verdict=Verdict.PASSES if passes else Verdict.FAILS,
        severity=RULES[rule],
        confidence=Confidence.HIGH,
        span=Span("app.py", number + 1),
        symbol=f"app::{rule}_{number}",
        message=f"{rule} {number}",
        scope=Scope.SERVICE,
        cause=cause,
    )


def scored(findings: list[Finding], target: float | None = None) -> ServiceReport:
    service = ServiceInput(
        name="shop",
        root="",
        profile="service",
        recognised=Recognised(files=1, files_read=1),
        findings=tuple(findings),
        witnesses={},
        evidence=(),
    )
    rules = [RuleInput(id=rule, severity=severity) for rule, severity in RULES.items()]
    return score([service], rules, CHECKLIST, target=target)[0]


def mended(findings: list[Finding], rules: dict[str, int]) -> list[Finding]:
    """The findings with so many failures of each rule passing."""
    left = dict(rules)
    after = []
    for each in findings:
        if each.verdict is Verdict.FAILS and left.get(each.rule):
            left[each.rule] -= 1
            each = msgspec.structs.replace(each, verdict=Verdict.PASSES)
        after.append(each)
    return after


def many(**counts: tuple[int, int]) -> list[Finding]:
    """Failures and passes of each rule; `_` in a name stands for `-`."""
    return [
        finding(name.replace("_", "-"), number, passes=number >= failing)
        for name, (failing, passing) in counts.items()
        for number in range(failing + passing)
    ]


def test_without_a_target_there_is_no_plan() -> None:
    assert scored(many(paginated_lists=(2, 1))).plan is None


def test_a_blocker_that_holds_a_cap_comes_first() -> None:
    plan = scored(many(parameterized_queries=(1, 9), kept_tracebacks=(5, 0)), 100).plan
    assert plan is not None
    assert plan.steps[0].rule == "parameterized-queries"


def test_no_more_is_mended_than_the_target_needs() -> None:
    findings = many(paginated_lists=(20, 0))
    whole = scored(findings, 100).plan
    assert whole is not None
    half = scored(findings, (whole.start + whole.reached) / 2).plan
    assert half is not None
    assert half.steps[0].repairs == 10


def test_what_shares_a_cause_is_one_repair() -> None:
    findings = [finding("paginated-lists", number, cause="no pagination is set") for number in range(5)]
    plan = scored(findings, 100).plan
    assert plan is not None
    assert (plan.steps[0].repairs, plan.steps[0].findings) == (1, 5)


def test_a_target_that_is_reached_needs_no_step() -> None:
    plan = scored(many(paginated_lists=(1, 1)), 0).plan
    assert plan is not None
    assert plan.steps == ()


def test_where_mending_does_not_lead_there_the_plan_says_how_far_it_goes() -> None:
    findings = many(paginated_lists=(3, 1), tested_endpoints=(2, 2))
    plan = scored(findings, 100).plan
    assert plan is not None
    assert plan.reached == scored(mended(findings, {"paginated-lists": 3, "tested-endpoints": 2})).score.value < 100


counts = st.fixed_dictionaries({rule: st.tuples(st.integers(0, 6), st.integers(0, 6)) for rule in RULES})


@settings(max_examples=60, deadline=None)
@given(counts, st.floats(0, 100))
def test_each_step_leads_to_the_score_of_a_scan_after_it(found: dict[str, tuple[int, int]], target: float) -> None:
    findings = many(**{rule.replace("-", "_"): each for rule, each in found.items()})
    plan = scored(findings, target).plan
    assert plan is not None
    done: dict[str, int] = {}
    for step in plan.steps:
        done[step.rule] = done.get(step.rule, 0) + step.findings
        assert step.reached == pytest.approx(scored(mended(findings, done)).score.value, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(counts)
def test_the_score_never_falls_on_the_way(found: dict[str, tuple[int, int]]) -> None:
    plan = scored(many(**{rule.replace("-", "_"): each for rule, each in found.items()}), 100).plan
    assert plan is not None
    figures = [plan.start, *(step.reached for step in plan.steps)]
    assert figures == sorted(figures)


# The command


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(
        "import sqlite3\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.get('/orders')\ndef orders():\n"
        "    db = sqlite3.connect('shop.db')\n"
        "    return db.execute(f\"SELECT * FROM orders WHERE name = '{request.args['name']}'\").fetchall()\n"
    )
    return tmp_path


def test_the_command_names_the_first_step(shop: Path) -> None:
    result = CliRunner().invoke(main, ["plan", str(shop), "--no-cache"])
    assert (result.exit_code, "  1  +" in result.stdout) == (0, True)


def test_the_command_gives_json(shop: Path) -> None:
    result = CliRunner().invoke(main, ["plan", str(shop), "--no-cache", "--format", "json", "--target", "30"])
    assert json.loads(result.stdout)["services"][0]["plan"]["target"] == 30.0


def test_a_folder_without_code_has_no_plan(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["plan", str(tmp_path), "--no-cache"]).exit_code == 4


def test_today_is_no_part_of_the_plan(shop: Path) -> None:
    day = date(2026, 6, 1).isoformat()
    one, other = (
        CliRunner().invoke(main, ["plan", str(shop), "--no-cache", *more]).stdout for more in ((), ("--today", day))
    )
    assert one == other


@pytest.mark.parametrize(("target", "said"), [(90, True), (100, False)])
def test_a_target_that_mending_does_not_reach_is_said_to_be_out_of_reach(target: int, said: bool) -> None:
    report = Report(
        services=(scored(many(paginated_lists=(3, 1)), target),),
        tool_version="0.1.0",
        checklist="production-readiness",
        checklist_version="1",
        checklist_title="Production Readiness Checklist",
        root="shop",
        today="2026-11-22",
    )
    assert ("Mending alone does not reach 90.0." in render_plan(report, Terminal(width=100))) is said
