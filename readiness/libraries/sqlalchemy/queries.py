"""SQLAlchemy, SQLModel, Flask-SQLAlchemy and Alembic: linked code in, one `Query` out for every call that takes SQL text.

What interpolates and what quotes was read in SQLAlchemy 2.1.9, 1.4.54 and 1.3.24: `filter`, `where`, `order_by` and
`group_by` refuse text with SQL in it in all three, so they are no sinks; `execute("text")` runs below 2.0 and raises since.
"""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.sql.clauses import as_clause
from readiness.libraries.sql.given import given
from readiness.libraries.sql.text import query
from readiness.libraries.sql.wrappers import NOT_SEEN, Sink, Wrappers, sink
from readiness.libraries.sqlalchemy.results import results
from readiness.libraries.values.expressions import tail
from readiness.model import Dependency, Library, PieceKind, Project, Query, Resolution, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Member, Name, Starred, Summary, Value
from readiness.model.telling import tabulates, tells

PACKAGES = (
    "sqlalchemy",
    "sqlmodel",
    "flask_sqlalchemy",
    "alembic",
    "flask_sqlalchemy_lite",
    "geoalchemy2",
    "advanced_alchemy",
    "gino",
    "gino_starlette",
)

library = Library(__name__, stage="data", provides=[Query], results=results(), aside=True)

FUNCTIONS = {
    "text": "text", "literal_column": "text", "TextClause": "text", "DDL": "statement", "quoted_name": "value",
    "column": "text", "TextualSelect": "text",
}  # fmt: skip
"""Functions that take SQL text, and the name of the parameter that holds it."""
STATEMENTS = frozenset({"text", "TextClause", "DDL", "exec_driver_sql"})
"""Of all that takes text, what takes whole statements."""
PIECES = (".text", ".TextClause")
"""What takes pieces of them too."""
METHODS = {
    "op": "opstring", "bool_op": "opstring", "prefix_with": "", "suffix_with": "", "with_hint": "text",
    "with_statement_hint": "text", "exec_driver_sql": "statement",
}  # fmt: skip
"""Methods of expressions and connections that take SQL text."""
CLAUSES = frozenset(
    {
        "order_by", "group_by", "filter", "where", "having", "select", "add_columns", "add_column", "with_only_columns",
        "desc", "asc", "distinct", "join", "outerjoin", "and_", "or_", "not_", "label", "nulls_last", "nulls_first",
        "select_from", "prefix_with", "suffix_with", "column_property", "server_default", "cast",
    }
)  # fmt: skip
"""Methods and functions of expressions whose arguments become parts of a statement."""
HINT_POSITION = {"with_hint": 1}
EXECUTES = frozenset({"execute", "scalar", "scalars", "exec", "stream", "stream_scalars"})
BINDING = EXECUTES | {"bindparams"}
BOUND = frozenset({"bindparams", "columns", "execution_options"})
"""Methods of a statement that give the statement."""
FAR = 200
"""Lines behind its making in which a statement is looked for where it is run."""
CONNECTIONS = frozenset(
    {
        "sqlalchemy.orm.Session", "sqlalchemy.orm.session.Session", "sqlalchemy.orm.scoped_session",
        "sqlalchemy.engine.Connection", "sqlalchemy.engine.base.Connection", "sqlalchemy.Connection",
        "sqlalchemy.engine.Engine", "sqlalchemy.engine.base.Engine", "sqlalchemy.Engine",
        "sqlalchemy.ext.asyncio.AsyncSession", "sqlalchemy.ext.asyncio.AsyncConnection", "sqlmodel.Session",
        "sqlmodel.ext.asyncio.session.AsyncSession", "sqlalchemy.orm.scoping.scoped_session",
    }
)  # fmt: skip
DRIVER_STYLE = (".Engine", ".Connection", ".AsyncConnection")
"""They hand text to the driver as it is; a session makes a `text()` of it."""
ALEMBIC = frozenset(
    {
        "alembic.op.execute", "alembic.op.Operations.execute", "alembic.operations.Operations.execute",
        "alembic.runtime.migration.MigrationContext.execute", "alembic.migration.MigrationContext.execute",
        "alembic.context.execute",
    }
)  # fmt: skip
ONLY_SINCE_2 = frozenset(
    {"DeclarativeBase", "Mapped", "mapped_column", "MappedAsDataclass", "async_sessionmaker", "DeclarativeBaseNoMeta"}
)
"""Names of `sqlalchemy.orm` and `sqlalchemy.ext.asyncio` that no release below 2.0 has."""


