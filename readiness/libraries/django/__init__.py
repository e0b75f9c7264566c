"""Django: settings, URL configurations and views in, applications and routes out (read from Django 5.2)."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.django.endpoints import Endpoints
from readiness.libraries.django.entries import entries
from readiness.libraries.django.facts import DJANGO, Facts
from readiness.libraries.django.settings import Settings
from readiness.libraries.django.urls import NESTED, STEPS, UrlConfigurations, url_configurations
from readiness.libraries.evaluation.bounds import distinct
from readiness.model import Application, Fact, Library, Project, Route, Span

library = Library(__name__, stage="web", provides=(Application, Route))


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every Django project with its routes, but for those of REST framework."""
    configurations = url_configurations(project)
    for number, settings in enumerate(configurations.settings):
        lost = tuple(span for at, span in configurations.lost if at == number)
        alone = len(configurations.settings) == 1
        yield _application(project, settings, configurations.rooted[number], lost, alone=alone)
    if not configurations.settings:
        yield from entries(project)
    yield from routes(configurations)
    if configurations.cut:
        raise OverflowError(
            f"more than {STEPS} patterns, or {NESTED} includes inside one another; the rest was left out"
        )


def routes(configurations: UrlConfigurations) -> Iterator[Route]:
    """Every route once."""
    facts = Facts(configurations)
    endpoints = Endpoints(facts)
    found = (
        (registration, facts.route(registration, endpoint))
        for registration in configurations.registrations
        for endpoint in endpoints.of(registration)
    )
    yield from distinct((facts.key(registration, route), route) for registration, route in found)


def _application(
    project: Project, settings: Settings, routed: bool, lost: tuple[Span, ...], *, alone: bool
) -> Application:
    """The application of one module of settings. It stands where the module names its URLs; the only one of a project also where
    the module takes that from, `from .base import *`."""
    module = settings.module
    setting = settings.get("ROOT_URLCONF") or settings.get("INSTALLED_APPS")
    given = [each.span for each in setting.given] if setting is not None else []
    inside = [each for each in given if each.path == module.path] or (given if alone else [])
    name = project.symbol(module.path, -1)
    return Application(
        span=inside[0] if inside else Span(module.path, 1),
        symbol=name,
        scope=project.files[module.path].scope,
        framework=DJANGO,
        name=name,
        routed=routed,
        lost=lost,
    )
