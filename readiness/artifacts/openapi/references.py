"""A value that may be a `$ref` in, what it stands for out: inside one document and across files of the scan, never outside."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from urllib.parse import unquote

from msgspec import Struct

from readiness.artifacts.openapi.values import Table, text_of

CHAIN = 20
"""References that lead to one another."""
STEPS = 100_000
"""References of one document that are followed, each time counted."""

Load = Callable[[str], Table | None]
"""The document at a path of the scan; None where there is none that can be read."""


class Place(Struct, frozen=True, eq=False):
    """A value with the file it stands in: what it refers to is looked for from there."""

    value: object
    path: str

    @property
    def table(self) -> Table:
        """The value where it is a mapping; else an empty one."""
        return self.value if isinstance(self.value, Table) else Table()

    def at(self, key: str) -> Place:
        """A value inside it."""
        return Place(self.table.get(key), self.path)

    def inside(self, value: object) -> Place:
        """Another value of the same file."""
        return Place(value, self.path)


class References:
    """Follows the references of one document."""

    def __init__(self, path: str, root: Table, load: Load) -> None:
        self._roots: dict[str, Table | None] = {path: root}
        self._load = load
        self._steps = 0
        self.broken: list[str] = []
        """References that lead nowhere, in the order in which they were met."""

    def follow(self, place: Place) -> Place:
        """What stands behind the references of a value; an empty mapping where they lead nowhere or in a circle."""
        for _ in range(CHAIN):
            reference = text_of(place.table.get("$ref"))
            if not reference:
                return place
            found = self._behind(reference, place.path)
            if found is None:
                break
            place = found
        else:
            reference = text_of(place.table.get("$ref"))
        if reference not in self.broken:
            self.broken.append(reference)
        return Place(Table(), place.path)

    def _behind(self, reference: str, path: str) -> Place | None:
        self._steps += 1
        if self._steps > STEPS or len(reference) > 2000:
            return None
        file, _, pointer = reference.partition("#")
        if file:
            path = self._file(file, path)
        if not path:
            return None
        if path not in self._roots:
            self._roots[path] = self._load(path)
        value: object = self._roots[path]
        if value is None:
            return None
        for part in pointer.strip("/").split("/") if pointer.strip("/") else ():
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(value, Table) and key in value:
                value = value[key]
            elif isinstance(value, list) and key.isdecimal() and len(key) < 6 and int(key) < len(value):
                value = value[int(key)]
            else:
                return None
        return Place(value, path)

    @staticmethod
    def _file(file: str, path: str) -> str:
        """A path of the scan; empty for an address and for a path that leads out of it."""
        if "://" in file or file.startswith(("/", "\\")):
            return ""
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(file)))
        return "" if joined.startswith("..") else joined
