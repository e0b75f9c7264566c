"""Clients of analytical databases, of warehouses and of Cassandra: their classes, what opens them, and their functions.

Read in DuckDB 2.0 and 1.4, clickhouse-connect 1.12, clickhouse-driver 0.2, asynch 0.4 and 0.2, aiochclient 2.6,
google-cloud-bigquery 3.47, snowflake-connector-python 5.2, snowflake-snowpark-python 1.56, PySpark 4.3, trino 0.340,
presto-python-client 0.8, PyHive 0.7, impyla 0.24, databricks-sql-connector 4.9, PyAthena 4.2, redshift-connector 2.2,
vertica-python 1.4, cassandra-driver 3.30, ibis 12, firebird-driver 2.1, fdb 2.0, teradatasql 20.0, hdbcli 2.30, JayDeBeApi 1.2,
pyexasol 3.0, defog 1.6, ibm_db 3.3, pandas 3.1 and 2.2, pandas-gbq 0.35, GeoPandas 1.2, Polars 2.1, ConnectorX 0.4,
botocore 1.44; Frappe's `Database` in its sources of version 13.
"""

from readiness.libraries.drivers.declared import EXECUTE, Argument, Driver, Opening, Taking

DUCKDB = Driver(
    "duckdb", "?", "duckdb", EXECUTE | {"sql", "query", "from_query", "extract_statements", "query_appender"}
)
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
    frozenset(
        {
            "execute", "execute_iter", "execute_with_progress", "query_dataframe", "query_arrow", "query_arrow_stream",
            "insert_dataframe", "substitute_params",
        }
    ),
)  # fmt: skip
ASYNCH = Driver("asynch", "%(name)s", "clickhouse", EXECUTE)
AIOCHCLIENT = Driver(
    "aiochclient", "{name}", "clickhouse",
    frozenset({"execute", "fetch", "fetchrow", "fetchone", "fetchval", "iterate", "cursor", "insert_file"}),
)  # fmt: skip
BIGQUERY = Driver("bigquery", "@name", "bigquery", frozenset({"query", "query_and_wait"}))
SNOWFLAKE = Driver("snowflake", "%s", "snowflake", EXECUTE | {"execute_async", "describe"})
SNOWFLAKE_CONNECTION = Driver("snowflake", "%s", "snowflake", frozenset({"execute_string"}))
SNOWPARK = Driver("snowflake", "?", "snowflake", frozenset({"sql"}))
SPARK = Driver("spark", ":name", "spark", frozenset({"sql"}))
TRINO = Driver("trino", "?", "trino", EXECUTE | {"describe"})
PYHIVE = Driver("pyhive", "%(name)s", "hive")
IMPALA = Driver("impala", "%(name)s", "hive", EXECUTE | {"execute_async"})
DATABRICKS = Driver("databricks", ":name", "databricks", EXECUTE | {"execute_async"})
CASSANDRA = Driver(
    "cassandra", "%s", "", frozenset({"execute", "execute_async", "execute_concurrent_with_args", "prepare"})
)
IMMEDIATE = Driver("firebird", "", "", frozenset({"execute_immediate"}))
PYEXASOL = Driver(
    "pyexasol", "{name}", "exasol",
    frozenset(
        {
            "execute", "execute_udf_output", "create_prepared_statement", "export_to_pandas", "export_to_list",
            "export_to_polars",
        }
    ),
    {
        "export_to_file": (Argument(1, "query_or_table"),),
        "export_to_parquet": (Argument(1, "query_or_table"),),
        "export_to_callback": (Argument(2, "query_or_table"),),
        "export_parallel": (Argument(1, "query_or_table"),),
    },
)  # fmt: skip
IBIS = Driver("ibis", "", "", frozenset({"raw_sql", "sql"}))

