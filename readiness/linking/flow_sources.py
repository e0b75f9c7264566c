"""Where text comes from: tables of request objects, settings and environment, and the questions asked of them."""

from __future__ import annotations

from readiness.model import Code, Symbol, SymbolKind

REQUEST_TYPES = (
    "starlette.requests.Request", "starlette.requests.HTTPConnection", "starlette.websockets.WebSocket",
    "fastapi.Request", "fastapi.requests.Request", "fastapi.WebSocket", "fastapi.requests.HTTPConnection",
    "flask.Request", "flask.wrappers.Request", "werkzeug.wrappers.Request", "werkzeug.Request", "quart.Request",
    "quart.wrappers.Request", "django.http.HttpRequest", "django.http.request.HttpRequest",
    "django.core.handlers.wsgi.WSGIRequest", "django.core.handlers.asgi.ASGIRequest",
    "rest_framework.request.Request", "sanic.Request", "sanic.request.Request", "aiohttp.web.Request",
    "aiohttp.web_request.Request", "falcon.Request", "falcon.asgi.Request", "pyramid.request.Request",
    "bottle.Request", "litestar.Request", "litestar.connection.Request", "webob.Request",
    "tornado.httputil.HTTPServerRequest", "connexion.request",
)  # fmt: skip
REQUEST_OBJECTS = ("flask.request", "flask.globals.request", "quart.request", "bottle.request", "connexion.request")
"""Names that are a request by themselves."""
CLIENT_DATA = frozenset(
    {
        "query_params", "path_params", "headers", "cookies", "body", "json", "form", "stream", "url", "args",
        "values", "files", "data", "get_json", "get_data", "GET", "POST", "META", "COOKIES", "FILES", "path",
        "path_info", "full_path", "query_string", "view_args", "match_info", "rel_url", "query", "query_arguments",
        "text", "post", "read", "media", "get_media", "params", "param", "json_body", "content_type", "mimetype",
        "referrer", "user_agent", "remote_user", "host", "get_full_path", "build_absolute_uri", "base_url",
        "get_param", "get_header", "arguments", "body_arguments", "receive_text", "receive_json", "receive_bytes",
        "iter_text", "iter_json", "origin", "authorization", "environ", "raw_args", "raw_path", "query_args",
        "get_args", "matchdict", "json_object",
    }
)  # fmt: skip
"""Attributes and methods of requests that hold what a client sent."""
SETTINGS_TYPES = (
    "pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.env_settings.BaseSettings",
    "pydantic_settings.main.BaseSettings", "starlette.config.Config", "starlette.config.Environ", "environ.Env",
    "environs.Env", "decouple.AutoConfig", "decouple.Config", "dynaconf.Dynaconf", "dynaconf.LazySettings",
    "configparser.ConfigParser", "configparser.SafeConfigParser", "configparser.RawConfigParser",
    "alembic.config.Config", "flask.Config", "flask.config.Config",
)  # fmt: skip
CONFIGURED_NAMES = frozenset(
    {
        "os.environ", "os.getenv", "os.environb", "django.conf.settings", "decouple.config",
        "starlette.config.environ", "flask.current_app.config", "sys.argv", "getpass.getuser", "socket.gethostname",
        "os.getcwd",
    }
)  # fmt: skip
"""Set by whoever runs the program."""


def is_request_type(code: Code, symbol: Symbol) -> bool:
    """A class is a request of some web framework."""
    if symbol.kind is SymbolKind.EXTERNAL and symbol.name in REQUEST_TYPES:
        return True
    return symbol.kind is SymbolKind.CLASS and code.is_a(symbol, REQUEST_TYPES)
