"""The name of a table's class in, whether developers and operators fill it out."""

import re

LOOK_UPS = frozenset(
    {
        "role", "permission", "country", "currency", "language", "locale", "timezone", "setting", "config",
        "configuration", "status", "kind", "type", "unit", "plan", "feature", "migration", "version", "extension",
        "severity", "priority", "level", "plugin", "license", "licence",
        "department",
    }
)  # fmt: skip
"""Last words of the names of tables that developers and operators fill, not users."""
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def is_look_up(model: str) -> bool:
    """A table that stays small: its name ends in what there are few of."""
    found = WORDS.findall(model.rpartition(".")[2])
    last = found[-1].lower() if found else ""
    return last in LOOK_UPS or _singular(last) in LOOK_UPS


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("ses", "xes")) else word.removesuffix("s")
