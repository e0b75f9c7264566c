"""The function that answers a health request in, whether it asks a dependency, and whether it can tell that one is down, out."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence

from msgspec import Struct

from readiness.languages.python.names import last_name
from readiness.languages.python.walking import walk
from readiness.libraries.capabilities import CAPABILITIES
from readiness.model import Project, Query, Read, Route, Span, Symbol, SymbolKind
from readiness.model.summary import Call, Context, Summary

HOSTS = frozenset(
    {"django", "djangorestframework", "google", "azure", "github", "sentry_sdk", "joblib", "langchain", "urllib"}
)
"""Packages that do more than speak to a dependency: their mere name says nothing."""
CLIENTS = (
    CAPABILITIES["database"] | CAPABILITIES["cache"] | CAPABILITIES["http client"] | CAPABILITIES["tasks"]
) - HOSTS
ASKING = (
    "django.db.connection", "django.db.models.", "django.db.migrations.", "django.db.transaction.", "django.core.cache.",
    "urllib.request.", "health_check.", "fastapi_health.", "watchman.", "django_healthchecks.", "django_alive.", "healthcheck.",
)  # fmt: skip
MAKING = frozenset(
    {"close", "sessionmaker", "create_engine", "create_async_engine", "Session", "AsyncSession", "remove", "expire_all"}
)
"""Calls of a client that send nothing."""
SENDING = frozenset(
    {
        "execute", "scalar", "scalars", "exec", "ping", "connect", "command", "fetchval", "fetch", "fetchrow", "fetchone",
        "fetchall", "first", "one", "all", "get", "head", "post", "request", "ensure_connection", "cursor", "begin", "info",
    }
)  # fmt: skip
"""Methods that send something to a dependency."""
KNOWN = (
    frozenset(sys.stdlib_module_names)
    | CAPABILITIES["web"]
    | CAPABILITIES["logging"]
    | CAPABILITIES["metrics"]
    | CAPABILITIES["templates"]
    | CAPABILITIES["authentication"]
)
"""Packages of which it is known that they ask nothing by themselves."""
DEPTH = 3
CALLS = 400
FUNCTIONS = 40
STATUS_NAMES = (
    "HTTP_4",
    "HTTP_5",
    "SERVICE_UNAVAILABLE",
    "INTERNAL_SERVER_ERROR",
    "HttpResponseServerError",
    "ServiceUnavailable",
)
STATUSES = range(400, 600)


class Asked(Struct, frozen=True):
    """What a health endpoint does."""

    asks: bool = False
    can_fail: bool | None = None
    opaque: bool = False
    told: Span | None = None
    """Where a failure gets lost."""


class Asking(Struct, frozen=True):
    """One line that asks a dependency."""

    function: Symbol
    line: int
    sends: bool
    """It sends something; making a client does not."""


class Handlers:
    """Looks into the functions behind the health endpoints of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._data: dict[str, list[int]] = {}
        for fact in (*project.each(Query), *project.each(Read)):
            self._data.setdefault(fact.symbol, []).append(fact.span.line)

    def of_route(self, route: Route) -> Asked:
        """What the handler of a route, and what it depends on, does."""
        if route.handler.startswith(ASKING):
            return Asked(asks=True)
        place = self.project.find(route.handler)
        if place is None:
            return Asked(opaque=True)
        found = self.of_function(*place)
        if found.asks:
            return found
        for dependency in route.dependencies:
            there = self.project.find(dependency)
            if there is not None and self._sends(dependency, there):
                return Asked(asks=True, can_fail=True)
        return found

    def of_function(self, path: str, index: int) -> Asked:
        """What a function, with the project functions that it calls, does."""
        project = self.project
        symbol = Symbol(SymbolKind.FUNCTION, project.symbol(path, index), path, index)
        reached = [
            each for each in project.reached_from(symbol, DEPTH) if each.kind is SymbolKind.FUNCTION and each.path
        ][:FUNCTIONS]
        asking: list[Asking] = []
        opaque, seen = False, 0
        for function in reached:
            asking.extend(Asking(function, line, sends=True) for line in self._data.get(function.name, ()))
            summary = project.summary(function.path)
            for index in project.calls_in(function) if summary is not None else ():
                seen += 1
                if summary is None or seen > CALLS:
                    opaque = True
                    break
                callee = project.callee(function.path, index)
                if _asks(callee):
                    sends = callee.name.rpartition(".")[2] in SENDING
                    asking.append(Asking(function, summary.calls[index].line, sends))
                opaque |= _may_ask(callee, summary.calls[index])
        if not asking:
            # It says under some condition that something is wrong: whom it asked for that is not known.
            return Asked(opaque=opaque or self._answers_errors([symbol]))
        lost = self._lost(reached, asking)
        if lost is None:
            return Asked(asks=True, can_fail=True)
        return Asked(asks=True, can_fail=self._answers_errors(reached), told=lost)

    def _sends(self, name: str, place: tuple[str, int]) -> bool:
        """A dependency of the route asks something; one that only makes and closes a session does not."""
        path, index = place
        called = [
            self.project.callee(path, call)
            for call in self.project.calls_in(Symbol(SymbolKind.FUNCTION, name, path, index))
        ]
        return any(_asks(callee) and callee.name.rpartition(".")[2] in SENDING - MAKING for callee in called)

    def _lost(self, reached: Sequence[Symbol], asking: Sequence[Asking]) -> Span | None:
        """The clause that catches what every asking call raises and raises nothing itself; None where one gets through."""
        first: Span | None = None
        names = {each.function.name for each in asking}
        for each in [each for each in asking if each.sends] or asking:
            summary = self.project.summary(each.function.path)
            line = _clause(summary, each.function.index, each.line) if summary is not None else 0
            found = Span(each.function.path, line) if line else self._around(reached, names)
            if found is None:
                return None
            first = first or found
        return first

    def _around(self, reached: Sequence[Symbol], names: set[str]) -> Span | None:
        """A clause of one function around a call of another one that asks."""
        for function in reached:
            summary = self.project.summary(function.path)
            for call in self.project.calls_in(function) if summary is not None else ():
                if summary is not None and self.project.callee(function.path, call).name in names:
                    line = _clause(summary, function.index, summary.calls[call].line)
                    if line:
                        return Span(function.path, line)
        return None

    def _answers_errors(self, reached: Sequence[Symbol]) -> bool:
        """Some status of 400 or more, or a `raise`, stands in the functions."""
        for function in reached:
            summary, tree = self.project.summary(function.path), self.project.tree(function.path)
            if summary is None or tree is None:
                return True
            definition = summary.definitions[function.index]
            for node in walk(tree):
                if definition.line <= getattr(node, "lineno", 0) <= definition.end_line and _tells(node):
                    return True
        return False


def _asks(callee: Symbol) -> bool:
    if callee.kind is not SymbolKind.EXTERNAL:
        return False
    return callee.name.partition(".")[0] in CLIENTS or callee.name.startswith(ASKING)


def _may_ask(callee: Symbol, call: Call) -> bool:
    """What is called is not known, or is of a package that nothing is known of, and something is made of what it says."""
    if callee.kind is SymbolKind.UNKNOWN:
        return bool(call.context & Context.AWAITED)
    return (
        callee.kind is SymbolKind.EXTERNAL
        and callee.name.partition(".")[0] not in KNOWN
        and not call.context & (Context.DISCARDED | Context.DECORATOR)
    )


def _clause(summary: Summary, scope: int, line: int) -> int:
    """Line of the clause that catches what a line of a function raises and raises nothing itself; 0 without one."""
    around = [each for each in summary.handlers if each.scope == scope and each.try_line <= line <= each.try_end_line]
    if not around or any(each.raises for each in around):
        return 0
    return around[0].line


def _tells(node: ast.AST) -> bool:
    match node:
        case ast.Raise():
            return True
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return value in STATUSES
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return any(each in name for each in STATUS_NAMES)
        case ast.Call(func=function):
            return last_name(function) == "abort"
    return False
