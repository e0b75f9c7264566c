"""Bytes of a coverage file in; which lines of which files the tests ran, out.

Reads data of coverage.py (SQLite, schema 7 of coverage 5.0 to 7.17), Cobertura XML, coverage.py's JSON (formats 2 and 3) and
LCOV. The file is hostile input: no document type with declarations of its own, no entities, no SQL of the file's making, bounded
in every count.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from readiness.artifacts.coverage_lines import MOST_FILES, CoverageData, CoverageDataError, FileCoverage, bits, moment

__all__ = ["CoverageData", "CoverageDataError", "FileCoverage", "read_coverage"]


def read_coverage(content: bytes) -> CoverageData:
    """Read one coverage file, whichever format it has. Raises CoverageDataError."""
    start = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    if content.startswith(b"SQLite format 3\0"):
        from readiness.artifacts.coverage_database import read_database

        return read_database(content)
    if start.startswith(b"<"):
        from readiness.artifacts.coverage_xml import read_cobertura

        return read_cobertura(content)
    if start.startswith(b"{"):
        return _read_json(content)
    if start.startswith((b"TN:", b"SF:")):
        return _read_lcov(content)
    if not content:
        raise CoverageDataError("it is empty")
    raise CoverageDataError("it is neither a database of coverage.py nor Cobertura XML, coverage.py JSON or LCOV")


class _Meta(Struct, frozen=True):
    version: str = ""
    timestamp: str = ""


class _JsonFile(Struct, frozen=True):
    executed_lines: list[int]
    missing_lines: list[int] = []


class _Json(Struct, frozen=True):
    files: dict[str, _JsonFile]
    meta: _Meta = _Meta()


def _read_json(content: bytes) -> CoverageData:
    try:
        data = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=_Json)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CoverageDataError(f"it is no JSON report of coverage.py ({error})") from None
    if len(data.files) > MOST_FILES:
        raise CoverageDataError(f"it names more than {MOST_FILES} files")
    return CoverageData(
        format="coverage.py JSON",
        version=data.meta.version[:40],
        files=tuple(
            FileCoverage(name, bits(file.executed_lines), bits(file.missing_lines)) for name, file in data.files.items()
        ),
        latest=moment(data.meta.timestamp),
    )


def _read_lcov(content: bytes) -> CoverageData:
    executed: dict[str, list[int]] = {}
    missing: dict[str, list[int]] = {}
    name = ""
    for line in content.decode("utf-8", "backslashreplace").splitlines():
        key, _, value = line.partition(":")
        if key == "SF":
            name = value.strip()
            executed.setdefault(name, [])
            missing.setdefault(name, [])
            if len(executed) > MOST_FILES:
                raise CoverageDataError(f"it names more than {MOST_FILES} files")
        elif key == "DA" and name:
            number, _, rest = value.partition(",")
            hits = rest.partition(",")[0]
            if number.isdecimal() and len(number) < 9:
                (missing if hits.strip() in {"0", "-1", ""} else executed)[name].append(int(number))
        elif line.strip() == "end_of_record":
            name = ""
    if not executed:
        raise CoverageDataError("it is LCOV without a single file")
    files = (FileCoverage(name, bits(lines), bits(missing[name]) & ~bits(lines)) for name, lines in executed.items())
    return CoverageData(format="LCOV", files=tuple(files))
