"""How many rows a SQL text can give out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.libraries.sql.rows import rows_in, rows_of
from readiness.model import Bound, Piece, PieceKind, Text


def told(*pieces: Piece, complete: bool = True) -> Text:
    return Text((pieces,), complete=complete)


def fixed(text: str) -> Piece:
    return Piece(PieceKind.CONSTANT, text)


@pytest.mark.parametrize(
    ("text", "bound", "how"),
    [
        ("SELECT * FROM users", Bound.UNBOUNDED, "no LIMIT in its SQL text"),
        ("-- all\n/* of them */ (SELECT * FROM users)", Bound.UNBOUNDED, "no LIMIT in its SQL text"),
        ("SELECT * FROM users LIMIT ALL", Bound.UNBOUNDED, "no LIMIT in its SQL text"),
        ("SELECT * FROM users WHERE id IN (SELECT id FROM old)", Bound.UNBOUNDED, "no LIMIT in its SQL text"),
        ("SELECT sum(total) OVER () FROM orders", Bound.UNBOUNDED, "no LIMIT in its SQL text"),
        ("SELECT * FROM users LIMIT 10", Bound.BOUNDED, "LIMIT 10 in its SQL text"),
        ("SELECT * FROM users LIMIT :size OFFSET :start", Bound.BOUNDED, "LIMIT :size in its SQL text"),
        ("SELECT * FROM users FETCH FIRST 5 ROWS ONLY", Bound.BOUNDED, "LIMIT 5 in its SQL text"),
        ("SELECT * FROM users UNION SELECT * FROM old LIMIT 3", Bound.BOUNDED, "LIMIT 3 in its SQL text"),
        ("SELECT count(*), max(age) FROM users", Bound.BOUNDED, "aggregates only"),
        ("SELECT 1", Bound.BOUNDED, "one row"),
        ("SELECT sysdate FROM dual", Bound.BOUNDED, "one row"),
        ("SELECT * FROM generate_series(1, 3)", Bound.UNKNOWN, "the rows of a function"),
        ("SELECT name FROM sqlite_master", Bound.BOUNDED, "the database's own catalogue"),
        ("SELECT * FROM information_schema.tables", Bound.BOUNDED, "the database's own catalogue"),
        ("SELECT * FROM users WHERE id = %s", Bound.BOUNDED, "selected by id"),
        ("SELECT * FROM users WHERE %(id)s = users.id AND open", Bound.BOUNDED, "selected by id"),
        ("SELECT * FROM users WHERE email IN (%s, %s)", Bound.BOUNDED, "selected by email"),
        ("SELECT * FROM posts WHERE user_id = $1", Bound.BY_PARENT, "rows of one user"),
        (
            "SELECT * FROM users u JOIN posts p ON p.user_id = u.id WHERE u.id = ?",
            Bound.BY_PARENT,
            "selected by id, joined with other rows",
        ),
        ("SELECT kind, count(*) FROM posts GROUP BY kind", Bound.UNKNOWN, "one row for each group"),
        ("WITH few AS (SELECT * FROM posts LIMIT 5) SELECT * FROM few", Bound.BOUNDED, "LIMIT 5 in its SQL text"),
        ("SELECT * FROM (SELECT * FROM posts LIMIT 5) AS few", Bound.BOUNDED, "LIMIT 5 in its SQL text"),
        ("SELECT * FROM posts GROUP BY ROLLUP((", Bound.UNKNOWN, "SQL text that could not be read"),
        ("SELECT TOP 10 * FROM posts ORDER (((", Bound.BOUNDED, "limited in its SQL text"),
    ],
)
def test_a_statement(text: str, bound: Bound, how: str) -> None:
    found = rows_in(text, "")
    assert found is not None
    assert (found.bound, found.how) == (bound, how)


@pytest.mark.parametrize("text", ["INSERT INTO a VALUES (1)", "UPDATE a SET b = 1 RETURNING b", "SHOW TABLES", "", "x"])
def test_what_reads_no_rows(text: str) -> None:
    assert rows_in(text, "") is None


def test_the_table_is_named() -> None:
    found = rows_in("SELECT * FROM shop.orders", "postgres")
    assert found is not None
    assert found.model == "orders"


def test_a_column_that_equals_something_given_is_named() -> None:
    found = rows_in("SELECT * FROM orders WHERE state = 'open' AND city = ?", "")
    assert found is not None
    assert found.compared == "city"


def test_a_limit_that_is_put_in_is_shown_as_written() -> None:
    found = rows_of(told(fixed("SELECT * FROM a LIMIT "), Piece(PieceKind.NUMBER, "size")))
    assert found is not None
    assert (found.bound, found.limit) == (Bound.BOUNDED, "size")


def test_a_clause_that_is_put_in_makes_it_unknown() -> None:
    found = rows_of(told(fixed("SELECT * FROM a "), Piece(PieceKind.PARAMETER, "clause")))
    assert found is not None
    assert (found.bound, found.how) == (Bound.UNKNOWN, "`clause` is put into its SQL text")


def test_a_limit_behind_a_clause_that_is_put_in_holds() -> None:
    found = rows_of(told(fixed("SELECT * FROM a WHERE "), Piece(PieceKind.UNKNOWN, "clause"), fixed(" LIMIT 5")))
    assert found is not None
    assert found.bound is Bound.BOUNDED


def test_a_table_that_is_put_in_is_not_named() -> None:
    found = rows_of(told(fixed("SELECT * FROM "), Piece(PieceKind.PARAMETER, "table"), fixed(" WHERE b")))
    assert found is not None
    assert (found.bound, found.model) == (Bound.UNBOUNDED, "")


def test_a_limit_on_some_ways_only_is_unknown() -> None:
    text = Text(((fixed("SELECT * FROM a"),), (fixed("SELECT * FROM a LIMIT 5"),)))
    found = rows_of(text)
    assert found is not None
    assert (found.bound, found.how) == (Bound.UNKNOWN, "limited only under a condition")


def test_a_text_that_was_not_followed_to_its_end_is_unknown() -> None:
    found = rows_of(told(fixed("SELECT * FROM a"), complete=False))
    assert found is not None
    assert found.bound is Bound.UNKNOWN


def test_a_statement_from_elsewhere_is_unknown() -> None:
    found = rows_of(told(Piece(PieceKind.PARAMETER, "statement")))
    assert found is not None
    assert found.bound is Bound.UNKNOWN


def test_a_statement_object_reads_nothing_here() -> None:
    assert rows_of(told(Piece(PieceKind.STRUCTURE, "statement"))) is None


@given(st.text(alphabet="SELECT FROM limit()*,'\"-;/\n%:$?=<>0123456789abc", max_size=80))
def test_any_text_has_an_answer(text: str) -> None:
    found = rows_in(text, "")
    assert found is None or found.how
