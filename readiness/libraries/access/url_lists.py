"""URL configurations of Django in, the functions that a module puts around every view of its list out.

`urlpatterns = decorate(urlpatterns, login_required)`: what is listed before that line is guarded, with all that it includes.
"""

from __future__ import annotations

from readiness.libraries.values.expressions import tail
from readiness.model import Project, SymbolKind
from readiness.model.summary import CallRef, Name, Summary

LIST = "urlpatterns"
NESTED = 8
"""Includes inside one another."""


class UrlLists:
    """Reads the lists of URL configurations. One for a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._around: dict[str, list[tuple[int, str]]] | None = None

    def of(self, path: str, line: int) -> list[str]:
        """Names of what stands around a view that is listed on a line of a file."""
        if self._around is None:
            self._around = {}
            for each in self.project.imports("django"):
                summary = self.project.summary(each)
                for last, name in self._decorating(each, summary) if summary is not None else ():
                    self._mark(each, last, name, 0)
        return [name for last, name in self._around.get(path, ()) if line < last]

    def _decorating(self, path: str, summary: Summary) -> list[tuple[int, str]]:
        """The lines on which the list is put through a function, each with what that function is given."""
        found = []
        for each in summary.assignments:
            if each.target != LIST or each.scope >= 0 or not isinstance(each.value, CallRef):
                continue
            call = summary.calls[each.value.index]
            if len(call.arguments) != 2 or call.arguments[0] != Name(LIST) or not isinstance(call.arguments[1], Name):
                continue
            symbol = self.project.resolve(path, call.arguments[1].dotted, -1, call.line)
            if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.EXTERNAL):
                found.append((each.line, symbol.name))
        return found

    def _mark(self, path: str, last: int, name: str, depth: int) -> None:
        if self._around is None or depth > NESTED or (last, name) in self._around.get(path, ()):
            return
        self._around.setdefault(path, []).append((last, name))
        summary = self.project.summary(path)
        for call in summary.calls if summary is not None else ():
            if tail(call.callee) != "include" or not call.arguments or call.line >= last:
                continue
            inner = self._included(path, call.arguments[0], call.line)
            if inner and inner != path:
                other = self.project.summary(inner)
                self._mark(inner, (other.lines if other is not None else 0) + 1, name, depth + 1)

    def _included(self, path: str, value: object, line: int) -> str:
        if isinstance(value, Name):
            symbol = self.project.resolve(path, value.dotted, -1, line)
            return symbol.path
        return ""
