"""The score: each rule of docs/scoring.md as a case of its own."""

from collections.abc import Iterable, Mapping

import msgspec
import pytest

from readiness.model import (
    Checklist,
    Confidence,
    Criterion,
    Evidence,
    EvidenceUse,
    Finding,
    Item,
    RuleUse,
    Scope,
    Severity,
    Span,
    Verdict,
)
from readiness.model.report import Recognised, ServiceReport
from readiness.model.score import ItemState, ReadinessVerdict, Shares, TallyState
from readiness.scoring import RuleInput, ServiceInput, score

A = RuleUse(id="a")
B = RuleUse(id="b")


def finding(
    rule: str,
    verdict: Verdict = Verdict.FAILS,
    *,
    line: int = 1,
    severity: Severity = Severity.MAJOR,
    confidence: Confidence = Confidence.HIGH,
    accepted: str = "",
    disputed: bool = False,
    excluded: bool = False,
    exact: bool = True,
    scope: Scope = Scope.SERVICE,
    cause: str = "",
    path: str = "app/main.py",
) -> Finding:
    return Finding(
        rule=rule,
        verdict=verdict,
        severity=severity,
        confidence=confidence,
        span=Span(path, line),
        symbol="app.main::handler",
        message=f"{rule} at line {line}",
        scope=scope,
        accepted=accepted,
        disputed=disputed,
        excluded=excluded,
        exact=exact,
        cause=cause,
    )


def sites(
    rule: str,
    passed: int = 0,
    failed: int = 0,
    unsure: int = 0,
    accepted: int = 0,
    *,
    severity: Severity = Severity.MAJOR,
) -> list[Finding]:
    """Findings of one rule by outcome, on lines of their own."""
    wanted = [
        *([(Verdict.PASSES, "")] * passed),
        *([(Verdict.FAILS, "")] * failed),
        *([(Verdict.UNSURE, "")] * unsure),
        *([(Verdict.FAILS, "DEV-1")] * accepted),
    ]
    return [
        finding(rule, verdict, line=line, severity=severity, accepted=record)
        for line, (verdict, record) in enumerate(wanted, start=1)
    ]


def item(name: str, *criteria: Criterion | tuple[float, Iterable[RuleUse]], weight: float = 1.0) -> Item:
    made = tuple(
        each
        if isinstance(each, Criterion)
        else Criterion(id=f"{name}-{number}", title=name, weight=each[0], rules=tuple(each[1]))
        for number, each in enumerate(criteria)
    )
    return Item(id=name, title=name, question=f"{name}?", weight=weight, criteria=made)


def checklist(*items: Item, gate: Iterable[str] = (), observed: Iterable[str] = ()) -> Checklist:
    return Checklist(
        id="test", title="Test", version="1", items=items, gate_rules=tuple(gate), observed_rules=tuple(observed)
    )


def one_rule(use: RuleUse, **more: Iterable[str]) -> Checklist:
    """A checklist that holds nothing but one rule."""
    return checklist(item("only", (1, [use])), **more)


def service(
    findings: Iterable[Finding],
    *,
    witnesses: Mapping[str, str] | None = None,
    evidence: Iterable[Evidence] = (),
    profile: str = "service",
    failing_tests: str = "",
    recognised: Recognised | None = None,
) -> ServiceInput:
    return ServiceInput(
        name="orders",
        root="",
        profile=profile,
        recognised=recognised or Recognised(files=10, files_read=10),
        findings=tuple(findings),
        witnesses=witnesses or {},
        evidence=tuple(evidence),
        failing_tests=failing_tests,
    )


def scored(checks: Checklist, world: ServiceInput, rules: Iterable[RuleInput] = ()) -> ServiceReport:
    """The one service, scored; rules of the checklist count as installed unless `rules` says what is."""
    installed = list(rules) or [
        RuleInput(id=use.id, severity=Severity.MAJOR)
        for each in checks.items
        for criterion in each.criteria
        for use in criterion.rules
    ]
    return score([world], installed, checks)[0]


