"""A call in, the limit that stands around it out: `asyncio.timeout`, `wait_for`, a decorator, a default for all sockets."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.outbound.answer import Answer
from readiness.libraries.values.expressions import callee_text, inside, tail, written
from readiness.model import Project, Scope, Symbol, SymbolKind, TimeoutState
from readiness.model.summary import Call, CallRef, Constant, Function, Summary, Value

BLOCKS = frozenset(
    {
        "asyncio.timeout", "asyncio.timeout_at", "asyncio.timeouts.timeout", "async_timeout.timeout", "async_timeout.timeout_at",
        "anyio.fail_after", "anyio.move_on_after", "trio.fail_after", "trio.fail_at", "trio.move_on_after", "trio.move_on_at",
        "gevent.Timeout", "eventlet.Timeout", "eventlet.timeout.Timeout", "stopit.ThreadingTimeout", "stopit.SignalTimeout",
    }
)  # fmt: skip
"""Context managers that end what is inside."""
WAITS = {"asyncio.wait_for": 1, "asyncio.tasks.wait_for": 1}
"""Functions that end what they are given, and the place of their limit."""
DECORATORS = frozenset(
    {
        "timeout_decorator.timeout", "func_timeout.func_set_timeout", "wrapt_timeout_decorator.timeout",
        "stopit.threading_timeoutable", "stopit.signal_timeoutable",
    }
)  # fmt: skip
"""Decorators that end the function. Those that only stop trying again (stamina, tenacity, backoff) are none: they never
interrupt a call that hangs."""
SOCKET = "socket.setdefaulttimeout"
CALLERS = 20
DEPTH = 3
"""Calls between a limit and the call that it ends."""


class Around:
    """Knows the limits that stand around the calls of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._waits: dict[str, dict[int, int]] = {}
        self._sockets: Answer | None = None
        self._sockets_asked = False

    def of(self, path: str, index: int) -> Answer | None:
        """The limit around a call, in its function or in every caller of that function."""
        return self._around(path, index) or self._decorated(path, index) or self._callers(path, index, DEPTH)

    def sockets(self) -> Answer | None:
        """The default that the service gives to all new sockets."""
        if not self._sockets_asked:
            self._sockets_asked = True
            self._sockets = next(self._socket_defaults(), None)
        return self._sockets

    def _around(self, path: str, index: int) -> Answer | None:
        summary = self.project.summary(path)
        if summary is None:
            return None
        call = summary.calls[index]
        for each in call.within:
            if self.project.callee(path, each).name in BLOCKS and not _is_none(summary.calls[each], 0):
                return self._said(path, summary, each)
        waiting = self._waiting(path, summary).get(index)
        return self._said(path, summary, waiting) if waiting is not None else None

    def _waiting(self, path: str, summary: Summary) -> dict[int, int]:
        """Call -> the call that waits for it with a limit."""
        if path not in self._waits:
            found: dict[int, int] = {}
            names = {"wait_for", *(each.alias for each in summary.imports if each.name == "wait_for")}
            for outer, call in enumerate(summary.calls):
                if tail(call.callee) not in names:
                    continue
                place = WAITS.get(self.project.callee(path, outer).name)
                if place is None or not call.arguments or _is_none(call, place):
                    continue
                for each in inside(summary, call.arguments[0]):
                    if isinstance(each, CallRef):
                        found[each.index] = outer
            self._waits[path] = found
        return self._waits[path]

    def _decorated(self, path: str, index: int) -> Answer | None:
        summary = self.project.summary(path)
        scope = summary.calls[index].scope if summary is not None else -1
        function = summary.definitions[scope] if summary is not None and scope >= 0 else None
        if summary is None or not isinstance(function, Function):
            return None
        for each in function.decorators:
            symbol = (
                self.project.callee(path, each.index)
                if isinstance(each, CallRef)
                else self.project.resolve_value(path, each, function.scope, function.line)
            )
            if symbol.name in DECORATORS:
                return Answer(TimeoutState.GIVEN, f"@{written(summary, each)} ends {function.name}")
        return None

    def _callers(self, path: str, index: int, steps: int) -> Answer | None:
        """Every caller of the function around waits with a limit."""
        summary = self.project.summary(path)
        scope = summary.calls[index].scope if summary is not None else -1
        function = summary.definitions[scope] if summary is not None and scope >= 0 else None
        if not isinstance(function, Function) or not function.asynchronous:
            return None
        symbol = Symbol(SymbolKind.FUNCTION, self.project.symbol(path, scope), path, scope)
        found = None
        for where, caller in self.project.callers(symbol)[:CALLERS]:
            if self.project.files[where].scope is Scope.TEST:
                continue
            found = self._around(where, caller) or (self._callers(where, caller, steps - 1) if steps > 1 else None)
            if found is None:
                return None
        return found

    def _said(self, path: str, summary: Summary, index: int) -> Answer:
        call = summary.calls[index]
        return Answer(TimeoutState.GIVEN, f"{callee_text(summary, call)} ends it", self.project.span(path, index))

    def _socket_defaults(self) -> Iterator[Answer]:
        for path in self.project.imports("socket", scopes=(Scope.SERVICE,)):
            summary = self.project.summary(path)
            for index, call in enumerate(summary.calls if summary is not None else ()):
                if (
                    tail(call.callee) == "setdefaulttimeout"
                    and self.project.callee(path, index).name == SOCKET
                    and call.arguments
                    and not _is_none(call, 0)
                ):
                    span = self.project.span(path, index)
                    yield Answer(TimeoutState.GIVEN, f"socket.setdefaulttimeout in {path}:{span.line} holds", span)


def _is_none(call: Call, place: int) -> bool:
    """The limit itself is None, by place or by keyword."""
    values: list[Value] = [
        value for key, value in call.keywords if key in ("timeout", "delay", "seconds", "when", "deadline")
    ]
    values += call.arguments[place : place + 1]
    return any(isinstance(each, Constant) and each.value is None for each in values)
