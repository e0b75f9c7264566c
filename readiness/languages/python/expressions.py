"""Expressions of one syntax tree in, `Value`s and `Call`s out.

Recursion is bounded here, not by the interpreter: whatever is nested too deeply becomes `Opaque("deep")` and is walked
later from the top, so that its calls are recorded all the same.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeAlias, cast

from readiness.languages.python.columns import Columns
from readiness.languages.python.names import dotted
from readiness.languages.python.values import (
    BYTES,
    DEEP,
    DEPTH,
    ELLIPSIS,
    FALSE,
    ITEMS,
    LAMBDA,
    MORE,
    NONE,
    OPERATORS,
    REST,
    SHARED,
    TEXT,
    TOTAL_DEPTH,
    TRUE,
    UNPACKING,
    YIELD,
    light,
    text_value,
)
from readiness.model.summary import (
    Assignment,
    Call,
    CallRef,
    Choice,
    Comprehension,
    Constant,
    Context,
    Mapping,
    Member,
    Name,
    Opaque,
    Operation,
    Return,
    Sequence,
    Starred,
    Subscript,
    Template,
    Value,
)

AWAITED = int(Context.AWAITED)
LOOP = int(Context.LOOP)
CONDITION = int(Context.CONDITION)
COMPREHENSION = int(Context.COMPREHENSION)

NAME = ast.Name
COMPREHENSIONS = {ast.ListComp: "list", ast.SetComp: "set", ast.GeneratorExp: "generator", ast.DictComp: "dict"}

State: TypeAlias = tuple[int, int, tuple[int, ...]]


class Expressions:
    """Turns expressions into values and collects what it meets on the way.

    `scope`, `context` and `within` say where the walk stands; whoever walks statements sets them.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.calls: list[Call] = []
        self.assignments: list[Assignment] = []
        self.returns: list[Return] = []
        self.hashes: list[tuple[int, int, int, int]] = []
        """Spans (as `ast` gives them) of strings with a `#` in them, which is no comment."""
        self.scope = -1
        self.context = 0
        self.within: tuple[int, ...] = ()
        self.yielded = False
        self.branches = 0
        """Decisions of the present function so far."""
        self.outer_names: dict[str, int] = {}
        """Names declared `global` or `nonlocal` in the present function, with the scope they belong to."""
        self.limit = DEPTH
        self.unpacking = 0
        self.unpacked = 0
        self.deferred: list[tuple[ast.expr, State]] = []
        self.names: dict[str, Name] = {}

    def value(self, node: ast.expr, depth: int = 0) -> Value:
        """The value of one expression."""
        kind = type(node)
        if kind is NAME:
            known = self.names.get(node.id)  # type: ignore[attr-defined]
            return known if known is not None else self.name(node, depth)  # type: ignore[arg-type]
        if depth > self.limit:
            self.deferred.append((node, (self.scope, self.context, self.within)))
            return DEEP
        visit = VISITS.get(kind)
        return visit(self, node, depth) if visit is not None else Opaque(kind.__name__)

    def finish(self) -> None:
        """Walk what was put off because of its depth."""
        while self.deferred:
            node, (self.scope, self.context, self.within) = self.deferred.pop()
            self.limit = DEPTH
            self.value(node)

    def name(self, node: ast.Name, depth: int) -> Value:
        known = self.names[node.id] = Name(node.id)
        return known

    def constant(self, node: ast.Constant, depth: int) -> Value:
        value = node.value
        if type(value) is str:
            if "#" in value:
                self.mark_hash(node)
            if len(value) <= TEXT and value.isascii():
                return Constant(value)
            return text_value(value)
        if value is None:
            return NONE
        if type(value) is bool:
            return TRUE if value else FALSE
        if type(value) is int:
            return Constant(value) if -(2**63) <= value < 2**63 else Opaque("int")
        if type(value) is float:
            return Constant(value)
        if type(value) is bytes:
            if b"#" in value:
                self.mark_hash(node)
            return BYTES
        return ELLIPSIS if value is ... else Opaque(type(value).__name__)

    def mark_hash(self, node: ast.expr) -> None:
        end_line, end_column = node.end_lineno, node.end_col_offset
        if end_line is not None and end_column is not None:
            self.hashes.append((node.lineno, node.col_offset, end_line, end_column))

    def attribute(self, node: ast.Attribute, depth: int) -> Value:
        inner = node.value
        if type(inner) is NAME:
            path = f"{inner.id}.{node.attr}"
            known = self.names.get(path)
            if known is None:
                known = self.names[path] = Name(path)
            return known
        path = dotted(node)
        if path:
            known = self.names[path] = self.names.get(path) or Name(path)
            return known
        names = [node.attr]
        while type(inner) is ast.Attribute:
            names.append(inner.attr)
            inner = inner.value
        value = self.value(inner, depth + len(names))
        for name in reversed(names):
            value = Member(value, name)
        return value if depth + len(names) <= self.limit else DEEP

    def call(self, node: ast.Call, depth: int, mark: int = 0) -> Value:
        if depth > TOTAL_DEPTH:
            self.deferred.append((node, (self.scope, self.context, self.within)))
            return DEEP
        outer = self.limit
        self.limit = depth + DEPTH
        below = depth + 1
        callee = self.value(node.func, below)
        arguments: list[Value] = []
        for argument in node.args:
            arguments.append(self.value(argument, below))  # noqa: PERF401 -- no frame of a comprehension, a tenth of the walk
        keywords: list[tuple[str, Value]] = []
        for keyword in node.keywords:
            keywords.append((keyword.arg or "", self.value(keyword.value, below)))  # noqa: PERF401
        self.limit = outer
        return self.record(node, callee, tuple(arguments), tuple(keywords), mark)

    def record(
        self,
        node: ast.expr,
        callee: Value,
        arguments: tuple[Value, ...],
        keywords: tuple[tuple[str, Value], ...] = (),
        mark: int = 0,
    ) -> CallRef:
        """Note one call at the node's place."""
        line, end_line = node.lineno, node.end_lineno or node.lineno
        column, end_column = node.col_offset, node.end_col_offset or 0
        if not self.columns.plain:
            column = self.columns.characters(line, column)
            end_column = self.columns.characters(end_line, end_column)
        context = self.context | mark
        self.calls.append(
            Call(
                callee,
                arguments,
                keywords,
                line,
                column + 1,
                end_line,
                end_column + 1,
                self.scope,
                context,
                self.within,
            )
        )
        return CallRef(len(self.calls) - 1)

    def subscript(self, node: ast.Subscript, depth: int) -> Value:
        value = self.value(node.value, depth + 1)
        return Subscript(value, self.value(node.slice, depth + 1))

    def sequence(self, node: ast.List | ast.Tuple | ast.Set, depth: int) -> Value:
        return Sequence(type(node).__name__.lower(), self.items(node.elts, depth + 1))

    def items(self, nodes: list[ast.expr], depth: int) -> tuple[Value, ...]:
        """The values of a display, cut after `ITEMS`; every item is walked."""
        values = [self.value(node, depth) for node in nodes]
        if len(values) > ITEMS:
            values[ITEMS:] = [MORE]
        return tuple(values)

    def mapping(self, node: ast.Dict, depth: int) -> Value:
        below = depth + 1
        keys: list[Value | None] = []
        values: list[Value] = []
        for key, value in zip(node.keys, node.values, strict=True):
            keys.append(None if key is None else self.value(key, below))
            values.append(self.value(value, below))
        if len(values) > ITEMS:
            keys[ITEMS:] = [MORE]
            values[ITEMS:] = [MORE]
        return Mapping(tuple(keys), tuple(values))

    def template(self, node: ast.JoinedStr, depth: int) -> Value:
        return Template(self.items(node.values, depth + 1))

    def formatted(self, node: ast.FormattedValue, depth: int) -> Value:
        value = self.value(node.value, depth)
        if node.format_spec is not None:
            self.value(node.format_spec, depth + 1)
        return value

    def binary(self, node: ast.BinOp, depth: int) -> Value:
        """A chain of one operator that groups to the left is one operation: `a + b + c` has three operands."""
        kind = type(node.op)
        operands = [node.right]
        left = node.left
        if kind is not ast.Pow:
            while type(left) is ast.BinOp and type(left.op) is kind:
                operands.append(left.right)
                left = left.left
        operands.append(left)
        operands.reverse()
        return Operation(OPERATORS[kind], self.items(operands, depth + 1))

    def boolean(self, node: ast.BoolOp, depth: int) -> Value:
        self.branches += len(node.values) - 1
        return Operation(OPERATORS[type(node.op)], self.items(node.values, depth + 1))

    def comparison(self, node: ast.Compare, depth: int) -> Value:
        operands = self.items([node.left, *node.comparators], depth + 1)
        return Operation(" ".join([OPERATORS[type(operator)] for operator in node.ops[:ITEMS]]), operands)

    def unary(self, node: ast.UnaryOp, depth: int) -> Value:
        value = self.value(node.operand, depth + 1)
        if type(node.op) is ast.USub and type(value) is Constant and type(value.value) in (int, float):
            return Constant(-value.value)  # type: ignore[operator]
        return Operation(OPERATORS[type(node.op)], (value,))

    def choice(self, node: ast.IfExp, depth: int) -> Value:
        below = depth + 1
        self.branches += 1
        test = self.value(node.test, below)
        context = self.context
        self.context = context | CONDITION
        yes = self.value(node.body, below)
        no = self.value(node.orelse, below)
        self.context = context
        return Choice(test, yes, no)

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, depth: int) -> Value:
        below = depth + 1
        context = self.context
        sources: list[Value] = []
        for generator in node.generators:
            self.branches += 1 + len(generator.ifs)
            source = self.value(generator.iter, below)
            sources.append(source)
            self.context = context | LOOP | COMPREHENSION
            self.bind(generator.target, "for", light(source))
            for test in generator.ifs:
                self.value(test, below)
        if type(node) is ast.DictComp:
            self.value(node.key, below)
            element = self.value(node.value, below)
        else:
            element = self.value(node.elt, below)  # type: ignore[union-attr]
        self.context = context
        return Comprehension(COMPREHENSIONS[type(node)], element, tuple(sources[:ITEMS]))

    def starred(self, node: ast.Starred, depth: int) -> Value:
        return Starred(self.value(node.value, depth + 1))

    def awaited(self, node: ast.Await, depth: int) -> Value:
        return self.outcome(node, depth, 0)

    def outcome(self, node: ast.expr, depth: int, mark: int) -> Value:
        """The value of an expression whose own call, awaited or not, carries these bits of context."""
        while type(node) is ast.Await:
            mark |= AWAITED
            node = node.value
        return self.call(node, depth, mark) if type(node) is ast.Call else self.value(node, depth)

    def function(self, node: ast.Lambda, depth: int) -> Value:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.value(default, depth + 1)
        yielded = self.yielded
        self.value(node.body, depth + 1)
        self.yielded = yielded
        return LAMBDA

    def walrus(self, node: ast.NamedExpr, depth: int) -> Value:
        value = self.value(node.value, depth)
        self.bind(node.target, ":=", light(value))
        return value

    def produce(self, node: ast.Yield | ast.YieldFrom, depth: int) -> Value:
        value = None if node.value is None else self.value(node.value, depth + 1)
        if value is not None and type(node) is ast.YieldFrom:
            value = Starred(value)
        self.yielded = True
        self.returns.append(Return(value, node.lineno, self.scope, True, self.context))
        return YIELD

    def slice(self, node: ast.Slice, depth: int) -> Value:
        below = depth + 1
        ends = [NONE if end is None else self.value(end, below) for end in (node.lower, node.upper)]
        if node.step is not None:
            ends.append(self.value(node.step, below))
        return Operation(":", tuple(ends))

    def bind(
        self, target: ast.expr, operator: str, value: Value | None, position: int = -1, annotation: Value | None = None
    ) -> None:
        """Note what a target binds; an unpacked tuple binds each of its names."""
        kind = type(target)
        if kind is NAME:
            name = target.id  # type: ignore[attr-defined]
        elif kind is ast.Attribute:
            name = dotted(target)
            if not name:
                self.value(target)
                return
        elif kind is ast.Tuple or kind is ast.List:
            self.unpack(target.elts, operator, value, position)  # type: ignore[attr-defined]
            return
        elif kind is ast.Subscript:
            inner = target
            while type(inner) is ast.Subscript:
                self.value(inner.slice)
                inner = inner.value
            name = dotted(inner)
            if not name:
                self.value(inner)
                return
            name += "[]"
        else:
            self.value(target)
            return
        scope = self.outer_names.get(name, self.scope) if self.outer_names else self.scope
        self.assignments.append(
            Assignment(name, operator, value, annotation, position, target.lineno, scope, self.context)
        )

    def unpack(self, targets: list[ast.expr], operator: str, value: Value | None, position: int) -> None:
        if position >= 0 and value is not None:
            value = Subscript(value, Constant(position))
        if self.unpacking > UNPACKING:
            for target in targets:
                self.value(target, self.limit + 1)
            return
        if self.unpacking == 0:
            self.unpacked = 0
            value = None if value is None else light(value)
        self.unpacking += 1
        after_star = False
        for place, target in enumerate(targets):
            self.unpacked += 1
            if self.unpacked > SHARED and value is not None:
                value = MORE
            if type(target) is ast.Starred:
                after_star = True
                self.bind(target.value, operator, REST)
            elif after_star:
                from_end = Constant(place - len(targets))
                self.bind(target, operator, None if value is None else Subscript(value, from_end))
            else:
                self.bind(target, operator, value, place)
        self.unpacking -= 1


