"""A condition of a statement in, how far it narrows the rows out: one row, the rows of a parent, or not at all."""

from readiness.libraries.sql.narrowing import NOT_READ, NOTHING, Condition, Narrowing
from readiness.libraries.sqlalchemy.selections import Ordered
from readiness.libraries.values.expressions import called, inside, keyword, receiver, tail, written
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Constant,
    Context,
    Mapping,
    Member,
    Name,
    Operation,
    Sequence,
    Starred,
    Value,
)

COLUMN_MAKERS = frozenset({"Column", "mapped_column", "Field", "column_property"})
UNIQUE_NAMES = frozenset({"id", "pk", "uuid", "oid"})
"""Columns that name one row by convention, for models whose definition cannot be read."""
KEY_ENDINGS = ("id", "slug", "key", "code", "uuid", "email", "token")
"""Ends of the names of columns that name few rows, for `column.in_(given)`."""
NAMING_ENDINGS = ("slug", "uuid", "guid", "email", "token", "username", "login", "hash", "checksum", "fingerprint")
"""Ends of the names of columns that few rows share a value of, for `column == given`."""
WRAPPERS = frozenset({"lower", "upper", "trim", "coalesce", "cast"})
RELATED = frozenset({"any", "has"})
DIRECTIONS = frozenset(
    {"asc", "desc", "col", "nulls_first", "nulls_last", "nullsfirst", "nullslast", "lower", "upper", "collate"}
)
"""Methods and functions that order by the same column."""
ORDER_FUNCTIONS = frozenset(
    {"random", "rand", "count", "sum", "max", "min", "avg", "coalesce", "date", "length", "case"}
)
"""Functions whose values many rows share."""
STATEMENTS = frozenset({"select", "query", "subquery"})
LOGICAL = frozenset({"and", "&"})
OR_CALLS = frozenset({"or_"})
AND_CALLS = frozenset({"and_"})
NAME_DEPTH = 4


