"""Digests in, bytes of earlier runs out: one SQLite file in the user's cache folder that a run can always do without.

It stores bytes and gives bytes; whoever asks decodes them into a type and takes what does not fit for a miss. So a file that
was tampered with can waste time, never run anything. Whatever goes wrong here is a remark, and the run goes on without the cache.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from readiness import __version__
from readiness.model.report import Problem, Stage
from readiness.profiling import stage

if TYPE_CHECKING:
    import sqlite3

FILE = "results-1.sqlite3"
"""The number is that of the table's form."""

LARGEST = 512 * 2**20
"""Bytes of all values together; beyond, those unused for longest go."""

OLDEST = 30
"""Days after which an unused value goes."""

LARGEST_VALUE = 64 * 2**20
"""Bytes of one value; larger ones are neither stored nor read."""

PAGE = 8192
"""Bytes of a page of the file: most values fit into one."""

PATIENCE = 1.0
"""Seconds to wait for another run that is writing."""

_SCHEMA = {
    "results": "CREATE TABLE results (key BLOB PRIMARY KEY, day INTEGER NOT NULL, size INTEGER NOT NULL, value BLOB NOT NULL)",
    "results_by_day": "CREATE INDEX results_by_day ON results (day, size)",
}

_LIBRARIES = ("bandit", "libcst", "msgspec", "pathspec", "radon", "ruff", "sqlglot")
"""What our results depend on besides our own source."""

_REPORT = "report"

R = TypeVar("R")
Row = tuple[bytes, int, bytes]
"""Key, day of the last use, value."""


def fingerprint(folders: Iterable[Path]) -> str:
    """A digest that changes with the engine: its version, the interpreter, and name, size and modification time of every file in
    `folders` (the engine, rules, plugins; a folder may be a single module) and of the libraries it leans on.
    """
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{__version__}\0{sys.version}\0{sys.implementation.cache_tag}\0".encode())
    for name in _LIBRARIES:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            digest.update(_signature(name, Path(spec.origin)))
    for folder in sorted({Path(folder).resolve() for folder in folders}):
        for signature in sorted(_sources(folder)):
            digest.update(signature)
    return digest.hexdigest()


def cache_folder() -> Path:
    """Where the file lies. Raises RuntimeError where the environment names no home."""
    named = os.environ.get("READINESS_CACHE_DIR")
    if named:
        return Path(named)
    shared = os.environ.get("XDG_CACHE_HOME", "")
    if shared and Path(shared).is_absolute():
        return Path(shared) / "readiness"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "readiness"
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "readiness" / "Cache"
    return Path.home() / ".cache" / "readiness"


class Cache:
    """The results of earlier runs under one fingerprint. Use as a context manager, or call `close`."""

    def __init__(self, fingerprint: str, *, folder: Path | None = None, enabled: bool = True) -> None:
        self.problems: list[Problem] = []
        """At most two remarks: that the file had to be rebuilt, and why the run does without."""
        self._salt = fingerprint.encode()[:64]
        self._path: Path | None = None
        self._connection: sqlite3.Connection | None = None
        self._wrote = False
        if enabled:
            with stage("open cache"):
                self._open(folder)

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def usable(self) -> bool:
        """The file is open: what is stored now may be there for the next run."""
        return self._connection is not None

    def get_many(self, digests: Iterable[str], kind: str) -> dict[str, bytes]:
        """What is stored for these content digests, by digest; what is not there is left out."""
        names = {self._key(digest, kind): digest for digest in digests}
        rows: list[Row] = self._attempt("read", lambda connection: _select(connection, list(names)), [])
        today = _today()
        stale = [key for key, day, _ in rows if day != today]
        if stale:
            self._attempt("written", lambda connection: _touch(connection, stale, today), None)
        return {names[key]: value for key, _, value in rows if key in names}

    def put_many(self, values: Mapping[str, bytes], kind: str) -> None:
        """Store values by content digest."""
        today = _today()
        rows = [
            (self._key(digest, kind), today, len(value), value)
            for digest, value in values.items()
            if len(value) <= LARGEST_VALUE
        ]
        if rows:
            self._wrote = True
            self._attempt("written", lambda connection: _insert(connection, rows), None)

    def report(self, key: str) -> bytes | None:
        """The whole report stored for the digest of all its inputs."""
        return self.get_many([key], _REPORT).get(key)

    def put_report(self, key: str, report: bytes) -> None:
        """Store a whole report by the digest of all its inputs."""
        self.put_many({key: report}, _REPORT)

    def close(self) -> None:
        """Drop what is old or too much, when anything was written, and close the file."""
        if self._wrote:
            with stage("prune cache"):
                self._attempt("pruned", lambda connection: _prune(connection, _today()), None)
        self._disconnect()

    def _open(self, folder: Path | None) -> None:
        import sqlite3

        try:
            self._path = (folder or cache_folder()) / FILE
            try:
                self._connection = _connect(self._path)
            except sqlite3.DatabaseError as error:
                if not _ruined(error):
                    raise
                _move_aside(self._path)
                self._remark(f"the cache was damaged ({error}) and is built anew")
                self._connection = _connect(self._path)
        except (sqlite3.Error, OSError, RuntimeError) as error:
            self._remark(f"the cache cannot be opened ({error}): this run does without")

    def _attempt(self, what: str, work: Callable[[sqlite3.Connection], R], otherwise: R) -> R:
        """Do something with the file; the first failure ends its use in this run with a remark."""
        import sqlite3

        if self._connection is None:
            return otherwise
        try:
            return work(self._connection)
        except (sqlite3.Error, OverflowError) as error:
            self._remark(f"the cache could not be {what} ({error}): this run goes on without")
            self._disconnect()
            if isinstance(error, sqlite3.DatabaseError) and _ruined(error) and self._path is not None:
                with contextlib.suppress(OSError):
                    _move_aside(self._path)
            return otherwise

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _remark(self, message: str) -> None:
        self.problems.append(Problem(Stage.CACHE, str(self._path or ""), message, incomplete=False))

    def _key(self, digest: str, kind: str) -> bytes:
        return hashlib.blake2b(f"{kind}\0{digest}".encode(), digest_size=16, key=self._salt).digest()


