"""Page sizes, followed from the limit to what a client sends; and the orders of pages."""

from textwrap import dedent

import pytest

from readiness.libraries.fastapi import library as fastapi
from readiness.libraries.listing.pagination import library
from readiness.libraries.sqlalchemy.reads import library as reads
from readiness.model import Cap, Order, PageLimit, PageOrder

HEAD = """\
from fastapi import Depends, FastAPI, HTTPException, Query
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = FastAPI()

class Base(DeclarativeBase): ...

class User(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column()

"""


def facts(recognised, body: str, parameters: str = "limit: int = 20", before: str = ""):
    handler = (
        f"@app.get('/users', response_model=list[dict])\ndef handler(session: Session, {parameters}):\n"
        + "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
    )
    return recognised({"app.py": HEAD + dedent(before) + "\n" + handler}, [fastapi, reads, library])


def limit(recognised, body: str, parameters: str = "limit: int = 20", before: str = "") -> PageLimit:
    found = list(facts(recognised, body, parameters, before).each(PageLimit))
    assert len(found) == 1, found
    return found[0]


def order(recognised, expression: str) -> PageOrder:
    body = f"return session.scalars({expression}).all()"
    found = list(facts(recognised, body, "sort: str, start: int = 0").each(PageOrder))
    assert len(found) == 1, found
    return found[0]


LIMITED = "return session.scalars(select(User).limit({})).all()"


@pytest.mark.parametrize(
    ("argument", "cap", "maximum"),
    [
        ("limit", Cap.UNCAPPED, None),
        ("limit + 1", Cap.UNCAPPED, None),
        ("int(limit)", Cap.UNCAPPED, None),
        ("max(limit, 5)", Cap.UNCAPPED, None),
        ("min(limit, 100)", Cap.CAPPED, 100),
        ("max(1, min(limit, 50))", Cap.CAPPED, 50),
        ("limit if limit < 100 else 100", Cap.CAPPED, 100),
        ("100 if limit > 100 else limit", Cap.CAPPED, 100),
        ("min(limit, 100000)", Cap.UNCAPPED, 100000),
        ("25", Cap.FIXED, 25),
    ],
)
def test_an_expression_caps_what_the_client_sends_or_does_not(recognised, argument, cap, maximum) -> None:
    found = limit(recognised, LIMITED.format(argument))
    assert (found.cap, found.maximum) == (cap, maximum)


@pytest.mark.parametrize(
    ("parameters", "cap"),
    [
        ("limit: int = Query(20, le=100)", Cap.CAPPED),
        ("limit: int = Query(20, lt=2147483647)", Cap.UNCAPPED),
        ("limit: int = Query(20, ge=1)", Cap.UNCAPPED),
        ("limit: int | None = Query(None, le=100)", Cap.ALL),
    ],
)
def test_the_declaration_of_a_parameter_caps_it(recognised, parameters, cap) -> None:
    assert limit(recognised, LIMITED.format("limit"), parameters).cap is cap


@pytest.mark.parametrize(
    "test",
    [
        "if limit > 100:\n    limit = 100",
        "if limit > 100:\n    raise HTTPException(422)",
        "if not 0 < limit <= 100:\n    raise HTTPException(422)",
        "if limit not in (10, 20, 50):\n    limit = 20",
        "assert limit <= 100",
    ],
)
def test_a_test_before_the_limit_caps_it(recognised, test) -> None:
    assert limit(recognised, f"{test}\n{LIMITED.format('limit')}").cap is Cap.CAPPED


@pytest.mark.parametrize(
    "test", ["if limit < 1:\n    limit = 1", "if limit > 100:\n    print(limit)", "if limit > 0:\n    limit = 9"]
)
def test_a_test_that_lets_large_values_through_caps_nothing(recognised, test) -> None:
    assert limit(recognised, f"{test}\n{LIMITED.format('limit')}").cap is Cap.UNCAPPED


def test_a_test_behind_the_limit_caps_nothing(recognised) -> None:
    body = f"rows = {LIMITED.format('limit').removeprefix('return ')}\nif limit > 100:\n    limit = 100\nreturn rows"
    assert limit(recognised, body).cap is Cap.UNCAPPED


def test_what_cannot_be_followed_is_unknown(recognised) -> None:
    found = limit(recognised, LIMITED.format("somewhere(limit)"), before="from elsewhere import somewhere")
    assert found.cap is Cap.UNKNOWN


def test_a_function_that_calls_itself_ends(recognised) -> None:
    before = "def smaller(number):\n    return smaller(number)\n"
    assert limit(recognised, LIMITED.format("smaller(limit)"), before=before).cap is Cap.UNKNOWN


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("select(User).offset(start).limit(9)", Order.NONE),
        ("select(User).order_by(User.id).offset(start).limit(9)", Order.TOTAL),
        ("select(User).order_by(User.name, User.id.desc()).offset(start).limit(9)", Order.TOTAL),
        ("select(User).order_by(User.name).offset(start).limit(9)", Order.PARTIAL),
        ("select(User).order_by(User.id).order_by(None).offset(start).limit(9)", Order.NONE),
        ("select(User).order_by(getattr(User, sort)).offset(start).limit(9)", Order.UNKNOWN),
    ],
)
def test_the_order_of_a_page(recognised, expression, expected) -> None:
    assert order(recognised, expression).order is expected


def test_a_limit_that_the_client_has_no_part_in_is_no_page_to_order(recognised) -> None:
    body = "return session.scalars(select(User).limit(9)).all()"
    assert not list(facts(recognised, body, "q: str").each(PageOrder))
