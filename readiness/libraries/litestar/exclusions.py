"""Patterns that let paths pass a middleware in, whether they let one path pass out.

The framework searches the path for a regular expression. Patterns of a scanned repository are not run: only those are
understood that consist of plain text, `.*` and anchors, and these are compared step by step.
"""

from __future__ import annotations

import re

PLAIN = re.compile(r"(?:[\w/\-~{}% ]|\\[^\w\s])*")
LONGEST = 300
"""Characters of a pattern; nothing longer is read."""
ALTERNATIVES = 50


def excluded(path: str, patterns: list[str]) -> bool:
    """Some pattern is found in the path."""
    return any(_found(path, each) for pattern in patterns for each in _alternatives(pattern))


def _alternatives(pattern: str) -> list[str]:
    """`^/(login|health)$` as one pattern each, where the group holds plain text only."""
    if len(pattern) > LONGEST:
        return []
    head, opened, rest = pattern.partition("(")
    if not opened:
        return pattern.split("|")[:ALTERNATIVES]
    inner, closed, tail = rest.partition(")")
    if not closed or "(" in rest or "|" in head or "|" in tail:
        return []
    return [f"{head}{each}{tail}" for each in inner.removeprefix("?:").split("|")[:ALTERNATIVES]]


def _found(path: str, pattern: str) -> bool:
    if pattern.endswith("*") and pattern[-2:-1] not in (".", "\\", ")", "]"):
        # The last character any number of times, and also not at all: `/callback/*` is found wherever `/callback` is.
        pattern = pattern[:-2]
    starts, ends = pattern.startswith("^"), pattern.endswith("$")
    pieces = pattern.removeprefix("^").removesuffix("$").split(".*")
    if not all(PLAIN.fullmatch(piece) for piece in pieces) or not any(pieces):
        return False
    texts = [re.sub(r"\\(.)", r"\1", piece) for piece in pieces]
    position = 0
    for number, text in enumerate(texts):
        last = ends and number == len(texts) - 1
        at = len(path) - len(text) if last and path.endswith(text) else -1 if last else path.find(text, position)
        if at < position or (number == 0 and starts and at > 0):
            return False
        position = at + len(text)
    return True
