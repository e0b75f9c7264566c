"""Source files in, one `Summary` each out: from the cache, or read in this process or in several."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

import msgspec

from readiness.cache import Cache
from readiness.extraction import pool
from readiness.extraction.packed import Packed
from readiness.extraction.work import Job, Outcome, carry_out
from readiness.languages import LANGUAGES, rest
from readiness.model.report import Problem, Stage
from readiness.model.source import SourceFile
from readiness.model.summary import Reading, Summary
from readiness.processes import cores
from readiness.profiling import count, stage

SERIAL_FILES = 150
SERIAL_BYTES = 1_000_000
"""Below both, starting processes costs more than it saves."""

OPEN = 64 * 2**20
"""Bytes of source up to which all summaries lie open in memory: of about two million lines."""

KIND = "reading"
"""What the cache calls our entries."""

Progress = Callable[[int, int], None]
"""Called with the number of files done and the number of all."""


class Store(Protocol):
    """Where encoded readings are kept between runs, by key."""

    def get_many(self, keys: Iterable[str]) -> Mapping[str, bytes]:
        """The entries that are there."""
        ...

    def put_many(self, entries: Mapping[str, bytes]) -> None:
        """Keep these entries."""
        ...


class Stored:
    """The entries of one kind in the engine's cache as a `Store`."""

    def __init__(self, cache: Cache, kind: str = KIND) -> None:
        self._cache = cache
        self._kind = kind

    def get_many(self, keys: Iterable[str]) -> Mapping[str, bytes]:
        """What an earlier run has stored."""
        return self._cache.get_many(keys, self._kind)

    def put_many(self, entries: Mapping[str, bytes]) -> None:
        """Store entries for later runs."""
        self._cache.put_many(entries, self._kind)


class Earlier:
    """The readings of contents that files had in earlier runs."""

    def __init__(self, cache: Cache) -> None:
        self._store = Stored(cache)

    def summary(self, file: SourceFile, digest: str) -> Summary | None:
        """The summary of a file with another content, by the digest of that; None where it is not stored."""
        key = cache_key(msgspec.structs.replace(file, digest=digest))
        shelf = Shelf(packed=False)
        shelf.fill(self._store.get_many([key]))
        found = shelf.readings.get(key)
        return found.summary if found is not None else None


def extract(
    files: Iterable[SourceFile],
    open_bytes: Callable[[SourceFile], bytes],
    store: Store | None = None,
    jobs: int = 0,
    progress: Progress | None = None,
) -> tuple[Mapping[str, Summary], list[Problem]]:
    """Summarise every file of a language that has a front end; other files are passed over.

    `jobs` is the number of processes, 0 for one a core. Summaries and problems come in order of path; a file without a
    summary has a problem. Files of equal content share one summary. Of a very large backend the summaries are packed.
    """
    wanted = sorted((file for file in files if file.language in LANGUAGES), key=lambda file: file.path)
    by_key: dict[str, list[SourceFile]] = {}
    for file in wanted:
        by_key.setdefault(cache_key(file), []).append(file)
    shelf = Shelf(packed=sum([file.size for file in wanted]) > OPEN)
    with collector_off():
        with stage("read cache"):
            if store is not None:
                shelf.fill(store.get_many(list(by_key)))
        done = sum([len(same) for key, same in by_key.items() if key in shelf])
        work = [Job(key=key, file=same[0]) for key, same in by_key.items() if key not in shelf]
        failures: dict[str, str] = {}
        count("files", len(wanted))
        count("from the cache", done)
        if work:
            report = counting(progress, done, len(wanted))
            with stage("read files"):
                fresh = run(work, open_bytes, jobs, report, keep=not shelf.packed)
            rest()
            keep = {}
            for job, outcome in zip(work, fresh, strict=True):
                if outcome.encoded:
                    shelf.put(job.key, outcome.encoded, outcome.reading)
                    if outcome.lasting:
                        keep[job.key] = outcome.encoded
                else:
                    failures[job.key] = outcome.problem
            if store is not None and keep:
                with stage("write cache"):
                    store.put_many(keep)
        if progress is not None:
            progress(len(wanted), len(wanted))
        return settle(wanted, shelf, failures)


class Shelf:
    """The readings of one scan by key, as they are or packed."""

    def __init__(self, *, packed: bool) -> None:
        self.packed = packed
        self.readings: dict[str, Reading] = {}
        self.encoded: dict[str, bytes] = {}
        """Those that are packed: each has a summary."""
        self._decoder = msgspec.msgpack.Decoder(Reading)

    def __contains__(self, key: str) -> bool:
        return key in self.readings or key in self.encoded

    def put(self, key: str, encoded: bytes, reading: Reading | None = None) -> None:
        """Take one in; raises what msgspec raises for an entry of the wrong shape."""
        reading = reading or self._decoder.decode(encoded)
        if self.packed and reading.summary is not None:
            self.encoded[key] = encoded
        else:
            self.readings[key] = reading

    def fill(self, entries: Mapping[str, bytes]) -> None:
        """Take in what is stored; an entry of the wrong shape counts as missing."""
        for key, encoded in entries.items():
            try:
                self.put(key, encoded)
            except msgspec.MsgspecError:
                continue


def cache_key(file: SourceFile) -> str:
    """Content and language decide a reading, and the interpreter, whose grammar reads it."""
    return f"{file.language}-{sys.version_info[0]}.{sys.version_info[1]}-{file.digest}"


def run(
    work: list[Job],
    open_bytes: Callable[[SourceFile], bytes],
    jobs: int,
    report: Callable[[int], None],
    *,
    keep: bool,
) -> list[Outcome]:
    """One outcome a job, in order of the jobs; with `keep` those of this process hold the readings themselves."""
    processes = jobs or cores()
    small = len(work) < SERIAL_FILES and sum([job.file.size for job in work]) < SERIAL_BYTES
    if processes > 1 and not small:
        outcomes = pool.run(work, open_bytes, processes, report, keep=keep)
        if outcomes is not None:
            return outcomes
    outcomes = []
    for number, job in enumerate(work, 1):
        outcomes.append(carry_out(job, open_bytes, keep=keep))
        report(number)
    return outcomes


def settle(
    wanted: list[SourceFile], shelf: Shelf, failures: Mapping[str, str]
) -> tuple[Mapping[str, Summary], list[Problem]]:
    """Sort what was read from what was not."""
    summaries: dict[str, Summary] = {}
    packed: dict[str, bytes] = {}
    problems: list[Problem] = []
    for file in wanted:
        key = cache_key(file)
        if key in shelf.encoded:
            packed[file.path] = shelf.encoded[key]
            continue
        reading = shelf.readings.get(key)
        if reading is not None and reading.summary is not None:
            summaries[file.path] = reading.summary
            continue
        reason = reading.problem if reading is not None else failures.get(key, "no reader answered")
        problems.append(Problem(Stage.EXTRACT, file.path, f"could not be read: {reason}"))
    return Packed(packed) if shelf.packed else summaries, problems


def counting(progress: Progress | None, before: int, total: int) -> Callable[[int], None]:
    """A function that tells `progress` how many of all files are done."""

    def report(done: int) -> None:
        if progress is not None:
            progress(min(before + done, total), total)

    return report


@contextmanager
def collector_off() -> Iterator[None]:
    """No garbage collection while millions of objects without cycles are made; it would cost more than the work."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
