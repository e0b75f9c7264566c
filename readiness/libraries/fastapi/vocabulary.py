"""Names of FastAPI 0.165 and Starlette 1.10, and of what is built on them: tables, and questions about one name.

Re-exports keep the last part of a name (`fastapi.APIRouter` is `fastapi.routing.APIRouter`), so names are compared by their
top-level package and their last part.
"""

from __future__ import annotations

from readiness.libraries.evaluation.things import Outside

FRAMEWORK = frozenset({"fastapi", "starlette"})
APPLICATIONS = frozenset({"FastAPI", "Starlette"})
ROUTERS = frozenset({"APIRouter", "Router"})
MADE_ROUTERS: dict[str, frozenset[str]] = {
    "fastapi_utils": frozenset({"InferringRouter"}),
    "fastapi_restful": frozenset({"InferringRouter"}),
    "fastapi_versioning": frozenset({"VersionedFastAPI"}),
    "fastapi_versionizer": frozenset({"Versionizer"}),
    "strawberry": frozenset({"GraphQLRouter"}),
}
"""Classes of other packages that are routers as well."""
OWN_ROUTES: dict[str, tuple[str, ...]] = {"GraphQLRouter": ("GET", "POST", "WEBSOCKET")}
"""Routers that register routes of their own at their `path` -> the methods (strawberry-graphql 0.28)."""
WHOLE_APPLICATIONS: dict[str, frozenset[str]] = {
    "strawberry": frozenset({"GraphQL"}),
    "ariadne": frozenset({"GraphQL"}),
    "starlette_graphene3": frozenset({"GraphQLApp"}),
    "starlette_graphene": frozenset({"GraphQLApp"}),
    "starlette": frozenset({"GraphQLApp"}),
}
"""Classes whose objects, mounted, answer every method at the very address of the mount."""

VERBS = {
    "get": "GET",
    "post": "POST",
    "put": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
    "trace": "TRACE",
    "head": "HEAD",
    "options": "OPTIONS",
}
"""Methods of a router that register one HTTP method."""
REGISTERING = frozenset({*VERBS, "api_route", "route", "websocket", "websocket_route"})
"""Methods of a router that give a decorator."""
ADDING = frozenset({"add_api_route", "add_route", "add_api_websocket_route", "add_websocket_route"})
SOCKETS = frozenset({"websocket", "websocket_route", "add_api_websocket_route", "add_websocket_route"})
JOINING = frozenset({"include_router", "mount", "host"})
LISTING = frozenset({"append", "extend", "insert"})
SILENT_METHODS = frozenset({"OPTIONS"})
"""Answered beside the others; no operations of their own."""

ROUTE_OBJECTS = frozenset({"Route", "APIRoute", "WebSocketRoute", "APIWebSocketRoute", "Mount", "Host"})
ENDPOINT_CLASSES = frozenset({"HTTPEndpoint", "WebSocketEndpoint"})

POSITIONAL: dict[str, tuple[str, ...]] = {
    "FastAPI": (),
    "APIRouter": (),
    "InferringRouter": (),
    "Starlette": ("debug", "routes", "middleware"),
    "Router": ("routes", "redirect_slashes", "default"),
    "Route": ("path", "endpoint"),
    "APIRoute": ("path", "endpoint"),
    "WebSocketRoute": ("path", "endpoint"),
    "APIWebSocketRoute": ("path", "endpoint"),
    "Mount": ("path", "app", "routes", "name"),
    "Host": ("host", "app", "name"),
    "include_router": ("router",),
    "mount": ("path", "app", "name"),
    "host": ("host", "app", "name"),
    "add_api_route": ("path", "endpoint"),
    "add_route": ("path", "endpoint", "methods", "name", "include_in_schema"),
    "add_api_websocket_route": ("path", "endpoint", "name"),
    "add_websocket_route": ("path", "endpoint", "name"),
    "api_route": ("path",),
    "route": ("path", "methods", "name", "include_in_schema"),
    "websocket": ("path", "name"),
    "websocket_route": ("path", "name"),
    **dict.fromkeys(VERBS, ("path",)),
}
"""Positional parameters by the last name of what is called."""

DEPENDS = frozenset({"Depends", "Security"})
SOURCES = {
    "Path": "path",
    "Query": "query",
    "Header": "header",
    "Cookie": "cookie",
    "Body": "body",
    "Form": "form",
    "File": "file",
}
"""`fastapi.Query` and its kin -> where the value comes from."""
REQUEST_OBJECTS = frozenset({"Request", "WebSocket", "HTTPConnection"})
INJECTED = frozenset({"Response", "BackgroundTasks", "SecurityScopes"})
"""Given by the framework, no input of the client."""
INJECTORS = {"dishka": frozenset({"FromDishka", "FromComponent"}), "fastapi_injector": frozenset({"Injected"})}
"""Markers of containers that fill a parameter: package -> names (dishka 1.6, fastapi-injector 0.6)."""

PAGE_RESPONSES = frozenset(
    {
        "HTMLResponse",
        "RedirectResponse",
        "FileResponse",
        "TemplateResponse",
        "_TemplateResponse",
        "TagResponse",
        "HtpyResponse",
    }
)
"""Answers that are pages, files and redirects; the last two of tagflow 0.12 and htpy 25.4."""
DOCUMENT_PAGES = frozenset(
    {"get_swagger_ui_html", "get_redoc_html", "get_swagger_ui_oauth2_redirect_html", "get_openapi"}
)
STATIC = frozenset({"StaticFiles"})
FOREIGN_APPLICATIONS = frozenset({"WSGIMiddleware"})


def is_framework(thing: object) -> bool:
    """A name of FastAPI or Starlette."""
    return isinstance(thing, Outside) and thing.package in FRAMEWORK


def is_application(thing: Outside) -> bool:
    """An application class."""
    return thing.package in FRAMEWORK and thing.last in APPLICATIONS


def is_router(thing: Outside) -> bool:
    """A class whose objects take routes, applications included."""
    if thing.package in FRAMEWORK:
        return thing.last in APPLICATIONS or thing.last in ROUTERS
    return thing.last in MADE_ROUTERS.get(thing.package, ())


def is_whole_application(thing: object) -> bool:
    """A class whose mounted objects are one operation."""
    return isinstance(thing, Outside) and thing.last in WHOLE_APPLICATIONS.get(thing.package, ())


def is_route_object(thing: Outside) -> bool:
    """`Route`, `Mount` and their kin."""
    return thing.package in FRAMEWORK and thing.last in ROUTE_OBJECTS


def is_depends(thing: Outside) -> bool:
    """`Depends` or `Security`."""
    return thing.package == "fastapi" and thing.last in DEPENDS


def is_injector(thing: object) -> bool:
    """It marks a parameter that a container fills, not the client."""
    return isinstance(thing, Outside) and thing.last in INJECTORS.get(thing.package, ())


def parameter_source(thing: Outside) -> str:
    """Where a parameter of this marker comes from; empty for anything but a marker."""
    return SOURCES.get(thing.last, "") if thing.package == "fastapi" else ""
