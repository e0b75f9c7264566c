"""The classes of what SQLAlchemy, SQLModel, Flask-SQLAlchemy and Alembic give back, for `Library.results`.

Read in SQLAlchemy 2.1.9 and 1.4.54, SQLModel 0.0.24, Flask-SQLAlchemy 3.1.1 and 2.5.1. Names are written in their shortest
form; the linker finds the longer ones (`sqlalchemy.orm.session.Session`) by itself. A method that gives a row, or an object
of the project, is left out: its class is not the library's.
"""

SELECT = "sqlalchemy.Select"
QUERY = "sqlalchemy.orm.Query"
MODEL_QUERY = "flask_sqlalchemy.query.Query"
COLUMN = "sqlalchemy.ColumnElement"
RESULT = "sqlalchemy.engine.Result"
SCALARS = "sqlalchemy.engine.ScalarResult"
LOAD = "sqlalchemy.orm.Load"
SESSION = "sqlalchemy.orm.Session"
ASYNC_SESSION = "sqlalchemy.ext.asyncio.AsyncSession"
ENGINE = "sqlalchemy.engine.Engine"
ASYNC_ENGINE = "sqlalchemy.ext.asyncio.AsyncEngine"
CONNECTION = "sqlalchemy.engine.Connection"
ASYNC_CONNECTION = "sqlalchemy.ext.asyncio.AsyncConnection"
PAGINATION = "flask_sqlalchemy.pagination.Pagination"

OPENED = {
    "sqlalchemy.orm.sessionmaker.__call__": SESSION,
    "sqlalchemy.orm.sessionmaker.begin": SESSION,
    "sqlalchemy.orm.scoped_session.__call__": SESSION,
    "sqlalchemy.ext.asyncio.async_sessionmaker.__call__": ASYNC_SESSION,
    "sqlalchemy.ext.asyncio.async_sessionmaker.begin": ASYNC_SESSION,
    "sqlalchemy.ext.asyncio.async_scoped_session.__call__": ASYNC_SESSION,
    "flask_sqlalchemy.SQLAlchemy.session": SESSION,
    "flask_sqlalchemy.SQLAlchemy.engine": ENGINE,
    "flask_sqlalchemy.SQLAlchemy.get_engine": ENGINE,
    "flask_sqlalchemy_lite.SQLAlchemy.session": SESSION,
    "flask_sqlalchemy_lite.SQLAlchemy.engine": ENGINE,
    "sqlalchemy.create_engine": ENGINE,
    "sqlalchemy.engine_from_config": ENGINE,
    "sqlmodel.create_engine": ENGINE,
    "sqlalchemy.ext.asyncio.create_async_engine": ASYNC_ENGINE,
    "sqlalchemy.ext.asyncio.async_engine_from_config": ASYNC_ENGINE,
    f"{ASYNC_ENGINE}.sync_engine": ENGINE,
    f"{ENGINE}.connect": CONNECTION,
    f"{ENGINE}.begin": CONNECTION,
    f"{ENGINE}.execution_options": ENGINE,
    f"{ASYNC_ENGINE}.connect": ASYNC_CONNECTION,
    f"{ASYNC_ENGINE}.begin": ASYNC_CONNECTION,
    f"{SESSION}.connection": CONNECTION,
    f"{SESSION}.get_bind": ENGINE,
    f"{SESSION}.__enter__": SESSION,
    f"{ASYNC_SESSION}.connection": ASYNC_CONNECTION,
    f"{ASYNC_SESSION}.sync_session": SESSION,
    f"{CONNECTION}.execution_options": CONNECTION,
    f"{CONNECTION}.__enter__": CONNECTION,
    "alembic.op.get_bind": CONNECTION,
    "alembic.op.get_context": "alembic.runtime.migration.MigrationContext",
    "alembic.context.get_context": "alembic.runtime.migration.MigrationContext",
}
SESSIONS = (
    "sqlalchemy.Session",
    "sqlalchemy.AsyncSession",
    "sqlalchemy.orm.scoped_session",
    "sqlalchemy.ext.asyncio.async_scoped_session",
    "sqlmodel.Session",
    "sqlmodel.AsyncSession",
    "sqlalchemy.Connection",
    "sqlalchemy.AsyncConnection",
)
SELECT_STEPS = (
    "where", "filter", "filter_by", "order_by", "group_by", "having", "limit", "offset", "fetch", "slice", "distinct",
    "join", "outerjoin", "join_from", "outerjoin_from", "select_from", "options", "execution_options",
    "with_only_columns", "add_columns", "correlate", "correlate_except", "with_for_update", "prefix_with",
    "suffix_with", "with_hint", "with_statement_hint", "params", "returning", "values", "union", "union_all",
    "intersect", "except_", "from_select", "on_conflict_do_nothing", "on_conflict_do_update", "on_duplicate_key_update",
)  # fmt: skip
QUERY_STEPS = (
    *SELECT_STEPS, "with_entities", "add_column", "add_entity", "enable_eagerloads", "enable_assertions", "from_self",
    "populate_existing", "yield_per", "autoflush", "select_entity_from", "from_statement", "intersect_all",
    "except_all", "reset_joinpoint", "execution_options", "with_parent", "with_session",
)  # fmt: skip
RESULT_STEPS = ("unique", "columns", "freeze", "yield_per", "tuples", "mappings", "merge")
LOADERS = (
    "joinedload", "selectinload", "subqueryload", "lazyload", "immediateload", "noload", "raiseload", "contains_eager",
    "load_only", "defer", "undefer", "defaultload", "with_loader_criteria", "selectin_polymorphic",
)  # fmt: skip
COLUMN_MAKERS = (
    "and_", "or_", "not_", "case", "cast", "type_coerce", "literal", "literal_column", "extract", "bindparam", "null",
    "true", "false", "asc", "desc", "nullsfirst", "nullslast", "nulls_first", "nulls_last", "between", "collate",
    "distinct", "exists", "any_", "all_", "over", "tuple_", "within_group",
)  # fmt: skip
COLUMN_CLASSES = (
    "sqlalchemy.ColumnElement",
    "sqlalchemy.orm.InstrumentedAttribute",
    "sqlalchemy.Column",
    "flask_sqlalchemy.SQLAlchemy.Column",
)


