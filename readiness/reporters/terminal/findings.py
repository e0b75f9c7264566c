"""Findings in, the findings of each rule with their code out, worst rule first."""

from collections.abc import Iterable, Sequence

from readiness.model import Finding, Severity, Verdict
from readiness.model.report import Report
from readiness.reporters.terminal.painting import Painter, Segment, Style, width_of
from readiness.reporters.wording import certainty, count, place, rules_by_id

SEVERITY_STYLES = {
    Severity.BLOCKER: Style.STRONG_RED,
    Severity.CRITICAL: Style.RED,
    Severity.MAJOR: Style.YELLOW,
    Severity.MINOR: Style.PLAIN,
    Severity.INFO: Style.FAINT,
}
PLACES = 10
"""Places shown of one cause before the rest is counted."""
RELATED = 3


def draw_findings(painter: Painter, report: Report, *, passes: bool) -> None:
    """Failures and undecided sites grouped by rule; with `passes` the passing sites too."""
    rules = rules_by_id(report)
    groups: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if not finding.excluded:
            groups.setdefault(finding.rule, []).append(finding)
    shown = {
        rule: group
        for rule, group in groups.items()
        if passes or any(each.verdict is not Verdict.PASSES for each in group)
    }
    weightless = {tally.rule for service in report.services for tally in service.unweighted}
    for rule in sorted(shown, key=lambda rule: (rule in weightless, *_weight(shown[rule]), rule)):
        info = rules.get(rule)
        painter.blank()
        _draw_rule(painter, rule, info.summary if info else "", shown[rule], passes=passes)


def _weight(group: Sequence[Finding]) -> tuple[int, int]:
    """What sorts rules: the worst active failure, then how many there are."""
    failures = [finding for finding in group if finding.active]
    worst = min((finding.severity.rank for finding in failures), default=len(Severity))
    return (worst, -len(failures))


def _draw_rule(painter: Painter, rule: str, summary: str, group: Sequence[Finding], *, passes: bool) -> None:
    failures = sorted(
        (each for each in group if each.verdict is Verdict.FAILS),
        key=lambda each: (not each.active, each.known, each.severity.rank, each.span, each.message),
    )
    undecided = [each for each in group if each.verdict is Verdict.UNSURE]
    passing = [each for each in group if each.verdict is Verdict.PASSES]
    tally = f"{len(failures):,} failing, {len(undecided):,} unsure, {len(passing):,} passing"
    painter.line(Segment(rule, Style.STRONG), f"   {tally}")
    if summary:
        painter.wrapped(summary, indent=2, style=Style.FAINT)
    for cause in _by_cause([*failures, *undecided]):
        _draw_cause(painter, cause)
    if passes and passing:
        painter.line("pass", indent=2)
        for finding in passing:
            painter.line(f"{place(finding.span)}  ", Segment(finding.message, Style.FAINT), indent=4)


def _by_cause(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one cause together; one without a cause stands alone."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for position, finding in enumerate(findings):
        label = _label(finding)
        key = (finding.cause, label, finding.known) if finding.cause else (position, label)
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def _label(finding: Finding) -> str:
    """The word in front of a finding."""
    if finding.disputed:
        return "disputed"
    if finding.accepted:
        return "accepted"
    return "unsure" if finding.verdict is Verdict.UNSURE else finding.severity.value


def _style(finding: Finding) -> Style:
    if finding.active:
        return SEVERITY_STYLES[finding.severity]
    return Style.CYAN if finding.accepted else Style.YELLOW


def _draw_cause(painter: Painter, group: Sequence[Finding]) -> None:
    first = group[0]
    many = len(group) > 1
    head: list[Segment | str] = [Segment(f"{_label(first):<8}", _style(first)), "  "]
    head.append(count(len(group), "place") if many else painter.sayable(place(first.span), 200))
    if first.symbol and not many:
        head.append(Segment(f"  {first.symbol.replace('::', '.')}", Style.FAINT))
    painter.line(*head, indent=2)
    painter.wrapped(first.message, indent=6)
    notes = [certainty(first)] if first.verdict is Verdict.FAILS and certainty(first) else []
    if first.accepted:
        notes.append(f"accepted by {first.accepted}")
    if first.known:
        notes.append("known to the baseline")
    if notes:
        painter.wrapped("; ".join(notes), indent=6, style=Style.FAINT)
    if many:
        _draw_places(painter, group[:PLACES])
    elif first.code:
        number = f"{first.span.line:>6} {painter.glyphs.frame} "
        painter.line(Segment(number, Style.FAINT), first.code, indent=2)
    if len(group) > PLACES:
        painter.line(Segment(f"and {count(len(group) - PLACES, 'more place')}", Style.FAINT), indent=6)
    for related in first.related[:RELATED]:
        painter.wrapped(f"see {place(related.span)}: {related.message}", indent=6, style=Style.FAINT, limit=2)


def _draw_places(painter: Painter, group: Sequence[Finding]) -> None:
    """The places that share a message, one a line, each with its code."""
    places = [painter.sayable(place(finding.span), 200) for finding in group]
    width = min(max(map(width_of, places)), painter.columns // 2)
    for shown, finding in zip(places, group, strict=True):
        code = (Segment(f" {painter.glyphs.frame} ", Style.FAINT), finding.code) if finding.code else ()
        painter.line(*painter.fit([shown], width), *code, indent=6)
