"""Applications, routes and documents in, whether each service's API has a machine-readable specification out."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.contract.services import ServiceRoots
from readiness.libraries.contract.surface import is_operation
from readiness.model import (
    ApiSpecification,
    Application,
    Dependency,
    Fact,
    Library,
    OperationMatch,
    Project,
    Resolution,
    Route,
    Scope,
    Span,
    SpecDocument,
)
from readiness.model.summary import Call, Constant

library = Library(__name__, stage="joined", provides=(ApiSpecification,), after=(OperationMatch,))

BUILT_IN = {"FastAPI": "openapi_url", "Litestar": "openapi_config", "django-ninja": "openapi_url"}
"""Frameworks that make a document by themselves, with the argument that switches it off where it is None (FastAPI 0.128,
Litestar 2.18, django-ninja 1.4)."""
MAKERS = {
    "FastAPI": frozenset({"FastAPI"}),
    "Litestar": frozenset({"Litestar"}),
    "django-ninja": frozenset({"NinjaAPI", "NinjaExtraAPI"}),
}
GENERATORS = {
    "drf_spectacular": "drf-spectacular",
    "drf_yasg": "drf-yasg",
    "flask_restx": "Flask-RESTX",
    "flask_restplus": "Flask-RESTPlus",
    "flask_smorest": "flask-smorest",
    "flask_apispec": "flask-apispec",
    "flask_openapi3": "flask-openapi3",
    "apiflask": "APIFlask",
    "apifairy": "APIFairy",
    "flasgger": "Flasgger",
    "apispec": "apispec",
    "spectree": "SpecTree",
    "aiohttp_apispec": "aiohttp-apispec",
    "aiohttp_pydantic": "aiohttp-pydantic",
    "aiohttp_swagger": "aiohttp-swagger",
    "sanic_ext": "Sanic Extensions",
    "sanic_openapi": "sanic-openapi",
    "pyramid_openapi3": "pyramid_openapi3",
    "cornice_swagger": "cornice.ext.swagger",
    "cornice_apispec": "cornice-apispec",
    "falcon_apispec": "falcon-apispec",
    "tornado_swagger": "tornado-swagger",
    "connexion": "connexion",
    "quart_schema": "Quart-Schema",
    "ninja": "django-ninja",
    "ninja_extra": "django-ninja-extra",
    "strawberry": "the GraphQL schema of Strawberry",
    "graphene": "the GraphQL schema of Graphene",
    "ariadne": "the GraphQL schema of Ariadne",
}
"""Packages whose use makes a specification of the code, or the code of a specification."""
CONFIGURED = {
    "drf-spectacular": "drf-spectacular",
    "drf-yasg": "drf-yasg",
    "sanic-ext": "Sanic Extensions",
}
"""Distributions that work through settings alone, so that no file need import them."""
SCHEMAS = "rest_framework.schemas"
FEW = 1
"""From so many operations on there is an API to specify."""


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """One fact for each service with an API, and one for each of its documents that cannot be read."""
    yield from _Surfaces(project).facts()


class Surface(Struct):
    """What is known of one service."""

    routes: list[Route]
    applications: list[Application]
    documents: list[str]


class _Surfaces:
    """Judges the services of one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._roots = ServiceRoots(project)

    def facts(self) -> Iterator[ApiSpecification]:
        surfaces: dict[str, Surface] = {}
        for route in self._project.each(Route):
            if is_operation(route):
                surfaces.setdefault(self._roots.of(route.span.path), Surface([], [], [])).routes.append(route)
        for each in self._project.each(Application):
            root = self._roots.of(each.span.path)
            if each.scope is Scope.SERVICE and root in surfaces:
                surfaces[root].applications.append(each)
        for match in self._project.each(OperationMatch):
            surface = surfaces.get(self._roots.of(match.route.span.path)) if match.route is not None else None
            if surface is not None and match.document not in surface.documents:
                surface.documents.append(match.document)
        for root, surface in sorted(surfaces.items()):
            if len(surface.routes) >= FEW:
                yield self._of(root, surface)
        for document in self._project.each(SpecDocument):
            if document.problem:
                yield ApiSpecification(
                    span=document.span,
                    symbol=document.symbol,
                    scope=Scope.SERVICE,
                    language=document.language,
                    routes=0,
                    reason=f"cannot be read: {document.problem}",
                )

    def _of(self, root: str, surface: Surface) -> ApiSpecification:
        how, reason, doubt = "", "", ""
        if surface.documents:
            how = surface.documents[0]
        else:
            how, reason = self._generated(root, surface)
        others = [each for each in self._project.each(SpecDocument) if each.operations]
        if not how and not reason and others:
            near = [each for each in others if self._roots.of(each.span.path) in (root, "")]
            if near:
                doubt = f"{near[0].span.path} names hardly any of its routes"
        unread = next((each.framework for each in surface.applications if not each.routed), "")
        if not how and not reason and unread:
            doubt = f"{unread} is not read, and may have one"
        place = self._place(surface)
        return ApiSpecification(
            span=place[0],
            symbol=place[1],
            scope=Scope.SERVICE,
            resolution=Resolution.UNRESOLVED if doubt else Resolution.EXACT,
            routes=len(surface.routes),
            how=how,
            reason=reason,
            doubt=doubt,
        )

    @staticmethod
    def _place(surface: Surface) -> tuple[Span, str]:
        """The application that most routes hang on, else the first of the service, else where a route is registered."""
        whole = [each for each in surface.applications if not each.mounted] or surface.applications
        if not whole:
            first = surface.routes[0]
            return first.registered, first.symbol
        counts = {each.name: 0 for each in whole}
        for route in surface.routes:
            if route.application in counts:
                counts[route.application] += 1
        best = max(whole, key=lambda each: counts[each.name])
        return best.span, best.symbol

    # generators

    def _generated(self, root: str, surface: Surface) -> tuple[str, str]:
        """What makes a document of the code, or why what could does not."""
        off = ""
        for framework, argument in BUILT_IN.items():
            found = [each for each in surface.applications if each.framework == framework and each.routed]
            if not found:
                continue
            if all(self._is_off(each, framework, argument) for each in found):
                off = f"{argument}=None switches off the document that {framework} makes"
                continue
            return framework, ""
        for package, title in GENERATORS.items():
            if any(self._near(path, root) for path in self._project.imports(package, scopes=(Scope.SERVICE,))):
                return title, ""
        for path in self._project.imports("rest_framework", scopes=(Scope.SERVICE,)):
            summary = self._project.summary(path)
            imports = summary.imports if summary is not None and self._near(path, root) else ()
            if any(each.module.startswith(SCHEMAS) for each in imports):
                return "the schemas of Django REST framework", ""
        for dependency in self._project.each(Dependency):
            if dependency.name in CONFIGURED and self._near(dependency.span.path, root):
                return CONFIGURED[dependency.name], ""
        return "", off

    def _near(self, path: str, root: str) -> bool:
        return self._roots.of(path) in (root, "")

    def _is_off(self, application: Application, framework: str, argument: str) -> bool:
        summary = self._project.summary(application.span.path)
        if summary is None:
            return False
        calls = [each for each in summary.calls if self._is_at(each, application.span)]
        return any((argument, Constant(None)) in call.keywords for call in calls)

    @staticmethod
    def _is_at(call: Call, span: Span) -> bool:
        return (call.line, call.column) == (span.line, span.column)
