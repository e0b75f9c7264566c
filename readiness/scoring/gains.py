"""What each repair is worth: the failing sites of a service in, points gained by mending them out, blockers first,
then worth most first.

Every figure is the score recomputed with the repair made, so it includes caps that are lifted.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from readiness.model.finding import Finding, Severity
from readiness.model.score import Gain
from readiness.scoring.caps import Scale
from readiness.scoring.sites import Outcome, Site, Sites, Weight

MOST = 200
"""Repairs that are reported; the rest is worth less than all of these."""
HOLDERS = {"blocker": Weight.BLOCKER, "gate": Weight.GATE}


def gains_of(scale: Scale, counts: Mapping[str, Sites], sites: Mapping[str, Sequence[Site]]) -> tuple[Gain, ...]:
    """Points gained by each repair: one finding, all findings of one cause, or all that hold the lowest cap."""
    before = scale.points(counts)
    worth: dict[tuple[tuple[str, tuple[int, ...]], ...], Fraction] = {}

    def gain(group: Sequence[Site], message: str) -> Gain:
        changes = changes_of(group)
        key = tuple(sorted(changes.items()))
        if key not in worth:
            mended = {rule: repaired(counts[rule], change) for rule, change in changes.items()}
            worth[key] = scale.points({**counts, **mended}) - before
        first = min((site.finding for site in group), key=worst_first)
        return Gain(
            points=float(round(worth[key], 2)),
            rule=first.rule,
            span=first.span,
            message=message or first.message,
            count=len(group),
            severity=min((site.finding.severity for site in group), key=lambda severity: severity.rank),
        )

    gains = [gain(group, message) for group, message in repairs(counts, sites)]
    holders = holding(scale, counts, sites)
    if len(holders) > 1:
        gains.append(gain(holders, ""))
    worthy = [each for each in gains if each.points > 0]
    worthy.sort(key=_order)
    return tuple(worthy[:MOST])


def _order(gain: Gain) -> tuple[object, ...]:
    """Blockers first, since nothing else makes a service ready while one stands; then by points."""
    blocking = gain.severity is not Severity.BLOCKER
    return (blocking, -gain.points, gain.severity.rank, -gain.count, gain.rule, gain.span, gain.message)


def repairs(counts: Mapping[str, Sites], sites: Mapping[str, Sequence[Site]]) -> Iterable[tuple[list[Site], str]]:
    """Failing sites that one repair mends, with the message where it is not that of the one site."""
    for rule in sorted(counts):
        causes: dict[str, list[Site]] = {}
        for site in sites.get(rule, ()):
            if site.outcome is not Outcome.FAILED:
                continue
            if site.finding.cause:
                causes.setdefault(site.finding.cause, []).append(site)
            else:
                yield [site], ""
        for cause, group in sorted(causes.items()):
            yield group, cause if len(group) > 1 else ""


def holding(scale: Scale, counts: Mapping[str, Sites], sites: Mapping[str, Sequence[Site]]) -> list[Site]:
    """The findings that hold the lowest cap, accepted ones included."""
    caps = scale.caps(counts)
    weight = HOLDERS.get(caps[0].id) if caps else None
    if weight is None:
        return []
    return [
        site
        for rule in counts
        for site in sites.get(rule, ())
        if site.weight is weight and site.outcome in (Outcome.FAILED, Outcome.ACCEPTED)
    ]


def changes_of(group: Iterable[Site]) -> dict[str, tuple[int, ...]]:
    """For each rule: failed, accepted, then failed and accepted blockers, failed and accepted gate findings."""
    changes: dict[str, list[int]] = {}
    for site in group:
        change = changes.setdefault(site.finding.rule, [0] * 6)
        accepted = int(site.outcome is Outcome.ACCEPTED)
        change[accepted] += site.parts[1]
        if site.weight is Weight.BLOCKER:
            change[2 + accepted] += 1
        elif site.weight is Weight.GATE:
            change[4 + accepted] += 1
    return {rule: tuple(change) for rule, change in changes.items()}


def repaired(sites: Sites, change: tuple[int, ...]) -> Sites:
    """The sites of a rule after a change as `changes_of` gives it."""
    return sites.repaired(change[0], change[1], (change[2], change[3]), (change[4], change[5]))


def worst_first(finding: Finding) -> tuple[int, str, int, int, str]:
    """The order in which findings of one repair are shown."""
    return (finding.severity.rank, finding.span.path, finding.span.line, finding.span.column, finding.rule)
