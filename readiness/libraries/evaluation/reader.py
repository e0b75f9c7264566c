"""Expressions in, the things they can denote out: names followed through imports, assignments, calls and attributes.

It is an evaluation without effects: functions are entered with what their callers give them, so that a router made twice by
one factory is two routers. Everything is resolved by the project; nothing is run. Each answer is kept, and a question that
comes up again while it is being answered has no answer, which bounds the recursion.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from readiness.libraries.evaluation.arguments import Arguments
from readiness.libraries.evaluation.attributes import Attributes
from readiness.libraries.evaluation.conditions import Conditions
from readiness.libraries.evaluation.decisions import Decisions
from readiness.libraries.evaluation.formats import UNRESOLVED as UNRESOLVED
from readiness.libraries.evaluation.items import Items
from readiness.libraries.evaluation.lineage import Lineage
from readiness.libraries.evaluation.lists import Lists
from readiness.libraries.evaluation.modules import IMPORT, Modules
from readiness.libraries.evaluation.names import Names
from readiness.libraries.evaluation.rebindings import Rebindings
from readiness.libraries.evaluation.things import (
    Answer,
    Bound,
    Frame,
    Keywords,
    Kind,
    Made,
    Outside,
    Routine,
    Thing,
)
from readiness.libraries.evaluation.things import enclosing as enclosing
from readiness.libraries.values.expressions import receiver, tail
from readiness.libraries.values.reaching import Reaching
from readiness.model import UNKNOWN, Project, Symbol, SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Choice,
    Class,
    Comprehension,
    Constant,
    Context,
    Function,
    Mapping,
    Member,
    Name,
    Operation,
    Return,
    Scalar,
    Sequence,
    Subscript,
    Summary,
    Template,
    Value,
)

DEPTH = 60
"""Steps from one name to the next."""
ITEMS = 600
"""Elements of one list."""
STEPS = 100_000
"""Expressions that one reader follows and lists it opens, each activation counted; real projects need 30,000 at most."""
STEPS_A_FILE = 20
"""What a project may need besides for each of its files."""
RECURSIONS = 1
"""How often one call can be entered from within itself."""
CONDITION = int(Context.CONDITION)


class Reader:
    """Evaluates expressions of one project.

    `parts` names attributes of foreign objects that are kept as a `Part`, `itself` those that stand for the object.
    """

    def __init__(self, project: Project, parts: Collection[str] = (), itself: Collection[str] = ()) -> None:
        self.project = project
        self.parts = frozenset(parts)
        self.itself = frozenset(itself)
        self.depth = 0
        self.steps = STEPS + STEPS_A_FILE * len(project.files)
        """Those that are left."""
        self.lists = Lists(self)
        self.decisions = Decisions(self)
        self.conditions = Conditions(self)
        self.names = Names(self)
        self.attributes = Attributes(self)
        self.items = Items(self)
        self.lineage = Lineage(self)
        self.modules = Modules(self)
        self.arguments = Arguments(self)
        self.reaching = Reaching(project)
        self.rebindings = Rebindings(project)
        self._returned: dict[str, dict[int, list[Return]]] = {}
        self.answers: dict[tuple[object, ...], list[Answer]] = {}

    def summary(self, path: str) -> Summary:
        """The summary of a file that is known to have one."""
        summary = self.project.summary(path)
        if summary is None:
            raise LookupError(f"{path} has no summary")
        return summary

    def function(self, routine: Routine) -> Function:
        """The definition of a function."""
        definition = self.summary(routine.path).definitions[routine.index]
        if not isinstance(definition, Function):
            raise LookupError(f"{routine.path} holds no function {routine.index}")  # noqa: TRY004 -- a wrong index
        return definition

    def call(self, path: str, index: int) -> Call:
        """One call of a file."""
        return self.summary(path).calls[index]

    def symbol_of(self, kind: Kind | Routine) -> Symbol:
        """A class or function as the project names it."""
        what = SymbolKind.CLASS if isinstance(kind, Kind) else SymbolKind.FUNCTION
        return Symbol(what, self.project.symbol(kind.path, kind.index), kind.path, kind.index)

    def things(self, bound: Answer) -> list[Thing]:
        """The things an expression can denote, without what stays an expression."""
        return [each for each in self.follow(bound) if not isinstance(each, Bound)]

    def made(self, bound: Answer) -> list[Made]:
        """The objects an expression can denote that a call makes."""
        return [each for each in self.follow(bound) if isinstance(each, Made)]

    def follow(self, bound: Answer) -> list[Answer]:
        """What an expression can denote; displays, literals and operations stay expressions."""
        if not isinstance(bound, Bound):
            return [bound]
        value = bound.value
        if isinstance(value, Constant | Sequence | Mapping | Template | Comprehension):
            return [bound]
        key = self.key_of(bound)
        known = self.answers.get(key)
        if known is not None:
            return known
        if self.depth > DEPTH or not self.may_go_on():
            return []
        self.answers[key] = []
        self.depth += 1
        answer = list(self._follow(bound, value))[:ITEMS]
        self.depth -= 1
        self.answers[key] = answer
        return answer

    def may_go_on(self) -> bool:
        """Take one step more; False where none is left, which `lists.cut` tells whoever asks at the end.

        Names that are bound to what is made of themselves lead to new activations at each step: no answer is met twice.
        """
        self.steps -= 1
        self.lists.cut |= self.steps < 0
        return self.steps >= 0

    @staticmethod
    def key_of(bound: Bound) -> tuple[object, ...]:
        """The identity of an expression in its activation."""
        frame = bound.frame
        where = (frame.path, frame.scope, frame.key, frame.turn) if frame is not None else None
        # The type is part of it: the constants 1 and True are equal and mean different things.
        return (bound.path, bound.scope, bound.line, type(getattr(bound.value, "value", None)), bound.value, where)

    def _follow(self, bound: Bound, value: Value) -> Iterator[Answer]:
        match value:
            case Name(dotted):
                yield from self.names.of(bound, dotted)
            case CallRef(index):
                yield from self._call(bound, index)
            case Member(inner, name) if self.is_super(bound.path, inner):
                yield from self.attributes.above(bound, name)
            case Member(inner, name):
                for thing in self.follow(self.at(bound, inner)):
                    yield from self.attributes.of(thing, name)
            case Subscript(container, index):
                yield from self.items.of(bound, container, index)
            case Choice(test, yes, no):
                decided = self.decisions.of(self.at(bound, test), assumed=True)
                if decided is not False:
                    yield from self.follow(self.at(bound, yes))
                if decided is not True:
                    yield from self.follow(self.at(bound, no))
            case Operation("or" | "and", operands):
                for operand in operands:
                    yield from self.follow(self.at(bound, operand))
            case _:
                yield bound

    @staticmethod
    def at(bound: Bound, value: Value) -> Bound:
        """Another expression at the same place."""
        return Bound(value, bound.path, bound.scope, bound.line, bound.frame)

    # names

    def symbol(self, symbol: Symbol, bound: Bound) -> Iterator[Answer]:
        """What a resolved name denotes, read from `bound`."""
        return self.names.symbol(symbol, bound)

    def unpacked(self, element: Answer, position: int) -> Answer:
        """The element of an unpacked tuple, or the element itself where nothing is unpacked."""
        if position < 0:
            return element
        items, complete = self.elements(element)
        return items[position] if complete and position < len(items) else Keywords({})

    def decorators(self, routine: Routine) -> set[str]:
        """The last names of the decorators of a function that stand there without arguments."""
        return _names(self.function(routine).decorators)

    def is_super(self, path: str, value: Value | None) -> bool:
        """`super()`: what an overriding method hands up was done by the call of that method."""
        return isinstance(value, CallRef) and self.call(path, value.index).callee == Name("super")

    def is_none(self, answer: Answer | None) -> bool:
        """None as a value, or something that is None in its activation; False where nothing is given."""
        found = self.follow(answer) if answer is not None else []
        return bool(found) and all(isinstance(each, Bound) and each.value == Constant(None) for each in found)

    def is_method(self, path: str, index: int) -> bool:
        """A function that stands in a class and gets its instance or class first."""
        definitions = self.summary(path).definitions
        function = definitions[index]
        inside = function.scope >= 0 and isinstance(definitions[function.scope], Class)
        return inside and "staticmethod" not in _names(function.decorators)

    # calls

    def _call(self, bound: Bound, index: int) -> Iterator[Answer]:
        call = self.call(bound.path, index)
        looped = bool(call.context & Context.LOOP)
        targets = self.follow(Bound(call.callee, bound.path, bound.scope, call.line, bound.frame))
        if not targets:
            targets = list(self.symbol(self.project.callee(bound.path, index), self.at(bound, call.callee)))
        if not targets:
            targets = list(self._foreign_method(self.at(bound, call.callee)))
        for target in targets:
            match target:
                case Outside():
                    if (
                        target.last == "cast"
                        and target.package in ("typing", "typing_extensions")
                        and len(call.arguments) > 1
                    ):
                        yield from self.follow(self.at(bound, call.arguments[1]))
                    elif target.name == IMPORT and (unit := self.modules.imported(bound, call)) is not None:
                        yield unit
                    else:
                        yield Made(target, bound.path, index, bound.frame, looped)
                case Kind():
                    yield Made(target, bound.path, index, bound.frame, looped)
                case Made(maker=Outside() as maker) if call.arguments and maker.last[:1].islower():
                    # What a function of another package gives is called: `jwt_required()(view)`.
                    yield Made(maker, bound.path, index, bound.frame, looped)
                case Routine() if not self.is_deeper(bound, index):
                    yield from self.results(target, self.activate(target, bound.path, index, bound.frame))
                case _:
                    pass

    @staticmethod
    def is_deeper(bound: Bound, index: int) -> bool:
        """The call has led into its own activation too often: a deeper recursion makes nothing of another kind."""
        here = (bound.path, index)
        return bound.frame is not None and sum(site[:2] == here for site in bound.frame.key) >= RECURSIONS

    def _foreign_method(self, callee: Bound) -> Iterator[Outside]:
        """A method that the project's class does not define, so that it is one of its bases outside the project."""
        origin = receiver(callee.value)
        for thing in self.things(self.at(callee, origin)) if origin is not None else ():
            kind = thing.maker if isinstance(thing, Made) else thing
            if isinstance(kind, Kind):
                bases = self.project.ancestors(self.symbol_of(kind))
                external = [each.name for each in bases if each.kind is SymbolKind.EXTERNAL]
                yield from (Outside(f"{name}.{tail(callee.value)}") for name in external[:1])

    def results(self, routine: Routine, frame: Frame) -> Iterator[Answer]:
        """What a function can return in one activation; first what it returns where no condition says otherwise."""
        for given in self.returned(routine):
            if given.value is not None and not given.yields:
                yield from self.follow(Bound(given.value, routine.path, routine.index, given.line, frame))

    def returned(self, routine: Routine) -> list[Return]:
        """What a function returns and yields, unconditional answers first."""
        if routine.path not in self._returned:
            found: dict[int, list[Return]] = {}
            for each in self.summary(routine.path).returns:
                found.setdefault(each.scope, []).append(each)
            for returns in found.values():
                returns.sort(key=lambda each: each.context & CONDITION)
            self._returned[routine.path] = found
        return self._returned[routine.path].get(routine.index, [])

    def activate(self, routine: Routine, path: str, index: int, frame: Frame | None) -> Frame:
        """The activation of a function by a call."""
        call = self.call(path, index)
        function = self.function(routine)
        names: dict[str, Answer] = {}
        skip = 0
        if self.is_method(routine.path, routine.index) and function.parameters:
            skip = 1
            names[function.parameters[0].name] = routine.owner or Made(
                Kind(routine.path, function.scope), path, -1, None
            )
        names |= self.arguments.bind(function, call, path, frame, skip)
        outer = frame.seen_by(bool(call.context & Context.LOOP)) if frame is not None else ()
        return Frame(routine.path, routine.index, names, {}, routine.frame, (*outer, (path, index, 0)))

    # lists and constants

    def elements(self, answer: Answer) -> tuple[list[Answer], bool]:
        """The elements of a list, and whether they are all known."""
        return self.lists.of(answer)

    def constant(self, bound: Answer) -> Scalar:
        """The constant an expression is; None where it is none."""
        if not isinstance(bound, Bound):
            return None
        for each in self.follow(bound):
            if isinstance(each, Bound) and isinstance(each.value, Constant):
                return each.value.value
        found = self.project.constant(bound.path, bound.value, bound.scope, bound.line)
        return None if found is UNKNOWN else found  # type: ignore[return-value]


def _names(decorators: Iterable[Value]) -> set[str]:
    return {each.dotted.rpartition(".")[2] for each in decorators if isinstance(each, Name)}
