"""The argument of a limit in, what it can be out: a number, a clamped one, the client's choice, or all rows."""

from enum import IntEnum

from msgspec import Struct

from readiness.libraries.values.expressions import written
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import Missing, SymbolKind
from readiness.model.summary import CallRef, Constant, Member, Name, Operation, Subscript, Value

MAX_STEPS = 24
NUMBERS = frozenset({"int", "float", "abs", "round"})


class LimitKind(IntEnum):
    """What a limit can be; where it can be several things, the last of them stands for all."""

    CONSTANT = 0
    CLAMPED = 1
    """`min(...)`, or a setting."""
    UNKNOWN = 2
    ALL = 3
    """None or a negative number: no limit."""
    CLIENT = 4
    """Comes from outside of the function that is looked at."""


class Limit(Struct, frozen=True):
    """A limit and what it was read from."""

    kind: LimitKind
    text: str
    """As written at the statement."""
    given: bool = False
    """It came through a parameter that the caller set."""
    source: str = ""
    """For `CLIENT`: the name of the parameter."""


class Limits:
    """Reads limits along a path of calls."""

    def __init__(self, following: Following) -> None:
        self.following = following

    def of(self, place: Place) -> Limit:
        """What the limit at a place can be."""
        text = written(self.following.summary(place), place.value)
        kind, given, source = self._kind(place, MAX_STEPS, set())
        return Limit(kind, text, given, source)

    def _kind(self, place: Place, steps: int, seen: set[tuple[int, Value, int]]) -> tuple[LimitKind, bool, str]:
        if steps <= 0 or place.key in seen:
            return LimitKind.UNKNOWN, False, ""
        seen.add(place.key)
        value = place.value
        match value:
            case Constant():
                return self._constant(value.value), False, ""
            case Operation(operator="or"):
                return self._first_true(place, value, steps, seen)
            case Operation(operator="neg", operands=(Constant(value=int()),)):
                return LimitKind.ALL, False, ""
            case Operation() if value.operator in "+-*//":
                return self._joined([self.following.inside(place, each) for each in value.operands], steps, seen)
            case CallRef():
                return self._call(place, value, steps, seen)
            case _:
                return self._source(place, steps, seen)

    @staticmethod
    def _constant(value: str | float | bool | None) -> LimitKind:
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and value < 0):
            return LimitKind.ALL
        return LimitKind.CONSTANT

    def _first_true(
        self, place: Place, value: Operation, steps: int, seen: set[tuple[int, Value, int]]
    ) -> tuple[LimitKind, bool, str]:
        """`limit or 100`: the first operand that is not empty."""
        result = (LimitKind.UNKNOWN, False, "")
        for operand in value.operands:
            inner = self.following.inside(place, operand)
            if isinstance(operand, Constant) and not operand.value:
                continue
            result = self._kind(inner, steps - 1, seen)
            if result[0] is not LimitKind.ALL:
                break
        return result

    def _joined(
        self, places: list[Place], steps: int, seen: set[tuple[int, Value, int]]
    ) -> tuple[LimitKind, bool, str]:
        """The last kind of several; the more telling one wins."""
        found = [self._kind(each, steps - 1, seen) for each in places]
        known = [each for each in found if each[0] is not LimitKind.UNKNOWN] or found
        return max(known, key=lambda each: each[0], default=(LimitKind.UNKNOWN, False, ""))

    def _call(
        self, place: Place, value: CallRef, steps: int, seen: set[tuple[int, Value, int]]
    ) -> tuple[LimitKind, bool, str]:
        call = self.following.summary(place).calls[value.index]
        symbol = self.following.callee(place)
        name = symbol.name.rpartition(".")[2]
        if symbol.kind is SymbolKind.BUILTIN:
            if name == "min" and len(call.arguments) > 1:
                return LimitKind.CLAMPED, False, ""
            if name in NUMBERS or name == "max":
                return self._joined([self.following.inside(place, each) for each in call.arguments], steps, seen)
            return LimitKind.UNKNOWN, False, ""
        return self._source(place, steps, seen)

    def _source(self, place: Place, steps: int, seen: set[tuple[int, Value, int]]) -> tuple[LimitKind, bool, str]:
        entry = self._entry(place)
        if entry:
            return LimitKind.CLIENT, True, entry
        sources = self.following.back(place)
        if sources:
            kind, given, source = self._joined(sources, steps, seen)
            return kind, given or not self._local(place), source
        constant = self.following.project.constant(place.frame.path, place.value, place.frame.scope, place.line)
        if not isinstance(constant, Missing):
            return self._constant(constant), False, ""
        if isinstance(place.value, Name) and "." in place.value.dotted:
            symbol = self.following.project.resolve(place.frame.path, place.value.dotted, place.frame.scope, place.line)
            if symbol.kind is SymbolKind.VARIABLE:
                return LimitKind.CLAMPED, False, ""
        return LimitKind.UNKNOWN, False, ""

    def _local(self, place: Place) -> bool:
        """The value is no parameter of its function."""
        return self.following.parameter(place) is None

    def _entry(self, place: Place) -> str:
        """The name of the starting function's parameter that a place begins at; empty where it begins elsewhere."""
        root = place.value
        path: list[str] = []
        while isinstance(root, Subscript | Member):
            if isinstance(root, Member):
                path.append(root.name)
            elif isinstance(root.index, Constant) and isinstance(root.index.value, str):
                path.append(root.index.value)
            root = root.value
        if not isinstance(root, Name):
            return ""
        found = self.following.parameter(self.following.inside(place, root))
        if found is None:
            return ""
        frame, name = found
        if not frame.entry or name in frame.arguments or name in ("self", "cls"):
            return ""
        return ".".join([root.dotted, *reversed(path)])
