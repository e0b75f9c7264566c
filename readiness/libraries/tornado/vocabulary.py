"""Names of Tornado 6.5: tables, and questions about one name.

Re-exports keep the last part of a name (`tornado.web.url` is `tornado.web.URLSpec`), so names are compared by their top-level
package and their last part.
"""

from __future__ import annotations

from readiness.libraries.evaluation.things import Outside

PACKAGE = "tornado"
APPLICATION = "Application"
ROUTERS = frozenset({"RuleRouter", "ReversibleRuleRouter"})
HOLDERS = frozenset({APPLICATION, *ROUTERS})
"""Classes whose objects hold rules."""
RULES = frozenset({"url", "URLSpec", "Rule"})
"""What makes one rule."""
PATH_MATCHERS = frozenset({"PathMatches"})
ADDING = {"add_handlers": "host_handlers", "add_rules": "rules"}
"""Methods that add rules to an application or router -> the parameter that holds them."""

VERBS = {"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE"}
"""Methods of a request handler -> the HTTP method they answer; HEAD and OPTIONS are answered beside the others."""
SUPPORTED = "SUPPORTED_METHODS"
"""Class attribute that restricts a request handler's methods."""
HANDLER = "RequestHandler"
SOCKET = "WebSocketHandler"
SERVING = frozenset({"StaticFileHandler", "RedirectHandler"})
"""Request handlers of the library that answer GET themselves, with a file or a redirect."""
SOCKET_METHODS = ("get", "open", "on_message")
"""Methods of a socket's handler, in the order in which they run."""

POSITIONAL: dict[str, tuple[str, ...]] = {
    "Application": ("handlers", "default_host", "transforms"),
    "RuleRouter": ("rules",),
    "ReversibleRuleRouter": ("rules",),
    "url": ("pattern", "handler", "kwargs", "name"),
    "URLSpec": ("pattern", "handler", "kwargs", "name"),
    "Rule": ("matcher", "target", "target_kwargs", "name"),
    "PathMatches": ("path_pattern",),
    "HostMatches": ("host_pattern",),
    "add_handlers": ("host_pattern", "host_handlers"),
    "add_rules": ("rules",),
}
"""Positional parameters by the last name of what is called."""

RULE_PARTS = ("pattern", "handler_class", "kwargs", "name", "matcher", "target")
"""Attributes of a rule that give back what it was made with."""
SELF_PARTS = ("regex",)
"""Attributes of a rule that stand for it: `rule.regex.pattern` is its pattern."""


def is_holder(thing: Outside) -> bool:
    """Rules can hang on its objects."""
    return thing.package == PACKAGE and thing.last in HOLDERS


def is_rule(thing: Outside) -> bool:
    """It makes one rule."""
    return thing.package == PACKAGE and thing.last in RULES
