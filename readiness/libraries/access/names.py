"""A name that no function binds in, what it is worth out: functions, classes, constants, objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readiness.libraries.access.expressions import Place
from readiness.libraries.access.values import (
    ABSENT,
    UNKNOWN_VALUE,
    USER,
    Carrier,
    Code,
    Combined,
    Error,
    Instance,
    Items,
    Outside,
    Seen,
    Table,
    Type,
    known,
    of,
)
from readiness.libraries.access.vocabulary import CARRIERS, ERROR_STATUSES, LENIENT, is_error, last_of
from readiness.libraries.django.settings import settings_for
from readiness.model import UNKNOWN, Project, Symbol, SymbolKind
from readiness.model.summary import (
    CallRef,
    Constant,
    Function,
    Mapping,
    Name,
    Opaque,
    Operation,
    Sequence,
    Subscript,
    Summary,
    Value,
)

if TYPE_CHECKING:
    from readiness.libraries.access.evaluation import Evaluation

SETTINGS = "django.conf.settings."
ENTRIES = 100
"""Entries of a dict whose values are looked at."""
STEPS = 8
"""Module variables behind one another."""


class Names:
    """Reads names of modules. One for a project."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.project: Project = evaluation.project
        self._symbols: dict[tuple[str, int, str], Symbol] = {}
        self._made: dict[tuple[str, int], Seen] = {}
        self._variables: dict[tuple[str, int], Seen] = {}

    def of(self, place: Place, dotted: str, line: int) -> Seen:
        """A dotted name as it is written in a function."""
        key = (place.path, place.index, dotted)
        if key not in self._symbols:
            self._symbols[key] = self.project.resolve(place.path, dotted, place.index, line)
        return self.symbol(self._symbols[key], place)

    def symbol(self, symbol: Symbol, place: Place) -> Seen:
        """What a resolved name is worth."""
        match symbol.kind:
            case SymbolKind.EXTERNAL:
                return self.outside(symbol.name, path=place.path)
            case SymbolKind.BUILTIN:
                return of(Outside(symbol.name))
            case SymbolKind.FUNCTION:
                found = of(Code(symbol.path, symbol.index, None, {}))
            case SymbolKind.CLASS:
                found = of(Type(symbol, {}))
            case SymbolKind.VARIABLE if symbol.index >= 0:
                found = self._variable(symbol)
            case _:
                return UNKNOWN_VALUE
        for name in symbol.rest:
            found = self.evaluation.attribute(found, name, place.path)
        return found

    def outside(self, name: str, *, made: bool = False, path: str = "") -> Seen:
        """Something of another package: who is calling, a status, a setting, anything else by its name."""
        if name.startswith(SETTINGS):
            return self._setting(name.removeprefix(SETTINGS), path)
        status = _status_of(name)
        if status:
            return known(status)
        parts = name.split(".")
        for length in range(len(parts), 1, -1):
            kind = CARRIERS.get(".".join(parts[:length]), "")
            if kind in ("nobody", "somebody", "denied") or not kind:
                continue
            found = {"absent": ABSENT, "user": USER}.get(kind) or of(Carrier(kind))
            for each in parts[length:]:
                found = self.evaluation.attribute(found, each)
            return found
        return of(Outside(name, made=made))

    def _setting(self, name: str, path: str) -> Seen:
        settings = settings_for(self.project, path) if path else None
        setting = settings.get(name) if settings is not None and "." not in name else None
        if settings is None or setting is None:
            return UNKNOWN_VALUE
        if setting.default is not UNKNOWN and (not setting.deployed or isinstance(setting.default, bool)):
            # A switch that the deployment may turn is judged by how it stands when the deployment says nothing.
            return known(setting.default)
        items, complete = settings.elements(setting)
        if not items or not complete:
            return UNKNOWN_VALUE
        found = tuple(self.value(each.path, each.value, each.scope, each.line) for each in items[:200])
        return of(Items(found))

    # variables

    def _variable(self, symbol: Symbol) -> Seen:
        key = (symbol.path, symbol.index)
        if key not in self._variables:
            self._variables[key] = UNKNOWN_VALUE
            self._variables[key] = self._held(symbol)
        return self._variables[key]

    def _held(self, symbol: Symbol) -> Seen:
        """What a variable holds while requests come in.

        A function may set it when the application starts: `global ENFORCER`. What a module says itself is its first meaning,
        unless that is nothing at all.
        """
        summary = self.project.summary(symbol.path)
        if summary is None:
            return UNKNOWN_VALUE
        mine = summary.assignments[symbol.index]
        if mine.scope >= 0:
            return self._assigned(summary, symbol.path, symbol.index)
        inside = [each for each in summary.definitions if isinstance(each, Function)]
        same = [
            number for number, each in enumerate(summary.assignments) if each.scope < 0 and each.target == mine.target
        ]
        later = {
            number
            for number in same
            if any(each.line < summary.assignments[number].line <= each.end_line for each in inside)
        }
        if not later:
            return self._assigned(summary, symbol.path, symbol.index)
        for number, each in enumerate(summary.definitions):
            if each.name == mine.target and each.scope < 0 and isinstance(each, Function):
                return of(Code(symbol.path, number, None, {}))
        for numbers in ([each for each in same if each not in later], sorted(later)):
            values = [self._assigned(summary, symbol.path, each) for each in reversed(numbers)]
            found = next((each for each in values if not (each.known and each.constant is None)), None)
            if found is not None:
                return found
        return UNKNOWN_VALUE

    def _assigned(self, summary: Summary, path: str, index: int) -> Seen:
        assignment = summary.assignments[index]
        if assignment.value is None or assignment.operator not in ("=", ":=") or assignment.position >= 0:
            return UNKNOWN_VALUE
        if assignment.scope >= 0 and isinstance(summary.definitions[assignment.scope], Function):
            return UNKNOWN_VALUE
        return self.value(path, assignment.value, assignment.scope, assignment.line)

    def value(self, path: str, value: Value, scope: int = -1, line: int = 0, steps: int = STEPS) -> Seen:
        """An expression of a module, as far as its summary holds it."""
        if steps <= 0:
            return UNKNOWN_VALUE
        match value:
            case Constant(constant):
                return known(constant)
            case Name(dotted):
                return self.of(Place(path, scope, 0), dotted, line)
            case CallRef(index):
                return self.made(path, index)
            case Sequence(_, items):
                written = tuple(self.value(path, each, scope, line, steps - 1) for each in items)
                return of(Items(written, complete=Opaque("more") not in items))
            case Mapping(keys=keys) if len(keys) <= ENTRIES and None not in keys:
                return of(Table(tuple(self._entries(path, value, scope, line, steps - 1))))
            case Subscript(inner, _):
                return self.value(path, inner, scope, line, steps - 1)
            case Operation("|" | "&", operands):
                return of(
                    Combined(value.operator, tuple(self.value(path, each, scope, line, steps - 1) for each in operands))
                )
            case _:
                found = self.project.constant(path, value, scope, line)
                return known(found) if found is not UNKNOWN else UNKNOWN_VALUE

    def _entries(self, path: str, value: Mapping, scope: int, line: int, steps: int) -> Iterator[tuple[Seen, Seen]]:
        for key, entry in zip(value.keys, value.values, strict=True):
            if key is not None:
                yield self.value(path, key, scope, line, steps), self.value(path, entry, scope, line, steps)

    def made(self, path: str, index: int) -> Seen:
        """What a call of a module gives."""
        key = (path, index)
        if key not in self._made:
            self._made[key] = UNKNOWN_VALUE
            self._made[key] = self._call(path, index)
        return self._made[key]

    def _call(self, path: str, index: int) -> Seen:
        from readiness.libraries.access.arguments import Arguments, status_of

        summary = self.project.summary(path)
        if summary is None:
            return UNKNOWN_VALUE
        call = summary.calls[index]
        symbol = self.project.callee(path, index)
        positional = [self.value(path, each, call.scope, call.line) for each in call.arguments[:20]]
        keywords = {name: self.value(path, each, call.scope, call.line) for name, each in call.keywords[:40]}
        arguments = Arguments(positional, keywords)
        if symbol.kind is SymbolKind.EXTERNAL:
            lenient = any(name in keywords and keywords[name].constant is wanted for name, wanted in LENIENT.items())
            if is_error(symbol.name):
                last = last_of(symbol.name)
                return of(Error(last, status_of(arguments) or ERROR_STATUSES.get(last, 0)))
            if last_of(symbol.name) in ("LocalProxy", "SimpleLazyObject"):
                inner = arguments.first()
                return (
                    self.evaluation.call(inner, Arguments([], {})) if isinstance(inner.thing, Code) else UNKNOWN_VALUE
                )
            if last_of(symbol.name) in ("frozenset", "set", "tuple", "list") and positional:
                return positional[0]
            return of(Outside(symbol.name, made=True, lenient=lenient))
        if (
            symbol.kind is SymbolKind.BUILTIN
            and positional
            and last_of(symbol.name) in ("frozenset", "set", "tuple", "list")
        ):
            return positional[0]
        if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.CLASS):
            return self.evaluation.call(self.symbol(symbol, Place(path, call.scope, 0)), arguments)
        # A variable that holds a function, or an object with a call operator, made before by another one.
        held = self.value(path, call.callee, call.scope, call.line)
        return self.evaluation.call(held, arguments) if held.thing is not None else UNKNOWN_VALUE

    def method(self, place: Place, dotted: str, line: int) -> Seen | None:
        """The method that a name with a known class has: `service.authenticate`."""
        holder, _, name = dotted.rpartition(".")
        if not holder or not holder.replace(".", "").replace("_", "").isalnum():
            return None
        kind = self.project.type_of(place.path, Name(holder), place.index, line)
        if kind.kind is SymbolKind.EXTERNAL:
            return of(Outside(f"{kind.name}.{name}", made=True))
        if kind.kind is SymbolKind.CLASS:
            found = self.evaluation.members.of(of(Instance(kind, {}, {})), name, place.depth, called=True)
            return found if isinstance(found.thing, Code) else None
        return None


def _status_of(name: str) -> int:
    """The number behind `rest_framework.status.HTTP_403_FORBIDDEN` or `http.HTTPStatus.FORBIDDEN`, 0 for other names."""
    last = last_of(name)
    if last.startswith("HTTP_") and last[5:8].isdigit():
        return int(last[5:8])
    parts = name.split(".")
    if parts[0] == "http" and len(parts) > 2 and parts[1] == "HTTPStatus":
        from http import HTTPStatus

        return int(HTTPStatus[parts[2]]) if parts[2] in HTTPStatus.__members__ else 0
    return 0
