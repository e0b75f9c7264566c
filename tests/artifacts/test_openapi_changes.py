"""Two versions of a document, and which of the changes between them break clients."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.artifacts.openapi import read_document, read_values
from readiness.artifacts.openapi.changes import Change, changes
from readiness.model import SpecDocument


def document(text: str, start: str = "openapi: 3.0.0\npaths:\n") -> SpecDocument:
    return read_document("api.yaml", read_values((start + text).encode(), as_json=False), lambda _: None)


def between(old: str, new: str) -> list[Change]:
    return changes(document(old), document(new))


def said(old: str, new: str) -> list[tuple[bool, str]]:
    return [(each.breaking, each.message) for each in between(old, new)]


def get(inside: str) -> str:
    return f"  /a:\n    get: {{{inside}}}\n"


def sent(schema: str, more: str = "") -> str:
    return f"  /a:\n    post: {{requestBody: {{content: {{application/json: {{schema: {{{schema}}}}}}}{more}}}}}\n"


def given_back(schema: str) -> str:
    return get(f"responses: {{'200': {{description: x, content: {{application/json: {{schema: {{{schema}}}}}}}}}}}")


def test_the_same_document_has_no_changes() -> None:
    text = sent("type: object, required: [a], properties: {a: {type: string}}")
    assert between(text, text) == []


def test_operations_come_and_go() -> None:
    found = between("  /a: {get: {}}\n  /b: {get: {}}\n", "  /a: {get: {}}\n  /c: {put: {}}\n")
    assert [(each.breaking, each.operation, each.message) for each in found] == [
        (True, "GET /b", "the operation was removed"),
        (False, "PUT /c", "the operation was added"),
    ]


def test_a_deprecated_operation_that_goes_breaks_and_says_so() -> None:
    assert said(get("deprecated: true"), "  /b: {}\n") == [(True, "the operation was removed after it was deprecated")]


def test_a_path_parameter_may_be_renamed() -> None:
    assert between("  /a/{id}: {get: {}}\n", "  /a/{key}: {get: {}}\n") == []


def test_a_prefix_that_moves_into_the_paths_is_no_change() -> None:
    old = document("  /a: {get: {}}\n", "openapi: 3.0.0\nservers: [{url: /v1}]\npaths:\n")
    assert changes(old, document("  /v1/a: {get: {}}\n")) == []


@pytest.mark.parametrize(
    ("old", "new", "breaking", "message"),
    [
        ("", "{name: q, in: query, schema: {}}", False, "query parameter `q` was added"),
        ("", "{name: q, in: query, required: true}", True, "query parameter `q` was added and is required"),
        ("{name: q, in: query}", "", True, "query parameter `q` was removed"),
        ("{name: q, in: query}", "{name: q, in: query, required: true}", True, "query parameter `q` is required now"),
        ("{name: q, in: query, required: true}", "{name: q, in: query}", False, "query parameter `q` is optional now"),
        (
            "{name: q, in: query, schema: {type: string}}",
            "{name: q, in: query, schema: {type: integer}}",
            True,
            "query parameter `q` was string and is integer",
        ),
        (
            "{name: q, in: query, schema: {type: integer}}",
            "{name: q, in: query, schema: {type: number}}",
            False,
            "query parameter `q` was integer and takes number now",
        ),
        (
            "{name: q, in: query, schema: {enum: [a, b]}}",
            "{name: q, in: query, schema: {enum: [a, c]}}",
            True,
            "query parameter `q` does not take b any more",
        ),
        (
            "{name: q, in: query, schema: {type: string}}",
            "{name: q, in: query, schema: {type: string, enum: [a]}}",
            True,
            "query parameter `q` takes certain values only",
        ),
        (
            "{name: q, in: query, schema: {type: integer, maximum: 100}}",
            "{name: q, in: query, schema: {type: integer, maximum: 50}}",
            True,
            "query parameter `q` has narrower bounds",
        ),
    ],
)
def test_parameters(old: str, new: str, breaking: bool, message: str) -> None:
    assert said(get(f"parameters: [{old}]"), get(f"parameters: [{new}]")) == [(breaking, message)]


@pytest.mark.parametrize(
    "wider", ["minimum: 1, maximum: 200", "minimum: 0, maximum: 100", "minimum: 1", "maximum: 100"]
)
def test_wider_bounds_of_a_parameter_are_no_change_that_breaks(wider: str) -> None:
    old = get("parameters: [{name: q, in: query, schema: {type: integer, minimum: 1, maximum: 100}}]")
    assert said(old, get(f"parameters: [{{name: q, in: query, schema: {{type: integer, {wider}}}}}]")) == []


def test_a_narrower_path_parameter_breaks() -> None:
    old = "  /a/{id}: {get: {parameters: [{name: id, in: path, required: true, schema: {type: string}}]}}\n"
    new = "  /a/{key}: {get: {parameters: [{name: key, in: path, required: true, schema: {type: integer}}]}}\n"
    assert said(old, new) == [(True, "path parameter `key` was string and is integer")]


ONE = "type: object, properties: {a: {type: string}}"


@pytest.mark.parametrize(
    ("old", "new", "breaking", "message"),
    [
        (
            ONE,
            "type: object, required: [a], properties: {a: {type: string}}",
            True,
            "request field `a` is required now",
        ),
        (ONE, "type: object, properties: {a: {type: string}, b: {}}", False, "request field `b` was added"),
        (
            ONE,
            "type: object, required: [b], properties: {a: {type: string}, b: {}}",
            True,
            "request field `b` was added and is required",
        ),
        (ONE, "type: object, properties: {b: {}}", True, "request field `a` was removed"),
        (ONE, "type: object, properties: {a: {type: integer}}", True, "request field `a` was string and is integer"),
    ],
)
def test_request_fields(old: str, new: str, breaking: bool, message: str) -> None:
    assert (breaking, message) in said(sent(old), sent(new))


def test_a_body_that_must_be_sent_breaks() -> None:
    assert said(sent(ONE), sent(ONE, ", required: true")) == [(True, "the request body is required now")]
    assert said("  /a: {post: {}}\n", sent(ONE)) == [(False, "a request body was added")]
    assert said(sent(ONE), "  /a: {post: {}}\n") == [(True, "the request body was removed")]


def test_what_stands_in_a_removed_object_is_not_told_apart() -> None:
    old = "type: object, properties: {a: {type: object, properties: {b: {}, c: {}}}, d: {}}"
    assert said(sent(old), sent("type: object, properties: {d: {}}")) == [(True, "request field `a` was removed")]


@pytest.mark.parametrize(
    ("old", "new", "breaking", "message"),
    [
        (ONE, "type: object, properties: {b: {}}", True, "response field `a` of 200 was removed"),
        (ONE, "type: object, properties: {a: {type: string}, b: {}}", False, "response field `b` of 200 was added"),
        (
            ONE,
            "type: object, properties: {a: {type: integer}}",
            True,
            "response field `a` of 200 was string and is integer",
        ),
        (
            ONE,
            "type: object, properties: {a: {type: string, nullable: true}}",
            True,
            "response field `a` of 200 may be null now",
        ),
        (
            "type: object, properties: {a: {enum: [x]}}",
            "type: object, properties: {a: {enum: [x, y]}}",
            True,
            "response field `a` of 200 may be y now",
        ),
        (
            "type: object, required: [a], properties: {a: {type: string}}",
            ONE,
            True,
            "response field `a` of 200 may be missing now",
        ),
        (ONE, "type: array, items: {}", True, "200 was object and is array"),
    ],
)
def test_response_fields(old: str, new: str, breaking: bool, message: str) -> None:
    assert (breaking, message) in said(given_back(old), given_back(new))


def test_a_field_that_is_always_there_now_breaks_nobody() -> None:
    new = "type: object, required: [a], properties: {a: {type: string}}"
    assert said(given_back(ONE), given_back(new)) == []


@pytest.mark.parametrize(
    ("old", "new", "breaking", "message"),
    [
        ("'200': {}, '404': {}", "'200': {}", False, "status 404 was removed"),
        ("'200': {}, '202': {}", "'200': {}", True, "status 202 was removed"),
        ("'200': {}", "'200': {}, '409': {}", False, "status 409 was added"),
    ],
)
def test_statuses(old: str, new: str, breaking: bool, message: str) -> None:
    assert said(get(f"responses: {{{old}}}"), get(f"responses: {{{new}}}")) == [(breaking, message)]


@pytest.mark.parametrize(
    ("old", "new", "breaking", "message"),
    [
        ("", "security: [{key: []}]", True, "the operation asks for authentication now"),
        ("security: [{key: []}]", "security: []", False, "the operation asks for no authentication any more"),
        (
            "security: [{key: []}, {token: []}]",
            "security: [{token: []}]",
            True,
            "a way to authenticate is not taken any more",
        ),
        ("security: [{key: []}]", "security: [{key: []}, {token: []}]", False, "there are more ways to authenticate"),
        (
            "security: [{key: []}]",
            "security: [{key: [], token: []}]",
            True,
            "a way to authenticate is not taken any more",
        ),
    ],
)
def test_security(old: str, new: str, breaking: bool, message: str) -> None:
    assert said(get(old), get(new)) == [(breaking, message)]


def test_a_deprecation_breaks_nobody() -> None:
    assert said(get(""), get("deprecated: true")) == [(False, "the operation is deprecated now")]


def test_breaking_changes_come_first() -> None:
    found = between("  /b: {get: {}}\n", "  /a: {get: {}}\n")
    assert [each.breaking for each in found] == [True, False]


FIELD = st.sampled_from(["type: string", "type: integer", "type: string, nullable: true", "enum: [a]", "enum: [a, b]"])
FIELDS = st.dictionaries(st.sampled_from("abc"), FIELD, max_size=3)


@given(FIELDS, FIELDS)
def test_what_the_answers_gain_the_requests_may_lose(old: dict[str, str], new: dict[str, str]) -> None:
    """A document and itself never differ, and what is added to answers breaks nobody."""

    def schema(fields: dict[str, str]) -> str:
        inner = ", ".join(f"{name}: {{{kind}}}" for name, kind in fields.items())
        return f"type: object, properties: {{{inner}}}"

    merged = {**new, **old}
    assert not any(each.breaking for each in between(given_back(schema(old)), given_back(schema(merged))))
    assert between(sent(schema(old)), sent(schema(old))) == []
