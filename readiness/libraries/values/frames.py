"""A call on a path of calls, and a value in it: the words of `following`."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from readiness.model.summary import Value


class Frame(Struct, frozen=True, eq=False):
    """One function on the path, or a module for scope -1."""

    path: str
    scope: int
    arguments: Mapping[str, Place] = field(default_factory=dict)
    """What was passed for each parameter; parameters that are missing here were left to their default, or, in a starting
    frame, are not known."""
    spread: tuple[Place, ...] = ()
    """What was spread into the call with `**`."""
    depth: int = 0
    """0 for the starting function."""
    entry: bool = True
    """The starting function, whose parameters come from outside."""
    outer: Frame | None = None
    """The frame of the function that this one is nested in, where the call came from there."""


class Place(Struct, frozen=True, eq=False):
    """A value of a frame, as it is before `line` is run."""

    value: Value
    frame: Frame
    line: int

    @property
    def key(self) -> tuple[int, Value, int]:
        """What is the same for the same place."""
        return (id(self.frame), self.value, self.line)
