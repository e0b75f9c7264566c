"""Names of Flask 3.1, Flask-RESTful 0.3, Flask-RESTX 1.3 and flask-smorest 0.47: tables, and questions about one name.

Re-exports keep the last part of a name (`flask.Flask` is `flask.app.Flask`), so names are compared by their top-level package
and their last part.
"""

from __future__ import annotations

from enum import StrEnum

from readiness.libraries.evaluation.things import Outside


class Holder(StrEnum):
    """What routes can hang on."""

    APPLICATION = "application"
    BLUEPRINT = "blueprint"
    API = "api"
    """The API object of Flask-RESTful, Flask-RESTX or flask-smorest."""
    NAMESPACE = "namespace"


HOST = "connexion"
"""A package whose applications hold one of Flask; its own recogniser makes facts of them."""
PACKAGES = (
    "flask",
    "flask_restful",
    "flask_restx",
    "flask_restplus",
    "flask_smorest",
    "flask_rest_jsonapi",
    "flask_combo_jsonapi",
    "flask_classful",
    "flask_classy",
    HOST,
)
"""Top-level packages whose objects hold routes."""
TITLES = {
    "flask_restful": "Flask-RESTful",
    "flask_restx": "Flask-RESTX",
    "flask_restplus": "Flask-RESTPlus",
    "flask_smorest": "flask-smorest",
    "flask_rest_jsonapi": "Flask-REST-JSONAPI",
    "flask_combo_jsonapi": "Flask-COMBO-JSONAPI",
}
"""Packages as their makers spell them; everything else is Flask."""
HOLDERS = {
    ("flask", "Flask"): Holder.APPLICATION,
    ("flask", "Blueprint"): Holder.BLUEPRINT,
    ("flask_smorest", "Blueprint"): Holder.BLUEPRINT,
    ("flask_smorest", "Api"): Holder.API,
    ("flask_restful", "Api"): Holder.API,
    ("flask_restx", "Api"): Holder.API,
    ("flask_restplus", "Api"): Holder.API,
    ("flask_rest_jsonapi", "Api"): Holder.API,
    ("flask_combo_jsonapi", "Api"): Holder.API,
    ("flask_restx", "Namespace"): Holder.NAMESPACE,
    ("flask_restplus", "Namespace"): Holder.NAMESPACE,
    # connexion's applications are Flask's inside: `app.app`, `app.route`, `app.add_url_rule`.
    (HOST, "App"): Holder.APPLICATION,
    (HOST, "FlaskApp"): Holder.APPLICATION,
    ("flask_restx", "namespace"): Holder.NAMESPACE,
    ("flask_restplus", "namespace"): Holder.NAMESPACE,
}
"""Package and last name of what makes a holder; `api.namespace(...)` makes one as well."""

VERBS = {"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE", "trace": "TRACE"}
"""Methods of a class-based view -> the HTTP method they answer; HEAD and OPTIONS are answered beside the others."""
SHORTCUTS = {"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE"}
"""Methods of an application or blueprint that register one HTTP method."""
LIBRARY_VIEWS = {"GraphQLView": ("GET", "POST"), "AsyncGraphQLView": ("GET", "POST")}
"""View classes of other packages -> the methods that they answer (strawberry-graphql 0.28; Flask-GraphQL answers two more, which
no client of GraphQL sends)."""
JSONAPI = frozenset({"flask_rest_jsonapi", "flask_combo_jsonapi"})
"""Packages whose API objects register resources by `api.route(Resource, "name", "/rule", ...)`."""
RESOURCES = {
    "ResourceList": ("GET", "POST"),
    "ResourceDetail": ("GET", "PATCH", "DELETE"),
    "ResourceRelationship": ("GET", "POST", "PATCH", "DELETE"),
}
"""Their base classes -> the methods that they answer themselves (Flask-REST-JSONAPI 0.31)."""
RESOURCE_HOOKS = {
    "GET": ("before_get", "before_get_object", "before_get_collection", "query"),
    "POST": ("before_post", "before_create_object", "create_object"),
    "PATCH": ("before_patch", "before_update_object", "update_object"),
    "DELETE": ("before_delete", "before_delete_object", "delete_object"),
}
"""Methods of a resource that the library's own methods call, by what they answer."""
SILENT_METHODS = frozenset({"OPTIONS"})
DECORATING = frozenset({"route", "resource", *SHORTCUTS})
"""Methods that give a decorator which registers."""
ADDING = frozenset({"add_url_rule", "add_resource"})
HOOKS = frozenset({"before_request", "url_value_preprocessor"})
"""Methods of an application or blueprint that take a function to run before its views; the second gives it the name of the view
and the values of the path."""
JOINING = frozenset({"register_blueprint", "add_namespace", "init_app"})

POSITIONAL: dict[str, tuple[str, ...]] = {
    "flask_restful.Api": ("app", "prefix", "default_mediatype", "decorators"),
    "flask_restx.Api": ("app", "version", "title", "description"),
    "flask_restplus.Api": ("app", "version", "title", "description"),
    "flask_smorest.Api": ("app",),
    "flask_rest_jsonapi.Api": ("app", "blueprint", "decorators"),
    "flask_combo_jsonapi.Api": ("app", "blueprint", "decorators"),
    "FlaskView.register": (
        "app",
        "route_base",
        "subdomain",
        "route_prefix",
        "trailing_slash",
        "method_dashified",
    ),
    "Flask": ("import_name",),
    "Blueprint": (
        "name",
        "import_name",
        "static_folder",
        "static_url_path",
        "template_folder",
        "url_prefix",
        "subdomain",
    ),
    "Namespace": ("name", "description", "path"),
    "namespace": ("name", "description", "path"),
    "route": ("rule",),
    **dict.fromkeys(SHORTCUTS, ("rule",)),
    "add_url_rule": ("rule", "endpoint", "view_func", "provide_automatic_options"),
    "register_blueprint": ("blueprint",),
    "add_namespace": ("ns", "path"),
    "init_app": ("app", "blueprint"),
}
"""Positional parameters by the last name of what is called."""

VIEW_CLASSES = frozenset({"flask.views.View", "flask.views.MethodView"})
REQUEST = ("flask.request.", "flask.globals.request.")
"""How the names of the request's parts begin."""


def holder_of(thing: Outside) -> Holder | None:
    """What a class or function of another package makes, None where routes cannot hang on it."""
    return HOLDERS.get((thing.package, thing.last))


def is_holder(thing: Outside) -> bool:
    """Routes can hang on its objects."""
    return holder_of(thing) is not None


def title_of(thing: Outside) -> str:
    """The framework that a holder belongs to."""
    return TITLES.get(thing.package, "Flask")


def request_part(name: str) -> str:
    """`args.get` of `flask.request.args.get`; empty for any other name."""
    for prefix in REQUEST:
        if name.startswith(prefix):
            return name[len(prefix) :]
    return ""
