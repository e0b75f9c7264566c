"""Database drivers: linked code in, one `Query` out for every call that hands SQL text to a cursor, connection or pool.

Covers psycopg 2 and 3, sqlite3, aiosqlite, PyMySQL, mysqlclient, MySQL Connector, asyncpg, aiomysql, aiopg, databases,
oracledb, cx_Oracle, pyodbc, pymssql, DuckDB, and the cursors that SQLAlchemy and Django hand out.
"""

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.sql_text import query, reads_as_sql
from readiness.model import Library, PieceKind, Project, Query, Resolution, Symbol, SymbolKind, Text
from readiness.model.summary import Call, CallRef, Constant, Member, Name, Starred, Value


class Driver(Struct, frozen=True):
    """What a driver's objects take."""

    library: str
    paramstyle: str
    dialect: str = ""
    methods: frozenset[str] = frozenset({"execute", "executemany"})
    """Methods whose first argument is SQL text."""


EXECUTE = frozenset({"execute", "executemany"})
SQLITE = Driver("sqlite3", "?", "sqlite", EXECUTE | {"executescript"})
PSYCOPG2 = Driver("psycopg2", "%s", "postgres", EXECUTE | {"mogrify", "copy_expert"})
PSYCOPG = Driver("psycopg", "%s", "postgres", EXECUTE | {"stream", "copy"})
ASYNCPG = Driver(
    "asyncpg", "$1", "postgres",
    EXECUTE | {"fetch", "fetchrow", "fetchval", "fetchmany", "cursor", "prepare", "copy_from_query"},
)  # fmt: skip
MYSQL = Driver("mysql", "%s", "mysql", EXECUTE | {"mogrify", "query"})
DATABASES = Driver(
    "databases", ":name", "", frozenset({"execute", "execute_many", "fetch_all", "fetch_one", "fetch_val", "iterate"})
)
ORACLE = Driver("oracledb", ":name", "oracle", EXECUTE | {"prepare", "parse"})
ODBC = Driver("pyodbc", "?", "")
DJANGO = Driver("django", "%s", "")
RAW = Driver("dbapi", "", "")
"""A cursor whose driver is not known here: that of a SQLAlchemy engine."""

