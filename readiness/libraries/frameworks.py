"""Linked code in, applications out whose framework is seen but whose routes nobody reads yet; beside it the tables of which
library gives a service which capability.

A framework leaves this table when a recogniser of its own reads its routes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.capabilities import CAPABILITIES, DATABASES, DISPLAY_NAMES
from readiness.libraries.values.expressions import tail
from readiness.model import Application, Library, Project, Scope, Span, SymbolKind
from readiness.model.summary import CallRef, Class, Value

__all__ = ["CAPABILITIES", "DATABASES", "DISPLAY_NAMES", "library"]

library = Library(__name__, stage="web", provides=(Application,), after=(Application,))


class Framework(Struct, frozen=True):
    """How one framework shows itself."""

    name: str
    """As its makers spell it."""
    packages: tuple[str, ...]
    """Top-level packages it is imported from."""
    makers: tuple[str, ...] = ()
    """Classes and functions whose call makes an application; also the base classes of a project's own application class."""
    inner: bool = False
    """It hangs on another framework's application where there is one: a GraphQL schema, an API of a Django site."""
    by_import: bool = False
    """It has a default application that nobody makes: an import is all there is to see."""


FRAMEWORKS = (
    Framework("Quart", ("quart",), ("Quart",)),
    Framework("APIFlask", ("apiflask",), ("APIFlask",)),
    Framework("Flask-AppBuilder", ("flask_appbuilder",), ("AppBuilder",), inner=True),
    Framework("Flask-Restless", ("flask_restless",), ("APIManager",), inner=True),
    Framework("SAFRS", ("safrs",), ("SAFRSAPI", "SafrsApi"), inner=True),
    Framework("Eve", ("eve",), ("Eve",)),
    Framework("flask-openapi3", ("flask_openapi3",), ("OpenAPI",)),
    Framework("Bottle", ("bottle",), ("Bottle",), by_import=True),
    Framework("CherryPy", ("cherrypy",), ("quickstart", "Application"), by_import=True),
    Framework("web.py", ("web",), ("application",)),
    Framework("Hug", ("hug",), ("API",), by_import=True),
    Framework("BlackSheep", ("blacksheep",), ("Application",)),
    Framework("Robyn", ("robyn",), ("Robyn",)),
    Framework("Emmett", ("emmett", "emmett55"), ("App", "AppModule")),
    Framework("Responder", ("responder",), ("API",)),
    Framework("Molten", ("molten",), ("App",)),
    Framework(
        "TurboGears", ("tg",), ("AppConfig", "MinimalApplicationConfigurator", "FullStackApplicationConfigurator")
    ),
    Framework("Masonite", ("masonite",), ("Application",)),
    Framework("Morepath", ("morepath",), ("App",)),
    Framework("Muffin", ("muffin",), ("Application",)),
    Framework("Esmerald", ("esmerald",), ("Esmerald",)),
    Framework("Ravyn", ("ravyn",), ("Ravyn",)),
    Framework("Lilya", ("lilya",), ("Lilya",)),
    Framework("Xpresso", ("xpresso",), ("App",)),
    Framework("Chalice", ("chalice",), ("Chalice",)),
    Framework(
        "AWS Lambda Powertools",
        ("aws_lambda_powertools",),
        (
            "APIGatewayRestResolver",
            "APIGatewayHttpResolver",
            "ALBResolver",
            "LambdaFunctionUrlResolver",
            "AppSyncResolver",
        ),
    ),
    Framework("Functions Framework", ("functions_framework",), by_import=True),
    Framework("Tastypie", ("tastypie",), ("Api",), inner=True),
    Framework("Tartiflette", ("tartiflette",), ("Engine", "create_engine"), inner=True),
    Framework("gRPC", ("grpc",), ("server",), inner=True),
    Framework("Nameko", ("nameko",), by_import=True),
)

