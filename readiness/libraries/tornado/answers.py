"""The handler of a rule in, the methods that answer out, with what stands around each."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evaluation.handlers import Handlers
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Kind, Routine
from readiness.libraries.tornado.vocabulary import PACKAGE, SERVING, SOCKET, SOCKET_METHODS, SUPPORTED, VERBS
from readiness.libraries.values.expressions import tail
from readiness.model import Symbol, SymbolKind
from readiness.model.summary import CallRef, Member, Name, Value

QUIET = frozenset({"tornado.gen.coroutine", "tornado.web.asynchronous", "tornado.web.stream_request_body"})
"""Decorators of the library that refuse nothing."""
PAGES = frozenset({"render", "render_string", "redirect", "render_template"})
DATA = frozenset({"write", "finish", "write_json", "json", "send"})


class Answering(Struct, frozen=True, eq=False):
    """One method of a handler."""

    method: str
    handler: Routine | Kind
    data: bool = True


class Answers:
    """Reads request handlers."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self.handlers = Handlers(reader)
        self._around: dict[tuple[object, ...], tuple[str, ...]] = {}

    def of(self, kind: Kind) -> Iterator[Answering]:
        """The methods that a class answers, its own and those of its bases in the project."""
        bases = {each.last for each in self.handlers.external_bases(kind) if each.package == PACKAGE}
        if SOCKET in bases:
            found = [self.handlers.member(kind, name) for name in SOCKET_METHODS]
            yield Answering("WEBSOCKET", next((each for each in found if each is not None), kind))
            return
        allowed = self._supported(kind)
        for verb, method in VERBS.items():
            handler = self.handlers.member(kind, verb)
            if handler is not None and (allowed is None or method in allowed):
                yield Answering(method, handler, self._gives_data(handler))
            elif verb == "get" and bases & SERVING:
                yield Answering(method, kind, data=False)

    def _supported(self, kind: Kind) -> frozenset[str] | None:
        symbol = self.project.member(self.reader.symbol_of(kind), SUPPORTED)
        if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0:
            return None
        assignment = self.reader.summary(symbol.path).assignments[symbol.index]
        if assignment.value is None:
            return None
        items, complete = self.reader.elements(Bound(assignment.value, symbol.path, assignment.scope, assignment.line))
        named = [text.upper() for each in items if isinstance(text := self.reader.constant(each), str)]
        return frozenset(named) if complete and named else None

    def _gives_data(self, handler: Routine) -> bool:
        """False for a method that renders a page or redirects, and writes nothing else."""
        used = set()
        symbol = self.reader.symbol_of(handler)
        summary = self.reader.summary(handler.path)
        for index in self.project.calls_in(symbol):
            call = summary.calls[index]
            callee = call.callee
            if isinstance(callee, Name | Member) and (
                not isinstance(callee, Name) or callee.dotted.startswith("self.")
            ):
                last = tail(callee)
                page = last in DATA and call.arguments and self._is_page(symbol, call.arguments[0], call.line)
                used.add("render" if page else last)
        return not used & PAGES or bool(used & DATA)

    def _is_page(self, handler: Symbol, value: Value, line: int) -> bool:
        """What is written is a page that was rendered: `self.write(self.render_template(...))`."""
        summary = self.reader.summary(handler.path)
        if isinstance(value, Name):
            given = [
                each for each in summary.assignments if each.scope == handler.index and each.target == value.dotted
            ]
            values = [each.value for each in given if each.line <= line]
        else:
            values = [value]
        calls = [each for each in values if isinstance(each, CallRef)]
        return (
            bool(values)
            and len(calls) == len(values)
            and all(tail(summary.calls[each.index].callee) in PAGES for each in calls)
        )

    # what stands around

    def around(self, answering: Answering, kind: Kind) -> tuple[str, ...]:
        """What runs before a method and can refuse: `prepare` on every level, decorators of the class and of the method."""
        key = (*answering.handler.key, *kind.key)
        if key not in self._around:
            names = [*self._decorated(kind), *self._prepared(kind)]
            if isinstance(answering.handler, Routine):
                names.extend(self._decorated(answering.handler))
            self._around[key] = tuple(dict.fromkeys(names))
        return self._around[key]

    def _decorated(self, thing: Routine | Kind) -> Iterator[str]:
        yield from (each.name for each in self.handlers.decorators(thing) if self._refuses(each))

    def _refuses(self, symbol: Symbol) -> bool:
        return symbol.name not in QUIET

    def _prepared(self, kind: Kind) -> Iterator[str]:
        """`prepare` of the class, and of its bases as long as each hands on."""
        for ancestor in self.project.ancestors(self.reader.symbol_of(kind)):
            if not ancestor.path:
                continue
            found = self.project.member(ancestor, "prepare")
            if found.kind is not SymbolKind.FUNCTION or self._scope(found) != (ancestor.path, ancestor.index):
                continue
            yield found.name
            if not self._hands_on(found):
                return

    def _scope(self, function: Symbol) -> tuple[str, int]:
        return function.path, self.reader.summary(function.path).definitions[function.index].scope

    def _hands_on(self, function: Symbol) -> bool:
        """It calls the `prepare` of the class above."""
        summary = self.reader.summary(function.path)
        for index in self.project.calls_in(function):
            callee = summary.calls[index].callee
            if tail(callee) != "prepare":
                continue
            if isinstance(callee, Name) or (
                isinstance(callee.value, CallRef)  # type: ignore[union-attr]
                and summary.calls[callee.value.index].callee == Name("super")  # type: ignore[union-attr]
            ):
                return True
        return False
