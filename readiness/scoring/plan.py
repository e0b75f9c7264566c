"""The failing sites of a service and a target in, the shortest way there out: what to mend, in which order, and what the score is
after each step.

A step mends the repairs of one kind that are worth most today, as many of them as the target needs. Every figure is the score
recomputed with everything mended so far, so lifted caps are in it.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from readiness.model.score import Plan, PlanStep
from readiness.scoring.caps import Scale
from readiness.scoring.gains import changes_of, holding, repaired, repairs, worst_first
from readiness.scoring.sites import Site, Sites
from readiness.scoring.verdict import rounded

MOST = 60
"""Steps of a plan."""
PLACES = 5
"""Places of a step that are named."""

Changes = tuple[tuple[str, tuple[int, ...]], ...]


class _Kind(Struct):
    """Repairs that change the score in the same way."""

    changes: Changes
    groups: list[list[Site]]
    whole: bool = False
    """They count together only: all that holds a cap."""

    @property
    def rule(self) -> str:
        return self.groups[0][0].finding.rule


def plan_of(scale: Scale, counts: Mapping[str, Sites], sites: Mapping[str, Sequence[Site]], target: Fraction) -> Plan:
    """The steps to `target` points, or as far as mending leads."""
    now = dict(counts)
    reached = scale.points(now)
    start = reached
    kinds = _kinds(counts, sites)
    mended: set[int] = set()
    steps: list[PlanStep] = []
    while reached < target and len(steps) < MOST:
        caps = holding(scale, now, sites)
        left = [site for site in caps if id(site) not in mended]
        candidates = [*kinds.values(), *([_whole(left)] if len(left) > 1 else [])]
        best = max(
            (each for each in candidates if each.groups),
            key=lambda each: _worth(scale, now, reached, each),
            default=None,
        )
        if best is None or _worth(scale, now, reached, best)[0] <= 0:
            break
        number = _needed(scale, now, best, target)
        taken = best.groups[:number]
        now = _after(now, best, number)
        before, reached = reached, scale.points(now)
        mended |= {id(site) for group in taken for site in group}
        if best.whole:
            for kind in kinds.values():
                kind.groups = [group for group in kind.groups if not any(id(site) in mended for site in group)]
        else:
            del best.groups[:number]
        steps.append(_step(taken, reached - before, reached))
    return Plan(target=rounded(target), start=rounded(start), reached=rounded(reached), steps=tuple(steps))


def _kinds(counts: Mapping[str, Sites], sites: Mapping[str, Sequence[Site]]) -> dict[Changes, _Kind]:
    kinds: dict[Changes, _Kind] = {}
    for group, _ in repairs(counts, sites):
        changes: Changes = tuple(sorted(changes_of(group).items()))
        kinds.setdefault(changes, _Kind(changes, [])).groups.append(group)
    for kind in kinds.values():
        kind.groups.sort(key=lambda group: min(worst_first(site.finding) for site in group))
    return kinds


def _whole(sites: Sequence[Site]) -> _Kind:
    return _Kind(tuple(sorted(changes_of(sites).items())), [list(sites)], whole=True)


def _worth(scale: Scale, now: Mapping[str, Sites], reached: Fraction, kind: _Kind) -> tuple[Fraction, str]:
    """Points for each repair, and the rule's name to tell equals apart. What holds a cap is mended site by site."""
    number = len(kind.groups[0]) if kind.whole else 1
    return (scale.points(_after(now, kind, 1)) - reached) / number, kind.rule


def _after(now: Mapping[str, Sites], kind: _Kind, number: int) -> dict[str, Sites]:
    """The counts when so many repairs of a kind are made."""
    changed = {
        rule: repaired(now[rule], tuple(part * number for part in change))
        for rule, change in kind.changes
        if rule in now
    }
    return {**now, **changed}


def _needed(scale: Scale, now: Mapping[str, Sites], kind: _Kind, target: Fraction) -> int:
    """The least number of repairs of a kind that reaches the target; all of them where that is not enough."""
    low, high = 1, len(kind.groups)
    while low < high:
        middle = (low + high) // 2
        if scale.points(_after(now, kind, middle)) >= target:
            high = middle
        else:
            low = middle + 1
    return low


def _step(groups: Sequence[Sequence[Site]], gained: Fraction, reached: Fraction) -> PlanStep:
    findings = sorted((site.finding for group in groups for site in group), key=worst_first)
    return PlanStep(
        rule=findings[0].rule,
        points=rounded(gained),
        reached=rounded(reached),
        repairs=len(groups),
        findings=len(findings),
        severity=findings[0].severity,
        message=findings[0].message,
        places=tuple(each.span for each in findings[:PLACES]),
    )
