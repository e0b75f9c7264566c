"""A route in, what in the code describes it out: its docstring, its class's, or a decorator for documentation."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.values.expressions import tail
from readiness.model import Code, Route
from readiness.model.summary import CallRef, Class, Constant, Function, Summary, Value

SAYING = frozenset({"summary", "description", "operation_description", "operation_summary", "notes"})
"""Keywords of decorators with which drf-spectacular 0.29, drf-yasg 1.21, Flask-RESTX 1.3, flask-smorest 0.47, apispec 6,
Litestar 2, aiohttp-apispec 3 and django-ninja 1.4 describe an operation."""
DECORATORS = frozenset({"summary", "description", "definition", "swag_from", "swagger_auto_schema", "extend_schema"})
"""Decorators that take the text as their argument: `@openapi.summary("...")`."""
BY_CLASS = frozenset({"extend_schema_view"})
"""Decorators of classes that describe their methods by name: `list=extend_schema(summary="...")`."""
NESTED = 4


class Docstrings:
    """Looks for descriptions in the code."""

    def __init__(self, code: Code) -> None:
        self._code = code

    def of(self, route: Route) -> str:
        """Where the code describes the operation, in words; empty where it does not."""
        if route.documented:
            return "docstring"
        handler = self._definition(route.handler)
        view = self._definition(route.view) if route.view else None
        for found in (handler, view):
            if found is not None and self._decorated(*found, route):
                return "decorator"
        if view is not None and view[1].docstring:
            return "docstring of its class"
        return ""

    def _definition(self, symbol: str) -> tuple[str, Function | Class] | None:
        place = self._code.find(symbol)
        summary = self._code.summary(place[0]) if place is not None else None
        return (place[0], summary.definitions[place[1]]) if place is not None and summary is not None else None

    def _decorated(self, path: str, definition: Function | Class, route: Route) -> bool:
        summary = self._code.summary(path)
        if summary is None:
            return False
        for decorator in definition.decorators:
            if not isinstance(decorator, CallRef):
                continue
            call = summary.calls[decorator.index]
            last = tail(call.callee)
            if last in BY_CLASS:
                named = dict(call.keywords)
                wanted = named.get(route.handler.rpartition(".")[2]) or named.get(route.name)
                if wanted is not None and self._says(summary, wanted, 0):
                    return True
            elif self._says(summary, decorator, 0):
                return True
        return False

    def _says(self, summary: Summary, value: Value, depth: int) -> bool:
        if not isinstance(value, CallRef) or depth > NESTED:
            return False
        call = summary.calls[value.index]
        if any(key in SAYING and text != Constant(None) for key, text in call.keywords):
            return True
        if tail(call.callee) in DECORATORS and any(self._is_text(each) for each in call.arguments):
            return True
        return any(self._says(summary, each, depth + 1) for each in _inner(call.arguments))

    @staticmethod
    def _is_text(value: Value) -> bool:
        return isinstance(value, Constant) and isinstance(value.value, str) and bool(value.value.strip())


def _inner(values: tuple[Value, ...]) -> Iterator[Value]:
    for each in values:
        if isinstance(each, CallRef):
            yield each
