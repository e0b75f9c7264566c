"""What a registration gives as its methods in, their names out, each with whether it is surely one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Outside
from readiness.model import Fact, Route

ANY = "ANY"
HEAD = "HEAD"
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
    if given is None or reader.is_none(given):
        return [(default, True)]
    items, complete = reader.elements(given)
    named = [text for item in items if (text := method_named(reader, item))]
    sure = complete and len(named) == len(items)
    return [(each, sure) for each in dict.fromkeys(named)] or [(ANY, False)]


def without_implied_heads(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The facts of a framework without what it answers beside the rest: HEAD is a route where it is all that a function answers
    at a path. What a framework gave before a bound stopped it is kept."""
    found: list[Fact] = []
    stopped: Exception | None = None
    try:
        for fact in facts:
            found.append(fact)  # noqa: PERF402 -- what came before an error stays
    except Exception as error:  # noqa: BLE001 -- raised again below, behind what there is
        stopped = error
    heads = [each for each in found if isinstance(each, Route) and each.method == HEAD]
    if heads:
        others = {_answered(each) for each in found if isinstance(each, Route) and each.method != HEAD}
        beside = {id(each) for each in heads if _answered(each) in others}
        found = [each for each in found if id(each) not in beside]
    yield from found
    if stopped is not None:
        raise stopped


def _answered(route: Route) -> tuple[str, str, str]:
    return route.application, route.path, route.handler