MANIFESTS = frozenset(
    {"pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "manage.py", "uv.lock", "poetry.lock"}
)


class Seen(Struct, frozen=True):
    """Where a framework was seen."""

    framework: str
    span: Span
    symbol: str
    name: str
    inner: bool


@library.recognises
def recognise(project: Project) -> Iterator[Application]:
    """One application for each framework and service folder, at the first place that shows it."""
    folders = {posixpath.dirname(path) for path in project.files if posixpath.basename(path) in MANIFESTS}
    first: dict[tuple[str, str], Seen] = {}
    for seen in (seen for framework in FRAMEWORKS for seen in _seen(project, framework)):
        first.setdefault((_folder(seen.span.path, folders), seen.framework), seen)
    hosted = {folder for (folder, _), seen in first.items() if not seen.inner}
    hosted |= {
        _folder(path, folders) for path in project.imports("django", "fastapi", "starlette", scopes=(Scope.SERVICE,))
    }
    hosted |= {_folder(each.span.path, folders) for each in project.each(Application) if not each.mounted}
    for (folder, _), seen in sorted(first.items(), key=lambda entry: entry[1].span):
        yield Application(
            span=seen.span,
            symbol=seen.symbol,
            scope=Scope.SERVICE,
            framework=seen.framework,
            name=seen.name,
            routed=False,
            mounted=seen.inner and folder in hosted,
        )


def _folder(path: str, folders: set[str]) -> str:
    """The nearest folder above a file that holds a manifest; the scanned root where none does."""
    folder = posixpath.dirname(path)
    while folder and folder not in folders:
        folder = posixpath.dirname(folder)
    return folder


def _seen(project: Project, framework: Framework) -> Iterator[Seen]:
    """Places where an application of the framework is made, its class is derived from, or at least its package imported."""
    paths = project.imports(*framework.packages, scopes=(Scope.SERVICE,))
    for path in paths:
        yield from _made(project, framework, path)
        yield from _derived(project, framework, path)
    if framework.by_import:
        for path in paths:
            yield from _imported(project, framework, path)


def _made(project: Project, framework: Framework, path: str) -> Iterator[Seen]:
    summary = project.summary(path)
    if summary is None or not framework.makers:
        return
    aliases = {each.alias for each in summary.imports if each.name in framework.makers}
    for index, call in enumerate(summary.calls):
        last = tail(call.callee)
        if last not in framework.makers and last not in aliases:
            continue
        symbol = project.callee(path, index)
        if symbol.kind is SymbolKind.EXTERNAL and _is_maker(symbol.name, framework):
            bound = next((each.target for each in summary.assignments if _is_call(each.value, index)), last)
            where = project.symbol(path, call.scope)
            yield Seen(framework.name, project.span(path, index), where, f"{where}.{bound}", framework.inner)


def _derived(project: Project, framework: Framework, path: str) -> Iterator[Seen]:
    summary = project.summary(path)
    if summary is None or not framework.makers:
        return
    for index, definition in enumerate(summary.definitions):
        if not isinstance(definition, Class):
            continue
        for base in definition.bases:
            symbol = project.resolve_value(path, base, definition.scope, definition.line)
            if symbol.kind is SymbolKind.EXTERNAL and _is_maker(symbol.name, framework):
                name = project.symbol(path, index)
                yield Seen(framework.name, Span(path, definition.line, definition.column), name, name, framework.inner)


def _imported(project: Project, framework: Framework, path: str) -> Iterator[Seen]:
    summary = project.summary(path)
    for each in summary.imports if summary is not None else ():
        if each.level == 0 and each.module.partition(".")[0] in framework.packages and not each.typing_only:
            module = project.symbol(path, -1)
            yield Seen(framework.name, Span(path, each.line), module, module, framework.inner)
            return


def _is_maker(name: str, framework: Framework) -> bool:
    parts = name.split(".")
    if parts[0] not in framework.packages or parts[-1] not in framework.makers:
        return False
    # `aiohttp.web.Application` serves, `aiohttp.ClientSession` calls; only the first has this name.
    return framework.name != "gRPC" or parts in (["grpc", "server"], ["grpc", "aio", "server"])


def _is_call(value: Value | None, index: int) -> bool:
    return isinstance(value, CallRef) and value.index == index
