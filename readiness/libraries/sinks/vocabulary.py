"""The words in which each family of this folder says what its calls are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from readiness.model import Sink, SinkKind
from readiness.model.summary import Call

if TYPE_CHECKING:
    from readiness.libraries.sinks.asking import Asking


class Api(Struct, frozen=True):
    """How one callable takes the text that it acts on."""

    kind: SinkKind
    position: int = 0
    """Place of the text among the positional arguments; -1 where it is what the method is called on."""
    keywords: tuple[str, ...] = ()
    """Other names of that argument."""


class Site(Struct, frozen=True):
    """One call of such a callable."""

    path: str
    index: int
    """Into `Summary.calls`."""
    call: Call
    name: str
    """Canonical name of what is called."""
    api: Api


class Family(Struct, frozen=True):
    """Callables that are judged in the same way."""

    apis: Mapping[str, Api]
    """By canonical name; for methods `Class.method`."""
    judge: Callable[[Asking, Site], Sink | None]
    """The fact of a call; None where there is nothing to judge."""
    results: Mapping[str, str] = {}
    """What its callables give; see `Library.results`."""


def methods(classes: tuple[str, ...], names: tuple[str, ...], api: Api) -> dict[str, Api]:
    """`Class.method` for every class and method."""
    return {f"{each}.{name}": api for each in classes for name in names}
