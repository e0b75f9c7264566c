"""A call in, the answer that it gives to a client out: status and what stands in the body.

Answers are exceptions that a framework turns into responses, functions that abort, response objects and messages shown to
the user. Status codes are those of the libraries named at their tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus

from msgspec import Struct

from readiness.libraries.values.expressions import tail
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import Call, Constant, Name, Opaque, Starred, Value

STATUS_NAME = re.compile(r"^HTTP_(\d{3})(?:_|$)")
STATUS_KEYWORDS = frozenset({"status_code", "status", "code", "http_status_code", "http_code"})
BESIDE = STATUS_KEYWORDS | {"media_type", "content_type", "mimetype", "request", "template_name", "using", "level"}
"""Keywords that carry nothing of a failure."""

RAISED: dict[str, int] = {
    "fastapi.HTTPException": 0,
    "fastapi.exceptions.HTTPException": 0,
    "fastapi.exceptions.WebSocketException": 0,
    "starlette.exceptions.HTTPException": 0,
    "litestar.exceptions.HTTPException": 0,
    "quart.exceptions.HTTPException": 0,
    "ninja.errors.HttpError": 0,
    "aiohttp.web.HTTPException": 0,
    "aiohttp.web.HTTPBadRequest": 400,
    "aiohttp.web.HTTPInternalServerError": 500,
    "tornado.web.HTTPError": 0,
    "falcon.HTTPError": 0,
    "falcon.HTTPBadRequest": 400,
    "falcon.HTTPInternalServerError": 500,
    "sanic.exceptions.SanicException": 500,
    "django.http.Http404": 404,
    "django.core.exceptions.PermissionDenied": 403,
    "django.core.exceptions.SuspiciousOperation": 400,
    "django.core.exceptions.BadRequest": 400,
    "django.core.exceptions.ValidationError": 400,
    "django.forms.ValidationError": 400,
    "graphql.GraphQLError": 400,
    "graphql.error.GraphQLError": 400,
    "marshmallow.ValidationError": 400,
    "marshmallow.exceptions.ValidationError": 400,
    "wtforms.validators.ValidationError": 400,
    "wtforms.ValidationError": 400,
}
"""Exceptions that a framework answers by itself; 0 where the status is an argument."""
STATUS_FIRST = frozenset(
    {
        "fastapi.HTTPException",
        "fastapi.exceptions.HTTPException",
        "fastapi.exceptions.WebSocketException",
        "starlette.exceptions.HTTPException",
        "ninja.errors.HttpError",
        "tornado.web.HTTPError",
        "falcon.HTTPError",
    }
)
"""Those whose first argument is the status."""
REST: dict[str, int] = {
    "APIException": 500,
    "ValidationError": 400,
    "ParseError": 400,
    "AuthenticationFailed": 401,
    "NotAuthenticated": 401,
    "PermissionDenied": 403,
    "NotFound": 404,
    "MethodNotAllowed": 405,
    "NotAcceptable": 406,
    "UnsupportedMediaType": 415,
    "Throttled": 429,
}
"""`rest_framework.exceptions` (3.16); `rest_framework.serializers` exports some of them as well."""
WERKZEUG: dict[str, int] = {
    "HTTPException": 0,
    "BadRequest": 400,
    "Unauthorized": 401,
    "Forbidden": 403,
    "NotFound": 404,
    "MethodNotAllowed": 405,
    "NotAcceptable": 406,
    "RequestTimeout": 408,
    "Conflict": 409,
    "Gone": 410,
    "PreconditionFailed": 412,
    "RequestEntityTooLarge": 413,
    "UnsupportedMediaType": 415,
    "UnprocessableEntity": 422,
    "TooManyRequests": 429,
    "InternalServerError": 500,
    "NotImplemented": 501,
    "BadGateway": 502,
    "ServiceUnavailable": 503,
    "GatewayTimeout": 504,
}
"""`werkzeug.exceptions` (3.1)."""
ABORTS = frozenset(
    {
        "flask.abort",
        "quart.abort",
        "werkzeug.exceptions.abort",
        "flask_restful.abort",
        "flask_restplus.abort",
        "flask_restx.abort",
        "flask_restx.Namespace.abort",
        "flask_restx.Api.abort",
        "flask_restful.Resource.abort",
        "flask_smorest.abort",
        "apiflask.abort",
        "sanic.exceptions.abort",
    }
)
"""Functions that end the request; the first argument is the status."""
RESPONSES: dict[str, int] = {
    "django.http.HttpResponse": 200,
    "django.http.JsonResponse": 200,
    "django.http.StreamingHttpResponse": 200,
    "django.http.HttpResponseBadRequest": 400,
    "django.http.HttpResponseForbidden": 403,
    "django.http.HttpResponseNotFound": 404,
    "django.http.HttpResponseNotAllowed": 405,
    "django.http.HttpResponseGone": 410,
    "django.http.HttpResponseServerError": 500,
    "django.http.response.HttpResponse": 200,
    "django.http.response.JsonResponse": 200,
    "django.http.response.HttpResponseServerError": 500,
    "django.http.response.HttpResponseBadRequest": 400,
    "django.shortcuts.render": 200,
    "rest_framework.response.Response": 200,
    "flask.jsonify": 200,
    "flask.make_response": 200,
    "flask.Response": 200,
    "flask.wrappers.Response": 200,
    "flask.render_template": 200,
    "flask.render_template_string": 200,
    "flask.json.jsonify": 200,
    "flask_restful.Response": 200,
    "werkzeug.Response": 200,
    "werkzeug.wrappers.Response": 200,
    "quart.jsonify": 200,
    "quart.Response": 200,
    "quart.make_response": 200,
    "fastapi.Response": 200,
    "fastapi.responses.Response": 200,
    "fastapi.responses.JSONResponse": 200,
    "fastapi.responses.ORJSONResponse": 200,
    "fastapi.responses.HTMLResponse": 200,
    "fastapi.responses.PlainTextResponse": 200,
    "starlette.responses.Response": 200,
    "starlette.responses.JSONResponse": 200,
    "starlette.responses.HTMLResponse": 200,
    "starlette.responses.PlainTextResponse": 200,
    "litestar.Response": 200,
    "litestar.response.Response": 200,
    "aiohttp.web.Response": 200,
    "aiohttp.web.json_response": 200,
    "sanic.response.json": 200,
    "sanic.response.text": 200,
    "sanic.response.html": 200,
}
"""Response classes and functions, with the status they answer when none is given."""
STATUS_SECOND = re.compile(
    r"^(?:rest_framework\.response\.Response|(?:fastapi|starlette)\.(?:responses\.)?\w*Response|flask\.(?:wrappers\.)?Response"
    r"|werkzeug\.(?:wrappers\.)?Response|sanic\.response\.\w+)$"
)
"""Responses whose second argument is the status."""
SHOWN = re.compile(
    r"^(?:flask\.flash|quart\.flash|django\.contrib\.messages\.(?:error|warning|info|success|debug|add_message))$"
)
"""Functions that show a message to the user on the next page."""


class Answer(Struct, frozen=True):
    """What one call answers a client."""

    status: int
    """0 where it is not known."""
    kind: str
    """`raised`, `aborted`, `response`, `shown`."""
    bodies: tuple[Value, ...]
    """The arguments that reach the client."""
    name: str
    """What is called, for messages: `HTTPException`."""


def answer_of(project: Project, path: str, index: int) -> Answer | None:
    """The answer that a call makes; None where it makes none."""
    summary = project.summary(path)
    if summary is None:
        return None
    call = summary.calls[index]
    symbol = project.callee(path, index)
    if symbol.kind is SymbolKind.EXTERNAL:
        return _external(project, path, call, symbol.name)
    if symbol.kind is SymbolKind.CLASS:
        return _of_project_class(project, path, call, symbol)
    return None


def raises_answer(project: Project, symbol: Symbol) -> bool:
    """A class of exceptions that some framework turns into a response."""
    if symbol.kind is SymbolKind.EXTERNAL:
        return raised_status(symbol.name) is not None
    return symbol.kind is SymbolKind.CLASS and _base(project, symbol) != ""


def raised_status(name: str) -> int | None:
    """The status of an exception class of a framework; 0 where an argument sets it, None for other classes."""
    if name in RAISED:
        return RAISED[name]
    module, _, last = name.rpartition(".")
    if module in ("rest_framework.exceptions", "rest_framework.serializers"):
        return REST.get(last)
    if module in ("werkzeug.exceptions", "werkzeug") or module.endswith("_compat.exceptions"):
        return WERKZEUG.get(last)
    if name.startswith(("litestar.exceptions.", "aiohttp.web.HTTP")):
        return 0
    return None


def status_value(project: Project, path: str, value: Value | None, scope: int, line: int) -> int:
    """The number that a status argument is: a literal, `status.HTTP_400_BAD_REQUEST`, `HTTPStatus.BAD_REQUEST`; else 0."""
    if value is None:
        return 0
    known = project.constant(path, value, scope, line)
    if isinstance(known, int) and not isinstance(known, bool):
        return known
    if isinstance(known, str) and known[:3].isdigit():
        return int(known[:3])
    symbol = project.resolve_value(path, value, scope, line)
    name = (symbol.name if symbol.kind is SymbolKind.EXTERNAL else tail(value)).removesuffix(".value")
    last = name.rpartition(".")[2]
    found = STATUS_NAME.match(last)
    if found:
        return int(found[1])
    return int(HTTPStatus[last]) if "HTTPStatus" in name and last in HTTPStatus.__members__ else 0


def _external(project: Project, path: str, call: Call, name: str) -> Answer | None:
    last = name.rpartition(".")[2]
    if name in ABORTS:
        return _answer(project, path, call, "aborted", last, first=True)
    if SHOWN.match(name):
        return Answer(0, "shown", _bodies(call, call.arguments), last)
    fixed = raised_status(name)
    if fixed is not None:
        return _answer(project, path, call, "raised", last, first=name in STATUS_FIRST, default=fixed)
    if name in RESPONSES:
        second = STATUS_SECOND.match(name) is not None
        return _answer(project, path, call, "response", last, second=second, default=RESPONSES[name])
    return None


def _of_project_class(project: Project, path: str, call: Call, symbol: Symbol) -> Answer | None:
    """A call of a class of the project's own, derived from an exception or a response of a framework."""
    base = _base(project, symbol)
    if not base:
        return None
    last = symbol.name.rpartition("::")[2].rpartition(".")[2]
    own = _own_status(project, symbol)
    plain = project.member(symbol, "__init__").kind is not SymbolKind.FUNCTION
    fixed = raised_status(base)
    if fixed is not None:
        return _answer(
            project, path, call, "raised", last, first=plain and base in STATUS_FIRST, default=own or fixed or 0
        )
    second = plain and STATUS_SECOND.match(base) is not None
    return _answer(project, path, call, "response", last, second=second, default=own or RESPONSES[base])


