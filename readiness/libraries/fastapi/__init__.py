"""FastAPI and Starlette: linked code in, applications and routes out (read from FastAPI 0.165 and Starlette 1.10)."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.methods import without_implied_heads
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.fastapi.endpoints import Endpoints
from readiness.libraries.fastapi.registrations import Graph, route_files
from readiness.libraries.fastapi.tables import Table
from readiness.model import Application, Fact, Library, Project, Route

library = Library(__name__, stage="web", provides=(Application, Route), packages=("fastapi", "starlette"))


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every application and every route that hangs on one."""
    reader = Reader(project, parts=("routes",), itself=("router",))
    graph = Graph(reader, route_files(project))
    graph.build()
    yield from without_implied_heads(Table(graph, Endpoints(reader)).facts())
