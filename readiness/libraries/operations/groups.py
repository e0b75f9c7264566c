"""A file in, the service that it belongs to out: the folder of the nearest manifest above an application that stands alone."""

from __future__ import annotations

import posixpath
import re

from readiness.model import Application, Project, Route, Scope

MANIFESTS = frozenset(
    {"pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "manage.py", "uv.lock", "poetry.lock"}
)
VERSION = re.compile(
    r"^(?:api)?[-_]?v(\d{1,2})(?:[._-]\d{1,2}){0,2}(?:alpha|beta|rc)?\d*$|^v?\d{4}-\d{2}(?:-\d{2})?$|^\d{1,2}\.\d{1,2}$",
    re.IGNORECASE,
)
"""A part of a path that names a version of an interface: `v1`, `v2.1`, `2024-01-01`, `api-v1`."""

PREFIXES = frozenset({"api", "rest", "apis", "service", "services", "backend", "server"})
"""Parts that paths of an interface begin with."""


class Groups:
    """Knows the services of one project."""

    def __init__(self, project: Project) -> None:
        manifests = {posixpath.dirname(path) for path in project.files if posixpath.basename(path) in MANIFESTS}
        self._roots = sorted(
            {
                _root(each.span.path, manifests)
                for each in project.each(Application)
                if each.scope is Scope.SERVICE and not each.mounted
            },
            key=len,
            reverse=True,
        )

    def of(self, path: str) -> str:
        """Folder of the service; empty for the one service of a scan, and for what several share."""
        if len(self._roots) < 2:
            return ""
        return next((root for root in self._roots if not root or path.startswith(f"{root}/")), "")


def _root(path: str, manifests: set[str]) -> str:
    folder = posixpath.dirname(path)
    while folder and folder not in manifests:
        folder = posixpath.dirname(folder)
    return folder


def segments(path: str) -> list[str]:
    """The parts of a path between its slashes, empty ones left out."""
    return [each for each in path.split("/") if each]


def version_in(path: str) -> str:
    """The part of a path that names a version; empty without one. A bare number does so behind `api`."""
    parts = segments(path)
    for number, part in enumerate(parts):
        if VERSION.match(part) or (number and part.isdigit() and len(part) < 3 and parts[number - 1] in PREFIXES):
            return part
    return ""


def interface(project: Project, groups: Groups) -> dict[str, list[Route]]:
    """The operations that clients of each service are built on, by service.

    Left out are routes that any method reaches and plain views of Django outside of an `api` folder, of which it is not known
    whether they answer pages; forms, whose one handler shows and takes them; what tests register.
    """
    methods: dict[tuple[str, str], set[str]] = {}
    for route in project.each(Route):
        methods.setdefault((route.path, route.handler), set()).add(route.method)
    found: dict[str, list[Route]] = {}
    for route in project.each(Route):
        registered = project.files.get(route.registered.path)
        if (
            answers_data(route)
            and route.method != "ANY"
            and (route.framework != "Django" or not PREFIXES.isdisjoint(segments(route.path)))
            and not {"GET", "POST"} <= methods[route.path, route.handler]
            and (registered is None or registered.scope is Scope.SERVICE)
        ):
            found.setdefault(groups.of(route.span.path), []).append(route)
    return found


def answers_data(route: Route) -> bool:
    """An operation of the service's interface: no page, no socket, in service code."""
    return route.data and route.scope is Scope.SERVICE and route.method != "WEBSOCKET"
