"""Rules that code takes apart and puts together again in, their parts out.

`(join(base, rule[0]), *rule[1:])`, `(prefix + rule[0],) + rule[1:]`, `parts = list(rule); parts[0] = ...; tuple(parts)`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readiness.languages.python.walking import walk
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside
from readiness.model.summary import Assignment, CallRef, Name, Operation, Sequence, Starred, Subscript, Value

COPIES = frozenset({"list", "tuple"})
DEPTH = 8
"""Copies and slices inside one another."""


class Rewriting:
    """Reads the parts of tuples."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def follow(self, item: Answer) -> list[Answer]:
        """What an element denotes; tuples that are put together stay as they are written."""
        if isinstance(item, Bound) and (self._is_slice(item.value) or self._is_copy(item) is not None):
            return [item]
        return self.reader.follow(item)

    # tuples

    def parts(self, given: Answer, depth: int = 0) -> list[Answer] | None:
        """The parts of a tuple or short list; None where it is none."""
        if depth > DEPTH:
            return None
        if not isinstance(given, Bound):
            if isinstance(given, Made):
                call = self.reader.call(given.path, given.index) if given.index >= 0 else None
                if call is not None and isinstance(given.maker, Outside) and given.maker.name in COPIES:
                    return self.parts(
                        Bound(CallRef(given.index), given.path, call.scope, call.line, given.frame), depth + 1
                    )
            return None
        at = self.reader.at
        value = given.value
        if isinstance(value, Sequence):
            return self._spread(given, value, depth)
        if isinstance(value, Operation) and value.operator == "+":
            sums = [self.parts(at(given, each), depth + 1) for each in value.operands]
            return [part for each in sums for part in each] if all(each is not None for each in sums) else None  # type: ignore[union-attr]
        if isinstance(value, Subscript) and self._is_slice(value):
            inner = self.parts(at(given, value.value), depth + 1)
            return inner[self._slice(given, value.index)] if inner is not None else None
        copied = self._is_copy(given)
        if copied is not None:
            return self._copied(copied, depth)
        for thing in self.reader.follow(given):
            if thing is not given and (isinstance(thing, Made) or (isinstance(thing, Bound) and thing.value != value)):
                found = self.parts(thing, depth + 1)
                if found is not None:
                    return found
        return None

    def _spread(self, given: Bound, value: Sequence, depth: int) -> list[Answer] | None:
        found: list[Answer] = []
        for item in value.items:
            if not isinstance(item, Starred):
                found.append(self.reader.at(given, item))
                continue
            inner = self.parts(self.reader.at(given, item.value), depth + 1)
            if inner is None:
                return found if len(found) > 1 else None
            found.extend(inner)
        return found

    def _is_slice(self, value: Value) -> bool:
        return isinstance(value, Subscript) and isinstance(value.index, Operation) and value.index.operator == ":"

    def _slice(self, given: Bound, index: Value) -> slice:
        ends = [self.reader.constant(self.reader.at(given, each)) for each in getattr(index, "operands", ())[:2]]
        whole = [each if isinstance(each, int) else None for each in ends]
        return slice(*whole)

    def _is_copy(self, given: Bound) -> Bound | None:
        """What `list(...)` or `tuple(...)` copies."""
        if not isinstance(given.value, CallRef):
            return None
        call = self.reader.call(given.path, given.value.index)
        if len(call.arguments) != 1 or not isinstance(call.callee, Name) or call.callee.dotted not in COPIES:
            return None
        return self.reader.at(given, call.arguments[0])

    def _copied(self, given: Bound, depth: int) -> list[Answer] | None:
        """A copy, with the items that are set in it beforehand where it has a name."""
        if not isinstance(given.value, Name):
            return self.parts(given, depth + 1)
        path, scope, name = given.path, given.scope, given.value.dotted
        found = self.parts(given, depth + 1)
        if found is None:
            return None
        for number, value, line in self._items_set(path, scope, name):
            if -len(found) <= number < len(found):
                found[number] = Bound(value, path, scope, line, given.frame)
        return found

    def _items_set(self, path: str, scope: int, name: str) -> Iterator[tuple[int, Value, int]]:
        """`name[0] = value` in a function; of two for one item the first."""
        set_here = [each for each in self.reader.summary(path).assignments if self._sets(each, scope, name)]
        function = self.reader.project.function(path, scope) if set_here and scope >= 0 else None
        if function is None:
            return
        numbers: dict[int, int] = {}
        for node in walk(function):
            match node:
                case ast.Assign([ast.Subscript(ast.Name(held), ast.Constant(int(number)))]) if held == name:
                    numbers[node.lineno] = number
        seen = set()
        for each in set_here:
            at = numbers.get(each.line)
            if at is not None and at not in seen and each.value is not None:
                seen.add(at)
                yield at, each.value, each.line

    @staticmethod
    def _sets(each: Assignment, scope: int, name: str) -> bool:
        return each.scope == scope and each.target == f"{name}[]" and each.operator == "="
