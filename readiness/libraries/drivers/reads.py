"""A call or loop that takes rows from a driver in, the `Read` with what its statement can give out.

The statement is the one that the same cursor ran last before that line, in the same function.
"""

from collections.abc import Iterator

from readiness.libraries.drivers.classes import driver_class, driver_method
from readiness.libraries.drivers.declared import Driver
from readiness.libraries.drivers.queries import named_like_cursor, sql_argument
from readiness.libraries.sql.rows import Rows, rows_of
from readiness.libraries.sql.text import reads_as_sql
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Bound, Project, Read, Resolution, Scope, Span, SymbolKind
from readiness.model.summary import Call, CallRef, Context, Name, Summary, Value

SCOPES = (Scope.SERVICE, Scope.SCRIPT)
DIRECT = frozenset({"fetch", "fetch_all", "iterate", "execute_fetchall"})
"""Methods that take the text and give all rows (asyncpg, databases, aiosqlite)."""
TERMINALS = DIRECT | {"fetchall", "fetchmany"}
LISTS = frozenset({"list", "tuple", "set", "sorted"})
RUNS = frozenset({"execute", "executemany", "sql", "query"})
"""Methods after which a cursor holds rows."""
PORTIONS = frozenset({"SSCursor", "SSDictCursor", "ServerCursor", "AsyncServerCursor"})
"""Cursors that leave the rows at the server."""
ELSEWHERE = Rows(Bound.UNKNOWN, "the statement is run elsewhere", exact=False)


def of_call(project: Project, path: str, index: int, call: Call, method: str) -> Read | None:
    """The read that a call is; None where it takes no rows from a driver."""
    if project.files[path].scope not in SCOPES:
        return None
    symbol = project.callee(path, index)
    driver, owner, _ = driver_method(symbol)
    if method in LISTS:
        return _listed(project, path, index, call) if symbol.kind is SymbolKind.BUILTIN else None
    summary = project.summary(path)
    if summary is None:
        return None
    if driver is None:
        if symbol.kind is not SymbolKind.UNKNOWN or method not in ("fetchall", "fetchmany"):
            return None
        if not named_like_cursor(call.callee):
            return None
    found: Rows | None
    if method in DIRECT:
        argument = sql_argument(call)
        if driver is None or argument is None or method not in driver.methods:
            return None
        found = rows_of(project.text_of(path, index, argument), driver.dialect)
    else:
        found = _run(project, path, summary, receiver(call.callee), call.scope, call.line, driver)
        if found is not None and method == "fetchmany":
            found = _in_portions(found, ".fetchmany(...)")
    if found is None:
        return None
    if owner.rpartition(".")[2] in PORTIONS:
        found = _in_portions(found, "read in portions from the server")
    span = project.span(path, index)
    return _read(project, span, project.symbol(path, call.scope), found, driver)


def _listed(project: Project, path: str, index: int, call: Call) -> Read | None:
    """`list(cursor)`, `list(connection.execute(text))`."""
    if len(call.arguments) != 1:
        return None
    held = _iterated(project, path, call.arguments[0], call.scope, call.line)
    if held is None:
        return None
    return _read(project, project.span(path, index), project.symbol(path, call.scope), held[0], held[1])


def of_loops(project: Project, path: str, summary: Summary) -> Iterator[Read]:
    """Reads by `for row in cursor`."""
    if project.files[path].scope not in SCOPES:
        return
    for assignment in summary.assignments:
        value = assignment.value
        if assignment.operator != "for" or not isinstance(value, Name | CallRef):
            continue
        held = _iterated(project, path, value, assignment.scope, assignment.line)
        if held is not None:
            span = Span(path, assignment.line)
            yield _read(project, span, project.symbol(path, assignment.scope), held[0], held[1])


def _iterated(project: Project, path: str, value: Value, scope: int, line: int) -> tuple[Rows, Driver] | None:
    """What the iteration over a cursor gives; None where the value is no cursor."""
    summary = project.summary(path)
    if summary is None or not isinstance(value, Name | CallRef):
        return None
    if isinstance(value, CallRef) and tail(summary.calls[value.index].callee) not in RUNS:
        return None
    driver, owner = driver_class(project.type_of(path, value, scope, line))
    if driver is None or not owner.lower().endswith("cursor"):
        return None
    found = _run(project, path, summary, value, scope, line, driver)
    if found is None:
        return None
    return (
        (_in_portions(found, "read in portions from the server"), driver) if _is_portioned(owner) else (found, driver)
    )


