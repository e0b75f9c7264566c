"""A condition of a statement in, how far it narrows the rows out: one row, the rows of a parent, or not at all."""

from enum import IntEnum

from msgspec import Struct

from readiness.libraries.expressions import called, inside, keyword, receiver, tail
from readiness.libraries.following import Following
from readiness.libraries.frames import Place
from readiness.model import SymbolKind
from readiness.model.summary import CallRef, Constant, Mapping, Member, Name, Operation, Sequence, Starred, Value

COLUMN_MAKERS = frozenset({"Column", "mapped_column", "Field", "column_property"})
UNIQUE_NAMES = frozenset({"id", "pk", "uuid", "oid"})
"""Columns that name one row by convention, for models whose definition cannot be read."""
KEY_ENDINGS = ("id", "slug", "key", "code", "uuid", "email", "token")
"""Ends of the names of columns that name few rows, for `column.in_(given)`."""
LOGICAL = frozenset({"and", "&"})
OR_CALLS = frozenset({"or_"})
AND_CALLS = frozenset({"and_"})
NAME_DEPTH = 4


class Narrowing(IntEnum):
    """From not at all to one row."""

    NONE = 0
    PARENT = 1
    UNIQUE = 2


class Condition(Struct, frozen=True):
    """What one condition, or the strongest of several, does."""

    narrowing: Narrowing
    column: str = ""
    value: Place | None = None
    """What the column is compared with."""
    exact: bool = True


NOTHING = Condition(Narrowing.NONE)
NOT_READ = Condition(Narrowing.NONE, exact=False)
"""A condition that could not be followed; it may narrow more than is known."""


