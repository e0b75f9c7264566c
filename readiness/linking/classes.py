"""Classes in; their ancestors and members out."""

from __future__ import annotations

from collections.abc import Iterable

from readiness.linking.indices import BASES
from readiness.linking.linker import Linker, spellings
from readiness.linking.names import Binder, Binding
from readiness.linking.resolving import NOTHING, unknown
from readiness.model.project import Symbol, SymbolKind
from readiness.model.summary import CallRef, Member, Name, Starred, Subscript, Value

BARE_BASES = frozenset(
    {
        "object",
        "abc.ABC",
        "typing.Generic",
        "typing.Protocol",
        "typing_extensions.Generic",
        "typing_extensions.Protocol",
    }
)
"""Bases that add no member worth naming."""
CALL_WRAPPERS = frozenset({"six.with_metaclass", "future.utils.with_metaclass"})
CLASSES = frozenset({SymbolKind.CLASS, SymbolKind.EXTERNAL, SymbolKind.BUILTIN})


class Classes:
    """Inheritance across files."""

    def __init__(self, linker: Linker) -> None:
        self._linker = linker

    def bases(self, symbol: Symbol) -> list[tuple[Symbol, Value | None]]:
        """The direct bases of a project class, each with its subscript as written."""
        return self._linker.once(("bases", symbol.path, symbol.index), lambda: self._bases(symbol), [])

    def _bases(self, symbol: Symbol) -> list[tuple[Symbol, Value | None]]:
        definition = self._linker.class_(symbol.path, symbol.index)
        if definition is None:
            return []
        found = []
        for value in definition.bases:
            index = value.index if isinstance(value, Subscript) else None
            base = self._base(symbol.path, value, definition.scope, definition.line)
            if base.kind in CLASSES and base != symbol:
                found.append((base, index))
        return found

    def _base(self, path: str, value: Value, scope: int, line: int) -> Symbol:
        if isinstance(value, Starred):
            return NOTHING
        if isinstance(value, CallRef):
            made = self._linker.calls.callee(path, value.index)
            call = self._linker.call(path, value.index)
            if call is not None and made.name in CALL_WRAPPERS and len(call.arguments) > 1:
                return self._base(path, call.arguments[1], scope, line)
            if made.kind is SymbolKind.FUNCTION:
                return self._linker.outcomes.class_returned(made)
            return made
        found = self._linker.resolving.resolve_value(path, value, scope, line)
        if found.kind in CLASSES and not found.rest:
            return found
        return self._held_class(path, value, found, scope, line)

    def _held_class(self, path: str, value: Value, found: Symbol, scope: int, line: int) -> Symbol:
        """A base that a variable holds: `Base = declarative_base()`, `db.Model`."""
        inner = value.value if isinstance(value, Subscript) else value
        if found.kind is SymbolKind.VARIABLE and not found.rest:
            made = self._linker.creations.creation(path, inner, scope, line)
            if made is not None and made.maker.kind is SymbolKind.EXTERNAL:
                return made.maker
            return self._linker.types.shape(path, inner, scope, line).symbol
        if isinstance(inner, Name) and "." in inner.dotted:
            holder, _, name = inner.dotted.rpartition(".")
            held = self._linker.types.shape(path, Name(holder), scope, line)
            return self._linker.types.attribute(held, name)
        if isinstance(inner, Member):
            held = self._linker.types.shape(path, inner.value, scope, line)
            return self._linker.types.attribute(held, inner.name)
        return NOTHING

    def subclasses(self, symbol: Symbol) -> list[Symbol]:
        """The project classes below a class, by path and place; at most 40."""
        return self._linker.once(("subclasses", symbol.path, symbol.index), lambda: self._subclasses(symbol), [])

    def _subclasses(self, symbol: Symbol) -> list[Symbol]:
        found: dict[Symbol, None] = {}
        layer = [symbol]
        while layer and len(found) < 40:
            following = []
            for above in layer:
                definition = self._linker.class_(above.path, above.index)
                name = definition.name if definition is not None else ""
                self._linker.looked.add((BASES, name))
                for path, index in self._linker.indices.below.get(name, ()):
                    below = self._linker.resolving.defined(path, index)
                    if below not in found and below != symbol and any(base == above for base, _ in self.bases(below)):
                        found[below] = None
                        following.append(below)
            layer = following
        return list(found)

    def ancestors(self, symbol: Symbol) -> list[Symbol]:
        """The class and all its bases, in the order in which Python looks for a member; a circle is cut."""
        if symbol.kind is not SymbolKind.CLASS or symbol.rest:
            return [symbol] if symbol.kind is not SymbolKind.UNKNOWN else []
        return self._linker.once(("ancestors", symbol.path, symbol.index), lambda: self._ancestors(symbol), [symbol])

    def _ancestors(self, symbol: Symbol) -> list[Symbol]:
        bases = [base for base, _ in self.bases(symbol)]
        lines = [list(self.ancestors(base)) for base in bases] + [list(bases)]
        order = [symbol]
        while any(lines):
            lines = [line for line in lines if line]
            head = next(
                (line[0] for line in lines if not any(line[0] in other[1:] for other in lines)),
                lines[0][0],
            )
            if head not in order:
                order.append(head)
            lines = [[each for each in line if each != head] for line in lines]
        return order

    def is_a(self, symbol: Symbol, names: Iterable[str]) -> bool:
        """The class or one of its ancestors has one of these external names."""
        wanted = frozenset(names)
        for each in self.ancestors(symbol):
            if each.kind is SymbolKind.BUILTIN and each.name in wanted:
                return True
            if each.kind is SymbolKind.EXTERNAL and not wanted.isdisjoint(spellings(each.name)):
                return True
        return False

    def external(self, symbol: Symbol) -> Symbol:
        """The nearest ancestor that is not of the project and has members of its own."""
        for each in self.ancestors(symbol):
            if each.kind is not SymbolKind.CLASS and each.name not in BARE_BASES:
                return each
        return NOTHING

    def member(self, symbol: Symbol, name: str) -> Symbol:
        """A method or class attribute of the class or of its project ancestors."""
        if symbol.kind is not SymbolKind.CLASS:
            return unknown(f"{symbol.name}.{name}")
        return self._linker.once(
            ("class member", symbol.path, symbol.index, name),
            lambda: self._member(self.ancestors(symbol), name),
            unknown(f"{symbol.name}.{name}"),
        )

    def member_above(self, symbol: Symbol, name: str) -> Symbol:
        """What `super().name` means in a class; the name of an external base counts."""
        above = self.ancestors(symbol)[1:]
        found = self._member(above, name)
        if found.kind is not SymbolKind.UNKNOWN:
            return found
        for each in above:
            if each.kind is not SymbolKind.CLASS and each.name not in BARE_BASES:
                return Symbol(each.kind, f"{each.name}.{name}")
        return Symbol(SymbolKind.BUILTIN, f"object.{name}")

    def attribute(self, symbol: Symbol, name: str) -> Symbol:
        """A member, or the name that it has in the nearest external base."""
        found = self.member(symbol, name)
        if found.kind is not SymbolKind.UNKNOWN:
            return found
        base = self.external(symbol)
        return Symbol(base.kind, f"{base.name}.{name}") if base.kind is not SymbolKind.UNKNOWN else found

    def _member(self, ancestors: list[Symbol], name: str) -> Symbol:
        for each in ancestors:
            if each.kind is SymbolKind.CLASS and not each.rest:
                for binding in self.bindings(each, name):
                    names = self._linker.names(each.path)
                    if names is not None:
                        return self._linker.resolving.bound(each.path, names, binding)
        return unknown(name)

    def bindings(self, symbol: Symbol, name: str) -> list[Binding]:
        """What binds a member in one class: its body, then `self.name = ...` in its methods; what says more comes first."""
        names = self._linker.names(symbol.path)
        if names is None:
            return []
        body = names.class_level(symbol.index, name)
        own = [
            Binding(names.summary.assignments[index].line, Binder.ASSIGNMENT, index, symbol.index)
            for index in names.attributes.get(symbol.index, {}).get(name, ())
        ]
        own.sort(key=lambda each: self._rank(symbol.path, each))
        if body and own and body[0].kind is Binder.ASSIGNMENT and self._rank(symbol.path, body[0])[0]:
            return own + body
        return body + own

    def _rank(self, path: str, binding: Binding) -> tuple[bool, bool, int]:
        """Bindings that hold something first, then those of `__init__`, then by line."""
        assignment = self._linker.assignment(path, binding.index)
        if assignment is None:
            return True, True, binding.line
        definition = self._linker.definition(path, assignment.scope)
        empty = assignment.value is None or getattr(assignment.value, "value", "") is None
        return empty, getattr(definition, "name", "") not in ("__init__", "__post_init__", "setUp"), binding.line
