"""Two runs in; which looks, at files, at facts, at tables, find something else in the second one, out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b

import msgspec
from msgspec import Struct

Look = tuple[str, str]
"""What was looked at but files: an index of all files with the name that was looked up, a kind of fact, alone or with the file
whose facts were asked for, a function of which was asked whether it is a handler, an entry of a table, a property of the scan."""

FACTS, HANDLERS, TABLE, SCAN, EVERY = "facts", "handlers", "table", "scan", "*"
"""First parts of looks; `EVERY` as a second part stands for all."""

_encoder = msgspec.msgpack.Encoder(order="deterministic")


class Told(Struct, frozen=True, array_like=True):
    """What is kept of a table."""

    name: str
    files: tuple[int, ...]
    """Places of the files that were opened for it."""
    looks: tuple[Look, ...]
    entries: dict[str, bytes]
    """Digests of its entries, and under `EVERY` one of all."""


def told(name: str, files: Iterable[int], looks: Iterable[Look], entries: Mapping[str, object]) -> Told:
    """What is to be kept of a table."""
    digests = {key: _digest(_encoder.encode(value)) for key, value in entries.items()}
    whole = _digest(_encoder.encode(digests))
    return Told(name, tuple(sorted(files)), tuple(sorted(looks)), {**digests, EVERY: whole})


class Changes:
    """What is another than in the earlier run."""

    def __init__(
        self, compares: Callable[[Look], bool], tables: Iterable[Told], again: Callable[[str], Told | None]
    ) -> None:
        """`compares` says of a look at an index of all files whether it is known where that differs; `tables` are those of the
        earlier run, and `again` tells one of them again."""
        self.files: set[int] = set()
        """Places of the files whose content is another."""
        self.looks: set[Look] = set()
        self._all: set[str] = set()
        """Looks of which everything may be another, by their first part."""
        self._known: dict[str, bool] = {}
        self._compares = compares
        self._before = {each.name: each for each in tables}
        self._again = again
        self._now: dict[str, Told | None] = {}
        """Tables as they are in this run; None while they are told, and where they are unknown."""
        self._news: list[Look] = []

    def __contains__(self, look: Look) -> bool:
        """The look may find something else."""
        if look in self.looks or look[0] in self._all:
            return True
        known = self._known.get(look[0])
        if known is None:
            first = look[0].partition(" ")[0]
            known = self._known[look[0]] = first in (FACTS, HANDLERS, TABLE, SCAN) or self._compares(look)
        if not known:
            return True
        return look[0].startswith(TABLE) and self._table(look[0].partition(" ")[2], look[1])

    def _table(self, name: str, key: str) -> bool:
        before = self._before.get(name)
        if before is None:
            return True
        if name not in self._now:
            self._now[name] = None
            self._now[name] = before if self._holds(before) else self._again(name)
        now = self._now[name]
        return now is None or now.entries.get(key) != before.entries.get(key)

    def _holds(self, table: Told) -> bool:
        """Nothing has changed that was looked at for a table."""
        return self.files.isdisjoint(table.files) and not any(look in self for look in table.looks)

    def found(self, looks: Iterable[Look]) -> None:
        """These looks at facts find others; `(EVERY, first part)` stands for all that begin so."""
        for look in looks:
            self._now.clear()
            self._news.append(look)
            if look[0] == EVERY:
                self._all.add(look[1])
            else:
                self.looks.add(look)

    def news(self) -> list[Look]:
        """What was found since this was asked for the last time."""
        found, self._news = self._news, []
        return found

    def held(self) -> list[Told]:
        """The tables of the earlier run that are still the same, as nothing has changed that was looked at for them."""
        return [each for each in self._before.values() if self._holds(each)]


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=8).digest()
