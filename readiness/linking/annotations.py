"""Annotations in; shapes (classes with their type arguments) out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from readiness.linking.resolving import NOTHING
from readiness.model.project import Symbol, SymbolKind
from readiness.model.summary import CallRef, Constant, Member, Name, Operation, Sequence, Subscript, Value

if TYPE_CHECKING:
    from readiness.linking.linker import Linker

TYPING = ("typing.", "typing_extensions.", "collections.abc.", "collections.", "contextlib.", "builtins.", "types.")
"""Modules whose names are known here by their last part."""
INNER = frozenset(
    {
        "Optional", "ClassVar", "Final", "Required", "NotRequired", "ReadOnly", "Awaitable", "Coroutine", "Unpack",
        "TypeGuard", "Annotated",
    }
)  # fmt: skip
"""Forms that stand for their argument: the last of `Coroutine`, the first of the others."""
STANDARD = {
    "List": "list", "Dict": "dict", "Set": "set", "FrozenSet": "frozenset", "Tuple": "tuple", "Type": "type",
    "Text": "str", "DefaultDict": "dict", "OrderedDict": "dict", "defaultdict": "dict", "Mapping": "dict",
    "MutableMapping": "dict",
}  # fmt: skip
TRANSPARENT = frozenset({"sqlalchemy.orm.Mapped", "sqlalchemy.orm.base.Mapped"})
"""External generics whose attribute gives the argument."""
INJECTORS = frozenset(
    {
        "fastapi.Depends",
        "fastapi.Security",
        "fastapi.param_functions.Depends",
        "fastapi.params.Depends",
        "fast_depends.Depends",
        "taskiq.TaskiqDepends",
    }
)
"""Calls in a default or `Annotated` whose first argument makes the parameter's value."""


class Shape(Struct, frozen=True):
    """The class of an object with its type arguments."""

    symbol: Symbol
    arguments: tuple[Shape, ...] = ()
    of_class: bool = False
    """The object is the class itself: `type[User]`."""

    @property
    def known(self) -> bool:
        """Something is known about it."""
        return self.symbol.kind is not SymbolKind.UNKNOWN


SHAPELESS = Shape(NOTHING)


def builtin(name: str, *arguments: Shape) -> Shape:
    """The shape of an object of a builtin class."""
    return Shape(Symbol(SymbolKind.BUILTIN, name), arguments)


def standard_name(symbol: Symbol) -> str:
    """The last part of a name of `typing`, `collections.abc` and their kin; the name of a builtin; else empty."""
    if symbol.kind is SymbolKind.BUILTIN:
        return symbol.name
    if symbol.kind is SymbolKind.EXTERNAL and symbol.name.startswith(TYPING):
        return symbol.name.rpartition(".")[2]
    return ""


