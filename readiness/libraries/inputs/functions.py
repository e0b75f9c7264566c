"""Functions of the project in, their syntax trees and the index of each call in them out; each is parsed once."""

from __future__ import annotations

import ast

from readiness.languages.python.names import last_name
from readiness.languages.python.walking import walk
from readiness.libraries.inputs.vocabulary import REQUEST_OBJECTS
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import Call

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Functions:
    """The trees that were asked for. One for a recogniser."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._nodes: dict[tuple[str, int], FunctionNode | None] = {}
        self._calls: dict[str, dict[tuple[int, int, int], list[int]]] = {}
        self._requests: dict[str, frozenset[str]] = {}

    def node(self, path: str, index: int) -> FunctionNode | None:
        """The tree of a function."""
        key = (path, index)
        if key not in self._nodes:
            self._nodes[key] = self.project.function(path, index)
        return self._nodes[key]

    def call(self, path: str, node: ast.Call) -> int:
        """The index of a call in the summary of its file; -1 where it is not found."""
        if path not in self._calls:
            summary = self.project.summary(path)
            found: dict[tuple[int, int, int], list[int]] = {}
            for index, call in enumerate(summary.calls if summary is not None else ()):
                key = (call.line, call.end_line, call.end_column)
                if key in found:
                    found[key].append(index)
                else:
                    found[key] = [index]
            self._calls[path] = found
        end = node.end_lineno or node.lineno
        near = self._calls[path].get((node.lineno, end, (node.end_col_offset or 0) + 1), [])
        if len(near) == 1:
            return near[0]
        summary = self.project.summary(path)
        if summary is None:
            return -1
        for index in near:
            if summary.calls[index].column == node.col_offset + 1:
                return index
        return self._by_name(path, node, summary.calls)

    def _by_name(self, path: str, node: ast.Call, calls: tuple[Call, ...]) -> int:
        """On a line that is not plain ASCII the columns of a tree are others; the only call of that name on the line is it."""
        from readiness.libraries.values.expressions import tail

        wanted = last_name(node.func)
        lines = self._calls[path]
        found = [
            index
            for (line, _, _), indices in lines.items()
            if line == node.lineno
            for index in indices
            if tail(calls[index].callee) == wanted
        ]
        return found[0] if len(found) == 1 else -1

    def requests(self, path: str) -> frozenset[str]:
        """Names under which a file imports the request of its framework."""
        if path not in self._requests:
            summary = self.project.summary(path)
            self._requests[path] = frozenset(
                name
                for each in (summary.imports if summary is not None else ())
                if each.name == "request"
                and self.project.resolve(path, name := each.alias or each.name, each.scope, each.line + 1).name
                in REQUEST_OBJECTS
            )
        return self._requests[path]

    def reads_request(self, symbol: Symbol) -> bool:
        """A function names the request that its file imports."""
        names = self.requests(symbol.path) if symbol.kind is SymbolKind.FUNCTION else frozenset()
        if not names:
            return False
        node = self.node(symbol.path, symbol.index)
        return node is not None and any(isinstance(each, ast.Name) and each.id in names for each in walk(node))
