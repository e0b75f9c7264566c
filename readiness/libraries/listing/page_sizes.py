"""The size of a page as an expression in, how large a client can make it out: fixed, capped, or as large as the client likes.

The value is followed backwards, through helpers, dependencies and parameter models, to constants, settings and what a
client sends; `min(...)`, clamping tests, declared maxima and choices cap it on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from readiness.libraries.values.client_inputs import ClientInputs, Declared
from readiness.libraries.values.expressions import receiver, tail, written
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Frame, Place
from readiness.libraries.values.guards import Guards
from readiness.libraries.values.providing import model, provider
from readiness.model import Cap, Missing, Route, Symbol, SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Choice,
    Constant,
    Function,
    Member,
    Name,
    Operation,
    Subscript,
    Value,
)

LARGEST = 1000
"""Rows of the largest page that counts as one."""
MAX_STEPS = 40
SAME_NUMBER = frozenset({"int", "float", "abs", "round", "str", "max"})
"""Builtins that keep a size as large as it was."""
CLAMPS = frozenset({"clip", "clamp"})
ORDER = (Cap.FIXED, Cap.CAPPED, Cap.UNKNOWN, Cap.ALL, Cap.UNCAPPED)
"""Of several ways the last one tells what a client can do."""


class Size(Struct, frozen=True):
    """How large a page can get."""

    cap: Cap
    maximum: float | None = None
    parameter: str = ""
    how: str = ""
    missing: bool = False
    """A client may leave it out, and then it is None."""

    @property
    def open(self) -> bool:
        """A client can ask for as many rows as it likes."""
        return self.cap in (Cap.UNCAPPED, Cap.ALL)


UNKNOWN = Size(Cap.UNKNOWN, how="its size could not be followed")
Seen = set[tuple[int, Value, int]]


class Sizes:
    """Reads page sizes of one project."""

    def __init__(self, following: Following) -> None:
        self.following = following
        self.project = following.project
        self.guards = Guards(self.project)
        self.inputs = ClientInputs(self.project)
        self._route: Route | None = None

    def of(self, route: Route, place: Place) -> Size:
        """How large a client of the route can make the number at a place."""
        self._route = route
        size = self._size(place, MAX_STEPS, set())
        if size.missing and not size.open:
            return Size(Cap.ALL, None, size.parameter, f"without `{size.parameter}` every row is answered")
        return size

    def _size(self, place: Place, steps: int, seen: Seen) -> Size:
        if steps <= 0 or place.key in seen:
            return UNKNOWN
        seen.add(place.key)
        value = place.value
        match value:
            case Constant():
                return _constant(value.value)
            case Operation(operator="neg"):
                return Size(Cap.ALL, how="a negative number asks for all rows")
            case Operation(operator="or"):
                return self._first_true(place, value, steps, seen)
            case Operation():
                return self._worst(place, value.operands, steps, seen)
            case Choice():
                return self._choice(place, value, steps, seen)
            case CallRef():
                return self._call(place, self.following.summary(place).calls[value.index], steps, seen)
            case _:
                return self._named(place, steps, seen)

    def _worst(self, place: Place, values: Iterable[Value], steps: int, seen: Seen) -> Size:
        return worst([self._size(self.following.inside(place, each), steps - 1, seen) for each in values])

    def _first_true(self, place: Place, value: Operation, steps: int, seen: Seen) -> Size:
        """`limit or 100`: nothing that is empty gets through."""
        found = [self._size(self.following.inside(place, each), steps - 1, seen) for each in value.operands]
        kept = [_given(each) for each in found[:-1] if each.cap is not Cap.ALL]
        return worst([*kept, found[-1]])

    def _choice(self, place: Place, value: Choice, steps: int, seen: Seen) -> Size:
        test = value.test
        if isinstance(test, Operation) and len(test.operands) == 2 and set(test.operands) == {value.yes, value.no}:
            # `limit if limit < 100 else 100` is the smaller of the two.
            smaller = test.operands[0] if test.operator in ("<", "<=") else test.operands[1]
            if test.operator in ("<", "<=", ">", ">=") and value.yes == smaller:
                return self._smallest(place, test.operands, steps, seen)
        sources = self.following.back(place) or [self.following.inside(place, each) for each in (value.yes, value.no)]
        return _given(worst([self._size(each, steps - 1, seen) for each in sources]))

    def _smallest(self, place: Place, values: Sequence[Value], steps: int, seen: Seen) -> Size:
        found = [self._size(self.following.inside(place, each), steps - 1, seen) for each in values]
        parameter = next((each.parameter for each in found if each.parameter), "")
        caps = [each for each in found if not each.open]
        if not caps:
            return worst(found)
        maximum = min((each.maximum for each in caps if each.maximum is not None), default=None)
        text = written(self.following.summary(place), place.value)
        if parameter or any(each.open for each in found):
            return _capped(maximum, parameter, text)
        return worst(caps)

    def _call(self, place: Place, call: Call, steps: int, seen: Seen) -> Size:
        symbol = self.following.callee(place)
        name = symbol.name.rpartition(".")[2] if symbol.kind is not SymbolKind.UNKNOWN else tail(call.callee)
        if symbol.kind is SymbolKind.BUILTIN:
            values: Sequence[Value] = call.arguments
            if name == "min":
                return self._smallest(place, values, steps, seen) if len(values) > 1 else UNKNOWN
            if name == "max":
                values = [each for each in values if not isinstance(each, Constant)] or values
            return self._worst(place, values, steps, seen) if name in SAME_NUMBER else UNKNOWN
        if symbol.kind is SymbolKind.EXTERNAL and name in CLAMPS:
            return _capped(None, "", f"{name}()")
        sent = self.inputs.sent(place)
        if sent is not None:
            return self._declared(sent)
        sources = self.following.back(place)
        if sources:
            return worst([self._size(each, steps - 1, seen) for each in sources])
        origin = receiver(call.callee)
        if name in ("get", "pop") and origin is not None and call.arguments and isinstance(call.arguments[0], Constant):
            # `params.get("limit", 50)` of what a client sent.
            wanted = Subscript(origin, call.arguments[0])
            return self._named(self.following.inside(place, wanted), steps, seen)
        if symbol.kind is SymbolKind.UNKNOWN and name in ("as_int", "to_int", "get_int"):
            return self._worst(place, call.arguments, steps, seen)
        return UNKNOWN

    def _named(self, place: Place, steps: int, seen: Seen) -> Size:
        guard = self._guard(place)
        if guard is not None:
            return guard
        sent = self.inputs.sent(place)
        if sent is not None:
            return self._declared(sent)
        item = self._constructed_item(place)
        if item is not None:
            return self._size(item, steps - 1, seen)
        found: list[Size] = []
        entry = self._entry(place)
        if entry is not None:
            found.append(self._from_outside(place, *entry, steps=steps, seen=seen))
        sources = self.following.back(place)
        found.extend(self._size(each, steps - 1, seen) for each in sources or ())
        if found:
            # `if limit is None: limit = 50` stands beside what a client sends.
            return worst(found) if len(found) == 1 else _given(worst(found))
        constant = self.project.constant(place.frame.path, place.value, place.frame.scope, place.line)
        if not isinstance(constant, Missing):
            return _constant(constant)
        return self._setting(place)

    def _constructed_item(self, place: Place) -> Place | None:
        """An item of an object by its position: the first argument of a named tuple's constructor."""
        match place.value:
            case Subscript(value=CallRef() as made, index=Constant(value=int() as position)):
                call = self.following.summary(place).calls[made.index]
                symbol = self.following.callee(self.following.inside(place, made))
                given = [*call.arguments, *(value for _, value in call.keywords)]
                if symbol.kind is SymbolKind.CLASS and 0 <= position < len(given):
                    return self.following.inside(place, given[position])
        return None

    def _setting(self, place: Place) -> Size:
        """Something that whoever deploys the service sets: `settings.PAGE_SIZE`."""
        value = place.value
        if isinstance(value, Name) and "." in value.dotted:
            symbol = self.project.resolve(place.frame.path, value.dotted, place.frame.scope, place.line)
            if symbol.kind in (SymbolKind.VARIABLE, SymbolKind.EXTERNAL):
                return Size(Cap.FIXED, how=f"`{value.dotted}`")
        if isinstance(value, Subscript):
            text = written(self.following.summary(place), value)
            if "config" in text.lower() or "settings" in text.lower():
                return Size(Cap.FIXED, how=f"`{text}`")
        return UNKNOWN

    def _guard(self, place: Place) -> Size | None:
        """A test before this place that keeps the value small."""
        if not isinstance(place.value, Name | Member | Subscript) or place.frame.scope < 0:
            return None
        text = written(self.following.summary(place), place.value)
        found = self.guards.of(place.frame.path, place.frame.scope, text, place.line)
        return _capped(found.maximum, text, f"`{text}` is tested against {found.text}") if found is not None else None

    # what comes from outside

    def _entry(self, place: Place) -> tuple[Frame, str, tuple[str, ...]] | None:
        """The starting function's parameter that a place begins at, and the attributes or keys behind it."""
        root, names = place.value, list[str]()
        while isinstance(root, Subscript | Member):
            if isinstance(root, Member):
                names.append(root.name)
            elif isinstance(root.index, Constant):
                names.append(str(root.index.value))
            root = root.value
        if not isinstance(root, Name):
            return None
        found = self.following.parameter(self.following.inside(place, root))
        if found is None or not found[0].entry or found[1] in found[0].arguments or found[1] in ("self", "cls"):
            return None
        return found[0], found[1], (*root.dotted.split(".")[1:], *reversed(names))

    def _from_outside(
        self, place: Place, frame: Frame, name: str, path: tuple[str, ...], *, steps: int, seen: Seen
    ) -> Size:
        symbol = provider(self.project, frame, name)
        if symbol is not None and symbol.kind is SymbolKind.FUNCTION:
            given = self.following.entry_frame(symbol.path, symbol.index)
            places = [_reached(each, path) for each in self.following.returned(given)]
            found = [self._size(each, steps - 1, seen) for each in places]
            if found and any(each.cap is not Cap.UNKNOWN for each in found):
                return worst(found)
        kind = symbol if symbol is not None and symbol.kind is SymbolKind.CLASS else model(self.project, frame, name)
        if kind is not None and path:
            found_in = self._field(kind, path[0], steps, seen)
            if found_in is not None:
                return found_in
        declared = self.inputs.declared(self._route, path[-1] if path else name, frame, name)
        return self._declared(declared) if declared is not None else UNKNOWN

    def _field(self, kind: Symbol, name: str, steps: int, seen: Seen) -> Size | None:
        """A field of an object that is made of the request: what its class computes or declares for it."""
        member = self.project.member(kind, name)
        if member.kind is SymbolKind.FUNCTION:
            frame = self.following.entry_frame(member.path, member.index)
            return worst([self._size(each, steps - 1, seen) for each in self.following.returned(frame)])
        made = [
            Place(each.value, self.following.entry_frame(owner.path, each.scope), each.line)
            for owner in self.project.ancestors(kind)
            if (summary := self.project.summary(owner.path)) is not None and owner.index >= 0
            for each in summary.assignments
            if each.target == f"self.{name}"
            and each.value is not None
            and _is_in(summary.definitions, each.scope, owner.index)
        ]
        if made:
            return worst([self._size(each, steps - 1, seen) for each in made])
        declared = self.inputs.field(self._route, kind, name)
        return self._declared(declared) if declared is not None else None

    def _declared(self, declared: Declared) -> Size:
        """What the declaration of an input allows."""
        size = self._allowed(declared)
        return msgspec.structs.replace(size, missing=declared.default == "None")

    @staticmethod
    def _allowed(declared: Declared) -> Size:
        if declared.choices:
            return _capped(declared.maximum, declared.name, f"`{declared.name}` is one of a fixed set")
        if declared.maximum is not None and declared.maximum <= LARGEST:
            return _capped(declared.maximum, declared.name, f"`{declared.name}` is at most {declared.maximum:.0f}")
        if declared.maximum is not None:
            how = f"`{declared.name}` may be {declared.maximum:.0f}"
            return Size(Cap.UNCAPPED, declared.maximum, declared.name, how)
        if declared.validated:
            how = f"`{declared.name}` is validated by something that could not be read"
            return Size(Cap.UNKNOWN, None, declared.name, how)
        return Size(Cap.UNCAPPED, None, declared.name, f"`{declared.name}` has no maximum")


