"""Routes, middleware and libraries in, the places that answer "are you well?" out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.health.checks import Handlers
from readiness.libraries.health.names import Strength, known_part, last_segment, of_the_service, purpose_of, strength_of
from readiness.libraries.health.needs import needs
from readiness.libraries.health.packages import library_checks
from readiness.libraries.health.probes import probed_paths
from readiness.libraries.health.wrappers import wrapper_checks
from readiness.model import Application, HealthCheck, Library, Probe, Project, Resolution, Route, Scope

library = Library(__name__, stage="joined", provides=(HealthCheck,))

MANIFESTS = frozenset(
    {"pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "manage.py", "package.json"}
)


@library.recognises
def recognise(project: Project) -> Iterator[HealthCheck]:
    """Every health endpoint, with the application it belongs to."""
    folders = {posixpath.dirname(path) for path in project.files if posixpath.basename(path) in MANIFESTS}
    asked_as = _asked_as(project)
    needed: dict[str, tuple[str, ...]] = {}
    for check in _found(project, folders):
        folder = _folder(check.span.path, folders)
        if folder not in needed:
            needed[folder] = needs(project, lambda path, folder=folder: _folder(path, folders) == folder)  # type: ignore[misc]
        kinds = asked_as.get(_plain(check.path), set())
        purpose = purpose_of(check.path)
        if purpose == "general" and kinds and kinds <= {"liveness", "startup"}:
            purpose = "liveness"
        yield replace(check, purpose=purpose, needs=needed[folder])


def _found(project: Project, folders: set[str]) -> Iterator[HealthCheck]:
    probed = probed_paths(project)
    handlers = Handlers(project)
    for route in project.each(Route):
        found = _of_route(handlers, route, probed)
        if found is not None:
            yield found
    applications = [each for each in project.each(Application) if not each.mounted and each.scope is not Scope.TEST]
    for check in (*wrapper_checks(project, handlers), *library_checks(project)):
        placed = replace(check, probed=_plain(check.path) in probed)
        near = [each for each in applications if _folder(each.span.path, folders) == _folder(check.span.path, folders)]
        for application in near or applications:
            yield replace(placed, application=application.name)
        if not applications:
            yield placed


def _asked_as(project: Project) -> dict[str, set[str]]:
    """Path -> the kinds of probe that ask it."""
    found: dict[str, set[str]] = {}
    for probe in project.each(Probe):
        if probe.how == "http" and probe.path and not probe.host:
            found.setdefault(_plain(probe.path), set()).add(probe.kind)
    return found


def _of_route(handlers: Handlers, route: Route, probed: dict[str, str]) -> HealthCheck | None:
    """A GET route without parameters, known by its name or by a probe that points at it."""
    if route.method not in ("GET", "ANY") or route.scope is Scope.TEST or "{" in route.path.replace("{?}", ""):
        return None
    aimed = _plain(route.path) in probed
    strength = strength_of(last_segment(route.path))
    if strength is Strength.NONE and not last_segment(route.path):
        # A server of its own for health answers at `/`; its handler says so.
        strength = strength_of(route.handler.rpartition("::")[2].rpartition(".")[2])
    if strength is Strength.NONE and not aimed:
        return None
    if route.collection and not aimed:
        return None  # a list of what is live or ready
    asked = handlers.of_route(route)
    surely = strength is Strength.STRONG or (asked.asks and of_the_service(route.path)) or aimed
    return HealthCheck(
        span=route.span,
        symbol=route.symbol,
        scope=route.scope,
        resolution=route.resolution if "{?}" not in route.path else Resolution.INFERRED,
        path=route.path,
        kind="route",
        application=route.application,
        strength="strong" if surely else "weak",
        checks=asked.asks,
        probed=aimed,
        can_fail=asked.can_fail,
        opaque=asked.opaque,
        told=asked.told,
    )


def _plain(path: str) -> str:
    return known_part(path) or "/"


def _folder(path: str, folders: set[str]) -> str:
    folder = posixpath.dirname(path)
    while folder and folder not in folders:
        folder = posixpath.dirname(folder)
    return folder
