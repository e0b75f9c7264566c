"""Lists in, their elements out: displays, sums, copies, comprehensions, and what is appended later, wherever that is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readiness.libraries.evaluation.things import Answer, Bound, Frame, Keywords, Made, Outside
from readiness.model import SymbolKind
from readiness.model.summary import (
    Assignment,
    Call,
    CallRef,
    Comprehension,
    Constant,
    Context,
    Mapping,
    Member,
    Name,
    Operation,
    Sequence,
    Starred,
)

if TYPE_CHECKING:
    from readiness.libraries.evaluation.activations import Activations
    from readiness.libraries.evaluation.reader import Reader

ITEMS = 400
"""Elements of one list."""
GROWTH = 20_000
"""Elements that are added to lists, all lists of a project together."""
NESTED = 60
"""Lists inside one another."""
DISCARDED = int(Context.DISCARDED)
COPIES = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "filter"})
VIEWS = frozenset({"items", "values", "keys", "copy"})
GROWING = frozenset({"append", "extend", "insert", "add", "update"})


class Lists:
    """Reads lists."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.activations: Activations | None = None
        """Set by whoever knows how functions are entered; without it a list that functions fill is not followed."""
        self.cut = False
        """Something was longer than it may be, and its end was left out."""
        self._known: dict[tuple[object, ...], tuple[list[Answer], bool]] = {}
        self._nested = 0
        self._grown_now: set[tuple[str, int, str]] = set()
        """Lists whose growth is being read."""
        self._spent = 0
        self._growing: dict[str, list[tuple[str, int]]] | None = None

    def of(self, answer: Answer) -> tuple[list[Answer], bool]:
        """The elements of a list, and whether they are all known; a list that holds its own elements has no others."""
        if not isinstance(answer, Bound):
            return self._of(answer)
        key = self.reader.key_of(answer)
        known = self._known.get(key)
        if known is None:
            if self._nested > NESTED:
                return [], False
            self._known[key] = ([], False)
            self._nested += 1
            known = self._of(answer)
            self._nested -= 1
            self._known[key] = known
        found, complete = known
        return [*found], complete

    def _of(self, answer: Answer) -> tuple[list[Answer], bool]:
        found: list[Answer] = []
        answers = self.reader.follow(answer)
        complete = bool(answers)
        for each in answers:
            if isinstance(each, Bound):
                complete &= self._display(each, found)
            elif isinstance(each, Made) and isinstance(each.maker, Outside) and each.index >= 0:
                complete &= self._made_list(each, each.maker, found)
            elif isinstance(each, Keywords):
                found.extend(each.items.values())
            else:
                complete = False
        if isinstance(answer, Bound):
            if not answers:
                complete = self._view(answer, found)
            found.extend(self._added(answer))
        self.cut |= len(found) > ITEMS
        return found[:ITEMS], complete

    def _all(self, answers: list[Bound], found: list[Answer]) -> bool:
        complete = True
        for answer in answers:
            more, known = self.of(answer)
            found.extend(more)
            complete &= known
        return complete

    def _display(self, bound: Bound, found: list[Answer]) -> bool:
        complete = True
        at = self.reader.at
        match bound.value:
            case Sequence(_, items):
                for item in items:
                    if isinstance(item, Starred):
                        complete &= self._all([at(bound, item.value)], found)
                    else:
                        found.append(at(bound, item))
            case Operation("+", operands):
                complete = self._all([at(bound, operand) for operand in operands], found)
            case Mapping(keys, _):
                found.extend(at(bound, key) for key in keys if key is not None)
            case Comprehension(_, element, sources):
                complete = self.of(at(bound, sources[0]))[1] if len(sources) == 1 else False
                found.extend(at(turn, element) for turn in self._turns(bound, element))
            case Constant(None):
                pass
            case _:
                complete = False
        return complete

    def _turns(self, bound: Bound, element: object) -> list[Bound]:
        """A comprehension's place once for each turn."""
        if self.activations is None:
            return [bound]
        frames = self.activations.turns_of(bound.path, bound.scope, bound.line, [element], bound.frame)  # type: ignore[list-item]
        return [Bound(bound.value, bound.path, bound.scope, bound.line, frame) for frame in frames]

    def _made_list(self, made: Made, maker: Outside, found: list[Answer]) -> bool:
        """Copies of lists, pairs from `enumerate` and `zip`."""
        at = self.reader.at
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        arguments = [at(place, value) for value in call.arguments]
        if maker.name in COPIES or maker.name == "itertools.chain":
            return self._all(arguments[-1:] if maker.name == "filter" else arguments, found)
        if maker.last in VIEWS:
            return self._view(at(place, CallRef(made.index)), found)
        if maker.name == "enumerate" and arguments:
            items, complete = self.of(arguments[0])
            found.extend(Keywords({"0": at(place, Constant(number)), "1": item}) for number, item in enumerate(items))
            return complete
        if maker.name == "zip":
            columns = [self.of(argument) for argument in arguments]
            rows = zip(*(column for column, _ in columns), strict=False)
            found.extend(Keywords({str(number): cell for number, cell in enumerate(row)}) for row in rows)
            return all(known for _, known in columns)
        return False

    def _view(self, answer: Bound, found: list[Answer]) -> bool:
        """`routers.items()`, `routers.values()` of a dict display."""
        if not isinstance(answer.value, CallRef):
            return False
        callee = self.reader.call(answer.path, answer.value.index).callee
        if isinstance(callee, Name) and "." in callee.dotted:
            holder, _, name = callee.dotted.rpartition(".")
            receiver = self.reader.at(answer, Name(holder))
        elif isinstance(callee, Member):
            receiver, name = self.reader.at(answer, callee.value), callee.name
        else:
            return False
        if name not in VIEWS:
            return False
        complete = False
        for each in self.reader.follow(receiver):
            if not isinstance(each, Bound) or not isinstance(each.value, Mapping):
                continue
            complete = True
            for key, value in zip(each.value.keys, each.value.values, strict=True):
                if key is None:
                    complete = False
                elif name == "items":
                    found.append(Keywords({"0": self.reader.at(each, key), "1": self.reader.at(each, value)}))
                else:
                    found.append(self.reader.at(each, value if name == "values" else key))
        return complete

    # growing

    def _added(self, answer: Bound) -> Iterator[Answer]:
        """What is added to a named list after it was made."""
        if not isinstance(answer.value, Name):
            return
        symbol = self.reader.project.resolve(answer.path, answer.value.dotted, answer.scope, answer.line)
        if symbol.kind is not SymbolKind.VARIABLE or symbol.rest or symbol.index < 0:
            return
        path = symbol.path
        summary = self.reader.summary(path)
        made = summary.assignments[symbol.index]
        frame = answer.frame if answer.path == path and answer.scope == made.scope else None
        for each in summary.assignments:
            if (
                each.operator == "+="
                and each.target == made.target
                and each.scope == made.scope
                and each.value is not None
            ):
                yield from self.of(Bound(each.value, path, each.scope, each.line, frame))[0]
        key = (path, made.scope, made.target)
        if key in self._grown_now:
            return  # it grows by what is made of its own elements
        self._grown_now.add(key)
        try:
            name = made.target.rpartition(".")[2]
            for where, index in self.growing.get(name, ()):
                call = self.reader.call(where, index)
                if self._grows(where, call, path, made):
                    yield from self._grown(where, call, frame if (where, call.scope) == (path, made.scope) else None)
        finally:
            self._grown_now.remove(key)

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
        if not call.arguments:
            return
        frames: list[Frame | None] = [frame]
        if self.activations is not None:
            around = [frame] if frame is not None else self.activations.of(where, call.scope)
            frames = [turn for each in around for turn in self.activations.turns(where, call, each)]
        self._spent += len(frames)
        if self._spent > GROWTH:
            self.cut = True
            return
        for each in frames:
            value = Bound(call.arguments[-1], where, call.scope, call.line, each)
            if isinstance(call.callee, Name) and call.callee.dotted.endswith((".extend", ".update")):
                yield from self.of(value)[0]
            else:
                yield value

    @property
    def growing(self) -> dict[str, list[tuple[str, int]]]:
        """Calls that add to a named list, by the last part of its name."""
        if self._growing is None:
            self._growing = {}
            for path in self.reader.project.paths():
                summary = self.reader.project.summary(path)
                for index, call in enumerate(summary.calls if summary is not None else ()):
                    if isinstance(call.callee, Name) and call.context & DISCARDED:
                        holder, _, method = call.callee.dotted.rpartition(".")
                        if method in GROWING and holder:
                            self._growing.setdefault(holder.rpartition(".")[2], []).append((path, index))
        return self._growing
