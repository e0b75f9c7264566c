"""A value in, what of a failure stands in it out: the exception, its text, its traceback."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence as Several

from msgspec import Struct

from readiness.libraries.failures.logging import is_formatter
from readiness.libraries.values.expressions import parts, receiver, tail, written
from readiness.model import Project, SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Choice,
    Constant,
    Member,
    Name,
    Operation,
    Sequence,
    Subscript,
    Summary,
    Value,
)

STEPS = 25
"""Parts inside one another that are looked into."""
TEXTS = frozenset(
    {
        "args",
        "message",
        "msg",
        "detail",
        "details",
        "description",
        "reason",
        "strerror",
        "orig",
        "stderr",
        "stdout",
        "output",
        "original_exception",
        "pgerror",
        "diag",
        "statement",
        "__cause__",
        "__context__",
        "__traceback__",
        "__dict__",
    }
)
"""Attributes of an exception that hold its text or what led to it."""
TEXT_METHODS = frozenset({"__str__", "__repr__", "__format__"})
TELLING_NOTHING = frozenset(
    {
        "type",
        "isinstance",
        "issubclass",
        "len",
        "bool",
        "int",
        "float",
        "id",
        "hash",
        "hasattr",
        "callable",
        "any",
        "all",
    }
)
"""Builtins whose result shows nothing of the text."""
WRAPPERS = frozenset(
    {
        "json.dumps",
        "simplejson.dumps",
        "orjson.dumps",
        "html.escape",
        "markupsafe.escape",
        "markupsafe.Markup",
        "textwrap.shorten",
        "django.utils.html.escape",
        "django.utils.html.format_html",
        "django.utils.safestring.mark_safe",
        "django.utils.encoding.force_str",
        "django.utils.encoding.smart_str",
        "django.utils.encoding.force_text",
        "django.utils.translation.gettext",
        "django.utils.translation.gettext_lazy",
        "django.utils.translation.ngettext",
        "flask_babel.gettext",
        "fastapi.encoders.jsonable_encoder",
        "urllib.parse.quote",
        "urllib.parse.urlencode",
        "copy.copy",
        "copy.deepcopy",
    }
)
"""Functions of other packages whose result holds the text that they are given."""
STRING_METHODS = frozenset(
    {
        "format",
        "join",
        "strip",
        "lstrip",
        "rstrip",
        "replace",
        "lower",
        "upper",
        "title",
        "capitalize",
        "encode",
        "decode",
        "split",
        "splitlines",
        "removeprefix",
        "removesuffix",
        "expandtabs",
        "get",
        "copy",
        "items",
        "values",
        "pop",
    }
)
"""Methods of text and containers whose result holds what the object holds."""
DUMPS = frozenset({"model_dump", "model_dump_json", "dict", "json", "asdict", "to_dict", "as_dict", "dump"})
"""Methods of a schema object that give its fields."""
COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not", "not"})
DEBUG_NAMES = frozenset({"debug", "is_debug", "debug_mode", "is_development", "is_dev", "dev_mode"})


class Exposure(Struct, frozen=True):
    """What of a failure a value holds."""

    what: str
    """As written where it was put in: `str(error)`."""
    kind: str
    """`object` (the exception itself), `text`, `traceback`."""
    positions: tuple[int, ...] = ()
    """Of a tuple, the items that hold it; empty for all of the value."""


class State(Struct):
    """What is known while one function is read."""

    path: str
    summary: Summary
    scope: int
    errors: Table[str, tuple[int, int]]
    """Names of the exception, with the first and last line on which they mean it; last 0 for the whole function."""
    held: dict[str, Exposure]
    """Local names that hold something of the failure."""
    calls: Table[int, Exposure]
    """Calls that are known to give something of the failure."""


class Results:
    """What project functions give back of what they are given; implemented by the flow through functions."""

    def given_back(self, state: State, index: int, carried: Table[str, Exposure], steps: int) -> Exposure | None:
        """What a call of a project function holds, where these parameters hold something."""
        raise NotImplementedError


class Exposures:
    """Reads the values of one project."""

    def __init__(self, project: Project, results: Results) -> None:
        self.project = project
        self.results = results

    def of(self, state: State, value: Value, line: int, steps: int = STEPS) -> Exposure | None:
        """What a value on this line holds of the failure; None for nothing."""
        if steps <= 0 or isinstance(value, Constant):
            return None
        match value:
            case Name():
                return self._name(state, value, line)
            case CallRef():
                return self._call(state, value, line, steps)
            case Choice():
                return self._choice(state, value, line, steps)
            case Operation(operator=operator) if operator in COMPARISONS:
                return None
            case Member():
                inner = self.of(state, value.value, line, steps - 1)
                return _attribute(inner, value.name)
            case Subscript():
                inner = self.of(state, value.value, line, steps - 1)
                if inner is not None and inner.positions and isinstance(value.index, Constant):
                    return _whole(inner) if value.index.value in inner.positions else None
                return inner
            case Sequence(kind="tuple"):
                return self._tuple(state, value, line, steps)
        return self._first(state, tuple(parts(value)), line, steps)

    def _first(self, state: State, values: Several[Value], line: int, steps: int) -> Exposure | None:
        """The worst exposure among values, as text: what is put into a display or a text is shown."""
        found = [each for value in values if (each := self.of(state, value, line, steps - 1)) is not None]
        if not found:
            return None
        worst = next((each for each in found if each.kind == "traceback"), found[0])
        return Exposure(worst.what, "traceback" if worst.kind == "traceback" else "text")

    def _name(self, state: State, value: Name, line: int) -> Exposure | None:
        root, _, rest = value.dotted.partition(".")
        lines = state.errors.get(root)
        if lines is not None and lines[0] <= line and (lines[1] == 0 or line <= lines[1]):
            found: Exposure | None = Exposure(root, "object")
            for name in rest.split(".") if rest else ():
                found = _attribute(found, name)
            return found
        held = state.held.get(value.dotted) or state.held.get(root)
        if held is None or not rest or value.dotted in state.held:
            return held
        return _attribute(held, rest.partition(".")[0]) if held.kind == "object" else held

    def _tuple(self, state: State, value: Sequence, line: int, steps: int) -> Exposure | None:
        found = [(place, self.of(state, each, line, steps - 1)) for place, each in enumerate(value.items)]
        holding = [(place, each) for place, each in found if each is not None]
        if not holding:
            return None
        worst = next((each for _, each in holding if each.kind == "traceback"), holding[0][1])
        kind = "traceback" if worst.kind == "traceback" else "text"
        return Exposure(worst.what, kind, tuple(place for place, _ in holding))

    def _choice(self, state: State, value: Choice, line: int, steps: int) -> Exposure | None:
        debugging = is_debugging(state.summary, value.test)
        ways = (value.yes, value.no) if debugging is None else ((value.no,) if debugging else (value.yes,))
        return next((found for each in ways if (found := self.of(state, each, line, steps - 1)) is not None), None)

    def _call(self, state: State, value: CallRef, line: int, steps: int) -> Exposure | None:
        if value.index in state.calls:
            return state.calls[value.index]
        call = state.summary.calls[value.index]
        symbol = self.project.callee(state.path, value.index)
        if is_formatter(self.project, symbol):
            return Exposure(written(state.summary, value), "traceback")
        if symbol.kind is SymbolKind.BUILTIN and "." not in (name := symbol.name.removeprefix("builtins.")):
            return self._builtin(state, value, call, name, line, steps)
        if symbol.kind is SymbolKind.EXTERNAL and symbol.name in WRAPPERS:
            return self._given(state, call, line, steps)
        if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.CLASS):
            carried = self.carried(state, call, line, steps)
            if symbol.kind is SymbolKind.CLASS:
                held = next(iter(carried.values()), None)
                return Exposure(held.what, "traceback" if held.kind == "traceback" else "text") if held else None
            if carried:
                return self.results.given_back(state, value.index, carried, steps)
            return None
        return self._method(state, value, call, line, steps)

    def _builtin(self, state: State, value: CallRef, call: Call, name: str, line: int, steps: int) -> Exposure | None:
        if name in TELLING_NOTHING:
            return None
        if name == "getattr" and len(call.arguments) > 1:
            inner = self.of(state, call.arguments[0], line, steps - 1)
            wanted = call.arguments[1]
            named = isinstance(wanted, Constant) and isinstance(wanted.value, str)
            found = _attribute(inner, str(wanted.value)) if named and isinstance(wanted, Constant) else inner
            others = call.arguments[2:]
            return found or (self._first(state, others, line, steps) if others else None)
        found = self._given(state, call, line, steps)
        if found is None or name not in ("str", "repr", "format", "ascii"):
            return found
        return Exposure(written(state.summary, value), found.kind)

    def _given(self, state: State, call: Call, line: int, steps: int) -> Exposure | None:
        return self._first(state, (*call.arguments, *(each for _, each in call.keywords)), line, steps)

    def _method(self, state: State, value: CallRef, call: Call, line: int, steps: int) -> Exposure | None:
        """A method of the exception, of a text, of a container; of anything else nothing is known."""
        origin = receiver(call.callee)
        if origin is None:
            return None
        name = tail(call.callee)
        held = self.of(state, origin, line, steps - 1)
        if held is not None and held.kind == "object":
            return Exposure(written(state.summary, value), "text") if name in TEXT_METHODS else None
        if name not in STRING_METHODS and name not in DUMPS:
            return None
        return held or (self._given(state, call, line, steps) if name in ("format", "join") else None)

    def carried(self, state: State, call: Call, line: int, steps: int = STEPS) -> dict[str, Exposure]:
        """What the arguments of a call hold, by keyword or position (`0`, `1`, ...)."""
        found: dict[str, Exposure] = {}
        for place, value in enumerate(call.arguments):
            each = self.of(state, value, line, steps - 1)
            if each is not None:
                found[str(place)] = each
        for name, value in call.keywords:
            each = self.of(state, value, line, steps - 1)
            if each is not None:
                found[name or "**"] = each
        return found


def is_debugging(summary: Summary, test: Value) -> bool | None:
    """Whether a test holds only while debugging (True), only otherwise (False); None where it asks something else."""
    if isinstance(test, Operation) and test.operator == "not" and test.operands:
        inner = is_debugging(summary, test.operands[0])
        return None if inner is None else not inner
    if isinstance(test, Operation) and test.operator == "and":
        return True if any(is_debugging(summary, each) for each in test.operands) else None
    if isinstance(test, Name | Member):
        return True if tail(test).lower() in DEBUG_NAMES else None
    return None


def _attribute(found: Exposure | None, name: str) -> Exposure | None:
    if found is None:
        return None
    if found.kind != "object":
        return found
    return Exposure(f"{found.what}.{name}", "text") if name in TEXTS else None


def _whole(found: Exposure) -> Exposure:
    return Exposure(found.what, found.kind)