CLASSES: dict[str, Driver] = {
    "duckdb.DuckDBPyConnection": DUCKDB,
    "clickhouse_connect.driver.Client": CLICKHOUSE_CONNECT,
    "clickhouse_connect.driver.AsyncClient": CLICKHOUSE_CONNECT,
    "clickhouse_connect.driver.HttpClient": CLICKHOUSE_CONNECT,
    "clickhouse_connect.dbapi.Cursor": Driver("clickhouse_connect", "%(name)s", "clickhouse"),
    "clickhouse_driver.Client": CLICKHOUSE_DRIVER,
    "clickhouse_driver.dbapi.Cursor": Driver("clickhouse_driver", "%(name)s", "clickhouse"),
    "asynch.Cursor": ASYNCH,
    "asynch.DictCursor": ASYNCH,
    "aiochclient.ChClient": AIOCHCLIENT,
    "google.cloud.bigquery.Client": BIGQUERY,
    "google.cloud.bigquery.dbapi.Cursor": Driver("bigquery", "%(name)s", "bigquery"),
    "snowflake.connector.SnowflakeConnection": SNOWFLAKE_CONNECTION,
    "snowflake.connector.SnowflakeCursor": SNOWFLAKE,
    "snowflake.snowpark.Session": SNOWPARK,
    "pyspark.sql.SparkSession": SPARK,
    "pyspark.sql.SQLContext": SPARK,
    "trino.dbapi.Cursor": TRINO,
    "prestodb.dbapi.Cursor": Driver("trino", "?", "trino"),
    "pyhive.Cursor": PYHIVE,
    "impala.Cursor": IMPALA,
    "databricks.sql.Cursor": DATABRICKS,
    "pyathena.Cursor": Driver("pyathena", "%(name)s", "trino"),
    "redshift_connector.Cursor": Driver("redshift_connector", "%s", "redshift"),
    "vertica_python.Cursor": Driver("vertica_python", ":name", "postgres", EXECUTE | {"copy"}),
    "cassandra.cluster.Session": CASSANDRA,
    "ibis.Backend": IBIS,
    "ibis.Table": Driver("ibis", "", "", frozenset({"sql"})),
    "frappe.db": Driver("frappe", "%s", "mysql", frozenset({"sql", "sql_list", "sql_ddl", "multisql"})),
    "firebird.driver.Cursor": Driver("firebird", "?", "", EXECUTE | {"prepare", "open"}),
    "firebird.driver.Connection": IMMEDIATE,
    "fdb.Cursor": Driver("firebird", "?", "", EXECUTE | {"prep"}),
    "fdb.Connection": IMMEDIATE,
    "teradatasql.Cursor": Driver("teradatasql", "?", "teradata"),
    "hdbcli.dbapi.Cursor": Driver("hdbcli", "?", ""),
    "jaydebeapi.Cursor": Driver("jaydebeapi", "?", ""),
    "pyexasol.ExaConnection": PYEXASOL,
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
        "asynch.Connection", "asynch.Cursor", ("asynch.connect",), "asynch.Pool", ("asynch.create_pool",),
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
    "fdb.Cursor.prep": "fdb.PreparedStatement",
    "firebird.driver.Cursor.prepare": "firebird.driver.Statement",
    "cassandra.cluster.Session.prepare": "cassandra.query.PreparedStatement",
    "cassandra.query.PreparedStatement.bind": "cassandra.query.BoundStatement",
    "cassandra.cluster.Cluster.connect": "cassandra.cluster.Session",
    "pyexasol.connect": "pyexasol.ExaConnection",
    "pyexasol.connect_local_config": "pyexasol.ExaConnection",
    "ibis.Backend.table": "ibis.Table",
    "ibis.Backend.sql": "ibis.Table",
    "ibis.connect": "ibis.Backend",
    **{
        f"ibis.{each}.connect": "ibis.Backend"
        for each in ("duckdb", "postgres", "bigquery", "snowflake", "sqlite", "mysql", "trino", "clickhouse", "pyspark")
    },
}
PREPARED = frozenset(
    {
        *(
            f"cassandra.query.{name}"
            for name in ("PreparedStatement", "BoundStatement", "SimpleStatement", "BatchStatement")
        ),
        "fdb.PreparedStatement",
        "firebird.driver.Statement",
        "libsql_client.Statement",
    }
)
"""Statements that are made elsewhere of their text."""
OBJECTS = frozenset({"cassandra", "firebird", "libsql"})
"""Libraries whose methods take these as well."""
SERVICES: dict[str, dict[str, str]] = {
    "start_query_execution": {"athena": "QueryString"},
    "create_named_query": {"athena": "QueryString"},
    "update_named_query": {"athena": "QueryString"},
    "create_prepared_statement": {"athena": "QueryStatement"},
    "update_prepared_statement": {"athena": "QueryStatement"},
    "execute_statement": {"rds-data": "sql", "redshift-data": "Sql", "dynamodb": "Statement"},
    "batch_execute_statement": {"rds-data": "sql", "redshift-data": "Sqls"},
    "execute_sql": {"rds-data": "sqlStatements"},
    "query": {"timestream-query": "QueryString"},
    "prepare_query": {"timestream-query": "QueryString"},
    "create_scheduled_query": {"timestream-query": "QueryString"},
    "start_query": {"cloudtrail": "QueryStatement"},
    "select_object_content": {"s3": "Expression"},
}
"""Methods of AWS clients, and the parameter that holds the text by the service (its models in botocore)."""
MARKS = {"athena": "?", "dynamodb": "?", "timestream-query": "", "s3": "", "cloudtrail": ""}
"""How a service marks a parameter, where it is not `:name`."""
FUNCTIONS: dict[str, Taking] = {
    **{
        f"duckdb.{name}": Taking("duckdb", "?", "duckdb", keyword="query", beside=True)
        for name in ("sql", "query", "execute", "executemany", "from_query")
    },
    "duckdb.query_df": Taking("duckdb", "?", "duckdb", 2, "sql_query"),
    "cassandra.cqlengine.connection.execute": Taking("cassandra", "%(name)s", "", 0, "query", beside=True),
    "cassandra.query.SimpleStatement": Taking("cassandra", "%s", "", 0, "query_string"),
    "pyspark.sql.functions.expr": Taking("spark", "", "spark", 0, "str", built_only=True),
    **{
        f"defog.query.{name}": Taking("defog", "", "", 2, "query")
        for name in ("execute_query_once", "async_execute_query_once")
    },
    **{f"defog.query.{name}": Taking("defog", "", "", 0, "query") for name in ("execute_query", "async_execute_query")},
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
    "pandas.read_gbq": Taking("pandas", "@name", "bigquery", 0, "query", statement=True),
    "pandas_gbq.read_gbq": Taking("pandas", "@name", "bigquery", 0, "query_or_table", statement=True),
    "polars.read_database": Taking("polars", "driver", "", 0, "query", beside=True),
    "polars.read_database_uri": Taking("polars", "", "", 0, "query"),
    "connectorx.read_sql": Taking("connectorx", "", "", 1, "query"),
    "connectorx.partition_sql": Taking("connectorx", "", "", 1, "query"),
    "connectorx.read_sql_pandas": Taking("connectorx", "", "", 0, "sql"),
    "psycopg2.extras.execute_values": Taking("psycopg2", "%s", "postgres", 1, "sql", beside=True),
    "psycopg2.extras.execute_batch": Taking("psycopg2", "%s", "postgres", 1, "sql", beside=True),
}
