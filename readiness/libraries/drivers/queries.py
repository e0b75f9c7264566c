"""A call of a driver in, the `Query` for the SQL text that it hands over out."""

from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.drivers import airflow, frames, layers, mappers, warehouses
from readiness.libraries.drivers.classes import CLASSES, ODOO, RAW, driver_class, driver_method
from readiness.libraries.drivers.declared import Driver, Taking
from readiness.libraries.sql.clauses import as_clause
from readiness.libraries.sql.given import given
from readiness.libraries.sql.text import is_statement, query, reads_as_sql, reads_as_whole_sql
from readiness.libraries.sql.wrappers import NOT_SEEN
from readiness.libraries.values.expressions import keyword, receiver, tail
from readiness.model import PieceKind, Project, Query, Resolution, Symbol, SymbolKind, Text
from readiness.model.summary import Call, CallRef, Constant, Function, Member, Name, Starred, Summary, Value
from readiness.model.telling import tabulates, tells

FUNCTIONS: dict[str, Taking] = (
    warehouses.FUNCTIONS | mappers.FUNCTIONS | frames.FUNCTIONS | layers.FUNCTIONS | airflow.FUNCTIONS
)
BEHIND = {
    "psycopg_pool": ("psycopg",), "aiopg": ("psycopg2",), "flask_mysqldb": ("MySQLdb",), "flaskext": ("pymysql",),
    "flask_mysql_connector": ("mysql",), "playhouse": ("peewee",), "prestodb": ("trino",),
}  # fmt: skip
"""Packages that hand out objects of another one."""
KNOWN = frozenset(name.split(".", 1)[0] for name in CLASSES) - {"sqlalchemy", "django"} | {"mysql"} | BEHIND.keys()
PACKAGES = frozenset(KNOWN - layers.AROUND)
PROTOCOLS, ODOO_PACKAGES = ("typing.Protocol", "typing_extensions.Protocol"), ("odoo.", "openerp.")
CURSOR_NAMES = frozenset(
    {
        "cursor", "cur", "curs", "cr", "conn", "connection", "con", "db", "database", "dbconn", "db_conn",
        "db_cursor", "db_connection", "sqlite_conn", "txn",
    }
)  # fmt: skip
INFERRED_METHODS = frozenset({"execute", "executemany", "executescript", "mogrify"})
TELLING_METHODS = frozenset(
    {
        "fetch", "fetchrow", "fetchval", "fetch_all", "fetch_one", "fetch_val", "fetchall", "fetchone", "execute_sql",
        "execute_query", "execute_query_dict", "execute_many", "select_by_sql", "executesql", "execute_fetchall",
    }
)  # fmt: skip
"""Methods that are taken for a driver's where their first argument is a whole statement, whatever their object is called."""
SQL_METHODS = frozenset(
    {"execute_sql", "executesql", "fetchrow", "fetchval", "fetch_all", "fetch_one", "fetch_val", "execute_query_dict"}
)
"""Those of them whose names no other kind of library has: the beginning of a statement is enough."""
KEYWORDS = frozenset(
    {
        "sql",
        "query",
        "operation",
        "statement",
        "script",
        "sql_script",
        "stmt",
        "cmd",
        "command",
        "query_string",
        "querystring",
        "sql_query",
        "sqlQuery",
        "sql_text",
        "dml",
        "hql",
        "statements",
        "stmts",
        "queries",
        "query_or_table",
        "commands",
    }
)
COMPOSED = frozenset({"psycopg.sql.SQL", "psycopg2.sql.SQL"})


class Names(Struct, frozen=True):
    """The names that are looked at in one project."""

    methods: frozenset[str]
    functions: frozenset[str]
    elsewhere: frozenset[str]
    """Methods that take text otherwise than as their first argument."""
    services: frozenset[str]
    """Methods of clients of AWS."""
    drivers: frozenset[str]
    """Files that import a driver."""
    cursors: dict[str, frozenset[str]]
    """File -> names bound to what `cursor()` gives, filled where it is asked for."""

    def is_cursor(self, summary: Summary, path: str, callee: Value) -> bool:
        """What the method is called on comes from a call of `cursor()`, or is called a cursor where the project has a driver."""
        owner = receiver(callee)
        if isinstance(owner, CallRef):
            return tail(summary.calls[owner.index].callee) == "cursor"
        if not isinstance(owner, Name):
            return False
        if path not in self.cursors:
            self.cursors[path] = cursors_in(summary)
        word = owner.dotted.rpartition(".")[2].strip("_").lower()
        return owner.dotted in self.cursors[path] or (bool(self.drivers) and word in ("cursor", "cur", "curs"))


