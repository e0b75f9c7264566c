"""Paths of Sanic in, paths as facts spell them and path parameters out (read from sanic-routing 23.12).

`<name>` takes one segment of text, `<name:type>` what the type says, any other word after the colon is a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from readiness.model import RouteParameter

TYPES = {
    "str": "str",
    "string": "str",
    "strorempty": "str",
    "slug": "str",
    "alpha": "str",
    "path": "str",
    "ext": "str",
    "int": "int",
    "float": "float",
    "number": "float",
    "ymd": "datetime.date",
    "uuid": "uuid.UUID",
}
"""Types of a path parameter -> what the handler gets."""
PLAIN = frozenset({"", "str", "string"})
"""Types that say nothing about a value."""
FREE = frozenset({"", "str", "string", "strorempty", "path"})
CHOICES = re.compile(r"\^?\(?(?:\?:)?[\w-]+(?:\|[\w-]+)+\)?\$?")
EXTENSION = re.compile(r"(?P<name>[a-zA-Z_]\w*)(?:=[a-z]+)?(?::ext(?:=[a-z0-9|.]+)?)?")
ANNOTATED = {"str": "str", "int": "int", "float": "float", "uuid.UUID": "uuid"}
"""Annotations of a handler that stand for a type that the path does not name."""


def converted(uri: str, annotations: Mapping[str, str]) -> str:
    """The path with its variables as `{name}` or `{name:type}`; `annotations` are those of the handler's parameters."""
    text = ""
    for part, variable in _split(uri):
        if not variable:
            text += part
            continue
        name, kind = _variable(part, annotations)
        text += f"{{{name}}}" if kind in PLAIN else f"{{{name}:{kind}}}"
    return text


def parameters_of(uri: str, annotations: Mapping[str, str]) -> tuple[RouteParameter, ...]:
    """The path parameters of a path, each name once."""
    found = dict(_variable(part, annotations) for part, variable in _split(uri) if variable)
    return tuple(_parameter(name, kind) for name, kind in found.items())


def _split(uri: str) -> Iterator[tuple[str, bool]]:
    """The parts of a path, each with whether it is a variable; brackets inside a pattern belong to it."""
    start, depth = 0, 0
    for place, letter in enumerate(uri):
        if letter == "<":
            if depth == 0:
                yield uri[start:place], False
                start = place + 1
            depth += 1
        elif letter == ">" and depth:
            depth -= 1
            if depth == 0:
                yield uri[start:place], True
                start = place + 1
    yield uri[start:] if depth == 0 else f"<{uri[start:]}", False


def _variable(text: str, annotations: Mapping[str, str]) -> tuple[str, str]:
    """Name and type of one variable."""
    name, colon, kind = text.partition(":")
    if not colon:
        name = name.strip()
        return name, ANNOTATED.get(annotations.get(name, ""), "")
    if kind.startswith("ext") and EXTENSION.fullmatch(text):
        return name.partition("=")[0], "ext"
    return name.strip(), kind.strip()


def _parameter(name: str, kind: str) -> RouteParameter:
    return RouteParameter(
        name=name,
        source="path",
        annotation=TYPES.get(kind or "str", "str"),
        choices=bool(kind not in TYPES and CHOICES.fullmatch(kind)),
        constrained=kind not in FREE and TYPES.get(kind) in (None, "str"),
        pattern=kind if kind not in FREE and kind not in TYPES else "",
    )
