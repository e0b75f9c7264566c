"""What a call gives, and the status among it."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.access.values import UNKNOWN_VALUE, Seen
from readiness.libraries.access.vocabulary import STATUS_NAMES


class Arguments(Struct, frozen=True, eq=False):
    """What a call gives."""

    positional: list[Seen]
    keywords: dict[str, Seen]

    def first(self) -> Seen:
        """The first positional argument."""
        return self.positional[0] if self.positional else UNKNOWN_VALUE

    @property
    def all(self) -> list[Seen]:
        """Every argument."""
        return [*self.positional, *self.keywords.values()]


def status_of(arguments: Arguments) -> int:
    """The status that a response or an exception is given, 0 for none."""
    for name in STATUS_NAMES:
        given = arguments.keywords.get(name)
        if given is not None and isinstance(given.constant, int):
            return given.constant
    for each in arguments.positional[:2]:
        if isinstance(each.constant, int) and not isinstance(each.constant, bool) and 300 <= each.constant < 600:
            return each.constant
    return 0
