"""What must hold of every score: hypothesis makes checklists and findings, then moves one site."""

import math

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

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
from readiness.model.score import Shares, TallyState
from readiness.scoring import RuleInput, ServiceInput, score

RULES = ("a", "b", "c", "d", "e", "f")
KINDS = ("coverage", "load")
EPSILON = 1e-9
FEW = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
"""A world is large; the moves were also tried 2500 times each."""

World = tuple[Checklist, tuple[RuleInput, ...], ServiceInput]

severities = st.sampled_from(list(Severity))


@st.composite
def uses(draw: st.DrawFn, rule: str) -> RuleUse:
    return RuleUse(
        id=rule,
        kind=draw(st.sampled_from(["linear", "strict", "target"])),
        target=draw(st.sampled_from([0.5, 0.8, 1.0])),
        required=draw(st.booleans()),
        evidence=draw(st.sampled_from(["", "", *KINDS])),
        changes_only=draw(st.integers(0, 9)) == 0,
    )


@st.composite
def checklists(draw: st.DrawFn) -> Checklist:
    """Two or three items that share out six rules."""
    weights = st.sampled_from([1, 2, 3, 0.5])
    items = []
    left = list(RULES)
    for number in range(draw(st.integers(2, 3))):
        criteria = []
        for place in range(draw(st.integers(1, 2))):
            taken, left = left[: draw(st.integers(0, 2))], left[2:]
            pieces = (EvidenceUse(kind="sarif"),) if not taken or draw(st.booleans()) else ()
            criteria.append(
                Criterion(
                    id=f"{number}-{place}",
                    title="criterion",
                    weight=draw(weights),
                    rules=tuple(draw(uses(rule)) for rule in taken),
                    evidence=pieces,
                )
            )
        items.append(Item(id=str(number), title="item", question="?", weight=draw(weights), criteria=tuple(criteria)))
    used = [use.id for item in items for criterion in item.criteria for use in criterion.rules]
    some = st.lists(st.sampled_from(used), unique=True, max_size=2) if used else st.just([])
    return Checklist(
        id="x",
        title="X",
        version="1",
        items=tuple(items),
        gate_rules=tuple(draw(some)),
        observed_rules=tuple(draw(some)),
    )


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    verdict = draw(st.sampled_from([Verdict.PASSES, Verdict.FAILS, Verdict.UNSURE]))
    fails = verdict is Verdict.FAILS
    return Finding(
        rule=draw(st.sampled_from(RULES)),
        verdict=verdict,
        severity=draw(severities),
        confidence=draw(st.sampled_from([Confidence.HIGH, Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW])),
        span=Span("app.py", draw(st.integers(1, 500))),
        symbol="app::f",
        message="m",
        scope=Scope.SERVICE,
        exact=draw(st.booleans()),
        cause=draw(st.sampled_from(["", "", "one cause"])),
        accepted=draw(st.sampled_from(["", "", "DEV-1"])) if fails else "",
        disputed=draw(st.integers(0, 9)) == 0 if fails else False,
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    rules = tuple(
        RuleInput(id=rule, severity=draw(severities), preview=draw(st.integers(0, 9)) == 0)
        for rule in RULES
        if draw(st.integers(0, 5))
    )
    evidence = tuple(
        Evidence(
            span=Span(kind, 1), symbol="", scope=Scope.SERVICE, kind=kind, format="x",
            observed=draw(st.booleans()), stale=draw(st.booleans()),
        )
        for kind in draw(st.lists(st.sampled_from([*KINDS, "sarif"]), max_size=3))
    )  # fmt: skip
    service = ServiceInput(
        name="s",
        root="",
        profile=draw(st.sampled_from(["service", "service", "worker", "library"])),
        recognised=Recognised(files=3, files_read=3),
        findings=tuple(draw(st.lists(findings(), max_size=12))),
        witnesses=dict.fromkeys(draw(st.sets(st.sampled_from(RULES))), "none of that kind"),
        evidence=evidence,
        failing_tests=draw(st.sampled_from(["", "", "1 of 2 tests fails"])),
    )
    return draw(checklists()), rules, service


def scored(world: World, findings: tuple[Finding, ...] | None = None) -> ServiceReport:
    checklist, rules, service = world
    if findings is not None:
        service = msgspec.structs.replace(service, findings=findings)
    return score([service], rules, checklist)[0]


def outcome(finding: Finding) -> str:
    if finding.verdict is Verdict.PASSES:
        return "P"
    if finding.verdict is Verdict.UNSURE or finding.disputed or finding.confidence is Confidence.LOW:
        return "U"
    return "A" if finding.accepted else "F"


def one_of(data: st.DataObject, world: World, wanted: str) -> tuple[int, Finding]:
    """One site of the wanted outcome."""
    places = [index for index, finding in enumerate(world[2].findings) if outcome(finding) == wanted]
    assume(places)
    index = data.draw(st.sampled_from(places))
    return index, world[2].findings[index]


def with_site(world: World, index: int, *instead: Finding) -> tuple[Finding, ...]:
    found = world[2].findings
    return (*found[:index], *instead, *found[index + 1 :])


def passing(finding: Finding) -> Finding:
    return msgspec.structs.replace(finding, verdict=Verdict.PASSES, accepted="", disputed=False)


@FEW
@given(worlds(), st.data())
def test_fixing_never_lowers_the_score(world: World, data: st.DataObject) -> None:
    index, finding = one_of(data, world, "F")
    assert scored(world, with_site(world, index, passing(finding))).score.value >= scored(world).score.value


@FEW
@given(worlds(), st.data())
def test_deleting_what_fails_never_lowers_the_score(world: World, data: st.DataObject) -> None:
    index, _ = one_of(data, world, "F")
    assert scored(world, with_site(world, index)).score.value >= scored(world).score.value


@FEW
@given(worlds(), st.data())
def test_deciding_an_open_site_well_never_lowers_the_score(world: World, data: st.DataObject) -> None:
    index, finding = one_of(data, world, "U")
    assert scored(world, with_site(world, index, passing(finding))).score.value >= scored(world).score.value


@FEW
@given(worlds(), st.data())
def test_deleting_an_open_site_never_lowers_the_score(world: World, data: st.DataObject) -> None:
    index, _ = one_of(data, world, "U")
    assert scored(world, with_site(world, index)).score.value >= scored(world).score.value


@FEW
@given(worlds(), st.data())
def test_fixing_what_was_accepted_never_lowers_the_score(world: World, data: st.DataObject) -> None:
    index, finding = one_of(data, world, "A")
    assert scored(world, with_site(world, index, passing(finding))).score.value >= scored(world).score.value


@FEW
@given(worlds(), st.data())
def test_accepting_a_failure_never_raises_the_score(world: World, data: st.DataObject) -> None:
    index, finding = one_of(data, world, "F")
    accepted = msgspec.structs.replace(finding, accepted="DEV-2")
    assert scored(world, with_site(world, index, accepted)).score.value <= scored(world).score.value


@FEW
@given(worlds(), st.data())
def test_hiding_a_failure_raises_the_score_only_by_a_cap_or_the_strict_half(world: World, data: st.DataObject) -> None:
    index, finding = one_of(data, world, "F")
    before = scored(world)
    after = scored(world, with_site(world, index, msgspec.structs.replace(finding, verdict=Verdict.UNSURE)))
    if after.score.value > before.score.value:
        weighty = finding.severity in (Severity.BLOCKER, Severity.CRITICAL) and finding.exact
        assert weighty
        assert finding.confidence is Confidence.HIGH


@FEW
@given(worlds())
def test_the_interval_contains_the_score(world: World) -> None:
    report = scored(world).score
    assert report.low <= report.value <= report.high
    assert report.low >= 0
    assert report.high <= 100
    assert report.value <= report.with_deviations


@FEW
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(world: World, random: object) -> None:
    shuffled = list(world[2].findings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert msgspec.json.encode(scored(world, tuple(shuffled))) == msgspec.json.encode(scored(world))


@FEW
@given(worlds())
def test_shares_add_up_to_one_wherever_something_applies(world: World) -> None:
    def whole(shares: Shares) -> bool:
        parts = (shares.proven, shares.accepted, shares.refuted, shares.open)
        return all(part >= 0 for part in parts) and math.isclose(sum(parts), 1, abs_tol=EPSILON)

    report = scored(world)
    assert whole(report.score.shares)
    for item in report.items:
        assert whole(item.shares) == any(criterion.applicable for criterion in item.criteria)
        for criterion in item.criteria:
            assert whole(criterion.shares) == criterion.applicable
            for tally in criterion.tallies:
                assert whole(tally.shares) == (tally.state is not TallyState.NOT_APPLICABLE)


@FEW
@given(worlds())
def test_what_is_not_built_is_a_part_of_what_is_open(world: World) -> None:
    report = scored(world).score
    assert -EPSILON <= report.unbuilt <= 100 * report.shares.open + 0.05 + EPSILON


@FEW
@given(worlds())
def test_every_gain_is_what_the_repair_brings(world: World) -> None:
    report = scored(world)
    for gain in report.gains:
        if gain.count > 1:
            continue
        index = next(
            index
            for index, finding in enumerate(world[2].findings)
            if (finding.rule, finding.span) == (gain.rule, gain.span) and outcome(finding) == "F"
        )
        same = [each for each in world[2].findings if (each.rule, each.span) == (gain.rule, gain.span)]
        if len(same) > 1:
            continue
        repaired = scored(world, with_site(world, index, passing(world[2].findings[index])))
        assert abs(repaired.score.value - report.score.value - gain.points) <= 0.11


@FEW
@given(worlds())
def test_repairing_everything_reaches_the_highest_score_of_the_sites(world: World) -> None:
    clean = tuple(passing(finding) for finding in world[2].findings)
    assert scored(world, clean).score.value >= scored(world).score.value
    assert scored(world, clean).gains == ()
