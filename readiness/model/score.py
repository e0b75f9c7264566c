"""What a score is made of, from the shares of a rule's sites to the plan that raises it."""

from enum import StrEnum

from msgspec import Struct

from readiness.model.finding import Severity
from readiness.model.source import Span


class Shares(Struct, frozen=True):
    """The four parts of a whole; they add up to 1."""

    proven: float = 0.0
    accepted: float = 0.0
    refuted: float = 0.0
    open: float = 0.0


class TallyState(StrEnum):
    """What became of a rule."""

    JUDGED = "judged"
    NO_SITE = "no-site"
    """It ran and found no site, and nothing proves that there is none: open."""
    NOT_APPLICABLE = "not-applicable"
    """It found no site, with a witness that there is none."""
    MISSING = "missing"
    """No such rule is built or installed yet."""
    BROKEN = "broken"
    """It crashed: open."""


class Tally(Struct, frozen=True, kw_only=True):
    """What one rule found in one service."""

    rule: str
    state: TallyState
    passed: int = 0
    failed: int = 0
    unsure: int = 0
    accepted: int = 0
    shares: Shares = Shares(open=1.0)
    reason: str = ""
    """Why it is open or not applicable."""
    kind: str = "linear"
    """How its sites become shares: `linear`, `strict` or `target`."""
    target: float = 1.0
    """For `target`: the pass rate that proves it whole."""
    halved: bool = False
    """A blocker stands in a strict rule: half of the proven share moved."""
    claimed: float = 1.0
    """Below 1 where the evidence behind it is only claimed: the part of the proven share that counts."""
    disputed: int = 0
    """Unsure sites that a record calls false positives."""

    @property
    def sites(self) -> int:
        """The number of sites that count."""
        return self.passed + self.failed + self.unsure + self.accepted


class EvidenceTally(Struct, frozen=True, kw_only=True):
    """One piece of evidence that a criterion counts by itself."""

    kind: str
    hint: str
    state: str
    """`observed`, `claimed`, `stale` or `missing`."""
    shares: Shares


class CriterionScore(Struct, frozen=True, kw_only=True):
    """One criterion's arithmetic."""

    id: str
    title: str
    weight: float
    shares: Shares
    applicable: bool
    tallies: tuple[Tally, ...] = ()
    lacking: tuple[str, ...] = ()
    """Evidence that is not there, each as the hint of the checklist."""
    evidence: tuple[EvidenceTally, ...] = ()
    """Evidence that counts as a member of the mean beside the rules."""


class ItemState(StrEnum):
    """The state of an item."""

    SATISFIED = "satisfied"
    NOT_EVIDENCED = "not evidenced"
    VIOLATED = "violated"
    NOT_APPLICABLE = "not applicable"


class ItemScore(Struct, frozen=True, kw_only=True):
    """One item's arithmetic."""

    id: str
    title: str
    question: str
    weight: float
    state: ItemState
    shares: Shares
    shown: float
    """Proven points of 100 as displayed: at most 25 with a blocker, 50 with a gate finding."""
    reason: str = ""
    """What holds the display down, or empty."""
    criteria: tuple[CriterionScore, ...] = ()


class Cap(Struct, frozen=True, kw_only=True):
    """A limit that applies to the score."""

    limit: float
    reason: str
    id: str = ""
    """`blocker`, `failing-tests`, `gate`, `unresolved`, `unobserved`."""
    active: bool = True
    """False where only accepted findings hold it: it then does not limit the score with deviations."""


class ReadinessVerdict(StrEnum):
    """What the checklist says of the service."""

    NOT_READY = "NOT READY"
    NOT_EVIDENCED = "NOT EVIDENCED"
    READY_CLAIMED = "READY (CLAIMED)"
    READY_WITH_DEVIATIONS = "READY WITH DEVIATIONS"
    READY = "READY"
    NOT_RATED = "NOT RATED"
    """A library: findings and rates only."""


class Score(Struct, frozen=True, kw_only=True):
    """The score with everything that leads to it. Points of 100."""

    value: float
    uncapped: float
    low: float
    """If every open site failed, caps included."""
    high: float
    """If every open site passed, caps included."""
    with_deviations: float
    grade: str
    """A to E; empty for a library."""
    shares: Shares
    caps: tuple[Cap, ...] = ()
    """All that apply, lowest first."""
    verdict: ReadinessVerdict = ReadinessVerdict.NOT_EVIDENCED
    confidence: str = "low"
    """`high`, `medium` or `low`."""
    confidence_factors: tuple[tuple[str, float], ...] = ()
    unbuilt: float = 0.0
    """Part of the open points that is open only because the tool has no rule for it yet."""


class Gain(Struct, frozen=True, kw_only=True):
    """What one repair would add to the score."""

    points: float
    rule: str
    span: Span
    message: str
    count: int = 1
    """Findings that the repair mends: all of one cause, or all that hold the lowest cap."""
    severity: Severity = Severity.INFO
    """Of the worst of them."""


class PlanStep(Struct, frozen=True, kw_only=True):
    """Repairs of one kind, made together."""

    rule: str
    points: float
    """What they add, caps that they lift included."""
    reached: float
    """The score after this step and all before it."""
    repairs: int
    findings: int
    """Findings that they mend."""
    severity: Severity
    message: str
    """Of the worst of them."""
    places: tuple[Span, ...]
    """Of the first of them, worst first."""


class Plan(Struct, frozen=True, kw_only=True):
    """The shortest way to a score by mending findings."""

    target: float
    start: float
    reached: float
    """Below the target where mending alone does not lead there: what is open needs evidence, or rules."""
    steps: tuple[PlanStep, ...]
