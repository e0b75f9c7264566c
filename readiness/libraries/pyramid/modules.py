"""Dotted names in, the modules, functions and classes of the project that they stand for out.

Pyramid takes `"shop.views"`, `".views"` (beside the package of the configurator), `"shop.views:edit"` and `"shop.views.edit"`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Routine, Thing, Unit
from readiness.libraries.pyramid.vocabulary import HANDED_BACK
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project
from readiness.model.summary import Function

PACKAGE_FILE = "__init__.py"


class ConfigReader(Reader):
    """A reader that knows which methods of a configurator give back what it has."""

    def _call(self, bound: Bound, index: int) -> Iterator[Answer]:
        call = self.call(bound.path, index)
        which = HANDED_BACK.get(tail(call.callee), -1)
        origin = receiver(call.callee)
        if which == 0 and origin is not None:
            yield from self.follow(self.at(bound, origin))
        elif which == 1 and origin is not None and call.arguments:
            yield from self.follow(self.at(bound, call.arguments[0]))
        else:
            yield from super()._call(bound, index)


class Modules:
    """Knows the modules of a project by their names."""

    def __init__(self, project: Project, paths: list[str]) -> None:
        self.project = project
        self.paths: dict[str, str] = {}
        for path in paths:
            self.paths.setdefault(project.module(path), path)

    def package_of(self, path: str) -> str:
        """The package that a file belongs to; a package's own file belongs to itself."""
        module = self.project.module(path)
        return module if posixpath.basename(path) == PACKAGE_FILE else module.rpartition(".")[0]

    def absolute(self, name: str, package: str) -> str:
        """A name without leading dots; one dot is the package itself, each further one the package above."""
        if not name.startswith("."):
            return name
        bare = name.lstrip(".")
        parts = package.split(".") if package else []
        above = len(name) - len(bare) - 1
        parts = parts[: len(parts) - above] if above else parts
        return ".".join([*parts, bare] if bare else parts)

    def named(self, name: str, package: str) -> Thing | None:
        """What a name stands for; None for what is not of the project."""
        whole = self.absolute(name.strip(), package)
        if ":" in whole:
            module, _, attribute = whole.partition(":")
            return self.member(self.absolute(module, package) or package, attribute)
        if whole in self.paths:
            return Unit(self.paths[whole])
        module, _, attribute = whole.rpartition(".")
        return self.member(module, attribute) if module else None

    def member(self, module: str, name: str) -> Thing | None:
        """A function or class of a module, through what the module imports."""
        path = self.paths.get(module)
        if path is None:
            return None
        symbol = self.project.resolve(path, name)
        if not symbol.path or symbol.rest:
            return None
        summary = self.project.summary(symbol.path)
        if summary is None or symbol.index < 0:
            return Unit(symbol.path) if symbol.kind == "module" else None
        if symbol.kind not in ("function", "class"):
            return None
        definition = summary.definitions[symbol.index]
        return (Routine if isinstance(definition, Function) else Kind)(symbol.path, symbol.index)

    def within(self, path: str) -> list[str]:
        """The files that a scan of a module or package goes through."""
        module = self.project.module(path)
        if posixpath.basename(path) != PACKAGE_FILE:
            return [path]
        folder = posixpath.dirname(path)
        inside = f"{module}."
        return [
            each
            for name, each in self.paths.items()
            if name == module or (name.startswith(inside) and (not folder or each.startswith(f"{folder}/")))
        ]
