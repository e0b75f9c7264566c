"""How often a name is called in the code that runs, whether it is also used without being called, and what calls it later."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Generic, TypeVar

from msgspec import Struct

from readiness.model import Code, Scope
from readiness.model.summary import Call, Constant, Member, Name, Summary, Value
from readiness.model.summary import Mapping as Table
from readiness.model.summary import Sequence as Display
from readiness.model.telling import tells

T = TypeVar("T")
D = TypeVar("D")

DELAYED = frozenset({"delay", "kiq", "send", "defer", "defer_async", "s", "si"})
"""Methods of a task that call it later with the same arguments."""
APPLIED = frozenset({"apply_async", "apply", "send_with_options"})
"""Methods of a task that get its arguments as `args` and `kwargs`."""
RUNNERS = {
    "run_in_executor": 1, "run_in_threadpool": 0, "to_thread": 0, "submit": 0, "add_task": 0, "enqueue": 0, "run_sync": 0,
    "start_soon": 0, "call_soon": 0, "on_commit": 0, "partial": 0,
}  # fmt: skip
"""What calls a function that it is handed, and the position of that."""
STARTED = {
    "enqueue_call": ("func", 0), "add_job": ("func", 0), "Thread": ("target", -1), "Process": ("target", -1),
    "Timer": ("function", 1),
}  # fmt: skip
"""What gets a function, by its keyword and its position, with its arguments as `args` and `kwargs`: rq 2, APScheduler 3."""
ENQUEUING = frozenset({"enqueue", "enqueue_call", "enqueue_in", "enqueue_at", "send_task"})
RUNNING = frozenset({Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION})


class Later(Struct, frozen=True):
    """A call that has a function called."""

    path: str
    number: int
    function: Value
    applied: bool = False
    """The arguments stand in `args` and `kwargs`."""
    skipped: int = 0
    """Arguments up to the function itself."""
    handed: Later | None = None
    """For a call inside a function that was handed the function: the call that hands it over."""


class Handed(Struct, frozen=True):
    """A name that is used as a value, which may be a function."""

    path: str
    value: Value
    scope: int
    line: int
    call: int = -1
    """The call that it is an argument of, -1 where it is used in any other way."""
    position: int = -1
    keyword: str = ""


class Uses:
    """What one scan does with the names of its functions, as one asks who is known by what he asks for."""

    def __init__(self, code: Code) -> None:
        counted = code.shared(counted_in)
        self.calls = Asked(code, counted.calls)
        """By the last name of what is called: path and number of the calls."""
        self.values = Asked(code, counted.values)
        """By the name of a function: where that name is used without a call."""
        self.later = Asked(code, counted.later)
        """By the name of a function: calls that have it called with arguments of theirs."""
        self.held = Asked(code, dict.fromkeys(counted.held, True))
        """Names that stand as values in tables: `{"card": Card}`."""
        self.named = Asked(code, dict.fromkeys(counted.named, True))
        """Names of functions that a worker calls with what stands in its queue."""
        self._code = code
        self._counted = counted

    @cached_property
    def keywords(self) -> Asked[list[tuple[str, int]]]:
        """By the name of a keyword: calls that pass it."""
        return Asked(self._code, self._counted.keywords)


class Asked(Generic[T]):
    """A table that says which names are looked up in it."""

    def __init__(self, code: Code, table: Mapping[str, T]) -> None:
        self._code = code
        self._table = table

    def get(self, name: str, otherwise: D) -> T | D:
        """What stands under a name."""
        self._code.looks_up(uses_of, name)
        return self._table.get(name, otherwise)

    def __contains__(self, name: str) -> bool:
        self._code.looks_up(uses_of, name)
        return name in self._table


class Counted:
    """The uses of names in some files."""

    def __init__(self, summaries: Iterable[tuple[str, Summary]], names: Container[str]) -> None:
        """Only what is done with these names of functions is counted. The summaries are gone through more than once."""
        self.calls: dict[str, list[tuple[str, int]]] = {}
        self.values: dict[str, list[Handed]] = {}
        self.later: dict[str, list[Later]] = {}
        self.held: set[str] = set()
        self.named: set[str] = set()
        self._summaries = summaries
        self._names = names
        for path, summary in summaries:
            self._count(path, summary)

    @cached_property
    def keywords(self) -> dict[str, list[tuple[str, int]]]:
        """By the name of a keyword: calls that pass it."""
        found: dict[str, list[tuple[str, int]]] = {}
        for path, summary in self._summaries:
            for number, call in enumerate(summary.calls):
                for keyword, _ in call.keywords:
                    found.setdefault(keyword, []).append((path, number))
        return found

    def _count(self, path: str, summary: Summary) -> None:
        names, calls = self._names, self.calls
        for number, call in enumerate(summary.calls):
            last = last_of(call.callee)
            if last in names:
                calls.setdefault(last, []).append((path, number))
            if last in DELAYED or last in APPLIED:
                self._postponed(path, number, call)
            elif last in RUNNERS:
                self._run(path, number, call, RUNNERS[last])
            if last in ENQUEUING:
                self._name(call)
            if last in STARTED:
                self._start(path, number, call, *STARTED[last])
            for position, value in enumerate(call.arguments):
                self._use(value, path, call.scope, call.line, number, position)
            for keyword, value in call.keywords:
                self._use(value, path, call.scope, call.line, number, -1, keyword or "")
        for assignment in summary.assignments:
            if assignment.value is not None:
                self._use(assignment.value, path, assignment.scope, assignment.line)
            if isinstance(assignment.value, Table):
                self.held.update(last_of(each) for each in assignment.value.values)
        for each in summary.returns:
            if each.value is not None:
                self._use(each.value, path, each.scope, 0)
        for definition in summary.definitions:
            for decorator in getattr(definition, "decorators", ()):
                self._use(decorator, path, definition.scope, definition.line)

    def _use(
        self, value: Value, path: str, scope: int, line: int, call: int = -1, position: int = -1, keyword: str = ""
    ) -> None:
        if isinstance(value, Display):
            for each in value.items:
                self._use(each, path, scope, line)
        elif isinstance(value, Name | Member) and (last := last_of(value)) in self._names:
            self.values.setdefault(last, []).append(Handed(path, value, scope, line, call, position, keyword))

    def _postponed(self, path: str, number: int, call: Call) -> None:
        if isinstance(call.callee, Name) and "." in call.callee.dotted:
            function = Name(call.callee.dotted.rpartition(".")[0])
            applied = last_of(call.callee) in APPLIED
            self.later.setdefault(last_of(function), []).append(Later(path, number, function, applied=applied))

    def _name(self, call: Call) -> None:
        """`queue.enqueue("package.function", ...)`: a worker finds the function by its name."""
        for value in (*call.arguments[:1], *(value for keyword, value in call.keywords if keyword in ("f", "func"))):
            if isinstance(value, Constant) and isinstance(value.value, str) and "." in value.value:
                self.named.add(value.value.rpartition(".")[2])

    def _start(self, path: str, number: int, call: Call, keyword: str, position: int) -> None:
        function = dict(call.keywords).get(keyword)
        if function is None and 0 <= position < len(call.arguments):
            function = call.arguments[position]
        if isinstance(function, Name) and last_of(function) in self._names:
            self.later.setdefault(last_of(function), []).append(Later(path, number, function, applied=True))

    def _run(self, path: str, number: int, call: Call, position: int) -> None:
        if len(call.arguments) > position + 1 and isinstance(call.arguments[position], Name):
            function = call.arguments[position]
            self.later.setdefault(last_of(function), []).append(Later(path, number, function, skipped=position + 1))


class _Every(Container[str]):
    """Holds every name."""

    def __contains__(self, name: object) -> bool:
        return True


def counted_in(code: Code) -> Counted:
    """The uses of names of functions in the code that runs."""
    running = Running(code)
    return Counted(running, {each.name for _, summary in running for each in summary.definitions})


class Running(Iterable[tuple[str, Summary]]):
    """The code that runs, by path; nobody holds on to all of it."""

    def __init__(self, code: Code) -> None:
        self._code = code

    def __iter__(self) -> Iterator[tuple[str, Summary]]:
        for path in self._code.paths(*RUNNING):
            summary = self._code.summary(path)
            if summary is not None:
                yield path, summary


@tells
def uses_of(summary: Summary) -> dict[str, tuple[object, ...]]:
    """What one file adds to the uses of each name."""
    counted = Counted([("", summary)], _Every())
    defined = {each.name for each in summary.definitions}
    tables = (counted.calls, counted.values, counted.later, counted.keywords)
    names = set().union(*tables, counted.held, counted.named, defined)
    return {
        name: (*[table.get(name) for table in tables], name in counted.held, name in counted.named, name in defined)
        for name in names
    }


def last_of(value: Value) -> str:
    """The last part of a dotted name, empty for what is none."""
    if isinstance(value, Name):
        return value.dotted.rpartition(".")[2]
    return value.name if isinstance(value, Member) else ""
