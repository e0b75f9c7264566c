"""What routes declare of a handler's parameter is what a text made of it is told to be."""

import pytest

from readiness.libraries.drivers.calls import library as drivers
from readiness.libraries.fastapi import library as fastapi
from readiness.libraries.name_choices import library as name_choices
from readiness.model import NameChoice, PieceKind, Query

APP = """
import sqlite3
from enum import Enum
from typing import Literal
from fastapi import FastAPI, Query, Request
app = FastAPI()
connection = sqlite3.connect("a.db")

@app.get("/x")
def x({parameter}):
    connection.execute(f"SELECT a FROM t WHERE b = '{{{read}}}'")
"""


@pytest.mark.parametrize(
    ("parameter", "read", "kind"),
    [
        ("q: str", "q", PieceKind.REQUEST),
        ("q: str = Query(max_length=9)", "q", PieceKind.REQUEST),
        ("q: 'str | None' = None", "q", PieceKind.REQUEST),
        ("q: int", "q", PieceKind.NUMBER),
        ("q: Literal['a', 'b']", "q", PieceKind.VALIDATED),
    ],
)
def test_a_value_in_a_query_is_what_its_route_declares(recognised, parameter: str, read: str, kind: PieceKind) -> None:
    project = recognised({"app.py": APP.format(parameter=parameter, read=read)}, [fastapi, drivers])
    (query,) = project.each(Query)
    assert {each.kind for each in query.text.pieces} - {PieceKind.CONSTANT} == {kind}


def test_without_a_route_a_parameter_stays_one(recognised) -> None:
    code = APP.format(parameter="q", read="q").replace('@app.get("/x")', "")
    (query,) = recognised({"app.py": code}, [fastapi, drivers]).each(Query)
    assert PieceKind.PARAMETER in {each.kind for each in query.text.pieces}


@pytest.mark.parametrize(
    ("parameter", "kind"),
    [("q: str", PieceKind.REQUEST), ("q: str = Query(pattern='^.b$')", PieceKind.VALIDATED)],
)
def test_a_pattern_keeps_a_name_to_a_fixed_set_and_a_value_to_nothing(
    recognised, parameter: str, kind: PieceKind
) -> None:
    code = APP.format(parameter=parameter, read="q").replace("WHERE b = '{q}'", "ORDER BY {q}")
    project = recognised({"app.py": code}, [fastapi, drivers, name_choices])
    (query,) = project.each(Query)
    (choice,) = project.each(NameChoice)
    assert PieceKind.REQUEST in {each.kind for each in query.text.pieces}
    assert kind in {each.kind for each in choice.text.pieces}
