"""A diagnosis in, JSON of the schema `readiness/diagnosis/v1` out."""

from typing import Literal

from msgspec import Struct

from readiness.model.diagnosis import Diagnosis, Known, Trouble
from readiness.reporters.json_documents import Tool, text_of


class DiagnosisV1(Struct, frozen=True, rename={"schema_name": "schema"}):
    """All that was found."""

    schema_name: Literal["readiness/diagnosis/v1"]
    tool: Tool
    root: str
    python: str
    git: str
    complete: bool
    """Nothing would leave the analysis incomplete."""
    troubles: tuple[Trouble, ...]
    found: tuple[Known, ...]


def render(diagnosis: Diagnosis) -> str:
    """The diagnosis as JSON."""
    return text_of(
        DiagnosisV1(
            schema_name="readiness/diagnosis/v1",
            tool=Tool("readiness", diagnosis.tool_version),
            root=diagnosis.root,
            python=diagnosis.python,
            git=diagnosis.git,
            complete=diagnosis.whole,
            troubles=diagnosis.troubles,
            found=diagnosis.found,
        )
    )
