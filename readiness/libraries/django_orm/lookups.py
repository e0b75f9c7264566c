"""The arguments of `filter()` or `get()` in, how far they narrow the rows out: one row, the rows of a parent, or not at all."""

from collections.abc import Callable

from readiness.libraries.django_orm.models import Models
from readiness.libraries.django_orm.vocabulary import KEY_NAMES
from readiness.libraries.sql.narrowing import NOT_READ, NOTHING, Condition, Narrowing
from readiness.libraries.sqlalchemy.selections import Selection
from readiness.libraries.values.expressions import tail
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import Bound, Symbol, SymbolKind
from readiness.model.summary import (
    CallRef,
    Comprehension,
    Constant,
    Mapping,
    Name,
    Operation,
    Starred,
    Subscript,
    Value,
)

EQUAL = frozenset({"exact", "iexact"})
MANY = frozenset({"in"})
LOOKUPS = EQUAL | MANY | {
    "contains", "icontains", "gt", "gte", "lt", "lte", "startswith", "istartswith", "endswith", "iendswith", "range",
    "date", "year", "iso_year", "month", "day", "week", "week_day", "quarter", "time", "hour", "minute", "second",
    "isnull", "regex", "iregex", "search", "contained_by", "has_key", "has_keys", "has_any_keys", "overlap", "len",
}  # fmt: skip
"""Look-ups of Django 5.2 and of its PostgreSQL fields."""
LOADERS = frozenset({"get_object", "get_object_or_404", "aget_object_or_404"})
DEPTH = 4


