"""Paths of aiohttp in, their parameters out (read from aiohttp 3.14).

`{name}` takes one segment, `{name:pattern}` what the pattern does.
"""

from __future__ import annotations

import re

from readiness.model import RouteParameter

VARIABLE = re.compile(r"\{(?P<name>[_a-zA-Z][_a-zA-Z0-9]*)(?::(?P<pattern>[^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}")
CHOICES = re.compile(r"\(?(?:\?:)?[\w-]+(?:\|[\w-]+)+\)?")
EVERYTHING = frozenset({".*", ".+", "[^/]+", "[^{}/]+"})
"""Patterns that say nothing about a value."""


def parameters_of(path: str) -> tuple[RouteParameter, ...]:
    """The path parameters of a path, each name once; a handler gets all of them as text."""
    found = {each["name"]: each["pattern"] or "" for each in VARIABLE.finditer(path)}
    return tuple(_parameter(name, pattern) for name, pattern in found.items())


def _parameter(name: str, pattern: str) -> RouteParameter:
    return RouteParameter(
        name=name,
        source="path",
        annotation="str",
        choices=bool(CHOICES.fullmatch(pattern)),
        constrained=bool(pattern) and pattern not in EVERYTHING,
        pattern=pattern,
    )
