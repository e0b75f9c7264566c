"""The change of a report in, its screen out: what it brings, what it mends, the endpoints that it touches, the score."""

from collections.abc import Sequence

from readiness.model import Finding
from readiness.model.report import Change
from readiness.reporters.terminal.findings import SEVERITY_STYLES
from readiness.reporters.terminal.painting import Painter, Segment, Style
from readiness.reporters.wording import certainty, count, listed, place, points, tallied

SCORES = 5
SHOWN = 15
"""Findings or endpoints of one kind before the rest is counted."""


def draw_change(painter: Painter, change: Change) -> None:
    """What a reviewer asks of a change, first what has to be mended."""
    painter.line(Segment(_title(change), Style.STRONG))
    painter.line(*_sum(change), indent=1)
    _draw_scores(painter, change)
    for tally in change.tallies:
        painter.wrapped(tallied(tally), indent=1)
    _draw_findings(painter, "New", change.new)
    _draw_findings(painter, "Worse", [each.finding for each in change.worse])
    _draw_findings(painter, "No longer decided", change.lost)
    _draw_endpoints(painter, change)
    for deviation in change.expired:
        painter.blank()
        text = f"the deviation {deviation.id} of {deviation.rule} has expired: {deviation.until}"
        painter.wrapped(text, indent=1, style=Style.YELLOW)
    if change.fixed:
        painter.blank()
        painter.line(Segment("Mended", Style.STRONG), indent=1)
        for finding in change.fixed[:SHOWN]:
            painter.line(f"{painter.sayable(place(finding.span), 200)}  ", Segment(finding.rule, Style.GREEN), indent=3)
        _draw_rest(painter, len(change.fixed))


def summary(change: Change) -> str:
    """The change in one line."""
    return f"{_title(change)}: {''.join(each if isinstance(each, str) else each.text for each in _sum(change))}"


def _draw_scores(painter: Painter, change: Change) -> None:
    """The services whose score moved, one at least, and the others as a number."""
    ordered = sorted(change.scores, key=lambda each: points(each.before) == points(each.after))
    moved = sum(points(each.before) != points(each.after) for each in ordered)
    shown = max(1, min(moved, SCORES))
    for each in ordered[:shown]:
        many = f"{painter.sayable(each.service, 40)}: " if len(ordered) > 1 else ""
        grades = f", grade {each.grade_before} to {each.grade}" if each.grade != each.grade_before else ""
        difference = each.after - each.before
        style = Style.RED if difference < -0.05 else Style.GREEN if difference > 0.05 else Style.PLAIN
        painter.line(
            f"{many}score {points(each.before)} to ",
            Segment(points(each.after), style),
            f" by the same rules{grades}",
            indent=1,
        )
    for number, what in ((max(0, moved - shown), "moved too"), (len(ordered) - max(moved, shown), "as before")):
        if number > 0:
            painter.line(Segment(f"{count(number, 'other service')} {what}", Style.FAINT), indent=1)


def _title(change: Change) -> str:
    if not change.name:
        return f"What is staged, against {change.base[:10]}"
    if change.base.startswith(change.name):
        return f"The change since {change.base[:10]}"
    return f"The change since {change.name} (from {change.base[:10]})"


def _sum(change: Change) -> list[Segment | str]:
    bad = len(change.new) + len(change.worse)
    parts: list[Segment | str] = [
        Segment(count(len(change.new), "new failure"), Style.STRONG_RED if bad else Style.STRONG_GREEN)
    ]
    for number, words in (
        (len(change.worse), "worse"),
        (len(change.lost), "no longer decided"),
        (len(change.fixed), "mended"),
    ):
        if number:
            parts.append(f", {number:,} {words}")
    return parts


def _draw_findings(painter: Painter, title: str, findings: Sequence[Finding]) -> None:
    if not findings:
        return
    painter.blank()
    painter.line(Segment(title, Style.STRONG), indent=1)
    for finding in findings[:SHOWN]:
        aside = [certainty(finding), "known to the baseline" if finding.known else ""]
        painter.line(
            Segment(f"{finding.severity.value:<8}", SEVERITY_STYLES[finding.severity]),
            f"  {painter.sayable(place(finding.span), 200)}  ",
            Segment(finding.rule, Style.CYAN),
            Segment("".join(f"  {each}" for each in aside if each), Style.FAINT),
            indent=3,
        )
        painter.wrapped(finding.message, indent=13, limit=3)
    _draw_rest(painter, len(findings))


def _draw_endpoints(painter: Painter, change: Change) -> None:
    touched = sorted(change.endpoints, key=lambda each: (not each.lacks, each.state, each.endpoint.path))
    if not touched:
        return
    painter.blank()
    painter.line(Segment("Endpoints", Style.STRONG), indent=1)
    for each in touched[:SHOWN]:
        name = f"{each.endpoint.method} {each.endpoint.path}"
        lacks = f"  without {listed(list(each.lacks))}" if each.lacks else ""
        painter.line(f"{each.state:<8}  {painter.sayable(name, 200)}", Segment(lacks, Style.YELLOW), indent=3)
    _draw_rest(painter, len(touched))


def _draw_rest(painter: Painter, number: int) -> None:
    if number > SHOWN:
        painter.line(Segment(f"and {number - SHOWN:,} more: --format json", Style.FAINT), indent=3)
