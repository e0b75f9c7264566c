"""A request of a test in; the answers that the test expects to it, out: in its own lines, in helpers that it hands the answer to,
and in the values of its parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from readiness.libraries.testing_clients.bindings import Given, at
from readiness.libraries.testing_clients.fixtures import Fixtures
from readiness.libraries.testing_clients.statuses import NAMED, Accepted, Statuses
from readiness.model import Project, Scope, Symbol, SymbolKind
from readiness.model.summary import Constant, Function, Name, Sequence

NOTHING = Accepted()
DEEP = 2
"""Helpers around a request that look at nothing."""
CALLERS = 100
"""Calls of one helper that are looked at."""


class Expectations:
    """Reads what tests expect; each stretch of each test once."""

    def __init__(self, project: Project, fixtures: Fixtures) -> None:
        self._project = project
        self._fixtures = fixtures
        self._statuses = Statuses(project)
        self._known: dict[tuple[str, int, int], Accepted] = {}
        self._lines: dict[tuple[str, int], set[int]] = {}
        """Test function -> the lines of its requests."""

    def note(self, path: str, index: int) -> None:
        """A call is a request: what follows it speaks of its answer."""
        lines = self._lines.setdefault((path, self.outmost(path, index)), set())
        lines.add(self._project.span(path, index).line)

    def outmost(self, path: str, index: int) -> int:
        """The function of a file that a call stands in, not the one nested in it."""
        summary = self._project.summary(path)
        scope = summary.calls[index].scope if summary is not None else -1
        while summary is not None and scope >= 0:
            outer = summary.definitions[scope].scope
            if outer < 0 or not isinstance(summary.definitions[outer], Function):
                break
            scope = outer
        return scope

    def of(self, path: str, index: int) -> Accepted:
        """What is said between a request and the next one of the test; where that is nothing, in the rest of the test."""
        scope = self.outmost(path, index)
        line = self._project.span(path, index).line
        key = (path, scope, line)
        if key not in self._known:
            self._known[key] = self._read(path, scope, line)
        return self._known[key]

    def _read(self, path: str, scope: int, line: int) -> Accepted:
        summary = self._project.summary(path)
        function = summary.definitions[scope] if summary is not None and scope >= 0 else None
        if function is None:
            return NOTHING
        requests = self._lines.get((path, scope), set())
        last = min((each for each in requests if each > line), default=function.end_line + 1) - 1
        own = self._statuses.accepted(path, line, last)
        if not own.statuses and not own.away:
            own = self._handed(path, scope, line, last)
        if not own.statuses and not own.away:
            # What stands on the line of another request is said of that one.
            own = self._statuses.accepted(path, function.first_line, function.end_line, requests - {line})
        if own == NOTHING and not self._fixtures.is_test(path, scope):
            own = self._called(path, scope, DEEP)
        return self._filled(path, scope, own)

    def _called(self, path: str, scope: int, depth: int) -> Accepted:
        """What the tests accept that call a helper which sends the request and looks at nothing."""
        found: list[Accepted] = []
        symbol = Symbol(SymbolKind.FUNCTION, self._project.symbol(path, scope), path, scope)
        for where, index in self._project.callers(symbol)[:CALLERS]:
            caller = self.outmost(where, index)
            summary = self._project.summary(where)
            if summary is None or caller < 0 or self._project.files[where].scope is not Scope.TEST:
                continue
            if not self._fixtures.is_test(where, caller):
                found.append(self._called(where, caller, depth - 1) if depth > 1 else NOTHING)
                continue
            function = summary.definitions[caller]
            own = self._statuses.accepted(where, self._project.span(where, index).line, function.end_line)
            found.append(self._filled(where, caller, own))
        return _joined(found)

    # helpers

    def _handed(self, path: str, scope: int, first: int, last: int) -> Accepted:
        """What the helpers accept that are called in a stretch of a test."""
        summary = self._project.summary(path)
        found: list[Accepted] = []
        for index in self._calls(path, scope):
            call = summary.calls[index] if summary is not None else None
            if call is None or not first <= call.line <= last or not call.arguments:
                continue
            found.extend(self._said(helper) for helper in self._helpers(path, index))
        return _joined(found)

    def _calls(self, path: str, scope: int) -> Iterable[int]:
        return self._project.calls_in(Symbol(SymbolKind.FUNCTION, self._project.symbol(path, scope), path, scope))

    def _helpers(self, path: str, index: int) -> Iterator[Symbol]:
        """The functions of the tests that a call may mean: itself, or the values of a parameter."""
        target = self._project.callee(path, index)
        if target.kind is SymbolKind.FUNCTION and target.path:
            yield target
            return
        summary = self._project.summary(path)
        callee = summary.calls[index].callee if summary is not None else None
        if summary is None or not isinstance(callee, Name) or "." in callee.dotted:
            return
        # A parameter that is annotated as `Callable` gives the callee the name of that.
        held = self._project.resolve(path, callee.dotted, summary.calls[index].scope, summary.calls[index].line)
        if held.kind is not SymbolKind.PARAMETER or held.rest:
            return
        for given in self._values(held.path, held.index, callee.dotted):
            made = self._project.resolve_value(given.path, given.value, given.scope, given.line)
            if made.kind is SymbolKind.FUNCTION and made.path:
                yield made

    def _said(self, helper: Symbol) -> Accepted:
        """What a helper that sends nothing itself accepts."""
        summary = self._project.summary(helper.path)
        if (
            summary is None
            or self._project.files[helper.path].scope is not Scope.TEST
            or (helper.path, helper.index) in self._lines
        ):
            return NOTHING
        definition = summary.definitions[helper.index]
        return self._statuses.accepted(helper.path, definition.line, definition.end_line)

    # parameters

    def _filled(self, path: str, scope: int, accepted: Accepted) -> Accepted:
        """The statuses that the rows of a test give, where it compares one that it takes as a parameter."""
        if 0 not in accepted.statuses or not accepted.names or not self._fixtures.is_test(path, scope):
            return accepted
        found: set[int] = set()
        for name in accepted.names:
            for given in self._values(path, scope, name):
                found |= self._statuses_of(given)
        statuses = (set(accepted.statuses) - {0}) | found if found else set(accepted.statuses)
        return msgspec.structs.replace(accepted, statuses=tuple(sorted(statuses)))

    def _statuses_of(self, given: Given) -> set[int]:
        """The statuses that one value of a parameter names: itself, or those of its items, `["guest", 403]`."""
        items = given.value.items if isinstance(given.value, Sequence) else (given.value,)
        return {status for each in items if (status := self._status(at(given, each)))}

    def _status(self, given: Given) -> int:
        """The status that a value names; 0 where it names none."""
        if isinstance(given.value, Constant):
            value = given.value.value
            return value if isinstance(value, int) and not isinstance(value, bool) and 100 <= value < 600 else 0
        last = given.value.dotted.rpartition(".")[2] if isinstance(given.value, Name) else ""
        digits = last.removeprefix("HTTP_")[:3]
        return int(digits) if last.startswith("HTTP_") and digits.isdigit() else NAMED.get(last, 0)

    def _values(self, path: str, scope: int, name: str) -> Iterator[Given]:
        """What a parameter of a test is in its rows."""
        for row in self._fixtures.rows(path, scope):
            for key, given in row:
                if key == name:
                    yield given
        yield from self._fixtures.generated(name)


def _joined(found: list[Accepted]) -> Accepted:
    spoken = [each for each in found if each.statuses]
    return Accepted(
        tuple(sorted({status for each in spoken for status in each.statuses})),
        bool(spoken) and all(each.vague for each in spoken),
        any(each.away for each in found),
    )
