"""The server side of aiohttp: linked code in, applications and routes out (read from aiohttp 3.14)."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.aiohttp_web.nodes import ITSELF
from readiness.libraries.aiohttp_web.registrations import Graph
from readiness.libraries.aiohttp_web.tables import Table
from readiness.libraries.aiohttp_web.vocabulary import PACKAGE, QUIET, WEB_MODULES
from readiness.libraries.evaluation.handlers import Handlers
from readiness.libraries.evaluation.methods import without_implied_heads
from readiness.libraries.evaluation.reader import Reader
from readiness.model import Application, Fact, Library, Project, Route
from readiness.model.summary import Name

library = Library(__name__, stage="web", provides=(Application, Route), packages=(PACKAGE,))


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every application and every route that hangs on one."""
    if not _serves(project):
        return
    reader = Reader(project, itself=ITSELF)
    graph = Graph(reader, Handlers(reader, QUIET))
    graph.build()
    yield from without_implied_heads(Table(graph).facts())


def _serves(project: Project) -> bool:
    """Some file imports the server side of aiohttp; most projects know only its client."""
    modules = tuple(f"{PACKAGE}.{each}" for each in WEB_MODULES)
    for path in project.imports(PACKAGE):
        summary = project.summary(path)
        if summary is None:
            continue
        for each in summary.imports:
            if each.module.startswith(modules) or (each.module == PACKAGE and each.name in ("web", "*")):
                return True
        whole = [each.alias for each in summary.imports if each.module == PACKAGE and not each.name]
        used = tuple(f"{alias}.web." for alias in whole)
        if used and any(
            isinstance(each.callee, Name) and each.callee.dotted.startswith(used) for each in summary.calls
        ):
            return True
    return False
