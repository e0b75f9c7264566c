"""Subscripts in, what they can denote out: elements of lists, entries of mappings, classes with their arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readiness.libraries.evaluation.things import Answer, Bound, Keywords, Kind, Made, Outside
from readiness.model.summary import Mapping, Scalar, Value

if TYPE_CHECKING:
    from readiness.libraries.evaluation.reader import Reader


class Items:
    """Reads subscripts."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def of(self, bound: Bound, container: Value, index: Value) -> Iterator[Answer]:
        """What `container[index]` can denote."""
        for thing in self.reader.follow(self.reader.at(bound, container)):
            if not isinstance(thing, Bound):
                if isinstance(thing, Kind | Outside):
                    yield thing  # a generic class with its arguments
                elif isinstance(thing, Made | Keywords):
                    entry = self._kept(thing, self.reader.constant(self.reader.at(bound, index)))
                    yield from self.reader.follow(entry) if entry is not None else ()
                continue
            if isinstance(thing.value, Mapping):
                entries = self.reader.arguments.entries(thing)
                key = self.reader.constant(self.reader.at(bound, index))
                if isinstance(key, str) and key in entries:
                    yield from self.reader.follow(entries[key])
                    continue
                for value in self._entry(thing, thing.value, key) or thing.value.values:
                    yield from self.reader.follow(self.reader.at(thing, value))
            else:
                for item in self._chosen(
                    thing, self.reader.at(bound, container), self.reader.constant(self.reader.at(bound, index))
                ):
                    yield from self.reader.follow(item)

    def _kept(self, thing: Made | Keywords, key: Scalar) -> Answer | None:
        """One entry of `dict(...)`, of `**kwargs`, of `*args`."""
        known = self.reader.arguments.entries(thing) if isinstance(key, str | int) else {}
        return known.get(str(key))

    def _entry(self, place: Bound, mapping: Mapping, key: Scalar) -> list[Value]:
        """The entry of a mapping whose keys are constants by another name: members of an enumeration, numbers."""
        if key is None or None in mapping.keys:
            return []
        known = [
            self.reader.constant(self.reader.at(place, name)) if name is not None else None for name in mapping.keys
        ]
        if None in known:
            return []
        chosen = [value for name, value in zip(known, mapping.values, strict=True) if name == key]
        return chosen[-1:]

    def _chosen(self, display: Bound, container: Bound, number: Scalar) -> list[Answer]:
        """The elements that an index can mean; the order of what is appended elsewhere is not known."""
        written, _ = self.reader.elements(display)
        if isinstance(number, int) and -len(written) <= number < len(written):
            return [written[number]]
        grown = self.reader.elements(container)[0]
        return grown if len(grown) == 1 or not isinstance(number, int) else []
