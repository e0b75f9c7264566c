"""Types as Strawberry and Graphene are given them in, as a schema document spells them out: `[Order!]!`.

Where a type is known but not its name, `?` stands for the name: `[?!]`. Where nothing is known, the text is empty.
Strawberry 0.341, Graphene 2 and 3.
"""

from __future__ import annotations

import re

from readiness.libraries.declarations.annotations import Typed
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside
from readiness.libraries.graphql.reading import Reading
from readiness.libraries.graphql.vocabulary import GRAPHENE_PACKAGES, is_graphene, is_strawberry
from readiness.model import SymbolKind
from readiness.model.summary import CallRef, Constant, Name

UNNAMED = "?"
DEPTH = 6
LISTS = frozenset({"list", "set", "frozenset", "Sequence", "Iterable", "Collection", "MutableSequence"})
SCALARS = {
    "str": "String",
    "int": "Int",
    "float": "Float",
    "bool": "Boolean",
    "uuid.UUID": "UUID",
    "datetime.datetime": "DateTime",
    "datetime.date": "Date",
    "datetime.time": "Time",
    "decimal.Decimal": "Decimal",
    "strawberry.ID": "ID",
    "strawberry.scalars.ID": "ID",
    "strawberry.scalars.JSON": "JSON",
    "strawberry.types.scalar.JSON": "JSON",
}
"""Python's types and those of Strawberry, with the names of their scalars."""
STANDARD = frozenset(SCALARS.values())
NAMING = frozenset({"type", "interface", "input", "enum", "django_type", "partial"})
"""Decorators of Strawberry that give a class the name that clients see: its own, or `name=`."""
NAMED = frozenset(
    {
        "String", "Int", "Float", "Boolean", "ID", "DateTime", "Date", "Time", "Decimal", "JSONString", "UUID", "Base64",
        "BigInt", "GenericScalar",
    }
)  # fmt: skip
"""Scalars of Graphene, named as their classes are."""
FIELDS = frozenset({"Field", "Argument", "InputField"})
"""What of Graphene has the type as its first argument."""
PAGES = frozenset({"ConnectionField", "IterableConnectionField"})
RELAYED = frozenset({"ClientIDMutation", "SerializerMutation", "DjangoFormMutation", "DjangoModelFormMutation"})
HOOKS = ("type", "get_type", "wrap_type", "of_type")
"""Methods of a field that say another type than the one it is given."""
WRAPPERS = frozenset({"List", "NonNull"})
NAMES = re.compile(r"[A-Za-z_]\w*|\?")


def agrees(code: str, document: str) -> bool:
    """Both spell the same type, as far as the code's is known."""
    if not code:
        return True
    if unnamed(code) != unnamed(document):
        return False
    return UNNAMED in code or code == document


def unnamed(shape: str) -> str:
    """A type without its name."""
    return NAMES.sub(UNNAMED, shape)


def without_scalars(shape: str) -> str:
    """A type without its name, if it is a scalar of Python's."""
    return NAMES.sub(lambda name: UNNAMED if name[0] in STANDARD else name[0], shape)


