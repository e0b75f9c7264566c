"""Names of libraries that ask who is calling: what each demands of a caller, refuses with, or gives for one it does not know.

Names are compared by their top-level package and their last part, which re-exports keep. Read from Django 5.2, REST framework 3.16,
Flask-Login 0.6, Flask-JWT-Extended 4.7, Flask-HTTPAuth 4.8, Flask-Security 5.6, Flask-Principal 0.4, Flask-AppBuilder 4.6,
FastAPI 0.165, Starlette 1.10, aiohttp-security 0.5, sanic-jwt 1.8, Tornado 6.5, django-oauth-toolkit 3.0, PyJWT 2.10,
Litestar 2.25, oslo.policy 6.0, django-ninja-extra 0.31, Flask-REST-JSONAPI 0.31.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Demand(StrEnum):
    """What a guard asks of a caller."""

    IDENTITY = "identity"
    ROLE = "role"
    """More than identity: a permission, a role, a scope."""
    READ_ONLY = "read only"
    """Identity, but for methods that only read."""
    PUBLIC = "public"
    """It says that anyone may call."""
    NOTHING = "nothing"
    """It asks and lets everyone pass."""
    GIVEN = "given"
    """What the project gives the library elsewhere decides."""


_IDENTITY: dict[str, tuple[str, ...]] = {
    "django": (
        "login_required",
        "LoginRequiredMixin",
        "LoginRequiredMiddleware",
        "PasswordChangeView",
        "PasswordChangeDoneView",
    ),
    "rest_framework": ("IsAuthenticated",),
    "rest_framework_api_key": ("HasAPIKey", "BaseHasAPIKey"),
    "oauth2_provider": (
        "protected_resource",
        "ProtectedResourceMixin",
        "ProtectedResourceView",
        "ClientProtectedResourceMixin",
        "ClientProtectedResourceView",
        "IsAuthenticatedOrTokenHasScope",
    ),
    "braces": ("LoginRequiredMixin",),
    "login_required": ("LoginRequiredMiddleware",),
    "stronghold": ("LoginRequiredMiddleware",),
    "ninja": (
        "HttpBearer",
        "HttpBasicAuth",
        "APIKeyHeader",
        "APIKeyQuery",
        "APIKeyCookie",
        "SessionAuth",
        "django_auth",
    ),
    "ninja_extra": ("IsAuthenticated",),
    "ninja_jwt": ("JWTAuth", "JWTBaseAuthentication", "AsyncJWTAuth"),
    "flask_login": ("login_required", "fresh_login_required"),
    "flask_security": (
        "login_required",
        "auth_required",
        "auth_token_required",
        "http_auth_required",
        "unauth_csrf",
    ),
    "flask_jwt_extended": ("jwt_required", "fresh_jwt_required", "jwt_refresh_token_required"),
    "flask_jwt": ("jwt_required",),
    "flask_httpauth": ("login_required",),
    "flask_user": ("login_required",),
    "flask_praetorian": ("auth_required",),
    "flask_oidc": ("require_login", "accept_token"),
    "flask_simplelogin": ("login_required",),
    "apiflask": ("auth_required",),
    "quart_auth": ("login_required", "basic_auth_required"),
    "fastapi": (
        "OAuth2",
        "OAuth2PasswordBearer",
        "OAuth2AuthorizationCodeBearer",
        "HTTPBearer",
        "HTTPBasic",
        "HTTPDigest",
        "APIKeyHeader",
        "APIKeyQuery",
        "APIKeyCookie",
        "OpenIdConnect",
    ),
    "fastapi_users": ("current_user", "authenticator"),
    "fastapi_login": ("LoginManager",),
    "fastapi_jwt": ("JwtAccessBearer", "JwtAccessCookie", "JwtAccessBearerCookie", "JwtRefreshBearer"),
    "fastapi_azure_auth": ("SingleTenantAzureAuthorizationCodeBearer", "MultiTenantAzureAuthorizationCodeBearer"),
    "litestar": ("JWTAuth", "JWTCookieAuth", "OAuth2PasswordBearerAuth", "SessionAuth"),
    "aiohttp_security": ("login_required", "check_authorized"),
    "aiohttp_jwt": ("login_required",),
    "sanic_jwt": ("protected",),
    "sanic_jwt_extended": ("jwt_required",),
    "tornado": ("authenticated",),
    "graphql_jwt": ("login_required",),
    "strawberry_django": ("IsAuthenticated",),
    "wagtail": ("require_admin_access",),
    "allauth": ("login_required", "verified_email_required", "PasswordChangeView", "PasswordSetView", "EmailView"),
    "django_otp": ("otp_required",),
}
_ROLE: dict[str, tuple[str, ...]] = {
    "django": (
        "permission_required",
        "user_passes_test",
        "staff_member_required",
        "superuser_required",
        "PermissionRequiredMixin",
        "UserPassesTestMixin",
        "admin_view",
    ),
    "rest_framework": ("IsAdminUser", "DjangoModelPermissions", "DjangoObjectPermissions"),
    "ninja_extra": ("IsAdminUser",),
    "oauth2_provider": (
        "rw_protected_resource",
        "ScopedProtectedResourceView",
        "ReadWriteScopedResourceView",
        "ScopedResourceMixin",
        "TokenHasScope",
        "TokenHasReadWriteScope",
        "TokenHasResourceScope",
        "TokenMatchesOASRequirements",
    ),
    "guardian": (
        "permission_required",
        "permission_required_or_403",
        "permission_required_or_404",
        "PermissionRequiredMixin",
    ),
    "rules": ("permission_required", "PermissionRequiredMixin"),
    "braces": ("PermissionRequiredMixin", "SuperuserRequiredMixin", "StaffuserRequiredMixin", "GroupRequiredMixin"),
    "flask_security": (
        "roles_required",
        "roles_accepted",
        "permissions_required",
        "permissions_accepted",
    ),
    "flask_user": ("roles_required", "roles_accepted"),
    "flask_praetorian": ("roles_required", "roles_accepted"),
    "flask_principal": ("require", "Permission"),
    "flask_appbuilder": ("has_access", "has_access_api", "protect"),
    "flask_allows": ("requires",),
    "starlette": ("requires",),
    "aiohttp_security": ("has_permission", "check_permission"),
    "aiohttp_jwt": ("check_permissions",),
    "sanic_jwt": ("scoped",),
    "graphql_jwt": ("staff_member_required", "superuser_required", "permission_required", "user_passes_test"),
    "strawberry_django": ("HasPerm", "HasSourcePerm", "HasRetvalPerm", "IsStaff", "IsSuperuser"),
    "wagtail": ("permission_required", "any_permission_required", "user_passes_test"),
}
_READ_ONLY: dict[str, tuple[str, ...]] = {
    "rest_framework": ("IsAuthenticatedOrReadOnly", "DjangoModelPermissionsOrAnonReadOnly"),
    "ninja_extra": ("IsAuthenticatedOrReadOnly",),
}
_PUBLIC: dict[str, tuple[str, ...]] = {
    "django": ("login_not_required",),
    "login_required": ("login_not_required",),
    "stronghold": ("public", "StrongholdPublicMixin"),
    "rest_framework": ("AllowAny",),
    "ninja_extra": ("AllowAny",),
}
_NOTHING: dict[str, tuple[str, ...]] = {
    "flask_jwt_extended": ("jwt_optional",),
    "sanic_jwt_extended": ("jwt_optional",),
}
_GIVEN: dict[str, tuple[str, ...]] = {
    "flask_rest_jsonapi": ("has_permission",),
    "flask_combo_jsonapi": ("has_permission",),
}

DEMANDS: dict[tuple[str, str], Demand] = {
    (package, name): demand
    for demand, table in (
        (Demand.IDENTITY, _IDENTITY),
        (Demand.ROLE, _ROLE),
        (Demand.READ_ONLY, _READ_ONLY),
        (Demand.PUBLIC, _PUBLIC),
        (Demand.NOTHING, _NOTHING),
        (Demand.GIVEN, _GIVEN),
    )
    for package, names in table.items()
    for name in names
}
"""Package and last name -> what it asks of a caller."""
FAMILIAR = {
    "login_required": Demand.IDENTITY,
    "LoginRequiredMixin": Demand.IDENTITY,
    "LoginRequiredMiddleware": Demand.IDENTITY,
    "jwt_required": Demand.IDENTITY,
    "auth_required": Demand.IDENTITY,
    "permission_required": Demand.ROLE,
    "roles_required": Demand.ROLE,
    "PermissionRequiredMixin": Demand.ROLE,
}
"""Names that mean the same in whatever package defines them."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})

