"""A scored service in, the evidence that nobody has supplied yet out, with the points it could prove at most."""

from collections.abc import Collection

from msgspec import Struct

from readiness.model.report import ServiceReport
from readiness.model.score import CriterionScore, ItemState, TallyState


class Lacking(Struct, frozen=True):
    """One kind of evidence that is not there, or is out of date."""

    worth: float
    """Points of 100 before caps, if all of it proved what it is asked for."""
    hint: str
    """What would supply it, as the checklist says."""
    readable: bool
    """This version reads it: supplying it changes the score."""


def lacking_evidence(service: ServiceReport, readable: Collection[str]) -> list[Lacking]:
    """What is lacking, worth most first. `readable` names the kinds of evidence that this version reads."""
    total = sum(item.weight for item in service.items if item.state is not ItemState.NOT_APPLICABLE)
    worth: dict[str, float] = {}
    read: set[str] = set()
    for item in service.items:
        weights = sum(criterion.weight for criterion in item.criteria if criterion.applicable)
        if item.state is ItemState.NOT_APPLICABLE or not weights or not total:
            continue
        for criterion in item.criteria:
            if not criterion.applicable:
                continue
            points = 100 * item.weight / total * criterion.weight / weights
            for hint, share, known in open_for_want(criterion, readable):
                worth[hint] = worth.get(hint, 0.0) + points * share
                if known:
                    read.add(hint)
    found = [Lacking(points, hint, hint in read) for hint, points in worth.items()]
    return sorted(found, key=lambda each: (-each.worth, each.hint))


def parts_of(criterion: CriterionScore) -> int:
    """How many rules and pieces of evidence the mean of a criterion is taken over, at least 1."""
    applicable = sum(tally.state is not TallyState.NOT_APPLICABLE for tally in criterion.tallies)
    return max(applicable + len(criterion.evidence), 1)


def open_for_want(criterion: CriterionScore, readable: Collection[str]) -> list[tuple[str, float, bool]]:
    """Hint, share of the criterion that is open for want of it, and whether it can be read."""
    parts = parts_of(criterion)
    alone = {piece.hint or piece.kind: piece for piece in criterion.evidence}
    installed = [
        tally
        for tally in criterion.tallies
        if tally.state not in (TallyState.MISSING, TallyState.NOT_APPLICABLE, TallyState.BROKEN)
    ]
    found = []
    for hint in criterion.lacking:
        piece = alone.get(hint)
        if piece is not None:
            found.append((hint, piece.shares.open / parts, piece.kind in readable))
        else:
            # A rule rests on it: an installed rule brings its reader along.
            found.append((hint, sum(tally.shares.open for tally in installed) / parts, bool(installed)))
    return found
