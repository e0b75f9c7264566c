"""Facts about databases: queries by text, reads of several rows, the lists that answer with them."""

from enum import StrEnum
from typing import ClassVar

from readiness.model.facts.base import Fact
from readiness.model.facts.web import Route
from readiness.model.flow import Text


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
