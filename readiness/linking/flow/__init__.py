"""Value flow: an argument of a call in, the text that it can be out, answered backwards from the call on the syntax tree.

The parts: `files` (the trees that are kept), `places` and `arguments` (where things stand), `denoted` (what names denote),
`reaching` (which bindings reach), `guards` (what tests prove), `text`, `names`, `members`, `objects`, `entities`,
`declared` and `calls` (what expressions are), `elements`, `growing`, `parts` and `tables` (collections), `returns` and
`callers` (the way into other functions), `origins` (what a place was bound to), `pieces` (how texts combine). Inside one
function, through module and imported constants, attributes of objects, what functions of the project return, and what their
callers pass.
Everything is bounded; what a bound cuts off is an unknown piece, never silence.
"""

from __future__ import annotations

import ast
from typing import cast
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from readiness.linking.flow.arguments import expression_of
from readiness.linking.flow.bindings import Bindings
from readiness.linking.flow.callers import Callers
from readiness.linking.flow.calls import call_text
from readiness.linking.flow.definitions import Reached
from readiness.linking.flow.denoted import callee_of, class_of, place_outside, symbol_of
from readiness.linking.flow.elements import elements_of
from readiness.linking.flow.files import Files
from readiness.linking.flow.matches import caught_parts
from readiness.linking.flow.names import carried_text, name_text
from readiness.linking.flow.nodes import Carried, FunctionNode
from readiness.linking.flow.origins import assigned_expression, origin_of
from readiness.linking.flow.parts import comprehended, either_text
from readiness.linking.flow.pieces import NOTHING, RISK, Flow, single
from readiness.linking.flow.places import FileIndex
from readiness.linking.flow.reader import At, Choice, Element, Elements, Frame, Known, Lazy, Parts, Passed, Table
from readiness.linking.flow.returns import bind, returned_expressions, yielded_elements
from readiness.linking.flow.rounds import Key, Mark, Rounds
from readiness.linking.flow.rows import row_parts
from readiness.linking.flow.surrounding import surroundings
from readiness.linking.flow.tables import table_of
from readiness.linking.flow.text import constant_text, expression_text
from readiness.linking.flow.types import type_kind
from readiness.model import Code, Piece, PieceKind, Symbol, SymbolKind, Text
from readiness.model.summary import Value

DEEPEST = 48
"""Nested questions; one takes about six frames of the interpreter."""
MOST_STEPS = 6_000
"""Of one question from outside; what is behind them stays unknown."""
GIVEN_UP = 100_000
"""Smaller questions of one question, those that were answered before included, at which it is given up."""
MOST_TOGETHER = 1_000_000
"""Steps of all questions of one recogniser; in the largest backends tried all together took 6,000."""
CUT = Flow((), complete=False)
"""Nothing more on this way: what another round can add has been seen."""


class TooManySteps(Exception):
    """A question is given up."""


