"""One syntax tree in, everything a `Summary` holds but its comments out."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeAlias, cast

from readiness.languages.python import handlers
from readiness.languages.python.annotations import ANNOTATION
from readiness.languages.python.columns import Columns
from readiness.languages.python.expressions import CONDITION, LOOP
from readiness.languages.python.shapes import (
    FunctionNode,
    catches_import,
    docstring,
    first_line,
    is_stub,
    is_wildcard,
    last_base,
    last_parameter,
    main_test,
    suppresses_import,
    typing_test,
)
from readiness.languages.python.simple import SIMPLE, SimpleStatements
from readiness.model.summary import (
    CallRef,
    Class,
    Context,
    Definition,
    Function,
    Handler,
    Value,
)

TRY = int(Context.TRY)
EXCEPT = int(Context.EXCEPT)
FINALLY = int(Context.FINALLY)
WITH_ITEM = int(Context.WITH_ITEM)
DECORATOR = int(Context.DECORATOR)


WITHIN = 10
"""`with` blocks around one call that are remembered, innermost ones."""
JUMPS = frozenset({ast.Return, ast.Raise, ast.Break, ast.Continue})
"""What follows them in the same block is never compiled, hence not executable."""


class Statements(SimpleStatements):
    """Walks statements in order of the text: blocks, definitions and what stands in them."""

    def __init__(self, columns: Columns) -> None:
        super().__init__(columns)
        self.definitions: list[Definition | None] = []
        self.handlers: list[Handler] = []
        self.main_line = 0
        self.qualname = ""

    def module(self, tree: ast.Module) -> None:
        """Walk a whole file."""
        body = tree.body
        self.body(body[1:] if docstring(body) is not None else body)
        if docstring(body) is not None:
            self.constant(body[0].value, 0)  # type: ignore[attr-defined]
        self.finish()

    def body(self, statements: list[ast.stmt]) -> None:
        """Walk the statements of one block."""
        executable = self.executable
        if statements:
            executable.begin_suite(statements[0])
        reached = -1
        for statement in statements:
            kind = type(statement)
            if kind in SIMPLE:
                executable.note(statement.lineno, statement.end_lineno or 0)
            visit = VISITS.get(kind)
            if visit is not None:
                visit(self, statement)
            if kind in JUMPS and reached < 0:
                reached = len(executable.pairs)
        if reached >= 0:
            executable.drop_after(reached)

    def branch(self, node: ast.If) -> None:
        """An `if` with its `elif`s, one after another: a long chain is no deep one."""
        context, typing_only = self.context, self.typing_only
        while True:
            self.executable.header(node, node.test)
            self.branches += 1
            self.value(node.test)
            self.context = context | CONDITION
            typing = typing_test(node.test)
            if self.scope < 0 and not self.main_line and main_test(node.test):
                self.main_line = node.lineno
            self.typing_only = typing_only or typing == "only"
            self.body(node.body)
            self.typing_only = typing_only or typing == "never"
            if len(node.orelse) != 1 or type(node.orelse[0]) is not ast.If:
                break
            node = node.orelse[0]
        self.body(node.orelse)
        self.context, self.typing_only = context, typing_only

    def loop(self, node: ast.For | ast.AsyncFor) -> None:
        self.executable.header(node, node.iter)
        self.branches += 2 if node.orelse else 1
        source = self.value(node.iter)
        context = self.context
        self.context = context | LOOP
        self.bind(node.target, "for", source)
        self.turn(node.body)
        self.context = context
        self.body(node.orelse)

    def repeat(self, node: ast.While) -> None:
        self.executable.header(node, node.test)
        self.branches += 2 if node.orelse else 1
        context = self.context
        self.context = context | LOOP
        self.value(node.test)
        self.turn(node.body)
        self.context = context
        self.body(node.orelse)

    def turn(self, body: list[ast.stmt]) -> None:
        """The body of a loop: a `break` in it leaves no `finally` around it."""
        inside = self.loops >= 0
        self.loops += inside
        self.body(body)
        self.loops -= inside

    def manage(self, node: ast.With | ast.AsyncWith) -> None:
        last = node.items[-1]
        self.executable.header(node, last.optional_vars or last.context_expr)
        within, guarded = self.within, self.guarded
        for item in node.items:
            value = self.outcome(item.context_expr, 0, WITH_ITEM)
            if type(value) is CallRef:
                self.within = (*self.within, value.index)[-WITHIN:]
                self.guarded = self.guarded or suppresses_import(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, "with", value)
        self.body(node.body)
        self.within, self.guarded = within, guarded

    def attempt(self, node: ast.Try | ast.TryStar) -> None:
        self.executable.note(node.lineno, node.lineno)
        self.branches += len(node.handlers) + bool(node.orelse)
        context, guarded = self.context, self.guarded
        if node.handlers:
            self.context = context | TRY
            self.guarded = guarded or any(catches_import(handler.type) for handler in node.handlers)
        self.body(node.body)
        self.context, self.guarded = context, guarded
        for handler in node.handlers:
            self.clause(handler, node)
        self.body(node.orelse)
        if node.finalbody:
            loops = self.loops
            self.context, self.loops = context | FINALLY, 0
            self.body(node.finalbody)
            self.context, self.loops = context, loops

    def clause(self, node: ast.ExceptHandler, guard: ast.Try | ast.TryStar) -> None:
        context = self.context
        self.executable.note(node.lineno, (node.type and node.type.end_lineno) or node.lineno)
        types: tuple[Value, ...] = ()
        if node.type is not None:
            spread = node.type.elts if type(node.type) is ast.Tuple else [node.type]
            types = self.items(spread, 0)
        self.context = context | EXCEPT
        self.handlers.append(handlers.handler(node, guard, types, self.columns, self.scope, context))
        self.body(node.body)
        self.context = context

    def match(self, node: ast.Match) -> None:
        self.executable.header(node, node.subject)
        self.branches += len(node.cases) - any(is_wildcard(case.pattern) for case in node.cases)
        subject = self.value(node.subject)
        context = self.context
        self.context = context | CONDITION
        for case in node.cases:
            self.executable.case(case, node)
            self.pattern(case.pattern, subject)
            if case.guard is not None:
                self.value(case.guard)
            self.body(case.body)
        self.context = context

    def pattern(self, pattern: ast.pattern, subject: Value) -> None:
        """Note the names a pattern captures; only a capture of the whole subject has a known value."""
        for node in ast.walk(pattern):
            kind = type(node)
            name = None
            if kind is ast.MatchAs or kind is ast.MatchStar:
                name = node.name  # type: ignore[attr-defined]
            elif kind is ast.MatchMapping:
                name = node.rest  # type: ignore[attr-defined]
                self.items(node.keys, 0)  # type: ignore[attr-defined]
            elif kind is ast.MatchValue:
                self.value(node.value)  # type: ignore[attr-defined]
            if name is not None:
                whole = node is pattern and kind is ast.MatchAs
                target = ast.Name(name, lineno=node.lineno)  # type: ignore[attr-defined]
                self.bind(target, "case", subject if whole else None)

    def define(self, node: FunctionNode) -> None:
        decorators = self.decorators(node)
        context = self.context
        parameters = self.parameters(node.args)
        self.context = context | ANNOTATION
        returns = None if node.returns is None else self.annotation(node.returns)
        self.context = context
        last = node.returns or last_parameter(node.args)
        self.executable.header(node, last)
        index = len(self.definitions)
        self.definitions.append(None)
        text = docstring(node.body)
        if text is not None:
            self.constant(node.body[0].value, 0)  # type: ignore[attr-defined]
        body = node.body if text is None else node.body[1:]
        outer = (
            self.scope, self.context, self.within, self.qualname, self.is_class, self.yielded,
            self.loops, self.outer_names, self.enclosing, self.typing_only, self.guarded, self.branches,
        )  # fmt: skip
        qualname = self.qualname + node.name
        self.enclosing = self.scope if not self.is_class else self.enclosing
        self.scope, self.context, self.within, self.qualname = index, 0, (), qualname + ".<locals>."
        self.is_class, self.yielded, self.loops, self.outer_names = False, False, -1, {}
        self.guarded, self.branches = False, 0
        self.body(body)
        generator, branches = self.yielded, self.branches
        (
            self.scope, self.context, self.within, self.qualname, self.is_class, self.yielded,
            self.loops, self.outer_names, self.enclosing, self.typing_only, self.guarded, self.branches,
        ) = outer  # fmt: skip
        self.definitions[index] = Function(
            name=node.name,
            qualname=qualname,
            scope=self.scope,
            line=node.lineno,
            column=self.column(node),
            first_line=first_line(node),
            body_line=body[0].lineno if body else node.body[0].lineno,
            end_line=node.end_lineno or node.lineno,
            asynchronous=type(node) is ast.AsyncFunctionDef,
            generator=generator,
            parameters=parameters,
            returns=returns,
            decorators=decorators,
            docstring=text or "",
            stub=is_stub(body),
            branches=branches,
        )

    def define_class(self, node: ast.ClassDef) -> None:
        decorators = self.decorators(node)
        bases = self.items(node.bases, 0)
        keywords = tuple([(keyword.arg or "", self.value(keyword.value)) for keyword in node.keywords])
        self.executable.header(node, last_base(node))
        text = docstring(node.body)
        if text is not None:
            self.constant(node.body[0].value, 0)  # type: ignore[attr-defined]
        index = len(self.definitions)
        qualname = self.qualname + node.name
        self.definitions.append(
            Class(
                name=node.name,
                qualname=qualname,
                scope=self.scope,
                line=node.lineno,
                column=self.column(node),
                first_line=first_line(node),
                end_line=node.end_lineno or node.lineno,
                bases=bases,
                keywords=keywords,
                decorators=decorators,
                docstring=text or "",
            )
        )
        outer = self.scope, self.qualname, self.is_class, self.outer_names, self.enclosing, self.loops
        self.enclosing = self.scope if not self.is_class else self.enclosing
        self.scope, self.qualname, self.is_class, self.outer_names, self.loops = index, qualname + ".", True, {}, -1
        self.body(node.body if text is None else node.body[1:])
        self.scope, self.qualname, self.is_class, self.outer_names, self.enclosing, self.loops = outer

    def decorators(self, node: FunctionNode | ast.ClassDef) -> tuple[Value, ...]:
        if not node.decorator_list:
            return ()
        context = self.context
        self.context = context | DECORATOR
        for decorator in node.decorator_list:
            self.executable.note(decorator.lineno, decorator.end_lineno or 0)
        values = tuple([self.value(decorator) for decorator in node.decorator_list])
        self.context = context
        return values

    def column(self, node: ast.stmt) -> int:
        return self.columns.characters(node.lineno, node.col_offset) + 1


Visit: TypeAlias = Callable[[Statements, ast.stmt], None]

VISITS = cast(
    "dict[type[ast.AST], Visit]",
    {
        ast.Expr: Statements.expression,
        ast.Assign: Statements.assign,
        ast.AnnAssign: Statements.annotated_assign,
        ast.AugAssign: Statements.augmented_assign,
        ast.Return: Statements.give_back,
        ast.Raise: Statements.throw,
        ast.If: Statements.branch,
        ast.For: Statements.loop,
        ast.AsyncFor: Statements.loop,
        ast.While: Statements.repeat,
        ast.With: Statements.manage,
        ast.AsyncWith: Statements.manage,
        ast.Try: Statements.attempt,
        ast.TryStar: Statements.attempt,
        ast.Match: Statements.match,
        ast.FunctionDef: Statements.define,
        ast.AsyncFunctionDef: Statements.define,
        ast.ClassDef: Statements.define_class,
        ast.Import: Statements.bring,
        ast.ImportFrom: Statements.bring_from,
        ast.Global: Statements.declare_global,
        ast.Nonlocal: Statements.declare_nonlocal,
        ast.Assert: Statements.check,
        ast.Delete: Statements.delete,
        ast.Break: Statements.jump,
        ast.Continue: Statements.jump,
    },
)

if hasattr(ast, "TypeAlias"):
    VISITS[ast.TypeAlias] = Statements.alias
