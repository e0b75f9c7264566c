"""A handler in, what it answers out: the declared model, a collection or not, the status, a page or data."""

from __future__ import annotations

from readiness.libraries.declarations.responses import NOTHING, Response
from readiness.libraries.evaluation.pages import Pages
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Routine
from readiness.libraries.values.expressions import tail, written
from readiness.model import SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Mapping, Name, Sequence, Subscript, Value

PAGE_MAKERS = frozenset({"html", "redirect", "file", "file_stream", "render", "render_string"})
RAW = frozenset({"HTTPResponse", "text", "raw", "empty", "ResponseStream"})
EXTENSIONS = frozenset({"sanic_ext", "sanic_jinja2", "jinja2_sanic"})
TEMPLATES = frozenset({"template"})
LISTS = frozenset({"list", "List", "Sequence", "Iterable", "set", "tuple"})
DEPTH = 4


class Responses:
    """Reads what handlers answer."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self.pages = Pages(reader, _shown)
        self._known: dict[tuple[str, int], Response] = {}

    def of(self, routine: Routine | None) -> Response:
        """The answer of one handler."""
        if routine is None:
            return NOTHING
        key = (routine.path, routine.index)
        if key not in self._known:
            data = not self._is_template(routine) and not self.pages.is_page(routine)
            self._known[key] = self._declared(routine) or Response(data=data)
        return self._known[key]

    def _is_template(self, routine: Routine) -> bool:
        """`@app.ext.template("page.html")`, `@jinja.template("page.html")`."""
        for decorator in self.reader.function(routine).decorators:
            if isinstance(decorator, CallRef):
                call = self.reader.call(routine.path, decorator.index)
                given = call.arguments[0] if call.arguments else None
                name = given.value if isinstance(given, Constant) else None
                if (
                    tail(call.callee) in TEMPLATES
                    and isinstance(name, str)
                    and name.endswith((".html", ".j2", ".jinja"))
                ):
                    return True
        return False

    def _declared(self, routine: Routine) -> Response | None:
        """`@openapi.response(200, {"application/json": list[Item]})` and `@openapi.definition(response=...)` of sanic-ext."""
        function = self.reader.function(routine)
        for decorator in function.decorators:
            if not isinstance(decorator, CallRef):
                continue
            call = self.reader.call(routine.path, decorator.index)
            symbol = self.project.callee(routine.path, decorator.index)
            if symbol.kind is not SymbolKind.EXTERNAL or "openapi" not in symbol.name:
                continue
            last = symbol.name.rpartition(".")[2]
            named = dict(call.keywords)
            if last == "response":
                status = self._constant(routine, named.get("status", call.arguments[0] if call.arguments else None))
                content = named.get("content", call.arguments[1] if len(call.arguments) > 1 else None)
                code = status if isinstance(status, int) else 200
                if content is not None and 200 <= code <= 299:
                    return self._described(routine, content, code)
            elif last == "definition" and "response" in named:
                return self._described(routine, named["response"], 0)
            elif last == "produces" and symbol.name.startswith("sanic_openapi") and call.arguments:
                return self._described(routine, call.arguments[0], 200)
        return None

    def _constant(self, routine: Routine, value: Value | None) -> object:
        function = self.reader.function(routine)
        return self.project.constant(routine.path, value, function.scope, function.line) if value is not None else None

    def _described(self, routine: Routine, content: Value, status: int, depth: int = 0) -> Response:
        """The model inside `{"application/json": Model}`, in a list or not."""
        summary = self.reader.summary(routine.path)
        if isinstance(content, Mapping) and content.values and depth < DEPTH:
            keys = [each.value for each in content.keys if isinstance(each, Constant)]
            if any(isinstance(key, str) and "/" in key for key in keys):
                return self._described(routine, content.values[0], status, depth + 1)
            return Response(written(summary, content), False, status)
        if isinstance(content, CallRef) and depth < DEPTH:
            call = summary.calls[content.index]
            named = dict(call.keywords)
            inner = named.get("content", call.arguments[0] if call.arguments else None)
            if tail(call.callee) in ("Response", "List", "Array") and inner is not None:
                found = self._described(routine, inner, status, depth + 1)
                listed = tail(call.callee) in ("List", "Array")
                return Response(found.written, True if listed else found.collection, found.status)
        listed_name = content.value if isinstance(content, Subscript) else content
        listed = isinstance(listed_name, Name) and listed_name.dotted.rpartition(".")[2] in LISTS
        listed = listed or (isinstance(content, Sequence) and content.kind == "list")
        return Response(written(summary, content), listed, status)


def _shown(name: str, call: Call) -> bool | None:
    """Pages, files and redirects; a response that says it is HTML."""
    package, last = name.partition(".")[0], name.rpartition(".")[2]
    if package in EXTENSIONS:
        return last in PAGE_MAKERS
    if package != "sanic":
        return False
    if last in PAGE_MAKERS:
        return True
    kind = next((value for key, value in call.keywords if key == "content_type"), None)
    if last in RAW and isinstance(kind, Constant) and isinstance(kind.value, str):
        return kind.value.startswith("text/html")
    return None if last in ("empty", "text") else False
