"""Values in; the calls that made the objects out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.linking.results import GIVEN_BACK
from readiness.model.project import Creation, Symbol, SymbolKind
from readiness.model.summary import Assignment, CallRef, Choice, Member, Name, Operation, Sequence, Starred, Value

if TYPE_CHECKING:
    from readiness.linking.linker import Linker

MADE = frozenset({SymbolKind.CLASS, SymbolKind.EXTERNAL})
CAST = frozenset({"typing.cast", "typing_extensions.cast"})


class Creations:
    """The identity of objects across files."""

    def __init__(self, linker: Linker) -> None:
        self._linker = linker

    def creation(self, path: str, value: Value, scope: int = -1, line: int = 0) -> Creation | None:
        """The call that made the object that a value denotes."""
        if isinstance(value, CallRef):
            return self._linker.once(("made", path, value.index), lambda: self._made(path, value.index), None)
        if isinstance(value, Name):
            return self._linker.once(
                ("creation", path, value.dotted, scope, line),
                lambda: self._named(path, value.dotted, scope, line),
                None,
            )
        if isinstance(value, Operation) and value.operator == "or":
            return self._first(path, value.operands, scope, line)
        if isinstance(value, Choice):
            return self._first(path, (value.yes, value.no), scope, line)
        if isinstance(value, Member):
            symbol = self._linker.resolving.resolve_value(path, value, scope, line)
            return self.of_symbol(symbol)
        return None

    def _first(self, path: str, values: tuple[Value, ...], scope: int, line: int) -> Creation | None:
        for value in values:
            found = self.creation(path, value, scope, line)
            if found is not None:
                return found
        return None

    def _made(self, path: str, index: int) -> Creation | None:
        maker = self._linker.calls.callee(path, index)
        if maker.kind is SymbolKind.FUNCTION:
            return self.handed_over(maker)
        call = self._linker.call(path, index)
        if call is None or maker.kind not in MADE:
            return None
        if call.arguments and maker.name in GIVEN_BACK | CAST:
            return self.creation(path, call.arguments[-1 if maker.name in CAST else 0], call.scope, call.line)
        return Creation(path, index, maker)

    def handed_over(self, symbol: Symbol) -> Creation | None:
        """What a project function returns or yields."""
        names = self._linker.names(symbol.path)
        if names is None:
            return None
        for index in names.returns(symbol.index)[:12]:
            each = names.summary.returns[index]
            if each.value is not None and not isinstance(each.value, Starred):
                found = self.creation(symbol.path, each.value, symbol.index, each.line)
                if found is not None:
                    return found
        return None

    def _named(self, path: str, dotted: str, scope: int, line: int) -> Creation | None:
        symbol = self._linker.resolving.resolve(path, dotted, scope, line)
        if symbol.kind is SymbolKind.UNKNOWN and "." in dotted:
            return None
        return self.of_symbol(symbol)

    def of_symbol(self, symbol: Symbol) -> Creation | None:
        """The call that made what a variable, a parameter or a property holds."""
        if symbol.kind is SymbolKind.VARIABLE and symbol.index >= 0:
            if not symbol.rest:
                return self._assigned(symbol)
            held = self._linker.types.variable(symbol.path, symbol.index)
        elif symbol.kind is SymbolKind.PARAMETER:
            name = symbol.name.rpartition(".")[2]
            if not symbol.rest:
                return self._passed(symbol, name)
            held = self._linker.types.parameter(symbol.path, symbol.index, name)
        elif symbol.kind is SymbolKind.FUNCTION and not symbol.rest and self._linker.types.is_property(symbol):
            return self.handed_over(symbol)
        else:
            return None
        for name in symbol.rest[:-1]:
            held = self._linker.types.attribute_shape(held, name)
        found = self._linker.types.attribute(held, symbol.rest[-1])
        return self.of_symbol(found) if found != symbol else None

    def _assigned(self, symbol: Symbol) -> Creation | None:
        names = self._linker.names(symbol.path)
        for index in names.group(symbol.index) if names is not None else ():
            assignment = self._linker.assignment(symbol.path, index)
            if assignment is None or assignment.value is None:
                continue
            if assignment.position >= 0:
                found = self._unpacked(symbol.path, assignment)
                if found is not None:
                    return found
            elif assignment.operator in ("=", ":=", "with"):
                found = self.creation(symbol.path, assignment.value, assignment.scope, assignment.line)
                if found is not None:
                    return found
        return None

    def _unpacked(self, path: str, assignment: Assignment) -> Creation | None:
        """One name of `a, b = ...`: of a tuple, or of the tuple that a project function returns."""
        value, scope, line = assignment.value, assignment.scope, assignment.line
        if isinstance(value, CallRef):
            maker = self._linker.calls.callee(path, value.index)
            names = self._linker.names(maker.path)
            if maker.kind is not SymbolKind.FUNCTION or names is None:
                return None
            for index in names.returns(maker.index)[:12]:
                each = names.summary.returns[index]
                found = self._item(maker.path, each.value, assignment.position, maker.index, each.line)
                if found is not None:
                    return found
            return None
        return self._item(path, value, assignment.position, scope, line)

    def _item(self, path: str, value: Value | None, position: int, scope: int, line: int) -> Creation | None:
        if not isinstance(value, Sequence) or position >= len(value.items):
            return None
        return self.creation(path, value.items[position], scope, line)

    def _passed(self, symbol: Symbol, name: str) -> Creation | None:
        """What a parameter holds: its default, or the one object that every caller passes."""
        function = self._linker.function(symbol.path, symbol.index)
        parameter = next((each for each in function.parameters if each.name == name), None) if function else None
        if function is None or parameter is None:
            return None
        found = self._linker.calls.passed_creation(self._linker.resolving.defined(symbol.path, symbol.index), name)
        if found is None and parameter.default is not None:
            return self.creation(symbol.path, parameter.default, function.scope, function.line)
        return found
