"""Linked code in, whether its structlog is set up to add the traceback to every record of an error out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readiness.languages.python.walking import walk
from readiness.libraries.values.expressions import inside, keyword, receiver
from readiness.model import Project, SymbolKind
from readiness.model.summary import Name

SETUP = frozenset(
    {"structlog.configure", "structlog.configure_once", "structlog.wrap_logger", "structlog.stdlib.ProcessorFormatter"}
)


class Processors:
    """Answers for one project; looks for the set-up once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._adds: bool | None = None

    def complete(self, path: str, index: int) -> bool:
        """The record of this call gets the traceback from a processor."""
        summary = self.project.summary(path)
        origin = receiver(summary.calls[index].callee) if summary is not None else None
        if summary is None or origin is None or not self.add_traceback():
            return False
        call = summary.calls[index]
        creation = self.project.creation(path, origin, call.scope, call.line)
        return creation is not None and creation.maker.name.startswith("structlog.")

    def add_traceback(self) -> bool:
        """A processor of the project's own sets `exc_info`."""
        if self._adds is None:
            self._adds = any(self._sets(path, line) for path, line in self._functions())
        return self._adds

    def _functions(self) -> Iterator[tuple[str, int]]:
        """Project functions that stand among the processors."""
        for path in self.project.imports("structlog"):
            summary = self.project.summary(path)
            for index, call in enumerate(summary.calls if summary is not None else ()):
                given = keyword(call, "processors") or (call.arguments[0] if call.arguments else None)
                if summary is None or given is None or self.project.callee(path, index).name not in SETUP:
                    continue
                values = [given]
                if isinstance(given, Name):
                    values = [
                        each.value
                        for each in summary.assignments
                        if each.target == given.dotted and each.scope in (call.scope, -1) and each.value is not None
                    ]
                for part in (one for value in values for one in inside(summary, value)):
                    if isinstance(part, Name):
                        symbol = self.project.resolve(path, part.dotted, call.scope, call.line)
                        other = self.project.summary(symbol.path) if symbol.kind is SymbolKind.FUNCTION else None
                        if other is not None and symbol.index >= 0:
                            yield symbol.path, other.definitions[symbol.index].line

    def _sets(self, path: str, line: int) -> bool:
        tree = self.project.tree(path)
        for node in walk(tree) if tree is not None else ():
            if isinstance(node, ast.FunctionDef) and node.lineno == line:
                return any(_sets_key(each) for each in walk(node))
        return False


def _sets_key(node: ast.AST) -> bool:
    match node:
        case ast.Subscript(slice=ast.Constant(value="exc_info"), ctx=ast.Store()):
            return True
        case ast.Call(func=ast.Attribute(attr="setdefault"), args=[ast.Constant(value="exc_info"), *_]):
            return True
    return False