REQUESTS = frozenset(
    {
        "flask.request",
        "flask.globals.request",
        "quart.request",
        "quart.globals.request",
        "bottle.request",
    }
)
CARRIERS: dict[str, str] = {
    **dict.fromkeys(REQUESTS, "request"),
    "flask.session": "session",
    "flask.globals.session": "session",
    "quart.session": "session",
    "flask.g": "state",
    "flask.globals.g": "state",
    "flask._request_ctx_stack.top": "state",
    "flask.globals._request_ctx_stack.top": "state",
    "flask._app_ctx_stack.top": "state",
    "flask.globals._app_ctx_stack.top": "state",
    "flask.globals.request_ctx": "state",
    "flask.globals.app_ctx": "state",
    "quart.g": "state",
    "flask_login.current_user": "user",
    "flask_login.utils.current_user": "user",
    "flask_security.current_user": "user",
    "quart_auth.current_user": "user",
    "flask_jwt_extended.current_user": "absent",
    "flask_jwt_extended.get_current_user": "nobody",
    "flask_jwt_extended.get_jwt_identity": "nobody",
    "flask_jwt_extended.get_jwt": "nobody",
    "flask_jwt_extended.get_jwt_claims": "nobody",
    "django.contrib.auth.get_user": "somebody",
    "rest_framework.authentication.get_authorization_header": "nobody",
    "flask_httpauth.HTTPBasicAuth.current_user": "nobody",
    "flask_httpauth.HTTPTokenAuth.current_user": "nobody",
    "flask_httpauth.MultiAuth.current_user": "nobody",
    "aiohttp_security.authorized_userid": "nobody",
    "aiohttp_security.permits": "denied",
    "flask_principal.Permission.can": "denied",
    "starlette.authentication.has_required_scope": "denied",
    "pyramid.request.Request.has_permission": "denied",
    "oslo_policy.policy.Enforcer.enforce": "denied",
    "oslo_policy.policy.Enforcer.authorize": "denied",
}
"""Full names of other packages -> the carrier they are, or what calling them gives a caller who presents nothing: `nobody` (None),
`somebody` (the object for a caller nobody knows), `denied` (False); `absent` is None itself."""
REQUEST_CLASSES = frozenset(
    {"Request", "HttpRequest", "WebSocket", "HTTPConnection", "ASGIConnection", "WSGIRequest", "HTTPServerRequest"}
)
REQUEST_NAMES = frozenset({"request", "req", "websocket", "connection", "info", "environ", "scope", "conn"})
"""What frameworks call their request where nothing says its class."""

