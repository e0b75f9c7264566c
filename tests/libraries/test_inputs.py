"""What a route does with the data that a client sends: the fact about each route, framework by framework."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.libraries.fastapi import library as fastapi
from readiness.libraries.flask import library as flask
from readiness.libraries.inputs.fields import is_secret, words
from readiness.libraries.inputs.ledger import PRESENT, STRONG, Ledger, Tag
from readiness.libraries.inputs.validation import is_loose, library
from readiness.model import AssignmentKind, MassAssignment, RouteValidation, Span, Validation

FLASK = """\
import re
from uuid import UUID

from flask import Flask, abort, request
from marshmallow import Schema, fields
from rows import Row, store

app = Flask(__name__)


class Order(Schema):
    sku = fields.Str()


"""
ROWS = """\
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Row(db.Model):
    id = db.Column(db.Integer, primary_key=True)


def store(*values):
    for value in values:
        Row(value=value)
"""


def view(body: str, method: str = "post") -> str:
    return f"@app.{method}('/orders')\ndef handler():\n" + "".join(
        f"    {line}\n" for line in dedent(body).splitlines()
    )


def only(recognised, body: str, method: str = "post") -> RouteValidation:
    files = {"app.py": FLASK + view(body, method), "rows.py": ROWS}
    found = list(recognised(files, [flask, library]).each(RouteValidation))
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("return {}", Validation.NONE),
        ("store(request.json['sku'])", Validation.RAW),
        ("store(request.get_json(force=True).get('sku'))", Validation.RAW),
        ("store(Order().load(request.json))", Validation.SCHEMA),
        ("data = request.json\nif Order().validate(data):\n    abort(400)\nstore(data['sku'])", Validation.SCHEMA),
        ("data = request.json\nOrder().validate(data)\nstore(data['sku'])", Validation.RAW),
        ("for each in request.json:\n    store(Order().load(each))", Validation.SCHEMA),
        ("store(str(request.json['sku']))", Validation.CHECKED),
        ("try:\n    store(UUID(request.json['sku']))\nexcept ValueError:\n    abort(400)", Validation.CHECKED),
        ("sku = request.json['sku']\nif not isinstance(sku, str):\n    abort(400)\nstore(sku)", Validation.CHECKED),
        ("sku = request.json['sku']\nif sku in ('a', 'b'):\n    store(sku)\nelse:\n    abort(400)", Validation.CHECKED),
        (
            "sku = request.json['sku']\nif not re.fullmatch('[a-z]+', sku):\n    abort(400)\nstore(sku)",
            Validation.CHECKED,
        ),
        (
            "found = re.match('[a-z]+', request.json['sku'])\nif not found:\n    abort(400)\nstore(found)",
            Validation.CHECKED,
        ),
        ("if request.json.get('urgent'):\n    store(1)", Validation.CHECKED),
        ("assert isinstance(request.json['sku'], str)\nstore(request.json['sku'])", Validation.CHECKED),
        (
            "match request.json['sku']:\n    case 'a':\n        store(1)\n    case _:\n        abort(400)",
            Validation.CHECKED,
        ),
    ],
)
def test_the_kind_follows_what_becomes_of_the_body(recognised, body: str, kind: Validation) -> None:
    assert only(recognised, body).kind is kind


def test_the_raw_reads_name_the_field_and_where_it_is_used(recognised) -> None:
    found = only(recognised, "data = request.json\nstore(data['sku'], data['price']['net'])")
    assert [(each.field, each.source) for each in found.raw] == [("price.net", "body"), ("sku", "body")]
    assert {each.span.path for each in found.raw} == {"rows.py"}


def test_a_field_that_is_checked_is_no_raw_read(recognised) -> None:
    found = only(recognised, "data = request.json\nname = str(data['name'])\nstore(name, data['sku'])")
    assert [each.field for each in found.raw] == ["sku"]


def test_what_validates_is_named_by_the_class_of_the_project(recognised) -> None:
    found = only(recognised, "store(Order().load(request.json))")
    assert (found.by, found.at and found.at.path) == ("Order", "app.py")


def test_an_ignored_outcome_is_named(recognised) -> None:
    assert only(recognised, "data = request.json\nOrder().validate(data)\nstore(data)").ignored == "Order.validate()"


def test_an_unguarded_conversion_is_a_flaw_and_a_guarded_one_is_none(recognised) -> None:
    assert [each.field for each in only(recognised, "int(request.args['page'])", "get").flawed] == ["page"]
    guarded = "try:\n    int(request.args['page'])\nexcept ValueError:\n    abort(400)"
    assert not only(recognised, guarded, "get").flawed


def test_a_conversion_by_the_framework_is_no_flaw(recognised) -> None:
    found = only(recognised, "return {'page': request.args.get('page', 1, type=int)}", "get")
    assert not found.flawed
    assert not found.raw


def test_a_conversion_behind_a_check_is_no_flaw(recognised) -> None:
    body = "page = request.args.get('page', '1')\nif not page.isdigit():\n    abort(400)\nint(page)"
    assert not only(recognised, body, "get").flawed


def test_a_form_of_a_view_that_also_answers_get_is_no_input_of_the_get(recognised) -> None:
    source = FLASK + "@app.route('/o', methods=['GET', 'POST'])\ndef handler():\n    store(request.form['sku'])\n"
    found = {
        each.route.method: each.kind
        for each in recognised({"app.py": source, "rows.py": ROWS}, [flask, library]).each(RouteValidation)
    }
    assert found == {"GET": Validation.NONE, "POST": Validation.RAW}


def test_a_function_that_calls_itself_ends(recognised) -> None:
    source = FLASK + "def walk(data):\n    return walk(data['next'])\n\n\n" + view("walk(request.json)")
    found = list(recognised({"app.py": source, "rows.py": ROWS}, [flask, library]).each(RouteValidation))
    assert len(found) == 1


def test_expressions_nested_without_end_do_not_stop_the_scan(recognised) -> None:
    deep = "request.json" + "['a']" * 120
    assert only(recognised, f"store({deep})").kind in (Validation.RAW, Validation.NONE, Validation.CHECKED)


FASTAPI = """\
from typing import Any

