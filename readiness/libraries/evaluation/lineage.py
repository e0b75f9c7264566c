"""A class of the project in, its bases and its attributes out, those included that functions make and return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.libraries.evaluation.things import Answer, Bound, Kind, Outside, Routine
from readiness.model.summary import Class, Function

if TYPE_CHECKING:
    from readiness.libraries.evaluation.reader import Reader

BASES = 40
"""Classes of one lineage."""


class Lineage:
    """Reads classes; a class that a function makes knows what the function was given."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._known: dict[tuple[object, ...], list[Kind | Outside]] = {}
        self._members: dict[tuple[str, int], dict[str, Answer]] = {}

    def of(self, kind: Kind) -> list[Kind | Outside]:
        """The class itself and its bases, nearest first."""
        key = (*kind.key, kind.frame.key if kind.frame is not None else ())
        if key not in self._known:
            self._known[key] = [kind]
            found: list[Kind | Outside] = []
            self._gather(kind, found)
            self._known[key] = found
        return self._known[key]

    def _gather(self, kind: Kind, found: list[Kind | Outside]) -> None:
        waiting: list[Kind | Outside] = [kind]
        seen: set[tuple[object, ...]] = set()
        while waiting and len(found) < BASES:
            each = waiting.pop(0)
            if each.key in seen:
                continue
            seen.add(each.key)
            found.append(each)
            if not isinstance(each, Kind):
                continue
            definition = self.reader.summary(each.path).definitions[each.index]
            bases = definition.bases if isinstance(definition, Class) else ()
            above = [
                thing
                for base in bases
                for thing in self.reader.things(Bound(base, each.path, definition.scope, definition.line, each.frame))
                if isinstance(thing, Kind | Outside)
            ]
            waiting = [*above, *waiting]

    def attribute(self, kind: Kind, name: str) -> Answer | None:
        """What the nearest class says under a name."""
        for each in self.of(kind):
            if isinstance(each, Kind):
                found = self.own(each).get(name)
                if found is not None:
                    return self._within(found, each)
        return None

    def members(self, kind: Kind) -> dict[str, Answer]:
        """Everything that the class and its bases say, the nearest first."""
        found: dict[str, Answer] = {}
        for each in self.of(kind):
            if isinstance(each, Kind):
                for name, member in self.own(each).items():
                    found.setdefault(name, self._within(member, each))
        return found

    def _within(self, member: Answer, kind: Kind) -> Answer:
        """A member of a class as that very class has it."""
        if isinstance(member, Routine):
            return Routine(member.path, member.index, kind.frame)
        if isinstance(member, Bound):
            return Bound(member.value, member.path, member.scope, member.line, kind.frame)
        return member

    def own(self, kind: Kind) -> dict[str, Answer]:
        """What the body of the class itself defines."""
        key = (kind.path, kind.index)
        if key not in self._members:
            summary = self.reader.summary(kind.path)
            found: dict[str, Answer] = {
                each.name: Routine(kind.path, index) if isinstance(each, Function) else Kind(kind.path, index)
                for index, each in enumerate(summary.definitions)
                if each.scope == kind.index
            }
            for each in summary.assignments:
                if each.scope == kind.index and each.operator == "=" and each.value is not None:
                    found[each.target] = Bound(each.value, kind.path, each.scope, each.line)
            self._members[key] = found
        return self._members[key]