class Annotations:
    """Annotations as they are written, in the place they are written in."""

    def __init__(self, linker: Linker) -> None:
        self._linker = linker

    def shape(self, path: str, value: Value | None, scope: int, line: int = 0, *, own: Shape = SHAPELESS) -> Shape:
        """The shape that an annotation declares; `own` is what `Self` and the class's type variables stand for."""
        if value is None:
            return SHAPELESS
        if isinstance(value, Constant):
            return builtin("None") if value.value is None else SHAPELESS
        if isinstance(value, Operation):
            return self._union(path, value.operands, scope, line, own) if value.operator == "|" else SHAPELESS
        if isinstance(value, Subscript):
            return self._subscript(path, value, scope, line, own)
        if isinstance(value, Name | Member):
            return self._named(self._linker.resolving.resolve_value(path, value, scope, line), own)
        return SHAPELESS

    def _union(self, path: str, values: tuple[Value, ...], scope: int, line: int, own: Shape) -> Shape:
        for value in values:
            found = self.shape(path, value, scope, line, own=own)
            if found.known and found.symbol.name != "None":
                return found
        return SHAPELESS

    def _named(self, symbol: Symbol, own: Shape) -> Shape:
        if symbol.kind is SymbolKind.CLASS:
            return SHAPELESS if symbol.rest else Shape(symbol)
        standard = standard_name(symbol)
        if standard in STANDARD:
            return builtin(STANDARD[standard])
        if standard == "Self":
            return own
        if standard in ("Any", "object", "Union", "Literal", "TypeAlias") or (standard in INNER and "." in symbol.name):
            return SHAPELESS
        if symbol.kind in (SymbolKind.EXTERNAL, SymbolKind.BUILTIN):
            return Shape(symbol)
        if symbol.kind is SymbolKind.VARIABLE and not symbol.rest:
            return self._linker.once(
                ("alias", symbol.path, symbol.index, own), lambda: self._alias(symbol, own), SHAPELESS
            )
        return SHAPELESS

    def _alias(self, symbol: Symbol, own: Shape) -> Shape:
        """`X = Annotated[...]`, `X = NewType("X", int)`, `T = TypeVar("T", bound=...)`."""
        assignment = self._linker.assignment(symbol.path, symbol.index)
        if assignment is None or assignment.value is None:
            return SHAPELESS
        path, scope, line = symbol.path, assignment.scope, assignment.line
        if not isinstance(assignment.value, CallRef):
            return self.shape(path, assignment.value, scope, line, own=own)
        call = self._linker.call(path, assignment.value.index)
        name = standard_name(self._linker.calls.callee(path, assignment.value.index))
        if call is None:
            return SHAPELESS
        if name == "TypeVar":
            bound = dict(call.keywords).get("bound")
            replaced = self._linker.outcomes.variable_in(symbol, own)
            return replaced if replaced.known else self.shape(path, bound, scope, line)
        if name == "NewType" and len(call.arguments) > 1:
            return self.shape(path, call.arguments[1], scope, line)
        # A class made by a call: `Row = namedtuple("Row", ...)`.
        made = self._linker.calls.callee(path, assignment.value.index)
        return Shape(made) if made.kind is SymbolKind.EXTERNAL and name in ("namedtuple", "NamedTuple") else SHAPELESS

    def _subscript(self, path: str, value: Subscript, scope: int, line: int, own: Shape) -> Shape:
        base = self._linker.resolving.resolve_value(path, value.value, scope, line)
        items = (
            value.index.items if isinstance(value.index, Sequence) and value.index.kind == "tuple" else (value.index,)
        )
        name = standard_name(base)
        if name == "Literal":
            first = items[0] if items else None
            return builtin(type(first.value).__name__) if isinstance(first, Constant) else SHAPELESS
        if name == "Union":
            return self._union(path, items, scope, line, own)
        if not items:
            return SHAPELESS
        if name == "Annotated":
            found = self.shape(path, items[0], scope, line, own=own)
            return found if found.known else self.injected(path, items[1:], scope, line)
        if name in INNER or base.name in TRANSPARENT:
            return self.shape(path, items[-1 if name == "Coroutine" else 0], scope, line, own=own)
        if name in ("type", "Type"):
            inner = self.shape(path, items[0], scope, line, own=own)
            return Shape(inner.symbol, inner.arguments, of_class=True) if inner.known else builtin("type")
        shape = self._named(base, own)
        if not shape.known:
            return shape
        return Shape(shape.symbol, tuple(self.shape(path, each, scope, line, own=own) for each in items[:8]))

    def injected(self, path: str, values: tuple[Value, ...], scope: int, line: int) -> Shape:
        """What a dependency among these values gives: the result of its function, or its class."""
        for value in values:
            call = self._linker.call(path, value.index) if isinstance(value, CallRef) else None
            if call is None or not isinstance(value, CallRef):
                continue
            if self._linker.calls.callee(path, value.index).name not in INJECTORS:
                continue
            maker = call.arguments[0] if call.arguments else dict(call.keywords).get("dependency")
            if maker is not None:
                made = self._linker.resolving.resolve_value(path, maker, scope, line)
                if made.kind is SymbolKind.FUNCTION:
                    return self._linker.outcomes.provided(made)
                if made.kind is SymbolKind.CLASS:
                    return Shape(made)
                if made.kind is SymbolKind.EXTERNAL:
                    return self._linker.outcomes.external_result(made.name)
                return self._linker.outcomes.called(self._linker.types.shape(path, maker, scope, line))
        return SHAPELESS
