"""A report in, GitHub-flavoured Markdown out that reads well as a job summary and as a comment.

It begins with what to do next and stays below a size limit. Nothing of the scanned repository becomes markup: text is escaped,
names and code stand in code spans.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from readiness.model import Finding, Severity
from readiness.model.report import Report, ServiceReport
from readiness.model.score import ItemScore, ItemState, ReadinessVerdict
from readiness.reporters import markdown_review
from readiness.reporters.lacking import lacking_evidence
from readiness.reporters.markdown_change import change_lines
from readiness.reporters.markdown_parts import (
    MARKS,
    WIDE_TEXT,
    finding_line,
    fitted,
    folded,
    gate_lines,
    last_line,
    problems_folded,
)
from readiness.reporters.markup import code, code_in_html, escaped
from readiness.reporters.wording import (
    Words,
    could_be,
    count,
    place,
    points,
    rules_by_id,
    tally_fact,
    unsettled,
    whole,
    words_of,
)

LIMIT = 60_000
"""Characters of the whole text: a comment holds 65,536, a job summary a megabyte of which all is dropped once it is exceeded."""
FIXES = 5
FACTS = 3
PLACES = 25
"""Places of one rule that are listed."""
PROBLEMS = 10


def render(report: Report) -> str:
    """The report as Markdown; what is new alone where there is a change or a baseline to tell it by."""
    if report.services and (report.change is not None or report.baseline is not None):
        return markdown_review.render(report)
    lines = [*_head(report)]
    for service in report.services:
        lines += _service(report, service, several=len(report.services) > 1)
    sections = [*_findings(report), *problems_folded(report, PROBLEMS), last_line(report)]
    return fitted("\n".join(lines) + "\n", sections, LIMIT, "`readiness check -v` shows all")


def _head(report: Report) -> Iterator[str]:
    if not report.services:
        yield f"## {escaped(report.root)}: nothing to analyse"
    yield from gate_lines(report)
    if report.change is not None:
        yield from change_lines(report.change)


def _service(report: Report, service: ServiceReport, *, several: bool) -> Iterator[str]:
    score = service.score
    name = service.name if not service.root or service.root == service.name else f"{service.name} ({service.root})"
    yield f"{'###' if several else '##'} {escaped(name)}: {score.verdict}"
    yield ""
    if score.verdict is not ReadinessVerdict.NOT_RATED:
        grade = f", grade {score.grade}" if score.grade else ""
        yield f"**{points(score.value)} of 100**{grade} ({could_be(score)})"
        if score.caps and score.uncapped - score.value > 0.05:
            yield f"\nWould be {points(score.uncapped)}, but is capped: {escaped(score.caps[0].reason)}"
        if score.with_deviations - score.value > 0.05:
            yield f"\n{points(score.with_deviations)} with accepted deviations counted"
        yield ""
    seen = service.recognised
    parts = [", ".join(seen.frameworks), ", ".join(f"{each} (not read yet)" for each in seen.unread), *seen.databases]
    parts += [count(seen.routes, "route"), count(seen.queries, "SQL query", "SQL queries"), count(seen.lines, "line")]
    yield escaped(" · ".join(part for part in parts if part))
    yield ""
    words = words_of(finding for finding in report.findings if report.counts_for(finding, service))
    yield from _items(report, service.items, words)
    yield from _fixes(service)
    yield from _evidence(report, service)


def _items(report: Report, items: Sequence[ItemScore], words: Words) -> Iterator[str]:
    rules = rules_by_id(report)
    yield "| | Item | Proven | Refuted | Open | What decides it |"
    yield "|---|---|---:|---:|---:|---|"
    for item in items:
        if item.state is ItemState.NOT_APPLICABLE:
            yield f"| {MARKS[item.state]} | {escaped(item.title)} | | | | {escaped(item.reason or 'not applicable here')} |"
            continue
        tallies = [tally for criterion in item.criteria if criterion.applicable for tally in criterion.tallies]
        counted = [tally for tally in tallies if tally.sites]
        counted.sort(key=lambda tally: (-tally.failed, -tally.unsure, tally.rule))
        facts = [item.reason, *(tally_fact(tally, rules, words) for tally in counted)]
        said = (
            "; ".join(escaped(fact) for fact in [fact for fact in facts if fact][:FACTS])
            or "nothing is judged here yet"
        )
        shares = (item.shown, 100 * item.shares.refuted, 100 * item.shares.open)
        figures = " | ".join(whole(share) for share in shares)
        yield f"| {MARKS[item.state]} | {escaped(item.title)} | {figures} | {said} |"
    yield ""


def _fixes(service: ServiceReport) -> Iterator[str]:
    first: dict[str, str] = {}
    for gain in service.gains:
        if gain.points > 0.005 and gain.rule not in first:
            worth = f"+{points(gain.points)}" if gain.points >= 0.1 else "under 0.1"
            others = f", mends {gain.count:,} places" if gain.count > 1 else ""
            first[gain.rule] = (
                f"1. **{worth}** {code(gain.rule)} at {code(place(gain.span))}{others}: {escaped(gain.message, WIDE_TEXT)}"
            )
    if first:
        yield "**Fix first**"
        yield ""
        yield from list(first.values())[:FIXES]
        yield ""


def _evidence(report: Report, service: ServiceReport) -> Iterator[str]:
    lacking = lacking_evidence(service, report.readable_evidence)
    wanted = [each for each in lacking if each.readable and each.worth > 0.005][:FIXES]
    if wanted:
        yield "**Evidence to add**"
        yield ""
        for each in wanted:
            yield f"- up to +{points(each.worth)}: {escaped(each.hint, WIDE_TEXT)}"
        yield ""


def _findings(report: Report) -> Iterator[str]:
    """A folded section for each rule with failures, worst first, then one for what is unsure."""
    rules = rules_by_id(report)
    failing = _by_rule(report.findings, lambda each: each.active)
    for rule in sorted(failing, key=lambda rule: (_worst(failing[rule]), -len(failing[rule]), rule)):
        group = sorted(failing[rule], key=lambda each: (each.severity.rank, each.span, each.message))
        info = rules.get(rule)
        heading = f"{code_in_html(rule)}: {count(len(group), 'failure')}"
        yield _folded(heading, info.summary if info else "", group)
    undecided = _by_rule(report.findings, unsettled)
    for rule in sorted(undecided):
        group = sorted(undecided[rule], key=lambda each: (each.span, each.message))
        yield _folded(f"{code_in_html(rule)}: {len(group):,} unsure", "", group)


def _by_rule(findings: Iterable[Finding], wanted: Callable[[Finding], bool]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if wanted(finding):
            groups.setdefault(finding.rule, []).append(finding)
    return groups


def _worst(group: Sequence[Finding]) -> int:
    return min((finding.severity.rank for finding in group), default=len(Severity))


def _folded(heading: str, summary: str, group: Sequence[Finding]) -> str:
    shown = [finding_line(each) for each in group[:PLACES]]
    if len(group) > PLACES:
        shown.append(f"- and {len(group) - PLACES:,} more: `readiness check -v`")
    return folded(heading, [escaped(summary), "", *shown] if summary else shown)
