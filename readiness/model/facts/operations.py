"""Facts about what the operations of a service do: what they write, what they answer, what they are called, what limits them."""

from typing import ClassVar

from msgspec import Struct

from readiness.model.facts.base import Fact
from readiness.model.facts.web import Application, Route
from readiness.model.source import Span


class Write(Struct, frozen=True):
    """One call that changes rows of a database."""

    span: Span
    """The call itself, wherever it stands."""
    action: str
    """`inserts`, `updates`, `deletes`, or `writes` where the call does any of them."""
    subject: str
    """What is written: a model, a table; empty where that is not known."""
    call: str
    """As written: `session.delete`."""
    via: Span | None = None
    """The call of the handler that leads there; None where the handler does it itself."""
    through: tuple[str, ...] = ()
    """Functions between the handler and the call, outermost first."""
    excuse: str = ""
    """Why it is no effect that a caller asks for: `an audit record`, `the row is made on first use`; empty without one."""


class SafeOperation(Fact, frozen=True, kw_only=True):
    """One handler that a request with a safe method (GET, HEAD) reaches. Its span is the handler's `def`."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    route: Route
    writes: tuple[Write, ...] = ()
    """What it writes when it is asked that way."""
    link: str = ""
    """Why a link must lead to an effect here: `callback`, `confirm`; empty where nothing says so."""
    open: bool = False
    """Nothing restricts the methods, but the handler reads a request body: it is written for other methods."""


class OperationAnswer(Fact, frozen=True, kw_only=True):
    """One way in which an operation answers. Its span is the `return` or the call, or the handler's `def` where nothing is
    given back."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    route: Route
    status: int
    """What the client sees; 0 where that is not known."""
    declared: bool = False
    """The registration says so; otherwise the answer itself, or the framework's default."""
    failure: str = ""
    """What in the body says that something failed, as written: `"error"`, `"success": False`; empty without."""
    caught: bool = False
    """It is the answer of an `except` clause."""
    body: bool | None = None
    """There is a body (True), none (False), or `null` and the like; None where that is not known."""
    null: bool = False
    """The whole body is `null`."""
    creates: str = ""
    """The model of which the operation inserts a row that it answers with; empty where that is not certain."""
    removes: bool = False
    """The operation is a DELETE."""


class ErrorFormat(Fact, frozen=True, kw_only=True):
    """The form of one error answer, or of the framework's own where it answers by itself. Its span is the answer."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    kind: str
    """`object`, `list`, `text`, `html`, `fields` (an object that has the input's own fields, as validation gives), or empty
    where it is not known."""
    keys: tuple[str, ...] = ()
    """Of an object, the names of its fields in order."""
    status: int = 0
    group: str = ""
    """What must answer alike: the service, with the version of the interface where there are several."""
    origin: str = ""
    """`framework` where a library gives it its form, `handler` for a registered error handler, else `answer`."""


class ResourceName(Fact, frozen=True, kw_only=True):
    """One literal part of the paths of a service, once for all routes that have it. Its span is the first registration."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    segment: str
    group: str
    """The service."""
    routes: int
    """Number of routes it stands in."""
    example: str
    """One of them, as `GET /orders/{id}`."""
    style: str = ""
    """`kebab`, `snake`, `camel`, `pascal`, `upper`; empty for a single lower-case word, which fits all."""
    verb: str = ""
    """The verb that it begins with, where the method says the same: `get` of `/getUser`; empty without."""
    number: str = ""
    """`plural`, `singular`, or empty where it is not the name of a collection."""
    extension: str = ""
    """A file name's ending that names the format of the answer: `.json`."""
    doubled: bool = False
    """Some path has it twice in a row."""


class PathEnding(Fact, frozen=True, kw_only=True):
    """How the paths of one service end that end otherwise than most. Its span is the first registration."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    group: str
    slashed: int
    """Paths that end in a slash."""
    bare: int
    """Paths that do not."""
    example: str
    """One of the minority; empty where all end alike."""


class InterfaceVersion(Fact, frozen=True, kw_only=True):
    """Whether the data routes of one service name the version of their interface, or of one part of them that leaves the
    service's scheme. Its span is the application, or the first route of that part."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Application, Route)

    group: str
    scheme: str = ""
    """`path`, `header`, `host`, `query`; empty where none was found."""
    how: str = ""
    """What names it: `/api/v1`, `DEFAULT_VERSIONING_CLASS`."""
    routes: int = 0
    """Data routes it is about."""
    example: str = ""
    outside: bool = False
    """These routes leave the scheme that the rest of the service has."""
    others: int = 0
    """For a part outside of the scheme, how many routes keep it."""


class HandlerBody(Fact, frozen=True, kw_only=True):
    """Whether a handler does its work. Its span is the handler's `def`, or the statement that shows that it does not."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    route: Route
    unfinished: str = ""
    """What shows it: `its body is only pass`, `it raises NotImplementedError`; empty for a handler with a body."""
    doubtful: bool = False
    """What runs before it may do all the work."""
    note: str = ""
    """A comment inside of it that says that work is left, as written."""
    commented: bool = False
    """It is a route that was commented out: there is no handler."""


class RequestLimit(Fact, frozen=True, kw_only=True):
    """Whether the rate of requests to one operation is limited that invites guessing or costs much. Its span is the handler's
    `def`."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    route: Route
    kind: str
    """`login`, `token`, `password reset`, `one-time code`, `sign-up`, `upload`, `export`, `message`, `unauthenticated write`."""
    limiter: str = ""
    """What limits it: `slowapi.Limiter.limit`, `nginx limit_req in deploy/nginx.conf`; empty where nothing does."""
    exempt: bool = False
    """It is taken out of a limit that holds elsewhere."""
    anywhere: bool = True
    """Something in the service limits some operation."""
    unknown: str = ""
    """What may limit it but could not be read; empty without."""
