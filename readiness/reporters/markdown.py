"""A report in, GitHub-flavoured Markdown out that reads well as a job summary and as a comment.

It begins with what to do next and stays below a size limit. Nothing of the scanned repository becomes markup: text is escaped,
names and code stand in code spans.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from readiness.model import Finding, Problem, Severity
from readiness.model.report import GateCondition, ItemScore, ItemState, ReadinessVerdict, Report, ServiceReport
from readiness.reporters.lacking import lacking_evidence
from readiness.reporters.markdown_change import change_lines
from readiness.reporters.markup import code, code_in_html, escaped
from readiness.reporters.wording import (
    certainty,
    count,
    place,
    points,
    rules_by_id,
    tally_fact,
    told,
    unsettled,
    whole,
)

LIMIT = 60_000
"""Characters of the whole text: a comment holds 65,536, a job summary a megabyte of which all is dropped once it is exceeded."""
FIXES = 5
FACTS = 3
PLACES = 25
"""Places of one rule that are listed."""
PROBLEMS = 10
WIDE_TEXT = 400

MARKS = {
    ItemState.SATISFIED: "✅",
    ItemState.NOT_EVIDENCED: "⬜",
    ItemState.VIOLATED: "❌",
    ItemState.NOT_APPLICABLE: "➖",
}


def render(report: Report) -> str:
    """The report as Markdown."""
    lines = [*_head(report)]
    for service in report.services:
        lines += _service(report, service, several=len(report.services) > 1)
    sections = [*_findings(report), *_closing(report)]
    text = "\n".join(lines) + "\n"
    left = 0
    for section in sections:
        if len(text) + len(section) > LIMIT:
            left += 1
            continue
        text += section
    if len(text) > LIMIT:
        text = text[: text.rindex("\n", 0, LIMIT)] + "\n"
        left += 1
    if left:
        text += f"\n{count(left, 'section')} left out for want of room: `readiness check -v` shows all.\n"
    return text


def _head(report: Report) -> Iterator[str]:
    if not report.services:
        yield f"## {escaped(report.root)}: nothing to analyse"
    if report.gate.conditions:
        yield "**Gate passed**" if report.gate.passed else "**Gate failed**"
        yield ""
        yield from (_condition(each) for each in report.gate.conditions)
        yield ""
    # A gate that fails for what is mended has said so already.
    held = any(not each.passed and each.condition.startswith("--baseline ") for each in report.gate.conditions)
    if report.baseline is not None and (not held or report.baseline.newer):
        yield escaped(told(report.baseline))
        yield ""
    if report.change is not None:
        yield from change_lines(report.change)


def _condition(condition: GateCondition) -> str:
    detail = f": {escaped(condition.detail)}" if condition.detail else ""
    return f"- {'✅' if condition.passed else '❌'} {code(condition.condition)}{detail}"


def _service(report: Report, service: ServiceReport, *, several: bool) -> Iterator[str]:
    score = service.score
    name = service.name if not service.root or service.root == service.name else f"{service.name} ({service.root})"
    yield f"{'###' if several else '##'} {escaped(name)}: {score.verdict}"
    yield ""
    if score.verdict is not ReadinessVerdict.NOT_RATED:
        grade = f", grade {score.grade}" if score.grade else ""
        yield (
            f"**{points(score.value)} of 100**{grade} "
            f"({points(score.low)} if all that is open fails, {points(score.high)} if it passes; confidence {score.confidence})"
        )
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
    yield from _items(report, service.items)
    yield from _fixes(service)
    yield from _evidence(report, service)


def _items(report: Report, items: Sequence[ItemScore]) -> Iterator[str]:
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
        facts = [item.reason, *(tally_fact(tally, rules) for tally in counted)]
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
        yield _folded(heading, info.summary if info else "", [_line(each) for each in group])
    undecided = _by_rule(report.findings, unsettled)
    for rule in sorted(undecided):
        group = sorted(undecided[rule], key=lambda each: (each.span, each.message))
        yield _folded(f"{code_in_html(rule)}: {len(group):,} unsure", "", [_line(each) for each in group])


def _by_rule(findings: Iterable[Finding], wanted: Callable[[Finding], bool]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if wanted(finding):
            groups.setdefault(finding.rule, []).append(finding)
    return groups


def _worst(group: Sequence[Finding]) -> int:
    return min((finding.severity.rank for finding in group), default=len(Severity))


def _line(finding: Finding) -> str:
    sure = certainty(finding)
    degree = f"{finding.severity.value}, {sure}" if sure else finding.severity.value
    return f"- {code(place(finding.span))} ({degree}): {escaped(finding.message, WIDE_TEXT)}"


def _folded(heading: str, summary: str, lines: Sequence[str]) -> str:
    shown = list(lines[:PLACES])
    if len(lines) > PLACES:
        shown.append(f"- and {len(lines) - PLACES:,} more: `readiness check -v`")
    said = f"{escaped(summary)}\n\n" if summary else ""
    return f"\n<details><summary>{heading}</summary>\n\n{said}" + "\n".join(shown) + "\n\n</details>\n"


def _closing(report: Report) -> Iterator[str]:
    sites = sum(not finding.excluded for finding in report.findings)
    undecided = sum(unsettled(finding) for finding in report.findings)
    said = f"{report.files_read:,} of {count(report.files, 'file')} read"
    said += f", {sites - undecided:,} of {count(sites, 'site')} decided" if sites else ""
    accepted = sum(bool(finding.accepted) and not finding.excluded for finding in report.findings)
    said += f", {count(accepted, 'failure')} accepted by deviations" if accepted else ""
    if report.problems:
        lines = [_problem(each) for each in sorted(report.problems, key=lambda each: (not each.incomplete, each))]
        hidden = [f"- and {len(lines) - PROBLEMS:,} more"] if len(lines) > PROBLEMS else []
        incomplete = sum(each.incomplete for each in report.problems)
        heading = count(len(lines), "problem") + (
            f", {incomplete:,} left the analysis incomplete" if incomplete else ""
        )
        yield (
            f"\n<details><summary>{heading}</summary>\n\n"
            + "\n".join([*lines[:PROBLEMS], *hidden])
            + "\n\n</details>\n"
        )
    commit = f" at {code(report.head[:12])}" if report.head else ""
    yield (
        f"\n<sub>{said}{commit} · {escaped(report.checklist_title)} {escaped(report.checklist_version)} · "
        f"readiness {escaped(report.tool_version)} · {escaped(report.today)}</sub>\n"
    )


def _problem(problem: Problem) -> str:
    where = f"{code(problem.path)}: " if problem.path else ""
    return f"- {where}{escaped(problem.message, WIDE_TEXT)}"
