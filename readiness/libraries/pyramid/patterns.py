"""Route patterns in, paths as facts spell them and path parameters out.

Read from Pyramid 2.0: `{name}` and `{name:regex}` take one segment, `*name` at the end takes all that is left; `:name` is the
older spelling of `{name}`.
"""

from __future__ import annotations

import re

from readiness.libraries.evaluation.reader import UNRESOLVED
from readiness.model import RouteParameter

NAME = re.compile(r"[a-zA-Z_]\w*")
OLD = re.compile(r"(?<=/):([a-zA-Z]\w*)")
REST = re.compile(r"\*(\w*)$")
NUMBERS = frozenset({r"\d+", "[0-9]+", r"[1-9]\d*", "[1-9][0-9]*"})
OPEN = frozenset({"", r"[^/]+", r".+", r".*", r"[^/]*"})
LONGEST = 2_000


def joined(prefix: str, pattern: str, *, inherits_slash: bool = False) -> str:
    """A pattern under a route prefix; an empty one ends in a slash unless it takes over what the prefix ends in."""
    if not prefix:
        return pattern
    return prefix if inherits_slash and not pattern else f"{prefix.rstrip('/')}/{pattern.lstrip('/')}"


def shown(pattern: str) -> tuple[str, tuple[RouteParameter, ...]]:
    """The path of a pattern and its parameters."""
    pattern = pattern[:LONGEST]
    text = ""
    found: dict[str, RouteParameter] = {}
    at = 0
    while at < len(pattern):
        if pattern[at] != "{":
            text += pattern[at]
            at += 1
            continue
        end = _closing(pattern, at)
        inside = pattern[at + 1 : end]
        at = end + 1
        name, _, regex = inside.partition(":")
        if inside == "?" or not NAME.fullmatch(name):
            text += UNRESOLVED
            continue
        found.setdefault(name, _parameter(name, regex))
        text += f"{{{name}}}"
    text = OLD.sub(lambda match: _noted(match[1], "", found), text)
    text = REST.sub(lambda match: _noted(match[1] or "rest", "path", found), text)
    return text if text.startswith(("/", UNRESOLVED)) else f"/{text}", tuple(found.values())


def _closing(pattern: str, start: int) -> int:
    """The brace that closes the one at `start`; the end where none does."""
    depth = 0
    for at in range(start, len(pattern)):
        depth += (pattern[at] == "{") - (pattern[at] == "}")
        if depth == 0:
            return at
    return len(pattern)


def _parameter(name: str, regex: str) -> RouteParameter:
    return RouteParameter(
        name=name,
        source="path",
        annotation="int" if regex in NUMBERS else "str",
        constrained=regex not in OPEN,
        pattern=regex,
    )


def _noted(name: str, converter: str, found: dict[str, RouteParameter]) -> str:
    found.setdefault(name, _parameter(name, ""))
    return f"{{{name}:{converter}}}" if converter else f"{{{name}}}"
