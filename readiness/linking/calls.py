"""Calls in; what they call, who calls a function, and what a function reaches out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from readiness.linking.annotations import SHAPELESS, Shape
from readiness.linking.indices import ALIASES, CALLS
from readiness.linking.linker import Linker, spellings
from readiness.linking.names import MODULE, is_decorated
from readiness.linking.resolving import NOTHING, unknown, written
from readiness.model.project import Creation, Symbol, SymbolKind
from readiness.model.source import Scope
from readiness.model.summary import Call, CallRef, Choice, Context, Member, Name, Starred, Subscript, Value

PARTIAL = frozenset({"functools.partial", "functools.partialmethod"})
FINAL = frozenset({SymbolKind.EXTERNAL, SymbolKind.BUILTIN, SymbolKind.CLASS, SymbolKind.FUNCTION})
HELD = frozenset({SymbolKind.VARIABLE, SymbolKind.PARAMETER})
CONSTRUCTORS = ("__init__", "__post_init__", "__new__")
CHAIN = 8
"""Links of a chain `a().b().c()` from which on it is worked out from its beginning."""
SITES = 24
"""Calls of a name that are looked at to learn what a parameter holds."""
NAMED_SITES = 400
"""The same for a function of a module, whose calls are told by their names alone."""
OUTSIDE_BODY = Context.DECORATOR | Context.DEFAULT | Context.ANNOTATION


Passed: TypeAlias = tuple[str, Value, int, int]
"""Path, value, scope and line of an argument."""


class Calls:
    """Callees, callers and reach."""

    def __init__(self, linker: Linker) -> None:
        self._linker = linker

    # Callees

    def callee(self, path: str, index: int) -> Symbol:
        """What a call calls."""
        known = self._linker.kept(("callee", path, index))
        if isinstance(known, Symbol):
            return known
        call = self._linker.call(path, index)
        if call is None:
            return NOTHING
        chain: list[int] = []
        inner = call.callee
        while isinstance(inner, Member) and isinstance(inner.value, CallRef):
            chain.append(inner.value.index)
            following = self._linker.call(path, inner.value.index)
            if following is None or inner.value.index in chain[:-1]:
                break
            inner = following.callee
        if len(chain) >= CHAIN:
            for each in reversed(chain):
                self._linker.outcomes.result(path, each)
        return self._linker.once(
            ("callee", path, index), lambda: self._callee(path, call), unknown(written(call.callee))
        )

    def _callee(self, path: str, call: Call) -> Symbol:
        value, scope, line = call.callee, call.scope, call.line
        nothing = unknown(written(value))
        if isinstance(value, CallRef):
            return self._of_result(path, value.index) or nothing
        if isinstance(value, Subscript):
            held = self._linker.types.shape(path, value, scope, line)
            return self._calling(held) or nothing
        if not isinstance(value, Name | Member):
            return nothing
        symbol = self.denoted(path, value, scope, line)
        if symbol.kind in FINAL and not symbol.rest:
            if symbol.kind is SymbolKind.FUNCTION and self._linker.types.is_property(symbol):
                held = self._linker.types.of_symbol(symbol)
                return self._function_returned(symbol) or self._calling(held) or nothing
            return symbol
        return (self._of_variable(symbol) or nothing) if symbol.kind in HELD and not symbol.rest else nothing

    def denoted(self, path: str, value: Value, scope: int, line: int) -> Symbol:
        """What a value denotes, where need be through the types of the objects on the way."""
        symbol = self._linker.hung.through(self._linker.resolving.resolve_value(path, value, scope, line))
        if not symbol.rest or not isinstance(value, Name):
            return symbol
        holder, _, name = value.dotted.rpartition(".")
        held = self._linker.types.shape(path, Name(holder), scope, line) if holder else SHAPELESS
        return self._linker.types.attribute(held, name)

    def _of_variable(self, symbol: Symbol) -> Symbol | None:
        """What calling a variable or parameter calls."""
        assignment = self._linker.assignment(symbol.path, symbol.index)
        if symbol.kind is SymbolKind.VARIABLE and assignment is not None and isinstance(assignment.value, CallRef):
            target = self._partial(symbol.path, assignment.value.index)
            if target is not None:
                return target
        if symbol.kind is SymbolKind.PARAMETER:
            passed = self.passed_symbol(
                self._linker.resolving.defined(symbol.path, symbol.index), symbol.name.rpartition(".")[2]
            )
            if passed.kind in FINAL:
                return passed
        return self._calling(self._linker.types.of_symbol(symbol))

    def _partial(self, path: str, index: int) -> Symbol | None:
        """The function behind `partial(function, ...)`, or behind a decorator factory used by hand."""
        call = self._linker.call(path, index)
        if call is None or not call.arguments or self.callee(path, index).name not in PARTIAL:
            return None
        found = self.denoted(path, call.arguments[0], call.scope, call.line)
        return found if found.kind in FINAL and not found.rest else None

    def _of_result(self, path: str, index: int) -> Symbol | None:
        """What `f()()` calls: the function that `f` returns, or the object's `__call__`."""
        target = self._partial(path, index)
        if target is not None:
            return target
        made = self.callee(path, index)
        found = self._function_returned(made) if made.kind is SymbolKind.FUNCTION else None
        return found or self._calling(self._linker.outcomes.result(path, index))

    def _function_returned(self, symbol: Symbol) -> Symbol | None:
        """The function that a function returns."""
        names = self._linker.names(symbol.path)
        for index in names.returns(symbol.index)[:12] if names is not None else ():
            value = names.summary.returns[index].value if names is not None else None
            for each in (value.yes, value.no) if isinstance(value, Choice) else (value,):
                if isinstance(each, Name):
                    found = self.denoted(symbol.path, each, symbol.index, 0)
                    if found.kind is SymbolKind.FUNCTION and not found.rest and found != symbol:
                        return found
        return None

    def _calling(self, held: Shape) -> Symbol | None:
        if not held.known:
            return None
        if held.of_class:
            return held.symbol
        found = self._linker.types.attribute(held, "__call__")
        return found if found.kind in FINAL and not found.rest else None

    # Callers

    def callers(self, symbol: Symbol) -> list[tuple[str, int]]:
        """Every resolved call of a project function or class."""
        if symbol.kind not in (SymbolKind.FUNCTION, SymbolKind.CLASS):
            return []
        key = ("callers", symbol.path, symbol.index)
        if self._linker.busy:
            return self._linker.once(key, lambda: list(self._callers(symbol)), [])
        # Each call of the name is a question of its own: as one, a name that is called often would be beyond the bounds.
        return self._linker.apart(key, lambda: list(self._callers(symbol)))

    def _callers(self, symbol: Symbol) -> Iterator[tuple[str, int]]:
        for path, index in self._candidates(symbol):
            if same_definition(self.callee(path, index), symbol):
                yield path, index

    def _candidates(self, symbol: Symbol) -> Iterable[tuple[str, int]]:
        """Calls that may be of the function, by the names it can be called by."""
        definition = self._linker.definition(symbol.path, symbol.index)
        if definition is None:
            return []
        indices = self._linker.indices
        called, aliases = indices.called, indices.aliases
        names = {definition.name}
        if definition.name == "__call__":
            names.add("")
        for name in sorted(names):
            self._linker.looked.add((ALIASES, name))
            names |= aliases.get(name, set())
        self._linker.looked.update([(CALLS, name) for name in names])
        named = [name for name in names if name in called]
        if len(named) == 1:
            return indices.sites(named[0])
        return sorted({site for name in named for site in indices.sites(name)})

    # What a parameter holds

    def passed(self, symbol: Symbol, name: str, *, all_: bool = False) -> list[Passed]:
        """What the callers of a function pass for a parameter. Not every caller is looked at where they are many: then
        nothing is given with `all_`."""
        function = self._linker.function(symbol.path, symbol.index)
        names = self._linker.names(symbol.path)
        if function is None or names is None or is_decorated(function, "fixture"):
            return []
        called = symbol
        bound = bool(names.receiver(symbol.index))
        if function.name in CONSTRUCTORS and bound:
            called = self._linker.resolving.defined(symbol.path, function.scope)
        place = next((at for at, each in enumerate(function.parameters) if each.name == name), -1)
        if place < 0:
            return []
        place = -1 if function.parameters[place].kind == "keyword-only" else place - bound
        by_name = function.scope == MODULE
        found: list[Passed] = []
        looked_at = 0
        for path, index in self._candidates(called):
            call = self._linker.call(path, index)
            value = _argument(call, place, name) if call is not None else None
            if call is None or value is None or (self._is_test(path) and not self._is_test(symbol.path)):
                continue
            looked_at += 1
            if looked_at > (NAMED_SITES if by_name else SITES) or len(found) >= SITES:
                return [] if all_ else found
            made = self._by_its_name(path, call) if by_name else self.callee(path, index)
            if same_definition(made, called):
                found.append((path, value, call.scope, call.line))
        return found

    def _by_its_name(self, path: str, call: Call) -> Symbol:
        """The callee as far as its name alone tells, which for a module's function is enough."""
        if not isinstance(call.callee, Name):
            return NOTHING
        return self._linker.resolving.resolve(path, call.callee.dotted, call.scope, call.line)

    def _is_test(self, path: str) -> bool:
        file = self._linker.files.get(path)
        return file is not None and file.scope is Scope.TEST

    def passed_shape(self, symbol: Symbol, name: str) -> Shape:
        """The one shape of what all callers pass, as far as it is known."""
        found: Shape = SHAPELESS
        for path, value, scope, line in self.passed(symbol, name):
            shape = self._linker.types.shape(path, value, scope, line)
            if shape.known and shape.symbol.name != "None":
                if found.known and found != shape and not same_library_class(found.symbol, shape.symbol):
                    return SHAPELESS
                if not found.known or len(shape.symbol.name) < len(found.symbol.name):
                    found = shape
        return found

    def passed_creation(self, symbol: Symbol, name: str) -> Creation | None:
        """The one object that all callers pass."""
        found: Creation | None = None
        for path, value, scope, line in self.passed(symbol, name, all_=True):
            made = self._linker.creations.creation(path, value, scope, line)
            if made is None or (found is not None and made != found):
                return None
            found = made
        return found

    def passed_symbol(self, symbol: Symbol, name: str) -> Symbol:
        """The one function or class that all callers pass."""
        found = NOTHING
        for path, value, scope, line in self.passed(symbol, name, all_=True):
            each = self.denoted(path, value, scope, line)
            if each.kind not in FINAL or each.rest or (found is not NOTHING and each != found):
                return NOTHING
            found = each
        return found

    # Reach

    def calls_in(self, symbol: Symbol) -> list[int]:
        """Indices of the calls in a function's body, nested functions included."""
        names = self._linker.names(symbol.path)
        if names is None or symbol.kind not in (SymbolKind.FUNCTION, SymbolKind.CLASS):
            return []
        return sorted(index for scope in names.inside(symbol.index) for index in names.calls(scope))

    def reached_from(self, symbol: Symbol, depth: int = 3) -> list[Symbol]:
        """The function and the project functions it calls, breadth first."""
        found = {symbol: None}
        layer = [symbol]
        for _ in range(depth):
            following: list[Symbol] = []
            for each in layer:
                for reached in self._reached(each):
                    if reached not in found:
                        found[reached] = None
                        following.append(reached)
            layer = following
        return list(found)

    def _reached(self, symbol: Symbol) -> list[Symbol]:
        return self._linker.once(("reached", symbol.path, symbol.index), lambda: list(self._reach(symbol)), [])

    def _reach(self, symbol: Symbol) -> Iterator[Symbol]:
        if symbol.kind is SymbolKind.CLASS:
            yield from self._constructors(symbol)
            return
        for index in self.calls_in(symbol):
            call = self._linker.call(symbol.path, index)
            if call is None or call.context & OUTSIDE_BODY:
                continue
            found = self.callee(symbol.path, index)
            if found.kind is SymbolKind.FUNCTION:
                yield found
                yield from self._overrides(found)
            elif found.kind is SymbolKind.CLASS:
                yield from self._constructors(found)
            else:
                yield from self._handed(symbol.path, call)

    def _handed(self, path: str, call: Call) -> Iterator[Symbol]:
        """Project functions handed to a call that is not ours, which may call them: `run_in_threadpool(load, ...)`."""
        values: Iterable[Value] = (*call.arguments, *(value for _, value in call.keywords))
        for value in values:
            if isinstance(value, Name | Member):
                found = self.denoted(path, value, call.scope, call.line)
                if found.kind is SymbolKind.FUNCTION and not found.rest:
                    yield found

    def _overrides(self, symbol: Symbol) -> Iterator[Symbol]:
        """What stands in for a method without a body of its own: the methods of that name in subclasses."""
        function = self._linker.function(symbol.path, symbol.index)
        owner = self._linker.class_(symbol.path, function.scope) if function is not None and function.stub else None
        if function is None or owner is None:
            return
        above = self._linker.resolving.defined(symbol.path, function.scope)
        for below in self._linker.classes.subclasses(above):
            found = self._linker.classes.member(below, function.name)
            if found.kind is SymbolKind.FUNCTION and found != symbol:
                yield found

    def _constructors(self, symbol: Symbol) -> Iterator[Symbol]:
        for name in CONSTRUCTORS:
            found = self._linker.classes.member(symbol, name)
            if found.kind is SymbolKind.FUNCTION:
                yield found


def same_library_class(left: Symbol, right: Symbol) -> bool:
    """Both are one class of a library, which may be imported from several of its modules."""
    external = left.kind is right.kind is SymbolKind.EXTERNAL
    return external and not set(spellings(left.name)).isdisjoint(spellings(right.name))


def same_definition(left: Symbol, right: Symbol) -> bool:
    """Both are the one definition, and nothing of it but itself."""
    return left.path == right.path and left.index == right.index and left.kind is right.kind and not left.rest


def _argument(call: Call, place: int, name: str) -> Value | None:
    """What a call passes for a parameter, by keyword or by place; None where that cannot be told."""
    for keyword, value in call.keywords:
        if keyword == name:
            return value
    if not 0 <= place < len(call.arguments) or any(isinstance(each, Starred) for each in call.arguments[: place + 1]):
        return None
    return call.arguments[place]
