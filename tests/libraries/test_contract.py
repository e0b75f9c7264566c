"""Documents and routes in memory, and how they are held against each other."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.analysis import Analysis, analyse_files
from readiness.libraries.contract.addresses import covers, is_open, may_be, names, normal, shared_start
from readiness.model import ApiSpecification, OperationMatch, OperationText, SpecDeviation, SpecDocument, Stage

APP = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/orders")
def orders():
    return []


@app.post("/orders")
def make():
    return {}


@app.get("/orders/{number}")
def order(number: int):
    return number
"""
DOCUMENT = """
openapi: 3.0.0
info: {title: Shop, version: "1"}
paths:
  /orders: {get: {responses: {"200": {}}}, post: {responses: {"200": {}}}}
  /orders/{id}: {get: {responses: {"200": {}}}}
"""


def analysis(**files: str) -> Analysis:
    """Names with `__` for a slash and `_dot_` for a dot."""
    contents = {name.replace("__", "/").replace("_dot_", "."): text.encode() for name, text in files.items()}
    return analyse_files(contents, [], today=date(2026, 6, 1))


def matches(**files: str) -> dict[str, str]:
    """Operations with their first difference or doubt."""
    found = analysis(**files).project.each(OperationMatch)
    return {
        f"{each.method} {each.path}": each.doubt or next((point.kind for point in each.differences), "")
        for each in found
    }


# addresses


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", ""),
        ("/a/", "/a"),
        ("//a//b", "/a/b"),
        ("/a/{x}/b/{y:int}", "/a/{}/b/{}"),
        ("/a/{x:[0-9]{4}}", "/a/{}"),
        ("/files{path}", "/files/{}"),
        ("/a/{x}.json", "/a/{}.json"),
        ("/a/{?}", "/a/{?}"),
    ],
)
def test_paths_are_spelled_one_way(path: str, expected: str) -> None:
    assert normal(path) == expected


@given(st.text(alphabet="/ab{}:?", max_size=40))
def test_a_normal_path_is_its_own_normal_path(path: str) -> None:
    assert normal(normal(path)) == normal(path)


def test_parameters_have_their_names() -> None:
    assert names("/a/{x}/{y:int}") == ["x", "y"]


def test_a_parameter_covers_a_word() -> None:
    assert covers("/users/{}", "/users/me")
    assert not covers("/users/{}", "/users/{}")
    assert not covers("/users/me", "/users/{}")


def test_an_unresolved_part_may_be_anything() -> None:
    assert is_open("/a/{?}")
    assert may_be("/a/{?}", "/a/b/c")
    assert not may_be("/a/{?}", "/b/a/c")


def test_the_last_part_of_a_path_is_no_start() -> None:
    assert shared_start(["/api/v1/orders", "/api/v1/orders/{}"]) == "/api/v1"
    assert shared_start(["/orders"]) == ""


# matching


def test_a_document_beside_the_code_agrees() -> None:
    assert matches(app_dot_py=APP, openapi_dot_yaml=DOCUMENT) == {
        "GET /orders": "",
        "POST /orders": "",
        "GET /orders/{number}": "",
    }


@pytest.mark.parametrize("prefix", ["/api", "/api/v1", "/{tenant}"])
def test_the_prefix_of_the_routes_is_found(prefix: str) -> None:
    code = APP.replace('get("', f'get("{prefix}').replace('post("', f'post("{prefix}')
    assert set(matches(app_dot_py=code, openapi_dot_yaml=DOCUMENT).values()) == {""}


@pytest.mark.parametrize("prefix", ["/gateway", "/gateway/shop"])
def test_a_prefix_that_only_the_document_has_is_taken_off(prefix: str) -> None:
    text = DOCUMENT.replace("  /orders", f"  {prefix}/orders")
    assert set(matches(app_dot_py=APP, openapi_dot_yaml=text).values()) == {""}


def test_the_declared_prefix_goes_before_one_that_fits_as_well() -> None:
    code = APP + "\nfrom fastapi import APIRouter\nrouter = APIRouter()\n"
    code += '@router.get("/orders")\ndef inner(): return 1\n@router.post("/orders")\ndef other(): return 1\n'
    code += '@router.get("/orders/{n}")\ndef third(n: int): return 1\napp.include_router(router, prefix="/v2")\n'
    text = DOCUMENT.replace("paths:", "servers: [{url: /v2}]\npaths:")
    assert set(matches(app_dot_py=code, openapi_dot_yaml=text)) == {
        "GET /v2/orders",
        "POST /v2/orders",
        "GET /v2/orders/{n}",
    }


