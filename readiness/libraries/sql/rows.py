"""SQL text in, how many rows it can give out: one, those of a key, those of a parent, or as many as there are.

The constant skeleton is read by sqlglot. A piece that is put in and may hold a clause of its own makes the answer unknown,
unless a limit stands behind it.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.sql.positions import LONGEST, MARK, parsed, positions_in
from readiness.libraries.sql.text import skeleton_of
from readiness.model import Bound, Piece, PieceKind, Text

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

CLAUSES = frozenset({PieceKind.UNKNOWN, PieceKind.PARAMETER, PieceKind.REQUEST, PieceKind.CONFIGURED})
"""Pieces that can hold a limit or a condition."""
READS = re.compile(r"\A[\s(]*(?:select|with|values|table|from)\b", re.IGNORECASE)
LIMIT = re.compile(r"\b(?:limit\s+(?!all\b|null\b)\S|fetch\s+(?:first|next)\b|top\s*\(?\s*\d)", re.IGNORECASE)
CATALOGUES = frozenset({"information_schema", "pg_catalog", "sys", "mysql", "performance_schema"})
CATALOGUE_TABLES = ("pg_", "sqlite_", "v$", "dba_", "all_tab", "user_tab", "sys.")
UNIQUE_COLUMNS = frozenset({"id", "pk", "uuid", "oid", "guid", "rowid"})
KEYS = ("id", "slug", "key", "code", "uuid", "email", "token")
"""Ends of names of columns that name few rows, for `column IN (...)`."""
ORDER = (Bound.UNBOUNDED, Bound.UNKNOWN, Bound.BY_PARENT, Bound.BOUNDED)


class Rows(Struct, frozen=True):
    """How many rows one statement gives."""

    bound: Bound
    how: str
    model: str = ""
    """The table it reads first; empty where there is none or it is put in."""
    limit: str = ""
    """What stands behind LIMIT."""
    compared: str = ""
    """A column that equals something given; how many rows share a value of it is not known."""
    exact: bool = True


NOT_READ = Rows(Bound.UNKNOWN, "SQL text that could not be read", exact=False)
ELSEWHERE = Rows(Bound.UNKNOWN, "a statement that comes from elsewhere", exact=False)


def rows_of(text: Text, dialect: str = "") -> Rows | None:
    """How many rows the statement gives, whichever way it comes about; None where it certainly reads none."""
    found = [_alternative(each, dialect) for each in text.alternatives]
    reads = [each for each in found if each is not None]
    if not reads:
        return None if found else ELSEWHERE
    worst = min(reads, key=lambda each: ORDER.index(each.bound))
    if worst.bound is Bound.UNBOUNDED and any(each.bound is Bound.BOUNDED for each in reads):
        return replace(worst, bound=Bound.UNKNOWN, how="limited only under a condition", exact=False)
    if not text.complete and worst.bound in (Bound.UNBOUNDED, Bound.BY_PARENT):
        return replace(NOT_READ, model=worst.model)
    return worst


def _alternative(pieces: tuple[Piece, ...], dialect: str) -> Rows | None:
    if not pieces or all(piece.kind is PieceKind.STRUCTURE for piece in pieces):
        return None
    if pieces[0].kind is not PieceKind.CONSTANT:
        return ELSEWHERE
    skeleton = skeleton_of(pieces)
    if len(skeleton) > LONGEST:
        return NOT_READ if READS.match(skeleton) else None
    found = rows_in(skeleton, dialect)
    if found is None:
        return None
    positions = positions_in(skeleton, dialect) if MARK in skeleton else {}
    opened = [
        piece
        for number, piece in enumerate(pieces)
        if piece.kind in CLAUSES and positions.get(number, "") in ("clause", "")
    ]
    if opened and found.bound is not Bound.BOUNDED:
        return Rows(Bound.UNKNOWN, f"`{opened[0].text}` is put into its SQL text", found.model, exact=False)
    named = re.fullmatch(rf"{MARK}(\d+)_", found.limit, re.IGNORECASE)
    if named is not None and int(named[1]) < len(pieces):
        limit = pieces[int(named[1])].text
        found = replace(found, limit=limit, how=f"LIMIT {limit} in its SQL text")
    return found if MARK not in found.model.lower() else replace(found, model="")


@lru_cache(maxsize=1024)
def rows_in(skeleton: str, dialect: str) -> Rows | None:
    """How many rows a statement gives, as its text shows it; None where it reads none."""
    if not READS.match(_uncommented(skeleton)):
        return None
    tree = parsed(skeleton, dialect)
    if tree is None:
        return (
            replace(NOT_READ, bound=Bound.BOUNDED, how="limited in its SQL text")
            if LIMIT.search(skeleton)
            else NOT_READ
        )
    return _rows(tree, {})


def _uncommented(text: str) -> str:
    return re.sub(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)+", "", text, flags=re.DOTALL)


def _rows(tree: "Expr", named: "dict[str, Expr]") -> Rows | None:
    from sqlglot import exp

    named = named | {each.alias: each.this for each in _with(tree)}
    if isinstance(tree, exp.Subquery | exp.Paren) and tree.args.get("limit") is None:
        return _rows(tree.this, named)
    limit = _limit(tree)
    if limit is not None:
        return Rows(Bound.BOUNDED, f"LIMIT {limit} in its SQL text", _table(tree), limit)
    if isinstance(tree, exp.SetOperation):
        sides = [each for each in (_rows(tree.left, named), _rows(tree.right, named)) if each is not None]
        return min(sides, key=lambda each: ORDER.index(each.bound), default=None)
    if isinstance(tree, exp.Values):
        return Rows(Bound.BOUNDED, "rows that are written out")
    if not isinstance(tree, exp.Select):
        return None
    return _selected(tree, named)


def _with(tree: "Expr") -> "list[Expr]":
    with_ = tree.args.get("with_") or tree.args.get("with")
    return list(with_.expressions) if with_ is not None else []


def _selected(tree: "Expr", named: "dict[str, Expr]") -> Rows:
    from sqlglot import exp

    source = tree.args.get("from_") or tree.args.get("from")
    if source is None:
        return Rows(Bound.BOUNDED, "one row")
    model = _table(tree)
    table = source.this
    if isinstance(table, exp.Table) and table.name.lower() == "dual" and tree.args.get("connect") is None:
        return Rows(Bound.BOUNDED, "one row")
    if not isinstance(table, exp.Table | exp.Subquery) or isinstance(table.this, exp.Func):
        return Rows(Bound.UNKNOWN, "the rows of a function", exact=False)
    if isinstance(table, exp.Table) and _is_catalogue(table):
        return Rows(Bound.BOUNDED, "the database's own catalogue", model)
    grouped = tree.args.get("group") is not None
    if not grouped and tree.expressions and all(_aggregates(each) for each in tree.expressions):
        return Rows(Bound.BOUNDED, "aggregates only", model)
    best = _condition(tree)
    if best is not None:
        return replace(best, model=model)
    inner = (
        named.get(table.name)
        if isinstance(table, exp.Table)
        else table.this
        if isinstance(table, exp.Subquery)
        else None
    )
    if inner is not None and not tree.args.get("joins"):
        # What a subquery limits stays limited.
        below = _rows(inner, {name: each for name, each in named.items() if each is not inner})
        if below is not None:
            return below
    if grouped:
        return Rows(Bound.UNKNOWN, "one row for each group", model, exact=False)
    return Rows(Bound.UNBOUNDED, "no LIMIT in its SQL text", model, compared=_compared(tree))


def _limit(tree: "Expr") -> str | None:
    from sqlglot import exp

    limit = tree.args.get("limit")
    if limit is None:
        return None
    value = limit.args.get("count") if isinstance(limit, exp.Fetch) else limit.args.get("expression")
    if value is None:
        return "1" if isinstance(limit, exp.Fetch) else None
    if isinstance(value, exp.Null) or value.sql().upper() in ("ALL", "-1", "NULL"):
        return None
    return str(value.name if isinstance(value, exp.Column) else value.sql())


def _table(tree: "Expr") -> str:
    from sqlglot import exp

    source = tree.args.get("from_") or tree.args.get("from")
    table = source.this if source is not None else None
    return str(table.name) if isinstance(table, exp.Table) else ""


def _is_catalogue(table: "Expr") -> bool:
    schema, name = str(table.args.get("db") or "").strip('"').lower(), str(table.name).lower()
    return schema in CATALOGUES or name.startswith(CATALOGUE_TABLES)


def _aggregates(value: "Expr") -> bool:
    from sqlglot import exp

    inner = value.unalias()
    if isinstance(inner, exp.Literal | exp.Null | exp.Boolean):
        return True
    if inner.find(exp.Window) is not None:
        return False
    return inner.find(exp.AggFunc) is not None


def _condition(tree: "Expr") -> Rows | None:
    """What the conditions that all must hold leave: one row, or the rows of one parent."""

    best: Rows | None = None
    for each in _conditions(tree):
        found = _narrowing(each)
        if found is not None and (best is None or ORDER.index(found.bound) > ORDER.index(best.bound)):
            best = found
    return best if best is None or not tree.args.get("joins") or best.bound is Bound.BY_PARENT else _of_parent(best)


def _conditions(tree: "Expr") -> "list[Expr]":
    """The conditions that all must hold."""
    from sqlglot import exp

    where = tree.args.get("where")
    whole = where.this if where is not None else None
    return list(whole.flatten()) if isinstance(whole, exp.And) else [whole] if whole is not None else []


def _compared(tree: "Expr") -> str:
    """A column that must equal a parameter."""
    from sqlglot import exp

    for each in _conditions(tree):
        inner = each.unnest()
        sides = (inner.this, inner.expression) if isinstance(inner, exp.EQ) else ()
        columns = [side for side in sides if isinstance(side, exp.Column) and MARK not in str(side.name).lower()]
        if len(columns) == 1 and not any(isinstance(side, exp.Literal | exp.Boolean | exp.Null) for side in sides):
            return str(columns[0].name)
    return ""


def _of_parent(found: Rows) -> Rows:
    """One row of one table, joined with another: the rows of a parent."""
    return replace(found, bound=Bound.BY_PARENT, how=f"{found.how}, joined with other rows")


def _narrowing(condition: "Expr") -> Rows | None:
    from sqlglot import exp

    inner = condition.unnest()
    if isinstance(inner, exp.EQ):
        for column, other in ((inner.this, inner.expression), (inner.expression, inner.this)):
            if isinstance(column, exp.Column) and not _is_column(other):
                return _equal(str(column.name).lower())
    if isinstance(inner, exp.In) and isinstance(inner.this, exp.Column) and inner.args.get("query") is None:
        name = str(inner.this.name).lower()
        if name.endswith(KEYS):
            return Rows(Bound.BOUNDED, f"selected by {name}", exact=False)
    return None


def _is_column(value: "Expr") -> bool:
    from sqlglot import exp

    return isinstance(value, exp.Column) and MARK not in str(value.name).lower()


def _equal(name: str) -> Rows | None:
    if name in UNIQUE_COLUMNS:
        return Rows(Bound.BOUNDED, f"selected by {name}", exact=False)
    if name.endswith("_id"):
        return Rows(Bound.BY_PARENT, f"rows of one {name.removesuffix('_id')}", exact=False)
    return None
