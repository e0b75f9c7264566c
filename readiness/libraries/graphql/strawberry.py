"""Classes that Strawberry makes types in, the fields that clients see out: methods, attributes, and what bases and merged types
give them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.declarations.annotations import Typed
from readiness.libraries.django.settings import settings_of
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine
from readiness.libraries.graphql.found import FoundField, FoundSchema
from readiness.libraries.graphql.members import Member, Wanted, everything
from readiness.libraries.graphql.reading import Reading, argument
from readiness.libraries.graphql.shapes import Shapes, unnamed, without_scalars
from readiness.libraries.graphql.vocabulary import (
    CONNECTIONS,
    FIELD_MAKERS,
    MERGED,
    OPERATIONS,
    PRIVATE,
    STRAWBERRY,
    STRAWBERRY_PACKAGES,
    TYPE_DECORATORS,
    camel_case,
    is_strawberry,
)
from readiness.model import Bound as Limited
from readiness.model import GraphArgument
from readiness.model.summary import CallRef, Constant

GIVEN = frozenset({"self", "cls", "info", "root", "parent", "source"})
"""Parameters of a resolver that Strawberry fills."""
STREAMS = frozenset({"AsyncGenerator", "AsyncIterator", "AsyncIterable", "Generator", "Iterator"})
LISTS = frozenset(
    {"list", "set", "frozenset", "tuple", "Sequence", "Iterable", "Collection", "QuerySet", "MutableSequence"}
)
DOUBTFUL = frozenset({"cls", "parent", "source"})
"""Those among them that it fills in some versions, or by their type."""
PLAIN_MAKERS = frozenset({"field", "mutation", "subscription"})
RENAMING = frozenset({"schema_converter", "name_converter"})
"""Arguments of a schema and of its configuration that say how types are named."""
SCALING = frozenset({"scalar_overrides", "scalar_map"})
"""Those that say which scalars stand for Python's types."""
DEPTH = 8
"""Types merged inside one another."""
PLAIN = "a list"
PAGINATED = 100
"""`PAGINATION_MAX_LIMIT` of strawberry-django 0.93."""


