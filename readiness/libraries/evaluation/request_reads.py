"""A handler that is given the request in, the parts of it that the handler and what it calls read by name out.

The request is a parameter, or `self.request` of a view class: `request.query.get("page")`, `(await request.json())["name"]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Routine
from readiness.libraries.values.expressions import parts, receiver, tail
from readiness.model import RouteParameter, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Function, Member, Name, Subscript, Value

DEPTH = 2
"""Calls between a handler and the functions whose reads count as its own."""
GETTERS = frozenset({"get", "getlist", "getall", "getone", "pop"})
SEVERAL = frozenset({"getlist", "getall"})
NUMBERS = frozenset({"int", "float", "bool"})
REQUESTS = frozenset({"request", "req", "_request"})
"""What parameters that hold the request are called where they are not annotated."""
WHOLE = "body"
"""The name of a body that is read, but not by the names of its fields."""
STEPS = 4
"""Local names between a part of the request and its use."""
MOST = 60
"""Reads of one function."""
BODIES = frozenset({"body", "form"})


class RequestReads:
    """Reads functions; each once.

    `sources` says where the values of an attribute or of a method's result come from: `{"query": "query", "json": "body"}`.
    """

    def __init__(self, reader: Reader, package: str, sources: Mapping[str, str]) -> None:
        self.reader = reader
        self.project = reader.project
        self.package = package
        self.sources = sources
        self._calls: dict[str, dict[int, list[int]]] = {}
        self._known: dict[tuple[str, int, str], tuple[RouteParameter, ...]] = {}

    def of(self, routine: Routine) -> Iterator[RouteParameter]:
        """What a handler reads, and what the functions that it hands the request to read for it."""
        function = self.reader.function(routine)
        given = [each.name for each in function.parameters if each.kind in ("positional", "positional-only")]
        given = given[1:] if self.reader.is_method(routine.path, routine.index) else given
        own = self.reader.symbol_of(routine)
        yield from self._read(routine.path, routine.index, given[0] if given else "")
        for symbol in self.project.reached_from(own, DEPTH):
            if symbol.kind is SymbolKind.FUNCTION and symbol.path and symbol.name != own.name:
                for each in self._read(symbol.path, symbol.index, ""):
                    yield replace(each, via=symbol.name)

    def _read(self, path: str, scope: int, first: str) -> tuple[RouteParameter, ...]:
        key = (path, scope, first)
        if key not in self._known:
            requests = self._requests(path, scope, first)
            found = {(each.source, each.name): each for each in self._reads(path, scope, requests)} if requests else {}
            self._known[key] = tuple(found.values())[:MOST]
        return self._known[key]

    def _requests(self, path: str, scope: int, first: str) -> frozenset[str]:
        """What the request is called in a function."""
        definition = self.reader.summary(path).definitions[scope]
        if not isinstance(definition, Function):
            return frozenset()
        found = {first} if first else set()
        for each in definition.parameters:
            named = each.annotation is None and each.name in REQUESTS
            if named or self._is_request(path, each.annotation, definition.scope, definition.line):
                found.add(each.name)
        if self.reader.is_method(path, scope) and definition.parameters:
            found.add(f"{definition.parameters[0].name}.request")
        return frozenset(found)

    def _is_request(self, path: str, annotation: Value | None, scope: int, line: int) -> bool:
        if annotation is None or not tail(annotation).endswith("Request"):
            return False
        symbol = self.project.resolve_value(path, annotation, scope, line)
        kinds = self.project.ancestors(symbol) if symbol.kind is SymbolKind.CLASS else [symbol]
        return any(each.name.partition(".")[0] == self.package for each in kinds)

    # reads of one function

    def _reads(self, path: str, scope: int, requests: frozenset[str]) -> Iterator[RouteParameter]:
        summary = self.reader.summary(path)
        calls = self._calls_of(path).get(scope, [])
        converted = {
            call.arguments[0].index: tail(call.callee)
            for call in (summary.calls[index] for index in calls)
            if tail(call.callee) in NUMBERS and call.arguments and isinstance(call.arguments[0], CallRef)
        }
        named: set[str] = set()
        for index in calls:
            call = summary.calls[index]
            origin = receiver(call.callee)
            key = call.arguments[0] if call.arguments else None
            if tail(call.callee) in GETTERS and origin is not None and isinstance(key, Constant):
                source = self._source(path, scope, origin, requests) if isinstance(key.value, str) else ""
                if source:
                    named.add(source)
                    yield self._got(path, call, str(key.value), source, converted.get(index, ""))
        for value, around in self._values(path, scope, calls):
            if isinstance(value, Subscript) and isinstance(value.index, Constant):
                source = self._source(path, scope, value.value, requests) if isinstance(value.index.value, str) else ""
                if source:
                    named.add(source)
                    annotation = around if around in NUMBERS else ""
                    yield RouteParameter(str(value.index.value), source, annotation)
        for index in calls:
            source = self._whole(summary.calls[index], requests)
            if source in BODIES - named:
                named.add(source)
                yield RouteParameter(WHOLE, source)

    def _calls_of(self, path: str) -> dict[int, list[int]]:
        """The calls of a file by the function that they stand in."""
        if path not in self._calls:
            found: dict[int, list[int]] = {}
            for index, call in enumerate(self.reader.summary(path).calls):
                found.setdefault(call.scope, []).append(index)
            self._calls[path] = found
        return self._calls[path]

    def _got(self, path: str, call: Call, key: str, source: str, converted: str) -> RouteParameter:
        given = dict(call.keywords).get("default", call.arguments[1] if len(call.arguments) > 1 else None)
        annotation = converted
        if tail(call.callee) in SEVERAL:
            annotation = f"list[{annotation}]" if annotation else "list"
        text = ""
        if given is not None:
            value = self.reader.constant(Bound(given, path, call.scope, call.line))
            text = str(value) if value is not None or given == Constant(None) else "..."
        return RouteParameter(key, source, annotation, required=False, default=text)

    def _values(self, path: str, scope: int, calls: list[int]) -> Iterator[tuple[Value, str]]:
        """Every expression in a function that an item can stand in, with the name of the call that it is given to."""
        summary = self.reader.summary(path)
        waiting: list[tuple[Value, str]] = []
        for index in calls:
            call = summary.calls[index]
            around = tail(call.callee)
            waiting.append((call.callee, ""))
            waiting.extend((value, around) for value in (*call.arguments, *(value for _, value in call.keywords)))
        waiting.extend(
            (each.value, "") for each in summary.assignments if each.scope == scope and each.value is not None
        )
        waiting.extend((each.value, "") for each in summary.returns if each.scope == scope and each.value is not None)
        while waiting:
            value, around = waiting.pop()
            yield value, around
            if not isinstance(value, CallRef):
                waiting.extend((each, "") for each in parts(value))

    def _source(self, path: str, scope: int, value: Value, requests: frozenset[str], steps: int = 0) -> str:
        """Where the values of an expression come from; empty where that is not the request."""
        if steps > STEPS:
            return ""
        summary = self.reader.summary(path)
        match value:
            case Name(dotted):
                found = self._part(dotted, requests)
                if found or "." in dotted:
                    return found
                bound = [each.value for each in summary.assignments if each.scope == scope and each.target == dotted]
                for each in bound:
                    found = self._source(path, scope, each, requests, steps + 1) if each is not None else ""
                    if found:
                        return found
            case CallRef(index):
                return self._whole(summary.calls[index], requests)
            case Member(CallRef(), _):
                return ""
        return ""

    def _whole(self, call: Call, requests: frozenset[str]) -> str:
        """The body that `request.json()` gives."""
        return self._part(call.callee.dotted, requests) if isinstance(call.callee, Name) else ""

    def _part(self, dotted: str, requests: frozenset[str]) -> str:
        for name in requests:
            if dotted.startswith(f"{name}."):
                return self.sources.get(dotted[len(name) + 1 :], "")
        return ""
