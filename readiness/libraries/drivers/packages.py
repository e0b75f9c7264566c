"""Packages that keep to PEP 249 and no more: what opens their connections, how they mark a parameter; their classes out.

Read in PyGreSQL 6.2, py-postgresql 1.3, turbodbc (its sources of 2019), pypyodbc 1.3, crate 2.3 and 1.0, pinotdb 9.2,
pydruid 0.6, ibm_db 3.3, pymonetdb 1.9, taospy 2.8, chDB 4.4, google-cloud-spanner 3.71, pyrqlite 2.2, libsql 0.1,
libsql-experimental 0.0.55, libsql-client 0.3, ADBC 1.11 to 1.13 (DuckDB 2.0).
"""

from msgspec import Struct

from readiness.libraries.drivers.declared import EXECUTE, Driver, Opening

SCRIPT = EXECUTE | {"executescript"}
ARROW = SCRIPT | {"adbc_execute_schema", "adbc_execute_partitions", "adbc_prepare"}
"""ADBC's own methods of a cursor."""


class Package(Struct, frozen=True):
    """One package; its classes have the names that PEP 249 gives them unless it says otherwise."""

    module: str
    paramstyle: str
    dialect: str = ""
    methods: frozenset[str] = EXECUTE
    """Of its cursors."""
    of_connection: frozenset[str] = frozenset()
    connection: str = "Connection"
    cursor: str = "Cursor"
    connect: str = "connect"


PACKAGES = (
    Package("pgdb", "%s", "postgres", of_connection=EXECUTE),
    Package("postgresql.driver.dbapi20", "%s", "postgres"),
    Package("turbodbc", "?", methods=EXECUTE | {"executemanycolumns"}),
    Package("pypyodbc", "?", methods=EXECUTE | {"execdirect", "prepare"}),
    Package("crate.client", "?"),
    Package("pinotdb", "%(name)s", methods=EXECUTE | {"execute_native"}, of_connection=frozenset({"execute"})),
    Package(
        "pinotdb", "%(name)s", "", EXECUTE | {"execute_native"}, frozenset({"execute"}),
        "AsyncConnection", "AsyncCursor", "connect_async",
    ),
    Package("pydruid.db", "%(name)s", "druid", of_connection=frozenset({"execute"})),
    Package("ibm_db_dbi", "?", methods=EXECUTE | {"prepare"}),
    Package("pymonetdb", "%(name)s", of_connection=frozenset({"execute"})),
    Package(
        "taos", "", "", EXECUTE | {"execute_many"}, frozenset({"execute", "query", "query_a", "statement", "statement2"}),
        "TaosConnection", "TaosCursor",
    ),
    Package(
        "taosrest", "", "", EXECUTE, frozenset({"execute", "query"}), "TaosRestConnection", "TaosRestCursor"
    ),
    Package("chdb.dbapi", "%s", "clickhouse", EXECUTE | {"mogrify"}, frozenset({"query"})),
    Package("google.cloud.spanner_dbapi", "%s", "spanner", EXECUTE | {"run_sql_in_snapshot"}),
    Package("pyrqlite.dbapi2", "?", "sqlite"),
    Package("libsql", "?", "sqlite", SCRIPT, SCRIPT),
    Package("libsql_experimental", "?", "sqlite", SCRIPT, SCRIPT),
    Package("libsql_client.dbapi2", "?", "sqlite", SCRIPT, SCRIPT),
    Package("adbc_driver_manager.dbapi", "driver", "", ARROW, frozenset({"execute"})),
    Package("adbc_driver_postgresql.dbapi", "$1", "postgres", ARROW, frozenset({"execute"})),
    Package("adbc_driver_sqlite.dbapi", "?", "sqlite", ARROW, frozenset({"execute"})),
    Package("adbc_driver_duckdb.dbapi", "?", "duckdb", ARROW, frozenset({"execute"})),
    Package("adbc_driver_snowflake.dbapi", "?", "snowflake", ARROW, frozenset({"execute"})),
    Package("adbc_driver_bigquery.dbapi", "?", "bigquery", ARROW, frozenset({"execute"})),
    Package("adbc_driver_flightsql.dbapi", "?", "", ARROW, frozenset({"execute"})),
)  # fmt: skip
"""Neither client of TDengine binds a value: they take the statement as it is. CrateDB knows `?` and, from 2.1 on, names too."""
CLASSES: dict[str, Driver] = {
    f"{each.module}.{name}": Driver(
        each.module.removeprefix("google.cloud.").partition(".")[0], each.paramstyle, each.dialect, methods
    )
    for each in PACKAGES
    for name, methods in ((each.connection, each.of_connection), (each.cursor, each.methods))
}
OPENINGS = tuple(
    Opening(f"{each.module}.{each.connection}", f"{each.module}.{each.cursor}", (f"{each.module}.{each.connect}",))
    for each in PACKAGES
)
RESULTS = {
    f"{each.module}.{each.connection}.execute": f"{each.module}.{each.cursor}"
    for each in PACKAGES
    if "execute" in each.of_connection and each.module not in ("taos", "taosrest", "pymonetdb")
}
RESULTS |= {
    "pinotdb.Connection.__enter__": "pinotdb.Cursor",
    "pinotdb.AsyncConnection.__enter__": "pinotdb.AsyncCursor",
}
