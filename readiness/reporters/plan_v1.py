"""Report in, JSON of the schema `readiness/plan/v1` out: the plan of each service."""

from typing import Literal

from msgspec import Struct

from readiness.model import Problem
from readiness.model.report import Report
from readiness.model.score import Plan
from readiness.reporters.json_documents import Tool, text_of


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


def render(report: Report) -> str:
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