def evidence(kind: str, *, observed: bool = False, stale: bool = False) -> Evidence:
    return Evidence(
        span=Span(f"{kind}.xml", 1),
        symbol="",
        scope=Scope.SERVICE,
        kind=kind,
        format="xml",
        observed=observed,
        stale=stale,
    )


def test_a_linear_rule_proves_the_rate_of_its_sites() -> None:
    report = scored(one_rule(A), service(sites("a", 6, 2, 1, 1)))
    assert report.score.shares == Shares(0.6, 0.1, 0.2, 0.1)
    assert report.score.value == 60.0
    assert report.score.with_deviations == 70.0


@pytest.mark.parametrize("severity", list(Severity)[1:])
def test_the_rate_does_not_depend_on_severity(severity: Severity) -> None:
    report = scored(one_rule(A), service(sites("a", 1, 1, severity=severity)))
    assert report.score.value == 50.0


def test_a_failure_of_low_confidence_is_open() -> None:
    found = [finding("a", confidence=Confidence.LOW), finding("a", Verdict.PASSES)]
    assert scored(one_rule(A), service(found)).score.shares == Shares(0.5, 0, 0, 0.5)


def test_a_disputed_failure_is_open_and_a_confirmed_false_positive_counts_nowhere() -> None:
    found = [finding("a", disputed=True), finding("a", excluded=True), finding("a", Verdict.PASSES)]
    assert scored(one_rule(A), service(found)).score.shares == Shares(0.5, 0, 0, 0.5)


@pytest.mark.parametrize("scope", [Scope.TEST, Scope.GENERATED, Scope.VENDORED])
def test_findings_outside_the_service_count_only_where_the_checklist_says_so(scope: Scope) -> None:
    found = [finding("a", scope=scope), finding("a", Verdict.PASSES)]
    assert scored(one_rule(A), service(found)).score.value == 100.0
    assert scored(one_rule(RuleUse(id="a", everywhere=True)), service(found)).score.value == 50.0


def test_a_strict_rule_loses_half_of_its_proven_share_to_a_blocker() -> None:
    found = [*sites("a", 8), finding("a", severity=Severity.BLOCKER), finding("a")]
    report = scored(one_rule(RuleUse(id="a", kind="strict")), service(found))
    assert report.score.shares == Shares(0.4, 0, 0.6, 0)
    assert report.items[0].criteria[0].tallies[0].halved


def test_the_half_that_an_accepted_blocker_takes_is_accepted() -> None:
    found = [*sites("a", 8), finding("a", severity=Severity.BLOCKER, accepted="DEV-1"), finding("a")]
    report = scored(one_rule(RuleUse(id="a", kind="strict")), service(found))
    assert report.score.shares == Shares(0.4, 0.5, 0.1, 0)


def test_a_target_is_reached_before_every_site_passes() -> None:
    use = RuleUse(id="a", kind="target", target=0.8)
    assert scored(one_rule(use), service(sites("a", 8, 2))).score.value == 100.0
    shares = scored(one_rule(use), service(sites("a", 4, 4, 2))).score.shares
    assert shares == Shares(0.5, 0, 1 / 3, 1 / 6)


def test_a_measured_site_counts_its_parts_whatever_its_verdict() -> None:
    passing = msgspec.structs.replace(finding("a", Verdict.PASSES, line=1), measured=(90, 100))
    failing = msgspec.structs.replace(finding("a", Verdict.FAILS, line=2), measured=(10, 50))
    open_ = msgspec.structs.replace(finding("a", Verdict.UNSURE, line=3), measured=(0, 50))
    report = scored(one_rule(A), service([passing, failing, open_]))
    (tally,) = report.items[0].criteria[0].tallies
    assert (tally.passed, tally.failed, tally.unsure) == (100, 50, 50)
    assert report.score.shares == Shares(0.5, 0.0, 0.25, 0.25)


def test_mending_a_measured_site_gains_its_missing_parts() -> None:
    failing = msgspec.structs.replace(finding("a", Verdict.FAILS), measured=(30, 40))
    report = scored(one_rule(A), service([failing]))
    assert [gain.points for gain in report.gains] == [25.0]


