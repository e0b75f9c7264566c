"""Schemas and schema documents of one project in, what they do not share out; and where schemas are served."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import Analysis, analyse_files
from readiness.model import GraphEndpoint, GraphSchema, SchemaDifference, SchemaDocument

STRAWBERRY = """
    import strawberry
    from strawberry.asgi import GraphQL

    @strawberry.type
    class Query:
        order_count: int = 0

        @strawberry.field
        def orders(self) -> list[str]:
            return []

        @strawberry.field
        def new_field(self) -> str:
            return ""

    schema = strawberry.Schema(query=Query)
    app = GraphQL(schema)
"""
DOCUMENT = """
    type Query {
      orderCount: Int!
      orders: [String!]!
      goneField: String
      _service: String
    }
"""


def analysed(**files: str) -> Analysis:
    contents = {path.replace("__", "."): dedent(text).encode() for path, text in files.items()}
    return analyse_files(contents, [], today=date(2026, 6, 1))


def differences(analysis: Analysis) -> list[tuple[str, str, int]]:
    return sorted((each.name, each.missing_in, each.span.line) for each in analysis.project.each(SchemaDifference))


def test_fields_that_only_one_side_has_are_differences() -> None:
    found = analysed(app__py=STRAWBERRY, schema__graphql=DOCUMENT)
    assert differences(found) == [("goneField", "code", 5), ("newField", "document", 14)]
    assert {each.agreed for each in found.project.each(SchemaDifference)} == {2}


def test_a_document_is_the_one_of_the_schema_that_it_shares_most_with() -> None:
    found = analysed(app__py=STRAWBERRY, schema__graphql=DOCUMENT)
    (document,) = found.project.each(SchemaDocument)
    assert (document.schema, document.fields, document.generated) == ("app::schema", 4, False)


def test_the_document_of_another_service_describes_nothing_here() -> None:
    found = analysed(app__py=STRAWBERRY, other__graphql="type Query { a: Int b: Int orders: Int c: Int }")
    (document,) = found.project.each(SchemaDocument)
    assert document.schema == ""
    assert differences(found) == []


def test_queries_of_clients_are_no_documents() -> None:
    found = analysed(app__py=STRAWBERRY, orders__graphql="query Orders { orders }")
    assert list(found.project.each(SchemaDocument)) == []


def test_what_a_root_of_unknown_parts_may_have_is_not_missed() -> None:
    code = STRAWBERRY.replace("class Query:", "class Query(*plugins.roots()):").replace(
        "import strawberry\n", "import strawberry\n    import plugins\n", 1
    )
    found = analysed(app__py=code, schema__graphql=DOCUMENT)
    (schema,) = found.project.each(GraphSchema)
    assert not schema.complete
    assert [each[:2] for each in differences(found)] == [("newField", "document")]


def test_a_field_of_ariadne_that_nothing_resolves_is_missing_in_the_code() -> None:
    code = """
        from ariadne import QueryType, load_schema_from_path, make_executable_schema

        query = QueryType()

        @query.field("orderCount")
        def count(*_):
            return 1

        schema = make_executable_schema(load_schema_from_path("schema.graphql"), query)
    """
    found = analysed(app__py=code, schema__graphql="type Query {\n  orderCount: Int\n  orders: [String]\n}\n")
    assert differences(found) == [("orders", "code", 3)]
    (document,) = found.project.each(SchemaDocument)
    assert document.generated


def points(analysis: Analysis) -> list[tuple[str, str, bool]]:
    return sorted(
        (each.name, each.message, each.minor) for each in analysis.project.each(SchemaDifference) if each.message
    )


def test_each_point_in_which_a_field_differs_is_a_difference() -> None:
    code = STRAWBERRY.replace("def orders(self)", "def orders(self, since: int, late: bool = False)")
    document = "type Query {\n orderCount: Int!\n orders(since: Int, until: Int): [String]!\n newField: String!\n}\n"
    found = analysed(app__py=code, schema__graphql=document)
    assert points(found) == [
        ("orders", "it answers with [String!]! in the code, and with [String]! in the document", False),
        ("orders", "the argument `late` is not in the document", True),
        ("orders", "the argument `since` is required by the code, and optional in the document", False),
        ("orders", "the document has an argument `until` that the code does not take", False),
    ]


@pytest.mark.parametrize(
    "config",
    [
        "config=strawberry.config.StrawberryConfig(scalar_map={str: Text})",
        "scalar_overrides={str: Text}",
        "schema_converter=Names()",
    ],
)
def test_names_that_the_schema_gives_itself_are_not_compared(config: str) -> None:
    code = STRAWBERRY.replace("query=Query)", f"query=Query, {config})")
    found = analysed(
        app__py=code, schema__graphql="type Query {\n orderCount: Int!\n orders: [Text!]!\n newField: Text\n}\n"
    )
    assert points(found) == [
        ("newField", "it answers with Text! in the code, and with Text in the document", False),
    ]


def test_documents_that_each_hold_a_part_are_held_against_it_together() -> None:
    found = analysed(
        app__py=STRAWBERRY,
        a__graphql="type Query {\n orderCount: Int!\n orders: [String!]!\n}\n",
        b__graphql="extend type Query {\n newField: String!\n}\n",
    )
    assert differences(found) == []
    assert [each.edition for each in found.project.each(SchemaDocument)] == [False, False]


def endpoint(code: str, **more: str) -> GraphEndpoint:
    (found,) = analysed(app__py=code, **more).project.each(GraphEndpoint)
    return found


def test_limits_of_the_schema_are_those_of_the_endpoint() -> None:
    code = STRAWBERRY.replace("query=Query", "query=Query, extensions=[QueryDepthLimiter(max_depth=5)]").replace(
        "import strawberry\n", "import strawberry\n    from strawberry.extensions import QueryDepthLimiter\n", 1
    )
    found = endpoint(code)
    assert (found.schema, found.limits, found.open_limits) == ("app::schema", ("QueryDepthLimiter",), ())


@pytest.mark.parametrize(
    ("arguments", "explorer"),
    [
        ("", True),
        (", graphql_ide=None", False),
        (", graphiql=False", False),
        (", graphql_ide='apollo-sandbox'", True),
        (", graphql_ide='graphiql' if debugging() else None", None),
    ],
)
def test_the_explorer_of_strawberry_is_on_unless_it_is_switched_off(arguments: str, explorer: bool | None) -> None:
    assert endpoint(STRAWBERRY.replace("GraphQL(schema)", f"GraphQL(schema{arguments})")).explorer is explorer


def test_the_schema_that_the_settings_name_is_served() -> None:
    files = {
        "settings__py": "ROOT_URLCONF = 'urls'\nINSTALLED_APPS = []\nGRAPHENE = {'SCHEMA': 'shop.schema'}\n",
        "urls__py": """
            from django.urls import path
            from graphene_django.views import GraphQLView
            urlpatterns = [path("graphql", GraphQLView.as_view(graphiql=True))]
        """,
        "shop__py": """
            import graphene
            class Query(graphene.ObjectType):
                hello = graphene.String()
            schema = graphene.Schema(query=Query)
            other = graphene.Schema(query=Query, mutation=None)
        """,
    }
    (found,) = analysed(**files).project.each(GraphEndpoint)
    assert (found.schema, found.explorer, [each.path for each in found.routes]) == ("shop::schema", True, ["/graphql"])


def test_introspection_that_an_extension_forbids_is_closed() -> None:
    code = STRAWBERRY.replace("query=Query", "query=Query, extensions=[DisableIntrospection()]").replace(
        "import strawberry\n", "import strawberry\n    from strawberry.extensions import DisableIntrospection\n", 1
    )
    assert endpoint(code).introspection is False
    assert endpoint(STRAWBERRY).introspection is True
