"""The facts of an earlier run and what changed since in; those that a recogniser would find again out.

With the facts of a recogniser stands what it looked at: the files that it opened, the names that it looked up in the indices of all
files, the kinds of facts and the properties of the scan that it asked for. It has no other way to know anything, as it asks a view
of the project that nobody else has asked. So where all of that is the same, so are the facts; else its parts may still hold. A
change of the set of files, or of what imports mean, and a file that is too large by now leave nothing.

Everything kept carries a digest: what was damaged counts as missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from typing import Protocol

import msgspec
from msgspec import Struct

from readiness.model import Library, Problem, Route, SourceFile
from readiness.model.summary import Summary
from readiness.recognition.beside import Outcome, Sent, Trace, decoded, encoded
from readiness.recognition.changes import EVERY, FACTS, HANDLERS, SCAN, Changes, Look, Told, told
from readiness.recognition.parts import Looked, Packing, Parts, looks_of, name_of

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


class Tabled(Protocol):
    """A table that was built of all files."""

    @property
    def name(self) -> str:
        """What it is known by."""
        ...

    @property
    def entries(self) -> Mapping[str, object]:
        """What it tells."""
        ...

    @property
    def looked(self) -> Looked:
        """What was looked at for it."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What got in the way."""
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

    def told(self) -> Sequence[Tabled]:
        """The tables that were built so far."""
        ...

    def told_again(self, name: str) -> Tabled | None:
        """The table of that name; None where no function is known by it."""
        ...


class Record(Struct, frozen=True, array_like=True):
    """What is kept of one recogniser."""

    module: str
    files: bytes
    """One bit for each file of the scan, in their order: it was opened, for itself or for one of its parts."""
    looks: tuple[Look, ...]
    facts: str
    """The digest of the facts."""
    parts: str
    """The digest of what it found for its parts; empty without any."""
    made: dict[str, dict[str, bytes]]
    """Kinds of fact that it makes, with the files in which it found some and a digest of those."""
    handlers: tuple[str, ...]
    """Functions that it found to answer a route, sorted."""


