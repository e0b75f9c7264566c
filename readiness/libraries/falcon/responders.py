"""One registration in, the responders that answer out: methods of a resource's class, functions of a module, a sink."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evaluation.placing import LAMBDA, Placing
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine, Thing, Unit
from readiness.libraries.falcon.nodes import RouteEntry
from readiness.libraries.falcon.vocabulary import RESPONDERS
from readiness.model import SymbolKind

PARTIALS = frozenset({"functools.partial", "functools.partialmethod"})
PLAIN_BASES = frozenset({"object", "abc.ABC", "typing.Generic", "typing.Protocol", "builtins.object"})


class Responder(Struct, frozen=True, eq=False):
    """One function that answers one method."""

    method: str
    handler: Routine | Kind | None
    name: str = ""
    """For a responder that is not of the project."""
    exact: bool = True
    owner: Kind | Unit | None = None
    """The class of the resource, or the module that is one."""
    known: bool = True
    """False where the resource could not be found."""
    inner: bool = False
    """It is written in place: a lambda."""


class Responders:
    """Finds the responders of registrations."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self.placing = Placing(reader)
        self._known: dict[tuple[str, int], dict[str, None]] = {}
        self._files: dict[str, dict[int, list[str]]] = {}

    def of(self, entry: RouteEntry) -> Iterator[Responder]:
        """Responders of one registration, one for each method."""
        if entry.resource is None:
            return
        things = list({_identity(each): each for each in self.reader.things(entry.resource)}.values())
        if entry.sink:
            yield from self._sink(entry, entry.resource, things)
            return
        resources = [each for each in things if isinstance(each, Made | Kind | Unit)] or self._typed(entry.resource)
        if not resources:
            name = things[0].name if things and isinstance(things[0], Outside) else ""
            yield Responder("ANY", None, name, exact=False, known=bool(name))
        for thing in resources:
            yield from self._resource(entry, thing)

    def _typed(self, given: Answer) -> list[Made | Kind | Unit]:
        """The class that a parameter or attribute is annotated with: `def routes(app: App, users: UsersResource)`."""
        if not isinstance(given, Bound):
            return []
        symbol = self.project.type_of(given.path, given.value, given.scope, given.line)
        return [Kind(symbol.path, symbol.index)] if symbol.kind is SymbolKind.CLASS and symbol.path else []

    def _sink(self, entry: RouteEntry, given: Answer, things: list[Thing]) -> Iterator[Responder]:
        for thing in things:
            if isinstance(thing, Made) and isinstance(thing.maker, Kind):
                called = self.project.member(self.reader.symbol_of(thing.maker), "__call__")
                if called.kind is SymbolKind.FUNCTION:
                    yield Responder("ANY", Routine(called.path, called.index, None, thing), owner=thing.maker)
                    return
            routine = self._routine(thing)
            if routine is not None:
                yield Responder("ANY", routine)
                return
            if isinstance(thing, Outside | Made) and not isinstance(getattr(thing, "maker", None), Kind):
                yield Responder("ANY", None, _outside_name(thing))
                return
        inner = isinstance(given, Bound) and given.value == LAMBDA
        name = self.placing.written_in_place(entry.call) if inner else ""
        yield Responder("ANY", None, name, exact=inner, known=inner, inner=inner)

    def _resource(self, entry: RouteEntry, resource: Made | Kind | Unit) -> Iterator[Responder]:
        owner = resource.maker if isinstance(resource, Made) else resource
        if isinstance(owner, Outside):
            yield Responder("ANY", None, owner.name, exact=False)
            return
        found = False
        for name, method in RESPONDERS.items():
            for routine, exact in self._answering(resource, name, entry):
                found = True
                yield Responder(method, routine, exact=exact and entry.suffix_known, owner=owner)
        if not found and isinstance(owner, Kind) and self._inherits_more(owner):
            yield Responder("ANY", owner, exact=False, owner=owner)

    def _answering(self, resource: Made | Kind | Unit, name: str, entry: RouteEntry) -> Iterator[tuple[Routine, bool]]:
        """The function behind one name, the names of all suffixes where the suffix is not known."""
        owner = resource.maker if isinstance(resource, Made) else resource
        own = self._names(owner) if isinstance(owner, Kind) else None
        if not entry.suffix_known:
            names = [each for each in own or () if each.startswith(f"{name}_")]
        else:
            names = [f"{name}_{entry.suffix}" if entry.suffix else name]
        for each in names:
            if own is not None and each not in own:
                continue
            for thing in self.reader.attributes.of(resource, each):
                routine = self._routine(thing)
                if routine is not None:
                    yield routine, True
                    break

    def _names(self, kind: Kind) -> dict[str, None]:
        """What begins like a responder in a class and its bases: methods, attributes of the class, attributes of `self`."""
        key = (kind.path, kind.index)
        if key not in self._known:
            names: dict[str, None] = {}
            for ancestor in self.project.ancestors(self.reader.symbol_of(kind)):
                if ancestor.path and ancestor.kind is SymbolKind.CLASS:
                    names |= dict.fromkeys(self._by_scope(ancestor.path).get(ancestor.index, ()))
            self._known[key] = names
        return self._known[key]

    def _by_scope(self, path: str) -> dict[int, list[str]]:
        """The same for every class of a file."""
        if path not in self._files:
            summary = self.reader.summary(path)
            found: dict[int, list[str]] = {}
            for definition in summary.definitions:
                if definition.name.startswith("on_"):
                    found.setdefault(definition.scope, []).append(definition.name)
            for each in summary.assignments:
                name = each.target.removeprefix("self.")
                if name.startswith("on_"):
                    inside = name != each.target and each.scope >= 0
                    scope = summary.definitions[each.scope].scope if inside else each.scope
                    found.setdefault(scope, []).append(name)
            self._files[path] = found
        return self._files[path]

    def _routine(self, thing: Answer, depth: int = 0) -> Routine | None:
        """The function itself, also behind `functools.partial` and behind a decorator that is called by hand."""
        if isinstance(thing, Routine):
            return thing
        if isinstance(thing, Made) and isinstance(thing.maker, Outside) and thing.index >= 0 and depth < 3:
            call = self.reader.call(thing.path, thing.index)
            place = Bound(call.callee, thing.path, call.scope, call.line, thing.frame)
            for argument in call.arguments[:1]:
                for each in self.reader.things(self.reader.at(place, argument)):
                    routine = self._routine(each, depth + 1)
                    if routine is not None:
                        return routine
        return None

    def _inherits_more(self, kind: Kind) -> bool:
        """It has a base of another package, which may bring responders."""
        ancestors = self.project.ancestors(self.reader.symbol_of(kind))
        return any(each.kind is SymbolKind.EXTERNAL and each.name not in PLAIN_BASES for each in ancestors)


def _outside_name(thing: Outside | Made) -> str:
    maker = thing.maker if isinstance(thing, Made) else thing
    return maker.name if isinstance(maker, Outside) else ""


def _identity(thing: Thing) -> tuple[object, ...]:
    if isinstance(thing, Made | Routine | Kind | Outside):
        return (type(thing).__name__, *thing.key)
    return (thing.path,) if isinstance(thing, Unit) else (id(thing),)
