"""Patterns and the texts for their places in, the filled text out: `"/%s" % name`, `"/{}".format(name)`.

A text stands with whether all of it is known; what cannot be known becomes `{?}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from string import Formatter

UNRESOLVED = "{?}"
"""Stands in a path for a part that could not be computed."""
PLACE = re.compile(r"%(?:\((?P<name>\w+)\))?(?P<how>[-+ #0]*\d*(?:\.\d+)?)(?P<kind>[a-zA-Z%])")
PLAIN = frozenset("sdi")
"""Conversions that put a text or a whole number as it is."""

Text = tuple[str, bool]
"""A text, and whether all of it is known."""
UNKNOWN: Text = (UNRESOLVED, False)


def percent(pattern: str, given: Sequence[Text], named: Mapping[str, Text]) -> Text:
    """What `pattern % given` or `pattern % named` comes to; widths and other conversions are not computed."""
    waiting = iter(given)
    known = True

    def put(found: re.Match[str]) -> str:
        nonlocal known
        if found["kind"] == "%":
            return "%"
        text, exact = named.get(found["name"], UNKNOWN) if found["name"] else next(waiting, UNKNOWN)
        plain = found["kind"] in PLAIN and not found["how"]
        known &= exact and plain
        return text if plain else UNRESOLVED

    filled = PLACE.sub(put, pattern)
    return filled, known


def braces(pattern: str, given: Sequence[Text], named: Mapping[str, Text]) -> Text:
    """What `pattern.format(*given, **named)` comes to; no attribute, index, conversion or width is followed."""
    text, exact, position = "", True, 0
    try:
        pieces = list(Formatter().parse(pattern))
    except ValueError:
        return UNKNOWN
    for literal, field, how, conversion in pieces:
        text += literal
        if field is None:
            continue
        number = int(field) if field.isdecimal() and len(field) < 4 else position
        position += not field
        value = named.get(field)
        if value is None and number < len(given) and (not field or field.isdecimal()):
            value = given[number]
        plain = value is not None and not how and not conversion
        text += value[0] if value is not None and plain else UNRESOLVED
        exact &= plain and value is not None and value[1]
    return text, exact
