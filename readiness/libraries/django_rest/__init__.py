"""Django REST framework: views, viewsets and routers in URL configurations in, routes out (read from version 3.16)."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.django.facts import Facts
from readiness.libraries.django.settings import settings_of
from readiness.libraries.django.urls import url_configurations
from readiness.libraries.django_rest.endpoints import Endpoints
from readiness.libraries.django_rest.vocabulary import FRAMEWORK
from readiness.libraries.evaluation.bounds import distinct
from readiness.model import Application, Fact, Library, Project, Route, Scope, Span

library = Library(__name__, stage="web", provides=(Application, Route))


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every route that REST framework answers."""
    importing = project.imports("rest_framework", scopes=(Scope.SERVICE,))
    sites = settings_of(project)
    found = list(_routes(project)) if sites else []
    if importing and (found or not sites):
        yield _application(project, importing[0], hosted=bool(sites))
    yield from found


def _routes(project: Project) -> Iterator[Route]:
    """Every route once."""
    configurations = url_configurations(project)
    facts = Facts(configurations)
    endpoints = Endpoints(facts)
    yield from distinct(
        (facts.key(registration, route), route)
        for registration in configurations.registrations
        for route in endpoints.routes(registration)
    )


def _application(project: Project, path: str, *, hosted: bool) -> Application:
    """REST framework hangs on a Django site; alone it is a service whose site is not in the scan."""
    summary = project.summary(path)
    lines = [
        each.line
        for each in (summary.imports if summary is not None else ())
        if each.level == 0 and each.module.partition(".")[0] == "rest_framework"
    ]
    name = project.symbol(path, -1)
    return Application(
        span=Span(path, lines[0] if lines else 1),
        symbol=name,
        scope=Scope.SERVICE,
        framework=FRAMEWORK,
        name=name,
        routed=hosted,
        mounted=hosted,
    )
