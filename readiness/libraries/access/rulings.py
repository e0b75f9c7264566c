"""What stands before a handler in, whether it turns away a caller who presents nothing out."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from readiness.libraries.access.arguments import Arguments
from readiness.libraries.access.carriers import Asked
from readiness.libraries.access.evaluation import Evaluation, Outcome
from readiness.libraries.access.exits import Exit, Refused, Role, Spent, asks, clear, half, refuses
from readiness.libraries.access.parameters import INNER
from readiness.libraries.access.values import (
    Answer,
    Code,
    Guarded,
    Handler,
    Instance,
    Outside,
    Seen,
    Type,
    of,
)
from readiness.libraries.access.vocabulary import READING, REQUEST_NAMES, Demand, demand_of, last_of
from readiness.model import Project, Span, Symbol, SymbolKind
from readiness.model.summary import CallRef, Class, Function, Value

FIRST = frozenset({"self", "cls"})
LAYERS = 3
"""Functions that make a decorator inside one another."""
WRAPPING_PACKAGES = frozenset({"wrapt", "decorator"})
STRUCTURAL = frozenset({"functools.wraps"})


class Verdict(StrEnum):
    """What a guard does with a caller who presents nothing."""

    REFUSES = "refuses"
    DEPENDS = "depends"
    """It turns them away or lets them pass, by something that is not known."""
    PASSES = "passes"
    PUBLIC = "public"
    """It says that anyone may call."""


class Ruling(Struct, frozen=True):
    """One guard, judged."""

    verdict: Verdict
    name: str = ""
    role: bool = False
    """It asks for more than identity."""
    span: Span | None = None
    """Where it is defined, for a guard of the project."""
    hands_on: bool = False
    """It gives who is calling to code that is not known."""


GIVEN_UP = Ruling(Verdict.DEPENDS)
"""What costs too much to follow is not known to ask nothing."""
PASSES = Ruling(Verdict.PASSES)


class Rulings:
    """Judges guards. One for a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.evaluation = Evaluation(project)
        self._kept: dict[object, dict[frozenset[str], dict[tuple[object, ...], Ruling]]] = {}
        self._things: list[object] = []
        """Things that answers are kept for: what is told apart by its identity must not be collected."""

    def kept(self, key: object, asked: Asked, judge: Callable[[Asked], Ruling]) -> Ruling:
        """A judgement that is made once for all requests that do not differ in what it read.

        What no request can be turned away by, whatever its method and path, is not asked again.
        """
        answers = self._kept.setdefault(key, {})
        if not answers:
            self._keep(answers, Asked("", "", asked.people), judge)
        if asked.people in self._harmless(answers):
            return PASSES
        for reads, rulings in answers.items():
            found = rulings.get(asked.about(reads))
            if found is not None:
                return found
        return self._keep(answers, asked, judge)

    def _keep(
        self,
        answers: dict[frozenset[str], dict[tuple[object, ...], Ruling]],
        asked: Asked,
        judge: Callable[[Asked], Ruling],
    ) -> Ruling:
        carriers = self.evaluation.carriers
        before, carriers.reads = carriers.reads, set()
        ruling = judge(asked)
        reads = frozenset(carriers.reads)
        carriers.reads = before
        answers.setdefault(reads, {})[asked.about(reads)] = ruling
        return ruling

    @staticmethod
    def _harmless(answers: dict[frozenset[str], dict[tuple[object, ...], Ruling]]) -> set[bool]:
        """For which kind of framework nothing is turned away when method and path are not known."""
        return {
            bool(about[0])
            for rulings in answers.values()
            for about, ruling in rulings.items()
            if ruling.verdict is Verdict.PASSES and not any(about[1:])
        }

    # by name

    def of_name(self, name: str, asked: Asked, *, hook: bool, decorator: bool, answers: bool = False) -> Ruling:
        """A dependency, hook or decorator by its symbol, or by its name in another package.

        A guard that `answers` lets pass by what it gives back.
        """
        value = self.value_of(name)
        if answers and isinstance(value.thing, Code) and not self._makes(value.thing):
            code = value.thing
            ruling = self.kept((name, "answers"), asked, lambda each: self.of_method(code, Role.PREDICATE, each))
            return Ruling(ruling.verdict, name, ruling.role, ruling.span)
        return self.kept(
            (name, hook, decorator),
            asked,
            lambda each: self._of_value(value, name, each, decorator=decorator, hook=hook),
        )

    def value_of(self, name: str) -> Seen:
        """What a symbol or the name of another package's function or class is."""
        place = self.project.find(name)
        if place is None:
            return of(Outside(name))
        path, index = place
        summary = self.project.summary(path)
        definition = summary.definitions[index] if summary is not None else None
        if isinstance(definition, Class):
            return of(Type(Symbol(SymbolKind.CLASS, name, path, index), {}))
        return of(Code(path, index, None, {}))

    # by value

    def of_value(self, value: Seen, name: str, asked: Asked, *, decorator: bool, hook: bool) -> Ruling:
        """A guard that was evaluated before, such as a decorator with its arguments."""
        if value.thing is None:
            return PASSES
        self._things.append(value.thing)
        return self.kept(
            (name, id(value.thing), hook, decorator),
            asked,
            lambda each: self._of_value(value, name, each, decorator=decorator, hook=hook),
        )

    def _of_value(self, value: Seen, name: str, asked: Asked, *, decorator: bool, hook: bool) -> Ruling:
        self.evaluation.ask(asked)
        try:
            thing = value.thing
            match thing:
                case Guarded():
                    return self.library(Outside(thing.name), asked)
                case Outside():
                    return self.library(thing, asked)
                case Code() if decorator:
                    ruling = self._decorator(value)
                case Code():
                    ruling = self._function(thing, hook=hook)
                case Instance() | Type() if (inherited := self._inherited(thing)) is not None and not decorator:
                    return Ruling(inherited.verdict, name, inherited.role, self.span_of(thing))
                case Instance() | Type() if decorator:
                    ruling = self._decorator(value)
                case Instance():
                    operator = self.evaluation.members.of(value, "__call__", 0, called=True).thing
                    ruling = self._function(operator, hook=False) if isinstance(operator, Code) else PASSES
                case Type():
                    init = self.evaluation.members.of(value, "__init__", 0, called=True).thing
                    ruling = self._function(init, hook=False) if isinstance(init, Code) else PASSES
                case _:
                    return PASSES
        except Spent:
            return GIVEN_UP
        except Refused as refused:
            ruling = Ruling(Verdict.REFUSES) if refused.exit.asks else PASSES
        if ruling.verdict is Verdict.PASSES:
            return ruling
        return Ruling(ruling.verdict, name, ruling.role, self.span_of(thing))

    def _inherited(self, thing: Instance | Type) -> Ruling | None:
        """What a guard of a library does, of which this is a class or an object: `class Token(HttpBearer)`.

        None where it has a call operator of its own, or lets callers without credentials pass.
        """
        if self.project.member(thing.symbol, "__call__").kind is SymbolKind.FUNCTION:
            return None
        lenient = thing.attributes.get("auto_error") if isinstance(thing, Instance) else None
        if lenient is not None and lenient.constant is False:
            return None
        for each in self.evaluation.members.ancestors(thing.symbol):
            demand = demand_of(each.name) if each.kind is SymbolKind.EXTERNAL else None
            if demand in (Demand.IDENTITY, Demand.ROLE):
                return Ruling(Verdict.REFUSES, each.name, role=demand is Demand.ROLE)
        return None

    def span_of(self, thing: object) -> Span | None:
        """Where a function or class of the project is defined."""
        path, index = "", -1
        if isinstance(thing, Code):
            path, index = thing.path, thing.index
        elif isinstance(thing, Type | Instance):
            path, index = thing.symbol.path, thing.symbol.index
        summary = self.project.summary(path) if path and index >= 0 else None
        if summary is None:
            return None
        definition = summary.definitions[index]
        return Span(path, definition.line, definition.column)

    @staticmethod
    def library(thing: Outside, asked: Asked) -> Ruling:
        """A guard of another package."""
        demand = demand_of(thing.name)
        if demand is None or demand is Demand.NOTHING or thing.lenient:
            return PASSES
        if demand is Demand.GIVEN:
            return Ruling(Verdict.DEPENDS, thing.name)
        if demand is Demand.PUBLIC:
            return Ruling(Verdict.PUBLIC, thing.name)
        if demand is Demand.READ_ONLY and asked.method in READING:
            return Ruling(Verdict.PUBLIC, thing.name)
        return Ruling(Verdict.REFUSES, thing.name, role=demand is Demand.ROLE)

    def _function(self, code: Code, *, hook: bool) -> Ruling:
        """A function that runs before the handler, or around what it is given as the application behind."""
        node = code.node or self.evaluation.node_of(code)
        names = {each.arg for each in (*node.args.args, *node.args.kwonlyargs)} if node is not None else set()
        if hook and names and not names & (INNER | REQUEST_NAMES | FIRST) and self._makes(code):
            return self._decorator(of(code))
        role = Role.WRAPPER if names & INNER else Role.HOOK if hook else Role.VALUE
        return self.judged(self.evaluation.run(code, Arguments([], {}), role))

    def _makes(self, code: Code) -> bool:
        """A function that defines and gives back another one: a decorator."""
        summary = self.project.summary(code.path)
        if summary is None:
            return False
        return any(isinstance(each, Function) and each.scope == code.index for each in summary.definitions)

    def _decorator(self, value: Seen) -> Ruling:
        """A function or class that is put on a handler, called until there is something that stands around it."""
        evaluation = self.evaluation
        around = Arguments([of(Handler())], {})
        thing = value.thing
        if isinstance(thing, Code) and self._wraps_itself(thing):
            return self.judged(evaluation.run(thing, around, Role.WRAPPER))
        for _ in range(LAYERS):
            value = evaluation.call(value, around)
            thing = value.thing
            if isinstance(thing, Guarded):
                return Ruling(Verdict.REFUSES, role=demand_of(thing.name) is Demand.ROLE)
            if isinstance(thing, Instance):
                thing = evaluation.members.of(value, "__call__", 0, called=True).thing
            if not isinstance(thing, Code):
                return PASSES
            outcome = evaluation.run(thing, Arguments([], {}), Role.WRAPPER)
            inner = outcome.value.thing
            if not isinstance(inner, Code | Instance | Handler) or not outcome.returns:
                return self.judged(outcome)
        return PASSES

    def _wraps_itself(self, code: Code) -> bool:
        """`@wrapt.decorator` on a function that is given what it wraps, and its arguments."""
        summary = self.project.summary(code.path)
        definition = summary.definitions[code.index] if summary is not None else None
        for each in definition.decorators if isinstance(definition, Function) else ():
            name = self.project.resolve_value(code.path, each, definition.scope if definition else -1).name
            if name.partition(".")[0] in WRAPPING_PACKAGES:
                return True
        return False

    # outcomes

    def of_member(self, owner: Seen, name: str, role: Role, asked: Asked, given: Arguments | None = None) -> Ruling:
        """A method of a view, permission or middleware, by its name; it may be static."""
        code = self.evaluation.members.of(owner, name, 0, called=True).thing
        return self.of_method(code, role, asked, given) if isinstance(code, Code) else PASSES

    def of_method(self, code: Code, role: Role, asked: Asked, given: Arguments | None = None) -> Ruling:
        """A function in the part that it plays, with what it is given of who is calling."""
        self.evaluation.ask(asked)
        try:
            outcome = self.evaluation.run(code, given or Arguments([], {}), role)
        except Spent:
            return GIVEN_UP
        except Refused as refused:
            return Ruling(Verdict.REFUSES, span=self.span_of(code)) if refused.exit.asks else PASSES
        found = self.judged(outcome)
        return Ruling(found.verdict, found.name, found.role, self.span_of(code), outcome.hands_on)

    @staticmethod
    def judged(outcome: Outcome) -> Ruling:
        """What the ways in which a guard ends come to."""
        role = outcome.role
        if (
            role is Role.HANDLER
            and outcome.raises
            and not outcome.returns
            and all(each.asks for each in outcome.raises)
        ):
            return Ruling(Verdict.REFUSES)  # whatever the status of the answer, nobody gets any other
        refusing = passing = guarded = clearly = False
        for each in (*outcome.returns, *outcome.raises):
            if refuses(each, role):
                refusing |= asks(each, role)
                clearly |= asks(each, role) and (each.raises or role is Role.PREDICATE or clear(each))
                guarded |= isinstance(each.value.thing, Guarded)
                passing |= half(each, role)
            elif not each.raises and _lets_pass(each, role):
                passing = True
        if not refusing or (passing and not clearly):
            return PASSES
        return Ruling(Verdict.DEPENDS if passing and not guarded else Verdict.REFUSES)

    # decorators

    def decorators_of(self, path: str, index: int) -> list[tuple[str, Seen]]:
        """The decorators of a function or class with their names and what they come to, outermost first."""
        summary = self.project.summary(path)
        if summary is None:
            return []
        definition = summary.definitions[index]
        found = []
        for each in definition.decorators:
            name, value = self._decorating(
                path,
                each,
                definition.scope,
                definition.first_line if isinstance(definition, Function) else definition.line,
            )
            if name and name not in STRUCTURAL:
                found.append((name, value))
        return found

    def _decorating(self, path: str, value: Value, scope: int, line: int) -> tuple[str, Seen]:
        self.evaluation.ask(Asked())
        try:
            if isinstance(value, CallRef):
                symbol = self.project.callee(path, value.index)
                if last_of(symbol.name) == "method_decorator":
                    return self._inner(path, value.index)
                if symbol.kind is SymbolKind.UNKNOWN:
                    symbol = self._held(path, value.index, scope, line)
                return symbol.name, self.evaluation.names.made(path, value.index)
            symbol = self.project.resolve_value(path, value, scope, line)
            return symbol.name, self.evaluation.names.value(path, value, scope, line)
        except (Refused, Spent):
            return "", Seen()

    def _held(self, path: str, index: int, scope: int, line: int) -> Symbol:
        """The variable that is called: `require_admin = require_role("admin")`, and then `@require_admin()`."""
        summary = self.project.summary(path)
        if summary is None:
            return Symbol(SymbolKind.UNKNOWN, "")
        return self.project.resolve_value(path, summary.calls[index].callee, scope, line)

    def _inner(self, path: str, index: int) -> tuple[str, Seen]:
        """What `method_decorator(login_required)` puts on the method."""
        summary = self.project.summary(path)
        call = summary.calls[index] if summary is not None else None
        if call is None or not call.arguments:
            return "", Seen()
        return self._decorating(path, call.arguments[0], call.scope, call.line)


def _lets_pass(exit_: Exit, role: Role) -> bool:
    if role is Role.WRAPPER:
        return isinstance(exit_.value.thing, Answer)
    return True
