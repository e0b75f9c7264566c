"""A scored report in, the arithmetic of its score or of one item out, so that anybody can do it again by hand."""

from collections.abc import Mapping

from readiness.model.report import Report, RuleInfo, ServiceReport
from readiness.model.score import (
    CriterionScore,
    ItemScore,
    ItemState,
    ReadinessVerdict,
    Shares,
    Tally,
    TallyState,
)
from readiness.reporters.lacking import lacking_evidence
from readiness.reporters.terminal.painting import Painter, Segment, Style, Terminal, width_of
from readiness.reporters.wording import points, rules_by_id, tally_fact

_PARTS = ("proven", "accepted", "refuted", "open")
_FIGURES = 44
"""Columns of the four figures and the weight."""


def render_score(report: Report, terminal: Terminal) -> str:
    """How the score of each service comes about: items, weights, cap."""
    painter = Painter(terminal)
    for service in report.services:
        painter.blank()
        _draw_score(painter, report, service)
    return painter.text()


def render_item(report: Report, item_id: str, terminal: Terminal) -> str:
    """How the shares of one item come about in each service: criteria, rules, sites."""
    painter = Painter(terminal)
    rules = rules_by_id(report)
    for service in report.services:
        for item in service.items:
            if item.id == item_id:
                painter.blank()
                _draw_item(painter, service, item, rules)
    return painter.text()


def _draw_score(painter: Painter, report: Report, service: ServiceReport) -> None:
    score = service.score
    painter.line(Segment(painter.sayable(service.name, 60), Style.STRONG), f"   {score.verdict}")
    painter.blank()
    if score.verdict is ReadinessVerdict.NOT_RATED:
        painter.line("A library has no score: the shares of its items are shown, and nothing is added up.", indent=1)
        painter.blank()
    applicable = [item for item in service.items if item.state is not ItemState.NOT_APPLICABLE]
    total = sum(item.weight for item in applicable)
    _draw_head(painter, "item", "weight")
    for item in service.items:
        if item in applicable:
            _draw_figures(painter, item.title, item.weight, item.shares)
        else:
            painter.line(f"{item.title}: not applicable", indent=1)
    _draw_figures(painter, "sum of weight x share, divided by the sum of weights", total, score.shares)
    painter.blank()
    if score.verdict is not ReadinessVerdict.NOT_RATED:
        _draw_cap(painter, service)
    painter.wrapped(
        f"If every open site failed the score would be {points(score.low)}, if every one passed {points(score.high)}, "
        f"caps included. Accepted deviations counted as proven: {points(score.with_deviations)}.",
        indent=1,
    )
    if score.unbuilt > 0.05:
        painter.wrapped(
            f"Of the open points {points(score.unbuilt)} wait for rules that readiness does not have yet.", indent=1
        )
    if score.confidence_factors:
        factors = ", ".join(f"{name} {value:.2f}" for name, value in score.confidence_factors)
        painter.wrapped(f"Judged with {score.confidence} confidence: {factors}.", indent=1)
    _draw_lacking(painter, service, report.readable_evidence)
    painter.blank()
    painter.wrapped(f"One item: readiness explain {' | '.join(item.id for item in service.items)}", indent=1)


def _draw_cap(painter: Painter, service: ServiceReport) -> None:
    score = service.score
    proven = 100 * score.shares.proven
    if not score.caps:
        painter.wrapped(f"No cap applies. Score = {_exact(score.value)}", indent=1)
        return
    for cap in score.caps:
        painter.wrapped(f"cap {points(cap.limit)}: {cap.reason}", indent=1)
    limit = score.caps[0].limit
    painter.wrapped(
        f"Score = the smaller of {_exact(proven)} and {limit:g} x (0.7 + 0.3 x {_exact(proven)} / 100) = {points(score.value)}",
        indent=1,
    )


def _draw_lacking(painter: Painter, service: ServiceReport, readable: tuple[str, ...]) -> None:
    wanted = lacking_evidence(service, readable)
    if not wanted:
        return
    painter.blank()
    painter.line("Evidence that is missing, with the points it could prove before caps:", indent=1)
    for each in wanted:
        later = "" if each.readable else " (readiness does not read this yet)"
        painter.wrapped(each.hint + later, indent=9, first=[f"{'+' + points(each.worth):>7}"])


