"""A name in a test in; what it is bound to there, in its class or in a list, out. Read from summaries only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.testing_clients.families import Families
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import Assignment, Call, CallRef, Context, Function, Name, Sequence, Starred, Value
from readiness.model.summary import Mapping as Dictionary

MOST = 64
"""Items of one list that are looked at."""

DEEP = 14
"""Steps from one expression to the next."""

PROPERTIES = frozenset({"property", "cached_property", "classproperty"})

BRANCHES = 8
"""Bindings of one name that are looked at."""


class Given(Struct, frozen=True):
    """An expression with the place that gives its names their meaning."""

    path: str
    value: Value
    scope: int
    line: int
    names: tuple[tuple[str, Given], ...] = ()
    """What parameters of the functions around it are."""
    owner: Symbol | None = None
    """The class that `self` is an object of, where it is another than the one around the place."""


class Bindings:
    """Looks names up; the local ones of each file are put in order once."""

    def __init__(self, project: Project, families: Families) -> None:
        self._project = project
        self._variables: dict[tuple[str, int, str], list[Assignment]] = {}
        self._indexed: set[str] = set()
        self._families = families
        self._attributes: dict[tuple[str, int, str], list[Given]] = {}

    def local(self, path: str, scope: int, name: str, line: int) -> list[Assignment]:
        """What a local name can be bound to at a line: the nearest binding above and those in other branches."""
        if path not in self._indexed:
            self._indexed.add(path)
            summary = self._project.summary(path)
            for assignment in summary.assignments if summary is not None else ():
                if assignment.scope >= 0 and "." not in assignment.target:
                    self._variables.setdefault((path, assignment.scope, assignment.target), []).append(assignment)
        found: list[Assignment] = []
        for each in reversed(self._variables.get((path, scope, name), ())):
            if each.line > line > 0:
                continue
            found.append(each)
            if (not each.context & Context.CONDITION and each.operator != "+=") or len(found) >= BRANCHES:
                break
        return found[::-1]

    def owners(self, given: Given) -> list[Symbol]:
        """The classes of which `self` can be an object at a place: the one around it, and those that are made of it, whose tests
        are theirs as well."""
        if given.owner is not None:
            return [given.owner]
        own = self._class_around(given.path, given.scope)
        if own is None:
            return []
        return [own, *self._families.below(own)]

    def attribute(self, owner: Symbol, name: str) -> list[Given]:
        """`self.url`: what a method of a class or of a base, mostly `setUp`, or the class itself binds it to, or what the property
        gives back."""
        key = (owner.path, owner.index, name)
        if key not in self._attributes:
            found: list[Given] = []
            for each in self._project.ancestors(owner):
                bound = self._bound_by(each, name)
                found = [bound] if bound is not None else self._property(each, name)
                if found:
                    break
            self._attributes[key] = [replace(each, owner=owner) for each in found]
        return self._attributes[key]

    def _property(self, owner: Symbol, name: str) -> list[Given]:
        """What a property that a class defines itself gives back."""
        summary = self._project.summary(owner.path) if owner.kind is SymbolKind.CLASS and owner.path else None
        for index in self._project.defined_in(owner.path, owner.index) if summary is not None else ():
            function = summary.definitions[index] if summary is not None else None
            if not isinstance(function, Function) or function.name != name or summary is None:
                continue
            if any(
                isinstance(each, Name) and each.dotted.rpartition(".")[2] in PROPERTIES for each in function.decorators
            ):
                return [
                    Given(owner.path, each.value, index, each.line)
                    for each in summary.returns
                    if each.scope == index and each.value is not None
                ]
        return []

    def _bound_by(self, owner: Symbol, name: str) -> Given | None:
        """What one class of the project binds an attribute to, by itself or in its methods."""
        summary = self._project.summary(owner.path) if owner.kind is SymbolKind.CLASS and owner.path else None
        for assignment in summary.assignments if summary is not None else ():
            if assignment.value is None or assignment.position >= 0 or assignment.scope < 0 or summary is None:
                continue
            of_class = assignment.scope == owner.index and assignment.target == name
            of_object = (
                assignment.target in {f"self.{name}", f"cls.{name}"}
                and summary.definitions[assignment.scope].scope == owner.index
            )
            if of_class or of_object:
                return Given(owner.path, assignment.value, assignment.scope, assignment.line)
        return None

    def _class_around(self, path: str, scope: int) -> Symbol | None:
        summary = self._project.summary(path)
        while summary is not None and scope >= 0 and isinstance(summary.definitions[scope], Function):
            scope = summary.definitions[scope].scope
        if summary is None or scope < 0:
            return None
        return Symbol(SymbolKind.CLASS, self._project.symbol(path, scope), path, scope)

    def items(self, given: Given, depth: int = DEEP) -> list[Given]:
        """The items of a list that is written out, here or under a name."""
        value = given.value
        if depth <= 0:
            return []
        if isinstance(value, Sequence):
            return [at(given, item) for item in value.items[:MOST]]
        if isinstance(value, CallRef):
            summary = self._project.summary(given.path)
            call = summary.calls[value.index] if summary is not None else None
            if (
                call is not None
                and isinstance(call.callee, Name)
                and call.callee.dotted in {"list", "sorted", "set", "iter"}
            ):
                return self.items(at(given, call.arguments[0]), depth - 1) if call.arguments else []
            if call is not None and isinstance(call.callee, Name) and not call.arguments:
                return self._of_mapping(given, call.callee.dotted, depth)
        if isinstance(value, Name) and "." not in value.dotted:
            bound = self.local(given.path, given.scope, value.dotted, given.line)
            if bound and bound[-1].value is not None and bound[-1].operator == "=":
                return self.items(at(given, bound[-1].value), depth - 1)
        if isinstance(value, Name):
            symbol = self._project.resolve(given.path, value.dotted, given.scope, given.line)
            summary = (
                self._project.summary(symbol.path) if symbol.kind is SymbolKind.VARIABLE and not symbol.rest else None
            )
            if summary is not None and 0 <= symbol.index < len(summary.assignments):
                assignment = summary.assignments[symbol.index]
                if assignment.value is not None and assignment.operator == "=":
                    return self.items(
                        Given(symbol.path, assignment.value, assignment.scope, assignment.line), depth - 1
                    )
        return []

    def _of_mapping(self, given: Given, dotted: str, depth: int) -> list[Given]:
        """`addresses.items()` and `addresses.values()` of a dict that is written out under a local name."""
        name, _, method = dotted.rpartition(".")
        if method not in {"items", "values", "keys"} or not name or "." in name or depth <= 0:
            return []
        bound = self.local(given.path, given.scope, name, given.line)
        held = bound[-1].value if bound and bound[-1].operator == "=" else None
        if not isinstance(held, Dictionary):
            return []
        there = replace(given, line=bound[-1].line)
        pairs = list(zip(held.keys, held.values, strict=False))[:MOST]
        if method == "items":
            return [at(there, Sequence("tuple", (key, each))) for key, each in pairs if key is not None]
        return [at(there, each if method == "values" else key) for key, each in pairs if key is not None]


def bound_arguments(given: Given, call: Call, function: Function) -> Iterator[tuple[str, Given]]:
    """What the parameters of a function are in one call of it, defaults included."""
    parameters = [
        each for each in function.parameters if each.kind in {"positional", "positional-only", "keyword-only"}
    ]
    if parameters and parameters[0].name in {"self", "cls"} and function.scope >= 0:
        parameters = parameters[1:]
    keywords: Mapping[str, Value] = dict(call.keywords)
    spread = any(isinstance(each, Starred) for each in call.arguments) or "" in keywords
    for number, parameter in enumerate(parameters):
        if parameter.name in keywords:
            yield parameter.name, at(given, keywords[parameter.name])
        elif number < len(call.arguments) and parameter.kind != "keyword-only" and not spread:
            yield parameter.name, at(given, call.arguments[number])
        elif parameter.default is not None and not spread:
            yield parameter.name, at(given, parameter.default)


def at(given: Given, value: Value) -> Given:
    """Another expression at the same place."""
    return Given(given.path, value, given.scope, given.line, given.names, given.owner)


def part(given: Given, position: int) -> Given | None:
    """One item of a list that is written out."""
    value = given.value
    if isinstance(value, Sequence) and 0 <= position < len(value.items):
        return at(given, value.items[position])
    return None
