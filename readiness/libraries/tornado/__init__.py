"""Tornado: linked code in, applications and routes out."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.tornado.registrations import Graph
from readiness.libraries.tornado.tables import Table
from readiness.libraries.tornado.texts import PatternReader
from readiness.libraries.tornado.vocabulary import PACKAGE
from readiness.model import Application, Fact, Library, Project, Route

library = Library(__name__, stage="web", provides=(Application, Route), packages=(PACKAGE,))


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every application and every route that hangs on one."""
    if not project.imports(PACKAGE):
        return
    graph = Graph(PatternReader(project))
    graph.build()
    yield from Table(graph).facts()
