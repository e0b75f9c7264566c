"""A method of a request handler in, what a client can send for it out: arguments, headers, cookies, the body."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Kind, Routine
from readiness.libraries.values.expressions import parts, receiver, tail
from readiness.model import RouteParameter, SymbolKind
from readiness.model.summary import Call, CallRef, Class, Constant, Function, Name, Subscript, Summary, Value

GETTERS = {
    "get_argument": "",
    "get_arguments": "",
    "get_query_argument": "query",
    "get_query_arguments": "query",
    "get_body_argument": "form",
    "get_body_arguments": "form",
    "get_cookie": "cookie",
    "get_secure_cookie": "cookie",
    "get_signed_cookie": "cookie",
}
"""Methods of a request handler -> where their values come from; empty for the query or the form."""
PARTS = {
    "body": "body",
    "body_arguments": "form",
    "query_arguments": "query",
    "arguments": "",
    "files": "file",
    "headers": "header",
    "cookies": "cookie",
}
"""Attributes of the request."""
NUMBERS = frozenset({"int", "float", "bool"})
DEPTH = 2
"""Calls between a method and the functions whose reads count as its own."""
MOST = 60
"""Reads of one function."""

Reads = tuple[RouteParameter, ...]


class Inputs:
    """Reads methods of request handlers; `self.request` is what they read from."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self._known: dict[tuple[str, int], Reads] = {}
        self._files: dict[str, dict[int, list[RouteParameter]]] = {}

    def of(self, handler: Routine | Kind, method: str) -> Iterator[RouteParameter]:
        """The inputs of a method; an argument that can stand in query or form is where the method would have it."""
        if not isinstance(handler, Routine):
            return
        key = (handler.path, handler.index)
        if key not in self._known:
            self._known[key] = tuple(self._reached(handler))
        either = "query" if method in ("GET", "DELETE", "WEBSOCKET") else "form"
        for each in self._known[key]:
            yield each if each.source else replace(each, source=either)

    def _reached(self, handler: Routine) -> Iterator[RouteParameter]:
        own = self.reader.symbol_of(handler)
        for symbol in self.project.reached_from(own, DEPTH):
            if symbol.kind is SymbolKind.FUNCTION:
                for each in self._file(symbol.path).get(symbol.index, ()):
                    yield each if symbol.name == own.name else replace(each, via=symbol.name)

    def _file(self, path: str) -> dict[int, list[RouteParameter]]:
        """What every function of a file reads."""
        if path not in self._files:
            found: dict[int, list[RouteParameter]] = {}
            summary = self.reader.summary(path)
            for scope, each in (*self._called(path, summary), *self._attributes(path, summary)):
                reads = found.setdefault(scope, [])
                if len(reads) < MOST:
                    reads.append(each)
            self._files[path] = found
        return self._files[path]

    def _called(self, path: str, summary: Summary) -> Iterator[tuple[int, RouteParameter]]:
        """`self.get_argument("page", "1")`, `self.request.headers.get("X-Token")`."""
        converted = {
            call.arguments[0].index: call.callee.dotted
            for call in summary.calls
            if isinstance(call.callee, Name)
            and call.callee.dotted in NUMBERS
            and call.arguments
            and isinstance(call.arguments[0], CallRef)
        }
        for index, call in enumerate(summary.calls):
            name = tail(call.callee)
            if call.scope < 0 or not call.arguments or (name not in GETTERS and name != "get"):
                continue
            key = self.reader.constant(Bound(call.arguments[0], path, call.scope, call.line))
            if not isinstance(key, str):
                continue
            if name in GETTERS and self._is_self(summary, call.scope, receiver(call.callee)):
                yield call.scope, self._parameter(path, call, key, GETTERS[name], converted.get(index, ""), name)
            elif name == "get":
                part = self._part(summary, call.scope, receiver(call.callee))
                if part and part != "body":
                    yield call.scope, RouteParameter(name=key, source=PARTS[part], required=False)

    def _parameter(self, path: str, call: Call, key: str, source: str, kind: str, method: str) -> RouteParameter:
        named = dict(call.keywords)
        default = named.get("default", call.arguments[1] if len(call.arguments) > 1 else None)
        several = method.endswith("s")
        text = ""
        if default is not None and not several:
            value = self.reader.constant(Bound(default, path, call.scope, call.line))
            text = str(value) if value is not None or default == Constant(None) else "..."
        required = default is None and not several and source != "cookie"
        return RouteParameter(
            name=key, source=source, annotation="list" if several else kind, required=required, default=text
        )

    def _attributes(self, path: str, summary: Summary) -> Iterator[tuple[int, RouteParameter]]:
        """`json.loads(self.request.body)`, `self.request.files["photo"]`."""
        for scope, value in _values(summary):
            waiting = [value]
            while waiting:
                each = waiting.pop()
                waiting.extend(parts(each))
                if isinstance(each, Subscript):
                    part = self._part(summary, scope, each.value)
                    if (
                        part
                        and part != "body"
                        and isinstance(each.index, Constant)
                        and isinstance(each.index.value, str)
                    ):
                        yield scope, RouteParameter(name=each.index.value, source=PARTS[part])
                elif self._part(summary, scope, each) == "body":
                    yield scope, RouteParameter(name="body", source="body", required=False)

    def _part(self, summary: Summary, scope: int, value: Value | None) -> str:
        """The part of the request that `self.request.body` and its kin are; empty for anything else."""
        if not isinstance(value, Name):
            return ""
        names = value.dotted.split(".")
        if len(names) != 3 or names[1] != "request" or names[2] not in PARTS:
            return ""
        return names[2] if self._is_self(summary, scope, Name(names[0])) else ""

    def _is_self(self, summary: Summary, scope: int, value: Value | None) -> bool:
        """The first parameter of the method around."""
        if not isinstance(value, Name):
            return False
        while scope >= 0:
            function = summary.definitions[scope]
            inside = function.scope >= 0 and isinstance(summary.definitions[function.scope], Class)
            if isinstance(function, Function) and inside and function.parameters:
                return function.parameters[0].name == value.dotted
            scope = function.scope
        return False


def _values(summary: Summary) -> Iterator[tuple[int, Value]]:
    """Every expression in a function, with the function."""
    for call in summary.calls:
        if call.scope >= 0:
            for value in (call.callee, *call.arguments, *(value for _, value in call.keywords)):
                yield call.scope, value
    bound = [(each.scope, each.value) for each in summary.assignments]
    bound += [(each.scope, each.value) for each in summary.returns]
    for scope, given in bound:
        if scope >= 0 and given is not None:
            yield scope, given
