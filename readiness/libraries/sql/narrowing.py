"""How far a condition narrows the rows of a statement, and by what."""

from enum import IntEnum

from msgspec import Struct

from readiness.libraries.values.frames import Place


class Narrowing(IntEnum):
    """From not at all to one row."""

    NONE = 0
    PARENT = 1
    UNIQUE = 2


class Condition(Struct, frozen=True):
    """What one condition, or the strongest of several, does."""

    narrowing: Narrowing
    column: str = ""
    value: Place | None = None
    """What the column is compared with."""
    exact: bool = True
    compared: str = ""
    """A column that must equal something given, of which it is not known how many rows share a value."""


NOTHING = Condition(Narrowing.NONE)
NOT_READ = Condition(Narrowing.NONE, exact=False)
"""A condition that could not be followed; it may narrow more than is known."""