def _connect(path: Path) -> sqlite3.Connection:
    """The file, made where it is not there, with nothing in it that is not ours."""
    import sqlite3

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("it is no regular file")
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE + 4096)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute(f"PRAGMA page_size = {PAGE}")  # this and the next have an effect on a new file only
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if not _tables(connection):
            with _transaction(connection):
                if not _tables(connection):  # another run may have been quicker
                    for statement in _SCHEMA.values():
                        connection.execute(statement)
        _refuse_foreign(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _tables(connection: sqlite3.Connection) -> dict[str, str]:
    """Everything that the file defines, by name, but SQLite's own index of a primary key."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {str(name): str(sql) for name, sql in rows}


def _refuse_foreign(connection: sqlite3.Connection) -> None:
    """Raise what SQLite raises for a damaged file when the tables, views or triggers are not this module's."""
    import sqlite3

    if _tables(connection) != _SCHEMA:
        error = sqlite3.DatabaseError("it holds other tables than this tool's")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _ruined(error: sqlite3.DatabaseError) -> bool:
    """The file itself is bad, as opposed to locked, read-only or on a full disk."""
    import sqlite3

    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _move_aside(path: Path) -> None:
    """Keep the damaged file beside the new one; what belongs to it alone goes."""
    path.replace(path.with_suffix(".damaged"))
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(Exception):
            connection.execute("ROLLBACK")
        raise


def _select(connection: sqlite3.Connection, keys: list[bytes]) -> list[Row]:
    found: list[Row] = []
    for start in range(0, len(keys), 500):
        chunk = keys[start : start + 500]
        marks = ",".join("?" * len(chunk))
        rows = connection.execute(f"SELECT key, day, value FROM results WHERE key IN ({marks})", chunk)  # noqa: S608
        found += (row for row in rows if type(row[2]) is bytes)  # a column's type binds nobody in SQLite
    return found


def _touch(connection: sqlite3.Connection, keys: list[bytes], today: int) -> None:
    with _transaction(connection):
        connection.executemany("UPDATE results SET day = ? WHERE key = ?", ((today, key) for key in keys))


def _insert(connection: sqlite3.Connection, rows: list[tuple[bytes, int, int, bytes]]) -> None:
    with _transaction(connection):
        connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", rows)


def _prune(connection: sqlite3.Connection, today: int) -> None:
    """Drop what is too old; if all that is left is too much, drop the oldest down to four fifths."""
    with _transaction(connection):
        connection.execute("DELETE FROM results WHERE day < ? OR day > ?", (today - OLDEST, today + OLDEST))
        (total,) = connection.execute("SELECT coalesce(sum(size), 0) FROM results INDEXED BY results_by_day").fetchone()
        if total > LARGEST:
            excess = total - LARGEST * 4 // 5
            doomed: list[tuple[int]] = []
            for identity, size in connection.execute(
                "SELECT rowid, size FROM results INDEXED BY results_by_day ORDER BY day, size"
            ):
                excess -= size
                doomed.append((identity,))
                if excess <= 0:
                    break
            connection.executemany("DELETE FROM results WHERE rowid = ?", doomed)
    connection.execute("PRAGMA incremental_vacuum")


def _today() -> int:
    """Days since 1970."""
    return int(time.time() // 86400)


def _signature(name: str, path: Path) -> bytes:
    try:
        status = path.stat()
    except OSError:
        return f"{name}\0gone\0".encode()
    return _signed(name, status)


def _signed(name: str, status: os.stat_result) -> bytes:
    return f"{name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode("utf-8", "surrogateescape")


def _sources(folder: Path) -> Iterator[bytes]:
    """The signature of every file of a package but compiled ones, by its name below the folder."""
    if not folder.is_dir():
        yield _signature(f"{folder.name}/{folder.name}", folder)
        return
    pending = [(str(folder), folder.name)]
    while pending:
        place, name = pending.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__" and not entry.name.startswith("."):
                        pending.append((entry.path, f"{name}/{entry.name}"))
                elif not entry.name.endswith((".pyc", ".pyo")):
                    try:
                        yield _signed(f"{name}/{entry.name}", entry.stat())
                    except OSError:
                        yield f"{name}/{entry.name}\0gone\0".encode("utf-8", "surrogateescape")
