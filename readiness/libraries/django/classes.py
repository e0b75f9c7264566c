"""A view class in, the methods that its objects answer and what answers each out; its own bases and libraries' bases alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from readiness.libraries.django.vocabulary import VERBS
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Routine
from readiness.model import Symbol, SymbolKind
from readiness.model.summary import CallRef, Constant, Function, Name, Value

MethodTable = Callable[[str], Mapping[str, str]]
"""Name of another package's class -> what it defines: method -> name of what answers."""


class Answering(Struct, frozen=True, eq=False):
    """What answers one method of a view class."""

    routine: Routine | None
    """The project's function; None where a library's base answers."""
    name: str
    """Its symbol, or the library's name for it."""


class ClassMembers:
    """Members of classes through their bases, in the order in which Python looks for them. One for a project."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self._own: dict[str, dict[int, dict[str, int]]] = {}
        self._set: dict[str, dict[int, dict[str, int]]] = {}
        self._bases: dict[tuple[object, ...], list[Symbol]] = {}

    def ancestors(self, kind: Kind) -> list[Symbol]:
        """The class and its bases."""
        if kind.key not in self._bases:
            self._bases[kind.key] = self.project.ancestors(self.reader.symbol_of(kind))
        return self._bases[kind.key]

    def outside(self, kind: Kind) -> list[str]:
        """Names of the bases that are not of the project."""
        return [each.name for each in self.ancestors(kind) if each.kind is SymbolKind.EXTERNAL]

    def member(self, kind: Kind, name: str, tables: MethodTable) -> Answering | None:
        """What answers a method; None where the class has none of that name, or sets it to None."""
        for ancestor in self.ancestors(kind):
            if not ancestor.path or ancestor.kind is not SymbolKind.CLASS:
                answer = tables(ancestor.name).get(name) if ancestor.kind is SymbolKind.EXTERNAL else None
                if answer is not None:
                    return Answering(None, answer)
                continue
            index = self.functions(ancestor.path, ancestor.index).get(name, -1)
            value = self._value(ancestor.path, ancestor.index, name)
            if index >= 0:
                routine = Routine(ancestor.path, index, kind.frame)
                return Answering(routine, self.project.symbol(ancestor.path, index))
            if value is not None:
                return self._alias(kind, value, name, tables)
        return None

    def _alias(self, kind: Kind, value: Bound, name: str, tables: MethodTable) -> Answering | None:
        """`post = get`, `patch = partial_update`."""
        if value.value == Constant(None):
            return None
        if isinstance(value.value, Name) and value.value.dotted != name and "." not in value.value.dotted:
            found = self.member(kind, value.value.dotted, tables)
            if found is not None:
                return found
        for thing in self.reader.follow(value):
            if isinstance(thing, Routine):
                return Answering(thing, self.project.symbol(thing.path, thing.index))
        return None

    def functions(self, path: str, scope: int) -> dict[str, int]:
        """Functions that stand in a class itself: name -> index; the last of a name."""
        if path not in self._own:
            found: dict[int, dict[str, int]] = {}
            for index, definition in enumerate(self.reader.summary(path).definitions):
                if isinstance(definition, Function) and definition.scope >= 0:
                    found.setdefault(definition.scope, {})[definition.name] = index
            self._own[path] = found
        return self._own[path].get(scope, {})

    def _value(self, path: str, scope: int, name: str) -> Bound | None:
        if path not in self._set:
            found: dict[int, dict[str, int]] = {}
            for index, each in enumerate(self.reader.summary(path).assignments):
                if each.scope >= 0 and each.operator == "=" and each.value is not None:
                    found.setdefault(each.scope, {})[each.target] = index
            self._set[path] = found
        index = self._set[path].get(scope, {}).get(name, -1)
        if index < 0:
            return None
        each = self.reader.summary(path).assignments[index]
        return Bound(each.value, path, scope, each.line) if each.value is not None else None

    def attribute(self, kind: Kind, name: str) -> Bound | None:
        """What a class attribute is set to, in the class or its nearest base of the project."""
        for ancestor in self.ancestors(kind):
            if ancestor.path and ancestor.kind is SymbolKind.CLASS:
                found = self._value(ancestor.path, ancestor.index, name)
                if found is not None:
                    return found
        return None

    def constant(self, kind: Kind, name: str) -> str | None:
        """A class attribute that is a text."""
        found = self.attribute(kind, name)
        text = self.reader.constant(found) if found is not None else None
        return text if isinstance(text, str) else None

    def given(self, as_view: Bound | None, name: str) -> Bound | None:
        """What `as_view(name=...)` sets instead."""
        if as_view is None or not isinstance(as_view.value, CallRef):
            return None
        call = self.reader.call(as_view.path, as_view.value.index)
        value: Value | None = next((value for key, value in call.keywords if key == name), None)
        return self.reader.at(as_view, value) if value is not None else None

    def allowed(self, kind: Kind, as_view: Bound | None = None) -> tuple[str, ...] | None:
        """The verbs that `http_method_names` leaves, lower case; None where it is not set or cannot be read."""
        names = self.given(as_view, "http_method_names") or self.attribute(kind, "http_method_names")
        if names is None:
            return None
        items, complete = self.reader.elements(names)
        texts = [self.reader.constant(each) for each in items]
        known = [each.lower() for each in texts if isinstance(each, str)]
        return tuple(known) if complete and len(known) == len(texts) else None

    def verbs(self, kind: Kind, tables: MethodTable, as_view: Bound | None = None) -> Iterator[tuple[str, Answering]]:
        """The verbs that objects of a class answer, each with what answers."""
        allowed = self.allowed(kind, as_view)
        for verb in VERBS:
            if allowed is not None and verb not in allowed:
                continue
            found = self.member(kind, verb, tables)
            if found is not None:
                yield verb, found


def texts_of(reader: Reader, answer: Answer | None) -> tuple[list[str], bool]:
    """The texts in a list, and whether these are all of it."""
    if answer is None:
        return [], True
    items, complete = reader.elements(answer)
    texts = [reader.constant(each) for each in items]
    known = [each for each in texts if isinstance(each, str)]
    return known, complete and len(known) == len(texts)
