"""Facts about calls to other services."""

from enum import StrEnum
from typing import ClassVar

from readiness.model.facts.base import Fact
from readiness.model.source import Span


class TimeoutState(StrEnum):
    """What ends the wait when the other side does not answer."""

    GIVEN = "given"
    """The call, its client or what stands around it sets a limit."""
    DEFAULT = "default"
    """The library's own default is a limit."""
    ABSENT = "absent"
    """Nothing sets a limit and the library has none."""
    OFF = "off"
    """The limit is switched off: `timeout=None`."""
    UNKNOWN = "unknown"


class OutboundCall(Fact, frozen=True, kw_only=True):
    """One call of another service, or one client object for such calls where the limit is a property of the client."""

    capability: ClassVar[str] = "http client"

    library: str
    """Name of the distribution: `requests`, `httpx`; `python` for the standard library."""
    api: str
    """Canonical name: `requests.Session.post`, `httpx.AsyncClient`."""
    timeout: TimeoutState
    how: str
    """What sets the limit, or why there is none: `timeout=5`, `the client in app/http.py:12 sets timeout=5`."""
    keyword: str = "timeout"
    """How a limit is passed here; empty where the API takes none."""
    client: bool = False
    """It makes a client object."""
    asynchronous: bool = False
    where: str = ""
    """`handler` where it can run in answer to a request, `task` in the background, else empty; looked up only without a limit."""
    origin: Span | None = None
    """Where the answer was read when that is another place: the client, the wrapper's caller."""