@library.recognises
def queries(project: Project) -> Iterator[Query]:
    """Every call of SQLAlchemy and Alembic that takes SQL text, literal text included."""
    around = Wrappers(project)
    for each in project.parts(project.paths(), queries_of, Sink):
        yield from around.of(each)


def queries_of(project: Project, path: str) -> Iterator[Sink]:
    """Those of one file, before it is asked who hands the text over."""
    summary = project.summary(path)
    if summary is None:
        return
    names = project.table(names_of_sinks)["names"]
    # A method of an unknown object is only looked at where SQLAlchemy is imported.
    importing = any(not each.level and each.module.partition(".")[0] in PACKAGES for each in summary.imports)
    candidates = project.calls_to(path, names | METHODS.keys() if importing else names)
    if not candidates:
        return
    major = project.table(versions)["sqlalchemy"]
    bound = _bound(project, path, summary)
    parts = _parts(project, path, summary)
    for index in candidates:
        call = summary.calls[index]
        name = tail(call.callee)
        found = _query(project, path, index, call, name, major, bound)
        if found is not None:
            if (name in METHODS and name != "exec_driver_sql") or index in parts:
                found = as_clause(found)
            pieces = found.api.endswith(PIECES)
            if name not in EXECUTES and name not in METHODS:
                found = _run_later(project, path, index, found)
            yield sink(project, found, path, index, _text(call, found), pieces=pieces, mixed=name in EXECUTES)
        elif name in EXECUTES and major < 2:
            handed = _handed_on(project, path, index, call)
            if handed is not None:
                yield sink(project, handed[0], path, index, handed[1], text=False, mixed=True)


def _run_later(project: Project, path: str, index: int, found: Query) -> Query:
    """`statement = text(...)`, `session.execute(statement)`: the query says where its object is run."""
    summary = project.summary(path)
    if summary is None:
        return found
    scope, made = summary.calls[index].scope, summary.calls[index].line
    assigned = project.assigned_in(path, scope)
    bound = [each for each in assigned if _holds(summary, each.value, index)]
    if len(bound) != 1:
        return found
    name = bound[0].target
    behind = [each.line for each in assigned if each.target == name and each.line > bound[0].line]
    last = min(behind, default=summary.calls[index].line + FAR)
    runs = [
        project.span(path, number)
        for number in project.calls_to(path, EXECUTES)
        if summary.calls[number].scope == scope
        and made < summary.calls[number].line <= last
        and _argument(summary.calls[number], "statement") == Name(name)
    ]
    return replace(found, runs_also_at=tuple(runs)) if runs else found


def _holds(summary: Summary, value: Value | None, index: int) -> bool:
    """The call itself, or its object with values bound to it: `text(...).bindparams(...)`."""
    if value == CallRef(index):
        return True
    outer = summary.calls[value.index].callee if isinstance(value, CallRef) else None
    return isinstance(outer, Member) and outer.name in BOUND and outer.value == CallRef(index)


def _text(call: Call, found: Query) -> Value | None:
    """The argument that holds a whole statement; None for the calls that take pieces of one."""
    if found.api in ALEMBIC:
        return _argument(call, "sqltext")
    name = found.api.rpartition(".")[2]
    if name in STATEMENTS or name in EXECUTES:
        return _argument(call, FUNCTIONS.get(name, "statement"))
    return None


@tabulates
def names_of_sinks(project: Project) -> dict[str, frozenset[str]]:
    """Every name by which the sinks are called somewhere: their own, and what imports and assignments call them."""
    others = {name for _, names in project.gathered(other_names) for name in names}
    return {"names": frozenset({*FUNCTIONS, *EXECUTES, "exec_driver_sql", *others})}


