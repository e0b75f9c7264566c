"""Dotted names and the places they are written in, in; symbols out."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from readiness.linking.names import MODULE, Binder, Binding, Names
from readiness.model.project import Symbol, SymbolKind
from readiness.model.summary import CallRef, Constant, Member, Name, Subscript, Value

if TYPE_CHECKING:
    from readiness.linking.linker import Linker

BUILTINS = frozenset(dir(builtins))
NOTHING = Symbol(SymbolKind.UNKNOWN, "")
FOLLOWED = frozenset(
    {SymbolKind.EXTERNAL, SymbolKind.BUILTIN, SymbolKind.MODULE, SymbolKind.FUNCTION, SymbolKind.CLASS}
)


FOLLOWED_STARS = 100
"""Modules whose star imports are followed for one name."""


class Resolving:
    """Names to symbols."""

    def __init__(self, linker: Linker) -> None:
        self._linker = linker

    def resolve(self, path: str, name: str, scope: int = MODULE, line: int = 0) -> Symbol:
        """What a dotted name denotes where it is written; unknown symbols carry the name as written."""
        key = ("resolve", path, name, scope, line)
        known = self._linker.kept(key)
        if isinstance(known, Symbol):
            return known
        return self._linker.once(key, lambda: self._resolve(path, name, scope, line), unknown(name))

    def _resolve(self, path: str, name: str, scope: int, line: int) -> Symbol:
        head, *rest = name.split(".")
        names = self._linker.names(path)
        if names is None or not head:
            return unknown(name)
        for binding in names.lookup(head, scope, line):
            found = self.bound(path, names, binding)
            if found.kind is not SymbolKind.UNKNOWN:
                found = self.attributes(found, rest)
                if found.kind is not SymbolKind.UNKNOWN:
                    return found
        if not names.bindings(MODULE).get(head):
            found = self._starred(names, path, head)
            if found.kind is not SymbolKind.UNKNOWN:
                return self.attributes(found, rest)
        return unknown(name)

    def _starred(self, names: Names, path: str, head: str) -> Symbol:
        """A name that no statement of the file binds by itself: of a star import, or a builtin."""
        if not names.stars:
            return Symbol(SymbolKind.BUILTIN, head) if head in BUILTINS else unknown(head)
        return self._linker.once(
            ("starred", path, head), lambda: self._through_stars(names, path, head, {path}), unknown(head)
        )

    def _through_stars(self, names: Names, path: str, head: str, seen: set[str]) -> Symbol:
        """The same, by modules that were not asked before: star imports can lead to one another in any number of ways."""
        externals = []
        for star in names.stars:
            target, owned = self._linker.modules.target(path, star.module, star.level)
            if target and target not in seen and self._exported(target, head):
                seen.add(target)
                found = self._member_of_module(target, head, seen)
                if found.kind is not SymbolKind.UNKNOWN:
                    return found
            elif not target and not owned:
                externals.append(star.module)
        if head in BUILTINS:
            return Symbol(SymbolKind.BUILTIN, head)
        return Symbol(SymbolKind.EXTERNAL, f"{externals[0]}.{head}") if len(externals) == 1 else unknown(head)

    def _exported(self, target: str, name: str) -> bool:
        names = self._linker.names(target)
        if names is None:
            return False
        listed = [self._linker.constants.texts(target, each) for each in names.exports]
        if listed and all(texts is not None for texts in listed):
            return any(name in texts for texts in listed if texts is not None)
        return not name.startswith("_")

    def resolve_value(self, path: str, value: Value, scope: int = MODULE, line: int = 0) -> Symbol:
        """What a name, an attribute of anything or a subscripted class denotes."""
        if isinstance(value, Name):
            return self.resolve(path, value.dotted, scope, line)
        if isinstance(value, Subscript):
            return self.resolve_value(path, value.value, scope, line)
        if isinstance(value, Member):
            return self._linker.once(
                ("member", path, value, scope, line),
                lambda: self._member(path, value, scope, line),
                unknown(written(value)),
            )
        return unknown(written(value))

    def _member(self, path: str, value: Member, scope: int, line: int) -> Symbol:
        if isinstance(value.value, CallRef):
            above = self._super(path, value.value.index)
            if above is not None:
                return self._linker.classes.member_above(above, value.name)
        if isinstance(value.value, Subscript | Member):
            holder = self.resolve_value(path, value.value, scope, line)
            if holder.kind not in (SymbolKind.UNKNOWN, SymbolKind.VARIABLE, SymbolKind.PARAMETER):
                return self.attribute(holder, value.name)
        held = self._linker.types.shape(path, value.value, scope, line)
        found = self._linker.types.attribute(held, value.name)
        return found if found.kind is not SymbolKind.UNKNOWN else unknown(written(value))

    def _super(self, path: str, index: int) -> Symbol | None:
        """The class whose ancestors a call of `super` speaks to."""
        call = self._linker.call(path, index)
        names = self._linker.names(path)
        if call is None or names is None or call.callee != Name("super"):
            return None
        around = names.class_around(call.scope)
        return self.defined(path, around) if around >= 0 else None

    # Bindings

    def bound(self, path: str, names: Names, binding: Binding) -> Symbol:
        """What one binding gives its name."""
        if binding.kind is Binder.ASSIGNMENT:
            return self._linker.once(
                ("assigned", path, binding.index),
                lambda: self._assigned(path, binding.index),
                self.variable(path, binding.index),
            )
        if binding.kind is Binder.DEFINITION:
            return self.defined(path, binding.index)
        if binding.kind is Binder.PARAMETER:
            function = names.function(binding.scope)
            name = function.parameters[binding.index].name if function is not None else ""
            return Symbol(SymbolKind.PARAMETER, f"{self.symbol(path, binding.scope)}.{name}", path, binding.scope)
        if binding.kind is Binder.HANDLER:
            name = names.summary.handlers[binding.index].name
            return Symbol(SymbolKind.VARIABLE, self._place(path, binding.scope, name), path, -1)
        return self._linker.once(
            ("imported", path, binding.index), lambda: self._imported(path, names, binding.index), NOTHING
        )

    def _imported(self, path: str, names: Names, index: int) -> Symbol:
        each = names.summary.imports[index]
        modules = self._linker.modules
        if not each.name:
            first = each.module.partition(".")[0]
            top = first if each.alias == first else each.module
            target, owned = modules.target(path, top)
            whole, _ = modules.target(path, each.module)
            # A folder without code of that name is nobody's package: an installed one is meant.
            if target and not (whole or target).endswith("/") and (whole or not target.endswith("/")):
                return self._module(target)
            return unknown(top) if owned else Symbol(SymbolKind.EXTERNAL, top)
        target, owned = modules.target(path, each.module, each.level)
        whole = f"{each.module}.{each.name}" if each.module else each.name
        if not target:
            return unknown(whole) if owned else external(whole)
        found = self.attribute(self._module(target), each.name)
        if found.kind is SymbolKind.UNKNOWN and target.endswith("/") and not each.level:
            return external(whole)
        return found

    def _assigned(self, path: str, index: int) -> Symbol:
        """The variable, or what it is another name of."""
        assignment = self._linker.assignment(path, index)
        own = self.variable(path, index)
        if assignment is not None and isinstance(assignment.value, CallRef) and assignment.position < 0:
            return self._imported_late(path, assignment.value.index) or own
        if (
            assignment is None
            or assignment.operator != "="
            or assignment.position >= 0
            or assignment.annotation is not None
            or not isinstance(assignment.value, Name)
        ):
            return own
        found = self.resolve(path, assignment.value.dotted, assignment.scope, assignment.line)
        if found.kind in FOLLOWED and (not found.rest or found.kind is SymbolKind.EXTERNAL):
            return found
        return found if found.kind is SymbolKind.VARIABLE and not found.rest and found.index >= 0 else own

    def _imported_late(self, path: str, index: int) -> Symbol | None:
        """The package that a call imports by name: `importlib.import_module("duckdb")`, `lazy_import("google.cloud.bigquery")`."""
        call = self._linker.call(path, index)
        name = written(call.callee).rpartition(".")[2].lower() if call is not None else ""
        if call is None or not ("import" in name or "lazy" in name):
            return None
        for each in call.arguments:
            text = each.value if isinstance(each, Constant) else None
            if isinstance(text, str) and text.replace(".", "_").isidentifier() and self._linker.knows(text):
                return Symbol(SymbolKind.EXTERNAL, text)
        return None

    def variable(self, path: str, index: int, rest: tuple[str, ...] = ()) -> Symbol:
        """The symbol of one assignment."""
        assignment = self._linker.assignment(path, index)
        if assignment is None:
            return NOTHING
        names = self._linker.names(path)
        target, scope = assignment.target, assignment.scope
        if "." in target and names is not None:
            holder, _, target = target.rpartition(".")
            scope = names.owner(holder, scope)
        return Symbol(SymbolKind.VARIABLE, self._place(path, scope, target), path, index, rest)

    def defined(self, path: str, index: int, rest: tuple[str, ...] = ()) -> Symbol:
        """The symbol of one definition."""
        kind = SymbolKind.CLASS if self._linker.class_(path, index) is not None else SymbolKind.FUNCTION
        return Symbol(kind, self.symbol(path, index), path, index, rest)

    def symbol(self, path: str, scope: int) -> str:
        """`module::Qualified.name` of a definition, `module` of module level."""
        definition = self._linker.definition(path, scope)
        module = self._linker.modules.name(path)
        return module if definition is None else f"{module}::{definition.qualname}"

    def _place(self, path: str, scope: int, name: str) -> str:
        around = self.symbol(path, scope)
        return f"{around}.{name}" if "::" in around else f"{around}::{name}"

    # Attributes

    def _module(self, target: str) -> Symbol:
        name = target[:-1].replace("/", ".") if target.endswith("/") else self._linker.modules.name(target)
        return Symbol(SymbolKind.MODULE, name, target)

    def attributes(self, symbol: Symbol, rest: list[str]) -> Symbol:
        """Follow attributes one after the other, as far as classes and modules tell."""
        for name in rest:
            symbol = self.attribute(symbol, name)
        return symbol

    def attribute(self, symbol: Symbol, name: str) -> Symbol:
        """One attribute of what a symbol denotes; variables keep it in `rest`."""
        kind = symbol.kind
        if kind is SymbolKind.EXTERNAL:
            return external(f"{symbol.name}.{name}")
        if kind is SymbolKind.BUILTIN:
            return Symbol(kind, f"{symbol.name}.{name}")
        if kind is SymbolKind.UNKNOWN:
            return unknown(f"{symbol.name}.{name}")
        if kind is SymbolKind.MODULE:
            return self._linker.once(
                ("attribute", symbol.path, name), lambda: self._module_attribute(symbol.path, name), unknown(name)
            )
        if kind is SymbolKind.CLASS and not symbol.rest:
            found = self._linker.classes.attribute(symbol, name)
            if found.kind is not SymbolKind.UNKNOWN:
                return found
        if kind is SymbolKind.PARAMETER and not symbol.rest:
            found = self._own_attribute(symbol, name)
            if found.kind is not SymbolKind.UNKNOWN:
                return found
        return Symbol(kind, symbol.name, symbol.path, symbol.index, (*symbol.rest, name))

    def _own_attribute(self, parameter: Symbol, name: str) -> Symbol:
        """An attribute of `self` or `cls`."""
        names = self._linker.names(parameter.path)
        function = names.function(parameter.index) if names is not None else None
        if names is None or function is None or names.receiver(parameter.index) != parameter.name.rpartition(".")[2]:
            return NOTHING
        return self._linker.classes.attribute(self.defined(parameter.path, function.scope), name)

    def _module_attribute(self, target: str, name: str) -> Symbol:
        return self._member_of_module(target, name, {target})

    def _member_of_module(self, target: str, name: str, seen: set[str]) -> Symbol:
        """What a module, or a folder, holds under a name; `seen` are the modules whose star imports were followed."""
        if not target.endswith("/"):
            found = self._module_name(target, name, seen)
            if found.kind is not SymbolKind.UNKNOWN:
                return found
        submodule = self._linker.modules.submodule(target, name)
        if submodule:
            return self._module(submodule)
        return unknown(f"{self._module(target).name}.{name}")

    def _module_name(self, path: str, name: str, seen: set[str]) -> Symbol:
        names = self._linker.names(path)
        if names is None:
            return NOTHING
        for binding in names.module_level(name):
            found = self.bound(path, names, binding)
            if found.kind is not SymbolKind.UNKNOWN:
                return found
        followed = names.stars and len(seen) < FOLLOWED_STARS
        found = self._through_stars(names, path, name, seen) if followed else NOTHING
        return found if found.kind is not SymbolKind.BUILTIN else NOTHING


def unknown(name: str) -> Symbol:
    """A symbol of which nothing more is known than how it is written."""
    return Symbol(SymbolKind.UNKNOWN, name)


def external(name: str) -> Symbol:
    """The symbol of a name outside the project."""
    if name.startswith("builtins."):
        return Symbol(SymbolKind.BUILTIN, name.removeprefix("builtins."))
    return Symbol(SymbolKind.EXTERNAL, name)


def written(value: Value) -> str:
    """A short text for a value, for unknown symbols."""
    if isinstance(value, Name):
        return value.dotted
    if isinstance(value, Member):
        return f"{written(value.value)}.{value.name}"
    if isinstance(value, Subscript):
        return f"{written(value.value)}[]"
    return "()" if isinstance(value, CallRef) else "?"
