"""An object in, the arguments that a foreign class is given in the end out, after the project's derived classes had their say."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from msgspec import Struct

from readiness.languages.python.walking import walk
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside, Routine
from readiness.model import SymbolKind
from readiness.model.summary import CallRef, Constant, Function, Member, Name


class Construction(Struct, frozen=True, eq=False):
    """What a library's own class is given."""

    base: Outside
    arguments: dict[str, Answer]
    hidden: frozenset[str] = frozenset()
    """Arguments that are set in a way that cannot be read."""


class Constructions:
    """Reads how the objects of one family of classes are made."""

    def __init__(
        self, reader: Reader, positional: Mapping[str, tuple[str, ...]], wanted: Callable[[Outside], bool]
    ) -> None:
        self.reader = reader
        self.positional = positional
        """Positional parameters by the last name of what is called, before it by package and last name: `flask_restx.Api`."""
        self.wanted = wanted
        """A class of the family."""

    def of(self, made: Made) -> Construction | None:
        """The library's class behind an object, with its arguments; None where there is none."""
        maker = made.maker
        if isinstance(maker, Outside):
            return Construction(maker, self.arguments(made) if made.index >= 0 else {})
        ancestors = self.reader.project.ancestors(self.reader.symbol_of(maker))
        bases = [Outside(each.name) for each in ancestors if each.kind is SymbolKind.EXTERNAL]
        base = next((each for each in bases if self.wanted(each)), None)
        if base is None:
            return None
        hidden: set[str] = set()
        given: tuple[list[Answer], dict[str, Answer]] | None = None
        for ancestor in ancestors:
            if not ancestor.path:
                continue
            init = self._init_of(ancestor.path, ancestor.index)
            if init < 0:
                continue
            routine = Routine(ancestor.path, init, maker.frame, made)
            given = self._super_arguments(routine, made, given, hidden)
        if given is None:
            named = self.arguments(made, base) if made.index >= 0 else {}
        else:
            named = dict(zip(self._positional(base), given[0], strict=False)) | given[1]
        return Construction(base, named, frozenset(hidden))

    def arguments(self, made: Made, base: Outside | None = None) -> dict[str, Answer]:
        """Arguments of the call that made an object, by name; `base` says whose positional parameters they are."""
        call = self.reader.call(made.path, made.index)
        whose = base or (made.maker if isinstance(made.maker, Outside) else None)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        return self._named(place, made.index, self._positional(whose) if whose is not None else ())

    def named(self, place: Bound, index: int, name: str) -> dict[str, Answer]:
        """Arguments of a call by name, evaluated where `place` is."""
        return self._named(place, index, self.positional.get(name, ()))

    def _positional(self, maker: Outside) -> tuple[str, ...]:
        return self.positional.get(f"{maker.package}.{maker.last}", self.positional.get(maker.last, ()))

    def _named(self, place: Bound, index: int, names: tuple[str, ...]) -> dict[str, Answer]:
        call = self.reader.call(place.path, index)
        positional = dict(zip(names, self.reader.arguments.positional(call, place), strict=False))
        return positional | self.reader.arguments.keywords(call, place)

    def _init_of(self, path: str, class_index: int) -> int:
        definitions = self.reader.summary(path).definitions
        for index, definition in enumerate(definitions):
            if definition.scope == class_index and definition.name == "__init__" and isinstance(definition, Function):
                return index
        return -1

    def _super_arguments(
        self,
        routine: Routine,
        made: Made,
        given: tuple[list[Answer], dict[str, Answer]] | None,
        hidden: set[str],
    ) -> tuple[list[Answer], dict[str, Answer]]:
        """What a derived class's `__init__` hands on to the one above."""
        reader = self.reader
        function = reader.function(routine)
        frame = reader.attributes.entered(routine, made)
        if given is not None:
            first = function.parameters[0].name if function.parameters else "self"
            names = reader.arguments.fill(function, given[0], given[1], 1)
            frame.names.clear()
            frame.names.update({first: made, **names})
        summary = reader.summary(routine.path)
        extra = self._set_in_kwargs(routine, function, hidden)
        for call in summary.calls:
            if call.scope == routine.index and self._is_super_init(routine.path, call.callee):
                place = Bound(call.callee, routine.path, routine.index, call.line, frame)
                positional = reader.arguments.positional(call, place)
                if isinstance(call.callee, Name):
                    positional = positional[1:]
                return positional, reader.arguments.keywords(call, place) | extra
        return [], {}

    def _is_super_init(self, path: str, callee: object) -> bool:
        if isinstance(callee, Member) and callee.name == "__init__" and isinstance(callee.value, CallRef):
            return self.reader.is_super(path, callee.value)
        return (
            isinstance(callee, Name) and callee.dotted.endswith(".__init__") and not callee.dotted.startswith("self.")
        )

    def _set_in_kwargs(self, routine: Routine, function: Function, hidden: set[str]) -> dict[str, Answer]:
        """Keys set in `**kwargs` before it is handed on: `setdefault` is read, an item's assignment is only seen."""
        spread = next((each.name for each in function.parameters if each.kind == "keyword-variadic"), "")
        summary = self.reader.summary(routine.path)
        found: dict[str, Answer] = {}
        for call in summary.calls:
            if call.scope == routine.index and call.callee == Name(f"{spread}.setdefault") and len(call.arguments) == 2:
                key, value = call.arguments
                if isinstance(key, Constant) and isinstance(key.value, str):
                    found[key.value] = Bound(value, routine.path, routine.index, call.line)
        if any(each.target == f"{spread}[]" and each.scope == routine.index for each in summary.assignments):
            hidden |= self._keys_assigned(routine, spread)
        return found

    def _keys_assigned(self, routine: Routine, name: str) -> set[str]:
        keys = set()
        within = self.reader.project.function(routine.path, routine.index)
        for node in walk(within) if within is not None else ():
            if (
                isinstance(node, ast.Subscript)
                and isinstance(node.ctx, ast.Store)
                and isinstance(node.value, ast.Name)
                and node.value.id == name
            ):
                keys.add(node.slice.value if isinstance(node.slice, ast.Constant) else "")
        return {key for key in keys if isinstance(key, str)}
