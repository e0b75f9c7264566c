"""An expression in; the parameters whose text it is out, where a function runs what it is given."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.sql.queued import kept
from readiness.libraries.sql.text import EXPLAINED
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import (
    Assignment,
    CallRef,
    Choice,
    Constant,
    Function,
    Mapping,
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
FIRST_MARK = re.compile(r"\s*(?:\{(\w*)\}|%\((\w+)\)s|%s)")
"""A template that begins with what is put into it."""
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
    instead: bool = False
    """The text is this one only where a caller left out another: of `def run(connection, sql=None)`, whose callers may write
    `run(sql)`, `connection`. Most of them hand something else over in it."""

    @property
    def key(self) -> tuple[str, int, str]:
        """Of the parameter, however its text is used."""
        return self.function.path, self.function.index, self.name


def given(project: Project, path: str, index: int, argument: Value) -> tuple[Given, ...]:
    """The parameters of the function around a call whose text an argument is: none, one, or one and what stands for it."""
    summary = project.summary(path)
    if summary is None or isinstance(argument, Constant):
        return ()
    call = summary.calls[index]
    if call.scope < 0:
        return ()
    reading = _Reading(project, path, summary)
    found = reading.of(argument, call.scope, call.line, STEPS)
    return (found, *reading.instead_of(found)) if found is not None else ()


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

    def instead_of(self, source: Given) -> Iterator[Given]:
        """The other parameters that are bound to the name of a parameter: `connection, sql = connect(), connection`."""
        if source.whole:
            return
        scope = source.function.index
        for each in self._bindings(source.name, scope)[:BINDINGS]:
            value = _unpacked(each)
            if isinstance(value, Name) and value.dotted != source.name and each.operator == "=":
                other = self._parameter(scope, value.dotted)
                if other is not None:
                    yield replace(other, whole=False, filled=source.filled, instead=True)

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
        return [each for each in self._project.assigned_in(self._path, scope) if each.target == name]

    def _assigned(self, name: str, scope: int, steps: int) -> Given | None:
        """The one parameter that every assignment of a local name speaks of."""
        if (name, scope) in self._open:
            return None
        self._open.add((name, scope))
        bound = self._bindings(name, scope)
        found: set[Given] = set()
        for each in bound[:BINDINGS]:
            for put, call in kept(self._project, self._path, self._summary, each):
                queued = self.of(put, call.scope, call.line, steps - 1)
                if queued is not None:
                    found.add(queued if len(bound) == 1 else replace(queued, whole=False))
            if each.value is None or each.operator not in ("=", ":=", "+="):
                continue
            value = _unpacked(each)
            if value is None:
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
            named = Mapping(
                tuple(Constant(name) for name, _ in call.keywords), tuple(each for _, each in call.keywords)
            )
            return self._filled(owner, values, scope, line, steps, named)
        if owner is not None and tail(call.callee) in SAME_TEXT:
            return self.of(owner, scope, line, steps - 1)
        first = call.arguments[0] if call.arguments else None
        return self.of(first, scope, line, steps - 1) if first is not None else None

    def _filled(
        self, text: Value, values: Sequence[Value], scope: int, line: int, steps: int, named: Mapping | None = None
    ) -> Given | None:
        """The parameter that is a template, with the parameter whose values fill it."""
        source = self.of(text, scope, line, steps - 1)
        if source is None:
            # `"{sql} LIMIT {most}".format(sql=sql)`: the text is what the template begins with.
            return self._begins(text, [*values, *([named] if named is not None else ())], scope, line, steps)
        others = [
            other.name
            for value in values
            for each in (value.operands if isinstance(value, Operation) and value.operator == "or" else (value,))
            if isinstance(inner := each.value if isinstance(each, Starred) else each, Name)
            and (other := self._named(inner.dotted, scope, line, steps - 1)) is not None
            and other.whole
        ]
        return replace(source, filled=source.filled or (others[0] if others else ""))

    def _begins(self, text: Value, values: Sequence[Value], scope: int, line: int, steps: int) -> Given | None:
        """What fills the first mark of a template that begins with it."""
        mark = FIRST_MARK.match(text.value) if isinstance(text, Constant) and isinstance(text.value, str) else None
        if mark is None:
            return None
        name = mark[1] or mark[2] or ""
        for value in values:
            if isinstance(value, Mapping):
                for key, inner in zip(value.keys, value.values, strict=False):
                    if key == Constant(name):
                        return self.of(inner, scope, line, steps - 1)
            elif isinstance(value, Display) and value.items and not name:
                return self.of(value.items[0], scope, line, steps - 1)
        return self.of(values[0], scope, line, steps - 1) if values and name in ("", "0") else None

    def _in_text(self, parts: Sequence[Value], scope: int, line: int, steps: int) -> Given | None:
        """The parameter that a text begins with, or has in brackets: `SELECT count(*) FROM ({sql})`."""
        before = ""
        for part in parts:
            if isinstance(part, Constant):
                before = str(part.value).rstrip() or before
            elif not before or before.endswith("(") or EXPLAINED.fullmatch(before):
                return self.of(part, scope, line, steps - 1)
            else:
                return None
        return None


def _unpacked(bound: Assignment) -> Value | None:
    """What one name of an assignment is bound to; None where that stands behind what is unpacked."""
    value = bound.value
    if bound.position >= 0 and isinstance(value, Display):
        return value.items[bound.position] if bound.position < len(value.items) else Constant(None)
    return value if bound.position <= 0 else None


def _made(source: Given | None) -> Given | None:
    return replace(source, whole=False) if source is not None else None


def _operands(value: Operation) -> Iterator[Value]:
    for each in value.operands:
        if isinstance(each, Operation) and each.operator == "+":
            yield from _operands(each)
        else:
            yield each
