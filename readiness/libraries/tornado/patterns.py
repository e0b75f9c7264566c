"""The regular expression of a rule in, the path that facts show and its parameters out.

A path is matched from its start to its end. Groups become `{name}`, or their number where they have no name, as in Django.
"""

from __future__ import annotations

from readiness.libraries.declarations.patterns import of_regex
from readiness.libraries.evaluation.reader import UNRESOLVED
from readiness.model import RouteParameter

STANDIN = "\ue000"
"""Stands for an unresolved part while the expression is read."""
OPEN = frozenset({"", ".*", ".+", "[^/]+", "[^/]*", r"\w+", "[^/]+?", ".+?", ".*?"})
"""What a group holds that takes almost any text."""
NUMBERS = frozenset({r"\d+", "[0-9]+", r"[1-9]\d*", "[1-9][0-9]*"})


def shown(regex: str) -> tuple[str, tuple[RouteParameter, ...]]:
    """The path of a rule and its parameters."""
    path = of_regex(regex.replace(UNRESOLVED, STANDIN))
    found = {each.name: each for each in path.parameters}
    parameters = tuple(
        RouteParameter(
            name=name,
            source="path",
            annotation="int" if each.pattern in NUMBERS else "str",
            constrained=each.pattern not in OPEN,
            pattern=each.pattern,
        )
        for name, each in found.items()
    )
    text = path.text.replace(STANDIN, UNRESOLVED)
    return text if text.startswith(("/", UNRESOLVED)) else f"/{text}", parameters
