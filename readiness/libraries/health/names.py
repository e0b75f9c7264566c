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
COMPOUND = frozenset({"health", "healthz", "healthcheck", "liveness", "readiness", "heartbeat"})
"""Those of them that mean the same beside a word that says nothing: `service_health`, `api-readiness`."""
BESIDE = frozenset({"check", "checks", "status", "probe", "endpoint", "view"})
"""Words that say nothing beside them, as those of `GENERAL`."""
WEAK = frozenset({"ping", "status", "up"})
"""Names that mean a health endpoint when a probe points there or a dependency is asked."""
LIVENESS = frozenset({"live", "livez", "liveness", "alive", "ping", "lbheartbeat", "up"})
READINESS = frozenset({"ready", "readyz", "readiness"})
GENERAL = frozenset(
    {
        "api", "app", "rest", "internal", "_internal", "_", "-", "system", "sys", "monitoring", "monitor", "public", "utils",
        "core", "server", "service", "backend", "infra", "meta", "web", "http", "health", "management", "actuator", "common",
        "base",
    }
)  # fmt: skip
"""Segments that say nothing about what is asked for."""
VERSION = re.compile(r"v?\d+(?:\.\d+)*|latest", re.IGNORECASE)
SEPARATORS = re.compile(r"[-_.]+")


class Strength(Enum):
    """How surely a name means a health endpoint."""

    STRONG = "strong"
    WEAK = "weak"
    NONE = "none"


def last_segment(path: str) -> str:
    """`healthz` of `/api/v1/healthz/`."""
    return known_part(path).rpartition("/")[2]


def strength_of(segment: str) -> Strength:
    """`health-check`, `_health`, `__heartbeat__` and `healthCheck` are the same name; `.json` at the end says nothing, nor does
    `service` in `service_health`."""
    name = segment.removesuffix(".json")
    word = SEPARATORS.sub("", name).lower()
    if word in STRONG:
        return Strength.STRONG
    words = {each.lower() for each in SEPARATORS.split(name) if each}
    if words & COMPOUND and words <= COMPOUND | GENERAL | BESIDE:
        return Strength.STRONG
    return Strength.WEAK if word in WEAK else Strength.NONE


def of_the_service(path: str) -> bool:
    """What stands before the last segment names no thing of the domain: `/api/v1/status`, but not `/api/orders/status`."""
    before = known_part(path).split("/")[:-1]
    return all(not each or each.lower() in GENERAL or VERSION.fullmatch(each) for each in before)


def known_part(path: str) -> str:
    """A path without its query, its last slash, and the parts of it that could not be resolved (`{?}`)."""
    return path.replace("{?}", "").partition("?")[0].rstrip("/")


def purpose_of(path: str) -> str:
    """`liveness`, `readiness` or `general`, by the last segment of a path."""
    word = SEPARATORS.sub("", last_segment(path)).lower()
    if word in LIVENESS:
        return "liveness"
    return "readiness" if word in READINESS else "general"
