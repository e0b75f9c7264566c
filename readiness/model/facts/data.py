"""Facts about databases: queries by text, reads of several rows, the lists that answer with them, loops that ask, sessions."""

from enum import StrEnum
from typing import ClassVar

from readiness.model.facts.base import Fact
from readiness.model.facts.web import Route
from readiness.model.flow import Text
from readiness.model.source import Span


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
    runs_at: Span | None = None
    """Where the text is run, when the call is one of a function of the project that runs the text it is given."""
    through: tuple[Span, ...] = ()
    """The calls on the way there that hand the text on, from the inside out: those of wrappers around wrappers."""
    runs_also_at: tuple[Span, ...] = ()
    """Other calls of that function that run the same text: `execute(sql, values) if values else execute(sql)`; where the call
    makes an object that a name holds, `statement = text(sql)`, the calls that run it."""


class NameChoice(Fact, frozen=True, kw_only=True):
    """One table, column, relation or lookup whose name is decided at run time. Its span is the call that takes the name."""

    capability: ClassVar[str] = "database"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Query,)

    library: str
    api: str
    """What takes the name: `sqlalchemy.text`, `getattr`, `django.order_by`."""
    subject: str
    """What is chosen: `a name in the SQL text`, `an attribute of User`, `the order of Order`."""
    text: Text
    """Every way the name can come about; of SQL text only the pieces that stand where a name does."""
    sql: bool = False
    """The name becomes part of SQL text, unquoted."""
    filters: bool = False
    """The rows depend on the value of what is chosen, so that its values can be guessed."""


class FilterValue(StrEnum):
    """What a client can put into the filter of a document database."""

    DOCUMENT = "document"
    """A document of its own, with operators in it: an item of untyped JSON."""
    CODE = "code"
    """A part of a program that the server runs: `$where`, `$function`."""
    TEXT = "text"
    """Text or a number only: the address, a typed field, a cast, a place behind an operator that takes no operators."""
    UNKNOWN = "unknown"


class DocumentFilter(Fact, frozen=True, kw_only=True):
    """One call that filters documents by what a client sent. Its span is the call."""

    capability: ClassVar[str] = "database"

    library: str
    api: str
    """Canonical name of the call: `pymongo.collection.Collection.find_one`."""
    value: FilterValue
    """The worst of what is put in."""
    name: str = ""
    """The expression that is worst, as written."""
    field: str = ""
    """The field of the filter that it stands for; empty for the whole filter."""
    how: str = ""
    """One phrase: where it comes from, or what makes it harmless."""
    origin: Span | None = None
    """Where it is read from the request."""


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
    counted: bool = False
    """Only the number of rows is used: `len(query.all())`."""
    compared: str = ""
    """A column that must equal something given; how many rows share a value of it is not known. Empty without one."""


class ListEndpoint(Fact, frozen=True, kw_only=True):
    """A GET route that answers with a collection from a multi-row read. Its span is the handler's `def`."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

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


class Cap(StrEnum):
    """How many rows a client can make a page hold."""

    FIXED = "fixed"
    """The client has no say."""
    CAPPED = "capped"
    """A maximum is enforced."""
    UNCAPPED = "uncapped"
    """The client's number is taken as it is."""
    ALL = "all"
    """Some value, or leaving it out, asks for all rows."""
    UNKNOWN = "unknown"


class PageLimit(Fact, frozen=True, kw_only=True):
    """How large the pages of one list endpoint can get. Its span is the handler's `def`."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (ListEndpoint,)

    route: Route
    cap: Cap
    parameter: str = ""
    """What the client sends for the size, as the route or the code calls it; empty where nothing is sent."""
    maximum: float | None = None
    """Rows of the largest page; None where that is not known or there is no such number."""
    how: str = ""
    """What caps it, or what lets it grow: `min(limit, 100)`, `le=100`, `no maximum is declared`."""
    limit: Span | None = None
    """The call that limits the read."""


class Order(StrEnum):
    """Whether a page's rows have one order."""

    TOTAL = "total"
    """A unique column breaks ties."""
    PARTIAL = "partial"
    """Rows can tie."""
    OPTIONAL = "optional"
    """Only on some way."""
    NONE = "none"
    UNKNOWN = "unknown"


class PageOrder(Fact, frozen=True, kw_only=True):
    """The order in which the rows of one list endpoint are cut into pages. Its span is the handler's `def`."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (ListEndpoint,)

    route: Route
    order: Order
    columns: tuple[str, ...] = ()
    """What it is ordered by, as written."""
    model: str = ""
    how: str = ""
    """One phrase: what orders it, or what is missing."""
    limit: Span | None = None
    """The call that cuts the page out."""


class Repetition(StrEnum):
    """What a loop goes over."""

    ROWS = "rows"
    """Rows of a query."""
    REQUEST = "request"
    """Items that a client sent."""
    ITEMS = "items"
    """A collection of unknown length."""
    UNKNOWN = "unknown"


class RowLoop(Fact, frozen=True, kw_only=True):
    """One loop or comprehension over rows or other items of a number not known. Its span is the first query in it, else its
    header."""

    capability: ClassVar[str] = "database"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Read,)

    over: Repetition
    iterated: str
    """What is gone over, as written."""
    loop: Span
    """The header of the loop."""
    query: str = ""
    """The call that asks the database on every turn; empty where none does."""
    kind: str = ""
    """`read`, `write`, `commit`, `relation` for an attribute that loads one more row, or empty."""
    through: tuple[str, ...] = ()
    """Functions between the loop and the query, outermost first."""
    at: Span | None = None
    """The query itself, where it is in another function."""
    dependent: bool = False
    """What is asked for depends on the item of the turn."""
    conditional: bool = False
    """It is asked under a condition only."""


class Release(StrEnum):
    """What happens to a session, connection or cursor in the end."""

    MANAGED = "managed"
    """`with`, `finally`, an exit stack, or a framework gives it back in every case."""
    HANDED_OVER = "handed-over"
    """It is given to a caller or to an object, whose duty it is."""
    UNPROTECTED = "unprotected"
    """It is given back, but not when something fails before."""
    NEVER = "never"
    SHARED = "shared"
    """One object of the module serves every request."""
    UNKNOWN = "unknown"


class SessionUse(Fact, frozen=True, kw_only=True):
    """One call that takes a session, connection or cursor. Its span is the call."""

    capability: ClassVar[str] = "database"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Read,)

    library: str
    kind: str
    """`session`, `connection`, `cursor`."""
    api: str
    """What was called, canonical: `sqlalchemy.engine.Engine.connect`."""
    release: Release
    how: str = ""
    """What releases it, or what is missing."""
    managed: bool = False
    """It is taken in a `with` block, whatever the block does with it."""
    name: str = ""
    """What it is bound to."""