class Shapes:
    """Spells types."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.reader = reading.reader
        self.members = reading.members
        self._classes: dict[tuple[object, ...], str] = {}
        self._hooked: dict[tuple[object, ...], bool] = {}

    # Strawberry

    def annotated(self, annotation: Bound | None) -> str:
        """The type that an annotation stands for."""
        return self.typed(self._typed(annotation)) if annotation is not None else ""

    def typed(self, typed: Typed, depth: int = 0) -> str:
        """The type that was read from an annotation."""
        found = self._typed_name(typed, depth)
        return f"{found}!" if found and not typed.optional else found

    def _typed(self, annotation: Bound) -> Typed:
        """A name in quotes is the name."""
        value = annotation.value
        if (
            isinstance(value, Constant)
            and isinstance(value.value, str)
            and value.value.replace(".", "_").isidentifier()
        ):
            annotation = self.reader.at(annotation, Name(value.value))
        return self.reading.typed(annotation)

    def _typed_name(self, typed: Typed, depth: int) -> str:
        union = self._union(typed)
        if union or typed.members:
            return union
        head = typed.head
        if typed.name == "None":
            return "Void"
        if isinstance(head, Outside):
            if head.last in LISTS and len(typed.arguments) == 1 and depth < DEPTH:
                inside = self.typed(self._typed(typed.arguments[0]), depth + 1)
                return f"[{inside}]" if inside else ""
            return SCALARS.get(head.name, "") if not typed.arguments else ""
        return self._decorated(head) if isinstance(head, Kind) and not typed.arguments else ""

    def _union(self, typed: Typed) -> str:
        """The name that `Annotated[A | B, strawberry.union("Name")]` gives."""
        for each in typed.metadata:
            for made in self.reader.made(each):
                if is_strawberry(made.maker) and isinstance(made.maker, Outside) and made.maker.last == "union":
                    given = self.reading.positional(made)
                    name = self.reading.arguments(made).get("name", given[0] if given else None)
                    text = self.reading.constant(name)
                    return text if isinstance(text, str) else UNNAMED
        return ""

    def _decorated(self, kind: Kind) -> str:
        """The name of a class that a decorator of Strawberry makes a type."""
        definition = self.members.definition(kind)
        for each in definition.decorators:
            place = Bound(each, kind.path, definition.scope, definition.line)
            given = None
            if isinstance(each, CallRef):
                call = self.reader.call(kind.path, each.index)
                given = dict(call.keywords).get("name")
                place = self.reader.at(place, call.callee)
            things = self.reader.things(place)
            if any(is_strawberry(thing) and isinstance(thing, Outside) and thing.last in NAMING for thing in things):
                if given is None:
                    return definition.name
                text = self.reader.constant(self.reader.at(place, given))
                return text if isinstance(text, str) else UNNAMED
        return ""

    # Graphene

    def mounted(self, answer: Answer) -> str:
        """The type of an argument that stands for itself: `graphene.ID(required=True)`."""
        things = self.reader.things(answer)
        if len(things) == 1 and isinstance(things[0], Made):
            return self.made(things[0])
        return ""

    def given(self, answer: Answer | None, depth: int = 0) -> str:
        """The type that is given to a field, to an argument or to a list: a class, or an object of one."""
        if answer is None or depth > DEPTH:
            return ""
        things = self.reader.things(answer)
        thing = things[0] if len(things) == 1 else None
        if isinstance(thing, Made):
            # What such an object says of itself, `required=True` say, holds only where it stands for itself.
            return self._of(thing, depth)
        if isinstance(thing, Outside):
            return thing.last if is_graphene(thing) and thing.last in NAMED else ""
        return self._class_name(thing) if isinstance(thing, Kind) else ""

    def made(self, made: Made) -> str:
        """The type of a field or an argument, as it was made."""
        return self._required(self._of(made, 0), self.reading.arguments(made).get("required"))

    def _of(self, made: Made, depth: int) -> str:
        names = self._names(made.maker)
        arguments = self.reading.arguments(made)
        positional = self.reading.positional(made)
        first = next((arguments[key] for key in ("type_", "of_type") if key in arguments), None)
        inner = first if first is not None else positional[0] if positional else arguments.get("type")
        if isinstance(made.maker, Kind) and self._hooks(made.maker, HOOKS):
            return ""
        if isinstance(made.maker, Kind) and WRAPPERS.intersection(names) and self._hooks(made.maker, ("__init__",)):
            return ""  # a list of the project's own may wrap its elements once more
        if any(each.endswith("Field") and each not in FIELDS and each not in PAGES for each in names):
            return ""  # a field that finds its type by itself
        if "NonNull" in names:
            inside = self.given(inner, depth + 1)
            return inside if inside.endswith("!") or not inside else f"{inside}!"
        if "List" in names:
            inside = self.given(inner, depth + 1)
            return f"[{inside}]" if inside else ""
        if any(each in FIELDS or each in PAGES for each in names):
            found = self.given(inner, depth + 1)
            paged = any(each in PAGES for each in names)
            return "" if paged and not found.rstrip("!").endswith("Connection") else found
        if isinstance(made.maker, Kind):
            return self._class_name(made.maker)
        return names[0] if names and names[0] in NAMED else ""

    def payload(self, mutation: Kind, arguments: dict[str, Answer]) -> str:
        """What a mutation that is mounted answers with."""
        if self._hooks(mutation, ("Field",)):
            return ""
        output = self.reader.project.member(self.reader.symbol_of(mutation), "Output")
        attribute = self.members.member(mutation, "Output")
        if output.kind is SymbolKind.CLASS and output.path:
            found = self._class_name(Kind(output.path, output.index))
        elif attribute is not None:
            found = self.given(attribute.value)
        else:
            found = self._class_name(mutation)
            if found and self._outside(mutation) & RELAYED:
                found = f"{found.removesuffix('Payload')}Payload"
        return self._required(found, arguments.get("required"))

    def takes_what_is_seen(self, mutation: Kind) -> bool:
        """No base class of the project adds arguments to a mutation."""
        return not self._hooks(mutation, ("Field", "__init_subclass_with_meta__"))

    def _required(self, found: str, given: Answer | None) -> str:
        if given is None or not found or found.endswith("!"):
            return found
        needed = self.reading.constant(given)
        return f"{found}!" if needed is True else found if needed is False else ""

    def _names(self, maker: Outside | Kind) -> list[str]:
        if isinstance(maker, Outside):
            return [maker.last] if is_graphene(maker) else []
        return [each.rpartition(".")[2] for each in self.members.outside(maker) if _is_graphene(each)]

    def _outside(self, kind: Kind) -> set[str]:
        return {each.rpartition(".")[2] for each in self.members.outside(kind)}

    def _class_name(self, kind: Kind) -> str:
        """The name that a class of Graphene has for clients: its own, or `Meta.name`."""
        if kind.key not in self._classes:
            self._classes[kind.key] = self._read_name(kind)
        return self._classes[kind.key]

    def _read_name(self, kind: Kind) -> str:
        if not any(_is_graphene(each) for each in self.members.outside(kind)):
            return ""
        if self._renames(kind):
            return UNNAMED
        meta = self.reader.project.member(self.reader.symbol_of(kind), "Meta")
        own = meta.kind is SymbolKind.CLASS and self._stands_in(meta.path, meta.index, kind)
        name = self.members.own(Kind(meta.path, meta.index)).get("name") if own else None
        if name is not None:
            text = self.reading.constant(name.value)
            return text if isinstance(text, str) else UNNAMED
        written = self.members.definition(kind).name
        if "Connection" in self._outside(kind):
            stem = written.removesuffix("Connection")
            return f"{stem}Connection" if stem else UNNAMED
        return written

    def _stands_in(self, path: str, index: int, kind: Kind) -> bool:
        return path == kind.path and self.reader.summary(path).definitions[index].scope == kind.index

    def _renames(self, kind: Kind) -> bool:
        """A base class of the project may give its subclasses other names."""
        for ancestor in self.members.above(kind):
            if not ancestor.path or ancestor.kind is not SymbolKind.CLASS:
                continue
            hook = self.members.own(Kind(ancestor.path, ancestor.index)).get("__init_subclass_with_meta__")
            if hook is None or hook.routine is None:
                continue
            function = self.reader.function(hook.routine)
            summary = self.reader.summary(ancestor.path)
            if any(each.name == "name" for each in function.parameters):
                return True
            if any(call.scope == hook.routine.index and "name" in dict(call.keywords) for call in summary.calls) or any(
                each.scope == hook.routine.index and each.target == "name" for each in summary.assignments
            ):
                return True
        return False

    def _hooks(self, kind: Kind, names: tuple[str, ...]) -> bool:
        """A class of the project above has a method of one of these names."""
        key = (*kind.key, *names)
        if key not in self._hooked:
            self._hooked[key] = self._is_hooked(kind, names)
        return self._hooked[key]

    def _is_hooked(self, kind: Kind, names: tuple[str, ...]) -> bool:
        return any(
            name in own and own[name].routine is not None
            for ancestor in self.members.above(kind)
            if ancestor.path and ancestor.kind is SymbolKind.CLASS
            for own in [self.members.own(Kind(ancestor.path, ancestor.index))]
            for name in names
        )


def _is_graphene(name: str) -> bool:
    return name.partition(".")[0] in GRAPHENE_PACKAGES
