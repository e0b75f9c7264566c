"""Object-relational mappers, and small layers over a driver, that take SQL text: their classes, what opens them, their functions.

Read in Peewee 3.18, Tortoise ORM 0.25 and 1.0, Piccolo 1.28, PonyORM 0.7.19, records 0.6, dataset 1.6, Prisma Client Python 0.15,
sqlite-utils 3.38, CS50 9.4, pyDAL 20250607, GINO 1.0. SQLAlchemy and Django have packages of their own.
"""

from readiness.libraries.drivers.declared import Argument, Driver, Opening, Taking

PEEWEE = Driver("peewee", "driver", "", frozenset({"execute_sql"}))
PEEWEE_SQLITE = Driver("peewee", "?", "sqlite", PEEWEE.methods)
PEEWEE_POSTGRES = Driver("peewee", "%s", "postgres", PEEWEE.methods)
PEEWEE_MYSQL = Driver("peewee", "%s", "mysql", PEEWEE.methods)
PEEWEE_MODEL = Driver("peewee", "driver", "", frozenset({"raw"}))
TORTOISE = Driver(
    "tortoise", "driver", "",
    frozenset(
        {
            "execute_query", "execute_query_dict", "execute_query_dict_with_affected", "execute_insert", "execute_many",
            "execute_script",
        }
    ),
)  # fmt: skip
TORTOISE_MODEL = Driver("tortoise", "driver", "", frozenset({"raw"}))
PICCOLO = Driver("piccolo", "{}", "", frozenset({"raw"}))
PONY = Driver("pony", "$name", "", frozenset({"select", "execute", "get", "exists"}))
PONY_ENTITY = Driver("pony", "$name", "", frozenset({"select_by_sql", "get_by_sql"}))
RECORDS = Driver("records", ":name", "", frozenset({"query", "bulk_query"}))
PRISMA = Driver("prisma", "$1", "", frozenset({"query_raw", "execute_raw", "query_first"}))
GINO = Driver(
    "gino", "$1", "postgres", frozenset({"all", "first", "one", "one_or_none", "scalar", "status", "iterate"})
)
"""It takes expressions of SQLAlchemy, and text as asyncpg does."""

