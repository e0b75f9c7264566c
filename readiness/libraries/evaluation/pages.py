"""A handler in, whether all it answers are pages, files and redirects out: what a browser shows is no operation of an API."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Made, Outside, Routine
from readiness.model import SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Value

Shown = Callable[[str, Call], bool | None]
"""What a callable of another package answers: a page (True), data (False), or neither is known (None)."""


class Pages:
    """Reads what handlers give back."""

    def __init__(self, reader: Reader, shown: Shown) -> None:
        self.reader = reader
        self.shown = shown
        self._known: dict[tuple[str, int], bool] = {}
        self._given: dict[str, dict[int, list[Value]]] = {}

    def is_page(self, routine: Routine) -> bool:
        """Some `return` or `raise` gives a page, a file or a redirect, and none gives data."""
        key = (routine.path, routine.index)
        if key not in self._known:
            kinds = set(self._kinds(routine))
            self._known[key] = True in kinds and False not in kinds
        return self._known[key]

    def _kinds(self, routine: Routine) -> Iterator[bool | None]:
        for value in self._values(routine):
            if isinstance(value, CallRef):
                symbol = self.reader.project.callee(routine.path, value.index)
                if symbol.kind is SymbolKind.EXTERNAL:
                    yield self.shown(symbol.name, self.reader.call(routine.path, value.index))
                    continue
            yield from self._followed(value, routine)
        for each in self.reader.summary(routine.path).raises:
            if each.scope == routine.index and isinstance(each.value, CallRef):
                symbol = self.reader.project.callee(routine.path, each.value.index)
                call = self.reader.call(routine.path, each.value.index)
                if symbol.kind is SymbolKind.EXTERNAL and self.shown(symbol.name, call):
                    yield True

    def _followed(self, value: Value, routine: Routine) -> Iterator[bool | None]:
        if isinstance(value, Constant) and value.value is None:
            return
        line = self.reader.function(routine).end_line
        found = self.reader.follow(Bound(value, routine.path, routine.index, line, routine.frame))
        for thing in found:
            if isinstance(thing, Made) and isinstance(thing.maker, Outside) and thing.index >= 0:
                yield self.shown(thing.maker.name, self.reader.call(thing.path, thing.index))
            else:
                yield False
        if not found:
            yield False

    def _values(self, routine: Routine) -> list[Value]:
        if routine.path not in self._given:
            self._given[routine.path] = {}
            for each in self.reader.summary(routine.path).returns:
                if each.value is not None and not each.yields:
                    self._given[routine.path].setdefault(each.scope, []).append(each.value)
        return self._given[routine.path].get(routine.index, [])