def names(project: Project) -> Names:
    """What is looked at."""
    return replace(project.table(driver_names)["names"], cursors={})


@tabulates
def driver_names(project: Project) -> dict[str, Names]:
    """What the drivers that some file imports offer; `get` or `select` are looked at only where a library gives them meaning."""
    drivers = frozenset(project.imports(*PACKAGES))
    late = imported_late(project)
    imported = {
        each for package in KNOWN | {"sqlalchemy", "django"} if package in late or project.imports(package)
        for each in (package, *BEHIND.get(package, ()))
    }  # fmt: skip
    methods = set(INFERRED_METHODS | TELLING_METHODS)
    elsewhere: set[str] = set()
    for name, driver in CLASSES.items():
        if name.partition(".")[0] in imported:
            methods |= driver.methods
            elsewhere |= driver.elsewhere.keys()
    tops = {name.partition(".")[0] for name in FUNCTIONS}
    known = {name.rpartition(".")[2] for name in FUNCTIONS if project.imports(name.partition(".")[0])}
    functions = set(known)
    for path in project.imports(*tops):
        summary = project.summary(path)
        for each in summary.imports if summary is not None else ():
            if each.name in known:
                functions.add(each.alias)
    for path in sorted(drivers):
        summary = project.summary(path)
        for assignment in summary.assignments if summary is not None else ():
            # `run = connection.execute`
            if isinstance(assignment.value, Name | Member) and tail(assignment.value) in methods:
                methods.add(assignment.target.rpartition(".")[2])
    services = warehouses.SERVICES.keys() if project.imports("boto3", "aioboto3") else ()
    names_ = Names(frozenset(methods), frozenset(functions), frozenset(elsewhere), frozenset(services), drivers, {})
    return {"names": names_}


def imported_late(project: Project) -> frozenset[str]:
    """The packages of the tables that a call imports by name: `importlib.import_module("duckdb")`."""
    return frozenset({name for _, names_ in project.gathered(packages_named) for name in names_})


@tells
def packages_named(summary: Summary) -> list[str]:
    """Packages of the tables that a file gives by name to what may import them."""
    return [
        name
        for call in summary.calls
        if call.arguments and _may_import(tail(call.callee))
        for each in call.arguments
        if isinstance(each, Constant)
        and isinstance(each.value, str)
        and (name := each.value.partition(".")[0]) in KNOWN
    ]


@lru_cache(maxsize=16_384)
def _may_import(name: str) -> bool:
    return "import" in name.lower() or "lazy" in name.lower()


def executed(project: Project, path: str, index: int, call: Call, method: str, known: Names) -> Query | None:
    """The query of a call of a method that takes text."""
    argument = sql_argument(call)
    if argument is None:
        return None
    symbol = project.callee(path, index)
    driver, api = driver_of(symbol)
    if (
        driver is None
        and symbol.kind is not SymbolKind.FUNCTION
        and isinstance(call.callee, Name)
        and "." not in call.callee.dotted
    ):
        driver, api = _renamed(project, path, call, call.callee.dotted)
    if driver is not None:
        if (
            driver.library in warehouses.OBJECTS
            and project.type_of(path, argument, call.scope, call.line).name in warehouses.PREPARED
        ):
            return None
        return query(
            project, path, index, argument, library=driver.library, api=api, parameters=_has_parameters(call),
            dialect=driver.dialect, paramstyle=driver.paramstyle,
        )  # fmt: skip
    if method not in INFERRED_METHODS | TELLING_METHODS:
        return None
    if symbol.kind is not SymbolKind.UNKNOWN and not _is_promised(project, symbol):
        return None
    return _inferred(project, path, index, call, argument, method, known)


def _is_promised(project: Project, symbol: Symbol) -> bool:
    """A method that a protocol of the project only names: what has it is not known."""
    summary = project.summary(symbol.path) if symbol.kind is SymbolKind.FUNCTION and not symbol.rest else None
    method = summary.definitions[symbol.index] if summary is not None else None
    if not isinstance(method, Function) or not method.stub or method.scope < 0:
        return False
    owner = Symbol(SymbolKind.CLASS, project.symbol(symbol.path, method.scope), symbol.path, method.scope)
    return project.is_a(owner, PROTOCOLS)


