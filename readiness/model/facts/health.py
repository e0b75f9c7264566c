"""Facts about health checks and those who ask for them."""

from typing import ClassVar

from readiness.model.facts.base import Fact
from readiness.model.source import Span


class HealthCheck(Fact, frozen=True, kw_only=True):
    """A health endpoint, however it is made: a route, a wrapper of the application, a library."""

    capability: ClassVar[str] = "web"

    path: str
    kind: str
    """`route`, `wrapper`, `library`."""
    application: str = ""
    strength: str = "strong"
    """`strong` by its name, `weak` for names such as `ping` or `status` that need a probe or a check behind them."""
    checks: bool = False
    """It asks a dependency."""
    probed: bool = False
    """A probe in the repository points at it."""
    purpose: str = "general"
    """`liveness` or `readiness` by its name, or by the probes that ask it; else `general`."""
    can_fail: bool | None = None
    """It answers with an error while a dependency that it asks is down; None where that is not known."""
    opaque: bool = False
    """What it does could not be followed to the end."""
    needs: tuple[str, ...] = ()
    """What the application around cannot work without: `PostgreSQL`, `Redis`."""
    told: Span | None = None
    """The place where a failure of a dependency gets lost."""
