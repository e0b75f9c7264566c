"""Reads the little languages of string building: a `%`, `str.format` or `string.Template` text in, its parts out.

A part is either constant text or a hole. What a text of unknown form holds is never guessed: None says that it does not parse.
"""

from __future__ import annotations

import re
import string

from msgspec import Struct


class Hole(Struct, frozen=True):
    """A place where a value is put in."""

    key: str = ""
    """Name, or decimal index; empty for the next positional value."""
    numeric: bool = False
    """Only a number can stand here: `%d`, `{:.2f}`."""
    path: str = ""
    """Attributes and indices behind the key: `.name`, `[0]`."""


Part = str | Hole

PERCENT = re.compile(
    r"%(?:\((?P<key>[^)]*)\))?[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?(?P<type>[diouxXeEfFgGcrsa%])"
)
NUMERIC_FORMAT = re.compile(r"^(?:.?[<>=^])?[+\- ]?z?#?0?\d*[_,]?(?:\.\d+)?[bcdeEfFgGnoxX%]$")


def percent_parts(text: str) -> list[Part] | None:
    """Parts of a `%` format."""
    parts: list[Part] = []
    position = 0
    while position < len(text):
        start = text.find("%", position)
        if start < 0:
            break
        found = PERCENT.match(text, start)
        if found is None:
            return None
        parts.append(text[position:start])
        if found["type"] == "%":
            parts.append("%")
        else:
            parts.append(Hole(found["key"] or "", numeric=found["type"] in "diouxXeEfFgG"))
        position = found.end()
    parts.append(text[position:])
    return [part for part in parts if part != ""]


def format_parts(text: str) -> list[Part] | None:
    """Parts of a `str.format` text."""
    parts: list[Part] = []
    try:
        for literal, field, specification, _ in string.Formatter().parse(text):
            if literal:
                parts.append(literal)
            if field is None:
                continue
            key = re.match(r"[^.\[]*", field)
            name = key[0] if key else ""
            parts.append(Hole(name, numeric_format(specification or ""), field[len(name) :]))
    except ValueError:
        return None
    return parts


def template_parts(text: str) -> list[Part]:
    """Parts of a `string.Template` text."""
    parts: list[Part] = []
    position = 0
    for found in string.Template.pattern.finditer(text):
        parts.append(text[position : found.start()])
        name = found["named"] or found["braced"]
        parts.append(Hole(name) if name else "$" if found["escaped"] is not None else found[0])
        position = found.end()
    parts.append(text[position:])
    return [part for part in parts if part != ""]


def numeric_format(specification: str) -> bool:
    """A format specification that only numbers (and no text) accept."""
    return NUMERIC_FORMAT.match(specification) is not None


def is_placeholders(text: str) -> bool:
    """Nothing but placeholder marks of a database driver, and what separates them."""
    return PLACEHOLDERS.fullmatch(text) is not None


PLACEHOLDERS = re.compile(
    r"(?:\s|,|\(|\)|\?\d*|%s|%\(\w*\)s|(?<!:):\w+|\$\d*|@\w+|DEFAULT|NULL|%%s)*"
    r"(?:\?\d*|%s|%%s|%\(\w*\)s|(?<!:):\w+|\$\d*|@\w+)(?:\s|,|\(|\)|::\w+)*"
)
