"""Facts about who may call a service: what each route asks of a caller."""

from enum import StrEnum
from typing import ClassVar

from readiness.model.facts.base import Fact
from readiness.model.facts.web import Route
from readiness.model.source import Span


class AccessKind(StrEnum):
    """Who may call a route."""

    PROTECTED = "protected"
    """A caller who presents nothing is turned away."""
    PUBLIC = "public"
    """The code says that anyone may call it."""
    OPEN = "open"
    """Nothing on the way asks who is calling."""
    UNKNOWN = "unknown"
    """Something asks, and whether it turns anyone away depends on what the code does not say."""


class RouteAccess(Fact, frozen=True, kw_only=True):
    """Who may call one route, by everything on the way to its handler; its span is the handler's `def`."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    route: Route
    kind: AccessKind
    by: tuple[str, ...] = ()
    """Names of what decides, outermost first: symbols, names of other packages, `MIDDLEWARE`, the handler itself."""
    decided: Span | None = None
    """Where the first of them is defined; None for another package's."""
    default: str = ""
    """What protects the routes of its application that say nothing of their own; empty where nothing does."""
    role: bool = False
    """More than identity is asked for: a permission, a role, a scope."""
    purpose: str = ""
    """What it is for, where its path says that everybody has to reach it: `login`, `health`, `documentation`, ... Less is said by
    `near the login`, `secret link` (its address holds a secret) and `own credential` (what it is sent holds one). Else empty."""
    hands_on: bool = False
    """Of an open route: its handler gives who is calling to code that may ask."""
    changes: bool = False
    """Its method says that it changes something."""


class ObjectLookup(Fact, frozen=True, kw_only=True):
    """A protected handler that loads one object by an id that the client sends; its span is the call that loads it."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (RouteAccess,)

    route: Route
    model: str
    """Symbol of the class of the object."""
    scoped: bool = False
    """Who is calling is part of the query."""
    checked: bool = False
    """The object is compared with who is calling, or given to something that does."""
    guards: tuple[str, ...] = ()
    """What guards the route: handlers behind other guards may well load what these may not."""