CLASSES: dict[str, Driver] = {
    "sqlite3.Connection": SQLITE,
    "sqlite3.Cursor": SQLITE,
    "aiosqlite.Connection": SQLITE,
    "aiosqlite.Cursor": SQLITE,
    "psycopg2.extensions.connection": PSYCOPG2,
    "psycopg2.extensions.cursor": PSYCOPG2,
    "aiopg.Cursor": PSYCOPG2,
    "psycopg.Connection": PSYCOPG,
    "psycopg.AsyncConnection": PSYCOPG,
    "psycopg.Cursor": PSYCOPG,
    "psycopg.AsyncCursor": PSYCOPG,
    "psycopg.ClientCursor": PSYCOPG,
    "psycopg.ServerCursor": PSYCOPG,
    "psycopg.RawCursor": PSYCOPG,
    "asyncpg.Connection": ASYNCPG,
    "asyncpg.Pool": ASYNCPG,
    "pymysql.cursors.Cursor": MYSQL,
    "pymysql.connections.Connection": MYSQL,
    "MySQLdb.cursors.Cursor": MYSQL,
    "MySQLdb.connections.Connection": MYSQL,
    "mysql.connector.cursor.MySQLCursor": MYSQL,
    "aiomysql.Cursor": MYSQL,
    "asyncmy.cursors.Cursor": MYSQL,
    "databases.Database": DATABASES,
    "databases.core.Connection": DATABASES,
    "oracledb.Cursor": ORACLE,
    "oracledb.AsyncCursor": ORACLE,
    "cx_Oracle.Cursor": ORACLE,
    "pyodbc.Connection": ODBC,
    "pyodbc.Cursor": ODBC,
    "pymssql.Cursor": Driver("pymssql", "%s", "tsql"),
    "duckdb.DuckDBPyConnection": Driver("duckdb", "?", "duckdb", EXECUTE | {"sql", "query"}),
    "django.db.backends.utils.CursorWrapper": DJANGO,
    "sqlalchemy.pool.dbapi.Cursor": RAW,
}
SAME_CLASS = {
    "psycopg2._psycopg.cursor": "psycopg2.extensions.cursor",
    "psycopg2.extras.DictCursor": "psycopg2.extensions.cursor",
    "psycopg2.extras.RealDictCursor": "psycopg2.extensions.cursor",
    "psycopg2.extras.NamedTupleCursor": "psycopg2.extensions.cursor",
    "psycopg2._psycopg.connection": "psycopg2.extensions.connection",
    "asyncpg.connection.Connection": "asyncpg.Connection",
    "asyncpg.pool.Pool": "asyncpg.Pool",
    "asyncpg.pool.PoolConnectionProxy": "asyncpg.Connection",
    "pymysql.cursors.DictCursor": "pymysql.cursors.Cursor",
    "pymysql.cursors.SSCursor": "pymysql.cursors.Cursor",
    "pymysql.Connection": "pymysql.connections.Connection",
    "MySQLdb.cursors.DictCursor": "MySQLdb.cursors.Cursor",
    "aiosqlite.core.Connection": "aiosqlite.Connection",
    "aiosqlite.cursor.Cursor": "aiosqlite.Cursor",
    "databases.core.Database": "databases.Database",
    "psycopg.cursor.Cursor": "psycopg.Cursor",
    "psycopg.connection.Connection": "psycopg.Connection",
    "psycopg.cursor_async.AsyncCursor": "psycopg.AsyncCursor",
    "psycopg.connection_async.AsyncConnection": "psycopg.AsyncConnection",
    "django.db.backends.utils.CursorDebugWrapper": "django.db.backends.utils.CursorWrapper",
    "aiomysql.cursors.Cursor": "aiomysql.Cursor",
    "aiomysql.DictCursor": "aiomysql.Cursor",
}
"""Other names of the same thing, and kinds of cursor that take the same text."""


