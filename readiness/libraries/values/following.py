"""A value on a path of calls in, the values it can come from one step back out.

A `Frame` is one call on the path from a starting function, with what was passed; a `Place` is a value inside a frame. So the
same helper gives different answers to callers that pass different things.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.values.expressions import receiver
from readiness.libraries.values.frames import Frame, Place
from readiness.libraries.values.passing import passed
from readiness.libraries.values.reaching import Reaching
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import (
    Assignment,
    Call,
    CallRef,
    Choice,
    Class,
    Constant,
    Function,
    Mapping,
    Member,
    Name,
    Operation,
    Sequence,
    Starred,
    Subscript,
    Summary,
    Value,
)

MAX_DEPTH = 6
"""Calls that are followed from the starting function."""
NESTED = 6
"""Items and attributes one inside the other, `a["x"].y[0]`, that are taken apart."""
NONE_STEPS = 4
DECISIONS = 3
"""Choices that are decided one inside the other: `x = x if x else y` asks for itself."""
COPIES = frozenset({"model_copy", "copy", "deepcopy", "dict", "model_dump", "_asdict", "_replace"})
"""Methods whose result has the fields of the object they are called on."""
RUNNERS = {
    "asyncio.to_thread": 0,
    "anyio.to_thread.run_sync": 0,
    "starlette.concurrency.run_in_threadpool": 0,
    "fastapi.concurrency.run_in_threadpool": 0,
    "asgiref.sync.sync_to_async": 0,
}
"""Functions that call the function in that argument with the arguments behind it."""


class Following:
    """Goes one step back from a place. One for a project: it remembers frames, so that places can be compared."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.reaching = Reaching(project)
        self._frames: dict[tuple[int, int, str, int], Frame] = {}
        self._modules: dict[str, Frame] = {}
        self._kept: list[Frame] = []
        self._deciding = 0

    def summary(self, place: Place) -> Summary:
        """The summary of the file that a place is in."""
        found = self.project.summary(place.frame.path)
        if found is None:
            raise LookupError(f"{place.frame.path} has no summary")
        return found

    def entry(self, symbol: Symbol) -> Frame | None:
        """A frame to start from; None where the function is not in the project."""
        summary = self.project.summary(symbol.path)
        if summary is None or symbol.index < 0 or not isinstance(summary.definitions[symbol.index], Function):
            return None
        return self._keep(Frame(symbol.path, symbol.index))

    def entry_at(self, path: str, scope: int) -> Frame:
        """A frame to start from, by file and definition; -1 for the module."""
        return self.module(path) if scope < 0 else self._keep(Frame(path, scope))

    def module(self, path: str) -> Frame:
        """The frame of a module."""
        if path not in self._modules:
            self._modules[path] = Frame(path, -1)
        return self._modules[path]

    def call(self, place: Place) -> Call | None:
        """The call that a place is, None where it is something else."""
        return self.summary(place).calls[place.value.index] if isinstance(place.value, CallRef) else None

    def callee(self, place: Place) -> Symbol:
        """What the call at a place calls."""
        assert isinstance(place.value, CallRef)  # noqa: S101 -- a promise of the caller, for the type checker
        return self.project.callee(place.frame.path, place.value.index)

    def back(self, place: Place) -> list[Place] | None:
        """Where the value can come from, one step back; None where nothing is known or nothing can be followed."""
        value = place.value
        match value:
            case Name():
                return self._name(place, value)
            case CallRef():
                return self._result(place, value)
            case Member() if not _too_deep(value):
                return self._attribute(place, self.inside(place, value.value), value.name)
            case Subscript(index=Constant(value=int() | str() as wanted)) if not _too_deep(value):
                return self._item(self.inside(place, value.value), wanted)
            case Choice():
                taken = self._taken(place, value.test)
                ways = [value.yes, value.no] if taken is None else [value.yes if taken else value.no]
                return [self.inside(place, each) for each in ways]
            case Operation(operator="or" | "and"):
                return [self.inside(place, each) for each in value.operands]
            case Starred():
                return [self.inside(place, value.value)]
            case _:
                return None

    def _taken(self, place: Place, test: Value) -> bool | None:
        """How a test comes out; None where that is not known, or asked for too deep inside of other tests."""
        if self._deciding >= DECISIONS:
            return None
        self._deciding += 1
        try:
            return self._decided(place, test)
        finally:
            self._deciding -= 1

    def _decided(self, place: Place, test: Value) -> bool | None:
        """How `x is None` comes out for a parameter that the caller set or left out; None where it is not known."""
        match test:
            case Operation(operator="is" | "is not", operands=(Name() as name, Constant(value=None))):
                missing = self._missing(self.inside(place, name), NONE_STEPS)
                return missing if missing is None or test.operator == "is" else not missing
            case Operation(operator="not", operands=(inner,)):
                taken = self._decided(place, inner)
                return None if taken is None else not taken
            case Name():
                # What is there may still be empty.
                return False if self._missing(self.inside(place, test), NONE_STEPS) else None
        return None

    def _missing(self, place: Place, steps: int) -> bool | None:
        """Whether a value is None; None where that is not known."""
        if isinstance(place.value, Constant):
            return place.value.value is None
        if isinstance(place.value, CallRef):
            # A call may give None; a builder's chain never does.
            return False if isinstance(receiver(self.summary(place).calls[place.value.index].callee), CallRef) else None
        sources = self.back(place) if steps else None
        if sources is None or len(sources) != 1:
            return None
        return self._missing(sources[0], steps - 1)

    def inside(self, place: Place, value: Value) -> Place:
        """A part of a place's value."""
        return Place(value, place.frame, place.line)

    def returned(self, frame: Frame) -> list[Place]:
        """What a function gives back, its yielded values included."""
        summary = self.project.summary(frame.path)
        if summary is None or frame.scope < 0:
            return []
        given = [summary.returns[index] for index in self.project.returned_in(frame.path, frame.scope)]
        return [Place(each.value, frame, each.line) for each in given if each.value is not None]

    def calls(self, frame: Frame) -> Iterator[Place]:
        """The calls that stand in a function itself."""
        summary = self.project.summary(frame.path)
        for index, call in enumerate(summary.calls if summary is not None else ()):
            if call.scope == frame.scope:
                yield Place(CallRef(index), frame, call.line)

    def runs(self, place: Place) -> bool:
        """The call at a place only runs a function that it is given, elsewhere."""
        symbol = self.callee(place)
        return symbol.kind is SymbolKind.EXTERNAL and symbol.name in RUNNERS

    def enter(self, place: Place, symbol: Symbol, *, skip: int = 0) -> Frame | None:
        """The frame of a project function that the call at a place calls; None past `MAX_DEPTH`.

        `skip` is the number of leading arguments that are not for the function.
        """
        call = self.call(place)
        summary = self.project.summary(symbol.path)
        if call is None or summary is None or symbol.index < 0 or place.frame.depth >= MAX_DEPTH:
            return None
        function = summary.definitions[symbol.index]
        if not isinstance(function, Function):
            return None
        assert isinstance(place.value, CallRef)  # noqa: S101 -- `call` is not None
        key = (id(place.frame), place.value.index, symbol.path, symbol.index)
        if key not in self._frames:
            arguments, spread = passed(self.project, place, call, summary, function, skip)
            outer = (
                place.frame if symbol.path == place.frame.path and function.scope == place.frame.scope >= 0 else None
            )
            self._frames[key] = Frame(
                symbol.path, symbol.index, arguments, spread, place.frame.depth + 1, entry=False, outer=outer
            )
        return self._frames[key]

    def parameter(self, place: Place) -> tuple[Frame, str] | None:
        """The frame and name of the parameter that a name, or the beginning of a dotted one, can still be."""
        if not isinstance(place.value, Name):
            return None
        names = place.value.dotted.split(".")
        frame: Frame | None = place.frame
        line = place.line
        while frame is not None and frame.scope >= 0:
            for length in range(len(names), 0, -1):
                bound, past = self.reaching.at(frame.path, frame.scope, ".".join(names[:length]), line)
                if bound and not past:
                    return None
            function = self._function(frame)
            if function is not None and any(each.name == names[0] for each in function.parameters):
                return frame, names[0]
            if self.reaching.binds(frame.path, frame.scope, names[0]):
                return None
            frame, line = frame.outer or self._surrounding(frame), 0
        return None

    def _surrounding(self, frame: Frame) -> Frame | None:
        summary = self.project.summary(frame.path)
        if summary is None or frame.scope < 0:
            return None
        scope = summary.definitions[frame.scope].scope
        while scope >= 0 and isinstance(summary.definitions[scope], Class):
            scope = summary.definitions[scope].scope
        if scope < 0:
            return None
        key = (-1, scope, frame.path, frame.scope)
        if key not in self._frames:
            self._frames[key] = Frame(frame.path, scope, depth=frame.depth)
        return self._frames[key]

    def _function(self, frame: Frame) -> Function | None:
        summary = self.project.summary(frame.path)
        definition = summary.definitions[frame.scope] if summary is not None and frame.scope >= 0 else None
        return definition if isinstance(definition, Function) else None

    def _keep(self, frame: Frame) -> Frame:
        # Frames are told apart by identity, so none may be collected while places are compared.
        self._kept.append(frame)
        return frame

    def _name(self, place: Place, value: Name) -> list[Place] | None:
        frame: Frame | None = place.frame
        line = place.line
        names = value.dotted.split(".")
        found: list[Place] = []
        while frame is not None and frame.scope >= 0:
            for length in range(len(names), 0, -1):
                bound, past = self.reaching.at(frame.path, frame.scope, ".".join(names[:length]), line)
                sources = [each for one in bound if (each := self._assigned(one, frame)) is not None]
                found.extend(self._rest(sources, names[length:]))
                if bound and not past:
                    return found or None
            function = self._function(frame)
            if function is not None and any(each.name == names[0] for each in function.parameters):
                found.extend(self._passed_in(place, value, frame, function) or ())
                return found or None
            if found:
                return found
            frame, line = frame.outer or self._surrounding(frame), 0
        return self._elsewhere(place, value)

    def _passed_in(self, place: Place, value: Name, frame: Frame, function: Function) -> list[Place] | None:
        names = value.dotted.split(".")
        if len(names) > 1 and frame is place.frame and names[0] == function.parameters[0].name:
            # `self.x`: what the class says comes before what this object was made of.
            in_class = self._elsewhere(place, value)
            if in_class is not None:
                return in_class
        return self._parameter(frame, function, names)

    def _assigned(self, assignment: Assignment, frame: Frame) -> Place | None:
        """What an assignment binds: its value, or the item of it that a position of an unpacked tuple takes."""
        if assignment.value is None:
            return None
        value = assignment.value
        if assignment.operator == "for":
            value = Subscript(value, Name("*"))
        if assignment.position >= 0:
            value = Subscript(value, Constant(assignment.position))
        return Place(value, frame, assignment.line)

    def _rest(self, places: list[Place], names: list[str]) -> list[Place]:
        """The attribute of each place, as places."""
        for name in names:
            places = [Place(Member(each.value, name), each.frame, each.line) for each in places]
        return places

    def _parameter(self, frame: Frame, function: Function, names: list[str]) -> list[Place] | None:
        passed = frame.arguments.get(names[0])
        if passed is not None:
            return self._rest([passed], names[1:])
        if frame.spread and not frame.entry:
            return self._rest(
                [Place(Subscript(each.value, Constant(names[0])), each.frame, each.line) for each in frame.spread],
                names[1:],
            )
        parameter = next(each for each in function.parameters if each.name == names[0])
        if frame.entry or parameter.default is None:
            return None
        return self._rest([Place(parameter.default, self.module(frame.path), function.line)], names[1:])

    def _elsewhere(self, place: Place, value: Name) -> list[Place] | None:
        """A name that no function around binds: of the module, of another one, or an attribute of the object."""
        symbol = self.project.resolve(place.frame.path, value.dotted, place.frame.scope, place.line)
        if symbol.kind is SymbolKind.VARIABLE and symbol.index >= 0:
            summary = self.project.summary(symbol.path)
            assignment = summary.assignments[symbol.index] if summary is not None else None
            if assignment is None or assignment.value is None:
                return None
            frame = self.entry_frame(symbol.path, assignment.scope)
            found = self._assigned(assignment, frame)
            return self._rest([found], list(symbol.rest)) if found is not None else None
        if symbol.kind is SymbolKind.FUNCTION and "." in value.dotted and self._is_property(symbol):
            return self.returned(self._keep(Frame(symbol.path, symbol.index, depth=place.frame.depth + 1, entry=False)))
        return None

    def entry_frame(self, path: str, scope: int) -> Frame:
        """The one frame without arguments of a function, or the module's."""
        if scope < 0:
            return self.module(path)
        key = (-2, scope, path, scope)
        if key not in self._frames:
            self._frames[key] = Frame(path, scope)
        return self._frames[key]

    def _is_property(self, symbol: Symbol) -> bool:
        summary = self.project.summary(symbol.path)
        definition = summary.definitions[symbol.index] if summary is not None and symbol.index >= 0 else None
        return definition is not None and any(
            isinstance(each, Name)
            and each.dotted.rpartition(".")[2] in ("property", "cached_property", "hybrid_property")
            for each in definition.decorators
        )

    def _result(self, place: Place, value: CallRef) -> list[Place] | None:
        symbol = self.callee(place)
        skip = 0
        if symbol.kind is SymbolKind.EXTERNAL and symbol.name in RUNNERS:
            call = self.summary(place).calls[value.index]
            if not call.arguments:
                return None
            symbol = self.project.resolve_value(place.frame.path, call.arguments[0], call.scope, call.line)
            skip = 1
        if symbol.kind is not SymbolKind.FUNCTION:
            return None
        frame = self.enter(place, symbol, skip=skip)
        return self.returned(frame) if frame is not None else None

    def _item(self, whole: Place, wanted: int | str) -> list[Place] | None:
        """One item of a tuple, list or dict that is written out, or of what the whole comes from."""
        value = whole.value
        if isinstance(value, Sequence):
            if (
                isinstance(wanted, int)
                and 0 <= wanted < len(value.items)
                and not any(isinstance(each, Starred) for each in value.items)
            ):
                return [self.inside(whole, value.items[wanted])]
            return None
        if isinstance(value, Mapping):
            return self._entry_of(whole, value, wanted)
        sources = self.back(whole)
        if sources is None:
            return None
        return [Place(Subscript(each.value, Constant(wanted)), each.frame, each.line) for each in sources]

    def _entry_of(self, whole: Place, value: Mapping, wanted: int | str) -> list[Place] | None:
        for key, item in zip(value.keys, value.values, strict=True):
            if key == Constant(wanted):
                return [self.inside(whole, item)]
        spreads = [item for key, item in zip(value.keys, value.values, strict=True) if key is None]
        if not spreads:
            return None
        return [Place(Subscript(each, Constant(wanted)), whole.frame, whole.line) for each in spreads]

    def _attribute(self, place: Place, owner: Place, name: str) -> list[Place] | None:
        """An attribute of an object: what its constructor was given, or the attribute of what the owner comes from."""
        call = self.call(owner)
        if call is not None:
            symbol = self.callee(owner)
            if symbol.kind is SymbolKind.CLASS:
                return self._field(owner, call, symbol, name)
            origin = receiver(call.callee)
            last = (
                call.callee.dotted.rpartition(".")[2]
                if isinstance(call.callee, Name)
                else getattr(call.callee, "name", "")
            )
            if symbol.kind is not SymbolKind.FUNCTION and origin is not None and last in COPIES:
                return [Place(Member(origin, name), owner.frame, owner.line)]
        if isinstance(owner.value, Name):
            dotted = Name(f"{owner.value.dotted}.{name}")
            return self._name(self.inside(owner, dotted), dotted)
        sources = self.back(owner)
        if sources is None:
            return None
        return [Place(Member(each.value, name), each.frame, each.line) for each in sources]

    def _field(self, owner: Place, call: Call, symbol: Symbol, name: str) -> list[Place] | None:
        """What a constructor call sets a field to: its keyword, its position, or the class's default."""
        for keyword, value in call.keywords:
            if keyword == name:
                return [self.inside(owner, value)]
        if any(not keyword for keyword, _ in call.keywords):
            return None
        summary = self.project.summary(symbol.path)
        if summary is None or symbol.index < 0:
            return None
        fields = [
            each for each in summary.assignments if each.scope == symbol.index and each.operator in ("=", "declare")
        ]
        names = [each.target for each in fields if each.annotation is not None]
        if name in names and names.index(name) < len(call.arguments):
            return [self.inside(owner, call.arguments[names.index(name)])]
        member = self.project.member(symbol, name)
        if member.kind is SymbolKind.FUNCTION and self._is_property(member):
            return self.returned(self._keep(Frame(member.path, member.index, depth=owner.frame.depth + 1, entry=False)))
        if member.kind is not SymbolKind.VARIABLE or member.index < 0:
            return None
        other = self.project.summary(member.path)
        assignment = other.assignments[member.index] if other is not None else None
        if assignment is None or assignment.value is None:
            return None
        return [Place(assignment.value, self.module(member.path), assignment.line)]


def _too_deep(value: Value) -> bool:
    """Items of items of items: what a loop or a recursive function takes apart grows with every step back."""
    for _ in range(NESTED):
        if not isinstance(value, Member | Subscript):
            return False
        value = value.value
    return True
