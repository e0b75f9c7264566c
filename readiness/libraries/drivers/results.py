"""The classes of what the drivers' calls give, for `Library.results`: connections, cursors, pools, rows."""

from readiness.libraries.drivers import airflow, frames, layers, mappers, packages, warehouses
from readiness.libraries.drivers.classes import CLASSES, SAME_CLASS
from readiness.libraries.drivers.declared import Opening

CURSORS = tuple(name for name in CLASSES if name.rpartition(".")[2].lower().endswith("cursor"))
PSYCOPG2_POOLS = (
    "SimpleConnectionPool",
    "ThreadedConnectionPool",
    "PersistentConnectionPool",
    "AbstractConnectionPool",
)
OPENINGS = (
    Opening("sqlite3.Connection", "sqlite3.Cursor", ("sqlite3.connect",)),
    *(
        Opening(f"{package}.Connection", f"{package}.Cursor", (f"{package}.connect", f"{package}.dbapi2.connect"))
        for package in ("sqlcipher3", "pysqlcipher3")
    ),
    Opening("aiosqlite.Connection", "aiosqlite.Cursor", ("aiosqlite.connect",)),
    Opening("apsw.Connection", "apsw.Cursor"),
    Opening("psycopg2.extensions.connection", "psycopg2.extensions.cursor", ("psycopg2.connect",)),
    *(
        Opening("psycopg2.extensions.connection", "", (), f"psycopg2.pool.{name}", (), ("getconn",))
        for name in PSYCOPG2_POOLS
    ),
    Opening("psycopg.Connection", "psycopg.Cursor", ("psycopg.connect", "psycopg.Connection.connect")),
    Opening("psycopg.AsyncConnection", "psycopg.AsyncCursor", ("psycopg.AsyncConnection.connect",)),
    *(
        Opening("psycopg.Connection", "", (), f"psycopg_pool.{name}", (), ("connection", "getconn"))
        for name in ("ConnectionPool", "NullConnectionPool")
    ),
    *(
        Opening("psycopg.AsyncConnection", "", (), f"psycopg_pool.{name}", (), ("connection", "getconn"))
        for name in ("AsyncConnectionPool", "AsyncNullConnectionPool")
    ),
    Opening("pymysql.connections.Connection", "pymysql.cursors.Cursor", ("pymysql.connect", "pymysql.Connect")),
    Opening("MySQLdb.connections.Connection", "MySQLdb.cursors.Cursor", ("MySQLdb.connect", "MySQLdb.Connect")),
    Opening(
        "mysql.connector.connection.MySQLConnection", "mysql.connector.cursor.MySQLCursor",
        ("mysql.connector.connect", "mysql.connector.aio.connect"),
        "mysql.connector.pooling.MySQLConnectionPool", (), ("get_connection",),
    ),
    Opening(
        "mariadb.Connection", "mariadb.Cursor", ("mariadb.connect",), "mariadb.ConnectionPool", (), ("get_connection",)
    ),
    Opening(
        "aiomysql.Connection", "aiomysql.Cursor", ("aiomysql.connect",), "aiomysql.Pool", ("aiomysql.create_pool",),
        ("acquire",),
    ),
    Opening(
        "asyncmy.connection.Connection", "asyncmy.cursors.Cursor", ("asyncmy.connect",), "asyncmy.Pool",
        ("asyncmy.create_pool",), ("acquire",),
    ),
    Opening("aiopg.Connection", "aiopg.Cursor", ("aiopg.connect",), "aiopg.Pool", ("aiopg.create_pool",), ("acquire",)),
    Opening(
        "oracledb.Connection", "oracledb.Cursor", ("oracledb.connect",), "oracledb.ConnectionPool",
        ("oracledb.create_pool", "oracledb.SessionPool"), ("acquire",),
    ),
    Opening(
        "oracledb.AsyncConnection", "oracledb.AsyncCursor", ("oracledb.connect_async",), "oracledb.AsyncConnectionPool",
        ("oracledb.create_pool_async",), ("acquire",),
    ),
    Opening(
        "cx_Oracle.Connection", "cx_Oracle.Cursor", ("cx_Oracle.connect",), "cx_Oracle.SessionPool",
        ("cx_Oracle.create_pool",), ("acquire",),
    ),
    Opening("pyodbc.Connection", "pyodbc.Cursor", ("pyodbc.connect",)),
    Opening(
        "aioodbc.Connection", "aioodbc.Cursor", ("aioodbc.connect",), "aioodbc.Pool", ("aioodbc.create_pool",),
        ("acquire",),
    ),
    Opening("pymssql.Connection", "pymssql.Cursor", ("pymssql.connect",)),
    Opening("pytds.Connection", "pytds.Cursor", ("pytds.connect",)),
    Opening("mssql_python.Connection", "mssql_python.Cursor", ("mssql_python.connect",)),
    Opening("pg8000.Connection", "pg8000.Cursor", ("pg8000.connect", "pg8000.dbapi.connect")),
    Opening(
        "asyncpg.Connection", "asyncpg.cursor.CursorFactory", ("asyncpg.connect",), "asyncpg.Pool",
        ("asyncpg.create_pool",), ("acquire",),
    ),
    Opening(
        "psqlpy.Connection", "psqlpy.Cursor", (), "psqlpy.ConnectionPool", ("psqlpy.connect", "psqlpy.connect_pool"),
        ("acquire", "connection"),
    ),
    Opening(
        "databases.core.Connection", "", (), "databases.Database", (), ("connection",)
    ),
    *warehouses.OPENINGS,
    *mappers.OPENINGS,
    *layers.OPENINGS,
    *packages.OPENINGS,
    *frames.OPENINGS,
)  # fmt: skip
"""How each driver's objects are had; a class that is called gives that class without an entry."""
GIVEN_BACK = ("sqlite3", "psycopg", "aiosqlite", "pyodbc", "apsw")
"""Drivers whose `execute` gives the cursor."""
RESULTS = {
    "psycopg.AsyncConnection.execute": "psycopg.AsyncCursor",
    "psycopg.AsyncCursor.execute": "psycopg.AsyncCursor",
    "mysql.connector.connection.MySQLConnection.cursor": "mysql.connector.cursor.MySQLCursor",
    "asyncpg.Connection.prepare": "asyncpg.PreparedStatement",
    "aiosqlite.Connection.execute_fetchall": "list[aiosqlite.Row]",
    "aiopg.Pool.cursor": "aiopg.Cursor",
    "oracledb.create_pipeline": "oracledb.Pipeline",
    "pymssql._mssql.connect": "pymssql._mssql.MSSQLConnection",
    "psqlpy.Connection.transaction": "psqlpy.Transaction",
    "databases.Database.__enter__": "databases.Database",
    "flask_mysqldb.MySQL.connection": "MySQLdb.connections.Connection",
    "flaskext.mysql.MySQL.get_db": "pymysql.connections.Connection",
    "flaskext.mysql.MySQL.connect": "pymysql.connections.Connection",
    "flask_mysql_connector.MySQL.connection": "mysql.connector.connection.MySQLConnection",
    "flask_mysql_connector.MySQL.new_cursor": "mysql.connector.cursor.MySQLCursor",
    "django.db.connection": "django.db.backends.base.base.BaseDatabaseWrapper",
    "django.db.connections.__getitem__": "django.db.backends.base.base.BaseDatabaseWrapper",
    "django.db.connection.cursor": "django.db.backends.utils.CursorWrapper",
    "django.db.connections.cursor": "django.db.backends.utils.CursorWrapper",
    "django.db.backends.base.base.BaseDatabaseWrapper.cursor": "django.db.backends.utils.CursorWrapper",
    "django.db.backends.utils.CursorWrapper.__enter__": "django.db.backends.utils.CursorWrapper",
    "sqlalchemy.engine.Engine.raw_connection": "sqlalchemy.pool.dbapi.Connection",
    "sqlalchemy.pool.dbapi.Connection.cursor": "sqlalchemy.pool.dbapi.Cursor",
}


