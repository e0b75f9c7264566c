"""Functions of the project in, how they end for a caller who presents nothing out: each is read once for the same question."""

from __future__ import annotations

import ast

from msgspec import Struct

from readiness.libraries.access.arguments import Arguments
from readiness.libraries.access.calling import Calls
from readiness.libraries.access.carriers import Asked, Carriers
from readiness.libraries.access.exits import Exit, Refused, Role, Spent, State, asks, refuses
from readiness.libraries.access.expressions import Expressions, Place
from readiness.libraries.access.flows import Flow
from readiness.libraries.access.members import Members
from readiness.libraries.access.names import Names
from readiness.libraries.access.parameters import Parameters
from readiness.libraries.access.values import (
    DENIED,
    TRACED,
    UNKNOWN_VALUE,
    Answer,
    Carrier,
    Code,
    Guarded,
    Handler,
    Instance,
    Items,
    Outside,
    Seen,
    Type,
    joined,
    known,
    of,
    reliant,
)
from readiness.libraries.access.vocabulary import (
    READING,
    Demand,
    demand_of,
)
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import CallRef, Function

LAYERS = 6
"""Decorators of one function."""
DEEPEST = 5
"""Calls inside one another that are entered."""
COST = 8_000
"""Expressions that one question may cost."""
TOTAL = 3_000_000
"""Expressions that all questions of a scan may cost."""
KEY_DEPTH = 3
"""Objects inside of objects that do so."""
ATTRIBUTES = 16
"""Attributes and items of an object that tell two questions apart; with more, the question is asked anew."""


class Outcome(Struct, frozen=True, eq=False):
    """How a function ends."""

    returns: tuple[Exit, ...]
    raises: tuple[Exit, ...]
    role: Role
    hands_on: bool = False
    """It gives who is calling to code that is not known, or whose answer is not."""

    @property
    def value(self) -> Seen:
        """What it gives back."""
        return joined(reliant(each.value, asked=each.asks) for each in self.returns)

    @property
    def asks(self) -> bool:
        """Some way turns a caller away for who they are."""
        return any(refuses(each, self.role) and asks(each, self.role) for each in (*self.returns, *self.raises))


