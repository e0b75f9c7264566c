"""URI templates of Falcon in, paths as facts spell them and path parameters with the bounds of their converters out.

Read from Falcon 4.4: `{name:converter(arguments)}`; a field without a converter takes one segment of text, and a segment may
hold several fields.
"""

from __future__ import annotations

import ast
import re

from readiness.libraries.falcon.vocabulary import TYPES
from readiness.model import RouteParameter

FIELD = re.compile(r"\{(?P<name>[A-Za-z_]\w*)(?::(?P<converter>[A-Za-z_]\w*)(?:\((?P<arguments>[^{}]*)\))?)?\}")
GROUP = re.compile(r"\(\?P<(\w+)>[^()]*\)")
"""A named group of a sink's prefix; what it matches is kept no further."""


def converted(template: str) -> str:
    """The template with its fields as `{name}` or `{name:converter}`."""
    return FIELD.sub(
        lambda found: f"{{{found['name']}{':' * bool(found['converter'])}{found['converter'] or ''}}}", template
    )


def of_prefix(pattern: str) -> str:
    """The path of a sink: its prefix, a regular expression, with its named groups as fields."""
    path = GROUP.sub(r"{\1}", pattern).removeprefix("^").removesuffix("$").removesuffix(".*")
    return re.sub(r"\\([^\w\s])", r"\1", path) or "/"


def parameters_of(template: str) -> tuple[RouteParameter, ...]:
    """The path parameters of a template, each name once."""
    found = {each["name"]: each for each in FIELD.finditer(template)}
    return tuple(_parameter(name, each["converter"] or "", each["arguments"] or "") for name, each in found.items())


def _parameter(name: str, converter: str, arguments: str) -> RouteParameter:
    given = _arguments(arguments, converter)
    number = converter in ("int", "float")
    return RouteParameter(
        name=name,
        source="path",
        annotation=TYPES.get(converter, "" if converter else "str"),
        minimum=_number(given.get("min")) if number else None,
        maximum=_number(given.get("max")) if number else None,
        constrained=bool(converter) and (converter not in TYPES or "num_digits" in given),
    )


def _arguments(text: str, converter: str) -> dict[str, object]:
    """Arguments of a converter by name: `int(num_digits, min, max)`, `float(min, max, finite)`."""
    names = ("num_digits", "min", "max") if converter == "int" else ("min", "max", "finite")
    found: dict[str, object] = {}
    for position, part in enumerate(text.split(",") if text.strip() else ()):
        key, equals, value = part.partition("=")
        name = key.strip() if equals else names[position] if position < len(names) else ""
        try:
            found[name] = ast.literal_eval((value if equals else key).strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
    return found


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
