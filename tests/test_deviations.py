"""Settling findings: which records may hide what, and what becomes of the others."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.analysis import analyse_files
from readiness.checklists import load_checklist
from readiness.deviations import RuleNames, apply, holds, settle, verified
from readiness.model import (
    DeviationRecord,
    DeviationUse,
    Finding,
    Route,
    Rule,
    Scope,
    Severity,
    Span,
    Suppression,
    Verdict,
)
from readiness.model.finding import Confidence
from readiness.plugins import load_plugins

TODAY = date(2026, 6, 1)
RULES = [
    Rule("rules.api.paginated_lists", summary="", severity=Severity.MAJOR, aliases=("pages",)),
    Rule("rules.data.parameterized_queries", summary="", severity=Severity.BLOCKER),
    Rule("rules.own.no_fun", summary="", severity=Severity.BLOCKER),
]
NAMES = RuleNames.of(RULES, load_checklist())


def finding(rule: str = "paginated-lists", line: int = 10, **changes: object) -> Finding:
    made = Finding(
        rule=rule,
        verdict=Verdict.FAILS,
        severity=Severity.MAJOR,
        confidence=Confidence.HIGH,
        span=Span("app/views.py", line),
        symbol="app.views::Items.get",
        message="m",
        scope=Scope.SERVICE,
    )
    return msgspec.structs.replace(made, **changes)


def record(**changes: object) -> DeviationRecord:
    made = DeviationRecord(
        span=Span("deviations.toml", 1),
        symbol="",
        scope=Scope.SERVICE,
        id="DEV-1",
        rule="paginated-lists",
        where="app.views::Items.get",
        reason="At most 20 warehouses exist",
        owner="@orders",
        until="2026-12-01",
    )
    return msgspec.structs.replace(made, **changes)


def directive(**changes: object) -> DeviationRecord:
    made = record(recorded="directive", span=Span("app/views.py", 9), id="app/views.py:9", covers=(10, 12))
    return msgspec.structs.replace(made, **changes)


def test_a_current_record_accepts_the_failures_of_its_place() -> None:
    other = finding(symbol="app.views::Other.get")
    settled = apply([finding(), other], [record()], TODAY)
    assert [each.accepted for each in settled.findings] == ["DEV-1", ""]
    assert [(state.state, state.findings) for state in settled.deviations] == [("current", 1)]
    assert settled.problems == ()


def test_a_pass_is_never_touched() -> None:
    settled = apply([finding(verdict=Verdict.PASSES)], [record()], TODAY)
    assert settled.findings[0].accepted == ""
    assert settled.deviations[0].state == "unused"


@pytest.mark.parametrize(("until", "accepted"), [("2026-06-01", "DEV-1"), ("2026-05-31", ""), ("", "")])
def test_a_record_holds_to_the_end_of_its_last_day(until: str, accepted: str) -> None:
    settled = apply([finding()], [record(until=until)], TODAY)
    assert settled.findings[0].accepted == accepted
    assert settled.deviations[0].state == ("current" if accepted else "expired")


@pytest.mark.parametrize("state", ["malformed", "expired"])
def test_what_is_not_current_hides_nothing(state: str) -> None:
    settled = apply([finding()], [record(state=state)], TODAY)
    assert settled.findings[0].accepted == ""
    assert settled.deviations[0].state == state


def test_a_claimed_false_positive_is_disputed_and_an_approved_one_excluded() -> None:
    claimed = apply([finding()], [record(kind="false-positive")], TODAY).findings[0]
    assert (claimed.disputed, claimed.excluded, claimed.accepted) == (True, False, "")
    confirmed = apply([finding()], [record(kind="false-positive", approver="@api")], TODAY).findings[0]
    assert confirmed.excluded


def test_a_directive_accepts_the_lines_it_covers_in_its_own_file() -> None:
    found = [finding(line=9), finding(line=10), finding(line=12), finding(line=13)]
    elsewhere = finding(span=Span("app/other.py", 10))
    settled = apply([*found, elsewhere], [directive()], TODAY)
    assert [bool(each.accepted) for each in settled.findings] == [False, True, True, False, False]


def test_a_directive_never_accepts_a_blocker() -> None:
    settled = apply([finding(severity=Severity.BLOCKER)], [directive()], TODAY)
    assert settled.findings[0].accepted == ""


def test_a_record_that_covers_many_sites_needs_an_approver_and_a_link() -> None:
    found = [finding(line=line) for line in range(1, 4)] + [finding(symbol="x::y", line=line) for line in range(20, 57)]
    settled = apply(found, [record()], TODAY)
    assert not any(each.accepted for each in settled.findings)
    assert settled.deviations[0].state == "malformed"
    assert "it covers 3 of 40 sites of paginated-lists" in settled.problems[0].message
    approved = apply(found, [record(approver="@api", link="https://tracker.example/1")], TODAY)
    assert sum(bool(each.accepted) for each in approved.findings) == 3


def test_one_site_of_few_is_not_many() -> None:
    assert apply([finding(), finding(symbol="x::y")], [record()], TODAY).findings[0].accepted == "DEV-1"


@pytest.mark.parametrize(
    ("where", "held"),
    [
        ("app.views::Items.get", True),
        ("app.views::Items", True),
        ("app.views", True),
        ("app/views.py", True),
        ("app/views.py::Items.get", True),
        ("app/views.py::Items", True),
        ("app/", True),
        ("app/*.py", True),
        ("**", True),
        ("**/views.py", True),
        ("a?p/**", True),
        ("app/**/views.py", True),
        ("app.views::Item", False),
        ("app.views::Items.g", False),
        ("app", False),
        ("app.view", False),
        ("views.py", False),
        ("*.py", False),
        ("ap/", False),
        ("app/*/views.py", False),
        ("", False),
    ],
)
def test_a_place_holds_what_lies_in_it(where: str, held: bool) -> None:
    assert holds(where, finding()) is held


def test_a_hostile_pattern_costs_nothing() -> None:
    assert not holds("*a" * 200 + "/" + "**/" * 50 + "x", finding(span=Span("a" * 200 + "/a" * 60, 1)))


def test_names_are_verified_with_a_suggestion() -> None:
    (checked,) = verified([record(rule="paginated-list")], NAMES)
    assert checked.state == "malformed"
    assert checked.problem == "there is no rule 'paginated-list'; did you mean 'paginated-lists'?"


def test_a_former_name_is_replaced_by_the_present_one() -> None:
    (checked,) = verified([record(rule="pages")], NAMES)
    assert (checked.rule, checked.state) == ("paginated-lists", "current")


def test_rules_that_only_the_checklist_knows_are_known() -> None:
    assert verified([record(rule="shared-clients")], NAMES)[0].state == "current"


@pytest.mark.parametrize("rule", ["parameterized-queries", "no-fun", "debug-off", "verified-tokens"])
def test_blocker_and_gate_rules_are_accepted_in_the_register_with_an_approver_only(rule: str) -> None:
    in_code, bare, approved = verified(
        [directive(rule=rule), record(rule=rule), record(rule=rule, approver="@api")], NAMES
    )
    assert in_code.problem == f"{rule} is a blocker or gate rule: only the register of deviations can accept it"
    assert bare.problem == f"{rule} is a blocker or gate rule: a record of it needs an approver"
    assert approved.state == "current"


def suppression(*codes: str, tool: str = "readiness", problem: str = "") -> Suppression:
    return Suppression(
        span=Span("app/views.py", 9),
        symbol="app.views",
        scope=Scope.SERVICE,
        tool=tool,
        codes=codes,
        reason="r",
        problem=problem,
    )


def test_directives_are_verified_and_other_tools_left_alone() -> None:
    facts = [
        suppression("paginated-lists"),
        suppression("xyz", "paginated-lists"),
        suppression("E501", tool="noqa"),
    ]
    assert [fact.problem for fact in verified(facts, NAMES)] == ["", "there is no rule 'xyz'", ""]


def test_a_known_mistake_is_kept() -> None:
    assert (
        verified([suppression("no-rule", problem="the owner is missing")], NAMES)[0].problem == "the owner is missing"
    )


APP = """
# readiness: ignore[paginated-lists] until=2026-12-01 owner=@orders -- at most 20 warehouses exist
def items():
    return []


