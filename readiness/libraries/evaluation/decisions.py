"""Tests in one activation in, how they go there out: tests on what a function or the turn of a loop is given are decided,
everything else is left open.

`if kind`, `not kind`, `kind is None`, `kind == "admin"`, `kind in ("a", "b")`, `path.startswith("/internal")`, and what `and`
and `or` make of them; the same for `x if kind else y`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.libraries.evaluation.things import Answer, Bound, Frame, Made, enclosing
from readiness.model import SymbolKind
from readiness.model.summary import (
    CallRef,
    Constant,
    Mapping,
    Member,
    Name,
    Operation,
    Scalar,
    Sequence,
    Value,
)

if TYPE_CHECKING:
    from readiness.libraries.evaluation.reader import Reader

DEPTH = 6
"""Operators inside one another in one test."""
AFFIXES = ("startswith", "endswith")
AFFIX = "."
"""Before the name of a method that stands in place of an operator."""
IDENTITY = {"is": True, "==": True, "is not": False, "!=": False}
MEMBERSHIP = {"in": True, "not in": False}


class Decisions:
    """Decides tests. `assumed` says that a function which nobody is seen to call takes its defaults."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def of(self, test: Bound, assumed: bool = False, depth: int = 0) -> bool | None:
        """How a test goes; None where that is not known."""
        if depth > DEPTH or test.frame is None:
            return None
        at = self.reader.at
        match test.value:
            case Operation("not", (inner,)):
                found = self.of(at(test, inner), assumed, depth + 1)
                return None if found is None else not found
            case Operation("and" | "or" as operator, operands):
                answers = [self.of(at(test, each), assumed, depth + 1) for each in operands]
                decisive = operator == "or"
                if decisive in answers:
                    return decisive
                return None if None in answers else not decisive
            case Operation(operator, (left, right)):
                return self._compared(at(test, left), operator, at(test, right), assumed)
            case CallRef(index):
                call = self.reader.call(test.path, index)
                value = method_test(call.callee, call.arguments) if not call.keywords else None
                return self.of(at(test, value), assumed, depth + 1) if value is not None else None
            case Name():
                return self._truth(test) if self._is_given(test, assumed) else None
            case _:
                return None

    def _compared(self, left: Bound, operator: str, right: Bound, assumed: bool) -> bool | None:
        if operator.startswith(AFFIX):
            text, affix = self._constant(left), self._constant(right)
            known = isinstance(text, str) and isinstance(affix, str)
            return bool(getattr(text, operator.removeprefix(AFFIX))(affix)) if known else None
        if not self._is_given(left, assumed) and not self._is_given(right, assumed):
            return None
        if operator in MEMBERSHIP and isinstance(right.value, Sequence):
            text = self._constant(left)
            items = [each.value if isinstance(each, Constant) else None for each in right.value.items]
            known = text is not None and None not in items
            return (text in items) is MEMBERSHIP[operator] if known else None
        if operator in IDENTITY:
            same = self._same(self.reader.follow(left), self.reader.follow(right))
            return None if same is None else same is IDENTITY[operator]
        return None

    @staticmethod
    def _same(left: list[Answer], right: list[Answer]) -> bool | None:
        """Whether two expressions are one constant or one object; only what is written in place or made is surely not None."""
        if not left or not right:
            return None
        if len(left) == len(right) == 1:
            one, other = left[0], right[0]
            if isinstance(one, Made) and isinstance(other, Made):
                return one.key == other.key
            constants = [
                each.value.value
                for each in (one, other)
                if isinstance(each, Bound) and isinstance(each.value, Constant)
            ]
            if len(constants) == 2:
                return constants[0] == constants[1]
        for each, other_side in ((left, right), (right, left)):
            if len(other_side) == 1 and _is_none(other_side[0]):
                answers = {_is_none(answer) for answer in each}
                return answers.pop() if len(answers) == 1 else None
        return None

    def _constant(self, test: Bound) -> Scalar:
        found = self.reader.follow(test)
        if len(found) == 1 and isinstance(found[0], Bound) and isinstance(found[0].value, Constant):
            return found[0].value.value
        return None

    def _truth(self, test: Bound) -> bool | None:
        answers: set[bool | None] = set()
        for each in self.reader.follow(test):
            value = each.value if isinstance(each, Bound) else None
            if isinstance(value, Constant):
                answers.add(bool(value.value))
            elif isinstance(value, Sequence):
                answers.add(bool(value.items))
            else:
                answers.add(bool(value.keys) if isinstance(value, Mapping) else None)
        return answers.pop() if len(answers) == 1 else None

    def _is_given(self, test: Bound, assumed: bool) -> bool:
        """A parameter of this activation that is not bound anew, or the variable of a loop in this turn."""
        if not isinstance(test.value, Name) or "." in test.value.dotted or test.frame is None:
            return False
        name = test.value.dotted
        symbol = self.reader.project.resolve(test.path, name, test.scope, test.line)
        if symbol.rest:
            return False
        if symbol.kind is SymbolKind.VARIABLE:
            frame: Frame | None = test.frame
            while frame is not None and (frame.path != symbol.path or symbol.index not in frame.turns):
                frame = frame.parent
            return frame is not None
        if symbol.kind is not SymbolKind.PARAMETER or self.reader.rebindings.again(symbol.path, symbol.index, name):
            return False
        around = enclosing(test.frame, symbol.path, symbol.index)
        return around is not None and (assumed or bool(around.key))


def method_test(callee: Value, arguments: tuple[Value, ...]) -> Value | None:
    """`path.startswith("/internal")` as an operation of two operands; None for any other call."""
    if len(arguments) != 1:
        return None
    if isinstance(callee, Name) and "." in callee.dotted:
        holder, _, method = callee.dotted.rpartition(".")
        inner: Value = Name(holder)
    elif isinstance(callee, Member):
        inner, method = callee.value, callee.name
    else:
        return None
    return Operation(f"{AFFIX}{method}", (inner, arguments[0])) if method in AFFIXES else None


def _is_none(answer: Answer) -> bool:
    return isinstance(answer, Bound) and answer.value == Constant(None)
