"""Facts in, those of one kind, or of one kind in one file, in order of place out: one table for all who look at a scan."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from readiness.model import Fact, Route
from readiness.model.source import Span


class Facts:
    """The facts of one scan."""

    def __init__(self) -> None:
        self.handlers: set[str] = set()
        """Functions that answer a route."""
        self._kinds: dict[type[Fact], list[Fact]] = {}

    def add(self, facts: Iterable[Fact]) -> set[type[Fact]]:
        """Add facts, and give back their kinds; of two facts in one place the earlier one stays first."""
        grown: set[type[Fact]] = set()
        for fact in facts:
            self._kinds.setdefault(type(fact), []).append(fact)
            grown.add(type(fact))
            if isinstance(fact, Route):
                self.handlers.add(fact.handler)
        for kind in grown:
            self._kinds[kind].sort(key=_span)
        return grown

    def replace(self, kind: type[Fact], facts: Iterable[Fact]) -> None:
        """Put these in the place of all facts of a kind."""
        self._kinds[kind] = list(facts)

    def each(self, kind: type[Fact]) -> list[Fact]:
        """All of one kind, as they are now."""
        return list(self._kinds.get(kind, ()))

    def each_in(self, kind: type[Fact], path: str) -> list[Fact]:
        """Those of one kind in one file."""
        found: Sequence[Fact] = self._kinds.get(kind, ())
        start = end = bisect_left(found, path, key=_path)
        while end < len(found) and found[end].span.path == path:
            end += 1
        return list(found[start:end])


def _span(fact: Fact) -> Span:
    return fact.span


def _path(fact: Fact) -> str:
    return fact.span.path
