"""Classes of Graphene in, the fields that clients see out: attributes that are fields or types, and mutations that are mounted."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine
from readiness.libraries.graphql.found import FoundField, FoundSchema
from readiness.libraries.graphql.members import Member, Wanted, everything
from readiness.libraries.graphql.reading import Reading, argument
from readiness.libraries.graphql.shapes import Shapes
from readiness.libraries.graphql.vocabulary import (
    CONNECTION_FIELDS,
    FIELD_WORDS,
    GRAPHENE,
    GRAPHENE_PACKAGES,
    LISTS,
    MOUNTED,
    MUTATIONS,
    OPERATIONS,
    SCALARS,
    camel_case,
    is_graphene,
)
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Bound as Limited
from readiness.model import GraphArgument, SymbolKind
from readiness.model.summary import CallRef, Constant

FIELD = "Field"
NO_FIELDS = frozenset({"Argument", "InputField", "InputObjectType"})
ANSWERING = ("perform_mutation", "mutate", "mutate_and_get_payload")
"""Methods of a mutation that do its work; the first is a convention of projects with a base class of their own."""
CONNECTION = frozenset({"Connection"})
INPUTS = ("Arguments", "Input")
"""Classes inside a mutation that hold its arguments."""
RELAYED = frozenset({"ClientIDMutation", "SerializerMutation", "DjangoFormMutation", "DjangoModelFormMutation"})
"""Mutations that take everything in one argument, `input`."""
CLOSED = frozenset({"Field", "List", *SCALARS})
"""Fields of Graphene that bring no arguments along."""
TYPES = ("type_", "of_type")
"""Arguments of fields and lists that are the type, where it is not the first; `type` is one where nothing else is."""
TYPE_ENDINGS = ("Node", "Type", "ObjectType")
"""How classes of types end in libraries that are built on Graphene: graphene-django-extensions 0.4's `DjangoNode`."""
DEPTH = 4


