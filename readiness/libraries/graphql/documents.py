"""Schemas with their root fields, and the schema documents of the repository in; which document describes which schema, and each
root field that only one of the two has, out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from msgspec import Struct

from readiness.artifacts.graphql_sdl import LONGEST, SdlDocument, read_roots
from readiness.libraries.graphql.vocabulary import OPERATIONS
from readiness.model import (
    GraphField,
    GraphSchema,
    Library,
    Project,
    Resolution,
    SchemaDifference,
    SchemaDocument,
    Scope,
    Span,
)

library = Library(__name__, stage="joined", provides=(SchemaDocument, SchemaDifference))

ENDINGS = (".graphql", ".graphqls", ".gql", ".sdl")
DOCUMENTS = 2_000
"""Documents of one repository that are looked at."""
FEDERATION = frozenset({"_entities", "_service"})
"""Root fields that the machinery of federation adds."""
SHARED = 0.5
"""Part of the root fields of one side that the other one must have, before they are taken for the same schema."""

Key = tuple[str, str]
"""Operation and field."""


class Document(Struct, frozen=True, eq=False):
    """One document with root fields."""

    path: str
    read: SdlDocument
    fields: dict[Key, Span]


@library.recognises
def recognise(project: Project) -> Iterator[SchemaDocument | SchemaDifference]:
    """Every document that defines root fields, with what it and its schema do not share."""
    documents = list(_documents(project))
    if not documents:
        return
    schemas = list(project.each(GraphSchema))
    fields: dict[str, dict[Key, GraphField]] = {}
    for field in project.each(GraphField):
        if field.operation and field.schema:
            fields.setdefault(field.schema, {})[field.operation, field.name] = field
    made = {path for schema in schemas for path in schema.documents}
    for document in documents:
        schema = _described(document, schemas, fields)
        generated = document.path in made
        yield SchemaDocument(
            span=Span(document.path, 1),
            symbol=document.path,
            scope=project.files[document.path].scope,
            path=document.path,
            fields=len(document.fields),
            schema=schema.name if schema is not None else "",
            generated=generated,
        )
        if schema is not None and not generated:
            yield from _differences(project, document, schema, fields[schema.name])
    for schema in schemas:
        if schema.documents and schema.complete:
            yield from _unbound(project, schema, fields.get(schema.name, {}))


def _documents(project: Project) -> Iterator[Document]:
    """Documents with root fields; those of tests and of what is vendored are none of the service."""
    count = 0
    for path, file in sorted(project.files.items()):
        if not path.endswith(ENDINGS) or file.scope in (Scope.TEST, Scope.VENDORED):
            continue
        count += 1
        if count > DOCUMENTS:
            return
        text = project.text(path)
        if text is None or len(text) > LONGEST or "type " not in text:
            continue
        read = read_roots(text)
        if read is None:
            continue
        found = {
            (operation, each.name): Span(path, each.line) for operation in OPERATIONS for each in read.fields(operation)
        }
        if found:
            yield Document(path, read, found)


def _described(
    document: Document, schemas: list[GraphSchema], fields: dict[str, dict[Key, GraphField]]
) -> GraphSchema | None:
    """The schema that a document describes: the one that it is loaded by, else the one that shares most root fields with it."""
    loading = next((each for each in schemas if document.path in each.documents), None)
    if loading is not None:
        return loading
    best: tuple[int, int, GraphSchema] | None = None
    for schema in schemas:
        own = fields.get(schema.name, {})
        shared = len(own.keys() & document.fields.keys())
        least = min(len(own), len(document.fields))
        near = len(posixpath.commonprefix([schema.span.path, document.path]))
        if schema.documents or not least or shared < SHARED * least:
            continue
        if best is None or (shared, near) > best[:2]:
            best = (shared, near, schema)
    return best[2] if best is not None else None


def _differences(
    project: Project, document: Document, schema: GraphSchema, own: dict[Key, GraphField]
) -> Iterator[SchemaDifference]:
    agreed = len(own.keys() & document.fields.keys())
    roots = dict(document.read.roots)
    for key, field in own.items():
        if key not in document.fields:
            root = document.read.of(roots.get(key[0], ""))
            place = Span(document.path, root.line if root is not None else 1)
            yield _difference(schema, field.declared, field.scope, place, key, "document", agreed, field.symbol)
    for key, span in document.fields.items():
        if key not in own and key[1] not in FEDERATION and schema.complete:
            scope = project.files[document.path].scope
            yield _difference(schema, span, scope, span, key, "code", agreed, document.path)


def _unbound(project: Project, schema: GraphSchema, own: dict[Key, GraphField]) -> Iterator[SchemaDifference]:
    """Root fields of documents that a schema is made from which nothing resolves."""
    bound = [key for key, field in own.items() if field.resolver]
    for key, field in own.items():
        if not field.resolver and bound:
            yield _difference(
                schema, field.declared, field.scope, field.declared, key, "code", len(bound), field.symbol
            )


def _difference(
    schema: GraphSchema,
    span: Span,
    scope: Scope,
    document: Span,
    key: Key,
    missing_in: str,
    agreed: int,
    symbol: str,
) -> SchemaDifference:
    return SchemaDifference(
        span=span,
        symbol=symbol,
        scope=scope,
        resolution=Resolution.EXACT if schema.complete else Resolution.INFERRED,
        schema=schema.name,
        document=document,
        operation=key[0],
        name=key[1],
        missing_in=missing_in,
        agreed=agreed,
    )
