"""A call in one activation in, whether it can happen there and under which condition out.

Tests on what the function or the turn of a loop is given decide; all other tests are the condition, as they are written.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from readiness.languages.python.walking import walk
from readiness.libraries.evaluation.branches import Branches
from readiness.libraries.evaluation.decisions import method_test
from readiness.libraries.evaluation.things import Bound, Frame
from readiness.model.summary import Call, Constant, Context, Name, Operation, Sequence, Subscript, Value

if TYPE_CHECKING:
    from readiness.libraries.evaluation.reader import Reader

LENGTH = 160
"""Longest text of a condition."""
CONDITION = int(Context.CONDITION)
OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}


class Conditions:
    """Reads the `if`s around calls."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.branches = Branches(reader.project)

    def allow(self, path: str, call: Call, frame: Frame | None) -> bool:
        """False where a test on what the function or the turn of a loop is given excludes the call."""
        return not call.context & CONDITION or self.allow_at(path, call.scope, call.line, frame)

    def allow_at(self, path: str, scope: int, line: int, frame: Frame | None) -> bool:
        """False where such a test excludes a line."""
        if frame is None or (frame.path, frame.scope) != (path, scope) or not (frame.names or frame.turns):
            return True
        return all(
            self._decided(test, path, scope, line, frame) is not (not wanted)
            for test, wanted in self.branches.around(path, scope, line)
        )

    def _decided(self, test: ast.expr, path: str, scope: int, line: int, frame: Frame | None) -> bool | None:
        """How a test goes in this activation; None where that is not known."""
        if frame is None or (frame.path, frame.scope) != (path, scope):
            return None
        value = _value(test)
        return self.reader.decisions.of(Bound(value, path, scope, line, frame)) if value is not None else None

    def text(self, path: str, call: Call, frame: Frame | None = None) -> str:
        """The condition under which a call happens in its function, empty where it always does."""
        return self.at(path, call.scope, call.line, frame) if call.context & CONDITION else ""

    def at(self, path: str, scope: int, line: int, frame: Frame | None = None) -> str:
        """The condition under which a line runs.

        A test whether this activation of the function was given something is none: who calls it decides. Neither is one that
        asks only what a loop goes through.
        """
        given = frozenset(frame.names) if frame is not None and frame.key else frozenset[str]()
        tests = self.branches.around(path, scope, line)
        turned = self._loop_variables(path, scope) if tests else frozenset[str]()
        texts = (
            _written(test, wanted, given, turned)
            for test, wanted in tests
            if self._decided(test, path, scope, line, frame) is None
        )
        joined = " and ".join(text for text in texts if text)
        return joined if len(joined) <= LENGTH else f"{joined[: LENGTH - 3]}..."

    def along(self, path: str, call: Call, frame: Frame | None) -> str:
        """The condition of a call together with those of the calls that lead to it."""
        found = [self.text(path, call, frame)]
        for where, index, _ in frame.key if frame is not None else ():
            if index >= 0:
                found.append(self.text(where, self.reader.call(where, index)))
        return together(*found)

    def _loop_variables(self, path: str, scope: int) -> frozenset[str]:
        bound = self.reader.project.assigned_in(path, scope)
        return frozenset(each.target for each in bound if each.operator == "for")


def together(*conditions: str) -> str:
    """Several conditions as one; each is said once."""
    found: list[str] = []
    for each in conditions:
        if (
            each
            and each not in found
            and not all(part in " and ".join(found).split(" and ") for part in each.split(" and "))
        ):
            found.append(each)
    return " and ".join(found)


def either(one: str, other: str) -> str:
    """The condition of what happens under one or the other: none where one of them always holds, or one is the other's opposite."""
    if not one or not other or f"not ({one})" == other or f"not ({other})" == one:
        return ""
    return one if other in one.split(" or ") else f"{one} or {other}"[:LENGTH]


def _written(test: ast.expr, wanted: bool, given: frozenset[str], turned: frozenset[str]) -> str:
    names = {node.id for node in walk(test) if isinstance(node, ast.Name)}
    if not names or names <= turned or names & {"__name__", "TYPE_CHECKING"}:
        return ""
    if _asked(test) in given:
        return ""
    text = ast.unparse(test)
    return text if wanted else f"not ({text})"


def _asked(test: ast.expr) -> str:
    """The name that `if name`, `if not name` and `if name is None` ask for."""
    match test:
        case ast.UnaryOp(ast.Not(), inner):
            return _asked(inner)
        case ast.Compare(ast.Name(name), [ast.Is() | ast.IsNot()], [ast.Constant(None)]) | ast.Name(name):
            return name
        case _:
            return ""


def _value(test: ast.expr, depth: int = 0) -> Value | None:
    """A test as a summary spells it: names, chains, items, constants, comparisons and what joins them; None for anything else."""
    if depth > 12:
        return None
    match test:
        case ast.Name(name):
            return Name(name)
        case ast.Constant(str() | int() | float() | bool() | None as constant):
            return Constant(constant)
        case ast.Attribute(inner, name):
            holder = _value(inner, depth + 1)
            return Name(f"{holder.dotted}.{name}") if isinstance(holder, Name) else None
        case ast.Subscript(container, index):
            held, key = _value(container, depth + 1), _value(index, depth + 1)
            return Subscript(held, key) if held is not None and key is not None else None
        case ast.UnaryOp(ast.Not(), inner):
            return _operation("not", [inner], depth)
        case ast.BoolOp(operator, values):
            return _operation("or" if isinstance(operator, ast.Or) else "and", values, depth)
        case ast.Compare(left, [operator], [right]):
            return _operation(OPERATORS.get(type(operator), "?"), [left, right], depth)
        case ast.Tuple(items) | ast.List(items) | ast.Set(items):
            return Sequence("tuple", _known(items, depth))
        case ast.Call(callee, arguments, []):
            value = _value(callee, depth + 1)
            return method_test(value, _known(arguments, depth)) if value is not None else None
    return None


def _operation(operator: str, operands: list[ast.expr], depth: int) -> Operation:
    return Operation(operator, _known(operands, depth))


def _known(nodes: list[ast.expr], depth: int) -> tuple[Value, ...]:
    """The values of several expressions; what is none becomes an operator that nobody knows."""
    values = [_value(each, depth + 1) for each in nodes]
    return tuple(each if each is not None else Operation("?", ()) for each in values)
