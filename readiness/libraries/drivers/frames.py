"""Tables in memory, and files read as tables, that take SQL text: their classes, what gives them, their functions.

Read in duckdb 1.4, PySpark 4.0, Polars 1.30, DataFusion 47, chDB 3.3, pandasql 0.7, awswrangler 3.12, Daft 0.5, Apache Airflow 3.0.
"""

from readiness.libraries.drivers.declared import Argument, Driver, Opening, Taking

CLAUSE = (Argument(0, "", clause=True),)
RELATION = Driver(
    "duckdb", "", "duckdb", frozenset(),
    {
        "query": (Argument(1, "sql_query"),),
        "filter": (Argument(0, "filter_expr", clause=True),),
        "order": (Argument(0, "order_expr", clause=True),),
        "aggregate": (Argument(0, "aggr_expr", clause=True), Argument(1, "group_expr", clause=True)),
        "join": (Argument(1, "condition", clause=True),),
        "project": CLAUSE,
        "select": CLAUSE,
        "sort": CLAUSE,
    },
)  # fmt: skip
FRAME = Driver(
    "spark", "", "spark", frozenset(),
    {
        "filter": (Argument(0, "condition", clause=True),),
        "where": (Argument(0, "condition", clause=True),),
        "selectExpr": CLAUSE,
    },
)  # fmt: skip
RELATION_CLASS = "duckdb.DuckDBPyRelation"
FRAME_CLASS = "pyspark.sql.DataFrame"
READER = "pyspark.sql.DataFrameReader"
CLASSES: dict[str, Driver] = {
    RELATION_CLASS: RELATION,
    FRAME_CLASS: FRAME,
    "polars.SQLContext": Driver("polars", "", "", frozenset({"execute", "execute_global"})),
    "datafusion.SessionContext": Driver("datafusion", "", "", frozenset({"sql", "sql_with_options"})),
    "chdb.session.Session": Driver("chdb", "{name:Type}", "clickhouse", frozenset({"query", "sql", "send_query"})),
    "chdb.state.sqlitelike.Connection": Driver("chdb", "", "clickhouse", frozenset({"query", "send_query"})),
    "chdb.state.sqlitelike.Cursor": Driver("chdb", "", "clickhouse"),
}
OPENINGS = (
    Opening("chdb.state.sqlitelike.Connection", "chdb.state.sqlitelike.Cursor", ("chdb.connect",)),
    Opening("polars.SQLContext", "", ("polars.SQLContext",)),
)
GIVE_RELATIONS = (
    "sql", "query", "from_query", "table", "view", "values", "read_csv", "read_parquet", "read_json", "from_df", "from_arrow",
    "from_csv_auto", "from_parquet", "table_function",
)  # fmt: skip
RELATION_STEPS = (
    "filter", "project", "select", "order", "sort", "aggregate", "limit", "distinct", "join", "cross", "union", "except_",
    "intersect", "set_alias", "query", "unique",
)  # fmt: skip
FRAME_STEPS = (
    "filter", "where", "select", "selectExpr", "join", "crossJoin", "distinct", "dropDuplicates", "drop_duplicates", "limit",
    "orderBy", "sort", "union", "unionAll", "unionByName", "withColumn", "withColumnRenamed", "drop", "alias", "cache", "persist",
    "repartition", "coalesce", "fillna", "dropna", "hint", "sample", "toDF", "transform",
)  # fmt: skip
RESULTS = {
    **{
        f"{owner}.{name}": RELATION_CLASS
        for owner in ("duckdb", "duckdb.DuckDBPyConnection")
        for name in GIVE_RELATIONS
    },
    **{f"{RELATION_CLASS}.{name}": RELATION_CLASS for name in RELATION_STEPS},
    **{f"pyspark.sql.SparkSession.{name}": FRAME_CLASS for name in ("sql", "table", "createDataFrame", "range")},
    "pyspark.sql.SparkSession.read": READER,
    **{f"{READER}.{name}": READER for name in ("format", "option", "options", "schema")},
    **{f"{READER}.{name}": FRAME_CLASS for name in ("load", "csv", "json", "parquet", "orc", "table", "text", "jdbc")},
    **{f"{FRAME_CLASS}.{name}": FRAME_CLASS for name in FRAME_STEPS},
}
OPERATORS = {
    "sql": (
        "SQLExecuteQueryOperator", "SQLCheckOperator", "SQLValueCheckOperator", "BranchSQLOperator",
        "SqlSensor", "PostgresOperator", "MySqlOperator", "MsSqlOperator", "SqliteOperator", "OracleOperator",
        "SnowflakeOperator", "SnowflakeSqlApiOperator",
        "TrinoOperator", "RedshiftSQLOperator", "RedshiftDataOperator", "JdbcOperator", "VerticaOperator", "ExasolOperator",
        "BigQueryExecuteQueryOperator", "BigQueryOperator", "BigQueryCheckOperator", "BigQueryValueCheckOperator",
        "DatabricksSqlOperator", "ClickHouseOperator", "SQLInsertRowsOperator",
    ),
    "query": ("AthenaOperator",),
    "hql": ("HiveOperator",),
}  # fmt: skip
"""Airflow's operators that run SQL, by the parameter that holds it, wherever their provider keeps them."""
WRANGLED = {
    "read_sql_query": (
        "athena",
        "redshift",
        "postgresql",
        "mysql",
        "sqlserver",
        "oracle",
        "lakeformation",
        "cleanrooms",
    ),
    "query": ("timestream",),
    "start_query_execution": ("athena",),
    "create_ctas_table": ("athena",),
    "unload": ("athena", "redshift"),
    "unload_to_files": ("redshift",),
}
FUNCTIONS: dict[str, Taking] = {
    **{
        f"awswrangler.{service}.{name}": Taking("awswrangler", ":name", "", 0, "sql", beside=True)
        for name, services in WRANGLED.items()
        for service in services
    },
    **{
        f"awswrangler.data_api.{service}.read_sql_query": Taking("awswrangler", ":name", "", 0, "sql", beside=True)
        for service in ("rds", "redshift")
    },
    **{
        f"airflow.{name}": Taking("airflow", "", "", 99, keyword, statement=True)
        for keyword, names in OPERATORS.items()
        for name in names
    },
    "chdb.query": Taking("chdb", "{name:Type}", "clickhouse", 0, "sql", beside=True),
    "chdb.sql": Taking("chdb", "{name:Type}", "clickhouse", 0, "sql", beside=True),
    "pandasql.sqldf": Taking("pandasql", "", "sqlite", 0, "query"),
    "polars.sql": Taking("polars", "", "", 0, "query"),
    "daft.sql": Taking("daft", "", "", 0, "sql"),
    "daft.read_sql": Taking("daft", "", "", 0, "sql"),
    "arrow_odbc.read_arrow_batches_from_odbc": Taking("arrow_odbc", "?", "", 0, "query", beside=True),
    "bigframes.pandas.read_gbq_query": Taking("bigquery", "", "bigquery", 0, "query"),
    "modin.pandas.read_sql": Taking("pandas", "driver", "", 0, "sql", beside=True, statement=True),
    "pandas.io.sql.execute": Taking("pandas", "driver", "", 0, "sql", beside=True),
}
