"""Routes and the code that stands before them in, who may call each route out.

Everything on the way to a handler is asked one question: what happens to a caller who presents nothing? Guards of libraries stand
in a table; functions and classes of the project are read, with who is calling as the one thing that is known.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.access.deciding import Deciding
from readiness.libraries.access.objects import Objects
from readiness.model import Library, ObjectLookup, Project, Route, RouteAccess, Scope

library = Library(__name__, stage="code", provides=(RouteAccess, ObjectLookup))


@library.recognises
def recognise(project: Project) -> Iterator[RouteAccess | ObjectLookup]:
    """One fact for each route of the service, and what its handler loads by an id of the client."""
    routes = [route for route in project.each(Route) if route.scope is not Scope.TEST]
    if not routes:
        return
    deciding = Deciding(project)
    objects = Objects(project, deciding)
    handlers: set[str] = set()
    for route in routes:
        access = deciding.of(route)
        yield access
        if route.handler not in handlers:
            handlers.add(route.handler)
            yield from objects.of(access)