@tabulates
def versions(project: Project) -> dict[str, int]:
    """The major version of SQLAlchemy."""
    return {"sqlalchemy": version(project)}


@tells
def other_names(summary: Summary) -> list[str]:
    """What imports and assignments of a file call the sinks."""
    return [
        *(each.alias for each in summary.imports if each.name in FUNCTIONS and each.alias != each.name),
        *(each.target.rpartition(".")[2] for each in summary.assignments if _last_of(each.value) in FUNCTIONS),
    ]


def _last_of(value: Value | None) -> str:
    return value.dotted.rpartition(".")[2] if isinstance(value, Name) else ""


def _query(
    project: Project, path: str, index: int, call: Call, name: str, major: int, bound: frozenset[int]
) -> Query | None:
    symbol = project.callee(path, index)
    if symbol.kind is SymbolKind.EXTERNAL and symbol.name.rpartition(".")[2] in FUNCTIONS:
        return _function(project, path, index, call, symbol, bound)
    if symbol.name in ALEMBIC:
        return _plain(project, path, index, _argument(call, "sqltext"), symbol.name, bound)
    if name in METHODS:
        return _method(project, path, index, call, name, symbol)
    if name in EXECUTES and symbol.kind is SymbolKind.EXTERNAL and symbol.name.rpartition(".")[0] in CONNECTIONS:
        return _executed(project, path, index, call, symbol, major)
    return None


def _ours(name: str) -> bool:
    return name.split(".", 1)[0] in PACKAGES


def _argument(call: Call, keyword: str, position: int = 0) -> Value | None:
    if len(call.arguments) > position:
        argument = call.arguments[position]
        return None if isinstance(argument, Starred) else argument
    return next((value for name, value in call.keywords if name == keyword), None)


def _function(
    project: Project, path: str, index: int, call: Call, symbol: Symbol, bound: frozenset[int]
) -> Query | None:
    """`text(...)` and its kin, when the name comes from SQLAlchemy."""
    name = symbol.name.rpartition(".")[2]
    if not _ours(symbol.name):
        return None
    if name == "column" and not _is(call, "is_literal", True, 2):
        return None
    if name == "quoted_name" and not _is(call, "quote", False, 1):
        return None
    return _plain(project, path, index, _argument(call, FUNCTIONS[name]), f"sqlalchemy.{name}", bound)


def _is(call: Call, keyword: str, value: bool, position: int) -> bool:
    """An argument is this literal truth value."""
    given = dict(call.keywords).get(keyword) or (call.arguments[position] if len(call.arguments) > position else None)
    return given == Constant(value)


def _plain(
    project: Project, path: str, index: int, argument: Value | None, api: str, bound: frozenset[int]
) -> Query | None:
    if argument is None:
        return None
    style = ":name" if api.endswith((".text", ".TextClause")) else ""
    return query(
        project, path, index, argument, library="alembic" if api in ALEMBIC else "sqlalchemy", api=api,
        parameters=index in bound, paramstyle=style,
    )  # fmt: skip


def _method(project: Project, path: str, index: int, call: Call, name: str, symbol: Symbol) -> Query | None:
    """Methods of expressions: their names are SQLAlchemy's own, but the class of the receiver is seldom known."""
    if symbol.kind not in (SymbolKind.EXTERNAL, SymbolKind.UNKNOWN) or (
        symbol.kind is SymbolKind.EXTERNAL and not _ours(symbol.name)
    ):
        return None
    argument = _argument(call, METHODS[name], HINT_POSITION.get(name, 0))
    if argument is None or (
        # A fixed operator or hint is no query.
        name != "exec_driver_sql" and isinstance(project.constant(path, argument, call.scope, call.line), str)
    ):
        return None
    known = symbol.kind is SymbolKind.EXTERNAL
    return query(
        project, path, index, argument, library="sqlalchemy", api=f"sqlalchemy.{name}",
        resolution=Resolution.EXACT if known else Resolution.INFERRED,
        parameters=name == "exec_driver_sql" and len(call.arguments) > 1,
        paramstyle="driver" if name == "exec_driver_sql" else "",
    )  # fmt: skip


