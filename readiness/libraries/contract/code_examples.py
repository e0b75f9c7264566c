"""A route in, where its code holds an example of what it takes or gives out: on the registration, the parameters, the models."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from readiness.libraries.values.expressions import tail
from readiness.model import Code, Route, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Class, Constant, Function, Mapping, Name, Sequence, Summary, Value

WORDS = frozenset({"example", "examples", "openapi_examples", "json_schema_extra", "schema_extra", "request_examples"})
"""Keywords and keys that pydantic 2, FastAPI 0.128, drf-spectacular 0.29, Flask-RESTX 1.3, apispec 6 and Litestar 2 read."""
MAKERS = frozenset({"OpenApiExample", "Example"})
NAME = re.compile(r"[\w.]+::[\w.]+")
EXAMPLE = re.compile(
    r"^\s*(?:\$ ?)?(?:curl|http|https)\s+\S|^\s*(?:GET|POST|PUT|PATCH|DELETE) /\S* HTTP/", re.MULTILINE
)
"""A request as it stands in a docstring."""
BLOCK = re.compile(
    r"^(?P<margin>[ \t]*)\**(?:sample|example)s?\b[^\n:]{0,40}\**:{1,2}\**[ \t]*\n(?:[ \t]*\n)?(?P=margin)[ \t]+\S",
    re.MULTILINE | re.IGNORECASE,
)
"""A block of a docstring that is called an example: `Sample response::`."""
SPECIFIED = re.compile(
    r"^[ \t]*---[ \t]*$.*?^[ \t]*(?:- )?[\"']?(?:example|examples|x-example)[\"']?:", re.MULTILINE | re.DOTALL
)
"""An example in the part of an API document that a docstring holds after `---`: flasgger 0.9, apispec 6, aiohttp-swagger 1."""
DEPTH = 6
MODELS = 8
"""Models of one route that are looked into."""


class CodeExamples:
    """Looks for examples in the code."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._models: dict[str, bool] = {}
        self._lines: dict[str, dict[int, list[Call]]] = {}

    def of(self, route: Route) -> str:
        """Where the example stands, in words; empty without one."""
        if self._registered(route):
            return "example on the operation"
        for model in self._types(route):
            if self._model(model):
                return f"example of {model.rpartition('::')[2]}"
        return "example in the docstring" if self._in_docstring(route) else ""

    # on the operation

    def _registered(self, route: Route) -> bool:
        """A keyword or key for examples in the decorators, the parameters or the registration."""
        place = self._code.find(route.handler)
        summary = self._code.summary(place[0]) if place is not None else None
        if place is not None and summary is not None:
            function = summary.definitions[place[1]]
            if isinstance(function, Function):
                lines = range(function.first_line, max(function.body_line, function.line + 1))
                if any(self._shows(summary, call) for line in lines for call in self._on(place[0], summary, line)):
                    return True
        path = route.registered.path
        registering = self._code.summary(path)
        if registering is None:
            return False
        return any(self._shows(registering, call) for call in self._on(path, registering, route.registered.line))

    def _on(self, path: str, summary: Summary, line: int) -> list[Call]:
        if path not in self._lines:
            by_line: dict[int, list[Call]] = {}
            for call in summary.calls:
                by_line.setdefault(call.line, []).append(call)
            self._lines[path] = by_line
        return self._lines[path].get(line, [])

    def _shows(self, summary: Summary, call: Call) -> bool:
        if tail(call.callee) in MAKERS or any(key in WORDS for key, _ in call.keywords):
            return True
        values = (*call.arguments, *(value for _, value in call.keywords))
        return any(_has_key(value, 0) for value in values)

    # models

    def _types(self, route: Route) -> Iterator[str]:
        """Symbols of the project's classes that the route takes or gives."""
        names = [each.annotation for each in route.parameters if each.source in ("body", "form")]
        found = [name for each in names for name in NAME.findall(each)]
        place = self._code.find(route.handler)
        if route.response and place is not None:
            # The response is kept as it is written where the handler stands.
            for name in dict.fromkeys(re.findall(r"[A-Za-z_][\w.]*", route.response)):
                symbol = self._code.resolve(place[0], name)
                if symbol.kind is SymbolKind.CLASS and not symbol.rest:
                    found.append(symbol.name)
        yield from list(dict.fromkeys(found))[:MODELS]

    def _model(self, name: str) -> bool:
        if name not in self._models:
            self._models[name] = False
            place = self._code.find(name)
            if place is not None:
                ancestors = self._code.ancestors(Symbol(SymbolKind.CLASS, name, *place))
                self._models[name] = any(self._in_class(each) for each in ancestors if each.path)
        return self._models[name]

    def _in_class(self, symbol: Symbol) -> bool:
        summary = self._code.summary(symbol.path)
        if summary is None or not isinstance(summary.definitions[symbol.index], Class):
            return False
        inner = [(index, summary.definitions[index]) for index in self._code.defined_in(symbol.path, symbol.index)]
        scopes = [symbol.index, *(index for index, each in inner if each.name == "Config" and isinstance(each, Class))]
        return any(
            any(self._shows(summary, summary.calls[index]) for index in self._code.called_in(symbol.path, scope))
            or any(
                each.target in WORDS or _has_key(each.value, 0) for each in self._code.assigned_in(symbol.path, scope)
            )
            for scope in scopes
        )

    # docstrings

    def _in_docstring(self, route: Route) -> bool:
        """A request that is written out in the docstring, or an example of the API document in it."""
        place = self._code.find(route.handler)
        summary = self._code.summary(place[0]) if place is not None else None
        if place is None or summary is None:
            return False
        definition = summary.definitions[place[1]]
        if not isinstance(definition, Function) or not definition.docstring:
            return False
        function = self._code.function(*place)
        text = ast.get_docstring(function) if function is not None else ""
        return bool(text and (EXAMPLE.search(text) or BLOCK.search(text) or SPECIFIED.search(text)))


def _has_key(value: Value | None, depth: int) -> bool:
    """A dict display with a key for examples: `responses={200: {"content": {"application/json": {"example": ...}}}}`."""
    if depth > DEPTH:
        return False
    if isinstance(value, Mapping):
        for key, inner in zip(value.keys, value.values, strict=True):
            if isinstance(key, Constant) and key.value in WORDS:
                return True
            if _has_key(inner, depth + 1):
                return True
    elif isinstance(value, Sequence):
        return any(_has_key(each, depth + 1) for each in value.items)
    elif isinstance(value, CallRef | Name):
        return False
    return False
