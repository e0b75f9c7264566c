"""An expression of a test in; whether it is a test client, out."""

from __future__ import annotations

from enum import StrEnum

from readiness.libraries.testing_clients.families import Families
from readiness.libraries.testing_clients.fixtures import Fixture, Fixtures
from readiness.libraries.testing_clients.vocabulary import (
    ABSOLUTE_CLIENTS,
    CASE_CLIENTS,
    CASES,
    CLIENT_PROPERTIES,
    CLIENTS,
    COPIES,
    FIXTURES,
    SENDING_CASES,
)
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import CallRef, Choice, Class, Function, Name, Operation, Value

DEEP = 6
"""Steps from a name to the client behind it."""
MIXED = 8
"""Classes made of a mixin that are asked for its client."""


class Certainty(StrEnum):
    """How a client was recognised."""

    NO = "no"
    NAMED = "named"
    """By the name of a parameter alone."""
    YES = "yes"


class Clients:
    """Tells test clients from everything else; each name of each function once."""

    def __init__(self, project: Project, fixtures: Fixtures, families: Families) -> None:
        self._families = families
        self._project = project
        self._fixtures = fixtures
        self._known: dict[tuple[str, int, str], Certainty] = {}
        self._classes: dict[tuple[str, int], Certainty] = {}

    def is_client(self, path: str, value: Value, scope: int, line: int) -> Certainty:
        """Whether an expression is a client."""
        if isinstance(value, Name):
            key = (path, scope, value.dotted)
            if key not in self._known:
                self._known[key] = Certainty.NO
                self._known[key] = self._value(path, value, scope, line, DEEP)
            return self._known[key]
        return self._value(path, value, scope, line, DEEP)

    def _value(self, path: str, value: Value, scope: int, line: int, depth: int) -> Certainty:
        if depth <= 0:
            return Certainty.NO
        match value:
            case Name(dotted=dotted):
                return self._name(path, dotted, scope, line, depth)
            case CallRef(index=index):
                return self._called(path, index, depth)
            case Choice(yes=yes, no=no):
                return self._any(path, (yes, no), scope, line, depth)
            case Operation(operator="or", operands=operands):
                return self._any(path, operands, scope, line, depth)
        return Certainty.NO

    def _any(self, path: str, values: tuple[Value, ...], scope: int, line: int, depth: int) -> Certainty:
        found = [self._value(path, each, scope, line, depth - 1) for each in values]
        return Certainty.YES if Certainty.YES in found else Certainty.NO

    def _name(self, path: str, dotted: str, scope: int, line: int, depth: int) -> Certainty:
        if dotted in ("self", "cls"):
            return self._attribute(path, "", scope, depth)
        if dotted.endswith(CLIENT_PROPERTIES):
            return Certainty.YES
        symbol = self._project.resolve(path, dotted, scope, line)
        if symbol.kind is SymbolKind.PARAMETER and not symbol.rest:
            return self._parameter(symbol, dotted, depth)
        if symbol.kind is SymbolKind.VARIABLE and not symbol.rest and symbol.path:
            found = self._variable(symbol, depth)
            if found is not Certainty.NO:
                return found
        if dotted.startswith(("self.", "cls.")) and dotted.count(".") == 1:
            return self._attribute(path, dotted.partition(".")[2], scope, depth)
        return self._of_type(self._project.type_of(path, Name(dotted), scope, line))

    def _parameter(self, symbol: Symbol, name: str, depth: int) -> Certainty:
        summary = self._project.summary(symbol.path)
        function = summary.definitions[symbol.index] if summary is not None else None
        if not isinstance(function, Function):
            return Certainty.NO
        annotation = next((each.annotation for each in function.parameters if each.name == name), None)
        if annotation is not None:
            annotated = self._project.resolve_value(symbol.path, annotation, function.scope, function.line)
            if self._of_type(annotated) is Certainty.YES:
                return Certainty.YES
        if self._fixtures.is_test(symbol.path, symbol.index):
            fixture = self._fixtures.named(name, symbol.path, (symbol.path, symbol.index))
            if fixture is not None:
                return self._fixture(fixture, depth)
            return Certainty.YES if name in FIXTURES else Certainty.NO
        return Certainty.NAMED if name == "client" or name.endswith("_client") or name == "testapp" else Certainty.NO

    def _fixture(self, fixture: Fixture, depth: int) -> Certainty:
        key = (fixture.path, fixture.index)
        if key in self._classes:
            return self._classes[key]
        self._classes[key] = Certainty.NO
        found = Certainty.NO
        for given in self._fixtures.gives(fixture):
            found = self._value(given.path, given.value, given.scope, given.line, depth - 1)
            if found is not Certainty.NO:
                break
        if found is Certainty.NO:
            summary = self._project.summary(fixture.path)
            function = summary.definitions[fixture.index] if summary is not None else None
            if isinstance(function, Function) and function.returns is not None:
                found = self._annotated(fixture.path, function.returns, function)
        self._classes[key] = found
        return found

    def _annotated(self, path: str, annotation: Value, function: Function) -> Certainty:
        """`TestClient`, or what a generator of one yields."""
        found = self._of_type(self._project.resolve_value(path, annotation, function.scope, function.line))
        if found is Certainty.NO and hasattr(annotation, "index") and hasattr(annotation, "value"):
            inner = annotation.index
            first = inner.items[0] if hasattr(inner, "items") and inner.items else inner
            if not isinstance(first, int):
                return self._of_type(self._project.resolve_value(path, first, function.scope, function.line))
        return found

    def _variable(self, symbol: Symbol, depth: int) -> Certainty:
        summary = self._project.summary(symbol.path)
        if summary is None or not 0 <= symbol.index < len(summary.assignments):
            return Certainty.NO
        assignment = summary.assignments[symbol.index]
        if assignment.value is None or assignment.operator not in {"=", "with", ":="} or assignment.position >= 0:
            return Certainty.NO
        return self._value(symbol.path, assignment.value, assignment.scope, assignment.line, depth - 1)

    def _called(self, path: str, index: int, depth: int) -> Certainty:
        """A client is made here, or a function of the project gives one."""
        summary = self._project.summary(path)
        if summary is None:
            return Certainty.NO
        call = summary.calls[index]
        if isinstance(call.callee, Name) and call.callee.dotted.endswith((".test_client", "._test_client")):
            return Certainty.YES
        target = self._project.callee(path, index)
        if target.name in COPIES and call.arguments:
            return self._value(path, call.arguments[0], call.scope, call.line, depth - 1)
        if target.kind is SymbolKind.FUNCTION and target.path:
            return self._returned(target, depth)
        if self._of_type(target) is Certainty.YES:
            return Certainty.YES
        if isinstance(call.callee, Name) and "." not in call.callee.dotted:
            # A fixture that is called for a client: `client = aiohttp_client(app)`.
            return self._name(path, call.callee.dotted, call.scope, call.line, depth - 1)
        return self._of_type(self._project.type_of(path, CallRef(index), call.scope, call.line))

    def _returned(self, target: Symbol, depth: int) -> Certainty:
        summary = self._project.summary(target.path)
        for each in summary.returns if summary is not None else ():
            if each.scope == target.index and each.value is not None:
                found = self._value(target.path, each.value, target.index, each.line, depth - 1)
                if found is not Certainty.NO:
                    return found
        return Certainty.NO

    def _attribute(self, path: str, name: str, scope: int, depth: int) -> Certainty:
        """`self.client`: the class or one of its bases sets it, or a framework's class of tests gives it. No name asks for the
        object itself, which sends by its own methods."""
        summary = self._project.summary(path)
        owner = scope
        while summary is not None and owner >= 0 and not isinstance(summary.definitions[owner], Class):
            owner = summary.definitions[owner].scope
        if summary is None or owner < 0:
            return Certainty.NO
        key = (path, owner, f"self.{name}")
        if key not in self._known:
            self._known[key] = Certainty.NO
            own = Symbol(SymbolKind.CLASS, self._project.symbol(path, owner), path, owner)
            found = self._of_class(own, name, depth)
            if found is Certainty.NO and name:
                # A mixin sends with the client of the classes that take its tests over.
                below = (self._of_class(each, name, depth - 1) for each in self._families.below(own)[:MIXED])
                found = next((each for each in below if each is not Certainty.NO), found)
            self._known[key] = found
        return self._known[key]

    def _of_class(self, owner: Symbol, name: str, depth: int) -> Certainty:
        for each in self._project.ancestors(owner):
            if each.kind is SymbolKind.EXTERNAL:
                if each.name in (CASES if name in CASE_CLIENTS else SENDING_CASES if not name else ()):
                    return Certainty.YES
                continue
            summary = self._project.summary(each.path) if each.path else None
            for assignment in summary.assignments if summary is not None else ():
                if assignment.value is None or assignment.position >= 0 or summary is None or assignment.scope < 0:
                    continue
                inside = (assignment.scope == each.index and assignment.target == name) or (
                    assignment.target in {f"self.{name}", f"cls.{name}"}
                    and summary.definitions[assignment.scope].scope == each.index
                )
                if inside:
                    found = self._value(each.path, assignment.value, assignment.scope, assignment.line, depth - 1)
                    if found is not Certainty.NO:
                        return found
        return self._given_by_fixture(owner, name, depth)

    def _given_by_fixture(self, owner: Symbol, name: str, depth: int) -> Certainty:
        """A fixture puts the client on the class that uses it: `request.cls.client = app.test_client()`."""
        for given in self._fixtures.put_on_classes(name):
            folder, _, file = given.path.rpartition("/")
            if given.path == owner.path or (
                file == "conftest.py" and f"/{owner.path}".startswith(f"/{folder}/" if folder else "/")
            ):
                found = self._value(given.path, given.value, given.scope, given.line, depth - 1)
                if found is not Certainty.NO:
                    return found
        return Certainty.NO

    def _of_type(self, symbol: Symbol) -> Certainty:
        if symbol.kind is SymbolKind.EXTERNAL:
            return Certainty.YES if symbol.name in CLIENTS else Certainty.NO
        if symbol.kind is SymbolKind.CLASS and symbol.path:
            key = (symbol.path, symbol.index)
            if key not in self._classes:
                self._classes[key] = Certainty.YES if self._project.is_a(symbol, CLIENTS) else Certainty.NO
            return self._classes[key]
        return Certainty.NO


__all__ = ["ABSOLUTE_CLIENTS", "Certainty", "Clients"]
