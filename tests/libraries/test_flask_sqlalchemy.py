"""Reads of Flask-SQLAlchemy and SQLModel, the sizes of their pages, and the classes that their calls give."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.sqlalchemy.selections import Form, Selection
from readiness.libraries.sqlalchemy.statements import MAX_WAYS, Statements
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.libraries.values.limits import Limit, LimitKind
from readiness.linking import LinkedProject
from readiness.model import Bound, Read
from readiness.model.summary import CallRef

MODELS = """\
from flask_sqlalchemy import SQLAlchemy

class Database(SQLAlchemy): ...

db = Database()

class Base(db.Model):
    __abstract__ = True
    id = db.Column(db.Integer, primary_key=True)

class User(Base):
    name = db.Column(db.String)
    query_text = db.Column(db.String)

    @classmethod
    def every(cls):
        return cls.query.all()

class Search(Base):
    query = db.Column(db.String)

"""


def project_of(body: str, before: str = MODELS) -> LinkedProject:
    return analyse_files({"app.py": (before + dedent(body)).encode()}, [], today=date(2026, 6, 1)).project


def reads(body: str) -> list[tuple[str, Bound]]:
    return [(each.model, each.bound) for each in project_of(body).each(Read) if each.symbol != "app::User.every"]


def page_limit(call: str) -> Limit:
    """The limit of the page that the last call of a function makes."""
    project = project_of(f"def f(size):\n    return {call}\n")
    summary = project.summary("app.py")
    assert summary is not None
    index = max(range(len(summary.calls)), key=lambda each: (summary.calls[each].line, summary.calls[each].end_column))
    following = Following(project)
    frame = following.entry_frame("app.py", summary.calls[index].scope)
    found = Statements(following).read(Place(CallRef(index), frame, summary.calls[index].line))
    assert len(found) == 1
    assert found[0].limit is not None
    return found[0].limit


@pytest.mark.parametrize(
    ("code", "model", "bound"),
    [
        ("rows = User.query.all()", "User", Bound.UNBOUNDED),
        ("rows = User.query.filter_by(name='a').limit(5).all()", "User", Bound.BOUNDED),
        ("rows = db.session.query(User).all()", "User", Bound.UNBOUNDED),
        ("rows = db.session.execute(db.select(User)).scalars().all()", "User", Bound.UNBOUNDED),
        ("rows = db.session.scalars(db.select(User).limit(3)).all()", "User", Bound.BOUNDED),
        ("rows = User.query.paginate(per_page=20)", "User", Bound.BOUNDED),
        ("rows = db.paginate(db.select(User))", "User", Bound.BOUNDED),
    ],
)
def test_a_read(code: str, model: str, bound: Bound) -> None:
    assert reads(code) == [(model, bound)]


@pytest.mark.parametrize(
    "code",
    [
        "row = User.query.first_or_404()",
        "row = User.query.get_or_404(1)",
        "row = db.get_or_404(User, 1)",
        "row = db.first_or_404(db.select(User))",
        "row = User.query.count()",
        "condition = Search.query.like('a')",
    ],
)
def test_one_row_is_no_read(code: str) -> None:
    assert reads(code) == []


def test_the_model_of_a_class_method_is_its_class() -> None:
    assert [(each.model, each.bound) for each in project_of("").each(Read)] == [("User", Bound.UNBOUNDED)]


@pytest.mark.parametrize(
    ("call", "kind", "source"),
    [
        ("User.query.paginate()", LimitKind.CLIENT, "per_page"),
        ("User.query.paginate(page=2)", LimitKind.CLIENT, "per_page"),
        ("User.query.paginate(max_per_page=None)", LimitKind.CLIENT, "per_page"),
        ("User.query.paginate(max_per_page=100)", LimitKind.CLAMPED, ""),
        ("User.query.paginate(per_page=size, max_per_page=100)", LimitKind.CLAMPED, ""),
        ("User.query.paginate(per_page=50)", LimitKind.CONSTANT, ""),
        ("User.query.paginate(1, 50)", LimitKind.CONSTANT, ""),
        ("User.query.paginate(per_page=size)", LimitKind.CLIENT, "size"),
        ("db.paginate(db.select(User))", LimitKind.CLIENT, "per_page"),
        ("db.paginate(db.select(User), per_page=9)", LimitKind.CONSTANT, ""),
    ],
)
def test_the_size_of_a_page(call: str, kind: LimitKind, source: str) -> None:
    found = page_limit(call)
    assert (found.kind, found.source) == (kind, source)


def test_the_items_of_a_page_are_its_rows() -> None:
    project = project_of("def f():\n    page = User.query.paginate(per_page=5)\n    return page.items\n")
    summary = project.summary("app.py")
    assert summary is not None
    returned = summary.returns[-1]
    assert returned.value is not None
    following = Following(project)
    found = Statements(following).read(
        Place(returned.value, following.entry_frame("app.py", returned.scope), returned.line)
    )
    assert [(each.form, each.bound) for each in found] == [(Form.ROWS, Bound.BOUNDED)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("User.query", "flask_sqlalchemy.query.Query"),
        ("User.query.filter_by(name='a').order_by(User.id)", "flask_sqlalchemy.query.Query"),
        ("db.session.query(User).filter(User.id == 1)", "sqlalchemy.orm.Query"),
        ("db.select(User).where(User.id == 1).limit(2)", "sqlalchemy.Select"),
        ("db.session.execute(db.select(User)).scalars()", "sqlalchemy.engine.ScalarResult"),
        ("db.session.execute(db.select(User)).scalars().all()", "list"),
        ("User.query.paginate()", "flask_sqlalchemy.pagination.Pagination"),
    ],
)
def test_the_class_of_what_a_call_gives(code: str, expected: str) -> None:
    project = project_of(f"x = {code}\n")
    summary = project.summary("app.py")
    assert summary is not None
    value = summary.assignments[-1].value
    assert value is not None
    assert project.type_of("app.py", value, -1, summary.assignments[-1].line).name == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("session.exec(select(Hero)).all()", Bound.UNBOUNDED),
        ("session.exec(select(Hero).limit(9)).all()", Bound.BOUNDED),
        ("list(session.exec(select(Hero)))", Bound.UNBOUNDED),
    ],
)
def test_a_read_of_sqlmodel(code: str, expected: Bound) -> None:
    before = "from sqlmodel import Session, SQLModel, select\nclass Hero(SQLModel, table=True):\n    id: int\n"
    project = project_of(f"def f(session: Session):\n    return {code}\n", before)
    assert [each.bound for each in project.each(Read)] == [expected]


@pytest.mark.parametrize("statement", ["update(User).values(a=1)", "insert(User)", "delete(User).where(User.id == 1)"])
def test_the_rows_of_a_write_are_no_read(statement: str) -> None:
    before = "from sqlalchemy import delete, insert, update\n" + MODELS
    project = project_of(f"def f():\n    return db.session.execute({statement}.returning(User.id)).all()\n", before)
    assert [each for each in project.each(Read) if each.symbol == "app::f"] == []


def test_more_ways_than_are_followed_are_unknown() -> None:
    ways = "".join(
        f"    {'if' if n == 0 else 'elif'} n == {n}:\n        q = User.query.limit({n})\n" for n in range(MAX_WAYS + 2)
    )
    project = project_of(f"def f(n):\n{ways}    return q.all()\n")
    found = [each for each in project.each(Read) if each.symbol == "app::f"]
    assert [(each.bound, each.how) for each in found] == [(Bound.UNKNOWN, "more ways than are followed")]


def test_a_selection_is_bounded_only_when_it_says_so() -> None:
    assert not Selection(Form.ROWS).bounded
