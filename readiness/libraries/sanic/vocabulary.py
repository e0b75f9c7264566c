"""Names of Sanic 25.12, sanic-ext and sanic-jwt: tables, and questions about one name.

Re-exports keep the last part of a name (`sanic.Sanic` is `sanic.app.Sanic`), so names are compared by their top-level package
and their last part.
"""

from __future__ import annotations

from enum import StrEnum

from readiness.libraries.evaluation.things import Outside


class Holder(StrEnum):
    """What routes can hang on."""

    APPLICATION = "application"
    BLUEPRINT = "blueprint"
    GROUP = "group"


PACKAGE = "sanic"
HOLDERS = {
    "Sanic": Holder.APPLICATION,
    "Blueprint": Holder.BLUEPRINT,
    "group": Holder.GROUP,
    "BlueprintGroup": Holder.GROUP,
}
"""Last name of what makes a holder."""
COPY = "copy"
"""`blueprint.copy("name", version=2)` makes a blueprint with the same routes."""
CURRENT = frozenset({"get_app"})
"""`Sanic.get_app()` gives an application that was made elsewhere."""

VERBS = {"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE"}
"""Methods of a class-based view -> the HTTP method they answer; HEAD and OPTIONS are answered beside the others."""
SHORTCUTS = {**VERBS, "head": "HEAD", "options": "OPTIONS"}
"""Methods of an application or blueprint that register one HTTP method."""
SILENT_METHODS = frozenset({"OPTIONS"})
SOCKETS = frozenset({"websocket", "add_websocket_route"})
DECORATING = frozenset({*SHORTCUTS, "route", "websocket"})
"""Methods that give a decorator which registers."""
ADDING = frozenset({"add_route", "add_websocket_route"})
ATTACH = "attach"
"""Method of a class-based view that registers the class."""
JOINING = frozenset({"blueprint", "register_blueprint"})
GROWING = frozenset({"append", "extend", "insert"})
"""Methods of a group that add blueprints to it."""
HOOKS = frozenset({"middleware", "on_request"})
"""Decorators of an application, blueprint or group that take a function to run before its handlers."""
HOOK_CALLS = frozenset({*HOOKS, "register_middleware"})

_ROUTE = ("uri", "methods", "host", "strict_slashes", "stream", "version", "name")
_SHORTCUT = ("uri", "host", "strict_slashes", "version", "name")
_HANDLED = ("handler", "uri", "methods", "host", "strict_slashes", "version", "name")
POSITIONAL: dict[str, tuple[str, ...]] = {
    "Sanic": ("name",),
    "Blueprint": ("name", "url_prefix", "host", "version", "strict_slashes", "version_prefix"),
    "copy": ("name", "url_prefix", "version", "version_prefix"),
    "group": (),
    "BlueprintGroup": ("url_prefix", "version", "strict_slashes", "version_prefix"),
    "route": _ROUTE,
    **dict.fromkeys(SHORTCUTS, _SHORTCUT),
    "websocket": ("uri", "host", "strict_slashes"),
    "add_route": _HANDLED,
    "add_websocket_route": ("handler", "uri", "host", "strict_slashes"),
    "attach": ("to", "uri", "methods", "host", "strict_slashes", "version", "name"),
    "blueprint": ("blueprint",),
    "register_blueprint": ("blueprint",),
    "middleware": ("middleware_or_request", "attach_to"),
    "on_request": ("middleware",),
    "register_middleware": ("middleware", "attach_to"),
}
"""Positional parameters by the last name of what is called."""

VERSION_PREFIX = "/v"
QUIET = frozenset({"sanic", "sanic_openapi"})
"""Packages whose decorators refuse nothing."""
QUIET_PARTS = (
    "sanic_ext.openapi.",
    "sanic_ext.extensions.openapi.",
    "sanic_ext.extensions.templating.",
    "sanic_ext.render",
)
"""Decorators of sanic-ext that document or render."""
DECORATORS = "decorators"
"""Attribute of a class-based view that holds decorators of all its methods."""


def holder_of(thing: Outside) -> Holder | None:
    """What a class or function of another package makes, None where routes cannot hang on it."""
    if thing.package != PACKAGE:
        return None
    if thing.last == COPY:
        return Holder.BLUEPRINT if "Blueprint" in thing.name else None
    if thing.last == "group" and "Blueprint" not in thing.name:
        return None
    return HOLDERS.get(thing.last)


def is_holder(thing: Outside) -> bool:
    """Routes can hang on its objects."""
    return holder_of(thing) is not None


def is_current(thing: object) -> bool:
    """`Sanic.get_app` of Sanic."""
    return isinstance(thing, Outside) and thing.package == PACKAGE and thing.last in CURRENT
