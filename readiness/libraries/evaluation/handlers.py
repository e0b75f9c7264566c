"""What a registration names in, what answers in the end out: functions, classes and objects behind wrappers and partials.

Beside it the members of a class that answer for it, and the names of what stands around a handler.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine, Thing
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Name, Value

WRAPPERS = 6
"""Calls and decorators around one handler."""
WRAPS = frozenset({"functools.wraps", "wrapt.decorator", "decorator.decorator", "functools.update_wrapper"})
PARTIAL = "functools.partial"
SKIPPED = frozenset({"functools", "builtins", "typing", "abc", "staticmethod", "classmethod"})
"""Packages whose decorators never refuse a request."""


class Handlers:
    """Finds what answers."""

    def __init__(self, reader: Reader, quiet: Collection[str] = ()) -> None:
        self.reader = reader
        self.project = reader.project
        self.quiet = SKIPPED | frozenset(quiet)
        """Top-level packages whose decorators refuse nothing: those that register and document."""

    def behind(self, handler: Answer, depth: int = 0) -> Iterator[Thing]:
        """What answers in the end: behind `as_view`, behind wrappers, partial applications and `functools.wraps`."""
        if depth > WRAPPERS:
            return
        found = False
        for thing in self.reader.things(handler):
            if isinstance(thing, Made) and isinstance(thing.maker, Outside) and thing.index >= 0:
                call = self.reader.call(thing.path, thing.index)
                place = Bound(call.callee, thing.path, call.scope, call.line, thing.frame)
                inner = list(self._in_call(place, call, depth))
                yield from inner or [thing]
                found = True
            elif isinstance(thing, Routine):
                yield from self._unwrapped(thing, depth)
                found = True
            elif isinstance(thing, Kind | Outside | Made):
                yield thing
                found = True
        if not found and isinstance(handler, Bound) and isinstance(handler.value, CallRef):
            call = self.reader.call(handler.path, handler.value.index)
            yield from self._in_call(handler, call, depth)

    def _in_call(self, place: Bound, call: Call, depth: int) -> Iterator[Thing]:
        """The handler in a call: the class before `.as_view`, else a function or class among the arguments."""
        origin = receiver(call.callee)
        if origin is not None and tail(call.callee) == "as_view":
            yield from (each for each in self.reader.things(self.reader.at(place, origin)) if isinstance(each, Kind))
            return
        for argument in (*call.arguments, *(value for _, value in call.keywords)):
            for thing in self.behind(self.reader.at(place, argument), depth + 1):
                if isinstance(thing, Routine | Kind):
                    yield thing
                    return

    def _unwrapped(self, routine: Routine, depth: int) -> Iterator[Thing]:
        """The function that a wrapper says it wraps, else the wrapper itself."""
        function = self.reader.function(routine)
        for decorator in function.decorators:
            if not isinstance(decorator, CallRef) or routine.frame is None:
                continue
            call = self.reader.call(routine.path, decorator.index)
            if not call.arguments or self.project.callee(routine.path, decorator.index).name not in WRAPS:
                continue
            wrapped = Bound(call.arguments[0], routine.path, function.scope, function.line, routine.frame)
            inner = [each for each in self.behind(wrapped, depth + 1) if isinstance(each, Routine)]
            if inner:
                yield inner[0]
                return
        yield routine

    # classes

    def member(self, kind: Kind, name: str) -> Routine | None:
        """A method of a class or of its bases, one that is assigned in the class body included."""
        symbol = self.project.member(self.reader.symbol_of(kind), name)
        if symbol.kind is SymbolKind.FUNCTION:
            return Routine(symbol.path, symbol.index, kind.frame)
        if symbol.kind is SymbolKind.VARIABLE:
            for thing in self.reader.symbol(symbol, Bound(Name(name), kind.path, kind.index, 0, kind.frame)):
                if isinstance(thing, Routine):
                    return thing
        return None

    def called(self, made: Made) -> Routine | None:
        """The method that answers when an object of a project's class is called."""
        if not isinstance(made.maker, Kind):
            return None
        found = self.member(made.maker, "__call__")
        return Routine(found.path, found.index, found.frame, made) if found is not None else None

    # what stands around

    def decorators(self, thing: Routine | Kind) -> list[Symbol]:
        """What decorates a function or class, without what registers and documents."""
        definition = self.reader.summary(thing.path).definitions[thing.index]
        found = []
        for decorator in definition.decorators:
            symbol = self._decorator(thing.path, decorator, definition.scope, definition.line)
            foreign = symbol.kind is SymbolKind.EXTERNAL and symbol.name.partition(".")[0] not in self.quiet
            if foreign or symbol.kind in (SymbolKind.FUNCTION, SymbolKind.CLASS):
                found.append(symbol)
        return found

    def _decorator(self, path: str, decorator: Value, scope: int, line: int) -> Symbol:
        if isinstance(decorator, CallRef):
            return self.project.callee(path, decorator.index)
        return self.project.resolve_value(path, decorator, scope, line)

    def names(self, given: Iterable[Answer]) -> Iterator[str]:
        """Names of functions, classes and objects that a list of hooks, guards or middleware holds."""
        for item in given:
            for thing in self.reader.things(item):
                if isinstance(thing, Made) and isinstance(thing.maker, Outside) and thing.maker.name == PARTIAL:
                    thing = next(self.behind(thing), thing)
                if isinstance(thing, Made):
                    thing = thing.maker
                if isinstance(thing, Routine | Kind):
                    yield self.project.symbol(thing.path, thing.index)
                elif isinstance(thing, Outside):
                    yield thing.name

    def class_list(self, kind: Kind, attribute: str) -> Iterator[str]:
        """Names in a list that a class or one of its bases holds: `decorators = [...]`."""
        symbol = self.project.member(self.reader.symbol_of(kind), attribute)
        if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0:
            return
        assignment = self.reader.summary(symbol.path).assignments[symbol.index]
        if assignment.value is None:
            return
        place = Bound(assignment.value, symbol.path, assignment.scope, assignment.line)
        for item in self.reader.elements(place)[0]:
            if isinstance(item, Bound) and isinstance(item.value, Name | CallRef):
                found = self._decorator(item.path, item.value, item.scope, item.line)
                if found.kind in (SymbolKind.FUNCTION, SymbolKind.CLASS, SymbolKind.EXTERNAL):
                    yield found.name
                    continue
            yield from self.names([item])

    def around(self, thing: Routine | None, owner: Kind | None, lists: Collection[str]) -> tuple[str, ...]:
        """Names of what stands around a handler: what these lists of its class hold, then what decorates it."""
        names = [name for each in lists for name in self.class_list(owner, each)] if owner is not None else []
        if thing is not None:
            names.extend(each.name for each in self.decorators(thing))
        return tuple(dict.fromkeys(names))

    def external_bases(self, kind: Kind) -> list[Outside]:
        """The classes of other packages that a class is derived from."""
        ancestors = self.project.ancestors(self.reader.symbol_of(kind))
        return [Outside(each.name) for each in ancestors if each.kind is SymbolKind.EXTERNAL]
