"""What operations write, answer, are called and are limited by."""

import ast
from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.libraries.fastapi import library as fastapi
from readiness.libraries.flask import library as flask
from readiness.libraries.operations.answering import library as answering
from readiness.libraries.operations.error_formats import library as error_formats
from readiness.libraries.operations.groups import segments, version_in
from readiness.libraries.operations.limiting import library as limiting
from readiness.libraries.operations.method_guards import REQUESTS, not_for_get, reads_body, where_missing
from readiness.libraries.operations.naming import library as naming
from readiness.libraries.operations.reading import library as reading
from readiness.libraries.operations.unfinished import library as unfinished
from readiness.libraries.operations.versions import library as versions
from readiness.libraries.operations.words import format_of, number_of, style_of, verb_of
from readiness.linking import LinkedProject
from readiness.model import (
    ErrorFormat,
    HandlerBody,
    InterfaceVersion,
    Library,
    OperationAnswer,
    PathEnding,
    RequestLimit,
    ResourceName,
    SafeOperation,
)

Recognised = Callable[[Mapping[str, str], Sequence[Library]], LinkedProject]


def function(source: str) -> ast.FunctionDef:
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def lines(found: Sequence[object]) -> set[int]:
    return {line for line in range(1, 20) if any(line in each for each in found)}  # type: ignore[operator]


@pytest.mark.parametrize(
    ("test", "excluded"),
    [
        ("request.method == 'POST'", {3}),
        ("request.method in ('POST', 'PUT')", {3}),
        ("request.method != 'GET'", {3}),
        ("self.request.method == 'POST'", {3}),
        ("request.method.upper() == 'POST'", {3}),
        ("form.validate_on_submit()", {3}),
        ("request.POST", {3}),
        ("'name' in request.POST", {3}),
        ("request.method == 'POST' and ready", {3}),
        ("request.method == 'GET'", {5}),
        ("not request.method == 'GET'", {3}),
        ("request.method in ('GET', 'POST')", set()),
        ("request.method == 'POST' or ready", set()),
        ("form.is_valid()", set()),
        ("ready", set()),
    ],
)
def test_lines_that_a_get_does_not_come_to(test: str, excluded: set[int]) -> None:
    node = function(f"def view(request):\n    if {test}:\n        change()\n    else:\n        show()\n")
    assert lines(not_for_get(node, REQUESTS)) == excluded


def test_what_follows_a_return_for_get_is_not_for_get() -> None:
    node = function(
        "def view(request):\n    if request.method == 'GET':\n        return show()\n    change()\n    return 1\n"
    )
    assert lines(not_for_get(node, REQUESTS)) == {4, 5}


def test_what_follows_a_refusal_of_other_methods_is_not_for_get() -> None:
    node = function("def view(request):\n    if request.method != 'POST':\n        return refuse()\n    change()\n")
    assert 4 in lines(not_for_get(node, REQUESTS))


def test_a_form_bound_to_what_was_sent_is_valid_for_no_get() -> None:
    node = function(
        "def view(request):\n    form = Form(request.POST or None)\n    if form.is_valid():\n        form.save()\n    show()\n"
    )
    assert lines(not_for_get(node, REQUESTS)) == {4}


def test_cases_of_a_match_on_the_method() -> None:
    node = function(
        "def view(request):\n    match request.method:\n        case 'GET':\n            show()\n        case 'POST' | 'PUT':\n"
        "            change()\n"
    )
    assert lines(not_for_get(node, REQUESTS)) == {6}


@pytest.mark.parametrize(
    ("expression", "reads"),
    [
        ("request.POST['a']", True),
        ("request.get_json()", True),
        ("self.request.data", True),
        ("request.GET['a']", False),
        ("other.data", False),
    ],
)
def test_whether_what_was_sent_is_read(expression: str, reads: bool) -> None:
    assert reads_body(function(f"def view(request):\n    {expression}\n"), REQUESTS) is reads


@pytest.mark.parametrize(
    ("test", "missing"),
    [
        ("row is None", {3}),
        ("not row", {3}),
        ("not rows.exists()", {3}),
        ("row is not None", {5}),
        ("row", {5}),
        ("row.state == 'open'", set()),
    ],
)
def test_lines_that_run_where_something_is_missing(test: str, missing: set[int]) -> None:
    node = function(f"def view(row):\n    if {test}:\n        a()\n    else:\n        b()\n")
    assert lines(where_missing(node)) == missing


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/v1/orders", "v1"),
        ("/api/v2.1/orders", "v2.1"),
        ("/2024-01-01/orders", "2024-01-01"),
        ("/api/1/orders", "1"),
        ("/orders/1", ""),
        ("/videos", ""),
        ("/api/orders", ""),
    ],
)
def test_the_version_in_a_path(path: str, version: str) -> None:
    assert version_in(path) == version


