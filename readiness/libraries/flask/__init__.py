"""Flask and the packages that register its routes in other ways: linked code in, applications and routes out."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.methods import without_implied_heads
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.flask.nodes import HOLDER_PARTS, NAME, PREFIXES
from readiness.libraries.flask.registrations import Graph
from readiness.libraries.flask.tables import Table
from readiness.libraries.flask.vocabulary import PACKAGES
from readiness.model import Application, Fact, Library, Project, Route

library = Library(__name__, stage="web", provides=(Application, Route), packages=PACKAGES)


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every application and every route that hangs on one."""
    graph = Graph(Reader(project, parts=(*PREFIXES, *HOLDER_PARTS, NAME)))
    graph.build()
    yield from without_implied_heads(Table(graph).facts())
