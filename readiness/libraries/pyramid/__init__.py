"""Pyramid and Cornice: linked code in, applications and routes out."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.methods import without_implied_heads
from readiness.libraries.pyramid.modules import ConfigReader
from readiness.libraries.pyramid.registrations import Graph
from readiness.libraries.pyramid.tables import Table
from readiness.libraries.pyramid.vocabulary import PACKAGES
from readiness.model import Application, Fact, Library, Project, Route

library = Library(__name__, stage="web", provides=(Application, Route), packages=PACKAGES)


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every application and every route that a view answers."""
    if not project.imports(*PACKAGES):
        return
    graph = Graph(ConfigReader(project, itself=("config",)))
    graph.build()
    yield from without_implied_heads(Table(graph).facts())
