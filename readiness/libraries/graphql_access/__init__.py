"""Mutations with what stands before them in, who may run each out, where the whole endpoint asks nothing."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.graphql_access.mutations import Mutations
from readiness.model import AccessKind, GraphAccess, GraphEndpoint, GraphField, Library, Project, RouteAccess, Scope

library = Library(__name__, stage="joined", provides=(GraphAccess,), after=(GraphEndpoint,), aside=True)

MUTATION = "mutation"


@library.recognises
def recognise(project: Project) -> Iterator[GraphAccess]:
    """One fact for each mutation of a schema that somebody reaches who presents nothing."""
    reached = _reached(project)
    if not reached:
        return
    mutations = Mutations(project)
    seen: set[tuple[str, str, str]] = set()
    for field in project.each(GraphField):
        endpoint = reached.get(field.schema) if field.operation == MUTATION else None
        key = (field.schema, field.name, field.resolver)
        if endpoint is None or field.scope is not Scope.SERVICE or key in seen:
            continue
        seen.add(key)
        yield mutations.of(field, endpoint.span)


def _reached(project: Project) -> dict[str, GraphEndpoint]:
    """Schemas by their names that are served, under an address that is known and that turns no stranger away."""
    served = [
        each for each in project.each(GraphEndpoint) if each.schema and each.routes and each.scope is Scope.SERVICE
    ]
    if not served:
        return {}
    turning = {
        (each.route.method, each.route.path, each.route.handler)
        for each in project.each(RouteAccess)
        # What a library answers is not known to ask nothing, and no guard of the project stands before it.
        if each.kind is AccessKind.PROTECTED or (each.kind is AccessKind.UNKNOWN and each.by)
    }
    return {
        each.schema: each
        for each in served
        if not any((route.method, route.path, route.handler) in turning for route in each.routes)
    }
