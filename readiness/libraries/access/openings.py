"""The path of a route in, what it is for where everybody has to reach it out: who logs in cannot be logged in."""

from __future__ import annotations

import re

from readiness.libraries.access.vocabulary import READING, words
from readiness.model import Project, Route, RouteParameter

PURPOSES: dict[str, tuple[str, ...]] = {
    "login": (
        "login", "signin", "logon", "authenticate", "authentication", "token", "tokens", "auth", "oauth", "oauth2", "oidc",
        "openid", "sso", "saml", "saml2", "cas", "ldap", "jwt", "session", "sessions", "mfa", "2fa", "otp", "totp",
        "webauthn", "magiclink", "authorize", "accesstoken", "obtaintoken", "gettoken", "loginlink", "logincode", "acs",
        "slo", "passkey", "google", "github", "apple",
    ),
    "logout": (
        "logout", "signout", "logoff", "revoke", "revoketoken",
    ),
    "refresh": (
        "refresh", "refreshtoken", "tokenrefresh",
    ),
    "sign-up": (
        "signup", "register", "registration", "registrations", "join", "createaccount", "invite", "invitation", "invitations",
        "setup",
    ),
    "password reset": (
        "reset", "resetpassword", "passwordreset", "forgot", "forgotpassword", "passwordforgot", "recover", "recovery",
        "passwordrecovery", "recoverpassword", "setpassword", "changepasswordtoken", "passwordreminder", "lostpassword",
        "passwordlost", "remindpassword", "requestpasswordreset",
    ),
    "verification": (
        "verify", "verification", "confirm", "confirmation", "activate", "activation", "verifyemail", "confirmemail",
        "emailverification", "emailconfirm", "unsubscribe",
    ),
    "callback": (
        "callback", "callbacks", "redirecturi",
    ),
    "webhook": (
        "webhook", "webhooks", "hook", "hooks", "ipn",
    ),
    "health": (
        "health", "healthz", "healthcheck", "live", "livez", "liveness", "ready", "readyz", "readiness", "heartbeat", "ping",
        "status", "alive", "up",
    ),
    "metrics": (
        "metrics", "prometheus",
    ),
    "documentation": (
        "docs", "doc", "redoc", "openapi", "openapi.json", "openapi.yaml", "swagger", "swagger.json", "swaggerui", "schema",
        "apidocs", "apischema",
    ),
    "static": (
        "static", "assets", "favicon.ico", "robots.txt", "sitemap.xml", "manifest.json", "media", "themes",
    ),
    "about the service": (
        "version", "about", "info", "csrf", "csrftoken", "terms", "privacy", "locale", "locales", "i18n", "languages",
        "setlanguage", "jsi18n", ".wellknown", "jwks", "jwks.json",
    ),
}  # fmt: skip
"""Purpose -> segments of a path that say it, without their separators."""
NAMED = {segment: purpose for purpose, segments in PURPOSES.items() for segment in segments}
WEAK = frozenset(
    {
        "auth", "oauth", "oauth2", "sso", "saml", "saml2", "cas", "oidc", "openid", "session", "sessions", "token", "tokens",
        "google", "github", "apple", "setup", "join", "invite", "invitation", "invitations", "media", "hook", "hooks", "info",
        "live", "up", "register", "ldap", "ping", "status", "schema", "doc", "verify", "confirm", "activate", "reset",
        "metrics", "static", "assets", "themes", "locales", "languages",
    }
)  # fmt: skip
"""Words that say it only as the last segment of a path that is no parameter."""
NEAR = frozenset(
    {
        "auth", "oauth", "oauth2", "sso", "saml", "saml2", "oidc", "openid", "session", "sessions", "login", "signin", "otp",
        "mfa", "2fa", "authentication",
    }
)  # fmt: skip
"""Words of a path that has to do with logging in."""
SECRETS = frozenset(
    {
        "token",
        "secret",
        "signature",
        "signed",
        "hmac",
        "apikey",
        "password",
        "passphrase",
        "uidb64",
        "nonce",
        "otp",
        "pin",
    }
)
"""Words in the names of what a client sends that is a credential of its own."""
KEYS = frozenset({"key", "license_key", "api_key", "access_key", "ping_key", "badge_key", "share_key", "code"})
NEAR_LOGIN = "near the login"
LINK = "secret link"
PUBLIC = "public by its path"
CREDENTIAL = "own credential"
PARAMETER = re.compile(r"\{[^}]*\}")
SERVED = frozenset({"static", "assets", "themes", "media"})


def purpose_of(route: Route, project: Project) -> str:
    """What a route is for; empty for an ordinary one.

    The last segment that is no parameter decides, then the ones before it: `/auth/reset/{token}` resets a password.
    """
    found = by_path(route.path, route.method)
    if found:
        return found
    if any(words(each) & SECRETS or each in KEYS - {"key", "code"} for each in _names(route.path)):
        return LINK
    if any(plain(segment) == "public" for segment in _literal(route.path)[:-1]):
        # As the last segment it may be what is set: `PUT /notes/{id}/public`.
        return PUBLIC
    if any(words(segment) & NEAR for segment in _literal(route.path)):
        return NEAR_LOGIN
    return CREDENTIAL if any(_is_secret(each, project) for each in route.parameters) else ""


def by_path(path: str, method: str) -> str:
    """What the words of a path say."""
    literal = _literal(path)
    for number, segment in enumerate(reversed(literal)):
        word = plain(segment)
        purpose = NAMED.get(word, "")
        if not purpose:
            continue
        served = word in SERVED and method in READING
        if word in WEAK and not served and (number > 0 or (path.rstrip("/").endswith("}") and method in CHANGING)):
            continue
        if number > 1 and not served:
            continue
        return purpose
    return ""


CHANGING = frozenset({"PUT", "PATCH", "DELETE"})


def _literal(path: str) -> list[str]:
    return [each for each in path.split("/") if each and not PARAMETER.search(each)]


def _names(path: str) -> list[str]:
    return [each.strip("{}").partition(":")[0] for each in PARAMETER.findall(path)]


def _is_secret(parameter: RouteParameter, project: Project) -> bool:
    """A field, or a model with a field, that is a credential."""
    if parameter.source in ("body", "form", "query"):
        if words(parameter.name) & SECRETS or parameter.name in KEYS:
            return True
        place = project.find(parameter.annotation) if parameter.annotation else None
        if place is not None:
            fields = [each.target for each in project.assigned_in(*place)]
            return any(words(each) & SECRETS or each in KEYS for each in fields)
    return False


def plain(segment: str) -> str:
    """A segment without its separators, lower case: `Reset-Password` is `resetpassword`."""
    return segment.lower().replace("-", "").replace("_", "").removesuffix("()")
