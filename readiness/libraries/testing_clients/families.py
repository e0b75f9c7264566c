"""A class of the tests in; the classes out that are made of it, which take its tests over."""

from __future__ import annotations

from readiness.model import Project, Scope, Symbol, SymbolKind
from readiness.model.summary import Class

SUBCLASSES = 300
"""Classes that take the tests of one base class over."""


class Families:
    """The classes of all tests by what they are made of, read when the first is asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._below: dict[tuple[str, int], list[Symbol]] | None = None

    def below(self, owner: Symbol) -> list[Symbol]:
        """The classes of the tests that are made of a class, at most `SUBCLASSES`."""
        if self._below is None:
            self._below = self._found()
        return self._below.get((owner.path, owner.index), [])[:SUBCLASSES]

    def _found(self) -> dict[tuple[str, int], list[Symbol]]:
        below: dict[tuple[str, int], list[Symbol]] = {}
        for path in self._project.paths(Scope.TEST):
            summary = self._project.summary(path)
            for index, each in enumerate(summary.definitions if summary is not None else ()):
                if not isinstance(each, Class) or not each.bases:
                    continue
                symbol = Symbol(SymbolKind.CLASS, self._project.symbol(path, index), path, index)
                for base in self._project.ancestors(symbol)[1:]:
                    if base.kind is SymbolKind.CLASS and base.path:
                        below.setdefault((base.path, base.index), []).append(symbol)
        return below
