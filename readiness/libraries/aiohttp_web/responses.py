"""A handler in, what it answers out: the declared model, a collection or not, the status, a page or data."""

from __future__ import annotations

from readiness.libraries.declarations.fields import is_many
from readiness.libraries.declarations.responses import NOTHING, Response
from readiness.libraries.evaluation.pages import Pages
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Routine
from readiness.libraries.values.expressions import written
from readiness.model import SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Name, Subscript, Value

PAGE_CLASSES = frozenset(
    {
        "FileResponse",
        "HTTPFound",
        "HTTPMovedPermanently",
        "HTTPSeeOther",
        "HTTPTemporaryRedirect",
        "HTTPPermanentRedirect",
    }
)
PAGE_MAKERS = frozenset({"render_template", "render_template_async", "render_string"})
TEMPLATES = frozenset({"template"})
"""Decorators of aiohttp_jinja2 that make a page of what a handler gives back."""
RESPONSE_SCHEMAS = frozenset({"response_schema"})
SCHEMA_PACKAGES = frozenset({"aiohttp_apispec", "aiohttp_apigami"})
TYPED_ANSWER = "aiohttp_pydantic.oas.typing"
LISTS = frozenset({"list", "List", "Sequence", "Iterable", "set", "tuple"})


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
            found = self._declared(routine) or self._annotated(routine)
            data = not self._is_template(routine) and not self.pages.is_page(routine)
            self._known[key] = found or Response(data=data)
        return self._known[key]

    def _is_template(self, routine: Routine) -> bool:
        """`@aiohttp_jinja2.template("page.html")`."""
        for decorator in self.reader.function(routine).decorators:
            if isinstance(decorator, CallRef):
                symbol = self.project.callee(routine.path, decorator.index)
                if symbol.name.partition(".")[0] == "aiohttp_jinja2" and symbol.name.rpartition(".")[2] in TEMPLATES:
                    return True
        return False

    def _declared(self, routine: Routine) -> Response | None:
        """`@response_schema(Schema(many=True), 200)` of aiohttp-apispec."""
        function = self.reader.function(routine)
        for decorator in function.decorators:
            if not isinstance(decorator, CallRef):
                continue
            symbol = self.project.callee(routine.path, decorator.index)
            package, last = symbol.name.partition(".")[0], symbol.name.rpartition(".")[2]
            if symbol.kind is not SymbolKind.EXTERNAL or package not in SCHEMA_PACKAGES or last not in RESPONSE_SCHEMAS:
                continue
            call = self.reader.call(routine.path, decorator.index)
            place = Bound(call.callee, routine.path, function.scope, call.line, routine.frame)
            given = self.reader.arguments.positional(call, place)
            named = self.reader.arguments.keywords(call, place)
            schema = named.get("schema", given[0] if given else None)
            code = named.get("code", given[1] if len(given) > 1 else None)
            status = self.reader.constant(code) if code is not None else 200
            if isinstance(schema, Bound) and isinstance(status, int) and 200 <= status <= 299:
                text = written(self.reader.summary(routine.path), schema.value)
                return Response(text, is_many(self.reader, schema), status)
        return None

    def _annotated(self, routine: Routine) -> Response | None:
        """`-> r200[list[Item]]` of aiohttp-pydantic."""
        function = self.reader.function(routine)
        for value in _alternatives(function.returns):
            if not isinstance(value, Subscript) or not isinstance(value.value, Name):
                continue
            symbol = self.project.resolve_value(routine.path, value.value, function.scope, function.line)
            last = symbol.name.rpartition(".")[2]
            if not symbol.name.startswith(TYPED_ANSWER) or not last.startswith("r2") or not last[1:].isdigit():
                continue
            inner = value.index
            name = inner.value if isinstance(inner, Subscript) else inner
            listed = isinstance(name, Name) and name.dotted.rpartition(".")[2] in LISTS
            return Response(written(self.reader.summary(routine.path), inner), listed, int(last[1:]))
        return None


def _alternatives(value: Value | None) -> tuple[Value, ...]:
    if value is None:
        return ()
    if isinstance(value, Subscript) and isinstance(value.value, Name) and value.value.dotted.endswith("Union"):
        return getattr(value.index, "items", (value.index,))
    return getattr(value, "operands", (value,))


def _shown(name: str, call: Call) -> bool | None:
    """Pages, files and redirects; a response that says it is HTML."""
    package, last = name.partition(".")[0], name.rpartition(".")[2]
    if package == "aiohttp_jinja2":
        return last in PAGE_MAKERS
    if package != "aiohttp":
        return False
    if last in PAGE_CLASSES:
        return True
    if last.startswith("HTTP") and last not in ("HTTPOk", "HTTPCreated", "HTTPAccepted"):
        return None  # an error is neither
    kind = next((value for key, value in call.keywords if key == "content_type"), None)
    if last == "Response" and isinstance(kind, Constant):
        return kind.value == "text/html"
    return False
