"""A handler in, the calls, answers and failures that stand in it out: the index of a file's functions, made once a file."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from msgspec import Struct

from readiness.libraries.values.expressions import tail
from readiness.model import Project, Route, Scope, Symbol, SymbolKind
from readiness.model.summary import Assignment, Class, Function, Handler, Raise, Return, Summary

MOST = 60
"""Functions that are looked at behind one handler."""


class Body(Struct):
    """What stands in one function itself, nested functions apart."""

    calls: list[int]
    """Indices into `Summary.calls`."""
    returns: list[Return]
    raises: list[Raise]
    assignments: list[Assignment]
    handlers: list[Handler]


class Functions:
    """Finds handlers, and what stands in functions."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._bodies: dict[str, dict[int, Body]] = {}
        self._nested: dict[str, dict[int, list[int]]] = {}
        self._steps: dict[tuple[str, int], list[tuple[int, Symbol]]] = {}
        self._names: frozenset[str] | None = None

    def handler(self, route: Route) -> Symbol | None:
        """The function that answers a route; None where it is not in the project."""
        found = self.project.find(route.handler)
        summary = self.project.summary(found[0]) if found is not None else None
        if found is None or summary is None or not isinstance(summary.definitions[found[1]], Function):
            return None
        return Symbol(SymbolKind.FUNCTION, route.handler, *found)

    def definition(self, symbol: Symbol) -> Function | None:
        """The definition of a function."""
        summary = self.project.summary(symbol.path)
        found = summary.definitions[symbol.index] if summary is not None and symbol.index >= 0 else None
        return found if isinstance(found, Function) else None

    def body(self, path: str, scope: int) -> Body:
        """What stands in a function itself."""
        if path not in self._bodies:
            self._index(path)
        return self._bodies[path].get(scope) or Body([], [], [], [], [])

    def bodies(self, symbol: Symbol) -> Iterator[tuple[int, Body]]:
        """The function and those nested in it, with what stands in each."""
        if symbol.path not in self._bodies:
            self._index(symbol.path)
        waiting = [symbol.index]
        while waiting:
            scope = waiting.pop()
            yield scope, self.body(symbol.path, scope)
            waiting.extend(self._nested[symbol.path].get(scope, ()))

    def steps(self, symbol: Symbol) -> list[tuple[int, Symbol]]:
        """The calls of project functions of service code in a function: index of the call, and the function."""
        key = (symbol.path, symbol.index)
        if key not in self._steps:
            self._steps[key] = list(self._called(symbol))
        return self._steps[key]

    def reached(self, symbol: Symbol, depth: int) -> list[Symbol]:
        """The function and those that it calls, nearest first, at most so many calls away."""
        found = {(symbol.path, symbol.index): symbol}
        level = [symbol]
        for _ in range(depth):
            following = []
            for each in level:
                for _, called in self.steps(each):
                    if (called.path, called.index) not in found and len(found) < MOST:
                        found[called.path, called.index] = called
                        following.append(called)
            level = following
        return list(found.values())

    def _called(self, symbol: Symbol) -> Iterator[tuple[int, Symbol]]:
        summary = self.project.summary(symbol.path)
        if summary is None:
            return
        for _, body in self.bodies(symbol):
            for index in body.calls:
                if tail(summary.calls[index].callee) not in self.names:
                    continue
                called = self.project.callee(symbol.path, index)
                if (
                    called.kind is SymbolKind.FUNCTION
                    and called.index >= 0
                    and self.project.files[called.path].scope is Scope.SERVICE
                ):
                    yield index, called

    @property
    def names(self) -> frozenset[str]:
        """Names of the functions of service code, and what imports call them."""
        if self._names is None:
            names: set[str] = set()
            for path in self.project.paths(Scope.SERVICE):
                summary = self.project.summary(path)
                if summary is not None:
                    names.update(each.name for each in summary.definitions if isinstance(each, Function))
            for path in self.project.paths(Scope.SERVICE):
                summary = self.project.summary(path)
                if summary is not None:
                    names.update(each.alias for each in summary.imports if each.name in names and each.alias)
            self._names = frozenset(names)
        return self._names

    def _index(self, path: str) -> None:
        summary = self.project.summary(path)
        bodies: dict[int, Body] = {}
        nested: dict[int, list[int]] = {}

        def at(scope: int) -> Body:
            if scope not in bodies:
                bodies[scope] = Body([], [], [], [], [])
            return bodies[scope]

        if summary is not None:
            for index, call in enumerate(summary.calls):
                at(call.scope).calls.append(index)
            for answer in summary.returns:
                at(answer.scope).returns.append(answer)
            for failure in summary.raises:
                at(failure.scope).raises.append(failure)
            for assignment in summary.assignments:
                at(assignment.scope).assignments.append(assignment)
            for clause in summary.handlers:
                at(clause.scope).handlers.append(clause)
            for index, definition in enumerate(summary.definitions):
                if isinstance(definition, Function) and definition.scope >= 0:
                    nested.setdefault(definition.scope, []).append(index)
        self._bodies[path], self._nested[path] = bodies, nested


def class_around(summary: Summary, scope: int) -> Class | None:
    """The class that a function is a method of."""
    outer = summary.definitions[scope].scope if scope >= 0 else -1
    found = summary.definitions[outer] if outer >= 0 else None
    return found if isinstance(found, Class) else None


def functions_of(project: Project) -> Functions:
    """The one index of a project."""
    if project not in _functions:
        _functions[project] = Functions(project)
    return _functions[project]


_functions: WeakKeyDictionary[Project, Functions] = WeakKeyDictionary()
