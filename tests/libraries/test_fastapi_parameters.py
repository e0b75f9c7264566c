"""Parameters of handlers and dependencies: where they come from, what bounds them, what they default to."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.model import Route, RouteParameter

HEAD = """
import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Optional, Union
from uuid import UUID

from annotated_types import Ge, Interval, Le, Len
from fastapi import APIRouter, Body, Cookie, Depends, FastAPI, File, Form, Header, Path, Query, Request, Response, UploadFile
from pydantic import AfterValidator, BaseModel, Field, NonNegativeInt, PositiveInt, conint, constr

LIMIT = 25
app = FastAPI()

class Color(enum.StrEnum):
    RED = "red"

class Item(BaseModel):
    name: str
    limit: int = Field(10, le=LIMIT)

class Page:
    def __init__(self, page: int = 1, per: Annotated[int, Query(le=50)] = 20): ...

Alias = Annotated[int, Query(ge=1, le=9)]
"""


def parameters(signature: str, path: str = "/x", more: str = "") -> dict[str, RouteParameter]:
    code = HEAD + dedent(more) + f'\n@app.get("{path}")\ndef handler({signature}): ...\n'
    (route,) = analyse_files({"app.py": code.encode()}, [], today=date(2026, 6, 1)).project.each(Route)
    return {each.name: each for each in route.parameters}


@pytest.mark.parametrize(
    ("signature", "source"),
    [
        ("a: int", "query"),
        ("a: str | None = None", "query"),
        ("a: Optional[UUID] = None", "query"),
        ("a: Union[int, str] = 1", "query"),
        ("a: datetime", "query"),
        ("a: Color = Color.RED", "query"),
        ("a: Literal['x', 'y'] = 'x'", "query"),
        ("a", "query"),
        ("a: list[int] = Query([])", "query"),
        ("a: list[int]", "body"),
        ("a: dict[str, int]", "body"),
        ("a: Item", "body"),
        ("a: list[Item]", "body"),
        ("a: Annotated[int, Body()]", "body"),
        ("a: Annotated[str, Header()] = ''", "header"),
        ("a: str = Cookie()", "cookie"),
        ("a: str = Form()", "form"),
        ("a: bytes = File()", "file"),
        ("a: UploadFile", "file"),
        ("a: Request", "request"),
        ("a: Alias = 3", "query"),
    ],
)
def test_where_a_parameter_comes_from(signature: str, source: str) -> None:
    assert parameters(signature)["a"].source == source


def test_what_the_path_names_comes_from_the_path() -> None:
    found = parameters("b: int, a: int = 1", "/x/{a}")
    assert [(each.source, each.required) for each in (found["a"], found["b"])] == [("path", True), ("query", True)]


def test_what_only_the_path_names_is_a_parameter_too() -> None:
    found = parameters("", "/x/{rest:path}")
    assert found["rest"] == RouteParameter("rest", "path", "str")


def test_what_the_framework_gives_is_no_input() -> None:
    assert parameters("r: Response, *args, **kwargs") == {}


@pytest.mark.parametrize(
    "parameter",
    ["a: FromDishka[Item]", 'a: Annotated[Item, FromComponent("shop")]', "a: Item = Injected(Item)"],
)
def test_what_a_container_gives_is_no_input(parameter: str) -> None:
    more = """
        from dishka import FromComponent
        from dishka.integrations.fastapi import FromDishka
        from fastapi_injector import Injected
    """
    assert list(parameters(f"b: int, {parameter}", more=more)) == ["b"]


@pytest.mark.parametrize(
    ("signature", "minimum", "maximum"),
    [
        ("a: int = Query(1, ge=1, le=100)", 1, 100),
        ("a: int = Query(1, gt=0, lt=100)", 1, 99),
        ("a: float = Query(1, gt=0, lt=100)", 0, 100),
        ("a: Annotated[int, Query(ge=-1)] = 0", -1, None),
        ("a: Annotated[int, Query(), Field(le=7)] = 0", None, 7),
        ("a: Annotated[int, Ge(2), Le(3)] = 2", 2, 3),
        ("a: Annotated[int, Interval(ge=2, lt=5)] = 2", 2, 4),
        ("a: conint(ge=5, le=6) = 5", 5, 6),
        ("a: PositiveInt = 1", 1, None),
        ("a: NonNegativeInt = 1", 0, None),
        ("a: int = Query(1, le=LIMIT)", None, 25),
        ("a: Alias = 1", 1, 9),
        ("a: int = 1", None, None),
    ],
)
def test_bounds(signature: str, minimum: float | None, maximum: float | None) -> None:
    found = parameters(signature)["a"]
    assert (found.minimum, found.maximum) == (minimum, maximum)


def test_a_bound_that_cannot_be_computed_still_constrains() -> None:
    found = parameters("a: int = Query(1, le=load())", more="from elsewhere import load")["a"]
    assert (found.maximum, found.constrained) == (None, True)


@pytest.mark.parametrize(
    ("signature", "constrained"),
    [
        ("a: str = Query('', max_length=3)", True),
        ("a: Annotated[str, Query(pattern='^x$')] = 'x'", True),
        ("a: constr(min_length=1) = 'x'", True),
        ("a: Annotated[str, AfterValidator(str)] = ''", True),
        ("a: Annotated[str, Len(1, 2)] = ''", True),
        ("a: int = Query(1, le=3)", False),
        ("a: str = ''", False),
    ],
)
def test_lengths_patterns_and_validators_constrain(signature: str, constrained: bool) -> None:
    assert parameters(signature)["a"].constrained is constrained


@pytest.mark.parametrize(
    ("signature", "required", "default"),
    [
        ("a: int", True, ""),
        ("a: int = 5", False, "5"),
        ("a: int = Query(5)", False, "5"),
        ("a: int = Query(default=LIMIT)", False, "25"),
        ("a: int = Query(...)", True, ""),
        ("a: Annotated[int, Query(ge=1)] = 7", False, "7"),
        ("a: int | None = None", False, "None"),
        ("a: list[int] = Query(default_factory=list)", False, "..."),
        ("a: Color = Color.RED", False, "red"),
    ],
)
def test_defaults(signature: str, required: bool, default: str) -> None:
    found = parameters(signature)["a"]
    assert (found.required, found.default) == (required, default)


def test_a_fixed_set_is_one_of_choices() -> None:
    found = parameters("a: Color, b: Literal['x'], c: Color | None = None, d: int = 1")
    assert [found[name].choices for name in "abcd"] == [True, True, True, False]


def test_an_alias_is_what_the_client_sends() -> None:
    assert list(parameters("a: int = Query(1, alias='page-size')")) == ["page-size"]


def test_annotations_are_canonical() -> None:
    found = parameters("a: Optional[UUID], b: Annotated[int, Query()], c: list[Item], d: Item | None = None")
    assert [found[name].annotation for name in "abcd"] == ["uuid.UUID", "int", "list[app::Item]", "app::Item"]


@pytest.mark.parametrize(
    "signature",
    [
        "p: Page = Depends()",
        "p: Page = Depends(Page)",
        "p: Annotated[Page, Depends()]",
        "p=Depends(lambda_free)",
        "p: Paged",
    ],
)
def test_parameters_of_dependencies_say_whose_they_are(signature: str) -> None:
    found = parameters(signature, more="def lambda_free(q: Page = Depends()): ...\nPaged = Annotated[Page, Depends()]")
    assert {(each.name, each.via, each.maximum) for each in found.values()} == {
        ("page", "app::Page", None),
        ("per", "app::Page", 50),
    }


@pytest.mark.parametrize("signature", ["i: Annotated[Item, Query()]", "i: Item = Depends()", "i: Item = Query()"])
def test_parameter_models_are_spread_into_their_fields(signature: str) -> None:
    found = parameters(signature)
    assert {(each.name, each.source, each.via, each.maximum) for each in found.values()} == {
        ("name", "query", "app::Item", None),
        ("limit", "query", "app::Item", 25),
    }


def test_fields_of_base_classes_come_along_and_are_overridden() -> None:
    more = """
    class Base(BaseModel):
        offset: int = 0
        limit: int = 50

    class Child(Base):
        limit: int = Field(20, le=40)
        _hidden: int = 1
    """
    found = parameters("c: Annotated[Child, Query()]", more=more)
    assert {(each.name, each.default, each.maximum) for each in found.values()} == {
        ("offset", "0", None),
        ("limit", "20", 40),
    }


def test_a_dataclass_as_a_dependency() -> None:
    found = parameters(
        "w: Window = Depends()", more="@dataclass\nclass Window:\n    start: int = 0\n    stop: int = 5\n"
    )
    assert [(each.name, each.source, each.default) for each in found.values()] == [
        ("start", "query", "0"),
        ("stop", "query", "5"),
    ]


def test_own_parameters_name_no_other() -> None:
    assert parameters("a: int")["a"].via == ""
