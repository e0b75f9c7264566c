"""What a registration gives as its methods in, their names out, each with whether it is surely one of them."""

from __future__ import annotations

import re

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Outside
from readiness.model.summary import Constant

ANY = "ANY"
ENUMERATED = re.compile(r"\.(?:HTTPMethod|HttpMethod)\.(\w+)")
"""A member of `http.HTTPMethod` and of the enumerations that frameworks have."""


def method_named(reader: Reader, given: Answer) -> str:
    """The method that an expression names; empty where it is not known."""
    constant = reader.constant(given)
    if isinstance(constant, str):
        return constant.upper()
    for thing in reader.things(given):
        found = ENUMERATED.search(thing.name) if isinstance(thing, Outside) else None
        if found is not None:
            return found[1].upper()
    return ""


def methods_given(reader: Reader, given: Answer | None, default: str) -> list[tuple[str, bool]]:
    """The methods of a list; the default where nothing is given, `ANY` where nothing is known."""
    if given is None or given_nothing(reader, given):
        return [(default, True)]
    items, complete = reader.elements(given)
    named = [text for item in items if (text := method_named(reader, item))]
    sure = complete and len(named) == len(items)
    return [(each, sure) for each in dict.fromkeys(named)] or [(ANY, False)]


def given_nothing(reader: Reader, given: Answer) -> bool:
    """None, or something that is None in this activation."""
    found = reader.follow(given)
    return bool(found) and all(isinstance(each, Bound) and each.value == Constant(None) for each in found)
