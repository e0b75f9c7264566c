"""Documents in memory, and what is read of them."""

import json

import pytest

from readiness.artifacts.openapi import (
    DocumentError,
    Table,
    TemplateDocumentError,
    is_marked,
    read_document,
    read_values,
)
from readiness.model import SpecDocument, SpecOperation

START = "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\n"


def document(text: str, **others: str) -> SpecDocument:
    files = {name.replace("__", "/") + ".yaml": content for name, content in others.items()}

    def load(path: str) -> Table | None:
        return read_values(files[path].encode(), as_json=False) if path in files else None

    return read_document("docs/api.yaml", read_values(text.encode(), as_json=False), load)


def operation(text: str, **others: str) -> SpecOperation:
    (found,) = document(START + text, **others).operations
    return found


def test_a_document_says_what_it_is() -> None:
    found = document(START + "paths: {}\n")
    assert (found.version, found.title, found.prefixes, found.operations) == ("3.1.0", "Shop", ("",), ())


@pytest.mark.parametrize(
    ("text", "prefixes"),
    [
        ("openapi: 3.0.0\nservers:\n- url: https://shop.example/api/v1/\n- url: /internal\n", ("/api/v1", "/internal")),
        (
            "openapi: 3.0.0\nservers:\n- url: '{scheme}://shop.example/{base}'\n  variables: {base: {default: v2}}\n",
            ("/v2",),
        ),
        ("swagger: '2.0'\nbasePath: /api\nhost: shop.example\n", ("/api",)),
        ("swagger: '2.0'\n", ("",)),
        ("openapi: 3.0.0\nservers:\n- url: 'http://['\n", ("",)),
    ],
    ids=["servers", "variables", "base path", "no base path", "no address"],
)
def test_servers_and_base_paths_are_prefixes(text: str, prefixes: tuple[str, ...]) -> None:
    assert document(text + "paths: {}\n").prefixes == prefixes


def test_an_operation_stands_at_the_line_of_its_method() -> None:
    found = operation("paths:\n  /orders:\n    summary: all of them\n    get:\n      tags: [a, b]\n")
    assert (found.method, found.path, found.span.line, found.summary, found.tags) == (
        "GET",
        "/orders",
        6,
        "all of them",
        ("a", "b"),
    )


def test_json_has_the_lines_of_its_operations() -> None:
    value = {"openapi": "3.0.0", "paths": {"/a": {"get": {"x": ["}"]}, "post": {}}, '/"b"': {"put": {}}}}
    text = json.dumps(value, indent=1)
    found = read_document("a.json", read_values(text.encode(), as_json=True), lambda _: None)
    lines = text.splitlines()
    assert [lines[each.span.line - 1].strip() for each in found.operations] == ['"get": {', '"post": {}', '"put": {}']


def test_json_on_one_line_stands_on_the_first() -> None:
    found = read_document(
        "a.json", read_values(b'{"openapi":"3.0.0","paths":{"/a":{"get":{}}}}', as_json=True), lambda _: None
    )
    assert [each.span.line for each in found.operations] == [1]


def test_parameters_of_the_path_join_those_of_the_operation() -> None:
    found = operation(
        """paths:
  /orders/{id}:
    parameters:
    - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
    - {name: limit, in: query, schema: {type: string}}
    get:
      parameters:
      - {name: limit, in: query, required: true, schema: {type: integer, maximum: 50}, description: rows, example: 5}
      - {name: order, in: query, schema: {enum: [up, down]}}
"""
    )
    by_name = {each.name: each for each in found.parameters}
    assert set(by_name) == {"id", "limit", "order"}
    limit = by_name["limit"]
    assert (limit.required, limit.value.type, limit.value.maximum, limit.described, limit.example) == (
        True,
        "integer",
        50,
        True,
        True,
    )
    assert by_name["order"].value.choices == ("up", "down")
    assert by_name["id"].value.minimum == 1


BODY = """paths:
  /orders:
    post:
      requestBody:
        required: true
        content:
          application/xml: {schema: {type: string}}
          application/json:
            schema: {$ref: '#/components/schemas/Order'}
      responses:
        201: {description: made, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Order'}}}}}
        4xx: {description: refused}
        default: {$ref: '#/components/responses/Failed'}
components:
  responses:
    Failed: {description: failed}
  schemas:
    Base:
      required: [id]
      properties:
        id: {type: integer, readOnly: true}
    Order:
      allOf:
      - $ref: '#/components/schemas/Base'
      - type: object
        required: [lines]
        properties:
          note: {type: [string, 'null']}
          lines:
            type: array
            items: {type: object, required: [sku], properties: {sku: {type: string}, next: {$ref: '#/components/schemas/Order'}}}
"""


