"""Calls of database drivers: which are queries, of which library, with which text."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.drivers.classes import CLASSES
from readiness.libraries.drivers.declared import EXECUTE
from readiness.libraries.sql.positions import positions_in
from readiness.libraries.sql.text import reads_as_sql, statement_of
from readiness.model import Piece, PieceKind, Query, Resolution, Text


def queries(code: str, path: str = "app.py") -> list[Query]:
    project = analyse_files({path: dedent(code).encode()}, [], today=date(2026, 6, 1)).project
    return list(project.each(Query))


@pytest.mark.parametrize(
    ("setup", "call", "library", "style"),
    [
        ("import sqlite3\nc = sqlite3.connect('d')", "c.execute('SELECT 1')", "sqlite3", "?"),
        ("import sqlite3\nc = sqlite3.connect('d').cursor()", "c.executescript('SELECT 1')", "sqlite3", "?"),
        ("import psycopg2\nc = psycopg2.connect('d').cursor()", "c.mogrify('SELECT 1')", "psycopg2", "%s"),
        (
            "import psycopg2\nc = psycopg2.connect('d').cursor()",
            "c.copy_expert('COPY a TO STDOUT', f)",
            "psycopg2",
            "%s",
        ),
        ("import psycopg\nc = psycopg.connect('d')", "c.execute('SELECT 1')", "psycopg", "%s"),
        ("import MySQLdb\nc = MySQLdb.connect().cursor()", "c.execute('SELECT 1')", "mysql", "%s"),
        ("import mysql.connector\nc = mysql.connector.connect().cursor()", "c.execute('SELECT 1')", "mysql", "%s"),
        ("import pyodbc\nc = pyodbc.connect('d').cursor()", "c.execute('SELECT 1')", "pyodbc", "?"),
        ("import oracledb\nc = oracledb.connect().cursor()", "c.execute('SELECT 1')", "oracledb", ":name"),
        ("import duckdb\nc = duckdb.connect()", "c.sql('SELECT 1')", "duckdb", "?"),
        ("from django.db import connections\nc = connections['a'].cursor()", "c.execute('SELECT 1')", "django", "%s"),
        ("from databases import Database\nc = Database('d')", "c.fetch_all(query='SELECT 1')", "databases", ":name"),
    ],
)
def test_a_driver(setup: str, call: str, library: str, style: str) -> None:
    found = queries(f"{setup}\n{call}\n")
    assert [(each.library, each.paramstyle, each.resolution) for each in found] == [(library, style, Resolution.EXACT)]


@pytest.mark.parametrize(
    "code",
    [
        "import asyncpg\nasync def f():\n    c = await asyncpg.connect()\n    await c.fetch('SELECT 1')\n",
        "import asyncpg\nasync def f(pool: asyncpg.Pool):\n    await pool.fetchval('SELECT 1')\n",
        "import aiosqlite\nasync def f():\n    async with aiosqlite.connect('d') as c:\n        await c.execute('SELECT 1')\n",
        "from psycopg_pool import AsyncConnectionPool\nasync def f(pool: AsyncConnectionPool):\n"
        "    async with pool.connection() as c, c.cursor() as cur:\n        await cur.execute('SELECT 1')\n",
        "from sqlite3 import Cursor\ndef f(x: Cursor):\n    x.execute('SELECT 1')\n",
    ],
)
def test_connections_of_async_drivers_pools_and_annotations(code: str) -> None:
    assert [each.resolution for each in queries(code)] == [Resolution.EXACT]


def test_values_beside_the_text_are_seen() -> None:
    found = queries("import sqlite3\nc = sqlite3.connect('d')\nc.execute('SELECT ?', (1,))\nc.execute('SELECT 1')\n")
    assert [each.parameters for each in found] == [True, False]


def test_a_receiver_that_is_only_named_like_a_cursor_is_inferred() -> None:
    assert [each.resolution for each in queries("def f(cursor):\n    cursor.execute('SELECT 1')\n")] == [
        Resolution.INFERRED
    ]


@pytest.mark.parametrize(
    "code",
    [
        "def f(executor):\n    executor.execute('SELECT 1')\n",
        "def f(cursor):\n    cursor.execute('next page')\n",
        "def f(cursor, x):\n    cursor.execute(x)\n",
        "def f(conn):\n    conn.submit('SELECT 1')\n",
        "class Db:\n    def execute(self, x): ...\ndb = Db()\ndb.execute('SELECT 1')\n",
        "import sqlite3\nc = sqlite3.connect('d')\nc.execute()\nc.execute(*x)\nc.commit()\n",
    ],
)
def test_what_is_no_query(code: str) -> None:
    assert queries(code) == []


def test_composed_text_is_judged_where_it_is_composed() -> None:
    code = """
        import psycopg
        from psycopg import sql
        def f(c: psycopg.Connection, t):
            q = sql.SQL("SELECT * FROM " + t)
            c.execute(q)
            c.execute(sql.SQL("SELECT {}").format(sql.Identifier(t)))
    """
    assert [(each.api, each.span.line) for each in queries(code)] == [
        ("psycopg.sql.SQL", 5),
        ("psycopg.Connection.execute", 7),
    ]


def test_every_cursor_has_the_basic_methods() -> None:
    assert all(driver.methods >= EXECUTE for name, driver in CLASSES.items() if name.lower().endswith("cursor"))


@pytest.mark.parametrize(
    ("skeleton", "position"),
    [
        ("SELECT * FROM a WHERE b = '{}'", "quoted value"),
        ("SELECT * FROM a WHERE b LIKE '%{}%'", "LIKE pattern"),
        ("SELECT * FROM a WHERE b ILIKE {}", "LIKE pattern"),
        ("SELECT * FROM a WHERE b = {}", "value"),
        ("SELECT * FROM a WHERE b IN ({})", "value"),
        ("SELECT * FROM a WHERE b BETWEEN {} AND 2", "value"),
        ("SELECT * FROM a LIMIT {}", "value"),
        ("INSERT INTO a VALUES (1, {})", "value"),
        ("UPDATE a SET b = {}", "value"),
        ("SELECT * FROM generate_series(1, {})", "value"),
        ("SELECT * FROM {}", "identifier"),
        ('SELECT * FROM "{}"', "identifier"),
        ("SELECT * FROM a.{}", "identifier"),
        ("SELECT {} FROM a", "identifier"),
        ("SELECT * FROM a WHERE {} = 1", "identifier"),
        ("SELECT * FROM a ORDER BY {}", "identifier"),
        ("SELECT * FROM a ORDER BY b {}", "clause"),
        ("SELECT * FROM a WHERE {}", "clause"),
        ("SELECT * FROM a {}", "clause"),
        ("SELECT * FROM a WHERE b = 1 {}", "clause"),
        ("DROP TABLE {}", "identifier"),
        ("SELECT * FROM a -- it's\n WHERE b = {}", "value"),
        ("selct nonsense ((( from {}", "identifier"),
        ("INSERT INTO a (b) VALUES (%({})s)", "clause"),
        ("INSERT INTO a (b) VALUES (%(b_{}_more)s, 1)", "clause"),
        ("SELECT a FROM b, ({}) AS c", "clause"),
        ("SELECT COALESCE({}, 0) FROM a", "identifier"),
        ("SELECT COALESCE(a, {}) FROM b", "value"),
        ("SELECT jsonb_array_elements({}) FROM a", "identifier"),
        ("SELECT nonsense ((( lower({}", "identifier"),
        ("SELECT floor({}) FROM a", "value"),
        ("INSERT INTO a ({}) nonsense (((", "identifier"),
        ("INSERT INTO a (b, {}) nonsense (((", "identifier"),
        ("INSERT INTO a (b) VALUES ({}) nonsense (((", "value"),
    ],
)
def test_where_a_piece_lands(skeleton: str, position: str) -> None:
    assert positions_in(skeleton.replace("{}", "rdns_hole_1_"), "") == {1: position}


def constant(text: str) -> Text:
    return Text(((Piece(PieceKind.CONSTANT, text),),))


@pytest.mark.parametrize("text", ["SELECT 1", " \n-- a\n/* b */ insert into a values (1)", "PRAGMA foreign_keys=ON"])
def test_what_reads_as_sql(text: str) -> None:
    assert reads_as_sql(constant(text))


@pytest.mark.parametrize("text", ["", "Select a place to sit", "update", "hello", "next page"])
def test_what_does_not_read_as_sql(text: str) -> None:
    assert not reads_as_sql(constant(text))


def test_the_first_keyword() -> None:
    assert statement_of(constant("-- note\n (select 1)")) == "SELECT"
    assert statement_of(constant("items.name")) == ""
