"""Caps: the site counts of a service in, the limits that an average must not hide out, and the score under them."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from msgspec import Struct

from readiness.model.checklist import Caps
from readiness.model.score import Cap, TallyState
from readiness.scoring.shares import Arithmetic, Standing, exact
from readiness.scoring.sites import Sites, uses

FLOOR = Fraction(7, 10)
"""A capped score moves between this part of the cap and the cap itself, so that each repair still shows."""
HUNDRED = Fraction(100)


def capped(proven: Fraction, caps: Iterable[Cap]) -> Fraction:
    """Points of 100 for a proven share: `min(100 p, cap x (0.7 + 0.3 p))` for the lowest cap."""
    points = HUNDRED * proven
    limit = min((exact(cap.limit) for cap in caps), default=None)
    return points if limit is None else min(points, limit * (FLOOR + (1 - FLOOR) * proven))


class Scale(Struct, frozen=True):
    """All that a service's points depend on beside its sites."""

    arithmetic: Arithmetic
    watched: frozenset[str]
    """Rules whose unresolved sites can cap: blocker rules, strict rules, gate rules."""
    failing_tests: str

    def caps(self, sites: Mapping[str, Sites]) -> tuple[Cap, ...]:
        """All caps that apply, lowest first."""
        limits = self.arithmetic.checklist.caps
        failing = Cap(id="failing-tests", limit=limits.failing_tests, reason=self.failing_tests)
        found = [
            _held("blocker", limits.blocker, sites, lambda each: (each.blockers_failed, each.blockers_accepted)),
            failing if self.failing_tests else None,
            _held("gate", limits.gate, sites, lambda each: (each.gates_failed, each.gates_accepted)),
            _unresolved(limits, sites, self.watched),
            _unobserved(self.arithmetic, sites),
        ]
        return tuple(sorted((cap for cap in found if cap is not None), key=lambda cap: cap.limit))

    def points(self, sites: Mapping[str, Sites]) -> Fraction:
        """The exact score, caps included."""
        return capped(self.arithmetic.total(sites).proven, self.caps(sites))


def _held(
    name: str, limit: float, sites: Mapping[str, Sites], counts: Callable[[Sites], tuple[int, int]]
) -> Cap | None:
    """The cap that findings hold, active or accepted."""
    holders = {rule: counts(each) for rule, each in sites.items() if any(counts(each))}
    if not holders:
        return None
    active = sum(failed for failed, _ in holders.values())
    number = active + sum(accepted for _, accepted in holders.values())
    which = ", ".join(f"{rule} ({sum(holders[rule])} of {sites[rule].total})" for rule in sorted(holders))
    kind = name if active else f"accepted {name}"
    return Cap(
        id=name,
        limit=limit,
        reason=f"{number} {kind} finding{'s' if number > 1 else ''}: {which}",
        active=active > 0,
    )


def _unresolved(limits: Caps, sites: Mapping[str, Sites], watched: frozenset[str]) -> Cap | None:
    """Sites that could hold a blocker or gate cap and cannot be decided, above what is let pass.

    The share is one of the sites that pass or could cap: were failures in it, deleting one could bring the cap.
    """
    unsure = base = disputed = 0
    for rule, each in sites.items():
        weighty = each.blockers_unsure + each.gates_unsure
        unsure += weighty
        disputed += each.disputed_caps
        if rule in watched:
            base += each.passed + weighty
    allowed = max(exact(limits.unresolved_sites), exact(limits.unresolved_share) * base)
    if unsure <= allowed and not disputed:
        return None
    sentence = f"{unsure} site{'s' if unsure > 1 else ''} of blocker and gate rules could not be decided"
    if disputed:
        sentence += f", {disputed} of them called false positive by one person alone"
    return Cap(id="unresolved", limit=limits.unresolved, reason=sentence)


def _unobserved(arithmetic: Arithmetic, sites: Mapping[str, Sites]) -> Cap | None:
    checklist = arithmetic.checklist
    known = {use.id: use for use in uses(checklist)}
    lacking = [
        known[rule].evidence or rule
        for rule in checklist.observed_rules
        if sites[rule].state is not TallyState.NOT_APPLICABLE
        and (
            sites[rule].state is not TallyState.JUDGED
            or (known[rule].evidence and arithmetic.standing(known[rule].evidence) is not Standing.OBSERVED)
        )
    ]
    if not lacking:
        return None
    return Cap(id="unobserved", limit=checklist.caps.unobserved, reason=f"no observed evidence of {', '.join(lacking)}")
