"""The classes of database drivers: which methods take SQL text, and how each driver marks a parameter.

Here stand the drivers of transactional databases; `warehouses` and `mappers` hold the others.
"""

from functools import lru_cache

from readiness.libraries.drivers.declared import EXECUTE, Driver
from readiness.libraries.drivers.frames import CLASSES as FRAMES
from readiness.libraries.drivers.layers import CLASSES as LAYERS
from readiness.libraries.drivers.mappers import CLASSES as MAPPERS
from readiness.libraries.drivers.warehouses import CLASSES as WAREHOUSES
from readiness.model import Symbol, SymbolKind

SQLITE = Driver("sqlite3", "?", "sqlite", EXECUTE | {"executescript", "execute_fetchall", "execute_insert"})
PSYCOPG2 = Driver("psycopg2", "%s", "postgres", EXECUTE | {"mogrify", "copy_expert"})
PSYCOPG = Driver("psycopg", "%s", "postgres", EXECUTE | {"stream", "copy"})
PSYCOPG_RAW = Driver("psycopg", "$1", "postgres", EXECUTE | {"stream", "copy"})
ASYNCPG = Driver(
    "asyncpg", "$1", "postgres",
    EXECUTE | {"fetch", "fetchrow", "fetchval", "fetchmany", "cursor", "prepare", "copy_from_query"},
)  # fmt: skip
PSQLPY = Driver(
    "psqlpy", "$1", "postgres",
    EXECUTE | {"execute_many", "execute_batch", "fetch", "fetch_row", "fetch_val", "prepare", "cursor"},
)  # fmt: skip
MYSQL = Driver("mysql", "%s", "mysql", EXECUTE | {"mogrify", "query", "cmd_query", "cmd_query_iter"})
MARIADB = Driver("mariadb", "?", "mysql")
DATABASES = Driver(
    "databases", ":name", "",
    frozenset({"execute", "execute_many", "fetch_all", "fetch_one", "fetch_val", "iterate", "batched_iterate"}),
)  # fmt: skip
ORACLE = Driver("oracledb", ":name", "oracle", EXECUTE | {"prepare", "parse"})
ORACLE_CONNECTION = Driver("oracledb", ":name", "oracle", frozenset({"fetch_df_all", "fetch_df_batches"}))
ORACLE_ASYNC = Driver(
    "oracledb", ":name", "oracle", EXECUTE | {"fetchall", "fetchone", "fetchmany", "fetch_df_all", "fetch_df_batches"}
)
ORACLE_PIPELINE = Driver(
    "oracledb", ":name", "oracle",
    frozenset({"add_execute", "add_executemany", "add_fetchall", "add_fetchone", "add_fetchmany"}),
)  # fmt: skip
"""A connection of oracledb's async side runs text by itself; its cursors' `fetchall` takes none."""
ODBC = Driver("pyodbc", "?", "")
MSSQL = Driver(
    "pymssql", "%s", "tsql", EXECUTE | {"execute_query", "execute_non_query", "execute_scalar", "execute_row"}
)
PG8000 = Driver("pg8000", "%s", "postgres", EXECUTE | {"run"})
PG8000_NATIVE = Driver("pg8000", ":name", "postgres", EXECUTE | {"run", "prepare"})
DJANGO = Driver("django", "%s", "", EXECUTE | {"copy_expert", "mogrify"})
RAW = Driver("dbapi", "", "")
"""A cursor whose driver is not known here: that of a SQLAlchemy engine."""

