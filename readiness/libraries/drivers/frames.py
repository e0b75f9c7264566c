"""Tables in memory, and files read as tables, that take SQL text: their classes, what gives them, their functions.

Read in DuckDB 2.0 and 1.4, PySpark 4.3, Snowpark 1.56, Polars 2.1, DataFusion 55, chDB 4.4, pandasql 0.7, awswrangler 3.17
and 2.20, Daft 0.7, arrow-odbc 10.6, Modin 0.37, BigFrames 2.51, pandas 2.2.
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
        "update": (Argument(-1, "condition", clause=True),),
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
SNOWPARK_FRAME = Driver(
    "snowflake", "", "snowflake", frozenset(),
    {
        "filter": (Argument(0, "expr", clause=True),),
        "where": (Argument(0, "expr", clause=True),),
        "select_expr": CLAUSE,
        "selectExpr": CLAUSE,
    },
)  # fmt: skip
RELATION_CLASS = "duckdb.DuckDBPyRelation"
FRAME_CLASS = "pyspark.sql.DataFrame"
SNOWPARK_FRAME_CLASS = "snowflake.snowpark.DataFrame"
READER = "pyspark.sql.DataFrameReader"
CLASSES: dict[str, Driver] = {
    RELATION_CLASS: RELATION,
    FRAME_CLASS: FRAME,
    SNOWPARK_FRAME_CLASS: SNOWPARK_FRAME,
    "polars.SQLContext": Driver("polars", "", "", frozenset({"execute", "execute_global"})),
    "polars.DataFrame": Driver("polars", "", "", frozenset({"sql"})),
    "polars.LazyFrame": Driver("polars", "", "", frozenset({"sql"})),
    "datafusion.SessionContext": Driver(
        "datafusion", "$name", "", frozenset({"sql", "sql_with_options", "parse_sql_expr"})
    ),
    "daft.Session": Driver("daft", "", "", frozenset({"sql"})),
    "arrow_odbc.Connection": Driver("arrow_odbc", "?", "", frozenset({"execute", "read_arrow_batches"})),
    "bigframes.Session": Driver("bigquery", "", "bigquery", frozenset({"read_gbq_query"})),
    "chdb.session.Session": Driver("chdb", "{name:Type}", "clickhouse", frozenset({"query", "sql", "send_query"})),
    "chdb.state.sqlitelike.Connection": Driver("chdb", "{name:Type}", "clickhouse", frozenset({"query", "send_query"})),
    "chdb.state.sqlitelike.Cursor": Driver("chdb", "", "clickhouse"),
}
OPENINGS = (
    Opening("chdb.state.sqlitelike.Connection", "chdb.state.sqlitelike.Cursor", ("chdb.connect",)),
    Opening("polars.SQLContext", "", ("polars.SQLContext",)),
    Opening("arrow_odbc.Connection", "", ("arrow_odbc.connect",)),
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
    **{f"snowflake.snowpark.Session.{name}": SNOWPARK_FRAME_CLASS for name in ("sql", "table", "create_dataframe")},
    **{
        f"{SNOWPARK_FRAME_CLASS}.{name}": SNOWPARK_FRAME_CLASS
        for name in ("filter", "where", "select", "select_expr", "selectExpr", "sort", "limit", "distinct", "join")
    },
    **{
        f"polars.{name}": "polars.DataFrame"
        for name in ("read_csv", "read_parquet", "read_database", "read_database_uri")
    },
    **{f"polars.{name}": "polars.LazyFrame" for name in ("scan_csv", "scan_parquet")},
}
MARKED_BY = {
    "athena": ":name", "cleanrooms": ":name", "redshift": "%s", "postgresql": "%s", "mysql": "%s", "sqlserver": "?",
    "oracle": ":name", "data_api.rds": ":name", "data_api.redshift": ":name", "dynamodb": "?",
}  # fmt: skip
"""How awswrangler's services mark a parameter; those that are not here bind none."""
WRANGLED = {
    "read_sql_query": (
        "athena", "cleanrooms", "redshift", "postgresql", "mysql", "sqlserver", "oracle", "lakeformation", "data_api.rds",
        "data_api.redshift",
    ),
    "query": ("timestream",),
    "start_query_execution": ("athena",),
    "create_prepared_statement": ("athena",),
    "create_ctas_table": ("athena",),
    "unload": ("athena", "redshift", "timestream"),
    "unload_to_files": ("redshift", "timestream"),
    "select_query": ("s3",),
    "read_partiql_query": ("dynamodb",),
}  # fmt: skip
"""Its functions that take a statement, and the services that have them (`lakeformation` up to 2.20)."""
EXPRESSIONS = {
    "duckdb.filter": (1, "filter_expr"),
    "duckdb.order": (1, "order_expr"),
    "duckdb.aggregate": (1, "aggr_expr"),
    "duckdb.SQLExpression": (0, "expression"),
    "polars.sql_expr": (0, "sql"),
    "daft.sql_expr": (0, "sql"),
    "snowflake.snowpark.functions.sql_expr": (0, "sql"),
}
"""Functions that take a part of a statement: where it stands, and the keyword."""
FUNCTIONS: dict[str, Taking] = {
    **{
        f"awswrangler.{service}.{name}": Taking(
            "awswrangler",
            MARKED_BY.get(service, ""),
            "",
            0,
            "query" if service == "dynamodb" else "sql",
            beside=service in MARKED_BY,
        )
        for name, services in WRANGLED.items()
        for service in services
    },
    **{
        name: Taking(name.partition(".")[0], "", "", position, keyword, built_only=True, clause=True)
        for name, (position, keyword) in EXPRESSIONS.items()
    },
    "chdb.query": Taking("chdb", "{name:Type}", "clickhouse", 0, "sql", beside=True),
    "chdb.sql": Taking("chdb", "{name:Type}", "clickhouse", 0, "sql", beside=True),
    "pandasql.sqldf": Taking("pandasql", "", "sqlite", 0, "query"),
    "polars.sql": Taking("polars", "", "", 0, "query"),
    "daft.sql": Taking("daft", "", "", 0, "sql"),
    "daft.read_sql": Taking("daft", "", "", 0, "sql"),
    "arrow_odbc.read_arrow_batches_from_odbc": Taking("arrow_odbc", "?", "", 0, "query", beside=True),
    "bigframes.pandas.read_gbq_query": Taking("bigquery", "", "bigquery", 0, "query"),
    "bigframes.pandas.read_gbq": Taking("bigquery", "", "bigquery", 0, "query_or_table", statement=True),
    "modin.pandas.read_sql": Taking("pandas", "driver", "", 0, "sql", beside=True, statement=True),
    "modin.pandas.read_sql_query": Taking("pandas", "driver", "", 0, "sql", beside=True),
    "modin.pandas.read_gbq": Taking("pandas", "@name", "bigquery", 0, "query", statement=True),
    "pandas.io.sql.execute": Taking("pandas", "driver", "", 0, "sql", beside=True),
}
