"""What every fact holds."""

from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from readiness.model.source import Scope, Span


class Resolution(StrEnum):
    """How a fact was reached."""

    EXACT = "exact"
    """Every name on the way was resolved."""
    INFERRED = "inferred"
    """One step was read from a name or a convention."""
    UNRESOLVED = "unresolved"
    """Something on the way could not be known; rules answer `unsure`."""


class Fact(Struct, frozen=True, kw_only=True):
    """What all facts share."""

    capability: ClassVar[str] = ""
    """What a service must be able to do for such facts to exist: `web`, `database`; empty where any code can hold them.
    A service that names no library of that capability needs no rule about them."""

    rests_on: ClassVar[tuple[type["Fact"], ...]] = ()
    """Kinds of fact that it is made from. Where a service has some of those, all resolved, and none of this kind, there is no
    such thing in it: a page size where lists were read, a loop over rows where reads were."""

    span: Span
    """The one place that stands for the fact: the call, the `def`, the `except` line."""
    symbol: str
    """`module.path::Class.method` of the innermost definition around it, `module.path` at module level; see `Code.symbol`."""
    scope: Scope
    """Runtime scope of its file."""
    resolution: Resolution = Resolution.EXACT
    language: str = "python"
