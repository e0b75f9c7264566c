"""Report in, JSON of the schema `readiness/report/v1` out: the same report gives the same bytes, in ASCII.

The keys are a promise. What the model calls otherwise or keeps as bare tuples gets its name here; the published schema
(`readiness/schemas/report-v1.json`) is made from the structs below.
"""

import json
from typing import Literal

import msgspec
from msgspec import Struct

from readiness.model import Finding, Problem
from readiness.model.report import (
    BaselineUse,
    Change,
    ChangeTally,
    DeviationState,
    Gate,
    Report,
    RuleInfo,
    ScoreChange,
    ServiceReport,
    WorseFinding,
)
from readiness.model.score import Cap, Gain, ItemScore, ReadinessVerdict, Score, Shares, Tally
from readiness.reporters.endpoints_v1 import EndpointLine, line_of
from readiness.reporters.json_documents import Tool, text_of


class ChecklistName(Struct, frozen=True):
    """What the project was held against."""

    id: str
    version: str
    title: str


class Counted(Struct, frozen=True):
    """A name with a number of files."""

    name: str
    files: int


class Factor(Struct, frozen=True):
    """One factor of the confidence, 0 to 1."""

    name: str
    value: float


class Seen(Struct, frozen=True):
    """What was recognised in a service."""

    frameworks: tuple[str, ...]
    unread_frameworks: tuple[str, ...]
    databases: tuple[str, ...]
    unread_languages: tuple[Counted, ...]
    files: int
    files_read: int
    lines: int
    routes: int
    queries: int
    test_files: int


class Result(Struct, frozen=True):
    """The score with everything that leads to it. Points of 100."""

    value: float
    uncapped: float
    low: float
    high: float
    with_deviations: float
    grade: str
    verdict: ReadinessVerdict
    shares: Shares
    caps: tuple[Cap, ...]
    confidence: str
    confidence_factors: tuple[Factor, ...]
    unbuilt: float


class Service(Struct, frozen=True):
    """One service, scored."""

    name: str
    root: str
    profile: str
    recognised: Seen
    score: Result
    items: tuple[ItemScore, ...]
    gains: tuple[Gain, ...]
    unweighted: tuple[Tally, ...]


class EvidenceRead(Struct, frozen=True):
    """One piece of evidence that was read."""

    kind: str
    path: str
    detail: str


class Silenced(Struct, frozen=True):
    """How often the code silences a tool."""

    tool: str
    count: int
    without_reason: int


class Completeness(Struct, frozen=True):
    """How much could be read and decided."""

    complete: bool
    files: int
    files_read: int
    sites: int
    sites_unsure: int
    scopes: tuple[Counted, ...]


class TouchedEndpoint(Struct, frozen=True):
    """An endpoint that the change touches."""

    state: str
    endpoint: EndpointLine
    lacks: tuple[str, ...]


class ChangeLine(Struct, frozen=True):
    """What the change brings, against the commit that it began from."""

    base: str
    name: str
    new: tuple[Finding, ...]
    worse: tuple[WorseFinding, ...]
    lost: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    endpoints: tuple[TouchedEndpoint, ...]
    scores: tuple[ScoreChange, ...]
    expired: tuple[DeviationState, ...]
    tallies: tuple[ChangeTally, ...]


class ReportV1(Struct, frozen=True, rename={"schema_name": "schema"}):
    """The whole answer of one scan."""

    schema_name: Literal["readiness/report/v1"]
    tool: Tool
    checklist: ChecklistName
    root: str
    today: str
    head: str
    gate: Gate
    baseline: BaselineUse | None
    change: ChangeLine | None
    completeness: Completeness
    services: tuple[Service, ...]
    findings: tuple[Finding, ...]
    endpoints: tuple[EndpointLine, ...]
    graph_fields: tuple[EndpointLine, ...]
    deviations: tuple[DeviationState, ...]
    problems: tuple[Problem, ...]
    rules: tuple[RuleInfo, ...]
    evidence: tuple[EvidenceRead, ...]
    suppressions: tuple[Silenced, ...]


def render(report: Report) -> str:
    """The whole report."""
    return text_of(
        ReportV1(
            schema_name="readiness/report/v1",
            tool=Tool("readiness", report.tool_version),
            checklist=ChecklistName(report.checklist, report.checklist_version, report.checklist_title),
            root=report.root,
            today=report.today,
            head=report.head,
            gate=report.gate,
            baseline=report.baseline,
            change=_change(report.change) if report.change is not None else None,
            completeness=_completeness(report),
            services=tuple(_service(service) for service in report.services),
            findings=report.findings,
            endpoints=tuple(line_of(each) for each in report.endpoints),
            graph_fields=tuple(line_of(each) for each in report.graph_fields),
            deviations=report.deviations,
            problems=tuple(sorted(report.problems)),
            rules=tuple(sorted(report.rules, key=lambda rule: rule.id)),
            evidence=tuple(EvidenceRead(*each) for each in sorted(report.evidence)),
            suppressions=tuple(Silenced(*each) for each in sorted(report.suppressions)),
        )
    )


def _change(change: Change) -> ChangeLine:
    return ChangeLine(
        base=change.base,
        name=change.name,
        new=change.new,
        worse=change.worse,
        lost=change.lost,
        fixed=change.fixed,
        endpoints=tuple(TouchedEndpoint(each.state, line_of(each.endpoint), each.lacks) for each in change.endpoints),
        scores=change.scores,
        expired=change.expired,
        tallies=change.tallies,
    )


def schema() -> str:
    """The JSON schema of a report, as it is published."""
    definitions = msgspec.json.schema_components([ReportV1], ref_template="#/$defs/{name}")[1]
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "readiness/report/v1",
        "title": "Report of readiness, version 1",
        "$ref": "#/$defs/ReportV1",
        "$defs": definitions,
    }
    return json.dumps(whole, indent=2, sort_keys=True) + "\n"


def _service(service: ServiceReport) -> Service:
    seen = service.recognised
    return Service(
        name=service.name,
        root=service.root,
        profile=service.profile,
        recognised=Seen(
            frameworks=seen.frameworks,
            unread_frameworks=seen.unread,
            databases=seen.databases,
            unread_languages=tuple(Counted(*each) for each in seen.languages_unread),
            files=seen.files,
            files_read=seen.files_read,
            lines=seen.lines,
            routes=seen.routes,
            queries=seen.queries,
            test_files=seen.tests,
        ),
        score=_result(service.score),
        items=service.items,
        gains=service.gains,
        unweighted=service.unweighted,
    )


def _result(score: Score) -> Result:
    return Result(
        value=score.value,
        uncapped=score.uncapped,
        low=score.low,
        high=score.high,
        with_deviations=score.with_deviations,
        grade=score.grade,
        verdict=score.verdict,
        shares=score.shares,
        caps=score.caps,
        confidence=score.confidence,
        confidence_factors=tuple(Factor(*each) for each in score.confidence_factors),
        unbuilt=score.unbuilt,
    )


def _completeness(report: Report) -> Completeness:
    counted = [finding for finding in report.findings if not finding.excluded]
    return Completeness(
        complete=not any(problem.incomplete for problem in report.problems),
        files=report.files,
        files_read=report.files_read,
        sites=len(counted),
        sites_unsure=sum(finding.verdict.value == "unsure" or finding.disputed for finding in counted),
        scopes=tuple(Counted(scope.value, number) for scope, number in sorted(report.scopes)),
    )
