"""What a recogniser found for each of its parts, and what it looked at for it, in; what still holds of that in the next run out.

A part is what one function finds for one name, as a rule the path of a file, in a view of the project that nobody else asks. So
what was found for it holds as long as nothing has changed that it looked at, whatever became of the other parts.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from readiness.model import Fact, Library
from readiness.recognition.changes import FACTS, HANDLERS, SCAN, TABLE, Changes, Look

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[tuple[int, bytes], ...])


class Looked(Protocol):
    """What somebody looked at in a project."""

    @property
    def files(self) -> Collection[str]:
        """Files that were opened."""
        ...

    @property
    def asked(self) -> Collection[tuple[str, str]]:
        """What was looked up in the indices of all files."""
        ...

    @property
    def kinds(self) -> Collection[type[Fact]]:
        """Kinds of the facts that were asked for."""
        ...

    @property
    def placed(self) -> Collection[tuple[type[Fact], str]]:
        """Kinds of the facts that were asked for of one file, with its path."""
        ...

    @property
    def handlers(self) -> Collection[str]:
        """Functions of which was asked whether they answer a route."""
        ...

    @property
    def entries(self) -> Collection[tuple[str, str]]:
        """Entries of tables that were looked up: the name of the table with the key."""
        ...

    @property
    def matters(self) -> Collection[str]:
        """Properties of the scan that were asked for."""
        ...


def name_of(kind: type[Fact]) -> str:
    """What a kind of fact is called where types cannot go."""
    return f"{kind.__module__}:{kind.__qualname__}"


def looks_of(looked: Looked) -> list[Look]:
    """What was looked at but files, in words that another process and another run understand."""
    return [
        *looked.asked,
        *((FACTS, name_of(kind)) for kind in looked.kinds),
        *((f"{FACTS} {name_of(kind)}", path) for kind, path in looked.placed if kind not in looked.kinds),
        *((HANDLERS, name) for name in looked.handlers),
        *((f"{TABLE} {name}", key) for name, key in looked.entries),
        *((SCAN, name) for name in looked.matters),
    ]


class Parts(Struct, frozen=True, array_like=True):
    """What is kept of the parts of one recogniser."""

    names: tuple[str, ...]
    facts: tuple[bytes, ...]
    """Of each part: what was found, each with the place of its kind among those that were promised."""
    looks: tuple[Look, ...]
    looked: bytes
    """Of all parts, one after the other: numbers of files in the listing, and, behind those, of `looks`."""
    ends: bytes
    """Where in `looked` what belongs to each part ends."""


class Packing:
    """Gathers the parts of one recogniser, in the order in which they are asked for."""

    def __init__(self, library: Library, places: Mapping[str, int], before: Parts | None) -> None:
        self._provided: tuple[type[Struct], ...] = tuple(library.provides)
        self._decoders: dict[type[Struct], msgspec.msgpack.Decoder[Struct]] = {}
        self._places = places
        self._names: list[str] = []
        self._facts: list[bytes] = []
        self._looks: dict[Look, int] = {}
        self._looked = array("I")
        self._ends = array("I")
        self._before = before
        self._valid: dict[str, int] = {}
        if before is not None:
            # Their numbers stay what they were, so what is known of a part can be taken over as it stands.
            self._looks = {look: len(places) + place for place, look in enumerate(before.looks)}
            self._old = array("I", before.looked)
            self._bounds = [0, *array("I", before.ends)]

    def holding(self, changes: Changes) -> None:
        """Parts that looked at nothing that changed hold."""
        if self._before is None:
            return
        lost = {*changes.files, *(number for look, number in self._looks.items() if look in changes)}
        for place, name in enumerate(self._before.names):
            if lost.isdisjoint(self._old[self._bounds[place] : self._bounds[place + 1]]):
                self._valid[name] = place

    def known(self, name: str, kinds: Sequence[type[Struct]]) -> list[Struct] | None:
        """What was found for a part that holds; it is kept on. None where it has to be asked."""
        place = self._valid.get(name)
        if place is None or self._before is None:
            return None
        facts = self._before.facts[place]
        kinds = kinds or self._provided
        try:
            found = [self._decoder(kinds[kind]).decode(each) for kind, each in _decoder.decode(facts)] if facts else []
        except (msgspec.MsgspecError, IndexError):
            return None
        self._take(name, facts, self._old[self._bounds[place] : self._bounds[place + 1]])
        return found

    def _decoder(self, kind: type[Struct]) -> msgspec.msgpack.Decoder[Struct]:
        found = self._decoders.get(kind)
        if found is None:
            found = self._decoders[kind] = msgspec.msgpack.Decoder(kind)
        return found

    def take(self, name: str, found: Sequence[Struct], kinds: Sequence[type[Struct]], looked: Looked) -> bool:
        """Keep what was found for a part; False where something is of a kind that nobody promised."""
        numbered = {kind: place for place, kind in enumerate(kinds or self._provided)}
        if not all(type(each) in numbered for each in found):
            return False
        packed = _encoder.encode([(numbered[type(each)], _encoder.encode(each)) for each in found]) if found else b""
        places, looks = self._places, self._looks
        numbers = array("I", [places[path] for path in looked.files if path in places])
        numbers.extend([looks.setdefault(each, len(places) + len(looks)) for each in looks_of(looked)])
        self._take(name, packed, numbers)
        return True

    def _take(self, name: str, facts: bytes, looked: array[int]) -> None:
        self._names.append(name)
        self._facts.append(facts)
        self._looked.extend(looked)
        self._ends.append(len(self._looked))

    def packed(self) -> Parts | None:
        """All parts; None where there are none."""
        if not self._names:
            return None
        looked, ends = self._looked.tobytes(), self._ends.tobytes()
        return Parts(tuple(self._names), tuple(self._facts), tuple(self._looks), looked, ends)

    def files(self) -> list[str]:
        """Files that were opened for some part."""
        paths = list(self._places)
        return [paths[number] for number in set(self._looked) if number < len(paths)]

    def looks(self) -> Iterator[Look]:
        """Everything else that was looked at for some part."""
        asked = set(self._looked)
        return (look for look, number in self._looks.items() if number in asked)
