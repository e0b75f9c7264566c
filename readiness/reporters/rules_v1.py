"""Rules in, JSON of the schema `readiness/rules/v1` out."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from readiness.model.report import RuleInfo
from readiness.reporters.json_documents import Tool, text_of


class RulesV1(Struct, frozen=True, rename={"schema_name": "schema"}):
    """The rules."""

    schema_name: Literal["readiness/rules/v1"]
    tool: Tool
    rules: tuple[RuleInfo, ...]


def render(rules: Iterable[RuleInfo], version: str) -> str:
    """The rules alone."""
    ordered = tuple(sorted(rules, key=lambda rule: rule.id))
    return text_of(RulesV1(schema_name="readiness/rules/v1", tool=Tool("readiness", version), rules=ordered))
