"""The score stage: services with their settled findings, the installed rules and a checklist in, scored services out.

The form is explained, with an example to recompute by hand, in `docs/scoring.md`.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import msgspec

from readiness.model.checklist import Checklist, Criterion, RuleUse
from readiness.model.finding import Severity
from readiness.model.report import ServiceReport
from readiness.model.score import Cap, CriterionScore, EvidenceTally, ItemScore, Score, Shares, Tally, TallyState
from readiness.scoring.caps import Scale, capped
from readiness.scoring.gains import gains_of
from readiness.scoring.inputs import RuleInput, ServiceInput
from readiness.scoring.plan import plan_of
from readiness.scoring.shares import Arithmetic, Assume, Parts, Standing, exact, members, standings
from readiness.scoring.sites import Sites, classify, count, uses
from readiness.scoring.verdict import confidence, grade, judge, judge_item, rounded, rounded_down, rounded_up

__all__ = ["RuleInput", "ServiceInput", "score"]


def score(
    services: Sequence[ServiceInput],
    rules: Sequence[RuleInput],
    checklist: Checklist,
    *,
    target: float | None = None,
) -> tuple[ServiceReport, ...]:
    """Score every service by itself, with the way to `target` points where one is given. The order of findings does not matter."""
    installed = {rule.id: rule for rule in rules}
    named = {alias: rule.id for rule in rules for alias in rule.aliases}
    current = _with_current_names(checklist, named, installed)
    return tuple(_score_one(service, installed, current, target) for service in services)


def _score_one(
    service: ServiceInput, rules: Mapping[str, RuleInput], checklist: Checklist, target: float | None
) -> ServiceReport:
    sites = classify(service, rules, checklist)
    counts = count(sites, service, rules, uses(checklist))
    arithmetic = Arithmetic(checklist, standings(service.evidence))
    scale = Scale(arithmetic, _watched(checklist, rules), service.failing_tests)
    items = _items(arithmetic, counts)
    others = [RuleUse(id=rule) for rule in sorted(rules) if rule not in counts]
    unweighted = count(sites, service, rules, others)
    return ServiceReport(
        name=service.name,
        root=service.root,
        profile=service.profile,
        recognised=service.recognised,
        score=_score(service, scale, counts, items),
        items=items,
        gains=gains_of(scale, counts, sites),
        unweighted=tuple(_tally(arithmetic, use, unweighted[use.id]) for use in others),
        plan=plan_of(scale, counts, sites, exact(target)) if target is not None else None,
    )


def _with_current_names(
    checklist: Checklist, named: Mapping[str, str], installed: Mapping[str, RuleInput]
) -> Checklist:
    """The checklist with the present ids of rules that it calls by a former name."""

    def now(rule: str) -> str:
        return rule if rule in installed else named.get(rule, rule)

    def renamed(criterion: Criterion) -> Criterion:
        rules = tuple(msgspec.structs.replace(use, id=now(use.id)) for use in criterion.rules)
        return msgspec.structs.replace(criterion, rules=rules)

    items = (
        msgspec.structs.replace(item, criteria=tuple(renamed(each) for each in item.criteria))
        for item in checklist.items
    )
    return msgspec.structs.replace(
        checklist,
        items=tuple(items),
        gate_rules=tuple(now(rule) for rule in checklist.gate_rules),
        observed_rules=tuple(now(rule) for rule in checklist.observed_rules),
    )


def _watched(checklist: Checklist, rules: Mapping[str, RuleInput]) -> frozenset[str]:
    strict = {use.id for use in uses(checklist) if use.kind == "strict"}
    blockers = {rule.id for rule in rules.values() if rule.severity is Severity.BLOCKER}
    return frozenset(strict | blockers | set(checklist.gate_rules))


def _score(service: ServiceInput, scale: Scale, counts: Mapping[str, Sites], items: tuple[ItemScore, ...]) -> Score:
    arithmetic = scale.arithmetic
    parts = arithmetic.total(counts)
    caps = scale.caps(counts)
    value = rounded(capped(parts.proven, caps))
    low, high = _interval(scale, counts, caps)
    level, factors = confidence(arithmetic.checklist, service.recognised, counts, service.evidence)
    return Score(
        value=value,
        uncapped=rounded(100 * parts.proven),
        low=rounded_down(low),
        high=rounded_up(high),
        with_deviations=rounded(capped(parts.proven + parts.accepted, [cap for cap in caps if cap.active])),
        grade=grade(service.profile, value),
        shares=parts.rounded(),
        caps=caps,
        verdict=judge(service.profile, items, caps, parts.accepted > 0),
        confidence=level,
        confidence_factors=factors,
        unbuilt=rounded(100 * parts.unbuilt),
    )


def _interval(scale: Scale, counts: Mapping[str, Sites], caps: Sequence[Cap]) -> tuple[Fraction, Fraction]:
    """The score if all that is open failed, and if all of it passed.

    An unsure site that fails caps as its severity says, and the caps of today stay: to learn more never helps in the worst
    case. A rule without sites, or without evidence, is refuted whole, but no blocker is invented for it.
    """
    worst = {rule: sites.worst() for rule, sites in counts.items()}
    best = {rule: sites.best() for rule, sites in counts.items()}
    low = capped(scale.arithmetic.total(worst, Assume.FAILS).proven, [*caps, *scale.caps(worst)])
    met = [cap for cap in scale.caps(best) if cap.id != "unobserved"]
    return low, capped(scale.arithmetic.total(best, Assume.PASSES).proven, met)


def _items(arithmetic: Arithmetic, counts: Mapping[str, Sites]) -> tuple[ItemScore, ...]:
    scored = []
    for item in arithmetic.checklist.items:
        parts = arithmetic.item(item, counts)
        state, shown, reason = judge_item(item, parts, counts)
        scored.append(
            ItemScore(
                id=item.id,
                title=item.title,
                question=item.question,
                weight=item.weight,
                state=state,
                shares=_shares(parts),
                shown=shown,
                reason=reason,
                criteria=tuple(_criterion(arithmetic, each, counts) for each in item.criteria),
            )
        )
    return tuple(scored)


def _criterion(arithmetic: Arithmetic, criterion: Criterion, counts: Mapping[str, Sites]) -> CriterionScore:
    parts = arithmetic.criterion(criterion, counts)
    rules, evidence = members(criterion)
    applicable = {use.evidence for use in rules if counts[use.id].state is not TallyState.NOT_APPLICABLE}
    wanted = [use for use in criterion.evidence if use.kind in applicable or use in evidence]
    return CriterionScore(
        id=criterion.id,
        title=criterion.title,
        weight=criterion.weight,
        shares=_shares(parts),
        applicable=parts is not None,
        tallies=tuple(_tally(arithmetic, use, counts[use.id]) for use in rules),
        lacking=tuple(
            use.hint or use.kind
            for use in wanted
            if arithmetic.standing(use.kind) in (Standing.STALE, Standing.MISSING)
        ),
        evidence=tuple(
            EvidenceTally(
                kind=use.kind,
                hint=use.hint,
                state=arithmetic.standing(use.kind).value,
                shares=arithmetic.evidence_only(use).rounded(),
            )
            for use in evidence
        ),
    )


def _tally(arithmetic: Arithmetic, use: RuleUse, sites: Sites) -> Tally:
    return Tally(
        rule=use.id,
        state=sites.state,
        passed=sites.passed,
        failed=sites.failed,
        unsure=sites.unsure,
        accepted=sites.accepted,
        shares=_shares(arithmetic.rule(use, sites)),
        reason=sites.reason,
        kind=use.kind,
        target=use.target,
        halved=use.kind == "strict" and sites.blockers_failed + sites.blockers_accepted > 0,
        claimed=float(arithmetic.claimed(use)),
        disputed=sites.disputed,
    )


def _shares(parts: Parts | None) -> Shares:
    """What does not apply has no shares at all."""
    return Shares() if parts is None else parts.rounded()
