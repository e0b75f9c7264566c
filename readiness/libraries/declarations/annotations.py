"""Annotations in, types as frameworks read them out: `Annotated` opened, `Optional` and aliases resolved."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Outside, Thing
from readiness.model import SymbolKind
from readiness.model.summary import CallRef, Constant, Member, Name, Operation, Sequence, Subscript, Value

DEPTH = 12
TYPING = frozenset({"typing", "typing_extensions"})
PLAIN = {"List": "list", "Dict": "dict", "Set": "set", "FrozenSet": "frozenset", "Tuple": "tuple", "Type": "type"}
"""Names of `typing` for what is built in."""
LISTS = frozenset(
    {
        "list", "set", "frozenset", "tuple", "Sequence", "MutableSequence", "Iterable", "Iterator", "Collection", "Set",
        "AsyncIterable", "AsyncIterator", "Generator", "AsyncGenerator", "deque", "conlist", "conset", "AbstractSet",
    }
)  # fmt: skip
SCALARS = frozenset(
    {
        "int", "float", "str", "bool", "bytes", "complex", "UUID", "UUID1", "UUID3", "UUID4", "UUID5", "UUID6", "UUID7",
        "UUID8", "datetime", "date", "time", "timedelta", "Decimal", "EmailStr", "NameEmail", "AnyUrl", "AnyHttpUrl",
        "HttpUrl", "AnyWebsocketUrl", "FileUrl", "PostgresDsn", "RedisDsn", "SecretStr", "SecretBytes", "IPv4Address",
        "IPv6Address", "IPvAnyAddress", "Path", "FilePath", "DirectoryPath", "ObjectId", "PydanticObjectId", "Json",
        "StrictStr", "StrictInt", "StrictBool", "StrictFloat", "PositiveInt", "NonNegativeInt", "NegativeInt",
        "NonPositiveInt", "PositiveFloat", "NonNegativeFloat", "NegativeFloat", "NonPositiveFloat", "AwareDatetime",
        "NaiveDatetime", "PastDate", "FutureDate", "PastDatetime", "FutureDatetime", "Color", "PhoneNumber", "ULID",
        "ZoneInfo", "ByteSize", "Any", "object", "CountryAlpha2", "CountryAlpha3", "Pattern", "Base64Str", "LiteralString",
    }
)  # fmt: skip
"""Types of one value: a parameter of such a type comes from the query unless something else is said."""
NUMBERS = {"PositiveInt": 1, "NonNegativeInt": 0, "PositiveFloat": 0, "NonNegativeFloat": 0}
ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"})
MODEL_BASES = frozenset(
    {"BaseModel", "SQLModel", "RootModel", "GenericModel", "BaseSettings", "TypedDict", "NamedTuple", "Struct"}
)
DATA_DECORATORS = frozenset({"dataclass", "define", "frozen", "mutable", "attrs", "attributes"})


class Typed(Struct, frozen=True, eq=False):
    """One type."""

    name: str = ""
    """Canonical name, empty where it is not known."""
    head: Thing | None = None
    """The class itself, without its arguments."""
    arguments: tuple[Bound, ...] = ()
    metadata: tuple[Answer, ...] = ()
    """What `Annotated` adds, outermost last."""
    optional: bool = False
    choices: bool = False
    """A `Literal` or an enumeration."""
    members: tuple[Typed, ...] = ()
    """The alternatives of a union."""


class Types:
    """Reads annotations."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def of(self, answer: Answer | None, depth: int = 0) -> Typed:
        """The type that an annotation denotes."""
        if answer is None or depth > DEPTH:
            return Typed()
        if not isinstance(answer, Bound):
            return self._of_thing(answer)
        match answer.value:
            case Name(dotted):
                return self._of_name(answer, dotted, depth)
            case Subscript(container, index):
                return self._of_subscript(answer, container, index, depth)
            case Operation("|", operands):
                return self._union([self.reader.at(answer, each) for each in operands], depth)
            case Constant(None):
                return Typed(name="None", optional=True)
            case CallRef(index):
                return self._of_call(answer, index, depth)
            case Member():
                things = self.reader.things(answer)
                return (
                    self._of_thing(things[0]) if things else Typed(name=written(answer.value, self.reader, answer.path))
                )
            case _:
                return Typed()

    def _of_thing(self, thing: Answer) -> Typed:
        if isinstance(thing, Outside):
            last = thing.last
            name = PLAIN.get(last, thing.name) if thing.package in TYPING else thing.name.removeprefix("builtins.")
            return Typed(name=name, head=Outside(name))
        if isinstance(thing, Kind):
            return Typed(name=self.reader.symbol_of(thing).name, head=thing, choices=self.is_enum(thing))
        return Typed()

    def _of_name(self, answer: Bound, dotted: str, depth: int) -> Typed:
        symbol = self.reader.project.resolve(answer.path, dotted, answer.scope, answer.line)
        if symbol.kind is SymbolKind.VARIABLE and symbol.index >= 0 and not symbol.rest:
            assignment = self.reader.summary(symbol.path).assignments[symbol.index]
            if assignment.value is not None and assignment.operator in ("=", ":="):
                value = Bound(assignment.value, symbol.path, assignment.scope, assignment.line)
                if value.value != answer.value or value.path != answer.path:
                    return self.of(value, depth + 1)
        for each in self.reader.things(answer):
            if isinstance(each, Outside | Kind):
                return self._of_thing(each)
        return Typed(name=dotted)

    def _of_subscript(self, answer: Bound, container: Value, index: Value, depth: int) -> Typed:
        head = self.of(self.reader.at(answer, container), depth + 1)
        given = index.items if isinstance(index, Sequence) else (index,)
        arguments = tuple(self.reader.at(answer, each) for each in given)
        last = head.head.last if isinstance(head.head, Outside) else ""
        special = isinstance(head.head, Outside) and (head.head.package in TYPING or "." not in head.head.name)
        if special and last == "Annotated" and arguments:
            inner = self.of(arguments[0], depth + 1)
            return _with(inner, metadata=(*inner.metadata, *arguments[1:]))
        if special and last == "Optional":
            return _with(self.of(arguments[0], depth + 1), optional=True)
        if special and last == "Union":
            return self._union(list(arguments), depth)
        if special and last == "Literal":
            return Typed(name="Literal", head=head.head, choices=True)
        if special and last in ("ClassVar", "Final", "Required", "NotRequired", "ReadOnly"):
            inner = self.of(arguments[0], depth + 1)
            return _with(inner, name=f"ClassVar[{inner.name}]") if last == "ClassVar" else inner
        if head.arguments and not isinstance(head.head, Outside):
            return head  # a generic alias with its arguments filled in
        inside = ", ".join(self.of(each, depth + 1).name or "?" for each in arguments)
        return _with(head, name=f"{head.name}[{inside}]", arguments=arguments)

    def _union(self, operands: list[Bound], depth: int) -> Typed:
        members = [self.of(each, depth + 1) for each in operands]
        optional = any(each.name == "None" or each.optional for each in members)
        real = [each for each in members if each.name != "None"]
        if len(real) == 1:
            return _with(real[0], optional=optional)
        metadata = tuple(each for member in real for each in member.metadata)
        name = " | ".join(each.name for each in real)
        return Typed(name=name, metadata=metadata, optional=optional, members=tuple(real))

    def _of_call(self, answer: Bound, index: int, depth: int) -> Typed:
        """`conint(ge=1)`, `NewType("Id", int)`, `Enum("Color", ...)`."""
        for made in self.reader.made(answer):
            if not isinstance(made.maker, Outside):
                continue
            call = self.reader.call(made.path, made.index)
            last = made.maker.last
            place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
            if last == "NewType" and len(call.arguments) > 1:
                return self.of(self.reader.at(place, call.arguments[1]), depth + 1)
            if last in ENUMS:
                return Typed(name="Enum", head=made.maker, choices=True)
            if last in CONSTRAINED:
                return Typed(name=CONSTRAINED[last], head=Outside(CONSTRAINED[last]), metadata=(made,))
            if last == "TypeAliasType" and len(call.arguments) > 1:
                return self.of(self.reader.at(place, call.arguments[1]), depth + 1)
        return Typed()

    # questions about a type

    def is_enum(self, kind: Kind) -> bool:
        """An enumeration of the project."""
        return any(each.last in ENUMS and each.package == "enum" for each in self.bases(kind))

    def bases(self, kind: Kind) -> list[Outside]:
        """External ancestors of a project class."""
        ancestors = self.reader.project.ancestors(self.reader.symbol_of(kind))
        return [Outside(each.name) for each in ancestors if each.kind in (SymbolKind.EXTERNAL, SymbolKind.BUILTIN)]

    def is_model(self, kind: Kind) -> bool:
        """A class whose annotated attributes are its inputs: a pydantic model, a dataclass, a typed dictionary."""
        if any(each.last in MODEL_BASES for each in self.bases(kind)):
            return True
        for ancestor in self.reader.project.ancestors(self.reader.symbol_of(kind)):
            if ancestor.path and ancestor.index >= 0:
                decorators = self.reader.summary(ancestor.path).definitions[ancestor.index].decorators
                if any(self._last(ancestor.path, each) in DATA_DECORATORS for each in decorators):
                    return True
        return False

    def _last(self, path: str, decorator: Value) -> str:
        if isinstance(decorator, CallRef):
            decorator = self.reader.call(path, decorator.index).callee
        return decorator.dotted.rpartition(".")[2] if isinstance(decorator, Name) else ""

    def is_list(self, typed: Typed) -> bool:
        """A list, a set, a tuple and the like."""
        return isinstance(typed.head, Outside) and typed.head.last in LISTS

    def is_scalar(self, typed: Typed) -> bool:
        """One value, which comes from the query unless something else is said."""
        if typed.members:
            return all(self.is_scalar(each) for each in typed.members)
        if typed.choices or typed.head is None:
            return True
        if isinstance(typed.head, Outside):
            return typed.head.last in SCALARS or typed.head.last == "Literal"
        if isinstance(typed.head, Kind):
            return not self.is_model(typed.head) and any(each.last in SCALARS for each in self.bases(typed.head))
        return False

    def fields(self, kind: Kind) -> list[tuple[str, Bound, Bound | None]]:
        """Annotated attributes of a class and its project ancestors, as name, annotation and default; the base's first."""
        found: dict[str, tuple[str, Bound, Bound | None]] = {}
        for ancestor in reversed(self.reader.project.ancestors(self.reader.symbol_of(kind))):
            if not ancestor.path or ancestor.index < 0:
                continue
            for each in self.reader.summary(ancestor.path).assignments:
                if each.scope != ancestor.index or each.annotation is None or each.target.startswith("_"):
                    continue
                if not each.target.isidentifier() or each.target == "model_config":
                    continue
                annotation = Bound(each.annotation, ancestor.path, ancestor.index, each.line)
                default = (
                    Bound(each.value, ancestor.path, ancestor.index, each.line) if each.value is not None else None
                )
                found[each.target] = (each.target, annotation, default)
        return list(found.values())