def test_a_group_is_the_plain_mean_of_its_applicable_rules() -> None:
    checks = checklist(item("only", (1, [A, B])))
    found = sites("a", 1, 1) + sites("b", 100)
    assert scored(checks, service(found)).score.value == 75.0


def test_a_rule_that_is_not_installed_is_open_and_called_so() -> None:
    checks = checklist(item("only", (1, [A, B])))
    report = scored(checks, service(sites("a", 3)), [RuleInput(id="a", severity=Severity.MAJOR)])
    assert report.score.shares == Shares(0.5, 0, 0, 0.5)
    assert report.score.unbuilt == 50.0
    assert report.items[0].criteria[0].tallies[1].state is TallyState.MISSING


def test_a_rule_without_sites_is_open_without_a_witness() -> None:
    report = scored(one_rule(A), service([]))
    assert report.score.shares.open == 1
    assert report.score.unbuilt == 0
    assert report.items[0].state is ItemState.NOT_EVIDENCED


def test_a_rule_without_sites_is_not_applicable_with_a_witness() -> None:
    checks = checklist(item("one", (1, [A])), item("two", (1, [B])))
    report = scored(checks, service(sites("a", 1, 1), witnesses={"b": "no database library is imported"}))
    assert report.score.value == 50.0
    assert report.items[1].state is ItemState.NOT_APPLICABLE
    assert report.items[1].criteria[0].tallies[0].reason == "no database library is imported"


def test_a_required_rule_is_never_not_applicable_to_a_service() -> None:
    checks = one_rule(RuleUse(id="a", required=True))
    assert scored(checks, service([], witnesses={"a": "no container"})).score.shares.open == 1
    library = scored(checks, service([], witnesses={"a": "no container"}, profile="library"))
    assert library.items[0].state is ItemState.NOT_APPLICABLE


def test_a_rule_about_changes_is_never_in_the_total() -> None:
    checks = checklist(item("only", (1, [A]), (9, [RuleUse(id="b", changes_only=True)])))
    assert scored(checks, service(sites("a", 1, 1) + sites("b", 0, 5))).score.value == 50.0


def test_a_broken_rule_is_open_whatever_it_said_before() -> None:
    rules = [RuleInput(id="a", severity=Severity.MAJOR, broken="crashed: KeyError")]
    report = scored(one_rule(A), service(sites("a", 5)), rules)
    assert report.score.shares.open == 1
    assert report.items[0].criteria[0].tallies[0].reason == "crashed: KeyError"


def test_leaving_a_rule_out_leaves_it_open() -> None:
    rules = [RuleInput(id="a", severity=Severity.MAJOR, deselected=True)]
    report = scored(one_rule(A), service([], witnesses={"a": "no database"}), rules)
    assert report.score.shares.open == 1


def test_a_former_name_in_a_checklist_still_means_the_rule() -> None:
    rules = [RuleInput(id="new-name", severity=Severity.MAJOR, aliases=("a",))]
    assert scored(one_rule(A), service(sites("new-name", 1)), rules).score.value == 100.0


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ((), Shares(open=1)),
        ((evidence("contract", stale=True),), Shares(open=1)),
        ((evidence("contract"),), Shares(0.7, 0, 0, 0.3)),
        ((evidence("contract"), evidence("contract", observed=True)), Shares(1, 0, 0, 0)),
    ],
)
def test_evidence_alone_counts_whole_when_observed_and_in_part_when_claimed(pieces: tuple, expected: Shares) -> None:
    criterion = Criterion(id="c", title="c", weight=1, evidence=(EvidenceUse(kind="contract", hint="a report"),))
    report = scored(checklist(item("only", criterion)), service([], evidence=pieces))
    assert report.score.shares == expected
    missing = not pieces or pieces[0].stale
    assert report.items[0].criteria[0].lacking == (("a report",) if missing else ())


def test_a_rule_on_claimed_evidence_proves_seven_tenths_of_its_rate() -> None:
    use = RuleUse(id="a", evidence="coverage")
    claimed = scored(one_rule(use), service(sites("a", 1, 1), evidence=[evidence("coverage")]))
    assert claimed.score.shares == Shares(0.35, 0, 0.5, 0.15)
    observed = scored(one_rule(use), service(sites("a", 1, 1), evidence=[evidence("coverage", observed=True)]))
    assert observed.score.shares == Shares(0.5, 0, 0.5, 0)