def _draw_item(painter: Painter, service: ServiceReport, item: ItemScore, rules: Mapping[str, RuleInfo]) -> None:
    painter.line(Segment(item.title, Style.STRONG), f"   {painter.sayable(service.name, 60)}   {item.state}")
    painter.wrapped(item.question)
    painter.blank()
    applicable = [criterion for criterion in item.criteria if criterion.applicable]
    _draw_head(painter, "criterion", "weight")
    for criterion in item.criteria:
        _draw_criterion(painter, criterion, rules)
    weights = sum(criterion.weight for criterion in applicable)
    _draw_figures(painter, "sum of weight x share, divided by the sum of weights", weights, item.shares)
    painter.blank()
    if abs(item.shown - 100 * item.shares.proven) > 0.05:
        painter.wrapped(f"Shown as {points(item.shown)} of 100: {item.reason}", indent=1)
    total = sum(each.weight for each in service.items if each.state is not ItemState.NOT_APPLICABLE)
    if total and item.state is not ItemState.NOT_APPLICABLE:
        part = item.weight / total * 100 * item.shares.proven
        painter.wrapped(
            f"In the score: {item.weight:g} / {total:g} x {_exact(100 * item.shares.proven)} = {_exact(part)} points before caps.",
            indent=1,
        )


def _draw_criterion(painter: Painter, criterion: CriterionScore, rules: Mapping[str, RuleInfo]) -> None:
    if criterion.applicable:
        _draw_figures(painter, criterion.title, criterion.weight, criterion.shares)
    else:
        painter.line(f"{criterion.title}: not applicable, left out", indent=1)
    for tally in criterion.tallies:
        _draw_tally(painter, tally, rules)
    for piece in criterion.evidence:
        painter.wrapped(f"evidence of {piece.kind}: {piece.state}; {_shown(piece.shares)}", indent=5, style=Style.FAINT)


def _draw_tally(painter: Painter, tally: Tally, rules: Mapping[str, RuleInfo]) -> None:
    if tally.state is TallyState.MISSING:
        painter.wrapped(f"{tally.rule}: readiness has no such rule yet, open", indent=5, style=Style.FAINT)
        return
    fact = tally_fact(tally, rules)
    text = fact if fact.startswith(tally.rule) else f"{tally.rule}: {fact}"
    if tally.state is TallyState.NOT_APPLICABLE:
        painter.wrapped(f"{text}; left out", indent=5, style=Style.FAINT)
        return
    text += "".join(f"; {note}" for note in _notes(tally))
    painter.wrapped(f"{text}: {_shown(tally.shares)}", indent=5, style=Style.FAINT)


def _notes(tally: Tally) -> list[str]:
    """What changes the plain shares of the sites."""
    notes = [f"{tally.target:.0%} proves it whole"] if tally.kind == "target" else []
    if tally.halved:
        notes.append("a blocker stands, so half of what passes does not count")
    if tally.claimed < 1:
        notes.append(f"claimed evidence counts {tally.claimed:g}")
    return notes


def _draw_head(painter: Painter, title: str, weight: str) -> None:
    if painter.columns < _FIGURES + 16:
        return
    room = painter.columns - _FIGURES - 2
    painter.line(
        Segment(f"{title:<{room}}{weight:>8}" + "".join(f"{name:>9}" for name in _PARTS), Style.FAINT), indent=1
    )


def _draw_figures(painter: Painter, title: str, weight: float, shares: Shares) -> None:
    """A row: title, weight, the four shares as points of 100; on two lines where it is narrow."""
    figures = f"{weight:>8g}" + "".join(f"{_exact(100 * value):>9}" for value in _values(shares))
    if painter.columns < _FIGURES + 16:
        painter.wrapped(title, indent=1)
        values = zip(
            ("weight", *_PARTS), (f"{weight:g}", *(_exact(100 * value) for value in _values(shares))), strict=True
        )
        painter.wrapped(", ".join(f"{name} {value}" for name, value in values), indent=3)
        return
    room = painter.columns - _FIGURES - 3
    rows = painter.rows(title, room)
    for row in rows[:-1]:
        painter.line(row, indent=1)
    last = rows[-1] if rows else ""
    painter.line(f"{last}{' ' * (room + 1 - width_of(last))}{figures}", indent=1)


def _shown(shares: Shares) -> str:
    """The parts that are not nothing: `proven 75.00, open 25.00`."""
    named = zip(_PARTS, _values(shares), strict=True)
    return ", ".join(f"{name} {_exact(100 * value)}" for name, value in named if value > 1e-9) or "nothing"


def _values(shares: Shares) -> tuple[float, float, float, float]:
    return (shares.proven, shares.accepted, shares.refuted, shares.open)


def _exact(value: float) -> str:
    """Two decimals, so that a sum done by hand comes out."""
    return f"{value + 0.0:.2f}"
