"""The facts of an earlier run and what changed since in; those that a recogniser would find again out.

With the facts of a recogniser stands what it looked at: the files that it opened, the names that it looked up in the indices of all
files, the kinds of facts and the properties of the scan that it asked for. It has no other way to know anything, as it asks a view
of the project that nobody else has asked. So where all of that is the same, so are the facts. A change of the set of files, or of
what imports mean, and a file that is too large by now leave nothing.

The facts lie under the digest of their own bytes, and what was looked at carries a digest too: what was damaged counts as missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Protocol

import msgspec
from msgspec import Struct

from readiness.model import Library, SourceFile
from readiness.model.summary import Summary
from readiness.recognition.beside import Outcome, Sent, Trace, decoded, encoded, name_of

MOST = 100
"""Changed files beyond which everything is recognised again."""
LARGE = 256 * 1024
"""Bytes of a file from which on some recognisers leave it alone: a change of one that is, or was, so large leaves nothing."""
WIDTH = 16
"""Bytes of a digest."""
OWN = "readiness.libraries."
"""Recognisers of others may look at what no project shows them."""


class Store(Protocol):
    """Where bytes are kept between runs, by key."""

    def get_many(self, keys: Iterable[str]) -> Mapping[str, bytes]:
        """The entries that are there."""
        ...

    def put_many(self, entries: Mapping[str, bytes]) -> None:
        """Keep these entries."""
        ...


class Scanned(Protocol):
    """The scan whose facts are kept."""

    @property
    def files(self) -> Mapping[str, SourceFile]:
        """Every file, by path, in the order of the listing."""
        ...

    def summary(self, path: str) -> Summary | None:
        """The summary of one file, None where it has none."""
        ...

    def imports_mean(self) -> str:
        """A digest of which files imports mean."""
        ...

    def matter(self, name: str) -> str:
        """A digest of a property of the scan."""
        ...

    def differing(self, one: Summary, other: Summary) -> set[tuple[str, str]]:
        """Under which names of the indices two contents of a file add different things."""
        ...

    def compares(self, key: tuple[str, str]) -> bool:
        """`differing` speaks of that index."""
        ...


class Record(Struct, frozen=True, array_like=True):
    """What is kept of one recogniser."""

    module: str
    files: bytes
    """One bit for each file of the scan, in their order: it was opened."""
    asked: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    matters: tuple[str, ...]
    facts: str
    """The digest of the facts, under which they lie."""
    made: tuple[tuple[str, str], ...]
    """Kinds of fact with a digest of those that it made."""


class Kept(Struct, frozen=True, array_like=True):
    """What is kept of one run."""

    shape: str
    """A digest of everything that is known of the files but their content."""
    digests: bytes
    """Those of the files, in their order."""
    imports: str
    matters: tuple[tuple[str, str], ...]
    modules: tuple[str, ...]
    """The recognisers that ran, or were known, in order."""
    records: tuple[Record, ...]


class Keeping:
    """Keeps the facts of one scanned folder."""

    def __init__(
        self, store: Store, place: str, scanned: Scanned, earlier: Callable[[SourceFile, str], Summary | None]
    ) -> None:
        """`earlier` gives the summary of a file with another digest, None where it is not stored."""
        self._store = store
        self._place = place
        self._scanned = scanned
        self._paths = list(scanned.files)
        self._places = {path: place for place, path in enumerate(self._paths)}
        self._shape = _shape(scanned)
        self._digests = b"".join([_raw(each.digest) for each in scanned.files.values()])
        self._imports = scanned.imports_mean()
        self._records: dict[str, Record] = {}
        """Of the earlier run, where they may hold."""
        self._new: dict[str, Record] = {}
        self._modules: tuple[str, ...] = ()
        self._fresh: dict[str, bytes] = {}
        self._facts: Mapping[str, bytes] = {}
        self._known: set[str] = set()
        self._changed: set[str] = set()
        """Kinds of which other facts were made than in the earlier run."""
        old = self._old = _read(store, place)
        self._before = {each.module: each for each in old.records} if old is not None else {}
        changed = self._changes(old) if old is not None else None
        if old is not None and changed is not None:
            self._records = self._holding(old, changed, earlier)
            self._facts = store.get_many({each.facts for each in self._records.values()})

    def _changes(self, old: Kept) -> list[int] | None:
        """The places of the files that changed, None where too much did."""
        if old.shape != self._shape or old.imports != self._imports or len(old.digests) != len(self._digests):
            return None
        changed = [
            at // WIDTH
            for at in range(0, len(self._digests), WIDTH)
            if self._digests[at : at + WIDTH] != old.digests[at : at + WIDTH]
        ]
        if len(changed) > MOST or any(self._scanned.files[self._paths[at]].size > LARGE for at in changed):
            return None
        return changed

    def _holding(
        self, old: Kept, changed: Sequence[int], earlier: Callable[[SourceFile, str], Summary | None]
    ) -> dict[str, Record]:
        """The records that hold as far as files and the scan go; facts of others are asked for later."""
        differing: set[tuple[str, str]] = set()
        for at in changed:
            file = self._scanned.files[self._paths[at]]
            now = self._scanned.summary(file.path)
            if now is None:
                continue
            before = earlier(file, old.digests[at * WIDTH : (at + 1) * WIDTH].hex())
            if before is None:
                return {}
            differing |= self._scanned.differing(before, now)
        matters = {name for name, digest in old.matters if self._scanned.matter(name) == digest}
        bits = _bits(changed, len(self._paths))
        return {
            each.module: each
            for each in old.records
            if matters.issuperset(each.matters)
            and differing.isdisjoint(each.asked)
            and (not changed or all(self._scanned.compares(key) for key in each.asked))
            and not int.from_bytes(each.files, "big") & bits
        }

    def begin(self, libraries: Iterable[Library]) -> None:
        """These recognisers are due; where others were, their facts are missing or new to all."""
        self._modules = tuple([each.module for each in libraries])
        if self._old is not None and self._old.modules != self._modules:
            self._records = {}

    def kept(self, library: Library) -> Outcome | None:
        """What a recogniser would find, where that is known; it is asked when everything before it is settled."""
        record = self._records.get(library.module)
        blob = self._facts.get(record.facts) if record is not None else None
        if (
            record is None
            or blob is None
            or _digest(blob) != record.facts
            or not self._changed.isdisjoint(record.kinds)
        ):
            return None
        try:
            outcome = decoded(msgspec.msgpack.decode(blob, type=Sent), library)
        except (msgspec.MsgspecError, IndexError):
            return None
        if outcome.module != library.module:
            return None
        self._known.add(library.module)
        return outcome

    def settle(self, library: Library, outcome: Outcome) -> None:
        """What a recogniser has found, in this run or, as it was kept, in an earlier one."""
        if library.module in self._known:
            self._new[library.module] = self._records[library.module]
            return
        before = self._before.get(library.module)
        sent = encoded(Outcome(outcome.module, outcome.facts), library)
        if sent is None or outcome.problem or before is None:
            self._changed.update([name_of(kind) for kind in library.provides])
        if sent is None:
            return
        made = {}
        for place, kind in enumerate(library.provides):
            digest = blake2b(digest_size=16)
            for number, fact in sent.facts:
                if number == place:
                    digest.update(fact)
            made[name_of(kind)] = digest.hexdigest()
        if before is not None:
            earlier = dict(before.made)
            self._changed.update([kind for kind, digest in made.items() if earlier.get(kind) != digest])
        trace = outcome.trace
        if trace is None or outcome.problem or not library.module.startswith(OWN):
            return
        blob = msgspec.msgpack.encode(sent)
        facts = _digest(blob)
        self._fresh[facts] = blob
        self._new[library.module] = self._record(library.module, trace, facts, made)

    def _record(self, module: str, trace: Trace, facts: str, made: Mapping[str, str]) -> Record:
        places = self._places
        opened = _bits([places[path] for path in trace.files if path in places], len(self._paths))
        files = opened.to_bytes((len(self._paths) + 7) // 8, "big")
        return Record(module, files, trace.asked, trace.kinds, trace.matters, facts, tuple(made.items()))

    def save(self) -> None:
        """Keep what was found for the next run."""
        if not self._fresh and self._old is not None and self._old.digests == self._digests:
            return
        used = dict.fromkeys([name for each in self._new.values() for name in each.matters])
        matters = tuple([(name, self._scanned.matter(name)) for name in used])
        records = tuple(self._new.values())
        kept = Kept(self._shape, self._digests, self._imports, matters, self._modules, records)
        body = msgspec.msgpack.encode(kept)
        self._store.put_many({**self._fresh, self._place: _digest(body).encode() + body})


def _read(store: Store, place: str) -> Kept | None:
    """What an earlier run has kept of a folder; None where that is damaged."""
    stored = store.get_many([place]).get(place, b"")
    body = stored[2 * WIDTH :]
    if not body or stored[: 2 * WIDTH] != _digest(body).encode():
        return None
    try:
        return msgspec.msgpack.decode(body, type=Kept)
    except msgspec.MsgspecError:
        return None


def _shape(scanned: Scanned) -> str:
    """A digest of everything that is known of the files but their content."""
    told = [
        (
            file.path,
            file.language,
            file.scope,
            file.raw,
            file.tracked,
            bool(file.digest),
            file.size > LARGE,
            scanned.summary(file.path) is not None,
        )
        for file in scanned.files.values()
    ]
    return _digest(msgspec.msgpack.encode(told))


def _bits(places: Iterable[int], length: int) -> int:
    """One bit for each of the places."""
    marks = bytearray(length)
    for place in places:
        marks[place] = 1
    return int(bytes(marks).translate(_DIGITS) or b"0", 2)


_DIGITS = b"01" + bytes(254)


def _raw(digest: str) -> bytes:
    """A digest of a file in its bytes; zeros for a file that is not read."""
    return bytes.fromhex(digest) if digest else bytes(WIDTH)


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=WIDTH).hexdigest()
