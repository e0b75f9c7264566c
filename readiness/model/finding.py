"""What a rule says of one site."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from readiness.model.source import Scope, Span


class Verdict(StrEnum):
    """The three answers of a rule."""

    PASSES = "passes"
    FAILS = "fails"
    UNSURE = "unsure"


class Severity(StrEnum):
    """How bad a failure is; ordered by `rank`."""

    BLOCKER = "blocker"
    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for a blocker, 4 for info."""
        return list(Severity).index(self)

    def lowered(self, steps: int = 1) -> "Severity":
        """The severity `steps` below, at least info."""
        return list(Severity)[min(self.rank + steps, len(Severity) - 1)]


class Confidence(StrEnum):
    """How sure the rule is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for high, 2 for low."""
        return list(Confidence).index(self)


class Related(Struct, frozen=True):
    """Another place that belongs to a finding."""

    span: Span
    message: str


class Finding(Struct, frozen=True, kw_only=True):
    """One site, judged. A pass is a finding too."""

    rule: str
    verdict: Verdict
    severity: Severity
    confidence: Confidence
    span: Span
    symbol: str
    message: str
    """One sentence. For a failure what is wrong and what to do; for a pass why it passed."""
    scope: Scope
    cause: str = ""
    """Findings of one cause (a missing global setting) share this text and are shown once."""
    related: tuple[Related, ...] = ()
    measured: tuple[int, int] | UnsetType = UNSET
    """For a site that is measured rather than judged: how many of its countable parts are as they should be, of how many
    (statements that ran, of those of the file). The score counts the parts, whatever the verdict; without it a site is one."""
    exact: bool = True
    """Every step of the reasoning was resolved; a finding that caps anything must be."""
    code: str = ""
    """The line it points at, white space folded, at most 200 characters. Filled in by the engine."""
    mark: str = ""
    """Digest of its code without white space, comments, brackets, commas and quotes, so that no formatter changes it; of a
    definition its head. Empty for a pass. Filled in by the engine."""
    occurrence: int = 0
    """Counts findings of the same rule, symbol and mark in one file. Filled in by the engine."""
    known: bool = False
    """The baseline knows it."""
    service: str = ""
    """Root of the service it belongs to. Filled in by the engine."""
    accepted: str = ""
    """Id of the deviation that accepts it. Filled in when deviations are settled."""
    disputed: bool = False
    """A record calls it a false positive and nobody has confirmed that."""
    excluded: bool = False
    """A confirmed false positive: it counts nowhere."""

    @property
    def active(self) -> bool:
        """A failure that nobody accepted and nobody disputes."""
        return self.verdict is Verdict.FAILS and not (self.accepted or self.disputed or self.excluded)

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What names it from one run to the next: no line numbers."""
        return (self.rule, self.span.path, self.symbol, self.mark, self.occurrence)


_WORST_FIRST = (Verdict.FAILS, Verdict.UNSURE, Verdict.PASSES)


def worst_by_place(findings: Iterable[Finding]) -> Iterator[Finding]:
    """One finding for each place, the worst of those that point at it: one handler can answer several routes."""
    worst: dict[tuple[str, int, int], Finding] = {}
    for each in findings:
        place = (each.span.path, each.span.line, each.span.column)
        known = worst.get(place)
        if known is None or _WORST_FIRST.index(each.verdict) < _WORST_FIRST.index(known.verdict):
            worst[place] = each
    yield from worst.values()
