"""An expression of a test in; the addresses that it can be, out: literal text, the name of a route, and holes for the rest.

Only summaries are read: most tests write their addresses in one step, and parsing all tests of a large backend again costs more
than everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from msgspec.structs import replace

from readiness.libraries.testing_clients.bindings import (
    DEEP,
    MOST,
    Bindings,
    Given,
    at,
    bound_arguments,
    part,
)
from readiness.libraries.testing_clients.families import SUBCLASSES, Families
from readiness.libraries.testing_clients.route_names import HOLE, Address, RouteName
from readiness.libraries.testing_clients.vocabulary import JOIN, REVERSE, URL_FOR, URL_FOR_METHODS
from readiness.model import UNKNOWN, Project, Symbol, SymbolKind
from readiness.model.summary import (
    Assignment,
    Call,
    CallRef,
    Choice,
    Constant,
    Context,
    Function,
    Member,
    Name,
    Operation,
    Sequence,
    Subscript,
    Template,
    Value,
)
from readiness.model.summary import Mapping as Dictionary

_PERCENT = re.compile(r"%(?:\((\w+)\))?[-+ #0]*[\d.]*[sdifrx]")
_BRACES = re.compile(r"\{([^{}:!]*)[^{}]*\}")
_KEEPING = frozenset({"strip", "rstrip", "lstrip", "lower", "encode", "decode"})
"""Methods of text that leave the address as it is."""


class FixtureValues(Protocol):
    """What is asked of the fixtures of the tests."""

    def value(self, path: str, index: int, name: str) -> list[Given]:
        """What the fixture gives that a parameter of a test stands for; empty where it is none of the project's."""
        ...

    def is_test(self, path: str, index: int) -> bool:
        """A function whose parameters are filled by name: a test or a fixture."""
        ...


