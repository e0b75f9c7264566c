"""A handler in, what it returns out: data that somebody built, what a serializer made, or nothing that has a shape."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.inputs.schemas import Schemas
from readiness.libraries.inputs.vocabulary import DATA_PACKAGES
from readiness.libraries.values.expressions import parts, receiver, tail
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import (
    Assignment,
    CallRef,
    Choice,
    Comprehension,
    Constant,
    Mapping,
    Member,
    Name,
    Opaque,
    Operation,
    Sequence,
    Subscript,
    Summary,
    Template,
    Value,
)

SERIALIZING = frozenset(
    {
        "dump",
        "dumps",
        "model_dump",
        "model_dump_json",
        "marshal",
        "to_representation",
        "serialize",
        "dump_python",
        "get_serializer",
        "get_paginated_response",
    }
)
"""Methods and functions by which a schema makes data of an object."""
NO_DATA = frozenset(
    {
        "render", "render_template", "redirect", "send_file", "send_from_directory", "HttpResponse", "HttpResponseRedirect",
        "FileResponse", "StreamingResponse", "RedirectResponse", "HTMLResponse", "PlainTextResponse", "StreamingHttpResponse",
        "HttpResponseBadRequest", "HttpResponseForbidden", "HttpResponseNotFound", "HttpResponseNotAllowed", "abort", "Response",
        "EventSourceResponse", "TemplateResponse", "HTTPException", "stream_with_context", "HttpResponseServerError", "Http404",
        "HttpResponsePermanentRedirect", "url_for", "reverse", "HTTPFound", "StreamResponse",
    }
)  # fmt: skip
ENCODING = frozenset(
    {
        "jsonify",
        "JsonResponse",
        "JSONResponse",
        "ORJSONResponse",
        "json_response",
        "make_response",
        "jsonable_encoder",
        "dumps",
        "json",
    }
)
"""What only encodes what it is given."""
REST_RESPONSE = "rest_framework."
ERRORS = range(400, 600)
STEPS = 4
ENTERED = 2
"""Functions inside one another that are asked what they return."""
MOST = 40


class Returned(Struct, frozen=True):
    """What a function returns."""

    data: bool = False
    """Some answer holds data whose shape the code makes up."""
    serialized: bool = False
    """Some answer is what a serializer made."""
    by: str = ""
    """That serializer."""
    values: tuple[tuple[Value, int], ...] = ()
    """What is answered when all is well, encoders opened, with the line."""


class Returns:
    """Reads what functions return."""

    def __init__(self, project: Project, schemas: Schemas) -> None:
        self.project = project
        self.schemas = schemas
        self._returned: dict[str, dict[int, list[tuple[Value, int]]]] = {}
        self._assigned: dict[str, dict[tuple[int, str], list[Assignment]]] = {}
        self._known: dict[tuple[str, int, bool], Returned] = {}

    def of(self, path: str, scope: int, *, bare: bool = True, depth: int = 0) -> Returned:
        """What a function returns; `bare` where what is returned is data without something that makes a response of it."""
        key = (path, scope, bare)
        if key not in self._known:
            self._known[key] = Returned()
            self._known[key] = self._read(path, scope, bare, depth)
        return self._known[key]

    def _read(self, path: str, scope: int, bare: bool, depth: int) -> Returned:
        summary = self.project.summary(path)
        if summary is None:
            return Returned()
        if path not in self._returned:
            given: dict[int, list[tuple[Value, int]]] = {}
            for each in summary.returns:
                if each.value is not None:
                    given.setdefault(each.scope, []).append((each.value, each.line))
            self._returned[path] = given
        reading = _Reading(self, path, scope, summary, bare=bare, inside=depth)
        for value, line in self._returned[path].get(scope, [])[:MOST]:
            reading.answer(value, line, 0)
        return Returned(reading.data, reading.serialized, reading.by, tuple(reading.values))

    def is_response(self, symbol: Symbol) -> bool:
        """A class of responses of its own."""
        return any(
            each.kind is SymbolKind.EXTERNAL and each.name.endswith(("Response", "HTTPException"))
            for each in self.project.ancestors(symbol)
        )

    def assigned(self, path: str, scope: int, name: str) -> list[Assignment]:
        """What is bound to a local name."""
        if path not in self._assigned:
            summary = self.project.summary(path)
            found: dict[tuple[int, str], list[Assignment]] = {}
            for each in summary.assignments if summary is not None else ():
                found.setdefault((each.scope, each.target), []).append(each)
            self._assigned[path] = found
        return self._assigned[path].get((scope, name), [])


class _Reading:
    """The answers of one function."""

    def __init__(self, returns: Returns, path: str, scope: int, summary: Summary, *, bare: bool, inside: int) -> None:
        self.returns = returns
        self.project = returns.project
        self.path = path
        self.scope = scope
        self.summary = summary
        self.bare = bare
        self.inside = inside
        self.data = False
        self.serialized = False
        self.by = ""
        self.values: list[tuple[Value, int]] = []

    def answer(self, value: Value, line: int, depth: int) -> None:
        """One answer, its encoders opened."""
        if depth > STEPS + 2:
            return
        match value:
            case Constant() | Template():
                return
            case Sequence(kind="tuple", items=(body, *rest)):
                if not any(isinstance(each, Constant) and each.value in ERRORS for each in rest if _is_number(each)):
                    self.answer(body, line, depth + 1)
            case Choice():
                self.answer(value.yes, line, depth + 1)
                self.answer(value.no, line, depth + 1)
            case CallRef():
                self._call(value, line, depth)
            case Name() if "." not in value.dotted:
                self._name(value, line, depth)
            case _:
                self._body(value, line)

    def _name(self, value: Name, line: int, depth: int) -> None:
        bound = [each for each in self.returns.assigned(self.path, self.scope, value.dotted) if each.value is not None]
        followed = [each.value for each in bound if each.operator == "=" and each.position < 0]
        if (
            followed
            and len(followed) == len(bound) <= STEPS
            and all(isinstance(each, CallRef | Mapping) for each in followed)
        ):
            for each in followed:
                if each is not None:
                    self.answer(each, line, depth + 1)
            return
        self._body(value, line)

    def _call(self, value: CallRef, line: int, depth: int) -> None:
        call = self.summary.calls[value.index]
        symbol = self.project.callee(self.path, value.index)
        last = (
            symbol.name.rpartition(".")[2].rpartition("::")[2]
            if symbol.kind is SymbolKind.EXTERNAL
            else tail(call.callee)
        )
        rest = symbol.kind is SymbolKind.EXTERNAL and symbol.name.startswith(REST_RESPONSE) and last == "Response"
        if rest or (last in ENCODING and symbol.kind is not SymbolKind.FUNCTION):
            status = next((each for name, each in call.keywords if name in ("status", "status_code")), None)
            body = (
                call.arguments[0]
                if call.arguments
                else next((each for name, each in call.keywords if name in ("data", "content")), None)
            )
            if _is_error(status):
                return
            if body is not None:
                self.bare, before = True, self.bare
                self.answer(body, line, depth + 1)
                self.bare = before
            elif last == "jsonify" and call.keywords:
                self._body(
                    Mapping(
                        tuple(Constant(name) for name, _ in call.keywords), tuple(each for _, each in call.keywords)
                    ),
                    line,
                )
            return
        if last in NO_DATA:
            return
        if self._is_serializer(symbol, last):
            self._made(symbol, call.callee)
            self.values.append((value, line))
            return
        if symbol.kind is SymbolKind.EXTERNAL and symbol.name.startswith(REST_RESPONSE):
            self.serialized = True  # a method of a library's view, which asks the serializer of the view
            return
        if symbol.kind is SymbolKind.FUNCTION and any(each == Opaque("Lambda") for _, each in call.keywords):
            return  # what the answer is made by is given to it
        if symbol.kind is SymbolKind.FUNCTION and self.inside < ENTERED:
            inner = self.returns.of(symbol.path, symbol.index, bare=self.bare, depth=self.inside + 1)
            self.data = self.data or inner.data
            self.serialized = self.serialized or inner.serialized
            self.by = self.by or inner.by
            self.values.append((value, line))
            return
        if (
            (symbol.kind is SymbolKind.CLASS and not self.returns.is_response(symbol))
            or symbol.kind is SymbolKind.BUILTIN
            or (symbol.kind is SymbolKind.EXTERNAL and symbol.name.partition(".")[0] in DATA_PACKAGES)
        ):
            self._body(value, line)

    def _is_serializer(self, symbol: Symbol, last: str) -> bool:
        return last in SERIALIZING or self.returns.schemas.is_schema(symbol)

    def _made(self, symbol: Symbol, callee: Value) -> None:
        self.serialized = True
        name = symbol.name.rpartition("::")[2]
        origin = receiver(callee)
        if origin is not None and symbol.kind is not SymbolKind.CLASS:
            kind = self.project.type_of(self.path, origin, self.scope, 0)
            name = kind.name.rpartition("::")[2] if kind.kind is SymbolKind.CLASS else name
        self.by = self.by or name.rpartition(".")[2]

    def _body(self, value: Value, line: int) -> None:
        """Data: made by a serializer somewhere in it, or made up."""
        if self._constant(value) or not self.bare:
            return
        self.values.append((value, line))
        if self._serialized(value, STEPS):
            self.serialized = True
            return
        self.data = True

    def _constant(self, value: Value) -> bool:
        """Nothing but constants: `{"success": True}`."""
        if isinstance(value, Constant | Template):
            return True
        if isinstance(value, Mapping):
            return all(each is not None for each in value.keys) and all(self._constant(each) for each in value.values)
        if isinstance(value, Sequence):
            return all(self._constant(each) for each in value.items)
        return isinstance(value, CallRef) and tail(self.summary.calls[value.index].callee) in ("gettext", "_", "str")

    def _serialized(self, value: Value, steps: int) -> bool:
        if steps <= 0:
            return False
        if isinstance(value, CallRef):
            call = self.summary.calls[value.index]
            symbol = self.project.callee(self.path, value.index)
            last = symbol.name.rpartition(".")[2] if symbol.kind is SymbolKind.EXTERNAL else tail(call.callee)
            if self._is_serializer(symbol, last):
                self._made(symbol, call.callee)
                return True
            inner = [*call.arguments, *(each for _, each in call.keywords)]
            origin = receiver(call.callee)
            return any(
                self._serialized(each, steps - 1) for each in (*inner, *([origin] if origin is not None else []))
            )
        if isinstance(value, Name):
            root = value.dotted.partition(".")[0]
            kind = self.project.type_of(self.path, Name(root), self.scope, 0)
            if self.returns.schemas.is_schema(kind):
                self._made(kind, Name(root))
                return True
            return any(
                self._serialized(each.value, steps - 1)
                for each in self.returns.assigned(self.path, self.scope, root)
                if each.value is not None and each.value != value
            ) or any(self._serialized(each, steps - 1) for each in self._appended(root))
        if isinstance(value, Member | Subscript | Comprehension | Mapping | Sequence | Operation | Choice):
            return any(self._serialized(each, steps - 1) for each in parts(value))
        return False

    def _appended(self, name: str) -> list[Value]:
        """What is put into a list of that name."""
        adding = Name(f"{name}.append")
        calls = [self.summary.calls[index] for index in self.project.called_in(self.path, self.scope)]
        return [call.arguments[0] for call in calls if call.arguments and call.callee == adding][:STEPS]


def _is_number(value: Value) -> bool:
    return isinstance(value, Constant) and isinstance(value.value, int)


def _is_error(status: Value | None) -> bool:
    if isinstance(status, Constant) and isinstance(status.value, int):
        return status.value in ERRORS or status.value == 204
    name = tail(status) if isinstance(status, Name | Member) else ""
    return name.startswith(("HTTP_4", "HTTP_5", "HTTP_204")) or name in (
        "BAD_REQUEST",
        "NOT_FOUND",
        "NO_CONTENT",
        "FORBIDDEN",
    )
