"""Lists in, their elements out: displays, sums, copies, comprehensions, ranges, and what is appended on their way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.libraries.evaluation.growth import Growth
from readiness.libraries.evaluation.handing import Elements, Handing
from readiness.libraries.evaluation.things import Answer, Bound, Keywords, Kind, Made, Outside, Routine
from readiness.model import SymbolKind
from readiness.model.summary import (
    CallRef,
    Comprehension,
    Constant,
    Function,
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

ITEMS = 600
"""Elements of one list."""
NESTED = 60
"""Lists inside one another."""
COPIES = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "filter"})
VIEWS = frozenset({"items", "values", "keys", "copy"})


class Lists:
    """Reads lists."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.activations: Activations | None = None
        """Set by whoever knows how functions are entered; without it a list that functions fill is not followed."""
        self.cut = False
        """Something was longer than it may be, and its end was left out."""
        self._known: dict[tuple[object, ...], Elements] = {}
        self._nested = 0
        self.growth = Growth(self)
        self.handing = Handing(self)

    def of(self, answer: Answer) -> Elements:
        """The elements of a list, and whether they are all known; a list that holds its own elements has no others."""
        if not isinstance(answer, Bound):
            return self._of(answer)
        key = self.reader.key_of(answer)
        known = self._known.get(key)
        if known is None:
            if self._nested > NESTED or not self.reader.may_go_on():
                return [], False
            self._known[key] = ([], False)
            self._nested += 1
            known = self._of(answer)
            self._nested -= 1
            self._known[key] = known
        found, complete = known
        return [*found], complete

    def _of(self, answer: Answer) -> Elements:
        handed = self.handing.of(answer) if isinstance(answer, Bound) else None
        found, complete = handed if handed is not None else self._plain(answer)
        self.cut |= len(found) > ITEMS
        return found[:ITEMS], complete

    def _plain(self, answer: Answer) -> Elements:
        """The elements of a list that needs no following by name."""
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
            elif isinstance(each, Kind):
                complete &= self._members(each, found)
            else:
                complete = False
        if isinstance(answer, Bound):
            if not answers:
                complete = self._view(answer, found)
            found.extend(self.growth.added(answer))
        return found, complete

    def _members(self, kind: Kind, found: list[Answer]) -> bool:
        """The members of an enumeration, in the order of its body."""
        ancestors = self.reader.project.ancestors(self.reader.symbol_of(kind))
        if not any(each.name.startswith("enum.") for each in ancestors if each.kind is SymbolKind.EXTERNAL):
            return False
        found.extend(
            Bound(each.value, kind.path, kind.index, each.line)
            for each in self.reader.summary(kind.path).assignments
            if each.scope == kind.index and each.value is not None and not each.target.startswith("_")
        )
        return True

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
        """Copies of lists, pairs from `enumerate` and `zip`, the numbers of a range."""
        at = self.reader.at
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        arguments = [at(place, value) for value in call.arguments]
        if maker.name in COPIES or maker.name == "itertools.chain":
            return self._all(arguments[-1:] if maker.name == "filter" else arguments, found)
        if maker.name == "inspect.getmembers" and arguments:
            return self._methods(arguments[0], found)
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
        return maker.name == "range" and self._numbers(place, arguments, found)

    def _numbers(self, place: Bound, arguments: list[Bound], found: list[Answer]) -> bool:
        """`range(3)`."""
        given = [self.reader.constant(each) for each in arguments]
        bounds = [each for each in given if isinstance(each, int)]
        if not bounds or len(bounds) < len(given) or len(bounds) > 3 or 0 in bounds[2:]:
            return False
        found.extend(self.reader.at(place, Constant(number)) for number in range(*bounds)[: ITEMS + 1])
        return True

    def _methods(self, given: Bound, found: list[Answer]) -> bool:
        """Pairs of a name and a method, for every method of an object or class, as `inspect.getmembers` gives them."""
        for thing in self.reader.things(given):
            owner = thing if isinstance(thing, Made) else None
            kind = thing.maker if isinstance(thing, Made) else thing
            if not isinstance(kind, Kind):
                return False
            methods: dict[str, Routine] = {}
            for ancestor in self.reader.project.ancestors(self.reader.symbol_of(kind)):
                summary = self.reader.project.summary(ancestor.path) if ancestor.path else None
                for index, each in enumerate(summary.definitions if summary is not None else ()):
                    if isinstance(each, Function) and each.scope == ancestor.index:
                        methods.setdefault(each.name, Routine(ancestor.path, index, kind.frame, owner))
            named = sorted(methods.items())
            found.extend(Keywords({"0": self.reader.at(given, Constant(name)), "1": method}) for name, method in named)
        return bool(found)

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
