"""A health route in, whether its handler asks a dependency out."""

from __future__ import annotations

from readiness.libraries.capabilities import CAPABILITIES
from readiness.model import Project, Route, Symbol, SymbolKind

HOSTS = frozenset(
    {"django", "djangorestframework", "google", "azure", "github", "sentry_sdk", "joblib", "langchain", "urllib"}
)
"""Packages that do more than speak to a dependency: their mere name says nothing."""
CLIENTS = (
    CAPABILITIES["database"] | CAPABILITIES["cache"] | CAPABILITIES["http client"] | CAPABILITIES["tasks"]
) - HOSTS
ASKING = ("django.db.", "django.core.cache.", "urllib.request.", "health_check.", "fastapi_health.")
DEPTH = 2
CALLS = 400


def asks_dependency(project: Project, route: Route) -> bool:
    """The handler, or what it calls, uses a client of a database, a cache, a broker or another service."""
    if route.handler.startswith(ASKING):
        return True
    place = project.find(route.handler)
    if place is None:
        return False
    path, index = place
    reached = project.reached_from(Symbol(SymbolKind.FUNCTION, route.handler, path, index), DEPTH)
    seen = 0
    for function in reached:
        if function.kind is not SymbolKind.FUNCTION or not function.path:
            continue
        for call in project.calls_in(function):
            seen += 1
            if seen > CALLS:
                return False
            if _asks(project.callee(function.path, call)):
                return True
    return False


def _asks(callee: Symbol) -> bool:
    if callee.kind is not SymbolKind.EXTERNAL:
        return False
    return callee.name.partition(".")[0] in CLIENTS or callee.name.startswith(ASKING)
