"""Linked code in; one `Query` out for every call that nobody else knows and that is handed a whole SQL statement.

The object may come from a package that is in no table, from a place that cannot be seen (an attribute that another class
sets, an item of `request.app`), or be one of the project whose own way to the database cannot be followed. What decides is
the text: a statement with its clauses, which sqlglot reads as one; and the name of what is called, which says that it runs
something. Messages, texts that are only put together, and what takes SQL apart are none.
"""

import sys
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from readiness.libraries.drivers.queries import PACKAGES, sql_argument
from readiness.libraries.sql.text import is_statement, query
from readiness.libraries.values.expressions import tail
from readiness.libraries.written_sql.beginnings import SCOPES, Beginnings, may_begin, shared_texts, words
from readiness.libraries.written_sql.onwards import Onwards
from readiness.model import Library, Project, Query, Resolution, Symbol, SymbolKind
from readiness.model.summary import Call, Function, Value
from readiness.model.telling import tabulates

library = Library(__name__, stage="data", provides=[Query], after=[Query])

RUNS = frozenset(
    {
        "all", "cursor", "dataframe", "db", "delete", "df", "exec", "execute", "executemany", "executescript", "executesql",
        "fetch", "fetchall", "fetchmany", "fetchone", "fetchrow", "fetchval", "first", "insert", "iterate", "one", "perform",
        "prepare", "process", "queries", "query", "read", "row", "rows", "run", "runner", "scalar", "scalars", "select",
        "sql", "stream", "update",
    }
)  # fmt: skip
"""Words in the names of what runs a statement."""
GIVES_ROWS = frozenset({"all", "first", "many", "one", "row", "rows"})
TAKES_APART = frozenset(
    {
        "add", "analyze", "append", "assert", "build", "builder", "check", "clean", "compile", "compose", "count", "debug",
        "error", "escape", "explain", "extract", "filter", "format", "formatted", "from", "generate", "has", "hash",
        "highlight", "info", "is", "key", "log", "make", "mock", "normalize", "parse", "parser", "prettify", "print",
        "quote", "register", "remove", "render", "replace", "rewrite", "sanitize", "set", "show", "split", "strip",
        "text", "to", "tokenize", "transform", "translate", "validate", "warn", "write",
    }
)  # fmt: skip
"""Words in the names of what makes, reads or tells of statements."""
LANGUAGES = frozenset(
    {
        "influxdb", "influxdb_client", "neo4j", "py2neo", "couchbase", "arango", "gql", "redis", "elasticsearch", "pymongo",
        "simple_salesforce", "rdflib", "SPARQLWrapper", "tinydb",
    }
)  # fmt: skip
"""Databases with languages that read like SQL, or none."""
ELSEWHERE = LANGUAGES | frozenset(
    {
        "sqlalchemy", "sqlmodel", "flask_sqlalchemy", "alembic", "django", "sqlparse", "sqlglot", "sqlfluff", "logging",
        "structlog", "loguru", "pandas", "re", "pytest", "unittest",
        "jinja2", "langchain", "openai", "rich", "click", "typer",
    }
)  # fmt: skip
"""Packages whose calls are judged by recognisers of their own, or run something else."""


class _Search(Struct, frozen=True):
    project: Project
    near: frozenset[str]
    """Files that import a database driver, or a layer over one."""
    other: frozenset[str]
    """Files that import a database with a language of its own."""
    onwards: Onwards


@library.recognises
def statements(project: Project) -> Iterator[Query]:
    """Every call that is handed a whole statement and is not known otherwise."""
    yield from project.parts(project.paths(*SCOPES), statements_of)


def statements_of(project: Project, path: str) -> Iterator[Query]:
    """Those of one file."""
    summary = project.summary(path)
    if summary is None:
        return
    beginnings: Beginnings | None = None
    search: _Search | None = None
    seen = {(each.span.line, each.span.column) for each in project.each_in(Query, path)}
    for index in project.calls_to(path, [name for name in project.names_called(path) if _runs(name)]):
        call = summary.calls[index]
        argument = sql_argument(call)
        if argument is None or not may_begin(argument):
            continue
        if beginnings is None:
            beginnings = Beginnings(summary, project.table(shared_texts)["names"])
        if not beginnings.begins(argument, call.scope):
            continue
        span = project.span(path, index)
        if (span.line, span.column) in seen or [span.line, span.column] in project.table(runs).get(path, []):
            continue
        if search is None:
            search = _search(project)
        made = _query(search, path, index, call, argument)
        if made is not None:
            yield made


@tabulates
def runs(project: Project) -> dict[str, list[list[int]]]:
    """Lines and columns of the calls that run a text which is written elsewhere, by file."""
    found: dict[str, list[list[int]]] = {}
    for each in project.each(Query):
        if each.runs_at is not None:
            found.setdefault(each.runs_at.path, []).append([each.runs_at.line, each.runs_at.column])
    return found


@lru_cache(maxsize=16_384)
def _runs(name: str) -> bool:
    parts = words(name)
    if parts & TAKES_APART or name[:1].isupper():
        # A class only holds its text: `SQL("SELECT 1")`.
        return False
    # `get_all(sql)` runs a statement, `get_query(name)` gives one.
    return bool(parts & (GIVES_ROWS if "get" in parts else RUNS))


def _search(project: Project) -> _Search:
    near = frozenset(project.imports(*PACKAGES, "sqlalchemy", "django"))
    other = frozenset(project.imports(*LANGUAGES)) - near
    return _Search(project, near, other, Onwards(project, _runs, _is_elsewhere))


def _is_elsewhere(package: str) -> bool:
    return package in ELSEWHERE or package in sys.stdlib_module_names


def _query(search: _Search, path: str, index: int, call: Call, argument: Value) -> Query | None:
    project = search.project
    resolution = _resolution(search, path, index)
    if resolution is None:
        return None
    text = project.text_of(path, index, argument)
    if not is_statement(text):
        return None
    return query(
        project, path, index, argument, library="dbapi", api=tail(call.callee), resolution=resolution,
        parameters=len(call.arguments) + len(call.keywords) > 1, text=text,
    )  # fmt: skip


def _resolution(search: _Search, path: str, index: int) -> Resolution | None:
    """How surely a call runs what it is given; None where it does not."""
    symbol = search.project.callee(path, index)
    match symbol.kind:
        case SymbolKind.EXTERNAL:
            top = symbol.name.partition(".")[0]
            return None if _is_elsewhere(top) else Resolution.EXACT
        case SymbolKind.UNKNOWN | SymbolKind.PARAMETER | SymbolKind.VARIABLE:
            return Resolution.EXACT
        case SymbolKind.FUNCTION:
            return _of_project(search, symbol)
        case _:
            return None


def _of_project(search: _Search, symbol: Symbol) -> Resolution | None:
    """A function whose way to the database is not seen: surely one where a driver is at hand."""
    summary = search.project.summary(symbol.path)
    definition = summary.definitions[symbol.index] if summary is not None and symbol.index >= 0 else None
    if not isinstance(definition, Function):
        return None
    if symbol.path in search.other:
        return None
    if not search.onwards.of(symbol):
        return None
    return Resolution.EXACT if symbol.path in search.near else Resolution.INFERRED
