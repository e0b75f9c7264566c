"""The type of a route's body in, the fields that a client must and can send out, as far as all of them are known."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.values.expressions import tail
from readiness.model import Code, Symbol, SymbolKind
from readiness.model.summary import Assignment, Call, CallRef, Class, Constant, Name, Opaque, Value

BASES = frozenset(
    {"pydantic.BaseModel", "pydantic.main.BaseModel", "sqlmodel.SQLModel", "sqlmodel.main.SQLModel", "ninja.Schema"}
)
"""Bases whose annotated attributes are the fields, named as they are unless an alias is given."""
ALIASES = ("validation_alias", "alias", "alias_generator")
KEPT = frozenset({"builtins.object", "typing.Generic", "abc.ABC", "object", "Generic"})
FIELDS = 400


class Field(Struct, frozen=True):
    """One field of a model."""

    name: str
    required: bool


class Model(Struct, frozen=True):
    """The fields of one model."""

    name: str
    fields: tuple[Field, ...]


class Models:
    """Reads models; one whose field names depend on more than the class bodies is not known."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._known: dict[str, Model | None] = {}

    def of(self, name: str) -> Model | None:
        """The model behind the canonical name of a type; None where its fields are not all known."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name: str) -> Model | None:
        place = self._code.find(name)
        if place is None:
            return None
        symbol = Symbol(SymbolKind.CLASS, name, *place)
        ancestors = self._code.ancestors(symbol)
        outside = {each.name for each in ancestors if not each.path}
        if not outside & BASES or outside - BASES - KEPT:
            return None
        fields: dict[str, Field] = {}
        for ancestor in reversed([each for each in ancestors if each.path]):
            if not self._add(ancestor, fields) or len(fields) > FIELDS:
                return None
        return Model(name, tuple(fields.values()))

    def _add(self, symbol: Symbol, fields: dict[str, Field]) -> bool:
        """Add the fields of one class body; False where they have names that are not seen here."""
        summary = self._code.summary(symbol.path)
        if summary is None or not isinstance(summary.definitions[symbol.index], Class):
            return False
        for definition in summary.definitions:
            if definition.scope == symbol.index and definition.name == "Config":
                return False  # it may rename every field
        for each in summary.assignments:
            if each.scope != symbol.index:
                continue
            if each.target in ("model_config", "__config__"):
                if self._renames(each, summary.calls):
                    return False
                continue
            if each.annotation is None or each.target.startswith("_") or not each.target.isidentifier():
                continue
            if self._is_class_variable(each.annotation):
                continue
            found = self._field(symbol, each, summary.calls)
            if found is None:
                return False
            fields[each.target] = found
        return True

    def _renames(self, each: Assignment, calls: tuple[Call, ...]) -> bool:
        """The settings of a model may give its fields other names."""
        if isinstance(each.value, CallRef):
            keywords = dict(calls[each.value.index].keywords)
            return "alias_generator" in keywords or "" in keywords
        return True

    def _is_class_variable(self, annotation: Value) -> bool:
        value = getattr(annotation, "value", annotation)
        return isinstance(value, Name) and tail(value) == "ClassVar"

    def _aliased(self, symbol: Symbol, each: Assignment) -> bool:
        """The annotation is an alias of the project whose metadata gives a default or another name."""
        if not isinstance(each.annotation, Name):
            return False
        found = self._code.resolve_value(symbol.path, each.annotation, symbol.index, each.line)
        summary = self._code.summary(found.path) if found.kind is SymbolKind.VARIABLE and found.index >= 0 else None
        return summary is not None and _calls_in(summary.assignments[found.index].value, summary.calls, ALIASES)

    def _field(self, symbol: Symbol, each: Assignment, calls: tuple[Call, ...]) -> Field | None:
        """One field; None where it has another name outside, or may have a default that is not seen."""
        if _calls_in(each.annotation, calls, ALIASES) or self._aliased(symbol, each):
            return None
        value = each.value
        if isinstance(value, CallRef):
            call = calls[value.index]
            keywords = dict(call.keywords)
            if any(key in keywords for key in ALIASES) or "" in keywords:
                return None
            if tail(call.callee) not in ("Field", "FieldInfo"):
                return Field(each.target, required=False)
            given = keywords.get("default", call.arguments[0] if call.arguments else None)
            required = "default_factory" not in keywords and (given is None or given == Opaque("Ellipsis"))
            return Field(each.target, required)
        required = value is None or value == Opaque("Ellipsis")
        return Field(each.target, required and value != Constant(None))


def _calls_in(value: Value | None, calls: tuple[Call, ...], keys: tuple[str, ...], depth: int = 0) -> bool:
    """Some call in an annotation has one of these keywords: `Annotated[str, Field(alias="x")]`; or a default, which would
    make the field optional unseen."""
    if value is None or depth > 8:
        return False
    if isinstance(value, CallRef):
        return any(key in (*keys, "default", "default_factory", "") for key, _ in calls[value.index].keywords)
    inner = [getattr(value, field) for field in value.__struct_fields__]
    flat = [each for part in inner for each in (part if isinstance(part, tuple) else (part,))]
    return any(_calls_in(each, calls, keys, depth + 1) for each in flat if hasattr(each, "__struct_fields__"))
