"""A value given as a timeout in, whether it is a limit out: numbers, None, timeout objects, parameters with their callers."""

from __future__ import annotations

from readiness.libraries.outbound.answer import UNKNOWN_ANSWER, Answer, worst
from readiness.libraries.values.expressions import keyword, written
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Frame, Place
from readiness.libraries.values.passing import passed
from readiness.model import UNKNOWN, Project, Scope, Symbol, SymbolKind, TimeoutState
from readiness.model.summary import (
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
    Parameter,
    Sequence,
    Starred,
    Summary,
    Value,
)

STEPS = 6
"""Names, calls and parameters that are followed for one value."""
CALLERS = 40
"""Callers of a wrapper that are looked at."""
HTTPX = frozenset({"httpx.Timeout", "httpx2.Timeout"})
AIOHTTP = frozenset({"aiohttp.ClientTimeout", "aiohttp.client.ClientTimeout"})
URLLIB3 = frozenset({"urllib3.Timeout", "urllib3.util.Timeout", "urllib3.util.timeout.Timeout"})
BOTOCORE = frozenset({"botocore.config.Config", "botocore.client.Config", "boto3.session.Config"})
DEFAULTS = frozenset({"httpx.USE_CLIENT_DEFAULT", "httpx2.USE_CLIENT_DEFAULT", "aiohttp.helpers.sentinel"})
"""Objects that say: as if nothing had been given."""
OFF = TimeoutState.OFF
GIVEN = TimeoutState.GIVEN