TRANSACTIONAL: dict[str, Driver] = {
    "sqlite3.Connection": SQLITE,
    "sqlite3.Cursor": SQLITE,
    "aiosqlite.Connection": SQLITE,
    "aiosqlite.Cursor": SQLITE,
    "apsw.Connection": Driver("apsw", "?", "sqlite"),
    "apsw.Cursor": Driver("apsw", "?", "sqlite"),
    **{
        f"{package}.{name}": Driver(package, "?", "sqlite", SQLITE.methods)
        for package in ("sqlcipher3", "pysqlcipher3")
        for name in ("Connection", "Cursor")
    },
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
    "psqlpy.Connection": PSQLPY,
    "psqlpy.ConnectionPool": PSQLPY,
    "psqlpy.Transaction": PSQLPY,
    "psqlpy.Cursor": PSQLPY,
    "pg8000.Connection": PG8000,
    "pg8000.Cursor": PG8000,
    "pg8000.native.Connection": PG8000_NATIVE,
    "pymysql.cursors.Cursor": MYSQL,
    "pymysql.connections.Connection": MYSQL,
    "MySQLdb.cursors.Cursor": MYSQL,
    "MySQLdb.connections.Connection": MYSQL,
    "mysql.connector.cursor.MySQLCursor": MYSQL,
    "mysql.connector.connection.MySQLConnection": MYSQL,
    "aiomysql.Cursor": MYSQL,
    "aiomysql.Connection": MYSQL,
    "asyncmy.cursors.Cursor": MYSQL,
    "asyncmy.connection.Connection": MYSQL,
    "mariadb.Cursor": MARIADB,
    "databases.Database": DATABASES,
    "databases.core.Connection": DATABASES,
    "oracledb.Cursor": ORACLE,
    "oracledb.AsyncCursor": ORACLE,
    "oracledb.Connection": ORACLE_CONNECTION,
    "oracledb.AsyncConnection": ORACLE_ASYNC,
    "oracledb.Pipeline": ORACLE_PIPELINE,
    "cx_Oracle.Cursor": ORACLE,
    "pyodbc.Connection": ODBC,
    "pyodbc.Cursor": ODBC,
    "aioodbc.Connection": ODBC,
    "aioodbc.Cursor": ODBC,
    "pymssql.Cursor": MSSQL,
    "pymssql._mssql.MSSQLConnection": MSSQL,
    "pytds.Cursor": Driver("pytds", "%s", "tsql"),
    "mssql_python.Connection": Driver("mssql_python", "?", "tsql"),
    "mssql_python.Cursor": Driver("mssql_python", "?", "tsql"),
    "django.db.backends.utils.CursorWrapper": DJANGO,
    "sqlalchemy.pool.dbapi.Cursor": RAW,
}
CLASSES: dict[str, Driver] = TRANSACTIONAL | WAREHOUSES | MAPPERS | LAYERS | FRAMES
SAME_CLASS = {
    "psycopg2._psycopg.cursor": "psycopg2.extensions.cursor",
    "psycopg2.extras.DictCursor": "psycopg2.extensions.cursor",
    "psycopg2.extras.RealDictCursor": "psycopg2.extensions.cursor",
    "psycopg2.extras.NamedTupleCursor": "psycopg2.extensions.cursor",
    "psycopg2.extras.DictConnection": "psycopg2.extensions.connection",
    "psycopg2.extras.RealDictConnection": "psycopg2.extensions.connection",
    "psycopg2._psycopg.connection": "psycopg2.extensions.connection",
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
    "mysql.connector.connection_cext.CMySQLConnection": "mysql.connector.connection.MySQLConnection",
    "mysql.connector.MySQLConnection": "mysql.connector.connection.MySQLConnection",
    "mysql.connector.CMySQLConnection": "mysql.connector.connection.MySQLConnection",
    "mysql.connector.pooling.PooledMySQLConnection": "mysql.connector.connection.MySQLConnection",
    "mysql.connector.abstracts.MySQLConnectionAbstract": "mysql.connector.connection.MySQLConnection",
    "mysql.connector.aio.abstracts.MySQLConnectionAbstract": "mysql.connector.connection.MySQLConnection",
    "mysql.connector.aio.abstracts.MySQLCursorAbstract": "mysql.connector.cursor.MySQLCursor",
    "mysql.connector.abstracts.MySQLCursorAbstract": "mysql.connector.cursor.MySQLCursor",
    "django.db.backends.utils.CursorDebugWrapper": "django.db.backends.utils.CursorWrapper",
    "aiomysql.DictCursor": "aiomysql.Cursor",
    "aiomysql.SSCursor": "aiomysql.Cursor",
    "aiomysql.SSDictCursor": "aiomysql.Cursor",
    "asyncmy.cursors.DictCursor": "asyncmy.cursors.Cursor",
    "asyncmy.cursors.SSCursor": "asyncmy.cursors.Cursor",
    "asyncmy.Connection": "asyncmy.connection.Connection",
    "mariadb.cursors.Cursor": "mariadb.Cursor",
}
"""Other names of the same thing, and kinds of cursor that take the same text."""


def driver_class(symbol: Symbol) -> tuple[Driver | None, str]:
    """The driver of a class, and the class's canonical name."""
    if symbol.kind is not SymbolKind.EXTERNAL:
        return None, ""
    name = canonical(symbol.name)
    return CLASSES.get(name), name


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """The name under which a class stands in the tables: packages hand on what their inner modules hold."""
    parts = name.split(".")
    for kept in range(len(parts) - 1, 0, -1):
        shorter = ".".join([*parts[:kept], parts[-1]])
        found = SAME_CLASS.get(shorter, shorter)
        if found in CLASSES:
            return found
    return SAME_CLASS.get(name, name)


def driver_method(symbol: Symbol) -> tuple[Driver | None, str, str]:
    """The driver of the class whose method a callee is, the class's canonical name, and the method's."""
    owner, _, name = symbol.name.rpartition(".")
    driver, owner = driver_class(Symbol(symbol.kind, owner))
    return driver, owner, name
