"""Operators and calls of builtins on constants in; their results out. Sizes are bounded, errors give `UNKNOWN`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from readiness.model.project import UNKNOWN, Missing
from readiness.model.summary import Scalar

LONGEST = 20_000
"""Characters of a text, and the largest factor, that are computed."""
LARGEST = 2**63

ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "//": lambda left, right: left // right,
    "%": lambda left, right: left % right,
}
COMPARISONS: dict[str, Callable[[Scalar, Scalar], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "is": lambda left, right: left is right,
    "is not": lambda left, right: left is not right,
}
PLAIN_METHODS = frozenset(
    {
        "lower", "upper", "strip", "lstrip", "rstrip", "title", "capitalize", "casefold", "swapcase", "replace",
        "removeprefix", "removesuffix", "startswith", "endswith",
    }
)  # fmt: skip


def fold(operator: str, values: Sequence[Scalar | Missing]) -> Scalar | Missing:
    """An operator on constants; `f` joins the parts of an f-string, `%()` formats the first with the others."""
    known = [each for each in values if not isinstance(each, Missing)]
    if len(known) < len(values) or not known:
        return UNKNOWN
    try:
        return _bounded(_fold(operator, known))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, ZeroDivisionError):
        return UNKNOWN


def _fold(operator: str, values: list[Scalar]) -> Scalar | Missing:
    if operator == "f":
        return "".join([str(each) for each in values])
    if operator in ("%", "%()") and isinstance(values[0], str):
        return _percent(values[0], tuple(values[1:]))
    if operator == "neg" and isinstance(values[0], int | float):
        return -values[0]
    if operator == "not":
        return not values[0]
    if operator in COMPARISONS and len(values) == 2:
        return COMPARISONS[operator](values[0], values[1])
    if operator == "+" and all(isinstance(each, str) for each in values):
        return "".join([str(each) for each in values])
    if operator == "*" and isinstance(values[0], str) and len(values) == 2 and isinstance(values[1], int):
        return values[0] * values[1] if values[1] * len(values[0]) <= LONGEST else UNKNOWN
    if operator in ARITHMETIC and all(isinstance(each, int | float) for each in values):
        numbers = [each for each in values if isinstance(each, int | float)]
        total: float = numbers[0]
        for each in numbers[1:]:
            total = ARITHMETIC[operator](total, each)
        return total
    if operator == "**" and len(values) == 2:
        base, power = values
        if isinstance(base, int) and isinstance(power, int) and 0 <= power <= 62 and abs(base) <= 1024:
            return int(base**power)
    return UNKNOWN


def _percent(pattern: str, values: tuple[Scalar, ...]) -> Scalar | Missing:
    """Only plain marks: a width from the scanned code could make the result as large as it likes."""
    if len(pattern) > LONGEST or any(
        pattern[place + 1 : place + 2] not in ("s", "d", "%") for place in _marks(pattern)
    ):
        return UNKNOWN
    return pattern % values


def _marks(pattern: str) -> list[int]:
    places, place = [], pattern.find("%")
    while place >= 0:
        places.append(place)
        place = pattern.find("%", place + 2)
    return places


def _bounded(value: Scalar | Missing) -> Scalar | Missing:
    if isinstance(value, str) and len(value) > LONGEST:
        return UNKNOWN
    return UNKNOWN if isinstance(value, int) and abs(value) >= LARGEST else value


def fold_call(
    owner: str, method: str, values: Sequence[Scalar | Missing], keywords: Mapping[str, Scalar | Missing]
) -> Scalar | Missing:
    """A call of a builtin function (`owner` empty) or of a method of `str`, whose object is the first value."""
    known = [each for each in values if not isinstance(each, Missing)]
    named = {name: each for name, each in keywords.items() if not isinstance(each, Missing)}
    if len(known) < len(values) or len(named) < len(keywords):
        return UNKNOWN
    try:
        return _bounded(_text_call(method, known, named) if owner == "str" else _call(owner, method, known, named))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError):
        return UNKNOWN


def _call(owner: str, name: str, values: list[Scalar], keywords: Mapping[str, Scalar]) -> Scalar | Missing:
    if owner or keywords or len(values) != 1:
        return UNKNOWN
    value = values[0]
    if name == "str":
        return str(value)
    if name == "bool":
        return bool(value)
    if name == "len" and isinstance(value, str):
        return len(value)
    if isinstance(value, str) and len(value) > 40:
        return UNKNOWN
    if name == "int" and isinstance(value, int | float | str):
        return int(value)
    return float(value) if name == "float" and isinstance(value, int | float | str) else UNKNOWN


def _text_call(method: str, values: list[Scalar], keywords: Mapping[str, Scalar]) -> Scalar | Missing:
    text, *arguments = values
    if not isinstance(text, str) or len(text) > LONGEST:
        return UNKNOWN
    if method == "join":
        return text.join([each for each in arguments if isinstance(each, str)]) if _all_text(arguments) else UNKNOWN
    if method == "format":
        return _format(text, arguments, keywords)
    if keywords or method not in PLAIN_METHODS or not _all_text(arguments):
        return UNKNOWN
    found = getattr(text, method)(*arguments)
    return found if isinstance(found, str | bool) else UNKNOWN


def _all_text(values: Sequence[Scalar]) -> bool:
    return all(isinstance(each, str) and len(each) <= LONGEST for each in values)


def _format(text: str, arguments: list[Scalar], keywords: Mapping[str, Scalar]) -> Scalar | Missing:
    """`str.format` with plain fields only: no widths, no attributes, no look-ups."""
    import string

    pieces: list[str] = []
    automatic = 0
    for literal, field, specification, conversion in string.Formatter().parse(text):
        pieces.append(literal)
        if field is None:
            continue
        if specification or conversion:
            return UNKNOWN
        if not field:
            pieces.append(str(arguments[automatic]))
            automatic += 1
        elif field.isdigit():
            pieces.append(str(arguments[int(field)]))
        else:
            pieces.append(str(keywords[field]))
    return "".join(pieces)
