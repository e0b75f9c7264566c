"""What a type says about text: an annotation in, the kind of piece its values are out.

Only types that cannot carry text count: numbers, dates, identifiers (`NUMBER`) and fixed sets (`VALIDATED`). `str` says nothing.
"""

from __future__ import annotations

from readiness.model import Code, PieceKind, Symbol, SymbolKind
from readiness.model.summary import Assignment, CallRef, Class, Constant, Name, Operation, Sequence, Subscript, Value

NUMBERS = frozenset(
    {
        "int", "float", "bool", "complex", "range", "slice", "uuid.UUID", "datetime.date", "datetime.datetime",
        "datetime.time", "datetime.timedelta", "datetime.tzinfo", "datetime.timezone", "decimal.Decimal",
        "fractions.Fraction", "ipaddress.IPv4Address", "ipaddress.IPv6Address", "ipaddress.IPv4Network",
        "ipaddress.IPv6Network", "zoneinfo.ZoneInfo", "numbers.Number", "numbers.Integral", "numbers.Real",
        "bson.ObjectId", "bson.objectid.ObjectId", "ulid.ULID", "pendulum.DateTime", "pendulum.Date",
    }
)  # fmt: skip
NUMBER_PREFIXES = (
    "pydantic.UUID",
    "pydantic.types.UUID",
    "pydantic.Past",
    "pydantic.Future",
    "pydantic.Aware",
    "pydantic.Naive",
)
PYDANTIC_NUMBERS = frozenset(
    {
        "PositiveInt", "NegativeInt", "NonNegativeInt", "NonPositiveInt", "StrictInt", "PositiveFloat",
        "NegativeFloat", "NonNegativeFloat", "NonPositiveFloat", "StrictFloat", "StrictBool", "FiniteFloat",
        "ByteSize", "IPvAnyAddress", "conint", "confloat", "condecimal", "condate",
    }
)  # fmt: skip
COLUMN_NUMBERS = frozenset(
    {
        "Integer", "BigInteger", "SmallInteger", "Float", "Double", "Numeric", "Boolean", "Date", "DateTime", "Time",
        "Interval", "Uuid", "UUID", "INTEGER", "BIGINT", "SMALLINT", "FLOAT", "NUMERIC", "DECIMAL", "BOOLEAN", "DATE",
        "DATETIME", "TIMESTAMP", "AutoField", "BigAutoField", "IntegerField", "BigIntegerField",
        "PositiveIntegerField", "DecimalField", "FloatField", "BooleanField", "DateField", "DateTimeField",
        "UUIDField", "ForeignKey", "OneToOneField", "SmallIntegerField", "PositiveSmallIntegerField",
        "PositiveBigIntegerField", "SmallAutoField", "NullBooleanField", "TimeField", "DurationField", "TimestampField",
        "IPAddressField", "GenericIPAddressField",
    }
)  # fmt: skip
COLUMNS = frozenset({"Column", "mapped_column", "deferred", "column_property"})
"""What a class maps a column with in SQLAlchemy 2.0."""
FIELD_PACKAGES = (
    "django.db.models.",
    "django.contrib.postgres.fields",
    "django.contrib.gis.db.models",
    "peewee.",
    "playhouse.",
    "tortoise.fields",
)
MODELS = (
    "django.db.models.Model",
    "django.db.models.base.Model",
    "peewee.Model",
    "tortoise.models.Model",
    "tortoise.Model",
)
ENUMS = (
    "enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "enum.IntFlag", "django.db.models.TextChoices",
    "django.db.models.IntegerChoices", "django.db.models.enums.TextChoices", "django.db.models.enums.IntegerChoices",
    "strenum.StrEnum",
)  # fmt: skip
WRAPPERS = frozenset(
    {
        "Optional",
        "Annotated",
        "Mapped",
        "ClassVar",
        "Final",
        "Required",
        "NotRequired",
        "ReadOnly",
        "InitVar",
        "Awaitable",
        "WriteOnlyMapped",
    }
)
CONTAINERS = frozenset(
    {
        "list", "set", "frozenset", "tuple", "List", "Set", "FrozenSet", "Tuple", "Sequence", "MutableSequence",
        "Iterable", "Iterator", "Collection", "Container", "AbstractSet", "MutableSet", "Generator", "AsyncIterator",
        "AsyncIterable", "deque", "Deque", "dict", "Dict", "Mapping",
    }
)  # fmt: skip
DEEPEST = 6


def annotation_kind(
    code: Code, path: str, value: Value | None, scope: int, *, element: bool = False, depth: int = 0
) -> PieceKind | None:
    """Kind of the values of a type, or with `element` of what its containers hold; None where they can be any text."""
    if value is None or depth > DEEPEST:
        return None
    match value:
        case Operation(operator="|", operands=operands):
            return _either(code, path, operands, scope, element, depth)
        case Subscript(value=base, index=index):
            return _generic(code, path, base, index, scope, element, depth)
        case Name():
            return (
                None
                if element and not _follows(code, path, value, scope)
                else _named(code, path, value, scope, element, depth)
            )
        case CallRef(index=call):
            return _made(code, path, call, element, depth)
    return None


def _either(
    code: Code, path: str, operands: tuple[Value, ...], scope: int, element: bool, depth: int
) -> PieceKind | None:
    kinds = {
        annotation_kind(code, path, each, scope, element=element, depth=depth + 1)
        for each in operands
        if each != Constant(None)
    }
    if not kinds or None in kinds:
        return None
    return PieceKind.VALIDATED if PieceKind.VALIDATED in kinds else PieceKind.NUMBER


