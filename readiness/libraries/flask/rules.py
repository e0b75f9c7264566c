"""URL rules of Werkzeug in, paths as facts spell them and path parameters with the bounds of their converters out.

Read from Werkzeug 3.1: `<converter(arguments):name>`; the default converter takes one segment of text.
"""

from __future__ import annotations

import ast
import re

from readiness.model import RouteParameter

VARIABLE = re.compile(r"<(?:(?P<converter>[A-Za-z_]\w*)(?:\((?P<arguments>[^<>]*?)\))?:)?(?P<name>[A-Za-z_]\w*)>")
TYPES = {
    "int": "int",
    "float": "float",
    "uuid": "uuid.UUID",
    "string": "str",
    "default": "str",
    "path": "str",
    "any": "str",
}
PLAIN = frozenset({"", "string", "default"})
"""Converters that say nothing about a value."""


def converted(rule: str) -> str:
    """The rule with its variables as `{name}` or `{name:converter}`."""
    return VARIABLE.sub(_written, rule)


def parameters_of(rule: str) -> tuple[RouteParameter, ...]:
    """The path parameters of a rule, each name once."""
    found = {each["name"]: each for each in VARIABLE.finditer(rule)}
    return tuple(_parameter(name, each["converter"] or "", each["arguments"] or "") for name, each in found.items())


def _written(found: re.Match[str]) -> str:
    name, converter = found["name"], found["converter"] or ""
    return f"{{{name}}}" if converter in PLAIN else f"{{{name}:{converter}}}"


def _parameter(name: str, converter: str, arguments: str) -> RouteParameter:
    given = _arguments(arguments)
    number = converter in ("int", "float")
    # Both take unsigned numbers only, unless told otherwise.
    least = _number(given.get("min")) if number else None
    if number and least is None and given.get("signed") is not True:
        least = 0.0
    return RouteParameter(
        name=name,
        source="path",
        annotation=TYPES.get(converter or "default", ""),
        minimum=least,
        maximum=_number(given.get("max")) if number else None,
        choices=converter == "any",
        constrained=(converter not in TYPES and bool(converter)) or (bool(given) and not number and converter != "any"),
    )


def _arguments(text: str) -> dict[str, object]:
    """Keyword arguments of a converter, as far as they are constants."""
    found: dict[str, object] = {}
    for part in text.split(",") if text else ():
        key, equals, value = part.partition("=")
        if not equals:
            found[part.strip()] = True
            continue
        try:
            found[key.strip()] = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            found[key.strip()] = value.strip()
    return found


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