from fastapi import Body, Depends, FastAPI, Request
from pydantic import BaseModel

app = FastAPI()


class Order(BaseModel):
    sku: str


async def body(request: Request):
    return await request.json()


"""


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        ("@app.post('/o')\ndef handler(order: Order): ...", Validation.TYPED),
        ("@app.post('/o')\ndef handler(order: list[Order]): ...", Validation.TYPED),
        ("@app.get('/o/{id}')\ndef handler(id: int): ...", Validation.NONE),
        ("@app.get('/o')\ndef handler(size: int = 3): ...", Validation.TYPED),
        ("@app.post('/o')\ndef handler(order: dict):\n    print(order['sku'])", Validation.RAW),
        ("@app.post('/o')\ndef handler(order: Any = Body()):\n    print(order['sku'])", Validation.RAW),
        ("@app.post('/o')\ndef handler(order: dict):\n    Order(**order)", Validation.SCHEMA),
        (
            "@app.post('/o')\nasync def handler(request: Request):\n    print((await request.json())['a'])",
            Validation.RAW,
        ),
        ("@app.post('/o')\nasync def handler(request: Request):\n    print(request.url)", Validation.NONE),
    ],
)
def test_declared_types_are_believed_and_loose_ones_are_not(recognised, handler: str, kind: Validation) -> None:
    found = list(recognised({"app.py": FASTAPI + handler}, [fastapi, library]).each(RouteValidation))
    assert [each.kind for each in found] == [kind]


def assignments(recognised, body: str) -> list[AssignmentKind]:
    files = {"app.py": FLASK + view(body), "rows.py": ROWS}
    return [each.kind for each in recognised(files, [flask, library]).each(MassAssignment)]


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("Row(**request.json)", [AssignmentKind.ANY]),
        ("Row(**dict(request.json))", [AssignmentKind.ANY]),
        ("Row(**Order().load(request.json))", []),
        ("Row(name=request.json['name'])", []),
        ("dict(**request.json)", []),
        ("row = Row()\nfor k, v in request.json.items():\n    setattr(row, k, v)", [AssignmentKind.ANY]),
        (
            "row = Row()\nfor k, v in request.json.items():\n    if k in ('a', 'b'):\n        setattr(row, k, v)",
            [AssignmentKind.LISTED],
        ),
        ("row = Row()\nfor k in ('a', 'b'):\n    setattr(row, k, request.json[k])", []),
    ],
)
def test_what_fills_a_row_with_whatever_is_sent(recognised, body: str, kinds: list[AssignmentKind]) -> None:
    assert assignments(recognised, body) == kinds


@pytest.mark.parametrize(
    "name", ["password", "hashed_password", "apiKey", "private_key", "client_token_secret2", "otp"]
)
def test_a_secret_is_known_by_its_name(name: str) -> None:
    assert is_secret(name) or "client" in words(name)


@pytest.mark.parametrize(
    "name", ["token_type", "password_changed_at", "has_password", "tokens_used", "keyboard", "passport"]
)
def test_what_tells_about_a_secret_is_none(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize(
    "name", ["dict", "list[dict]", "dict[str, typing.Any]", "typing.Any", "list[dict[str, Any]]", ""]
)
def test_a_type_that_says_nothing_is_loose(name: str) -> None:
    assert is_loose(name)


@pytest.mark.parametrize("name", ["app::Order", "list[app::Order]", "dict[str, int]", "int", "list[str]"])
def test_a_type_that_says_something_is_not(name: str) -> None:
    assert not is_loose(name)


TAGS = st.builds(
    Tag,
    st.sampled_from(["whole", "field", "text", "request", "form", "derived"]),
    st.sampled_from(["body", "form"]),
    st.text(max_size=3),
)


@given(st.lists(st.tuples(TAGS, st.sampled_from([0, PRESENT, STRONG]))))
def test_a_check_is_never_taken_back(steps: list[tuple[Tag, int]]) -> None:
    ledger, best = Ledger(), {}
    for tag, level in steps:
        ledger.check(frozenset({tag}), Span("app.py", 1), level)
        if tag.kind in ("whole", "field", "derived"):
            key = (tag.source, tag.field)
            best[key] = max(best.get(key, 0), level)
    assert {key: record.level for key, record in ledger.records.items()} == best
