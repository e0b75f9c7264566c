"""The calls that make schemas in, facts out: schemas, the fields of their roots, and the list fields of other types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from readiness.libraries.evaluation.activations import names_in
from readiness.libraries.evaluation.families import derived_classes, imported_names, names_made_of
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside
from readiness.libraries.graphql.ariadne import AriadneTypes
from readiness.libraries.graphql.found import FoundField, FoundSchema
from readiness.libraries.graphql.graphene import GrapheneTypes
from readiness.libraries.graphql.limits import Limits
from readiness.libraries.graphql.members import Member
from readiness.libraries.graphql.reading import Reading
from readiness.libraries.graphql.strawberry import StrawberryTypes
from readiness.libraries.graphql.vocabulary import (
    ARIADNE,
    CONNECTION_FIELDS,
    CONNECTIONS,
    EXECUTABLE,
    GRAPHENE,
    LISTS,
    PACKAGES,
    SCHEMA,
    STRAWBERRY,
    library_of,
)
from readiness.libraries.values.expressions import tail
from readiness.model import Application, GraphField, GraphSchema, Project, Resolution, Scope, Span
from readiness.model.summary import CallRef, Class, Constant, Function, Value

SCOPES = (Scope.SERVICE, Scope.SCRIPT)
MAKERS = frozenset({SCHEMA, "build_schema", *EXECUTABLE})
HOSTS = (
    "django",
    "fastapi",
    "flask",
    "starlette",
    "aiohttp",
    "sanic",
    "litestar",
    "quart",
    "falcon",
    "tornado",
    "pyramid",
)
LIST_WORDS = frozenset(
    {*LISTS, *CONNECTION_FIELDS, *CONNECTIONS, "list", "Sequence", "Iterable", "connection", "offset_paginated"}
)
"""Last names that can stand in a field which is a list."""
FIELDS = 30_000
"""Fields of one project."""


class Tables:
    """Makes the facts of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.reading = Reading(project)
        self.reader = self.reading.reader
        self.strawberry = StrawberryTypes(self.reading)
        self.graphene = GrapheneTypes(self.reading)
        self.ariadne = AriadneTypes(self.reading)
        self.limits = Limits(self.reading)
        self.files = list(project.paths(*SCOPES))
        self.count = 0

    def all(self) -> Iterator[Application | GraphSchema | GraphField]:
        """Every schema with its fields, then list fields of other types."""
        hosted = bool(self.project.imports(*HOSTS, scopes=(Scope.SERVICE,)))
        rooted: set[tuple[str, int]] = set()
        names: set[str] = set()
        for schema in self._wanted():
            fact = self._schema(schema)
            yield self._application(schema, fact.name, hosted=hosted)
            yield fact
            seen: set[tuple[str, str]] = set()
            for operation, field in schema.fields:
                rooted.add((field.declared.path, field.declared.line))
                if (operation, field.name) not in seen:
                    seen.add((operation, field.name))
                    yield self._field(field, schema.library, fact, operation)
            names |= {field.owner for _, field in schema.fields}
        yield from self._lists(rooted)
        if self.count > FIELDS or self.reader.lists.cut:
            raise OverflowError(f"more than {FIELDS} fields or more values than are followed; the rest was left out")

    # schemas

    def _wanted(self) -> list[FoundSchema]:
        """One schema for each call, the one with most fields; those without any, such as one that is only printed, where there is
        no other."""
        found: dict[tuple[str, int], FoundSchema] = {}
        for schema in self._schemas():
            known = found.get(schema.call)
            first, second = (
                (schema, known) if known is None or len(known.fields) < len(schema.fields) else (known, schema)
            )
            others = (*second.others, second.arguments) if second is not None else ()
            found[schema.call] = replace(first, others=(*first.others, *others))
        full = [each for each in found.values() if each.fields]
        return full or list(found.values())

    def _made_of(self, roots: Iterable[str]) -> frozenset[str]:
        """The roots, what they are imported as, and the classes that are derived from them."""
        told = [
            [pairs for _, pairs in self.project.gathered(tell, *SCOPES)] for tell in (imported_names, derived_classes)
        ]
        return names_made_of(roots, *told)

    def _schemas(self) -> Iterator[FoundSchema]:
        """Every schema once, where it is made."""
        importing = set(self.project.imports(*PACKAGES))
        names = self._made_of(MAKERS)
        imports = dict(self.project.gathered(imported_names, *SCOPES))
        seen: set[tuple[object, ...]] = set()
        for path in self.files:
            aliases = {alias for name, alias in imports.get(path, ()) if name in names}
            for index in self.project.calls_to(path, names | aliases):
                call = self.reader.summary(path).calls[index]
                last = tail(call.callee)
                if path not in importing and last in MAKERS and not aliases:
                    continue
                for frame in self.reading.activations.of(path, call.scope):
                    for made in self.reader.made(Bound(CallRef(index), path, call.scope, call.line, frame)):
                        found = self._made(made)
                        if found is not None and made.key not in seen:
                            seen.add(made.key)
                            yield found

    def _made(self, made: Made) -> FoundSchema | None:
        construction = self.reading.constructions.of(made)
        if construction is None or made.index < 0:
            return None
        library = library_of(construction.base)
        name = self.reading.placing.application(made)
        if library == STRAWBERRY:
            return self.strawberry.schema(name, (made.path, made.index), self._named(made, construction.arguments))
        if library == GRAPHENE:
            return self.graphene.schema(name, (made.path, made.index), self._named(made, construction.arguments))
        if library == ARIADNE:
            call = self.reader.call(made.path, made.index)
            place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
            return self.ariadne.schema(name, (made.path, made.index), place)
        return None

    def _named(self, made: Made, arguments: dict[str, Answer]) -> dict[str, Answer]:
        """Positional roots by their names, however the class is spelled."""
        if isinstance(made.maker, Outside):
            given = self.reading.positional(made)
            return dict(zip(("query", "mutation", "subscription"), given, strict=False)) | arguments
        return arguments

    def _schema(self, schema: FoundSchema) -> GraphSchema:
        path, _ = schema.call
        read = self.limits.of_schema(schema)
        return GraphSchema(
            span=self.project.span(*schema.call),
            symbol=self.reading.placing.around(schema.call),
            scope=self.project.files[path].scope,
            resolution=Resolution.EXACT if schema.complete else Resolution.INFERRED,
            library=schema.library,
            name=schema.name,
            documents=schema.documents,
            complete=schema.complete,
            limits=read.limits,
            open_limits=read.open,
            introspection=read.introspection,
        )

    def _application(self, schema: FoundSchema, name: str, *, hosted: bool) -> Application:
        return Application(
            span=self.project.span(*schema.call),
            symbol=self.reading.placing.around(schema.call),
            scope=self.project.files[schema.call[0]].scope,
            framework=schema.library,
            name=name,
            mounted=hosted,
        )

    # fields

    def _field(self, field: FoundField, library: str, schema: GraphSchema | None, operation: str) -> GraphField:
        routine = field.routine
        span, resolver = field.declared, ""
        if routine is not None:
            definition = self.reader.function(routine)
            span = Span(routine.path, definition.line, definition.column)
            resolver = self.project.symbol(routine.path, routine.index)
        return GraphField(
            span=span,
            symbol=resolver or field.owner,
            scope=self.project.files[span.path].scope,
            resolution=Resolution.EXACT if field.exact else Resolution.INFERRED,
            library=library,
            schema=schema.name if schema is not None else "",
            operation=operation,
            type=field.type,
            name=field.name,
            resolver=resolver,
            owner=field.owner,
            declared=field.declared,
            arguments=field.arguments,
            returns=field.returns,
            shape=field.shape,
            closed=field.closed,
            collection=field.collection,
            bound=field.bound,
            maximum=field.maximum,
            how=field.how,
            guards=field.guards,
            documented=field.documented,
        )

    def _lists(self, rooted: set[tuple[str, int]]) -> Iterator[GraphField]:
        """List fields of types that are no roots; a class is read where one of its fields may be a list by its words."""
        words = self._made_of(LIST_WORDS)
        importing = set(self.project.imports(*PACKAGES))
        for path in (path for path in self.files if path in importing):
            summary = self.reader.summary(path)
            holding = {
                each.scope
                for each in summary.assignments
                if each.scope >= 0 and self._may_list(path, each.value, each.annotation, words)
            }
            holding |= {
                each.scope
                for each in summary.definitions
                if isinstance(each, Function) and each.decorators and self._may_list(path, None, each.returns, words)
            }
            for index in sorted(holding):
                definition = summary.definitions[index]
                if not isinstance(definition, Class) or not (definition.decorators or definition.bases):
                    continue
                for library, field in self._fields_of(Kind(path, index), definition, words):
                    place = (field.declared.path, field.declared.line)
                    if field.collection is True and field.declared.path == path and place not in rooted:
                        rooted.add(place)
                        self.count += 1
                        if self.count > FIELDS:
                            return
                        yield self._field(field, library, None, "")

    def _may_list(self, path: str, value: Value | None, annotation: Value | None, words: frozenset[str]) -> bool:
        """Some name in an attribute is one of a list."""
        return any(
            name.rpartition(".")[2] in words
            for each in (value, annotation)
            if each is not None and not isinstance(each, Constant)
            for name in names_in(each, self.reader, path, 7)
        )

    def _fields_of(self, kind: Kind, definition: Class, words: frozenset[str]) -> Iterator[tuple[str, FoundField]]:
        def wanted(member: Member) -> bool:
            value = member.value.value if member.value is not None else None
            annotation = member.annotation.value if member.annotation is not None else None
            if member.routine is not None:
                annotation = self.reader.function(member.routine).returns
            return member.owner.key == kind.key and self._may_list(kind.path, value, annotation, words)

        if definition.decorators and self.strawberry.is_type(kind):
            yield from ((STRAWBERRY, each) for each in self.strawberry.fields(kind, "", wanted=wanted))
        elif definition.bases and self.graphene.is_type(kind):
            yield from ((GRAPHENE, each) for each in self.graphene.fields(kind, wanted=wanted))
