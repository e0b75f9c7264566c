"""A view in, what a client can send for it out: what it reads from the request, and the schema of a Cornice view."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Kind, Routine
from readiness.libraries.values.expressions import parts, receiver, tail
from readiness.model import RouteParameter, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Function, Name, Subscript, Summary, Value

PARTS = {
    "matchdict": "path",
    "params": "",
    "GET": "query",
    "POST": "form",
    "headers": "header",
    "cookies": "cookie",
    "json_body": "body",
    "json": "body",
    "body": "body",
    "text": "body",
    "swagger_data": "body",
}
"""Attributes of the request -> where their values come from; `params` are of the query and of the form."""
WHOLE = frozenset({"json_body", "json", "body", "text"})
"""Attributes that are the body itself."""
GETTERS = frozenset({"get", "getone", "getall", "getlist", "pop"})
SEVERAL = frozenset({"getall", "getlist"})
NUMBERS = frozenset({"int", "float", "bool"})
DEPTH = 2
"""Calls between a view and the functions whose reads count as its own."""
MOST = 60
"""Reads of one function."""

Reads = tuple[RouteParameter, ...]


class Inputs:
    """Reads views; `request` is a parameter, or an attribute of the view's object."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self._known: dict[tuple[str, int], Reads] = {}
        self._files: dict[str, dict[int, list[RouteParameter]]] = {}

    def of(self, handler: Routine | Kind | None, method: str) -> Iterator[RouteParameter]:
        """The inputs of a view."""
        if not isinstance(handler, Routine):
            return
        key = (handler.path, handler.index)
        if key not in self._known:
            self._known[key] = tuple(self._reached(handler))
        either = "form" if method in ("POST", "PUT", "PATCH") else "query"
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
            for scope, each in (*self._called(path, summary), *self._read(summary)):
                reads = found.setdefault(scope, [])
                if len(reads) < MOST:
                    reads.append(each)
            self._files[path] = found
        return self._files[path]

    def _called(self, path: str, summary: Summary) -> Iterator[tuple[int, RouteParameter]]:
        """`request.params.get("q")`, `self.request.POST.getall("tag")`."""
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
            if name not in GETTERS or call.scope < 0 or not call.arguments:
                continue
            part = self._part(summary, call.scope, receiver(call.callee))
            key = self.reader.constant(Bound(call.arguments[0], path, call.scope, call.line)) if part else None
            if isinstance(key, str):
                yield call.scope, self._parameter(path, call, key, PARTS[part], converted.get(index, ""), name)

    def _parameter(self, path: str, call: Call, key: str, source: str, kind: str, method: str) -> RouteParameter:
        default = call.arguments[1] if len(call.arguments) > 1 else dict(call.keywords).get("default")
        text = ""
        if default is not None:
            value = self.reader.constant(Bound(default, path, call.scope, call.line))
            text = str(value) if value is not None or default == Constant(None) else "..."
        annotation = "list" if method in SEVERAL else kind
        required = source == "path" or method == "getone"
        return RouteParameter(name=key, source=source, annotation=annotation, required=required, default=text)

    def _read(self, summary: Summary) -> Iterator[tuple[int, RouteParameter]]:
        """`request.matchdict["id"]`, `request.json_body`."""
        for scope, value in _values(summary):
            waiting = [value]
            while waiting:
                each = waiting.pop()
                waiting.extend(parts(each))
                if isinstance(each, Subscript):
                    part = self._part(summary, scope, each.value)
                    if part and isinstance(each.index, Constant) and isinstance(each.index.value, str):
                        yield scope, RouteParameter(name=each.index.value, source=PARTS[part])
                elif self._part(summary, scope, each) in WHOLE:
                    yield scope, RouteParameter(name="body", source="body", required=False)

    def _part(self, summary: Summary, scope: int, value: Value | None) -> str:
        """The part of the request that `request.params` and its kin are; empty for anything else."""
        if not isinstance(value, Name):
            return ""
        *holder, part = value.dotted.split(".")
        if part not in PARTS or not holder or len(holder) > 2 or holder[-1] != "request":
            return ""
        return part if self._is_parameter(summary, scope, holder[0]) else ""

    def _is_parameter(self, summary: Summary, scope: int, name: str) -> bool:
        """A parameter of the function or of one around it."""
        while scope >= 0:
            function = summary.definitions[scope]
            if isinstance(function, Function) and any(each.name == name for each in function.parameters):
                return True
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
