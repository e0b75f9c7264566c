"""A handler in, what it and the functions it calls read from the request out, whatever the framework calls the request."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Kind, Routine
from readiness.libraries.values.expressions import parts
from readiness.model import RouteParameter, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Name, Summary, Value

NUMBERS = frozenset({"int", "float", "bool"})
DEPTH = 2
"""Calls between a handler and the functions whose reads count as its own."""
MOST = 60
"""Reads of one function."""

Read = tuple[int, RouteParameter]
"""A function of a file, and something that it reads."""


class FunctionReads:
    """Gathers what functions read; each framework says what a read looks like."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self._known: dict[tuple[str, int], tuple[RouteParameter, ...]] = {}
        self._files: dict[str, dict[int, list[RouteParameter]]] = {}

    def of(self, handler: Routine | Kind | None, method: str) -> Iterator[RouteParameter]:
        """The inputs of a handler; what can stand in the query or in a form is where the method has it."""
        if not isinstance(handler, Routine):
            return
        key = (handler.path, handler.index)
        if key not in self._known:
            self._known[key] = tuple(self._reached(handler))
        for each in self._known[key]:
            yield each if each.source else replace(each, source=self.either(method))

    def either(self, method: str) -> str:
        """Where a value stands that can be in the query or in a form."""
        return "form" if method in ("POST", "PUT", "PATCH") else "query"

    def reads(self, path: str, summary: Summary) -> Iterator[Read]:
        """What the functions of a file read."""
        raise NotImplementedError

    def _reached(self, handler: Routine) -> Iterator[RouteParameter]:
        own = self.reader.symbol_of(handler)
        for symbol in self.project.reached_from(own, DEPTH):
            if symbol.kind is SymbolKind.FUNCTION:
                for each in self._file(symbol.path).get(symbol.index, ()):
                    yield each if symbol.name == own.name else replace(each, via=symbol.name)

    def _file(self, path: str) -> dict[int, list[RouteParameter]]:
        if path not in self._files:
            found: dict[int, list[RouteParameter]] = {}
            for scope, each in self.reads(path, self.reader.summary(path)):
                reads = found.setdefault(scope, [])
                if len(reads) < MOST:
                    reads.append(each)
            self._files[path] = found
        return self._files[path]

    def constant(self, value: Value, path: str, call: Call) -> str | None:
        """The text that an argument of a call is; None for anything else."""
        found = self.reader.constant(Bound(value, path, call.scope, call.line))
        return found if isinstance(found, str) else None

    def default(self, value: Value | None, path: str, call: Call) -> str:
        """The default of a read as it is shown, empty where there is none."""
        if value is None:
            return ""
        found = self.reader.constant(Bound(value, path, call.scope, call.line))
        return str(found) if found is not None or value == Constant(None) else "..."


def converted(summary: Summary) -> dict[int, str]:
    """Calls whose result is made a number: `int(request.args.get("page"))`, by the index of the inner call."""
    return {
        call.arguments[0].index: call.callee.dotted
        for call in summary.calls
        if isinstance(call.callee, Name)
        and call.callee.dotted in NUMBERS
        and call.arguments
        and isinstance(call.arguments[0], CallRef)
    }


def expressions(summary: Summary) -> Iterator[tuple[int, Value]]:
    """Every expression in a function, its parts included, with the function."""
    waiting: list[tuple[int, Value]] = []
    for call in summary.calls:
        values = (call.callee, *call.arguments, *(value for _, value in call.keywords))
        waiting.extend((call.scope, value) for value in values if call.scope >= 0)
    for bound in (summary.assignments, summary.returns):
        waiting.extend((each.scope, each.value) for each in bound if each.scope >= 0 and each.value is not None)
    for scope, value in waiting:
        inner = [value]
        while inner:
            each = inner.pop()
            inner.extend(parts(each))
            yield scope, each
