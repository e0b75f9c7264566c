"""Apache Airflow's hooks and operators, and those of its ClickHouse plugin, that take SQL text: classes and functions out.

Read in the providers common-sql 2.4, postgres 7.1 and 5.6, mysql 6.7 and 5.3, microsoft-mssql 4.7 and 3.4, sqlite 4.3 and 3.4,
oracle 4.7 and 3.7, snowflake 6.20 and 4.4, trino 6.7 and 5.2, vertica 4.4 and 3.5, exasol 4.11, amazon 9.39 and 7.4,
google 22.8 and 10.8, databricks 7.23, apache-hive 9.7, jdbc 5.6 and 4.0, odbc 4.13, presto 5.13, teradata 3.7; in Airflow 1.10
for `BigQueryOperator`; in airflow-clickhouse-plugin.
"""

from readiness.libraries.drivers.declared import Driver, Taking

HOOK = frozenset(
    {"run", "get_records", "get_first", "get_pandas_df", "get_df", "get_pandas_df_by_chunks", "get_df_by_chunks"}
)
HOOKS = {
    "DbApiHook": ("driver", "", HOOK),
    "PostgresHook": ("%s", "postgres", HOOK | {"copy_expert"}),
    "MySqlHook": ("%s", "mysql", HOOK),
    "MsSqlHook": ("%s", "tsql", HOOK),
    "SqliteHook": ("?", "sqlite", HOOK),
    "OracleHook": (":name", "oracle", HOOK),
    "SnowflakeHook": ("%s", "snowflake", HOOK),
    "SnowflakeSqlApiHook": ("?", "snowflake", HOOK | {"execute_query"}),
    "BigQueryHook": ("%(name)s", "bigquery", HOOK | {"run_query"}),
    "TrinoHook": ("?", "trino", HOOK),
    "PrestoHook": ("?", "trino", HOOK),
    "RedshiftSQLHook": ("%s", "redshift", HOOK),
    "RedshiftDataHook": (":name", "redshift", frozenset({"execute_query"})),
    "AthenaHook": ("?", "trino", frozenset({"run_query"})),
    "DatabricksSqlHook": (":name", "databricks", HOOK),
    "HiveServer2Hook": ("driver", "hive", HOOK | {"get_results", "to_csv"}),
    "HiveCliHook": ("", "hive", frozenset({"run_cli", "test_hql"})),
    "VerticaHook": ("%s", "postgres", HOOK),
    "ExasolHook": ("{name}", "exasol", HOOK),
    "TeradataHook": ("?", "teradata", HOOK),
    "JdbcHook": ("?", "", HOOK),
    "OdbcHook": ("?", "", HOOK),
}
"""How a hook's driver marks a parameter, its dialect, its methods."""
CLASSES: dict[str, Driver] = {
    **{f"airflow.{name}": Driver("airflow", *kept) for name, kept in HOOKS.items()},
    "airflow_clickhouse_plugin.ClickHouseHook": Driver("airflow", "%(name)s", "clickhouse", frozenset({"execute"})),
}
CONNECTIONS = {
    "PostgresHook": "psycopg2.extensions.connection",
    "MySqlHook": "MySQLdb.connections.Connection",
    "SqliteHook": "sqlite3.Connection",
    "OracleHook": "oracledb.Connection",
    "SnowflakeHook": "snowflake.connector.SnowflakeConnection",
    "TrinoHook": "trino.dbapi.Connection",
    "RedshiftSQLHook": "redshift_connector.Connection",
    "OdbcHook": "pyodbc.Connection",
}
CURSORS = {
    "PostgresHook": "psycopg2.extensions.cursor",
    "MySqlHook": "MySQLdb.cursors.Cursor",
    "SqliteHook": "sqlite3.Cursor",
    "OracleHook": "oracledb.Cursor",
    "SnowflakeHook": "snowflake.connector.SnowflakeCursor",
    "TrinoHook": "trino.dbapi.Cursor",
    "RedshiftSQLHook": "redshift_connector.Cursor",
    "OdbcHook": "pyodbc.Cursor",
}
RESULTS = {
    **{f"airflow.{hook}.get_conn": given for hook, given in CONNECTIONS.items()},
    **{f"airflow.{hook}.get_cursor": given for hook, given in CURSORS.items()},
}
OPERATORS = {
    "sql": (
        "SQLExecuteQueryOperator", "SQLCheckOperator", "SQLValueCheckOperator", "SQLThresholdCheckOperator",
        "BranchSQLOperator", "SqlSensor", "SQLExecuteQueryTrigger", "PostgresOperator", "MySqlOperator", "MsSqlOperator",
        "SqliteOperator", "OracleOperator", "SnowflakeOperator", "SnowflakeSqlApiOperator", "SnowflakeCheckOperator",
        "SnowflakeValueCheckOperator", "TrinoOperator", "RedshiftSQLOperator", "RedshiftDataOperator", "JdbcOperator",
        "VerticaOperator", "ExasolOperator", "TeradataOperator", "BigQueryExecuteQueryOperator", "BigQueryOperator",
        "BigQueryCheckOperator", "BigQueryValueCheckOperator", "DatabricksSqlOperator", "DatabricksSqlSensor",
        "CloudSQLExecuteQueryOperator", "GenericTransfer", "PostgresToGCSOperator", "MySQLToGCSOperator",
        "MSSQLToGCSOperator", "OracleToGCSOperator", "TrinoToGCSOperator", "PrestoToGCSOperator",
        "SQLToGoogleSheetsOperator", "PrestoToMySqlOperator", "TrinoToMySqlOperator", "VerticaToMySqlOperator",
        "HiveToMySqlOperator", "HiveToDynamoDBOperator", "MsSqlToHiveOperator", "MySqlToHiveOperator",
        "VerticaToHiveOperator", "TeradataToTeradataOperator",
    ),
    "query": ("AthenaOperator", "SqlToS3Operator", "SpannerQueryDatabaseInstanceOperator"),
    "statement": ("DatabricksSQLStatementsOperator", "DatabricksSQLStatementsSensor"),
    "select_query": ("RedshiftToS3Operator",),
    "hql": ("HiveOperator", "HiveToSambaOperator"),
}  # fmt: skip
"""Operators, sensors and transfers that run SQL, by the parameter that holds it, wherever their provider keeps them."""
FUNCTIONS: dict[str, Taking] = {
    **{
        f"airflow.{name}": Taking("airflow", "", "", 99, keyword, statement=True)
        for keyword, names in OPERATORS.items()
        for name in names
    },
    "airflow_clickhouse_plugin.ClickHouseOperator": Taking("airflow", "", "clickhouse", 99, "sql", statement=True),
}
