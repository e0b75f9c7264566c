"""One node of a syntax tree in; what it names, the statements inside it and what they bind out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readiness.languages.python.walking import children, walk

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


class Carried(ast.expr):
    """A place as the rounds of a loop leave it: any of the bindings inside."""

    _fields = ()

    def __init__(self, shown: ast.expr, loop: ast.stmt) -> None:
        super().__init__()
        self.shown = shown
        self.loop = loop


def place_of(node: ast.expr) -> str:
    """What names the place an expression reads: `x`, `self.x`, `row['id']`; empty where it is no place."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = place_of(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        owner = place_of(node.value)
        return f"{owner}[{node.slice.value!r}]" if owner else ""
    return ""


def asked(test: ast.expr) -> Iterator[ast.expr]:
    """What a test asks in the end, `not`, `and` and `or` taken away, and what it compares."""
    match test:
        case ast.UnaryOp(operand=operand):
            yield from asked(operand)
        case ast.BoolOp(values=values) | ast.Call(func=ast.Name(id="bool"), args=values):
            for each in values:
                yield from asked(each)
        case ast.Compare(left=left) | ast.NamedExpr(value=left):
            yield from asked(left)
        case _:
            yield test


def written_number(node: ast.expr | None) -> int | None:
    """A whole number as written, `2` or `-1`; None for anything else."""
    match node:
        case ast.Constant(value=int(number)):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return -number
    return None


def root_of(node: ast.expr) -> ast.expr:
    """What a chain of attributes, subscripts, awaits and method calls starts at."""
    at = node
    while True:
        if isinstance(at, ast.Attribute | ast.Subscript | ast.Await | ast.Starred):
            at = at.value
        elif isinstance(at, ast.Call) and isinstance(at.func, ast.Attribute):
            at = at.func.value
        else:
            return at


def names_in(statement: ast.stmt) -> set[str]:
    """Every name that a statement reads or binds, at any depth."""
    found: set[str] = set()
    for node in walk(statement):
        match node:
            case ast.Name(id=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=asname):
                found.add(asname or name.partition(".")[0])
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                found.update(names)
    return found


def own_statements(function: FunctionNode) -> Iterator[ast.stmt]:
    """Every statement of a function's body, without those of functions and classes inside it."""
    return statements_in(function.body)


def statements_in(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement of a block and of the blocks inside it, without those of functions and classes, in order."""
    waiting: list[ast.AST] = list(reversed(block))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
            if isinstance(node, FunctionNode | ast.ClassDef):
                continue
        for field in BLOCKS:
            inner = getattr(node, field, None)
            if isinstance(inner, list):
                waiting.extend(reversed(inner))


def local_names(function: FunctionNode) -> frozenset[str]:
    """What the statements of a function bind for it, parameters apart."""
    bound: set[str] = set()
    elsewhere: set[str] = set()
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
                continue
            case ast.Lambda():
                continue
            case ast.comprehension():
                waiting.extend(each for each in walk(node) if isinstance(each, ast.NamedExpr))
                continue
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                elsewhere.update(names)
            case ast.Name(id=name, ctx=ast.Store()):
                bound.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                bound.update(alias.asname or alias.name.partition(".")[0] for alias in aliases)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                bound.add(name)
            case ast.MatchMapping(rest=str(name)):
                bound.add(name)
        waiting.extend(children(node))
    return frozenset(bound - elsewhere)
