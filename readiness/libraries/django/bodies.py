"""A function in, the calls and returns that stand in it itself out."""

from __future__ import annotations

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Routine
from readiness.model.summary import Call, Return


class Bodies:
    """Calls and returns by function; each file is gone through once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._calls: dict[str, dict[int, list[Call]]] = {}
        self._returns: dict[str, dict[int, list[Return]]] = {}

    def calls(self, routine: Routine) -> list[Call]:
        """The calls in a function, those in nested functions left out."""
        if routine.path not in self._calls:
            found: dict[int, list[Call]] = {}
            for call in self.reader.summary(routine.path).calls:
                found.setdefault(call.scope, []).append(call)
            self._calls[routine.path] = found
        return self._calls[routine.path].get(routine.index, [])

    def returns(self, routine: Routine) -> list[Return]:
        """What a function returns."""
        if routine.path not in self._returns:
            found: dict[int, list[Return]] = {}
            for each in self.reader.summary(routine.path).returns:
                found.setdefault(each.scope, []).append(each)
            self._returns[routine.path] = found
        return self._returns[routine.path].get(routine.index, [])