def _results() -> dict[str, str]:
    """What the calls of the drivers give: canonical callable -> class."""
    found: dict[str, str] = {}
    pairs = {
        "sqlite3": ("sqlite3.connect", "sqlite3.Connection", "sqlite3.Cursor"),
        "aiosqlite": ("aiosqlite.connect", "aiosqlite.Connection", "aiosqlite.Cursor"),
        "psycopg2": ("psycopg2.connect", "psycopg2.extensions.connection", "psycopg2.extensions.cursor"),
        "psycopg": ("psycopg.connect", "psycopg.Connection", "psycopg.Cursor"),
        "psycopg async": ("psycopg.AsyncConnection.connect", "psycopg.AsyncConnection", "psycopg.AsyncCursor"),
        "pymysql": ("pymysql.connect", "pymysql.connections.Connection", "pymysql.cursors.Cursor"),
        "MySQLdb": ("MySQLdb.connect", "MySQLdb.connections.Connection", "MySQLdb.cursors.Cursor"),
        "mysql": (
            "mysql.connector.connect",
            "mysql.connector.connection.MySQLConnection",
            "mysql.connector.cursor.MySQLCursor",
        ),
        "aiomysql": ("aiomysql.connect", "aiomysql.Connection", "aiomysql.Cursor"),
        "asyncmy": ("asyncmy.connect", "asyncmy.connection.Connection", "asyncmy.cursors.Cursor"),
        "aiopg": ("aiopg.connect", "aiopg.Connection", "aiopg.Cursor"),
        "oracledb": ("oracledb.connect", "oracledb.Connection", "oracledb.Cursor"),
        "oracledb async": ("oracledb.connect_async", "oracledb.AsyncConnection", "oracledb.AsyncCursor"),
        "cx_Oracle": ("cx_Oracle.connect", "cx_Oracle.Connection", "cx_Oracle.Cursor"),
        "pyodbc": ("pyodbc.connect", "pyodbc.Connection", "pyodbc.Cursor"),
        "pymssql": ("pymssql.connect", "pymssql.Connection", "pymssql.Cursor"),
        "duckdb": ("duckdb.connect", "duckdb.DuckDBPyConnection", "duckdb.DuckDBPyConnection"),
        "asyncpg": ("asyncpg.connect", "asyncpg.Connection", "asyncpg.cursor.CursorFactory"),
    }
    for connect, connection, cursor in pairs.values():
        found[connect] = connection
        found[f"{connection}.__enter__"] = connection
        found[f"{connection}.cursor"] = cursor
        found[f"{cursor}.__enter__"] = cursor
    for owner in ("sqlite3", "psycopg", "aiosqlite", "pyodbc"):
        cursor = f"{owner}.Cursor"
        found |= {
            f"{owner}.Connection.execute": cursor,
            f"{cursor}.execute": cursor,
            f"{owner}.Connection.executemany": cursor,
        }
    found |= {
        "psycopg.Connection.connect": "psycopg.Connection",
        "psycopg.AsyncConnection.execute": "psycopg.AsyncCursor",
        "pymysql.Connect": "pymysql.connections.Connection",
        "MySQLdb.Connect": "MySQLdb.connections.Connection",
        "asyncpg.create_pool": "asyncpg.Pool",
        "asyncpg.Pool.__enter__": "asyncpg.Pool",
        "asyncpg.Pool.acquire": "asyncpg.Connection",
        "psycopg_pool.ConnectionPool.connection": "psycopg.Connection",
        "psycopg_pool.ConnectionPool.getconn": "psycopg.Connection",
        "psycopg_pool.AsyncConnectionPool.connection": "psycopg.AsyncConnection",
        "psycopg_pool.AsyncConnectionPool.getconn": "psycopg.AsyncConnection",
        "psycopg2.pool.SimpleConnectionPool.getconn": "psycopg2.extensions.connection",
        "psycopg2.pool.ThreadedConnectionPool.getconn": "psycopg2.extensions.connection",
        "aiopg.create_pool": "aiopg.Pool",
        "aiopg.Pool.acquire": "aiopg.Connection",
        "aiomysql.create_pool": "aiomysql.Pool",
        "aiomysql.Pool.acquire": "aiomysql.Connection",
        "databases.Database.connection": "databases.core.Connection",
        "databases.Database.__enter__": "databases.Database",
        "django.db.connection": "django.db.backends.base.base.BaseDatabaseWrapper",
        "django.db.connections.__getitem__": "django.db.backends.base.base.BaseDatabaseWrapper",
        "django.db.connection.cursor": "django.db.backends.utils.CursorWrapper",
        "django.db.connections.cursor": "django.db.backends.utils.CursorWrapper",
        "django.db.backends.base.base.BaseDatabaseWrapper.cursor": "django.db.backends.utils.CursorWrapper",
        "django.db.backends.utils.CursorWrapper.__enter__": "django.db.backends.utils.CursorWrapper",
        "sqlalchemy.engine.Engine.raw_connection": "sqlalchemy.pool.dbapi.Connection",
        "sqlalchemy.pool.dbapi.Connection.cursor": "sqlalchemy.pool.dbapi.Cursor",
    }
    return found


library = Library(__name__, stage="data", provides=[Query], results=_results())

PACKAGES = frozenset(name.split(".", 1)[0] for name in CLASSES) - {"sqlalchemy", "django"} | {
    "psycopg_pool",
    "mysql",
    "aiopg",
}
METHODS = frozenset(method for driver in CLASSES.values() for method in driver.methods)
CURSOR_NAMES = frozenset(
    {
        "cursor",
        "cur",
        "curs",
        "conn",
        "connection",
        "con",
        "db",
        "database",
        "dbconn",
        "db_conn",
        "db_cursor",
        "db_connection",
        "sqlite_conn",
    }
)
INFERRED_METHODS = frozenset({"execute", "executemany", "executescript"})
KEYWORDS = frozenset({"sql", "query", "operation", "statement", "script", "sql_script", "stmt"})
COMPOSED = frozenset({"psycopg.sql.SQL", "psycopg2.sql.SQL"})


