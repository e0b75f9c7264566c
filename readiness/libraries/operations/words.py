"""A part of a path in, how it is written out: its style, the verb it begins with, whether it is a plural."""

from __future__ import annotations

import re

KEBAB = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)+$")
SNAKE = re.compile(r"^[a-z0-9]+(?:_[a-z0-9]+)+$")
CAMEL = re.compile(r"^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+$")
PASCAL = re.compile(r"^(?:[A-Z][a-z0-9]+){2,}$")
PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")
VERBS = {
    "get": ("GET",), "fetch": ("GET",), "retrieve": ("GET",), "list": ("GET",), "show": ("GET",),
    "create": ("POST",), "add": ("POST",), "insert": ("POST",),
    "update": ("PUT", "PATCH", "POST"), "edit": ("PUT", "PATCH", "POST"), "modify": ("PUT", "PATCH", "POST"),
    "delete": ("DELETE", "POST", "GET"), "remove": ("DELETE", "POST", "GET"), "destroy": ("DELETE", "POST", "GET"),
}  # fmt: skip
"""Verbs that say what a method says already, and the methods that do."""
PLAIN = frozenset({"get", "fetch", "retrieve", "create", "delete"})
"""Those that say nothing more with a noun behind them: `remove-password` and `edit_pdf` are actions of their own."""
FORMATS = re.compile(r"[a-z0-9_-]\.(json|xml|yaml)$")
FILES = frozenset(
    {
        "openapi.json", "openapi.yaml", "swagger.json", "swagger.yaml", "manifest.json", "sitemap.xml", "feed.xml",
        "rss.xml", "atom.xml", "browserconfig.xml", "jwks.json", "schema.json", "package.json", "config.json",
        "opensearch.xml", "crossdomain.xml",
    }
)  # fmt: skip
"""Files that clients look for by that name."""
UNCOUNTED = frozenset(
    {
        "data", "media", "metadata", "info", "content", "staff", "software", "equipment", "feedback", "history",
        "inventory", "news", "series", "species", "search", "auth", "access", "sms", "audit", "people", "children",
        "criteria", "status", "analysis", "support", "email", "mail", "health", "traffic", "billing", "research",
        "knowledge", "evidence", "hardware", "progress", "me", "self", "archive", "trash", "public", "private",
        "internal", "admin", "api", "gdpr", "work", "storage", "cache", "money", "all", "own", "ai", "graph", "chat",
        "training", "scim", "rest", "index", "sitemap", "proxy", "static", "activity", "statistics", "acl", "config",
        "configuration", "upload", "download", "profile", "analytics", "assets", "schema", "settings", "intake", "inbox", "home",
    }
)  # fmt: skip
"""Words without a plural of their own, or that name no collection."""
UNSAID = re.compile(r"(?:ss|us|is|ics)$")
"""Endings of words that can be either."""


def style_of(segment: str) -> str:
    """`kebab`, `snake`, `camel`, `pascal`; empty for one word, and for what is none of these."""
    for name, pattern in (("kebab", KEBAB), ("snake", SNAKE), ("camel", CAMEL), ("pascal", PASCAL)):
        if pattern.match(segment):
            return name
    return ""


def parts_of(segment: str) -> list[str]:
    """The words of a segment, lower case."""
    return [each.lower() for each in PARTS.findall(segment)]


def verb_of(segment: str, methods: frozenset[str]) -> str:
    """The verb that a segment begins with, where the method of a route says the same; empty without one."""
    words = parts_of(segment)
    verb = words[0] if words else ""
    whole = len(words) == 1
    return verb if (whole or verb in PLAIN) and not methods.isdisjoint(VERBS.get(verb, ())) else ""


def number_of(segment: str) -> str:
    """`plural` or `singular`; empty where the word does not say."""
    words = parts_of(segment)
    last = words[-1] if words else ""
    if not last or last in UNCOUNTED or last.isdigit() or len(last) < 3:
        return ""
    if UNSAID.search(last):
        return ""
    return "plural" if last.endswith("s") else "singular"


def format_of(segment: str) -> str:
    """The format that a segment's ending names; empty without one, and for files that are looked for by name."""
    found = FORMATS.search(segment)
    return f".{found[1]}" if found and segment not in FILES else ""
