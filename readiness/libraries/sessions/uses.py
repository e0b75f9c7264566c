"""Linked code in, one `SessionUse` out for every call that takes a session, connection or cursor, with what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.sessions.releasing import Found, closes, kept, released
from readiness.libraries.values.expressions import called, keyword, tail
from readiness.libraries.values.reaching import class_node
from readiness.model import Library, Project, Release, Route, Scope, SessionUse, Symbol, SymbolKind
from readiness.model.summary import Assignment, Call, CallRef, Class, Context, Function, Member, Name, Summary, Value

library = Library(__name__, stage="joined", provides=[SessionUse])

ORM_SESSIONS = (
    "sqlalchemy.orm.Session", "sqlalchemy.orm.session.Session", "sqlmodel.Session", "sqlmodel.orm.session.Session",
    "sqlalchemy.ext.asyncio.AsyncSession", "sqlalchemy.ext.asyncio.session.AsyncSession",
    "sqlmodel.ext.asyncio.session.AsyncSession", "sqlalchemy.orm.sessionmaker.__call__",
    "sqlalchemy.ext.asyncio.async_sessionmaker.__call__",
)  # fmt: skip
CONNECTS = (
    "sqlalchemy.engine.Engine.connect", "sqlalchemy.engine.Engine.raw_connection", "sqlalchemy.ext.asyncio.AsyncEngine.connect",
    "sqlite3.connect", "aiosqlite.connect", "psycopg2.connect", "psycopg.connect", "psycopg.Connection.connect",
    "psycopg.AsyncConnection.connect", "asyncpg.connect", "asyncpg.Pool.acquire", "pymysql.connect", "pymysql.Connect",
    "MySQLdb.connect", "MySQLdb.Connect", "mysql.connector.connect", "aiomysql.connect", "aiomysql.Pool.acquire",
    "aiopg.Pool.acquire", "asyncmy.connect", "oracledb.connect", "oracledb.connect_async", "cx_Oracle.connect",
    "pyodbc.connect", "pymssql.connect", "duckdb.connect", "psycopg_pool.ConnectionPool.getconn",
    "psycopg_pool.ConnectionPool.connection", "psycopg_pool.AsyncConnectionPool.getconn",
    "psycopg_pool.AsyncConnectionPool.connection", "psycopg2.pool.SimpleConnectionPool.getconn",
    "psycopg2.pool.ThreadedConnectionPool.getconn",
)  # fmt: skip
CURSORS = (
    "django.db.connection.cursor", "django.db.connections.cursor", "django.db.backends.base.base.BaseDatabaseWrapper.cursor",
)  # fmt: skip
"""Cursors of a connection that lives on; those of a connection that is closed go with it."""
KINDS = {
    **dict.fromkeys(ORM_SESSIONS, "session"),
    **dict.fromkeys(CONNECTS, "connection"),
    **dict.fromkeys(CURSORS, "cursor"),
}
NOT_CLOSED_BY_WITH = frozenset({"sqlite3.connect", "psycopg2.connect", "pyodbc.connect"})
"""Their `with` ends the transaction and leaves the connection open (sqlite3 of Python 3.14, psycopg2 2.9, pyodbc 5.2)."""
LAST_NAMES = frozenset(name.rpartition(".")[2] for name in KINDS) - {"__call__"}
PACKAGES = tuple(sorted({name.partition(".")[0] for name in KINDS}))
SAME_OBJECT = frozenset({"execution_options"})
"""Methods that give back the connection they are called on."""
TAKERS = frozenset({"closing", "aclosing", "enter_context", "enter_async_context"})
SCOPES = (Scope.SERVICE,)
FACTORY_STEPS = 2
"""Functions around a factory whose callers are looked at."""


@library.recognises
def sessions(project: Project) -> Iterator[SessionUse]:
    """Every acquisition in service code and scripts, and the calls of functions that hand a new one out."""
    finder = Finder(project)
    makers = finder.makers()
    for path in project.paths(*SCOPES):
        summary = project.summary(path)
        if summary is None:
            continue
        names = LAST_NAMES | makers | {each.alias for each in summary.imports if each.name in LAST_NAMES}
        for index in project.calls_to(path, names):
            api = finder.api(path, index)
            if api:
                yield from finder.use(path, index, api, FACTORY_STEPS)


class Finder:
    """Follows the acquisitions of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.dependencies = {name for route in project.each(Route) for name in route.dependencies}

    def makers(self) -> set[str]:
        """Names, as written, of what is made by `sessionmaker(...)`, wherever it is imported to."""
        found = {"sessionmaker", "async_sessionmaker"}
        names: set[str] = set()
        for path in self.project.imports("sqlalchemy", "sqlmodel"):
            summary = self.project.summary(path)
            if summary is None:
                continue
            written = found | {each.alias for each in summary.imports if each.name in found}
            for each in summary.assignments:
                made = each.value
                if isinstance(made, CallRef) and tail(summary.calls[made.index].callee) in written:
                    names.add(each.target.rpartition(".")[2])
        if names:
            for path in self.project.paths(*SCOPES):
                summary = self.project.summary(path)
                names.update(one.alias for one in (summary.imports if summary is not None else ()) if one.name in names)
        return names

    def api(self, path: str, index: int) -> str:
        """The canonical name of what a call takes a session or connection by; empty for any other call."""
        symbol = self.project.callee(path, index)
        if symbol.kind is SymbolKind.EXTERNAL:
            return symbol.name if symbol.name in KINDS else ""
        if symbol.kind is not SymbolKind.VARIABLE and symbol.kind is not SymbolKind.UNKNOWN:
            return ""
        summary = self.project.summary(path)
        call = summary.calls[index] if summary is not None else None
        if call is None or not isinstance(call.callee, Name):
            return ""
        made = self.project.creation(path, call.callee, call.scope, call.line)
        maker = (
            made.maker.name.rpartition(".")[2] if made is not None and made.maker.kind is SymbolKind.EXTERNAL else ""
        )
        if maker not in ("sessionmaker", "async_sessionmaker"):
            return ""
        return f"sqlalchemy.{'orm' if maker == 'sessionmaker' else 'ext.asyncio'}.{maker}.__call__"

    def use(self, path: str, index: int, api: str, steps: int) -> Iterator[SessionUse]:
        """The fact for one acquisition; where a function returns it, those for the calls of that function too."""
        summary = self.project.summary(path)
        if summary is None:
            return
        call = summary.calls[index]
        if call.context & (Context.DECORATOR | Context.ANNOTATION | Context.DEFAULT):
            return
        if KINDS[api] == "session" and self._borrows(path, call):
            return
        (release, how), name = self._release(path, summary, index, call, api)
        factory = self._enclosing(path, summary, call.scope) if release is Release.HANDED_OVER else None
        if factory is not None and "return" in how:
            if factory.name in self.dependencies:
                release, how = Release.NEVER, "a dependency returns it, so nothing closes it after the request"
            elif steps:
                for where, caller in self.project.callers(factory):
                    if where in self.project.files and self.project.files[where].scope in SCOPES:
                        yield from self.use(where, caller, api, steps - 1)
        yield SessionUse(
            span=self.project.span(path, index),
            symbol=self.project.symbol(path, call.scope),
            scope=self.project.files[path].scope,
            library=api.partition(".")[0],
            kind=KINDS[api],
            api=api,
            release=release,
            how=how,
            managed=bool(call.context & Context.WITH_ITEM),
            name=name,
        )

    def _borrows(self, path: str, call: Call) -> bool:
        """The session works on a connection that somebody else holds."""
        bind = keyword(call, "bind") or (call.arguments[0] if call.arguments else None)
        summary = self.project.summary(path)
        if bind is None or summary is None:
            return False
        if isinstance(bind, CallRef):
            return tail(summary.calls[bind.index].callee) in ("connection", "get_bind")
        kind = self.project.type_of(path, bind, call.scope, call.line)
        return kind.name.rpartition(".")[2] in ("Connection", "AsyncConnection")

    def _enclosing(self, path: str, summary: Summary, scope: int) -> Symbol | None:
        if scope < 0 or not isinstance(summary.definitions[scope], Function):
            return None
        return Symbol(SymbolKind.FUNCTION, self.project.symbol(path, scope), path, scope)

    def _release(self, path: str, summary: Summary, index: int, call: Call, api: str) -> tuple[Found, str]:
        direct = self._direct(path, summary, index, call, api)
        if direct is not None:
            return direct, ""
        bound = next((each for each in summary.assignments if each.value == CallRef(index)), None)
        if bound is None:
            return self._unbound(summary, index), ""
        return self._bound(path, summary, bound, call), bound.target

    def _direct(self, path: str, summary: Summary, index: int, call: Call, api: str) -> Found | None:
        if call.context & Context.WITH_ITEM:
            if api in NOT_CLOSED_BY_WITH:
                return (
                    Release.NEVER,
                    f"`with` ends the transaction of {api.partition('.')[0]} but does not close the connection",
                )
            return Release.MANAGED, "`with` closes it"
        for outer_index, outer in enumerate(summary.calls):
            if CallRef(index) in outer.arguments or any(value == CallRef(index) for _, value in outer.keywords):
                if called(self.project, path, outer_index) in TAKERS:
                    return Release.MANAGED, f"`{tail(outer.callee)}` closes it"
                return Release.HANDED_OVER, f"`{tail(outer.callee)}` is given it"
            if isinstance(outer.callee, Member) and outer.callee.value == CallRef(index):
                if outer.callee.name in SAME_OBJECT:
                    return (
                        self._direct(path, summary, outer_index, outer, api)
                        if outer.context & Context.WITH_ITEM
                        else None
                    )
                if outer.context & Context.WITH_ITEM and outer.callee.name == "begin":
                    return Release.MANAGED, "`with` closes it"
                if outer.callee.name != "close":
                    return Release.NEVER, f"it is used once, by `.{outer.callee.name}()`, and dropped"
        return None

    @staticmethod
    def _unbound(summary: Summary, index: int) -> Found:
        for each in summary.returns:
            if each.value == CallRef(index):
                if each.yields:
                    return Release.NEVER, "it is handed out by `yield` and never closed"
                return Release.HANDED_OVER, "it is returned"
        if summary.calls[index].context & Context.RETURNED:
            return Release.HANDED_OVER, "it is returned"
        return Release.UNKNOWN, "what becomes of it could not be followed"

    def _bound(self, path: str, summary: Summary, bound: Assignment, call: Call) -> Found:
        target = bound.target
        if call.scope < 0:
            return Release.SHARED, f"`{target}` is made once, when the module is imported"
        definition = summary.definitions[call.scope]
        if not isinstance(definition, Function):
            return Release.UNKNOWN, "what becomes of it could not be followed"
        if target.startswith("self."):
            owner = summary.definitions[definition.scope] if definition.scope >= 0 else None
            tree = self.project.tree(path) if isinstance(owner, Class) else None
            node = class_node(tree, owner) if tree is not None and isinstance(owner, Class) else None
            if node is None:
                return Release.UNKNOWN, "what becomes of it could not be followed"
            return kept(node, target.removeprefix("self."))
        if "." in target or target.endswith("[]"):
            return Release.HANDED_OVER, f"`{target}` keeps it"
        function = self.project.function(path, call.scope)
        if function is None:
            return Release.UNKNOWN, "what becomes of it could not be followed"
        others = {each.alias for each in summary.imports if each.name in TAKERS}
        return released(function, target, others, self._closers(path, call.scope, target))

    def _closers(self, path: str, scope: int, name: str, steps: int = 2) -> set[str]:
        """What the project's own functions are called here that are given `name` and close it."""
        summary = self.project.summary(path)
        if summary is None or steps == 0:
            return set()
        found = set()
        for index in self.project.called_in(path, scope):
            call = summary.calls[index]
            given: list[tuple[int | str, Value]] = [*enumerate(call.arguments), *call.keywords]
            if Name(name) not in (value for _, value in given):
                continue
            symbol = self.project.callee(path, index)
            node = self.project.function(symbol.path, symbol.index) if symbol.kind is SymbolKind.FUNCTION else None
            if node is None:
                continue
            names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
            names = names[1:] if names[:1] in (["self"], ["cls"]) else names
            for place, value in given:
                inner = place if isinstance(place, str) else names[place] if place < len(names) else ""
                if value == Name(name) and inner:
                    further = self._closers(symbol.path, symbol.index, inner, steps - 1)
                    if closes(node, inner, further):
                        found.add(tail(call.callee))
        return found
