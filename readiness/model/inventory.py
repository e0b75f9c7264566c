"""The inventory: a backend's endpoints as reports show them, and a request's way through the code."""

from msgspec import Struct

from readiness.model.source import Span


class EndpointInput(Struct, frozen=True):
    """One thing that an operation takes from a request."""

    name: str
    source: str
    """As `RouteParameter.source`."""
    annotation: str
    """Its type, empty where none is written."""
    required: bool


class EndpointStep(Struct, frozen=True):
    """One thing on the way of a request through the code."""

    kind: str
    """`dependency`, `function`, `query`, `read`, `call`, `failure`, `answer`, `test`."""
    text: str
    span: Span | None
    """None for what stands outside of the project."""
    through: str = ""
    """The function in which it stands."""
    rules: tuple[str, ...] = ()
    """Rules with a failing finding there."""


class Endpoint(Struct, frozen=True, kw_only=True):
    """One line of the inventory."""

    method: str
    path: str
    handler: str
    file: str
    line: int
    service: str
    framework: str
    dependencies: tuple[str, ...] = ()
    response: str = ""
    pagination: str = ""
    """`paginated`, `unbounded`, `bounded`, `unknown`; empty where the route is no list."""
    coverage: str = ""
    """`12 of 14 lines`, or the reason why it is not known."""
    resolution: str = "exact"
    condition: str = ""
    """The condition under which it is registered; empty where it always is."""
    documented: bool = False
    """It has a summary, a description or a docstring."""
    page_size: str = ""
    """`up to 100`, `as the client likes`; empty where it is no list, or the client has no say."""
    inputs: tuple[EndpointInput, ...] = ()
    access: str = ""
    """`protected`, `public` (it says that anyone may call it), `open` (nothing asks who calls), `unknown`;
    empty where nothing judged it."""
    access_by: tuple[str, ...] = ()
    """What decides that."""
    validation: str = ""
    """`typed` (the framework enforces types), `schema`, `raw` (used as it comes), `none` (it takes nothing), `unknown`."""
    rate_limit: str = ""
    """What limits how often it is called; empty without."""
    specification: str = ""
    """`agrees`, `differs`, `missing` (the service's API document does not know it), `generated`; empty without a document."""
    tests: int = 0
    """Tests that reach it."""
    tested: tuple[str, ...] = ()
    """What they try: `success`, `refusal` (401, 403, 404), `bad input`."""
    statuses: tuple[int, ...] = ()
    """Statuses that they name."""


class EndpointWay(Struct, frozen=True):
    """One operation's way through the code."""

    endpoint: Endpoint
    steps: tuple[EndpointStep, ...]
    rules: tuple[str, ...] = ()
    """Rules with a failing finding at the handler itself."""
