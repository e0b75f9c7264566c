"""Lists that come by way of names, functions and attributes in, their elements out.

A name is what things are appended to, so a list is read by every name it has on its way: in the function that fills and
returns it, as an argument, as an attribute that a method sets. What a function yields counts as a list, and so do the items of
a list that are set anew: `for i, rule in enumerate(rules): rules[i] = (prefix + rule[0], *rule[1:])`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.libraries.evaluation.things import Answer, Bound, Frame, Made, Outside, Routine, Unit, enclosing
from readiness.model import Symbol, SymbolKind
from readiness.model.summary import Assignment, CallRef, Function, Mapping, Name, Return, Starred

if TYPE_CHECKING:
    from readiness.libraries.evaluation.lists import Lists

LAST = 1_000_000
"""A line behind all others."""
MAPPINGS = frozenset({"dict", "defaultdict", "OrderedDict", "Counter", "ChainMap"})

Elements = tuple[list[Answer], bool]
"""The elements of a list, and whether they are all known."""


class Handing:
    """Follows lists."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.reader = lists.reader
        self._items: dict[str, dict[tuple[int, str], Assignment]] = {}
        """File -> function and name -> the first assignment of one of its items."""
        self._now: set[tuple[str, int, str]] = set()
        """Lists whose items are being read as they are set anew."""

    def of(self, answer: Bound) -> Elements | None:
        """The elements of what a call of the project's own functions gives, or of a name for a list from elsewhere; None for
        anything else."""
        if isinstance(answer.value, CallRef):
            return self._given_back(answer, answer.value.index)
        if not isinstance(answer.value, Name):
            return None
        before = self._before(answer, answer.value.dotted)
        if before is None:
            return None
        found, complete = self.lists.of(before)
        return [*found, *self.lists.growth.added(answer)], complete

    # names

    def _before(self, given: Bound, dotted: str) -> Bound | None:
        """What a name that is bound once stands for, where that is the result of a call or another name."""
        value: Answer | None = self._attribute(given, dotted)
        if value is None:
            symbol = self.reader.project.resolve(given.path, dotted, given.scope, given.line)
            if symbol.rest or symbol.index < 0:
                value = self._of_module(given, dotted)
            elif symbol.kind is SymbolKind.PARAMETER:
                value = self._parameter(given, symbol)
            elif symbol.kind is SymbolKind.VARIABLE:
                value = self._variable(given, symbol)
        return value if isinstance(value, Bound) and isinstance(value.value, Name | CallRef) else None

    def _parameter(self, given: Bound, symbol: Symbol) -> Answer | None:
        name = symbol.name.rpartition(".")[2]
        if self.reader.rebindings.again(symbol.path, symbol.index, name):
            return None
        frame = enclosing(given.frame, symbol.path, symbol.index)
        return frame.names.get(name) if frame is not None else None

    def _variable(self, given: Bound, symbol: Symbol) -> Answer | None:
        assignments = self.reader.summary(symbol.path).assignments
        assignment = assignments[symbol.index]
        scope, frame = assignment.scope, enclosing(given.frame, symbol.path, assignment.scope)
        again = self.reader.rebindings.of(symbol.path).get((scope, assignment.target), ())
        bound = [each for each in map(assignments.__getitem__, again) if each.operator not in ("+=", "declare")]
        if len(bound) > 1 or (bound and assignment.operator == "+="):
            assignment = bound[0]
        if len(bound) > 1:
            return None
        if assignment.operator == "for":
            return frame.turns.get(symbol.index) if frame is not None else None
        if assignment.operator != "=" or assignment.position >= 0 or assignment.value is None:
            return None
        if frame is None and scope >= 0:
            frame = self._activation(symbol.path, scope)
        return Bound(assignment.value, symbol.path, scope, assignment.line, frame)

    def _of_module(self, given: Bound, dotted: str) -> Bound | None:
        """`module.rules`, where `module` goes through several modules."""
        head, _, name = dotted.partition(".")
        if not name or "." in name:
            return None
        symbol = self.reader.project.resolve(given.path, head, given.scope, given.line)
        if symbol.kind is not SymbolKind.VARIABLE:
            return None
        units = [each for each in self.reader.things(self.reader.at(given, Name(head))) if isinstance(each, Unit)]
        return Bound(Name(name), units[0].path, -1, LAST) if len(units) == 1 else None

    def _attribute(self, given: Bound, dotted: str) -> Bound | None:
        """What a method sets as an attribute of its object: the one value it gets."""
        reader = self.reader
        first, _, name = dotted.partition(".")
        if not name or "." in name or given.scope < 0 or not reader.is_method(given.path, given.scope):
            return None
        function = reader.summary(given.path).definitions[given.scope]
        if not isinstance(function, Function) or not function.parameters or function.parameters[0].name != first:
            return None
        target = f"self.{name}"
        for ancestor in reader.project.ancestors(Symbol(SymbolKind.CLASS, "", given.path, function.scope)):
            if not ancestor.path:
                continue
            summary = reader.summary(ancestor.path)
            found = [
                each
                for each in summary.assignments
                if each.target == target
                and each.operator == "="
                and each.scope >= 0
                and summary.definitions[each.scope].scope == ancestor.index
            ]
            if len(found) == 1 and found[0].position < 0 and isinstance(found[0].value, CallRef | Name):
                each = found[0]
                frame = self._activation(ancestor.path, each.scope)
                return Bound(found[0].value, ancestor.path, each.scope, each.line, frame)
            if found:
                return None
        return None

    def _activation(self, path: str, scope: int) -> Frame | None:
        activations = self.lists.activations
        return next(iter(activations.of(path, scope)), None) if activations is not None else None

    # functions

    def _given_back(self, given: Bound, index: int) -> Elements | None:
        """The elements of what the project's own function returns or yields; None for any other call."""
        reader = self.reader
        call = reader.call(given.path, index)
        targets = reader.follow(Bound(call.callee, given.path, given.scope, call.line, given.frame))
        routines = [each for each in targets if isinstance(each, Routine)]
        if not routines or len(routines) < len(targets):
            return None
        found: list[Answer] = []
        complete = not reader.is_deeper(given, index)
        for routine in routines if complete else ():
            frame = reader.activate(routine, given.path, index, given.frame)
            for each in reader.returned(routine):
                items, known = self._returned(routine, each, frame)
                found.extend(items)
                complete &= known
        return found, complete

    def _returned(self, routine: Routine, given: Return, frame: Frame) -> Elements:
        """The elements of one `return` or `yield`."""
        if given.value is None:
            return [], True
        if isinstance(given.value, Starred):
            return self.lists.of(Bound(given.value.value, routine.path, routine.index, given.line, frame))
        place = Bound(given.value, routine.path, routine.index, given.line, frame)
        if not given.yields:
            return self._set_anew(place) or self.lists.of(place)
        activations = self.lists.activations
        turns = (
            activations.turns_of(routine.path, routine.index, given.line, [given.value], frame)
            if activations is not None
            else [frame]
        )
        return [Bound(given.value, routine.path, routine.index, given.line, turn) for turn in turns], bool(turns)

    def _set_anew(self, place: Bound) -> Elements | None:
        """The value that a function sets as each item of a list, once for each turn of the loop around it."""
        activations = self.lists.activations
        if activations is None or not isinstance(place.value, Name):
            return None
        path, scope, name = place.path, place.scope, place.value.dotted
        set_here = self._set_items(path).get((scope, name))
        key = (path, scope, name)
        if set_here is None or set_here.value is None or key in self._now or self._is_mapping(place):
            return None
        self._now.add(key)
        try:
            complete = self.lists.of(Bound(place.value, path, scope, set_here.line, place.frame))[1]
            turns = activations.turns_of(path, scope, set_here.line, [set_here.value], place.frame)
            return [Bound(set_here.value, path, scope, set_here.line, turn) for turn in turns], complete
        finally:
            self._now.remove(key)

    def _is_mapping(self, place: Bound) -> bool:
        for each in self.reader.follow(place):
            if isinstance(each, Bound) and isinstance(each.value, Mapping):
                return True
            if isinstance(each, Made) and isinstance(each.maker, Outside) and each.maker.last in MAPPINGS:
                return True
        return False

    def _set_items(self, path: str) -> dict[tuple[int, str], Assignment]:
        if path not in self._items:
            found = self._items[path] = {}
            for each in self.reader.summary(path).assignments:
                if each.operator == "=" and each.target.endswith("[]"):
                    found.setdefault((each.scope, each.target.removesuffix("[]")), each)
        return self._items[path]
