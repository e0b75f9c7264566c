"""A report of a change, or beside a baseline, in; Markdown that shows what is new and counts what is old out.

Somebody who reads it has brought three lines to a backend with ten thousand old findings: what to mend stands first, and the old
findings are a number for each rule, folded away.
"""

from collections.abc import Iterator

from readiness.model import Finding
from readiness.model.report import Report
from readiness.model.score import ReadinessVerdict
from readiness.reporters.chosen import to_mend
from readiness.reporters.markdown_change import change_lines, listed_findings
from readiness.reporters.markdown_parts import fitted, folded, gate_lines, item_table, last_line, problems_folded
from readiness.reporters.markup import code, escaped
from readiness.reporters.wording import count, points, unsettled

LIMIT = 12_000
"""Characters of the whole text: what a reviewer scrolls over without losing the pull request."""
SERVICES = 10
RULES = 30
"""Rules whose old findings are counted one by one."""
PROBLEMS = 5
WIDE_TEXT = 200


def render(report: Report) -> str:
    """The report as Markdown for a review."""
    lines = [*gate_lines(report)]
    if report.change is not None:
        lines += change_lines(report.change)
    else:
        fresh = to_mend(report)
        lines.append(f"**{count(len(fresh), 'failure')} that the baseline does not know**")
        lines.append("")
        lines += listed_findings(fresh)
    sections = [*_whole(report), *problems_folded(report, PROBLEMS, WIDE_TEXT), last_line(report)]
    return fitted("\n".join(lines) + "\n", sections, LIMIT, "`readiness check` shows all, `--format json` holds it")


def _whole(report: Report) -> Iterator[str]:
    """The state of everything, folded: the scores, and what was there before as numbers."""
    if not report.services:
        return
    lines = [
        *(_services(report) if len(report.services) > 1 else item_table(report.services[0].items)),
        "",
        *_rules(report),
    ]
    failures = sum(each.active for each in report.findings)
    unsure = sum(unsettled(each) for each in report.findings)
    heading = f"{_verdict(report)}: {count(failures, 'failure')} in all, {unsure:,} unsure"
    yield folded(heading, lines)


def _verdict(report: Report) -> str:
    if len(report.services) > 1:
        return count(len(report.services), "service")
    score = report.services[0].score
    if score.verdict is ReadinessVerdict.NOT_RATED:
        return str(score.verdict)
    return f"{score.verdict}, {points(score.value)} of 100{f', grade {score.grade}' if score.grade else ''}"


def _services(report: Report) -> Iterator[str]:
    yield "| | Score | Grade | Verdict |"
    yield "|---|---:|---|---|"
    for service in report.services[:SERVICES]:
        score = service.score
        rated = score.verdict is not ReadinessVerdict.NOT_RATED
        yield f"| {escaped(service.name)} | {points(score.value) if rated else ''} | {score.grade} | {score.verdict} |"
    if len(report.services) > SERVICES:
        yield f"| and {len(report.services) - SERVICES:,} more | | | |"


def _rules(report: Report) -> Iterator[str]:
    groups: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.active or unsettled(finding):
            groups.setdefault(finding.rule, []).append(finding)
    if not groups:
        return

    def most(rule: str) -> tuple[int, int, str]:
        failing = [each for each in groups[rule] if each.active]
        return (min((each.severity.rank for each in failing), default=9), -len(failing), rule)

    yield "| Rule | Failures | Unsure |"
    yield "|---|---:|---:|"
    ordered = sorted(groups, key=most)
    for rule in ordered[:RULES]:
        failures = sum(each.active for each in groups[rule])
        yield f"| {code(rule)} | {failures:,} | {sum(unsettled(each) for each in groups[rule]):,} |"
    if len(ordered) > RULES:
        yield f"| and {len(ordered) - RULES:,} more | | |"
