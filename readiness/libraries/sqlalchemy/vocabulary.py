"""The names by which SQLAlchemy, SQLModel and Flask-SQLAlchemy make, run and end a statement."""

PACKAGES = ("sqlalchemy", "sqlmodel", "flask_sqlalchemy")
STATEMENT_TYPES = frozenset({"Select", "CompoundSelect", "Query", "GenerativeSelect", "SelectOfScalar"})
SELECTS = frozenset({"select"})
WRITES = frozenset({"Insert", "Update", "Delete"})
WRITERS = frozenset({"insert", "update", "delete"})
"""Classes and functions of statements that write; what they return are the rows they wrote."""
COMBINES = frozenset({"union", "union_all", "intersect", "intersect_all", "except_", "except_all"})
AGGREGATES = frozenset({"count", "sum", "max", "min", "avg", "exists", "any_", "bool_or", "bool_and"})
"""Functions of `sqlalchemy.func` and of a query that make one value of many rows."""
EXECUTES = frozenset({"execute", "scalars", "exec", "stream", "stream_scalars", "fetch_all", "iterate"})
"""Methods of a session or connection that run the statement that is their first argument."""
RUNS_ONE = frozenset({"scalar", "fetch_one", "fetch_val", "scalar_one", "scalar_one_or_none"})
RESULT_STEPS = frozenset(
    {"scalars", "unique", "mappings", "tuples", "columns", "freeze", "yield_per", "partitions", "t"}
)
"""Methods that turn a result into another form of the same rows."""
ROWS = frozenset({"all", "fetchall", "to_list"})
ONE = frozenset(
    {
        "first",
        "one",
        "one_or_none",
        "scalar",
        "scalar_one",
        "scalar_one_or_none",
        "fetchone",
        "get",
        "get_or_404",
        "first_or_404",
        "one_or_404",
        "count",
        "exists",
        "delete",
        "update",
    }
)
"""Methods that end a query with one row, one value or none."""
PAGES = frozenset({"paginate", "apaginate", "paginate_query"})
LIMITS = frozenset({"limit", "fetch"})
LIMITED_HELPERS = {
    "sqlalchemy_filters.apply_pagination": "page_size",
    "sqlalchemy_filters.pagination.apply_pagination": "page_size",
}
"""Functions of other packages that limit a statement, with the parameter that holds the limit (sqlalchemy-filters 0.13)."""
SAME_STATEMENT = ("sqlalchemy_filters.", "sqlalchemy_searchable.")
"""Packages whose functions take a statement and give back a narrower one."""
SORTS = frozenset({"apply_sort"})
"""Functions of those packages that order the statement."""