def test_evidence_that_a_rule_rests_on_is_no_member_of_the_mean() -> None:
    criterion = Criterion(
        id="c",
        title="c",
        weight=1,
        rules=(RuleUse(id="a", evidence="coverage"),),
        evidence=(EvidenceUse(kind="coverage", hint="coverage.xml"),),
    )
    report = scored(checklist(item("only", criterion)), service(sites("a", 0, 4)))
    assert report.score.shares.refuted == 1
    assert report.items[0].criteria[0].lacking == ("coverage.xml",)


def test_items_and_criteria_are_weighted_means() -> None:
    checks = checklist(item("one", (3, [A]), (1, [B]), weight=1), item("two", (1, [RuleUse(id="c")]), weight=3))
    report = scored(checks, service(sites("a", 1) + sites("b", 0, 1) + sites("c", 1, 1)))
    assert report.items[0].shares.proven == 0.75
    assert report.score.value == round(100 * (0.75 + 3 * 0.5) / 4, 1)


def test_a_blocker_caps_the_score_and_the_item_and_the_verdict() -> None:
    checks = checklist(item("one", (1, [A])), item("two", (1, [B])))
    found = [*sites("a", 99), finding("a", severity=Severity.BLOCKER), *sites("b", 100)]
    report = scored(checks, service(found))
    assert report.score.uncapped == 99.5
    assert report.score.value == round(49 * (0.7 + 0.3 * 0.995), 1)
    assert report.score.caps[0].limit == 49
    assert report.items[0].shown == 25
    assert report.items[0].state is ItemState.VIOLATED
    assert report.score.verdict is ReadinessVerdict.NOT_READY
    assert report.score.grade == "E"


@pytest.mark.parametrize(
    "weaker",
    [
        finding("a", severity=Severity.BLOCKER, exact=False),
        finding("a", severity=Severity.BLOCKER, confidence=Confidence.MEDIUM),
        finding("a", severity=Severity.CRITICAL),
    ],
)
def test_only_an_exact_blocker_of_high_confidence_caps(weaker: object) -> None:
    report = scored(one_rule(A), service([*sites("a", 99), weaker]))
    assert report.score.caps == ()


def test_a_preview_rule_counts_and_caps_nothing() -> None:
    rules = [RuleInput(id="a", severity=Severity.BLOCKER, preview=True)]
    report = scored(one_rule(A), service([*sites("a", 99), finding("a", severity=Severity.BLOCKER)]), rules)
    assert report.score.caps == ()
    assert report.score.value == 99.0


def test_an_accepted_blocker_caps_the_score_but_not_the_score_with_deviations() -> None:
    found = [*sites("a", 99), finding("a", severity=Severity.BLOCKER, accepted="DEV-1")]
    report = scored(one_rule(A), service(found))
    assert report.score.value < 49
    assert report.score.with_deviations == 100.0
    assert not report.score.caps[0].active
    assert report.score.verdict is ReadinessVerdict.READY_WITH_DEVIATIONS


def test_a_gate_rule_caps_with_critical_failures_only() -> None:
    checks = one_rule(A, gate=["a"])
    critical = scored(checks, service([*sites("a", 99), finding("a", severity=Severity.CRITICAL)]))
    assert critical.score.value == round(69 * (0.7 + 0.3 * 0.99), 1)
    assert critical.items[0].shown == 50
    major = scored(checks, service([*sites("a", 99), finding("a")]))
    assert major.score.caps == ()


def test_failing_tests_cap_and_forbid_the_verdict() -> None:
    report = scored(one_rule(A), service(sites("a", 1), failing_tests="3 of 412 tests fail"))
    assert report.score.value == 59.0
    assert report.score.verdict is ReadinessVerdict.NOT_READY
    assert report.score.caps[0].reason == "3 of 412 tests fail"


