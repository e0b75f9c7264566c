"""Report in, JSON of the schema `readiness/deviations/v1` out: every accepted deviation, and every comment that silences another
tool."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from readiness.model import Problem
from readiness.model.report import DeviationState, Report, SilencedPlace, Stage
from readiness.reporters.json_documents import Tool, text_of


class Place(Struct, frozen=True):
    """One line of one file, relative to the scanned folder."""

    path: str
    line: int


class DeviationLine(Struct, frozen=True):
    """One deviation."""

    id: str
    rule: str
    where: str
    operation: str
    kind: str
    reason: str
    owner: str
    approver: str
    created: str
    until: str
    link: str
    state: str
    """`current`, `expired`, `malformed`, `unused`."""
    problem: str
    """Why it is malformed."""
    findings: int
    """How many it accepts."""
    source: str
    """`register`, `decision`, `directive`."""
    recorded: Place


class SilencerLine(Struct, frozen=True):
    """One comment that silences another tool."""

    path: str
    line: int
    codes: tuple[str, ...]
    whole_file: bool
    reason: str


class ToolSilenced(Struct, frozen=True):
    """One tool that is silenced."""

    tool: str
    count: int
    without_reason: int
    places: tuple[SilencerLine, ...]


class DeviationsV1(Struct, frozen=True, rename={"schema_name": "schema"}):
    """All of them."""

    schema_name: Literal["readiness/deviations/v1"]
    tool: Tool
    root: str
    today: str
    states: dict[str, int]
    deviations: tuple[DeviationLine, ...]
    suppressions: tuple[ToolSilenced, ...]
    problems: tuple[Problem, ...]


def render(report: Report, deviations: Sequence[DeviationState], silenced: Sequence[SilencedPlace]) -> str:
    """The deviations and silencers that were chosen of a report, with the problems of its registers."""
    tools: dict[str, list[SilencedPlace]] = {}
    for each in silenced:
        tools.setdefault(each.tool, []).append(each)
    return text_of(
        DeviationsV1(
            schema_name="readiness/deviations/v1",
            tool=Tool("readiness", report.tool_version),
            root=report.root,
            today=report.today,
            states=dict(sorted(Counter(each.state for each in deviations).items())),
            deviations=tuple(_line(each) for each in deviations),
            suppressions=tuple(_tool(name, places) for name, places in sorted(tools.items())),
            problems=tuple(each for each in sorted(report.problems) if each.stage is Stage.SETTLE or each.incomplete),
        )
    )


def _line(each: DeviationState) -> DeviationLine:
    return DeviationLine(
        id=each.id,
        rule=each.rule,
        where=each.where,
        operation=each.operation,
        kind=each.kind,
        reason=each.reason,
        owner=each.owner,
        approver=each.approver,
        created=each.created,
        until=each.until,
        link=each.link,
        state=each.state,
        problem=each.problem,
        findings=each.findings,
        source=each.source,
        recorded=Place(each.recorded.path, each.recorded.line),
    )


def _tool(name: str, places: Sequence[SilencedPlace]) -> ToolSilenced:
    return ToolSilenced(
        tool=name,
        count=len(places),
        without_reason=sum(not each.reason for each in places),
        places=tuple(
            SilencerLine(each.span.path, each.span.line, each.codes, each.whole_file, each.reason)
            for each in sorted(places, key=lambda place: place.span)
        ),
    )
