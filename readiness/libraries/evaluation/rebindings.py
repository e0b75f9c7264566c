"""A file in, the local names that are bound more than once there out, parameters that are bound anew included."""

from __future__ import annotations

from readiness.model import Project
from readiness.model.summary import Function

Several = dict[tuple[int, str], list[int]]
"""Function and name -> the indices of its assignments."""


class Rebindings:
    """Knows the names of all files; each file is read once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[str, Several] = {}

    def again(self, path: str, scope: int, name: str) -> bool:
        """A local name of a function that is bound several times, or a parameter that is bound anew."""
        return scope >= 0 and (scope, name) in self.of(path)

    def of(self, path: str) -> Several:
        """The names of one file that are bound more than once."""
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def _read(self, path: str) -> Several:
        summary = self.project.summary(path)
        if summary is None:
            return {}
        bound: Several = {}
        for index, each in enumerate(summary.assignments):
            bound.setdefault((each.scope, each.target), []).append(index)
        several = {key: indices for key, indices in bound.items() if len(indices) > 1}
        for scope, definition in enumerate(summary.definitions):
            for parameter in definition.parameters if isinstance(definition, Function) else ():
                if (scope, parameter.name) in bound:
                    several[scope, parameter.name] = bound[scope, parameter.name]
        return several
