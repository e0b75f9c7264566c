"""The words of all readers of coverage: which lines of which files the tests ran."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

MOST_FILES = 200_000
LAST_LINE = 1_000_000
"""Lines beyond it are none."""

MOST_ROWS = 50_000_000
"""Rows of line transitions that are read from a database."""


class CoverageDataError(Exception):
    """The file cannot be used; the text is the end of a sentence that says why."""


class FileCoverage(Struct, frozen=True):
    """What the data says of one file. Sets of lines are bits of an int: bit n stands for line n."""

    name: str
    """As in the data: absolute, or relative to a source root."""
    executed: int
    missing: int | None = None
    """Executable lines that did not run; None where the data holds executed lines only."""


class CoverageData(Struct, frozen=True, kw_only=True):
    """One coverage file."""

    format: str
    """`coverage.py database`, `Cobertura XML`, `coverage.py JSON` or `LCOV`."""
    files: tuple[FileCoverage, ...]
    version: str = ""
    """Of coverage.py, where the file says so."""
    sources: tuple[str, ...] = ()
    """Folders that the names are relative to."""
    latest: datetime | None = None
    """When it was made, UTC; at the latest, where the file names no time zone. None where it does not say."""


def bits(lines: Iterable[int]) -> int:
    """A set of lines as bits of an int. Numbers that are no lines are left out."""
    kept = [line for line in lines if 0 < line <= LAST_LINE]
    if not kept:
        return 0
    packed = bytearray(max(kept) // 8 + 1)
    for line in kept:
        packed[line // 8] |= 1 << line % 8
    return int.from_bytes(packed, "little")


def lines_of(packed: int) -> list[int]:
    """The lines of such an int, in order."""
    found = []
    for index, byte in enumerate(packed.to_bytes(packed.bit_length() // 8 + 1, "little")):
        if byte:
            found += [index * 8 + bit for bit in range(8) if byte >> bit & 1]
    return found


def moment(text: str) -> datetime | None:
    """An ISO date and time as UTC. Without a zone it is taken for the latest instant that it can mean: a clock at UTC-12."""
    try:
        read = datetime.fromisoformat(text.strip()[:40])
    except ValueError:
        return None
    try:
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC) + timedelta(hours=12)
    except OverflowError:
        return None
