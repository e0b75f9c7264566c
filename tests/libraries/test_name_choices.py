"""Names of tables, columns and relations that are decided at run time."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.model import NameChoice, PieceKind, Resolution

FLASK = """\
from flask import abort, request
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)

"""
DJANGO = """\
from django.db import models
from django.http import HttpRequest

class Order(models.Model):
    number = models.IntegerField()

"""


def choices(code: str, path: str = "app.py") -> list[NameChoice]:
    project = analyse_files({path: dedent(code).encode()}, [], today=date(2026, 6, 1)).project
    return list(project.each(NameChoice))


def kinds(choice: NameChoice) -> set[PieceKind]:
    return {piece.kind for piece in choice.text.pieces}


@pytest.mark.parametrize(
    "code",
    [
        "x = getattr(User, request.args['f'])",
        "x = getattr(User.__table__.c, request.args['f'])",
        "x = User.query.filter_by(**{request.args['f']: 1})",
        "x = db.session.query(User).filter_by(**{request.args['f']: 1})",
    ],
)
def test_a_name_that_a_client_sends(code: str) -> None:
    found = choices(FLASK + code)
    assert [(each.filters, PieceKind.REQUEST in kinds(each)) for each in found] == [(True, True)]


@pytest.mark.parametrize(
    ("code", "api", "filters"),
    [
        ("Order.objects.order_by(request.GET['s'])", "django.order_by", False),
        ("Order.objects.filter(number=1).order_by('-' + request.GET['s'])", "django.order_by", False),
        ("Order.objects.values(request.GET['s'])", "django.values", False),
        ("Order.objects.filter(**{request.GET['s']: 1})", "django.filter", True),
        ("Order.objects.filter(**request.GET.dict())", "django.filter", True),
        ("models.Q(**{request.GET['s']: 1})", "django.Q", True),
    ],
)
def test_a_name_in_a_query_set(code: str, api: str, filters: bool) -> None:
    found = choices(f"{DJANGO}def f(request: HttpRequest):\n    return {code}\n")
    assert [(each.api, each.filters) for each in found] == [(api, filters)]


@pytest.mark.parametrize(
    "code",
    [
        "x = getattr(User, 'name')",
        "x = getattr(request, request.args['f'])",
        "x = User.query.filter_by(**{'name': request.args['f']})",
        "def f(user: User, name):\n    return getattr(user, name)",
    ],
)
def test_what_is_no_choice(code: str) -> None:
    assert choices(FLASK + code) == []


def test_a_name_that_the_model_tells_of_itself_is_one_of_a_fixed_set() -> None:
    (choice,) = choices(FLASK + "x = [getattr(User, each.key) for each in User.__mapper__.columns]")
    assert {piece.kind for piece in choice.text.pieces} == {PieceKind.VALIDATED}


@pytest.mark.parametrize(
    "code",
    ["[].sort(key=request.GET['s'])", "sorted([], **{request.GET['s']: 1})", "Order.objects.order_by('number')"],
)
def test_what_is_no_query_set(code: str) -> None:
    assert choices(f"{DJANGO}def f(request: HttpRequest):\n    return {code}\n") == []


def test_a_model_is_known_by_what_callers_pass() -> None:
    found = choices(
        FLASK
        + "def outer(model, name):\n    return inner(model, name)\n"
        + "def inner(model, name):\n    return getattr(model, name)\n"
        + "x = outer(User, request.args['f'])\n"
    )
    assert [each.resolution for each in found] == [Resolution.EXACT]


def test_a_class_that_is_only_named_like_a_model_is_inferred() -> None:
    found = choices(
        FLASK + "class Repository:\n    def f(self):\n        return getattr(self.model, request.args['f'])\n"
    )
    assert [each.resolution for each in found] == [Resolution.INFERRED]


def test_a_name_in_sql_text_with_what_its_route_declares() -> None:
    found = choices(
        """
        import sqlite3
        from typing import Literal
        from fastapi import FastAPI

        app = FastAPI()
        connection = sqlite3.connect("d")

        @app.get("/a")
        def a(order: Literal["x", "y"], table: str):
            connection.execute(f"SELECT x FROM {table} ORDER BY {order}")
        """
    )
    assert [each.sql for each in found] == [True]
    assert kinds(found[0]) == {PieceKind.VALIDATED, PieceKind.REQUEST} or kinds(found[0]) == {
        PieceKind.NUMBER,
        PieceKind.REQUEST,
    }


def test_the_place_is_where_the_name_stands_in_a_chain() -> None:
    found = choices(
        f"{DJANGO}def f(request: HttpRequest):\n    return (\n        Order.objects.filter(number=1)\n"
        "        .order_by(request.GET['s'])\n    )\n"
    )
    assert [each.span.line for each in found] == [10]


def test_a_part_that_no_address_has_is_sent_by_nobody() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/models.py": "from django.db import models\nclass Order(models.Model):\n    number = models.IntegerField()\n",
        "shop/views.py": "from django.views import View\nfrom shop.models import Order\nclass Orders(View):\n"
        "    def get(self, request, sort):\n        a = Order.objects.order_by(self.kwargs['sort'])\n"
        "        return a, Order.objects.order_by(self.kwargs.get('order', 'number'))\n",
        "shop/urls.py": "from django.urls import path\nfrom shop.views import Orders\n"
        "urlpatterns = [path('orders/<sort>', Orders.as_view())]\n",
        "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\nINSTALLED_APPS = ['shop']\n",
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    }
    project = analyse_files({path: text.encode() for path, text in files.items()}, [], today=date(2026, 6, 1)).project
    assert [(each.span.line, kinds(each)) for each in project.each(NameChoice)] == [(5, {PieceKind.REQUEST})]
