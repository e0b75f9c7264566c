"""What a query gives back: a call that fetches rows in, the text that their columns can be out.

The text of the query stands in the same chain of calls, or in the `execute` of the same cursor before. Keys, counts and sums are
numbers; what else a row holds is text from the database.
"""

from __future__ import annotations

import ast
import re

from msgspec.structs import replace

from readiness.languages.python.names import last_name
from readiness.languages.python.walking import walk
from readiness.linking.flow.definitions import Binding
from readiness.linking.flow.nodes import place_of
from readiness.linking.flow.pieces import Flow, single
from readiness.linking.flow.reader import At, Known, Lazy, Parts, Reader
from readiness.model import FROM_DATABASE, PieceKind

FETCHING = frozenset({"fetchone", "fetchall", "fetchmany"})
"""Methods of a cursor by PEP 249, which give what was executed before."""
ASKING = frozenset(
    {"fetchval", "fetchrow", "fetch", "fetch_one", "fetch_all", "fetch_val", "fetchmany_rows", "iterate"}
)
"""Methods that take the query and give rows: asyncpg 0.30, databases 0.9."""
TAKING = frozenset(
    {"collect", "first", "one", "scalar", "scalar_one", "scalar_one_or_none", "scalars", "all", "one_or_none"}
)
"""Methods of a result, believed only where its query is seen: SQLAlchemy 2.0, PySpark 3.5."""
EXECUTING = frozenset({"execute", "exec_driver_sql", "sql", "scalars", "query", "mogrify"})
KEYS = frozenset({"id", "pk", "oid", "rowid", "pid", "_id"})
MOST_STATEMENTS = 200
COUNTED = re.compile(
    r"(?:count|sum|avg|length|char_length|octet_length|extract|date_part|nextval|currval|lastval|setval|row_number|rank"
    r"|pg_\w+_size|pg_backend_pid|exists|last_insert_id|last_insert_rowid)\s*\(",
    re.IGNORECASE,
)
LARGEST = re.compile(
    r"(?:max|min)\s*\(\s*[\w.\"`]*?(?:id|count|height|index|number|version|seq)[\"`]?\s*\)", re.IGNORECASE
)
ASKS = re.compile(r"\s*(?:SELECT|WITH|SHOW|PRAGMA|DESCRIBE|EXPLAIN|VALUES)\b", re.IGNORECASE)
FROM = re.compile(r"(?<!\w)from\b", re.IGNORECASE)
CAST = re.compile(r"::\s*(?:int|integer|bigint|smallint|uuid|date|timestamp\w*)\s*\Z", re.IGNORECASE)


def row_text(reader: Reader, call: ast.Call, func: ast.Attribute, at: At) -> Flow | None:
    """The text that any column of the rows of a query can be; None where the call fetches nothing."""
    if func.attr in FETCHING:
        query = _executed(reader, func.value, at)
    elif func.attr in ASKING:
        query = Lazy(call.args[0], at) if call.args else None
    elif func.attr in TAKING:
        query = _chained(reader, func.value, at)
    else:
        return None
    columns = _columns(reader, query) if query is not None else []
    if query is None and func.attr not in FETCHING:
        return None
    if not columns and func.attr not in FETCHING:
        return None
    if columns and all(is_number(each) for each in columns):
        return single(reader.piece(PieceKind.NUMBER, call, at))
    return single(replace(reader.piece(PieceKind.UNKNOWN, call, at), outside=FROM_DATABASE))