CONSTRAINED = {
    "conint": "int", "confloat": "float", "constr": "str", "conbytes": "bytes", "condecimal": "decimal.Decimal",
    "condate": "datetime.date", "conlist": "list", "conset": "set", "confrozenset": "frozenset",
}  # fmt: skip
"""Functions of pydantic that make a constrained type."""


def _with(typed: Typed, **changes: object) -> Typed:
    from msgspec.structs import replace

    return replace(typed, **changes)


def written(value: Value | None, reader: Reader, path: str, depth: int = 0) -> str:
    """An annotation as it is written, as far as its summary says; at most 200 characters."""
    if depth > DEPTH or value is None:
        return ""

    def inner(each: Value) -> str:
        return written(each, reader, path, depth + 1)

    def several(each: Iterable[Value]) -> str:
        return ", ".join(inner(item) for item in each)

    match value:
        case Name(dotted):
            text = dotted
        case Constant(constant):
            text = repr(constant)
        case Subscript(container, Sequence("tuple", items)):
            text = f"{inner(container)}[{several(items)}]"
        case Subscript(container, index):
            text = f"{inner(container)}[{inner(index)}]"
        case Sequence("list", items):
            text = f"[{several(items)}]"
        case Operation(operator, operands) if len(operands) > 1:
            text = f" {operator} ".join(inner(each) for each in operands)
        case Member(holder, name):
            text = f"{inner(holder)}.{name}"
        case CallRef(index):
            call = reader.call(path, index)
            text = f"{inner(call.callee)}({several(call.arguments)})"
        case _:
            text = "..."
    return text[:200]