def handed_on(project: Project, path: str, index: int, call: Call, method: str) -> tuple[Query, Value] | None:
    """A call that is not seen to take text, but runs what its function is given: what that is, its callers know."""
    argument = sql_argument(call)
    driver, api = driver_of(project.callee(path, index)) if method and argument is not None else (None, "")
    if argument is None or driver is None or not given(project, path, index, argument):
        return None
    found = query(
        project, path, index, argument, library=driver.library, api=api, parameters=_has_parameters(call),
        dialect=driver.dialect, paramstyle=driver.paramstyle, text=NOT_SEEN,
    )  # fmt: skip
    return (found, argument) if found is not None else None


def _renamed(project: Project, path: str, call: Call, name: str) -> tuple[Driver | None, str]:
    """The driver's method behind a name of its own: `run = connection.execute`."""
    symbol = project.resolve(path, name, call.scope, call.line)
    summary = project.summary(symbol.path) if symbol.kind is SymbolKind.VARIABLE and not symbol.rest else None
    made = summary.assignments[symbol.index] if summary is not None and symbol.index >= 0 else None
    owner = receiver(made.value) if made is not None and made.operator == "=" and made.value is not None else None
    if made is None or owner is None or made.position >= 0:
        return None, ""
    driver, cls = driver_class(project.type_of(symbol.path, owner, made.scope, made.line))
    method = tail(made.value) if made.value is not None else ""
    return (driver, f"{cls}.{method}") if driver is not None and method in driver.methods else (None, "")


def _inferred(
    project: Project, path: str, index: int, call: Call, argument: Value, method: str, known: Names
) -> Query | None:
    """The query of a call on an object of which nothing is known but how it is written."""
    if not isinstance(call.callee, Member) and not (isinstance(call.callee, Name) and "." in call.callee.dotted):
        return None
    if isinstance(argument, Constant) and not isinstance(argument.value, str):
        return None
    summary = project.summary(path)
    if summary is None:
        return None
    named = method in INFERRED_METHODS and named_like_cursor(call.callee)
    cursor = method in INFERRED_METHODS and known.is_cursor(summary, path, call.callee)
    text = project.text_of(path, index, argument)
    whole = reads_as_whole_sql(text)
    if not (
        whole
        or ((named or cursor or method in SQL_METHODS) and reads_as_sql(text))
        or (((named and path in known.drivers) or cursor) and not _is_object(text))
    ):
        return None
    # What `cursor()` gives runs what it is handed (PEP 249). Else a whole statement, handed to a method that a driver names so: by
    # the name of the object, or read to its end.
    certain = cursor or (whole and (method in SQL_METHODS or (named and bool(known.drivers)) or is_statement(text)))
    return query(
        project, path, index, argument, library="dbapi", api=f"cursor.{method}",
        resolution=Resolution.EXACT if certain else Resolution.INFERRED,
        parameters=_has_parameters(call), text=text,
    )  # fmt: skip


def function(project: Project, path: str, index: int, call: Call) -> Query | None:
    """The query of a call of a function that takes text: `pandas.read_sql(text, engine)`."""
    symbol = project.callee(path, index)
    if symbol.kind is not SymbolKind.EXTERNAL:
        return None
    name, taking = taken_by(symbol.name)
    if taking is None:
        return None
    argument = _taken(call, taking)
    if argument is None:
        return None
    text = None
    if taking.built_only or taking.statement:
        fixed = project.constant(path, argument, call.scope, call.line)
        if isinstance(fixed, str) and (taking.built_only or len(fixed.split()) < 2):
            return None
        text = project.text_of(path, index, argument)
        if taking.statement and not any(piece.kind is PieceKind.CONSTANT for piece in text.pieces):
            # The name of a table, for all that is seen.
            return None
    beside = taking.beside and (len(call.arguments) > taking.position + 1 or bool(call.keywords))
    if taking.paramstyle == "driver" and taking.library in ("pandas", "polars"):
        beside = any(key in ("params", "execute_options") for key, _ in call.keywords)
    found = query(
        project, path, index, argument, library=taking.library, api=name, parameters=beside, dialect=taking.dialect,
        paramstyle=taking.paramstyle, text=text,
    )  # fmt: skip
    return as_clause(found) if found is not None and taking.clause else found


def _taken(call: Call, taking: Taking) -> Value | None:
    """The argument that a function takes its text in."""
    if any(isinstance(each, Starred) for each in call.arguments[: taking.position + 1]):
        return None
    if len(call.arguments) > taking.position:
        return call.arguments[taking.position]
    return next((value for key, value in call.keywords if key == taking.keyword), None)


