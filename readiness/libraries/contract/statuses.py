"""The handler of a route in, the error statuses that it answers with itself out: raised, aborted or returned as literals.

Names were read in FastAPI 0.128, Starlette 0.50, Werkzeug 3.1, Flask 3.1, DRF 3.16, Django 6.0, connexion 3.3, Litestar 2.18,
aiohttp 3.13, Sanic 25.3, django-ninja 1.4, Tornado 6.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus

from msgspec import Struct

from readiness.libraries.values.expressions import tail
from readiness.model import UNKNOWN, Code, Span, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Name, Sequence, Value

DEPTH = 2
"""Functions of the project between a handler and the line that answers, the handler included."""
EXCEPTIONS = frozenset({"HTTPException", "HttpError", "HTTPError", "HttpResponse", "ProblemException"})
"""Exceptions whose first argument, or `status_code`, `status`, is the answer's status."""
ABORTING = frozenset({"abort"})
STATUS_KEYS = ("status_code", "status", "code", "http_status_code")
NAMED = {
    "BadRequest": 400,
    "ValidationError": 400,
    "ParseError": 400,
    "Unauthorized": 401,
    "NotAuthenticated": 401,
    "NotAuthorizedException": 401,
    "Forbidden": 403,
    "PermissionDenied": 403,
    "PermissionDeniedException": 403,
    "NotFound": 404,
    "NotFoundException": 404,
    "Http404": 404,
    "HTTPNotFound": 404,
    "HTTPBadRequest": 400,
    "HTTPUnauthorized": 401,
    "HTTPForbidden": 403,
    "HTTPConflict": 409,
    "MethodNotAllowed": 405,
    "Conflict": 409,
    "Gone": 410,
    "RequestEntityTooLarge": 413,
    "UnsupportedMediaType": 415,
    "UnprocessableEntity": 422,
    "TooManyRequests": 429,
    "Throttled": 429,
    "NotImplemented": 501,
    "ServiceUnavailable": 503,
}
"""Exceptions of frameworks that have a status of their own."""
PACKAGES = frozenset(
    [
        *("fastapi", "starlette", "litestar", "werkzeug", "flask", "flask_restful", "flask_restx", "flask_smorest"),
        *("quart", "connexion", "django", "rest_framework", "ninja", "aiohttp", "sanic", "tornado"),
    ]
)
GETTING = frozenset({"get_object_or_404", "get_list_or_404", "get_or_404", "first_or_404", "one_or_404"})
CONSTANT = re.compile(r"HTTP_(\d{3})_")


class Answered(Struct, frozen=True, order=True):
    """One error status and where it is answered."""

    status: int
    span: Span


class Statuses:
    """Reads the error statuses of handlers."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._known: dict[str, tuple[Answered, ...]] = {}
        self._raises: dict[str, dict[int, list[tuple[Value, int]]]] = {}

    def of(self, handler: str) -> tuple[Answered, ...]:
        """Error statuses of a function and of what it calls in the project, each once."""
        place = self._code.find(handler)
        if place is None:
            return ()
        path, index = place
        symbol = Symbol(SymbolKind.FUNCTION, handler, path, index)
        found: dict[int, Answered] = {}
        for each in self._code.reached_from(symbol, DEPTH - 1):
            for answered in self._own(each):
                found.setdefault(answered.status, answered)
        return tuple(sorted(found.values()))

    def _own(self, symbol: Symbol) -> tuple[Answered, ...]:
        if symbol.name not in self._known:
            self._known[symbol.name] = tuple(self._read(symbol))
        return self._known[symbol.name]

    def _read(self, symbol: Symbol) -> Iterator[Answered]:
        summary = self._code.summary(symbol.path)
        if summary is None:
            return
        for value, line in self._raised(symbol.path).get(symbol.index, ()):
            status = self._of_exception(symbol, value, line)
            if 400 <= status < 500:
                yield Answered(status, Span(symbol.path, line))
        for index in self._code.calls_in(symbol):
            call = summary.calls[index]
            last = tail(call.callee)
            if call.scope != symbol.index:
                continue
            status = 0
            if last in ABORTING and self._foreign(symbol.path, index):
                status = self._of_call(symbol, call, positional=True)
            elif last in GETTING and self._foreign(symbol.path, index):
                status = 404
            if 400 <= status < 500:
                yield Answered(status, Span(symbol.path, call.line))
        for given in summary.returns:
            if given.scope == symbol.index and isinstance(given.value, Sequence) and len(given.value.items) > 1:
                status = self._status(symbol, given.value.items[1], given.line)
                if 400 <= status < 500 and given.value.kind == "tuple":
                    yield Answered(status, Span(symbol.path, given.line))

    def _raised(self, path: str) -> dict[int, list[tuple[Value, int]]]:
        if path not in self._raises:
            found: dict[int, list[tuple[Value, int]]] = {}
            summary = self._code.summary(path)
            for each in summary.raises if summary is not None else ():
                if each.value is not None:
                    found.setdefault(each.scope, []).append((each.value, each.line))
            self._raises[path] = found
        return self._raises[path]

    def _foreign(self, path: str, index: int) -> bool:
        """The call is one of a framework's."""
        symbol = self._code.callee(path, index)
        return symbol.kind is SymbolKind.EXTERNAL and symbol.name.partition(".")[0] in PACKAGES

    def _of_exception(self, symbol: Symbol, value: Value, line: int) -> int:
        summary = self._code.summary(symbol.path)
        if isinstance(value, CallRef) and summary is not None:
            call = summary.calls[value.index]
            raised = self._code.callee(symbol.path, value.index)
        elif isinstance(value, Name):
            call = None
            raised = self._code.resolve(symbol.path, value.dotted, symbol.index, line)
        else:
            return 0
        if raised.kind is not SymbolKind.EXTERNAL or raised.name.partition(".")[0] not in PACKAGES:
            return 0
        last = raised.name.rpartition(".")[2]
        if last in EXCEPTIONS:
            return self._of_call(symbol, call, positional=True) if call is not None else 0
        given = self._of_call(symbol, call, positional=False) if call is not None else 0
        return given or NAMED.get(last, 0)

    def _of_call(self, symbol: Symbol, call: Call, *, positional: bool) -> int:
        keywords = dict(call.keywords)
        given = next((keywords[key] for key in STATUS_KEYS if key in keywords), None)
        if given is None and positional and call.arguments:
            given = call.arguments[0]
        return self._status(symbol, given, call.line) if given is not None else 0

    def _status(self, symbol: Symbol, value: Value, line: int) -> int:
        """The number that a status is: a literal, a constant of a framework or of the standard library."""
        found = value.value if isinstance(value, Constant) else UNKNOWN
        if isinstance(value, Name):
            named = self._code.resolve_value(symbol.path, value, symbol.index, line)
            if named.kind is SymbolKind.EXTERNAL:
                return _named_status(named.name)
            found = self._code.constant(symbol.path, value, symbol.index, line)
        return found if isinstance(found, int) and not isinstance(found, bool) and 100 <= found <= 599 else 0


def _named_status(name: str) -> int:
    """`fastapi.status.HTTP_404_NOT_FOUND`, `http.HTTPStatus.NOT_FOUND`, `http.HTTPStatus.NOT_FOUND.value`."""
    constant = CONSTANT.search(name)
    if constant:
        return int(constant[1])
    parts = name.split(".")
    if "HTTPStatus" in parts[:-1]:
        member = parts[parts.index("HTTPStatus") + 1]
        return HTTPStatus[member].value if member in HTTPStatus.__members__ else 0
    return 0