def row_parts(reader: Reader, call: ast.Call, at: At) -> Parts | None:
    """The columns of a row that a call fetches, in order; None where the query is not seen."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in FETCHING:
        return None
    query = _executed(reader, call.func.value, at)
    columns = _columns(reader, query) if query is not None else []
    if not columns:
        return None
    number = single(reader.piece(PieceKind.NUMBER, call, at))
    text = single(replace(reader.piece(PieceKind.UNKNOWN, call, at), outside=FROM_DATABASE))
    return Parts(tuple(Known(number if is_number(each) else text) for each in columns))


def iterated_rows(reader: Reader, expression: ast.expr, at: At) -> Parts | Known | None:
    """A row of a cursor, or of what `execute` gives, that is gone through: `for row in cursor`; None where no query is seen."""
    query = iterated_query(reader, expression, at)
    if query is None:
        return None
    columns = _columns(reader, query)
    text = single(replace(reader.piece(PieceKind.UNKNOWN, expression, at), outside=FROM_DATABASE))
    if not columns:
        return Known(text)
    number = single(reader.piece(PieceKind.NUMBER, expression, at))
    return Parts(tuple(Known(number if is_number(each) else text) for each in columns))


def iterated_query(reader: Reader, expression: ast.expr, at: At) -> Lazy | None:
    """The query whose rows are gone through."""
    while isinstance(expression, ast.Await):
        expression = expression.value
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Attribute):
        method = expression.func.attr
        if method in FETCHING:
            return _executed(reader, expression.func.value, at)
        if method in ("execute", "exec_driver_sql", *ASKING) and expression.args:
            return _asking(reader, Lazy(expression.args[0], at))
        if method in TAKING or method == "mappings":
            return _chained(reader, expression.func.value, at)
        if method == "cursor":
            return _prepared(reader, expression, expression.func.value, at)
        return None
    if not place_of(expression):
        return None
    origin = reader.origin(expression, at)
    if origin is not None and isinstance(origin.expression, ast.Call):
        call = origin.expression
        if isinstance(call.func, ast.Attribute) and call.func.attr not in ("cursor", "connect"):
            return iterated_query(reader, call, origin.at)
    return _executed(reader, expression, at)


def _prepared(reader: Reader, call: ast.Call, owner: ast.expr, at: At) -> Lazy | None:
    """`connection.cursor(query)`, `statement.cursor()` of what `prepare(query)` gave: asyncpg 0.30."""
    if call.args:
        return _asking(reader, Lazy(call.args[0], at))
    origin = reader.origin(owner, at)
    prepared = origin.expression if origin is not None else None
    if (
        origin is None
        or not isinstance(prepared, ast.Call)
        or last_name(prepared.func) != "prepare"
        or not prepared.args
    ):
        return None
    return _asking(reader, Lazy(prepared.args[0], origin.at))


def _asking(reader: Reader, query: Lazy) -> Lazy | None:
    """The query, where it reads as one that gives rows."""
    expression = query.expression
    if isinstance(expression, ast.Call) and expression.args and last_name(expression.func) in ("text", "SQL"):
        expression = expression.args[0]
    flow = reader.text(expression, query.at)
    begun = [each[0].text for each in flow.alternatives if each and each[0].kind is PieceKind.CONSTANT]
    return query if any(ASKS.match(each) for each in begun) else None


def listed_values(reader: Reader, call: ast.Call, at: At) -> Known | Parts | None:
    """`orders.values_list("name", "id")` of Django: a row of it; None where its columns are not written out."""
    names = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if not names or len(names) < len(call.args):
        return None
    number = single(reader.piece(PieceKind.NUMBER, call, at))
    text = single(replace(reader.piece(PieceKind.UNKNOWN, call, at), outside=FROM_DATABASE))
    columns = tuple(Known(number if each in KEYS else text) for each in names)
    flat = any(each.arg == "flat" and getattr(each.value, "value", None) is True for each in call.keywords)
    return columns[0] if flat and len(columns) == 1 else Parts(columns)


def is_key(expression: ast.expr) -> bool:
    """`row["id"]`, `row.id`: the key of a row."""
    if isinstance(expression, ast.Attribute):
        return expression.attr in KEYS
    return isinstance(expression, ast.Subscript) and getattr(expression.slice, "value", "") in KEYS


def column_text(reader: Reader, expression: ast.Subscript, at: At) -> Flow | None:
    """`cursor.fetchone()[0]`, `row["id"]`: one column, where it is a number."""
    if not isinstance(expression.slice, ast.Constant):
        return None
    origin = reader.origin(expression.value, at)
    if origin is None:
        gone_through = _gone_through(reader, expression.value, at)
        query = iterated_query(reader, gone_through.expression, gone_through.at) if gone_through is not None else None
        return _column(reader, query, expression, at) if query is not None else None
    call = origin.expression
    while isinstance(call, ast.Subscript):
        call = call.value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr not in FETCHING | ASKING | TAKING:
        return None
    query = (
        _executed(reader, call.func.value, origin.at)
        if call.func.attr in FETCHING
        else _chained(reader, call.func.value, origin.at)
        if call.func.attr in TAKING
        else Lazy(call.args[0], origin.at)
        if call.args
        else None
    )
    return _column(reader, query, expression, at) if query is not None else None


def _gone_through(reader: Reader, expression: ast.expr, at: At) -> Lazy | None:
    """What a `for` that binds a name goes through."""
    reached = reader.definitions(place_of(expression), at) if isinstance(expression, ast.Name) else None
    if reached is None or len(reached.definitions) != 1 or reached.falls:
        return None
    only = reached.definitions[0]
    if only.binding is not Binding.ELEMENT or only.path or only.expression is None:
        return None
    return Lazy(only.expression, At(at.path, only.statement, frame=at.frame))


def _column(reader: Reader, query: Lazy, expression: ast.Subscript, at: At) -> Flow | None:
    columns = _columns(reader, query)
    key = getattr(expression.slice, "value", None)
    column = ""
    if isinstance(key, int) and -len(columns) <= key < len(columns):
        column = columns[key]
    elif isinstance(key, str):
        column = next((each for each in columns if _name(each) == key.lower()), "")
    return single(reader.piece(PieceKind.NUMBER, expression, at)) if column and is_number(column) else None


def _chained(reader: Reader, owner: ast.expr, at: At) -> Lazy | None:
    """The query of `session.execute(query).scalars().all()`, through the names on the way."""
    origin = reader.origin(owner, at)
    for _ in range(6):
        call = origin.expression if origin is not None else None
        if origin is None or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return None
        if call.func.attr in EXECUTING and call.args:
            return Lazy(call.args[0], origin.at)
        origin = reader.origin(call.func.value, origin.at)
    return None


def _executed(reader: Reader, owner: ast.expr, at: At) -> Lazy | None:
    """The query that a cursor was last given before it is asked for rows."""
    chained = _chained(reader, owner, at)
    place = place_of(owner)
    index = reader.index(at.path)
    if chained is not None or not place or index is None:
        return chained
    here: ast.AST = at.statement
    for _ in range(MOST_STATEMENTS):
        where = index.block(here) if isinstance(here, ast.stmt | ast.excepthandler | ast.match_case) else None
        if where is None:
            return None
        around, field, position = where
        for statement in reversed(getattr(around, field)[:position]):
            found = _execution(statement, place)
            if found is not None:
                inside = index.statement(found)
                return Lazy(found.args[0], At(at.path, inside, frame=at.frame)) if inside is not None else None
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            return None
        here = around
    return None


def _execution(statement: ast.stmt, place: str) -> ast.Call | None:
    """The last `place.execute(...)` in a statement."""
    found = None
    for node in walk(statement):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "execute"
            and node.args
            and place_of(node.func.value) == place
            and (found is None or node.lineno >= found.lineno)
        ):
            found = node
    return found


def _columns(reader: Reader, query: Lazy) -> list[str]:
    """The columns that a query selects, as written; none where they cannot be seen."""
    expression, at = query.expression, query.at
    origin = reader.origin(expression, at) if place_of(expression) else None
    if origin is not None and isinstance(origin.expression, ast.Call):
        expression, at = origin.expression, origin.at
    attributes = _selected_attributes(expression)
    if attributes:
        return attributes
    if isinstance(expression, ast.Call) and expression.args and last_name(expression.func) in ("text", "SQL"):
        expression = expression.args[0]
    flow = reader.text(expression, at)
    found: list[str] = []
    for alternative in flow.alternatives:
        text = "".join(piece.text if piece.kind is PieceKind.CONSTANT else " hole " for piece in alternative)
        columns = selected(text)
        if not columns or (found and columns != found):
            return []
        found = columns
    return found


def _selected_attributes(expression: ast.expr) -> list[str]:
    """The columns of `select(Order.id).where(...)`; none where anything else than columns is selected."""
    while isinstance(expression, ast.Call):
        if last_name(expression.func) in ("select", "query"):
            given = expression.args
            if len(given) == 1 and isinstance(given[0], ast.List | ast.Tuple):
                given = given[0].elts
            names = [each.attr for each in given if isinstance(each, ast.Attribute) and _holds_columns(each.value)]
            return names if len(names) == len(given) else []
        expression = expression.func.value if isinstance(expression.func, ast.Attribute) else expression.func
    return []


def _holds_columns(owner: ast.expr) -> bool:
    """`Order` of `Order.id`, `orders.c` of `orders.c.id`."""
    name = last_name(owner)
    return name == "c" or name[:1].isupper()


def selected(text: str) -> list[str]:
    """The columns between `SELECT` and its `FROM`, or behind `RETURNING`."""
    start = re.match(r"\s*SELECT\s+(?:DISTINCT\s+)?", text, re.IGNORECASE)
    position = start.end() if start is not None else -1
    if position < 0:
        returning = list(re.finditer(r"\bRETURNING\s+", text, re.IGNORECASE))
        position = returning[-1].end() if returning else -1
    if position < 0:
        return []
    columns, depth, begin = [], 0, position
    while position < len(text):
        character = text[position]
        depth += (character == "(") - (character == ")")
        if depth == 0 and character == ",":
            columns.append(text[begin:position].strip())
            begin = position + 1
        elif depth == 0 and (character == ";" or (character in "fF" and FROM.match(text, position))):
            break
        position += 1
    columns.append(text[begin:position].strip())
    return [] if any("*" in each and "(" not in each for each in columns) else columns


def _name(column: str) -> str:
    words = re.findall(r"\w+", column)
    return words[-1].lower() if words else ""


def is_number(column: str) -> bool:
    """A column, as a query writes it, is a number."""
    written = re.sub(r"\s+(?:AS\s+)?[\"`]?\w+[\"`]?\s*\Z", "", column, flags=re.IGNORECASE).strip()
    if COUNTED.match(written) or LARGEST.fullmatch(written) or CAST.search(written) or written.isdigit():
        return True
    return re.fullmatch(r"(?:[\w\"`]+\.)?[\"`]?(\w+)[\"`]?", written) is not None and _name(written) in KEYS
