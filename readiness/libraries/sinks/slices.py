"""A value in a function in, everything of that function that its value is made of out: the names and the calls.

It follows every assignment to a name, whatever the order of the statements, so it can only hold too much. It reads summaries and
no trees, to decide cheaply whether value flow need be asked at all, and through which calls a value went.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from readiness.libraries.values.expressions import parts
from readiness.model import Project, Span
from readiness.model.summary import (
    Assignment,
    CallRef,
    Constant,
    Context,
    Function,
    Member,
    Name,
    Operation,
    Subscript,
    Summary,
    Value,
)

MOST = 400
"""Values of one slice; what is behind them is left out."""
WORD = re.compile(r"(?<![\w.\"'])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
TAKEN = re.compile(r"\)(?:\.(\w+)|\[(-?\d+)\])$")
"""What is taken of the result of a call: `.name`, `[-1]` or `[1]`."""
NARROWING = frozenset({"for", "with", "=", "+=", ":=", "/=", "|="})
LAST = (Constant(-1), Operation("neg", (Constant(1),)))
REQUEST_ROOTS = ("self.request", "self.kwargs", "self.args", "request.", "req.")
REQUEST_NAMES = frozenset({"request", "req", "websocket", "flask_request", "current_request"})
REQUEST_IMPORTS = frozenset({"request", "websocket"})


class Slice(Struct, frozen=True):
    """What a value is made of."""

    names: frozenset[str]
    """Dotted names as written."""
    calls: tuple[int, ...]
    """Indices of calls in the same file, the outermost first."""
    members: frozenset[tuple[int, str]] = frozenset()
    """Attributes of what calls give, and `[-1]` for its last item, `[]` for another one: the index of the call and the name."""
    sometimes: frozenset[int] = frozenset()
    """Those of them that are only made under a condition, and whose result takes the place of an earlier value."""

    @property
    def roots(self) -> frozenset[str]:
        """The first parts of the names."""
        return frozenset(name.partition(".")[0] for name in self.names)


class Slices:
    """Slices of the functions of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._assignments: dict[str, dict[str, list[Assignment]]] = {}
        self._requests: dict[str, frozenset[str]] = {}
        self._parameters: dict[tuple[str, int], frozenset[str]] = {}

    def of(self, path: str, scope: int, values: Iterable[Value]) -> Slice:
        """The slice of some values of a function."""
        summary = self.project.summary(path)
        if summary is None:
            return Slice(frozenset(), ())
        scopes = self.around(summary, scope)
        waiting: list[tuple[Value, bool]] = [(value, False) for value in values]
        names: dict[str, None] = {}
        calls: dict[int, None] = {}
        sometimes: set[int] = set()
        members: set[tuple[int, str]] = set()
        steps = 0
        while waiting and steps < MOST:
            steps += 1
            value, doubtful = waiting.pop(0)
            if isinstance(value, CallRef):
                if value.index in calls:
                    continue
                calls[value.index] = None
                if doubtful:
                    sometimes.add(value.index)
                call = summary.calls[value.index]
                given = [call.callee, *call.arguments, *(each for _, each in call.keywords)]
                waiting.extend((each, doubtful) for each in given if not isinstance(each, Constant))
            elif isinstance(value, Name):
                if value.dotted in names:
                    continue
                names[value.dotted] = None
                for bound in self.bound(path, value.dotted, scopes):
                    if bound.value is not None and bound.operator in NARROWING:
                        replaces = bool(bound.context & Context.CONDITION) and self._again(path, bound, scopes)
                        waiting.append((bound.value, doubtful or replaces))
            else:
                if isinstance(value, Member) and isinstance(value.value, CallRef):
                    members.add((value.value.index, value.name))
                elif isinstance(value, Subscript) and isinstance(value.value, CallRef):
                    if value.index in LAST:
                        members.add((value.value.index, "[-1]"))
                    elif isinstance(value.index, Constant):
                        members.add((value.value.index, "[]"))
                waiting.extend((each, doubtful) for each in parts(value) if not isinstance(each, Constant))
        return Slice(frozenset(names), tuple(calls), frozenset(members), frozenset(sometimes))

    def of_span(self, span: Span, text: str) -> Slice:
        """The slice of an expression by its place; by its text, as written there, where the place is not known exactly."""
        summary = self.project.summary(span.path)
        if summary is None:
            return Slice(frozenset(), ())
        values: list[Value] = [Name(name) for name in dict.fromkeys(WORD.findall(self.written(span) or text))]
        if span.end_column:
            begin, end = (span.line, span.column), (span.end_line or span.line, span.end_column)
            inside = [
                index
                for index, call in enumerate(summary.calls)
                if begin <= (call.line, call.column) and (call.end_line, call.end_column) <= end
            ]
            values.extend(CallRef(index) for index in inside)
            taken = TAKEN.search(text)
            if taken is not None and inside:
                whole = max(inside, key=lambda each: (summary.calls[each].end_line, summary.calls[each].end_column))
                last: Value = CallRef(whole)
                values.append(Member(last, taken[1]) if taken[1] else Subscript(last, Constant(int(taken[2]))))
        return self.of(span.path, scope_at(summary, span.line), values)

    def written(self, span: Span) -> str:
        """The text of a place on one line; empty for any other."""
        text = self.project.text(span.path) if span.end_line in (0, span.line) and span.end_column else None
        lines = text.split("\n") if text is not None else []
        return lines[span.line - 1][span.column - 1 : span.end_column - 1] if span.line <= len(lines) else ""

    def around(self, summary: Summary, scope: int) -> tuple[int, ...]:
        """A function and the functions that it is nested in."""
        found: list[int] = []
        while scope >= 0 and len(found) < 20:
            found.append(scope)
            scope = summary.definitions[scope].scope
        return tuple(found) or (-1,)

    def bound(self, path: str, dotted: str, scopes: tuple[int, ...]) -> list[Assignment]:
        """The assignments to a name, or to what it is an attribute of."""
        table = self._table(path)
        found: list[Assignment] = []
        while dotted:
            for name in (dotted, f"{dotted}[]"):
                found.extend(each for each in table.get(name, ()) if each.scope in scopes)
            dotted = dotted.rpartition(".")[0]
        return found

    def _again(self, path: str, bound: Assignment, scopes: tuple[int, ...]) -> bool:
        """The same name has another value besides."""
        named = self.bound(path, bound.target, scopes)
        return len(named) > 1 or self.is_parameter(path, scopes, bound.target)

    def _table(self, path: str) -> dict[str, list[Assignment]]:
        if path not in self._assignments:
            summary = self.project.summary(path)
            table: dict[str, list[Assignment]] = {}
            for each in summary.assignments if summary is not None else ():
                table.setdefault(each.target, []).append(each)
            self._assignments[path] = table
        return self._assignments[path]

    def is_parameter(self, path: str, scopes: Iterable[int], name: str) -> bool:
        """A name is a parameter of one of these functions."""
        return any(name in self.parameters(path, scope) for scope in scopes)

    def parameters(self, path: str, scope: int) -> frozenset[str]:
        """Names of a function's parameters, without `self` and `cls`."""
        key = (path, scope)
        if key not in self._parameters:
            summary = self.project.summary(path)
            function = summary.definitions[scope] if summary is not None and scope >= 0 else None
            given = function.parameters if isinstance(function, Function) else ()
            self._parameters[key] = frozenset(each.name for each in given) - {"self", "cls"}
        return self._parameters[key]

    def can_be_sent(self, path: str, scope: int, found: Slice) -> bool:
        """A slice begins at a parameter or at a request; nothing else can bring what a client sent."""
        summary = self.project.summary(path)
        if summary is None:
            return False
        roots = found.roots
        if any(not roots.isdisjoint(self.parameters(path, each)) for each in self.around(summary, scope)):
            return True
        return self.asks_request(path, found)

    def asks_request(self, path: str, found: Slice) -> bool:
        """A slice begins at a request object."""
        summary = self.project.summary(path)
        roots = found.roots
        return (
            any(name.startswith(REQUEST_ROOTS) for name in found.names)
            or not roots.isdisjoint(REQUEST_NAMES)
            or (summary is not None and not roots.isdisjoint(self._imported(path, summary)))
        )

    def _imported(self, path: str, summary: Summary) -> frozenset[str]:
        """Names that a request object, or a framework that has one, is imported under."""
        if path not in self._requests:
            self._requests[path] = frozenset(
                each.alias
                for each in summary.imports
                if each.name in REQUEST_IMPORTS or (not each.name and each.module in ("flask", "quart", "bottle"))
            )
        return self._requests[path]


def scope_at(summary: Summary, line: int) -> int:
    """The innermost function around a line; -1 for the module."""
    inner = -1
    for index, each in enumerate(summary.definitions):
        if each.first_line <= line <= each.end_line and isinstance(each, Function):
            inner = index
    return inner
