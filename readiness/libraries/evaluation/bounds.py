"""Routes in as they are found, those within the bounds of one project out, each once; that some are left out is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from msgspec.structs import replace

from readiness.libraries.evaluation.conditions import either
from readiness.libraries.evaluation.lists import ITEMS
from readiness.libraries.evaluation.occurrences import REGISTRATIONS
from readiness.model import Route

ROUTES = 20_000
"""Routes of one project."""
STEPS = 100_000
"""Holders that a walk comes by, each way counted."""
NESTED = 40
"""Holders inside one another."""

Key = Callable[[Route], tuple[object, ...]]


class Walk:
    """Keeps a way through holders that hang on one another within its bounds."""

    def __init__(self) -> None:
        self.steps = 0
        self.cut = False
        """Some holder was left out for being too deep or one too many."""

    def goes_on(self, node: object, chain: tuple[int, ...]) -> bool:
        """A holder that is no circle; `chain` are the identities of those around it."""
        self.steps += 1
        if id(node) in chain:
            return False
        within = len(chain) < NESTED and self.steps <= STEPS
        self.cut = self.cut or not within
        return within


class Sightings:
    """The routes that a walk came by, each with where its place is known and where it is inferred."""

    def __init__(self) -> None:
        self._seen: set[tuple[object, ...]] = set()
        self._placed: set[tuple[object, ...]] = set()

    def is_new(self, application: str, route: tuple[object, ...], *, exact: bool, condition: str = "") -> bool:
        """Every route once for each condition; a place that is inferred adds nothing to the same route that is known."""
        here = (application, route, condition)
        if here in self._seen or (route in self._placed and not exact):
            return False
        self._seen.add(here)
        self._placed.add(route)
        return True


def bounded(found: Iterable[Route], cut: Callable[[], bool], nested: str, key: Key | None = None) -> Iterator[Route]:
    """At most `ROUTES` routes; raises OverflowError where there are more, or where `cut` says so after the last.

    `key` tells routes apart that are found several times; `nested` names the framework's own bound.
    """
    if key is None:
        count = 0
        for count, route in enumerate(islice(found, ROUTES + 1), 1):
            if count <= ROUTES:
                yield route
    else:
        routes = list(islice(found, ROUTES + 1))
        count = len(routes)
        yield from distinct((key(each), each) for each in routes[:ROUTES])
    if count > ROUTES or cut():
        bounds = f"more than {ROUTES} routes, {REGISTRATIONS} registrations, {ITEMS} turns of a loop or {nested}"
        raise OverflowError(f"{bounds}; the rest was left out")


def distinct(found: Iterable[tuple[tuple[object, ...], Route]]) -> Iterator[Route]:
    """Routes with what tells them apart; the first of several stands, under the condition that one of them needs."""
    known: dict[tuple[object, ...], Route] = {}
    for key, route in found:
        before = known.setdefault(key, route)
        if before.condition != route.condition:
            known[key] = replace(before, condition=either(before.condition, route.condition))
    yield from known.values()
