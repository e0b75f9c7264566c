"""The trees that value flow visits: a path in, the tree with its places out; those that were asked for last are kept.

How many are kept is told by the size of their files. While one question is answered more are kept than between two: whoever
asks for a file again after it was dropped gets another tree, in which the statements remembered from the first do not stand.
"""

from __future__ import annotations

import ast
from collections import OrderedDict

from readiness.linking.flow.definitions import Reached
from readiness.linking.flow.places import FileIndex
from readiness.model import Code

KEPT = 3 * 1024 * 1024
"""Bytes of the files that are kept from one question to the next; a tree with its index takes about 31 times as much."""
MOST = 6 * 1024 * 1024
"""Bytes of the files that are kept while one question is answered."""

SHARED = 1024 * 1024
"""Bytes of the files that are kept for all."""

Place = tuple[str, int, bool, bool]
"""A place, the statement where it is read, by identity, whether what grows counts, and whether it is read at the end."""


class Indexed:
    """The trees with their places that any view of a scan asked for last: most are asked for by several, one after the other."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._kept: OrderedDict[str, FileIndex] = OrderedDict()
        self._bytes = 0

    def index(self, path: str, tree: ast.Module) -> FileIndex:
        """The places of a tree, for `seen_by`."""
        found = self._kept.pop(path, None)
        if found is None or found.tree is not tree:
            self._bytes += self._size(path) if found is None else 0
            found = FileIndex(self._code, path, tree)
        self._kept[path] = found
        while self._bytes > SHARED and len(self._kept) > 1:
            self._bytes -= self._size(self._kept.popitem(last=False)[0])
        return found

    def _size(self, path: str) -> int:
        file = self._code.files.get(path)
        return file.size if file is not None else 0


class Files:
    """The files of one scan, with what was found out about their statements."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._of_all = code.shared(Indexed)
        self._indexes: OrderedDict[str, FileIndex | None] = OrderedDict()
        """The one that was asked for last stands at the end."""
        self._bytes = 0
        self._reached: dict[str, dict[Place, tuple[Reached, bool]]] = {}

    def index(self, path: str) -> FileIndex | None:
        """The tree of one file with its places, None where there is none."""
        if path in self._indexes:
            self._indexes.move_to_end(path)
            return self._indexes[path]
        if self._bytes > MOST:
            self._drop(KEPT)
        tree = self._code.tree(path)
        index = self._indexes[path] = self._of_all.index(path, tree).seen_by(self._code) if tree is not None else None
        self._bytes += self._size(path)
        return index

    def reached(self, path: str) -> dict[Place, tuple[Reached, bool]]:
        """Which bindings reach the statements of a file, and whether they do whatever a call passes, as far as that was asked: kept
        as long as its tree is."""
        return self._reached.setdefault(path, {})

    def settle(self) -> None:
        """Between two questions: keep no more than is worth it."""
        if self._bytes > KEPT:
            self._drop(KEPT * 3 // 4)

    def _drop(self, size: int) -> None:
        """Drop the files that were not asked for longest, with what names their statements by identity."""
        while self._bytes > size and len(self._indexes) > 1:
            path, _ = self._indexes.popitem(last=False)
            self._bytes -= self._size(path)
            self._reached.pop(path, None)

    def _size(self, path: str) -> int:
        file = self._code.files.get(path)
        return file.size if file is not None else 0
