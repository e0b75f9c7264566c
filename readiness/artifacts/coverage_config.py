"""The text of a configuration file of coverage.py in; what it leaves out of the measurement, with lines, out.

As coverage 7.11 reads them: `.coveragerc`, `setup.cfg` and `tox.ini` (sections `coverage:run`), `pyproject.toml` (tables
`tool.coverage.run`). Nothing is evaluated, and patterns are only text here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from msgspec import Struct

from readiness.tables import read_tables

MOST = 500
"""Entries of one file."""

LONGEST = 300
"""Characters of one entry."""

LINE = 2_000
"""Characters of one line in which an entry is looked for."""

FILES = (".coveragerc", "setup.cfg", "tox.ini", "pyproject.toml")
"""The first one with settings of coverage wins."""

OPTIONS = {
    ("run", "omit"): "omit",
    ("report", "omit"): "omit",
    ("run", "source"): "source",
    ("run", "source_pkgs"): "source",
    ("report", "exclude_lines"): "exclude",
    ("report", "exclude_also"): "exclude",
}
_SECTION = re.compile(r"\[\s*(?:coverage:)?([\w.]+)\s*\]")
_OPTION = re.compile(r"([\w]+)\s*[=:]\s*(.*)")


class Entry(Struct, frozen=True):
    """One entry of one option."""

    kind: str
    """`omit`, `source` or `exclude`."""
    text: str
    line: int
    reason: str = ""
    """The comment behind it, or on the lines above."""


def read_coverage_config(name: str, text: str) -> list[Entry] | None:
    """The entries of one file; None where it holds no settings of coverage, or cannot be read."""
    found = _toml(text) if name.endswith(".toml") else _ini(text, own=name == ".coveragerc")
    if found is None:
        return None
    known: dict[tuple[str, str], Entry] = {}
    for entry in found:
        known.setdefault((entry.kind, entry.text), entry)
    return list(known.values())[:MOST]


def _ini(text: str, *, own: bool) -> list[Entry] | None:
    entries: list[Entry] = []
    section = option = ""
    above = ""
    seen = False
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped:
            above = ""
            continue
        if stripped.startswith(("#", ";")):
            above = stripped.lstrip("#; ")
            continue
        head = _SECTION.fullmatch(stripped)
        if head and not line[0].isspace():
            section = head[1] if own or stripped.startswith("[coverage:") else ""
            option, seen = "", seen or bool(section)
            continue
        if not section:
            continue
        values = stripped
        named = _OPTION.fullmatch(stripped) if not line[0].isspace() else None
        if named:
            option, values = named[1], named[2]
        kind = OPTIONS.get((section, option), "")
        if kind:
            value, _, reason = values.partition(" #")
            parts = [value] if kind == "exclude" else re.split(r"[,\s]+", value)
            entries += [_entry(kind, part, number, reason.strip() or above) for part in parts if part.strip()]
        above = ""
    return entries if seen else None


def _toml(text: str) -> list[Entry] | None:
    try:
        table: object = read_tables(text)
    except tomllib.TOMLDecodeError:
        return None
    for key in ("tool", "coverage"):
        table = table.get(key) if isinstance(table, dict) else None
    if not isinstance(table, dict):
        return None
    entries: list[Entry] = []
    lines = text.splitlines()
    for (section, option), kind in OPTIONS.items():
        settings = table.get(section)
        values = settings.get(option) if isinstance(settings, dict) else None
        written = [values] if isinstance(values, str) else values if isinstance(values, list) else []
        below = _lines_below(lines, section, option) if written else []
        for value in written[:MOST]:
            if isinstance(value, str):
                number = _line_of(below, value)
                entries.append(_entry(kind, value, number, _reason(lines, number)))
    return entries


def _lines_below(lines: list[str], section: str, option: str) -> list[tuple[int, str]]:
    """The first lines of a section from one of its options on, with their numbers."""
    inside = below = False
    found: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]") and "=" not in stripped:
            inside, below = stripped.strip("[] ") == f"tool.coverage.{section}", False
        elif inside and re.match(rf"{option}\s*=", stripped):
            below = True
        if inside and below:
            found.append((number, line[:LINE]))
            if len(found) >= 2 * MOST:
                break
    return found


def _line_of(below: list[tuple[int, str]], value: str) -> int:
    """The line of a value: the first below its option that holds it."""
    wanted = [f"{quote}{written}{quote}" for quote in "\"'" for written in _spelled(value)]
    return next((number for number, line in below if any(each in line for each in wanted)), 1)


def _spelled(value: str) -> Iterator[str]:
    yield value
    yield value.replace("\\", "\\\\")


def _reason(lines: list[str], number: int) -> str:
    """The comment behind a value."""
    behind = re.search(r"[\"'],?\s*#\s*(.+)$", lines[number - 1]) if number <= len(lines) else None
    if behind:
        return behind[1].strip()
    above = lines[number - 2].strip() if number > 1 else ""
    return above.lstrip("# ").strip() if above.startswith("#") else ""


def _entry(kind: str, text: str, line: int, reason: str) -> Entry:
    return Entry(kind, text.strip().strip("\"'")[:LONGEST], line, reason[:LONGEST])
