"""An expression of a function in, what it is worth for a caller who presents nothing out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from readiness.languages.python.walking import children
from readiness.libraries.access.exits import State
from readiness.libraries.access.flows import Flow
from readiness.libraries.access.values import (
    ABSENT,
    DENIED,
    GRANTED,
    TRACED,
    UNKNOWN_VALUE,
    Answer,
    Carrier,
    Code,
    Instance,
    Items,
    Outside,
    Parent,
    Response,
    Seen,
    Table,
    Type,
    joined,
    known,
    of,
    reliant,
    traced,
)
from readiness.model import UNKNOWN

if TYPE_CHECKING:
    from readiness.libraries.access.evaluation import Evaluation


class Place(Struct, frozen=True, eq=False):
    """The function whose code is read."""

    path: str
    index: int
    """Into the definitions of its file; -1 for the module."""
    depth: int


class Expressions:
    """Evaluates the expressions of one activation of a function."""

    def __init__(self, evaluation: Evaluation, place: Place, flow: Flow) -> None:
        self.evaluation = evaluation
        self.place = place
        self.flow = flow

    def of(self, node: ast.expr, state: State) -> Seen:
        """The value of an expression."""
        self.evaluation.spend()
        found = self._of(node, state)
        if isinstance(found.thing, Answer):
            state.handed = True
        return found

    def _of(self, node: ast.expr, state: State) -> Seen:
        match node:
            case ast.Constant(value=value):
                return known(value) if value is None or isinstance(value, str | int | bool | float) else UNKNOWN_VALUE
            case ast.Name() | ast.Attribute():
                return self._chain(node, state)
            case ast.Call():
                return self.evaluation.calls.of(node, self, state)
            case ast.Await(value=value) | ast.Starred(value=value) | ast.FormattedValue(value=value):
                return self.of(value, state)
            case ast.BoolOp():
                return self._bool(node, state)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                denied = self.of(operand, state)
                if denied.truth is None:
                    partly = None if denied.partly is None else not denied.partly
                    return Seen(identity=denied.identity, partly=partly)
                return known(not denied.truth, identity=denied.identity)
            case ast.Compare():
                return self._compare(node, state)
            case ast.IfExp(test=test, body=yes, orelse=no):
                return self._choice(test, yes, no, state)
            case ast.NamedExpr(target=target, value=value):
                found = self.of(value, state)
                self.flow.assign(target, found, state)
                return found
            case ast.Subscript():
                return self._subscript(node, state)
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                return self._display(elements, state)
            case ast.Lambda():
                names, index = state.names, self.place.index
                return of(Code(self.place.path, index, node, names))
            case ast.DictComp(generators=generators):
                over = [self.of(each.iter, state) for each in generators]
                return over[0] if len(over) == 1 and isinstance(over[0].thing, Carrier) else traced(*over)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self._comprehension(node, state)
            case _:
                return traced(*(self.of(each, state) for each in _parts(node)))

    # names

    def _chain(self, node: ast.expr, state: State) -> Seen:
        """A name or a chain of attributes: bound around here, else what the project says."""
        names: list[str] = []
        inner: ast.expr = node
        while isinstance(inner, ast.Attribute):
            names.append(inner.attr)
            inner = inner.value
        names.reverse()
        if not isinstance(inner, ast.Name):
            return self._attributes(self.of(inner, state), names)
        if names:
            bound = state.names.get(f"{inner.id}.{names[0]}")
            if bound is not None:
                return self._attributes(bound, names[1:])
        held = state.names.get(inner.id)
        if held is not None:
            return self._attributes(held, names)
        return self.evaluation.names.of(self.place, ".".join((inner.id, *names)), inner.lineno)

    def _attributes(self, value: Seen, names: list[str]) -> Seen:
        for name in names:
            value = self.attribute(value, name)
        return value

    def attribute(self, value: Seen, name: str) -> Seen:
        """An attribute of a value."""
        match value.thing:
            case Carrier() as carrier:
                return self.evaluation.carriers.attribute(carrier, name)
            case Instance():
                # What is asked of an object that was made because nobody is known tells of that.
                found = self.evaluation.members.of(value, name, self.place.depth)
                return reliant(found, asked=value.identity and not isinstance(found.thing, Code))
            case Parent() | Type():
                return self.evaluation.members.of(value, name, self.place.depth)
            case Outside() as outside:
                return self.evaluation.names.outside(f"{outside.name}.{name}", made=outside.made)
            case Response() | Items():
                return UNKNOWN_VALUE
            case _:
                pass
        if value.known and value.constant is None and value.identity:
            return ABSENT
        if name == "request":
            return of(Carrier("request"))
        if name == "current_user" and value.thing is None:
            return ABSENT
        return TRACED if value.identity else UNKNOWN_VALUE

    def _subscript(self, node: ast.Subscript, state: State) -> Seen:
        value = self.of(node.value, state)
        key = self.of(node.slice, state) if not isinstance(node.slice, ast.Slice) else UNKNOWN_VALUE
        match value.thing:
            case Carrier() as carrier:
                found = self.evaluation.carriers.item(carrier, key.constant)
                self.flow.traced += found is ABSENT
                return found
            case Items(items, complete):
                number = key.constant
                if complete and isinstance(number, int) and -len(items) <= number < len(items):
                    return items[number]
                return joined(items) if items else UNKNOWN_VALUE
            case Table() as table:
                return table.at(key)
            case Type():
                return value
            case _:
                pass
        if value.known and value.identity:
            return ABSENT
        return TRACED if value.identity else UNKNOWN_VALUE

    # operators

    def _bool(self, node: ast.BoolOp, state: State) -> Seen:
        """`and` and `or`: one value that ends the chain decides it, whatever is not known of the others."""
        ending = isinstance(node.op, ast.Or)
        found: list[Seen] = []
        for each in node.values:
            value = self.of(each, state)
            if value.truth is ending:
                certain = all(one.truth is not None for one in found)
                return Seen(
                    value.constant if certain else UNKNOWN,
                    ending,
                    value.identity or any(one.identity for one in found if one.truth is not None),
                    value.thing if certain else None,
                )
            found.append(value)
        unsure = [each for each in found if each.truth is None]
        if not unsure:
            last = found[-1]
            return Seen(last.constant, last.truth, any(each.identity for each in found), last.thing)
        if all(each.identity for each in unsure):
            return TRACED
        concerned = any(each.identity or each.partly is (not ending) for each in found)
        return Seen(partly=(not ending) if concerned else None)

    def _compare(self, node: ast.Compare, state: State) -> Seen:
        left = self.of(node.left, state)
        rights = [self.of(each, state) for each in node.comparators]
        if len(rights) != 1:
            return traced(left, *rights)
        return self._compared(left, node.ops[0], rights[0])

    def _compared(self, left: Seen, operator: ast.cmpop, right: Seen) -> Seen:
        identity = left.identity or right.identity
        match operator:
            case ast.In() | ast.NotIn():
                found = self._inside(left, right)
                if found.truth is None or isinstance(operator, ast.In):
                    return found
                return known(not found.truth, identity=found.identity)
            case ast.Is() | ast.Eq():
                return self._same(left, right, operator, identity=identity)
            case ast.IsNot() | ast.NotEq():
                same = self._same(left, right, operator, identity=identity)
                return same if same.truth is None else known(not same.truth, identity=same.identity)
            case ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE() if left.known and right.known:
                one, other = left.constant, right.constant
                if isinstance(one, int) and isinstance(other, int):
                    answer = {ast.Lt: one < other, ast.LtE: one <= other, ast.Gt: one > other, ast.GtE: one >= other}
                    return known(answer[type(operator)], identity=identity)
        return TRACED if identity else UNKNOWN_VALUE

    def _same(self, left: Seen, right: Seen, operator: ast.cmpop, *, identity: bool) -> Seen:
        """`==` and `is`; what is made of nothing is taken to be None where that is asked."""
        found = self._equal(left, right, identity=identity)
        if found.truth is None and isinstance(operator, ast.Is | ast.IsNot):
            for one, other in ((left, right), (right, left)):
                if one.known and one.constant is None and other.identity and other.thing is None:
                    return GRANTED
        return found

    def _equal(self, left: Seen, right: Seen, *, identity: bool) -> Seen:
        if left.known and right.known:
            same = left.constant == right.constant and (
                isinstance(left.constant, bool) == isinstance(right.constant, bool)
            )
            return known(same, identity=identity)
        for one, other in ((left, right), (right, left)):
            if one.known and one.constant is None and other.thing is not None:
                return known(False, identity=identity)
            if isinstance(one.thing, Carrier) and one.thing.kind == "endpoint" and isinstance(other.constant, str):
                return self.evaluation.carriers.is_view(other.constant)
            if one.known and one.identity and not one.truth:
                # what a caller who presents nothing has is no match for anything that is compared with it
                return DENIED
        if isinstance(left.thing, Type) and isinstance(right.thing, Type):
            return known(left.thing.symbol.name == right.thing.symbol.name)
        return TRACED if identity else UNKNOWN_VALUE

    def _inside(self, left: Seen, right: Seen) -> Seen:
        thing = right.thing
        if isinstance(thing, Carrier):
            return self.evaluation.carriers.contains(thing, left.constant)
        if isinstance(thing, Table):
            found = thing.has(left)
            return known(found, identity=left.identity) if found is not None else traced(left)
        if isinstance(thing, Items) and thing.complete:
            answers = [self._equal(left, each, identity=left.identity or each.identity) for each in thing.items]
            if any(each.truth is True for each in answers):
                return known(True, identity=left.identity)
            if answers and all(each.truth is False for each in answers):
                return known(False, identity=left.identity)
        if isinstance(left.constant, str) and isinstance(right.constant, str):
            return known(left.constant in right.constant, identity=left.identity or right.identity)
        if (right.known and right.identity) or (left.known and left.identity and not left.truth):
            return DENIED
        return traced(left, right)

    def _choice(self, test: ast.expr, yes: ast.expr, no: ast.expr, state: State) -> Seen:
        decided = self.of(test, state)
        if decided.truth is not None:
            found = self.of(yes if decided.truth else no, state)
            return Seen(found.constant, found.truth, found.identity or decided.identity, found.thing)
        found = joined((self.of(yes, state), self.of(no, state)))
        return Seen(found.constant, found.truth, found.identity or decided.identity, found.thing)

    # displays

    def _display(self, elements: list[ast.expr], state: State) -> Seen:
        items: list[Seen] = []
        complete = True
        for each in elements[:200]:
            value = self.of(each, state)
            if isinstance(each, ast.Starred):
                inner = value.thing
                complete &= isinstance(inner, Items) and inner.complete
                items.extend(inner.items if isinstance(inner, Items) else ())
            else:
                items.append(value)
        return of(Items(tuple(items), complete), identity=any(each.identity for each in items))

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, state: State) -> Seen:
        inner = state.copy()
        complete = True
        turns: list[Seen] = []
        for each in node.generators:
            over = self.of(each.iter, inner)
            thing = over.thing
            if isinstance(thing, Items) and thing.complete and len(node.generators) == 1 and not each.ifs:
                turns = list(thing.items[:40])
            else:
                complete = False
                self.flow.assign(each.target, Seen(identity=over.identity), inner)
        if complete and len(node.generators) == 1:
            found = []
            for turn in turns:
                self.flow.assign(node.generators[0].target, turn, inner)
                found.append(self.of(node.elt, inner))
            return of(Items(tuple(found)), identity=any(each.identity for each in found))
        element = self.of(node.elt, inner)
        return Seen(identity=element.identity, thing=Items((element,), complete=False))


def _parts(node: ast.AST) -> Iterator[ast.expr]:
    for child in children(node):
        if isinstance(child, ast.expr):
            yield child