@given(st.text(alphabet="ab/{}v1", max_size=30))
def test_the_version_is_a_part_of_the_path(path: str) -> None:
    assert version_in(path) in {"", *segments(path)}


@pytest.mark.parametrize(
    ("segment", "style"),
    [
        ("gift-cards", "kebab"),
        ("gift_cards", "snake"),
        ("giftCards", "camel"),
        ("GiftCards", "pascal"),
        ("cards", ""),
        ("CARDS", ""),
    ],
)
def test_the_style_of_a_part(segment: str, style: str) -> None:
    assert style_of(segment) == style


@pytest.mark.parametrize(
    ("segment", "method", "verb"),
    [
        ("getUser", "GET", "get"),
        ("create", "POST", "create"),
        ("delete_user", "POST", "delete"),
        ("remove", "DELETE", "remove"),
        ("remove-password", "POST", ""),
        ("get", "POST", ""),
        ("getaway", "GET", ""),
        ("search", "GET", ""),
    ],
)
def test_the_verb_of_a_part(segment: str, method: str, verb: str) -> None:
    assert verb_of(segment, frozenset({method})) == verb


@pytest.mark.parametrize(
    ("segment", "number"),
    [
        ("orders", "plural"),
        ("order", "singular"),
        ("gift-cards", "plural"),
        ("status", ""),
        ("media", ""),
        ("chassis", ""),
        ("topics", ""),
    ],
)
def test_the_number_of_a_part(segment: str, number: str) -> None:
    assert number_of(segment) == number


@pytest.mark.parametrize(
    ("segment", "format_"), [("orders.json", ".json"), ("openapi.json", ""), ("v1.0", ""), ("a.b", "")]
)
def test_the_format_that_a_part_names(segment: str, format_: str) -> None:
    assert format_of(segment) == format_


SHOP = """
    from fastapi import FastAPI, HTTPException
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

    app = FastAPI()

    class Base(DeclarativeBase):
        pass

    class Order(Base):
        __tablename__ = "orders"
        id: Mapped[int] = mapped_column(primary_key=True)

    def keep(session: Session, key: int) -> Order:
        order = Order(id=key)
        session.add(order)
        session.commit()
        return order
"""


def test_a_write_behind_a_function_names_the_way(recognised: Recognised) -> None:
    source = (
        SHOP
        + '\n    @app.get("/orders/{key}")\n    def read(key: int, session: Session):\n        return keep(session, key)\n'
    )
    (operation,) = recognised({"app.py": source}, [fastapi, reading]).each(SafeOperation)
    (write,) = operation.writes
    assert (write.action, write.subject, write.through) == ("inserts", "Order", ("app::keep",))


def test_a_post_is_no_safe_operation(recognised: Recognised) -> None:
    source = (
        SHOP
        + '\n    @app.post("/orders/{key}")\n    def put(key: int, session: Session):\n        return keep(session, key)\n'
    )
    assert list(recognised({"app.py": source}, [fastapi, reading]).each(SafeOperation)) == []


def test_an_answer_has_the_declared_status(recognised: Recognised) -> None:
    source = SHOP + '\n    @app.post("/orders", status_code=202)\n    def put():\n        return {"id": 1}\n'
    (answer,) = recognised({"app.py": source}, [fastapi, answering]).each(OperationAnswer)
    assert (answer.status, answer.declared, answer.body, answer.failure) == (202, True, True, "")


def test_the_row_that_a_post_makes(recognised: Recognised) -> None:
    source = (
        SHOP
        + '\n    @app.post("/orders")\n    def create_order(key: int, session: Session):\n        return keep(session, key)\n'
    )
    answers = list(recognised({"app.py": source}, [fastapi, answering]).each(OperationAnswer))
    assert [each.creates for each in answers] == ["Order"]