def results() -> dict[str, str]:
    """What the calls of the drivers give: canonical callable -> class."""
    found: dict[str, str] = {}
    for opening in OPENINGS:
        found |= _opened(opening)
    for owner in GIVEN_BACK:
        cursor = f"{owner}.Cursor"
        found |= dict.fromkeys(
            (f"{owner}.Connection.execute", f"{cursor}.execute", f"{owner}.Connection.executemany"), cursor
        )
    found |= (
        RESULTS | warehouses.RESULTS | mappers.RESULTS | layers.RESULTS | packages.RESULTS | frames.RESULTS
        | airflow.RESULTS
    )  # fmt: skip
    for cursor in CURSORS:
        found |= {f"{cursor}.fetchall": "list", f"{cursor}.fetchmany": "list"}
    found |= {f"asyncpg.{owner}.fetch": "list[asyncpg.Record]" for owner in ("Connection", "Pool")}
    found |= {f"{owner}.fetch_all": "list" for owner in ("databases.Database", "databases.core.Connection")}
    for alias, name in SAME_CLASS.items():
        # An annotation can name the class in any of its spellings.
        own = f"{name}."
        found |= {f"{alias}.{key.removeprefix(own)}": given for key, given in found.items() if key.startswith(own)}
    return found


def _opened(opening: Opening) -> dict[str, str]:
    found = dict.fromkeys(opening.connects, opening.connection)
    found[f"{opening.connection}.__enter__"] = opening.connection
    if opening.cursor:
        found[f"{opening.connection}.cursor"] = opening.cursor
        found[f"{opening.cursor}.__enter__"] = opening.cursor
    if opening.pool:
        found |= dict.fromkeys(opening.creates, opening.pool)
        found[f"{opening.pool}.__enter__"] = opening.pool
        found |= {f"{opening.pool}.{name}": opening.connection for name in opening.acquires}
    return found
