"""A place in the code in, the activations it runs in out: which calls enter the function around it, and with what.

A registration inside a function happens once for each call of that function, inside a loop once for each element, inside a
decorator once for each function it decorates.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from itertools import islice

from readiness.languages.python.walking import walk
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import TURN, Answer, Bound, Frame, Kind, Made, Routine, Site, enclosing
from readiness.libraries.values.expressions import parts, receiver
from readiness.model import Project, Scope, Symbol, SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Class,
    Comprehension,
    Constant,
    Context,
    Function,
    Name,
    Starred,
    Value,
)

CALLERS = 1_000
"""Calls of one function that are looked at, and functions and classes that one decorates."""
ACTIVATIONS = 150
"""Activations of one function that are looked at where its callers themselves run in several; each call is in one at least."""
LEVELS = 6
"""Calls inside one another."""
TURNS = 400


class Decorated:
    """Which definitions the project's own functions decorate."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.plain: dict[tuple[str, int], list[Routine | Kind]] = {}
        """Function -> what `@function` stands on."""
        self.called: dict[tuple[str, int], list[tuple[str, int, Routine | Kind]]] = {}
        """Function -> what `@function(...)` stands on, with the call."""
        self._fill(reader.project)

    def _fill(self, project: Project) -> None:
        for path in running(project):
            summary = project.summary(path)
            for index, definition in enumerate(summary.definitions if summary is not None else ()):
                target = Routine(path, index) if isinstance(definition, Function) else Kind(path, index)
                for decorator in definition.decorators:
                    if isinstance(decorator, CallRef):
                        symbol = project.callee(path, decorator.index)
                        if symbol.kind is SymbolKind.FUNCTION:
                            found = self.called.setdefault((symbol.path, symbol.index), [])
                            found.append((path, decorator.index, target))
                    else:
                        symbol = project.resolve_value(path, decorator, definition.scope, definition.line)
                        if symbol.kind is SymbolKind.FUNCTION:
                            self.plain.setdefault((symbol.path, symbol.index), []).append(target)


