"""A view in, what a client can send for it out: what it reads from the request, and the schema of a Cornice view."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.function_reads import FunctionReads, Read, converted, expressions
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import RouteParameter
from readiness.model.summary import Call, Constant, Function, Name, Subscript, Summary, Value

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


class Inputs(FunctionReads):
    """Reads views; `request` is a parameter, or an attribute of the view's object."""

    def reads(self, path: str, summary: Summary) -> Iterator[Read]:
        """What the functions of a file read."""
        yield from self._called(path, summary)
        yield from self._read(summary)

    def _called(self, path: str, summary: Summary) -> Iterator[Read]:
        """`request.params.get("q")`, `self.request.POST.getall("tag")`."""
        numbers = converted(summary)
        for index, call in enumerate(summary.calls):
            name = tail(call.callee)
            if name not in GETTERS or call.scope < 0 or not call.arguments:
                continue
            part = self._part(summary, call.scope, receiver(call.callee))
            key = self.constant(call.arguments[0], path, call) if part else None
            if key is not None:
                yield call.scope, self._parameter(path, call, key, PARTS[part], numbers.get(index, ""), name)

    def _parameter(self, path: str, call: Call, key: str, source: str, kind: str, method: str) -> RouteParameter:
        default = call.arguments[1] if len(call.arguments) > 1 else dict(call.keywords).get("default")
        text = self.default(default, path, call)
        annotation = "list" if method in SEVERAL else kind
        required = source == "path" or method == "getone"
        return RouteParameter(name=key, source=source, annotation=annotation, required=required, default=text)

    def _read(self, summary: Summary) -> Iterator[Read]:
        """`request.matchdict["id"]`, `request.json_body`."""
        for scope, each in expressions(summary):
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
