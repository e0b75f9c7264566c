"""Which bindings of a place reach a statement: a statement and a place in, definitions out, found by walking backwards.

Inside one function (or class body, or module) only. A guard that has been passed on the way counts as a definition: behind
`if column not in ALLOWED: raise` the column is one of ALLOWED, whatever it was before.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from readiness.languages.python.names import last_name
from readiness.languages.python.walking import walk
from readiness.linking.flow.definitions import Binding, Definition, Reached
from readiness.linking.flow.known import PARSING
from readiness.linking.flow.nodes import Carried, FunctionNode, own_statements, place_of, statements_in
from readiness.linking.flow.places import FileIndex
from readiness.linking.flow.statements import (
    breaks,
    groups,
    is_true,
    pattern_constants,
    says_empty,
    suppresses,
    walk_expression,
)

GROWING = frozenset({"append", "extend", "add", "insert", "update", "appendleft", "extendleft", "setdefault"})
LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)

Guards = Callable[[ast.expr, bool, str, ast.stmt], bool]
"""Whether a test, when it has this truth, restricts this place."""
Decides = Callable[[ast.expr, ast.stmt], bool | None]
"""How a test over constants always comes out, None where that depends."""


class Walker:
    """Walks one file backwards for one place."""

    def __init__(
        self,
        index: FileIndex,
        place: str,
        growing: bool,
        guards: Guards,
        decides: Decides = lambda _test, _statement: None,
    ) -> None:
        self._index = index
        self._place = place
        self._root = place.split(".", 1)[0].split("[", 1)[0]
        self._growing = growing
        self._guards = guards
        self._decides = decides

    def before(self, statement: ast.stmt) -> Reached:
        """What reaches the point just before a statement."""
        found: list[Definition] = []
        at: ast.stmt | ast.excepthandler | ast.match_case = statement
        while True:
            where = self._index.block(at)
            if where is None:
                return Reached(tuple(found), True)
            owner, field, position = where
            here, falls = self._end(getattr(owner, field), position)
            found.extend(here)
            if not falls:
                return Reached(tuple(found), False)
            if isinstance(owner, ast.Module | ast.ClassDef | FunctionNode):
                return Reached(tuple(found), True)
            if not isinstance(owner, ast.stmt | ast.excepthandler | ast.match_case):
                return Reached(tuple(found), True)
            entered, falls = self._enter(owner, field, at)
            found.extend(entered)
            if not falls:
                return Reached(tuple(found), False)
            at = owner

    def at_end(self, block: list[ast.stmt]) -> Reached:
        """What reaches the end of a block from its start."""
        found, falls = self._end(block)
        return Reached(tuple(found), falls)

    def anywhere(self, statements: Iterator[ast.stmt]) -> list[Definition]:
        """Every binding in these statements."""
        found: list[Definition] = []
        for statement in statements:
            found.extend(self._direct(statement)[0])
        return found

    def _enter(self, owner: ast.AST, field: str, child: ast.AST) -> tuple[list[Definition], bool]:
        """What binds the place on the way from an owner into its block; falls when the walk goes on before the owner."""
        match owner:
            case ast.If() | ast.While():
                if field in ("body", "orelse") and isinstance(owner, ast.stmt):
                    held = field == "body"
                    if self._guards(owner.test, held, self._place, owner):
                        return [Definition(Binding.GUARDED, owner, owner.test, truth=held)], False
                carried = self._inside(owner) if isinstance(owner, ast.While) and field == "body" else []
                walrus = self._walrus(owner.test, owner)
                return ([*carried, *walrus], not walrus)
            case ast.For() | ast.AsyncFor():
                target = self._target(owner.target, Binding.ELEMENT, owner.iter, owner)
                carried = self._inside(owner)
                # Behind the last round, in `else`, there may have been no round at all.
                return [*carried, *target], field != "body" or not target
            case ast.With() | ast.AsyncWith():
                bound = self._items(owner)
                return bound, not bound
            case ast.Try() | ast.TryStar():
                return (
                    self._inside_block(owner.body)
                    if field in ("handlers", "finalbody")
                    else self._end(owner.body)[0]
                    if field == "orelse"
                    else []
                ), True
            case ast.ExceptHandler(name=name):
                return (
                    ([Definition(Binding.OTHER, self._statement(owner))], False) if name == self._root else ([], True)
                )
            case ast.match_case(pattern=pattern):
                return self._case(owner, pattern)
        return [], True

    def _case(self, owner: ast.match_case, pattern: ast.pattern) -> tuple[list[Definition], bool]:
        match = self._index.parents.get(owner)
        if not isinstance(match, ast.Match):
            return [], True
        if owner.guard is not None and self._guards(owner.guard, True, self._place, match):
            return [Definition(Binding.GUARDED, match, owner.guard)], False
        constants = pattern_constants(pattern)
        if constants is not None and place_of(match.subject) == self._place:
            return [Definition(Binding.MATCHED, match, ast.Tuple(elts=constants, ctx=ast.Load()))], False
        for node in ast.walk(pattern):
            if isinstance(node, ast.MatchAs | ast.MatchStar) and node.name == self._root:
                if isinstance(node, ast.MatchAs) and node is pattern:
                    return [Definition(Binding.VALUE, match, match.subject)], False
                if isinstance(node, ast.MatchAs) and node.pattern is not None:
                    bound = pattern_constants(node.pattern)
                    if bound is not None:
                        return [Definition(Binding.MATCHED, match, ast.Tuple(elts=bound, ctx=ast.Load()))], False
                return [Definition(Binding.PART, match, match.subject)], False
            if isinstance(node, ast.MatchMapping) and node.rest == self._root:
                return [Definition(Binding.PART, match, match.subject)], False
        return [], True

    def _end(self, block: list[ast.stmt], stop: int | None = None) -> tuple[list[Definition], bool]:
        """What reaches the end of a block of the file from its start, or the point before the statement at `stop`."""
        found: list[Definition] = []
        for position in reversed(self._index.bearing(block, self._root, stop)):
            here, falls = self._through(block[position])
            found.extend(here)
            if not falls:
                return found, False
        return found, True

    def _through(self, statement: ast.stmt) -> tuple[list[Definition], bool]:
        """Bindings inside a statement that reach its end, and whether one from before it can."""
        if isinstance(statement, LEAVES) or self._index.ends(statement):
            return [], False
        match statement:
            case ast.If(test=test, body=body, orelse=orelse):
                return self._if(statement, test, body, orelse)
            case ast.For() | ast.AsyncFor() | ast.While():
                found = self._inside(statement)
                if isinstance(statement, ast.For | ast.AsyncFor):
                    found += self._target(statement.target, Binding.ELEMENT, statement.iter, statement)
                    checked = self._each_checked(statement)
                    if checked and not found:
                        return checked, False
                endless = isinstance(statement, ast.While) and is_true(statement.test) and not breaks(statement)
                return [*self._end(statement.orelse)[0], *found], not endless
            case ast.With() | ast.AsyncWith():
                found, falls = self._end(statement.body)
                if any(suppresses(item.context_expr) for item in statement.items):
                    # What goes wrong inside may leave the block before any of its bindings.
                    return _unique([*found, *self._inside_block(statement.body)]), True
                if falls:
                    bound = self._items(statement)
                    return [*found, *bound], not bound
                return found, False
            case ast.Try() | ast.TryStar():
                return self._try(statement)
            case ast.Match():
                return self._match(statement)
        return self._direct(statement)

    def _each_checked(self, loop: ast.For | ast.AsyncFor) -> list[Definition]:
        """`for each in place: if each not in ALLOWED: raise`: every element has passed the test behind the loop."""
        if place_of(loop.iter) != self._place or not isinstance(loop.target, ast.Name) or loop.orelse:
            return []
        name = loop.target.id
        for statement in loop.body:
            if not isinstance(statement, ast.If) or statement.orelse:
                return []
            if not isinstance(statement.body[-1], ast.Return | ast.Raise) and not self._index.ends(statement.body[-1]):
                return []
            if self._guards(statement.test, False, name, statement):
                return [Definition(Binding.GUARDED, statement, statement.test, truth=False, place=name)]
        return []

    def _if(
        self, statement: ast.If, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt]
    ) -> tuple[list[Definition], bool]:
        found: list[Definition] = []
        falls = False
        always = self._decides(test, statement)
        for held, block in ((True, body), (False, orelse)):
            if always is not None and always is not held:
                continue
            here, open_ = self._end(block)
            found.extend(here)
            if open_ and self._guards(test, held, self._place, statement):
                found.append(Definition(Binding.GUARDED, statement, test, truth=held))
            elif open_:
                falls = True
        if falls:
            # The way on which it is empty is one of those on which it is as it was.
            found = [each for each in found if not self._empty(each, statement)]
        walrus = self._walrus(test, statement) if falls else []
        return [*found, *walrus], falls and not walrus

    def _empty(self, definition: Definition, statement: ast.If) -> bool:
        return (
            definition.binding is Binding.GUARDED
            and definition.statement is statement
            and says_empty(statement.test, definition.truth, self._place)
        )

    def _try(self, statement: ast.Try | ast.TryStar) -> tuple[list[Definition], bool]:
        last, falls = self._end(statement.finalbody)
        if not falls:
            return last, False
        found, open_ = self._end(statement.orelse)
        if open_:
            here, open_ = self._end(statement.body)
            found += here
        for handler in statement.handlers:
            here, through = self._end(handler.body)
            found.extend(here)
            if through:
                # The exception may have struck before or behind any binding of the body.
                found.extend(self._inside_block(statement.body))
                open_ = True
        return [*last, *_unique(found)], open_

    def _match(self, statement: ast.Match) -> tuple[list[Definition], bool]:
        found: list[Definition] = []
        open_ = False
        for case in statement.cases:
            here, through = self._end(case.body)
            found.extend(here)
            if through:
                entered, before = self._case(case, case.pattern)
                found.extend(entered)
                open_ = open_ or before
        last = statement.cases[-1]
        exhaustive = last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        return found, open_ or not exhaustive

    def _direct(self, statement: ast.stmt) -> tuple[list[Definition], bool]:
        """Bindings that a statement makes itself, without those of statements inside it."""
        match statement:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    bound = self._target(target, Binding.VALUE, value, statement)
                    if bound:
                        return bound, bound[0].binding is Binding.GROWN
                return self._expression(value, statement)
            case ast.AnnAssign(target=target, value=value):
                if value is not None:
                    bound = self._target(target, Binding.VALUE, value, statement)
                    if bound:
                        return bound, bound[0].binding is Binding.GROWN
                    return self._expression(value, statement)
                return [], True
            case ast.AugAssign(target=target, value=value):
                if place_of(target) == self._place:
                    return [Definition(Binding.AUGMENTED, statement, value, node=statement)], False
                return self._expression(value, statement)
            case ast.Expr(value=value) | ast.Return(value=ast.expr() as value):
                return self._expression(value, statement)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if self._growing and name != self._root:
                return self._grown_inside(statement), True
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                return ([Definition(Binding.OTHER, statement)], False) if name == self._root else ([], True)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                if any((alias.asname or alias.name.split(".")[0]) == self._root for alias in names):
                    return [Definition(Binding.OTHER, statement, node=statement)], False
            case ast.Assert(test=test) if self._guards(test, True, self._place, statement):
                return [Definition(Binding.GUARDED, statement, test)], False
            case ast.If(test=test) | ast.While(test=test) | ast.Assert(test=test):
                return self._expression(test, statement)
            case ast.For(target=target, iter=iterated) | ast.AsyncFor(target=target, iter=iterated):
                return self._target(target, Binding.ELEMENT, iterated, statement), True
            case ast.With() | ast.AsyncWith():
                return self._items(statement), True
        return [], True

    def _grown_inside(self, function: ast.stmt) -> list[Definition]:
        """What a function inside makes grow that is a variable of the one around it."""
        if not isinstance(function, FunctionNode) or self._index.binds(function, self._root):
            return []
        inside = self.anywhere(own_statements(function))
        return [each for each in inside if each.binding in (Binding.GROWN, Binding.HANDED)]

    def _expression(self, value: ast.expr, statement: ast.stmt) -> tuple[list[Definition], bool]:
        """Bindings inside an expression statement: walrus, a guarding call, a growing call."""
        found = self._walrus(value, statement)
        if found:
            return found, False
        call = value.value if isinstance(value, ast.Await) else value
        if not isinstance(call, ast.Call):
            return [], True
        if self._growing and isinstance(call.func, ast.Attribute) and call.func.attr in GROWING and call.args:
            held = call.func.value
            if place_of(held) == self._place or (groups(held) and place_of(held.value) == self._place):
                return [Definition(Binding.GROWN, statement, call)], True
        elif self._growing and isinstance(call.func, ast.Attribute) and call.func.attr == "clear" and not call.args:
            if place_of(call.func.value) == self._place:
                empty = ast.copy_location(ast.Dict(keys=[], values=[]), call)
                return [Definition(Binding.VALUE, statement, empty, node=statement)], False
        else:
            checked = (isinstance(statement, ast.Expr) or last_name(call.func) in PARSING) and self._guards(
                call, True, self._place, statement
            )
            given = (*call.args, *(keyword.value for keyword in call.keywords)) if self._growing else ()
            found = [Definition(Binding.GUARDED, statement, call)] if checked else []
            if any(place_of(each) == self._place for each in given):
                found.append(Definition(Binding.HANDED, statement, call))
            return found, not checked
        return [], True

    def _walrus(self, value: ast.expr, statement: ast.stmt) -> list[Definition]:
        if self._place not in self._index.walruses:
            return []
        return [
            Definition(Binding.VALUE, statement, node.value, node=statement)
            for node in walk_expression(value)
            if isinstance(node, ast.NamedExpr) and node.target.id == self._place
        ]

    def _items(self, statement: ast.With | ast.AsyncWith) -> list[Definition]:
        found: list[Definition] = []
        for item in statement.items:
            if item.optional_vars is not None:
                found += self._target(item.optional_vars, Binding.CONTEXT, item.context_expr, statement)
        return found

    def _target(
        self, target: ast.expr, binding: Binding, value: ast.expr, statement: ast.stmt, path: tuple[int, ...] = ()
    ) -> list[Definition]:
        """The binding of the place by one assignment target."""
        if isinstance(target, ast.Tuple | ast.List):
            for position, each in enumerate(target.elts):
                if isinstance(each, ast.Starred):
                    if place_of(each.value) == self._place:
                        return [Definition(Binding.PART, statement, value, node=statement)]
                    continue
                found = self._target(each, binding, value, statement, (*path, position))
                if found:
                    return found
            return []
        place = place_of(target)
        if place == self._place:
            return [Definition(binding, statement, value, path, node=statement)]
        if self._growing and isinstance(target, ast.Subscript) and place_of(target.value) == self._place:
            return [Definition(Binding.GROWN, statement, value)]
        if place == self._root and place != self._place:
            # The whole object is another one from here on: what its parts were before does not count.
            return [Definition(Binding.OTHER, statement, node=statement)]
        return []

    def _inside(self, owner: ast.stmt) -> list[Definition]:
        """Every binding inside a loop: any of them can be the last one when it goes round."""
        key = id(owner), self._place, self._growing
        if key not in self._index.rounds:
            bound = self._inside_block(getattr(owner, "body", []))
            self._index.rounds[key] = tuple(replace(each, loop=owner) for each in bound)
        return list(self._index.rounds[key])

    def _inside_block(self, block: list[ast.stmt]) -> list[Definition]:
        return [each for each in self.anywhere(statements_in(block)) if each.binding is not Binding.GUARDED]

    def _statement(self, node: ast.AST) -> ast.stmt:
        return self._index.statement(node) or self._index.tree.body[0]


def bindings_of(index: FileIndex, place: str, function: FunctionNode) -> list[Definition]:
    """Every binding of a place in a function, in no order."""
    return Walker(index, place, False, lambda *_: False).anywhere(own_statements(function))


def carried(index: FileIndex, place: str, definition: Definition) -> Carried | None:
    """What stands for the place as the rounds of the loop leave it that a definition is carried by: the same for all who ask."""
    loop = definition.loop
    if loop is None:
        return None
    key = id(loop), place
    if key not in index.carried:
        bound = (each.node or each.statement for each in index.rounds[id(loop), place, False])
        written = (
            node for each in bound for node in walk(each) if isinstance(node, ast.expr) and place_of(node) == place
        )
        shown = next(written, None)
        index.carried[key] = Carried(shown, loop) if shown is not None else None
    return index.carried[key]


def _unique(definitions: list[Definition]) -> list[Definition]:
    seen: set[tuple[int, int]] = set()
    kept = []
    for each in definitions:
        mark = (id(each.statement), id(each.expression))
        if mark not in seen:
            seen.add(mark)
            kept.append(each)
    return kept
