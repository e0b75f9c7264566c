"""A call in, whether it asks the database and for what out; and the functions of the project that do so when they are called."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.django_orm.likelihood import Likelihood
from readiness.libraries.django_orm.querysets import QuerySets
from readiness.libraries.django_orm.relations import Relations
from readiness.libraries.django_orm.vocabulary import SHORTCUT_ONE
from readiness.libraries.sqlalchemy.selections import Form
from readiness.libraries.sqlalchemy.statements import Statements
from readiness.libraries.values.expressions import receiver, tail
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.libraries.values.surroundings import is_marked
from readiness.model import Code, Project, Query, Read, Scope, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Context, Function, Name, Summary, Value
from readiness.model.telling import tells

SCOPES = (Scope.SERVICE, Scope.SCRIPT)
"""Code in which a call is followed; the loops themselves are those of services."""
DEPTH = 3
"""Functions between a loop and a query."""
READS = frozenset(
    {
        "execute", "scalars", "scalar", "exec", "stream", "stream_scalars", "all", "first", "one", "one_or_none", "count",
        "get", "get_or_404", "first_or_404", "one_or_404", "scalar_one", "scalar_one_or_none", "refresh", "get_one",
        "fetch", "fetchrow", "fetchval", "fetch_one", "fetch_val", "fetch_all", "last", "exists", "latest", "earliest",
        "aggregate", "get_or_none", "in_bulk", "aget", "afirst", "acount", "aexists", "get_object_or_404",
        "aget_object_or_404",
    }
)  # fmt: skip
WRITES = frozenset(
    {
        "create", "get_or_create", "update_or_create", "update", "delete", "flush", "acreate", "aupdate", "adelete",
        "aget_or_create", "aupdate_or_create",
    }
)  # fmt: skip
COMMITS = frozenset({"commit"})
ENDS = READS | WRITES | COMMITS
SESSION_METHODS = frozenset(
    {"execute", "scalars", "scalar", "exec", "stream", "stream_scalars", "get", "get_one", "refresh", "flush", "commit"}
)
"""Methods of a session or connection that go to the database by themselves."""
QUERY_METHODS = frozenset({"all", "first", "one", "one_or_none", "scalar", "count", "get", "delete", "update"})
SESSIONS = frozenset(
    {"Session", "AsyncSession", "scoped_session", "async_scoped_session", "Connection", "AsyncConnection", "Engine"}
)
QUERIES = frozenset({"Query", "RowReturningQuery"})
ORM = ("sqlalchemy.", "sqlmodel.", "flask_sqlalchemy.")
MODEL_WRITES = frozenset({"save", "delete", "refresh_from_db", "asave", "adelete"})
"""Methods of a Django model's object that go to the database."""
QUEUEING = frozenset({"huey"})
"""Packages of which a call of a decorated function puts it into a queue (huey 2.5); those of others run it at once."""
REMEMBERING = ("cache", "memoize", "memoise", "cached", "lru", "region")
"""What the name of a decorator says that keeps results."""
BATCHED = ("", "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "VALUES")
"""Statements that one statement for several rows could stand for; `CREATE` and `SET` are none."""
SINKS = frozenset({"execute", "executemany", "fetch", "fetchrow", "fetchval", "fetch_all", "fetch_one", "fetch_val"})


class Asked(Struct, frozen=True):
    """A query behind a call."""

    kind: str
    """`read`, `write`, `commit`."""
    path: str
    index: int
    """The call that goes to the database."""
    through: tuple[str, ...] = ()
    """Functions on the way, outermost first."""
    steps: tuple[tuple[str, int], ...] = ()
    """The call in each of them that leads on, the query in the last."""
    conditional: bool = False


class Asking:
    """Knows the queries of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.following = Following(project)
        self.statements = Statements(self.following)
        self.sets = QuerySets(self.following)
        self.likely = Likelihood(project)
        self.relations = Relations(self.sets, self.likely)
        self._orm: dict[str, bool] = {}
        self.django = bool(project.imports("django"))
        self._sinks: dict[str, set[tuple[int, int]]] = {}
        self._reads: dict[str, set[tuple[int, int]]] = {}
        self._known: dict[tuple[str, int, int], Asked | None] = {}
        self._by_scope: dict[str, dict[int, list[int]]] = {}
        self._functions = project.shared(_functions)

    def _knows_orm(self, path: str) -> bool:
        """The file imports SQLAlchemy."""
        if path not in self._orm:
            summary = self.project.summary(path)
            tops = {each.module.partition(".")[0] for each in summary.imports if not each.level} if summary else set()
            self._orm[path] = not tops.isdisjoint({"sqlalchemy", "sqlmodel", "flask_sqlalchemy"})
        return self._orm[path]

    def sinks(self, path: str) -> set[tuple[int, int]]:
        """Lines and columns of the calls of a file that send SQL text which can be sent for several rows at once."""
        if path not in self._sinks:
            self._sinks[path] = {
                (each.span.line, each.span.column)
                for each in self.project.each_in(Query, path)
                if each.api.rpartition(".")[2] in SINKS and each.statement in BATCHED
            }
        return self._sinks[path]

    def reads(self, path: str) -> set[tuple[int, int]]:
        """Lines and columns of what takes several rows in a file."""
        if path not in self._reads:
            self._reads[path] = {(each.span.line, each.span.column) for each in self.project.each_in(Read, path)}
        return self._reads[path]

    def direct(self, path: str, index: int, call: Call) -> str:
        """`read`, `write` or `commit` where the call itself goes to the database, else empty."""
        name = tail(call.callee)
        if name not in ENDS and name not in SINKS and name not in MODEL_WRITES:
            return ""
        span = self.project.span(path, index)
        key = (span.line, span.column)
        if key in self.sinks(path):
            return "read"
        symbol = self.project.callee(path, index)
        if symbol.kind is SymbolKind.EXTERNAL:
            found = _external(symbol.name, name)
            return found or (self._django(path, index, call, name, symbol.name, key in self.reads(path)))
        if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.CLASS, SymbolKind.BUILTIN):
            return ""
        if key in self.reads(path):
            return _kind(name)
        origin = receiver(call.callee)
        if origin is None:
            return ""
        kind = self._django(path, index, call, name, "", read=False)
        if kind or name not in ENDS:
            return kind
        place = Place(CallRef(index), self.following.entry_frame(path, call.scope), call.line)
        if self._knows_orm(path) or _like_session(origin):
            if name in SESSION_METHODS and _like_session(origin):
                return _kind(name)
            if name in QUERY_METHODS | {"get_or_404", "first_or_404"} and self.statements.read(place):
                return _kind(name)
        return ""

    def _django(self, path: str, index: int, call: Call, name: str, dotted: str, read: bool) -> str:
        """What a method of a query set, of a manager or of a model's object does, or a shortcut that reads one row."""
        if not self.django:
            return ""
        if dotted in SHORTCUT_ONE:
            return "read"
        if read:
            return _kind(name)
        origin = receiver(call.callee)
        if origin is None:
            return ""
        if name in MODEL_WRITES and self._is_row(path, call, origin):
            return "write" if name != "refresh_from_db" else "read"
        if name not in ENDS or (dotted and not _of_models(dotted)):
            return ""
        if not self.likely.rows(path, CallRef(index), call.scope):
            return ""
        place = Place(CallRef(index), self.following.entry_frame(path, call.scope), call.line)
        return _kind(name) if any(each.form is Form.ONE for each in self.sets.read(place)) else ""

    def _is_row(self, path: str, call: Call, origin: Value) -> bool:
        kind = self.project.type_of(path, origin, call.scope, call.line)
        return kind.kind is SymbolKind.CLASS and self.sets.models.is_model(kind)

    def sites(self, path: str) -> Iterator[tuple[int, Asked]]:
        """Calls in loops of a file that go to the database, themselves or through functions."""
        summary = self.project.summary(path)
        for index in repeated_calls(summary) if summary is not None else ():
            asked = self._asked(path, index, summary.calls[index], DEPTH) if summary is not None else None
            if asked is not None:
                yield index, asked

    def _asked(self, path: str, index: int, call: Call, depth: int) -> Asked | None:
        """The query behind a call, at most so many functions away."""
        kind = self.direct(path, index, call)
        if kind:
            return Asked(kind, path, index)
        if not depth:
            return None
        self.project.looks_up(functions_named, tail(call.callee))
        if tail(call.callee) not in self._functions:
            return None
        symbol = self.project.callee(path, index)
        if symbol.kind is not SymbolKind.FUNCTION or self.project.files[symbol.path].scope not in SCOPES:
            return None
        return self._within(symbol, depth)

    def _within(self, symbol: Symbol, depth: int) -> Asked | None:
        """The first query of a function, the unconditional ones before the others."""
        key = (symbol.path, symbol.index, depth)
        if key in self._known:
            return self._known[key]
        self._known[key] = None  # while it is open: a function that calls itself
        summary = self.project.summary(symbol.path)
        definition = summary.definitions[symbol.index] if summary is not None and symbol.index >= 0 else None
        if summary is None or not isinstance(definition, Function):
            return None
        if definition.generator or _remembers(summary, definition) or self._is_queued(symbol.path, definition):
            return None
        best: Asked | None = None
        for index in self._calls(symbol.path, summary).get(symbol.index, ()):
            call = summary.calls[index]
            inner = self._asked(symbol.path, index, call, depth - 1)
            if inner is None or inner.kind == "commit":
                continue
            conditional = inner.conditional or bool(call.context & (Context.CONDITION | Context.EXCEPT))
            steps = ((symbol.path, index), *inner.steps)
            found = Asked(inner.kind, inner.path, inner.index, (symbol.name, *inner.through), steps, conditional)
            if best is None or (best.conditional and not conditional):
                best = found
            if not best.conditional:
                break
        self._known[key] = best
        return best

    def _is_queued(self, path: str, function: Function) -> bool:
        """A call does not run the function, a worker does so later."""
        return any(
            is_marked(self.project, path, each, function.scope, function.line, QUEUEING) for each in function.decorators
        )

    def _calls(self, path: str, summary: Summary) -> dict[int, list[int]]:
        """The calls of each function that stand in no loop of it; those are sites of their own."""
        if path not in self._by_scope:
            by_scope: dict[int, list[int]] = {}
            for index, call in enumerate(summary.calls):
                if not call.context & Context.LOOP:
                    by_scope.setdefault(call.scope, []).append(index)
            self._by_scope[path] = by_scope
        return self._by_scope[path]


def repeated_calls(summary: Summary) -> list[int]:
    """Calls in loops; what runs when a turn fails is rare."""
    loop, failing = int(Context.LOOP), int(Context.EXCEPT)
    return [index for index, call in enumerate(summary.calls) if call.context & loop and not call.context & failing]


@tells
def functions_named(summary: Summary) -> dict[str, bool]:
    """The names of the functions of a file."""
    return {each.name: True for each in summary.definitions if isinstance(each, Function)}


def _functions(code: Code) -> frozenset[str]:
    """The names of all functions."""
    summaries = [code.summary(path) for path in code.paths(*SCOPES)]
    return frozenset([name for each in summaries if each is not None for name in functions_named(each)])


def _external(dotted: str, name: str) -> str:
    owner = dotted.split(".")[-2:-1]
    if not dotted.startswith(ORM) or not owner:
        return ""
    if owner[0] in SESSIONS and name in SESSION_METHODS:
        return _kind(name)
    return _kind(name) if owner[0] in QUERIES and name in QUERY_METHODS else ""


def _of_models(dotted: str) -> bool:
    """A method behind a manager or a model of another package: `django.db.models.Model.objects.get`."""
    return dotted.startswith("django.") or ".models." in dotted or ".objects." in dotted


def _kind(name: str) -> str:
    if name in COMMITS:
        return "commit"
    return "write" if name in WRITES or name in MODEL_WRITES else "read"


def _like_session(origin: Value) -> bool:
    return isinstance(origin, Name) and origin.dotted.rpartition(".")[2].strip("_") in (
        "session",
        "db_session",
        "dbsession",
    )


def _remembers(summary: Summary, function: Function) -> bool:
    """A decorator keeps what the function gives."""
    for each in function.decorators:
        name = tail(summary.calls[each.index].callee if isinstance(each, CallRef) else each).lower()
        if any(word in name for word in REMEMBERING):
            return True
    return False
