"""Sanic: linked code in, applications and routes out (read from Sanic 25.12 and sanic-routing 23.12)."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.handlers import Handlers
from readiness.libraries.evaluation.methods import without_implied_heads
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.sanic.nodes import PARTS
from readiness.libraries.sanic.registrations import Graph
from readiness.libraries.sanic.tables import Table
from readiness.libraries.sanic.vocabulary import PACKAGE, QUIET
from readiness.model import Application, Fact, Library, Project, Route

library = Library(__name__, stage="web", provides=(Application, Route), packages=(PACKAGE,))


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every application and every route that hangs on one."""
    if not project.imports(PACKAGE):
        return
    reader = Reader(project, parts=PARTS)
    graph = Graph(reader, Handlers(reader, QUIET))
    graph.build()
    yield from without_implied_heads(Table(graph).facts())
