"""A change that a reading request makes in, why nobody minds it out: records of use, rows made on first use, cleaning up."""

from __future__ import annotations

import re

from readiness.libraries.operations.functions import Functions
from readiness.libraries.operations.method_guards import where_missing
from readiness.libraries.operations.writes import MAKES_ROW, Change
from readiness.libraries.values.expressions import tail
from readiness.model import Route
from readiness.model.summary import Call, Context

WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
RECORDS = frozenset(
    {
        "log", "logs", "audit", "audits", "history", "histories", "visit", "visits", "visitor", "hit", "hits", "tracking",
        "tracker", "activity", "activities", "session", "sessions", "token", "tokens", "nonce", "cache", "cached", "attempt",
        "attempts", "analytics", "metric", "metrics", "impression", "impressions", "seen", "stats", "statistic", "statistics",
        "recent", "recents", "clicks", "heartbeat", "usage",
    }
)  # fmt: skip
"""Words of models whose rows say that something was asked for, or that carry a login: nobody asked to change them."""
FIELDS = frozenset(
    {
        "last", "seen", "viewed", "visited", "accessed", "used", "read", "views", "view", "hits", "visits", "downloads",
        "count", "counter", "login", "active", "activity", "cache", "cached", "token", "expires", "expiry", "refreshed",
        "fetched", "synced", "checked", "polled", "opened", "clicked", "popularity", "timezone", "ip",
    }
)  # fmt: skip
"""Words of columns that a look at the row changes."""
FUNCTIONS = frozenset(
    {
        "ensure", "log", "audit", "track", "touch", "cache", "cached", "expire", "prune", "cleanup", "purge", "refresh", "seen",
        "memoize", "remember", "authenticate", "bootstrap", "lazy", "warm", "throttle", "viewed", "defaults", "initialize",
    }
)  # fmt: skip
"""Words of functions that keep the service's own books."""
LINKS = frozenset(
    {
        "callback", "callbacks", "oauth", "oauth2", "oidc", "openid", "saml", "sso", "cas", "authorize", "authorise", "authorized",
        "login", "signin", "logout", "signout", "confirm", "confirmation", "verify", "verification", "activate", "activation",
        "unsubscribe", "optout", "magic", "accept", "reset", "acs", "impersonate", "impersonation", "setup", "install",
        "consent", "shibboleth", "redirect",
    }
)  # fmt: skip
"""Parts of paths that another site or a mail leads to, which can only link."""


LOGINS = frozenset(
    {
        "flask_login.login_user", "flask_login.utils.login_user", "flask_security.login_user", "flask_security.utils.login_user",
        "django.contrib.auth.login",
    }
)  # fmt: skip
"""Functions that log somebody in: by GET that is the end of a login elsewhere, or a link in a mail."""
EXCHANGES = frozenset({"authorize_access_token", "fetch_access_token"})
"""Methods of Authlib's clients (1.6) that trade what the other site sent along for a token."""


def words(name: str) -> set[str]:
    """The words of a name in any spelling, lower case."""
    return {each.lower() for each in WORDS.findall(name)}


def link_of(route: Route) -> str:
    """The part of a path that says that something else than the service's own pages links to it; empty without one."""
    for part in route.path.split("/"):
        if part and not part.startswith("{") and not words(part).isdisjoint(LINKS):
            return part
    return ""


class Excuses:
    """Judges the changes of one project."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions
        self.project = functions.project

    def of(self, change: Change) -> str:
        """Why a change is none that the caller asks for; empty where it may well be."""
        if not words(change.subject).isdisjoint(RECORDS):
            return f"{change.subject} keeps records of use"
        if change.action == "updates" and change.fields and all(words(each) & FIELDS for each in change.fields):
            return f"{', '.join(change.fields[:3])} tells of the last use"
        call = self._call(change)
        if call is not None and tail(call.callee) in MAKES_ROW:
            return "the row is made on first use"
        for each in change.through:
            name = each.name.rpartition("::")[2].rpartition(".")[2]
            if {"get", "create"} <= words(name) or {"get", "or"} <= words(name):
                return f"{name} makes the row on first use"
            if not words(name).isdisjoint(FUNCTIONS) or {"mark", "read"} <= words(name):
                return f"{name} keeps the service's own books"
        if call is not None and call.context & Context.EXCEPT:
            return "it is done when something failed"
        return "it is done where something was missing" if change.action != "deletes" and self._missing(change) else ""

    def _call(self, change: Change) -> Call | None:
        summary = self.project.summary(change.path)
        return summary.calls[change.index] if summary is not None and change.index >= 0 else None

    def _missing(self, change: Change) -> bool:
        for path, scope, line in change.steps:
            node = self.project.function(path, scope) if scope >= 0 else None
            if node is not None and any(line in each for each in where_missing(node)):
                return True
        return False
