"""Report in, text for a terminal out: the first screen, and on demand the findings behind it."""

from readiness.model.report import Report
from readiness.model.score import ReadinessVerdict
from readiness.reporters.terminal.change import draw_change, summary
from readiness.reporters.terminal.closing import draw_closing, draw_nothing
from readiness.reporters.terminal.findings import draw_findings
from readiness.reporters.terminal.first_screen import draw_service
from readiness.reporters.terminal.painting import Painter, Terminal
from readiness.reporters.terminal.services import draw_services
from readiness.reporters.wording import count, points, unsettled

SHOWN_SERVICES = 6
"""Services that get a screen each; beyond that the table has to do, unless more is asked for."""

__all__ = ["Terminal", "render"]


def render(report: Report, terminal: Terminal, *, verbosity: int = 0) -> str:
    """The report as text. `verbosity`: -1 one line a service, 0 the first screen, 1 with findings, 2 with passes too."""
    painter = Painter(terminal)
    if verbosity < 0:
        _draw_summary(painter, report)
        return painter.text()
    if not report.files:
        draw_nothing(painter, report)
        return painter.text()
    if report.change is not None:
        draw_change(painter, report.change)
        if verbosity == 0:
            painter.blank()
            draw_closing(painter, report, verbosity=verbosity)
            return painter.text()
    if len(report.services) > 1:
        draw_services(painter, report)
    shown = report.services if verbosity > 0 else report.services[:SHOWN_SERVICES]
    for service in shown:
        painter.blank()
        if len(report.services) > 1:
            painter.rule()
        draw_service(painter, report, service)
    if len(shown) < len(report.services):
        painter.blank()
        painter.line(f"and {count(len(report.services) - len(shown), 'more service')}: readiness check -v", indent=1)
    if verbosity > 0:
        painter.blank()
        draw_findings(painter, report, passes=verbosity > 1)
    painter.blank()
    draw_closing(painter, report, verbosity=verbosity)
    return painter.text()


def _draw_summary(painter: Painter, report: Report) -> None:
    if report.change is not None:
        painter.line(summary(report.change))
    for service in report.services:
        mine = [finding for finding in report.findings if report.counts_for(finding, service)]
        failures = sum(finding.active for finding in mine)
        undecided = sum(unsettled(finding) for finding in mine)
        score = service.score
        rated = score.verdict is not ReadinessVerdict.NOT_RATED
        figure = f" {points(score.value)} of 100 {score.grade}".rstrip() if rated else ""
        painter.line(
            f"{painter.sayable(service.name, 60)}: {score.verdict}{figure}, {count(failures, 'failure')}, {undecided:,} unsure"
        )
    if not report.services:
        painter.line(f"{painter.sayable(report.root, 60)}: nothing to analyse")
