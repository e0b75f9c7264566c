"""Facts: what a library's calls mean. Recognisers make them, rules judge them."""

from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from readiness.model.flow import Text
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

    span: Span
    """The one place that stands for the fact: the call, the `def`, the `except` line."""
    symbol: str
    """`module.path::Class.method` of the innermost definition around it, `module.path` at module level; see `Code.symbol`."""
    scope: Scope
    """Runtime scope of its file."""
    resolution: Resolution = Resolution.EXACT
    language: str = "python"


class Application(Fact, frozen=True, kw_only=True):
    """One application object of a web framework, or a framework seen whose routes nobody reads yet (`routed` False)."""

    capability: ClassVar[str] = "web"

    framework: str
    """As its makers spell it: `FastAPI`, `Django`."""
    name: str
    routed: bool = True
    mounted: bool = False
    """It is a sub-application of another one."""


class RouteParameter(Struct, frozen=True):
    """One input of a route, its dependencies' inputs included."""

    name: str
    source: str
    """`path`, `query`, `header`, `cookie`, `body`, `form`, `file`, `request` (the raw request object), `dependency`."""
    annotation: str = ""
    """Canonical name of its type, without `Optional` and `Annotated`; empty where not written."""
    required: bool = True
    default: str = ""
    minimum: float | None = None
    maximum: float | None = None
    """Inclusive bounds that the framework enforces."""
    choices: bool = False
    """Enum or `Literal`: one of a fixed set."""
    via: str = ""
    """Symbol of the dependency or parameter model that declares it; empty for the handler's own."""
    constrained: bool = False
    """A pattern, a length or a validator is declared."""


class Route(Fact, frozen=True, kw_only=True):
    """One operation: a method on a path. Its span is the handler's `def`."""

    capability: ClassVar[str] = "web"

    framework: str
    method: str
    """Upper case; `ANY` where the framework restricts none, `WEBSOCKET` for a socket."""
    path: str
    """With all prefixes, parameters as `{name}` or `{name:converter}`; `{?}` stands for a part that could not be resolved."""
    handler: str
    """Symbol of the function that answers, or the name of a library's handler."""
    registered: Span
    """Where it is registered: the decorator or call."""
    first_line: int = 0
    end_line: int = 0
    """Lines of the handler, decorators included."""
    application: str = ""
    """Symbol of the application it hangs on; empty where none was found."""
    parameters: tuple[RouteParameter, ...] = ()
    dependencies: tuple[str, ...] = ()
    """Symbols (or external names) of every dependency on every level, sub-dependencies included, outermost first."""
    response: str = ""
    """The declared response type as written: `list[Item]`, `Page[Item]`; empty where none is."""
    collection: bool | None = None
    """The declared response is a collection (True), a single object (False) or not known (None)."""
    status: int = 0
    """Declared success status, 0 for the framework's default."""
    documented: bool = False
    """It has a summary, a description or a docstring."""
    in_schema: bool = True
    name: str = ""
    data: bool = True
    """False for HTML pages, static files, redirects and documentation routes: they are no API operations."""


class Query(Fact, frozen=True, kw_only=True):
    """One call that takes SQL text. Its span is the call."""

    capability: ClassVar[str] = "database"

    library: str
    api: str
    """Canonical name of the sink: `sqlalchemy.text`, `sqlite3.Cursor.execute`."""
    text: Text
    parameters: bool = False
    """Values are passed beside the text."""
    dialect: str = ""
    """For the SQL reader: `postgres`, `mysql`, `sqlite`, or empty."""
    whole: bool = False
    """The whole statement comes from outside (a query-runner product); it is not built here."""
    paramstyle: str = ""
    """How this library marks a parameter: `:name`, `%s`, `?`, `$1`; empty where it has none here."""
    statement: str = ""
    """First keyword of the text, upper case: `SELECT`, `SET`, `PRAGMA`; empty where it does not begin with one."""


class Bound(StrEnum):
    """Whether the number of rows of a read is limited."""

    BOUNDED = "bounded"
    """Limit, slice, aggregate, unique key, page."""
    BY_PARENT = "by-parent"
    """Only rows of one parent object."""
    UNBOUNDED = "unbounded"
    UNKNOWN = "unknown"


class Read(Fact, frozen=True, kw_only=True):
    """One read of several rows from a database."""

    capability: ClassVar[str] = "database"

    library: str
    model: str
    """What is read, as written: `User`, or empty."""
    bound: Bound
    how: str
    """What limits it, or what would: `.limit(page.size)`, `no limit`."""
    limit: str = ""
    """The expression of the limit as written."""


class ListEndpoint(Fact, frozen=True, kw_only=True):
    """A GET route that answers with a collection from a multi-row read. Its span is the handler's `def`."""

    capability: ClassVar[str] = "web"

    route: Route
    bound: Bound
    marks: tuple[str, ...] = ()
    """What paginates it: `limit (query parameter)`, `.limit(...) in app/crud.py:12`."""
    reads: tuple[Read, ...] = ()
    """The multi-row reads behind it."""
    reason: str = ""
    """One sentence: why the bound is what it is."""
    envelope: bool = False
    """The response looks like a page but is made from a whole read."""
    cut: bool = False
    """The rows are cut to a page in memory, after a whole read."""