CLASSES: dict[str, Driver] = {
    **dict.fromkeys(
        (
            *(
                f"{module}.Gino"
                for module in ("gino", "gino.api", "gino_starlette", "gino.ext.starlette", "gino.ext.sanic")
            ),
            *(f"{module}.Gino" for module in ("gino.ext.aiohttp", "gino.ext.quart", "gino.ext.tornado")),
            *(f"{module}.Gino{kind}" for module in ("gino", "gino.engine") for kind in ("Engine", "Connection")),
            "gino_starlette.GinoEngine",
        ),
        GINO,
    ),
    **dict.fromkeys(("peewee.Database", "peewee.DatabaseProxy", "peewee.Proxy"), PEEWEE),
    **dict.fromkeys(
        (
            "peewee.SqliteDatabase",
            "playhouse.sqlite_ext.SqliteExtDatabase",
            "playhouse.sqlite_ext.CSqliteExtDatabase",
            "playhouse.sqliteq.SqliteQueueDatabase",
            "playhouse.apsw_ext.APSWDatabase",
            "playhouse.pool.PooledSqliteDatabase",
            "playhouse.pool.PooledSqliteExtDatabase",
            "playhouse.sqlcipher_ext.SqlCipherDatabase",
        ),
        PEEWEE_SQLITE,
    ),
    **dict.fromkeys(
        (
            "peewee.PostgresqlDatabase",
            "playhouse.postgres_ext.PostgresqlExtDatabase",
            "playhouse.pool.PooledPostgresqlDatabase",
            "playhouse.pool.PooledPostgresqlExtDatabase",
            "playhouse.cockroachdb.CockroachDatabase",
            "playhouse.postgres_ext.Psycopg3Database",
        ),
        PEEWEE_POSTGRES,
    ),
    **dict.fromkeys(
        (
            "peewee.MySQLDatabase",
            "playhouse.pool.PooledMySQLDatabase",
            "playhouse.mysql_ext.MySQLConnectorDatabase",
            "playhouse.mysql_ext.MariaDBConnectorDatabase",
        ),
        PEEWEE_MYSQL,
    ),
    "peewee.Model": PEEWEE_MODEL,
    "playhouse.flask_utils.FlaskDB.Model": PEEWEE_MODEL,
    "tortoise.backends.base.client.BaseDBAsyncClient": TORTOISE,
    **{
        f"tortoise.backends.{backend}.client.{name}": Driver("tortoise", style, dialect, TORTOISE.methods)
        for backend, names, style, dialect in (
            ("sqlite", ("SqliteClient", "SqliteTransactionWrapper"), "?", "sqlite"),
            ("asyncpg", ("AsyncpgDBClient", "TransactionWrapper"), "$1", "postgres"),
            ("psycopg", ("PsycopgClient", "TransactionWrapper"), "%s", "postgres"),
            ("mysql", ("MySQLClient", "TransactionWrapper"), "%s", "mysql"),
            ("mssql", ("MSSQLClient",), "?", "tsql"),
            ("oracle", ("OracleClient",), "?", "oracle"),
        )
        for name in names
    },
    "tortoise.models.Model": TORTOISE_MODEL,
    "piccolo.table.Table": PICCOLO,
    "pony.orm.Database": PONY,
    "pony.orm.Database.Entity": PONY_ENTITY,
    "records.Database": RECORDS,
    "records.Connection": RECORDS,
    "dataset.Database": Driver("dataset", ":name", "", frozenset({"query"})),
    "prisma.Prisma": PRISMA,
    "sqlite_utils.Database": Driver(
        "sqlite_utils",
        "?",
        "sqlite",
        frozenset({"execute", "query", "executescript", "execute_returning_dicts"}),
        {"create_view": (Argument(1, "sql"),)},
    ),
    "cs50.SQL": Driver("cs50", "?", "", frozenset({"execute"})),
    "pydal.DAL": Driver("pydal", "driver", "", frozenset({"executesql"})),
}
OPENINGS = (
    Opening(
        "records.Connection", "",
        ("records.Database.get_connection", "records.Database.transaction", "records.Connection.transaction"),
    ),
    Opening("dataset.Database", "", ("dataset.connect",)),
)  # fmt: skip
RESULTS = {
    "playhouse.db_url.connect": "peewee.Database",
    "playhouse.flask_utils.FlaskDB.database": "peewee.Database",
    "tortoise.connections.get": "tortoise.backends.base.client.BaseDBAsyncClient",
    "tortoise.connection.connections.get": "tortoise.backends.base.client.BaseDBAsyncClient",
    "tortoise.Tortoise.get_connection": "tortoise.backends.base.client.BaseDBAsyncClient",
    "tortoise.connection.get_connection": "tortoise.backends.base.client.BaseDBAsyncClient",
    "tortoise.transactions.in_transaction": "tortoise.backends.base.client.BaseDBAsyncClient",
}
FUNCTIONS: dict[str, Taking] = {
    "peewee.SQL": Taking("peewee", "driver", "", 0, "sql", beside=True, clause=True),
    "peewee.RawQuery": Taking("peewee", "driver", "", 0, "sql", beside=True),
    "tortoise.expressions.RawSQL": Taking("tortoise", "driver", "", 0, "sql", clause=True),
    "piccolo.querystring.QueryString": Taking("piccolo", "{}", "", 0, "template", beside=True),
    "piccolo.querystring.Unquoted": Taking("piccolo", "", "", 0, "value", built_only=True),
    "pony.orm.raw_sql": Taking("pony", "$name", "", 0, "sql", clause=True),
}
