"""A project with its applications in, the service that each file belongs to out: the nearest root of an application above it."""

from __future__ import annotations

import posixpath

from readiness.model import Application, Project, Scope

MANIFESTS = frozenset(
    {"pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "manage.py", "uv.lock", "poetry.lock"}
)


class ServiceRoots:
    """The roots of the services of one scan."""

    def __init__(self, project: Project) -> None:
        manifests = {posixpath.dirname(path) for path in project.files if posixpath.basename(path) in MANIFESTS}
        found = {
            _nearest(each.span.path, manifests)
            for each in project.each(Application)
            if each.scope is Scope.SERVICE and not each.mounted
        }
        self.all: tuple[str, ...] = tuple(sorted(found)) if len(found) > 1 else ("",)
        self._known: dict[str, str] = {}

    def of(self, path: str) -> str:
        """Root of the service that holds a file; the empty root for what several share."""
        folder = posixpath.dirname(path)
        if folder not in self._known:
            around = folder
            while around and around not in self.all:
                around = posixpath.dirname(around)
            self._known[folder] = around
        return self._known[folder]


def _nearest(path: str, manifests: set[str]) -> str:
    folder = posixpath.dirname(path)
    while folder and folder not in manifests:
        folder = posixpath.dirname(folder)
    return folder
