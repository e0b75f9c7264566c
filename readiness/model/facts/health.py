"""Facts about health checks and those who ask for them."""

from typing import ClassVar

from readiness.model.facts.base import Fact


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
