"""Test files in; one `TestCase` for each test function out, with whether it checks anything.

A test without an assertion passes whatever the code does, and yet raises the coverage. What is collected follows pytest 9 (files
`test_*.py` and `*_test.py`, functions `test*`, classes `Test*` and those of unittest) and Django 5 (`test*.py`).
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from operator import itemgetter

from readiness.languages.python.walking import walk
from readiness.libraries.values.expressions import tail
from readiness.model import Library, Project, Scope, Span, Symbol, SymbolKind, TestCase
from readiness.model.summary import Call, CallRef, Class, Function, Member, Name, Summary, Value

library = Library(__name__, stage="code", provides=(TestCase,))

DEEP = 3
"""Calls that are followed to find the function that asserts."""

MOST_CALLS = 200
"""Calls of one test, those of its helpers included, that are looked at."""

_FILE = re.compile(r"test.*\.py|.*_tests?\.py", re.IGNORECASE)
_CHECK = re.compile(
    r"_*(?:assert|raises|warns|deprecated_call|fail|expect|verif|check|ensure|should|must|validate|match|compare|confirm|"
    r"raise_for_status|make_assertion|snapshot|run_test|approve|require)",
    re.IGNORECASE,
)
"""Names of functions that check something: assertions, and what raises when an expectation is not met."""
CONSTANT_CHECKS = frozenset({"assertTrue"})
"""What is called to assert a constant."""
_OWN_BASES = frozenset(
    {
        "unittest.TestCase",
        "unittest.IsolatedAsyncioTestCase",
        "unittest.case.TestCase",
        "django.test.TestCase",
        "object",
    }
)
"""Bases that define no tests."""
_SKIPS = frozenset({"skip", "importorskip", "skipTest", "xfail", "skipIf", "skipUnless", "skipif", "expectedFailure"})
_ASSERTION = re.compile(rb"ssert")
_TRIVIAL = re.compile(rb"ssert +\(?(?:True|1)\)?[ \t]*(?:#.*)?\r?$|ssertTrue\(True\)", re.MULTILINE)
_HARMLESS = frozenset(
    {
        "mark",
        "patch",
        "fixture",
        "usefixtures",
        "override_settings",
        "asyncio",
        "parametrize",
        "freeze_time",
        "tag",
        "object",
    }
)


@library.recognises
def recognise(project: Project) -> Iterator[TestCase]:
    """Every test function of every test file, in order."""
    reader = _Reader(project)
    for path in project.paths(Scope.TEST):
        name = path.rpartition("/")[2]
        summary = project.summary(path)
        if summary is None or name == "conftest.py" or not _FILE.fullmatch(name):
            continue
        functions = _runs_functions(summary)
        for index, test in enumerate(summary.definitions):
            if isinstance(test, Function) and test.name.startswith("test") and _collected(summary, test):
                checks, trivial = reader.checks(path, index, test)
                yield TestCase(
                    span=Span(path, test.line, test.column),
                    symbol=project.symbol(path, index),
                    scope=Scope.TEST,
                    name=test.name,
                    checks=checks,
                    trivial=trivial,
                    empty=test.stub and checks is False and _meant(project, path, test, functions=functions),
                )


def _collected(summary: Summary, test: Function) -> bool:
    """A runner collects it: it stands at the top of the file, or in a class of tests."""
    if any(_last(decorator, summary) == "fixture" for decorator in test.decorators):
        return False
    if test.scope < 0:
        return True
    around = summary.definitions[test.scope]
    return isinstance(around, Class) and (around.name.startswith("Test") or bool(around.bases))


def _runs_functions(summary: Summary) -> bool:
    """The runner of a file collects plain functions: it holds no classes of unittest, or pytest is imported beside them."""
    return any(each.module.partition(".")[0] == "pytest" for each in summary.imports) or not any(
        isinstance(each, Class) and each.bases for each in summary.definitions
    )


def _meant(project: Project, path: str, test: Function, *, functions: bool) -> bool:
    """It is a test of its own: not one that turns off what a base class tests, nor a plain function that no runner collects."""
    if test.scope < 0:
        return functions
    owner = Symbol(SymbolKind.CLASS, project.symbol(path, test.scope), path, test.scope)
    bases = [each for each in project.ancestors(owner)[1:] if each.name not in _OWN_BASES]
    return all(each.kind is SymbolKind.CLASS and project.find(f"{each.name}.{test.name}") is None for each in bases)


def _last(value: Value, summary: Summary) -> str:
    """The last name of a dotted expression, or of what a call calls."""
    return tail(summary.calls[value.index].callee if isinstance(value, CallRef) else value)


def _root(call: Call) -> str:
    """The first name of what is called: `client` of `client.get`."""
    value = call.callee
    while isinstance(value, Member):
        value = value.value
    return value.dotted.partition(".")[0] if isinstance(value, Name) else ""


class _Reader:
    """Finds what functions of test files check. Most assert on a line of their own, which the bytes of the file tell."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lines: dict[str, list[int]] = {}
        self._trivial: dict[str, frozenset[int]] = {}
        self._calls: dict[str, dict[int, list[int]]] = {}
        self._asserted: dict[str, list[tuple[int, ast.expr]]] = {}

    def checks(self, path: str, index: int, test: Function) -> tuple[bool | None, bool]:
        """Whether the test checks anything (None where that is open), and whether it asserts constants only."""
        asserting = self._asserting(path, test)
        if not asserting:
            return self._through_calls(path, index, test), False
        if self._trivial[path] >= set(asserting) and self._only_constants(path, test):
            # `pytest.fail()` on another way, or a helper that checks, says more than the constant does.
            checks = self._through_calls(path, index, test, beside=CONSTANT_CHECKS) is True
            return checks, not checks
        return True, False

    def _asserting(self, path: str, function: Function) -> list[int]:
        """The lines of a function on which something is asserted. Comments and strings do not matter here: a test without an
        assertion is told as such only when it has no such line at all."""
        if path not in self._lines:
            content = self._project.content(path) or b""
            self._lines[path] = _lines(content, _ASSERTION)
            self._trivial[path] = frozenset(_lines(content, _TRIVIAL))
        numbers = self._lines[path]
        return numbers[bisect_left(numbers, function.body_line) : bisect_right(numbers, function.end_line)]

    def _own_calls(self, path: str, summary: Summary, index: int) -> list[int]:
        """Indices of the calls of one function, those of functions inside it included."""
        known = self._calls.get(path)
        if known is None:
            known = self._calls[path] = {}
            for number, call in enumerate(summary.calls):
                scope = call.scope
                while scope >= 0:
                    known.setdefault(scope, []).append(number)
                    scope = summary.definitions[scope].scope
        return known.get(index, [])

    def _through_calls(
        self, path: str, index: int, test: Function, beside: frozenset[str] = frozenset()
    ) -> bool | None:
        """Whether a test checks something through what it calls, calls of the names in `beside` apart."""
        summary = self._project.summary(path)
        if summary is None:
            return None
        own = self._own_calls(path, summary, index)
        own = [each for each in own if _last(summary.calls[each].callee, summary) not in beside]
        names = {_last(summary.calls[each].callee, summary) for each in own}
        if any(_CHECK.match(name) for name in names):
            return True
        skipped = names & _SKIPS or any(_last(each, summary) in _SKIPS for each in test.decorators)
        if skipped or any(
            _last(each, summary) not in _HARMLESS for each in test.decorators if not _mark(each, summary)
        ):
            return None
        given = {parameter.name for parameter in test.parameters} - {"self", "cls"}
        return self._follow(path, own, given)

    def _follow(self, path: str, calls: Iterable[int], given: set[str]) -> bool | None:
        """Whether one of the calls asserts, through functions of the tests. `given` are fixtures, which may be functions."""
        project = self._project
        waiting = [(path, each, DEEP) for each in calls]
        seen: set[str] = set()
        answer: bool | None = False
        for followed, (where, number, depth) in enumerate(waiting):
            summary = project.summary(where)
            if followed >= MOST_CALLS or summary is None:
                return None
            call = summary.calls[number]
            target = project.callee(where, number)
            if target.kind is SymbolKind.FUNCTION and target.path in project.files:
                if target.name in seen or project.files[target.path].scope is not Scope.TEST:
                    continue
                seen.add(target.name)
                theirs = project.summary(target.path)
                function = theirs.definitions[target.index] if theirs is not None else None
                if theirs is None or not isinstance(function, Function):
                    continue
                own = self._own_calls(target.path, theirs, target.index)
                if self._asserting(target.path, function) or any(
                    _CHECK.match(_last(theirs.calls[each].callee, theirs)) for each in own
                ):
                    return True
                if depth > 1:
                    waiting.extend((target.path, each, depth - 1) for each in own)
                else:
                    answer = None
            elif (isinstance(call.callee, Name) and call.callee.dotted in given) or (
                target.kind is SymbolKind.UNKNOWN and _root(call) in {"self", "cls"}
            ):
                answer = None
        return answer

    def _only_constants(self, path: str, test: Function) -> bool:
        """Every assertion of the function is one of a constant: `assert True`."""
        if path not in self._asserted:
            tree = self._project.tree(path)
            self._asserted[path] = sorted(_assertions(tree), key=itemgetter(0)) if tree is not None else []
        every = self._asserted[path]
        first = bisect_left(every, test.line, key=itemgetter(0))
        last = bisect_right(every, test.end_line, key=itemgetter(0))
        asserted = [each for _, each in every[first:last]]
        return bool(asserted) and all(isinstance(each, ast.Constant) and bool(each.value) for each in asserted)


def _lines(content: bytes, pattern: re.Pattern[bytes]) -> list[int]:
    """The numbers of the lines on which a pattern is found."""
    numbers = []
    line, end = 1, 0
    for found in pattern.finditer(content):
        line += content.count(b"\n", end, found.start())
        end = found.start()
        numbers.append(line)
    return numbers


def _mark(decorator: Value, summary: Summary) -> bool:
    """It is one of pytest's marks, or a patch of unittest's mock."""
    value = summary.calls[decorator.index].callee if isinstance(decorator, CallRef) else decorator
    return isinstance(value, Name) and bool({"mark", "patch"} & set(value.dotted.split(".")))


def _assertions(tree: ast.Module) -> Iterator[tuple[int, ast.expr]]:
    """Line and what is asserted, of every assertion of a file."""
    for node in walk(tree):
        if isinstance(node, ast.Assert):
            yield node.lineno, node.test
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "assertTrue":
            yield node.lineno, node.args[0] if node.args else node.func
