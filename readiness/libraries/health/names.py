"""The last segment of a path in, how surely it names a health endpoint out."""

from __future__ import annotations

import re
from enum import Enum

STRONG = frozenset(
    {
        "health",
        "healthz",
        "healthcheck",
        "live",
        "livez",
        "liveness",
        "ready",
        "readyz",
        "readiness",
        "heartbeat",
        "lbheartbeat",
    }
)
"""Names that mean nothing else, separators left out."""
WEAK = frozenset({"ping", "status", "up"})
"""Names that mean a health endpoint when a probe points there or a dependency is asked."""
SEPARATORS = re.compile(r"[-_.]+")


class Strength(Enum):
    """How surely a name means a health endpoint."""

    STRONG = "strong"
    WEAK = "weak"
    NONE = "none"


def last_segment(path: str) -> str:
    """`healthz` of `/api/v1/healthz/`."""
    return path.partition("?")[0].rstrip("/").rpartition("/")[2]


def strength_of(segment: str) -> Strength:
    """`health-check`, `_health`, `__heartbeat__` and `healthCheck` are the same name."""
    word = SEPARATORS.sub("", segment).lower()
    if word in STRONG:
        return Strength.STRONG
    return Strength.WEAK if word in WEAK else Strength.NONE
