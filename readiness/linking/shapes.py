"""Values and the places they stand in, in; the classes of the objects they are out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.linking.annotations import SHAPELESS, TRANSPARENT, Annotations, Shape, builtin, standard_name
from readiness.linking.names import Binder, is_decorated
from readiness.linking.resolving import unknown
from readiness.linking.results import element_of
from readiness.model.project import Symbol, SymbolKind
from readiness.model.summary import (
    Assignment,
    CallRef,
    Choice,
    Comprehension,
    Constant,
    Mapping,
    Member,
    Name,
    Operation,
    Sequence,
    Subscript,
    Template,
    Value,
)

if TYPE_CHECKING:
    from readiness.linking.linker import Linker

PROPERTIES = ("property", "cached_property", "hybrid_property", "computed_field")
ENUMS = frozenset({"enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "enum.IntFlag"})
COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in", "not"})


COLUMN = "sqlalchemy.orm.InstrumentedAttribute"
"""What a mapped class holds for an attribute annotated with `Mapped`."""
DESCRIPTORS = (".Column", "Field")
"""Classes of class attributes whose objects hold something else."""


class Types:
    """Shapes of values: what class an object has, with its type arguments."""

    def __init__(self, linker: Linker) -> None:
        self._linker = linker
        self.annotations = Annotations(linker)

    def type_of(self, path: str, value: Value, scope: int = -1, line: int = 0) -> Symbol:
        """The class of the object that a value denotes; a class as an object is a `type`."""
        found = self.shape(path, value, scope, line)
        return Symbol(SymbolKind.BUILTIN, "type") if found.of_class else found.symbol

    def shape(self, path: str, value: Value, scope: int = -1, line: int = 0) -> Shape:
        """The shape of the object that a value denotes."""
        if isinstance(value, Name):
            return self._linker.once(
                ("shape", path, value.dotted, scope, line),
                lambda: self._name(path, value.dotted, scope, line),
                SHAPELESS,
            )
        if isinstance(value, CallRef):
            return self._linker.outcomes.result(path, value.index)
        if isinstance(value, Constant):
            return builtin(type(value.value).__name__ if value.value is not None else "None")
        if isinstance(value, Template):
            return builtin("str")
        if isinstance(value, Member):
            return self._member(path, value, scope, line)
        if isinstance(value, Subscript):
            return self._subscript(path, value, scope, line)
        return self._composed(path, value, scope, line)

    def _composed(self, path: str, value: Value, scope: int, line: int) -> Shape:
        if isinstance(value, Choice):
            return self._first(path, (value.yes, value.no), scope, line)
        if isinstance(value, Operation):
            if value.operator in COMPARISONS:
                return builtin("bool")
            if value.operator in ("or", "and"):
                values = value.operands if value.operator == "or" else value.operands[::-1]
                return self._first(path, values, scope, line)
            return self.shape(path, value.operands[0], scope, line) if value.operands else SHAPELESS
        if isinstance(value, Sequence):
            shapes = [self.shape(path, each, scope, line) for each in value.items[:8]]
            if value.kind == "tuple":
                return builtin("tuple", *shapes)
            return builtin(value.kind, *shapes[:1]) if shapes and shapes[0].known else builtin(value.kind)
        if isinstance(value, Mapping):
            if value.keys and value.keys[0] is not None:
                return builtin(
                    "dict",
                    self.shape(path, value.keys[0], scope, line),
                    self.shape(path, value.values[0], scope, line),
                )
            return builtin("dict")
        if isinstance(value, Comprehension):
            element = self.shape(path, value.element, scope, line)
            return builtin("dict", SHAPELESS, element) if value.kind == "dict" else builtin(value.kind, element)
        return SHAPELESS

    def _first(self, path: str, values: tuple[Value, ...], scope: int, line: int) -> Shape:
        for value in values:
            found = self.shape(path, value, scope, line)
            if found.known and found.symbol.name != "None":
                return found
        return SHAPELESS

    # Names and attributes

    def _name(self, path: str, dotted: str, scope: int, line: int) -> Shape:
        head, *rest = dotted.split(".")
        symbol = self._linker.resolving.resolve(path, head, scope, line)
        if symbol.kind in (SymbolKind.VARIABLE, SymbolKind.PARAMETER):
            found = self._held(symbol, head, path, scope, line)
            for name in symbol.rest:
                found = self.attribute_shape(found, name)
        else:
            symbol = self._linker.resolving.resolve(path, dotted, scope, line)
            found, rest = self._on_class(symbol) or self.of_symbol(symbol), []
        for name in rest:
            found = self.attribute_shape(found, name)
        return found

    def _on_class(self, symbol: Symbol) -> Shape | None:
        """The shape of a class attribute that is asked of the class itself, where that differs from what its objects hold:
        enum members, columns, fields. None where it does not."""
        assignment = self._linker.assignment(symbol.path, symbol.index)
        if symbol.kind is not SymbolKind.VARIABLE or assignment is None:
            return None
        if self._linker.class_(symbol.path, assignment.scope) is None:
            return None
        owner = self._linker.resolving.defined(symbol.path, assignment.scope)
        if self._linker.classes.is_a(owner, ENUMS):
            found = Shape(owner)
        elif assignment.annotation is None or not (assignment.value is None or isinstance(assignment.value, CallRef)):
            return None
        else:
            outer = assignment.annotation
            outer = outer.value if isinstance(outer, Subscript) else outer
            form = self._linker.resolving.resolve_value(symbol.path, outer, assignment.scope, assignment.line)
            if standard_name(form) in ("ClassVar", "Final"):
                return None
            found = Shape(Symbol(SymbolKind.EXTERNAL, COLUMN)) if form.name in TRANSPARENT else SHAPELESS
        for name in symbol.rest:
            found = self.attribute_shape(found, name)
        return found

    def _held(self, symbol: Symbol, name: str, path: str, scope: int, line: int) -> Shape:
        if symbol.kind is SymbolKind.PARAMETER:
            return self.parameter(symbol.path, symbol.index, symbol.name.rpartition(".")[2])
        assignment = self._linker.assignment(symbol.path, symbol.index)
        if assignment is not None:
            # Another name of a class attribute, unless the class body itself speaks of it.
            outside = symbol.path != path or assignment.scope != scope
            found = self._on_class(Symbol(symbol.kind, symbol.name, symbol.path, symbol.index)) if outside else None
            return found or self.variable(symbol.path, symbol.index)
        names = self._linker.names(path)
        for binding in names.lookup(name, scope, line) if names is not None else ():
            if binding.kind is Binder.HANDLER and names is not None:
                types = names.summary.handlers[binding.index].types
                return self.annotations.shape(path, types[0], binding.scope, binding.line) if types else SHAPELESS
        return SHAPELESS

    def of_symbol(self, symbol: Symbol, own: Shape = SHAPELESS) -> Shape:
        """The shape of what a symbol denotes, as an object."""
        rest = symbol.rest
        if symbol.kind is SymbolKind.CLASS:
            found = Shape(Symbol(symbol.kind, symbol.name, symbol.path, symbol.index), of_class=True)
        elif symbol.kind is SymbolKind.FUNCTION:
            found = self._linker.outcomes.returned(symbol, own) if self.is_property(symbol) else SHAPELESS
        elif symbol.kind is SymbolKind.VARIABLE and symbol.index >= 0:
            found = self.variable(symbol.path, symbol.index, own)
        elif symbol.kind is SymbolKind.PARAMETER:
            found = self.parameter(symbol.path, symbol.index, symbol.name.rpartition(".")[2])
        elif symbol.kind is SymbolKind.EXTERNAL:
            given = self._linker.given(symbol.name)
            if given:
                return self._linker.outcomes.named(given)
            hung = self._linker.hung.shape(symbol.name)
            if hung.known:
                return hung
            return Shape(symbol, of_class=True) if self._linker.outcomes.is_class(symbol.name) else SHAPELESS
        elif symbol.kind is SymbolKind.BUILTIN:
            found = Shape(symbol, of_class=True) if "." not in symbol.name else SHAPELESS
        else:
            return SHAPELESS
        for name in rest:
            found = self.attribute_shape(found, name)
        return found

    def is_property(self, symbol: Symbol) -> bool:
        """A function that is read like an attribute."""
        function = self._linker.function(symbol.path, symbol.index)
        return function is not None and any(is_decorated(function, name) for name in PROPERTIES)

    def attribute(self, held: Shape, name: str) -> Symbol:
        """The method or attribute that an object of a shape has under a name."""
        symbol = held.symbol
        if symbol.kind is SymbolKind.CLASS:
            return self._linker.classes.attribute(symbol, name)
        if symbol.kind in (SymbolKind.EXTERNAL, SymbolKind.BUILTIN):
            return Symbol(symbol.kind, f"{symbol.name}.{name}")
        return unknown(f"{symbol.name}.{name}")

    def attribute_shape(self, held: Shape, name: str) -> Shape:
        """The shape of an attribute of an object."""
        if not held.known:
            return SHAPELESS
        if name == "__class__":
            return Shape(held.symbol, held.arguments, of_class=True)
        found = self.attribute(held, name)
        if name in ("value", "name") and self._linker.classes.is_a(held.symbol, ENUMS):
            return builtin("str") if name == "name" else self._enum_value(held.symbol)
        if found.kind is SymbolKind.VARIABLE and held.symbol.kind is SymbolKind.CLASS:
            if self._linker.classes.is_a(held.symbol, ENUMS):
                return Shape(held.symbol)
            shape = self._on_class(found) if held.of_class else None
            shape = shape or self.variable(found.path, found.index, Shape(held.symbol, held.arguments))
            return shape if held.of_class or not shape.symbol.name.endswith(DESCRIPTORS) else SHAPELESS
        if found.kind is SymbolKind.FUNCTION:
            return self.of_symbol(found, Shape(held.symbol, held.arguments))
        if found.kind is SymbolKind.EXTERNAL:
            # What nothing is known of is named by the way to it: `fastapi.Request.headers`.
            given = self._linker.given(found.name)
            if given:
                return self._linker.outcomes.named(given)
            hung = self._linker.hung.shape(found.name)
            return hung if hung.known else Shape(found)
        return self.of_symbol(found) if found.kind is not SymbolKind.BUILTIN else SHAPELESS

    def _enum_value(self, symbol: Symbol) -> Shape:
        """The shape of the first member's value."""
        definition = self._linker.names(symbol.path)
        for found in definition.bindings(symbol.index).values() if definition is not None else ():
            assignment = self._linker.assignment(symbol.path, found[0].index)
            if found[0].kind is Binder.ASSIGNMENT and assignment is not None and assignment.value is not None:
                shape = self.shape(symbol.path, assignment.value, symbol.index, assignment.line)
                return builtin("str") if shape.symbol.name == "enum.auto" else shape
        return SHAPELESS

    def _member(self, path: str, value: Member, scope: int, line: int) -> Shape:
        held = self.shape(path, value.value, scope, line)
        return self.attribute_shape(held, value.name)

    def _subscript(self, path: str, value: Subscript, scope: int, line: int) -> Shape:
        symbol = self._linker.resolving.resolve_value(path, value.value, scope, line)
        if symbol.kind is SymbolKind.CLASS and not symbol.rest:
            if self._linker.classes.is_a(symbol, ENUMS):
                return Shape(symbol)
            declared = self.annotations.shape(path, value, scope, line)
            return Shape(declared.symbol, declared.arguments, of_class=True)
        held = self.shape(path, value.value, scope, line)
        if held.of_class:
            return held
        if isinstance(value.index, Operation) and value.index.operator == ":":
            return held
        position = value.index.value if isinstance(value.index, Constant) else None
        if held.symbol.name == "dict":
            return held.arguments[1] if len(held.arguments) > 1 else SHAPELESS
        if held.symbol.kind is SymbolKind.CLASS:
            method = self._linker.classes.member(held.symbol, "__getitem__")
            return self._linker.outcomes.returned(method, held) if method.kind is SymbolKind.FUNCTION else SHAPELESS
        given = self._linker.given(f"{held.symbol.name}.__getitem__") if held.symbol.kind is SymbolKind.EXTERNAL else ""
        if given:
            return self._linker.outcomes.named(given)
        return element_of(held, position if isinstance(position, int) else -1)

    # Variables and parameters

    def variable(self, path: str, index: int, own: Shape = SHAPELESS) -> Shape:
        """The shape of what one assignment binds, or of what its name may hold instead."""
        return self._linker.once(("variable", path, index, own), lambda: self._variable(path, index, own), SHAPELESS)

    def _variable(self, path: str, index: int, own: Shape) -> Shape:
        names = self._linker.names(path)
        if names is None:
            return SHAPELESS
        for each in names.group(index):
            assignment = names.summary.assignments[each]
            found = self.annotations.shape(path, assignment.annotation, assignment.scope, assignment.line, own=own)
            if not found.known:
                found = self._bound(path, assignment)
            if found.known and found.symbol.name != "None":
                return found
        return SHAPELESS

    def _bound(self, path: str, assignment: Assignment) -> Shape:
        value, scope, line = assignment.value, assignment.scope, assignment.line
        if value is None:
            return SHAPELESS
        if assignment.operator == "with":
            found = self._linker.outcomes.entered(path, value, scope, line)
        elif assignment.operator == "for":
            found = element_of(self._linker.outcomes.iterated(self.shape(path, value, scope, line)))
        elif assignment.operator in ("=", ":="):
            found = self.shape(path, value, scope, line)
        else:
            return SHAPELESS
        return found if assignment.position < 0 else element_of(found, assignment.position)

    def parameter(self, path: str, index: int, name: str) -> Shape:
        """The shape of a parameter: its annotation, its injected default, or what every caller passes."""
        return self._linker.once(
            ("parameter", path, index, name), lambda: self._parameter(path, index, name), SHAPELESS
        )

    def _parameter(self, path: str, index: int, name: str) -> Shape:
        names = self._linker.names(path)
        function = names.function(index) if names is not None else None
        parameter = next((each for each in function.parameters if each.name == name), None) if function else None
        if names is None or function is None or parameter is None:
            return SHAPELESS
        own = SHAPELESS
        if names.definition(function.scope) is not None and names.class_around(function.scope) == function.scope:
            own = Shape(self._linker.resolving.defined(path, function.scope))
        if name == names.receiver(index):
            of_class = is_decorated(function, "classmethod") or function.name in ("__new__", "__init_subclass__")
            return Shape(own.symbol, of_class=of_class)
        found = self.annotations.shape(path, parameter.annotation, function.scope, function.line, own=own)
        if found.known and found.symbol.name != "None":
            return self._gathered(parameter.kind, found)
        if parameter.default is not None:
            found = self.annotations.injected(path, (parameter.default,), function.scope, function.line)
            if not found.known and parameter.annotation is None:
                found = self.shape(path, parameter.default, function.scope, function.line)
            if found.known and found.symbol.name != "None":
                return found
        if parameter.annotation is None and parameter.kind in ("positional", "positional-only", "keyword-only"):
            return self._linker.calls.passed_shape(self._linker.resolving.defined(path, index), name)
        return self._gathered(parameter.kind, SHAPELESS)

    @staticmethod
    def _gathered(kind: str, shape: Shape) -> Shape:
        if kind == "variadic":
            return builtin("list", shape)
        return builtin("dict", builtin("str"), shape) if kind == "keyword-variadic" else shape
