"""What a URL configuration registers: a pattern with its view, and what the way to it has gathered."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.declarations.patterns import Parameter
from readiness.libraries.evaluation.things import Answer, Frame


class State(Struct, frozen=True):
    """What the way from the root to a pattern has gathered."""

    settings: int
    """Index into `settings_of`."""
    prefix: str = ""
    parameters: tuple[Parameter, ...] = ()
    namespaces: tuple[str, ...] = ()
    exact: bool = True
    chain: tuple[str, ...] = ()
    """Files of the URL configurations around."""
    wrappers: tuple[str, ...] = ()
    """What wraps every view of an include."""
    depth: int = 0
    condition: str = ""
    """The tests under which lists of patterns grow, as they are written."""


class Registration(Struct, frozen=True, eq=False):
    """One pattern with a view, or an object that holds patterns which only its own library can tell."""

    state: State
    """With the pattern's own path in the prefix."""
    view: Answer
    """The view expression, or the `Part`: the `urls` of a router."""
    path: str
    call: int
    """The call that registers it, by its file and index."""
    frame: Frame | None
    name: str = ""
    """With the namespaces around: `shop:order-detail`."""
