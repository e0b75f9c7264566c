"""Facts about the code itself: how complex it is, and what other tools say of it."""

from readiness.model.facts.base import Fact
from readiness.model.finding import Confidence, Severity


class ComplexFunction(Fact, frozen=True, kw_only=True):
    """A function whose cyclomatic complexity is near or above what a reader can hold in mind. Its span is the `def`."""

    name: str
    complexity: int
    """McCabe's number, as radon counts it."""
    lines: int
    """From the first decorator to the last statement."""


class FileComplexity(Fact, frozen=True, kw_only=True):
    """One file with functions. Its span is the first of them."""

    functions: int
    worst: int
    """The largest complexity among them."""


class ToolFinding(Fact, frozen=True, kw_only=True):
    """A defect that other tools report, once however many of them do. Its span is the place the first of them names."""

    codes: tuple[str, ...]
    """With the tool: `ruff S602`, `bandit B602`."""
    message: str
    severity: Severity = Severity.MINOR
    confidence: Confidence = Confidence.MEDIUM
    weakness: int = 0
    """Number in the Common Weakness Enumeration; 0 where no tool names one."""


class ToolRun(Fact, frozen=True, kw_only=True):
    """One file that other tools have looked at. Its span is the first line."""

    tools: tuple[str, ...]
    """With version: `ruff 0.17.6`."""
