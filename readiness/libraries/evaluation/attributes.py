"""Things and the names of attributes in, what the attributes can denote out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readiness.libraries.evaluation.things import (
    Answer,
    Bound,
    Frame,
    Kind,
    Made,
    Outside,
    Part,
    Routine,
    Unit,
    enclosing,
)
from readiness.model import SymbolKind
from readiness.model.summary import Class, Constant, Function, Name

if TYPE_CHECKING:
    from readiness.libraries.evaluation.reader import Reader


class Attributes:
    """Reads attributes of modules, classes and objects."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def of(self, thing: Answer, name: str) -> Iterator[Answer]:
        """What an attribute of a thing can denote."""
        match thing:
            case Outside():
                yield Outside(f"{thing.name}.{name}")
            case Unit(path):
                symbol = self.reader.project.resolve(path, name)
                yield from self.reader.symbol(symbol, Bound(Name(name), path, -1, 0))
            case Kind():
                yield from self._member(thing, name, None)
            case Made(maker=Kind()):
                yield from self._instance_attribute(thing, name)
            case Made():
                yield from self._known(thing, name)
            case Bound(Constant()) if name == "value":
                yield thing  # of a member of an enumeration
            case _:
                pass

    def above(self, bound: Bound, name: str) -> Iterator[Answer]:
        """What `super().name` denotes in a method: the member of a base, or what a class of another package gives its objects."""
        definitions = self.reader.summary(bound.path).definitions
        method = definitions[bound.scope] if bound.scope >= 0 else None
        frame = enclosing(bound.frame, bound.path, bound.scope)
        if not isinstance(method, Function) or not method.parameters or method.scope < 0 or frame is None:
            return
        owner = frame.names.get(method.parameters[0].name)
        if not isinstance(owner, Made) or not isinstance(definitions[method.scope], Class):
            return
        own = Kind(bound.path, method.scope)
        for ancestor in self.reader.project.ancestors(self.reader.symbol_of(own))[1:]:
            if ancestor.path and ancestor.kind is SymbolKind.CLASS:
                found = list(self._member(Kind(ancestor.path, ancestor.index), name, owner))
                if found:
                    yield from found
                    return
        yield from self._known(owner, name)

    def _instance_attribute(self, made: Made, name: str) -> Iterator[Answer]:
        found = False
        maker = made.maker
        if not isinstance(maker, Kind):
            return
        for ancestor in self.reader.project.ancestors(self.reader.symbol_of(maker)):
            if not ancestor.path:
                continue
            summary = self.reader.summary(ancestor.path)
            for assignment in summary.assignments:
                if assignment.target != f"self.{name}" or assignment.value is None or assignment.scope < 0:
                    continue
                method = summary.definitions[assignment.scope]
                if method.scope != ancestor.index:
                    continue
                routine = Routine(ancestor.path, assignment.scope, maker.frame, made)
                frame = self.entered(routine, made)
                value = Bound(assignment.value, ancestor.path, assignment.scope, assignment.line, frame)
                for answer in self.reader.follow(value):
                    found = True
                    yield answer
            if found:
                return
        given = self.fields_given(made).get(name)
        if given is not None:
            yield from self.reader.follow(given)
            return
        members = list(self._member(maker, name, made))
        yield from members
        if not members:
            yield from self._known(made, name)

    def _known(self, made: Made, name: str) -> Iterator[Answer]:
        """An attribute that a class of another package gives its objects."""
        if name in self.reader.itself:
            yield made
        elif name in self.reader.parts:
            yield Part(made, name)

    def answers(self, made: Made, name: str) -> Iterator[Bound]:
        """What a method of an object gives back, as it stands there; nothing where its class is not of the project."""
        if not isinstance(made.maker, Kind):
            return
        symbol = self.reader.project.member(self.reader.symbol_of(made.maker), name)
        if symbol.kind is SymbolKind.FUNCTION:
            routine = Routine(symbol.path, symbol.index, made.maker.frame, made)
            frame = self.entered(routine, made)
            for given in self.reader.returned(routine):
                if given.value is not None and not given.yields:
                    yield Bound(given.value, routine.path, routine.index, given.line, frame)

    def entered(self, routine: Routine, made: Made) -> Frame:
        """The activation of a method on an object: of `__init__` with what its maker is given, of others with `self` alone."""
        function = self.reader.function(routine)
        if function.name == "__init__" and made.index >= 0:
            return self.reader.activate(routine, made.path, made.index, made.frame)
        first = function.parameters[0].name if function.parameters else "self"
        outer = made.frame.seen_by(made.looped) if made.frame is not None else ()
        key = (*outer, (made.path, made.index, 0))
        return Frame(routine.path, routine.index, {first: made}, {}, routine.frame, key)

    def fields_given(self, made: Made) -> dict[str, Answer]:
        """What the call of a class without `__init__` gives its fields: dataclasses, named tuples, models."""
        maker = made.maker
        if made.index < 0 or not isinstance(maker, Kind):
            return {}
        if self.reader.project.member(self.reader.symbol_of(maker), "__init__").kind is SymbolKind.FUNCTION:
            return {}
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        names = [
            each.target
            for each in self.reader.summary(maker.path).assignments
            if each.scope == maker.index and each.annotation
        ]
        given: dict[str, Answer] = {
            name: self.reader.at(place, value) for name, value in zip(names, call.arguments, strict=False)
        }
        return given | self.reader.arguments.keywords(call, place)

    def _member(self, kind: Kind, name: str, owner: Made | None) -> Iterator[Answer]:
        symbol = self.reader.project.member(self.reader.symbol_of(kind), name)
        if symbol.kind is SymbolKind.UNKNOWN and kind.frame is not None:
            found = self.reader.lineage.attribute(kind, name)  # of a base that the function around the class was given
            if isinstance(found, Routine):
                found = Routine(found.path, found.index, found.frame, owner)
            yield from self.reader.follow(found) if found is not None else ()
            return
        if symbol.kind is not SymbolKind.FUNCTION:
            yield from self.reader.symbol(symbol, Bound(Name(name), kind.path, kind.index, 0, kind.frame))
            return
        routine = Routine(symbol.path, symbol.index, kind.frame, owner)
        if owner is not None and self.reader.decorators(routine) & {"property", "cached_property"}:
            yield from self.reader.results(routine, self.entered(routine, owner))
        else:
            yield routine
