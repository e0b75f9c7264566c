"""Litestar and Starlite: linked code in, applications and routes out (read from Litestar 2.25 and Starlite 1.51)."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.methods import without_implied_heads
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.litestar.registrations import Graph
from readiness.libraries.litestar.tables import Table
from readiness.libraries.litestar.vocabulary import PACKAGES
from readiness.model import Application, Fact, Library, Project, Route

library = Library(__name__, stage="web", provides=(Application, Route), packages=PACKAGES)


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every application and every route that hangs on one."""
    if not project.imports(*PACKAGES):
        return
    graph = Graph(Reader(project, parts=("middleware", "on_app_init")))
    graph.build()
    yield from without_implied_heads(Table(graph).facts())