Visit: TypeAlias = Callable[[Expressions, ast.expr, int], Value]

VISITS = cast(
    "dict[type[ast.AST], Visit]",
    {
        ast.Name: Expressions.name,
        ast.Constant: Expressions.constant,
        ast.Attribute: Expressions.attribute,
        ast.Call: Expressions.call,
        ast.Subscript: Expressions.subscript,
        ast.List: Expressions.sequence,
        ast.Tuple: Expressions.sequence,
        ast.Set: Expressions.sequence,
        ast.Dict: Expressions.mapping,
        ast.JoinedStr: Expressions.template,
        ast.FormattedValue: Expressions.formatted,
        ast.BinOp: Expressions.binary,
        ast.BoolOp: Expressions.boolean,
        ast.Compare: Expressions.comparison,
        ast.UnaryOp: Expressions.unary,
        ast.IfExp: Expressions.choice,
        ast.ListComp: Expressions.comprehension,
        ast.SetComp: Expressions.comprehension,
        ast.GeneratorExp: Expressions.comprehension,
        ast.DictComp: Expressions.comprehension,
        ast.Starred: Expressions.starred,
        ast.Await: Expressions.awaited,
        ast.Lambda: Expressions.function,
        ast.NamedExpr: Expressions.walrus,
        ast.Yield: Expressions.produce,
        ast.YieldFrom: Expressions.produce,
        ast.Slice: Expressions.slice,
    },
)
