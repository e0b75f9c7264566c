"""connexion 2 and 3: the documents that applications serve in, applications and routes out."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.connexion.registrations import Registrations
from readiness.libraries.connexion.routes import Table
from readiness.libraries.connexion.vocabulary import PACKAGE
from readiness.libraries.evaluation.methods import without_implied_heads
from readiness.libraries.evaluation.reader import Reader
from readiness.model import Application, Fact, Library, Project, Route

library = Library(__name__, stage="web", provides=(Application, Route), packages=(PACKAGE,))


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every application and every operation of the documents that are added to one."""
    yield from without_implied_heads(Table(Registrations(Reader(project, parts=("app",)))).facts())