AUTH_WORDS = frozenset(
    {
        "authorization", "authentication", "auth", "token", "key", "apikey", "secret", "signature", "session", "sessionid",
        "cookie", "bearer", "jwt", "user", "userid", "username", "hmac", "credential", "credentials", "api", "access", "sig",
        "principal", "identity", "account", "login", "logged", "member", "admin", "uid", "sid", "email", "role", "id", "claims",
        "subject", "customer", "svix", "permission", "permissions",
    }
)  # fmt: skip
"""Words in the names of headers, cookies, session entries and attributes of the request that say who is calling."""
CALLER_WORDS = frozenset(
    {
        "user", "auth", "identity", "account", "principal", "claims", "token", "jwt", "member", "customer", "admin", "subject",
        "permission", "permissions", "login", "authenticated", "caller", "apikey", "role", "roles",
    }
)  # fmt: skip
"""Words in the names of what a guard leaves in the state of a request."""
INPUT_WORDS = frozenset(
    {"api_key", "apikey", "access_token", "signature", "hmac", "sig", "auth_token", "x-api-key", "api-key", "sign"}
)
"""Names of query parameters and fields that hold a credential."""
FORGERY_WORDS = frozenset(
    {
        "csrf", "xsrf", "nonce", "csrftoken", "xsrftoken", "csrfmiddlewaretoken", "state", "requested", "forgery", "trace",
        "correlation", "idempotency", "captcha",
    }
)  # fmt: skip
"""Words that speak of forged requests and of numbers of requests, which are another matter."""

