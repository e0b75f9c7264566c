"""A session that sends a call in, the limit that it puts on all of its calls out: a subclass, an adapter, a replaced method."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from readiness.libraries.outbound.answer import Answer
from readiness.libraries.outbound.values import Values
from readiness.libraries.outbound.vocabulary import Api
from readiness.libraries.values.expressions import keyword, receiver, tail
from readiness.libraries.values.frames import Place
from readiness.model import Creation, Project, Symbol, SymbolKind, TimeoutState
from readiness.model.summary import Call, CallRef, Name, Summary, Value

ADAPTERS = frozenset(
    {
        "requests.adapters.HTTPAdapter", "requests.adapters.BaseAdapter", "requests.HTTPAdapter",
        "requests_toolbelt.adapters.host_header_ssl.HostHeaderSSLAdapter", "requests_toolbelt.adapters.source.SourceAddressAdapter",
    }
)  # fmt: skip
SENDING = ("request", "send")
"""Methods through which every call of a session goes."""
PARTIAL = frozenset({"functools.partial", "functools.partialmethod"})

Judge = Callable[[str, int], Answer]
"""What ends the wait of a call, by file and index."""


class Sessions:
    """Answers for the sessions of one project. `judge` answers for the calls inside of their methods."""

    def __init__(self, project: Project, values: Values, judge: Judge) -> None:
        self.project = project
        self.values = values
        self.judge = judge
        self._classes: dict[tuple[str, int], Answer | None] = {}

    def of(self, path: str, index: int, api: Api) -> Answer | None:
        """The limit of the session that sends a call."""
        summary = self.project.summary(path)
        call = summary.calls[index] if summary is not None else None
        origin = receiver(call.callee) if call is not None else None
        if summary is None or call is None or origin is None:
            return None
        if _is_super(summary, origin):
            return None
        kind = self.project.type_of(path, origin, call.scope, call.line)
        found = self._of_class(kind) if kind.kind is SymbolKind.CLASS else None
        if found is not None:
            return found
        creation = self.project.creation(path, origin, call.scope, call.line)
        if creation is None:
            return None
        return self._of_creation(creation, api) or self._replaced(creation) or self._mounted(creation)

    def _of_creation(self, creation: Creation, api: Api) -> Answer | None:
        """`urllib3.PoolManager(timeout=5)`."""
        summary = self.project.summary(creation.path)
        if summary is None:
            return None
        call = summary.calls[creation.index]
        value = next((found for name in api.keywords if (found := keyword(call, name)) is not None), None)
        if value is None:
            return None
        place = self.values.following.inside(self._place(creation.path, creation.index, call), value)
        span = self.project.span(creation.path, creation.index)
        answer = self.values.judge(place, api.keywords[0])
        return (
            replace(answer, how=f"{answer.how} in {creation.path}:{span.line}", origin=span) if answer.bounded else None
        )

    def _place(self, path: str, index: int, call: Call) -> Place:
        return Place(CallRef(index), self.values.following.entry_frame(path, call.scope), call.line)

    def _replaced(self, creation: Creation) -> Answer | None:
        """`session.request = functools.partial(session.request, timeout=5)` beside the place where the session is made."""
        summary = self.project.summary(creation.path)
        if summary is None:
            return None
        own = {
            each.target
            for each in summary.assignments
            if isinstance(each.value, CallRef) and each.value.index == creation.index
        }
        for assignment in summary.assignments:
            owner, _, name = assignment.target.rpartition(".")
            if owner in own and name in SENDING and isinstance(assignment.value, CallRef):
                found = self._partial(creation.path, summary, assignment.value.index)
                if found is not None:
                    return found
        return None

    def _partial(self, path: str, summary: Summary, index: int) -> Answer | None:
        call = summary.calls[index]
        value = keyword(call, "timeout")
        if value is None or self.project.callee(path, index).name not in PARTIAL:
            return None
        answer = self.values.judge(self.values.following.inside(self._place(path, index, call), value), "timeout")
        return answer.seen_at(self.project.span(path, index)) if answer.bounded else None

    def _mounted(self, creation: Creation) -> Answer | None:
        """An adapter of the project that sets a limit is mounted on the session, in the file where it is made."""
        summary = self.project.summary(creation.path)
        if summary is None:
            return None
        for index, call in enumerate(summary.calls):
            origin = receiver(call.callee)
            if tail(call.callee) != "mount" or origin is None or len(call.arguments) < 2:
                continue
            made = self.project.creation(creation.path, origin, call.scope, call.line)
            if made is None or (made.path, made.index) != (creation.path, creation.index):
                continue
            adapter = self.project.type_of(creation.path, call.arguments[1], call.scope, call.line)
            found = self._of_class(adapter) if adapter.kind is SymbolKind.CLASS else None
            if found is not None:
                return found.seen_at(self.project.span(creation.path, index))
        return None

    def _of_class(self, symbol: Symbol) -> Answer | None:
        """The limit that a class of the project sets in the methods through which all calls go, or when it is made."""
        key = (symbol.path, symbol.index)
        if key not in self._classes:
            self._classes[key] = None  # while it is being looked at
            self._classes[key] = self._read(symbol)
        return self._classes[key]

    def _read(self, symbol: Symbol) -> Answer | None:
        for name in SENDING:
            method = self.project.member(symbol, name)
            summary = self.project.summary(method.path) if method.path else None
            if summary is None:
                continue
            if method.kind is SymbolKind.FUNCTION:
                sent = [each for each in self.project.calls_in(method) if _sends(summary, summary.calls[each])]
                answers = [self.judge(method.path, each) for each in sent]
                if answers and all(each.bounded for each in answers):
                    where = f"{symbol.name.rpartition('::')[2]}.{name} sets it"
                    return Answer(TimeoutState.GIVEN, where, self.project.span(method.path, sent[0]))
            elif method.kind is SymbolKind.VARIABLE and method.index >= 0:
                value = summary.assignments[method.index].value
                found = self._partial(method.path, summary, value.index) if isinstance(value, CallRef) else None
                if found is not None:
                    return found
        return self._mounted_by(symbol)

    def _mounted_by(self, symbol: Symbol) -> Answer | None:
        """`self.mount("https://", Bounded())` in the class's own methods."""
        method = self.project.member(symbol, "__init__")
        summary = self.project.summary(method.path) if method.kind is SymbolKind.FUNCTION else None
        for index in self.project.calls_in(method) if summary is not None else ():
            call = summary.calls[index] if summary is not None else None
            if (
                call is None
                or not isinstance(call.callee, Name)
                or call.callee.dotted != "self.mount"
                or len(call.arguments) < 2
            ):
                continue
            adapter = self.project.type_of(method.path, call.arguments[1], call.scope, call.line)
            found = self._of_class(adapter) if adapter.kind is SymbolKind.CLASS else None
            if found is not None:
                return found
        return None


def _sends(summary: Summary, call: Call) -> bool:
    origin = receiver(call.callee)
    return tail(call.callee) in SENDING and origin is not None and _is_super(summary, origin)


def _is_super(summary: Summary, value: Value) -> bool:
    return isinstance(value, CallRef) and summary.calls[value.index].callee == Name("super")
