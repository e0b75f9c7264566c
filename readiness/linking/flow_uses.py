"""How often a name is called in the code that runs, whether it is also used without being called, and what calls it later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from readiness.model import Code, Scope
from readiness.model.summary import Assignment, Call, Member, Name, Sequence, Summary, Value

DELAYED = frozenset({"delay", "kiq", "send", "defer", "defer_async", "s", "si"})
"""Methods of a task that call it later with the same arguments."""
APPLIED = frozenset({"apply_async", "apply", "send_with_options"})
"""Methods of a task that get its arguments as `args` and `kwargs`."""
RUNNERS = {
    "run_in_executor": 1, "run_in_threadpool": 0, "to_thread": 0, "submit": 0, "add_task": 0, "enqueue": 0, "run_sync": 0,
    "start_soon": 0, "call_soon": 0, "on_commit": 0, "partial": 0,
}  # fmt: skip
"""What calls a function that it is handed, and the position of that."""
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


class Uses:
    """Counts of one scan, made when they are first asked for."""

    def __init__(self, code: Code) -> None:
        self._calls: Counter[str] = Counter()
        self._values: set[str] = set()
        self.later: dict[str, list[Later]] = {}
        """By the name of a function: calls that have it called with arguments of theirs."""
        for path in code.paths(*RUNNING):
            summary = code.summary(path)
            if summary is not None:
                self._count(path, summary)

    def calls(self, name: str) -> int:
        """Calls of anything of this name; -1 where the name is passed around as a value."""
        return -1 if name in self._values else self._calls[name]

    def _count(self, path: str, summary: Summary) -> None:
        for number, call in enumerate(summary.calls):
            last = _last(call.callee)
            self._calls[last] += 1
            if last in DELAYED or last in APPLIED:
                self._postponed(path, number, call)
            elif last in RUNNERS:
                self._run(path, number, call, RUNNERS[last])
            self._pass(call.arguments)
            self._pass(value for _, value in call.keywords)
        for assignment in summary.assignments:
            self._bind(assignment)
        self._pass(each.value for each in summary.returns if each.value is not None)
        for definition in summary.definitions:
            self._pass(getattr(definition, "decorators", ()))

    def _postponed(self, path: str, number: int, call: Call) -> None:
        if isinstance(call.callee, Name) and "." in call.callee.dotted:
            function = Name(call.callee.dotted.rpartition(".")[0])
            applied = _last(call.callee) in APPLIED
            self.later.setdefault(_last(function), []).append(Later(path, number, function, applied=applied))

    def _run(self, path: str, number: int, call: Call, position: int) -> None:
        if len(call.arguments) > position + 1 and isinstance(call.arguments[position], Name):
            function = call.arguments[position]
            self.later.setdefault(_last(function), []).append(Later(path, number, function, skipped=position + 1))

    def _bind(self, assignment: Assignment) -> None:
        if assignment.value is not None:
            self._pass((assignment.value,))

    def _pass(self, values: Iterable[Value]) -> None:
        for value in values:
            if isinstance(value, Name | Member):
                self._values.add(_last(value))
            elif isinstance(value, Sequence):
                self._pass(value.items)


def _last(value: Value) -> str:
    if isinstance(value, Name):
        return value.dotted.rpartition(".")[2]
    return value.name if isinstance(value, Member) else ""
