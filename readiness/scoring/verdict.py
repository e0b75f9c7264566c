"""The words beside the number: shares, caps and counts in, states of items, the verdict, the grade and the confidence out."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from readiness.model import Evidence
from readiness.model.checklist import Checklist, Item
from readiness.model.report import Recognised
from readiness.model.score import Cap, ItemScore, ItemState, ReadinessVerdict, TallyState
from readiness.scoring.shares import Parts
from readiness.scoring.sites import Sites, uses

LIMIT = Fraction(1, 5)
"""An item is violated above this refuted share, and not evidenced above this open share."""
SHOWN_WITH_BLOCKER = 25
SHOWN_WITH_GATE = 50
GRADES = ((90, "A"), (80, "B"), (65, "C"), (50, "D"), (0, "E"))
LEVELS = ((0.85, "high"), (0.6, "medium"), (0.0, "low"))
BROWSER = frozenset({"javascript", "typescript"})
"""Languages that, beside an application that was read, are its pages in the browser rather than a part of the service."""
DISPUTED_LIMIT = Fraction(1, 10)
"""Above this share of disputed sites in one rule the confidence falls a level."""


def rounded(points: Fraction) -> float:
    """Points as they are shown and compared: one decimal."""
    return float(round(points * 10)) / 10


def rounded_down(points: Fraction) -> float:
    """One decimal, never above the exact number."""
    return float(points * 10 // 1) / 10


def rounded_up(points: Fraction) -> float:
    """One decimal, never below the exact number."""
    return float(-(-points * 10 // 1)) / 10


def judge_item(item: Item, parts: Parts | None, sites: Mapping[str, Sites]) -> tuple[ItemState, float, str]:
    """State, displayed points and what holds the display down."""
    if parts is None:
        return ItemState.NOT_APPLICABLE, 0.0, "no criterion applies"
    mine = {use.id: sites[use.id] for criterion in item.criteria for use in criterion.rules}
    blockers = [rule for rule, each in mine.items() if each.blockers_failed + each.blockers_accepted]
    gates = [rule for rule, each in mine.items() if each.gates_failed + each.gates_accepted]
    active = any(each.blockers_failed + each.gates_failed for each in mine.values())
    proven = 100 * parts.proven
    shown, reason = proven, ""
    if blockers and proven > SHOWN_WITH_BLOCKER:
        shown, reason = Fraction(SHOWN_WITH_BLOCKER), f"a blocker stands: {', '.join(blockers)}"
    elif gates and not blockers and proven > SHOWN_WITH_GATE:
        shown, reason = Fraction(SHOWN_WITH_GATE), f"a gate rule fails: {', '.join(gates)}"
    if active or parts.refuted > LIMIT:
        state = ItemState.VIOLATED
    elif parts.open > LIMIT:
        state = ItemState.NOT_EVIDENCED
    else:
        state = ItemState.SATISFIED
    return state, rounded(shown), reason


def judge(profile: str, items: Sequence[ItemScore], caps: Iterable[Cap], accepted: bool) -> ReadinessVerdict:
    """The verdict of the service; `accepted` says that an accepted deviation counts somewhere."""
    names = {cap.id for cap in caps}
    states = {item.state for item in items} - {ItemState.NOT_APPLICABLE}
    if profile == "library":
        return ReadinessVerdict.NOT_RATED
    if ItemState.VIOLATED in states or "failing-tests" in names:
        return ReadinessVerdict.NOT_READY
    if ItemState.NOT_EVIDENCED in states or not states:
        return ReadinessVerdict.NOT_EVIDENCED
    if "unobserved" in names:
        return ReadinessVerdict.READY_CLAIMED
    return ReadinessVerdict.READY_WITH_DEVIATIONS if accepted else ReadinessVerdict.READY


def grade(profile: str, value: float) -> str:
    """The letter of a score; none for a library."""
    if profile == "library":
        return ""
    return next(letter for limit, letter in GRADES if value >= limit)


def confidence(
    checklist: Checklist, recognised: Recognised, sites: Mapping[str, Sites], evidence: Sequence[Evidence]
) -> tuple[str, tuple[tuple[str, float], ...]]:
    """The level, and the factors whose product it is; a rule with many disputed sites lowers it by one."""
    beside = BROWSER if recognised.frameworks else frozenset()
    files = recognised.files + sum(number for name, number in recognised.languages_unread if name not in beside)
    static = [sites[use.id] for use in uses(checklist) if not use.evidence]
    judged = [each for each in static if each.state is TallyState.JUDGED]
    total = sum(each.total for each in judged)
    resolved = total - sum(each.unsure for each in judged)
    factors = [
        ("files read", _share(recognised.files_read, files)),
        ("sites resolved", _share(resolved, total)),
        ("evidence fresh", _share(sum(not piece.stale for piece in evidence), len(evidence)) if evidence else 1.0),
    ]
    product = 1.0
    for _, factor in factors:
        product *= factor
    level = next(index for index, (limit, _) in enumerate(LEVELS) if product >= limit)
    for rule, each in sites.items():
        if each.disputed > DISPUTED_LIMIT * each.total:
            factors.append((f"undisputed sites of {rule}", _share(each.total - each.disputed, each.total)))
    lowered = len(factors) > 3
    return LEVELS[min(level + lowered, len(LEVELS) - 1)][1], tuple(factors)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
