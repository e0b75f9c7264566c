"""A route in, whether it is an operation of the API that clients are to be told of out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from readiness.libraries.contract.addresses import literals, normal
from readiness.model import Route, Scope

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "ANY"})
DECLARING = frozenset({"Django REST framework", "django-ninja"})
"""Frameworks of APIs that live beside plain views."""
OPERATIONAL = re.compile(
    r"(?:^|/)_{0,2}(?:health\w*|livez?|readyz?|liveness|readiness|heartbeat|ping|status|version|metrics|docs|redoc"
    r"|swagger[\w.-]*|openapi[\w.-]*|spec\.(?:json|ya?ml)|api-docs|favicon\.ico|robots\.txt|\.well-known|static|media|assets|schema"
    r"|graphql|graphiql|ws|websocket|debug__)(?:/|$)"
)
"""Paths that are for whoever runs or explores a service; documents leave them out on purpose."""


def is_operational(path: str) -> bool:
    """A normal path that is no part of the API."""
    return OPERATIONAL.search(path.lower()) is not None


def is_private(path: str) -> bool:
    """A part of a normal path begins with an underscore, as what is meant for the service's own people is spelled."""
    return "/_" in path


def beside_interface(routes: Iterable[Route]) -> set[int]:
    """Identities of the plain views of Django that stand beside an API: where a library declares the operations of an application,
    what its pages ask of their own views, outside of an `api` folder, and what a login comes back to are no operations of it."""
    routes = list(routes)
    declared = {each.application for each in routes if each.framework in DECLARING and each.scope is Scope.SERVICE}
    return {
        id(each)
        for each in routes
        if each.framework == "Django" and each.application in declared and "api" not in each.path.lower().split("/")
    }


def is_operation(route: Route) -> bool:
    """A route of service code that answers with data and is not kept out of the schema."""
    if route.scope is not Scope.SERVICE or route.method not in METHODS or not route.data or not route.in_schema:
        return False
    path = normal(route.path)
    return bool(literals(path)) and not is_operational(path)
