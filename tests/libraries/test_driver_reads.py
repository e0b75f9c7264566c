"""Reads of database drivers: where rows are taken, and what bounds them."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.model import Bound, Read, Resolution


def reads(code: str, path: str = "app.py") -> list[Read]:
    project = analyse_files({path: dedent(code).encode()}, [], today=date(2026, 6, 1)).project
    return list(project.each(Read))


@pytest.mark.parametrize(
    ("setup", "call", "library"),
    [
        ("import sqlite3\nc = sqlite3.connect('d')", "c.execute('SELECT a FROM b').fetchall()", "sqlite3"),
        ("import sqlite3\nc = sqlite3.connect('d')", "list(c.execute('SELECT a FROM b'))", "sqlite3"),
        ("import psycopg\nc = psycopg.connect('d')", "c.execute('SELECT a FROM b').fetchall()", "psycopg"),
        (
            "import psycopg2\nc = psycopg2.connect('d').cursor()\nc.execute('SELECT a FROM b')",
            "c.fetchall()",
            "psycopg2",
        ),
        ("import MySQLdb\nc = MySQLdb.connect().cursor()\nc.execute('SELECT a FROM b')", "c.fetchall()", "mysql"),
        ("import pymysql\nc = pymysql.connect().cursor()\nc.execute('SELECT a FROM b')", "c.fetchall()", "mysql"),
        (
            "import mysql.connector\nc = mysql.connector.connect().cursor()\nc.execute('SELECT a FROM b')",
            "c.fetchall()",
            "mysql",
        ),
        ("from databases import Database\nc = Database('d')", "c.fetch_all(query='SELECT a FROM b')", "databases"),
        ("from databases import Database\nc = Database('d')", "c.iterate('SELECT a FROM b')", "databases"),
    ],
)
def test_a_driver(setup: str, call: str, library: str) -> None:
    found = reads(f"{setup}\nrows = {call}\n")
    assert [(each.library, each.model, each.bound, each.resolution) for each in found] == [
        (library, "b", Bound.UNBOUNDED, Resolution.EXACT)
    ]


@pytest.mark.parametrize(
    "body",
    [
        "async def f(c: asyncpg.Connection):\n    return await c.fetch('SELECT a FROM b')\n",
        "async def f(c: asyncpg.Pool):\n    async with c.acquire() as d:\n        return await d.fetch('SELECT a FROM b')\n",
        "async def f():\n    async with aiosqlite.connect('d') as c:\n        return await c.execute_fetchall('SELECT a FROM b')\n",
        "async def f():\n    async with aiosqlite.connect('d') as c:\n"
        "        async with c.execute('SELECT a FROM b') as d:\n            return await d.fetchall()\n",
        "async def f():\n    async with aiosqlite.connect('d') as c:\n"
        "        async with c.execute('SELECT a FROM b') as d:\n            async for row in d:\n                print(row)\n",
        "async def f(c: psycopg.AsyncConnection):\n    d = await c.execute('SELECT a FROM b')\n    return await d.fetchall()\n",
    ],
)
def test_asynchronous_drivers(body: str) -> None:
    found = reads(f"import aiosqlite\nimport asyncpg\nimport psycopg\n{body}")
    assert [(each.model, each.bound) for each in found] == [("b", Bound.UNBOUNDED)]


def test_a_loop_over_a_cursor_is_a_read() -> None:
    found = reads(
        """
        import sqlite3
        c = sqlite3.connect("d")
        for row in c.execute("SELECT a FROM b"):
            print(row)
        """
    )
    assert [(each.span.line, each.bound) for each in found] == [(4, Bound.UNBOUNDED)]


def test_one_row_is_no_read() -> None:
    assert reads("import sqlite3\nc = sqlite3.connect('d')\nrow = c.execute('SELECT a FROM b').fetchone()\n") == []


def test_a_write_is_no_read() -> None:
    assert reads("import sqlite3\nc = sqlite3.connect('d')\nc.execute('DELETE FROM b').fetchall()\n") == []


@pytest.mark.parametrize(
    "code",
    [
        "import psycopg2\nc = psycopg2.connect('d').cursor('export')\nc.execute('SELECT a FROM b')\nrows = c.fetchall()\n",
        "import psycopg\nc = psycopg.connect('d').cursor(name='x')\nc.execute('SELECT a FROM b')\nrows = c.fetchall()\n",
        "import pymysql\nfrom pymysql.cursors import SSCursor\nd = pymysql.connect()\nc = d.cursor(SSCursor)\n"
        "c.execute('SELECT a FROM b')\nrows = c.fetchall()\n",
        "import sqlite3\nc = sqlite3.connect('d').cursor()\nc.execute('SELECT a FROM b')\nrows = c.fetchmany(10)\n",
    ],
)
def test_rows_in_portions_are_bounded(code: str) -> None:
    assert [each.bound for each in reads(code)] == [Bound.BOUNDED]


def test_the_last_statement_of_the_cursor_counts() -> None:
    found = reads(
        """
        import sqlite3
        c = sqlite3.connect("d").cursor()
        c.execute("SELECT a FROM b")
        c.execute("SELECT a FROM b LIMIT 3")
        rows = c.fetchall()
        """
    )
    assert [(each.bound, each.limit) for each in found] == [(Bound.BOUNDED, "3")]


def test_a_statement_that_another_function_runs_is_unknown() -> None:
    found = reads("import sqlite3\ndef f(cursor: sqlite3.Cursor):\n    return cursor.fetchall()\n")
    assert [(each.bound, each.resolution) for each in found] == [(Bound.UNKNOWN, Resolution.UNRESOLVED)]


def test_a_receiver_that_is_only_named_like_a_cursor_is_inferred() -> None:
    found = reads("def f(cursor):\n    cursor.execute('SELECT a FROM b')\n    return cursor.fetchall()\n")
    assert [(each.library, each.resolution) for each in found] == [("dbapi", Resolution.INFERRED)]


@pytest.mark.parametrize(
    "code",
    [
        "def f(page):\n    return page.fetchall()\n",
        "def f(cursor):\n    return cursor.fetchall()\n",
        "def f(repository):\n    return repository.fetch('SELECT a FROM b')\n",
        "rows = list(range(3))\n",
    ],
)
def test_what_is_no_driver_is_no_read(code: str) -> None:
    assert reads(code) == []


def test_rows_that_are_only_counted_are_marked() -> None:
    found = reads("import sqlite3\nc = sqlite3.connect('d')\nn = len(c.execute('SELECT a FROM b').fetchall())\n")
    assert [each.counted for each in found] == [True]


def test_tests_and_migrations_are_not_looked_at() -> None:
    code = "import sqlite3\nc = sqlite3.connect('d')\nrows = c.execute('SELECT a FROM b').fetchall()\n"
    assert reads(code, "tests/test_a.py") == []
