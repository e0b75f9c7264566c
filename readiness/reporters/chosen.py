"""A report in, the failures that a reader of a pipeline has to see out, worst first."""

from readiness.model import Finding
from readiness.model.report import Report


def to_mend(report: Report) -> list[Finding]:
    """What the change brings, or everything that fails where no change is judged; without what the baseline knows."""
    change = report.change
    asked = report.findings if change is None else (*change.new, *(each.finding for each in change.worse))
    chosen = [each for each in asked if each.active and not each.known]
    return sorted(chosen, key=lambda each: (each.severity.rank, each.confidence.rank, each.span, each.rule))
