"""What the readers of the three libraries share: names, guards, types and arguments of functions that resolve fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from readiness.libraries.declarations.annotations import Typed, Types, written
from readiness.libraries.django.urls import url_configurations
from readiness.libraries.evaluation.activations import Activations
from readiness.libraries.evaluation.constructions import Constructions
from readiness.libraries.evaluation.placing import Placing
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Kind, Made, Outside, Routine
from readiness.libraries.graphql.members import Members
from readiness.libraries.graphql.vocabulary import ENDINGS, POSITIONAL, library_of
from readiness.model import GraphArgument, Project, Span
from readiness.model.summary import CallRef, Opaque, Value

STRUCTURAL = frozenset({"staticmethod", "classmethod", "functools.wraps", "typing.overload", "typing.override"})


class Called(Activations):
    """The activations that calls make: a function that makes a schema decorates nothing, and who decorates what is long to read."""

    def _by_decoration(self, path: str, scope: int, level: int) -> Iterator[Frame]:
        yield from ()


class Reading:
    """Everything that reads one scan."""

    def __init__(self, project: Project) -> None:
        self.project = project
        configurations = url_configurations(project)  # its reader knows half of the answers by now
        self.reader = configurations.reader
        self.activations = Called(self.reader)
        self.members = Members(self.reader)
        self.types = Types(self.reader)
        self.texts = Texts(self.reader)
        self.constructions = Constructions(self.reader, POSITIONAL, lambda thing: bool(library_of(thing)))
        self.placing = Placing(self.reader)
        self.documented = any(path.endswith(ENDINGS) for path in project.files)
        """Schema documents may be held against what is read."""

    # names

    def names_of(self, answer: Answer) -> list[str]:
        """How facts name what an expression denotes: functions and classes by their symbols, objects by their classes."""
        found: dict[str, None] = {}
        for thing in self.reader.things(answer):
            what = thing.maker if isinstance(thing, Made) else thing
            if isinstance(what, Outside):
                found[what.name] = None
            elif isinstance(what, Kind | Routine):
                found[self.reader.symbol_of(what).name] = None
        return list(found)

    def names_in(self, answer: Answer | None) -> list[str]:
        """The names of the elements of a list, or of the one thing."""
        if answer is None:
            return []
        items, _ = self.reader.elements(answer)
        return list(dict.fromkeys(name for each in items or [answer] for name in self.names_of(each)))

    def constant(self, answer: Answer | None) -> object:
        """The constant that an argument is; None where it is none or not given."""
        return self.reader.constant(answer) if answer is not None else None

    def text(self, value: Bound | None) -> str:
        """An expression as it is written."""
        return written(value.value, self.reader, value.path) if value is not None else ""

    def arguments(self, made: Made) -> dict[str, Answer]:
        """The named arguments of the call that makes something."""
        if made.index < 0:
            return {}
        call = self.reader.call(made.path, made.index)
        return self.reader.arguments.keywords(call, Bound(call.callee, made.path, call.scope, call.line, made.frame))

    def positional(self, made: Made) -> list[Answer]:
        """The other ones."""
        if made.index < 0:
            return []
        call = self.reader.call(made.path, made.index)
        return self.reader.arguments.positional(call, Bound(call.callee, made.path, call.scope, call.line, made.frame))

    # functions

    def decorators(self, routine: Routine) -> Iterator[Bound]:
        """What stands around a function, outermost first."""
        function = self.reader.function(routine)
        for each in function.decorators:
            yield Bound(each, routine.path, function.scope, function.line, routine.frame)

    def decorator_name(self, place: Bound) -> str:
        """The symbol or external name of a decorator; empty where it could not be told."""
        value: Value = place.value
        if isinstance(value, CallRef):
            return self.project.callee(place.path, value.index).name
        return self.project.resolve_value(place.path, value, place.scope, place.line).name

    def guards(self, routine: Routine | None, left_out: Iterable[str] = ()) -> list[str]:
        """The decorators of a function that may refuse a caller."""
        if routine is None:
            return []
        skipped = STRUCTURAL | frozenset(left_out)
        names = [self.decorator_name(each) for each in self.decorators(routine)]
        return [each for each in names if each and each.partition(".")[0] not in skipped and each not in skipped]

    def returned(self, routine: Routine | None) -> Bound | None:
        """The annotation of what a function gives back."""
        if routine is None:
            return None
        function = self.reader.function(routine)
        if function.returns is None:
            return None
        return Bound(function.returns, routine.path, function.scope, function.line, routine.frame)

    def parameters(self, routine: Routine | None, skipped: frozenset[str]) -> list[tuple[str, Bound | None, bool]]:
        """The parameters of a function as name, annotation and whether one must be given."""
        if routine is None:
            return []
        function = self.reader.function(routine)
        found = []
        for each in function.parameters:
            if each.name in skipped or each.kind in ("variadic", "keyword-variadic"):
                continue
            place = None
            if each.annotation is not None:
                place = Bound(each.annotation, routine.path, function.scope, function.line, routine.frame)
            found.append((each.name, place, each.default is None))
        return found

    # places

    def routine(self, answer: Answer | None) -> Routine | None:
        """The function of the project that an argument is."""
        if answer is None or (isinstance(answer, Bound) and isinstance(answer.value, Opaque)):
            return None
        return next((each for each in self.reader.things(answer) if isinstance(each, Routine)), None)

    def typed(self, annotation: Bound | None) -> Typed:
        """The type that an annotation denotes."""
        return self.types.of(annotation)

    def span(self, path: str, line: int) -> Span:
        """A place of a file."""
        return Span(path, line)

    def symbol(self, kind: Kind) -> str:
        """The name of a class."""
        return self.reader.symbol_of(kind).name


def argument(name: str, type_: str, *, required: bool, shape: str = "") -> GraphArgument:
    """One argument of a field."""
    return GraphArgument(name, type_, required, shape)
