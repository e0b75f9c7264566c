"""The text of a lock file in; the version of every distribution in it out.

Lock files are written by tools, always in one form, and run to megabytes: they are read line by line, not parsed.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct

from readiness.artifacts.manifests import ManifestError, normalised

LOCKS = frozenset({"uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock"})

MOST = 50_000
"""Distributions of one file."""

_PACKAGE = re.compile(r"^\[\[packages?\]\]\s*$")
_FIELD = re.compile(r'^(name|version)\s*=\s*["\']([^"\']{1,200})["\']')
_OF_THE_PROJECT = re.compile(r"^source\s*=\s*\{\s*(?:editable|virtual|directory)\b")


class Locked(Struct, frozen=True):
    """One distribution of a lock file."""

    name: str
    """Normalised: lower case, `-`."""
    version: str
    line: int
    group: str = ""
    """`develop` where the file keeps those apart; empty otherwise."""


class _Pinned(Struct, frozen=True):
    version: str = ""


class _PipfileLock(Struct, frozen=True):
    default: dict[str, _Pinned] = {}
    develop: dict[str, _Pinned] = {}


def read_lock(text: str, path: str) -> list[Locked]:
    """Read the lock file of uv, poetry, pdm, pipenv or pip. Raises ManifestError."""
    if path.rpartition("/")[2] == "Pipfile.lock":
        return _read_pipfile_lock(text)
    found: list[Locked] = []
    name, line = "", 0
    inside = False
    for number, text_line in enumerate(text.splitlines(), 1):
        if inside and found and _OF_THE_PROJECT.match(text_line):
            found.pop()
            inside = False
        elif text_line.startswith("["):
            inside, name = _PACKAGE.match(text_line) is not None, ""
        elif inside and (field := _FIELD.match(text_line)):
            if field[1] == "name":
                name, line = field[2], number
            elif name:
                found.append(Locked(normalised(name), field[2], line))
                name = ""
                if len(found) > MOST:
                    raise ManifestError(f"it names more than {MOST} distributions")
    if not found and "[[package" in text:
        raise ManifestError("it is a lock file of an unknown form")
    return found


def _read_pipfile_lock(text: str) -> list[Locked]:
    try:
        data = msgspec.json.decode(text.encode("utf-8", "surrogatepass"), type=_PipfileLock)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ManifestError(f"it is no lock file of pipenv ({str(error)[:200]})") from None
    where = {
        found[1]: number
        for number, line in enumerate(text.splitlines(), 1)
        if (found := re.match(r'\s*"([^"]+)": \{', line))
    }
    return [
        Locked(normalised(name), pinned.version.lstrip("="), where.get(name, 1), group)
        for group, table in (("", data.default), ("develop", data.develop))
        for name, pinned in table.items()
        if pinned.version
    ][:MOST]
