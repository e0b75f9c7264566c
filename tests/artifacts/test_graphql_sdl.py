"""Texts of schema documents in, types and root fields out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.artifacts.graphql_sdl import SdlDocument, named_roots, read_roots, read_sdl

SCHEMA = '''
"""
type Query is only spoken of here:
type Query { never: Int }
"""
schema @link(url: "x", import: ["@key"]) {
  query: Root
  mutation: Changes
}

directive @auth(role: Role = READER, also: [Int!]) repeatable on | FIELD_DEFINITION | OBJECT

# type Query { commented: Int }
enum Role { READER WRITER @deprecated(reason: "old {") }

scalar Date @specifiedBy(url: "https://example.org")

union Found = | Order | Person

interface Node { id: ID! }

type Root implements Node & Other @shareable {
  id: ID!
  "One order"
  order(number: Int! = 5, filter: Filter = {state: [OPEN], text: "}"}): Order @auth(role: WRITER)
  orders(first: Int!, after: String): [Order!]! @deprecated
}

input Filter { state: [String!] = ["a"] text: String }

type Order { id: ID! }

extend type Root {
  people: [[Person]]
}

extend type Changes @key(fields: "id")

type Changes {
  write(text: String!): Order!
}
'''


def document(text: str) -> SdlDocument:
    found = read_sdl(text)
    assert found is not None
    return found


def test_roots_are_those_of_the_schema_definition() -> None:
    assert document(SCHEMA).roots == (("query", "Root"), ("mutation", "Changes"))


def test_an_extension_adds_its_fields() -> None:
    assert [each.name for each in document(SCHEMA).fields("query")] == ["id", "order", "orders", "people"]


def test_arguments_with_a_default_need_not_be_given() -> None:
    order, orders = document(SCHEMA).fields("query")[1:3]
    assert [(each.name, each.type, each.required) for each in order.arguments] == [
        ("number", "Int!", False),
        ("filter", "Filter", False),
    ]
    assert [each.required for each in orders.arguments] == [True, False]


def test_types_directives_and_descriptions_stand_at_their_field() -> None:
    _, order, orders, people = document(SCHEMA).fields("query")
    assert (order.type, order.is_list, order.directives, order.documented) == ("Order", False, ("auth",), True)
    assert (orders.type, orders.is_list, orders.named, orders.documented) == ("[Order!]!", True, "Order", False)
    assert (people.type, people.named) == ("[[Person]]", "Person")


def test_lines_are_those_of_the_text() -> None:
    lines = SCHEMA.split("\n")
    assert all(each.name in lines[each.line - 1] for each in document(SCHEMA).fields("query"))


def test_without_a_schema_definition_the_usual_names_are_roots() -> None:
    assert document("type Query { a: Int } type Subscription { b: Int }").roots == (
        ("query", "Query"),
        ("subscription", "Subscription"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "query Orders { orders { id } }",
        "{ orders { id } }",
        "fragment Short on Order { id }",
        "type Query { a: Int",
        "type Query { a }",
        "type Query { a(: Int }",
        "type Query { a: [Int }",
        "type Query { a: Int } ;",
        "type { a: Int }",
        "type Query { a: " + "[" * 200 + "Int" + "]" * 200 + " }",
        'type Query { a(b: String = "never closed): Int }',
    ],
)
def test_what_is_no_schema_document_is_none(text: str) -> None:
    assert read_sdl(text) is None


def test_the_roots_alone_are_the_same_as_those_of_the_whole() -> None:
    roots = read_roots(SCHEMA)
    assert roots is not None
    for operation in ("query", "mutation"):
        assert roots.fields(operation) == document(SCHEMA).fields(operation)


def test_types_on_one_line_are_read_too() -> None:
    found = read_roots("type Query { a: Int }\ntype Other { b: Int }\ntype Mutation { c: Int }\n")
    assert found is not None
    assert [each.name for each in (*found.fields("query"), *found.fields("mutation"))] == ["a", "c"]


def test_another_document_can_say_which_types_are_roots() -> None:
    assert named_roots(SCHEMA) == {"query": "Root", "mutation": "Changes"}
    found = read_roots("extend type Root { more: Int }", {"query": "Root"})
    assert found is not None
    assert [each.name for each in found.fields("query")] == ["more"]


def test_a_backslash_ends_no_description() -> None:
    text = '"""\nC:\\\n"""\ntype Query { a: Int }'
    assert read_sdl(text) is not None
    assert read_roots(text) is not None


def test_a_document_without_roots_is_none() -> None:
    assert read_roots("type Order { id: ID! }") is None


NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name not in ("Query", "implements", "extend", "schema")
)


@given(st.lists(NAMES, min_size=1, max_size=8, unique=True))
def test_every_field_is_read_with_its_line(names: list[str]) -> None:
    text = "type Query {\n" + "\n".join(f"  {name}(a: Int): [{name}!]" for name in names) + "\n}\n"
    found = read_roots(text)
    assert found is not None
    assert [(each.name, each.line) for each in found.fields("query")] == [
        (name, number) for number, name in enumerate(names, start=2)
    ]


@given(st.text(alphabet='type Query{}[]()!:@#"\n aInt=,|&.', max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    for read in (read_sdl, read_roots):
        found = read(text)
        assert found is None or isinstance(found, SdlDocument)
