"""SQLAlchemy's sinks: which calls take SQL text, and which only look like it."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.model import Query, Resolution


def queries(code: str, **others: str) -> list[Query]:
    files = {"app.py": code} | {f"{name}.py": text for name, text in others.items()}
    project = analyse_files(
        {path: dedent(text).encode() for path, text in files.items()}, [], today=date(2026, 6, 1)
    ).project
    return list(project.each(Query))


@pytest.mark.parametrize(
    "code",
    [
        "from sqlalchemy import text\ntext('a')",
        "from sqlalchemy import text as t\nt('a')",
        "import sqlalchemy as sa\nsa.text('a')",
        "import sqlalchemy\nsqlalchemy.sql.text('a')",
        "from sqlalchemy.sql.expression import text\ntext('a')",
        "from sqlalchemy.sql import expression\nexpression.text(text='a')",
        "from sqlmodel import text\ntext('a')",
        "from sqlalchemy import literal_column\nliteral_column('a')",
        "from sqlalchemy import column\ncolumn('a', is_literal=True)",
        "from sqlalchemy.sql import quoted_name\nquoted_name('a', False)",
        "from sqlalchemy import DDL\nDDL('a')",
        "from sqlalchemy.sql.elements import TextClause\nTextClause('a')",
        "from alembic import op\nop.execute('a')",
        "from sqlalchemy import create_engine\nwith create_engine('d').connect() as c:\n    c.exec_driver_sql('a')",
        "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\ndb.text('a')",
    ],
)
def test_a_sink(code: str) -> None:
    assert [(each.text.pieces[0].text, each.resolution) for each in queries(code + "\n")] == [("a", Resolution.EXACT)]


@pytest.mark.parametrize(
    "code",
    [
        "from tagflow import text\ntext('a')",
        "def text(x): ...\ntext('a')",
        "from sqlalchemy import column\ncolumn('a')",
        "from sqlalchemy.sql import quoted_name\nquoted_name('a', True)",
        "from sqlalchemy import func\nfunc.lower('a')",
        "from sqlalchemy import select\nselect(x).where('a').order_by('b').filter('c')",
        "from sqlalchemy import text\ntext()\ntext(*x)",
        "from alembic import op\nfrom sqlalchemy import update\nop.execute(update(t))",
        "import rich.text\nrich.text.Text('a')",
    ],
)
def test_what_is_no_sink(code: str) -> None:
    assert queries(code + "\n") == []


def test_a_sink_that_another_module_hands_on() -> None:
    assert [
        each.span.path for each in queries("from db import sql\nsql('a')\n", db="from sqlalchemy import text as sql\n")
    ] == ["app.py"]


def test_a_fixed_operator_or_hint_is_no_query() -> None:
    assert (
        queries(
            "import sqlalchemy\nOP = '?|'\ndef f(x):\n    x.a.op('@@')(1)\n    x.a.op(OP)(1)\n    x.prefix_with('a')\n"
        )
        == []
    )


def test_methods_of_expressions_are_inferred_where_the_class_is_not_known() -> None:
    found = queries("import sqlalchemy\ndef f(x, y):\n    x.vector.op(y)(1)\n    x.prefix_with(y)\n")
    assert [(each.api, each.resolution) for each in found] == [
        ("sqlalchemy.op", Resolution.INFERRED),
        ("sqlalchemy.prefix_with", Resolution.INFERRED),
    ]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("s.execute(text('a'), {'b': 1})", True),
        ("text('a').bindparams(b=1)", True),
        ("s.execute(text('a'))", False),
    ],
)
def test_values_beside_the_text(call: str, expected: bool) -> None:
    found = queries(f"from sqlalchemy import text\ndef f(s):\n    {call}\n")
    assert [each.parameters for each in found] == [expected]


SESSION = "from sqlalchemy.orm import Session\ndef f(s: Session, x):\n    "


def test_built_text_in_execute_runs_where_no_version_is_known() -> None:
    assert [each.resolution for each in queries(SESSION + "s.execute('KILL ' + x)\n")] == [Resolution.EXACT]


def test_a_function_that_hands_text_to_a_session_is_judged_at_its_calls() -> None:
    run = "from sqlalchemy.orm import Session\ndef run(s: Session, sql):\n    return s.execute(sql)\n"
    calls = "def f(s, x):\n    run(s, 'KILL ' + x)\n    run(s, x.statement)\n"
    found = queries(run + calls)
    assert [(each.statement, each.runs_at is not None) for each in found] == [("KILL", True)]


@pytest.mark.parametrize("made", ["text('SELECT ' + x)", "text('SELECT ' + x).bindparams(a=1)"])
def test_a_statement_held_by_a_name_says_where_it_is_run(made: str) -> None:
    found = queries(
        f"from sqlalchemy import text\ndef f(s, x):\n    made = {made}\n    s.execute(made)\n    made = x\n    s.execute(made)\n"
    )
    assert [[span.line for span in each.runs_also_at] for each in found] == [[4]]


def test_the_call_of_a_wrapper_says_where_the_statement_is_run() -> None:
    run = "from sqlalchemy import text\ndef run(s, sql):\n    made = text(sql)\n    return s.execute(made)\n"
    (found,) = queries(run + "def f(s, x):\n    run(s, 'SELECT ' + x)\n")
    assert (found.span.line, found.runs_at and found.runs_at.line, [each.line for each in found.through]) == (6, 4, [3])
    assert found.runs_also_at == ()


@pytest.mark.parametrize("call", ["s.execute('SELECT 1')", "s.execute(x)"])
def test_other_arguments_of_execute_are_left_alone_without_a_version(call: str) -> None:
    assert queries(SESSION + call + "\n") == []


def test_execute_refuses_text_since_version_2() -> None:
    head = "from sqlalchemy.orm import Mapped, mapped_column\n"
    assert queries(head + SESSION + "s.execute('KILL ' + x)\n") == []
