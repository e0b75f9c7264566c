"""Lists of rules in, their entries out: tuples, `url(...)`, `Rule(...)`, whatever built or rewrote them on the way."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evaluation.constructions import Constructions
from readiness.libraries.evaluation.reader import UNRESOLVED
from readiness.libraries.evaluation.things import Answer, Bound, Keywords, Kind, Made, Outside, Part, Thing
from readiness.libraries.tornado.rewriting import Rewriting
from readiness.libraries.tornado.texts import PatternReader, PatternTexts
from readiness.libraries.tornado.vocabulary import PATH_MATCHERS, POSITIONAL, is_holder, is_rule
from readiness.model import Span
from readiness.model.summary import Constant, Context, Operation, Sequence

NESTED = 12
"""Routers inside one another."""


class Entry(Struct, frozen=True, eq=False):
    """One rule: a pattern and what answers it."""

    pattern: str
    exact: bool
    """The pattern is known to the last part."""
    handler: Thing | None
    """None where it could not be found."""
    place: Span
    condition: str = ""

    @property
    def identity(self) -> tuple[object, ...]:
        """Two readings of one rule have the same."""
        what = (self.handler.path, self.handler.index) if isinstance(self.handler, Kind) else ("", -1)
        return (*what, self.pattern)


class Rules:
    """Reads lists of rules."""

    def __init__(self, reader: PatternReader) -> None:
        self.reader = reader
        self.project = reader.project
        self.constructions = Constructions(reader, POSITIONAL, lambda each: is_holder(each) or is_rule(each))
        self.texts = PatternTexts(reader, self.constructions)
        self.rewriting = Rewriting(reader)
        self.displays: set[tuple[str, int, int]] = set()
        """Displays whose rules were read: path, scope and line."""

    def of(self, given: Answer, depth: int = 0) -> tuple[list[Entry], bool]:
        """The entries of a list, and whether all of it could be read."""
        items, complete = self.reader.elements(given)
        found: list[Entry] = []
        for item in items:
            entries = list(self._element(item, depth))
            complete &= bool(entries)
            known = [each for each in entries if each.handler is not None]
            found.extend(known or entries[:1])
        return found, complete

    def _element(self, item: Answer, depth: int) -> Iterator[Entry]:
        for thing in self.rewriting.follow(item):
            if isinstance(thing, Bound):
                parts = self.rewriting.parts(thing)
                if parts is not None and len(parts) > 1:
                    self.displays.add((thing.path, thing.scope, thing.line))
                    yield from self._entries(parts[0], parts[1], self._place(thing), self._condition(item), depth)
            elif isinstance(thing, Keywords) and len(thing.items) > 1 and isinstance(item, Keywords):
                pair = list(thing.items.values())  # an entry of a dict
                if isinstance(pair[0], Bound):
                    yield from self._entries(pair[0], pair[1], self._place(pair[0]), "", depth)
            elif isinstance(thing, Made):
                construction = self.constructions.of(thing)
                if construction is None or not is_rule(construction.base):
                    continue
                named = construction.arguments
                matcher = named.get("pattern", named.get("matcher"))
                target = named.get("handler", named.get("target"))
                if matcher is not None and target is not None:
                    place = self.project.span(thing.path, thing.index)
                    yield from self._entries(matcher, target, place, self._condition(item), depth)

    def _entries(self, matcher: Answer, target: Answer, place: Span, condition: str, depth: int) -> Iterator[Entry]:
        pattern, exact = self._pattern(matcher)
        found = False
        for thing in self.targets(target):
            if isinstance(thing, Bound):
                if isinstance(thing.value, Sequence | Operation) and depth < NESTED:
                    found = True
                    yield from self.of(thing, depth + 1)[0]
                continue
            if isinstance(thing, Made):
                construction = self.constructions.of(thing)
                if construction is not None and is_holder(construction.base):
                    found = True  # an application or router has rules of its own
                    continue
            if isinstance(thing, Kind | Outside):
                found = True
                yield Entry(pattern, exact, thing, place, condition)
        if not found:
            yield Entry(pattern, exact, None, place, condition)

    def targets(self, target: Answer) -> Iterator[Answer]:
        """What a rule's second part denotes: a handler, a list of rules, an application."""
        for thing in self.reader.follow(target):
            if isinstance(thing, Part) and thing.name in ("handler_class", "target"):
                named = self.constructions.arguments(thing.made)
                given = named.get("handler", named.get("target"))
                yield from self.reader.follow(given) if given is not None else ()
            elif isinstance(thing, Bound) and isinstance(thing.value, Constant) and isinstance(thing.value.value, str):
                yield from self.named(thing.value.value)
            elif isinstance(thing, Made) and (default := self.texts.default_of(thing)) is not None:
                yield from self.targets(default)
            else:
                yield thing

    def named(self, dotted: str) -> Iterator[Thing]:
        """A handler that is named by a text: `"shop.handlers.Main"`."""
        module, _, name = dotted.rpartition(".")
        place = self.project.find(f"{module}::{name}")
        if place is not None:
            yield Kind(*place)

    def _pattern(self, matcher: Answer) -> tuple[str, bool]:
        for thing in self.reader.things(matcher):
            if isinstance(thing, Made) and isinstance(thing.maker, Outside) and thing.maker.last in PATH_MATCHERS:
                given = self.constructions.arguments(thing).get("path_pattern")
                return self.texts.of(given) if given is not None else (UNRESOLVED, False)
        return self.texts.of(matcher)

    # where

    def _place(self, thing: Bound) -> Span:
        return Span(thing.path, thing.line)

    def _condition(self, item: Answer) -> str:
        """The condition under which a rule is added: it stands in a call or in `handlers += [...]` under an `if`."""
        if not isinstance(item, Bound):
            return ""
        added = self.reader.lists.growth.condition(item)
        if added:
            return added
        summary, project = self.reader.summary(item.path), self.reader.project
        calls = [summary.calls[index] for index in project.called_in(item.path, item.scope)]
        stand_there = [(each.line, each.context) for each in calls]
        stand_there += [(each.line, each.context) for each in project.assigned_in(item.path, item.scope)]
        if any(line == item.line and context & Context.CONDITION for line, context in stand_there):
            return self.reader.conditions.at(item.path, item.scope, item.line, item.frame)
        return ""