@pytest.mark.parametrize(
    ("answer", "status", "failure"),
    [
        ('{"error": "no"}', 200, '"error"'),
        ('({"success": False, "message": "no"}, 400)', 400, '"success": False'),
        ('jsonify(status="error")', 200, '"status": "error"'),
        ('make_response(jsonify(error="no"), 404)', 404, '"error"'),
        ('{"error": ""}', 200, ""),
        ('{"error": None}', 200, ""),
        ('{"error": problem}', 200, ""),
        ('{"items": [], "error": "no"}', 200, ""),
        ('{"success": True}', 200, ""),
    ],
)
def test_what_a_body_says_of_failure(recognised: Recognised, answer: str, status: int, failure: str) -> None:
    source = f"""
        from flask import Flask, jsonify, make_response

        app = Flask(__name__)

        @app.get("/orders")
        def orders():
            problem = shop.problem()
            return {answer}
    """
    (found,) = recognised({"app.py": source}, [flask, answering]).each(OperationAnswer)
    assert (found.status, found.failure) == (status, failure)


def test_forms_of_errors(recognised: Recognised) -> None:
    source = SHOP + (
        '\n    @app.get("/orders/{key}")\n    def read(key: int):\n        raise HTTPException(404, "no")\n'
    )
    formats = list(recognised({"app.py": source}, [fastapi, error_formats]).each(ErrorFormat))
    assert {(each.kind, each.keys, each.status, each.origin) for each in formats} == {
        ("object", ("detail",), 404, "framework"),
        ("object", ("detail",), 422, "framework"),
    }


PATHS = """
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/orders")
    def orders() -> list[dict]:
        return []

    @app.get("/orders/{key}/")
    def order(key: int):
        return {}
"""


def test_a_collection_is_asked_as_a_whole_and_one_by_one(recognised: Recognised) -> None:
    (name,) = recognised({"app.py": PATHS}, [fastapi, naming]).each(ResourceName)
    assert (name.segment, name.number, name.routes) == ("orders", "plural", 2)


def test_paths_of_one_part_have_no_ending(recognised: Recognised) -> None:
    (ending,) = recognised({"app.py": PATHS}, [fastapi, naming]).each(PathEnding)
    assert (ending.slashed, ending.bare) == (1, 0)


def test_an_interface_without_a_version(recognised: Recognised) -> None:
    (version,) = recognised({"app.py": PATHS}, [fastapi, versions]).each(InterfaceVersion)
    assert (version.scheme, version.routes, version.outside) == ("", 2, False)


def test_a_stub_is_unfinished(recognised: Recognised) -> None:
    source = SHOP + '\n    @app.get("/orders")\n    def orders():\n        ...\n'
    (body,) = recognised({"app.py": source}, [fastapi, unfinished]).each(HandlerBody)
    assert body.unfinished == "nothing stands in it"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/login", "login"),
        ("/auth/sign-in", "login"),
        ("/auth/token", "token"),
        ("/users/signup", "sign-up"),
        ("/password/reset", "password reset"),
        ("/forgot-password", "password reset"),
        ("/auth/otp/verify", "one-time code"),
        ("/files/upload", "upload"),
        ("/orders/{key}/export", "export"),
        ("/mails/send", "message"),
        ("/logout", ""),
        ("/users/tokens", ""),
        ("/login/csrf", ""),
        ("/orders", ""),
    ],
)
def test_the_kind_of_an_operation_whose_rate_matters(recognised: Recognised, path: str, kind: str) -> None:
    source = f'from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.post("{path}")\ndef answer(key: int = 0):\n    return {{}}\n'
    found = [each.kind for each in recognised({"app.py": source}, [fastapi, limiting]).each(RequestLimit)]
    assert found == ([kind] if kind else [])


GATEWAYS = {
    "nginx.conf": "location /login {\n  limit_req zone=one;\n}\n",
    "kong.yml": "plugins:\n  - name: rate-limiting\n",
    "docker-compose.yml": "labels:\n  - traefik.http.middlewares.a.ratelimit.average=10\n",
    "ingress.yaml": "annotations:\n  nginx.ingress.kubernetes.io/limit-rpm: '10'\n",
    "Caddyfile": "rate_limit {\n}\n",
}
LOGIN = 'from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.post("/login")\ndef login():\n    return {}\n'


@pytest.mark.parametrize("path", sorted(GATEWAYS))
def test_a_gateway_limits(recognised: Recognised, path: str) -> None:
    (limit,) = recognised({"app.py": LOGIN, path: GATEWAYS[path]}, [fastapi, limiting]).each(RequestLimit)
    assert path in limit.limiter


def test_a_zone_of_nginx_that_nothing_uses_limits_nothing(recognised: Recognised) -> None:
    sources = {"app.py": LOGIN, "nginx.conf": "limit_req_zone $binary_remote_addr zone=one:10m rate=1r/s;\n"}
    (limit,) = recognised(sources, [fastapi, limiting]).each(RequestLimit)
    assert (limit.limiter, limit.anywhere) == ("", False)