class StrawberryTypes:
    """Reads Strawberry's types. One for a scan."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.reader = reading.reader
        self.project = reading.project
        self.members = reading.members
        self.shapes = Shapes(reading)
        self._pages: dict[tuple[object, ...], bool] = {}
        self._most: int | None = None
        """Rows of a page of strawberry-django; negative for no maximum."""

    def schema(self, name: str, call: tuple[str, int], arguments: dict[str, Answer]) -> FoundSchema:
        """The schema that a call makes."""
        camel = self._camel(arguments.get("config"))
        fields: list[tuple[str, FoundField]] = []
        whole = True
        for operation in OPERATIONS:
            given = arguments.get(operation)
            if given is None:
                continue
            found: list[FoundField] = []
            known = self._root(given, operation, operation.capitalize(), found, camel=camel, depth=0)
            whole &= known or self._is_none(given)
            fields += [(operation, each) for each in found]
        if self.reading.documented:
            fields = [(operation, each) for operation, field in fields for each in [self._named(field, arguments)]]
        return FoundSchema(
            library=STRAWBERRY, call=call, name=name, arguments=arguments, fields=tuple(fields), complete=whole
        )

    def _root(
        self, answer: Answer, operation: str, type_name: str, found: list[FoundField], *, camel: bool, depth: int
    ) -> bool:
        """Gather the fields of a root, or of something that a root is derived from; False where not all of it is known."""
        known = False
        for thing in self.reader.things(answer) if depth < DEPTH else ():
            if isinstance(thing, Kind):
                known = True
                for base in reversed(self.members.odd_bases(thing)):
                    known &= self._root(base, operation, type_name, found, camel=camel, depth=depth + 1)
                found.extend(self.fields(thing, operation, camel=camel))
            elif isinstance(thing, Made) and isinstance(thing.maker, Outside) and thing.maker.last in MERGED:
                known = self._merged(thing, operation, type_name, found, camel=camel, depth=depth)
        return known

    def _merged(
        self, made: Made, operation: str, type_name: str, found: list[FoundField], *, camel: bool, depth: int
    ) -> bool:
        """`merge_types("Query", (Users, Orders))` and `create_type("Query", [user, orders])`."""
        given = self.reading.positional(made)
        named = self.reading.arguments(made)
        parts = given[1] if len(given) > 1 else named.get("types", named.get("fields"))
        items, complete = self.reader.elements(parts) if parts is not None else ([], False)
        for item in items:
            field = self._single(item, operation, type_name, camel=camel)
            if field is not None:
                found.append(field)
            else:
                complete &= self._root(item, operation, type_name, found, camel=camel, depth=depth + 1)
        return complete and bool(items)

    def _single(self, item: Answer, operation: str, type_name: str, *, camel: bool) -> FoundField | None:
        """A field that stands in no class: a decorated function of a module, or `strawberry.field(resolver=...)`."""
        for thing in self.reader.things(item):
            if isinstance(thing, Routine):
                function = self.reader.function(thing)
                owner = Kind(thing.path, thing.index)
                member = Member(function.name, owner, function.line, routine=thing)
                return self._field(member, type_name, operation, camel=camel)
            if isinstance(thing, Made) and is_strawberry(thing.maker) and thing.index >= 0:
                call = self.reader.call(thing.path, thing.index)
                routine = self.reading.routine(self.reading.arguments(thing).get("resolver"))
                if isinstance(thing.maker, Outside) and thing.maker.last in FIELD_MAKERS and routine is not None:
                    value = Bound(CallRef(thing.index), thing.path, call.scope, call.line, thing.frame)
                    owner = Kind(routine.path, routine.index)
                    name = self.reader.function(routine).name
                    member = Member(name, owner, call.line, value=value)
                    return self._field(member, type_name, operation, camel=camel)
        return None

    def _is_none(self, answer: Answer) -> bool:
        found = self.reader.follow(answer)
        return any(isinstance(each, Bound) and each.value == Constant(None) for each in found)

    def _named(self, field: FoundField, arguments: dict[str, Answer]) -> FoundField:
        """The field without the names of types that the schema gives other ones."""
        config = arguments.get("config")
        made = self.reader.made(config) if config is not None else []
        given = {*arguments, *(key for each in made for key in self.reading.arguments(each))}
        if not given & (RENAMING | SCALING):
            return field
        hidden = unnamed if given & RENAMING else without_scalars
        hiding = tuple(replace(each, shape=hidden(each.shape)) for each in field.arguments)
        return replace(field, shape=hidden(field.shape), arguments=hiding)

    def _camel(self, config: Answer | None) -> bool:
        """Names are put into camel case unless the configuration says otherwise."""
        for made in self.reader.made(config) if config is not None else ():
            given = self.reading.arguments(made).get("auto_camel_case")
            if given is not None and self.reader.constant(given) is False:
                return False
        return True

    # types

    def is_type(self, kind: Kind) -> bool:
        """A decorator makes it a type; one of the project may do so too."""
        definition = self.members.definition(kind)
        for each in definition.decorators:
            place = Bound(each, kind.path, definition.scope, definition.line)
            if isinstance(each, CallRef):
                place = self.reader.at(place, self.reader.call(kind.path, each.index).callee)
            for thing in self.reader.things(place):
                if is_strawberry(thing) and isinstance(thing, Outside) and thing.last in TYPE_DECORATORS:
                    return True
                if isinstance(thing, Routine):
                    return True
        return False

    def type_name(self, kind: Kind) -> str:
        """The name of a type as clients see it."""
        definition = self.members.definition(kind)
        for each in definition.decorators:
            if isinstance(each, CallRef):
                call = self.reader.call(kind.path, each.index)
                given = next((value for key, value in call.keywords if key == "name"), None)
                text = (
                    self.reader.constant(Bound(given, kind.path, call.scope, call.line)) if given is not None else None
                )
                if isinstance(text, str):
                    return text
        return definition.name

    def fields(
        self, kind: Kind, operation: str, *, camel: bool = True, wanted: Wanted = everything
    ) -> Iterator[FoundField]:
        """What clients see of a type; of its members those that are wanted."""
        typed: dict[tuple[object, ...], bool] = {}
        name = self.type_name(kind)
        for member in self.members.of(kind).values():
            if not wanted(member):
                continue
            if member.owner.key not in typed:
                typed[member.owner.key] = self.is_type(member.owner)
            field = self._field(member, name, operation, camel=camel) if typed[member.owner.key] else None
            if field is not None:
                yield field

    # fields

    def _field(self, member: Member, type_name: str, operation: str, *, camel: bool) -> FoundField | None:
        made = self._made(member)
        if made is None and (member.routine is not None or member.annotation is None):
            return None
        arguments = self.reading.arguments(made) if isinstance(made, Made) else {}
        if member.routine is None and made is None and self._is_private(member.annotation):
            return None
        routine = member.routine or self.reading.routine(arguments.get("resolver"))
        if routine is None and isinstance(made, Made):
            routine = self.reading.routine(next(iter(self.reading.positional(made)), None))
        given = self.reading.constant(arguments.get("name"))
        name = given if isinstance(given, str) else camel_case(member.name) if camel else member.name
        annotation = self._annotation(member, arguments, routine)
        typed = self._unwrapped(self.reading.typed(annotation), operation)
        collection = self._is_collection(typed)
        bound, maximum, how = self._bound(typed, collection, made, arguments)
        if routine is not None and bound is Limited.UNBOUNDED:
            bound, how = Limited.UNKNOWN, PLAIN
        return FoundField(
            name=name,
            type=type_name,
            declared=self.reading.span(member.owner.path, member.line),
            routine=routine,
            owner=self.project.symbol(member.owner.path, member.owner.index),
            arguments=tuple(self._arguments(routine, camel=camel)) or self._node(made),
            returns=self.reading.text(annotation),
            shape=self._shape(annotation, typed),
            closed=self._is_closed(made, arguments, routine),
            collection=collection,
            bound=bound,
            maximum=maximum,
            how=how,
            guards=tuple(self._guards(arguments, routine)),
            documented="description" in arguments
            or (routine is not None and bool(self.reader.function(routine).docstring)),
        )

    def _shape(self, annotation: Bound | None, typed: Typed) -> str:
        if not self.reading.documented:
            return ""
        return self.shapes.typed(typed) if typed.name else self.shapes.annotated(annotation)

    def _is_closed(self, made: Made | Outside | None, arguments: dict[str, Answer], routine: Routine | None) -> bool:
        """It takes what its function does, and nothing that an extension or another library adds."""
        maker = made.maker if isinstance(made, Made) else made
        if maker is None:
            return routine is None
        if not isinstance(maker, Outside) or maker.package != "strawberry" or maker.last not in PLAIN_MAKERS:
            return False
        if "extensions" in arguments or routine is None:
            return False
        named = {each.name for each in self.reader.function(routine).parameters}
        return not self.reading.guards(routine, STRAWBERRY_PACKAGES) and not named & DOUBTFUL

    def _made(self, member: Member) -> Made | Outside | None:
        """What makes a field of a member: `strawberry.field(...)`, by itself or through something of the project."""
        places = [member.value] if member.value is not None else []
        if member.routine is not None:
            places = list(self.reading.decorators(member.routine))
        for place in places:
            for thing in self.reader.things(place):
                maker = thing.maker if isinstance(thing, Made) else thing
                if is_strawberry(maker) and isinstance(maker, Outside) and maker.last in FIELD_MAKERS:
                    return thing if isinstance(thing, Made) else maker
                if isinstance(thing, Made) and isinstance(maker, Kind):
                    outside = self.members.outside(maker)
                    if any(each.rpartition(".")[2].endswith("Field") and _of_strawberry(each) for each in outside):
                        return thing
        return None

    @staticmethod
    def _node(made: Made | Outside | None) -> tuple[GraphArgument, ...]:
        """The argument that `relay.node()` brings along."""
        maker = made.maker if isinstance(made, Made) else made
        return (argument("id", "ID", required=True),) if isinstance(maker, Outside) and maker.last == "node" else ()

    def _is_private(self, annotation: Bound | None) -> bool:
        typed = self.reading.typed(annotation)
        if typed.name.startswith("ClassVar["):
            return True
        head = typed.head
        return isinstance(head, Outside) and head.last in PRIVATE

    def _annotation(self, member: Member, arguments: dict[str, Answer], routine: Routine | None) -> Bound | None:
        given = arguments.get("graphql_type", arguments.get("field_type"))
        if isinstance(given, Bound):
            return given
        return member.annotation if member.annotation is not None else self.reading.returned(routine)

    def _unwrapped(self, typed: Typed, operation: str) -> Typed:
        """The type of what a subscription sends."""
        if operation == "subscription" and isinstance(typed.head, Outside) and typed.head.last in STREAMS:
            return self.reading.typed(typed.arguments[0]) if typed.arguments else Typed()
        return typed

    def _is_collection(self, typed: Typed) -> bool | None:
        if isinstance(typed.head, Outside):
            if typed.head.last in LISTS or typed.head.last in CONNECTIONS:
                return True
            return None if typed.head.last in ("Any", "Annotated", "auto") else False
        if isinstance(typed.head, Kind):
            return any(each.rpartition(".")[2] in CONNECTIONS for each in self.members.outside(typed.head))
        if typed.members:
            return False
        return None

    def _bound(
        self, typed: Typed, collection: bool | None, made: Made | Outside | None, arguments: dict[str, Answer]
    ) -> tuple[Limited, int | None, str]:
        """What limits a list by its type or its field alone."""
        if collection is not True:
            return Limited.UNKNOWN, None, ""
        names = [typed.head.last] if isinstance(typed.head, Outside) else []
        if isinstance(typed.head, Kind):
            names = [each.rpartition(".")[2] for each in self.members.outside(typed.head)]
        page = next((each for each in names if each in CONNECTIONS), "")
        if page:
            given = self.reading.constant(arguments.get("max_results"))
            most = given if isinstance(given, int) else CONNECTIONS[page]
            return (Limited.BOUNDED, most, f"{page} answers at most {most}") if most else (Limited.UNKNOWN, None, page)
        maker = made.maker if isinstance(made, Made) else made
        django = isinstance(maker, Outside) and maker.package != "strawberry"
        if not django:
            return Limited.UNKNOWN, None, PLAIN
        if maker is not None and isinstance(maker, Outside) and maker.last in ("connection", "offset_paginated"):
            return self._paged(maker.last)
        paginated = arguments.get("pagination")
        if (paginated is not None and self.reader.constant(paginated) is not False) or self._pages_of(typed):
            return self._paged("`pagination`")
        return Limited.UNBOUNDED, None, "a list of all rows, without `pagination`"

    def _paged(self, what: str) -> tuple[Limited, int | None, str]:
        """Pages of strawberry-django: at most what `PAGINATION_MAX_LIMIT` says."""
        if self._most is None:
            self._most = self._setting()
        if self._most < 0:
            return Limited.UNKNOWN, None, f"{what} with the number that a client asks for"
        return Limited.BOUNDED, self._most, f"{what} answers at most {self._most}"

    def _setting(self) -> int:
        for settings in settings_of(self.project):
            setting = settings.get("STRAWBERRY_DJANGO")
            entry = settings.entry(setting, "PAGINATION_MAX_LIMIT") if setting is not None else None
            if entry is not None:
                return entry.default if isinstance(entry.default, int) else -1
        return PAGINATED

    def _pages_of(self, typed: Typed) -> bool:
        """The type of the elements says `pagination=True`."""
        inner = self.reading.typed(typed.arguments[0]) if typed.arguments else Typed()
        kind = inner.head
        if not isinstance(kind, Kind):
            return True  # not known: nothing is claimed of it
        if kind.key not in self._pages:
            definition = self.members.definition(kind)
            calls = [
                self.reader.call(kind.path, each.index) for each in definition.decorators if isinstance(each, CallRef)
            ]
            given = [value for call in calls for key, value in call.keywords if key == "pagination"]
            self._pages[kind.key] = any(each != Constant(False) for each in given)
        return self._pages[kind.key]

    def _guards(self, arguments: dict[str, Answer], routine: Routine | None) -> Iterator[str]:
        """Permission classes and extensions of the field, then decorators around the resolver."""
        yield from self.reading.names_in(arguments.get("permission_classes"))
        yield from self.reading.names_in(arguments.get("extensions"))
        yield from self.reading.guards(routine, STRAWBERRY_PACKAGES)

    def _arguments(self, routine: Routine | None, *, camel: bool) -> Iterator[GraphArgument]:
        for name, annotation, required in self.reading.parameters(routine, GIVEN):
            typed = self.reading.typed(annotation)
            head = typed.head
            if isinstance(head, Outside) and head.last in ("Info", "Parent"):
                continue
            shown = camel_case(name) if camel else name
            for made in (made for each in typed.metadata for made in self.reader.made(each)):
                given = self.reading.constant(self.reading.arguments(made).get("name"))
                shown = given if isinstance(given, str) else shown
            shape = self._shape(annotation, typed)
            needed = required and not typed.optional
            yield argument(shown, self.reading.text(annotation), required=needed, shape=shape)


def _of_strawberry(name: str) -> bool:
    return name.partition(".")[0] in STRAWBERRY_PACKAGES