class Values:
    """Answers for the values of one project."""

    def __init__(self, project: Project, following: Following) -> None:
        self.project = project
        self.following = following

    def judge(self, place: Place, name: str, steps: int = STEPS) -> Answer:
        """What a value given as parameter `name` means."""
        value = place.value
        if steps <= 0:
            return UNKNOWN_ANSWER
        match value:
            case Constant(value=None):
                return Answer(OFF, f"{name}=None")
            case Constant():
                return self._given(place, name)
            case Sequence(items=items):
                answer = worst([self.judge(self.following.inside(place, each), name, steps - 1) for each in items])
                return self._given(place, name) if answer.bounded else answer
            case Choice():
                ways = [self.following.inside(place, each) for each in (value.yes, value.no)]
                return worst([self.judge(each, name, steps - 1) for each in ways])
            case Operation(operator="or", operands=operands):
                # `timeout or 10`: what counts is what is left when the others are empty.
                return self.judge(self.following.inside(place, operands[-1]), name, steps - 1)
            case CallRef():
                return self._made(place, value, name, steps)
            case Name() | Member():
                return self._named(place, name, steps)
        return self._given(place, name)

    def _given(self, place: Place, name: str) -> Answer:
        return Answer(GIVEN, f"{name}={written(self.following.summary(place), place.value)}")

    def _named(self, place: Place, name: str, steps: int) -> Answer:
        found = self.following.parameter(place)
        if found is not None and isinstance(place.value, Name) and place.value.dotted == found[1]:
            return self.parameter(found[0], found[1], name, steps)
        line, frame = place.line, place.frame
        constant = self.project.constant(frame.path, place.value, frame.scope, line)
        if constant is None:
            return Answer(OFF, f"{name}={written(self.following.summary(place), place.value)}, which is None")
        if constant is not UNKNOWN:
            return self._given(place, name)
        sources = self.following.back(place)
        if not sources:
            return self._given(place, name)
        answer = worst([self.judge(each, name, steps - 1) for each in sources])
        return self._given(place, name) if answer.bounded else answer

    def _made(self, place: Place, value: CallRef, name: str, steps: int) -> Answer:
        """What a call makes: a timeout object, or what a function of the project returns."""
        symbol = self.following.callee(place)
        call = self.following.call(place)
        if call is None:
            return self._given(place, name)
        if symbol.name in HTTPX:
            return self._object(place, call, name, steps, read=("read",), first="timeout")
        if symbol.name in URLLIB3:
            return self._object(place, call, name, steps, read=("total", "read"), first="total")
        if symbol.name in AIOHTTP:
            return self._object(place, call, name, steps, read=("total", "sock_read"), first="total")
        if symbol.name in BOTOCORE:
            given = [(each, found) for each in ("connect_timeout", "read_timeout") if (found := keyword(call, each))]
            answers = [self.judge(self.following.inside(place, found), each, steps - 1) for each, found in given]
            return worst(answers) if answers else Answer(TimeoutState.DEFAULT, "")
        if symbol.kind is SymbolKind.FUNCTION:
            sources = self.following.back(place)
            if sources:
                answer = worst([self.judge(each, name, steps - 1) for each in sources])
                return self._given(place, name) if answer.bounded else answer
        return self._given(place, name)

    def _object(self, place: Place, call: Call, name: str, steps: int, *, read: tuple[str, ...], first: str) -> Answer:
        """A timeout object limits the wait for an answer by one of `read`, or by its first argument where it has none of them."""
        if any(isinstance(each, Starred) for each in call.arguments) or any(not key for key, _ in call.keywords):
            return self._given(place, name)
        values = [value for key in read if (value := keyword(call, key)) is not None]
        own = keyword(call, first) if first not in read else None
        if not values and own is not None:
            values = [own]
        values += call.arguments[:1] if not values or first in read else []
        answers = [self.judge(self.following.inside(place, each), name, steps - 1) for each in values]
        if any(each.bounded for each in answers):
            return self._given(place, name)
        text = written(self.following.summary(place), place.value)
        return Answer(OFF, f"{name}={text}, which has no limit for reading")

    def parameter(self, frame: Frame, own: str, name: str, steps: int) -> Answer:
        """What parameter `own` of a function is: what the frame was given, else its default and what its callers give."""
        function, summary = self._function(frame)
        parameter = next((each for each in function.parameters if each.name == own), None) if function else None
        if function is None or summary is None or parameter is None:
            return Answer(GIVEN, f"{name}={own}")
        if not frame.entry:
            given = frame.arguments.get(own)
            if given is not None:
                return self.judge(given, name, steps - 1)
            return self._default(frame, function, parameter, name, steps)
        answers = [
            self._from_caller(*each, frame, function, summary, parameter, name, steps) for each in self._callers(frame)
        ]
        left = self._default(frame, function, parameter, name, steps)
        if not answers:
            if left.state is OFF:
                return Answer(TimeoutState.UNKNOWN, f"the default of parameter {own} is None, and no caller was found")
            return left
        return worst(answers)

    def _from_caller(
        self,
        path: str,
        index: int,
        frame: Frame,
        function: Function,
        summary: Summary,
        parameter: Parameter,
        name: str,
        steps: int,
    ) -> Answer:
        place, found, spread = self.passed(path, index, summary, function)
        if parameter.name in found:
            given = self.judge(found[parameter.name], name, steps - 1)
            return given if given.bounded else given.seen_at(self.project.span(path, index))
        if spread:
            return UNKNOWN_ANSWER
        left = self._default(frame, function, parameter, name, steps)
        if left.state is OFF:
            where = f"{place.frame.path}:{place.line}"
            text = f"parameter {parameter.name} of {function.name} is None by default, and {where} leaves it so"
            return Answer(OFF, text, self.project.span(path, index))
        return left

    def passed(
        self, path: str, index: int, summary: Summary, function: Function
    ) -> tuple[Place, dict[str, Place], tuple[Place, ...]]:
        """The call as a place, what it gives for each parameter of the project function it calls, and what it spreads."""
        caller = self.project.summary(path)
        call = caller.calls[index] if caller is not None else None
        scope, line = (call.scope, call.line) if call is not None else (-1, 0)
        place = Place(CallRef(index), self.following.entry_frame(path, scope), line)
        if call is None:
            return place, {}, ()
        found, spread = passed(self.project, place, call, summary, function, 0)
        return place, found, spread

    def callers(self, path: str, scope: int) -> list[tuple[str, int]]:
        """Calls of a function outside of tests and of itself; of the class for its `__init__`."""
        summary = self.project.summary(path)
        definition = summary.definitions[scope] if summary is not None and scope >= 0 else None
        if summary is None or not isinstance(definition, Function):
            return []
        kind = SymbolKind.FUNCTION
        if (
            definition.name == "__init__"
            and definition.scope >= 0
            and isinstance(summary.definitions[definition.scope], Class)
        ):
            kind, scope = SymbolKind.CLASS, definition.scope
        found = self.project.callers(Symbol(kind, self.project.symbol(path, scope), path, scope))
        return [each for each in found if self._counts(*each, path, scope)][:CALLERS]

    def _counts(self, path: str, index: int, own: str, scope: int) -> bool:
        """A call that is neither in a test nor in the function that it calls."""
        summary = self.project.summary(path)
        if summary is None or self.project.files[path].scope is Scope.TEST:
            return False
        return path != own or summary.calls[index].scope != scope

    def _callers(self, frame: Frame) -> list[tuple[str, int]]:
        return self.callers(frame.path, frame.scope)

    def _default(self, frame: Frame, function: Function, parameter: Parameter, name: str, steps: int) -> Answer:
        if parameter.default is None:
            return Answer(GIVEN, f"{name}={parameter.name}, which every caller gives")
        place = Place(parameter.default, self.following.module(frame.path), function.line)
        answer = self.judge(place, name, steps - 1)
        return Answer(answer.state, f"{answer.how} by default") if answer.bounded else answer

    def _function(self, frame: Frame) -> tuple[Function | None, Summary | None]:
        summary = self.project.summary(frame.path)
        definition = summary.definitions[frame.scope] if summary is not None and frame.scope >= 0 else None
        return (definition if isinstance(definition, Function) else None), summary


def entry(mapping: Mapping, name: str) -> tuple[Value | None, list[Value]]:
    """The value of a key in a dict display, and what is spread into it."""
    pairs = list(zip(mapping.keys, mapping.values, strict=True))
    found = next((value for key, value in reversed(pairs) if key == Constant(name)), None)
    return found, [value for key, value in pairs if key is None]
