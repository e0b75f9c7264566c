"""Falcon: linked code in, applications and routes out (read from Falcon 4.4, with the names of Falcon 1 to 3)."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.falcon.registrations import Graph
from readiness.libraries.falcon.tables import Table
from readiness.libraries.falcon.vocabulary import PACKAGE
from readiness.model import Application, Fact, Library, Project, Route

library = Library(__name__, stage="web", provides=(Application, Route), packages=(PACKAGE,))


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every application and every route that is registered on one."""
    if not project.imports(PACKAGE):
        return
    graph = Graph(Reader(project))
    graph.build()
    yield from Table(graph).facts()
