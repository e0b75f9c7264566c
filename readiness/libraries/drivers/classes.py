"""The classes of database drivers: which methods take SQL text, and how each driver marks a parameter."""

from msgspec import Struct

from readiness.model import Symbol, SymbolKind


class Driver(Struct, frozen=True):
    """What a driver's objects take."""

    library: str
    paramstyle: str
    dialect: str = ""
    methods: frozenset[str] = frozenset({"execute", "executemany"})
    """Methods whose first argument is SQL text."""


EXECUTE = frozenset({"execute", "executemany"})
SQLITE = Driver("sqlite3", "?", "sqlite", EXECUTE | {"executescript", "execute_fetchall", "execute_insert"})
PSYCOPG2 = Driver("psycopg2", "%s", "postgres", EXECUTE | {"mogrify", "copy_expert"})
PSYCOPG = Driver("psycopg", "%s", "postgres", EXECUTE | {"stream", "copy"})
PSYCOPG_RAW = Driver("psycopg", "$1", "postgres", EXECUTE | {"stream", "copy"})
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
    "psycopg.RawCursor": PSYCOPG_RAW,
    "psycopg.AsyncRawCursor": PSYCOPG_RAW,
    "psycopg.AsyncClientCursor": PSYCOPG,
    "psycopg.AsyncServerCursor": PSYCOPG,
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
    "psycopg2.extras.DictConnection": "psycopg2.extensions.connection",
    "psycopg2.extras.RealDictConnection": "psycopg2.extensions.connection",
    "psycopg2._psycopg.connection": "psycopg2.extensions.connection",
    "asyncpg.connection.Connection": "asyncpg.Connection",
    "asyncpg.pool.Pool": "asyncpg.Pool",
    "asyncpg.pool.PoolConnectionProxy": "asyncpg.Connection",
    "asyncpg.prepared_stmt.PreparedStatement": "asyncpg.PreparedStatement",
    "pymysql.cursors.DictCursor": "pymysql.cursors.Cursor",
    "pymysql.cursors.SSCursor": "pymysql.cursors.Cursor",
    "pymysql.cursors.SSDictCursor": "pymysql.cursors.Cursor",
    "pymysql.Connection": "pymysql.connections.Connection",
    "MySQLdb.cursors.DictCursor": "MySQLdb.cursors.Cursor",
    "MySQLdb.cursors.SSCursor": "MySQLdb.cursors.Cursor",
    "MySQLdb.cursors.SSDictCursor": "MySQLdb.cursors.Cursor",
    "MySQLdb.Connection": "MySQLdb.connections.Connection",
    "mysql.connector.cursor.MySQLCursorDict": "mysql.connector.cursor.MySQLCursor",
    "mysql.connector.cursor.MySQLCursorBuffered": "mysql.connector.cursor.MySQLCursor",
    "mysql.connector.cursor_cext.CMySQLCursor": "mysql.connector.cursor.MySQLCursor",
    "mysql.connector.aio.abstracts.MySQLCursorAbstract": "mysql.connector.cursor.MySQLCursor",
    "mysql.connector.abstracts.MySQLCursorAbstract": "mysql.connector.cursor.MySQLCursor",
    "aiosqlite.core.Connection": "aiosqlite.Connection",
    "aiosqlite.cursor.Cursor": "aiosqlite.Cursor",
    "databases.core.Database": "databases.Database",
    "psycopg.cursor.Cursor": "psycopg.Cursor",
    "psycopg.connection.Connection": "psycopg.Connection",
    "psycopg.server_cursor.ServerCursor": "psycopg.ServerCursor",
    "psycopg.client_cursor.ClientCursor": "psycopg.ClientCursor",
    "psycopg.cursor_async.AsyncCursor": "psycopg.AsyncCursor",
    "psycopg.connection_async.AsyncConnection": "psycopg.AsyncConnection",
    "django.db.backends.utils.CursorDebugWrapper": "django.db.backends.utils.CursorWrapper",
    "aiomysql.cursors.Cursor": "aiomysql.Cursor",
    "aiomysql.DictCursor": "aiomysql.Cursor",
}
"""Other names of the same thing, and kinds of cursor that take the same text."""


def driver_class(symbol: Symbol) -> tuple[Driver | None, str]:
    """The driver of a class, and the class's canonical name."""
    if symbol.kind is not SymbolKind.EXTERNAL:
        return None, ""
    name = SAME_CLASS.get(symbol.name, symbol.name)
    return CLASSES.get(name), name


def driver_method(symbol: Symbol) -> tuple[Driver | None, str, str]:
    """The driver of the class whose method a callee is, the class's canonical name, and the method's."""
    owner, _, name = symbol.name.rpartition(".")
    driver, owner = driver_class(Symbol(symbol.kind, owner))
    return driver, owner, name
