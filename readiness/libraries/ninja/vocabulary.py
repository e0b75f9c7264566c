"""Names of django-ninja 1.7 and django-ninja-extra 0.31: tables, and questions about one name.

Re-exports keep the last part of a name (`ninja.Router` is `ninja.router.Router`), so names are compared by their top-level package
and their last part.
"""

from __future__ import annotations

from readiness.libraries.evaluation.things import Outside

FRAMEWORK = "django-ninja"
PACKAGES = ("ninja", "ninja_extra")
APIS = frozenset({"NinjaAPI", "NinjaExtraAPI"})
PAGINATING = "RouterPaginated"
ROUTERS = frozenset({"Router", PAGINATING})
VERBS = {"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE"}
"""Methods of an API or router that register one HTTP method."""
DECORATING = frozenset({*VERBS, "api_operation"})
"""Methods of an API or router that give a decorator which registers."""
ADDING = "add_api_operation"
JOINING = "add_router"
DECORATOR = "add_decorator"
"""Method of an API or router that takes something to wrap around all its operations."""
CONTROLLERS = frozenset({"register_controllers", "auto_discover_controllers"})
SILENT_METHODS = frozenset({"HEAD", "OPTIONS"})

CONTROLLER = "api_controller"
HANDLING = {f"http_{verb}": method for verb, method in VERBS.items()}
"""Decorators of a controller's methods -> the HTTP method they register; `route.get` and its kin register the same."""
GENERIC = frozenset({"http_generic", "generic"})
MODEL_CONTROLLER = "ModelControllerBase"

POSITIONAL: dict[str, tuple[str, ...]] = {
    "NinjaAPI": (),
    "NinjaExtraAPI": (),
    "Router": (),
    "api_operation": ("methods", "path"),
    ADDING: ("path", "methods", "view_func"),
    JOINING: ("prefix", "router"),
    DECORATOR: ("decorator", "mode"),
    CONTROLLER: ("prefix_or_class", "auth", "throttle", "tags", "permissions", "auto_import"),
    "generic": ("path",),
    "http_generic": ("path",),
    "ModelConfig": (),
    **dict.fromkeys(VERBS, ("path",)),
    **dict.fromkeys(HANDLING, ("path",)),
}
"""Positional parameters by the last name of what is called."""

MODEL_ROUTES: dict[str, tuple[str, str]] = {
    "create": ("POST", "/"),
    "find_one": ("GET", "/{pk}"),
    "update": ("PUT", "/{pk}"),
    "patch": ("PATCH", "/{pk}"),
    "delete": ("DELETE", "/{pk}"),
    "list": ("GET", "/"),
}
"""What a model controller registers, by the names of `allowed_routes`: method and path, with `{pk}` for the model's key."""
KEYS = {
    "AutoField": "int",
    "BigAutoField": "int",
    "SmallAutoField": "int",
    "IntegerField": "int",
    "BigIntegerField": "int",
    "PositiveIntegerField": "int",
    "UUIDField": "uuid",
    "CharField": "str",
    "SlugField": "str",
    "TextField": "str",
}
"""Kinds of primary key -> the converter that a model controller puts into its paths."""

TOKENS = "ninja_jwt"
"""A package whose routers and controllers projects mount as they are (read in django-ninja-jwt 5.4)."""
TOKEN_ROUTERS: dict[str, tuple[str, ...]] = {
    "obtain_pair_router": ("/pair", "/refresh"),
    "sliding_router": ("/sliding", "/sliding/refresh"),
    "verify_router": ("/verify",),
    "blacklist_router": ("/blacklist",),
}
TOKEN_CONTROLLERS: dict[str, tuple[str, ...]] = {
    "TokenVerificationController": ("/verify",),
    "TokenBlackListController": ("/blacklist",),
    "TokenObtainPairController": ("/pair", "/refresh"),
    "TokenObtainSlidingController": ("/sliding", "/sliding/refresh"),
    "NinjaJWTDefaultController": ("/verify", "/pair", "/refresh"),
    "NinjaJWTSlidingController": ("/verify", "/sliding", "/sliding/refresh"),
}
"""What its controllers answer, by their names without `Async`; all of it by POST, those that are whole under `/token`."""

SOURCES = {
    "Path": "path",
    "Query": "query",
    "Header": "header",
    "Cookie": "cookie",
    "Body": "body",
    "Form": "form",
    "File": "file",
}
"""`ninja.Query` and its kin -> where the value comes from."""
MODEL_BASES = frozenset({"Schema", "ModelSchema", "FilterSchema", "FilterLookup"})
FILES = frozenset({"UploadedFile"})
PAGE_RESPONSES = frozenset({"FileResponse", "TemplateResponse"})
"""Answers of Django that are pages and files."""
PUBLIC_PERMISSIONS = frozenset({"AllowAny"})
STRUCTURAL = frozenset({"paginate", "decorate_view", "throttle", "ordering", "searching", "csrf_exempt"})
"""Decorators of a handler that refuse nobody who may come in, or that stand for what they are given."""


def is_ninja(thing: object) -> bool:
    """A name of django-ninja or of django-ninja-extra."""
    return isinstance(thing, Outside) and thing.package in PACKAGES


def is_api(thing: Outside) -> bool:
    """A class whose objects are mounted: their `urls` stand in a URL configuration."""
    return thing.package in PACKAGES and thing.last in APIS


def is_holder(thing: Outside) -> bool:
    """A class whose objects take operations."""
    return thing.package in PACKAGES and (thing.last in APIS or thing.last in ROUTERS)


def source_of(thing: object) -> str:
    """Where a parameter of this marker comes from; empty for anything but a marker."""
    return SOURCES.get(thing.last, "") if isinstance(thing, Outside) and thing.package in PACKAGES else ""
