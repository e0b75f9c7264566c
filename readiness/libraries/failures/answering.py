"""A function in, whether what it returns goes to a client out: handlers, functions called for errors, wrappers around handlers."""

from collections.abc import Iterable

from readiness.model import Project, Route, SymbolKind
from readiness.model.summary import CallRef, Function, Value


class Answering:
    """Knows the functions of one project whose result is an answer."""

    def __init__(self, project: Project, others: Iterable[tuple[str, int]] = ()) -> None:
        self.project = project
        self._others = set(others)
        self._wrappers: set[str] | None = None

    def is_handler(self, path: str, scope: int) -> bool:
        """The function's result is the answer to a request."""
        summary = self.project.summary(path)
        definition = summary.definitions[scope] if summary is not None and scope >= 0 else None
        if summary is None or not isinstance(definition, Function):
            return False
        if (path, scope) in self._others or self.project.handler_of(self.project.symbol(path, scope)):
            return True
        outer = definition.scope
        steps = 2
        while outer >= 0 and steps and isinstance(summary.definitions[outer], Function):
            if self.project.symbol(path, outer) in self._around_handlers():
                return True
            outer = summary.definitions[outer].scope
            steps -= 1
        return False

    def _around_handlers(self) -> set[str]:
        """Decorators of the project's own that stand on a handler."""
        if self._wrappers is None:
            self._wrappers = set()
            for name in {route.handler for route in self.project.each(Route)}:
                found = self.project.find(name)
                summary = self.project.summary(found[0]) if found is not None else None
                if found is None or summary is None:
                    continue
                definition = summary.definitions[found[1]]
                for decorator in definition.decorators:
                    self._wrappers.update(self._decorators(found[0], decorator, definition.scope, definition.line))
        return self._wrappers

    def _decorators(self, path: str, decorator: Value, scope: int, line: int) -> Iterable[str]:
        if isinstance(decorator, CallRef):
            symbol = self.project.callee(path, decorator.index)
        else:
            symbol = self.project.resolve_value(path, decorator, scope, line)
        if symbol.kind is SymbolKind.FUNCTION:
            yield symbol.name
