"""Counts outcomes: the settled findings of a service in, for each rule its number of sites by outcome out.

Every site has exactly one outcome: it passes, fails, is unsure, or fails with an accepted deviation.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import msgspec
from msgspec import Struct, UnsetType

from readiness.model.checklist import Checklist, RuleUse
from readiness.model.finding import Confidence, Finding, Severity, Verdict
from readiness.model.score import TallyState
from readiness.model.source import Scope
from readiness.scoring.inputs import RuleInput, ServiceInput

COUNTED = frozenset({Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION})
"""Scopes whose sites count unless the checklist says `everywhere`."""


class Outcome(StrEnum):
    """What one site is to the score."""

    PASSED = "passed"
    FAILED = "failed"
    UNSURE = "unsure"
    ACCEPTED = "accepted"


class Weight(StrEnum):
    """What one site can do to the score beside its rate."""

    NONE = "none"
    GATE = "gate"
    BLOCKER = "blocker"


class Site(Struct, frozen=True):
    """One finding with its outcome."""

    finding: Finding
    outcome: Outcome
    weight: Weight
    """For a failed or accepted site what it caps; for an unsure one what it would cap if it failed."""

    @property
    def parts(self) -> tuple[int, int]:
        """How much of it is as it should be, and how much is not or is not known: a site that is not measured counts as one."""
        measured = self.finding.measured
        passed, total = (int(self.outcome is Outcome.PASSED), 1) if isinstance(measured, UnsetType) else measured
        return passed, total - passed


class Sites(Struct, frozen=True, kw_only=True):
    """The sites of one rule in one service, by outcome."""

    state: TallyState = TallyState.JUDGED
    reason: str = ""
    passed: int = 0
    failed: int = 0
    unsure: int = 0
    accepted: int = 0
    disputed: int = 0
    """Of the unsure ones those that a record calls false positives."""
    disputed_caps: int = 0
    """Of the disputed ones those that would cap the score."""
    blockers_failed: int = 0
    blockers_accepted: int = 0
    blockers_unsure: int = 0
    gates_failed: int = 0
    gates_accepted: int = 0
    gates_unsure: int = 0

    @property
    def total(self) -> int:
        """The number of sites that count."""
        return self.passed + self.failed + self.unsure + self.accepted

    def worst(self) -> "Sites":
        """The same rule if every unsure site failed, with the severity it was given."""
        return msgspec.structs.replace(
            self,
            failed=self.failed + self.unsure,
            blockers_failed=self.blockers_failed + self.blockers_unsure,
            gates_failed=self.gates_failed + self.gates_unsure,
            **NOTHING_UNSURE,
        )

    def best(self) -> "Sites":
        """The same rule if every unsure site passed."""
        return msgspec.structs.replace(self, passed=self.passed + self.unsure, **NOTHING_UNSURE)

    def repaired(self, failed: int, accepted: int, blockers: tuple[int, int], gates: tuple[int, int]) -> "Sites":
        """The same rule after repairs; `blockers` and `gates` are pairs of failed and accepted ones among them."""
        return msgspec.structs.replace(
            self,
            passed=self.passed + failed + accepted,
            failed=self.failed - failed,
            accepted=self.accepted - accepted,
            blockers_failed=self.blockers_failed - blockers[0],
            blockers_accepted=self.blockers_accepted - blockers[1],
            gates_failed=self.gates_failed - gates[0],
            gates_accepted=self.gates_accepted - gates[1],
        )


NOTHING_UNSURE = {"unsure": 0, "disputed": 0, "disputed_caps": 0, "blockers_unsure": 0, "gates_unsure": 0}


def uses(checklist: Checklist) -> Iterator[RuleUse]:
    """Every rule of the checklist that carries points."""
    for item in checklist.items:
        for criterion in item.criteria:
            yield from criterion.rules


def classify(service: ServiceInput, rules: Mapping[str, RuleInput], checklist: Checklist) -> dict[str, list[Site]]:
    """The sites that count, by the rule's id."""
    known = {use.id: use for use in uses(checklist)}
    sites: dict[str, list[Site]] = {}
    for finding in service.findings:
        use = known.get(finding.rule)
        anywhere = use is not None and use.everywhere
        if finding.excluded or (finding.scope not in COUNTED and not anywhere):
            continue
        rule = rules.get(finding.rule)
        weight = Weight.NONE
        if rule is None or not rule.preview:
            weight = _weight(finding, finding.rule in checklist.gate_rules)
        sites.setdefault(finding.rule, []).append(Site(finding, _outcome(finding), weight))
    return sites


