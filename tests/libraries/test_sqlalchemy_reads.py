"""Reads of several rows, and what limits them as far as their own function shows."""

from textwrap import dedent, indent

import pytest

from readiness.libraries.sqlalchemy.reads import library
from readiness.model import Bound, Read, Resolution

MODELS = """\
from sqlalchemy import ForeignKey, and_, func, or_, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase): ...

class User(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column()

class Post(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

"""


def reads(recognised, body: str, before: str = "") -> list[Read]:
    function = "def f(session: Session, x, flag, limit=None):\n" + indent(dedent(body).strip(), "    ") + "\n"
    return list(recognised({"app.py": MODELS + dedent(before) + function}, [library]).each(Read))


def only(recognised, body: str, before: str = "") -> Read:
    found = reads(recognised, body, before)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    "body",
    [
        "return session.query(User).all()",
        "return session.scalars(select(User)).all()",
        "return session.execute(select(User)).unique().scalars().all()",
        "return session.execute(select(User.id, User.name)).fetchall()",
        "return list(session.scalars(select(User)))",
        "return [u.id for u in session.scalars(select(User))]",
        "rows = session.scalars(select(User))\nreturn list(rows)",
        "for user in session.query(User):\n    print(user)",
        "for user in session.execute(select(User)):\n    print(user)",
        "return session.scalars(select(User).where(User.name == x)).all()",
        "return session.scalars(select(User).where(or_(User.id == x, User.name == x))).all()",
        "return session.scalars(select(User).join(Post, User.id == Post.author_id)).all()",
        "return session.scalars(select(User).where(User.id.in_(select(Post.author_id)))).all()",
        "return session.scalars(select(User).limit(None)).all()",
        "return session.query(User).offset(10).all()",
        "return session.execute(text('SELECT * FROM users')).fetchall()",
        "q = select(User)\nq = q.order_by(User.id)\nreturn session.scalars(q).all()",
    ],
)
def test_a_whole_table_is_unbounded(recognised, body: str) -> None:
    assert only(recognised, body).bound is Bound.UNBOUNDED


@pytest.mark.parametrize(
    "body",
    [
        "return session.scalars(select(User).limit(10)).all()",
        "return session.query(User).limit(x).all()",
        "return session.query(User).slice(0, 10).all()",
        "return session.execute(select(User)).fetchmany(50)",
        "return session.scalars(select(User).execution_options(yield_per=100)).all()",
        "return session.execute(select(func.count(User.id))).all()",
        "return session.scalars(select(User).where(User.id == x)).all()",
        "return session.scalars(select(User).filter(and_(User.name == x, User.email == x))).all()",
        "return session.scalars(select(User).where(User.id.in_(x))).all()",
        "return session.query(User).filter_by(id=x).all()",
        "return session.execute(text('SELECT * FROM users LIMIT 10')).fetchall()",
        "q = select(User)\nif flag:\n    q = q.limit(5)\nelse:\n    q = q.limit(10)\nreturn session.scalars(q).all()",
        "q = select(User)\nif limit:\n    q = q.limit(limit)\nreturn session.scalars(q).all()",
        "rows = select(User.id).limit(5).subquery()\nreturn session.execute(select(rows.c.id)).all()",
        "return session.scalars(select(User).where(or_(User.id == x, User.email == x))).all()",
        "q = select(User).limit(10)\nq = q.order_by(User.id)\nreturn session.scalars(q).all()",
        "q = select(User)\nif not flag:\n    return []\nq = q.limit(10)\nreturn session.scalars(q).all()",
    ],
)
def test_a_limit_bounds(recognised, body: str) -> None:
    assert only(recognised, body).bound is Bound.BOUNDED


@pytest.mark.parametrize(
    "body",
    [
        "return session.scalars(select(Post).where(Post.author_id == x)).all()",
        "return session.query(Post).filter_by(author_id=x).all()",
        "return session.query(Post).filter_by(**{'author_id': x}).all()",
    ],
)
def test_a_foreign_key_bounds_by_parent(recognised, body: str) -> None:
    assert only(recognised, body).bound is Bound.BY_PARENT


@pytest.mark.parametrize(
    "body",
    [
        "return session.query(User).first()",
        "return session.get(User, 1)",
        "return session.scalars(select(User)).one_or_none()",
        "return session.query(User).count()",
        "return session.scalar(select(func.count(User.id)))",
        "return {}.values()",
        "return x.all()",
        "return session.query(User).filter(User.id == x).delete()",
    ],
)
def test_one_row_or_none_is_no_read_of_several(recognised, body: str) -> None:
    assert reads(recognised, body) == []


def test_a_limit_under_a_condition_is_unknown(recognised) -> None:
    found = only(recognised, "q = select(User)\nif flag:\n    q = q.limit(5)\nreturn session.scalars(q).all()")
    assert (found.bound, found.resolution) == (Bound.UNKNOWN, Resolution.UNRESOLVED)


def test_a_condition_that_cannot_be_followed_makes_it_inferred(recognised) -> None:
    found = only(recognised, "return session.scalars(select(User).where(*x)).all()")
    assert (found.bound, found.resolution) == (Bound.UNBOUNDED, Resolution.INFERRED)


def test_one_row_for_each_group_is_unknown(recognised) -> None:
    body = "return session.execute(select(User.name, func.count(User.id)).group_by(User.name)).all()"
    assert only(recognised, body).bound is Bound.UNKNOWN


def test_a_helper_that_limits_is_followed(recognised) -> None:
    helper = "def page(q, size):\n    return q.order_by(User.id), q.limit(size)\n"
    found = only(recognised, "_, q = page(select(User), 20)\nreturn session.scalars(q).all()", helper)
    assert (found.bound, found.limit) == (Bound.BOUNDED, "size")


def test_a_statement_that_a_helper_makes_is_followed(recognised) -> None:
    helper = "def users():\n    return select(User).order_by(User.id)\n"
    assert only(recognised, "return session.scalars(users()).all()", helper).bound is Bound.UNBOUNDED


def test_a_helper_that_goes_round_in_circles_ends(recognised) -> None:
    helper = "def a(q):\n    return b(q)\ndef b(q):\n    return a(q)\n"
    assert all(
        each.bound is not Bound.BOUNDED for each in reads(recognised, "return session.scalars(a(x)).all()", helper)
    )


def test_a_statement_from_the_caller_is_unknown(recognised) -> None:
    assert only(recognised, "return session.scalars(x).all()").bound is Bound.UNKNOWN


def test_sqlmodel_and_flask_sqlalchemy_are_read(recognised) -> None:
    sqlmodel = """
        from sqlmodel import Session, SQLModel, select

        class Hero(SQLModel, table=True): ...

        def f(session: Session):
            return session.exec(select(Hero).limit(10)).all()
    """
    flask = """
        from flask_sqlalchemy import SQLAlchemy

        db = SQLAlchemy()

        class Hero(db.Model): ...

        def f():
            return Hero.query.order_by(Hero.id).all(), Hero.query.paginate(page=1)
    """
    assert [each.bound for each in recognised({"a.py": dedent(sqlmodel)}, [library]).each(Read)] == [Bound.BOUNDED]
    assert [each.bound for each in recognised({"a.py": dedent(flask)}, [library]).each(Read)] == [
        Bound.UNBOUNDED,
        Bound.BOUNDED,
    ]


def test_the_fact_says_what_and_where(recognised) -> None:
    found = only(recognised, "return session.query(User).limit(x).all()")
    assert (found.model, found.how, found.limit, found.symbol) == ("User", ".limit(x)", "x", "app::f")
    assert found.span.line == MODELS.count("\n") + 2
