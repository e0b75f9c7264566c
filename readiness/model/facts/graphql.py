"""Facts about GraphQL: schemas, their fields, where they are served, and what a schema document says differently."""

from typing import ClassVar

from msgspec import Struct

from readiness.model.facts.base import Fact
from readiness.model.facts.data import Bound, Read
from readiness.model.facts.web import Route
from readiness.model.source import Span


class GraphArgument(Struct, frozen=True):
    """One argument of a field."""

    name: str
    """As clients write it."""
    type: str = ""
    """As the code or the document writes it; empty where not known."""
    required: bool = False
    shape: str = ""
    """The type as a schema document spells it, `[ID!]!`, with `?` for a name that is not known; empty where nothing is known."""


class GraphSchema(Fact, frozen=True, kw_only=True):
    """One executable schema. Its span is the call that makes it."""

    capability: ClassVar[str] = "web"

    library: str
    """As its makers spell it: `Strawberry`, `Graphene`, `Ariadne`."""
    name: str
    """Symbol of what it is bound to."""
    documents: tuple[str, ...] = ()
    """Schema documents of the repository that it is made from."""
    complete: bool = True
    """All fields of its roots are known; False where a root has bases or parts that could not be followed."""
    limits: tuple[str, ...] = ()
    """What bounds a query of it, by the names of the limits: `QueryDepthLimiter`."""
    open_limits: tuple[str, ...] = ()
    """Extensions and rules of it that could not be read, or that the project wrote itself: they may bound a query."""
    introspection: bool | None = None
    """Clients can ask for the schema; None where that is decided elsewhere."""


class GraphField(Fact, frozen=True, kw_only=True):
    """One field of a root type, or a list field of another type. Its span is the resolver's `def`, else the field itself."""

    capability: ClassVar[str] = "web"

    library: str
    schema: str = ""
    """`GraphSchema.name`; empty for a field of another type, and where no schema of the scan holds it."""
    operation: str = ""
    """`query`, `mutation`, `subscription`; empty for a field of another type."""
    type: str
    """Name of the type that holds it, as clients see it."""
    name: str
    """As clients write it."""
    resolver: str = ""
    """Symbol of the project's function that resolves it; empty where the library does."""
    owner: str = ""
    """Symbol of the class, function or module that it stands in; of a Graphene mutation its class."""
    declared: Span
    """Where the field stands: the decorator, the attribute, the line of the document."""
    arguments: tuple[GraphArgument, ...] = ()
    returns: str = ""
    """The type as it is written."""
    shape: str = ""
    """The type as a schema document spells it, `[Order!]!`, with `?` for a name that is not known; empty where nothing is known,
    and where the repository has no schema document."""
    closed: bool = False
    """It takes no other arguments than those that are known."""
    collection: bool | None = None
    """It answers with several objects (True), one (False); None where it is not known."""
    bound: Bound = Bound.UNKNOWN
    """Whether the number of objects is limited; `UNKNOWN` for a field that is no list."""
    maximum: int | None = None
    """Objects at most, where that is known."""
    how: str = ""
    """One phrase: what limits the list, or why nothing does."""
    guards: tuple[str, ...] = ()
    """Symbols or external names of what can refuse a caller, outermost first: permission classes, decorators, middleware."""
    documented: bool = False
    """It has a description or a docstring."""


class GraphList(Fact, frozen=True, kw_only=True):
    """A list field of a query that answers with rows of a multi-row read. Its span is that of the field."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (GraphField,)

    field: GraphField
    bound: Bound
    reason: str
    """One phrase: why the bound is what it is."""
    reads: tuple[Read, ...] = ()
    """The reads behind it."""


class GraphEndpoint(Fact, frozen=True, kw_only=True):
    """One place that serves a schema over HTTP. Its span is where the view or application is made."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (GraphSchema,)

    library: str
    schema: str = ""
    """`GraphSchema.name`; empty where it could not be followed."""
    routes: tuple[Route, ...] = ()
    """The routes that it answers, as far as they were found."""
    limits: tuple[str, ...] = ()
    """What bounds a query on its way: of the schema, and of the view itself."""
    open_limits: tuple[str, ...] = ()
    """What may bound a query and could not be read."""
    introspection: bool | None = None
    """Clients can ask for the schema; None where that is not known."""
    explorer: bool | None = None
    """It serves a page to try queries on (GraphiQL, Playground); None where settings or the surroundings decide."""
    debug: bool | None = None
    """Errors are answered with tracebacks; None where settings or the surroundings decide."""
    persisted: bool = False
    """Only queries that the service knows are run."""


class SchemaDifference(Fact, frozen=True, kw_only=True):
    """One root field that the code and a schema document of the repository do not share, or one point in which they spell it
    differently. Its span is the field in the code, else the line of the document."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (GraphSchema,)

    schema: str
    """`GraphSchema.name`."""
    document: Span
    """The field in the document; its root type, or line 1, where the field is missing there."""
    operation: str
    """`query`, `mutation` or `subscription`."""
    name: str
    """As clients write it."""
    missing_in: str
    """`document` or `code`: the side that lacks the field; empty where both have it."""
    message: str = ""
    """Of a field that both have: in which point they differ."""
    minor: bool = False
    """No client that follows the document fails."""
    agreed: int = 0
    """Root fields of the schema that both sides share."""


class SchemaDocument(Fact, frozen=True, kw_only=True):
    """One schema document (SDL) of the repository that defines root fields. Its span is its first line."""

    capability: ClassVar[str] = "web"

    path: str
    fields: int
    """Root fields of all operations."""
    schema: str = ""
    """`GraphSchema.name` of the schema that it describes; empty where it describes none that was found."""
    generated: bool = False
    """The schema is made from it: it cannot differ."""
    edition: bool = False
    """Another document describes the same schema better: this one is not held against it."""
