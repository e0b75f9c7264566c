"""Values in; the constants they are out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.linking.folding import fold, fold_call
from readiness.model.project import UNKNOWN, Missing, Symbol, SymbolKind
from readiness.model.summary import (
    Assignment,
    Call,
    CallRef,
    Choice,
    Constant,
    Mapping,
    Member,
    Name,
    Operation,
    Scalar,
    Sequence,
    Subscript,
    Template,
    Value,
)

if TYPE_CHECKING:
    from readiness.linking.linker import Linker

NOT_KNOWN: Scalar | Missing = UNKNOWN
ENUMS = frozenset(
    {
        "enum.Enum",
        "enum.StrEnum",
        "enum.IntEnum",
        "enum.Flag",
        "enum.IntFlag",
        "strenum.StrEnum",
        "backports.strenum.StrEnum",
    }
)
TEXT_ENUMS = frozenset({"enum.StrEnum", "strenum.StrEnum", "backports.strenum.StrEnum", "str", "int", "enum.IntEnum"})
"""An enum with one of these bases is its value."""
SETTINGS = frozenset(
    {
        "pydantic_settings.BaseSettings",
        "pydantic.BaseSettings",
        "pydantic.v1.BaseSettings",
        "pydantic_settings.main.BaseSettings",
    }
)
MODELS = frozenset(
    {
        "pydantic.BaseModel",
        "pydantic.main.BaseModel",
        "sqlmodel.SQLModel",
        "msgspec.Struct",
        "typing.NamedTuple",
        "typing.TypedDict",
    }
)
"""Classes whose attributes are other for each object."""
ENVIRONMENT = frozenset({"os.getenv", "os.environ.get", "os.environ.setdefault"})
CONFIGURATION = frozenset(
    {
        "starlette.config.Config.__call__",
        "decouple.config",
        "environs.Env.str",
        "environs.Env.int",
        "environs.Env.bool",
        "environ.Env.__call__",
        "environ.Env.str",
        "environ.Env.int",
        "environ.Env.bool",
    }
)
"""Look-ups of the surroundings whose `default` counts."""
FIELDS = frozenset(
    {"pydantic.Field", "pydantic.fields.Field", "sqlmodel.Field", "dataclasses.field", "msgspec.field", "attrs.field"}
)


class Constants:
    """Constants through names, operators, attributes and tables."""

    def __init__(self, linker: Linker) -> None:
        self._linker = linker

    def constant(self, path: str, value: Value, scope: int = -1, line: int = 0) -> Scalar | Missing:
        """The constant that a value is, else `UNKNOWN`."""
        if isinstance(value, Constant):
            return value.value
        if isinstance(value, Name):
            return self._linker.once(
                ("constant", path, value.dotted, scope, line),
                lambda: self._named(path, value.dotted, scope, line),
                NOT_KNOWN,
            )
        if isinstance(value, CallRef):
            return self._linker.once(
                ("constant call", path, value.index), lambda: self._called(path, value.index), NOT_KNOWN
            )
        if isinstance(value, Template):
            return fold("f", [self.constant(path, part, scope, line) for part in value.parts])
        if isinstance(value, Operation):
            return self._operation(path, value, scope, line)
        if isinstance(value, Choice):
            return self._choice(path, value, scope, line)
        if isinstance(value, Subscript):
            return self._subscript(path, value, scope, line)
        if isinstance(value, Member):
            return self._member(path, value, scope, line)
        return UNKNOWN

    def texts(self, path: str, assignment: Assignment) -> list[str] | None:
        """The items of a display of strings such as `__all__`; None where it is more than that."""
        value = assignment.value
        if not isinstance(value, Sequence):
            return None
        found = [each.value for each in value.items if isinstance(each, Constant) and isinstance(each.value, str)]
        return found if len(found) == len(value.items) else None

    def _operation(self, path: str, value: Operation, scope: int, line: int) -> Scalar | Missing:
        if value.operator == "%" and len(value.operands) == 2 and isinstance(value.operands[1], Sequence):
            left = self.constant(path, value.operands[0], scope, line)
            items = [self.constant(path, each, scope, line) for each in value.operands[1].items]
            return fold("%()", [left, *items])
        if value.operator == "or":
            for each in value.operands:
                found = self.constant(path, each, scope, line)
                if isinstance(found, Missing):
                    if not self._is_environment(path, each):
                        return UNKNOWN
                elif found:
                    return found
            return UNKNOWN
        return fold(value.operator, [self.constant(path, each, scope, line) for each in value.operands])

    def _is_environment(self, path: str, value: Value) -> bool:
        return isinstance(value, CallRef) and self._linker.calls.callee(path, value.index).name in ENVIRONMENT

    def _choice(self, path: str, value: Choice, scope: int, line: int) -> Scalar | Missing:
        yes = self.constant(path, value.yes, scope, line)
        no = self.constant(path, value.no, scope, line)
        return yes if yes == no and type(yes) is type(no) else UNKNOWN

    # Names

    def _named(self, path: str, dotted: str, scope: int, line: int) -> Scalar | Missing:
        symbol = self._linker.resolving.resolve(path, dotted, scope, line)
        local = symbol.path == path and "." not in dotted
        return self.of_symbol(symbol, line if local else 0, scope)

    def of_symbol(self, symbol: Symbol, line: int = 0, scope: int = -1) -> Scalar | Missing:
        """The constant that a variable, a class attribute or a property holds; `line` counts in the variable's own scope."""
        if symbol.kind is SymbolKind.VARIABLE and symbol.index >= 0:
            if symbol.rest:
                return self._attribute(symbol)
            assignment = self._linker.assignment(symbol.path, symbol.index)
            own = assignment is not None and assignment.scope == scope
            return self._variable(symbol, line if own else 0)
        if symbol.kind is SymbolKind.PARAMETER and symbol.rest:
            return self._attribute(symbol)
        if symbol.kind is SymbolKind.FUNCTION and not symbol.rest and self._linker.types.is_property(symbol):
            return self._returned(symbol)
        return UNKNOWN

    def _variable(self, symbol: Symbol, line: int) -> Scalar | Missing:
        """The constant on which everything that the name may hold agrees."""
        names = self._linker.names(symbol.path)
        assignment = self._linker.assignment(symbol.path, symbol.index)
        if names is None or assignment is None:
            return UNKNOWN
        around = self._linker.class_(symbol.path, assignment.scope)
        if around is not None:
            return self._class_attribute(symbol, assignment)
        indices = names.group(symbol.index) if "." in assignment.target else names.holding(symbol.index, line)
        if not indices:
            return UNKNOWN
        values = [self._assigned(symbol.path, index) for index in indices]
        agreed = all(each == values[0] and type(each) is type(values[0]) for each in values)
        return values[0] if agreed else UNKNOWN

    def _assigned(self, path: str, index: int) -> Scalar | Missing:
        each = self._linker.assignment(path, index)
        if each is None or each.value is None or each.position >= 0 or each.operator not in ("=", ":="):
            return UNKNOWN
        return self.constant(path, each.value, each.scope, each.line)

    def _class_attribute(self, symbol: Symbol, assignment: Assignment) -> Scalar | Missing:
        owner = self._linker.resolving.defined(symbol.path, assignment.scope)
        if assignment.value is None:
            return UNKNOWN
        if self._linker.classes.is_a(owner, ENUMS) and not self._linker.classes.is_a(owner, TEXT_ENUMS):
            return UNKNOWN
        return self._field(symbol.path, assignment)

    def _field(self, path: str, assignment: Assignment) -> Scalar | Missing:
        """The value, or the default, of a class attribute."""
        value = assignment.value
        if value is None or assignment.position >= 0 or assignment.operator != "=":
            return UNKNOWN
        if isinstance(value, CallRef):
            name = self._linker.calls.callee(path, value.index).name
            call = self._linker.call(path, value.index)
            if call is not None and name in FIELDS:
                default = dict(call.keywords).get("default")
                if (
                    default is None
                    and call.arguments
                    and name not in ("dataclasses.field", "msgspec.field", "attrs.field")
                ):
                    default = call.arguments[0]
                return self.constant(path, default, call.scope, call.line) if default is not None else UNKNOWN
            if name == "enum.auto":
                return assignment.target.lower()
        return self.constant(path, value, assignment.scope, assignment.line)

    # Attributes of objects

    def _attribute(self, symbol: Symbol) -> Scalar | Missing:
        """`settings.PREFIX`, `Role.ADMIN.value`."""
        if symbol.rest == ("value",) and symbol.kind is SymbolKind.VARIABLE:
            assignment = self._linker.assignment(symbol.path, symbol.index)
            if assignment is not None and self._linker.class_(symbol.path, assignment.scope) is not None:
                owner = self._linker.resolving.defined(symbol.path, assignment.scope)
                if self._linker.classes.is_a(owner, ENUMS):
                    return self._field(symbol.path, assignment)
        bare = Symbol(symbol.kind, symbol.name, symbol.path, symbol.index)
        held = self._linker.types.of_symbol(bare)
        for name in symbol.rest[:-1]:
            held = self._linker.types.attribute_shape(held, name)
        made = self._linker.creations.of_symbol(bare) if len(symbol.rest) == 1 else None
        call = self._linker.call(made.path, made.index) if made is not None else None
        return self._of_object(held.symbol, symbol.rest[-1], call, made.path if made is not None else "")

    def _member(self, path: str, value: Member, scope: int, line: int) -> Scalar | Missing:
        symbol = self._linker.resolving.resolve_value(path, value, scope, line)
        if isinstance(value.value, CallRef):
            made = self._linker.creations.creation(path, value.value, scope, line)
            held = self._linker.types.shape(path, value.value, scope, line)
            call = self._linker.call(made.path, made.index) if made is not None else None
            return self._of_object(held.symbol, value.name, call, made.path if made is not None else "")
        return self.of_symbol(symbol)

    def _of_object(self, owner: Symbol, name: str, made: Call | None, path: str) -> Scalar | Missing:
        """An attribute of an object: what its making passed for it, else the default of its class."""
        if owner.kind is not SymbolKind.CLASS:
            return UNKNOWN
        if made is not None:
            for keyword, value in made.keywords:
                if keyword == name:
                    return self.constant(path, value, made.scope, made.line)
                if not keyword:
                    return UNKNOWN
        settings = self._linker.classes.is_a(owner, SETTINGS)
        if made is None and not settings and self._varies(owner):
            return UNKNOWN
        found = self._linker.classes.member(owner, name)
        if found.kind is SymbolKind.FUNCTION:
            return self._returned(found) if self._linker.types.is_property(found) else UNKNOWN
        assignment = self._linker.assignment(found.path, found.index)
        if found.kind is not SymbolKind.VARIABLE or found.rest or assignment is None:
            return UNKNOWN
        names = self._linker.names(found.path)
        if names is not None and names.attributes.get(assignment.scope, {}).get(name):
            return UNKNOWN
        return self.of_symbol(found)

    def _varies(self, owner: Symbol) -> bool:
        definition = self._linker.class_(owner.path, owner.index)
        decorated = definition is not None and any(
            name in ("dataclass", "define", "frozen", "attrs", "s")
            for name in (self._decorator(owner.path, each) for each in definition.decorators)
        )
        return decorated or self._linker.classes.is_a(owner, MODELS)

    def _decorator(self, path: str, value: Value) -> str:
        if isinstance(value, CallRef):
            call = self._linker.call(path, value.index)
            value = call.callee if call is not None else value
        return value.dotted.rpartition(".")[2] if isinstance(value, Name) else ""

    # Tables and calls

    def _subscript(self, path: str, value: Subscript, scope: int, line: int) -> Scalar | Missing:
        table, place, at = self.table(path, value.value, scope, line)
        key = self.constant(path, value.index, scope, line)
        if isinstance(key, Missing):
            return UNKNOWN
        if isinstance(table, Mapping) and None not in table.keys:
            found: Scalar | Missing = UNKNOWN
            for each, item in zip(table.keys, table.values, strict=True):
                if each is not None and self.constant(place, each, -1) == key:
                    found = self.constant(place, item, at)
            return found
        if isinstance(table, Sequence) and isinstance(key, int) and -len(table.items) <= key < len(table.items):
            return self.constant(place, table.items[key], at)
        return UNKNOWN

    def table(self, path: str, value: Value, scope: int, line: int) -> tuple[Value | None, str, int]:
        """The dict, list or tuple display that a value is, with its file and scope; None where it is none, or may change."""
        if isinstance(value, Mapping | Sequence):
            return value, path, scope
        if isinstance(value, Name):
            symbol = self._linker.resolving.resolve(path, value.dotted, scope, line)
            assignment = self._linker.assignment(symbol.path, symbol.index)
            names = self._linker.names(symbol.path)
            if symbol.kind is SymbolKind.VARIABLE and not symbol.rest and assignment is not None and names is not None:
                bound = names.bindings(assignment.scope)
                if len(bound.get(assignment.target, ())) == 1 and not names.changed(assignment):
                    return assignment.value, symbol.path, assignment.scope
        return None, path, scope

    def _called(self, path: str, index: int) -> Scalar | Missing:
        call = self._linker.call(path, index)
        if call is None:
            return UNKNOWN
        made = self._linker.calls.callee(path, index)
        if made.kind is SymbolKind.FUNCTION:
            return self._returned(made)
        if made.name in ENVIRONMENT or made.name in CONFIGURATION:
            default = dict(call.keywords).get("default")
            if default is None and len(call.arguments) > 1 and made.name in ENVIRONMENT:
                default = call.arguments[1]
            return self.constant(path, default, call.scope, call.line) if default is not None else UNKNOWN
        if made.kind is not SymbolKind.BUILTIN:
            return UNKNOWN
        owner, _, method = made.name.rpartition(".")
        values: list[Scalar | Missing] = []
        if owner:
            values.append(self.constant(path, _holder(call), call.scope, call.line))
        if method == "join" and len(call.arguments) == 1:
            table, place, at = self.table(path, call.arguments[0], call.scope, call.line)
            if not isinstance(table, Sequence):
                return UNKNOWN
            values += [self.constant(place, each, at) for each in table.items]
        else:
            values += [self.constant(path, each, call.scope, call.line) for each in call.arguments]
        keywords = {name: self.constant(path, each, call.scope, call.line) for name, each in call.keywords}
        return fold_call(owner, method, values, keywords)

    def _returned(self, symbol: Symbol) -> Scalar | Missing:
        """What a function always returns, where that is one constant."""
        names = self._linker.names(symbol.path)
        function = self._linker.function(symbol.path, symbol.index)
        indices = names.returns(symbol.index) if names is not None else []
        if names is None or function is None or function.generator or len(indices) != 1:
            return UNKNOWN
        each = names.summary.returns[indices[0]]
        return self.constant(symbol.path, each.value, symbol.index, each.line) if each.value is not None else UNKNOWN


def _holder(call: Call) -> Value:
    """The object whose method a call calls."""
    if isinstance(call.callee, Member):
        return call.callee.value
    return Name(call.callee.dotted.rpartition(".")[0]) if isinstance(call.callee, Name) else call.callee