def test_a_document_of_which_little_is_served_is_another_services() -> None:
    text = DOCUMENT + "".join(f"  /other{number}: {{get: {{}}}}\n" for number in range(9))
    assert matches(app_dot_py=APP, openapi_dot_yaml=text) == {}


def test_an_unread_framework_leaves_operations_open() -> None:
    code = APP + "\nimport bottle\nother = bottle.Bottle()\n"
    text = DOCUMENT + "  /carts: {get: {}}\n"
    assert matches(app_dot_py=code, openapi_dot_yaml=text)["GET /carts"] == "routes of Bottle are not read"


def test_differences_are_deviations() -> None:
    text = DOCUMENT + "  /carts: {get: {}}\n"
    found = list(analysis(app_dot_py=APP, openapi_dot_yaml=text).project.each(SpecDeviation))
    assert [(each.match.method, each.match.path) for each in found] == [("GET", "/carts")]


# documents


@pytest.mark.parametrize(
    "name",
    [
        "openapi.yaml",
        "docs/openapi.yml",
        "spec/swagger.json",
        "api/v1.yaml",
        "shop/static/schema.json",
        "docs/deep/er/shop.yaml",
    ],
)
def test_documents_are_found_by_what_they_say(name: str) -> None:
    text = DOCUMENT if not name.endswith("json") else '{"info": {}, "openapi": "3.0.0", "paths": {"/a": {"get": {}}}}'
    found = analyse_files({name: text.encode()}, [], today=date(2026, 6, 1)).project.each(SpecDocument)
    assert [each.span.path for each in found] == [name]


@pytest.mark.parametrize(
    "folder", ["tests", "examples", "docs/samples", "node_modules/x", ".github", "a/fixtures", "third_party"]
)
def test_documents_of_samples_and_of_others_are_not_read(folder: str) -> None:
    files = {f"{folder}/openapi.yaml": DOCUMENT.encode(), f"{folder}/test_a.py": b"def test_a(): pass\n"}
    assert list(analyse_files(files, [], today=date(2026, 6, 1)).project.each(SpecDocument)) == []


def test_a_document_that_cannot_be_read_is_a_problem_with_a_name() -> None:
    done = analysis(app_dot_py=APP, openapi_dot_yaml="openapi: 3.0.0\npaths: [\n")
    assert [(each.stage, each.path) for each in done.problems] == [(Stage.EVIDENCE, "openapi.yaml")]
    broken = [each for each in done.project.each(ApiSpecification) if not each.routes]
    assert [each.span.path for each in broken] == ["openapi.yaml"]


def test_a_template_is_neither_read_nor_a_problem() -> None:
    done = analysis(
        app_dot_py=APP, openapi_dot_yaml="openapi: 3.0.0\npaths:\n{% for a in b %}\n  /{{ a }}: {}\n{% endfor %}\n"
    )
    assert done.problems == ()
    assert list(done.project.each(SpecDocument)) == []


def test_a_hostile_document_is_bounded() -> None:
    nested = '{"openapi": "3.0.0", "paths": {"/a": {"get": {"x": ' + "[" * 50_000 + "]" * 50_000 + "}}}}"
    done = analysis(app_dot_py=APP, openapi_dot_json=nested)
    assert [each.path for each in done.problems] == ["openapi.json"]


def test_aliases_that_double_are_bounded() -> None:
    lines = ["x0: &x0 {a: b}"] + [f"x{n}: &x{n} {{a: *x{n - 1}, b: *x{n - 1}}}" for n in range(1, 60)]
    text = "openapi: 3.0.0\npaths:\n  /orders: {get: {responses: *x59}}\n"
    done = analysis(app_dot_py=APP, openapi_dot_yaml="\n".join(lines) + "\n" + text)
    assert done.problems == ()


# what clients are told


def texts(code: str, **files: str) -> dict[str, OperationText]:
    found = analysis(app_dot_py=code, **files).project.each(OperationText)
    return {f"{each.method} {each.path}": each for each in found}


def test_the_text_of_the_document_is_told_with_its_place() -> None:
    text = DOCUMENT.replace('get: {responses: {"200": {}}}, post', "get: {description: All of them}, post")
    found = texts(APP, openapi_dot_yaml=text)
    assert found["GET /orders"].where == "description in openapi.yaml"
    assert (found["POST /orders"].source, found["POST /orders"].described) == ("document", False)


def test_a_request_in_prose_is_an_example_for_its_method_only() -> None:
    found = texts(APP, README_dot_md="    curl -X POST https://shop.example/orders -d '{}'\n")
    assert found["POST /orders"].example == "request in README.md"
    assert found["GET /orders"].example == ""


def test_a_text_that_is_full_of_commands_is_bounded() -> None:
    assert texts(APP, README_dot_md="curl " * 50_000)["GET /orders"].example == ""
