"""Names of Litestar 2.25 and of Starlite 1.51, as it was called before: tables, and questions about one name.

Re-exports keep the last part of a name (`litestar.get` is `litestar.handlers.get`), so names are compared by their top-level
package and their last part.
"""

from __future__ import annotations

from readiness.libraries.evaluation.things import Outside

PACKAGES = ("litestar", "starlite")
APPLICATIONS = {"Litestar": "Litestar", "Starlite": "Starlite"}
"""Classes of applications -> the framework as its makers spell it."""
FROM_CONFIG = "from_config"
"""Method of the application's class that makes one of an `AppConfig`."""
CONFIG = "AppConfig"
ROUTERS = frozenset({"Router", *APPLICATIONS})
CONTROLLER = "Controller"
LISTENER = "WebsocketListener"
LISTENING = "on_receive"
"""What of a listener class answers."""

SOCKETS = frozenset(
    {
        "websocket",
        "websocket_listener",
        "websocket_stream",
        "WebsocketRouteHandler",
        "WebsocketListenerRouteHandler",
    }
)
ASGI = frozenset({"asgi", "ASGIRouteHandler"})
VERBS = {"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE", "head": "HEAD"}
"""Handler decorators -> the HTTP method they answer."""
SEVERAL = frozenset({"route", "HTTPRouteHandler"})
"""Handler decorators that are told their methods by `http_method`."""
HANDLERS = frozenset({*VERBS, *SEVERAL, *SOCKETS, *ASGI})
SILENT_METHODS = frozenset({"OPTIONS"})

SECURITY = frozenset(
    {"JWTAuth", "JWTCookieAuth", "OAuth2PasswordBearerAuth", "SessionAuth", "BaseJWTAuth", "AbstractSecurityConfig"}
)
"""Classes whose `on_app_init` puts an authenticating middleware in front of everything."""
EXCLUDED = "exclude_from_auth"
"""Key of `opt` that lets everyone pass, unless the security configuration names another."""

POSITIONAL: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(HANDLERS, ("path",)),
    **dict.fromkeys(APPLICATIONS, ("route_handlers",)),
    "Router": ("path",),
    "register": ("value",),
    FROM_CONFIG: ("config",),
    "DefineMiddleware": ("middleware",),
    "Provide": ("dependency",),
}
"""Positional parameters by the last name of what is called."""

LAYERED = (
    "path",
    "guards",
    "dependencies",
    "middleware",
    "before_request",
    "opt",
    "parameters",
    "include_in_schema",
    "media_type",
)
"""What every layer can say: application, router, controller, handler."""
RESERVED = {
    "request": "request",
    "socket": "request",
    "headers": "header",
    "cookies": "cookie",
    "query": "query",
    "body": "body",
    "data": "body",
    "state": "",
    "scope": "",
    "receive": "",
    "send": "",
}
"""Parameters that are filled by their name -> where their values come from; empty for what is no input of the client."""
PAGES = frozenset({"Template", "HTMXTemplate", "Redirect", "File", "ClientRedirect", "ClientRefresh", "HXLocation"})
"""Answers that are pages, files and redirects."""
ENVELOPES = frozenset({"OffsetPagination", "ClassicPagination", "CursorPagination"})
"""Generic answers that hold one page of a collection."""


def is_ours(thing: object) -> bool:
    """A name of the framework."""
    return isinstance(thing, Outside) and thing.package in PACKAGES


def is_application(thing: Outside) -> bool:
    """What makes an application."""
    if not is_ours(thing):
        return False
    return thing.last in APPLICATIONS or (thing.last == FROM_CONFIG and thing.name.split(".")[-2] in APPLICATIONS)


def is_router(thing: Outside) -> bool:
    """A class whose objects take handlers, applications included."""
    return is_application(thing) or (is_ours(thing) and thing.last in ROUTERS)


def is_handler(thing: Outside) -> bool:
    """What makes a route handler of a function."""
    return is_ours(thing) and thing.last in HANDLERS


def is_security(thing: Outside) -> bool:
    """A security configuration."""
    return is_ours(thing) and thing.last in SECURITY


def is_known(thing: Outside) -> bool:
    """A class or function whose arguments are read."""
    return is_router(thing) or is_handler(thing) or is_security(thing) or (is_ours(thing) and thing.last == CONFIG)
