"""django-ninja and django-ninja-extra: APIs in URL configurations with their routers and controllers in, routes out."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.django.urls import url_configurations
from readiness.libraries.ninja.registrations import Graph
from readiness.libraries.ninja.tables import Table
from readiness.libraries.ninja.vocabulary import PACKAGES
from readiness.model import Application, Fact, Library, Project, Route

library = Library(__name__, stage="web", provides=(Application, Route), packages=PACKAGES)


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every API with its routes."""
    configurations = url_configurations(project)
    graph = Graph(configurations.occurrences, configurations.locator)
    graph.build()
    yield from Table(graph, configurations).all()
