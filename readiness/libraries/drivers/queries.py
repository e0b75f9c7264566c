"""A call of a driver in, the `Query` for the SQL text that it hands over out."""

from readiness.libraries.drivers.classes import CLASSES, Driver, driver_method
from readiness.libraries.sql.text import query, reads_as_sql
from readiness.model import PieceKind, Project, Query, Resolution, Symbol, SymbolKind, Text
from readiness.model.summary import Call, CallRef, Constant, Member, Name, Starred, Value

PACKAGES = frozenset(name.split(".", 1)[0] for name in CLASSES) - {"sqlalchemy", "django"} | {
    "psycopg_pool",
    "mysql",
    "aiopg",
}
METHODS = frozenset(method for driver in CLASSES.values() for method in driver.methods)
CURSOR_NAMES = frozenset(
    {
        "cursor",
        "cur",
        "curs",
        "conn",
        "connection",
        "con",
        "db",
        "database",
        "dbconn",
        "db_conn",
        "db_cursor",
        "db_connection",
        "sqlite_conn",
    }
)
INFERRED_METHODS = frozenset({"execute", "executemany", "executescript"})
KEYWORDS = frozenset({"sql", "query", "operation", "statement", "script", "sql_script", "stmt"})
COMPOSED = frozenset({"psycopg.sql.SQL", "psycopg2.sql.SQL"})


def executed(project: Project, path: str, index: int, call: Call, method: str, *, near: bool) -> Query | None:
    """The query of a call of a method that takes text; `near` where a driver is imported in the same file."""
    argument = sql_argument(call)
    if argument is None:
        return None
    symbol = project.callee(path, index)
    driver, api = driver_of(symbol)
    if driver is not None:
        return query(
            project, path, index, argument, library=driver.library, api=api, parameters=_has_parameters(call),
            dialect=driver.dialect, paramstyle=driver.paramstyle,
        )  # fmt: skip
    if symbol.kind is not SymbolKind.UNKNOWN or method not in INFERRED_METHODS or not named_like_cursor(call.callee):
        return None
    text = project.text_of(path, index, argument)
    if not (reads_as_sql(text) or (near and not _is_object(text))):
        return None
    return query(
        project, path, index, argument, library="dbapi", api=f"cursor.{method}", resolution=Resolution.INFERRED,
        parameters=_has_parameters(call), text=text,
    )  # fmt: skip


def driver_of(symbol: Symbol) -> tuple[Driver | None, str]:
    """The driver whose text-taking method a callee is, and the canonical name of the sink."""
    driver, owner, name = driver_method(symbol)
    return (driver, f"{owner}.{name}") if driver is not None and name in driver.methods else (None, "")


def sql_argument(call: Call) -> Value | None:
    """The argument that holds the text: the first one, or a keyword that says so."""
    if call.arguments:
        first = call.arguments[0]
        return None if isinstance(first, Starred) else first
    return next((value for name, value in call.keywords if name in KEYWORDS), None)


def _has_parameters(call: Call) -> bool:
    return len(call.arguments) > 1 or any(name not in KEYWORDS for name, _ in call.keywords)


def named_like_cursor(callee: Value) -> bool:
    """`cursor.execute`, `self._conn.execute`, `connection.cursor().execute`."""
    if isinstance(callee, Name):
        parts = callee.dotted.split(".")
        return len(parts) > 1 and parts[-2].strip("_").lower() in CURSOR_NAMES
    return isinstance(callee, Member) and isinstance(callee.value, CallRef)


def _is_object(text: Text) -> bool:
    return bool(text.pieces) and all(piece.kind is PieceKind.STRUCTURE for piece in text.pieces)


def composed(project: Project, path: str, index: int, call: Call) -> Query | None:
    """`psycopg.sql.SQL(text)` with anything but a literal takes text as it is."""
    if not call.arguments or isinstance(call.arguments[0], Constant):
        return None
    symbol = project.callee(path, index)
    if symbol.name not in COMPOSED:
        return None
    return query(
        project, path, index, call.arguments[0], library=symbol.name.split(".", 1)[0], api=symbol.name,
        dialect="postgres", paramstyle="%s",
    )  # fmt: skip
