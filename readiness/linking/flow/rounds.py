"""What is found while one question is answered: smaller questions in, their answers out, each worked out as rarely as can be.

Loops and recursion lead a question back to itself; there it is cut off, for what another round adds has been seen. What was found
behind such a cut holds as long as the question that was cut off is under way: it is kept so long, and worked out anew behind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

V = TypeVar("V")

Key = tuple[object, ...]
"""What is asked, and where, by identity; whoever keeps one keeps what it names alive."""
Mark = tuple[int, int, int]
"""What is asked, apart from what is bound and assumed there."""


class Rounds:
    """The questions under way, and what was found."""

    def __init__(self) -> None:
        self._under_way: dict[Mark, int] = {}
        self._found: dict[Key, tuple[object, int, bool, object]] = {}
        self._passing: dict[int, list[Key]] = {}
        self._cut = 0
        """A bit for each question under way that was cut off since the innermost one began."""
        self.short = False
        """Something that the innermost question asked was left unread, because it lies too deep or took too long."""

    @property
    def depth(self) -> int:
        """Questions inside one another."""
        return len(self._under_way)

    def again(self, mark: Mark) -> bool:
        """Whether a question is under way already; who asks gets along without its answer."""
        depth = self._under_way.get(mark)
        if depth is None:
            return False
        self._cut |= 1 << depth
        return True

    def known(self, key: Key) -> tuple[object] | None:
        """The answer to a question that is kept."""
        kept = self._found.get(key)
        if kept is None:
            return None
        self._cut |= kept[1]
        self.short |= kept[2]
        return (kept[0],)

    def found(self, key: Key, work: Callable[[], V], alive: object, mark: Mark | None = None) -> V:
        """The answer to a question, worked out where it is not kept."""
        kept = self._found.get(key)
        if kept is not None:
            self._cut |= kept[1]
            self.short |= kept[2]
            return kept[0]  # type: ignore[return-value]
        before, self._cut = self._cut, 0
        above, self.short = self.short, False
        depth = len(self._under_way)
        if mark is not None:
            self._under_way[mark] = depth
        try:
            answer = work()
        finally:
            if mark is not None:
                del self._under_way[mark]
                self._cut &= ~(1 << depth)
                for passed in self._passing.pop(depth, ()):
                    del self._found[passed]
            cut = self._cut
            self._cut |= before
            short = self.short
            self.short |= above
        if cut:
            self._passing.setdefault(cut.bit_length() - 1, []).append(key)
        self._found[key] = answer, cut, short, alive
        return answer
