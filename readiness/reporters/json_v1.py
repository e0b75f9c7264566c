"""Report in, JSON of the schema `readiness/report/v1` out: the same report gives the same bytes, in ASCII.

The keys are a promise. What the model calls otherwise or keeps as bare tuples gets its name here; the published schema
(`readiness/schemas/report-v1.json`) is made from the structs below.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from readiness.model import Finding, Problem
from readiness.model.report import (
    BaselineUse,
    Cap,
    Change,
    ChangeTally,
    DeviationState,
    Endpoint,
    EndpointInput,
    EndpointStep,
    Gain,
    Gate,
    ItemScore,
    Plan,
    ReadinessVerdict,
    Report,
    RuleInfo,
    Score,
    ScoreChange,
    ServiceReport,
    Shares,
    Tally,
    WorseFinding,
)

DIGITS = 6
"""Decimals of shares and points."""


class Tool(Struct, frozen=True):
    """What made the report."""

    name: str
    version: str


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


class EndpointLine(Struct, frozen=True):
    """One endpoint; the file is relative to the scanned folder, the handler a dotted name."""

    method: str
    path: str
    file: str
    line: int
    handler: str
    service: str
    framework: str
    dependencies: tuple[str, ...]
    response: str
    pagination: str
    coverage: str
    resolution: str
    condition: str
    documented: bool
    page_size: str
    inputs: tuple[EndpointInput, ...]
    access: str
    access_by: tuple[str, ...]
    validation: str
    rate_limit: str
    specification: str
    tests: int
    tested: tuple[str, ...]
    statuses: tuple[int, ...]


class WayLine(Struct, frozen=True):
    """One endpoint's way through the code."""

    endpoint: EndpointLine
    steps: tuple[EndpointStep, ...]
    rules: tuple[str, ...]


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


class EndpointsV1(Struct, frozen=True, rename={"schema_name": "schema"}):
    """The inventory."""

    schema_name: Literal["readiness/endpoints/v1"]
    tool: Tool
    root: str
    routes: tuple[EndpointLine, ...]
    graph_fields: tuple[EndpointLine, ...]
    ways: tuple[WayLine, ...]
    problems: tuple[Problem, ...]


class ServicePlan(Struct, frozen=True):
    """The plan of one service; none for one that has no score."""

    name: str
    root: str
    plan: Plan | None


class PlanV1(Struct, frozen=True, rename={"schema_name": "schema"}):
    """The plans."""

    schema_name: Literal["readiness/plan/v1"]
    tool: Tool
    root: str
    services: tuple[ServicePlan, ...]
    problems: tuple[Problem, ...]


class RulesV1(Struct, frozen=True, rename={"schema_name": "schema"}):
    """The rules."""

    schema_name: Literal["readiness/rules/v1"]
    tool: Tool
    rules: tuple[RuleInfo, ...]


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
            endpoints=_endpoints(report.endpoints),
            graph_fields=_endpoints(report.graph_fields),
            deviations=report.deviations,
            problems=tuple(sorted(report.problems)),
            rules=tuple(sorted(report.rules, key=lambda rule: rule.id)),
            evidence=tuple(EvidenceRead(*each) for each in sorted(report.evidence)),
            suppressions=tuple(Silenced(*each) for each in sorted(report.suppressions)),
        )
    )


def _change(change: Change) -> ChangeLine:
    touched = zip(change.endpoints, _endpoints([each.endpoint for each in change.endpoints]), strict=True)
    return ChangeLine(
        base=change.base,
        name=change.name,
        new=change.new,
        worse=change.worse,
        lost=change.lost,
        fixed=change.fixed,
        endpoints=tuple(TouchedEndpoint(each.state, line, each.lacks) for each, line in touched),
        scores=change.scores,
        expired=change.expired,
        tallies=change.tallies,
    )


def render_endpoints(report: Report) -> str:
    """The inventory alone, with the problems that may have left it incomplete."""
    return text_of(
        EndpointsV1(
            schema_name="readiness/endpoints/v1",
            tool=Tool("readiness", report.tool_version),
            root=report.root,
            routes=_endpoints(report.endpoints),
            graph_fields=_endpoints(report.graph_fields),
            ways=tuple(WayLine(_endpoints([each.endpoint])[0], each.steps, each.rules) for each in report.ways),
            problems=tuple(sorted(report.problems)),
        )
    )


def render_plan(report: Report) -> str:
    """The plans alone, with the problems that may have left them incomplete."""
    return text_of(
        PlanV1(
            schema_name="readiness/plan/v1",
            tool=Tool("readiness", report.tool_version),
            root=report.root,
            services=tuple(ServicePlan(each.name, each.root, each.plan) for each in report.services),
            problems=tuple(sorted(report.problems)),
        )
    )


def render_rules(rules: Iterable[RuleInfo], version: str) -> str:
    """The rules alone."""
    ordered = tuple(sorted(rules, key=lambda rule: rule.id))
    return text_of(RulesV1(schema_name="readiness/rules/v1", tool=Tool("readiness", version), rules=ordered))


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


def _endpoints(endpoints: Iterable[Endpoint]) -> tuple[EndpointLine, ...]:
    return tuple(
        EndpointLine(
            method=each.method,
            path=each.path,
            file=each.file,
            line=each.line,
            handler=each.handler.replace("::", "."),
            service=each.service,
            framework=each.framework,
            dependencies=each.dependencies,
            response=each.response,
            pagination=each.pagination,
            coverage=each.coverage,
            resolution=each.resolution,
            condition=each.condition,
            documented=each.documented,
            page_size=each.page_size,
            inputs=each.inputs,
            access=each.access,
            access_by=each.access_by,
            validation=each.validation,
            rate_limit=each.rate_limit,
            specification=each.specification,
            tests=each.tests,
            tested=each.tested,
            statuses=each.statuses,
        )
        for each in endpoints
    )


def text_of(document: Struct) -> str:
    """The document as indented ASCII: whatever is not ASCII stands as an escape, so no viewer can be misled by it."""
    plain = msgspec.to_builtins(document)
    if "services" in plain:
        plain["services"] = _rounded(plain["services"])
    try:
        encoded = msgspec.json.encode(plain)
    except UnicodeEncodeError:
        # Half of a surrogate pair, from code that spells one: JSON cannot hold it.
        encoded = msgspec.json.encode(_without_surrogates(plain))
    text = msgspec.json.format(encoded, indent=2).decode()
    # `##[...]` anywhere in the output of a step is an order to some runners of workflows.
    return re.sub(r"[^\n\x20-\x7e]|(?<=#)#(?=\w*\[)", lambda found: _escape(found[0]), text) + "\n"


def _escape(character: str) -> str:
    return f"\\u{ord(character):04x}" if character in "\x7f#" else json.dumps(character)[1:-1]


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, Sequence) and not isinstance(value, str) else value


def _without_surrogates(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _without_surrogates(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_without_surrogates(each) for each in value]
    return value