class Columns:
    """Reads conditions with the models of one project."""

    def __init__(self, following: Following) -> None:
        self.following = following
        self.project = following.project

    def where(self, place: Place, conditions: tuple[Value, ...]) -> Condition:
        """The strongest of conditions that all must hold."""
        found = [self._one(place, each) for each in conditions]
        best = max(found, key=_strength, default=NOTHING)
        return NOT_READ if best.narrowing is Narrowing.NONE and NOT_READ in found else best

    def filter_by(self, place: Place, model: Place | None, keywords: tuple[tuple[str, Value], ...]) -> Condition:
        """The strongest of `column=value` conditions; spread mappings are looked through."""
        found, unread = NOTHING, False
        for name, value in keywords:
            given = self.following.inside(place, value)
            pairs = [(name, given)] if name else self._entries(given, NAME_DEPTH)
            if not pairs and not isinstance(value, Mapping):
                unread = True
            for column, compared in pairs:
                narrowing, exact = self._named(column, self._by_name(model, column))
                if narrowing > found.narrowing:
                    found = Condition(narrowing, column, compared, exact)
                elif found is NOTHING and not isinstance(compared.value, Constant):
                    found = Condition(Narrowing.NONE, compared=column)
        return NOT_READ if unread and found.narrowing is Narrowing.NONE else found

    def order(self, place: Place, model: Place | None, keys: tuple[Value, ...]) -> Ordered:
        """By what `order_by(*keys)` orders, and whether a unique column is among it."""
        found = [narrowing for each in keys for narrowing in self._keys(place, model, each)]
        return Ordered(
            tuple(self._key_text(place, each) for each in keys),
            any(each is Narrowing.UNIQUE for each in found),
            all(each is not None for each in found),
        )

    def _keys(self, place: Place, model: Place | None, key: Value) -> list[Narrowing | None]:
        """One key, or those of a list that is spread; what is put into it under a condition may be missing."""
        if not isinstance(key, Starred):
            return [self._order(place, model, key, NAME_DEPTH)]
        if isinstance(key.value, Sequence):
            return [self._order(place, model, each, NAME_DEPTH) for each in key.value.items]
        found: list[Narrowing | None] = []
        for source in self.following.back(place if place.value == key else self.following.inside(place, key)) or ():
            for each in self.following.back(source) or ():
                if isinstance(each.value, Sequence):
                    found.extend(self._order(each, model, item, NAME_DEPTH) for item in each.value.items)
        for call in self.following.summary(place).calls if isinstance(key.value, Name) else ():
            if call.scope == place.frame.scope and tail(call.callee) == "append" and receiver(call.callee) == key.value:
                given = [self._order(place, model, each, NAME_DEPTH) for each in call.arguments]
                sometimes = call.context & (Context.CONDITION | Context.LOOP)
                found.extend(None if sometimes and each is Narrowing.UNIQUE else each for each in given)
        return found or [None]

    def _key_text(self, place: Place, key: Value) -> str:
        return written(self.following.summary(place), key)

    def _order(self, place: Place, model: Place | None, key: Value, steps: int) -> Narrowing | None:
        """How far the value of one key tells rows apart; None where it could not be read."""
        if steps <= 0:
            return None
        match key:
            case Constant(value=str() as text):
                return self._by_name(model, text.strip().lstrip("-").partition(" ")[0])[0]
            case Operation(operator="neg", operands=(inner,)):
                return self._order(place, model, inner, steps - 1)
            case CallRef():
                call = self.following.summary(place).calls[key.index]
                name = called(self.project, place.frame.path, key.index)
                origin = receiver(call.callee)
                if name in DIRECTIONS:
                    by = call.arguments[0] if call.arguments else origin
                    return self._order(place, model, by, steps - 1) if by is not None else None
                if name in ORDER_FUNCTIONS:
                    return Narrowing.NONE
                # `direction(column)`, with the function in a variable.
                known = self.project.callee(place.frame.path, key.index).kind is SymbolKind.FUNCTION
                alone = len(call.arguments) == 1 and not known
                return self._order(place, model, call.arguments[0], steps - 1) if alone else None
            case Name() | Member():
                narrowing, exact = self._column(place, key)
                if (exact and receiver(key) is not None) or narrowing is Narrowing.UNIQUE:
                    return narrowing
                sources = self.following.back(self.following.inside(place, key))
                if sources and len(sources) == 1:
                    return self._order(sources[0], model, sources[0].value, steps - 1)
                return narrowing if not sources and self._is_attribute_of_class(place, key) else None
            case _:
                return None

    def _is_attribute_of_class(self, place: Place, value: Value) -> bool:
        owner = receiver(value)
        if owner is None:
            return False
        symbol = self.project.resolve_value(place.frame.path, owner, place.frame.scope, place.line)
        return symbol.kind is SymbolKind.CLASS

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
                if name in RELATED and column is not None:
                    return self._related(place, column, call)
                if name == "contains" and column is not None and call.arguments:
                    return self._contains(place, column, call.arguments[0])
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
        return min((self._one(place, each) for each in conditions), key=_strength, default=NOTHING)

    def _equal(self, place: Place, value: Operation) -> Condition:
        best = NOTHING
        for column, other in (value.operands, value.operands[::-1]) if len(value.operands) == 2 else ():
            if isinstance(other, Constant) and other.value is None:
                continue
            column = self._unwrapped(place, column)
            narrowing, exact = self._column(place, column)
            if isinstance(column, Name | Member) and receiver(column) is not None:
                narrowing, exact = self._named(tail(column), (narrowing, exact))
            if narrowing > best.narrowing and not self._is_column(place, other):
                best = Condition(narrowing, self._text(column), self.following.inside(place, other), exact)
            elif best is NOTHING and self._compares(place, column, other):
                best = Condition(Narrowing.NONE, compared=self._text(column))
        return best

    def _in(self, place: Place, column: Value, given: Value) -> Condition:
        column = self._unwrapped(place, column)
        chosen = self.following.inside(place, given)
        if any(self._is_statement(each) for each in (chosen, *(self.following.back(chosen) or ()))):
            return NOTHING
        narrowing, exact = self._column(place, column)
        if narrowing is Narrowing.NONE and (tail(column).endswith((*KEY_ENDINGS, *NAMING_ENDINGS))):
            # As many rows as keys were given, about.
            narrowing, exact = Narrowing.UNIQUE, False
        if narrowing is Narrowing.NONE:
            return NOTHING
        return Condition(narrowing, self._text(column), self.following.inside(place, given), exact)

    def _is_statement(self, place: Place) -> bool:
        """A statement chooses the keys: there are as many as it gives rows."""
        return any(
            isinstance(each, CallRef) and called(self.project, place.frame.path, each.index) in STATEMENTS
            for each in inside(self.following.summary(place), place.value)
        )

    def _compares(self, place: Place, column: Value, other: Value) -> bool:
        """A column with something given, neither another column nor written out."""
        return not isinstance(other, Constant) and self._is_column(place, column) and not self._is_column(place, other)

    def _unwrapped(self, place: Place, value: Value) -> Value:
        """The column inside `func.lower(column)`."""
        if isinstance(value, CallRef) and called(self.project, place.frame.path, value.index) in WRAPPERS:
            call = self.following.summary(place).calls[value.index]
            return call.arguments[0] if call.arguments else value
        return value

    def _related(self, place: Place, column: Value, call: Call) -> Condition:
        """`Order.items.any(Item.id == given)`: the rows of what the condition names."""
        inner = [self.where(place, call.arguments), self.filter_by(place, None, call.keywords)]
        best = max(inner, key=lambda each: each.narrowing)
        if best.narrowing is Narrowing.NONE:
            return NOTHING
        return Condition(Narrowing.PARENT, self._text(column), best.value, exact=False)

    def _contains(self, place: Place, column: Value, given: Value) -> Condition:
        """`Order.items.contains(item)`; of a column of text it is a search."""
        narrowing, exact = self._column(place, column)
        if narrowing is not Narrowing.PARENT or not exact:
            return NOTHING
        return Condition(narrowing, self._text(column), self.following.inside(place, given), exact)

    @staticmethod
    def _named(name: str, found: tuple[Narrowing, bool]) -> tuple[Narrowing, bool]:
        """The narrowing of `column == given`, with what the column's name promises where its definition does not."""
        if found[0] is Narrowing.NONE and name.endswith(NAMING_ENDINGS):
            return Narrowing.PARENT, False
        return found

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
        column = keyword(call, "sa_column")
        if isinstance(column, CallRef):
            # SQLModel: the column itself is written out inside of the field.
            call = summary.calls[column.index]
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


def _strength(condition: Condition) -> tuple[Narrowing, bool]:
    return condition.narrowing, bool(condition.compared)
