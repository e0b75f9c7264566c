"""Names of Strawberry 0.341, strawberry-django 0.93, Graphene 2 and 3, graphene-django 3.2 and Ariadne 1.1: tables, and questions
about one name.

Re-exports keep the last part of a name (`graphene.ObjectType` is `graphene.types.objecttype.ObjectType`), so names are compared by
their top-level package and their last part.
"""

from __future__ import annotations

from readiness.libraries.evaluation.things import Outside

STRAWBERRY = "Strawberry"
GRAPHENE = "Graphene"
ARIADNE = "Ariadne"
PACKAGES = (
    "strawberry",
    "strawberry_django",
    "strawberry_django_plus",
    "graphene",
    "graphene_django",
    "graphene_sqlalchemy",
    "graphene_federation",
    "ariadne",
    "ariadne_django",
)
STRAWBERRY_PACKAGES = frozenset({"strawberry", "strawberry_django", "strawberry_django_plus"})
GRAPHENE_PACKAGES = frozenset(
    {
        "graphene",
        "graphene_django",
        "graphene_sqlalchemy",
        "graphene_federation",
        "graphene_mongo",
        "graphene_file_upload",
    }
)
OPERATIONS = ("query", "mutation", "subscription")
ENDINGS = (".graphql", ".graphqls", ".gql", ".sdl")
"""Names of schema documents."""

SCHEMA = "Schema"
"""The class that makes a schema, of Strawberry and of Graphene."""
EXECUTABLE = frozenset({"make_executable_schema", "make_federated_schema"})
"""Functions of Ariadne that make one."""
MERGED = frozenset({"merge_types", "create_type"})

POSITIONAL: dict[str, tuple[str, ...]] = {
    "strawberry.Schema": ("query", "mutation", "subscription"),
    "graphene.Schema": ("query", "mutation", "subscription"),
    "graphene_federation.build_schema": ("query", "mutation"),
}

TYPE_DECORATORS = frozenset({"type", "interface", "django_type"})
"""Decorators of Strawberry and its kin that make a class a type with fields."""
FIELD_MAKERS = frozenset(
    {
        "field", "mutation", "subscription", "node", "nodes", "connection", "offset_paginated", "create", "update",
        "delete", "input_mutation", "django_resolver", "login", "logout", "register", "current_user", "filter_field",
        "cursor_connection",
    }
)  # fmt: skip
"""Functions of Strawberry and strawberry-django that make a field, as decorators or as values."""
CONNECTIONS = {
    "ListConnection": 100,
    "DjangoListConnection": 100,
    "ListConnectionWithTotalCount": 100,
    "DjangoCursorConnection": 100,
    "CursorConnection": 100,
    "Connection": 0,
    "OffsetPaginated": 100,
}
"""Generic pages of Strawberry -> objects at most: `relay_max_results`, `PAGINATION_MAX_LIMIT`; 0 where a class of the project
decides."""
PRIVATE = frozenset({"Private", "ClassVar", "InitVar", "Parent"})
"""Annotations of Strawberry that make an attribute no field."""

MUTATIONS = frozenset(
    {"Mutation", "ClientIDMutation", "SerializerMutation", "DjangoFormMutation", "DjangoModelFormMutation"}
)
CONNECTION_FIELDS: dict[str, int] = {
    "ConnectionField": 0,
    "IterableConnectionField": 0,
    "DjangoConnectionField": 100,
    "DjangoFilterConnectionField": 100,
    "SQLAlchemyConnectionField": 0,
    "FilterableConnectionField": 0,
    "MongoengineConnectionField": 0,
}
"""Fields of Graphene that answer with a page -> objects at most; 0 for no maximum. graphene-django caps by
`RELAY_CONNECTION_MAX_LIMIT` even where a client names no number (3.2.3)."""
LISTS = frozenset({"List", "DjangoListField", "DjangoFilterListField", "DjangoFilterPaginateListField"})
MOUNTED = frozenset({"Field", "Dynamic", "Node", "NodeField", "DjangoObjectField"})
"""Fields of Graphene that stand in a class as they are."""
SCALARS = frozenset(
    {
        "String", "Int", "Float", "Boolean", "ID", "DateTime", "Date", "Time", "Decimal", "JSONString", "UUID", "Base64",
        "BigInt", "GenericScalar", "NonNull", "Enum", "Scalar", "ObjectType", "Interface", "Union",
    }
)  # fmt: skip
"""Types of Graphene that become fields where a class holds an object of one."""
FIELD_WORDS = frozenset(
    {
        "type_", "type", "args", "resolver", "subscribe", "source", "deprecation_reason", "name", "description",
        "required", "default_value", "extra_args", "_creation_counter", "of_type", "max_limit", "enforce_first_or_last",
        "fields", "filterset_class", "extra_filter_meta", "order_by", "permissions", "doc_category",
    }
)  # fmt: skip
"""Arguments of Graphene's fields that are about the field; every other one is an argument of clients."""

