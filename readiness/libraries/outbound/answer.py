"""One answer to "what ends the wait?", and how several are joined."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from readiness.model import Span, TimeoutState

ORDER = (TimeoutState.OFF, TimeoutState.ABSENT, TimeoutState.UNKNOWN, TimeoutState.DEFAULT, TimeoutState.GIVEN)
"""From the worst: what holds on one way holds for the call."""


class Answer(Struct, frozen=True):
    """What ends a wait, why, and where that was read."""

    state: TimeoutState
    how: str
    origin: Span | None = None

    @property
    def bounded(self) -> bool:
        """The wait ends."""
        return self.state in (TimeoutState.GIVEN, TimeoutState.DEFAULT)

    def seen_at(self, origin: Span) -> Answer:
        """The same, read at that place unless a nearer one is known."""
        return self if self.origin is not None else replace(self, origin=origin)


UNKNOWN_ANSWER = Answer(TimeoutState.UNKNOWN, "where its timeout comes from could not be followed")


def worst(answers: Sequence[Answer]) -> Answer:
    """The answer that holds where one of several ways is taken; unknown without any."""
    return min(answers, key=lambda each: ORDER.index(each.state), default=UNKNOWN_ANSWER)