def _is_portioned(owner: str) -> bool:
    return owner.rpartition(".")[2] in PORTIONS


def _in_portions(found: Rows, how: str) -> Rows:
    if found.bound is Bound.BOUNDED:
        return found
    return Rows(Bound.BOUNDED, how, found.model, exact=found.exact)


def _run(
    project: Project, path: str, summary: Summary, cursor: Value | None, scope: int, line: int, driver: Driver | None
) -> Rows | None:
    """What the statement gives that a cursor ran last; None where it gives no rows, or no driver's cursor is seen."""
    dialect = driver.dialect if driver is not None else ""
    runs = [cursor.index] if isinstance(cursor, CallRef) else _before(project, path, summary, cursor, scope, line)
    rows: list[Rows] = []
    told = 0
    for index in runs:
        call = summary.calls[index]
        argument = sql_argument(call) if tail(call.callee) in RUNS else None
        if argument is None:
            continue
        text = project.text_of(path, index, argument)
        if driver is None and not reads_as_sql(text):
            return None
        told += 1
        found = rows_of(text, dialect)
        if found is not None:
            rows.append(_served(summary, found, cursor, scope, dialect))
    if told:
        return _worst(rows)
    return ELSEWHERE if driver is not None else None


def _worst(rows: list[Rows]) -> Rows | None:
    """One answer for the statements that may be in force."""
    order = (Bound.UNBOUNDED, Bound.UNKNOWN, Bound.BY_PARENT, Bound.BOUNDED)
    worst = min(rows, key=lambda each: order.index(each.bound), default=None)
    if worst is not None and worst.bound is Bound.UNBOUNDED and any(each.bound is Bound.BOUNDED for each in rows):
        return Rows(Bound.UNKNOWN, "limited only under a condition", worst.model, exact=False)
    return worst


def _before(project: Project, path: str, summary: Summary, cursor: Value | None, scope: int, line: int) -> list[int]:
    """The calls by which a named cursor may have been given its statement: the last one, and those before it that a
    condition in between leaves in force."""
    if not isinstance(cursor, Name):
        return []
    made = [
        (each.line, each.value.index)
        for each in project.assigned_in(path, scope)
        if each.target == cursor.dotted and isinstance(each.value, CallRef) and each.line <= line
    ]
    used = [
        (call.line, index)
        for index in project.calls_to(path, RUNS)
        if (call := summary.calls[index]).scope == scope and call.line <= line and receiver(call.callee) == cursor
    ]
    found: list[int] = []
    for _, index in sorted({*made, *used}, reverse=True):
        if tail(summary.calls[index].callee) not in RUNS:
            # Here it was opened.
            break
        found.append(index)
        if not summary.calls[index].context & Context.CONDITION:
            break
    return found


def _served(summary: Summary, found: Rows, cursor: Value | None, scope: int, dialect: str) -> Rows:
    """A cursor with a name (psycopg 2 and 3), or of a class that says so, is kept by the server, which gives its rows in
    portions."""
    if not isinstance(cursor, Name):
        return found
    for each in summary.assignments:
        if each.target != cursor.dotted or each.scope != scope or not isinstance(each.value, CallRef):
            continue
        call = summary.calls[each.value.index]
        if tail(call.callee) != "cursor":
            continue
        given = [*call.arguments, *(value for _, value in call.keywords)]
        name = next((value for key, value in call.keywords if key == "name"), next(iter(call.arguments), None))
        named = dialect == "postgres" and name is not None and not tail(name).endswith("ursor")
        if named or any(tail(value) in PORTIONS for value in given):
            return _in_portions(found, "read in portions from the server")
    return found


def _read(project: Project, span: Span, symbol: str, found: Rows, driver: Driver | None) -> Read:
    resolution = Resolution.EXACT if found.exact and driver is not None else Resolution.INFERRED
    if found.bound is Bound.UNKNOWN:
        resolution = Resolution.UNRESOLVED
    return Read(
        span=span,
        symbol=symbol,
        scope=project.files[span.path].scope,
        resolution=resolution,
        library=driver.library if driver is not None else "dbapi",
        model=found.model,
        bound=found.bound,
        how=found.how,
        limit=found.limit,
        compared=found.compared,
    )