def _generic(
    code: Code, path: str, base: Value, index: Value, scope: int, element: bool, depth: int
) -> PieceKind | None:
    symbol = code.resolve_value(path, base, scope)
    name = symbol.name.rpartition(".")[2]
    if symbol.kind not in (SymbolKind.EXTERNAL, SymbolKind.BUILTIN):
        return None
    items = index.items if isinstance(index, Sequence) else (index,)
    if name == "Literal":
        return None if element else PieceKind.VALIDATED
    if name == "Union":
        return _either(code, path, items, scope, element, depth)
    if name in WRAPPERS:
        return annotation_kind(code, path, items[0] if items else None, scope, element=element, depth=depth + 1)
    if element and name in CONTAINERS and items:
        return annotation_kind(code, path, items[0], scope, depth=depth + 1)
    return None


def _follows(code: Code, path: str, value: Name, scope: int) -> bool:
    return code.resolve(path, value.dotted, scope).kind is SymbolKind.VARIABLE


def _named(code: Code, path: str, value: Name, scope: int, element: bool, depth: int) -> PieceKind | None:
    symbol = code.resolve(path, value.dotted, scope)
    if symbol.kind is SymbolKind.VARIABLE and not symbol.rest:
        assignment = assignment_of(code, symbol)
        if assignment is None:
            return None
        return annotation_kind(code, symbol.path, assignment.value, assignment.scope, element=element, depth=depth + 1)
    return type_kind(code, symbol)


def type_kind(code: Code, symbol: Symbol) -> PieceKind | None:
    """Kind of the instances of a class."""
    name = symbol.name.removeprefix("builtins.")
    if symbol.kind in (SymbolKind.EXTERNAL, SymbolKind.BUILTIN):
        if name in NUMBERS or name.startswith(NUMBER_PREFIXES):
            return PieceKind.NUMBER
        if name.startswith("pydantic.") and name.rpartition(".")[2] in PYDANTIC_NUMBERS:
            return PieceKind.NUMBER
        return None
    if symbol.kind is SymbolKind.CLASS:
        if code.is_a(symbol, ENUMS):
            return PieceKind.VALIDATED
        if code.is_a(symbol, NUMBERS):
            return PieceKind.NUMBER
    return None


def _made(code: Code, path: str, call: int, element: bool, depth: int) -> PieceKind | None:
    """A type made by a call: `NewType("UserId", int)`, `conint(gt=0)`."""
    summary = code.summary(path)
    if summary is None or not 0 <= call < len(summary.calls):
        return None
    made = summary.calls[call]
    symbol = code.callee(path, call)
    name = symbol.name.rpartition(".")[2]
    if name in ("NewType", "TypeAliasType") and len(made.arguments) > 1:
        return annotation_kind(code, path, made.arguments[1], made.scope, element=element, depth=depth + 1)
    return None if element else type_kind(code, symbol)


def assignment_of(code: Code, symbol: Symbol) -> Assignment | None:
    """The assignment that a variable's symbol speaks of."""
    summary = code.summary(symbol.path)
    if summary is None or not 0 <= symbol.index < len(summary.assignments):
        return None
    return summary.assignments[symbol.index]


def field_kind(code: Code, owner: Symbol, name: str) -> PieceKind | None:
    """Kind of a field of a class, by its annotation or by the column it is."""
    if owner.kind is not SymbolKind.CLASS:
        return None
    symbol = code.member(owner, name)
    if symbol.kind is not SymbolKind.VARIABLE:
        return None
    assignment = assignment_of(code, symbol)
    if assignment is None:
        return None
    if assignment.annotation is not None:
        return annotation_kind(code, symbol.path, assignment.annotation, assignment.scope)
    if isinstance(assignment.value, CallRef):
        return _column_kind(code, symbol.path, assignment.value.index)
    return None


def is_column(code: Code, owner: Symbol, name: str) -> bool:
    """The attribute of a mapped class is a column: what an object of it holds there was read from the database, or goes into it."""
    symbol = code.member(owner, name)
    assignment = assignment_of(code, symbol) if symbol.kind is SymbolKind.VARIABLE else None
    if (
        assignment is None
        or not isinstance(assignment.value, CallRef)
        or not is_class(code, symbol.path, assignment.scope)
    ):
        return False
    summary = code.summary(symbol.path)
    made = summary.calls[assignment.value.index].callee if summary is not None else None
    called = code.callee(symbol.path, assignment.value.index)
    last = made.dotted.rpartition(".")[2] if isinstance(made, Name) else called.name.rpartition(".")[2]
    if last in COLUMNS:
        return True
    field = last.endswith(("Field", "Key"))
    return field and (called.name.startswith(FIELD_PACKAGES) or code.is_a(owner, MODELS))


def _column_kind(code: Code, path: str, index: int) -> PieceKind | None:
    summary = code.summary(path)
    if summary is None or not 0 <= index < len(summary.calls):
        return None
    call = summary.calls[index]
    if code.callee(path, index).name.rpartition(".")[2] in COLUMN_NUMBERS:
        return PieceKind.NUMBER
    for argument in call.arguments[:2]:
        value = summary.calls[argument.index].callee if isinstance(argument, CallRef) else argument
        if isinstance(value, Name):
            name = value.dotted.rpartition(".")[2]
            if name in COLUMN_NUMBERS:
                return PieceKind.NUMBER
            if name == "Enum":
                return PieceKind.VALIDATED
    return None


def is_class(code: Code, path: str, index: int) -> bool:
    """A definition of the summary is a class."""
    summary = code.summary(path)
    return (
        summary is not None and 0 <= index < len(summary.definitions) and isinstance(summary.definitions[index], Class)
    )
