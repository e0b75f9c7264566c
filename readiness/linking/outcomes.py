"""Calls, entered contexts and iterations in; the shapes of what they give out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.linking.annotations import SHAPELESS, Shape, builtin, standard_name
from readiness.linking.names import is_decorated
from readiness.linking.resolving import BUILTINS, NOTHING
from readiness.linking.results import GIVEN_BACK, builtin_result, element_of, entry_of
from readiness.linking.shapes import ENUMS
from readiness.model.project import Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Function, Member, Name, Sequence, Subscript, Value

if TYPE_CHECKING:
    from readiness.linking.linker import Linker


ENTERS = frozenset(
    {
        "contextlib.ExitStack.enter_context",
        "contextlib.AsyncExitStack.enter_context",
        "contextlib.AsyncExitStack.enter_async_context",
    }
)
"""Calls that enter their first argument."""
NAMED = BUILTINS | {"iterator"}
"""Names in a table that are no library's."""


class Outcomes:
    """What calling, entering and iterating gives."""

    def __init__(self, linker: Linker) -> None:
        self._linker = linker

    # Results of calls

    def result(self, path: str, index: int) -> Shape:
        """The shape of what a call gives back, awaited where it has to be."""
        return self._linker.once(("result", path, index), lambda: self._result(path, index), SHAPELESS)

    def _result(self, path: str, index: int) -> Shape:
        call = self._linker.call(path, index)
        if call is None:
            return SHAPELESS
        made = self._linker.calls.callee(path, index)
        if made.kind is SymbolKind.CLASS:
            arguments: tuple[Shape, ...] = ()
            if isinstance(call.callee, Subscript):
                arguments = self._linker.types.annotations.shape(path, call.callee, call.scope, call.line).arguments
            return Shape(made, arguments)
        if made.kind is SymbolKind.FUNCTION:
            if self._is_context(made):
                return SHAPELESS
            return self.returned(made, self._receiver(path, index))
        if made.kind is SymbolKind.EXTERNAL:
            return self._external(path, call, made.name)
        if made.kind is SymbolKind.BUILTIN:
            return self._builtin(path, call, made.name)
        return SHAPELESS

    def _receiver(self, path: str, index: int) -> Shape:
        """The object whose method a call calls."""
        call = self._linker.call(path, index)
        if call is None:
            return SHAPELESS
        if isinstance(call.callee, Member):
            found = self._linker.types.shape(path, call.callee.value, call.scope, call.line)
        elif isinstance(call.callee, Name) and "." in call.callee.dotted:
            found = self._linker.types.shape(path, Name(call.callee.dotted.rpartition(".")[0]), call.scope, call.line)
        else:
            return SHAPELESS
        return Shape(found.symbol, found.arguments) if found.symbol.kind is SymbolKind.CLASS else SHAPELESS

    def _external(self, path: str, call: Call, name: str) -> Shape:
        if name in ("typing.cast", "typing_extensions.cast") and call.arguments:
            return self._linker.types.annotations.shape(path, call.arguments[0], call.scope, call.line)
        if name in ENTERS and call.arguments:
            return self.entered(path, call.arguments[0], call.scope, call.line)
        if name in GIVEN_BACK and call.arguments:
            return self._linker.types.shape(path, call.arguments[0], call.scope, call.line)
        if name == "collections.defaultdict" and call.arguments:
            made = self._linker.types.shape(path, call.arguments[0], call.scope, call.line)
            return builtin("dict", SHAPELESS, self.called(made) if made.known else SHAPELESS)
        return self.external_result(name)

    def external_result(self, name: str) -> Shape:
        """The shape of what a call of an external name gives back: known results first, then what looks like a class."""
        given = self._linker.given(name) or self._linker.given(f"{name.rpartition('.')[0]}.*")
        if given:
            return self.named(given)
        return Shape(Symbol(SymbolKind.EXTERNAL, name)) if self.is_class(name) else SHAPELESS

    def is_class(self, name: str) -> bool:
        """An external name is taken for a class when it is written like one, or results of its methods are known."""
        return name.rpartition(".")[2].lstrip("_")[:1].isupper() or name in self._linker.result_owners

    def named(self, name: str) -> Shape:
        """The shape of a class by its name in a table: `list[sqlalchemy.Row]`, `type[werkzeug.Response]`."""
        outer, bracket, inner = name.partition("[")
        arguments = tuple(self.named(each.strip()) for each in inner[:-1].split(",")) if bracket else ()
        if outer == "type" and arguments:
            return Shape(arguments[0].symbol, of_class=True)
        return builtin(outer, *arguments) if outer in NAMED else Shape(Symbol(SymbolKind.EXTERNAL, outer), arguments)

    def _builtin(self, path: str, call: Call, name: str) -> Shape:
        if name == "super":
            names = self._linker.names(path)
            around = names.class_around(call.scope) if names is not None else -1
            return Shape(self._linker.resolving.defined(path, around)) if around >= 0 else SHAPELESS
        first = (
            self._linker.types.shape(path, call.arguments[0], call.scope, call.line) if call.arguments else SHAPELESS
        )
        held = SHAPELESS
        if isinstance(call.callee, Member):
            held = self._linker.types.shape(path, call.callee.value, call.scope, call.line)
        elif isinstance(call.callee, Name) and "." in call.callee.dotted:
            held = self._linker.types.shape(path, Name(call.callee.dotted.rpartition(".")[0]), call.scope, call.line)
        if name == "type" and len(call.arguments) == 1:
            return Shape(first.symbol, first.arguments, of_class=True) if first.known else SHAPELESS
        return builtin_result(name, held, first if name == "next" else self.iterated(first))

    def called(self, held: Shape) -> Shape:
        """The shape of what calling an object gives back."""
        if held.of_class:
            return Shape(held.symbol, held.arguments)
        found = self._linker.types.attribute(held, "__call__")
        if found.kind is SymbolKind.FUNCTION:
            return self.returned(found, held)
        return self.external_result(found.name) if found.kind is SymbolKind.EXTERNAL else SHAPELESS

    def returned(self, symbol: Symbol, own: Shape = SHAPELESS) -> Shape:
        """The shape of what a project function returns; `own` is the object whose method it is."""
        return self._linker.once(
            ("returned", symbol.path, symbol.index, own), lambda: self._returned(symbol, own), SHAPELESS
        )

    def _returned(self, symbol: Symbol, own: Shape) -> Shape:
        function = self._linker.function(symbol.path, symbol.index)
        if function is None:
            return SHAPELESS
        if not own.known:
            names = self._linker.names(symbol.path)
            if names is not None and names.class_around(function.scope) == function.scope >= 0:
                own = Shape(self._linker.resolving.defined(symbol.path, function.scope))
        found = self._linker.types.annotations.shape(
            symbol.path, function.returns, function.scope, function.line, own=own
        )
        if found.known:
            return found
        if function.generator:
            return builtin("iterator", self._given(symbol, function, own, yields=True))
        return self._given(symbol, function, own, yields=False)

    def _given(self, symbol: Symbol, function: Function, own: Shape, *, yields: bool) -> Shape:
        names = self._linker.names(symbol.path)
        if names is None:
            return SHAPELESS
        for index in names.returns(symbol.index)[:12]:
            each = names.summary.returns[index]
            if each.yields is not yields or each.value is None:
                continue
            if isinstance(each.value, Name) and each.value.dotted == names.receiver(symbol.index):
                return own
            found = self._linker.types.shape(symbol.path, each.value, symbol.index, each.line)
            if found.known and found.symbol.name != "None":
                return found
        return SHAPELESS

    def provided(self, symbol: Symbol, own: Shape = SHAPELESS) -> Shape:
        """What a dependency or context manager function hands over: what it yields, else what it returns."""
        function = self._linker.function(symbol.path, symbol.index)
        if function is None:
            return SHAPELESS
        if not function.generator:
            found = self.returned(symbol, own)
            return element_of(found) if standard_name(found.symbol) in ("Iterator", "AsyncIterator") else found
        found = element_of(self.returned(symbol, own))
        return found if found.known else self._given(symbol, function, own, yields=True)

    def class_returned(self, symbol: Symbol) -> Symbol:
        """The class that a project function returns as an object, as a factory of bases does."""
        names = self._linker.names(symbol.path)
        for index in names.returns(symbol.index) if names is not None else ():
            value = names.summary.returns[index].value if names is not None else None
            if value is not None:
                found = self._linker.types.shape(symbol.path, value, symbol.index, 0)
                if found.of_class:
                    return found.symbol
        return NOTHING

    def variable_in(self, variable: Symbol, own: Shape, depth: int = 0) -> Shape:
        """What a type variable stands for in an object's class: its type argument there."""
        if own.symbol.kind is not SymbolKind.CLASS or depth > 6:
            return SHAPELESS
        definition = self._linker.class_(own.symbol.path, own.symbol.index)
        bases = self._linker.classes.bases(own.symbol)
        if definition is None:
            return SHAPELESS
        path, scope = own.symbol.path, definition.scope
        parameters: list[Symbol] = []
        for base, index in bases:
            items = _items(index)
            found = [self._linker.resolving.resolve_value(path, each, scope, definition.line) for each in items]
            if standard_name(base) == "Generic":
                parameters = found
                break
            parameters += [each for each in found if each.kind is SymbolKind.VARIABLE and each not in parameters]
        if variable in parameters and parameters.index(variable) < len(own.arguments):
            return own.arguments[parameters.index(variable)]
        for base, index in bases:
            if base.kind is SymbolKind.CLASS:
                arguments = tuple(
                    self._linker.types.annotations.shape(path, each, scope, definition.line, own=own)
                    for each in _items(index)
                )
                inner = self.variable_in(variable, Shape(base, arguments), depth + 1)
                if inner.known:
                    return inner
        return SHAPELESS

    # Contexts and iterations

    def iterated(self, held: Shape) -> Shape:
        """What the iteration over an object goes through."""
        if held.symbol.kind is not SymbolKind.CLASS:
            given = self._linker.given(f"{held.symbol.name}.__iter__")
            return builtin("iterator", self.named(given)) if given else held
        if held.of_class and self._linker.classes.is_a(held.symbol, ENUMS):
            return builtin("iterator", Shape(held.symbol))
        for name in ("__iter__", "__aiter__"):
            method = self._linker.classes.member(held.symbol, name)
            if method.kind is SymbolKind.FUNCTION:
                return self.returned(method, held)
        return held

    def entered(self, path: str, value: Value, scope: int, line: int) -> Shape:
        """The shape of what `with value as name` binds."""
        if isinstance(value, CallRef):
            made = self._linker.calls.callee(path, value.index)
            if made.kind is SymbolKind.FUNCTION and self._is_context(made):
                return self.provided(made, self._receiver(path, value.index))
        held = self._linker.types.shape(path, value, scope, line)
        if held.symbol.kind is SymbolKind.CLASS:
            for name in ("__enter__", "__aenter__"):
                method = self._linker.classes.member(held.symbol, name)
                if method.kind is SymbolKind.FUNCTION:
                    found = self.returned(method, held)
                    return found if found.known else held
            return held
        return entry_of(held, self._linker.given, self.named)

    def _is_context(self, symbol: Symbol) -> bool:
        function = self._linker.function(symbol.path, symbol.index)
        return function is not None and any(
            is_decorated(function, name) for name in ("contextmanager", "asynccontextmanager")
        )


def _items(index: Value | None) -> tuple[Value, ...]:
    if index is None:
        return ()
    return index.items if isinstance(index, Sequence) and index.kind == "tuple" else (index,)
