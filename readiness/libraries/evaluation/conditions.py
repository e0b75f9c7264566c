"""A call in one activation in, whether it can happen there out: tests on parameters decide, everything else leaves it open."""

from __future__ import annotations

import ast

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Frame
from readiness.model.summary import Call, Constant, Context, Function, Mapping, Name, Sequence

Tests = tuple[tuple[ast.expr, bool], ...]
"""The tests around a statement inside its function, each with how it must go."""
DEPTH = 40
"""Tests around one statement that are kept."""
PARTS = ("body", "orelse", "finalbody", "handlers", "cases")


class Conditions:
    """Reads the `if`s around calls; each file is parsed once, and only where it holds such a call."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._tests: dict[str, dict[int, Tests]] = {}

    def allow(self, path: str, call: Call, frame: Frame | None) -> bool:
        """False where a test on what the function is given excludes the call."""
        if frame is None or not frame.names or not call.context & Context.CONDITION:
            return True
        if (frame.path, frame.scope) != (path, call.scope):
            return True
        if path not in self._tests:
            tree = self.reader.project.tree(path)
            self._tests[path] = _tests_by_line(tree.body if tree is not None else [])
        tests = self._tests[path].get(call.line, ())
        return all(self._decided(test, path, call, frame) is not (not wanted) for test, wanted in tests)

    def _decided(self, test: ast.expr, path: str, call: Call, frame: Frame) -> bool | None:
        wanted = True
        while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, wanted = test.operand, not wanted
        truth = None
        match test:
            case ast.Compare(ast.Name(name), [ast.Is() | ast.IsNot() as operator], [ast.Constant(None)]):
                truth = self._is_none(name, path, call, frame)
                wanted = wanted is isinstance(operator, ast.Is)
            case ast.Name(name):
                truth = self._truth(name, path, call, frame)
        return None if truth is None else truth is wanted

    def _given(self, name: str, path: str, call: Call, frame: Frame) -> list[object] | None:
        """What a parameter can be here; None for anything else, and for one that is bound anew."""
        function = self.reader.summary(path).definitions[call.scope]
        if (
            not isinstance(function, Function)
            or not frame.key
            or all(each.name != name for each in function.parameters)
        ):
            return None
        if self.reader.rebindings.again(path, call.scope, name):
            return None
        return list(self.reader.follow(Bound(Name(name), path, call.scope, call.line, frame))) or None

    def _is_none(self, name: str, path: str, call: Call, frame: Frame) -> bool | None:
        given = self._given(name, path, call, frame)
        if given is None:
            return None
        answers = {isinstance(each, Bound) and each.value == Constant(None) for each in given}
        return answers.pop() if len(answers) == 1 else None

    def _truth(self, name: str, path: str, call: Call, frame: Frame) -> bool | None:
        answers: set[bool | None] = set()
        for each in self._given(name, path, call, frame) or ():
            if not isinstance(each, Bound):
                answers.add(None)
            elif isinstance(each.value, Constant):
                answers.add(bool(each.value.value))
            elif isinstance(each.value, Sequence):
                answers.add(bool(each.value.items))
            else:
                answers.add(bool(each.value.keys) if isinstance(each.value, Mapping) else None)
        return answers.pop() if len(answers) == 1 else None


def _tests_by_line(body: list[ast.stmt]) -> dict[int, Tests]:
    """The lines of a file that stand under an `if` of their function."""
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
