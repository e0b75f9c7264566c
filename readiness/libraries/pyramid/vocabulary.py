"""Names of Pyramid 2.0 and Cornice 6.1: tables, and questions about one name.

Re-exports keep the last part of a name (`pyramid.config.Configurator`, `cornice.Service`), so names are compared by their
top-level package and their last part.
"""

from __future__ import annotations

from readiness.libraries.evaluation.things import Outside

PACKAGE = "pyramid"
CORNICE = "cornice"
RPC = "pyramid_rpc"
PACKAGES = (PACKAGE, CORNICE, RPC)
CONFIGURATOR = "Configurator"
VIEW_CONFIGS = {
    (PACKAGE, "view_config"): "route_name",
    (RPC, "xmlrpc_method"): "endpoint",
    (RPC, "jsonrpc_method"): "endpoint",
}
"""Decorators that register a view -> the parameter that names its route."""
VIEW_DEFAULTS = "view_defaults"
ENTRY = "includeme"
"""The function of a module that `config.include(module)` calls."""
HANDED_BACK = {"with_package": 0, "maybe_dotted": 1}
"""Methods of a configurator that give the configurator (0), or their argument (1), back."""
PREFIXED = "route_prefix_context"
DIRECTIVES = frozenset(
    {
        "add_route",
        "add_xmlrpc_endpoint",
        "add_jsonrpc_endpoint",
        "add_view",
        "include",
        "scan",
        "add_directive",
        "set_default_permission",
        "set_default_csrf_options",
        "set_root_factory",
        "add_tween",
        "add_view_deriver",
        "add_cornice_service",
        "add_cornice_resource",
    }
)
"""Methods of a configurator that say something about routes."""

PUBLIC = frozenset({"pyramid.security.NO_PERMISSION_REQUIRED", "pyramid.interfaces.NO_PERMISSION_REQUIRED"})
PUBLIC_TEXT = "__no_permission_required__"
"""What `NO_PERMISSION_REQUIRED` is, in Pyramid 2.0."""
CSRF = "pyramid.csrf.check_csrf_token"
"""What refuses a request whose token is missing, where `require_csrf` is on."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
SILENT = frozenset({"OPTIONS"})
"""Methods that are answered beside the others."""

SERVICE = "Service"
ADD_SERVICE = "add_cornice_service"
VENDORED = ".cornice.service"
"""How the module of a copy of Cornice ends that a project carries with it."""
SERVICE_METHODS = {"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE"}
"""Decorators of a Cornice service, and methods of its resources -> the HTTP method."""
COLLECTION = "collection_"

POSITIONAL: dict[str, tuple[str, ...]] = {
    "Configurator": ("registry", "package", "settings", "root_factory"),
    "include": ("callable", "route_prefix"),
    "scan": ("package", "categories", "onerror", "ignore"),
    "add_route": ("name", "pattern", "factory", "for_", "header", "xhr", "accept", "path_info", "request_method"),
    "add_xmlrpc_endpoint": ("name", "pattern"),
    "add_jsonrpc_endpoint": ("name", "pattern"),
    "add_view": (
        "view",
        "name",
        "for_",
        "permission",
        "request_type",
        "route_name",
        "request_method",
        "request_param",
        "containment",
        "attr",
        "renderer",
    ),
    "add_directive": ("name", "directive", "action_wrap"),
    "set_default_permission": ("permission",),
    "set_default_csrf_options": ("require_csrf",),
    "set_root_factory": ("factory",),
    "add_tween": ("tween_factory", "under", "over"),
    "add_view_deriver": ("deriver", "name"),
    "route_prefix_context": ("route_prefix",),
    "add_cornice_service": ("service",),
    "Service": ("name", "path", "description"),
    "add_resource": ("klass", "depth"),
}
"""Positional parameters by the last name of what is called."""


def is_configurator(thing: Outside) -> bool:
    """It makes what everything is registered on."""
    return thing.package == PACKAGE and thing.last == CONFIGURATOR


def is_view_config(thing: Outside) -> bool:
    """A decorator that registers a view."""
    return (thing.package, thing.last) in VIEW_CONFIGS


def is_service(thing: Outside) -> bool:
    """It makes a Cornice service."""
    return thing.package == CORNICE and thing.last == SERVICE