class ValueFlow:
    """Answers for one scan; keeps its answers and the trees it visited last."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._files = Files(code)
        self._answers: dict[tuple[str, int, Value], Text] = {}
        self._frames: dict[tuple[object, ...], tuple[At, Frame | None]] = {}
        self._bindings = Bindings(self, self._files)
        self._rounds = Rounds()
        self._steps = self._asked = 0
        self._spent = 0
        self._exhausted_before = False
        self._callers = Callers(self)

    @property
    def code(self) -> Code:
        """The linked code."""
        return self._code

    def text_of(self, path: str, number: int, argument: Value) -> Text:
        """What text an argument of call `number` of a file can be; what several recognisers ask is worked out once."""
        key = (path, number, argument)
        if key not in self._answers:
            found = self._answered(path, number, argument)
            if self.exhausted:
                return found
            self._answers[key] = found
        return self._answers[key]

    def _answered(self, path: str, number: int, argument: Value) -> Text:
        self._files.settle()
        summary = self._code.summary(path)
        index = self.index(path)
        if summary is None or index is None or not 0 <= number < len(summary.calls):
            return unknown_text()
        call = summary.calls[number]
        node = index.call(call)
        expression = expression_of(call, node, argument) if node is not None else None
        statement = index.statement(node) if expression is not None and node is not None else None
        if expression is None or statement is None:
            return unknown_text()
        if self.exhausted:
            return unknown_text(index.written(expression))
        self._bindings.clear()
        self._frames.clear()
        self._rounds = Rounds()
        self._steps = self._asked = 0
        try:
            at = surroundings(self, expression, At(path, statement))
            flow = self.text(expression, at)
        except (RecursionError, TooManySteps):
            return unknown_text(index.written(expression))
        if not flow.alternatives:
            # No way leads here: code behind a return, or a name that is never bound.
            return unknown_text(index.written(expression))
        return flow.text()

    @property
    def exhausted(self) -> bool:
        """The steps of the scan are used up: every further question is answered with `unknown`."""
        return self.steps > MOST_TOGETHER

    @property
    def steps(self) -> int:
        """Steps taken so far, those before it among them."""
        return self._spent + self._bindings.tests

    def charge(self, steps: int) -> None:
        """Count steps that were taken elsewhere."""
        self._spent += steps

    @property
    def was_exhausted(self) -> bool:
        """Some questions were left open because the steps were used up."""
        return self._exhausted_before or self.exhausted

    def renew(self) -> None:
        """Allow all steps again; that they were used up once is not forgotten."""
        self._exhausted_before = self.was_exhausted
        self._spent = self._bindings.tests = 0

    def _known(self, key: Key) -> tuple[object] | None:
        """What was found before."""
        self._asked += 1
        self._bindings.asked += 1
        if self._asked > GIVEN_UP or self.exhausted:
            raise TooManySteps
        return self._rounds.known(key)

    def _spend(self) -> bool:
        """Take a step; whether it leads behind a bound."""
        self._steps += 1
        self._spent += 1
        if self._rounds.depth < DEEPEST and self._steps <= MOST_STEPS:
            return False
        self._rounds.short = True
        return True

    def index(self, path: str) -> FileIndex | None:
        """The tree of one file with its places, None where there is none."""
        return self._files.index(path)

    def text(self, expression: ast.expr, at: At) -> Flow:
        """What text an expression can be."""
        if isinstance(expression, ast.Constant):
            return constant_text(expression.value)
        mark = id(expression), id(at.statement), id(at.frame)
        key = _key(mark, at)
        known = self._known(key)
        if known is not None:
            return cast(Flow, known[0])
        if self._spend():
            unread = replace(self.piece(PieceKind.UNKNOWN, expression, at), unread=True)
            return Flow(((unread,),), "unknown", complete=False)
        if self._rounds.again(mark):
            return CUT
        return self._rounds.found(key, lambda: self._expression(expression, at), (expression, at), mark)

    def _expression(self, expression: ast.expr, at: At) -> Flow:
        flow = expression_text(self, expression, at)
        if flow is None and isinstance(expression, ast.Call):
            flow = call_text(self, expression, at)
        elif flow is None and isinstance(expression, ast.Name | ast.Attribute | ast.Subscript):
            flow = name_text(self, expression, at)
        elif flow is None and isinstance(expression, Carried):
            return carried_text(self, expression, at)
        if flow is None or (isinstance(expression, ast.Attribute) and flow.only(PieceKind.UNKNOWN) and flow.pieces):
            return self._by_type(expression, at, flow)
        return flow

    def _by_type(self, expression: ast.expr, at: At, flow: Flow | None) -> Flow:
        """What is not known otherwise, by the class that calls and attributes have."""
        if isinstance(expression, ast.Attribute | ast.Call):
            owner = self.type_of(expression, at)
            kind = type_kind(self._code, owner) if owner is not None else None
            if kind is not None:
                return single(self.piece(kind, expression, at))
        return flow if flow is not None else single(self.piece(PieceKind.UNKNOWN, expression, at), "unknown")

    def elements(self, expression: ast.expr, at: At) -> Elements:
        """What a collection holds."""
        mark = -id(expression), id(at.statement), id(at.frame)
        key = _key(mark, at)
        known = self._known(key)
        if known is not None:
            return cast(Elements, known[0])
        if self._rounds.again(mark):
            return Elements(())
        if self._spend():
            unread = replace(self.piece(PieceKind.UNKNOWN, expression, at), unread=True)
            return Elements((Known(single(unread, "unknown")),))
        return self._rounds.found(key, lambda: elements_of(self, expression, at), (expression, at), mark)

    def table(self, expression: ast.expr, at: At) -> Table | None:
        """What a mapping holds, None where that is not known."""
        mark = id(expression) ^ 1, id(at.statement), id(at.frame)
        key = _key(mark, at)
        known = self._known(key)
        if known is not None:
            return cast("Table | None", known[0])
        if self._rounds.again(mark) or self._spend():
            return None
        return self._rounds.found(key, lambda: table_of(self, expression, at), (expression, at), mark)

    def element_text(self, element: Element) -> Flow:
        """What text an element can be."""
        if isinstance(element, Known):
            return element.flow
        if isinstance(element, Lazy):
            return self.text(element.expression, element.at)
        if isinstance(element, Choice):
            return either_text(self, element.elements)
        flows = [self.element_text(each) for each in element.elements]
        pieces = [flow.riskiest for flow in flows]
        risky = [piece for piece in pieces if piece is not None and piece.kind is not PieceKind.CONSTANT]
        return single(max(risky, key=lambda each: RISK[each.kind])) if risky else flows[0] if flows else NOTHING

    def definitions(self, place: str, at: At, *, growing: bool = False) -> Reached:
        """Which bindings of a place reach the statement where it is read."""
        self._bindings.asked += 1
        return self._bindings.reach(place, at, growing)

    def outer(self, name: str, at: At) -> At | None:
        """Where a name that the function does not bind is to be read."""
        return place_outside(self, name, at)

    def origin(self, expression: ast.expr, at: At) -> Lazy | None:
        """The one expression that a place was bound to, through names and modules."""
        self._bindings.asked += 1
        return origin_of(self, expression, at)

    def assigned(self, symbol: Symbol) -> Lazy | None:
        """The expression that a variable of some module or class is bound to, where it is bound once."""
        return assigned_expression(self, symbol)

    def follow(self, call: ast.Call, at: At) -> Frame | None:
        """The project function that a call calls, with its parameters bound."""
        self._bindings.asked += 1
        symbol = self.callee(call, at)
        if symbol is None or symbol.kind is not SymbolKind.FUNCTION:
            return None
        key = (*_key((id(call), id(at.statement), id(at.frame)), at), symbol.path, symbol.index)
        if key not in self._frames:
            # One frame for one call: what is worked out inside it is kept under it.
            self._frames[key] = (at, bind(self, call, symbol, at))
        return self._frames[key][1]

    def comprehended(self, generators: list[ast.comprehension], at: At) -> At:
        """Where the element of a comprehension is read: its targets bound, its conditions assumed."""
        self._bindings.asked += 1
        key = "inside", *_key((id(generators[0].iter), id(at.statement), id(at.frame)), at)
        return self._rounds.found(key, lambda: comprehended(self, generators, at), (generators, at))

    def returned(self, call: ast.Call, at: At) -> tuple[Lazy, ...]:
        """The expressions that a function of the project returns to a call; none where they are not known."""
        self._bindings.asked += 1
        symbol = self.callee(call, at)
        if symbol is None or symbol.kind is not SymbolKind.FUNCTION:
            return ()
        return returned_expressions(self, call, symbol, at)

    def row(self, call: ast.Call, at: At) -> Parts | None:
        """The columns of the one row that a call fetches, None where they are not known."""
        self._bindings.asked += 1
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if method in ("group", "groups"):
            return caught_parts(self, call, at)
        return row_parts(self, call, at) if method == "fetchone" else None

    def yielded(self, call: ast.Call, at: At) -> Elements | None:
        """What a generator of the project yields to a call, None where that is not known."""
        self._bindings.asked += 1
        symbol = self.callee(call, at)
        if symbol is None or symbol.kind is not SymbolKind.FUNCTION:
            return None
        return yielded_elements(self, call, symbol, at)

    def passed(self, name: str, function: FunctionNode, at: At) -> Passed | None:
        """What the callers of a function pass as a parameter, None where nothing is known of them."""
        self._bindings.asked += 1
        return self._callers.passed(name, function, at)

    def given(self, name: str, function: FunctionNode, at: At) -> tuple[Lazy, ...]:
        """The expressions that the callers pass as a parameter; none unless every caller is known."""
        self._bindings.asked += 1
        return self._callers.given(name, function, at)

    def symbol(self, expression: ast.expr, at: At) -> Symbol | None:
        """What a dotted name denotes, None for any other expression."""
        return symbol_of(self, expression, at)

    def callee(self, call: ast.Call, at: At) -> Symbol | None:
        """What a call calls, None where that is not known."""
        return callee_of(self, call, at)

    def type_of(self, expression: ast.expr, at: At) -> Symbol | None:
        """The class of the object that an expression is, None where that is not known."""
        return class_of(self, expression, at)

    def piece(self, kind: PieceKind, expression: ast.expr, at: At, source: str = "") -> Piece:
        """A piece that stands for an expression as written."""
        index = self.index(at.path)
        if index is None:
            return Piece(kind, type(expression).__name__, None, source)
        # What is made behind a bound may be unknown for no other reason.
        unread = self._rounds.short and kind is PieceKind.UNKNOWN
        owner = self._code.symbol(at.path, index.scope(at.statement)) if kind is PieceKind.REQUEST else ""
        return Piece(kind, index.written(expression), index.span(expression), source, owner=owner, unread=unread)


def _key(mark: Mark, at: At) -> Key:
    return *mark, at.end, *(id(each) for each in at.local)


def unknown_text(written: str = "") -> Text:
    """The text of which nothing is known."""
    return Text(((Piece(PieceKind.UNKNOWN, written),),), "unknown", complete=False)


_flows: WeakKeyDictionary[Code, ValueFlow] = WeakKeyDictionary()


def exhausted(project: Code) -> bool:
    """Questions about texts were left open because the scan took too many steps."""
    flow = _flows.get(project)
    return flow is not None and flow.was_exhausted


def renew(project: Code) -> None:
    """Allow the next questions about texts all steps again."""
    flow = _flows.get(project)
    if flow is not None:
        flow.renew()


def steps_of(project: Code) -> int:
    """How many steps questions about texts have taken."""
    flow = _flows.get(project)
    return flow.steps if flow is not None else 0


def charge(project: Code, steps: int) -> None:
    """Count steps that were taken before, in another view of the same code: the bound is one for all."""
    if steps:
        _flow_of(project).charge(steps)


def forget(project: Code) -> None:
    """Keep no answer about texts of a project of which nobody asks any more."""
    flow = _flows.pop(project, None)
    if flow is not None:
        # It and its parts refer to each other: with the collector off they would stay, and the trees with them.
        vars(flow).clear()


def text_of(project: Code, path: str, call_index: int, argument: Value) -> Text:
    """What text an argument of a call can be.

    `argument` is one of the values in `Summary.calls[call_index]`. Never raises for what the code looks like: what is not
    known is a piece of kind UNKNOWN with its source text.
    """
    return _flow_of(project).text_of(path, call_index, argument)


def _flow_of(project: Code) -> ValueFlow:
    flow = _flows.get(project)
    if flow is None:
        flow = _flows[project] = ValueFlow(project)
    return flow
