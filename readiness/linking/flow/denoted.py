"""What names denote where value flow reads them: a name, a call or an object in; the symbol, the class or the place of it out."""

from __future__ import annotations

import ast

from readiness.languages.python.names import dotted
from readiness.linking.flow.declared import first_annotated
from readiness.linking.flow.nodes import FunctionNode
from readiness.linking.flow.reader import At, Bound, Reader
from readiness.model import Symbol, SymbolKind
from readiness.model.summary import CallRef, Name, Value


def place_outside(reader: Reader, name: str, at: At) -> At | None:
    """Where a name that the function does not bind is to be read."""
    index = reader.index(at.path)
    if index is None or not index.tree.body:
        return None
    owner = index.scope_owner(at.statement)
    if isinstance(owner, ast.ClassDef):
        return At(at.path, owner, frame=at.frame)
    if not isinstance(owner, FunctionNode):
        return None
    around: ast.AST = owner
    above = index.scope_owner(around)
    while isinstance(above, ast.ClassDef):
        # Methods do not see the names of their class.
        around, above = above, index.scope_owner(above)
    if isinstance(above, FunctionNode) and isinstance(around, ast.stmt):
        return At(at.path, around)
    return None if name in index.rebound else At(at.path, index.tree.body[-1], end=True)


def symbol_of(reader: Reader, expression: ast.expr, at: At) -> Symbol | None:
    """What a dotted name denotes, None for any other expression."""
    name = dotted(expression)
    index = reader.index(at.path)
    if not name or index is None:
        return None
    root = name.partition(".")[0]
    if any(isinstance(local, Bound) and local.name == root for local in at.local):
        return None
    symbol = reader.code.resolve(at.path, name, index.scope(at.statement), 0 if at.end else at.statement.lineno)
    return None if symbol.kind is SymbolKind.UNKNOWN else symbol


def callee_of(reader: Reader, call: ast.Call, at: At) -> Symbol | None:
    """What a call calls, None where that is not known."""
    index = reader.index(at.path)
    function = index.scope_owner(at.statement) if index is not None and isinstance(call.func, ast.Name) else None
    if isinstance(function, FunctionNode) and isinstance(call.func, ast.Name) and _takes(function, call.func.id):
        # What a function is handed, this call of it says: `convert(part)` with `convert=int`.
        bound = at.frame.arguments.get(call.func.id) if at.frame is not None and at.frame.function is function else None
        return reader.symbol(bound.expression, bound.at) if bound is not None else None
    number = index.call_number(call) if index is not None else -1
    if number >= 0:
        symbol = reader.code.callee(at.path, number)
        if symbol.kind is not SymbolKind.UNKNOWN:
            return symbol
    return reader.symbol(call.func, at)


def _takes(function: FunctionNode, name: str) -> bool:
    """The name is a parameter of the function, other than the object or class itself."""
    given = [each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    return name in given and name not in ("self", "cls")


def class_of(reader: Reader, expression: ast.expr, at: At) -> Symbol | None:
    """The class of the object that an expression is, None where that is not known."""
    index = reader.index(at.path)
    if index is None:
        return None
    while isinstance(expression, ast.Await):
        expression = expression.value
    value: Value
    name = dotted(expression)
    if name:
        root = name.partition(".")[0]
        if any(isinstance(local, Bound) and local.name == root for local in at.local):
            return None
        written = first_annotated(index, root, at) if name == root else ""
        if written:
            # A method that is called on its class and has no `self`.
            symbol = reader.code.resolve(at.path, written, index.scope(at.statement))
            return None if symbol.kind is SymbolKind.UNKNOWN else symbol
        value = Name(name)
    elif isinstance(expression, ast.Call) and (number := index.call_number(expression)) >= 0:
        value = CallRef(number)
    else:
        return None
    symbol = reader.code.type_of(at.path, value, index.scope(at.statement), 0 if at.end else at.statement.lineno)
    return None if symbol.kind is SymbolKind.UNKNOWN else symbol
