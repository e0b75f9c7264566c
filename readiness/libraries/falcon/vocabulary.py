"""Names of Falcon 4.4, and of the Falcon 1 to 3 that came before: tables, and questions about one name.

Re-exports keep the last part of a name (`falcon.App` is `falcon.app.App`), so names are compared by their top-level package
and their last part.
"""

from __future__ import annotations

from readiness.libraries.evaluation.things import Outside

PACKAGE = "falcon"
MAKERS = frozenset({"App", "API"})
"""Classes of applications; `falcon.asgi.App` has the same last name."""

POSITIONAL: dict[str, tuple[str, ...]] = {
    "App": ("media_type", "request_type", "response_type", "middleware"),
    "API": ("media_type", "request_type", "response_type", "middleware"),
    "add_route": ("uri_template", "resource"),
    "add_sink": ("sink", "prefix"),
    "add_middleware": ("middleware",),
}
"""Positional parameters by the last name of what is called."""
REGISTERING = frozenset({"add_route", "add_sink", "add_middleware"})

WEBDAV = (
    "checkin", "checkout", "copy", "lock", "mkcol", "move", "propfind", "proppatch", "report", "uncheckin", "unlock", "update",
    "query",
)  # fmt: skip
"""Methods of RFC 2518, RFC 4918 and of the working group's drafts."""
RESPONDERS = {
    f"on_{verb}": verb.upper()
    for verb in ("get", "post", "put", "patch", "delete", "connect", "trace", *WEBDAV, "websocket")
}
"""Methods of a resource -> the HTTP method they answer; HEAD and OPTIONS are no operations of their own."""

PROCESSING = (
    "process_request",
    "process_request_async",
    "process_resource",
    "process_resource_async",
)
"""Methods of a middleware component that run before a responder."""
SOCKET_PROCESSING = ("process_request_ws", "process_resource_ws")

TYPES = {
    "int": "int",
    "float": "float",
    "uuid": "uuid.UUID",
    "dt": "datetime.datetime",
    "path": "str",
}
"""Converters of URI templates -> the type of what they make."""


def is_application(thing: Outside) -> bool:
    """A class whose objects take routes."""
    return thing.package == PACKAGE and thing.last in MAKERS


def is_hook(name: str, which: str) -> bool:
    """`falcon.before` or `falcon.after`, wherever it is imported from."""
    return name.partition(".")[0] == PACKAGE and name.rpartition(".")[2] == which


def is_validator(name: str) -> bool:
    """`falcon.media.validators.jsonschema.validate` and its kin."""
    return name.startswith("falcon.media.validators.") and name.endswith(".validate")
