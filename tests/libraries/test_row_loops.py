"""Loops that ask the database on each turn."""

from textwrap import dedent

import pytest

from readiness.libraries.row_loops.loops import library
from readiness.libraries.sqlalchemy.queries import library as queries
from readiness.libraries.sqlalchemy.reads import library as reads
from readiness.model import Repetition, RowLoop

HEAD = """\
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase): ...

class User(Base):
    id: Mapped[int] = mapped_column(primary_key=True)

def one(session: Session, number):
    return session.get(User, number)

def fixed(session: Session, number):
    return session.get(User, 1)

"""


def loops(recognised, body: str) -> list[RowLoop]:
    indented = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
    source = f"{HEAD}def work(session: Session, numbers):\n{indented}"
    return list(recognised({"app.py": source}, [queries, reads, library]).each(RowLoop))


@pytest.mark.parametrize(
    ("body", "over", "dependent"),
    [
        ("for n in numbers:\n    session.get(User, n)", Repetition.ITEMS, True),
        ("for n in numbers:\n    session.get(User, 1)", Repetition.ITEMS, False),
        ("for n in numbers:\n    key = n + 1\n    session.get(User, key)", Repetition.ITEMS, True),
        ("for n in numbers:\n    one(session, n)", Repetition.ITEMS, True),
        ("for n in numbers:\n    fixed(session, n)", Repetition.ITEMS, False),
        ("for u in session.scalars(select(User)).all():\n    one(session, u.id)", Repetition.ROWS, True),
        ("[session.get(User, n) for n in sorted(numbers)]", Repetition.ITEMS, True),
        ("for a in numbers:\n    for b in (1, 2):\n        session.get(User, a)", Repetition.ITEMS, True),
        ("for a in numbers:\n    while True:\n        session.get(User, a)", Repetition.ITEMS, True),
    ],
)
def test_a_query_on_each_turn(recognised, body, over, dependent) -> None:
    found = loops(recognised, body)
    assert [(each.over, each.dependent) for each in found] == [(over, dependent)]


@pytest.mark.parametrize(
    "body",
    [
        "while True:\n    session.get(User, 1)",
        "for n in (1, 2, 3):\n    session.get(User, n)",
        "for n in range(3):\n    session.get(User, n)",
        "for i in range(0, len(numbers), 100):\n    session.scalars(select(User).where(User.id.in_(numbers[i:]))).all()",
        "for chunk in chunks(numbers):\n    session.scalars(select(User).where(User.id.in_(chunk))).all()",
        "for n in numbers:\n    return session.get(User, n)",
        "for n in session.get(User, 1).numbers:\n    print(n)",
        "def later(n):\n    return session.get(User, n)\nfor n in numbers:\n    print(later)",
    ],
)
def test_what_repeats_for_another_reason_or_not_at_all(recognised, body) -> None:
    assert not [each for each in loops(recognised, body) if each.query]


def test_a_loop_over_rows_without_a_query_is_a_site_too(recognised) -> None:
    found = loops(recognised, "for u in session.scalars(select(User)).all():\n    print(u.id)")
    assert [(each.over, each.query) for each in found] == [(Repetition.ROWS, "")]


def test_the_way_to_the_query_is_named(recognised) -> None:
    found = loops(recognised, "for n in numbers:\n    one(session, n)")
    assert found[0].through == ("app::one",)
    assert found[0].at is not None
    assert found[0].at.line == 10