def worst(sizes: Sequence[Size]) -> Size:
    """Of several ways, the one that lets a client have most."""
    if not sizes:
        return UNKNOWN
    found = max(sizes, key=lambda each: (ORDER.index(each.cap), each.maximum or 0))
    if found.cap is Cap.FIXED and len(sizes) > 1:
        known = [each.maximum for each in sizes if each.maximum is not None]
        return Size(Cap.FIXED, max(known) if len(known) == len(sizes) else None, how=found.how)
    return found


def _given(size: Size) -> Size:
    """The size where nothing empty gets through."""
    return msgspec.structs.replace(size, missing=False) if size.missing else size


def _reached(place: Place, path: tuple[str, ...]) -> Place:
    """The attribute or item of what a place gives."""
    value = place.value
    for name in path:
        if name.isdigit() or _is_display(value):
            value = Subscript(value, Constant(int(name) if name.isdigit() else name))
        else:
            value = Member(value, name)
    return Place(value, place.frame, place.line)


def _is_display(value: Value) -> bool:
    return not isinstance(value, Name | CallRef | Member)


def _is_in(definitions: Sequence[object], scope: int, owner: int) -> bool:
    definition = definitions[scope] if scope >= 0 else None
    return isinstance(definition, Function) and definition.scope == owner


def _constant(value: str | float | bool | None) -> Size:
    if value is None:
        return Size(Cap.ALL, how="without a number it asks for all rows")
    if isinstance(value, str):
        return Size(Cap.FIXED, float(value) if value.isdigit() else None, how=value)
    if value < 0:
        return Size(Cap.ALL, how="a negative number asks for all rows")
    return Size(Cap.FIXED, float(value), how=str(value))


def _capped(maximum: float | None, parameter: str, how: str) -> Size:
    if maximum is not None and maximum > LARGEST:
        return Size(Cap.UNCAPPED, maximum, parameter, f"{how}: {maximum:.0f} rows are no page")
    return Size(Cap.CAPPED, maximum, parameter, how)
