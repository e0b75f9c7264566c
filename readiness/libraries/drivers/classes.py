"""The classes of database drivers: which methods take SQL text, and how each driver marks a parameter.

Here stand the drivers of transactional databases; `packages`, `warehouses`, `frames`, `layers`, `mappers` and `airflow` hold the
others. Read in aiosqlite 0.22, apsw 3.54, sqlcipher3 0.6, psycopg2 2.9, psycopg 3.3, aiopg 1.4, asyncpg 0.32, psqlpy 0.13,
pg8000 1.31, PyMySQL 1.2, mysqlclient 2.3, mysql-connector-python 26.10, mariadb 1.1, aiomysql 0.3, asyncmy 0.2, databases 0.9,
oracledb 26.1, pyodbc 5.5, aioodbc 0.5, pymssql 2.4, python-tds 1.17, mssql-python 1.16.
"""

from functools import lru_cache

from readiness.libraries.drivers.airflow import CLASSES as AIRFLOW
from readiness.libraries.drivers.declared import EXECUTE, Driver
from readiness.libraries.drivers.frames import CLASSES as FRAMES
from readiness.libraries.drivers.layers import CLASSES as LAYERS
from readiness.libraries.drivers.mappers import CLASSES as MAPPERS
from readiness.libraries.drivers.packages import CLASSES as PACKAGES
from readiness.libraries.drivers.warehouses import CLASSES as WAREHOUSES
from readiness.model import Symbol, SymbolKind

SQLITE = Driver("sqlite3", "?", "sqlite", EXECUTE | {"executescript"})
AIOSQLITE = Driver("sqlite3", "?", "sqlite", SQLITE.methods | {"execute_fetchall", "execute_insert"})
PSYCOPG2 = Driver("psycopg2", "%s", "postgres", EXECUTE | {"mogrify", "copy_expert"})
PSYCOPG = Driver("psycopg", "%s", "postgres", EXECUTE | {"stream", "copy"})
PSYCOPG_CONNECTION = Driver("psycopg", "%s", "postgres", frozenset({"execute"}))
PSYCOPG_CLIENT = Driver("psycopg", "%s", "postgres", PSYCOPG.methods | {"mogrify"})
PSYCOPG_RAW = Driver("psycopg", "$1", "postgres", EXECUTE | {"stream", "copy"})
ASYNCPG = Driver(
    "asyncpg", "$1", "postgres",
    EXECUTE | {"fetch", "fetchrow", "fetchval", "fetchmany", "cursor", "prepare", "copy_from_query"},
)  # fmt: skip
ASYNCPG_POOL = Driver("asyncpg", "$1", "postgres", ASYNCPG.methods - {"cursor", "prepare"})
PSQLPY = Driver(
    "psqlpy", "$1", "postgres",
    frozenset(
        {"execute", "execute_many", "execute_batch", "fetch", "fetch_row", "fetch_val", "prepare", "cursor", "pipeline"}
    ),
)  # fmt: skip
MYSQL = Driver("mysql", "%s", "mysql", EXECUTE | {"executemulti", "mogrify"})
MYSQL_CONNECTION = Driver(
    "mysql", "%s", "mysql", frozenset({"query", "cmd_query", "cmd_query_iter", "info_query", "cmd_stmt_prepare"})
)
MARIADB = Driver("mariadb", "?", "mysql")
DATABASES = Driver(
    "databases", ":name", "",
    frozenset({"execute", "execute_many", "fetch_all", "fetch_one", "fetch_val", "iterate"}),
)  # fmt: skip
ORACLE = Driver("oracledb", ":name", "oracle", EXECUTE | {"prepare", "parse"})
ORACLE_CONNECTION = Driver("oracledb", ":name", "oracle", frozenset({"fetch_df_all", "fetch_df_batches"}))
"""A connection of oracledb runs only what it gives as frames; one of its async side runs text by itself, and there the
cursors' `fetchall` takes none."""
ORACLE_ASYNC = Driver(
    "oracledb", ":name", "oracle", EXECUTE | {"fetchall", "fetchone", "fetchmany", "fetch_df_all", "fetch_df_batches"}
)
ORACLE_PIPELINE = Driver(
    "oracledb", ":name", "oracle",
    frozenset({"add_execute", "add_executemany", "add_fetchall", "add_fetchone", "add_fetchmany"}),
)  # fmt: skip
ODBC = Driver("pyodbc", "?", "")
ODBC_CONNECTION = Driver("pyodbc", "?", "", frozenset({"execute"}))
MSSQL = Driver("pymssql", "%s", "tsql")
MSSQL_CONNECTION = Driver(
    "pymssql", "%s", "tsql",
    frozenset({"executemany", "execute_query", "execute_non_query", "execute_scalar", "execute_row"}),
)  # fmt: skip
PG8000 = Driver("pg8000", "%s", "postgres")
PG8000_CONNECTION = Driver("pg8000", "%s", "postgres", frozenset({"run", "prepare"}))
PG8000_NATIVE = Driver("pg8000", ":name", "postgres", PG8000_CONNECTION.methods)
DJANGO = Driver("django", "%s", "", EXECUTE | {"copy_expert", "mogrify"})
RAW = Driver("dbapi", "", "")
"""A cursor whose driver is not known here: that of a SQLAlchemy engine."""
ODOO = Driver("odoo", "%s", "postgres", EXECUTE | {"mogrify", "copy_expert"})
"""The cursor that models of Odoo have as `self.env.cr` and `self._cr` (18)."""