class GrapheneTypes:
    """Reads Graphene's types. One for a scan."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.reader = reading.reader
        self.members = reading.members
        self.shapes = Shapes(reading)

    def schema(self, name: str, call: tuple[str, int], arguments: dict[str, Answer]) -> FoundSchema:
        """The schema that a call makes."""
        camel = self.reading.constant(arguments.get("auto_camelcase")) is not False
        fields: list[tuple[str, FoundField]] = []
        whole = True
        for operation in OPERATIONS:
            given = arguments.get(operation)
            things = self.reader.follow(given) if given is not None else []
            kinds = [each for each in things if isinstance(each, Kind)]
            nothing = any(isinstance(each, Bound) and each.value == Constant(None) for each in things)
            whole &= given is None or bool(kinds) or nothing
            for kind in kinds:
                whole &= not self.members.odd_bases(kind)
                fields += [(operation, each) for each in self.fields(kind, camel=camel)]
        return FoundSchema(
            library=GRAPHENE, call=call, name=name, arguments=arguments, fields=tuple(fields), complete=whole
        )

    def is_type(self, kind: Kind) -> bool:
        """An object or interface of Graphene."""
        return any(_is_graphene(each) and _last(each) in OBJECTS for each in self.members.outside(kind))

    def type_name(self, kind: Kind) -> str:
        """The name of a type as clients see it: the class's own, or `Meta.name`."""
        meta = self._meta(kind, "name")
        text = self.reader.constant(meta) if meta is not None else None
        return text if isinstance(text, str) else self.members.definition(kind).name

    def fields(self, kind: Kind, *, camel: bool = True, wanted: Wanted = everything) -> Iterator[FoundField]:
        """What clients see of a type; of its members those that are wanted."""
        name = self.type_name(kind)
        spelled = self.reading.documented and wanted is everything
        for member in self.members.of(kind).values():
            shown = member.value is not None and wanted(member)
            field = self._field(kind, member, name, camel=camel, spelled=spelled) if shown else None
            if field is not None:
                yield field

    # fields

    def _field(self, kind: Kind, member: Member, type_name: str, *, camel: bool, spelled: bool) -> FoundField | None:
        mutation = self._mutation(member)
        if mutation is not None:
            return self._mutation_field(member, mutation, type_name, camel=camel, spelled=spelled)
        made = self._made(member.value)
        if made is None:
            return self._foreign_field(kind, member, type_name, camel=camel)
        arguments = self.reading.arguments(made)
        routine = self.reading.routine(arguments.get("resolver")) or self._resolver(kind, member.name)
        given = self.reading.constant(arguments.get("name"))
        name = given if isinstance(given, str) else camel_case(member.name) if camel else member.name
        kinds = self._names(made)
        type_ = self._type(made, arguments)
        collection = self._is_collection(kinds, type_)
        bound, maximum, how = self._bound(kinds, collection, arguments)
        return FoundField(
            name=name,
            type=type_name,
            declared=self.reading.span(member.owner.path, member.line),
            routine=routine,
            owner=self.reading.symbol(member.owner),
            arguments=(
                *self._arguments(arguments, typed=bool(self.reading.positional(made)), camel=camel, spelled=spelled),
                *self._node(made),
            ),
            returns=self.reading.text(type_ if isinstance(type_, Bound) else member.value),
            shape=self.shapes.made(made) if spelled else "",
            closed=isinstance(made.maker, Outside) and made.maker.last in CLOSED and "args" not in arguments,
            collection=collection,
            bound=bound,
            maximum=maximum,
            how=how,
            guards=(
                *self.reading.names_in(arguments.get("permissions")),
                *self.reading.guards(routine, GRAPHENE_PACKAGES),
            ),
            documented="description" in arguments,
        )

    def _foreign_field(self, kind: Kind, member: Member, type_name: str, *, camel: bool) -> FoundField | None:
        """A field that another library's class makes, `UserNode.Connection()`, or that only its resolver shows: its name is known,
        and nothing else of it."""
        value = member.value
        routine = self._resolver(kind, member.name)
        if value is None or not isinstance(value.value, CallRef):
            return None
        if routine is None and not self._is_foreign(value, value.value.index):
            return None
        return FoundField(
            name=camel_case(member.name) if camel else member.name,
            type=type_name,
            declared=self.reading.span(member.owner.path, member.line),
            routine=routine,
            owner=self.reading.symbol(member.owner),
            returns=self.reading.text(value),
            guards=tuple(self.reading.guards(routine, GRAPHENE_PACKAGES)),
            exact=False,
        )

    def _is_foreign(self, value: Bound, index: int) -> bool:
        """A call of a method that a class of the project has from a library of types, or of another library's class of fields."""
        callee = self.reader.call(value.path, index).callee
        origin = receiver(callee)
        for thing in self.reader.things(self.reader.at(value, origin)) if origin is not None else ():
            if isinstance(thing, Kind) and any(
                _last(each).endswith(TYPE_ENDINGS) for each in self.members.outside(thing)
            ):
                own = self.reader.project.member(self.reader.symbol_of(thing), tail(callee))
                return own.kind is not SymbolKind.FUNCTION or not own.path
        things = self.reader.things(self.reader.at(value, callee))
        return any(isinstance(each, Outside) and each.last.endswith(FIELD) for each in things)

    def _mutation(self, member: Member) -> Kind | None:
        """The class behind `OrderCreate.Field()`."""
        value = member.value
        if value is None or not isinstance(value.value, CallRef):
            return None
        callee = self.reader.call(value.path, value.value.index).callee
        origin = receiver(callee)
        if tail(callee) != FIELD or origin is None:
            return None
        for thing in self.reader.things(self.reader.at(value, origin)):
            if isinstance(thing, Kind) and self._is_mutation(thing):
                return thing
        return None

    def _is_mutation(self, kind: Kind) -> bool:
        outside = self.members.outside(kind)
        return any(_last(each) in MUTATIONS or (_last(each).endswith("Mutation") and "." in each) for each in outside)

    def _mutation_field(
        self, member: Member, mutation: Kind, type_name: str, *, camel: bool, spelled: bool
    ) -> FoundField:
        value = member.value
        assert value is not None  # noqa: S101 -- a mutation was found in it
        made = Made(mutation, value.path, value.value.index, value.frame) if isinstance(value.value, CallRef) else None
        arguments = self.reading.arguments(made) if made is not None else {}
        given = self.reading.constant(arguments.get("name"))
        name = given if isinstance(given, str) else camel_case(member.name) if camel else member.name
        routine = self._answering(mutation)
        permissions = self._meta(mutation, "permissions")
        return FoundField(
            name=name,
            type=type_name,
            declared=self.reading.span(member.owner.path, member.line),
            routine=routine,
            owner=self.reading.symbol(mutation),
            arguments=tuple(self._inputs(mutation, camel=camel, spelled=spelled)),
            returns=self.members.definition(mutation).name,
            shape=self.shapes.payload(mutation, arguments) if spelled else "",
            closed=spelled and self._is_plain(mutation) and self.shapes.takes_what_is_seen(mutation),
            collection=False,
            guards=(*self.reading.names_in(permissions), *self.reading.guards(routine, GRAPHENE_PACKAGES)),
            documented=bool(self.members.definition(mutation).docstring)
            or self._meta(mutation, "description") is not None,
        )

    def _is_plain(self, mutation: Kind) -> bool:
        """All of its bases from outside are Graphene's: those of another library can bring arguments along."""
        return all(_is_graphene(each) for each in self.members.outside(mutation))

    def _answering(self, mutation: Kind) -> Routine | None:
        """The method that does a mutation's work, in the nearest class that has one."""
        for ancestor in self.members.above(mutation):
            if not ancestor.path or ancestor.kind is not SymbolKind.CLASS:
                continue
            own = self.members.own(Kind(ancestor.path, ancestor.index))
            for name in ANSWERING:
                member = own.get(name)
                if member is not None and member.routine is not None:
                    return member.routine
        return None

    def _meta(self, kind: Kind, name: str) -> Bound | None:
        """An attribute of the class `Meta` inside."""
        member = self.reader.project.member(self.reader.symbol_of(kind), "Meta")
        if member.kind is not SymbolKind.CLASS or not member.path:
            return None
        found = self.members.member(Kind(member.path, member.index), name)
        return found.value if found is not None else None

    def _node(self, made: Made) -> tuple[GraphArgument, ...]:
        """The argument that `relay.Node.Field()` brings along."""
        maker = made.maker.name if isinstance(made.maker, Outside) else ""
        return (argument("id", "ID", required=True),) if maker.endswith((".Node.Field", ".NodeField")) else ()

    def _inputs(self, mutation: Kind, *, camel: bool, spelled: bool) -> Iterator[GraphArgument]:
        if any(_last(each) in RELAYED for each in self.members.outside(mutation)):
            yield argument("input", "", required=True)
            return
        for name in INPUTS:
            member = self.reader.project.member(self.reader.symbol_of(mutation), name)
            if member.kind is SymbolKind.CLASS and member.path:
                for each in self.members.of(Kind(member.path, member.index)).values():
                    if each.value is not None:
                        yield self._argument(each.name, each.value, camel=camel, spelled=spelled)
                return

    def _made(self, value: Bound | None) -> Made | None:
        """The object of Graphene that an attribute is set to; None where it is something else."""
        for thing in self.reader.things(value) if value is not None else ():
            if not isinstance(thing, Made) or thing.index < 0:
                continue
            names = self._names(thing)
            if any(each in NO_FIELDS for each in names):
                continue
            if any(each in MOUNTED or each in LISTS or each in SCALARS or each in CONNECTION_FIELDS for each in names):
                return thing
        return None

    def _names(self, made: Made) -> list[str]:
        """The last names of Graphene's classes behind an object, nearest first."""
        if isinstance(made.maker, Outside):
            return [made.maker.last] if is_graphene(made.maker) else []
        return [_last(each) for each in self.members.outside(made.maker) if _is_graphene(each)]

    def _resolver(self, kind: Kind, name: str) -> Routine | None:
        member = self.members.member(kind, f"resolve_{name}")
        if member is None:
            return None
        return member.routine or self.reading.routine(member.value)

    def _type(self, made: Made, arguments: dict[str, Answer]) -> Answer | None:
        given = self.reading.positional(made)
        for name in TYPES:
            if name in arguments:
                return arguments[name]
        return given[0] if given else arguments.get("type")

    # lists

    def _is_collection(self, names: list[str], type_: Answer | None, depth: int = 0) -> bool | None:
        if any(each in LISTS or each in CONNECTION_FIELDS for each in names):
            return True
        if type_ is None or depth > DEPTH:
            # `Node.Field()` names no type: it answers with one node
            return False if type_ is None or any(each in SCALARS for each in names) else None
        known = False
        for thing in self.reader.things(type_):
            if isinstance(thing, Made):
                inner = self.reading.positional(thing)
                if self._is_collection(self._names(thing), inner[0] if inner else None, depth + 1):
                    return True
                known = True
            elif isinstance(thing, Kind):
                known = True
                if any(_last(each) in CONNECTION for each in self.members.outside(thing)):
                    return True
            elif isinstance(thing, Outside):
                known = True
        return False if known else None

    def _bound(
        self, names: list[str], collection: bool | None, arguments: dict[str, Answer]
    ) -> tuple[Limited, int | None, str]:
        """What limits a list by its field alone."""
        if collection is not True:
            return Limited.UNKNOWN, None, ""
        page = next((each for each in names if each in CONNECTION_FIELDS), "")
        if not page:
            plain = any(each in LISTS for each in names)
            return Limited.UNKNOWN, None, "a list" if plain else "pages, as the project's own code makes them"
        given = arguments.get("max_limit")
        most = self.reading.constant(given) if given is not None else CONNECTION_FIELDS[page]
        if isinstance(most, int) and most > 0:
            return Limited.BOUNDED, most, f"{page} answers at most {most}"
        if page == "DjangoConnectionField":
            return Limited.UNBOUNDED, None, f"{page} without `max_limit`"
        return Limited.UNBOUNDED, None, f"{page} answers with everything where a client names no `first`"

    # arguments

    def _arguments(
        self, arguments: dict[str, Answer], *, typed: bool, camel: bool, spelled: bool
    ) -> Iterator[GraphArgument]:
        given = arguments.get("args")
        for spread in self.reader.follow(given) if given is not None else ():
            for name, answer in self.reader.arguments.entries(spread).items():
                yield self._argument(name, answer, camel=camel, spelled=spelled)
        types = TYPES if typed else (*TYPES, "type")
        for name, answer in arguments.items():
            if name in types or not (self._is_object(answer) if name in FIELD_WORDS else self._is_type(answer)):
                continue
            yield self._argument(name, answer, camel=camel, spelled=spelled)

    def _is_object(self, answer: Answer) -> bool:
        """An object of one of Graphene's types: where a word of the field is one, it is an argument of that name."""
        return any(
            is_graphene(made.maker)
            or (isinstance(made.maker, Kind) and any(_is_graphene(each) for each in self.members.outside(made.maker)))
            for made in self.reader.made(answer)
        )

    def _is_type(self, answer: Answer) -> bool:
        for thing in self.reader.things(answer):
            maker = thing.maker if isinstance(thing, Made) else thing
            if is_graphene(maker):
                return True
            if isinstance(maker, Kind) and any(_is_graphene(each) for each in self.members.outside(maker)):
                return True
        return False

    def _argument(self, name: str, answer: Answer, *, camel: bool, spelled: bool) -> GraphArgument:
        """What the call says that makes an argument; nothing is followed for it."""
        shown, required = camel_case(name) if camel else name, False
        if isinstance(answer, Bound) and isinstance(answer.value, CallRef):
            given = dict(self.reader.call(answer.path, answer.value.index).keywords)
            required = given.get("required") == Constant(True) and "default_value" not in given
            text = given.get("name")
            shown = text.value if isinstance(text, Constant) and isinstance(text.value, str) else shown
        shape = self.shapes.mounted(answer) if spelled else ""
        required |= shape.endswith("!") and not self._has_default(answer)
        return argument(
            shown, self.reading.text(answer if isinstance(answer, Bound) else None), required=required, shape=shape
        )

    def _has_default(self, answer: Answer) -> bool:
        return any("default_value" in self.reading.arguments(made) for made in self.reader.made(answer))


OBJECTS = frozenset({"ObjectType", "DjangoObjectType", "SQLAlchemyObjectType", "Interface", "MongoengineObjectType"})


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _is_graphene(name: str) -> bool:
    return name.partition(".")[0] in GRAPHENE_PACKAGES