BINDABLES = {"QueryType": "Query", "MutationType": "Mutation", "SubscriptionType": "Subscription"}
"""Ariadne's classes for roots -> the type they bind to."""
OBJECT_TYPES = frozenset({"ObjectType", "InterfaceType", "FederatedObjectType"})
LOADERS = frozenset({"load_schema_from_path", "load_schema", "load_typedefs_from_dir"})

LIMITS = frozenset(
    {
        "QueryDepthLimiter", "MaxAliasesLimiter", "MaxTokensLimiter", "QueryComplexityLimiter", "FieldExtensionLimiter",
        "depth_limit_validator", "cost_validator", "CostValidator", "cost_analysis_middleware", "DepthLimitRule",
        "DepthLimitBackend", "CostAnalysisBackend", "complexity_limit_validator", "ComplexityRule", "MaxDepthRule",
        "depth_limit", "query_depth_limiter", "MaxAliasesRule", "max_aliases_validator",
    }
)  # fmt: skip
"""What bounds the work that one query can ask for."""
NO_INTROSPECTION = frozenset({"DisableIntrospection", "NoSchemaIntrospectionCustomRule", "DisableIntrospectionBackend"})
HARMLESS = frozenset(
    {
        "DjangoOptimizerExtension", "ApolloTracingExtension", "ApolloTracingExtensionSync", "OpenTelemetryExtension",
        "OpenTelemetryExtensionSync", "DatadogTracingExtension", "DatadogTracingExtensionSync", "ParserCache",
        "ValidationCache", "MaskErrors", "SentryTracingExtension", "SentryTracingExtensionSync", "PyInstrument",
        "DjangoValidationCache", "DjangoCacheBase", "DisableValidation",
        "DjangoDebugMiddleware", "OpenTracingExtension", "InputMutationExtension",
    }
)  # fmt: skip
"""Extensions that are known and bound nothing by themselves."""


def is_strawberry(thing: object) -> bool:
    """A name of Strawberry or of what is built on it."""
    return isinstance(thing, Outside) and thing.package in STRAWBERRY_PACKAGES


def is_graphene(thing: object) -> bool:
    """A name of Graphene or of what is built on it."""
    return isinstance(thing, Outside) and thing.package in GRAPHENE_PACKAGES


def is_ariadne(thing: object) -> bool:
    """A name of Ariadne."""
    return isinstance(thing, Outside) and thing.package in ("ariadne", "ariadne_django")


def library_of(thing: Outside) -> str:
    """The library that a maker of schemas belongs to; empty for anything else."""
    if is_strawberry(thing) and thing.last == SCHEMA:
        return STRAWBERRY
    if is_graphene(thing) and thing.last in (SCHEMA, "build_schema"):
        return GRAPHENE
    if is_ariadne(thing) and thing.last in EXECUTABLE:
        return ARIADNE
    return ""


def camel_case(name: str) -> str:
    """`order_items` as clients write it: `orderItems` (the same function stands in Strawberry and in Graphene)."""
    first, *rest = name.split("_")
    return first + "".join(each.capitalize() if each else "_" for each in rest)