USER_FACTS = {
    "is_authenticated": False,
    "is_anonymous": True,
    "is_active": False,
    "is_staff": False,
    "is_superuser": False,
}
"""Attributes of the object that stands for a caller nobody knows."""

ABORTING = frozenset({"abort"})
ABORT_PACKAGES = frozenset(
    {
        "flask",
        "werkzeug",
        "flask_restful",
        "flask_restx",
        "flask_restplus",
        "flask_smorest",
        "quart",
        "bottle",
        "sanic",
        "apiflask",
    }
)
REDIRECTS = frozenset(
    {"redirect", "redirect_to_login", "HttpResponseRedirect", "HttpResponsePermanentRedirect", "RedirectResponse", "HTTPFound",
     "HTTPSeeOther", "HTTPTemporaryRedirect"}
)  # fmt: skip
REDIRECT = 302
RESPONSE_STATUSES = {
    "HttpResponseForbidden": 403,
    "HttpResponseNotFound": 404,
    "HttpResponseBadRequest": 400,
    "HttpResponseServerError": 500,
    "HttpResponseNotAllowed": 405,
    "HttpResponse": 200,
    "JsonResponse": 200,
    "JSONResponse": 200,
}
ERROR_STATUSES = {
    "Unauthorized": 401,
    "HTTPUnauthorized": 401,
    "NotAuthenticated": 401,
    "AuthenticationFailed": 401,
    "AuthenticationError": 401,
    "NotAuthorizedException": 401,
    "NoAuthorizationError": 401,
    "InvalidToken": 401,
    "PermissionDenied": 403,
    "Forbidden": 403,
    "HTTPForbidden": 403,
    "PermissionDeniedException": 403,
    "NotFound": 404,
    "Http404": 404,
    "HTTPNotFound": 404,
    "BadRequest": 400,
    "HTTPBadRequest": 400,
    "ValidationError": 400,
    "SuspiciousOperation": 400,
    "MethodNotAllowed": 405,
    "Throttled": 429,
    "TooManyRequests": 429,
}
"""Exceptions of frameworks, by their last name."""
STATUS_NAMES = ("status_code", "status", "code", "http_status", "http_status_code", "http_code", "errcode")
REFUSALS = frozenset({401, 403, 404, 302, 303, 307})
"""Statuses by which a guard turns a caller away; 0 stands for one that is not known."""
DENIALS = frozenset({401, 403})

