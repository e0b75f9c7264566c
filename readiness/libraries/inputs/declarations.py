"""A route and its handler in, what its declaration says of the answer out: a model, little, or that there is none."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from readiness.libraries.inputs.returns import Returns
from readiness.libraries.inputs.vocabulary import TYPING_FRAMEWORKS
from readiness.libraries.values.expressions import keyword, tail, written
from readiness.model import Project, Route, SymbolKind
from readiness.model.summary import Call, Constant, Function, Member, Name, Operation, Sequence, Subscript, Value

LITTLE = frozenset(
    {
        "dict", "list", "object", "Any", "Dict", "List", "Mapping", "MutableMapping", "JSONResponse", "ORJSONResponse",
        "UJSONResponse", "JsonResponse", "Sequence", "Iterable", "set", "AnyStr",
    }
)  # fmt: skip
"""Types that say nothing of the fields."""
NO_DATA = frozenset(
    {
        "Response", "StreamingResponse", "FileResponse", "RedirectResponse", "HTMLResponse", "PlainTextResponse", "HttpResponse",
        "EventSourceResponse", "Template", "Redirect", "Stream", "File", "HTTPResponse", "ResponseReturnValue", "StreamResponse",
        "HttpResponseRedirect", "HttpResponseBase", "TemplateResponse", "NoReturn", "ResponseValue", "BaseResponse", "tuple",
        "Tuple",         "StreamingHttpResponse", "WSGIResponse",
    }
)  # fmt: skip
"""Types of answers that hold no data, or whose data they do not tell."""
WRAPPERS = frozenset({"Annotated", "Optional", "Awaitable", "Final", "ClassVar", "Required"})
DEPTH = 6


class Says(StrEnum):
    """What a declaration tells."""

    MODEL = "model"
    LITTLE = "little"
    NOTHING = "nothing"
    """There is none, or it is about an answer without data."""


class Declaration(Struct, frozen=True):
    """What a route declares."""

    says: Says = Says.NOTHING
    text: str = ""


class Declarations:
    """Reads what routes declare."""

    def __init__(self, project: Project, returns: Returns) -> None:
        self.project = project
        self.returns = returns

    def of(self, route: Route, path: str, function: Function, call: Call | None) -> Declaration:
        """The declaration of one route."""
        typing = route.framework in TYPING_FRAMEWORKS
        given = keyword(call, "response_model") or keyword(call, "response") if call is not None and typing else None
        if given is not None and call is not None:
            there = route.registered.path
            return self._declared(there, given, call.scope, call.line)
        if route.response and not typing:
            return Declaration(Says.MODEL, route.response)
        if function.returns is not None:
            return self._declared(path, function.returns, function.scope, function.line)
        return Declaration()

    def _declared(self, path: str, value: Value, scope: int, line: int) -> Declaration:
        summary = self.project.summary(path)
        text = written(summary, value) if summary is not None else ""
        return Declaration(self._says(path, value, scope, line, DEPTH), text)

    def _says(self, path: str, value: Value, scope: int, line: int, depth: int) -> Says:
        if depth <= 0:
            return Says.MODEL
        match value:
            case Constant(value=None):
                return Says.NOTHING
            case Operation(operator="|"):
                return self._most(path, value.operands, scope, line, depth)
            case Subscript():
                return self._subscript(path, value, scope, line, depth)
            case Name() | Member():
                return self._named(path, value, scope, line, depth)
        return Says.MODEL

    def _most(self, path: str, values: tuple[Value, ...], scope: int, line: int, depth: int) -> Says:
        said = {self._says(path, each, scope, line, depth - 1) for each in values}
        return next((each for each in (Says.LITTLE, Says.MODEL) if each in said), Says.NOTHING)

    def _subscript(self, path: str, value: Subscript, scope: int, line: int, depth: int) -> Says:
        inner = value.index.items if isinstance(value.index, Sequence) else (value.index,)
        symbol = self.project.resolve_value(path, value.value, scope, line)
        last = symbol.name.rpartition(".")[2].rpartition("::")[2]
        if last == "Union":
            return self._most(path, inner, scope, line, depth)
        if last in WRAPPERS and inner:
            return self._says(path, inner[0], scope, line, depth - 1)
        if last in NO_DATA:
            return Says.NOTHING
        if last in LITTLE and symbol.kind in (SymbolKind.BUILTIN, SymbolKind.EXTERNAL) and inner:
            return self._says(path, inner[-1], scope, line, depth - 1)
        return Says.MODEL

    def _named(self, path: str, value: Name | Member, scope: int, line: int, depth: int) -> Says:
        symbol = self.project.resolve_value(path, value, scope, line)
        last = symbol.name.rpartition(".")[2]
        if symbol.kind is SymbolKind.CLASS:
            return Says.NOTHING if self.returns.is_response(symbol) else Says.MODEL
        if symbol.kind is SymbolKind.VARIABLE and symbol.index >= 0 and not symbol.rest:
            summary = self.project.summary(symbol.path)
            found = summary.assignments[symbol.index] if summary is not None else None
            if found is not None and found.value is not None:
                return self._says(symbol.path, found.value, found.scope, found.line, depth - 1)
        if symbol.kind in (SymbolKind.BUILTIN, SymbolKind.EXTERNAL):
            if last in LITTLE:
                return Says.LITTLE
            return Says.NOTHING if last in NO_DATA else Says.MODEL
        return Says.NOTHING if tail(value) in NO_DATA else Says.MODEL
