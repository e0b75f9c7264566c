"""A call in, the activations in which it happens out: each caller of the function around it, each turn of the loops it stands
in, without those that a test excludes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from readiness.libraries.evaluation.activations import Activations, names_in
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Frame, Kind, Routine
from readiness.libraries.values.expressions import tail
from readiness.model.summary import Call, CallRef, Class, Function

REGISTRATIONS = 50_000
"""Registrations of one project that are looked at, each activation counted."""

Wanted = Callable[[str, int, Call], bool]
"""Asked of a call, by its path and index."""


class Occurrences:
    """Answers when calls happen, within the bounds of one project; makes the reader's lists follow functions."""

    def __init__(self, reader: Reader, most: int = REGISTRATIONS) -> None:
        self.reader = reader
        self.activations = reader.lists.activations = Activations(reader)
        self.conditions = reader.conditions
        self.most = most
        self.count = 0

    @property
    def cut(self) -> bool:
        """Something was left out for being too much."""
        return self.count > self.most or self.reader.lists.cut

    def of(self, path: str, call: Call) -> Iterator[Frame | None]:
        """The activations in which a call happens."""
        frames = self.activations.of(path, call.scope)
        self._say_shortened(path, call)
        for frame in frames:
            if self.conditions.allow(path, call, frame):
                yield from self.turns(path, call, frame)

    def decorating(self, path: str, wanted: Collection[str]) -> Iterator[tuple[int, Routine | Kind, Frame | None]]:
        """Each function or class of a file that a call of one of these names decorates, with the call's index, in each
        activation in which it happens."""
        summary = self.reader.summary(path)
        for index, definition in enumerate(summary.definitions):
            for decorator in definition.decorators:
                if isinstance(decorator, CallRef) and tail(summary.calls[decorator.index].callee) in wanted:
                    for frame in self.of(path, summary.calls[decorator.index]):
                        thing = Kind if isinstance(definition, Class) else Routine
                        yield decorator.index, thing(path, index, frame), frame

    def makings(self, path: str, names: Collection[str], wanted: Wanted | None = None) -> Iterator[Bound]:
        """Calls of a file that make something of one of these names, or of what it is imported as, in each activation."""
        summary = self.reader.summary(path)
        called = {*names, *(each.alias for each in summary.imports if each.name in names)}
        for index, call in enumerate(summary.calls):
            if tail(call.callee) in called and (wanted is None or wanted(path, index, call)):
                for frame in self.activations.of(path, call.scope):
                    yield Bound(CallRef(index), path, call.scope, call.line, frame)

    def _say_shortened(self, path: str, call: Call) -> None:
        """A call that depends on what its function is given, where not all that it is given was looked at."""
        if (path, call.scope) not in self.activations.shortened:
            return
        function = self.reader.summary(path).definitions[call.scope]
        own = self.reader.is_method(path, call.scope)
        parameters = function.parameters[own:] if isinstance(function, Function) else ()
        read = {name.partition(".")[0] for value in call.arguments for name in names_in(value, self.reader, path)}
        self.reader.lists.cut |= any(each.name in read for each in parameters)

    def turns(self, path: str, call: Call, frame: Frame | None) -> Iterator[Frame | None]:
        """One activation once for each turn of the loops that a call depends on."""
        for turn in self.activations.turns(path, call, frame):
            self.count += 1
            if self.count > self.most:
                return
            if turn is frame or self.conditions.allow(path, call, turn):
                yield turn
