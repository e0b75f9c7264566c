"""One summary in; which statements bind a name in a scope, and which of them are in force at a line, out.

Knows no other file. Scoping is Python's: function scopes nest, class bodies are invisible from the functions in them.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import IntEnum

from msgspec import Struct

from readiness.model.summary import Assignment, Class, Constant, Context, Function, Import, Summary

MODULE = -1
"""The scope of module level."""
BRANCH = int(Context.CONDITION | Context.EXCEPT | Context.LOOP | Context.TRY)
"""Where a statement may be left out at run time."""
COMPREHENSION = int(Context.COMPREHENSION)
SAME_STATEMENT = ("with", ":=")
"""Bindings that the rest of their own statement already sees."""
NEAREST = 50
"""Bindings of one name in one scope that are looked at from a place, those before it and as many behind."""


class Binder(IntEnum):
    """The kinds of statement that bind a name."""

    IMPORT = 0
    DEFINITION = 1
    ASSIGNMENT = 2
    PARAMETER = 3
    HANDLER = 4


class Binding(Struct, frozen=True, gc=False):
    """One statement that binds a name."""

    line: int
    kind: Binder
    index: int
    """Into the summary's tuple of that kind; for a parameter its place among the function's parameters."""
    scope: int


class Names:
    """The tables of one file; those of a scope are built when somebody asks for the scope."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        self.stars: list[Import] = []
        """Star imports of the module, the last first: that is the order in which they hide one another."""
        self.inner: dict[int, list[int]] = {}
        """Scope -> definitions that stand directly in it."""
        self._tables: dict[int, dict[str, list[Binding]]] = {}
        self._imports: dict[int, list[int]] = {}
        self._assigned: dict[int, list[int]] = {}
        """Scope -> assignments that stand directly in it."""
        self._handlers: dict[int, list[int]] = {}
        self._attributes: dict[int, dict[str, list[int]]] | None = None
        self._changed: frozenset[str] | None = None
        self._returns: dict[int, list[int]] | None = None
        self._calls: dict[int, list[int]] | None = None
        self._assignments: dict[int, list[Assignment]] = {}
        self._lines: tuple[tuple[int, ...], tuple[int, ...]] | None = None
        """First and last lines of the statements."""
        self._sort_out()

    def _sort_out(self) -> None:
        """What stands in each scope."""
        summary = self.summary
        for index, each in enumerate(summary.imports):
            if each.name == "*":
                self.stars.insert(0, each)
            else:
                self._imports.setdefault(each.scope, []).append(index)
        for index, definition in enumerate(summary.definitions):
            self.inner.setdefault(definition.scope, []).append(index)
        assigned = self._assigned
        for index, assignment in enumerate(summary.assignments):
            scope = assignment.scope
            if scope in assigned:
                assigned[scope].append(index)
            else:
                assigned[scope] = [index]
        for index, handler in enumerate(summary.handlers):
            if handler.name:
                self._handlers.setdefault(handler.scope, []).append(index)

    def bindings(self, scope: int) -> dict[str, list[Binding]]:
        """What binds each name of a scope, by line."""
        found = self._tables.get(scope)
        if found is None:
            found = self._tables[scope] = self._table(scope)
        return found

    def _table(self, scope: int) -> dict[str, list[Binding]]:
        summary = self.summary
        table: dict[str, list[Binding]] = {}
        for index in self._imports.get(scope, ()):
            each = summary.imports[index]
            table.setdefault(each.alias, []).append(Binding(each.line, Binder.IMPORT, index, scope))
        function = self.function(scope)
        for place, parameter in enumerate(function.parameters if function is not None else ()):
            binding = Binding(function.line if function is not None else 0, Binder.PARAMETER, place, scope)
            table.setdefault(parameter.name, []).append(binding)
        for index in self.inner.get(scope, ()):
            definition = summary.definitions[index]
            binding = Binding(definition.line, Binder.DEFINITION, index, scope)
            table.setdefault(definition.name, []).append(binding)
        for index in self._assigned.get(scope, ()):
            assignment = summary.assignments[index]
            target = assignment.target
            if "." not in target and not target.endswith("[]") and assignment.operator != "del":
                table.setdefault(target, []).append(Binding(assignment.line, Binder.ASSIGNMENT, index, scope))
        for index in self._handlers.get(scope, ()):
            handler = summary.handlers[index]
            table.setdefault(handler.name, []).append(Binding(handler.line, Binder.HANDLER, index, scope))
        for found in table.values():
            if len(found) > 1:
                found.sort(key=lambda each: (each.line, each.kind is not Binder.PARAMETER))
        return table

    @property
    def exports(self) -> list[Assignment]:
        """What is assigned to `__all__`."""
        return [each for each in self.assignments(MODULE) if each.target == "__all__"]

    @property
    def attributes(self) -> dict[int, dict[str, list[int]]]:
        """Class -> attribute -> assignments to `self.attribute` in its methods."""
        if self._attributes is None:
            self._attributes = {}
            for index, assignment in enumerate(self.summary.assignments):
                if "." in assignment.target:
                    self._bind_attribute(self._attributes, index, assignment)
        return self._attributes

    def _bind_attribute(self, attributes: dict[int, dict[str, list[int]]], index: int, assignment: Assignment) -> None:
        holder, _, name = assignment.target.rpartition(".")
        if "." in holder or "[" in name or assignment.operator == "del":
            return
        owner = self.owner(holder, assignment.scope)
        if owner >= 0:
            attributes.setdefault(owner, {}).setdefault(name, []).append(index)

    # Scopes

    def definition(self, scope: int) -> Function | Class | None:
        """The definition that a scope is; None for the module and for a number out of range."""
        definitions = self.summary.definitions
        return definitions[scope] if 0 <= scope < len(definitions) else None

    def function(self, scope: int) -> Function | None:
        """The function that a scope is."""
        found = self.definition(scope)
        return found if isinstance(found, Function) else None

    def owner(self, name: str, scope: int) -> int:
        """The class whose instance or self a name is: the first parameter of the method around; -1 where it is none."""
        while (definition := self.definition(scope)) is not None:
            if isinstance(definition, Function):
                first = self.receiver(scope)
                if first == name:
                    return definition.scope
                if first and any(parameter.name == name for parameter in definition.parameters):
                    return -1
            scope = definition.scope
        return -1

    def receiver(self, scope: int) -> str:
        """The name of the `self` or `cls` parameter of a method, empty for anything else."""
        function = self.function(scope)
        if function is None or not function.parameters or not isinstance(self.definition(function.scope), Class):
            return ""
        if function.parameters[0].kind not in ("positional", "positional-only") or is_decorated(
            function, "staticmethod"
        ):
            return ""
        return function.parameters[0].name

    def class_around(self, scope: int) -> int:
        """The innermost class around a scope, -1 without one."""
        while (definition := self.definition(scope)) is not None:
            if isinstance(definition, Class):
                return scope
            scope = definition.scope
        return -1

    def inside(self, scope: int) -> list[int]:
        """A scope and every scope nested in it."""
        found = [scope]
        for each in found:
            found.extend(self.inner.get(each, ()))
        return found

    def returns(self, scope: int) -> list[int]:
        """Indices of the returns and yields that stand directly in a function."""
        if self._returns is None:
            self._returns = {}
            for index, each in enumerate(self.summary.returns):
                self._returns.setdefault(each.scope, []).append(index)
        return self._returns.get(scope, [])

    def calls(self, scope: int) -> list[int]:
        """Indices of the calls that stand directly in a scope."""
        if self._calls is None:
            self._calls = {}
            for index, each in enumerate(self.summary.calls):
                self._calls.setdefault(each.scope, []).append(index)
        return self._calls.get(scope, [])

    def assignments(self, scope: int) -> list[Assignment]:
        """What is bound directly in a scope, in the order of the text."""
        found = self._assignments.get(scope)
        if found is None:
            every = self.summary.assignments
            found = self._assignments[scope] = [every[index] for index in self._assigned.get(scope, ())]
        return found

    # Look-up

    def lookup(self, name: str, scope: int, line: int) -> list[Binding]:
        """What binds a name as seen from a place, the most likely first; empty where nothing in the file does."""
        start = scope
        while True:
            definition = self.definition(scope)
            if not isinstance(definition, Class) or scope == start:
                found = self.bindings(scope).get(name)
                if found:
                    visible = self._in_force(found, line if scope == start else 0)
                    if visible:
                        return visible
            if definition is None:
                return []
            scope = definition.scope

    def module_level(self, name: str) -> list[Binding]:
        """What binds a name of the module, as its importers see it."""
        found = self.bindings(MODULE).get(name)
        return self._in_force(found, 0) if found else []

    def class_level(self, index: int, name: str) -> list[Binding]:
        """What binds a name in a class body, the most likely first."""
        found = self.bindings(index).get(name)
        return self._in_force(found, 0) if found else []

    def group(self, index: int) -> list[int]:
        """An assignment and the others that may hold at its place instead: those before it, back to one that always
        runs; at module and class level every other one."""
        assignment = self.summary.assignments[index]
        if "." in assignment.target:
            holder, _, name = assignment.target.rpartition(".")
            others = self.attributes.get(self.owner(holder, assignment.scope), {}).get(name, [])
            return [index, *(each for each in others if each != index)]
        found = self.bindings(assignment.scope).get(assignment.target, [])
        if self.function(assignment.scope) is None:
            others = [each.index for each in found[-NEAREST:] if each.kind is Binder.ASSIGNMENT]
            return [index, *(each for each in others if each != index)]
        if not self._optional(index):
            return [index]
        place = _place(found, assignment.line)
        window = found[max(place - NEAREST, 0) : place]
        return [
            index,
            *self._back([each.index for each in window if each.kind is Binder.ASSIGNMENT and each.index < index]),
        ]

    def holding(self, index: int, line: int = 0) -> list[int] | None:
        """Every assignment that may hold for a name at a line (at the end of its scope for 0), the latest first.

        None where something other than an assignment may hold, or no assignment is sure to have run before.
        """
        assignment = self.summary.assignments[index]
        found = self.bindings(assignment.scope).get(assignment.target, ())
        start = self.statement(line) if line else 0
        visible = [each for each in found if not start or each.line < start]
        taken: list[int] = []
        for each in reversed(visible):
            if each.kind is not Binder.ASSIGNMENT:
                return None
            operator = self.summary.assignments[each.index].operator
            if operator == "declare":
                continue
            taken.append(each.index)
            if operator == "=" and not self.summary.assignments[each.index].context & BRANCH:
                return taken
        return taken if self.function(assignment.scope) is None and taken else None

    def changed(self, assignment: Assignment) -> bool:
        """Elements of the name are set, or deleted, somewhere in the file."""
        if self._changed is None:
            self._changed = frozenset([each.target for each in self.summary.assignments if each.target.endswith("[]")])
        return f"{assignment.target}[]" in self._changed

    def _back(self, indices: list[int]) -> list[int]:
        taken: list[int] = []
        for index in reversed(indices):
            taken.append(index)
            if not self._optional(index):
                break
        return taken

    def _optional(self, index: int) -> bool:
        each = self.summary.assignments[index]
        return bool(each.context & BRANCH) or each.operator in ("declare", "+=") or is_none(each)

    def _in_force(self, found: list[Binding], line: int) -> list[Binding]:
        """Bindings of one scope as a place sees them, the one in force first, the others that may hold instead behind it."""
        if len(found) == 1 and found[0].kind is not Binder.ASSIGNMENT:
            return found
        if len(found) > NEAREST:
            place = _place(found, line) if line else len(found)
            found = found[max(place - NEAREST, 0) : place + NEAREST]
        start = self.statement(line) if line else 0
        visible: list[Binding] = []
        later: list[Binding] = []
        for each in found:
            if each.kind is Binder.ASSIGNMENT:
                assignment = self.summary.assignments[each.index]
                if assignment.context & COMPREHENSION and assignment.operator == "for":
                    if line and self.statement(each.line) == start:
                        visible.append(each)
                    continue
                before = not line or each.line < start
                if not before and assignment.operator in SAME_STATEMENT:
                    before = self.statement(each.line) == start
            else:
                before = not line or each.line <= line
            (visible if before else later).append(each)
        if not visible:
            return later[:1]
        visible.reverse()
        return self._ordered(visible)

    def _ordered(self, visible: list[Binding]) -> list[Binding]:
        """Latest first, but what says something before `x = None`, and a guarded import before what replaces it."""
        guarded: list[Binding] = []
        telling: list[Binding] = []
        silent: list[Binding] = []
        for each in visible:
            if each.kind is Binder.ASSIGNMENT:
                assignment = self.summary.assignments[each.index]
                (silent if is_none(assignment) or assignment.operator == "+=" else telling).append(each)
            elif each.kind is Binder.IMPORT and self.summary.imports[each.index].guarded:
                guarded.insert(0, each)
            elif each.kind is Binder.DEFINITION and self._replaced(each.index):
                silent.append(each)
            else:
                telling.append(each)
        return guarded + telling + silent

    def _replaced(self, index: int) -> bool:
        """An overload, or the setter or deleter of a property: not the definition that a reader means."""
        function = self.function(index)
        return function is not None and any(
            is_decorated(function, name) for name in ("overload", "setter", "deleter", "register")
        )

    def statement(self, line: int) -> int:
        """First line of the statement around a line; the line itself between statements."""
        if self._lines is None:
            self._lines = self.summary.statements[0::2], self.summary.statements[1::2]
        firsts, lasts = self._lines
        place = bisect_right(firsts, line) - 1
        return firsts[place] if place >= 0 and line <= lasts[place] else line


def _place(found: list[Binding], line: int) -> int:
    """How many of the bindings, which are sorted, stand up to a line."""
    return bisect_right(found, line, key=lambda each: each.line)


def is_none(assignment: Assignment) -> bool:
    """It binds None, or nothing yet."""
    value = assignment.value
    return value is None or (isinstance(value, Constant) and value.value is None)


def is_decorated(function: Function | Class, name: str) -> bool:
    """A decorator of this last name stands on it, as written."""
    return any(last_name(each) == name for each in function.decorators)


def last_name(value: object) -> str:
    """The last part of a dotted name or attribute, empty for anything else."""
    dotted = getattr(value, "dotted", None) or getattr(value, "name", "")
    return str(dotted).rpartition(".")[2]