class Kept(Struct, frozen=True, array_like=True):
    """What is kept of one run."""

    shape: str
    """A digest of everything that is known of the files but their content."""
    digests: bytes
    """Those of the files, in their order."""
    imports: str
    matters: tuple[tuple[str, str], ...]
    """Properties of the scan with their digests."""
    modules: tuple[str, ...]
    """The recognisers that ran, or were known, in order."""
    records: tuple[Record, ...]
    tables: tuple[Told, ...]


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
        """Of the earlier run, where something of them may hold."""
        self._held: set[str] = set()
        """Recognisers that looked at nothing that has changed, as far as files and the scan go."""
        self._new: dict[str, Record] = {}
        self._modules: tuple[str, ...] = ()
        self._fresh: dict[str, bytes] = {}
        self._stored: Mapping[str, bytes] = {}
        self._known: set[str] = set()
        self._tables: dict[str, Told | None] = {}
        """Those of this run; None for one that was told in two ways."""
        self._seen: dict[str, Tabled] = {}
        old = self._old = _read(store, place)
        self._changes = Changes(scanned.compares, old.tables if old is not None else (), self._again)
        self._before = {each.module: each for each in old.records} if old is not None else {}
        changed = self._changed(old) if old is not None else None
        if old is not None and changed is not None and self._compared(old, changed, earlier):
            self._records = self._before
            modules = [each.module for each in old.records]
            parts = [each.module for each in old.records if each.parts]
            self._stored = store.get_many([*map(self._facts_of, modules), *map(self._parts_of, parts)])

    def _facts_of(self, module: str) -> str:
        return f"facts of {module} in {self._place}"

    def _parts_of(self, module: str) -> str:
        return f"parts of {module} in {self._place}"

    def _changed(self, old: Kept) -> list[int] | None:
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

    def _compared(
        self, old: Kept, changed: Sequence[int], earlier: Callable[[SourceFile, str], Summary | None]
    ) -> bool:
        """Find out what has changed as far as files and the scan go; facts are compared as they are found. False where that cannot
        be known."""
        changes = self._changes
        changes.files.update(changed)
        for at in changed:
            file = self._scanned.files[self._paths[at]]
            now = self._scanned.summary(file.path)
            if now is None:
                continue
            before = earlier(file, old.digests[at * WIDTH : (at + 1) * WIDTH].hex())
            if before is None:
                return False
            changes.looks |= self._scanned.differing(before, now)
        changes.looks.update([(SCAN, name) for name, digest in old.matters if self._scanned.matter(name) != digest])
        bits = _bits(changed, len(self._paths))
        self._held = {each.module for each in old.records if not int.from_bytes(each.files, "big") & bits}
        return True

    def begin(self, libraries: Iterable[Library]) -> None:
        """These recognisers are due; where others were, their facts are missing or new to all."""
        self._modules = tuple([each.module for each in libraries])
        if self._old is not None and self._old.modules != self._modules:
            self._records = {}

    def kept(self, library: Library) -> Outcome | None:
        """What a recogniser would find, where that is known; it is asked when everything before it is settled."""
        record = self._records.get(library.module)
        if record is None or record.module not in self._held or any(look in self._changes for look in record.looks):
            return None
        blob = self._stored.get(self._facts_of(library.module))
        if blob is None or _digest(blob) != record.facts:
            return None
        try:
            outcome = decoded(msgspec.msgpack.decode(blob, type=Sent), library)
        except (msgspec.MsgspecError, IndexError):
            return None
        if outcome.module != library.module:
            return None
        self._known.add(library.module)
        return outcome

    def packing(self, library: Library) -> Packing:
        """Where a recogniser that has to run finds, and leaves, what is found for its parts; it is asked when everything before it
        is settled."""
        record = self._records.get(library.module)
        blob = self._stored.get(self._parts_of(library.module)) if record is not None else None
        before = None
        if record is not None and blob is not None and _digest(blob) == record.parts:
            with suppress(msgspec.MsgspecError):
                before = msgspec.msgpack.decode(blob, type=Parts)
        packing = Packing(library, self._places, before)
        packing.holding(self._changes)
        return packing

    def settle(self, library: Library, outcome: Outcome) -> None:
        """What a recogniser has found, in this run or, as it was kept, in an earlier one."""
        if library.module in self._known:
            self._new[library.module] = self._records[library.module]
            return
        before = self._before.get(library.module)
        sent = encoded(Outcome(outcome.module, outcome.facts), library)
        names = [name_of(kind) for kind in library.provides]
        if sent is None or outcome.problem or before is None:
            # Nobody knows what was there, or is missing now.
            self._changes.found([(FACTS, name) for name in names])
            self._changes.found([(EVERY, each) for name in names for each in (f"{FACTS} {name}", HANDLERS)])
        if sent is None:
            return
        made: dict[str, dict[str, blake2b]] = {name: {} for name in names}
        for fact, (number, content) in zip(outcome.facts, sent.facts, strict=True):
            files = made[names[number]]
            digest = files.get(fact.span.path)
            if digest is None:
                digest = files[fact.span.path] = blake2b(digest_size=WIDTH)
            digest.update(content)
        digests = {name: {path: each.digest() for path, each in files.items()} for name, files in made.items()}
        handlers = tuple(sorted({each.handler for each in outcome.facts if isinstance(each, Route)}))
        if before is not None:
            self._changes.found(_differing(before, digests, handlers))
        trace = outcome.trace
        if trace is None or outcome.problem or not library.module.startswith(OWN):
            return
        facts = msgspec.msgpack.encode(sent)
        parts = msgspec.msgpack.encode(trace.parts) if trace.parts is not None else b""
        self._fresh[self._facts_of(library.module)] = facts
        if parts:
            self._fresh[self._parts_of(library.module)] = parts
        self._new[library.module] = Record(
            library.module,
            self._opened(trace),
            trace.looks,
            _digest(facts),
            _digest(parts) if parts else "",
            digests,
            handlers,
        )

    def _opened(self, trace: Trace) -> bytes:
        """One bit for each file that was opened."""
        places = self._places
        opened = _bits([places[path] for path in trace.files if path in places], len(self._paths))
        return opened.to_bytes((len(self._paths) + 7) // 8, "big")

    def _again(self, name: str) -> Told | None:
        """A table as it is in this run."""
        table = self._scanned.told_again(name)
        return self._told(table) if table is not None and not table.problems else None

    def _told(self, table: Tabled) -> Told:
        places = self._places
        files = [places[path] for path in table.looked.files if path in places]
        return told(table.name, files, looks_of(table.looked), table.entries)

    def tables(self) -> list[Told]:
        """The tables that were built in this process since this was asked for the last time, as far as they can be kept."""
        new = [each for each in self._scanned.told() if self._seen.get(each.name) is not each]
        self._seen.update({each.name: each for each in new})
        return [self._told(each) for each in new if not each.problems]

    def hear(self, changed: Iterable[Look]) -> None:
        """Another process has settled what was found, and these looks at facts find others than in the earlier run."""
        self._changes.found(changed)

    def take(self, tables: Iterable[Told]) -> None:
        """Tables of this run."""
        for each in tables:
            self._tables[each.name] = each if self._tables.get(each.name, each) == each else None

    def news(self) -> list[Look]:
        """Such looks, as far as they were not told yet."""
        return self._changes.news()

    def save(self) -> None:
        """Keep what was found for the next run."""
        if not self._fresh and self._old is not None and self._old.digests == self._digests:
            return
        used = dict.fromkeys([name for each in self._new.values() for what, name in each.looks if what == SCAN])
        matters = tuple([(name, self._scanned.matter(name)) for name in used])
        records = tuple(self._new.values())
        self.take(self.tables())
        now = {each.name: each for each in self._changes.held()} | self._tables
        tables = tuple([each for each in now.values() if each is not None])
        kept = Kept(self._shape, self._digests, self._imports, matters, self._modules, records, tables)
        body = msgspec.msgpack.encode(kept)
        self._store.put_many({**self._fresh, self._place: _digest(body).encode() + body})


def _differing(before: Record, made: Mapping[str, Mapping[str, bytes]], handlers: Iterable[str]) -> list[Look]:
    """Looks at facts that find others than those a recogniser made in an earlier run."""
    found: list[Look] = [(HANDLERS, name) for name in {*before.handlers} ^ {*handlers}]
    for name, files in made.items():
        earlier = before.made.get(name, {})
        paths = [path for path in earlier.keys() | files.keys() if earlier.get(path) != files.get(path)]
        found += [(f"{FACTS} {name}", path) for path in paths]
        if paths:
            found.append((FACTS, name))
    return found


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