class ExceptionHandler(Fact, frozen=True, kw_only=True):
    """One `except` clause, or `contextlib.suppress`. Its span is the `except` line."""

    types: tuple[str, ...]
    """Canonical names; empty for a bare `except`."""
    broad: bool
    """Bare, `Exception`, `BaseException`, or a tuple with one of them."""
    quiet: bool
    """The body does nothing but `pass`, `continue`, `break`, a docstring, or returning a constant None."""
    logs: bool = False
    raises: bool = False
    uses: bool = False
    """The exception object is used."""
    kind: str = "except"
    """`except`, `except*`, `suppress`, `finally` (a jump in a `finally` that drops the exception), `gather`."""
    purpose: str = ""
    """Why silence is right here, where the code shows it: `cleanup`, `optional import`, `feature probe`, `finaliser`,
    `metrics`; else empty."""
    comment: str = ""
    """A reason written inside the clause."""
    guards: str = ""
    """What the `try` does, in a few words of code: `session.commit()`."""
    where: str = ""
    """`handler`, `task`, `transaction`, or empty: what the enclosing function is."""
    cancels: bool = False
    """It swallows `asyncio.CancelledError`."""


class HealthCheck(Fact, frozen=True, kw_only=True):
    """A health endpoint, however it is made: a route, a wrapper of the application, a library."""

    capability: ClassVar[str] = "web"

    path: str
    kind: str
    """`route`, `wrapper`, `library`."""
    application: str = ""
    strength: str = "strong"
    """`strong` by its name, `weak` for names such as `ping` or `status` that need a probe or a check behind them."""
    checks: bool = False
    """It asks a dependency."""
    probed: bool = False
    """A probe in the repository points at it."""


class CoverageState(StrEnum):
    """What the coverage data can say about one function."""

    MEASURED = "measured"
    STALE = "stale"
    """The data was made from other source text."""
    AMBIGUOUS = "ambiguous"
    """The body shares its line with the `def`, so a line says nothing about it."""
    ABSENT = "absent"
    """The data holds nothing about the file."""
    MISSING = "missing"
    """There is no coverage data."""


class CoverageOf(Fact, frozen=True, kw_only=True):
    """How much of one handler's body the tests ran."""

    capability: ClassVar[str] = "web"

    route: Route
    state: CoverageState
    executed: int = 0
    total: int = 0
    """Statements of the body, the `def` and its decorators left out."""
    excluded: bool = False
    """The handler is excluded from measurement by a pragma."""
    source: str = ""
    """The evidence file."""


class Suppression(Fact, frozen=True, kw_only=True):
    """One comment that silences a tool: ours or another's."""

    tool: str
    """`readiness`, `noqa`, `nosec`, `nosemgrep`, `type: ignore`, `pragma: no cover`, `pylint`, `pyright`, `mypy`, `ruff`."""
    codes: tuple[str, ...]
    """What it silences; empty for everything."""
    reason: str
    """The words that say why; empty without any."""
    whole_file: bool = False
    owner: str = ""
    until: str = ""
    """As written: a date, or empty."""
    problem: str = ""
    """Why one of our own directives is malformed and hides nothing; empty where it is well-formed."""
    covers: tuple[int, int] = (0, 0)
    """First and last line whose findings it hides."""


class DeviationRecord(Fact, frozen=True, kw_only=True):
    """One entry of the register of deviations, or one directive, as a fact that rules about deviations judge."""

    id: str
    rule: str
    where: str
    reason: str
    owner: str
    approver: str = ""
    until: str = ""
    kind: str = "accepted"
    """`accepted` or `false-positive`."""
    state: str = "current"
    """`current`, `expired`, `malformed`."""
    problem: str = ""
    days_left: int = 0
    recorded: str = "register"
    """`register` or `directive`."""
    created: str = ""
    link: str = ""
    covers: tuple[int, int] = (0, 0)
    """For a directive the first and last line whose findings it accepts."""


class Dependency(Fact, frozen=True, kw_only=True):
    """One third-party distribution that a manifest or a lock file names."""

    name: str
    """Normalised: lower case, `-`."""
    requirement: str = ""
    """As written: `>=2,<3`."""
    version: str = ""
    """What the lock file, or a pinned requirement, says; empty without one."""
    group: str = ""
    """The extra or group it belongs to (`dev`, `test`); empty for what the program itself needs."""


class Evidence(Fact, frozen=True, kw_only=True):
    """One evidence file that was read."""

    kind: str
    """`coverage`, later `tests`, `load`, ..."""
    format: str
    observed: bool = False
    """Made in this run or with provenance; a committed file is only claimed."""
    stale: bool = False
    detail: str = ""
    """One sentence for the report."""
    problem: str = ""
    """Why nothing of it could be used (then it is stale too); the engine makes a `Problem` of it."""
