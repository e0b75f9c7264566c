"""One syntax node in, the answer to one question about it out."""

from __future__ import annotations

import ast
from typing import TypeAlias

from readiness.languages.python.names import dotted
from readiness.languages.python.values import clean

IMPORT_FAILURES = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
DOCSTRING = 200

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def first_line(node: FunctionNode | ast.ClassDef) -> int:
    return node.decorator_list[0].lineno if node.decorator_list else node.lineno


def last_parameter(arguments: ast.arguments) -> ast.expr | ast.arg | None:
    """The part of a parameter list that ends last."""
    found: list[ast.expr | ast.arg] = [
        default for default in (*arguments.defaults, *arguments.kw_defaults) if default is not None
    ]
    every = (*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg)
    found += [argument for argument in every if argument is not None]
    return max(found, key=lambda node: node.end_lineno or 0, default=None)


def last_base(node: ast.ClassDef) -> ast.expr | None:
    found = [*node.bases, *[keyword.value for keyword in node.keywords]]
    return max(found, key=lambda base: base.end_lineno or 0, default=None)


def docstring(body: list[ast.stmt]) -> str | None:
    """The first line of a docstring, None without one."""
    first = body[0] if body else None
    if type(first) is ast.Expr and type(first.value) is ast.Constant and type(first.value.value) is str:
        return clean(first.value.value.strip().partition("\n")[0].strip()[:DOCSTRING])
    return None


def is_stub(body: list[ast.stmt]) -> bool:
    """Nothing but `pass`, `...`, texts and `raise NotImplementedError` stands in the body."""
    for statement in body:
        kind = type(statement)
        if kind is ast.Pass:
            continue
        if kind is ast.Expr and type(statement.value) is ast.Constant:  # type: ignore[attr-defined]
            continue
        if kind is ast.Raise:
            raised = statement.exc  # type: ignore[attr-defined]
            if dotted(raised.func if type(raised) is ast.Call else raised) == "NotImplementedError":
                continue
        return False
    return True


def typing_test(test: ast.expr) -> str:
    """What `if` asks about type checking: `only` in its body, `never` (only in its `else`), or nothing."""
    negated = type(test) is ast.UnaryOp and type(test.op) is ast.Not
    name = dotted(test.operand if negated else test)  # type: ignore[attr-defined]
    if name.rpartition(".")[2] != "TYPE_CHECKING":
        return ""
    return "never" if negated else "only"


def main_test(test: ast.expr) -> bool:
    if type(test) is not ast.Compare or len(test.ops) != 1 or type(test.ops[0]) is not ast.Eq:
        return False
    sides = (test.left, test.comparators[0])
    names = {dotted(side) for side in sides}
    return "__name__" in names and any(type(side) is ast.Constant and side.value == "__main__" for side in sides)


def catches_import(caught: ast.expr | None) -> bool:
    """The clause catches a failed import."""
    if caught is None:
        return True
    types = caught.elts if type(caught) is ast.Tuple else [caught]
    return any(dotted(one).rpartition(".")[2] in IMPORT_FAILURES for one in types)


def suppresses_import(manager: ast.expr) -> bool:
    """It is `contextlib.suppress(ImportError)`."""
    return (
        type(manager) is ast.Call
        and dotted(manager.func).rpartition(".")[2] == "suppress"
        and any(catches_import(one) for one in manager.args)
    )


def is_wildcard(pattern: ast.pattern) -> bool:
    """The pattern `_` or a bare name, which always matches."""
    return type(pattern) is ast.MatchAs and pattern.pattern is None
