"""Facts about who may call a service: what each route asks of a caller."""

from enum import StrEnum
from typing import ClassVar

from readiness.model.facts.base import Fact
from readiness.model.facts.graphql import GraphEndpoint, GraphField
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
    administers: str = ""
    """The path up to the segment behind which a service is administered, such as `/api/admin`; empty for any other route."""
    identity_only: bool = False
    """Of a protected route that administers: nothing on its way speaks of a role, a permission or a scope."""


class GraphAccess(Fact, frozen=True, kw_only=True):
    """Who may run one mutation of a schema that a stranger reaches; its span is the function that answers."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (GraphField, GraphEndpoint, RouteAccess)

    field: GraphField
    kind: AccessKind
    by: tuple[str, ...] = ()
    """Names of what decides: permission classes, decorators, the mutation's own method."""
    decided: Span | None = None
    """Where the first of them is defined; None for another package's."""
    purpose: str = ""
    """What it is for, where its name says that everybody has to reach it: `login`, `sign-up`, ... Else empty."""
    endpoint: Span
    """Where the schema is served."""


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


class OwnerDecision(Fact, frozen=True, kw_only=True):
    """What decides about the object of one `ObjectLookup` that is not among those of the caller; its span is the lookup's."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (ObjectLookup,)

    lookup: ObjectLookup
    by: str = ""
    """What may refuse a caller this very object, as it is to be shown: a decorator that is told which it is, a permission that
    reads the address, a function that is given it, a test behind which the handler is left. Empty for nothing."""
    elsewhere: bool = False
    """Something else may decide, which is not followed: the query asks for what belongs to another object, or a middleware reads
    what addresses hold."""
