"""Parts of a report in, the pieces of Markdown that every form of it is made of out: the gate, a finding, a fold, the last line."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from readiness.model import Finding, Problem
from readiness.model.report import Report
from readiness.model.score import ItemState, Shares
from readiness.reporters.markup import code, escaped
from readiness.reporters.wording import certainty, count, place, told, unsettled, whole

WIDE_TEXT = 400

MARKS = {
    ItemState.SATISFIED: "✅",
    ItemState.NOT_EVIDENCED: "⬜",
    ItemState.VIOLATED: "❌",
    ItemState.NOT_APPLICABLE: "➖",
}


def gate_lines(report: Report) -> Iterator[str]:
    """How the gate went, condition by condition, and what the baseline came to."""
    if report.gate.conditions:
        yield "**Gate passed**" if report.gate.passed else "**Gate failed**"
        yield ""
        for each in report.gate.conditions:
            detail = f": {escaped(each.detail)}" if each.detail else ""
            yield f"- {'✅' if each.passed else '❌'} {code(each.condition)}{detail}"
        yield ""
    if report.baseline is not None:
        yield escaped(told(report.baseline, report.tool_version), WIDE_TEXT)
        yield ""


class Row(Protocol):
    """An item as a report has it, or as it is read back from JSON."""

    @property
    def state(self) -> ItemState: ...
    @property
    def title(self) -> str: ...
    @property
    def shown(self) -> float: ...
    @property
    def shares(self) -> Shares: ...


def item_table(items: Iterable[Row]) -> Iterator[str]:
    """The items with their points of 100."""
    yield "| | Item | Proven | Refuted | Open |"
    yield "|---|---|---:|---:|---:|"
    for item in items:
        shares = (item.shown, 100 * item.shares.refuted, 100 * item.shares.open)
        cells = "| |" if item.state is ItemState.NOT_APPLICABLE else " | ".join(whole(share) for share in shares)
        yield f"| {MARKS[item.state]} | {escaped(item.title)} | {cells} |"


def finding_line(finding: Finding, *, rule: bool = False, width: int = WIDE_TEXT) -> str:
    """One finding as an item of a list."""
    degree = [finding.severity.value, certainty(finding), "known to the baseline" if rule and finding.known else ""]
    name = f" {code(finding.rule)}" if rule else ""
    said = escaped(finding.message, width)
    return f"- {code(place(finding.span))}{name} ({', '.join(each for each in degree if each)}): {said}"


def folded(heading: str, lines: Sequence[str]) -> str:
    """A section that is closed until somebody opens it; its heading is HTML."""
    return f"\n<details><summary>{heading}</summary>\n\n" + "\n".join(lines) + "\n\n</details>\n"


def problems_folded(report: Report, most: int, width: int = WIDE_TEXT) -> Iterator[str]:
    """The problems of the analysis, those that left it incomplete first; nothing without any."""
    if not report.problems:
        return
    problems = sorted(report.problems, key=lambda each: (not each.incomplete, each))
    lines = [_problem(each, width) for each in problems[:most]]
    lines += [f"- and {len(problems) - most:,} more"] if len(problems) > most else []
    incomplete = sum(each.incomplete for each in problems)
    left = f", {incomplete:,} left the analysis incomplete" if incomplete else ""
    yield folded(count(len(problems), "problem") + left, lines)


def last_line(report: Report) -> str:
    """How complete the report is, and what made it."""
    sites = sum(not finding.excluded for finding in report.findings)
    undecided = sum(unsettled(finding) for finding in report.findings)
    said = f"{report.files_read:,} of {count(report.files, 'file')} read"
    said += f", {sites - undecided:,} of {count(sites, 'site')} decided" if sites else ""
    accepted = sum(bool(finding.accepted) and not finding.excluded for finding in report.findings)
    said += f", {count(accepted, 'failure')} accepted by deviations" if accepted else ""
    commit = f" at {code(report.head[:12])}" if report.head else ""
    return (
        f"\n<sub>{said}{commit} · {escaped(report.checklist_title)} {escaped(report.checklist_version)} · "
        f"readiness {escaped(report.tool_version)} · {escaped(report.today)}</sub>\n"
    )


def fitted(text: str, sections: Sequence[str], limit: int, way: str) -> str:
    """The text and as many sections as fit, with a word about those that do not; `way` says where all of it is."""
    left = 0
    for section in sections:
        if len(text) + len(section) > limit:
            left += 1
            continue
        text += section
    if len(text) > limit:
        text = text[: text.rindex("\n", 0, limit)] + "\n"
        left += 1
    return f"{text}\n{count(left, 'section')} left out for want of room: {way}.\n" if left else text


def _problem(problem: Problem, width: int) -> str:
    where = f"{code(problem.path)}: " if problem.path else ""
    return f"- {where}{escaped(problem.message, width)}"
