"""One statement of one logical line in, what it binds, brings in, gives back and raises out."""

from __future__ import annotations

import ast

from readiness.languages.python.annotations import Annotations
from readiness.languages.python.columns import Columns
from readiness.languages.python.executable import ExecutableLines
from readiness.languages.python.values import MORE, SHARED, light
from readiness.model.summary import Context, Import, Raise, Return

DISCARDED = int(Context.DISCARDED)
RETURNED = int(Context.RETURNED)

AUGMENTED: dict[type[ast.AST], str] = {
    ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*=", ast.Div: "/=", ast.FloorDiv: "//=", ast.Mod: "%=", ast.Pow: "**=",
    ast.MatMult: "@=", ast.LShift: "<<=", ast.RShift: ">>=", ast.BitOr: "|=", ast.BitXor: "^=", ast.BitAnd: "&=",
}  # fmt: skip
SIMPLE = {
    ast.Expr, ast.Assign, ast.AugAssign, ast.Return, ast.Raise, ast.Assert, ast.Delete, ast.Pass, ast.Break, ast.Continue,
    ast.Import, ast.ImportFrom,
}  # fmt: skip
"""Statements of one logical line that are always executable."""

if hasattr(ast, "TypeAlias"):
    SIMPLE.add(ast.TypeAlias)


class SimpleStatements(Annotations):
    """Reads the statements that hold no others."""

    def __init__(self, columns: Columns) -> None:
        super().__init__(columns)
        self.imports: list[Import] = []
        self.raises: list[Raise] = []
        self.executable = ExecutableLines(columns)
        self.finally_exits: list[int] = []
        self.is_class = False
        """The walk stands directly in a class body."""
        self.enclosing = -1
        """The function around the present one, whose names a `nonlocal` means; -1 without one."""
        self.typing_only = False
        self.guarded = False
        self.loops = -1
        """Loops opened inside the innermost `finally` of this function; -1 outside any."""

    def expression(self, node: ast.Expr) -> None:
        self.outcome(node.value, 0, DISCARDED)

    def assign(self, node: ast.Assign) -> None:
        value = self.value(node.value)
        for place, target in enumerate(node.targets):
            self.bind(target, "=", value)
            if place == 0 and len(node.targets) > 1:
                value = light(value)
            elif place == SHARED:
                value = MORE

    def annotated_assign(self, node: ast.AnnAssign) -> None:
        if node.value is not None or self.in_class_or_module():
            self.executable.note(node.lineno, node.end_lineno or 0)
        annotation = self.annotation(node.annotation)
        value = None if node.value is None else self.value(node.value)
        self.bind(node.target, "declare" if node.value is None else "=", value, annotation=annotation)

    def in_class_or_module(self) -> bool:
        return self.scope < 0 or self.is_class

    def augmented_assign(self, node: ast.AugAssign) -> None:
        self.bind(node.target, AUGMENTED[type(node.op)], self.value(node.value))

    def alias(self, node: ast.stmt) -> None:
        """`type X = ...` of Python 3.12, as the lowering writes it: an assignment."""
        self.bind(node.name, "=", self.value(node.value))  # type: ignore[attr-defined]

    def give_back(self, node: ast.Return) -> None:
        if self.loops >= 0:
            self.finally_exits.append(node.lineno)
        value = None
        if node.value is not None:
            context = self.context
            self.context = context | RETURNED
            value = self.value(node.value)
            self.context = context
        self.returns.append(Return(value, node.lineno, self.scope, False, self.context))

    def throw(self, node: ast.Raise) -> None:
        value = None if node.exc is None else self.value(node.exc)
        if node.cause is not None:
            self.value(node.cause)
        self.raises.append(Raise(value, node.lineno, self.scope, self.context))

    def jump(self, node: ast.stmt) -> None:
        if self.loops == 0:
            self.finally_exits.append(node.lineno)

    def check(self, node: ast.Assert) -> None:
        branches = self.branches
        self.value(node.test)
        if node.msg is not None:
            self.value(node.msg)
        # One way, whatever its condition is made of.
        self.branches = branches + 1

    def delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.bind(target, "del", None)

    def declare_global(self, node: ast.Global) -> None:
        self.outer_names.update(dict.fromkeys(node.names, -1))

    def declare_nonlocal(self, node: ast.Nonlocal) -> None:
        self.outer_names.update(dict.fromkeys(node.names, self.enclosing))

    def bring(self, node: ast.Import) -> None:
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            self.imports.append(
                Import(alias.name, "", bound, 0, self.scope, node.lineno, self.typing_only, self.guarded)
            )

    def bring_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.imports.append(
                Import(
                    node.module or "",
                    alias.name,
                    alias.asname or alias.name,
                    node.level,
                    self.scope,
                    node.lineno,
                    self.typing_only,
                    self.guarded,
                )
            )
