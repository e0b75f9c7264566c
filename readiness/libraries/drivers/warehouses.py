"""Clients of analytical databases, of warehouses and of Cassandra: their classes, what opens them, and their functions.

Read in duckdb 1.4, clickhouse-connect 0.8, clickhouse-driver 0.2, asynch 0.3, aiochclient 2.6, google-cloud-bigquery 3.30,
snowflake-connector-python 3.15, snowflake-snowpark-python 1.30, PySpark 4.0, trino 0.334, PyHive 0.7, impyla 0.21,
databricks-sql-connector 4.0, PyAthena 3.14, cassandra-driver 3.29, ibis 10.
"""

from readiness.libraries.drivers.declared import EXECUTE, Driver, Opening, Taking

DUCKDB = Driver("duckdb", "?", "duckdb", EXECUTE | {"sql", "query", "from_query", "extract_statements"})
CLICKHOUSE_CONNECT = Driver(
    "clickhouse_connect", "{name:Type}", "clickhouse",
    frozenset(
        {
            "query", "command", "query_df", "query_np", "query_arrow", "query_df_arrow", "query_df_stream",
            "query_np_stream", "query_arrow_stream", "query_df_arrow_stream", "query_row_block_stream",
            "query_rows_stream", "query_column_block_stream", "raw_query", "raw_stream", "create_query_context",
            "execute",
        }
    ),
)  # fmt: skip
"""It has no `execute` of its own; who hangs one on it moves from clickhouse-driver."""
CLICKHOUSE_DRIVER = Driver(
    "clickhouse_driver", "%(name)s", "clickhouse",
    EXECUTE | {"execute_iter", "execute_with_progress", "query_dataframe", "query_arrow", "query_arrow_stream"},
)  # fmt: skip
ASYNCH = Driver("asynch", "%(name)s", "clickhouse", EXECUTE)
AIOCHCLIENT = Driver(
    "aiochclient", "{name}", "clickhouse",
    frozenset({"execute", "fetch", "fetchrow", "fetchone", "fetchval", "iterate", "cursor"}),
)  # fmt: skip
BIGQUERY = Driver("bigquery", "@name", "bigquery", frozenset({"query", "query_and_wait", "execute", "executemany"}))
SNOWFLAKE = Driver("snowflake", "%s", "snowflake", EXECUTE | {"execute_async", "execute_string", "describe"})
SNOWPARK = Driver("snowflake", "?", "snowflake", frozenset({"sql"}))
SPARK = Driver("spark", ":name", "spark", frozenset({"sql"}))
TRINO = Driver("trino", "?", "trino")
PYHIVE = Driver("pyhive", "%(name)s", "hive", EXECUTE | {"executesync"})
IMPALA = Driver("impala", "%(name)s", "hive", EXECUTE | {"execute_async"})
DATABRICKS = Driver("databricks", ":name", "databricks", EXECUTE | {"execute_async"})
CASSANDRA = Driver("cassandra", "%s", "", frozenset({"execute", "execute_async", "prepare"}))
AIRFLOW = Driver(
    "airflow", "%s", "",
    frozenset(
        {
            "run", "get_records", "get_first", "get_pandas_df", "get_df", "get_pandas_df_by_chunks", "get_df_by_chunks",
            "bulk_load_sql", "copy_expert",
        }
    ),
)  # fmt: skip
HOOKS = (
    ("postgres", "postgres", "PostgresHook"), ("mysql", "mysql", "MySqlHook"), ("sqlite", "sqlite", "SqliteHook"),
    ("snowflake", "snowflake", "SnowflakeHook"), ("google", "bigquery", "BigQueryHook"), ("trino", "trino", "TrinoHook"),
    ("microsoft.mssql", "mssql", "MsSqlHook"), ("oracle", "oracle", "OracleHook"), ("odbc", "odbc", "OdbcHook"),
    ("databricks", "databricks_sql", "DatabricksSqlHook"), ("amazon.aws", "redshift_sql", "RedshiftSQLHook"),
    ("common.sql", "sql", "DbApiHook"), ("presto", "presto", "PrestoHook"), ("jdbc", "jdbc", "JdbcHook"),
)  # fmt: skip
"""Airflow's hooks: provider, module, class."""
IBIS = Driver("ibis", "", "", frozenset({"raw_sql", "sql"}))

