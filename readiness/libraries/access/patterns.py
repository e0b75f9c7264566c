"""A regular expression that is tried on the path of a request in; what it gives out, where it is quick on every short text."""

from __future__ import annotations

import re

from readiness.libraries.access.arguments import Arguments
from readiness.libraries.access.values import UNKNOWN_VALUE, Response, Seen, known, traced

PATTERN = 120
"""Longest regular expression that is tried on a path, and the most quantifiers below."""
QUANTIFIERS = 3
REPEATED = re.compile(r"(?<!\\)[*+{?]")
RISKY = re.compile(r"\)[*+{]|\\[1-9]|\(\?")


def matched(name: str, arguments: Arguments) -> Seen:
    """`re.match` of a harmless pattern on the path of the request."""
    pattern, text = (each.constant for each in (*arguments.positional, UNKNOWN_VALUE, UNKNOWN_VALUE)[:2])
    if not isinstance(pattern, str) or not isinstance(text, str) or not harmless(pattern) or len(text) > PATTERN:
        return traced(*arguments.all)
    found = getattr(re, name)(pattern, text)
    return known(None) if found is None else Seen(truth=True, thing=Response())


def harmless(pattern: str) -> bool:
    """A regular expression of the scanned project that is quick on every short text."""
    if len(pattern) > PATTERN or RISKY.search(pattern) or len(REPEATED.findall(pattern)) > QUANTIFIERS:
        return False
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True