@pytest.mark.parametrize(("unsure", "capped"), [(1, False), (2, True)])
def test_unresolved_sites_of_gate_rules_cap_above_one(unsure: int, capped: bool) -> None:
    found = sites("a", 40) + sites("a", unsure=unsure, severity=Severity.CRITICAL)
    report = scored(one_rule(A, gate=["a"]), service(found))
    assert [cap.id for cap in report.score.caps] == (["unresolved"] if capped else [])


@pytest.mark.parametrize(("unsure", "capped"), [(2, False), (3, True)])
def test_unresolved_sites_of_gate_rules_cap_above_two_percent(unsure: int, capped: bool) -> None:
    found = sites("a", 100 - unsure) + sites("a", unsure=unsure, severity=Severity.CRITICAL)
    report = scored(one_rule(A, gate=["a"]), service(found))
    assert [cap.id for cap in report.score.caps] == (["unresolved"] if capped else [])


def test_a_blocker_that_one_person_disputes_caps_at_the_unresolved_limit() -> None:
    found = [*sites("a", 99), finding("a", severity=Severity.BLOCKER, disputed=True)]
    report = scored(one_rule(A), service(found))
    assert [cap.id for cap in report.score.caps] == ["unresolved"]
    assert report.score.value < 89


def test_what_is_not_observed_caps_and_leaves_the_verdict_claimed() -> None:
    use = RuleUse(id="a", evidence="coverage")
    checks = checklist(item("only", (1, [use]), (9, [B])), observed=["a"])
    found = sites("a", 10) + sites("b", 10)
    claimed = scored(checks, service(found, evidence=[evidence("coverage")]))
    assert claimed.score.verdict is ReadinessVerdict.READY_CLAIMED
    assert claimed.score.value == round(89 * (0.7 + 0.3 * 0.97), 1)
    observed = scored(checks, service(found, evidence=[evidence("coverage", observed=True)]))
    assert observed.score.verdict is ReadinessVerdict.READY
    assert observed.score.value == 100.0
    assert observed.score.grade == "A"


def test_an_item_is_violated_above_a_fifth_refuted_and_not_evidenced_above_a_fifth_open() -> None:
    def state(*counts: int) -> ItemState:
        return scored(one_rule(A), service(sites("a", *counts))).items[0].state

    assert state(8, 2) is ItemState.SATISFIED
    assert state(79, 21) is ItemState.VIOLATED
    assert state(8, 0, 2) is ItemState.SATISFIED
    assert state(79, 0, 21) is ItemState.NOT_EVIDENCED


def test_a_library_is_not_rated() -> None:
    report = scored(one_rule(A), service(sites("a", 1), profile="library"))
    assert report.score.verdict is ReadinessVerdict.NOT_RATED
    assert report.score.grade == ""


def test_the_interval_flips_open_sites_and_caps_what_would_cap() -> None:
    found = [*sites("a", 50), finding("a", Verdict.UNSURE, severity=Severity.BLOCKER)]
    report = scored(one_rule(RuleUse(id="a", kind="strict")), service(found))
    assert report.score.high == 100.0
    proven = 50 / 51 / 2
    assert report.score.low == int(490 * (0.7 + 0.3 * proven)) / 10


def test_the_interval_invents_no_blocker_for_a_rule_that_is_not_installed() -> None:
    checks = checklist(item("only", (1, [A, RuleUse(id="b", kind="strict")])))
    report = scored(checks, service(sites("a", 4)), [RuleInput(id="a", severity=Severity.MAJOR)])
    assert (report.score.low, report.score.value, report.score.high) == (50.0, 50.0, 100.0)


def test_gains_are_the_score_recomputed() -> None:
    found = [*sites("a", 8), finding("a", line=20), finding("a", line=30, cause="no default"), finding("b", line=5)]
    checks = checklist(item("one", (1, [A]), (1, [B])))
    gains = scored(checks, service(found)).gains
    assert [(gain.rule, gain.points, gain.span.line) for gain in gains] == [
        ("b", 50.0, 5),
        ("a", 5.0, 20),
        ("a", 5.0, 30),
    ]


