"""Bytes of a data file of coverage.py (`.coverage`) in; which lines of which files the tests ran, out.

The file holds executed lines only. Recorded with branches it holds no lines but transitions between them (coverage 7.17 and
before; schema 7): `line_bits` is empty, and the lines are the two ends of every row of `arc` that are not entries or exits.
"""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from pathlib import Path

from readiness.artifacts.coverage_lines import (
    LAST_LINE,
    MOST_FILES,
    MOST_ROWS,
    CoverageData,
    CoverageDataError,
    FileCoverage,
    bits,
    moment,
)

SCHEMA = 7

_STEPS = 1_000_000
_TABLES = ("coverage_schema", "meta", "file", "line_bits", "arc")


def read_database(content: bytes) -> CoverageData:
    """Read a copy in memory, so that the file itself is neither locked nor written. Raises CoverageDataError."""
    try:
        with contextlib.closing(opened(content)) as connection:
            return _read(connection, content)
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        raise CoverageDataError(f"its database is damaged ({error})") from None


def opened(content: bytes) -> sqlite3.Connection:
    """A copy of the database in memory, of which nothing may run. Raises sqlite3.Error."""
    if content[18:20] == b"\2\2":
        # Write-ahead mode, which a copy in memory cannot have; coverage.py itself never sets it.
        content = content[:18] + b"\1\1" + content[20:]
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
        _bind(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _bind(connection: sqlite3.Connection) -> None:
    """Nothing in the file may run: no views, no functions in its definitions, and only so many steps."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2**26)
    steps = [0]

    def count() -> int:
        steps[0] += 1
        return int(steps[0] * _STEPS > 40 * MOST_ROWS)

    connection.set_progress_handler(count, _STEPS)


def _read(connection: sqlite3.Connection, content: bytes) -> CoverageData:
    if not all(plain(connection, table) for table in _TABLES):
        raise CoverageDataError("it is a database, but not one of coverage.py")
    versions = [row[0] for row in connection.execute("SELECT version FROM coverage_schema LIMIT 2")]
    if versions != [SCHEMA]:
        return _read_by_library(content)
    meta = {str(key): str(value) for key, value in connection.execute("SELECT key, value FROM meta LIMIT 100")}
    names = dict(connection.execute("SELECT id, path FROM file LIMIT ?", (MOST_FILES + 1,)).fetchall())
    if len(names) > MOST_FILES:
        raise CoverageDataError(f"it names more than {MOST_FILES} files")
    executed: dict[object, int] = dict.fromkeys(names, 0)
    for file, numbits in connection.execute("SELECT file_id, numbits FROM line_bits"):
        if file in executed and isinstance(numbits, bytes):
            executed[file] |= int.from_bytes(numbits[: LAST_LINE // 8], "little") & ~1
    for file, lines in _lines_of_arcs(connection).items():
        if file in executed:
            executed[file] |= bits(lines)
    return CoverageData(
        format="coverage.py database",
        version=meta.get("version", "")[:40],
        files=tuple(FileCoverage(str(names[file]), lines) for file, lines in executed.items()),
        latest=moment(meta.get("when", "")),
    )


def plain(connection: sqlite3.Connection, table: str) -> bool:
    """It is a stored table, no view and no virtual one, without columns that compute something when they are read."""
    stored = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name = ?"
    if connection.execute(stored, (table,)).fetchone() is None:
        return False
    return not any(column[6] for column in connection.execute(f"PRAGMA table_xinfo({table})"))


def _lines_of_arcs(connection: sqlite3.Connection) -> dict[object, set[int]]:
    lines: dict[object, set[int]] = {}
    query = "SELECT DISTINCT file_id, fromno FROM arc UNION SELECT file_id, tono FROM arc LIMIT ?"
    for file, line in connection.execute(query, (MOST_ROWS,)):
        if isinstance(line, int):
            lines.setdefault(file, set()).add(line)
    return lines


def _read_by_library(content: bytes) -> CoverageData:
    """A schema that is not known here is left to the installed coverage.py, on a copy of its own."""
    from coverage import CoverageData as Library
    from coverage.exceptions import CoverageException

    with tempfile.TemporaryDirectory(prefix="readiness-") as folder:
        copy = Path(folder, "data")
        copy.write_bytes(content)
        library = Library(basename=str(copy))
        try:
            library.read()
            files = tuple(
                FileCoverage(name, bits(library.lines(name) or ())) for name in sorted(library.measured_files())
            )
        except CoverageException as error:
            reason = str(error).replace(str(copy), "it")
            raise CoverageDataError(
                f"its database has another form than coverage.py's schema {SCHEMA} ({reason})"
            ) from None
        finally:
            library.close()
    return CoverageData(format="coverage.py database", files=files)
