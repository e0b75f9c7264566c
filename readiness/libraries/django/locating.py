"""A dotted module name and a place that uses it in, the file of the project that it means out.

Django names modules by text: settings, URL configurations, middleware. What such a text means depends on the import path of the
process, which `manage.py` starts with its own folder; so the folders above the place are tried first, nearest first.
"""

from __future__ import annotations

import posixpath

from readiness.model import Project, Symbol, SymbolKind

SUFFIXES = (".py", "/__init__.py")


class Locator:
    """Finds modules by name. One for a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._by_name: dict[str, str] | None = None
        self._by_end: dict[str, list[str]] | None = None
        self._known: dict[tuple[str, str], str] = {}

    def module(self, name: str, near: str) -> str:
        """Path of the module of that name as seen from the file or folder `near`; empty where the project holds none."""
        folder = posixpath.dirname(near) if near.endswith((".py", ".pyi")) else near.rstrip("/")
        key = (name, folder)
        if key not in self._known:
            self._known[key] = self._find(name, folder)
        return self._known[key]

    def named(self, dotted: str, near: str) -> Symbol | None:
        """The class or function that a setting names, `shop.permissions.IsMember`; None where the project holds none."""
        module, _, name = dotted.rpartition(".")
        place = self.project.find(f"{module}::{name}")
        path = place[0] if place is not None else self.module(module, near)
        found = self.project.resolve(path, name) if path else None
        held = (
            found is not None
            and found.kind in (SymbolKind.CLASS, SymbolKind.FUNCTION)
            and found.path
            and not found.rest
        )
        return found if held else None

    def relative(self, path: str, module: str, level: int) -> str:
        """Path of what `from ..module import` in a file means; empty where the project holds none."""
        folder = posixpath.dirname(path)
        for _ in range(level - 1):
            if not folder:
                return ""
            folder = posixpath.dirname(folder)
        return self._at(folder, module) if module else self._package(folder)

    def submodule(self, package: str, name: str) -> str:
        """Path of a module inside the package whose `__init__.py` is given; empty where there is none."""
        return self._at(posixpath.dirname(package), name) if posixpath.basename(package) == "__init__.py" else ""

    def _find(self, name: str, folder: str) -> str:
        parts = name.split(".")
        if not name or not all(part.isidentifier() for part in parts):
            return ""
        while True:
            found = self._at(folder, name)
            if found:
                return found
            if not folder:
                break
            folder = posixpath.dirname(folder)
        if self._by_name is None:
            self._by_name = {self.project.module(path): path for path in self.project.paths()}
        return self._by_name.get(name) or self._by_last_folders(name)

    def _by_last_folders(self, name: str) -> str:
        """The one file that ends so: the folder before it was put on the import path by hand."""
        if self._by_end is None:
            self._by_end = {}
            for path in self.project.paths():
                stem = path.removesuffix(".py").removesuffix("/__init__")
                self._by_end.setdefault(stem.rpartition("/")[2], []).append(path)
        end = name.replace(".", "/")
        candidates = self._by_end.get(name.rpartition(".")[2], ())
        found = [path for path in candidates if path.endswith(tuple(f"/{end}{suffix}" for suffix in SUFFIXES))]
        return found[0] if len(found) == 1 else ""

    def _at(self, folder: str, name: str) -> str:
        stem = posixpath.join(folder, name.replace(".", "/"))
        return next((stem + suffix for suffix in SUFFIXES if self.project.summary(stem + suffix) is not None), "")

    def _package(self, folder: str) -> str:
        path = posixpath.join(folder, "__init__.py")
        return path if self.project.summary(path) is not None else ""
