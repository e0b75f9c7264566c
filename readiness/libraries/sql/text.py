"""A composed SQL text in; where each of its pieces lands, which statement it is, and the fact for it out.

Nothing here decides whether a call is a sink: that is known before.
"""

import re

from msgspec.structs import replace

from readiness.libraries.sql.positions import LONGEST, MARK, parsed, positions_in
from readiness.libraries.values.expressions import written
from readiness.libraries.values.route_inputs import route_inputs
from readiness.model import Piece, PieceKind, Project, Query, Resolution, Text
from readiness.model.summary import Constant, Value

NOTHING = (Piece(PieceKind.CONSTANT, "None"),)
WHOLE_KINDS = frozenset({PieceKind.PARAMETER, PieceKind.UNKNOWN, PieceKind.REQUEST})
MARKED = frozenset(
    {
        PieceKind.REQUEST,
        PieceKind.PARAMETER,
        PieceKind.UNKNOWN,
        PieceKind.CONFIGURED,
        PieceKind.VALIDATED,
        PieceKind.NUMBER,
    }
)
LONGEST_READ = 60_000
"""Characters of a skeleton whose words are still looked at."""
COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*\n|/\*.*?\*/|\()*", re.DOTALL)
KEYWORD = re.compile(r"[A-Za-z]+")
STATEMENTS = frozenset(
    {
        "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CREATE", "DROP", "ALTER", "TRUNCATE", "SET", "RESET", "SHOW",
        "PRAGMA", "KILL", "GRANT", "REVOKE", "VACUUM", "ANALYZE", "EXPLAIN", "CALL", "EXEC", "EXECUTE", "MERGE",
        "REPLACE", "COPY", "LOCK", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "LISTEN", "NOTIFY",
        "UNLISTEN", "USE", "ATTACH", "DETACH", "REINDEX", "REFRESH", "DECLARE", "FETCH", "CLOSE", "COMMENT",
        "CLUSTER", "DO", "LOAD", "DESCRIBE", "VALUES", "UPSERT", "OPTIMIZE", "RENAME", "TABLE", "START", "END",
        "DISCARD", "FLUSH",
    }
)  # fmt: skip
ROW_STATEMENTS = frozenset(
    {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE", "REPLACE", "VALUES", "UPSERT", "CALL"}
)
"""Statements whose values can be bound."""
EXPLAINED = re.compile(
    r"\s*(?:EXPLAIN|DESCRIBE|DESC)\b(?:\s+(?:QUERY\s+PLAN|PLAN|ANALYZE|VERBOSE|EXTENDED|FORMAT\s*=\s*\w+|\([^()]*\)))*\s*",
    re.IGNORECASE,
)


def query(
    code: Project,
    path: str,
    index: int,
    argument: Value,
    *,
    library: str,
    api: str,
    resolution: Resolution = Resolution.EXACT,
    parameters: bool = False,
    dialect: str = "",
    paramstyle: str = "",
    text: Text | None = None,
) -> Query | None:
    """The fact for a call that takes SQL text; None where the argument is no text at all but a statement object."""
    summary = code.summary(path)
    if summary is None:
        return None
    found = text if text is not None else code.text_of(path, index, argument)
    if found.alternatives and argument != Constant(None) and all(each == NOTHING for each in found.alternatives):
        # What is run is bound elsewhere: `statement: str | None = None` of a class that is made from settings.
        found = Text(((Piece(PieceKind.UNKNOWN, written(summary, argument)),),), "unknown", complete=False)
    structured = [piece.kind is PieceKind.STRUCTURE for piece in found.pieces]
    if structured and (all(structured) or (found.how == "composed" and any(structured))):
        # Text inside `sql.SQL(...)` that is not fixed is judged there.
        return None
    symbol = code.symbol(path, summary.calls[index].scope)
    return Query(
        span=code.span(path, index),
        symbol=symbol,
        scope=code.files[path].scope,
        resolution=resolution,
        library=library,
        api=api,
        text=route_inputs(code).declared(positioned(found, dialect), symbol),
        parameters=parameters,
        dialect=dialect,
        whole=is_whole(found),
        paramstyle=paramstyle,
        statement=statement_of(found),
    )


def is_whole(text: Text) -> bool:
    """Some way the whole statement comes from elsewhere, and no way it is put together here from unknown parts."""
    whole = [_is_statement(each) for each in text.alternatives]
    built = [any(piece.kind in WHOLE_KINDS for piece in each) for each in text.alternatives]
    return any(whole) and all(single or not risky for single, risky in zip(whole, built, strict=True))


def _is_statement(alternative: tuple[Piece, ...]) -> bool:
    """A statement from elsewhere and nothing around it but `EXPLAIN`."""
    around = [piece for piece in alternative if piece.kind not in WHOLE_KINDS]
    if len(alternative) - len(around) != 1 or any(piece.kind is not PieceKind.CONSTANT for piece in around):
        return False
    before = around[0].text if around and alternative[0] is around[0] else ""
    behind = "".join(piece.text for piece in around).removeprefix(before)
    return (not before or EXPLAINED.fullmatch(before) is not None) and behind.strip() in ("", ";")


def statement_of(text: Text) -> str:
    """The first keyword of a text, upper case; empty where no alternative begins with one."""
    for alternative in text.alternatives:
        if alternative and alternative[0].kind is PieceKind.CONSTANT:
            word = _first_word(alternative[0].text)
            if word:
                return word
    return ""


def _first_word(text: str) -> str:
    start = COMMENTS.match(text[:LONGEST])
    word = KEYWORD.match(text, start.end() if start is not None else 0)
    found = word[0].upper() if word is not None else ""
    return found if found in STATEMENTS else ""


def reads_as_sql(text: Text) -> bool:
    """Some alternative begins with a keyword of SQL and can be read as a statement."""
    for alternative in text.alternatives:
        if not alternative or alternative[0].kind is not PieceKind.CONSTANT:
            continue
        if not _first_word(alternative[0].text):
            continue
        skeleton = skeleton_of(alternative)
        if len(skeleton) <= LONGEST and any(
            parsed(skeleton, dialect) is not None for dialect in ("", "sqlite", "mysql")
        ):
            return True
    return False


WHOLE = re.compile(
    r"\A(?:[\s(]|--[^\n]*\n|/\*.*?\*/)*(?:select\b.+?\bfrom\b|(?:insert|replace|upsert)\s+(?:(?:or\s+\w+|ignore|delayed|low_priority|high_priority)\s+)*into\b|"
    r"update\s+(?:only\s+)?\S+\s+(?:(?:as\s+)?\w+\s+)?set\b|delete\s+from\b|"
    r"(?:create|drop|alter|truncate)\s+(?:\w+\s+){0,3}(?:table|index|view|schema|database|function|trigger|sequence)\b|"
    r"with\s+\S+.*?\s+as\s*(?:(?:not\s+)?materialized\s*)?\(|pragma\s+\w+|merge\s+into\b|"
    r"truncate\s+\S+\s+(?:cascade|restrict|restart\s+identity|continue\s+identity)\b|"
    r"show\s+(?:full\s+|create\s+)?(?:tables?|columns|databases|schemas|views)\b|optimize\s+table\b|copy\s+into\b|explain\s+select\b|"
    r"refresh\s+materialized\s+view\b|reindex\s+(?:table|index|database|schema)\b|vacuum\s+(?:full|analyze|freeze|verbose)\b)",
    re.IGNORECASE | re.DOTALL,
)
"""The beginning of a statement that no sentence has: `SELECT ... FROM`, `INSERT INTO`."""


READ_AS = ("", "postgres", "mysql", "sqlite", "clickhouse", "bigquery", "snowflake", "tsql")
"""The dialects that are tried on a statement of an unknown database."""


def begins_as_sql(text: Text) -> bool:
    """Some alternative begins as no sentence does, whether or not the rest can be read: databases have words of their own."""
    return any(
        each and each[0].kind is PieceKind.CONSTANT and WHOLE.match(skeleton_of(each)[:LONGEST]) is not None
        for each in text.alternatives
    )


def reads_as_whole_sql(text: Text) -> bool:
    """Some alternative is a statement of which more than its first word is seen."""
    return begins_as_sql(text) and reads_as_sql(text)


def is_statement(text: Text) -> bool:
    """Some alternative is a statement that is read to its end, whatever the database: no sentence is."""
    from sqlglot import exp

    return any(
        (tree := parsed(skeleton, dialect)) is not None and not isinstance(tree, exp.Command)
        for each in text.alternatives
        if each and each[0].kind is PieceKind.CONSTANT
        for skeleton in (skeleton_of(each),)
        if len(skeleton) <= LONGEST and WHOLE.match(skeleton) is not None
        for dialect in READ_AS
    )


def positioned(text: Text, dialect: str) -> Text:
    """The same text with the position of every piece that is put in; a test that lets SQL through is none."""
    each_way = (
        tuple(replace(piece, checked="") if piece.loose else piece for piece in way) for way in text.alternatives
    )
    return replace(text, alternatives=tuple(_positioned(each, dialect) for each in each_way))


def _positioned(alternative: tuple[Piece, ...], dialect: str) -> tuple[Piece, ...]:
    if not any(piece.kind in MARKED for piece in alternative):
        return alternative
    if len(alternative) == 1:
        return (replace(alternative[0], position="statement"),)
    skeleton = skeleton_of(alternative)
    positions = positions_in(skeleton, dialect) if len(skeleton) <= LONGEST_READ else {}
    found = []
    for number, piece in enumerate(alternative):
        if piece.kind in MARKED:
            piece = replace(piece, position=positions.get(number, ""))
        found.append(piece)
    return tuple(found)


def skeleton_of(alternative: tuple[Piece, ...]) -> str:
    """The text with a mark for each piece that is put in: `rdns_hole_3_`."""
    parts = []
    for number, piece in enumerate(alternative):
        if piece.kind is PieceKind.CONSTANT:
            parts.append(piece.text)
        elif piece.kind is PieceKind.PLACEHOLDERS:
            parts.append(" NULL")
        else:
            parts.append(f"{MARK}{number}_")
    return "".join(parts)