def text_argument(call: Call, api: str) -> Value | None:
    """The argument that holds the text of a query that was found in a call."""
    taking = FUNCTIONS.get(api)
    if taking is not None:
        return _taken(call, taking)
    method = api.rpartition(".")[2]
    if api.startswith("boto3."):
        return keyword(call, warehouses.SERVICES[method].get(api.split(".")[1], ""))
    return sql_argument(call)


def of_service(project: Project, path: str, index: int, call: Call, method: str) -> Query | None:
    """The query of a call of a client of AWS: `boto3.client("athena").start_query_execution(QueryString=text)`."""
    services = warehouses.SERVICES[method]
    owner = receiver(call.callee)
    if owner is None or not any(key in services.values() for key, _ in call.keywords):
        return None
    made = project.creation(path, owner, call.scope, call.line)
    summary = project.summary(made.path) if made is not None else None
    if made is None or summary is None or not made.maker.name.startswith(("boto3.", "aioboto3.")):
        return None
    opened = summary.calls[made.index]
    service = project.constant(made.path, opened.arguments[0], opened.scope, opened.line) if opened.arguments else None
    argument = keyword(call, services.get(service, "")) if isinstance(service, str) else None
    if not isinstance(service, str) or argument is None:
        return None
    beside = any(
        key in ("parameters", "Parameters", "ExecutionParameters", "parameterSets") for key, _ in call.keywords
    )
    return query(
        project, path, index, argument, library="boto3", api=f"boto3.{service}.{method}", parameters=beside,
        paramstyle=warehouses.MARKS.get(service, ":name"),
    )  # fmt: skip


def parts(project: Project, path: str, index: int, call: Call, method: str) -> Iterator[tuple[Query, Value | None]]:
    """The queries of a call of a method that takes text elsewhere than first, or conditions; with the argument of a whole one."""
    driver, owner, _ = driver_method(project.callee(path, index))
    if driver is None:
        return
    for each in driver.elsewhere.get(method, ()):
        argument = keyword(call, each.keyword)
        if argument is None and 0 <= each.position < len(call.arguments):
            argument = call.arguments[each.position]
        if argument is None or isinstance(argument, Starred):
            continue
        if each.clause and isinstance(project.constant(path, argument, call.scope, call.line), str):
            continue
        found = query(
            project, path, index, argument, library=driver.library, api=f"{owner}.{method}",
            parameters=_has_parameters(call), dialect=driver.dialect, paramstyle=driver.paramstyle,
        )  # fmt: skip
        if found is not None and not each.clause:
            yield found, argument
        elif found is not None and _is_text(found.text):
            yield as_clause(found), None


def _is_text(text: Text) -> bool:
    """Some of it is written or was sent as text: what else is handed over as a condition may be an expression object."""
    return any(piece.kind in (PieceKind.CONSTANT, PieceKind.REQUEST) for piece in text.pieces) and not any(
        piece.kind is PieceKind.STRUCTURE for piece in text.pieces
    )


def taken_by(name: str) -> tuple[str, Taking | None]:
    """The entry of a function in the tables, however it is spelled."""
    parts = name.split(".")
    for kept in range(len(parts) - 1, 0, -1):
        shorter = ".".join([*parts[:kept], parts[-1]])
        if shorter in FUNCTIONS:
            return shorter, FUNCTIONS[shorter]
    return name, None


def driver_of(symbol: Symbol) -> tuple[Driver | None, str]:
    """The driver whose text-taking method a callee is, and the canonical name of the sink."""
    driver, owner, name = driver_method(symbol)
    if driver is None and symbol.kind is SymbolKind.EXTERNAL and owner.startswith(ODOO_PACKAGES):
        cursor = owner.rpartition(".")[2] in ("cr", "_cr") and name in ODOO.methods
        return (ODOO, f"odoo.cr.{name}") if cursor else (None, "")
    if driver is None and symbol.kind is SymbolKind.EXTERNAL and owner.endswith(("Cursor", ".cursor", "._cursor")):
        # A driver that is not in the tables: PEP 249 gives every cursor these methods.
        driver = RAW if name in RAW.methods | {"executescript", "copy_expert"} else None
        return driver, f"{owner}.{name}" if driver is not None else ""
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


def cursors_in(summary: Summary) -> frozenset[str]:
    """Names that are bound to what a call of `cursor()` gives."""
    return frozenset(
        each.target
        for each in summary.assignments
        if isinstance(each.value, CallRef)
        and each.position < 0
        and tail(summary.calls[each.value.index].callee) == "cursor"
    )


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
