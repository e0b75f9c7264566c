"""An expression in; the parameter whose text it is out, where a function runs what it is given."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import (
    Assignment,
    CallRef,
    Choice,
    Constant,
    Function,
    Name,
    Operation,
    Starred,
    Summary,
    Template,
    Value,
)
from readiness.model.summary import Sequence as Display

SAME_TEXT = frozenset(
    {
        "strip", "lstrip", "rstrip", "format", "format_map", "replace", "lower", "upper", "encode", "decode",
        "expandtabs", "removeprefix", "removesuffix", "substitute", "safe_substitute",
    }
)  # fmt: skip
"""Methods that give the text they are called on, a little changed."""
FILLING = frozenset({"format", "format_map", "substitute", "safe_substitute"})
"""Methods that put values into the text they are called on."""
STEPS = 12
BINDINGS = 100
"""Assignments of one name that are looked at."""


class Given(Struct, frozen=True):
    """The parameter that a text is."""

    function: Symbol
    name: str
    whole: bool
    """The text is the parameter as it is; else something is made of it, which may be more than a statement."""
    filled: str = ""
    """The other parameter whose values are formatted into the text: of `sql % values`, `values`."""

    @property
    def key(self) -> tuple[str, int, str]:
        """Of the parameter, however its text is used."""
        return self.function.path, self.function.index, self.name


def given(project: Project, path: str, index: int, argument: Value) -> Given | None:
    """The parameter of the function around a call whose text an argument is."""
    summary = project.summary(path)
    if summary is None or isinstance(argument, Constant):
        return None
    call = summary.calls[index]
    if call.scope < 0:
        return None
    return _Reading(project, path, summary).of(argument, call.scope, call.line, STEPS)


class _Reading:
    """One file whose expressions are followed back inside their function."""

    def __init__(self, project: Project, path: str, summary: Summary) -> None:
        self._project = project
        self._path = path
        self._summary = summary
        self._open: set[tuple[str, int]] = set()
        """Names that are being followed: `sql += more` says nothing new about `sql`."""

    def of(self, value: Value, scope: int, line: int, steps: int) -> Given | None:
        """The parameter whose text a value is."""
        if steps <= 0:
            return None
        match value:
            case Name():
                return self._named(value.dotted, scope, line, steps)
            case CallRef():
                return _made(self._called(value.index, scope, line, steps))
            case Template():
                return _made(self._in_text(value.parts, scope, line, steps))
            case Operation(operator="+"):
                return _made(self._in_text(tuple(_operands(value)), scope, line, steps))
            case Operation(operator="%"):
                return _made(self._filled(value.operands[0], value.operands[1:], scope, line, steps))
            case Operation(operator="or"):
                return self._first(value.operands, scope, line, steps)
            case Choice():
                return self._first((value.yes, value.no), scope, line, steps)
            case _:
                return None

    def _first(self, values: Sequence[Value], scope: int, line: int, steps: int) -> Given | None:
        found = [each for value in values if (each := self.of(value, scope, line, steps - 1)) is not None]
        return found[0] if found else None

    def _named(self, name: str, scope: int, line: int, steps: int) -> Given | None:
        if "." in name:
            return None
        symbol = self._project.resolve(self._path, name, scope, line)
        if symbol.rest or symbol.path != self._path:
            return None
        if symbol.kind is SymbolKind.PARAMETER:
            return self._parameter(symbol.index, name)
        if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0:
            return None
        around = self._summary.assignments[symbol.index].scope
        return self._parameter(around, name) or self._assigned(name, around, steps)

    def _parameter(self, index: int, name: str) -> Given | None:
        definition = self._summary.definitions[index] if index >= 0 else None
        if not isinstance(definition, Function) or not any(
            each.name == name and each.kind in ("positional", "positional-only", "keyword-only")
            for each in definition.parameters
        ):
            return None
        function = Symbol(SymbolKind.FUNCTION, self._project.symbol(self._path, index), self._path, index)
        return Given(function, name, whole=not self._bindings(name, index))

    def _bindings(self, name: str, scope: int) -> list[Assignment]:
        return [each for each in self._summary.assignments if each.scope == scope and each.target == name]

    def _assigned(self, name: str, scope: int, steps: int) -> Given | None:
        """The one parameter that every assignment of a local name speaks of."""
        if (name, scope) in self._open:
            return None
        self._open.add((name, scope))
        bound = self._bindings(name, scope)
        found: set[Given] = set()
        for each in bound[:BINDINGS]:
            if each.value is None or each.operator not in ("=", ":=", "+="):
                continue
            value = each.value
            if each.position >= 0 and isinstance(value, Display):
                value = value.items[each.position] if each.position < len(value.items) else Constant(None)
            elif each.position > 0:
                self._open.discard((name, scope))
                return None
            source = self.of(value, scope, each.line, steps - 1) if each.operator != "+=" else None
            if source is not None:
                found.add(source if len(bound) == 1 else replace(source, whole=False))
        self._open.discard((name, scope))
        return found.pop() if len(found) == 1 else None

    def _called(self, index: int, scope: int, line: int, steps: int) -> Given | None:
        """`sql.strip()`, `render(sql, **values)`."""
        call = self._summary.calls[index]
        owner = receiver(call.callee)
        if owner is not None and tail(call.callee) in FILLING:
            values = [*call.arguments, *(value for _, value in call.keywords)]
            return self._filled(owner, values, scope, line, steps)
        if owner is not None and tail(call.callee) in SAME_TEXT:
            return self.of(owner, scope, line, steps - 1)
        first = call.arguments[0] if call.arguments else None
        return self.of(first, scope, line, steps - 1) if first is not None else None

    def _filled(self, text: Value, values: Sequence[Value], scope: int, line: int, steps: int) -> Given | None:
        """The parameter that is a template, with the parameter whose values fill it."""
        source = self.of(text, scope, line, steps - 1)
        if source is None:
            return None
        others = [
            other.name
            for value in values
            for each in (value.operands if isinstance(value, Operation) and value.operator == "or" else (value,))
            if isinstance(inner := each.value if isinstance(each, Starred) else each, Name)
            and (other := self._named(inner.dotted, scope, line, steps - 1)) is not None
            and other.whole
        ]
        return replace(source, filled=source.filled or (others[0] if others else ""))

    def _in_text(self, parts: Sequence[Value], scope: int, line: int, steps: int) -> Given | None:
        """The parameter that a text begins with, or has in brackets: `SELECT count(*) FROM ({sql})`."""
        before = ""
        for part in parts:
            if isinstance(part, Constant):
                before = str(part.value).rstrip() or before
            elif not before or before.endswith("("):
                return self.of(part, scope, line, steps - 1)
            else:
                return None
        return None


def _made(source: Given | None) -> Given | None:
    return replace(source, whole=False) if source is not None else None


def _operands(value: Operation) -> Iterator[Value]:
    for each in value.operands:
        if isinstance(each, Operation) and each.operator == "+":
            yield from _operands(each)
        else:
            yield each
