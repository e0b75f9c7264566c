"""Facts about the web side of a service: applications, routes, their inputs."""

from typing import ClassVar

from msgspec import Struct

from readiness.model.facts.base import Fact
from readiness.model.source import Span


class Application(Fact, frozen=True, kw_only=True):
    """One application object of a web framework, or a framework seen whose routes nobody reads yet (`routed` False)."""

    capability: ClassVar[str] = "web"

    framework: str
    """As its makers spell it: `FastAPI`, `Django`."""
    name: str
    routed: bool = True
    mounted: bool = False
    """It is a sub-application of another one."""
    lost: tuple[Span, ...] = ()
    """Registrations of routes that could not be followed: it has routes that nobody knows."""


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
    pattern: str = ""
    """The regular expression that its whole text has to match, which the framework enforces; empty where none is known."""


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
    view: str = ""
    """Symbol of the class whose method answers, the class that was registered and not the base that defines the method;
    empty for functions."""
    first_line: int = 0
    end_line: int = 0
    """Lines of the handler, decorators included."""
    application: str = ""
    """Symbol of the application it hangs on; empty where none was found."""
    parameters: tuple[RouteParameter, ...] = ()
    dependencies: tuple[str, ...] = ()
    """Symbols (or external names) of everything that runs before the handler and can refuse the request, on every level and
    outermost first: dependencies with their own, hooks, guards, decorators, middleware of one router."""
    dependency_calls: tuple[tuple[str, str, int], ...] = ()
    """Where a dependency is named by a call, such as `Depends(Guard("admin"))`: its name, the file and the index of that call. One
    name may stand for objects that were made differently."""
    permission: str = ""
    """What the registration asks of the caller in the framework's own words: a permission's name, scopes; empty without."""
    declared_public: bool = False
    """The registration says that anyone may call it: `auth=None`, `AllowAny`, `NO_PERMISSION_REQUIRED`."""
    condition: str = ""
    """The condition under which it is registered, as written; empty where it always is."""
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
