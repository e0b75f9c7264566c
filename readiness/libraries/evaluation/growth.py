"""Named lists in, what is added to them after they were made out, wherever that is written, and under which condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readiness.libraries.evaluation.things import Answer, Bound, Frame, enclosing
from readiness.model import SymbolKind
from readiness.model.summary import Assignment, Call, Context, Name

if TYPE_CHECKING:
    from readiness.libraries.evaluation.lists import Lists

GROWTH = 20_000
"""Elements that are added to lists, all lists of a project together."""
DISCARDED = int(Context.DISCARDED)
CONDITION = int(Context.CONDITION)
GROWING = frozenset({"append", "extend", "insert", "add", "update"})
SPREADING = (".extend", ".update")


class Growth:
    """Reads what is added to lists."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.reader = lists.reader
        self._under: dict[tuple[object, ...], str] = {}
        self._now: set[tuple[str, int, str]] = set()
        """Lists whose growth is being read."""
        self._spent = 0
        self._calls: dict[str, list[tuple[str, int]]] | None = None

    def condition(self, element: Answer) -> str:
        """The condition under which an element was added, empty where it always is."""
        return self._under.get(self.reader.key_of(element), "") if isinstance(element, Bound) else ""

    def added(self, answer: Bound) -> Iterator[Answer]:
        """What is added to a named list after it was made."""
        if not isinstance(answer.value, Name):
            return
        symbol = self.reader.project.resolve(answer.path, answer.value.dotted, answer.scope, answer.line)
        if symbol.kind is not SymbolKind.VARIABLE or symbol.rest or symbol.index < 0:
            return
        path = symbol.path
        made = self.reader.summary(path).assignments[symbol.index]
        frame = answer.frame if (answer.path, answer.scope) == (path, made.scope) else None
        if frame is None and made.scope >= 0:
            frame = enclosing(answer.frame, path, made.scope)
        yield from self._summed(path, made, frame)
        key = (path, made.scope, made.target)
        if key in self._now:
            return  # it grows by what is made of its own elements
        self._now.add(key)
        try:
            for where, index in self.calls.get(made.target.rpartition(".")[2], ()):
                call = self.reader.call(where, index)
                if self._grows(where, call, path, made):
                    yield from self._grown(where, call, frame if (where, call.scope) == (path, made.scope) else None)
        finally:
            self._now.remove(key)

    def _summed(self, path: str, made: Assignment, frame: Frame | None) -> Iterator[Answer]:
        """`routes += [...]` beside the assignment that made the list."""
        assignments = self.reader.summary(path).assignments
        for index in self.reader.rebindings.of(path).get((made.scope, made.target), ()):
            each = assignments[index]
            if each.operator != "+=" or each.value is None:
                continue
            conditional = each.context & CONDITION
            if conditional and not self.reader.conditions.allow_at(path, each.scope, each.line, frame):
                continue
            condition = self.reader.conditions.at(path, each.scope, each.line, frame) if conditional else ""
            yield from self._noted(self.lists.of(Bound(each.value, path, each.scope, each.line, frame))[0], condition)

    def _noted(self, elements: list[Answer], condition: str) -> list[Answer]:
        for each in elements if condition else ():
            if isinstance(each, Bound):
                self._under[self.reader.key_of(each)] = condition
        return elements

    def _grows(self, where: str, call: Call, path: str, made: Assignment) -> bool:
        """The call adds to this very list."""
        assert isinstance(call.callee, Name)  # noqa: S101 -- the index holds no others
        holder = call.callee.dotted.rpartition(".")[0]
        symbol = self.reader.project.resolve(where, holder, call.scope, call.line)
        if symbol.kind is not SymbolKind.VARIABLE or symbol.path != path or symbol.rest or symbol.index < 0:
            return False
        other = self.reader.summary(path).assignments[symbol.index]
        return other.target == made.target and other.scope == made.scope

    def _grown(self, where: str, call: Call, frame: Frame | None) -> Iterator[Answer]:
        """What a call adds, once for each activation it happens in."""
        if not call.arguments:
            return
        frames: list[Frame | None] = [frame]
        conditions, activations = self.reader.conditions, self.lists.activations
        if activations is not None:
            around = [frame] if frame is not None else activations.of(where, call.scope)
            around = [each for each in around if conditions.allow(where, call, each)]
            frames = [turn for each in around for turn in activations.turns(where, call, each)]
        self._spent += len(frames)
        if self._spent > GROWTH:
            self.lists.cut = True
            return
        for each in frames:
            if not conditions.allow(where, call, each):
                continue
            value = Bound(call.arguments[-1], where, call.scope, call.line, each)
            several = isinstance(call.callee, Name) and call.callee.dotted.endswith(SPREADING)
            condition = conditions.text(where, call, each)
            yield from self._noted(self.lists.of(value)[0] if several else [value], condition)

    @property
    def calls(self) -> dict[str, list[tuple[str, int]]]:
        """Calls that add to a named list, by the last part of its name."""
        if self._calls is None:
            self._calls = {}
            for path in self.reader.project.paths():
                summary = self.reader.project.summary(path)
                for index, call in enumerate(summary.calls if summary is not None else ()):
                    if isinstance(call.callee, Name) and call.context & DISCARDED:
                        holder, _, method = call.callee.dotted.rpartition(".")
                        if method in GROWING and holder:
                            self._calls.setdefault(holder.rpartition(".")[2], []).append((path, index))
        return self._calls
