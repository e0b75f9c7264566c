"""A report with plans in, the steps of each service's plan out."""

from readiness.model.report import Report, ServiceReport
from readiness.model.score import Plan, ReadinessVerdict
from readiness.reporters.terminal.findings import SEVERITY_STYLES
from readiness.reporters.terminal.painting import Painter, Segment, Style, Terminal
from readiness.reporters.wording import count, place, points

SHOWN = 15
"""Steps before the rest is summed up."""


def render_plan(report: Report, terminal: Terminal) -> str:
    """Every step with what it is worth, the score that it leads to, and where to begin."""
    painter = Painter(terminal)
    for service in report.services:
        painter.blank()
        if service.plan is None or service.score.verdict is ReadinessVerdict.NOT_RATED:
            painter.line(Segment(painter.sayable(service.name, 60), Style.STRONG), "   has no score")
            continue
        _draw(painter, service, service.plan)
    if not report.services:
        painter.line("nothing to analyse")
    return painter.text()


def _draw(painter: Painter, service: ServiceReport, plan: Plan) -> None:
    painter.line(Segment(painter.sayable(service.name, 60), Style.STRONG), f"   {points(plan.start)} of 100")
    for number, step in enumerate(plan.steps[:SHOWN], 1):
        painter.blank()
        mends = f"{count(step.findings, 'finding')}" + (
            f" with {count(step.repairs, 'repair')}" if step.repairs != step.findings else ""
        )
        painter.line(
            f"{number:>3}  ",
            Segment(f"+{points(step.points):<5}", Style.STRONG_GREEN),
            f" to {points(step.reached):<6}",
            Segment(step.rule, Style.CYAN),
            f"  {mends}  ",
            Segment(step.severity.value, SEVERITY_STYLES[step.severity]),
        )
        painter.wrapped(step.message, indent=5, limit=2)
        shown = ", ".join(painter.sayable(place(each), 120) for each in step.places[:3])
        more = f" and {step.findings - 3:,} more" if step.findings > 3 else ""
        painter.wrapped(f"{shown}{more}", indent=5, style=Style.FAINT, limit=2)
    if len(plan.steps) > SHOWN:
        rest = plan.steps[SHOWN:]
        gained = rest[-1].reached - plan.steps[SHOWN - 1].reached
        painter.blank()
        painter.line(f"and {count(len(rest), 'more step')}, together +{points(gained)}: --format json", indent=1)
    painter.blank()
    if plan.reached >= plan.target:
        painter.line(Segment(f"That makes {points(plan.reached)}.", Style.STRONG), indent=1)
        return
    if plan.target < 100:
        painter.line(Segment(f"Mending alone does not reach {points(plan.target)}.", Style.STRONG_YELLOW), indent=1)
    text = f"Mending leads to {points(plan.reached)}; the rest is open: it waits for evidence, or for rules that are still to come"
    painter.wrapped(f"{text} (readiness check, readiness explain score)", indent=1)