def count(
    sites: Mapping[str, list[Site]], service: ServiceInput, rules: Mapping[str, RuleInput], ids: Iterable[RuleUse]
) -> dict[str, Sites]:
    """The number of sites of each rule, and what became of the rule."""
    deployable = service.profile != "library"
    return {use.id: _count(use, sites.get(use.id, []), service, rules.get(use.id), deployable) for use in ids}


def _outcome(finding: Finding) -> Outcome:
    if finding.verdict is Verdict.PASSES:
        return Outcome.PASSED
    if finding.verdict is Verdict.UNSURE or finding.disputed or finding.confidence is Confidence.LOW:
        return Outcome.UNSURE
    return Outcome.ACCEPTED if finding.accepted else Outcome.FAILED


def _weight(finding: Finding, gate: bool) -> Weight:
    """A failure caps only with exact resolution, high confidence and its severity after all downgrades."""
    if finding.verdict is Verdict.PASSES:
        return Weight.NONE
    if _outcome(finding) is not Outcome.UNSURE and not (finding.exact and finding.confidence is Confidence.HIGH):
        return Weight.NONE
    if finding.severity is Severity.BLOCKER:
        return Weight.BLOCKER
    return Weight.GATE if gate and finding.severity is Severity.CRITICAL else Weight.NONE


def _count(
    use: RuleUse, sites: Iterable[Site], service: ServiceInput, rule: RuleInput | None, deployable: bool
) -> Sites:
    tally = dict.fromkeys(Outcome, 0)
    caps = {(weight, outcome): 0 for weight in Weight for outcome in Outcome}
    disputed = disputed_caps = 0
    for site in sites:
        passed, rest = site.parts
        tally[Outcome.PASSED] += passed
        tally[Outcome.FAILED if site.outcome is Outcome.PASSED else site.outcome] += rest
        caps[site.weight, site.outcome] += 1
        if site.outcome is Outcome.UNSURE and site.finding.disputed:
            disputed += rest
            disputed_caps += site.weight is not Weight.NONE
    state, reason = _state(use, sum(tally.values()), service, rule, deployable)
    return Sites(
        state=state,
        reason=reason,
        passed=tally[Outcome.PASSED],
        failed=tally[Outcome.FAILED],
        unsure=tally[Outcome.UNSURE],
        accepted=tally[Outcome.ACCEPTED],
        disputed=disputed,
        disputed_caps=disputed_caps,
        blockers_failed=caps[Weight.BLOCKER, Outcome.FAILED],
        blockers_accepted=caps[Weight.BLOCKER, Outcome.ACCEPTED],
        blockers_unsure=caps[Weight.BLOCKER, Outcome.UNSURE],
        gates_failed=caps[Weight.GATE, Outcome.FAILED],
        gates_accepted=caps[Weight.GATE, Outcome.ACCEPTED],
        gates_unsure=caps[Weight.GATE, Outcome.UNSURE],
    )


def _state(
    use: RuleUse, total: int, service: ServiceInput, rule: RuleInput | None, deployable: bool
) -> tuple[TallyState, str]:
    """What became of a rule, and why where it was not judged."""
    if use.changes_only:
        return TallyState.NOT_APPLICABLE, "it judges a change, not a whole service"
    if rule is not None and rule.broken:
        return TallyState.BROKEN, rule.broken
    if total:
        return TallyState.JUDGED, ""
    if rule is None:
        return TallyState.MISSING, "no such rule is installed"
    if rule.deselected:
        return TallyState.NO_SITE, "left out of this run"
    if use.required and deployable:
        return TallyState.NO_SITE, "nothing found, and every deployed service needs it"
    witness = service.witnesses.get(use.id, "")
    if witness:
        return TallyState.NOT_APPLICABLE, witness
    return TallyState.NO_SITE, "nothing to judge was found, so it stays open"
