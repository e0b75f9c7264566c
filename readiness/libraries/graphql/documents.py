"""Schemas with their root fields, and the schema documents of the repository in; which document describes which schema, and each
root field that only one of the two has, out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from readiness.artifacts.graphql_sdl import LONGEST, SdlDocument, SdlField, read_roots
from readiness.libraries.graphql.shapes import UNNAMED, agrees
from readiness.libraries.graphql.vocabulary import ENDINGS, OPERATIONS
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
    fields: dict[Key, SdlField]

    def place(self, key: Key) -> Span:
        """Where a field stands."""
        return Span(self.path, self.fields[key].line)


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
    found = [(each, _described(each, schemas, fields)) for each in documents]
    chosen: dict[str, list[Document]] = {}
    for schema in schemas:
        describing = [each for each, described in found if described is schema and each.path not in made]
        if describing:
            chosen[schema.name] = _parts(describing, fields[schema.name])
    for document, described in found:
        name = described.name if described is not None else ""
        generated = document.path in made
        yield SchemaDocument(
            span=Span(document.path, 1),
            symbol=document.path,
            scope=project.files[document.path].scope,
            path=document.path,
            fields=len(document.fields),
            schema=name,
            generated=generated,
            edition=bool(name) and not generated and document not in chosen[name],
        )
    for schema in schemas:
        if schema.name in chosen:
            yield from _differences(project, chosen.pop(schema.name), schema, fields[schema.name])
        if schema.documents and schema.complete:
            yield from _unbound(project, schema, fields.get(schema.name, {}))


def _parts(documents: list[Document], own: Mapping[Key, GraphField]) -> list[Document]:
    """The documents of a schema that are held against it: the best, and those that hold other fields of it. A document that
    holds the same ones is another edition, or the sum of several schemas."""

    def rank(document: Document) -> tuple[int, int, str]:
        shared = len(own.keys() & document.fields.keys())
        return -shared, len(document.fields) - shared, document.path

    kept: list[Document] = []
    known: set[Key] = set()
    for each in sorted(documents, key=rank):
        if not kept or len(each.fields.keys() & known) < SHARED * len(each.fields):
            kept.append(each)
            known |= each.fields.keys()
    return kept


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
        found = {(operation, each.name): each for operation in OPERATIONS for each in read.fields(operation)}
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
    project: Project, documents: list[Document], schema: GraphSchema, own: dict[Key, GraphField]
) -> Iterator[SchemaDifference]:
    written: dict[Key, Document] = {}
    for document in documents:
        written |= dict.fromkeys(document.fields.keys() - written.keys(), document)
    agreed = len(own.keys() & written.keys())
    for key, field in own.items():
        known = written.get(key)
        if known is None:
            place = _root(documents, key[0])
            yield _difference(schema, field.declared, field.scope, place, key, "document", agreed, field.symbol)
            continue
        for minor, message in points(field, known.fields[key]):
            found = _difference(schema, field.declared, field.scope, known.place(key), key, "", agreed, field.symbol)
            yield replace(found, message=message, minor=minor)
    for document in documents:
        for key in document.fields:
            if key not in own and key[1] not in FEDERATION and schema.complete and written[key] is document:
                scope = project.files[document.path].scope
                span = document.place(key)
                yield _difference(schema, span, scope, span, key, "code", agreed, document.path)


def _root(documents: list[Document], operation: str) -> Span:
    """Where a field of an operation should stand: at its root type, in the first document that has it."""
    for document in documents:
        root = document.read.of(dict(document.read.roots).get(operation, ""))
        if root is not None:
            return Span(document.path, root.line)
    return Span(documents[0].path, 1)


def points(code: GraphField, document: SdlField) -> Iterator[tuple[bool, str]]:
    """What the two sides of one field spell differently, each with whether clients of the document can live with it."""
    if not agrees(code.shape, document.type):
        shape = code.shape.replace(UNNAMED, document.named)
        yield False, f"it answers with {shape} in the code, and with {document.type} in the document"
    documented = {each.name: each for each in document.arguments}
    for argument in code.arguments:
        known = documented.pop(argument.name, None)
        if known is None:
            word = "the required argument" if argument.required else "the argument"
            yield not argument.required, f"{word} `{argument.name}` is not in the document"
        elif argument.required and not known.required:
            yield False, f"the argument `{argument.name}` is required by the code, and optional in the document"
        elif known.required and argument.shape and not argument.shape.endswith("!"):
            yield True, f"the argument `{argument.name}` is required in the document, and optional in the code"
    if code.closed:
        for name in documented:
            yield False, f"the document has an argument `{name}` that the code does not take"


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
