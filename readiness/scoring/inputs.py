"""What scoring needs to be told: rules as far as they count, and one service with its settled findings."""

from collections.abc import Mapping

from msgspec import Struct

from readiness.model import Evidence
from readiness.model.finding import Finding, Severity
from readiness.model.report import Recognised


class RuleInput(Struct, frozen=True, kw_only=True):
    """An installed rule, as far as the score needs to know it."""

    id: str
    severity: Severity
    aliases: tuple[str, ...] = ()
    preview: bool = False
    """Its findings count in the rates, but cap nothing."""
    broken: str = ""
    """Why its answers cannot be trusted; empty where they can."""
    deselected: bool = False
    """It was left out of this run; its criteria stay open, so that leaving out never raises a score."""


class ServiceInput(Struct, frozen=True, kw_only=True):
    """One service with everything that its score depends on."""

    name: str
    root: str
    profile: str
    """`service`, `worker`, `site` or `library`."""
    recognised: Recognised
    findings: tuple[Finding, ...]
    """Of this service alone, settled: `accepted`, `disputed` and `excluded` are filled in."""
    witnesses: Mapping[str, str] = {}
    """Rule id -> why a rule without sites is not applicable here. No entry: it stays open."""
    evidence: tuple[Evidence, ...] = ()
    failing_tests: str = ""
    """What a fresh test report says of failing tests, `3 of 412 tests fail`; empty where none fails or none is known."""