class Evaluation:
    """Reads functions. One for a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.deepest = DEEPEST
        self.carriers = Carriers()
        self.names = Names(self)
        self.members = Members(self)
        self.calls = Calls(self)
        self.parameters = Parameters(self)
        self.cut = False
        """Something that was called since this was last taken back stood too deep to be entered."""
        self._left = COST
        self._total = TOTAL
        self._running: set[tuple[str, int]] = set()
        self._outcomes: dict[tuple[object, ...], dict[frozenset[str], dict[tuple[object, ...], Outcome]]] = {}
        self._nodes: dict[tuple[str, int], ast.FunctionDef | ast.AsyncFunctionDef | None] = {}
        self._guarded: dict[tuple[str, int, Asked], bool] = {}
        self._indices: dict[str, dict[tuple[int, str], int]] = {}

    # one question

    def ask(self, asked: Asked) -> None:
        """Begin a question about a request."""
        self.carriers.asked = asked
        self._left = COST

    def spend(self) -> None:
        """Count an expression. Raises Spent when the question has cost too much."""
        self._left -= 1
        self._total -= 1
        if self._left < 0 or self._total < 0:
            raise Spent

    # things

    def attribute(self, value: Seen, name: str, path: str = "") -> Seen:
        """An attribute of something that stands in no function."""
        place = Place(path, -1, self.deepest - 1)
        return Expressions(self, place, Flow(Role.VALUE, _nothing, _no_types)).attribute(value, name)

    def call(self, callee: Seen, arguments: Arguments, depth: int = 0) -> Seen:
        """What calling something gives. Raises Refused where it surely raises."""
        flow = Flow(Role.VALUE, _nothing, _no_types)
        return self.calls.call(callee, arguments, Expressions(self, Place("", -1, depth), flow), 0)

    def of_demand(self, demand: Demand | None) -> Seen:
        """What a library's permission answers a caller who presents nothing."""
        if demand in (Demand.IDENTITY, Demand.ROLE):
            return DENIED
        if demand is Demand.READ_ONLY:
            self.carriers.reads.add("method")
            method = self.carriers.asked.method
            return known(method in READING, identity=method not in READING) if method else TRACED
        return known(True)

    # functions

    def run(self, code: Code, arguments: Arguments, role: Role, depth: int = 0) -> Outcome:
        """How a function ends, with what a call gives it."""
        key = self._key(code, arguments, role)
        kept = self._kept(key, depth)
        for reads, known_outcomes in kept.items():
            outcome = known_outcomes.get(self.carriers.asked.about(reads))
            if outcome is not None:
                self.carriers.reads |= reads
                return outcome
        if (code.path, code.index) in self._running and role is Role.VALUE and not isinstance(code.node, ast.Lambda):
            return Outcome((Exit(False, UNKNOWN_VALUE, False),), (), role)
        before, self.carriers.reads = self.carriers.reads, set()
        cut, self.cut = self.cut, False
        try:
            exits, _, hands_on = self._run(code, arguments, role, depth)
        finally:
            mine = frozenset(self.carriers.reads)
            self.carriers.reads = before | mine
            mine_cut, self.cut = self.cut, self.cut or cut
        returns = tuple(each for each in exits if not each.raises)
        outcome = Outcome(returns, tuple(each for each in exits if each.raises), role, hands_on)
        if key is not None:
            place = (depth, *key) if mine_cut else key
            self._outcomes.setdefault(place, {}).setdefault(mine, {})[self.carriers.asked.about(mine)] = outcome
        return outcome

    def _kept(
        self, key: tuple[object, ...] | None, depth: int
    ) -> dict[frozenset[str], dict[tuple[object, ...], Outcome]]:
        """What was answered before: for any depth, or for this one where what is called was not entered any more."""
        if key is None:
            return {}
        cut = self._outcomes.get((depth, *key))
        if cut is not None:
            self.cut = True
            return cut
        return self._outcomes.get(key, {})

    def end_of(self, code: Code, arguments: Arguments, depth: int) -> dict[str, Seen]:
        """What names are bound to at the end of a function."""
        return self._run(code, arguments, Role.VALUE, depth)[1]

    def _run(
        self, code: Code, arguments: Arguments, role: Role, depth: int
    ) -> tuple[list[Exit], dict[str, Seen], bool]:
        node = code.node or self.node_of(code)
        if node is None:
            return [Exit(False, UNKNOWN_VALUE, False)], {}, False
        place = Place(code.path, code.index, depth)
        flow = Flow(role, _nothing, lambda each: self.members.error_names(each, place))
        expressions = Expressions(self, place, flow)
        flow.evaluate = expressions.of
        flow.defines = lambda statement, state: self._define(statement, state, expressions)
        state = State(dict(code.names), asked=False)
        mark = (code.path, code.index)
        added = mark not in self._running
        self._running.add(mark)
        try:
            try:
                self.parameters.bind(node, code, arguments, state, expressions)
                if isinstance(node, ast.Lambda):
                    value = expressions.of(node.body, state)
                    return [*flow.pending, Exit(False, value, False)], state.names, False
            except Refused as refused:
                return [*flow.pending, refused.exit], state.names, False
            if self._is_stub(code):
                return [Exit(False, UNKNOWN_VALUE, False)], state.names, False
            exits = [*flow.pending]
            flow.pending.clear()
            exits.extend(flow.run(node.body, state))
            return exits, state.names, flow.traced > 0
        finally:
            if added:
                self._running.discard(mark)

    def node_of(self, code: Code) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The syntax tree of a function."""
        key = (code.path, code.index)
        if key not in self._nodes:
            self._nodes[key] = self.project.function(code.path, code.index)
        return self._nodes[key]

    def _is_stub(self, code: Code) -> bool:
        summary = self.project.summary(code.path)
        definition = summary.definitions[code.index] if summary is not None else None
        return isinstance(definition, Function) and definition.stub

    def _key(self, code: Code, arguments: Arguments, role: Role) -> tuple[object, ...] | None:
        """What tells questions about one function apart; None for one that is not kept."""
        if code.names or isinstance(code.node, ast.Lambda):
            return None
        given = []
        for name, each in (("", one) for one in arguments.positional):
            given.append((name, _plain(each)))
        given += [(name, _plain(each)) for name, each in arguments.keywords.items()]
        owner = _plain(code.owner) if code.owner is not None else ()
        if any(each is None for _, each in given) or owner is None:
            return None
        return (code.path, code.index, role, tuple(given), owner)

    # decorators

    def guarded(self, code: Code) -> bool:
        """What the decorators of a function put around it turns a stranger away."""
        asked = self.carriers.asked
        key = (code.path, code.index, asked)
        if key not in self._guarded:
            self._guarded[key] = False
            self._guarded[key] = self._is_guarded(code)
        return self._guarded[key]

    def _is_guarded(self, code: Code) -> bool:
        summary = self.project.summary(code.path)
        definition = summary.definitions[code.index] if summary is not None else None
        if not isinstance(definition, Function) or code.names or len(definition.decorators) > LAYERS:
            return False
        value = of(Handler())
        for each in reversed(definition.decorators):
            if isinstance(each, CallRef):
                found = self.names.made(code.path, each.index).thing
            else:
                found = self.names.value(code.path, each, definition.scope, definition.first_line).thing
            value = self.put_around(value, found, 1)
        if isinstance(value.thing, Guarded):
            return True
        if not isinstance(value.thing, Code):
            return False
        outcome = self.run(value.thing, Arguments([], {}), Role.WRAPPER, 1)
        return outcome.asks and not any(isinstance(each.value.thing, Answer) for each in outcome.returns)

    # definitions inside

    def _define(self, statement: ast.stmt, state: State, expressions: Expressions) -> None:
        """A function or class that a function defines."""
        place = expressions.place
        if isinstance(statement, ast.ClassDef):
            index = self._index(place.path, statement.lineno, statement.name)
            symbol = Symbol(SymbolKind.CLASS, self.project.symbol(place.path, index), place.path, index)
            state.bind(statement.name, of(Type(symbol, state.names)) if index >= 0 else UNKNOWN_VALUE)
            return
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            return
        index = self._index(place.path, statement.lineno, statement.name)
        value = of(Code(place.path, index if index >= 0 else place.index, statement, state.names))
        for decorator in reversed(statement.decorator_list):
            value = self._decorated(value, decorator, state, expressions)
        state.bind(statement.name, value)

    def _decorated(self, value: Seen, decorator: ast.expr, state: State, expressions: Expressions) -> Seen:
        """A function with a decorator; one that only copies a name changes nothing."""
        try:
            return self.put_around(value, expressions.of(decorator, state).thing, expressions.place.depth)
        except Refused:
            return value

    def put_around(self, value: Seen, decorator: object, depth: int) -> Seen:
        """A function inside a decorator; one that says nothing about access changes nothing."""
        if isinstance(decorator, Guarded):
            return of(decorator)
        if isinstance(decorator, Outside):
            demand = demand_of(decorator.name)
            return (
                of(Guarded(decorator.name))
                if demand in (Demand.IDENTITY, Demand.ROLE) and not decorator.lenient
                else value
            )
        if isinstance(decorator, Code | Instance):
            try:
                wrapped = self.call(of(decorator), Arguments([value], {}), depth)
            except Refused:
                return value
            return wrapped if isinstance(wrapped.thing, Code | Guarded) else value
        return value

    def _index(self, path: str, line: int, name: str) -> int:
        if path not in self._indices:
            summary = self.project.summary(path)
            definitions = summary.definitions if summary is not None else ()
            self._indices[path] = {(each.line, each.name): number for number, each in enumerate(definitions)}
        return self._indices[path].get((line, name), -1)


def _plain(value: Seen, depth: int = KEY_DEPTH) -> tuple[object, ...] | None:
    """A value as part of a key; None for one that is too much for that, as an object that holds itself is."""
    if not depth:
        return None
    if value.known:
        return ("constant", type(value.constant).__name__, value.constant, value.identity)
    if value.thing is None:
        return ("unknown", value.truth, value.identity, value.partly)
    if isinstance(value.thing, Carrier | Handler | Outside | Guarded):
        return ("thing", value.thing, value.truth, value.identity)
    if isinstance(value.thing, Instance) and not value.thing.names and len(value.thing.attributes) <= ATTRIBUTES:
        attributes = [(name, _plain(each, depth - 1)) for name, each in sorted(value.thing.attributes.items())]
        if all(each is not None for _, each in attributes):
            return ("instance", value.thing.symbol.name, tuple(attributes))
    if isinstance(value.thing, Items) and len(value.thing.items) <= ATTRIBUTES:
        items = [_plain(each, depth - 1) for each in value.thing.items]
        return ("items", value.thing.complete, tuple(items)) if all(each is not None for each in items) else None
    if isinstance(value.thing, Type) and not value.thing.names:
        return ("class", value.thing.symbol.name)
    if (
        isinstance(value.thing, Code)
        and not value.thing.names
        and value.thing.owner is None
        and value.thing.node is None
    ):
        return ("function", value.thing.path, value.thing.index)
    return None


def _nothing(_node: ast.expr, _state: State) -> Seen:
    return UNKNOWN_VALUE


def _no_types(_node: ast.expr) -> tuple[str, ...]:
    return ()
