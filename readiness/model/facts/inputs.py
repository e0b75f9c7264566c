"""Facts about what routes accept and what they give: validation, assignment, response types, exposed fields."""

from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from readiness.model.facts.base import Fact
from readiness.model.facts.web import Route
from readiness.model.source import Span


class Validation(StrEnum):
    """What stands between a client's input and the code of a route."""

    TYPED = "typed"
    """The framework enforces declared types."""
    SCHEMA = "schema"
    """A schema, serializer, form or parser checks it, and its failure is refused."""
    CHECKED = "checked"
    """Hand-written checks and conversions stand before every use."""
    RAW = "raw"
    """Something of it is used without a check."""
    NONE = "none"
    """The route accepts nothing that could be checked."""
    UNKNOWN = "unknown"


class RawRead(Struct, frozen=True, order=True):
    """One piece of input that no schema has seen."""

    span: Span
    """Where it is used; where it is read, if nothing uses it."""
    source: str
    """`body`, `form`, `query`, `header`, `cookie`, `file`."""
    field: str = ""
    """Empty for the input as a whole."""
    reason: str = ""
    """What is wrong with it beside its not being checked: `int() without a guard`."""
    stored: bool = False
    """It gets into an object's attribute or what makes an object."""


class RouteValidation(Fact, frozen=True, kw_only=True):
    """How one route checks what it accepts. Its span is the handler's `def`."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    route: Route
    kind: Validation
    sources: tuple[str, ...] = ()
    """Where the input comes from, path parameters left out: `body`, `form`, `query`, `header`, `cookie`, `file`."""
    by: str = ""
    """What validates: `AwardSchema`, `request parser`, `types of the parameters`."""
    at: Span | None = None
    """Where it is called; None where the framework does it."""
    raw: tuple[RawRead, ...] = ()
    """Input that nothing checks, what escapes a schema included."""
    ignored: str = ""
    """A validation whose outcome nobody looks at: `form.is_valid()`."""
    reason: str = ""
    """Why it is not known."""
    flawed: tuple[RawRead, ...] = ()
    """Input whose check answers a bad value with a server error: `int(...)` that nothing guards."""


class AssignmentKind(StrEnum):
    """Which fields of a stored object a client can set."""

    ANY = "any"
    """Every one that it names."""
    LISTED = "listed"
    """Those of a schema or a list."""
    PRIVILEGED = "privileged"
    """Those of a schema, and among them such as a client must not choose."""
    UNKNOWN = "unknown"


class MassAssignment(Fact, frozen=True, kw_only=True):
    """One place that fills an object from many fields of input at once. Its span is the call, the loop or the class."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    kind: AssignmentKind
    how: str
    """What is done, as code: `User(**data)`, `setattr(user, key, value)`, `fields = "__all__"`."""
    target: str = ""
    """The class whose fields are set; empty where it is not known."""
    allowed: str = ""
    """What limits the fields: the name of a schema, a list."""
    fields: tuple[str, ...] = ()
    """Fields that a client must not choose."""


class ResponseKind(StrEnum):
    """Whether the shape of an answer is declared."""

    DECLARED = "declared"
    """A model, schema, serializer or annotation says what it holds."""
    SERIALIZED = "serialized"
    """A serializer that the handler calls makes it."""
    LOOSE = "loose"
    """A declaration that says nothing: `dict`, `Any`, a response object."""
    UNTYPED = "untyped"
    UNKNOWN = "unknown"


class ResponseType(Fact, frozen=True, kw_only=True):
    """What the answer of one data route is declared as. Its span is the handler's `def`."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    route: Route
    kind: ResponseKind
    type: str = ""
    """As written: `list[Item]`, `OrderSchema`."""
    declares: bool = True
    """The framework has a place to declare it."""


class Exposed(Struct, frozen=True, order=True):
    """One field of an answer that a client should not see."""

    span: Span
    """Where the field is declared or put in."""
    name: str
    via: str = ""
    """The class that holds it."""


class ResponseContent(Fact, frozen=True, kw_only=True):
    """Which fields one answer shows. Its span is the handler's `def`, or the serializer's class."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    route: Route
    exposes: tuple[Exposed, ...] = ()
    """Secret-like fields."""
    whole: str = ""
    """The class whose objects are answered with all their columns; empty where fields are chosen."""
    how: str = ""
    """What chooses the fields, or what gives all of them: `UserOut`, `user.__dict__`."""
    at: Span | None = None
    issuing: bool = False
    """The operation exists to hand that secret out: a login, a token endpoint, a key shown once."""
    known: bool = True
    """Every field of the answer was seen."""
