"""Report in, JSON of the schema `readiness/endpoints/v1` out: the inventory, and the ways that were asked for."""

from typing import Literal

from msgspec import Struct

from readiness.model import Problem
from readiness.model.inventory import Endpoint, EndpointInput, EndpointStep
from readiness.model.report import Report
from readiness.reporters.json_documents import Tool, text_of


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


class EndpointsV1(Struct, frozen=True, rename={"schema_name": "schema"}):
    """The inventory."""

    schema_name: Literal["readiness/endpoints/v1"]
    tool: Tool
    root: str
    routes: tuple[EndpointLine, ...]
    graph_fields: tuple[EndpointLine, ...]
    ways: tuple[WayLine, ...]
    problems: tuple[Problem, ...]


def render(report: Report) -> str:
    """The inventory alone, with the problems that may have left it incomplete."""
    return text_of(
        EndpointsV1(
            schema_name="readiness/endpoints/v1",
            tool=Tool("readiness", report.tool_version),
            root=report.root,
            routes=tuple(line_of(each) for each in report.endpoints),
            graph_fields=tuple(line_of(each) for each in report.graph_fields),
            ways=tuple(WayLine(line_of(each.endpoint), each.steps, each.rules) for each in report.ways),
            problems=tuple(sorted(report.problems)),
        )
    )


def line_of(endpoint: Endpoint) -> EndpointLine:
    """An endpoint, as every document writes it."""
    return EndpointLine(
        method=endpoint.method,
        path=endpoint.path,
        file=endpoint.file,
        line=endpoint.line,
        handler=endpoint.handler.replace("::", "."),
        service=endpoint.service,
        framework=endpoint.framework,
        dependencies=endpoint.dependencies,
        response=endpoint.response,
        pagination=endpoint.pagination,
        coverage=endpoint.coverage,
        resolution=endpoint.resolution,
        condition=endpoint.condition,
        documented=endpoint.documented,
        page_size=endpoint.page_size,
        inputs=endpoint.inputs,
        access=endpoint.access,
        access_by=endpoint.access_by,
        validation=endpoint.validation,
        rate_limit=endpoint.rate_limit,
        specification=endpoint.specification,
        tests=endpoint.tests,
        tested=endpoint.tested,
        statuses=endpoint.statuses,
    )
