"""Classes in, their attributes and methods with what bases give them out, in the order of definition."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Kind, Routine
from readiness.model import Symbol, SymbolKind
from readiness.model.summary import Class, Function, Starred


class Member(Struct, frozen=True, eq=False):
    """One attribute or method."""

    name: str
    owner: Kind
    """The class that it stands in, which may be a base."""
    line: int
    value: Bound | None = None
    annotation: Bound | None = None
    routine: Routine | None = None
    """For a method."""


Wanted = Callable[[Member], bool]
"""Whether a member is to be read."""


def everything(_: Member) -> bool:
    """Every member is."""
    return True


class Members:
    """Reads classes. One for a scan."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self._own: dict[str, dict[int, dict[str, Member]]] = {}
        self._above: dict[tuple[object, ...], list[Symbol]] = {}

    def above(self, kind: Kind) -> list[Symbol]:
        """The class and its bases, nearest first."""
        if kind.key not in self._above:
            self._above[kind.key] = self.project.ancestors(self.reader.symbol_of(kind))
        return self._above[kind.key]

    def outside(self, kind: Kind) -> list[str]:
        """Names of the bases that are not of the project."""
        return [each.name for each in self.above(kind) if each.kind is SymbolKind.EXTERNAL]

    def own(self, kind: Kind) -> dict[str, Member]:
        """What stands in the class itself."""
        if kind.path not in self._own:
            self._own[kind.path] = self._read(kind.path)
        return self._own[kind.path].get(kind.index, {})

    def of(self, kind: Kind) -> dict[str, Member]:
        """What the class has, its bases' first; a name that is set again is the one set last."""
        found: dict[str, Member] = {}
        for ancestor in reversed(self.above(kind)):
            if ancestor.path and ancestor.kind is SymbolKind.CLASS:
                found |= self.own(Kind(ancestor.path, ancestor.index, kind.frame))
        return found

    def member(self, kind: Kind, name: str) -> Member | None:
        """One of them."""
        for ancestor in self.above(kind):
            if ancestor.path and ancestor.kind is SymbolKind.CLASS:
                found = self.own(Kind(ancestor.path, ancestor.index, kind.frame)).get(name)
                if found is not None:
                    return found
        return None

    def definition(self, kind: Kind) -> Class:
        """The class as it is written."""
        definition = self.reader.summary(kind.path).definitions[kind.index]
        if not isinstance(definition, Class):
            raise LookupError(f"{kind.path} holds no class {kind.index}")  # noqa: TRY004 -- a wrong index
        return definition

    def odd_bases(self, kind: Kind) -> list[Bound]:
        """Bases that are no classes written somewhere: what a call makes, what is taken out of a list, what is not known."""
        found: list[Bound] = []
        for ancestor in self.above(kind):
            if not ancestor.path or ancestor.kind is not SymbolKind.CLASS:
                continue
            definition = self.definition(Kind(ancestor.path, ancestor.index))
            for base in definition.bases:
                place = Bound(base, ancestor.path, definition.scope, definition.line, kind.frame)
                if isinstance(base, Starred) or not self._is_class(place):
                    found.append(place)
        return found

    def _is_class(self, place: Bound) -> bool:
        symbol = self.project.resolve_value(place.path, place.value, place.scope, place.line)
        return symbol.kind in (SymbolKind.CLASS, SymbolKind.EXTERNAL, SymbolKind.BUILTIN)

    def _read(self, path: str) -> dict[int, dict[str, Member]]:
        """All classes of a file; it is gone through once."""
        summary = self.reader.summary(path)
        classes = {index for index, each in enumerate(summary.definitions) if isinstance(each, Class)}
        rows: list[tuple[int, int, Member]] = []
        for each in summary.assignments:
            if each.scope not in classes or not each.target.isidentifier() or each.operator not in ("=", "declare"):
                continue
            value = Bound(each.value, path, each.scope, each.line) if each.value is not None else None
            annotation = Bound(each.annotation, path, each.scope, each.line) if each.annotation is not None else None
            rows.append(
                (each.line, each.scope, Member(each.target, Kind(path, each.scope), each.line, value, annotation))
            )
        for index, definition in enumerate(summary.definitions):
            if isinstance(definition, Function) and definition.scope in classes:
                member = Member(
                    definition.name, Kind(path, definition.scope), definition.line, routine=Routine(path, index)
                )
                rows.append((definition.line, definition.scope, member))
        found: dict[int, dict[str, Member]] = {}
        for _, scope, member in sorted(rows, key=lambda row: row[0]):
            found.setdefault(scope, {})[member.name] = member
        return found
