"""A call that runs the text which its function is given in, the calls of that function out, where these are many.

What a few callers hand over is followed by value flow to the one place that runs it. A wrapper that the whole project uses would be
one place for hundreds of statements, of which only some can be followed: there every call of the wrapper is a place of its own.
"""

from collections.abc import Iterator, Mapping, Sequence

from readiness.libraries.sql.text import query
from readiness.libraries.values.expressions import keyword
from readiness.model import Project, Query, Scope, Symbol, SymbolKind
from readiness.model.summary import Call, Function, Name, Starred, Value

SCOPES = (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION)
FOLLOWED = 12
"""Callers that value flow follows to the place that runs the text."""
DEEPEST = 3
"""Wrappers around wrappers."""


class Wrappers:
    """The functions of one project that run the text they are given, each of them once."""

    def __init__(self, project: Project, called: Mapping[tuple[str, int], Sequence[tuple[str, int]]]) -> None:
        self._project = project
        self._called = called
        """Calls that were resolved before, by path and index of the function; of others the project is asked."""
        self._seen: dict[tuple[str, int, str], bool] = {}

    def sites(self, found: Query, path: str, index: int, argument: Value) -> Iterator[Query]:
        """The query itself, or one for each call of the function that hands its text over."""
        yield from self._sites(found, found, path, index, argument, DEEPEST)

    def _sites(self, found: Query, sink: Query, path: str, index: int, argument: Value, depth: int) -> Iterator[Query]:
        function = self._wrapper(path, index, argument)
        if function is None or not isinstance(argument, Name) or depth <= 0:
            yield found
            return
        key = (function.path, function.index, argument.dotted)
        if key in self._seen:
            if not self._seen[key]:
                yield found
            return
        calls = self._called.get((function.path, function.index)) or self._project.callers(function)
        callers = [each for each in calls if self._project.files[each[0]].scope in SCOPES]
        self._seen[key] = len(callers) > FOLLOWED
        if len(callers) <= FOLLOWED:
            yield found
            return
        for caller, number in callers:
            handed = self._handed(function, argument.dotted, caller, number)
            if handed is None:
                continue
            given, beside = handed
            made = query(
                self._project, caller, number, given, library=sink.library, api=sink.api, resolution=sink.resolution,
                parameters=beside, dialect=sink.dialect, paramstyle=sink.paramstyle,
            )  # fmt: skip
            if made is not None:
                yield from self._sites(made, sink, caller, number, given, depth - 1)

    def _wrapper(self, path: str, index: int, argument: Value) -> Symbol | None:
        """The function around a call whose parameter the argument is."""
        summary = self._project.summary(path)
        if summary is None or not isinstance(argument, Name) or "." in argument.dotted:
            return None
        call = summary.calls[index]
        symbol = self._project.resolve(path, argument.dotted, call.scope, call.line)
        if symbol.kind is not SymbolKind.PARAMETER or symbol.index != call.scope:
            return None
        if self._project.handler_of(self._project.symbol(path, call.scope)):
            return None
        return Symbol(SymbolKind.FUNCTION, self._project.symbol(path, call.scope), path, call.scope)

    def _handed(self, function: Symbol, name: str, path: str, index: int) -> tuple[Value, bool] | None:
        """What a call of the wrapper hands over as the text, and whether more stands beside it."""
        own = self._project.summary(function.path)
        summary = self._project.summary(path)
        definition = own.definitions[function.index] if own is not None else None
        if summary is None or not isinstance(definition, Function):
            return None
        call: Call = summary.calls[index]
        by_name = keyword(call, name)
        if by_name is not None:
            return by_name, len(call.arguments) + len(call.keywords) > 1
        names = [each.name for each in definition.parameters]
        place = names.index(name) if name in names else -1
        bound = bool(own) and definition.scope >= 0 and names[:1] in (["self"], ["cls"])
        place -= bound
        if place < 0 or place >= len(call.arguments):
            return None
        if any(isinstance(each, Starred) for each in call.arguments[: place + 1]):
            return None
        return call.arguments[place], len(call.arguments) > place + 1 or bool(call.keywords)
