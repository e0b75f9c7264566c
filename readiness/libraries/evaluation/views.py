"""What answers one method of a registration."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.evaluation.things import Kind, Routine


class View(Struct, frozen=True, eq=False):
    """One handler under one method."""

    method: str
    handler: Routine | Kind | None
    name: str = ""
    """For a handler that is not of the project."""
    exact: bool = True
    known: bool = True
    """False where nothing is known of what answers."""
    owner: Kind | None = None
    """The class that was registered."""
    inner: bool = False
    """It is written in place: a lambda."""
    around: tuple[str, ...] = ()
    """Names of the decorators that are called with the view where it is registered."""
