"""A method of a request handler in, what a client can send for it out: arguments, headers, cookies, the body."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.function_reads import FunctionReads, Read, converted, expressions
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import RouteParameter
from readiness.model.summary import Call, Class, Constant, Function, Name, Subscript, Summary, Value

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


class Inputs(FunctionReads):
    """Reads methods of request handlers; `self.request` is what they read from."""

    def either(self, method: str) -> str:
        """Where a value stands that can be in the query or in a form."""
        return "query" if method in ("GET", "DELETE", "WEBSOCKET") else "form"

    def reads(self, path: str, summary: Summary) -> Iterator[Read]:
        """What the functions of a file read."""
        yield from self._called(path, summary)
        yield from self._attributes(summary)

    def _called(self, path: str, summary: Summary) -> Iterator[Read]:
        """`self.get_argument("page", "1")`, `self.request.headers.get("X-Token")`."""
        numbers = converted(summary)
        for index, call in enumerate(summary.calls):
            name = tail(call.callee)
            if call.scope < 0 or not call.arguments or (name not in GETTERS and name != "get"):
                continue
            key = self.constant(call.arguments[0], path, call)
            if key is None:
                continue
            if name in GETTERS and self._is_self(summary, call.scope, receiver(call.callee)):
                yield call.scope, self._parameter(path, call, key, GETTERS[name], numbers.get(index, ""), name)
            elif name == "get":
                part = self._part(summary, call.scope, receiver(call.callee))
                if part and part != "body":
                    yield call.scope, RouteParameter(name=key, source=PARTS[part], required=False)

    def _parameter(self, path: str, call: Call, key: str, source: str, kind: str, method: str) -> RouteParameter:
        named = dict(call.keywords)
        default = named.get("default", call.arguments[1] if len(call.arguments) > 1 else None)
        several = method.endswith("s")
        text = self.default(default, path, call) if not several else ""
        required = default is None and not several and source != "cookie"
        return RouteParameter(
            name=key, source=source, annotation="list" if several else kind, required=required, default=text
        )

    def _attributes(self, summary: Summary) -> Iterator[Read]:
        """`json.loads(self.request.body)`, `self.request.files["photo"]`."""
        for scope, each in expressions(summary):
            if isinstance(each, Subscript):
                part, key = self._part(summary, scope, each.value), each.index
                if part not in ("", "body") and isinstance(key, Constant) and isinstance(key.value, str):
                    yield scope, RouteParameter(name=key.value, source=PARTS[part])
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
