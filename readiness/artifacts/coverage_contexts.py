"""Bytes of a coverage file with contexts in; which test ran which lines of some of its files, out.

coverage.py names a context after what ran: `test_function` writes `tests.test_orders.TestOrders.test_create`, pytest-cov
`tests/test_orders.py::TestOrders::test_create[1]|run` (coverage.py 7.10, pytest-cov 7).
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection

import msgspec
from msgspec import Struct

from readiness.artifacts.coverage_database import opened, plain
from readiness.artifacts.coverage_lines import LAST_LINE, CoverageDataError, bits

Ran = dict[str, int]
"""Context -> the lines that it ran, as bits of an int."""
MOST_CONTEXTS = 100_000
MOST_ENDS = 2_000_000
"""Ends of line transitions of one file."""
MOST_DIGITS = 9
PHASES = ("|setup", "|teardown")
"""What pytest-cov writes behind the name of a test for what its fixtures run."""


def read_contexts(content: bytes, names: Collection[str]) -> dict[str, Ran]:
    """For each of these files of the data, what each test ran of it; nothing where the data holds no contexts.

    Raises CoverageDataError.
    """
    if content.startswith(b"SQLite format 3\0"):
        try:
            with contextlib.closing(opened(content)) as connection:
                return _of_database(connection, names)
        except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
            raise CoverageDataError(f"its database is damaged ({error})") from None
    if content[:512].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return _of_json(content, names)
    return {}


def test_of(context: str) -> str:
    """The name of the test in a context, without its parameters; empty for what no test function ran."""
    if context.endswith(PHASES):
        return ""
    return context.removesuffix("|run").partition("[")[0].strip()


def _of_database(connection: sqlite3.Connection, names: Collection[str]) -> dict[str, Ran]:
    if not all(plain(connection, table) for table in ("context", "file", "line_bits", "arc")):
        return {}
    contexts = {
        number: name
        for number, name in connection.execute("SELECT id, context FROM context LIMIT ?", (MOST_CONTEXTS,))
        if isinstance(name, str) and test_of(name)
    }
    if not contexts:
        return {}
    files = {
        number: name
        for number, name in connection.execute("SELECT id, path FROM file")
        if isinstance(name, str) and name in names
    }
    found: dict[str, Ran] = {}
    for number, name in files.items():
        ran: Ran = {}
        blobs = "SELECT context_id, numbits FROM line_bits WHERE file_id = ?"
        for context, numbits in connection.execute(blobs, (number,)):
            if context in contexts and isinstance(numbits, bytes):
                lines = int.from_bytes(numbits[: LAST_LINE // 8], "little") & ~1
                ran[contexts[context]] = ran.get(contexts[context], 0) | lines
        for context, ends in _ends_of_arcs(connection, number).items():
            if context in contexts:
                ran[contexts[context]] = ran.get(contexts[context], 0) | bits(ends)
        found[name] = ran
    return found


def _ends_of_arcs(connection: sqlite3.Connection, number: object) -> dict[object, set[int]]:
    ends: dict[object, set[int]] = {}
    query = """
        SELECT context_id, fromno FROM arc WHERE file_id = ?1
        UNION SELECT context_id, tono FROM arc WHERE file_id = ?1 LIMIT ?2
    """
    for context, line in connection.execute(query, (number, MOST_ENDS)):
        if isinstance(line, int):
            ends.setdefault(context, set()).add(line)
    return ends


class _File(Struct, frozen=True):
    contexts: dict[str, list[str]] = {}


class _Json(Struct, frozen=True):
    files: dict[str, _File]


def _of_json(content: bytes, names: Collection[str]) -> dict[str, Ran]:
    try:
        data = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=_Json)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CoverageDataError(f"it is no JSON report of coverage.py ({error})") from None
    found: dict[str, Ran] = {}
    for name, file in data.files.items():
        if name not in names:
            continue
        ran: dict[str, set[int]] = {}
        for number, contexts in file.contexts.items():
            for context in contexts if number.isdecimal() and len(number) < MOST_DIGITS else ():
                if test_of(context):
                    ran.setdefault(context, set()).add(int(number))
        found[name] = {context: bits(lines) for context, lines in ran.items()}
    return found
