"""Small layers over a driver, and clients of services, that take SQL text: their classes, what opens them, their functions.

Read in web.py 0.76, torndb 0.3, momoko 2.2.5, Twisted 26.10, postgres.py 4.0, PyGreSQL 6.2, py-postgresql 1.3, databasez 0.13,
quart-db 0.12, libsql-client 0.3, datasette 0.65, langchain-community 0.4 (langchain 0.3, langchain-classic 1.0 hand it on),
llama-index-core 0.14, Streamlit 1.67, prefect-sqlalchemy 0.6, prefect-snowflake 0.28, google-cloud-spanner 3.71,
azure-cosmos 4.17, gel 3.1, sqlite-utils 4.2, aiopg 1.4, aiomysql 0.3.
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
        "where": (Argument(1, "what", clause=True), Argument(2, "order", clause=True), Argument(3, "group", clause=True)),
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
        "insert", "update", "insertmany", "updatemany",
    },
)  # fmt: skip
MOMOKO = Driver("momoko", "%s", "postgres", frozenset({"execute", "mogrify", "transaction"}))
"""`transaction` takes a list of statements."""
ADBAPI = Driver("twisted", "driver", "", frozenset({"runQuery", "runOperation"}))
POSTGRES = Driver("postgres", "%(name)s", "postgres", ONE)
POSTGRES_CURSOR = Driver("postgres", "%(name)s", "postgres", ONE | EXECUTE | {"mogrify"})
PYGRESQL_PREPARE: dict[str, tuple[Argument, ...]] = {"prepare": (Argument(1, "command"), Argument(-1, "cmd"))}
"""What stands first is the name of the statement."""
PYGRESQL = Driver(
    "pygresql", "$1", "postgres", frozenset({"query", "query_formatted", "send_query"}),
    {
        **PYGRESQL_PREPARE,
        "get_as_list": (
            Argument(1, "what", clause=True), Argument(2, "where", clause=True), Argument(3, "order", clause=True),
        ),
        "get_as_dict": (
            Argument(2, "what", clause=True), Argument(3, "where", clause=True), Argument(4, "order", clause=True),
        ),
    },
)  # fmt: skip
PYGRESQL_CONNECTION = Driver("pygresql", "$1", "postgres", frozenset({"query", "send_query"}), PYGRESQL_PREPARE)
PY_POSTGRESQL = Driver(
    "py-postgresql", "$1", "postgres", frozenset({"prepare", "query", "execute"}), {"do": (Argument(1, "source"),)}
)
SINGLE_EXECUTION = Driver(
    "py-postgresql", "$1", "postgres",
    frozenset({"first", "rows", "column", "chunks", "declare", "load_rows", "load_chunks"}),
)  # fmt: skip
"""What stands behind the point of `connection.query.first(text)`."""
LANGCHAIN = Driver("langchain", ":name", "", frozenset({"run", "run_no_throw"}))
LANGCHAIN_SPARK = Driver("langchain", "", "spark", frozenset({"run", "run_no_throw"}))
SPANNER = Driver(
    "spanner", "@name", "spanner",
    frozenset(
        {
            "execute_sql", "execute_update", "batch_update", "execute_partitioned_dml", "partition_query",
            "generate_query_batches", "run_partitioned_query",
        }
    ),
)  # fmt: skip
COSMOS = Driver(
    "azure-cosmos", "@name", "",
    frozenset(
        {
            "query_items", "query_conflicts", "query_databases", "query_containers", "query_users", "query_permissions",
            "query_stored_procedures", "query_triggers", "query_user_defined_functions",
        }
    ),
)  # fmt: skip
GEL = Driver("gel", "$1", "postgres", frozenset({"query_sql", "execute_sql"}))
"""Its own language reads like none of SQL; these two methods take SQL. The distribution holds `edgedb` as a second name."""
DATABASEZ = Driver(
    "databasez", ":name", "",
    frozenset({"execute", "execute_many", "fetch_all", "fetch_one", "fetch_val", "iterate", "batched_iterate"}),
)  # fmt: skip
QUART = Driver(
    "quart_db", ":name", "",
    frozenset({"execute", "execute_many", "fetch_all", "fetch_first", "fetch_sole", "fetch_val", "iterate"}),
)  # fmt: skip
PREFECT = Driver("prefect", ":name", "", frozenset({"execute", "execute_many", "fetch_all", "fetch_many", "fetch_one"}))
PREFECT_SNOWFLAKE = Driver(
    "prefect", "%(name)s", "snowflake", PREFECT.methods | {f"{name}_async" for name in PREFECT.methods}
)
LIBSQL = Driver("libsql", "?", "sqlite", frozenset({"execute", "batch"}))
"""`batch` takes a list of statements."""
LIBSQL_TRANSACTION = Driver("libsql", "?", "sqlite", frozenset({"execute"}))
DATASETTE = Driver("datasette", ":name", "sqlite", frozenset(), {"execute": (Argument(1, "sql"),)})
"""What stands first is the name of the database."""
DATASETTE_DATABASE = Driver(
    "datasette", ":name", "sqlite",
    frozenset({"execute", "execute_write", "execute_write_script", "execute_write_many"}),
)  # fmt: skip
WHERE = Argument(0, "where", clause=True)
ORDER_BY = Argument(2, "order_by", clause=True)
SQLITE_VIEW = Driver(
    "sqlite_utils", "?", "sqlite", frozenset(),
    {
        "rows_where": (WHERE, ORDER_BY, Argument(3, "select", clause=True)),
        "pks_and_rows_where": (WHERE, ORDER_BY),
        "count_where": (WHERE,),
    },
)  # fmt: skip
SQLITE_TABLE = Driver(
    "sqlite_utils", "?", "sqlite", frozenset(),
    {
        **SQLITE_VIEW.elsewhere,
        "delete_where": (WHERE,),
        "search": (Argument(1, "order_by", clause=True), Argument(5, "where", clause=True)),
        "search_sql": (Argument(1, "order_by", clause=True), Argument(4, "where", clause=True)),
        "convert": (Argument(6, "where", clause=True),),
    },
)  # fmt: skip
SQLA_CONNECTION = {
    f"{package}.sa.SAConnection": Driver(
        package, "%s", dialect, frozenset({"execute", "scalar"})
    )
    for package, dialect in (("aiopg", "postgres"), ("aiomysql", "mysql"))
}  # fmt: skip
LANGCHAINS = ("langchain_community", "langchain_classic", "langchain")

CLASSES: dict[str, Driver] = {
    "web.DB": WEB,
    "torndb.Connection": TORNDB,
    "momoko.Pool": MOMOKO,
    "momoko.Connection": MOMOKO,
    "twisted.enterprise.adbapi.ConnectionPool": ADBAPI,
    "twisted.enterprise.adbapi.Transaction": Driver("twisted", "driver"),
    "postgres.Postgres": POSTGRES,
    "postgres.cursors.SimpleCursorBase": POSTGRES_CURSOR,
    "pg.DB": PYGRESQL,
    "pg.Connection": PYGRESQL_CONNECTION,
    "pg.Source": Driver("pygresql", "", "postgres", frozenset({"execute"})),
    "postgresql.driver.pq3.Connection": PY_POSTGRESQL,
    "postgresql.driver.pq3.SingleExecution": SINGLE_EXECUTION,
    "databasez.Database": DATABASEZ,
    "databasez.core.Connection": DATABASEZ,
    "quart_db.Connection": QUART,
    "libsql_client.Client": LIBSQL,
    "libsql_client.ClientSync": LIBSQL,
    "libsql_client.Transaction": LIBSQL_TRANSACTION,
    "libsql_client.TransactionSync": LIBSQL_TRANSACTION,
    "datasette.app.Datasette": DATASETTE,
    "datasette.database.Database": DATASETTE_DATABASE,
    **{f"{home}.SQLDatabase": LANGCHAIN for home in LANGCHAINS},
    **{f"{home}.SparkSQL": LANGCHAIN_SPARK for home in LANGCHAINS},
    "llama_index.SQLDatabase": Driver("llama_index", "", "", frozenset({"run_sql"})),
    "streamlit.connections.SQLConnection": Driver("streamlit", ":name", "", frozenset({"query"})),
    **{
        f"streamlit.connections.{name}": Driver("streamlit", "?", "snowflake", frozenset({"query"}))
        for name in ("SnowflakeConnection", "SnowflakeCallersRightsConnection")
    },
    "prefect_sqlalchemy.SqlAlchemyConnector": PREFECT,
    "prefect_sqlalchemy.AsyncSqlAlchemyConnector": PREFECT,
    "prefect_snowflake.SnowflakeConnector": PREFECT_SNOWFLAKE,
    **{
        f"google.cloud.spanner_v1.{name}": SPANNER
        for name in ("Database", "BatchSnapshot", "Snapshot", "Transaction", "Session")
    },
    **{
        f"azure.cosmos{aside}.{name}": COSMOS
        for aside in ("", ".aio") for name in ("ContainerProxy", "DatabaseProxy", "CosmosClient", "ScriptsProxy", "UserProxy")
    },
    **{f"{package}.{name}": GEL for package in ("gel", "edgedb") for name in ("Client", "AsyncIOClient")},
    "sqlite_utils.Table": SQLITE_TABLE,
    "sqlite_utils.View": SQLITE_VIEW,
    **SQLA_CONNECTION,
}  # fmt: skip
AROUND = frozenset(
    {
        "web", "pg", "postgres", "streamlit", *LANGCHAINS, "llama_index", "azure", "gel", "edgedb",
    }
)  # fmt: skip
"""Packages that do more than talk to a database, and those whose names projects give to folders of their own: to import one tells
nothing of a file."""
OPENINGS = (
    Opening("web.DB", "", ("web.database",)),
    Opening("momoko.Connection", "", ("momoko.connect",), "momoko.Pool", (), ("getconn",)),
    Opening("postgres.cursors.SimpleCursorBase", "", ("postgres.Postgres.get_cursor", "postgres.Connection.get_cursor")),
    Opening("postgres.Connection", "postgres.cursors.SimpleCursorBase", ("postgres.Postgres.get_connection",)),
    Opening("pg.Connection", "", ("pg.connect",)),
    Opening("postgresql.driver.pq3.Connection", "", ("postgresql.open",)),
    Opening("databasez.core.Connection", "", (), "databasez.Database", (), ("connection",)),
    Opening("quart_db.Connection", "", (), "quart_db.QuartDB", (), ("connection", "acquire")),
    Opening("libsql_client.Client", "", ("libsql_client.create_client",)),
    Opening("libsql_client.ClientSync", "", ("libsql_client.create_client_sync",)),
    Opening("libsql_client.Transaction", "", ("libsql_client.Client.transaction",)),
    Opening("libsql_client.TransactionSync", "", ("libsql_client.ClientSync.transaction",)),
    Opening("google.cloud.spanner_v1.Snapshot", "", ("google.cloud.spanner_v1.Database.snapshot",)),
    Opening("google.cloud.spanner_v1.BatchSnapshot", "", ("google.cloud.spanner_v1.Database.batch_snapshot",)),
    Opening("gel.Client", "", ("gel.create_client", "edgedb.create_client")),
    Opening("gel.AsyncIOClient", "", ("gel.create_async_client", "edgedb.create_async_client")),
    *(
        Opening(name, "", (f"{name}.load",))
        for name in (
            "prefect_sqlalchemy.SqlAlchemyConnector", "prefect_sqlalchemy.AsyncSqlAlchemyConnector",
            "prefect_snowflake.SnowflakeConnector",
        )
    ),
    *(
        Opening(f"{package}.sa.SAConnection", "", (), f"{package}.sa.Engine", (f"{package}.sa.create_engine",), ("acquire",))
        for package in ("aiopg", "aiomysql")
    ),
)  # fmt: skip
RESULTS = {
    "pg.DB.source": "pg.Source",
    "pg.Connection.source": "pg.Source",
    "postgresql.driver.pq3.Connection.query": "postgresql.driver.pq3.SingleExecution",
    "datasette.app.Datasette.get_database": "datasette.database.Database",
    "datasette.app.Datasette.add_memory_database": "datasette.database.Database",
    **{
        f"google.cloud.{home}.Client.instance": "google.cloud.spanner_v1.Instance" for home in ("spanner", "spanner_v1")
    },
    "google.cloud.spanner_v1.Instance.database": "google.cloud.spanner_v1.Database",
    "google.cloud.spanner_v1.Database.session": "google.cloud.spanner_v1.Session",
    "sqlite_utils.Database.__getitem__": "sqlite_utils.Table",
    "sqlite_utils.Database.table": "sqlite_utils.Table",
    "sqlite_utils.Database.view": "sqlite_utils.View",
    "sqlite_utils.Database.execute": "sqlite3.Cursor",
    "streamlit.connection": "streamlit.connections.SQLConnection",
    "streamlit.experimental_connection": "streamlit.connections.SQLConnection",
    "streamlit.connections.SnowflakeConnection.cursor": "snowflake.connector.SnowflakeCursor",
    "streamlit.connections.SnowflakeConnection.session": "snowflake.snowpark.Session",
    **{
        f"{home}.SQLDatabase.{name}": f"{home}.SQLDatabase"
        for home in LANGCHAINS
        for name in ("from_uri", "from_databricks", "from_cnosdb")
    },
    **{f"{home}.SparkSQL.from_uri": f"{home}.SparkSQL" for home in LANGCHAINS},
    "llama_index.SQLDatabase.from_uri": "llama_index.SQLDatabase",
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
            "azure.cosmos.DatabaseProxy.get_user_client": "UserProxy",
            "azure.cosmos.ContainerProxy.scripts": "ScriptsProxy",
        }.items()
    },
}
LOADERS = ("DuckDBLoader", "SnowflakeLoader", "BigQueryLoader")
FUNCTIONS: dict[str, Taking] = {
    "libsql_client.Statement": Taking("libsql", "?", "sqlite", 0, "sql", beside=True),
    "langchain_community.SQLDatabaseLoader": Taking("langchain", ":name", "", 0, "query", beside=True),
    "langchain_community.AthenaLoader": Taking("langchain", "", "", 0, "query"),
    **{f"{home}.{name}": Taking("langchain", "", "", 0, "query") for home in LANGCHAINS for name in LOADERS},
}