class Columns:
    """Reads conditions with the models of one project."""

    def __init__(self, following: Following) -> None:
        self.following = following
        self.project = following.project

    def where(self, place: Place, conditions: tuple[Value, ...]) -> Condition:
        """The strongest of conditions that all must hold."""
        found = [self._one(place, each) for each in conditions]
        best = max(found, key=lambda each: each.narrowing, default=NOTHING)
        return NOT_READ if best.narrowing is Narrowing.NONE and NOT_READ in found else best

    def filter_by(self, place: Place, model: Place | None, keywords: tuple[tuple[str, Value], ...]) -> Condition:
        """The strongest of `column=value` conditions; spread mappings are looked through."""
        found = NOTHING
        for name, value in keywords:
            given = self.following.inside(place, value)
            pairs = [(name, given)] if name else self._entries(given, NAME_DEPTH)
            for column, compared in pairs:
                narrowing, exact = self._by_name(model, column)
                if narrowing > found.narrowing:
                    found = Condition(narrowing, column, compared, exact)
        return found

    def _entries(self, place: Place, steps: int) -> list[tuple[str, Place]]:
        """Keys and values of a mapping that a place certainly has."""
        value = place.value
        if isinstance(value, Mapping):
            entries: list[tuple[str, Place]] = []
            for key, item in zip(value.keys, value.values, strict=True):
                inner = self.following.inside(place, item)
                if isinstance(key, Constant) and isinstance(key.value, str):
                    entries.append((key.value, inner))
                elif key is None and steps:
                    entries.extend(self._entries(inner, steps - 1))
            return entries
        sources = self.following.back(place) if steps else None
        if not sources:
            return []
        return [entry for source in sources for entry in self._entries(source, steps - 1)]

    def _one(self, place: Place, value: Value) -> Condition:
        match value:
            case Operation(operator="=="):
                return self._equal(place, value)
            case Operation() if value.operator in LOGICAL:
                return self.where(place, value.operands)
            case Operation(operator="|"):
                return self._any(place, value.operands)
            case Starred():
                return NOT_READ
            case CallRef():
                call = self.following.summary(place).calls[value.index]
                name = called(self.project, place.frame.path, value.index)
                if name in AND_CALLS:
                    return self.where(place, call.arguments)
                if name in OR_CALLS:
                    return self._any(place, call.arguments)
                column = receiver(call.callee)
                if name == "in_" and column is not None and call.arguments:
                    return self._in(place, column, call.arguments[0])
            case Name() | Member():
                # A condition that was put into a variable first.
                sources = self.following.back(place if place.value == value else self.following.inside(place, value))
                if sources and len(sources) == 1 and isinstance(sources[0].value, Operation | CallRef):
                    return self._one(sources[0], sources[0].value)
                return NOT_READ if not sources and isinstance(value, Name) and "." not in value.dotted else NOTHING
            case _:
                pass
        return NOTHING

    def _any(self, place: Place, conditions: tuple[Value, ...]) -> Condition:
        """The weakest of conditions of which one must hold."""
        return min((self._one(place, each) for each in conditions), key=lambda each: each.narrowing, default=NOTHING)

    def _equal(self, place: Place, value: Operation) -> Condition:
        best = NOTHING
        for column, other in (value.operands, value.operands[::-1]) if len(value.operands) == 2 else ():
            if isinstance(other, Constant) and other.value is None:
                continue
            narrowing, exact = self._column(place, column)
            if narrowing > best.narrowing and not self._is_column(place, other):
                best = Condition(narrowing, self._text(column), self.following.inside(place, other), exact)
        return best

    def _in(self, place: Place, column: Value, given: Value) -> Condition:
        if isinstance(given, Sequence) and given.items and all(isinstance(each, Constant) for each in given.items):
            return Condition(Narrowing.UNIQUE, self._text(column), None)
        path = place.frame.path
        if any(
            isinstance(each, CallRef) and called(self.project, path, each.index) in ("select", "query", "subquery")
            for each in inside(self.following.summary(place), given)
        ):
            return NOTHING
        narrowing, exact = self._column(place, column)
        if narrowing is Narrowing.NONE and tail(column).endswith(KEY_ENDINGS):
            # As many rows as keys were given, about.
            narrowing, exact = Narrowing.UNIQUE, False
        return Condition(narrowing, self._text(column), self.following.inside(place, given), exact)

    def _is_column(self, place: Place, value: Value) -> bool:
        """The other side is a column too, so that the condition joins two tables."""
        if not isinstance(value, Name) or "." not in value.dotted:
            return False
        owner = self.project.resolve(place.frame.path, value.dotted.rpartition(".")[0], place.frame.scope, place.line)
        return owner.kind is SymbolKind.CLASS

    def _column(self, place: Place, value: Value) -> tuple[Narrowing, bool]:
        name = tail(value)
        if not isinstance(value, Name | Member) or receiver(value) is None:
            return Narrowing.NONE, True
        symbol = self.project.resolve_value(place.frame.path, value, place.frame.scope, place.line)
        if symbol.kind is SymbolKind.VARIABLE and symbol.index >= 0 and not symbol.rest:
            return self._definition(symbol.path, symbol.index, name)
        return self._guess(name), False

    def _by_name(self, model: Place | None, name: str) -> tuple[Narrowing, bool]:
        if model is None or not isinstance(model.value, Name | Member):
            return self._guess(name), False
        symbol = self.project.resolve_value(model.frame.path, model.value, model.frame.scope, model.line)
        if symbol.kind is not SymbolKind.CLASS:
            return self._guess(name), False
        member = self.project.member(symbol, name)
        if member.kind is SymbolKind.VARIABLE and member.index >= 0:
            return self._definition(member.path, member.index, name)
        return self._guess(name), False

    def _definition(self, path: str, index: int, name: str) -> tuple[Narrowing, bool]:
        """What the definition of a column says."""
        summary = self.project.summary(path)
        assignment = summary.assignments[index] if summary is not None else None
        if summary is None or assignment is None:
            return self._guess(name), False
        if not isinstance(assignment.value, CallRef):
            return self._guess(name), False
        call = summary.calls[assignment.value.index]
        maker = called(self.project, path, assignment.value.index)
        if maker in ("relationship", "Relationship"):
            return Narrowing.PARENT, True
        if maker not in COLUMN_MAKERS:
            return self._guess(name), False
        if self._set(path, call.scope, keyword(call, "unique")):
            return Narrowing.UNIQUE, True
        points = keyword(call, "foreign_key") is not None or any(
            isinstance(each, CallRef) and called(self.project, path, each.index) == "ForeignKey"
            for argument in call.arguments
            for each in inside(summary, argument)
        )
        if points:
            return Narrowing.PARENT, True
        return (Narrowing.UNIQUE if self._set(path, call.scope, keyword(call, "primary_key")) else Narrowing.NONE), True

    def _set(self, path: str, scope: int, value: Value | None) -> bool:
        return value is not None and self.project.constant(path, value, scope) is True

    @staticmethod
    def _guess(name: str) -> Narrowing:
        if name in UNIQUE_NAMES:
            return Narrowing.UNIQUE
        return Narrowing.PARENT if name.endswith("_id") else Narrowing.NONE

    @staticmethod
    def _text(value: Value) -> str:
        return value.dotted if isinstance(value, Name) else tail(value)