def test_the_fields_of_a_body_are_those_of_all_its_parts() -> None:
    body = operation(BODY).body
    assert body is not None
    assert (body.required, body.kind, body.whole, body.media_types) == (
        True,
        "object",
        True,
        ("application/xml", "application/json"),
    )
    fields = {each.name: each for each in body.fields}
    assert {"id", "note", "lines", "lines[].sku", "lines[].next"} <= set(fields)
    assert {name for name, each in fields.items() if each.required} >= {"id", "lines", "lines[].sku"}
    assert fields["note"].nullable
    assert fields["id"].read_only


def test_responses_are_read_with_their_kind() -> None:
    found = {each.status: each for each in operation(BODY).responses}
    assert set(found) == {"201", "4XX", "default"}
    assert found["201"].body is not None and found["201"].body.kind == "array"
    assert (found["4XX"].body, found["default"].description) == (None, "failed")


def test_swagger_2_has_its_bodies_among_the_parameters() -> None:
    found = document(
        """swagger: '2.0'
paths:
  /a:
    post:
      parameters:
      - {in: body, name: body, required: true, schema: {type: object, properties: {x: {type: string}}}}
      responses: {'200': {schema: {type: array}, description: done}}
    put:
      consumes: [multipart/form-data]
      parameters:
      - {in: formData, name: file, type: file, required: true}
"""
    )
    by_method = {each.method: each for each in found.operations}
    posted, put = by_method["POST"], by_method["PUT"]
    assert posted.body is not None and posted.body.required and [each.name for each in posted.body.fields] == ["x"]
    assert posted.responses[0].body is not None and posted.responses[0].body.kind == "array"
    assert put.body is not None and put.body.media_types == ("multipart/form-data",)
    assert [(each.name, each.required) for each in put.body.fields] == [("file", True)]


def test_security_of_the_operation_replaces_that_of_the_document() -> None:
    found = document(
        START
        + "security: [{key: []}]\npaths:\n  /a: {get: {}, put: {security: []}, post: {security: [{token: []}, {}]}}\n"
    )
    assert {each.method: (each.security, each.overridden) for each in found.operations} == {
        "GET": ((("key",),), False),
        "PUT": ((), True),
        "POST": ((("token",), ()), True),
    }


def test_functions_of_schemes_are_known() -> None:
    found = document(
        START
        + "paths: {}\ncomponents:\n  securitySchemes:\n"
        + "    a: {type: http, x-bearerInfoFunc: shop.auth.check}\n    b: {type: http}\n"
    )
    assert found.schemes == (("a", "shop.auth.check"), ("b", ""))


# references


def test_references_lead_to_other_files_and_on_from_there() -> None:
    found = operation(
        "paths:\n  /a: {$ref: 'paths/a.yaml#/item'}\n",
        docs__paths__a="item:\n  get:\n    responses:\n      '200': {$ref: '../common.yaml#/ok'}\n",
        docs__common="ok: {description: fine}\n",
    )
    assert (found.span.path, found.span.line, found.responses[0].description) == ("docs/paths/a.yaml", 2, "fine")
    assert found.unresolved == ()


@pytest.mark.parametrize(
    "reference",
    [
        "#/nowhere",
        "missing.yaml",
        "../../../etc/passwd",
        "/etc/passwd",
        "https://example.com/a.yaml#/b",
        "#/paths/~1a/get",
    ],
)
def test_references_that_lead_nowhere_are_named(reference: str) -> None:
    found = operation(f"paths:\n  /a:\n    get:\n      responses:\n        '200': {{$ref: '{reference}'}}\n")
    if reference == "#/paths/~1a/get":
        assert found.unresolved == ()
    else:
        assert found.unresolved == (reference,)


def test_references_in_a_circle_end() -> None:
    found = operation(
        "paths:\n  /a:\n    get:\n      responses:\n        '200': {$ref: '#/x'}\nx: {$ref: '#/y'}\ny: {$ref: '#/x'}\n"
    )
    assert found.unresolved == ("#/x",)


def test_a_schema_that_holds_itself_ends() -> None:
    found = operation(
        """paths:
  /a:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Node'}}}}
components:
  schemas:
    Node:
      type: object
      properties:
        one: {$ref: '#/components/schemas/Node'}
        two: {allOf: [{$ref: '#/components/schemas/Node'}]}
"""
    )
    assert found.body is not None and {"one", "two"} <= {each.name for each in found.body.fields}


