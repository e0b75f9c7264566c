"""A failure that is held in a function in, the answers to clients out that show something of it, through helpers and callers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, islice
from operator import itemgetter

from msgspec import Struct

from readiness.libraries.failures.answering import Answering
from readiness.libraries.failures.error_answers import answer_of
from readiness.libraries.failures.exposures import Exposure, Exposures, Results, State
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, Span, Symbol, SymbolKind
from readiness.model.summary import (
    Assignment,
    Call,
    CallRef,
    Class,
    Constant,
    Context,
    Function,
    Name,
    Raise,
    Return,
    Summary,
)
from readiness.model.summary import Sequence as Display

DEPTH = 3
"""Calls that a failure is followed into helpers, and back to callers."""
CALLERS = 12
"""Callers of one helper that are looked at."""
EVENTS = 50_000
"""Calls, bindings and returns of one function that are looked at, for all failures in it together."""
PUTTING = frozenset({"append", "appendleft", "add", "update", "extend", "insert", "setdefault", "write"})
"""Methods that put what they are given into their object."""
MAYBE = Context.CONDITION | Context.LOOP | Context.TRY | Context.EXCEPT


class Sink(Struct, frozen=True):
    """One answer that shows something of a failure."""

    path: str
    scope: int
    span: Span
    exposure: Exposure
    status: int
    answer: str


class Result(Struct, frozen=True):
    """What one function does with a failure that it holds."""

    sinks: tuple[Sink, ...] = ()
    returned: Exposure | None = None


class Events(Struct, frozen=True):
    """What happens in one function, by line."""

    ordered: tuple[tuple[int, int, int | Assignment | Return], ...]
    """Calls, what is bound and what is returned, each with its line and its order on it: calls run before what they give is bound
    or returned."""
    lines: tuple[int, ...]
    """The lines of these."""
    reached: tuple[int, ...]
    """For each of these the last line of it and of all before it."""
    raises: tuple[Raise, ...]


class Leaks(Results):
    """Follows failures through the functions of one project."""

    def __init__(self, project: Project, answering: Answering) -> None:
        self.project = project
        self.answering = answering
        self.exposures = Exposures(project, self)
        self._functions: dict[tuple[str, tuple[tuple[str, str], ...]], Result] = {}
        self._events: dict[str, dict[int, Events]] = {}
        self._depth = 0
        self._spent: dict[tuple[str, int], int] = {}
        self.cut = False
        """A function was too much, and what becomes of some failures in it was left out."""

    def held(
        self,
        path: str,
        scope: int,
        errors: Mapping[str, tuple[int, int]],
        first: int,
        skip: Sequence[range],
        last: int = 0,
    ) -> Result:
        """What becomes of a failure in a function from its line `first` on; the lines in `skip` do not run after it.

        Behind the line `last`, where its clause ends, only what was put into other names is left of it.
        """
        summary = self.project.summary(path)
        if summary is None:
            return Result()
        return self._run(State(path, summary, scope, errors, {}, {}), first, skip, last)

    def callers(self, path: str, scope: int, returned: Exposure, depth: int = DEPTH) -> Iterator[Sink]:
        """The answers of the functions that call this one, where it gives back something of a failure."""
        summary = self.project.summary(path)
        if summary is None or scope < 0 or depth <= 0 or self.answering.is_handler(path, scope):
            return
        symbol = Symbol(SymbolKind.FUNCTION, self.project.symbol(path, scope), path, scope)
        for other, index in self.project.callers(symbol)[:CALLERS]:
            there = self.project.summary(other)
            if there is None:
                continue
            call = there.calls[index]
            state = State(other, there, call.scope, {}, {}, {index: returned})
            result = self._run(state, call.line, ())
            yield from result.sinks
            if result.returned is not None:
                yield from self.callers(other, call.scope, result.returned, depth - 1)

    def given_back(self, state: State, index: int, carried: Mapping[str, Exposure], steps: int) -> Exposure | None:
        """What a call of a project function holds."""
        return self._enter(state, index, carried).returned

    def _enter(self, state: State, index: int, carried: Mapping[str, Exposure]) -> Result:
        """What a project function does with what it is given."""
        symbol = self.project.callee(state.path, index)
        summary = self.project.summary(symbol.path)
        function = summary.definitions[symbol.index] if summary is not None and symbol.index >= 0 else None
        if summary is None or not isinstance(function, Function) or self._depth >= DEPTH:
            return Result()
        given = _parameters(summary, function, state.summary.calls[index], carried)
        key = (symbol.name, tuple(sorted((name, each.kind) for name, each in given.items())))
        if key not in self._functions:
            self._functions[key] = Result()
            errors = {name: (0, 0) for name, each in given.items() if each.kind == "object"}
            held = {name: each for name, each in given.items() if each.kind != "object"}
            self._depth += 1
            inner = State(symbol.path, summary, symbol.index, errors, held, {})
            self._functions[key] = self._run(inner, function.line, ())
            self._depth -= 1
        return self._functions[key]

    def _run(self, state: State, first: int, skip: Sequence[range], last: int = 0) -> Result:
        events = self._of(state.path, state.summary).get(state.scope)
        if events is None:
            return Result()
        sinks: list[Sink] = []
        returned: Exposure | None = None
        answers = self.answering.is_handler(state.path, state.scope)
        for line, _, event in _from(state.summary, events, first):
            if last and line > last and not state.held:
                break
            if any(line in lines for lines in skip):
                continue
            spent = (state.path, state.scope)
            self._spent[spent] = self._spent.get(spent, 0) + 1
            if self._spent[spent] > EVENTS:
                self.cut = True
                break
            match event:
                case int():
                    sinks.extend(self._called(state, event))
                case Assignment():
                    self._assigned(state, event)
                case Return():
                    found = self.exposures.of(state, event.value, line) if event.value is not None else None
                    if found is not None and found.kind == "object" and not answers:
                        found = None
                    if found is not None and answers:
                        place = Span(state.path, line)
                        sinks.append(Sink(state.path, state.scope, place, found, _status(event), "return"))
                    returned = returned or found
        return Result(tuple(sinks), returned)

    def _called(self, state: State, index: int) -> Iterator[Sink]:
        call = state.summary.calls[index]
        carried = self.exposures.carried(state, call, call.line)
        if not carried:
            return
        answer = answer_of(self.project, state.path, index)
        if answer is not None:
            found = [each for body in answer.bodies if (each := self.exposures.of(state, body, call.line)) is not None]
            if found and (answer.kind != "raised" or self._is_raised(state, index)):
                worst = next((each for each in found if each.kind == "traceback"), found[0])
                span = self.project.span(state.path, index)
                yield Sink(state.path, state.scope, span, worst, answer.status, answer.name)
            return
        origin = receiver(call.callee)
        if tail(call.callee) in PUTTING and isinstance(origin, Name):
            held = next(iter(carried.values()))
            state.held[origin.dotted] = Exposure(held.what, "traceback" if held.kind == "traceback" else "text")
            return
        if self.project.callee(state.path, index).kind is SymbolKind.FUNCTION:
            yield from self._enter(state, index, carried).sinks

    def _is_raised(self, state: State, index: int) -> bool:
        """The exception that a call makes is raised, or bound to a name that is."""
        call = state.summary.calls[index]
        return any(
            each.value == CallRef(index) or (isinstance(each.value, Name) and each.line >= call.line)
            for each in self._of(state.path, state.summary)[state.scope].raises
        )

    def _assigned(self, state: State, assignment: Assignment) -> None:
        if assignment.value is None or assignment.operator in ("for", "with", "declare", "del", "case"):
            return
        target = assignment.target.removesuffix("[]")
        found = self.exposures.of(state, assignment.value, assignment.line)
        if found is not None and assignment.position >= 0 and found.positions:
            found = found if assignment.position in found.positions else None
        if found is not None:
            kept = found.positions if assignment.position < 0 and assignment.target == target else ()
            kind = found.kind if assignment.target == target else "text" if found.kind == "object" else found.kind
            state.held[target] = Exposure(found.what, kind, kept)
        elif assignment.operator == "=" and assignment.target == target and not assignment.context & MAYBE:
            state.held.pop(target, None)

    def _of(self, path: str, summary: Summary) -> dict[int, Events]:
        """The events of a file by function."""
        if path not in self._events:
            calls: dict[int, list[int]] = {}
            assignments: dict[int, list[Assignment]] = {}
            returns: dict[int, list[Return]] = {}
            raises: dict[int, list[Raise]] = {}
            for index, call in enumerate(summary.calls):
                calls.setdefault(call.scope, []).append(index)
            for bound in summary.assignments:
                assignments.setdefault(bound.scope, []).append(bound)
            for given in summary.returns:
                returns.setdefault(given.scope, []).append(given)
            for thrown in summary.raises:
                raises.setdefault(thrown.scope, []).append(thrown)
            self._events[path] = {
                scope: _events(
                    summary,
                    calls.get(scope, ()),
                    assignments.get(scope, ()),
                    returns.get(scope, ()),
                    tuple(raises.get(scope, ())),
                )
                for scope in {*calls, *assignments, *returns, *raises}
            }
        return self._events[path]


def _events(
    summary: Summary,
    calls: Sequence[int],
    assignments: Sequence[Assignment],
    returns: Sequence[Return],
    raises: tuple[Raise, ...],
) -> Events:
    ordered: list[tuple[int, int, int | Assignment | Return]] = [
        *((summary.calls[index].line, 0, index) for index in calls),
        *((bound.line, 1, bound) for bound in assignments),
        *((given.line, 2, given) for given in returns),
    ]
    ordered.sort(key=itemgetter(0, 1))
    ends = (summary.calls[event].end_line if isinstance(event, int) else line for line, _, event in ordered)
    return Events(tuple(ordered), tuple(line for line, _, _ in ordered), tuple(accumulate(ends, max)), raises)


def _from(summary: Summary, events: Events, first: int) -> Iterator[tuple[int, int, int | Assignment | Return]]:
    """The events of a line and of all behind it, calls that only end there included."""
    start = bisect_left(events.lines, first)
    while start and events.reached[start - 1] >= first:
        start -= 1
    for line, order, event in islice(events.ordered, start, None):
        if line >= first or (isinstance(event, int) and summary.calls[event].end_line >= first):
            yield line, order, event


def _parameters(
    summary: Summary, function: Function, call: Call, carried: Mapping[str, Exposure]
) -> dict[str, Exposure]:
    """What the parameters of a function hold, by name."""
    positional = [each.name for each in function.parameters if each.kind in ("positional-only", "positional")]
    in_class = function.scope >= 0 and isinstance(summary.definitions[function.scope], Class)
    static = any(isinstance(each, Name) and each.dotted == "staticmethod" for each in function.decorators)
    if in_class and not static and positional and receiver(call.callee) is not None:
        positional = positional[1:]
    names = {each.name for each in function.parameters}
    found: dict[str, Exposure] = {}
    for key, exposure in carried.items():
        if key.isdigit():
            if int(key) < len(positional):
                found[positional[int(key)]] = exposure
        elif key in names:
            found[key] = exposure
    return found


def _status(given: Return) -> int:
    """The status of `return body, 500`; 0 without one."""
    match given.value:
        case Display(kind="tuple", items=(_, Constant(value=int() as status), *_)) if not isinstance(status, bool):
            return status
    return 0


def worst_of(sinks: Iterable[Sink]) -> list[Sink]:
    """One sink a function, the first one, tracebacks before texts."""
    found: dict[tuple[str, int], Sink] = {}
    for each in sinks:
        known = found.get((each.path, each.scope))
        if known is None or (each.exposure.kind == "traceback" and known.exposure.kind != "traceback"):
            found[each.path, each.scope] = each
    return list(found.values())
