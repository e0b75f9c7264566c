"""A function in, the parts of the request that it reads by name out: `request.args.get("page", 1, type=int)`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound
from readiness.libraries.flask.vocabulary import request_part
from readiness.libraries.values.expressions import parts, receiver, tail
from readiness.model import RouteParameter, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Name, Subscript, Summary, Value

SOURCES = {
    "args": "query",
    "values": "query",
    "form": "form",
    "files": "file",
    "headers": "header",
    "cookies": "cookie",
    "json": "body",
    "get_json": "body",
}
"""Attributes and methods of the request -> where their values come from."""
GETTERS = frozenset({"get", "getlist", "pop"})
NUMBERS = frozenset({"int", "float", "bool"})
MOST = 60
"""Reads of one function."""

Reads = tuple[RouteParameter, ...]


class RequestReads:
    """Reads functions of files that import Flask."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self._files = frozenset(reader.project.imports("flask"))
        self._by_file: dict[str, dict[int, Reads]] = {}

    def of(self, symbols: Iterable[Symbol]) -> Iterator[tuple[str, RouteParameter]]:
        """What each of the functions reads, with the name of the function."""
        for symbol in symbols:
            if symbol.kind is SymbolKind.FUNCTION and symbol.path in self._files:
                for each in self._file(symbol.path).get(symbol.index, ()):
                    yield symbol.name, each

    def _file(self, path: str) -> dict[int, Reads]:
        """What every function of a file reads, the functions inside it included."""
        if path not in self._by_file:
            summary = self.reader.summary(path)
            found: dict[int, list[RouteParameter]] = {}
            seen = any(each.name in ("request", "") and each.module.startswith("flask") for each in summary.imports)
            for scope, each in (*self._called(path, summary), *self._indexed(path, summary)) if seen else ():
                around = scope
                while around >= 0:
                    found.setdefault(around, []).append(each)
                    around = summary.definitions[around].scope
            self._by_file[path] = {scope: tuple(each[:MOST]) for scope, each in found.items()}
        return self._by_file[path]

    def _called(self, path: str, summary: Summary) -> Iterator[tuple[int, RouteParameter]]:
        """`request.args.get("q")`, `request.form.getlist("tags")`."""
        converted = self._conversions(summary)
        for index, call in enumerate(summary.calls):
            name = tail(call.callee)
            if name not in GETTERS or not call.arguments or call.scope < 0:
                continue
            key = call.arguments[0]
            origin = receiver(call.callee)
            if origin is None or not isinstance(key, Constant) or not isinstance(key.value, str):
                continue
            source = self._source(path, origin, call.scope, call.line)
            if source:
                yield call.scope, self._parameter(path, call, key.value, source, converted.get(index, ""), name)

    def _conversions(self, summary: Summary) -> dict[int, str]:
        """Calls whose result goes into `int(...)` and its kin."""
        return {
            call.arguments[0].index: call.callee.dotted
            for call in summary.calls
            if isinstance(call.callee, Name)
            and call.callee.dotted in NUMBERS
            and call.arguments
            and isinstance(call.arguments[0], CallRef)
        }

    def _parameter(self, path: str, call: Call, key: str, source: str, converted: str, method: str) -> RouteParameter:
        named = dict(call.keywords)
        default = named.get("default", call.arguments[1] if len(call.arguments) > 1 else None)
        kind = named.get("type", call.arguments[2] if len(call.arguments) > 2 else None)
        annotation = converted
        if kind is not None:
            symbol = self.project.resolve_value(path, kind, call.scope, call.line)
            annotation = symbol.name if symbol.kind is not SymbolKind.UNKNOWN else ""
        if method == "getlist":
            annotation = f"list[{annotation}]" if annotation else "list"
        text = ""
        if default is not None:
            value = self.reader.constant(Bound(default, path, call.scope, call.line))
            text = str(value) if value is not None or default == Constant(None) else "..."
        return RouteParameter(name=key, source=source, annotation=annotation, required=False, default=text)

    def _indexed(self, path: str, summary: Summary) -> Iterator[tuple[int, RouteParameter]]:
        """`request.form["name"]`."""
        for scope, line, root in _roots(summary):
            waiting = [root]
            while waiting:
                value = waiting.pop()
                waiting.extend(parts(value))
                if isinstance(value, Subscript) and isinstance(value.index, Constant):
                    key = value.index.value
                    source = self._source(path, value.value, scope, line) if isinstance(key, str) else ""
                    if source:
                        yield scope, RouteParameter(name=str(key), source=source)

    def _source(self, path: str, holder: Value, scope: int, line: int) -> str:
        """Where the values of a part of the request come from; empty for anything else."""
        symbol = self.project.resolve_value(path, holder, scope, line)
        if symbol.kind is not SymbolKind.EXTERNAL:
            creation = self.project.creation(path, holder, scope, line)
            symbol = creation.maker if creation is not None else symbol
        return SOURCES.get(request_part(symbol.name), "") if symbol.kind is SymbolKind.EXTERNAL else ""


def _roots(summary: Summary) -> Iterator[tuple[int, int, Value]]:
    """Every expression in a function that an item can stand in, with its scope and line."""
    for call in summary.calls:
        if call.scope >= 0:
            for value in (call.callee, *call.arguments, *(value for _, value in call.keywords)):
                if not isinstance(value, Name | Constant | CallRef):
                    yield call.scope, call.line, value
    bound = [(each.scope, each.line, each.value) for each in summary.assignments]
    bound += [(each.scope, each.line, each.value) for each in summary.returns]
    for scope, line, given in bound:
        if scope >= 0 and given is not None and not isinstance(given, Name | Constant | CallRef):
            yield scope, line, given
