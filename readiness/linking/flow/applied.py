"""What text a call of a function that is a value gives: a call in, the text of each function that it can be out.

A table that is looked up by its own method, a method that is called on its class, a lambda, a function that a table holds or that
the callers of the function around it pass.
"""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.linking.flow.definitions import Binding
from readiness.linking.flow.methods import methods_named
from readiness.linking.flow.nodes import FunctionNode
from readiness.linking.flow.parts import values_under
from readiness.linking.flow.pieces import Flow, union
from readiness.linking.flow.reader import At, Bound, Choice, Element, Known, Lazy, Parts, Reader
from readiness.linking.flow.returns import returned_text
from readiness.model import Symbol, SymbolKind
from readiness.model.summary import Function as Definition

MOST_FUNCTIONS = 16
DEEPEST = 4
Function = Symbol | Lazy
"""A function of the project, or a lambda where it stands."""


def looked_up_by_method(reader: Reader, call: ast.Call, func: ast.Attribute, at: At) -> Flow | None:
    """`TABLE.__getitem__(key)`, as it is handed to `map`; `str.lower(text)`."""
    if func.attr == "__getitem__" and len(call.args) == 1:
        made = ast.Subscript(value=func.value, slice=call.args[0], ctx=ast.Load())
        return reader.text(ast.copy_location(made, call), at)
    if isinstance(func.value, ast.Name) and func.value.id == "str" and call.args:
        symbol = reader.symbol(func.value, at)
        if symbol is not None and symbol.kind is SymbolKind.BUILTIN:
            method = ast.copy_location(ast.Attribute(value=call.args[0], attr=func.attr, ctx=ast.Load()), call)
            made_ = ast.Call(func=method, args=call.args[1:], keywords=call.keywords)
            return reader.text(ast.copy_location(made_, call), at)
    return None


def applied_text(reader: Reader, call: ast.Call, at: At) -> Flow | None:
    """A call of what a name, a table or a parameter holds; None unless every function that it can be is known."""
    functions = _functions(reader, call.func, at, DEEPEST)
    if not functions:
        return None
    flows = []
    for each in functions:
        flow = _lambda_text(reader, call, each, at) if isinstance(each, Lazy) else returned_text(reader, call, each, at)
        if flow is None:
            return None
        flows.append(flow)
    return union(flows)


def text_by_name(reader: Reader, call: ast.Call, name: str, at: At) -> Flow | None:
    """A method of an object whose class is not known, where few classes of the project have one of that name."""
    flows = [
        returned_text(reader, call, each, at)
        for each in methods_named(reader.code, name)
        if _can_be(reader, each, call)
    ]
    # A method that is being followed already adds nothing to what it gives.
    known = [flow for flow in flows if flow is not None]
    told = any(flow.alternatives for flow in known) and len(known) == len(flows)
    return replace(union(known), complete=False) if told else None


def _can_be(reader: Reader, method: Symbol, call: ast.Call) -> bool:
    """A call passes what a method needs, and no more than it takes."""
    summary = reader.code.summary(method.path)
    definition = summary.definitions[method.index] if summary is not None else None
    if not isinstance(definition, Definition) or any(isinstance(each, ast.Starred) for each in call.args):
        return True
    kinds = {each.kind for each in definition.parameters}
    given = [each for each in definition.parameters if each.kind in ("positional", "positional-only")]
    given = given[1:] if given and given[0].name in ("self", "cls") else given
    needed = sum(each.default is None for each in given)
    many = len(call.args) > len(given) and "variadic" not in kinds
    spread = any(each.arg is None for each in call.keywords)
    return not many and (spread or len(call.args) + len(call.keywords) >= needed)


def _functions(reader: Reader, expression: ast.expr, at: At, depth: int) -> list[Function]:
    """What an expression that is called can be; none where any of it is not known."""
    if depth == 0:
        return []
    match expression:
        case ast.Lambda():
            return [Lazy(expression, at)]
        case ast.IfExp(body=body, orelse=orelse):
            return _all(reader, [Lazy(body, at), Lazy(orelse, at)], depth)
        case ast.BoolOp(values=values):
            return _all(reader, [Lazy(each, at) for each in values], depth)
        case ast.Subscript(value=value) if not isinstance(expression.slice, ast.Slice):
            return _held(reader, value, expression.slice, None, at, depth)
        case ast.Call(func=ast.Attribute(attr="get", value=value), args=[key, *rest]):
            return _held(reader, value, key, rest[0] if rest else None, at, depth)
        case ast.Name() | ast.Attribute():
            return _named(reader, expression, at, depth)
    return []


def _named(reader: Reader, expression: ast.Name | ast.Attribute, at: At, depth: int) -> list[Function]:
    for local in reversed(at.local):
        if isinstance(local, Bound) and isinstance(expression, ast.Name) and local.name == expression.id:
            return _element(reader, local.element, depth)
    symbol = reader.symbol(expression, at)
    if symbol is not None and symbol.kind is SymbolKind.FUNCTION:
        return [symbol]
    origin = reader.origin(expression, at)
    if origin is not None and origin.expression is not expression:
        return _functions(reader, origin.expression, origin.at, depth - 1)
    index = reader.index(at.path)
    function = index.scope_owner(at.statement) if index is not None else None
    if not isinstance(expression, ast.Name) or not isinstance(function, FunctionNode):
        return []
    reached = reader.definitions(expression.id, at)
    if reached.definitions:
        bound = [
            Lazy(each.expression, replace(at, statement=each.statement, local=()))
            for each in reached.definitions
            if each.binding is Binding.VALUE and not each.path and each.expression is not None
        ]
        every = len(bound) == len(reached.definitions) and not reached.falls
        return _all(reader, bound, depth) if every else []
    return _all(reader, list(reader.given(expression.id, function, at)), depth)


def _held(
    reader: Reader, table: ast.expr, key: ast.expr, default: ast.expr | None, at: At, depth: int
) -> list[Function]:
    """The functions that a mapping holds: that of a key, or all."""
    held = reader.table(table, at)
    if held is None:
        return []
    values = values_under(reader, held, key, at) or held.values
    found: list[Element] = [*values, *([Lazy(default, at)] if default is not None else [])]
    return _all(reader, found, depth)


def _element(reader: Reader, element: Element, depth: int) -> list[Function]:
    match element:
        case Lazy(expression=expression, at=at):
            return _functions(reader, expression, at, depth - 1)
        case Choice(elements=elements):
            return _all(reader, list(elements), depth)
        case Known() | Parts():
            return []


def _all(reader: Reader, elements: list[Element] | list[Lazy], depth: int) -> list[Function]:
    found: list[Function] = []
    for each in elements[: MOST_FUNCTIONS + 1]:
        if isinstance(each, Lazy) and isinstance(each.expression, ast.Constant) and each.expression.value is None:
            continue
        inner = _element(reader, each, depth)
        if not inner:
            return []
        found += [one for one in inner if one not in found]
    return found if len(found) <= MOST_FUNCTIONS else []


def _lambda_text(reader: Reader, call: ast.Call, function: Lazy, at: At) -> Flow | None:
    """The body of a lambda with the arguments in place of the parameters."""
    if not isinstance(function.expression, ast.Lambda):
        return None
    given = function.expression.args
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    bound = []
    for position, parameter in enumerate((*given.posonlyargs, *given.args, *given.kwonlyargs)):
        value = named.get(parameter.arg) or (call.args[position] if position < len(call.args) else None)
        if value is not None:
            bound.append(Bound(parameter.arg, Lazy(value, at)))
    return reader.text(function.expression.body, replace(function.at, local=(*function.at.local, *bound)))