class Activations:
    """Answers which activations a place runs in."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self.known: dict[tuple[str, int], list[Frame | None]] = {}
        self.shortened: set[tuple[str, int]] = set()
        """Functions with more activations than are looked at."""
        self._spans: dict[tuple[str, int], list[tuple[int, int, int]]] = {}
        """The `for` statements of a function: line of the header, first line of the body, last line."""
        self._decorated: Decorated | None = None
        self._families: dict[tuple[str, int], list[Symbol]] | None = None

    @property
    def decorated(self) -> Decorated:
        """The index of decorators, made when it is first asked for."""
        if self._decorated is None:
            self._decorated = Decorated(self.reader)
        return self._decorated

    def of(self, path: str, scope: int, level: int = 0) -> list[Frame | None]:
        """The activations of a scope; one None for a module, one without arguments for a function that nobody calls."""
        definitions = self.reader.summary(path).definitions
        while scope >= 0 and isinstance(definitions[scope], Class):
            scope = definitions[scope].scope
        if scope < 0:
            return [None]
        known = self.known.get((path, scope))
        if known is not None:
            return known
        if level > LEVELS:
            return [Frame(path, scope, {}, {}, None, ())]
        self.known[path, scope] = []  # a recursive function is entered from outside only
        found: list[Frame | None] = [*self._within_bounds(path, scope, level)]
        if not found:
            found = [
                Frame(path, scope, {}, {}, parent, ())
                for parent in self.of(path, definitions[scope].scope, level + 1)[:1]
            ]
        self.known[path, scope] = found
        return found

    def _within_bounds(self, path: str, scope: int, level: int) -> list[Frame]:
        """The activations of a function: the first of each way in, then more of each until there are too many."""
        ways = [(way, list[Frame]()) for way in islice(self._ways_in(path, scope, level), CALLERS + 1)]
        waiting = ways[:CALLERS]
        count = 0
        while waiting and (not count or count < ACTIVATIONS):
            going = []
            for way, frames in waiting:
                frame = next(way, None)
                if frame is not None:
                    frames.append(frame)
                    going.append((way, frames))
            waiting = going
            count += len(going)
        if len(ways) > CALLERS or any(next(way, None) is not None for way, _ in waiting):
            self.shortened.add((path, scope))
        return [frame for _, frames in ways for frame in frames]

    def _ways_in(self, path: str, scope: int, level: int) -> Iterator[Iterator[Frame]]:
        """Calls of a function and what it decorates, each with the activations it leads to."""
        reader = self.reader
        function = reader.summary(path).definitions[scope]
        symbol = Symbol(SymbolKind.FUNCTION, self.project.symbol(path, scope), path, scope)
        method = reader.is_method(path, scope)
        callers = self.project.callers(symbol)
        if method and function.name == "__init__":
            callers = [*callers, *self._constructions(path, function.scope)]
        for caller_path, index in dict.fromkeys(callers):
            if not runs(self.project, caller_path):
                continue
            call = reader.call(caller_path, index)
            if Context.DECORATOR & call.context and function.name != "__init__":
                continue
            yield self._by_calls(Routine(path, scope), caller_path, index, level)
        if not method:
            yield from (iter([frame]) for frame in self._by_decoration(path, scope, level))

    def _by_calls(self, routine: Routine, path: str, index: int, level: int) -> Iterator[Frame]:
        for outer in self.of(path, self.reader.call(path, index).scope, level + 1):
            yield from self._by_call(routine, path, index, outer)

    def _constructions(self, path: str, class_index: int) -> Iterator[tuple[str, int]]:
        """Calls that make objects of a class, or of a derived class that does not override its `__init__`."""
        own = Symbol(SymbolKind.CLASS, self.project.symbol(path, class_index), path, class_index)
        yield from self.project.callers(own)
        for derived in self._derived(own):
            member = self.project.member(derived, "__init__")
            if member.path == path and self.reader.summary(path).definitions[member.index].scope == class_index:
                yield from self.project.callers(derived)

    def _derived(self, symbol: Symbol) -> list[Symbol]:
        """The classes derived from one, on every level."""
        if self._families is None:
            self._families = {}
            for path in running(self.project):
                summary = self.project.summary(path)
                for index, definition in enumerate(summary.definitions if summary is not None else ()):
                    if isinstance(definition, Class) and definition.bases:
                        each = Symbol(SymbolKind.CLASS, self.project.symbol(path, index), path, index)
                        for up in self.project.ancestors(each)[1:]:
                            if (up.path, up.index) != (path, index):
                                self._families.setdefault((up.path, up.index), []).append(each)
        return self._families.get((symbol.path, symbol.index), [])

    def _by_call(self, routine: Routine, path: str, index: int, outer: Frame | None) -> Iterator[Frame]:
        reader = self.reader
        call = reader.call(path, index)
        function = reader.function(routine)
        parent = enclosing(outer, routine.path, function.scope)
        for frame in self.turns(path, call, outer):
            owner = self._receiver(routine, call, path, index, frame)
            yield reader.activate(Routine(routine.path, routine.index, parent, owner), path, index, frame)

    def _receiver(self, routine: Routine, call: Call, path: str, index: int, frame: Frame | None) -> Made | None:
        """The object that a method is called on."""
        if not self.reader.is_method(routine.path, routine.index):
            return None
        function = self.reader.function(routine)
        place = Bound(call.callee, path, call.scope, call.line, frame)
        if function.name == "__init__":
            made = self.reader.made(Bound(CallRef(index), path, call.scope, call.line, frame))
            return made[0] if made else None
        origin = receiver(call.callee)
        made = self.reader.made(self.reader.at(place, origin)) if origin is not None else []
        return made[0] if made else None

    def _by_decoration(self, path: str, scope: int, level: int) -> Iterator[Frame]:
        """`@function`, and `@outer(...)` of a function that returns this one."""
        reader = self.reader
        definitions = reader.summary(path).definitions
        function = definitions[scope]
        first = function.parameters[0].name if isinstance(function, Function) and function.parameters else ""
        for number, target in enumerate(self.decorated.plain.get((path, scope), ())):
            site: Site = (target.path, -1 - target.index, number)
            yield Frame(path, scope, {first: target}, {}, None, (site,))
        outer = function.scope
        if (
            outer < 0
            or not isinstance(definitions[outer], Function)
            or not self._gives(path, outer, Name(function.name))
        ):
            return
        for number, (given, target) in enumerate(self._decorating(path, outer, level)):
            yield Frame(path, scope, {first: target}, {}, given, (*given.key, (target.path, -1 - target.index, number)))

    def _decorating(self, path: str, outer: int, level: int) -> Iterator[tuple[Frame, Routine | Kind]]:
        """The activations of a function in which it makes a decorator, each with what that stands on."""
        reader = self.reader
        for caller_path, index, target in self.decorated.called.get((path, outer), ()):
            call = reader.call(caller_path, index)
            for around in self.of(caller_path, call.scope, level + 1):
                for frame in self.turns(caller_path, call, around):
                    method = Routine(path, outer)
                    owner = self._receiver(method, call, caller_path, index, frame)
                    yield reader.activate(Routine(path, outer, None, owner), caller_path, index, frame), target
        if level > LEVELS:
            return
        # A function that hands on what another one makes: `def admin_only(path): return guarded(path, "admin")`.
        symbol = Symbol(SymbolKind.FUNCTION, self.project.symbol(path, outer), path, outer)
        for caller_path, index in self.project.callers(symbol):
            scope = reader.call(caller_path, index).scope
            if scope >= 0 and (caller_path, scope) != (path, outer) and self._gives(caller_path, scope, CallRef(index)):
                for frame, target in self._decorating(caller_path, scope, level + 1):
                    yield reader.activate(Routine(path, outer), caller_path, index, frame), target

    def _gives(self, path: str, scope: int, value: Value) -> bool:
        """A function returns that."""
        returns = self.reader.summary(path).returns
        return any(returns[index].value == value for index in self.project.returned_in(path, scope))

    # loops

    def turns(self, path: str, call: Call, frame: Frame | None) -> list[Frame | None]:
        """The activation once for each turn of the loops that a call depends on."""
        values = [call.callee, *call.arguments, *(value for _, value in call.keywords)]
        return self.turns_of(path, call.scope, call.line, values, frame)

    def turns_of(
        self, path: str, scope: int, line: int, values: list[Value], frame: Frame | None
    ) -> list[Frame | None]:
        """The activation once for each turn of the loops that these expressions depend on."""
        loops: dict[int, list[int]] = {}
        self._loops(path, scope, line, values, loops, 0)
        frames: list[Frame | None] = [frame]
        for first, members in loops.items():
            if not self._encloses(path, first, line):
                continue  # what such a loop bound is all of its elements: it is over
            turned = [turn for each in frames for turn in self._turned(path, first, members, each)]
            self.reader.lists.cut |= len(turned) > TURNS
            frames = turned[:TURNS]
        return frames

    def _encloses(self, path: str, first: int, line: int) -> bool:
        """A line stands in the loop that sets a variable, or in the comprehension that does."""
        loop = self.reader.summary(path).assignments[first]
        if loop.line >= line or loop.scope < 0:
            return True
        if (path, loop.scope) not in self._spans:
            function = self.project.function(path, loop.scope)
            self._spans[path, loop.scope] = [
                (each.lineno, each.body[0].lineno, each.end_lineno or sys.maxsize)
                for each in (walk(function) if function is not None else ())
                if isinstance(each, ast.For | ast.AsyncFor)
            ]
        ends = [end for start, body, end in self._spans[path, loop.scope] if start <= loop.line < body]
        return not ends or max(ends) >= line

    def _turned(self, path: str, first: int, members: list[int], frame: Frame | None) -> Iterator[Frame | None]:
        reader = self.reader
        summary = reader.summary(path)
        loop = summary.assignments[first]
        if loop.value is None:
            return
        own = enclosing(frame, path, loop.scope)
        here = (path, TURN - first)
        if own is not None and any(site[:2] == here for site in own.turn):
            yield frame  # what it iterates is made of its own elements: it adds none to them
            return
        items, complete = reader.elements(Bound(loop.value, path, loop.scope, loop.line, own))
        if not complete and not items:
            yield frame
            return
        for number, item in enumerate(items):
            turns: dict[int, Answer] = dict(own.turns) if own is not None else {}
            for member in members:
                turns[member] = reader.unpacked(item, summary.assignments[member].position)
            turn = (*(own.turn if own is not None else ()), (*here, number))
            if own is None:
                yield Frame(path, loop.scope, {}, turns, None, (), turn)
            else:
                yield Frame(path, loop.scope, own.names, turns, own.parent, own.key, turn)

    def _loops(
        self, path: str, scope: int, line: int, values: list[Value], loops: dict[int, list[int]], depth: int
    ) -> None:
        """Loop variables behind expressions, through local variables; grouped by the loop that sets them."""
        if depth > 4:
            return
        summary = self.reader.summary(path)
        inside = [source for value in values for source in _iterated(value, self.reader, path)]
        for dotted in (name for value in values for name in names_in(value, self.reader, path)):
            symbol = self.project.resolve(path, dotted, scope, line)
            if symbol.kind is not SymbolKind.VARIABLE or symbol.path != path or symbol.index < 0:
                continue
            assignment = summary.assignments[symbol.index]
            if assignment.scope != scope or assignment.value is None:
                continue
            if assignment.operator == "for":
                if assignment.line >= line and assignment.value in inside:
                    continue  # a comprehension among the arguments makes its turns itself
                self._loops(path, scope, assignment.line, [assignment.value], loops, depth + 1)
                group = [
                    index
                    for index, each in enumerate(summary.assignments)
                    if each.operator == "for"
                    and each.line == assignment.line
                    and each.scope == scope
                    and each.value == assignment.value
                ]
                loops.setdefault(group[0], group)
            elif assignment.operator == "=":
                self._loops(path, scope, assignment.line, [assignment.value], loops, depth + 1)


def names_in(value: Value, reader: Reader, path: str, depth: int = 0) -> Iterator[str]:
    """Every name read in an expression, arguments of its calls included."""
    if depth > 12:
        return
    if isinstance(value, Name):
        yield value.dotted
        return
    if isinstance(value, CallRef):
        call = reader.call(path, value.index)
        inner: tuple[object, ...] = (call.callee, *call.arguments, *(each for _, each in call.keywords))
    elif isinstance(value, Starred):
        inner = (value.value,)
    else:
        inner = tuple(each for field in value.__struct_fields__ for each in _flat(getattr(value, field)))
    for each in inner:
        if hasattr(each, "__struct_fields__"):
            yield from names_in(each, reader, path, depth + 1)  # type: ignore[arg-type]


def _iterated(value: Value, reader: Reader, path: str, depth: int = 0) -> Iterator[Value]:
    """What comprehensions in an expression iterate."""
    if isinstance(value, Comprehension):
        yield from value.sources
    if depth > 12 or isinstance(value, Name | Constant):
        return
    if isinstance(value, CallRef):
        call = reader.call(path, value.index)
        inner: Iterable[Value] = (call.callee, *call.arguments, *(each for _, each in call.keywords))
    else:
        inner = parts(value)
    for each in inner:
        yield from _iterated(each, reader, path, depth + 1)


def _flat(field: object) -> tuple[object, ...]:
    return field if isinstance(field, tuple) else (field,)


def runs(project: Project, path: str) -> bool:
    """The file can be part of a running service."""
    file = project.files.get(path)
    return file is not None and file.scope is not Scope.TEST


def running(project: Project) -> list[str]:
    """Files that can be part of a running service."""
    return [path for path in project.paths() if runs(project, path)]