class Addresses:
    """Reads addresses from expressions, each once."""

    def __init__(self, project: Project, fixtures: FixtureValues, families: Families) -> None:
        self._project = project
        self._fixtures = fixtures
        self.touched: set[tuple[str, int, str]] = set()
        """Parameters, as path, function and name, that the last expression could not be read without."""
        self._bindings = Bindings(project, families)

    def read(self, given: Given) -> list[Address]:
        """The addresses that an expression can be, at most `SUBCLASSES`; a lone hole where nothing is known."""
        self.touched = set()
        found = list(dict.fromkeys(self._read(given, DEEP)))
        return found[:SUBCLASSES] or [HOLE]

    def _read(self, given: Given, depth: int) -> list[Address]:
        value = given.value
        if depth <= 0:
            return [HOLE]
        match value:
            case Constant(value=str() as text):
                return [text]
            case Constant(value=bool() | None):
                return [HOLE]
            case Constant(value=number):
                return [str(number)]
            case Template(parts=parts):
                return self._joined([self._read(at(given, part), depth - 1) for part in parts])
            case Operation(operator="+" | "/", operands=operands):
                between: list[list[Address]] = []
                for number, operand in enumerate(operands):
                    if number and value.operator == "/":
                        between.append(["/"])
                    between.append(self._read(at(given, operand), depth - 1))
                return self._joined(between)
            case Operation(operator="%", operands=(pattern, filling)):
                return self._percent(given, pattern, filling, depth)
            case Operation(operator="or" | "and", operands=operands):
                return [each for operand in operands for each in self._read(at(given, operand), depth - 1)]
            case Choice(yes=yes, no=no):
                return [*self._read(at(given, yes), depth - 1), *self._read(at(given, no), depth - 1)]
            case Name(dotted=dotted):
                return self._name(given, dotted, depth)
            case CallRef(index=index):
                return self._call(given, index, depth)
            case Member() | Subscript():
                return self._constant(given, value)
        return [HOLE]

    def _joined(self, pieces: Iterable[list[Address]]) -> list[Address]:
        """Every way to put the pieces together; the name of a route can only stand first."""
        found: list[Address] = [""]
        for piece in pieces:
            longer: list[Address] = []
            for before in found:
                for each in piece:
                    if isinstance(before, RouteName):
                        longer.append(before)
                    elif isinstance(each, RouteName):
                        longer.append(each)
                    else:
                        longer.append(before + each)
            found = list(dict.fromkeys(longer))[:MOST]
        return found

    def _percent(self, given: Given, pattern: Value, filling: Value, depth: int) -> list[Address]:
        items: list[Value] = list(filling.items) if isinstance(filling, Sequence) else [filling]
        named: dict[str, Value] = {}
        if isinstance(filling, Dictionary):
            named = {
                str(key.value): each
                for key, each in zip(filling.keys, filling.values, strict=False)
                if isinstance(key, Constant)
            }
        found: list[Address] = []
        for text in self._read(at(given, pattern), depth - 1):
            if not isinstance(text, str):
                return [HOLE]
            places = list(_PERCENT.finditer(text))
            fillings = [
                named.get(place[1]) if place[1] else (items[number] if number < len(items) else None)
                for number, place in enumerate(places)
            ]
            found += self._filled(given, text, places, fillings, depth)
        return found

    def _braces(self, given: Given, text: str, call: Call, depth: int) -> list[Address]:
        """`"/users/{}".format(user.id)`."""
        places = list(_BRACES.finditer(text))
        named = dict(call.keywords)
        fillings: list[Value | None] = []
        place_of = 0
        for place in places:
            name = re.split(r"[.\[]", place[1])[0]
            if name.isdecimal() or not name:
                number = int(name) if name and len(name) < 3 else place_of
                place_of += 1
                fillings.append(call.arguments[number] if number < len(call.arguments) and name == place[1] else None)
            else:
                fillings.append(named.get(name) if name == place[1] else None)
        return self._filled(given, text, places, fillings, depth)

    def _filled(
        self, given: Given, text: str, places: list[re.Match[str]], fillings: list[Value | None], depth: int
    ) -> list[Address]:
        pieces: list[list[Address]] = []
        end = 0
        for place, filling in zip(places, fillings, strict=True):
            pieces.append([text[end : place.start()].replace("%%", "%")])
            pieces.append([HOLE] if filling is None else self._read(at(given, filling), depth - 1))
            end = place.end()
        pieces.append([text[end:]])
        return self._joined(pieces)

    def _name(self, given: Given, dotted: str, depth: int) -> list[Address]:
        first, _, rest = dotted.partition(".")
        known = dict(given.names)
        if first in known:
            held = known[first]
            if not rest:
                again = self._bindings.local(given.path, given.scope, dotted, given.line)
                anew = [each for one in again for each in self._bound(given, one, depth)]
                kept = not again or any(each.context & Context.CONDITION for each in again)
                return [*anew, *(self._read(held, depth - 1) if kept else [])]
            return (
                self._read(at(held, Name(f"{held.value.dotted}.{rest}")), depth - 1)
                if isinstance(held.value, Name)
                else [HOLE]
            )
        if not rest:
            bound = self._bindings.local(given.path, given.scope, dotted, given.line)
            if bound:
                return [each for assignment in bound for each in self._bound(given, assignment, depth)]
        symbol = self._project.resolve(given.path, dotted, given.scope, given.line)
        if rest and first not in {"self", "cls"}:
            self._touch(given, first)
        if symbol.kind is SymbolKind.PARAMETER and not symbol.rest:
            given_by = self._fixtures.value(symbol.path, symbol.index, dotted)
            if given_by:
                return [each for value in given_by for each in self._read(value, depth - 1)]
            self.touched.add((symbol.path, symbol.index, dotted))
            return [HOLE]
        if first in {"self", "cls"}:
            return self._of_self(given, rest, depth) or self._constant(given, given.value)
        if symbol.kind is SymbolKind.VARIABLE and symbol.path and not symbol.rest:
            summary = self._project.summary(symbol.path)
            if summary is not None and 0 <= symbol.index < len(summary.assignments):
                assignment = summary.assignments[symbol.index]
                if assignment.value is not None and assignment.operator in {"=", ":="} and assignment.position < 0:
                    there = Given(symbol.path, assignment.value, assignment.scope, assignment.line)
                    return self._read(there, depth - 1)
        return self._constant(given, given.value)

    def _of_self(self, given: Given, rest: str, depth: int) -> list[Address]:
        """`self.url`, in the class around a place and in each that takes its tests over."""
        name, _, part_of = rest.partition(".")
        found: list[Address] = []
        for number, owner in enumerate(self._bindings.owners(given)):
            for held in self._bindings.attribute(owner, name):
                read = self._part_of(held, part_of) if part_of else self._read(held, depth - 1)
                # What a base class itself says is often nothing: its subclasses fill it in.
                found += [each for each in read if not number or each != HOLE]
        known = [each for each in found if each != HOLE]
        return list(dict.fromkeys(known or found))

    def _part_of(self, held: Given, rest: str) -> list[Address]:
        """`self.model.__name__`, the name of a class that an attribute stands for."""
        if rest != "__name__" or not isinstance(held.value, Name):
            return [HOLE]
        symbol = self._project.resolve(held.path, held.value.dotted, held.scope, held.line)
        named = symbol.kind in (SymbolKind.CLASS, SymbolKind.FUNCTION, SymbolKind.EXTERNAL) and not symbol.rest
        return [symbol.name.rpartition("::")[2].rpartition(".")[2]] if named else [HOLE]

    def _touch(self, given: Given, name: str) -> None:
        """Note that the attribute of a parameter of a test is asked for, whose rows may name the object."""
        symbol = self._project.resolve(given.path, name, given.scope, given.line)
        if symbol.kind is SymbolKind.PARAMETER and self._fixtures.is_test(symbol.path, symbol.index):
            self.touched.add((symbol.path, symbol.index, name))

    def _bound(self, given: Given, assignment: Assignment, depth: int) -> list[Address]:
        value = assignment.value
        if value is None:
            return [HOLE]
        there = Given(given.path, value, assignment.scope, max(0, assignment.line - 1), given.names, given.owner)
        if assignment.operator in {"=", ":="}:
            return (
                self._read(there, depth - 1)
                if assignment.position < 0
                else self._item(there, assignment.position, depth)
            )
        if assignment.operator == "for":
            found: list[Address] = []
            for item in self._bindings.items(there, depth):
                one = item if assignment.position < 0 else part(item, assignment.position)
                found += self._read(one, depth - 1) if one is not None else [HOLE]
            return found or [HOLE]
        return [HOLE]

    def _item(self, given: Given, position: int, depth: int) -> list[Address]:
        one = part(given, position)
        return self._read(one, depth - 1) if one is not None else [HOLE]

    def _constant(self, given: Given, value: Value) -> list[Address]:
        constant = self._project.constant(given.path, value, given.scope, given.line)
        if (
            constant is UNKNOWN
            or constant is None
            or (constant == "" and isinstance(value, Name) and "." in value.dotted)
        ):
            # An empty attribute is mostly the default of a class, and another one in each object.
            return [HOLE]
        return [str(constant)]

    def _call(self, given: Given, index: int, depth: int) -> list[Address]:
        summary = self._project.summary(given.path)
        if summary is None:
            return [HOLE]
        call = summary.calls[index]
        callee = call.callee
        last = (
            callee.name
            if isinstance(callee, Member)
            else callee.dotted.rpartition(".")[2]
            if isinstance(callee, Name)
            else ""
        )
        if last == "format" and isinstance(callee, Member | Name):
            receiver = _receiver(callee)
            texts = self._read(at(given, receiver), depth - 1) if receiver is not None else [HOLE]
            return [
                each
                for text in texts
                for each in (self._braces(given, text, call, depth) if isinstance(text, str) else [HOLE])
            ]
        if last in _KEEPING and not isinstance(callee, Name):
            return self._read(at(given, callee.value), depth - 1) if isinstance(callee, Member) else [HOLE]
        target = self._project.callee(given.path, index)
        if isinstance(callee, Name) and "." in callee.dotted:
            first, _, rest = callee.dotted.partition(".")
            known = dict(given.names)
            if first in known:
                return self._method(given, call, known[first], rest, depth)
            self._touch(given, first)
        if target.name in REVERSE:
            return self._reversed(given, call, depth)
        if target.name in URL_FOR or (last in URL_FOR_METHODS and target.kind is not SymbolKind.FUNCTION):
            return self._named(given, call, depth)
        if target.name in {"str", "builtins.str"} or last in {"URL", "lazy_reverse"}:
            return self._read(at(given, call.arguments[0]), depth - 1) if call.arguments else [HOLE]
        if last == "get_url" and len(call.arguments) == 1:
            # Tornado's `self.get_url("/users")` puts the server of the test before the path.
            return self._read(at(given, call.arguments[0]), depth - 1)
        if target.name in JOIN and call.arguments:
            pieces: list[list[Address]] = []
            for each in call.arguments[:4]:
                pieces += [["/"]] if pieces else []
                pieces.append(self._read(at(given, each), depth - 1))
            return self._joined(pieces)
        if isinstance(callee, Name) and callee.dotted.rpartition(".")[0] in {"self", "cls"}:
            found = self._of_own_method(given, call, last, depth)
            if found:
                return found
        if target.kind is SymbolKind.FUNCTION and target.path:
            found = self._returned(given, call, target, depth)
            # The address of a function around `reverse` is mostly changed before it is given back.
            return self._reversed(given, call, depth) if set(found) == {HOLE} and self._reverses(target) else found
        if target.kind is SymbolKind.UNKNOWN and last in _KEEPING and isinstance(callee, Name):
            read = self._name(given, callee.dotted.rpartition(".")[0], depth - 1)
            return [each.lower() if last == "lower" and isinstance(each, str) else each for each in read]
        return [HOLE]

    def _of_own_method(self, given: Given, call: Call, name: str, depth: int) -> list[Address]:
        """`self.get_url()`, as the class around a place and each that takes its tests over define it."""
        found: list[Address] = []
        for owner in self._bindings.owners(given):
            target = self._project.member(owner, name)
            if target.kind is SymbolKind.FUNCTION and target.path:
                found += self._returned(replace(given, owner=owner), call, target, depth)
        known = [each for each in found if each != HOLE]
        return list(dict.fromkeys(known or found))

    def _method(self, given: Given, call: Call, held: Given, name: str, depth: int) -> list[Address]:
        """`route.item(1)`, where the parameter `route` is a class or an object that a name stands for."""
        if not isinstance(held.value, Name) or "." in name:
            return [HOLE]
        symbol = self._project.resolve(held.path, held.value.dotted, held.scope, held.line)
        if symbol.kind is not SymbolKind.CLASS:
            symbol = self._project.type_of(held.path, held.value, held.scope, held.line)
        target = self._project.member(symbol, name)
        if target.kind is not SymbolKind.FUNCTION or not target.path:
            return [HOLE]
        return self._returned(given, call, target, depth, (("cls", held), ("self", held)))

    def _reversed(self, given: Given, call: Call, depth: int) -> list[Address]:
        """`reverse("namespace:name", kwargs={"pk": 1})`; a name that subclasses fill in is each of theirs."""
        keywords = dict(call.keywords)
        first = call.arguments[0] if call.arguments else keywords.get("viewname")
        read = self._read(at(given, first), depth - 1) if first is not None else []
        names = [each for each in read if isinstance(each, str) and each and HOLE not in each]
        if not names:
            view = self._view(given, first)
            return [RouteName("", view, complete=False) if view else HOLE]
        named = keywords.get("kwargs", call.arguments[3] if len(call.arguments) > 3 else None)
        listed = keywords.get("args", call.arguments[2] if len(call.arguments) > 2 else None)
        keys: tuple[str, ...] = ()
        held = dict(given.names).get(named.dotted) if isinstance(named, Name) else None
        named = held.value if held is not None else named
        complete = (named is None or isinstance(named, Dictionary)) and (listed is None or isinstance(listed, Sequence))
        if isinstance(named, Dictionary):
            keys = tuple(str(key.value) for key in named.keys if isinstance(key, Constant))
            complete = complete and len(keys) == len(named.keys)
        positional = len(listed.items) if isinstance(listed, Sequence) else 0
        complete = complete and "" not in keywords
        return [RouteName(each, "", keys, positional, complete) for each in names]

    def _reverses(self, target: Symbol) -> bool:
        """A function of the project that hands its first parameter to `reverse`."""
        summary = self._project.summary(target.path)
        function = summary.definitions[target.index] if summary is not None else None
        if summary is None or not isinstance(function, Function) or not function.parameters:
            return False
        first = Name(function.parameters[0].name)
        return any(
            summary.calls[index].arguments[:1] == (first,) and self._project.callee(target.path, index).name in REVERSE
            for index in self._project.calls_in(target)
        )

    def _named(self, given: Given, call: Call, depth: int) -> list[Address]:
        """`url_for("blueprint.function", id=1)`, `api.url_for(Resource, id=1)`, `app.url_path_for("name", id=1)`."""
        first = (
            call.arguments[0]
            if call.arguments
            else dict(call.keywords).get("name", dict(call.keywords).get("endpoint"))
        )
        if first is None:
            return [HOLE]
        keys = tuple(name for name, _ in call.keywords if name and not name.startswith("_"))
        complete = all(name for name, _ in call.keywords)
        view = self._view(given, first)
        if view:
            return [RouteName("", view, keys, 0, complete)]
        return [
            RouteName(name, "", keys, 0, complete) if isinstance(name, str) and name != HOLE else HOLE
            for name in self._read(at(given, first), depth - 1)
        ]

    def _view(self, given: Given, value: Value | None) -> str:
        """The class or function that is given for the name of a route."""
        if not isinstance(value, Name):
            return ""
        symbol = self._project.resolve(given.path, value.dotted, given.scope, given.line)
        return symbol.name if symbol.kind in (SymbolKind.CLASS, SymbolKind.FUNCTION) and not symbol.rest else ""

    def _returned(
        self, given: Given, call: Call, target: Symbol, depth: int, bound: tuple[tuple[str, Given], ...] = ()
    ) -> list[Address]:
        """What a function of the project gives back for these arguments."""
        summary = self._project.summary(target.path)
        function = summary.definitions[target.index] if summary is not None else None
        if summary is None or not isinstance(function, Function) or depth <= 1:
            return [HOLE]
        names = (*bound, *bound_arguments(given, call, function))
        found: list[Address] = []
        for each in summary.returns:
            if each.scope == target.index and each.value is not None:
                place = Given(target.path, each.value, target.index, each.line, names, given.owner)
                found += self._read(place, depth - 2)
        return found or [HOLE]


def _receiver(callee: Member | Name) -> Value | None:
    if isinstance(callee, Member):
        return callee.value
    before = callee.dotted.rpartition(".")[0]
    return Name(before) if before else None