def _base(project: Project, symbol: Symbol) -> str:
    """The class of a framework that a project class is made from; empty without one."""
    for each in project.ancestors(symbol):
        if each.kind is SymbolKind.EXTERNAL and (raised_status(each.name) is not None or each.name in RESPONSES):
            return each.name
    return ""


def _own_status(project: Project, symbol: Symbol) -> int:
    """The status that the class itself sets: `status_code = 409`."""
    for name in ("status_code", "code", "status"):
        member = project.member(symbol, name)
        summary = project.summary(member.path) if member.kind is SymbolKind.VARIABLE else None
        if summary is None or member.index < 0:
            continue
        assignment = summary.assignments[member.index]
        found = status_value(project, member.path, assignment.value, assignment.scope, assignment.line)
        if found:
            return found
    return 0


def _answer(
    project: Project,
    path: str,
    call: Call,
    kind: str,
    name: str,
    *,
    first: bool = False,
    second: bool = False,
    default: int = 0,
) -> Answer:
    given = next((value for key, value in call.keywords if key in STATUS_KEYWORDS), None)
    positional = list(call.arguments)
    place = 0 if first else 1 if second else -1
    if given is None and 0 <= place < len(positional) and not any(isinstance(each, Starred) for each in positional):
        given = positional.pop(place)
    status = status_value(project, path, given, call.scope, call.line) if given is not None else default
    return Answer(status, kind, _bodies(call, positional), name)


def _bodies(call: Call, positional: Iterable[Value]) -> tuple[Value, ...]:
    values = [*positional, *(value for key, value in call.keywords if key not in BESIDE)]
    return tuple(each for each in values if not isinstance(each, Constant | Opaque) and each != Name("request"))
