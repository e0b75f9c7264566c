"""Small layers over a driver, and clients of services, that take SQL text: their classes, what opens them, their functions.

Read in web.py 0.62, torndb 0.3, momoko 2.2, Twisted 25.5, postgres.py 4.0, PyGreSQL 6.1, py-postgresql 1.3, databasez 0.11,
quart-db 0.11, libsql-client 0.3, datasette 0.65, LangChain 0.3, LlamaIndex 0.12, Streamlit 1.45, prefect-sqlalchemy 0.5,
google-cloud-spanner 3.55, azure-cosmos 4.9, gel 3.1.
"""

from readiness.libraries.drivers.declared import EXECUTE, Argument, Driver, Opening, Taking

ONE = frozenset({"run", "one", "all"})
WEB = Driver(
    "web.py", "$name", "", frozenset({"query"}),
    {
        "select": (
            Argument(2, "what", clause=True), Argument(3, "where", clause=True), Argument(4, "order", clause=True),
            Argument(5, "group", clause=True),
        ),
        "update": (Argument(1, "where", clause=True),),
        "delete": (Argument(1, "where", clause=True),),
    },
)  # fmt: skip
"""It fills `$name` in every text that it takes from `vars`, quoted."""
TORNDB = Driver(
    "torndb", "%s", "mysql",
    EXECUTE
    | {
        "query", "get", "iter", "execute_lastrowid", "execute_rowcount", "executemany_lastrowid", "executemany_rowcount",
        "insert", "update", "delete", "insertmany", "updatemany",
    },
)  # fmt: skip
MOMOKO = Driver("momoko", "%s", "postgres", frozenset({"execute", "mogrify"}))
ADBAPI = Driver("twisted", "driver", "", frozenset({"runQuery", "runOperation"}))
POSTGRES = Driver("postgres", "%(name)s", "postgres", ONE | {"execute"})
LANGCHAIN = Driver("langchain", ":name", "", frozenset({"run", "run_no_throw", "get_usable_table_names_query"}))
SPANNER = Driver(
    "spanner", "@name", "spanner",
    frozenset({"execute_sql", "execute_update", "execute_partitioned_dml", "partition_query", "generate_query_batches"}),
)  # fmt: skip
COSMOS = Driver("azure-cosmos", "@name", "", frozenset({"query_items", "query_databases", "query_containers"}))
GEL = Driver("gel", "$1", "postgres", frozenset({"query_sql", "execute_sql"}))
"""Its own language reads like none of SQL; these two methods take SQL."""
DATABASEZ = Driver(
    "databasez", ":name", "",
    frozenset({"execute", "execute_many", "fetch_all", "fetch_one", "fetch_val", "iterate", "batched_iterate"}),
)  # fmt: skip
QUART = Driver(
    "quart_db", ":name", "",
    frozenset({"execute", "execute_many", "fetch_all", "fetch_first", "fetch_one", "fetch_sole", "fetch_val", "iterate"}),
)  # fmt: skip
PREFECT = Driver(
    "prefect", ":name", "",
    frozenset({"execute", "execute_many", "fetch_all", "fetch_many", "fetch_one", "async_fetch_all", "async_execute"}),
)  # fmt: skip
ROWS_WHERE = (
    Argument(0, "where", clause=True),
    Argument(2, "order_by", clause=True),
    Argument(3, "select", clause=True),
)
SQLITE_TABLE = Driver(
    "sqlite_utils", "?", "sqlite", frozenset(),
    {
        "rows_where": ROWS_WHERE,
        "pks_and_rows_where": ROWS_WHERE,
        "delete_where": (Argument(0, "where", clause=True),),
        "count_where": (Argument(0, "where", clause=True),),
        "search": (Argument(1, "order_by", clause=True), Argument(-1, "where", clause=True)),
    },
)  # fmt: skip
SQLA_CONNECTION = {
    f"{package}.sa.SAConnection": Driver(
        package, "%s", dialect, frozenset({"execute", "scalar"})
    )
    for package, dialect in (("aiopg", "postgres"), ("aiomysql", "mysql"))
}  # fmt: skip

