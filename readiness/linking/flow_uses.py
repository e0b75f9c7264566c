"""How often a name is called in the code that runs, and whether it is also used without being called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from readiness.model import Code, Scope
from readiness.model.summary import Assignment, Member, Name, Sequence, Summary, Value

RUNNING = frozenset({Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION})


class Uses:
    """Counts of one scan, made when they are first asked for."""

    def __init__(self, code: Code) -> None:
        self._calls: Counter[str] = Counter()
        self._values: set[str] = set()
        for path in code.paths(*RUNNING):
            summary = code.summary(path)
            if summary is not None:
                self._count(summary)

    def calls(self, name: str) -> int:
        """Calls of anything of this name; -1 where the name is passed around as a value."""
        return -1 if name in self._values else self._calls[name]

    def _count(self, summary: Summary) -> None:
        for call in summary.calls:
            self._calls[_last(call.callee)] += 1
            self._pass(call.arguments)
            self._pass(value for _, value in call.keywords)
        for assignment in summary.assignments:
            self._bind(assignment)
        self._pass(each.value for each in summary.returns if each.value is not None)
        for definition in summary.definitions:
            self._pass(getattr(definition, "decorators", ()))

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