CLASSES: dict[str, Driver] = {
    "duckdb.DuckDBPyConnection": DUCKDB,
    "clickhouse_connect.driver.Client": CLICKHOUSE_CONNECT,
    "clickhouse_connect.driver.AsyncClient": CLICKHOUSE_CONNECT,
    "clickhouse_connect.dbapi.Cursor": Driver("clickhouse_connect", "%(name)s", "clickhouse"),
    "clickhouse_driver.Client": CLICKHOUSE_DRIVER,
    "clickhouse_driver.dbapi.Cursor": CLICKHOUSE_DRIVER,
    "asynch.cursors.Cursor": ASYNCH,
    "aiochclient.ChClient": AIOCHCLIENT,
    "google.cloud.bigquery.Client": BIGQUERY,
    "google.cloud.bigquery.dbapi.Cursor": Driver("bigquery", "%(name)s", "bigquery"),
    "snowflake.connector.SnowflakeConnection": SNOWFLAKE,
    "snowflake.connector.SnowflakeCursor": SNOWFLAKE,
    "snowflake.snowpark.Session": SNOWPARK,
    "pyspark.sql.SparkSession": SPARK,
    "pyspark.sql.SQLContext": SPARK,
    "trino.dbapi.Cursor": TRINO,
    "prestodb.dbapi.Cursor": TRINO,
    "pyhive.Cursor": PYHIVE,
    "impala.Cursor": IMPALA,
    "databricks.sql.Cursor": DATABRICKS,
    "pyathena.Cursor": Driver("pyathena", "%(name)s", "trino"),
    "redshift_connector.Cursor": Driver("redshift_connector", "%s", "redshift"),
    "vertica_python.Cursor": Driver("vertica_python", ":name", "postgres"),
    "cassandra.cluster.Session": CASSANDRA,
    "ibis.Backend": IBIS,
    **{f"airflow.providers.{provider}.hooks.{module}.{name}": AIRFLOW for provider, module, name in HOOKS},
    "frappe.db": Driver("frappe", "%s", "", frozenset({"sql", "sql_list", "multisql"})),
    "firebird.driver.Cursor": Driver("firebird", "?", ""),
    "fdb.Cursor": Driver("firebird", "?", ""),
    "teradatasql.Cursor": Driver("teradatasql", "?", "teradata"),
    "hdbcli.dbapi.Cursor": Driver("hdbcli", "?", ""),
    "jaydebeapi.Cursor": Driver("jaydebeapi", "?", ""),
    "pyexasol.ExaConnection": Driver(
        "pyexasol", "{name}", "exasol", frozenset({"execute", "export_to_pandas", "export_to_list"})
    ),
}
DBAPI = (
    ("clickhouse_connect.dbapi", "clickhouse_connect.dbapi.connect"),
    ("clickhouse_driver.dbapi", "clickhouse_driver.connect", "clickhouse_driver.dbapi.connect"),
    ("google.cloud.bigquery.dbapi", "google.cloud.bigquery.dbapi.connect"),
    ("trino.dbapi", "trino.dbapi.connect"),
    ("prestodb.dbapi", "prestodb.dbapi.connect"),
    ("impala", "impala.dbapi.connect"),
    ("databricks.sql", "databricks.sql.connect"),
    ("pyathena", "pyathena.connect"),
    ("redshift_connector", "redshift_connector.connect"),
    ("vertica_python", "vertica_python.connect"),
    ("firebird.driver", "firebird.driver.connect"),
    ("fdb", "fdb.connect"),
    ("teradatasql", "teradatasql.connect"),
    ("hdbcli.dbapi", "hdbcli.dbapi.connect"),
    ("jaydebeapi", "jaydebeapi.connect"),
)
"""Packages with a `Connection` and a `Cursor`, and what opens the connection."""
OPENINGS = (
    *(Opening(f"{package}.Connection", f"{package}.Cursor", tuple(connects)) for package, *connects in DBAPI),
    *(
        Opening(f"pyhive.{each}.Connection", "pyhive.Cursor", (f"pyhive.{each}.connect",))
        for each in ("hive", "presto", "trino")
    ),
    Opening("duckdb.DuckDBPyConnection", "duckdb.DuckDBPyConnection", ("duckdb.connect",)),
    Opening(
        "asynch.Connection", "asynch.cursors.Cursor", ("asynch.connect",), "asynch.Pool", ("asynch.create_pool",),
        ("connection", "acquire"),
    ),
    Opening(
        "snowflake.connector.SnowflakeConnection", "snowflake.connector.SnowflakeCursor", ("snowflake.connector.connect",)
    ),
)  # fmt: skip
RESULTS = {
    "duckdb.DuckDBPyConnection.begin": "duckdb.DuckDBPyConnection",
    "duckdb.DuckDBPyConnection.execute": "duckdb.DuckDBPyConnection",
    "duckdb.cursor": "duckdb.DuckDBPyConnection",
    "duckdb.default_connection": "duckdb.DuckDBPyConnection",
    "clickhouse_connect.get_client": "clickhouse_connect.driver.Client",
    "clickhouse_connect.create_client": "clickhouse_connect.driver.Client",
    "clickhouse_connect.get_async_client": "clickhouse_connect.driver.AsyncClient",
    "clickhouse_connect.create_async_client": "clickhouse_connect.driver.AsyncClient",
    "clickhouse_driver.Client.from_url": "clickhouse_driver.Client",
    "clickhouse_pool.ChPool.get_client": "clickhouse_driver.Client",
    "clickhouse_pool.ChPool.pull": "clickhouse_driver.Client",
    **{
        f"{session}.{builder}.{step}": session
        for session, builders in (
            ("pyspark.sql.SparkSession", ("builder", "Builder")),
            ("snowflake.snowpark.Session", ("builder", "SessionBuilder")),
        )
        for builder in builders
        for step in ("getOrCreate", "create")
    },
    "pyspark.sql.SparkSession.builder.*": "pyspark.sql.SparkSession.Builder",
    "pyspark.sql.SparkSession.Builder.*": "pyspark.sql.SparkSession.Builder",
    "pyspark.sql.SparkSession.getActiveSession": "pyspark.sql.SparkSession",
    "pyspark.sql.SparkSession.newSession": "pyspark.sql.SparkSession",
    "snowflake.snowpark.Session.builder.*": "snowflake.snowpark.Session.SessionBuilder",
    "snowflake.snowpark.Session.SessionBuilder.*": "snowflake.snowpark.Session.SessionBuilder",
    "snowflake.snowpark.context.get_active_session": "snowflake.snowpark.Session",
    "cassandra.cluster.Session.prepare": "cassandra.query.PreparedStatement",
    "cassandra.query.PreparedStatement.bind": "cassandra.query.BoundStatement",
    "cassandra.cluster.Cluster.connect": "cassandra.cluster.Session",
    "pyexasol.connect": "pyexasol.ExaConnection",
    "ibis.connect": "ibis.Backend",
    **{
        f"ibis.{each}.connect": "ibis.Backend"
        for each in ("duckdb", "postgres", "bigquery", "snowflake", "sqlite", "mysql", "trino", "clickhouse", "pyspark")
    },
}
PREPARED = frozenset(
    f"cassandra.query.{name}" for name in ("PreparedStatement", "BoundStatement", "SimpleStatement", "BatchStatement")
)
"""Statements that are made elsewhere of their text."""
SERVICES: dict[str, dict[str, str]] = {
    "start_query_execution": {"athena": "QueryString"},
    "create_named_query": {"athena": "QueryString"},
    "create_prepared_statement": {"athena": "QueryStatement"},
    "execute_statement": {"rds-data": "sql", "redshift-data": "Sql", "dynamodb": "Statement"},
    "batch_execute_statement": {"rds-data": "sql", "redshift-data": "Sqls"},
    "execute_sql": {"rds-data": "sqlStatements"},
    "query": {"timestream-query": "QueryString"},
    "prepare_query": {"timestream-query": "QueryString"},
    "select_object_content": {"s3": "Expression"},
}
"""Methods of AWS clients, and the parameter that holds the text by the service (boto3 1.40)."""
MARKS = {"athena": "?", "dynamodb": "?", "timestream-query": "", "s3": ""}
"""How a service marks a parameter, where it is not `:name`."""
FUNCTIONS: dict[str, Taking] = {
    **{
        f"duckdb.{name}": Taking("duckdb", "?", "duckdb", keyword="query", beside=True)
        for name in ("sql", "query", "execute", "executemany", "from_query")
    },
    "duckdb.query_df": Taking("duckdb", "?", "duckdb", 2, "sql_query"),
    "cassandra.query.SimpleStatement": Taking("cassandra", "%s", "", 0, "query_string"),
    "pyspark.sql.functions.expr": Taking("spark", "", "spark", 0, "str", built_only=True),
    **{
        f"defog.query.{name}": Taking("defog", "", "", 2, "query")
        for name in ("execute_query_once", "async_execute_query_once")
    },
    "ibm_db.exec_immediate": Taking("ibm_db", "?", "", 1, "statement"),
    "ibm_db.prepare": Taking("ibm_db", "?", "", 1, "statement"),
    **{
        f"pandas.{name}": Taking("pandas", "driver", "", 0, "sql", beside=True, statement=name == "read_sql")
        for name in ("read_sql", "read_sql_query", "io.sql.read_sql", "io.sql.read_sql_query")
    },
    **{
        f"geopandas.{name}": Taking("pandas", "driver", "", 0, "sql", beside=True)
        for name in ("read_postgis", "GeoDataFrame.from_postgis")
    },
    **{
        name: Taking("pandas", "@name", "bigquery", 0, "query", statement=True)
        for name in ("pandas.read_gbq", "pandas_gbq.read_gbq")
    },
    "polars.read_database": Taking("polars", "driver", "", 0, "query", beside=True),
    "polars.read_database_uri": Taking("polars", "", "", 0, "query"),
    "connectorx.read_sql": Taking("connectorx", "", "", 1, "query"),
    "psycopg2.extras.execute_values": Taking("psycopg2", "%s", "postgres", 1, "sql", beside=True),
    "psycopg2.extras.execute_batch": Taking("psycopg2", "%s", "postgres", 1, "sql", beside=True),
}