TRANSACTIONAL: dict[str, Driver] = {
    "sqlite3.Connection": SQLITE,
    "sqlite3.Cursor": SQLITE,
    "aiosqlite.Connection": AIOSQLITE,
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
    "psycopg.Connection": PSYCOPG_CONNECTION,
    "psycopg.AsyncConnection": PSYCOPG_CONNECTION,
    "psycopg.Cursor": PSYCOPG,
    "psycopg.AsyncCursor": PSYCOPG,
    "psycopg.ClientCursor": PSYCOPG_CLIENT,
    "psycopg.ServerCursor": PSYCOPG,
    "psycopg.RawCursor": PSYCOPG_RAW,
    "psycopg.AsyncRawCursor": PSYCOPG_RAW,
    "psycopg.RawServerCursor": PSYCOPG_RAW,
    "psycopg.AsyncRawServerCursor": PSYCOPG_RAW,
    "psycopg.AsyncClientCursor": PSYCOPG_CLIENT,
    "psycopg.AsyncServerCursor": PSYCOPG,
    "asyncpg.Connection": ASYNCPG,
    "asyncpg.Pool": ASYNCPG_POOL,
    "psqlpy.Connection": PSQLPY,
    "psqlpy.Transaction": PSQLPY,
    "psqlpy.Cursor": Driver("psqlpy", "$1", "postgres"),
    "pg8000.Connection": PG8000_CONNECTION,
    "pg8000.Cursor": PG8000,
    "pg8000.native.Connection": PG8000_NATIVE,
    "pymysql.cursors.Cursor": MYSQL,
    "pymysql.connections.Connection": MYSQL_CONNECTION,
    "MySQLdb.cursors.Cursor": MYSQL,
    "MySQLdb.connections.Connection": MYSQL_CONNECTION,
    "mysql.connector.cursor.MySQLCursor": MYSQL,
    "mysql.connector.connection.MySQLConnection": MYSQL_CONNECTION,
    "aiomysql.Cursor": MYSQL,
    "aiomysql.Connection": MYSQL_CONNECTION,
    "asyncmy.cursors.Cursor": MYSQL,
    "asyncmy.connection.Connection": MYSQL_CONNECTION,
    "mariadb.Cursor": MARIADB,
    "databases.Database": DATABASES,
    "databases.core.Connection": DATABASES,
    "oracledb.Cursor": ORACLE,
    "oracledb.AsyncCursor": ORACLE,
    "oracledb.Connection": ORACLE_CONNECTION,
    "oracledb.AsyncConnection": ORACLE_ASYNC,
    "oracledb.Pipeline": ORACLE_PIPELINE,
    "cx_Oracle.Cursor": ORACLE,
    "pyodbc.Connection": ODBC_CONNECTION,
    "pyodbc.Cursor": ODBC,
    "aioodbc.Connection": ODBC_CONNECTION,
    "aioodbc.Cursor": ODBC,
    "pymssql.Cursor": MSSQL,
    "pymssql._mssql.MSSQLConnection": MSSQL_CONNECTION,
    "pytds.Cursor": Driver("pytds", "%s", "tsql", EXECUTE | {"execute_scalar"}),
    "mssql_python.Connection": Driver("mssql_python", "?", "tsql", frozenset({"execute", "batch_execute"})),
    "mssql_python.Cursor": Driver("mssql_python", "?", "tsql"),
    "django.db.backends.utils.CursorWrapper": DJANGO,
    "sqlalchemy.pool.dbapi.Cursor": RAW,
}
CLASSES: dict[str, Driver] = TRANSACTIONAL | WAREHOUSES | MAPPERS | LAYERS | PACKAGES | FRAMES | AIRFLOW
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