def test_a_gain_mends_all_findings_of_one_cause() -> None:
    found = [*sites("a", 2), *(finding("a", line=line, cause="no default page size") for line in (7, 8))]
    (gain,) = scored(one_rule(A), service(found)).gains
    assert (gain.points, gain.count, gain.span.line, gain.message) == (50.0, 2, 7, "no default page size")


def test_a_gain_includes_the_cap_that_the_repair_lifts() -> None:
    found = [*sites("a", 99), finding("a", severity=Severity.BLOCKER, line=100)]
    report = scored(one_rule(A), service(found))
    assert report.gains[0].points == pytest.approx(100 - 49 * (0.7 + 0.3 * 0.99), abs=0.01)


def test_findings_that_hold_a_cap_together_have_a_gain_together() -> None:
    found = [*sites("a", 98), *(finding("a", severity=Severity.BLOCKER, line=line) for line in (100, 200))]
    gains = scored(one_rule(A), service(found)).gains
    assert gains[0].count == 2
    assert gains[0].severity == "blocker"
    assert [gain.count for gain in gains[1:]] == [1, 1]
    assert gains[0].points > 50 > gains[1].points > 0


def test_accepted_findings_are_no_gain() -> None:
    assert scored(one_rule(A), service(sites("a", 1, accepted=1))).gains == ()


def test_confidence_is_the_product_of_what_was_read_resolved_and_fresh() -> None:
    world = service(
        sites("a", 9, 0, 1),
        evidence=[evidence("coverage"), evidence("tests", stale=True)],
        recognised=Recognised(files=8, files_read=8, languages_unread=(("go", 2),)),
    )
    report = scored(one_rule(A), world)
    assert dict(report.score.confidence_factors) == {"files read": 0.8, "sites resolved": 0.9, "evidence fresh": 0.5}
    assert report.score.confidence == "low"
    assert scored(one_rule(A), service(sites("a", 10))).score.confidence == "high"


def test_browser_code_beside_an_application_that_was_read_does_not_lower_the_confidence() -> None:
    def files_read(*frameworks: str) -> float:
        unread = (("typescript", 10), ("go", 10))
        recognised = Recognised(files=10, files_read=10, languages_unread=unread, frameworks=frameworks)
        return dict(scored(one_rule(A), service(sites("a", 1), recognised=recognised)).score.confidence_factors)[
            "files read"
        ]

    assert files_read("FastAPI") == 1 / 2
    assert files_read() == 1 / 3


def test_many_disputes_lower_the_confidence_by_a_level() -> None:
    found = [*sites("a", 8), finding("a", disputed=True)]
    report = scored(one_rule(A), service(found))
    assert report.score.confidence == "medium"
    assert report.score.confidence_factors[-1][0] == "undisputed sites of a"


def test_sites_that_rest_on_evidence_say_nothing_about_resolution() -> None:
    checks = checklist(item("only", (1, [A, RuleUse(id="b", evidence="coverage")])))
    report = scored(checks, service(sites("a", 4) + sites("b", unsure=40)))
    assert dict(report.score.confidence_factors)["sites resolved"] == 1.0


def test_rules_outside_the_checklist_are_tallied_and_carry_no_points() -> None:
    rules = [RuleInput(id="a", severity=Severity.MAJOR), RuleInput(id="other", severity=Severity.BLOCKER)]
    found = [*sites("a", 1), finding("other", severity=Severity.BLOCKER)]
    report = scored(one_rule(A), service(found), rules)
    assert report.score.value == 100.0
    assert [(tally.rule, tally.failed) for tally in report.unweighted] == [("other", 1)]


def test_every_service_is_scored_apart() -> None:
    rules = [RuleInput(id="a", severity=Severity.MAJOR)]
    reports = score([service(sites("a", 1)), service(sites("a", 1, 1))], rules, one_rule(A))
    assert [report.score.value for report in reports] == [100.0, 50.0]


def test_nothing_to_judge_is_not_evidenced() -> None:
    report = scored(one_rule(A), service([], witnesses={"a": "no database"}))
    assert report.score.verdict is ReadinessVerdict.NOT_EVIDENCED
    assert report.score.value == 0.0
    assert report.score.confidence == "low"
