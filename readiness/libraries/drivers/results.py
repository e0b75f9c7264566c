"""The classes of what the drivers' calls give, for `Library.results`: connections, cursors, pools, rows."""

from readiness.libraries.drivers.classes import CLASSES

CURSORS = tuple(name for name in CLASSES if name.rpartition(".")[2].lower().endswith("cursor"))


def results() -> dict[str, str]:
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
        "mysql async": (
            "mysql.connector.aio.connect",
            "mysql.connector.aio.abstracts.MySQLConnectionAbstract",
            "mysql.connector.cursor.MySQLCursor",
        ),
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
        "psycopg2.pool.PersistentConnectionPool.getconn": "psycopg2.extensions.connection",
        "mysql.connector.pooling.MySQLConnectionPool.get_connection": "mysql.connector.connection.MySQLConnection",
        "psycopg.AsyncCursor.execute": "psycopg.AsyncCursor",
        "psycopg.AsyncCursor.__enter__": "psycopg.AsyncCursor",
        "asyncpg.Connection.prepare": "asyncpg.PreparedStatement",
        "aiosqlite.Connection.execute_fetchall": "list[aiosqlite.Row]",
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
    for cursor in CURSORS:
        found |= {f"{cursor}.fetchall": "list", f"{cursor}.fetchmany": "list"}
    found |= {f"asyncpg.{owner}.fetch": "list[asyncpg.Record]" for owner in ("Connection", "Pool")}
    found |= {f"{owner}.fetch_all": "list" for owner in ("databases.Database", "databases.core.Connection")}
    return found
