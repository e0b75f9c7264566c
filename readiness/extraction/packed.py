"""Encoded readings in, the summaries of a large backend by path out: those asked for last as they are, all others packed.

A summary takes seven times the memory of its encoding. Up to a few million lines all of them lie open, since nearly every stage
asks for nearly every file; beyond, the memory is bounded, and a file that was not asked for lately is decoded again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar, overload

import msgspec

from readiness.model.summary import Reading, Summary

ROOM = 48 * 2**20
"""Bytes of encodings of which the summaries lie open: of one and a half million lines."""

D = TypeVar("D")


class Packed(Mapping[str, Summary]):
    """The summaries of a scan, of which not all lie in memory at once; each time a file is asked for it may be another object."""

    def __init__(self, encoded: Mapping[str, bytes], room: int = ROOM) -> None:
        """`encoded` are readings that have a summary."""
        self._encoded = encoded
        self._room = room
        self._open: dict[str, Summary] = {}
        self._held = 0
        self._decoder = msgspec.msgpack.Decoder(Reading)

    def __getitem__(self, path: str) -> Summary:
        found = self._open.get(path)
        return found if found is not None else self._opened(path)

    @overload
    def get(self, path: str, /) -> Summary | None: ...
    @overload
    def get(self, path: str, /, default: D) -> Summary | D: ...
    def get(self, path: str, /, default: object = None) -> object:
        """The summary of a file, `default` where there is none."""
        found = self._open.get(path)
        if found is not None:
            return found
        return self._opened(path) if path in self._encoded else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._encoded)

    def __len__(self) -> int:
        return len(self._encoded)

    def __contains__(self, path: object) -> bool:
        return path in self._encoded

    def _opened(self, path: str) -> Summary:
        encoded = self._encoded[path]
        summary = self._decoder.decode(encoded).summary
        if summary is None:
            raise KeyError(path)
        self._open[path] = summary
        self._held += len(encoded)
        while self._held > self._room and len(self._open) > 1:
            oldest = next(iter(self._open))
            del self._open[oldest]
            self._held -= len(self._encoded[oldest])
        return summary