@library.recognises
def queries(project: Project) -> Iterator[Query]:
    """Every call that hands SQL text to a driver, by the class of its receiver; by its name where the class is not known."""
    drivers = set(project.imports(*sorted(PACKAGES)))
    for path in project.paths():
        summary = project.summary(path)
        if summary is None:
            continue
        for index, call in enumerate(summary.calls):
            method = _method(call.callee)
            found = None
            if method in METHODS and isinstance(call.callee, Member | Name):
                found = _executed(project, path, index, call, method, near=path in drivers)
            elif method == "SQL":
                found = _composed(project, path, index, call)
            if found is not None:
                yield found


def _method(callee: Value) -> str:
    """The last name of what is called."""
    if isinstance(callee, Name):
        return callee.dotted.rpartition(".")[2]
    return callee.name if isinstance(callee, Member) else ""


def _executed(project: Project, path: str, index: int, call: Call, method: str, *, near: bool) -> Query | None:
    argument = sql_argument(call)
    if argument is None:
        return None
    symbol = project.callee(path, index)
    driver, api = driver_of(project, symbol, method)
    if driver is not None:
        return query(
            project, path, index, argument, library=driver.library, api=api, parameters=_has_parameters(call),
            dialect=driver.dialect, paramstyle=driver.paramstyle,
        )  # fmt: skip
    if symbol.kind is not SymbolKind.UNKNOWN or method not in INFERRED_METHODS or not _named_like_cursor(call.callee):
        return None
    text = project.text_of(path, index, argument)
    if not (reads_as_sql(text) or (near and not _is_object(text))):
        return None
    return query(
        project, path, index, argument, library="dbapi", api=f"cursor.{method}", resolution=Resolution.INFERRED,
        parameters=_has_parameters(call), text=text,
    )  # fmt: skip


def driver_of(project: Project, symbol: Symbol, method: str) -> tuple[Driver | None, str]:
    """The driver whose method a callee is, and the canonical name of the sink."""
    if symbol.kind is SymbolKind.EXTERNAL:
        owner, _, name = symbol.name.rpartition(".")
        owner = SAME_CLASS.get(owner, owner)
        driver = CLASSES.get(owner)
        if driver is not None and name in driver.methods:
            return driver, f"{owner}.{name}"
    return None, ""


def sql_argument(call: Call) -> Value | None:
    """The argument that holds the text: the first one, or a keyword that says so."""
    if call.arguments:
        first = call.arguments[0]
        return None if isinstance(first, Starred) else first
    return next((value for name, value in call.keywords if name in KEYWORDS), None)


def _has_parameters(call: Call) -> bool:
    return len(call.arguments) > 1 or any(name not in KEYWORDS for name, _ in call.keywords)


def _named_like_cursor(callee: Value) -> bool:
    """`cursor.execute`, `self._conn.execute`, `connection.cursor().execute`."""
    if isinstance(callee, Name):
        parts = callee.dotted.split(".")
        return len(parts) > 1 and parts[-2].strip("_").lower() in CURSOR_NAMES
    return isinstance(callee, Member) and isinstance(callee.value, CallRef)


def _is_object(text: Text) -> bool:
    return bool(text.pieces) and all(piece.kind is PieceKind.STRUCTURE for piece in text.pieces)


def _composed(project: Project, path: str, index: int, call: Call) -> Query | None:
    """`psycopg.sql.SQL(text)` with anything but a literal takes text as it is."""
    if not call.arguments or isinstance(call.arguments[0], Constant):
        return None
    symbol = project.callee(path, index)
    if symbol.name not in COMPOSED:
        return None
    return query(
        project, path, index, call.arguments[0], library=symbol.name.split(".", 1)[0], api=symbol.name,
        dialect="postgres", paramstyle="%s",
    )  # fmt: skip
