"""The settings of a Django project in, the files of its root URL configurations out."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.django.locating import Locator
from readiness.libraries.django.settings import Settings
from readiness.model import Project, Scope
from readiness.model.summary import Name

NAMES = ("ROOT_URLCONF", "PUBLIC_SCHEMA_URLCONF")
"""Settings that name a root: Django's own and that of django-tenants."""


def roots(project: Project, settings: Settings, locator: Locator) -> list[str]:
    """The roots that the service's settings name, and those of other settings that a server is started with."""
    found: dict[str, None] = {}
    others = [Settings(project, each, (), locator) for each in settings.others if each.started and each.weight > 2]
    for each in (settings, *others):
        for name in NAMES:
            setting = each.get(name)
            for given in setting.given if setting is not None else ():
                if given.value == Name("__name__"):
                    found.setdefault(given.path)
                    continue
                text = project.constant(given.path, given.value, given.scope, given.line)
                if isinstance(text, str):
                    path = locator.module(text, given.path) or locator.module(text, settings.module.path)
                    if path:
                        found.setdefault(path)
    return list(found)


def configurations(project: Project, settings: Settings) -> Iterator[str]:
    """Every module of a Django project that holds `urlpatterns`."""
    inside = f"{settings.root}/" if settings.root else ""
    for path in project.paths(Scope.SERVICE):
        summary = project.summary(path) if path.startswith(inside) else None
        if summary is not None and any(
            each.target == "urlpatterns" and each.scope == -1 for each in summary.assignments
        ):
            yield path
