"""Facts about the contract of a service: the operations that its API documents promise, and how they agree with its routes."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from readiness.model.facts.base import Fact
from readiness.model.facts.web import Route


class SpecField(Struct, frozen=True, kw_only=True):
    """One field of a documented body, or one documented parameter's value."""

    name: str
    """Path from the root of the body: `items[].price`; empty for the body itself, where that is no object."""
    type: str = ""
    """`string`, `integer`, `number`, `boolean`, `array`, `object`, `null`; empty where it is several or not said."""
    format: str = ""
    required: bool = False
    nullable: bool = False
    choices: tuple[str, ...] = ()
    """Values of `enum` and `const`; empty where any is allowed."""
    minimum: float | None = None
    maximum: float | None = None
    read_only: bool = False
    write_only: bool = False


class SpecParameter(Struct, frozen=True, kw_only=True):
    """One documented parameter."""

    name: str
    source: str
    """`path`, `query`, `header`, `cookie`."""
    value: SpecField
    required: bool = False
    described: bool = False
    example: bool = False
    line: int = 0
    """In the document that the operation stands in, 0 where it is not known or the parameter stands elsewhere."""


class SpecBody(Struct, frozen=True, kw_only=True):
    """A documented request body or the content of a response."""

    media_types: tuple[str, ...] = ()
    kind: str = ""
    """Type of the whole: `object`, `array`, `string`, ...; empty where it is not known."""
    fields: tuple[SpecField, ...] = ()
    required: bool = False
    """For a request: it must be sent."""
    closed: bool = False
    """No other fields are allowed."""
    whole: bool = True
    """All fields are known: no reference is broken, and the schema is no choice of several."""
    example: bool = False
    bad_example: str = ""
    """Why an example contradicts the schema; empty where none does."""


class SpecResponse(Struct, frozen=True, kw_only=True):
    """One documented response."""

    status: str
    """`200`, `4XX`, `default`."""
    description: str = ""
    body: SpecBody | None = None
    """None where it has none, or none is documented."""


class SpecOperation(Fact, frozen=True, kw_only=True):
    """One operation of an API document. Its span is the line of the method in the document."""

    method: str
    """Upper case."""
    path: str
    """As written below `paths`, without the prefix of any server."""
    operation_id: str = ""
    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[SpecParameter, ...] = ()
    body: SpecBody | None = None
    responses: tuple[SpecResponse, ...] = ()
    security: tuple[tuple[str, ...], ...] | None = None
    """Alternatives of schemes that are asked for together; `()` says that anyone may call, None that nothing is said."""
    overridden: bool = False
    """The security is the operation's own, not that of the whole document."""
    deprecated: bool = False
    controller: str = ""
    """`x-openapi-router-controller` or `x-swagger-router-controller`."""
    unresolved: tuple[str, ...] = ()
    """References that lead nowhere, or out of the repository."""


class SpecDocument(Fact, frozen=True, kw_only=True):
    """One OpenAPI or Swagger document of the repository, or a file that was meant to be one (`problem`)."""

    version: str = ""
    """As written behind `openapi` or `swagger`: `3.1.0`, `2.0`."""
    title: str = ""
    prefixes: tuple[str, ...] = ()
    """Paths that the servers or `basePath` put before all operations; `/` is the empty text."""
    operations: tuple[SpecOperation, ...] = ()
    schemes: tuple[tuple[str, str], ...] = ()
    """Security schemes, each with the function that connexion calls for it (`x-bearerInfoFunc`), or empty text."""
    configured: bool = False
    """The settings of the scan name it."""
    problem: str = ""
    """Why it cannot be read; the text is a sentence's end."""


class Difference(Struct, frozen=True, kw_only=True):
    """One point in which a document and a route disagree."""

    kind: str
    """`missing-route`, `undocumented`, `path`, `parameter`, `body`, `status`, `authentication`, `handler`."""
    message: str
    """What is wrong, without the operation's name."""
    minor: bool = False
    """A client that follows the document is served all the same, or nearly so."""


class OperationMatch(Fact, frozen=True, kw_only=True):
    """One operation of the union of a service's routes and its document: a site where both agree or do not.

    Its span is the handler of the route, or the operation in the document where there is no route.
    """

    capability: ClassVar[str] = "web"

    method: str
    path: str
    """As the service answers it, prefix included."""
    document: str
    """Path of the document's file."""
    operation: SpecOperation | None = None
    """None for a route that the document does not know."""
    route: Route | None = None
    """None for an operation that no route answers."""
    differences: tuple[Difference, ...] = ()
    doubt: str = ""
    """Why it is not known whether they agree; empty where it is."""


class OperationText(Fact, frozen=True, kw_only=True):
    """What clients are told of one operation, in its document or else in the code. Its span is the handler."""

    capability: ClassVar[str] = "web"

    method: str
    path: str
    described: bool
    """A summary, a description or a docstring that says more than the function's name."""
    source: str
    """Where that was looked for: `document`, `code`."""
    where: str = ""
    """What says it, in words: `docstring`, `summary in docs/openapi.yaml`; empty without."""
    example: str = ""
    """Where an example of its request or response stands, in words; empty without."""
    exchanges: bool = False
    """It takes a body or answers with one whose example would help."""
    bad_example: str = ""
    """Why an example contradicts its schema."""


class ApiSpecification(Fact, frozen=True, kw_only=True):
    """Whether the API of one service has a machine-readable specification. Its span is an application, or a broken document."""

    capability: ClassVar[str] = "web"

    routes: int
    """API operations of the service."""
    how: str = ""
    """What gives it, in words: a document's path, a generator; empty without one."""
    reason: str = ""
    """Why there is none: the generator is off, a document cannot be read."""
    doubt: str = ""
    """Why it is not known."""


class SpecDeviation(Fact, frozen=True, kw_only=True):
    """One operation in which document and routes differ, to be named by a record of deviations."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (OperationMatch,)

    match: OperationMatch