RAISING: dict[str, frozenset[str]] = {
    "jwt": frozenset({"decode", "decode_complete", "get_unverified_header", "get_signing_key_from_jwt"}),
    "jose": frozenset({"decode", "verify", "get_unverified_header", "get_unverified_claims"}),
    "authlib": frozenset({"decode", "acquire_token", "validate_request", "verify"}),
    "joserfc": frozenset({"decode"}),
    "itsdangerous": frozenset({"loads", "unsign"}),
    "google": frozenset({"verify_oauth2_token", "verify_token", "verify_firebase_token"}),
    "firebase_admin": frozenset({"verify_id_token", "verify_session_cookie"}),
    "stripe": frozenset({"construct_event", "verify_header"}),
    "svix": frozenset({"verify"}),
    "standardwebhooks": frozenset({"verify"}),
    "flask_jwt_extended": frozenset({"decode_token", "verify_jwt_in_request", "verify_jwt_refresh_token_in_request",
                                     "verify_fresh_jwt_in_request"}),
    "fastapi_jwt_auth": frozenset({"jwt_required", "fresh_jwt_required", "jwt_refresh_token_required"}),
    "aiohttp_security": frozenset({"check_authorized", "check_permission"}),
    "flask_principal": frozenset({"test"}),
    "rest_framework_simplejwt": frozenset({"get_validated_token", "AccessToken", "UntypedToken"}),
}  # fmt: skip
"""Functions that raise for a caller who presents nothing."""
RAISING_WHEN = {"oslo_policy": "do_raise"}
"""Packages whose tests raise, where an argument says so, instead of giving False."""
SPLITTING = "get_authorization_scheme_param"
"""A function of FastAPI that splits the header into its scheme and the rest, both empty without a header."""
COMPARING = frozenset(
    {"compare_digest", "constant_time_compare", "safe_str_cmp", "verify_signature", "check_password_hash"}
)
WRAPPING = frozenset({"wraps", "update_wrapper", "decorator", "method_decorator", "sync_to_async", "async_to_sync", "csrf_exempt",
                      "partial", "never_cache", "iscoroutinefunction", "markcoroutinefunction"})  # fmt: skip
"""Functions of other packages that give back what they are given, as far as access goes."""
CASTS = frozenset({"cast"})
"""Functions of typing that give back their second argument."""
SECURITY_PACKAGES = frozenset({"fastapi"})
LENIENT = {"auto_error": False, "optional": True}
"""Arguments with which a library's guard lets a caller without credentials pass."""


BETWEEN_WORDS = re.compile(r"[-.: ]|(?<=[a-z0-9])(?=[A-Z])")


def package_of(name: str) -> str:
    """The top-level package of a dotted name."""
    return name.partition(".")[0]


def last_of(name: str) -> str:
    """The last part of a dotted name or of a symbol."""
    return name.rpartition(".")[2].rpartition("::")[2]


def is_error(name: str) -> bool:
    """The name of an exception of another package."""
    last = last_of(name)
    return last in ERROR_STATUSES or last.endswith(("Exception", "Error"))


def demand_of(name: str) -> Demand | None:
    """What something of another package asks of a caller; None where that is nothing, or not known.

    `flask_httpauth.HTTPBasicAuth.login_required` and `flask.login_required` alike are known by package and last part, a call
    operator (`fastapi.security.HTTPBearer.__call__`) by its class.
    """
    plain = name.removesuffix(".__call__")
    last = last_of(plain)
    found = DEMANDS.get((package_of(plain), last))
    if found is None and "." in plain:
        found = FAMILIAR.get(last)
    return found


def words(text: str) -> frozenset[str]:
    """The words of a header, key or attribute, lower case: `X-Api-Key` is x, api and key."""
    return frozenset(BETWEEN_WORDS.sub("_", text).lower().split("_")) - {""}


def names_caller(text: str) -> bool:
    """The name of an attribute of the request's state that says who is calling."""
    return bool(words(text) & CALLER_WORDS)


def names_identity(text: str) -> bool:
    """The name of a header, session entry or attribute that says who is calling."""
    found = words(text)
    return bool(found & AUTH_WORDS) and not found & FORGERY_WORDS and not {"request", "id"} <= found
