"""What was found in a file in, the same again for as long as the file is untouched: why a second listing reads next to nothing.

A file counts as untouched while its size, its times of change and of status, and its place on the disk are the same, and
neither time is so near to when it was read that a change in the same tick of the clock could hide behind it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection

import msgspec
from msgspec import Struct

from readiness.discovery.scopes import scopes_of
from readiness.model.source import Scope

TICK = 2_000_000_000
"""Nanoseconds within which two changes of a file may bear the same time: what the coarsest file systems (FAT) tell apart."""


class Found(Struct, frozen=True, array_like=True):
    """What the content of one file gave."""

    size: int
    changed: int
    """Time of the last change of the content, nanoseconds since 1970."""
    status: int
    """Time of the last change of the content or of what the system says about the file, which no program can set back."""
    inode: int
    device: int
    language: str
    digest: str
    """Empty for a file that was only looked at."""
    marks: int
    """-1 for a file without any."""


class Listed(Struct, frozen=True, array_like=True):
    """What one listing of a folder gave."""

    found: dict[bytes, Found]
    """By the name of the file."""
    scopes: dict[str, Scope]
    """By path, of every file of the listing."""


class KnownFiles:
    """What earlier listings of one folder have found, by the name of the file; new finds join it."""

    def __init__(self, stored: bytes | None = None, *, now: int = 0) -> None:
        """`now` is the time of this listing, nanoseconds since 1970; the clock's without any."""
        self._listed = _decoded(stored)
        self._before = self._listed.found
        self._now: dict[bytes, Found] = {}
        self._scopes: dict[str, Scope] = {}
        self._began = now or time.time_ns()

    def find(self, name: bytes, status: os.stat_result) -> Found | None:
        """What the file is known to hold; None where it must be read."""
        found = self._before.get(name)
        if (
            found is None
            or found.size != status.st_size
            or found.changed != status.st_mtime_ns
            or found.status != status.st_ctime_ns
            or found.inode != status.st_ino
            or found.device != status.st_dev
        ):
            return None
        self._now[name] = found
        return found

    def keep(self, name: bytes, status: os.stat_result, language: str, digest: str, marks: int) -> None:
        """Remember what was read, of a file whose `status` was asked for before it was opened."""
        if max(status.st_mtime_ns, status.st_ctime_ns) + TICK < self._began:
            self._now[name] = Found(
                status.st_size,
                status.st_mtime_ns,
                status.st_ctime_ns,
                status.st_ino,
                status.st_dev,
                language,
                digest,
                marks,
            )

    def scopes(self, marks: dict[str, int], paths: Collection[str]) -> dict[str, Scope]:
        """The scope of every file, worked out anew only where a file came, went or has other marks."""
        known = self._listed.scopes
        same = self._untouched() and len(known) == len(paths) and all(path in known for path in paths)
        self._scopes = known if same else scopes_of(marks, paths)
        return self._scopes

    def encoded(self) -> bytes | None:
        """What is to be stored for the next listing; None where nothing has changed."""
        if self._untouched() and self._scopes is self._listed.scopes:
            return None
        return msgspec.msgpack.encode(Listed(self._now, self._scopes))

    def _untouched(self) -> bool:
        # Every find is taken over as the object that it was.
        return len(self._now) == len(self._before) and all(
            self._before.get(name) is found for name, found in self._now.items()
        )


def _decoded(stored: bytes | None) -> Listed:
    try:
        return msgspec.msgpack.decode(stored, type=Listed) if stored else Listed({}, {})
    except msgspec.MsgspecError:
        return Listed({}, {})
