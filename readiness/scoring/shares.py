"""The arithmetic of shares: site counts and the state of the evidence in, the four parts of every rule, criterion, item and
of the whole out.

All of it is exact (fractions), so that limits such as 'more than 20 %' never depend on rounding.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from readiness.model import Evidence
from readiness.model.checklist import Checklist, Criterion, EvidenceUse, Item, RuleUse
from readiness.model.score import Shares, TallyState
from readiness.scoring.sites import Sites

ZERO = Fraction(0)
ONE = Fraction(1)
HALF = Fraction(1, 2)


class Parts(NamedTuple):
    """The parts of a whole; the first four add up to 1, `unbuilt` is a part of `open`."""

    proven: Fraction = ZERO
    accepted: Fraction = ZERO
    refuted: Fraction = ZERO
    open: Fraction = ZERO
    unbuilt: Fraction = ZERO

    def rounded(self) -> Shares:
        """The same as floats."""
        return Shares(float(self.proven), float(self.accepted), float(self.refuted), float(self.open))


class Assume(StrEnum):
    """What is taken for granted of everything open."""

    NOTHING = "nothing"
    FAILS = "fails"
    PASSES = "passes"


class Standing(StrEnum):
    """What one kind of evidence is worth."""

    OBSERVED = "observed"
    CLAIMED = "claimed"
    STALE = "stale"
    MISSING = "missing"


OPEN = Parts(open=ONE)
UNBUILT = Parts(open=ONE, unbuilt=ONE)


def exact(number: float) -> Fraction:
    """A number of a checklist as it was written: 0.7 is seven tenths."""
    return Fraction(str(number))


def standings(evidence: Iterable[Evidence]) -> dict[str, Standing]:
    """The best standing of each kind of evidence."""
    order = list(Standing)
    best: dict[str, Standing] = {}
    for piece in evidence:
        found = Standing.STALE if piece.stale else Standing.OBSERVED if piece.observed else Standing.CLAIMED
        best[piece.kind] = min(best.get(piece.kind, Standing.MISSING), found, key=order.index)
    return best


def members(criterion: Criterion) -> tuple[tuple[RuleUse, ...], tuple[EvidenceUse, ...]]:
    """What the mean of a criterion is taken over: its rules, and the evidence that none of its rules rests on."""
    rested = {use.evidence for use in criterion.rules}
    return criterion.rules, tuple(use for use in criterion.evidence if use.kind not in rested)


class Arithmetic:
    """The shares of one service under one checklist. Items are remembered by their counts: gains ask for many variants."""

    def __init__(self, checklist: Checklist, evidence: Mapping[str, Standing]) -> None:
        self.checklist = checklist
        self.evidence = evidence
        self._claimed = exact(checklist.attested_share)
        self._weights = [exact(item.weight) for item in checklist.items]
        self._rules = [[use.id for criterion in item.criteria for use in criterion.rules] for item in checklist.items]
        self._items: dict[tuple[int, Assume, tuple[Sites, ...]], Parts | None] = {}

    def standing(self, kind: str) -> Standing:
        """What a kind of evidence is worth here."""
        return self.evidence.get(kind, Standing.MISSING)

    def claimed(self, use: RuleUse) -> Fraction:
        """The part of a rule's proven share that its evidence lets count."""
        observed = not use.evidence or self.standing(use.evidence) is Standing.OBSERVED
        return ONE if observed else self._claimed

    def rule(self, use: RuleUse, sites: Sites, assume: Assume = Assume.NOTHING) -> Parts | None:
        """The parts of one rule; None where it is not applicable."""
        match sites.state:
            case TallyState.NOT_APPLICABLE:
                return None
            case TallyState.MISSING:
                parts = UNBUILT
            case TallyState.JUDGED:
                parts = self._judged(use, sites)
            case _:
                parts = OPEN
        return _assumed(parts, assume)

    def evidence_only(self, use: EvidenceUse, assume: Assume = Assume.NOTHING) -> Parts:
        """The parts of a piece of evidence that counts by itself."""
        match self.standing(use.kind):
            case Standing.OBSERVED:
                return Parts(proven=ONE)
            case Standing.CLAIMED:
                return _assumed(Parts(proven=self._claimed, open=ONE - self._claimed), assume)
            case _:
                return _assumed(OPEN, assume)

    def criterion(
        self, criterion: Criterion, sites: Mapping[str, Sites], assume: Assume = Assume.NOTHING
    ) -> Parts | None:
        """The plain mean of the applicable members; None where none is."""
        rules, evidence = members(criterion)
        parts = [self.rule(use, sites[use.id], assume) for use in rules]
        parts += [self.evidence_only(use, assume) for use in evidence]
        return _mean((part, ONE) for part in parts)

    def item(self, item: Item, sites: Mapping[str, Sites], assume: Assume = Assume.NOTHING) -> Parts | None:
        """The weighted mean of the applicable criteria; None where none is."""
        return _mean((self.criterion(each, sites, assume), exact(each.weight)) for each in item.criteria)

    def total(self, sites: Mapping[str, Sites], assume: Assume = Assume.NOTHING) -> Parts:
        """The weighted mean of the applicable items; all open where none is."""
        parts = []
        for index, item in enumerate(self.checklist.items):
            key = (index, assume, tuple(sites[rule] for rule in self._rules[index]))
            if key not in self._items:
                self._items[key] = self.item(item, sites, assume)
            parts.append((self._items[key], self._weights[index]))
        return _mean(parts) or OPEN

    def _judged(self, use: RuleUse, sites: Sites) -> Parts:
        total = sites.total
        proven = Fraction(sites.passed, total)
        accepted = Fraction(sites.accepted, total)
        refuted = Fraction(sites.failed, total)
        unsure = Fraction(sites.unsure, total)
        if use.kind == "target" and proven < ONE:
            reached = min(ONE, proven / exact(use.target))
            # What is missing to the target is divided as the sites that do not pass are.
            scale = (ONE - reached) / (ONE - proven)
            proven, accepted, refuted, unsure = reached, accepted * scale, refuted * scale, unsure * scale
        elif use.kind == "strict" and (sites.blockers_failed or sites.blockers_accepted):
            moved = proven * HALF
            proven -= moved
            if sites.blockers_failed:
                refuted += moved
            else:
                accepted += moved
        counts = proven * self.claimed(use)
        return Parts(counts, accepted, refuted, unsure + proven - counts)


def _assumed(parts: Parts, assume: Assume) -> Parts:
    match assume:
        case Assume.FAILS:
            return parts._replace(refuted=parts.refuted + parts.open, open=ZERO, unbuilt=ZERO)
        case Assume.PASSES:
            return parts._replace(proven=parts.proven + parts.open, open=ZERO, unbuilt=ZERO)
        case Assume.NOTHING:
            return parts


def _mean(weighted: Iterable[tuple[Parts | None, Fraction]]) -> Parts | None:
    applicable = [(parts, weight) for parts, weight in weighted if parts is not None]
    if not applicable:
        return None
    if len(applicable) == 1:
        return applicable[0][0]
    total = sum((weight for _, weight in applicable), ZERO)
    return Parts(*(sum((parts[k] * weight for parts, weight in applicable), ZERO) / total for k in range(5)))
