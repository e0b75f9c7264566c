"""What the readers of the three libraries find, before facts are made of it: schemas with their roots, fields with their places."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.evaluation.things import Answer, Routine
from readiness.model import Bound as Limited
from readiness.model import GraphArgument, Span


class FoundField(Struct, frozen=True, eq=False, kw_only=True):
    """One field."""

    name: str
    """As clients write it."""
    type: str
    """The type that holds it."""
    declared: Span
    routine: Routine | None = None
    """The project's function that resolves it."""
    owner: str
    """Symbol of the class, function or module that it stands in."""
    arguments: tuple[GraphArgument, ...] = ()
    returns: str = ""
    shape: str = ""
    """The type as a schema document spells it."""
    closed: bool = False
    """All of its arguments are known."""
    collection: bool | None = None
    bound: Limited = Limited.UNKNOWN
    maximum: int | None = None
    how: str = ""
    guards: tuple[str, ...] = ()
    documented: bool = False
    exact: bool = True


class FoundSchema(Struct, frozen=True, eq=False, kw_only=True):
    """One schema."""

    library: str
    call: tuple[str, int]
    """The call that makes it."""
    name: str
    arguments: dict[str, Answer]
    fields: tuple[tuple[str, FoundField], ...]
    """Operation and field."""
    complete: bool = True
    documents: tuple[str, ...] = ()
    others: tuple[dict[str, Answer], ...] = ()
    """The arguments of other activations of the same call."""
