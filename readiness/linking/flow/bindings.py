"""Which bindings reach: a place and where it is read in, definitions out, walked for once however many ask.

What a walk finds holds in every call that is being followed, unless a test on its way was asked about with what the call passes.
"""

from __future__ import annotations

import ast

from readiness.linking.flow.definitions import Reached
from readiness.linking.flow.files import Files
from readiness.linking.flow.guards import decided, passed_by
from readiness.linking.flow.names import checking_call
from readiness.linking.flow.places import FileIndex
from readiness.linking.flow.reaching import Walker
from readiness.linking.flow.reader import At, Reader

Framed = tuple[str, int, bool, bool, int]
OPEN = Reached((), True)


class Bindings:
    """The walks of one scan; those of one question inside calls that are being followed."""

    def __init__(self, reader: Reader, files: Files) -> None:
        self._reader = reader
        self._files = files
        self._framed: dict[Framed, tuple[At, Reached]] = {}
        self._walking: set[tuple[str, str, int, bool]] = set()
        self.tests = 0
        """Tests that were asked about."""
        self.asked = 0
        """Questions to the reader whose answer what a call passes may decide; the reader counts them."""

    def clear(self) -> None:
        """Forget what holds for one question only."""
        self._framed.clear()
        self._walking.clear()

    def reach(self, place: str, at: At, growing: bool) -> Reached:
        """Which bindings of a place reach the statement where it is read."""
        index = self._reader.index(at.path)
        if index is None:
            return OPEN
        kept = self._files.reached(at.path)
        key = (place, id(at.statement), growing, at.end)
        framed = (*key, id(at.frame))
        found = kept.get(key)
        if found is not None and (at.frame is None or found[1]):
            return found[0]
        if framed in self._framed:
            return self._framed[framed][1]
        walking = (at.path, place, id(at.statement), growing)
        if walking in self._walking:
            return OPEN
        self._walking.add(walking)
        before, self.asked = self.asked, 0
        try:
            reached = self._walked(index, place, at, growing)
        finally:
            self._walking.discard(walking)
            alike = not self.asked
            self.asked += before
        if at.frame is None or alike:
            kept[key] = reached, alike
        else:
            self._framed[framed] = (at, reached)
        return reached

    def _walked(self, index: FileIndex, place: str, at: At, growing: bool) -> Reached:
        reader = self._reader

        def guards(test: ast.expr, truth: bool, guarded: str, statement: ast.stmt) -> bool:
            self.tests += 1
            if not index.speaks(test, guarded):
                return False
            here = At(at.path, statement, frame=at.frame)
            if passed_by(reader, test, truth, guarded, here) is not None:
                return True
            return (
                isinstance(statement, ast.Expr)
                and isinstance(test, ast.Call)
                and (checking_call(reader, test, guarded, here) is not None)
            )

        walker = Walker(
            index, place, growing, guards, lambda test, statement: decided(reader, test, At(at.path, statement))
        )
        if not at.end:
            return walker.before(at.statement)
        where = index.block(at.statement)
        return walker.at_end(getattr(where[0], where[1])) if where is not None else OPEN