def test_schemas_that_double_with_every_level_stay_small() -> None:
    to = "{$ref: '#/components/schemas/L%d'}"
    levels = "\n".join(
        f"    L{n}: {{type: object, properties: {{a: {to % (n + 1)}, b: {to % (n + 1)}}}}}" for n in range(60)
    )
    found = operation(
        "paths:\n  /a:\n    post:\n      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/L0'}}}}\n"
        f"components:\n  schemas:\n{levels}\n"
    )
    assert found.body is not None and 0 < len(found.body.fields) <= 400


def test_anchors_and_merges_are_looked_through() -> None:
    found = operation(
        """x-common: &common
  summary: shared
  tags: [a]
paths:
  /a:
    get:
      <<: *common
      tags: [b]
"""
    )
    assert (found.summary, found.tags) == ("shared", ("b",))


# what is no document


@pytest.mark.parametrize(
    ("content", "as_json", "reason"),
    [
        (b"openapi: [3.0.0\n", False, "no YAML"),
        (b'{"openapi": "3.0.0",', True, "no JSON"),
        (b"- openapi: 3.0.0", False, "no mapping"),
        (b"[" * 100_000, True, "nested too deeply"),
        (b"\xff\xfe", True, "no JSON"),
    ],
    ids=["yaml", "json", "list", "deep", "bytes"],
)
def test_what_cannot_be_read_says_why(content: bytes, as_json: bool, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read_values(content, as_json=as_json)


@pytest.mark.parametrize(
    "text", ["info: {}\n", "openapi: 9.1\npaths: {}\n", "swagger: next\n", "openapi: 3.0.0\npaths: []\n"]
)
def test_what_is_no_specification_says_so(text: str) -> None:
    with pytest.raises(DocumentError):
        document(text)


def test_a_template_that_fills_in_texts_is_read_with_gaps() -> None:
    found = document(
        "openapi: 3.0.0\ninfo: {title: x}\nservers:\n- url: /{{ base }}\npaths:\n  /a/{{ name }}:\n    get: {}\n"
    )
    assert (found.prefixes, found.operations[0].path) == (("/{?}",), "/a/{?}")


def test_a_template_with_statements_is_none() -> None:
    with pytest.raises(TemplateDocumentError):
        read_values(b"openapi: 3.0.0\npaths:\n{% for x in y %}\n  /{{ x }}: {}\n{% endfor %}\n", as_json=False)


@pytest.mark.parametrize(
    ("content", "marked"),
    [
        (b"openapi: 3.0.0\n", True),
        (b"# a comment\n\nswagger: '2.0'\n", True),
        (b'{\n "info": {},\n "openapi": "3.1.0"\n}', True),
        (b'{"info": {}, "swagger": "2.0"}', True),
        (b"components:\n  openapi: yes\n", False),
        (b"openapi: {}\n", False),
        (b"plugins: [openapi]\n", False),
    ],
)
def test_a_document_is_known_by_its_content(content: bytes, marked: bool) -> None:
    assert is_marked(content) is marked


# examples


@pytest.mark.parametrize(
    ("media", "example", "wrong"),
    [
        ("schema: {type: object, required: [a], properties: {a: {type: integer}}}, example: {a: 1}", True, ""),
        ("schema: {type: object, required: [a], properties: {a: {type: integer}}}, example: {b: 1}", True, "lacks"),
        ("schema: {type: object, properties: {a: {type: integer}}}, examples: {x: {value: {a: [1]}}}", True, "'a'"),
        ("schema: {type: object, properties: {a: {type: integer, example: 4}}}", True, ""),
        ("schema: {type: object, properties: {a: {type: string}}}, example: {a: 12}", True, ""),
        ("schema: {type: object, properties: {a: {type: integer}}}", False, ""),
        ("schema: {oneOf: [{type: object}, {type: string}]}, example: 3", True, ""),
    ],
    ids=["fits", "lacks a field", "wrong type", "of a field", "number for text", "none", "choice"],
)
def test_examples_are_held_against_their_schema(media: str, example: bool, wrong: str) -> None:
    content = f"{{application/json: {{{media}}}}}"
    found = operation(
        f"paths:\n  /a:\n    get:\n      responses:\n        '200': {{description: x, content: {content}}}\n"
    )
    body = found.responses[0].body
    assert body is not None
    assert body.example is example
    assert wrong in body.bad_example and bool(wrong) is bool(body.bad_example)
