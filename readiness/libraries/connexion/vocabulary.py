"""Names of connexion 2.14 and 3.3: tables, and questions about one name."""

from __future__ import annotations

from readiness.libraries.evaluation.things import Outside

PACKAGE = "connexion"
TITLE = "Connexion"
QUIET = (PACKAGE, "flask")
"""Packages whose decorators register and document, and refuse nothing."""
CLASS_LISTS = ("decorators",)
"""Attributes of a class of handlers, a `MethodView` of Flask, that hold decorators of all its methods."""
APPLICATIONS = frozenset({"App", "FlaskApp", "AsyncApp", "AioHttpApp"})
"""Classes whose objects serve what is added to them. `ConnexionMiddleware` only checks; another framework serves behind it."""
APIS = frozenset({"FlaskApi", "FlaskAsyncApi", "AioHttpApi"})
"""Classes of connexion 2 that hold one document and are hung on an application by hand."""
RESOLVERS = frozenset(
    {"Resolver", "RelativeResolver", "RestyResolver", "MethodResolver", "MethodViewResolver", "MethodResolverBase"}
)
CLASS_RESOLVERS = frozenset({"MethodResolver", "MethodViewResolver", "MethodResolverBase"})

POSITIONAL: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(APPLICATIONS, ("import_name",)),
    **dict.fromkeys(APIS, ("specification", "base_path", "arguments", "validate_responses", "strict_validation", "resolver")),
    "add_api": ("specification", "base_path", "arguments", "auth_all_paths", "validate_responses", "strict_validation", "resolver"),
    "RelativeResolver": ("root_path",),
    "RestyResolver": ("default_module_name", "collection_endpoint_name"),
    "MethodResolver": ("default_module_name", "collection_endpoint_name"),
    "MethodViewResolver": ("default_module_name", "collection_endpoint_name"),
}  # fmt: skip
"""Positional parameters by the last name of what is called; those of `add_api` are connexion 2's."""


def is_application(thing: Outside) -> bool:
    """Documents can be added to its objects."""
    return thing.package == PACKAGE and thing.last in APPLICATIONS


def is_api(thing: Outside) -> bool:
    """Its objects hold one document."""
    return thing.package == PACKAGE and thing.last in APIS


def is_resolver(thing: Outside) -> bool:
    """Its objects find the functions of operations."""
    return thing.package == PACKAGE and thing.last in RESOLVERS