def shops():
    return []
"""
REGISTER = """
[[deviation]]
id = "DEV-7"
rule = "paginated-lists"
where = "app::shops"
reason = "Five shops, all of them known"
owner = "@orders"
created = 2026-03-01
until = 2026-12-01

[[deviation]]
id = "DEV-8"
rule = "paginated-list"
where = "app::shops"
reason = "Five shops, all of them known"
owner = "@orders"
created = 2026-03-01
until = 2026-12-01

[[deviation]]
id = "DEV-9"
rule = "paginated-lists"
where = "app::shops"
reason = "Five shops, all of them known"
created = 2026-03-01
until = 2026-12-01
"""


def test_directives_and_the_register_of_a_project_are_settled_together() -> None:
    project = analyse_files({"app.py": APP.encode(), "deviations.toml": REGISTER.encode()}, [], today=TODAY).project
    found = [
        finding(span=Span("app.py", 3), symbol="app::items"),
        finding(span=Span("app.py", 7), symbol="app::shops"),
        *(finding(verdict=Verdict.PASSES, span=Span("app.py", line), symbol="x") for line in range(20, 60)),
    ]
    settled = settle(project, found, {rule.id: rule for rule in RULES}, load_checklist(), TODAY)
    assert [each.accepted for each in settled.findings[:2]] == ["app.py:2", "DEV-7"]
    assert {state.id: state.state for state in settled.deviations} == {
        "app.py:2": "current",
        "DEV-7": "current",
        "DEV-8": "malformed",
        "DEV-9": "malformed",
    }
    assert sorted((problem.line, problem.message) for problem in settled.problems) == [
        (11, "deviation 'DEV-8' hides nothing: there is no rule 'paginated-list'; did you mean 'paginated-lists'?"),
        (20, "deviation 'DEV-9' hides nothing: owner is missing"),
    ]


def test_a_project_without_records_is_left_as_it_is() -> None:
    project = analyse_files({"app.py": b"x = 1\n"}, [], today=TODAY).project
    settled = settle(project, [finding()], {}, load_checklist(), TODAY)
    assert settled.findings == (finding(),)
    assert (settled.deviations, settled.problems) == ((), ())


def test_of_a_rule_that_did_not_judge_nobody_knows_whether_its_record_is_used() -> None:
    assert apply([], [record()], TODAY, judged={"no-fun"}).deviations[0].state == "current"
    assert apply([], [record()], TODAY, judged={"paginated-lists"}).deviations[0].state == "unused"


NAMES_OF_PLACES = st.lists(st.sampled_from(["app", "views", "Items", "get", "a.b", "x"]), min_size=1, max_size=3)


@given(NAMES_OF_PLACES, NAMES_OF_PLACES, NAMES_OF_PLACES, st.booleans(), st.booleans())
def test_a_place_that_is_looked_up_holds_what_a_place_that_is_compared_holds(
    path: list[str], symbol: list[str], asked: list[str], module: bool, scoped: bool
) -> None:
    file = "/".join(path) + ".py"
    name = ".".join(path) if module else ".".join(path) + "::" + ".".join(symbol)
    start = file if scoped else ".".join(path)
    for where in (start, f"{start}::{'.'.join(asked)}", ".".join(asked)):
        one = finding(symbol=name, span=Span(file, 1))
        assert (apply([one], [record(where=where)], TODAY).deviations[0].findings == 1) is holds(where, one)


def route(
    method: str = "GET", path: str = "/items/{id}", handler: str = "app.views::Items.get", line: int = 8
) -> Route:
    return Route(
        span=Span("app/views.py", 10),
        symbol=handler,
        scope=Scope.SERVICE,
        framework="x",
        method=method,
        path=path,
        handler=handler,
        registered=Span("app/urls.py", line),
    )


@pytest.mark.parametrize(
    ("operation", "held"),
    [
        ("GET /items/{id}", True),
        ("GET /items/{item_id:int}", True),
        ("GET /items/<int:item_id>", True),
        ("GET /items/{id}/", True),
        ("POST /items/{id}", False),
        ("GET /items", False),
        ("GET /items/{id}/x", False),
        ("GET *", False),
    ],
)
def test_an_operation_holds_what_concerns_the_function_that_answers_it(operation: str, held: bool) -> None:
    found = [
        finding(),
        finding(symbol="app.views::Items.get.inner", line=12),
        finding(symbol="app.views", span=Span("app/urls.py", 8)),
        finding(symbol="app.views::Items.getter", line=30),
    ]
    approved = record(where="", operation=operation, approver="@api", link="l")
    settled = apply(found, [approved], TODAY, routes=[route()])
    assert [bool(each.accepted) for each in settled.findings] == [held, held, held, False]


def test_a_line_that_registers_several_operations_belongs_to_none_of_them() -> None:
    shared = [route(), route("DELETE", handler="app.views::Items.delete")]
    found = [finding(symbol="app.urls", span=Span("app/urls.py", 8))]
    assert apply(found, [record(where="", operation="GET /items/{id}")], TODAY, routes=shared).findings == tuple(found)


def test_with_a_place_and_an_operation_both_must_hold() -> None:
    both = record(where="app.views::Other", operation="GET /items/{id}")
    assert apply([finding()], [both], TODAY, routes=[route()]).deviations[0].findings == 0


SWALLOWED = b"def f(work):\n    try:\n        work()\n    except Exception:\n        pass\n"
SWALLOWING = REGISTER.partition('\n[[deviation]]\nid = "DEV-8"')[0].replace(
    "paginated-lists", "no-swallowed-exceptions"
)


def test_a_rule_that_was_not_asked_for_judges_unheard_for_the_record_that_names_it() -> None:
    rules = load_plugins().rules
    files = {"app.py": SWALLOWED, "deviations.toml": SWALLOWING.replace("app::shops", "app::f").encode()}
    analysis = analyse_files(files, [rules["used-deviations"]], today=TODAY)
    (use,) = analysis.project.each(DeviationUse)
    assert (use.judged, use.covered, use.sites) == (True, 1, 1)
    assert [(each.rule, each.verdict) for each in analysis.findings] == [("used-deviations", Verdict.PASSES)]


def test_without_rules_about_their_use_records_cost_nothing() -> None:
    files = {"app.py": SWALLOWED, "deviations.toml": SWALLOWING.encode()}
    analysis = analyse_files(files, [load_plugins().rules["current-deviations"]], today=TODAY)
    assert list(analysis.project.each(DeviationUse)) == []


def test_patterns_without_end_hide_nothing_past_a_bound_and_that_is_named() -> None:
    found = [finding(line=line) for line in range(1, 1001)]
    wide = [record(id=f"d{number:03d}", where="app/**/x", approver="@api", link="l") for number in range(500)]
    settled = apply(found, [*wide, record(id="e", where="app/*.py", approver="@api", link="l")], TODAY)
    assert {state.state for state in settled.deviations[:400]} == {"unused"}
    assert {state.state for state in settled.deviations[400:]} == {"malformed"}
    assert "held against 400,000 findings already" in settled.problems[-1].message
    assert not any(each.accepted for each in settled.findings)


def test_a_directive_that_covers_a_long_statement_finds_every_line_of_it() -> None:
    found = [finding(line=line) for line in range(1, 3000)]
    settled = apply(found, [directive(covers=(100, 2500))], TODAY)
    assert settled.deviations[0].findings == 2401
