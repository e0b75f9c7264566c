"""Names of aiohttp 3.14 and of what is built on its server: tables, and questions about one name.

Re-exports keep the last part of a name (`aiohttp.web.Application` is `aiohttp.web_app.Application`), so names are compared by
their top-level package and their last part.
"""

from __future__ import annotations

from enum import StrEnum

from readiness.libraries.evaluation.things import Outside


class Holder(StrEnum):
    """What routes can hang on."""

    APPLICATION = "application"
    TABLE = "table"
    """A `RouteTableDef`, which an application takes its routes from."""


PACKAGE = "aiohttp"
WEB_MODULES = ("web", "web_app", "web_routedef", "web_urldispatcher")
"""Modules of the package that speak of servers; the others speak of clients."""
HOLDERS = {"Application": Holder.APPLICATION, "RouteTableDef": Holder.TABLE}

VERBS = {
    "get": "GET",
    "post": "POST",
    "put": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
    "trace": "TRACE",
    "connect": "CONNECT",
}
"""Methods of a class-based view -> the HTTP method they answer; HEAD and OPTIONS are answered beside the others."""
SHORTCUTS = {name: name.upper() for name in ("get", "post", "put", "patch", "delete", "head", "options")}
"""Functions of `aiohttp.web` and methods of a table that register one HTTP method."""
SILENT_METHODS = frozenset({"OPTIONS"})
ANY = "*"
METHODS = frozenset({*VERBS.values(), "HEAD", *SILENT_METHODS, ANY})

DEFINITIONS = frozenset({*SHORTCUTS, "route", "view", "static", "RouteDef", "StaticDef"})
"""Functions and classes of `aiohttp.web` that make an element for `add_routes`."""
DECORATING = frozenset({*SHORTCUTS, "route", "view"})
"""Methods of a table that give a decorator."""
ADDING = frozenset({*(f"add_{name}" for name in SHORTCUTS), "add_route", "add_view"})
"""Methods of an application's router that register one handler."""
ADDING_RESOURCE = "add_resource"
ADDING_ROUTES = "add_routes"
JOINING = frozenset({"add_subapp", "add_domain"})
GROWING = frozenset({"append", "extend", "insert"})
MIDDLEWARES = frozenset({"middlewares", "_middlewares"})

POSITIONAL: dict[str, tuple[str, ...]] = {
    "Application": (),
    "RouteTableDef": (),
    "add_subapp": ("prefix", "subapp"),
    "add_domain": ("domain", "subapp"),
    "add_routes": ("routes",),
    "add_resource": ("path",),
    "add_route": ("method", "path", "handler"),
    "add_view": ("path", "handler"),
    **dict.fromkeys((f"add_{name}" for name in SHORTCUTS), ("path", "handler")),
    "route": ("method", "path", "handler"),
    "RouteDef": ("method", "path", "handler", "kwargs"),
    "view": ("path", "handler"),
    **dict.fromkeys(SHORTCUTS, ("path", "handler")),
}
"""Positional parameters by the last name of what is called."""
RESOURCE_POSITIONAL = ("method", "handler")
"""Those of `Resource.add_route`."""

VIEW_PACKAGES = frozenset({"aiohttp", "aiohttp_pydantic", "aiohttp_cors"})
PYDANTIC_VIEW = "PydanticView"
QUIET = frozenset({"aiohttp", "aiohttp_jinja2", "aiohttp_cors", "aiohttp_pydantic"})
"""Packages whose decorators refuse nothing."""
QUIET_NAMES = frozenset(
    {
        "aiohttp_apispec.docs",
        "aiohttp_apispec.response_schema",
        "aiohttp_apispec.decorators.docs",
        "aiohttp_apispec.decorators.response_schema",
        "aiohttp_apispec.decorators.docs.docs",
        "aiohttp_apispec.decorators.response.response_schema",
        "aiohttp_apigami.docs",
        "aiohttp_apigami.response_schema",
    }
)
QUIET_MIDDLEWARE = frozenset(
    {
        "aiohttp.web.normalize_path_middleware",
        "aiohttp.web_middlewares.normalize_path_middleware",
        "aiohttp.web.middleware",
        "aiohttp.web_middlewares.middleware",
    }
)
"""Middleware of aiohttp that redirects and refuses nothing."""


def holder_of(thing: Outside) -> Holder | None:
    """What a class of another package makes, None where routes cannot hang on it."""
    return HOLDERS.get(thing.last) if thing.package == PACKAGE else None


def is_holder(thing: Outside) -> bool:
    """Routes can hang on its objects."""
    return holder_of(thing) is not None


def definition_of(thing: Outside) -> str:
    """`get` of `aiohttp.web.get`; empty for anything that makes no element for `add_routes`."""
    parts = thing.name.split(".")
    inside = len(parts) == 3 and parts[0] == PACKAGE and parts[1] in WEB_MODULES
    return parts[2] if inside and parts[2] in DEFINITIONS else ""


def method_of(name: str) -> str:
    """`GET` of `aiohttp.hdrs.METH_GET` or `http.HTTPMethod.GET`; empty for any other name."""
    last = name.rpartition(".")[2]
    if name.startswith("aiohttp.hdrs.METH_"):
        method = last.removeprefix("METH_")
        return ANY if method == "ANY" else method
    return last if name.startswith("http.HTTPMethod.") else ""