def _executed(project: Project, path: str, index: int, call: Call, symbol: Symbol, major: int) -> Query | None:
    """`session.execute("text")`: runs the text below 2.0, raises since; with no version known only built text is shown, as who
    ships it has a release that runs it."""
    argument = _argument(call, "statement")
    owner = symbol.name.rpartition(".")[0]
    if argument is None or major >= 2:
        return None
    text = project.text_of(path, index, argument)
    constants = [piece for piece in text.pieces if piece.kind is PieceKind.CONSTANT]
    sent = any(piece.kind is PieceKind.REQUEST for piece in text.pieces)
    if not (constants or sent) or any(piece.kind is PieceKind.STRUCTURE for piece in text.pieces):
        # An object, or a name of which nothing shows that it is text.
        return None
    if major == 0 and len(constants) == len(text.pieces):
        return None
    return query(
        project, path, index, argument, library="sqlalchemy", api=symbol.name,
        parameters=len(call.arguments) > 1, paramstyle="driver" if owner.endswith(DRIVER_STYLE) else ":name", text=text,
    )  # fmt: skip


def _handed_on(project: Project, path: str, index: int, call: Call) -> tuple[Query, Value] | None:
    """`session.execute(sql)` in a function that is given `sql`: whether that is text, its callers know."""
    argument = _argument(call, "statement")
    if argument is None or not given(project, path, index, argument):
        return None
    symbol = project.callee(path, index)
    owner = symbol.name.rpartition(".")[0]
    if symbol.kind is not SymbolKind.EXTERNAL or owner not in CONNECTIONS:
        return None
    found = query(
        project, path, index, argument, library="sqlalchemy", api=symbol.name,
        parameters=len(call.arguments) > 1, paramstyle="driver" if owner.endswith(DRIVER_STYLE) else ":name",
        text=NOT_SEEN,
    )  # fmt: skip
    return (found, argument) if found is not None else None


def _bound(project: Project, path: str, summary: Summary) -> frozenset[int]:
    """Calls whose result gets values beside it: `text(...).bindparams(...)`, `execute(text(...), {...})`."""
    found = set()
    for index in project.calls_to(path, BINDING):
        call = summary.calls[index]
        if (
            isinstance(call.callee, Member)
            and isinstance(call.callee.value, CallRef)
            and call.callee.name == "bindparams"
        ):
            found.add(call.callee.value.index)
        if len(call.arguments) > 1 and isinstance(call.arguments[0], CallRef) and tail(call.callee) in EXECUTES:
            found.add(call.arguments[0].index)
    return frozenset(found)


def _parts(project: Project, path: str, summary: Summary) -> frozenset[int]:
    """Calls whose result becomes a part of a statement: the text of `order_by(text(order))` is none of its own."""
    return frozenset(
        each.index
        for index in project.calls_to(path, CLAUSES)
        for each in summary.calls[index].arguments
        if isinstance(each, CallRef)
    )


def version(project: Project) -> int:
    """The major version of SQLAlchemy: what the lock file says, else what its imports need; 0 where neither tells."""
    for dependency in project.each(Dependency):
        if dependency.name == "sqlalchemy":
            found = re.search(r"\d+", dependency.version) or re.search(
                r"(?:==|~=|<=?|>=?)\s*(\d+)", dependency.requirement
            )
            if dependency.version and found is not None:
                return int(found[0])
            upper = re.search(r"<\s*(\d+)(?:\.0)*\b", dependency.requirement)
            exact = re.search(r"(?:==|~=|>=)\s*(\d+)", dependency.requirement)
            if exact is not None and int(exact[1]) >= 2:
                return int(exact[1])
            if upper is not None and int(upper[1]) <= 2:
                return 1
            if exact is not None and "==" in dependency.requirement:
                return int(exact[1])
    for path in project.imports("sqlalchemy"):
        summary = project.summary(path)
        if summary is not None and any(
            each.module in ("sqlalchemy.orm", "sqlalchemy.ext.asyncio") and each.name in ONLY_SINCE_2
            for each in summary.imports
        ):
            return 2
    return 0
