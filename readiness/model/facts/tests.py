"""Facts about tests and what they ran."""

from enum import StrEnum
from typing import ClassVar

from readiness.model.facts.base import Fact
from readiness.model.facts.web import Route


class CoverageState(StrEnum):
    """What the coverage data can say about one function."""

    MEASURED = "measured"
    STALE = "stale"
    """The data was made from other source text."""
    AMBIGUOUS = "ambiguous"
    """The body shares its line with the `def`, so a line says nothing about it."""
    ABSENT = "absent"
    """The data holds nothing about the file."""
    MISSING = "missing"
    """There is no coverage data."""


class CoverageOf(Fact, frozen=True, kw_only=True):
    """How much of one handler's body the tests ran."""

    capability: ClassVar[str] = "web"

    route: Route
    state: CoverageState
    executed: int = 0
    total: int = 0
    """Statements of the body, the `def` and its decorators left out."""
    excluded: bool = False
    """The handler is excluded from measurement by a pragma."""
    source: str = ""
    """The evidence file."""