CLASSES: dict[str, Driver] = {
    "web.db.DB": WEB,
    "torndb.Connection": TORNDB,
    "momoko.Pool": MOMOKO,
    "momoko.connection.Connection": MOMOKO,
    "twisted.enterprise.adbapi.ConnectionPool": ADBAPI,
    "twisted.enterprise.adbapi.Transaction": Driver("twisted", "driver"),
    "postgres.Postgres": POSTGRES,
    "postgres.cursors.SimpleCursorBase": POSTGRES,
    "pg.DB": Driver("pygresql", "$1", "postgres", frozenset({"query", "query_formatted", "query_prepared", "prepare"})),
    "pg.Connection": Driver("pygresql", "$1", "postgres", frozenset({"query", "query_prepared", "prepare", "send_query"})),
    "pgdb.Cursor": Driver("pygresql", "%s", "postgres"),
    "postgresql.driver.pq3.Connection": Driver(
        "py-postgresql", "$1", "postgres", frozenset({"prepare", "query", "execute", "do"})
    ),
    "databasez.Database": DATABASEZ,
    "quart_db.Connection": QUART,
    "libsql_client.Client": Driver("libsql", "?", "sqlite", frozenset({"execute", "batch"})),
    "libsql_client.ClientSync": Driver("libsql", "?", "sqlite", frozenset({"execute", "batch"})),
    "datasette.database.Database": Driver(
        "datasette", ":name", "sqlite", frozenset({"execute", "execute_write", "execute_write_script", "execute_write_many"})
    ),
    **{
        f"{home}.SQLDatabase": LANGCHAIN
        for home in ("langchain_community.utilities", "langchain.utilities", "langchain.sql_database", "langchain")
    },
    "llama_index.core.SQLDatabase": Driver("llama_index", "", "", frozenset({"run_sql"})),
    "streamlit.connections.SQLConnection": Driver("streamlit", ":name", "", frozenset({"query"})),
    "streamlit.connections.SnowflakeConnection": Driver("streamlit", "?", "snowflake", frozenset({"query"})),
    "prefect_sqlalchemy.SqlAlchemyConnector": PREFECT,
    "prefect_snowflake.SnowflakeConnector": PREFECT,
    "google.cloud.spanner.Database": SPANNER,
    "google.cloud.spanner.Snapshot": SPANNER,
    "google.cloud.spanner.Transaction": SPANNER,
    "google.cloud.spanner_v1.database.Database": SPANNER,
    "google.cloud.spanner_v1.transaction.Transaction": SPANNER,
    "google.cloud.spanner_v1.snapshot.Snapshot": SPANNER,
    **{
        f"azure.cosmos{aside}.{name}": COSMOS
        for aside in ("", ".aio") for name in ("ContainerProxy", "DatabaseProxy", "CosmosClient")
    },
    "gel.Client": GEL,
    "edgedb.Client": GEL,
    "sqlite_utils.Table": SQLITE_TABLE,
    **SQLA_CONNECTION,
}  # fmt: skip
AROUND = frozenset(
    {"web", "pg", "postgres", "streamlit", "langchain", "langchain_community", "llama_index", "azure", "gel", "edgedb"}
)
"""Packages that do more than talk to a database, and those whose names projects give to folders of their own: to import one tells
nothing of a file."""
DBAPI = (
    ("pgdb", "pgdb.connect"),
    ("turbodbc", "turbodbc.connect"),
    ("pypyodbc", "pypyodbc.connect"),
    ("crate.client", "crate.client.connect"),
    ("pinotdb", "pinotdb.connect"),
    ("pydruid.db", "pydruid.db.connect"),
    ("ibm_db_dbi", "ibm_db_dbi.connect"),
    ("pymonetdb", "pymonetdb.connect"),
    ("taosrest", "taosrest.connect"),
    ("chdb.dbapi", "chdb.dbapi.connect"),
    ("google.cloud.spanner_dbapi", "google.cloud.spanner_dbapi.connect"),
    ("pyrqlite.dbapi2", "pyrqlite.dbapi2.connect"),
    ("libsql", "libsql.connect"),
    ("libsql_experimental", "libsql_experimental.connect"),
    *(
        (f"{package}.dbapi", f"{package}.dbapi.connect", f"{package}.connect")
        for package in (
            "adbc_driver_manager", "adbc_driver_postgresql", "adbc_driver_sqlite", "adbc_driver_snowflake",
            "adbc_driver_flightsql", "adbc_driver_bigquery",
        )
    ),
)  # fmt: skip
"""Packages with a `Connection` and a `Cursor` by PEP 249, and what opens the connection."""
OF_DBAPI = {
    "turbodbc": ("?", ""), "pypyodbc": ("?", ""), "pgdb": ("%s", "postgres"), "crate.client": ("?", ""),
    "pinotdb": ("%(name)s", ""), "pydruid.db": ("%(name)s", "druid"), "ibm_db_dbi": ("?", ""), "pymonetdb": ("%(name)s", ""),
    "taosrest": ("", ""), "chdb.dbapi": ("%s", "clickhouse"), "google.cloud.spanner_dbapi": ("%s", "spanner"),
    "pyrqlite.dbapi2": ("?", "sqlite"), "libsql": ("?", "sqlite"), "libsql_experimental": ("?", "sqlite"),
}  # fmt: skip
ARROW = EXECUTE | {"adbc_execute_schema", "adbc_execute_partitions", "adbc_prepare", "executescript"}
"""ADBC's own methods of a cursor (1.6)."""
CLASSES |= {
    f"{package}.{name}": Driver(
        package.partition(".")[0], *OF_DBAPI.get(package, ("$1", "")), ARROW if package.startswith("adbc_") else EXECUTE
    )
    for package, *_ in DBAPI
    for name in ("Connection", "Cursor")
}
OPENINGS = (
    *(Opening(f"{package}.Connection", f"{package}.Cursor", tuple(connects)) for package, *connects in DBAPI),
    Opening("web.db.DB", "", ("web.database", "web.db.database")),
    Opening("momoko.connection.Connection", "", (), "momoko.Pool", (), ("getconn",)),
    Opening("postgres.cursors.SimpleCursorBase", "", ("postgres.Postgres.get_cursor",)),
    Opening("pg.Connection", "", ("pg.connect",)),
    Opening("postgresql.driver.pq3.Connection", "", ("postgresql.open",)),
    Opening("quart_db.Connection", "", (), "quart_db.QuartDB", (), ("connection", "acquire")),
    Opening("libsql_client.Client", "", ("libsql_client.create_client",)),
    Opening("libsql_client.ClientSync", "", ("libsql_client.create_client_sync",)),
    Opening("google.cloud.spanner.Snapshot", "", ("google.cloud.spanner.Database.snapshot",)),
    Opening("google.cloud.spanner.Snapshot", "", ("google.cloud.spanner_v1.database.Database.snapshot",)),
    Opening("gel.Client", "", ("gel.create_client", "gel.create_async_client", "edgedb.create_client")),
    Opening("gel.Client", "", ("edgedb.create_async_client",)),
    Opening("prefect_sqlalchemy.SqlAlchemyConnector", "", ("prefect_sqlalchemy.SqlAlchemyConnector.load",)),
    Opening("prefect_snowflake.SnowflakeConnector", "", ("prefect_snowflake.SnowflakeConnector.load",)),
    *(
        Opening(f"{package}.sa.SAConnection", "", (), f"{package}.sa.Engine", (f"{package}.sa.create_engine",), ("acquire",))
        for package in ("aiopg", "aiomysql")
    ),
)  # fmt: skip
RESULTS = {
    "google.cloud.spanner.Client.instance": "google.cloud.spanner.Instance",
    "google.cloud.spanner.Instance.database": "google.cloud.spanner.Database",
    "google.cloud.spanner_v1.instance.Instance.database": "google.cloud.spanner.Database",
    "google.cloud.spanner_v1.Client.instance": "google.cloud.spanner.Instance",
    "sqlite_utils.Database.__getitem__": "sqlite_utils.Table",
    "sqlite_utils.Database.table": "sqlite_utils.Table",
    "streamlit.connection": "streamlit.connections.SQLConnection",
    "streamlit.experimental_connection": "streamlit.connections.SQLConnection",
    **{
        f"{home}.SQLDatabase.from_uri": f"{home}.SQLDatabase"
        for home in ("langchain_community.utilities", "langchain.utilities", "langchain.sql_database", "langchain")
    },
    **{
        key.replace(".cosmos.", f".cosmos{aside}."): f"azure.cosmos{aside}.{given}"
        for aside in ("", ".aio")
        for key, given in {
            "azure.cosmos.CosmosClient.get_database_client": "DatabaseProxy",
            "azure.cosmos.CosmosClient.create_database": "DatabaseProxy",
            "azure.cosmos.CosmosClient.create_database_if_not_exists": "DatabaseProxy",
            "azure.cosmos.CosmosClient.from_connection_string": "CosmosClient",
            "azure.cosmos.CosmosClient.__enter__": "CosmosClient",
            "azure.cosmos.DatabaseProxy.get_container_client": "ContainerProxy",
            "azure.cosmos.DatabaseProxy.create_container": "ContainerProxy",
            "azure.cosmos.DatabaseProxy.create_container_if_not_exists": "ContainerProxy",
        }.items()
    },
}
FUNCTIONS: dict[str, Taking] = {}
"""None yet: what these packages offer are methods."""