def results() -> dict[str, str]:
    """Canonical callable or attribute -> class of what it gives."""
    found = OPENED | _statements() | _queries() | _run() | _columns()
    for name in (ENGINE, CONNECTION):
        # `from sqlalchemy import Engine`, as 1.4 and later have it.
        own, short = f"{name}.", f"sqlalchemy.{name.rpartition('.')[2]}."
        found |= {short + key.removeprefix(own): given for key, given in found.items() if key.startswith(own)}
    return found


def _statements() -> dict[str, str]:
    packages = ("sqlalchemy", "sqlmodel", "flask_sqlalchemy.SQLAlchemy", "gino.Gino", "gino_starlette.Gino")
    found = {f"{package}.select": SELECT for package in packages}
    for name in ("insert", "update", "delete"):
        made = f"sqlalchemy.{name.capitalize()}"
        found |= {f"{package}.{name}": made for package in packages}
        found |= {f"{made}.{step}": made for step in SELECT_STEPS}
    for name in ("union", "union_all", "intersect", "intersect_all", "except_", "except_all"):
        found[f"sqlalchemy.{name}"] = SELECT
    found |= {f"{SELECT}.{step}": SELECT for step in SELECT_STEPS}
    found |= {f"{made}.{name}": "sqlalchemy.Subquery" for made in (SELECT, QUERY) for name in ("subquery", "alias")}
    found |= {f"{SELECT}.cte": "sqlalchemy.CTE", f"{QUERY}.cte": "sqlalchemy.CTE"}
    found |= {f"{SELECT}.{name}": COLUMN for name in ("scalar_subquery", "as_scalar", "label", "exists")}
    return found


def _queries() -> dict[str, str]:
    found = {f"{session}.query": QUERY for session in SESSIONS}
    # Flask-SQLAlchemy gives its sessions and models a query class with `paginate` and the `..._or_404` methods.
    models = ("flask_sqlalchemy.SQLAlchemy.Model", "flask_sqlalchemy.model.Model", "flask_sqlalchemy.model.DefaultMeta")
    found |= {f"{model}.query": MODEL_QUERY for model in models}
    attributes = tuple(f"{model}.query" for model in models)
    for query in (QUERY, MODEL_QUERY, "flask_sqlalchemy.BaseQuery", *attributes):
        made = MODEL_QUERY if query in attributes else query
        found |= {f"{query}.{step}": made for step in QUERY_STEPS}
        found |= {f"{query}.all": "list", f"{query}.count": "int", f"{query}.paginate": PAGINATION}
        found |= {f"{query}.subquery": "sqlalchemy.Subquery", f"{query}.exists": COLUMN, f"{query}.label": COLUMN}
    found["flask_sqlalchemy.SQLAlchemy.paginate"] = PAGINATION
    found |= {f"{PAGINATION}.items": "list", f"{PAGINATION}.total": "int", f"{PAGINATION}.pages": "int"}
    return found


def _run() -> dict[str, str]:
    found = {f"{session}.{method}": RESULT for session in SESSIONS for method in ("execute", "stream")}
    found |= {
        f"{session}.{method}": SCALARS for session in SESSIONS for method in ("scalars", "stream_scalars", "exec")
    }
    for result in (RESULT, SCALARS):
        found |= {f"{result}.{step}": result for step in RESULT_STEPS}
        found |= {f"{result}.{name}": "list" for name in ("all", "fetchall", "fetchmany")}
    found[f"{RESULT}.scalars"] = SCALARS
    return found


def _columns() -> dict[str, str]:
    found = {f"sqlalchemy.{name}": COLUMN for name in COLUMN_MAKERS}
    found["sqlalchemy.func.*"] = COLUMN
    found |= {f"{made}.*": COLUMN for made in COLUMN_CLASSES}
    found |= {f"sqlalchemy.orm.{name}": LOAD for name in LOADERS}
    found[f"{LOAD}.*"] = LOAD
    return found
