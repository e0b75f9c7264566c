"""What the linker is told of the files of a scan, and where what a view finds for its parts is kept: protocols."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from readiness.linking.looked import Looked
from readiness.model.source import SourceFile


class Listed(Protocol):
    """The files of a scan, as discovery lists them."""

    @property
    def files(self) -> Sequence[SourceFile]:
        """All of them."""
        ...

    @property
    def evidence(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Kinds of evidence with the paths of their files."""
        ...

    @property
    def touched(self) -> Sequence[tuple[str, tuple[tuple[int, int], ...]]]:
        """Paths with the stretches of lines that the change under review wrote."""
        ...

    @property
    def committed(self) -> datetime | None:
        """When HEAD was committed, UTC."""
        ...

    def content(self, file: SourceFile) -> bytes:
        """The bytes of one file. Raises OSError where it cannot be read."""
        ...


class Memory(Protocol):
    """What was found for parts, in an earlier run and in this one."""

    def known(self, name: str, kinds: Sequence[type[Struct]]) -> list[Struct] | None:
        """What was found for a part that holds; it is kept on. None where it has to be asked."""
        ...

    def take(self, name: str, found: Sequence[Struct], kinds: Sequence[type[Struct]], looked: Looked) -> bool:
        """Keep what was found for a part; False where that cannot be."""
        ...
