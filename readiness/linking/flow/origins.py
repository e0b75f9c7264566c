"""What a place was bound to: a name, an attribute or a variable of a module in, the one expression that it is out."""

from __future__ import annotations

import ast

from readiness.linking.flow.definitions import Binding
from readiness.linking.flow.nodes import FunctionNode, place_of
from readiness.linking.flow.reader import At, Bound, Lazy, Reader
from readiness.linking.flow.types import assignment_of
from readiness.model import Symbol, SymbolKind

MOST_HOPS = 12
ORIGINAL = (Binding.VALUE, Binding.CONTEXT)


def origin_of(reader: Reader, expression: ast.expr, at: At) -> Lazy | None:
    """The one expression that a place was bound to, through names and modules."""
    for _ in range(MOST_HOPS):
        if isinstance(expression, ast.Await):
            expression = expression.value
            continue
        place = place_of(expression)
        if not place:
            return Lazy(expression, at)
        step = _step(reader, expression, place, at)
        if step is None:
            return None
        expression, at = step.expression, step.at
    return None


def _step(reader: Reader, expression: ast.expr, place: str, at: At) -> Lazy | None:
    """One hop from a place to what it was bound to."""
    root = place.split(".", 1)[0].split("[", 1)[0]
    for local in reversed(at.local):
        if isinstance(local, Bound) and local.name == root:
            return local.element if place == root and isinstance(local.element, Lazy) else None
    reached = reader.definitions(place, at)
    bound = [each for each in reached.definitions if each.binding is not Binding.OTHER]
    if bound:
        only = bound[0]
        if len(bound) > 1 or reached.falls or only.binding not in ORIGINAL or only.path or only.expression is None:
            return None
        return Lazy(only.expression, At(at.path, only.statement, frame=at.frame))
    if at.frame is not None and isinstance(expression, ast.Name) and expression.id in at.frame.arguments:
        index = reader.index(at.path)
        if index is not None and index.scope_owner(at.statement) is at.frame.function:
            return at.frame.arguments[expression.id]
    if isinstance(expression, ast.Name):
        index = reader.index(at.path)
        owner = index.scope_owner(at.statement) if index is not None else None
        if isinstance(owner, FunctionNode) and any(each.arg == expression.id for each in _parameters(owner)):
            return None
        outer = reader.outer(expression.id, at)
        if outer is not None:
            return Lazy(expression, outer)
    symbol = reader.symbol(expression, at)
    return reader.assigned(symbol) if symbol is not None else None


def assigned_expression(reader: Reader, symbol: Symbol) -> Lazy | None:
    """The expression that a variable of some module or class is bound to, where it is bound once."""
    if symbol.kind is not SymbolKind.VARIABLE or symbol.rest:
        return None
    assignment = assignment_of(reader.code, symbol)
    index = reader.index(symbol.path)
    if assignment is None or index is None:
        return None
    for statement in index.statements.get(assignment.line, ()):
        if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign) or statement.value is None:
            continue
        owner = index.scope_owner(statement)
        if isinstance(owner, ast.Module):
            name = ast.Name(id=assignment.target, ctx=ast.Load())
            ast.copy_location(name, statement)
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if (
                not any(place_of(target) == assignment.target for target in targets)
                or assignment.target in index.rebound
            ):
                return None
            return Lazy(name, At(symbol.path, index.tree.body[-1], end=True))
        if isinstance(statement, ast.AugAssign):
            return None
        return Lazy(statement.value, At(symbol.path, statement))
    return None


def _parameters(function: FunctionNode) -> list[ast.arg]:
    given = function.args
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *(each for each in (given.vararg, given.kwarg) if each)]
