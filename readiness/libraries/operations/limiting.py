"""Routes that invite guessing or cost much in, whether the rate of requests to them is limited out: one `RequestLimit` each."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.operations.excuses import words
from readiness.libraries.operations.functions import functions_of
from readiness.libraries.operations.groups import segments
from readiness.libraries.operations.limiters import Everywhere, Limiters
from readiness.libraries.operations.method_guards import reads_body, request_names
from readiness.model import (
    AccessKind,
    Library,
    Project,
    RequestLimit,
    Resolution,
    Route,
    RouteAccess,
    Scope,
    Symbol,
    SymbolKind,
)
from readiness.model.summary import CallRef, Constant, Function, Sequence, Value

library = Library(__name__, stage="joined", provides=[RequestLimit])

LOGIN = frozenset({"login", "signin", "logon", "authenticate"})
TOKEN = frozenset(
    {"token", "jwt", "access-token", "access_token", "obtain", "obtain_token", "obtain-token", "token-auth"}
)
ONE_TIME = frozenset({"otp", "totp", "mfa", "2fa", "twofactor", "tfa", "magic", "magiclink"})
SIGN_UP = frozenset({"signup", "register", "registration"})
UPLOAD = frozenset({"upload"})
EXPORT = frozenset({"export"})
MESSAGE = frozenset({"send", "resend", "invite", "contact"})
RECOVERY = frozenset({"reset", "forgot", "recovery", "recover", "lost", "forgotten"})
CALLED_BACK = frozenset(
    {
        "webhook", "webhooks", "hook", "hooks", "event", "events", "callback", "callbacks", "bot", "introspect", "userinfo",
        "setup", "graphql",
    }
)  # fmt: skip
"""Words of paths that other programs call, which sign what they send."""
MANAGING = frozenset(
    {"enable", "disable", "setup", "set", "add", "remove", "delete", "qrcode", "config", "csrf", "done", "sent", "list", "device",
     "devices", "new", "plugin", "application", "applications", "client", "clients", "logout", "revoke", "refresh", "test", "check",
     "complete", "cancelled", "error", "introspect", "admin"}
)  # fmt: skip
"""Words of paths where such a word is about settings, or about what follows."""
CREDENTIALS = frozenset({"login", "token", "password reset", "one-time code", "sign-up"})
LIMITED = ("allauth.", "dj_rest_auth.throttl")
"""Packages whose views limit requests by themselves: django-allauth (65, `ACCOUNT_RATE_LIMITS`)."""
REST = "Django REST framework"
CLASS_MARKS = ("throttle_classes", "throttle_scope", "get_throttles", "throttle")
SAID_PUBLIC = "public by its path"
"""What `RouteAccess.purpose` says of an address that is for everybody by a word in it, whatever it does."""


@library.recognises
def recognise(project: Project) -> Iterator[RequestLimit]:
    """Every route of those kinds, once for its handler and path."""
    access = {each.route: each for each in project.each(RouteAccess)}
    closed = any(each.kind is AccessKind.PROTECTED for each in access.values())
    routes = [each for each in project.each(Route) if each.scope is Scope.SERVICE and each.method != "WEBSOCKET"]
    collections = {parent for each in routes if (parent := _parent(each.path))}
    wanted: dict[tuple[str, str], tuple[Route, str]] = {}
    for route in routes:
        kind = _kind(route, access.get(route), closed=closed)
        registered = project.files.get(route.registered.path)
        tested = registered is not None and registered.scope is not Scope.SERVICE
        # What is kept under such a name, and asked for one by one, is a collection: `/export-templates/{id}`.
        of_many = kind in ("upload", "export", "message") and route.path.rstrip("/") in collections
        if kind and not tested and not of_many:
            own = "" if project.find(route.handler) is not None else route.path
            wanted.setdefault((own, route.handler), (route, kind))
    if not wanted:
        return
    reader = Reader(project)
    wanted = {key: each for key, each in wanted.items() if not reader.only_shows(each[0])}
    found = [reader.limit(route, kind, protected=_is_protected(access.get(route))) for route, kind in wanted.values()]
    anywhere = any(each.limiter for each in found) or reader.anywhere()
    for each in found:
        yield RequestLimit(
            span=each.span,
            symbol=each.symbol,
            scope=each.scope,
            resolution=each.resolution,
            route=each.route,
            kind=each.kind,
            limiter=each.limiter,
            exempt=each.exempt,
            anywhere=anywhere,
            unknown=each.unknown,
        )


def _parent(path: str) -> str:
    """What stands before the last key of a path; empty where it does not end in one."""
    before, _, last = path.rstrip("/").rpartition("/")
    return before if last.startswith("{") else ""


def _is_protected(access: RouteAccess | None) -> bool:
    return access is not None and access.kind is AccessKind.PROTECTED


def _kind(route: Route, access: RouteAccess | None, *, closed: bool) -> str:
    """Why the rate of requests to a route matters; empty where it does not much."""
    kind = _named_kind(route)
    if kind in CREDENTIALS:
        return kind if route.method in ("POST", "ANY") and not _is_protected(access) else ""
    if route.method in ("ANY", "DELETE", "PATCH", "HEAD") or (access is not None and access.role):
        # Who has a role is known by name.
        return ""
    if kind == "export" and (route.method == "POST" or (route.method == "GET" and not route.collection)):
        return kind
    if route.method not in ("POST", "PUT"):
        return ""
    if any(each.source == "file" for each in route.parameters) and "setup" not in segments(route.path):
        return "upload"
    if route.method == "POST" and kind:
        # `/invite/{token}` takes an invitation up.
        return (
            ""
            if kind == "message" and route.path.rstrip("/").endswith("}") and "invite" in route.path.split("/")[-2]
            else kind
        )
    if access is not None and access.purpose == "sign-up" and route.method == "POST":
        return "sign-up" if not {"invite", "invitation", "invitations", "setup"} & set(segments(route.path)) else ""
    open_to_all = access is not None and access.kind in (AccessKind.OPEN, AccessKind.PUBLIC)
    open_to_all = open_to_all and access is not None and access.purpose in ("", SAID_PUBLIC)
    called = {each for part in segments(route.path) if "{" not in part for each in words(part)}
    written = open_to_all and route.method == "POST" and route.data and called.isdisjoint(CALLED_BACK)
    return "unauthenticated write" if closed and written else ""


def _named_kind(route: Route) -> str:
    literal = [each.lower() for each in segments(route.path) if "{" not in each]
    if not literal or "setup" in literal:
        return ""
    last = literal[-1]
    mine = words(last) | {last.replace("-", "").replace("_", "")}
    near = {each for part in literal[-2:] for each in (*words(part), part.replace("-", "").replace("_", ""))}
    if ("password" in near and near & RECOVERY) or mine & {"resetpassword", "forgotpassword"}:
        return "" if mine & MANAGING - {"set"} else "password reset"
    if mine & MANAGING:
        return ""
    if mine & ONE_TIME or (near & ONE_TIME and mine & {"verify", "request", "login", "confirm"}):
        return "one-time code"
    for kind, names in (("login", LOGIN), ("sign-up", SIGN_UP)):
        if mine & names:
            return kind
    if last in TOKEN and (len(literal) < 2 or literal[-2] not in ("verify", "refresh", "users", "user")):
        return "token"
    first = words(last.split("-")[0].split("_")[0])
    for kind, names in (("upload", UPLOAD), ("export", EXPORT), ("message", MESSAGE)):
        if {last} & names or (route.method == "POST" and first & names - {"contact"}):
            return kind
    return ""


class Reader:
    """Reads the limits of one project's routes."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.functions = functions_of(project)
        self.limiters = Limiters(project, self.functions)
        self.everywhere: list[Everywhere] = self.limiters.everywhere()

    def only_shows(self, route: Route) -> bool:
        """A function for any method that reads nothing which was sent: it shows the form that another one takes."""
        handler = self.functions.handler(route) if route.method == "ANY" else None
        node = self.project.function(handler.path, handler.index) if handler is not None else None
        summary = self.project.summary(handler.path) if handler is not None else None
        return node is not None and summary is not None and not reads_body(node, request_names(summary))

    def anywhere(self) -> bool:
        """Something limits requests somewhere in the service."""
        if self.everywhere:
            return True
        return any(self.limiters.named(each) for route in self.project.each(Route) for each in route.dependencies)

    def limit(self, route: Route, kind: str, *, protected: bool) -> RequestLimit:
        """What limits one route."""
        handler = self.functions.handler(route)
        names = [*route.dependencies, *(self._decorators(handler) if handler is not None else ())]
        exempt = any(self.limiters.exempts(each) for each in names)
        limiter = next((found for each in names if (found := self.limiters.named(each))), "")
        if not limiter and route.handler.startswith(LIMITED):
            limiter = route.handler.partition(".")[0]
        if not limiter:
            limiter, off = self._of_class(route)
            exempt |= off
        if not limiter and handler is not None:
            limiter = self.limiters.inside(handler, guessed=kind in CREDENTIALS)
        if not limiter and not exempt:
            limiter = self._of_application(route, kind, protected=protected)
        return RequestLimit(
            span=route.span,
            symbol=route.symbol,
            scope=route.scope,
            resolution=route.resolution,
            route=route,
            kind=kind,
            limiter=limiter,
            exempt=exempt and not limiter,
            unknown=route.handler if route.resolution is Resolution.UNRESOLVED else "",
        )

    def _decorators(self, handler: Symbol) -> Iterator[str]:
        """Names of what stands on a handler and on its class."""
        summary = self.project.summary(handler.path)
        if summary is None:
            return
        index = handler.index
        while index >= 0:
            definition = summary.definitions[index]
            for each in definition.decorators:
                if isinstance(each, CallRef):
                    yield self.project.callee(handler.path, each.index).name
                    for given in summary.calls[each.index].arguments:
                        yield from self._inner(handler.path, given)
                else:
                    yield self.project.resolve_value(handler.path, each, definition.scope, definition.first_line).name
            index = definition.scope if not isinstance(definition, Function) or definition.scope >= 0 else -1

    def _inner(self, path: str, value: Value) -> Iterator[str]:
        """What `method_decorator(ratelimit(...))` and `throttle_classes([AnonRateThrottle])` are given."""
        if isinstance(value, CallRef):
            yield self.project.callee(path, value.index).name
        elif isinstance(value, Sequence):
            for item in value.items:
                if not isinstance(item, Constant):
                    yield self.project.resolve_value(path, item).name

    def _of_class(self, route: Route) -> tuple[str, bool]:
        """The throttles of a view class, and whether it takes itself out of those that hold elsewhere."""
        found = self.project.find(route.view) if route.view else None
        if found is None:
            return "", False
        view = Symbol(SymbolKind.CLASS, route.view, *found)
        for mark in CLASS_MARKS:
            member = self.project.member(view, mark)
            if member.kind is SymbolKind.FUNCTION:
                return f"{mark} of {route.view.rpartition('::')[2]}", False
            summary = self.project.summary(member.path) if member.kind is SymbolKind.VARIABLE else None
            if summary is None or member.index < 0:
                continue
            value = summary.assignments[member.index].value
            if isinstance(value, Sequence) and not value.items:
                return "", True
            if value is not None and value != Constant(None):
                return f"{mark} of {route.view.rpartition('::')[2]}", False
        return "", False

    def _of_application(self, route: Route, kind: str, *, protected: bool) -> str:
        for each in self.everywhere:
            if each.only == "login" and kind != "login":
                continue
            if each.only in ("rest", "anonymous") and route.framework != REST:
                continue
            if each.only == "anonymous" and protected:
                continue
            if each.prefix and not route.path.startswith(each.prefix):
                continue
            return each.what
        return ""