class Lookups:
    """Reads conditions with the models of one project."""

    def __init__(self, following: Following, models: Models, read: Callable[[Place], Selection | None]) -> None:
        self.following = following
        self._read = read
        self.project = following.project
        self.models = models

    def of(
        self, place: Place, model: Symbol | None, arguments: tuple[Value, ...], keywords: tuple[tuple[str, Value], ...]
    ) -> Condition:
        """The strongest of conditions that all must hold: `Q` objects and `field__lookup=value`."""
        found = [self._object(place, model, each, DEPTH) for each in arguments]
        for name, value in keywords:
            given = self.following.inside(place, value)
            if name:
                found.append(self._pair(model, name, given))
                continue
            pairs = self._entries(given, DEPTH)
            found.extend(self._pair(model, *pair) for pair in pairs)
            if not pairs:
                found.append(NOT_READ)
        # Rows of one user are as good as all of them for that user: any other parent says more.
        best = max(reversed(found), key=lambda each: (each.narrowing, not self.of_user(each.value)), default=NOTHING)
        return NOT_READ if best.narrowing is Narrowing.NONE and NOT_READ in found else best

    def of_user(self, value: Place | None) -> bool:
        """The value is the user that asks, or its key."""
        return value is not None and isinstance(value.value, Name) and ".user" in f".{value.value.dotted}"

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
        if isinstance(value, CallRef):
            call = self.following.summary(place).calls[value.index]
            if tail(call.callee) == "dict" and not call.arguments:
                return [(name, self.following.inside(place, each)) for name, each in call.keywords if name]
        sources = self.following.back(place) if steps else None
        if not sources:
            return []
        return [entry for source in sources for entry in self._entries(source, steps - 1)]

    def _object(self, place: Place, model: Symbol | None, value: Value, steps: int) -> Condition:
        """A `Q` object, or several joined by `&` and `|`."""
        match value:
            case Operation(operator="&" | "and"):
                found = [self._object(place, model, each, steps) for each in value.operands]
                return max(found, key=lambda each: each.narrowing, default=NOTHING)
            case Operation(operator="|" | "or"):
                found = [self._object(place, model, each, steps) for each in value.operands]
                return min(found, key=lambda each: each.narrowing, default=NOTHING)
            case Operation():
                return NOTHING
            case CallRef():
                call = self.following.summary(place).calls[value.index]
                if tail(call.callee) == "Q":
                    return self.of(place, model, call.arguments, call.keywords)
                return NOT_READ
            case Starred():
                return NOT_READ
            case Name() if steps:
                sources = self.following.back(self.following.inside(place, value))
                if sources and len(sources) == 1:
                    return self._object(sources[0], model, sources[0].value, steps - 1)
                return NOT_READ
            case _:
                return NOT_READ

    def _pair(self, model: Symbol | None, name: str, value: Place) -> Condition:
        """`field=value`, `field__lookup=value`, `relation__field=value`."""
        *path, last = name.split("__")
        lookup = last if last in LOOKUPS and path else "exact"
        path = path if last in LOOKUPS and path else [*path, last]
        if lookup not in EQUAL | MANY | {"contains"} or (
            isinstance(value.value, Constant) and not isinstance(value.value.value, str)
        ):
            if lookup in EQUAL and path[-1] in ("id", "pk"):
                return Condition(Narrowing.UNIQUE if len(path) == 1 else Narrowing.PARENT, name, value)
            return NOTHING
        narrowing, exact = self._narrowing(model, path)
        if lookup in MANY:
            return self._among(narrowing, name, value)
        if narrowing is Narrowing.NONE and (self.of_user(value) or self._is_object(value, DEPTH)):
            narrowing, exact = Narrowing.PARENT, False
        if narrowing is Narrowing.NONE and isinstance(value.value, Constant):
            return Condition(narrowing, exact=exact)
        return Condition(narrowing, ".".join(path), value if narrowing else None, exact)

    def _is_object(self, place: Place, steps: int) -> bool:
        """The value is one row that was loaded before."""
        call = self.following.call(place)
        if call is not None:
            return tail(call.callee) in LOADERS
        if not isinstance(place.value, Name) or steps <= 0:
            return False
        sources = self.following.back(place)
        return bool(sources) and all(self._is_object(each, steps - 1) for each in sources or ())

    def _among(self, narrowing: Narrowing, name: str, value: Place) -> Condition:
        """`field__in=given`: about as many rows as keys were given, unless they come from another query."""
        if narrowing is Narrowing.NONE:
            return NOTHING
        if narrowing is Narrowing.PARENT:
            given = self._is_given(value, DEPTH)
            return Condition(narrowing, name.removesuffix("__in"), value, exact=False) if given else NOT_READ
        keys = self._read(value)
        if keys is not None:
            if keys.bound is Bound.BY_PARENT:
                return Condition(Narrowing.PARENT, keys.how.removeprefix("rows of one "), keys.parent, exact=False)
            return Condition(Narrowing.UNIQUE if keys.bounded else Narrowing.NONE, name, value, exact=False)
        return Condition(Narrowing.UNIQUE if self._is_given(value, DEPTH) else Narrowing.NONE, name, value, exact=False)

    def _is_given(self, place: Place, steps: int) -> bool:
        """Keys that are written out or were passed in, and not read from the database here."""
        value = place.value
        if isinstance(value, Comprehension):
            return all(self._is_given(self.following.inside(place, each), steps - 1) for each in value.sources)
        if isinstance(value, CallRef):
            call = self.following.summary(place).calls[value.index]
            return tail(call.callee) in ("get", "getlist", "split", "keys") or (
                tail(call.callee) in ("list", "set", "tuple") and all(
                    self._is_given(self.following.inside(place, each), steps - 1) for each in call.arguments)
            )  # fmt: skip
        if isinstance(value, Name) and steps > 0:
            sources = self.following.back(place)
            return sources is None or all(self._is_given(each, steps - 1) for each in sources)
        return not isinstance(value, Subscript) or isinstance(value.index, Constant)

    def _narrowing(self, model: Symbol | None, path: list[str]) -> tuple[Narrowing, bool]:
        """What equality on a path of fields does."""
        if model is None or model.kind is not SymbolKind.CLASS:
            return self._guess(path), False
        field = self.models.field(model, path[0])
        if field is None:
            holder = self.models.related.get(path[0])
            if holder is None or len(path) == 1:
                return self._guess(path), False
            inner, _ = self._narrowing(holder, path[1:])
            return (Narrowing.PARENT if inner else Narrowing.NONE), False
        if len(path) == 1:
            if field.unique:
                return Narrowing.UNIQUE, True
            return (Narrowing.PARENT if field.points else Narrowing.NONE), True
        if not field.points:
            return Narrowing.NONE, True
        if field.target is not None:
            inner, exact = self._narrowing(field.target, path[1:])
            return (Narrowing.PARENT if inner else self._by_key(path[1:])), exact
        return self._by_key(path[1:]), False

    @staticmethod
    def _by_key(path: list[str]) -> Narrowing:
        return Narrowing.PARENT if path[-1] in KEY_NAMES or path[-1].endswith("_id") else Narrowing.NONE

    def _guess(self, path: list[str]) -> Narrowing:
        """By convention, for models that cannot be read."""
        if len(path) > 1:
            return self._by_key(path)
        if path[0] in ("id", "pk", "uuid"):
            return Narrowing.UNIQUE
        return Narrowing.PARENT if path[0].endswith("_id") else Narrowing.NONE
