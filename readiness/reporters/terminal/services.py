"""Several services in, one table over all of them out."""

from readiness.model.report import Report
from readiness.model.score import ReadinessVerdict
from readiness.reporters.terminal.bars import bar
from readiness.reporters.terminal.first_screen import BADGES, NARROW
from readiness.reporters.terminal.painting import Painter, Segment, Style, width_of
from readiness.reporters.wording import count, points

_PLAIN_BADGES = {
    Style.BADGE_RED: Style.STRONG_RED,
    Style.BADGE_YELLOW: Style.STRONG_YELLOW,
    Style.BADGE_GREEN: Style.STRONG_GREEN,
}


def draw_services(painter: Painter, report: Report) -> None:
    """One line a service: name, verdict, score, grade, bar."""
    painter.line(
        Segment(painter.sayable(report.root, 60), Style.STRONG), f"   {count(len(report.services), 'service')}"
    )
    painter.blank()
    names = [painter.sayable(service.root or service.name, 60) for service in report.services]
    verdict_width = max(width_of(str(service.score.verdict)) for service in report.services)
    narrow = painter.columns < NARROW
    name_width = min(max(map(width_of, names)), 14 if narrow else 30)
    bar_width = 0 if narrow else min(painter.columns - name_width - verdict_width - 17, 40)
    for name, service in zip(names, report.services, strict=True):
        score = service.score
        rated = score.verdict is not ReadinessVerdict.NOT_RATED
        badge = BADGES[score.verdict]
        painter.line(
            *painter.fit([name], name_width),
            "  ",
            *painter.fit([Segment(str(score.verdict), _PLAIN_BADGES.get(badge, badge))], verdict_width),
            f"  {points(score.value) if rated else '':>5} {score.grade:<1}   ",
            *bar(score.shares, bar_width, painter.glyphs),
            indent=1,
        )
