"""Calls in, the tests of the `if`s around them in their function out, each with how it must go for the call to happen."""

from __future__ import annotations

import ast

from readiness.model import Project
from readiness.model.summary import Function

Tests = tuple[tuple[ast.expr, bool], ...]
"""Tests around a statement inside its function, outermost first, each with how it must go."""
DEPTH = 40
"""Tests around one statement that are kept."""
PARTS = ("body", "orelse", "finalbody", "handlers", "cases")


class Branches:
    """Reads the `if`s around lines; functions and files are parsed once, and only where somebody asks."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._tests: dict[tuple[str, int], dict[int, Tests]] = {}

    def around(self, path: str, scope: int, line: int) -> Tests:
        """The tests around a line of a function, or of what stands outside functions."""
        key = (path, scope)
        if key not in self._tests:
            self._tests[key] = _tests_by_line(self._body(*key))
        return self._tests[key].get(line, ())

    def _body(self, path: str, scope: int) -> list[ast.stmt]:
        """The statements of a function, which is parsed alone; those of the whole file for any other scope."""
        summary = self.project.summary(path)
        if summary is not None and scope >= 0 and isinstance(summary.definitions[scope], Function):
            function = self.project.function(path, scope)
            return function.body if function is not None else []
        tree = self.project.tree(path)
        return tree.body if tree is not None else []


def _tests_by_line(body: list[ast.stmt]) -> dict[int, Tests]:
    """The lines that stand under an `if` of their function."""
    found: dict[int, Tests] = {}
    waiting: list[tuple[list[ast.AST], Tests]] = [([*body], ())]
    while waiting:
        block, tests = waiting.pop()
        for node in block:
            inner = [(part, getattr(node, part)) for part in PARTS if isinstance(getattr(node, part, None), list)]
            if tests and isinstance(node, ast.stmt):
                found.update(dict.fromkeys(range(_first(node), _last(node, inner) + 1), tests))
            own_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for part, statements in inner:
                deeper = () if own_function else tests
                if isinstance(node, ast.If) and len(tests) < DEPTH:
                    deeper = (*tests, (node.test, part == "body"))
                waiting.append((statements, deeper))
    return found


def _first(node: ast.stmt) -> int:
    return min((each.lineno for each in getattr(node, "decorator_list", ())), default=node.lineno)


def _last(node: ast.stmt, inner: list[tuple[str, list[ast.AST]]]) -> int:
    """The last line of a statement, of a compound one that of its head."""
    if not inner:
        return node.end_lineno or node.lineno
    starts = (getattr(statements[0], "lineno", node.lineno) for _, statements in inner if statements)
    return max(node.lineno, min(starts, default=node.lineno) - 1)
