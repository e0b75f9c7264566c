"""What a name or attribute that holds a collection holds: its bindings, and every call that makes it grow, in; elements out.

The call may stand in the same function, in one inside it, in a function that is handed the collection, or in any method of the
class whose attribute it is.
"""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.linking.flow.definitions import Binding, Definition
from readiness.linking.flow.fixed_attributes import constants_named, is_open
from readiness.linking.flow.nodes import FunctionNode, own_statements, place_of
from readiness.linking.flow.objects import attribute_elements, constructed
from readiness.linking.flow.parts import (
    MOST_ITEMS,
    elements_in,
    merged,
    part_of,
    taken,
    together,
    unbound,
    unknown_elements,
    values_under,
)
from readiness.linking.flow.pieces import constant, single
from readiness.linking.flow.reaching import Walker
from readiness.linking.flow.reader import At, Bound, Choice, Element, Elements, Known, Lazy, Parts, Reader
from readiness.linking.flow.statements import groups
from readiness.linking.flow.types import annotation_kind
from readiness.model import PieceKind, SymbolKind

MOST_ROUNDS = 2


def place_elements(reader: Reader, expression: ast.expr, at: At) -> Elements:
    """The elements of a name or attribute, through its bindings and the calls that make it grow."""
    place = place_of(expression)
    root = place.split(".", 1)[0].split("[", 1)[0]
    for local in reversed(at.local):
        if isinstance(local, Bound) and local.name == root:
            if local.name == place and isinstance(local.element, Lazy | Choice | Parts):
                return elements_in(reader, local.element)
            return unknown_elements(reader, expression, at)
    reached = reader.definitions(place, at, growing=True)
    found: list[Elements] = []
    exact = len(reached.definitions) == 1 and not reached.falls
    found.extend(_defined(reader, expression, each, at) for each in sorted(reached.definitions, key=_line))
    if any(each.binding is Binding.OTHER for each in reached.definitions) or (
        reached.falls and not unbound(reader, place, at)
    ):
        found.append(_outside(reader, expression, at))
    if len(found) == 1:
        return replace(found[0], exact=found[0].exact and (exact or not reached.definitions))
    return together(*found)


def _line(definition: Definition) -> int:
    return definition.statement.lineno


def _defined(reader: Reader, expression: ast.expr, definition: Definition, at: At) -> Elements:
    value = definition.expression
    here = replace(at, statement=definition.statement, local=(), end=False)
    if value is None:
        return Elements(())
    match definition.binding:
        case Binding.VALUE:
            part: Element | None = Lazy(value, here)
            if definition.path:
                part = taken(reader, value, definition.path, here)
            if part is not None:
                return elements_in(reader, part)
        case Binding.PART:
            return replace(reader.elements(value, here), exact=False)
        case Binding.AUGMENTED:
            before = reader.elements(expression, here)
            return Elements((*before.items, *reader.elements(value, here).items)[:MOST_ITEMS])
        case Binding.GROWN:
            return _grown(reader, value, here, _sets(definition, place_of(expression)))
        case Binding.HANDED:
            return together(
                *(
                    _grown(reader, grown.expression, there, _sets(grown, name))
                    for name, grown, there in handed(reader, definition, place_of(expression), here)
                    if grown.expression is not None
                )
            )
        case Binding.GUARDED | Binding.MATCHED:
            return unknown_elements(reader, expression, at)
        case Binding.ELEMENT:
            return elements_in(reader, part_of(reader, merged(reader, reader.elements(value, here)), definition.path))
    return unknown_elements(reader, expression, at)


def handed(reader: Reader, definition: Definition, place: str, at: At) -> list[tuple[str, Definition, At]]:
    """What a function of the project, called with a collection, makes it grow by: its name there, the calls, where they stand."""
    call = definition.expression
    frame = reader.follow(call, at) if isinstance(call, ast.Call) else None
    symbol = reader.callee(call, at) if isinstance(call, ast.Call) and frame is not None else None
    index = reader.index(symbol.path) if symbol is not None else None
    if frame is None or symbol is None or index is None or frame.activations(frame.function) > MOST_ROUNDS:
        return []
    found: list[tuple[str, Definition, At]] = []
    for name in [name for name, given in frame.arguments.items() if place_of(given.expression) == place]:
        walker = Walker(index, name, True, lambda *_: False)
        for each in walker.anywhere(own_statements(frame.function)):
            there = At(symbol.path, each.statement, frame=frame)
            if each.binding is Binding.GROWN:
                found.append((name, each, there))
            elif each.binding is Binding.HANDED:
                found.extend(handed(reader, each, name, there))
    return found[:MOST_ITEMS]


def _sets(definition: Definition, place: str) -> ast.expr | None:
    """The key of `place[key] = value`, where the place is a mapping by what its keys look like."""
    statement = definition.statement
    for target in statement.targets if isinstance(statement, ast.Assign) else ():
        if isinstance(target, ast.Subscript) and place_of(target.value) == place:
            number = isinstance(target.slice, ast.Slice) or isinstance(getattr(target.slice, "value", ""), int)
            return None if number else target.slice
    call = definition.expression
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and groups(call.func.value):
        return call.func.value.slice if place_of(call.func.value.value) == place else None
    return None


def _grown(reader: Reader, value: ast.expr, at: At, key: ast.expr | None = None) -> Elements:
    """What `place.append(x)` or `place[key] = x` adds: to go through a mapping is to go through its keys."""
    if key is not None:
        return Elements((Lazy(key, at),))
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.args):
        return Elements((Lazy(value, at),))
    if value.func.attr in ("extend", "update", "extendleft"):
        return replace(reader.elements(value.args[0], at), exact=False)
    item = value.args[-1] if value.func.attr == "insert" else value.args[0]
    return Elements((Lazy(item, at),))


def _outside(reader: Reader, expression: ast.expr, at: At) -> Elements:
    """The elements of a name that the function does not bind, or of an attribute."""
    held = _attribute(reader, expression, at) if isinstance(expression, ast.Attribute) else None
    if held is not None:
        return held
    if isinstance(expression, ast.Attribute) and reader.type_of(expression.value, at) is None:
        named = constants_named(reader.code, expression.attr, collected=True)
        if named and is_open(reader.text(expression.value, at)):
            return Elements(tuple(Known(constant(each)) for each in named))
    origin = reader.origin(expression, at)
    if origin is not None and origin.expression is not expression:
        return reader.elements(origin.expression, origin.at)
    symbol = reader.symbol(expression, at)
    if (
        symbol is not None
        and symbol.kind is SymbolKind.CLASS
        and reader.code.is_a(symbol, ("enum.Enum", "enum.StrEnum", "enum.IntEnum"))
    ):
        return Elements((Known(single(reader.piece(PieceKind.VALIDATED, expression, at))),))
    if isinstance(expression, ast.Subscript):
        values = looked_up(reader, expression, at)
        if values:
            return together(*(elements_in(reader, each) for each in values))
    passed = _passed(reader, expression, at) if isinstance(expression, ast.Name) else None
    if passed is not None:
        return passed
    kind = _annotated(reader, expression, at)
    if kind is not None:
        return Elements((Known(single(reader.piece(kind, expression, at))),))
    return unknown_elements(reader, expression, at)


def looked_up(reader: Reader, expression: ast.Subscript, at: At) -> tuple[Element, ...]:
    """`TABLE[key]`: the values of that name in a mapping, all of them where the name is not known; none without a mapping."""
    table = reader.table(expression.value, at) if not isinstance(expression.slice, ast.Slice) else None
    if table is None:
        position = getattr(expression.slice, "value", None)
        part = taken(reader, expression.value, (position,), at) if isinstance(position, int) and position >= 0 else None
        return (part,) if part is not None else ()
    return values_under(reader, table, expression.slice, at) or table.values


def _passed(reader: Reader, expression: ast.Name, at: At) -> Elements | None:
    """The elements of what the callers pass as a parameter, where all of them are known."""
    index = reader.index(at.path)
    function = index.scope_owner(at.statement) if index is not None else None
    if not isinstance(function, FunctionNode):
        return None
    given = reader.given(expression.id, function, at)
    return together(*(reader.elements(each.expression, each.at) for each in given)) if given else None


def _attribute(reader: Reader, expression: ast.Attribute, at: At) -> Elements | None:
    """The elements of an attribute of an object of the project: what its methods bind and add."""
    owner = reader.type_of(expression.value, at)
    if owner is None or owner.kind is not SymbolKind.CLASS:
        return None
    found = attribute_elements(reader, owner, expression, constructed(reader, expression.value, at), at)
    if found is None:
        return None
    return together(
        *(
            reader.elements(value.expression, value.at)
            if definition is None
            else _grown(reader, value.expression, value.at, _sets(definition, f"self.{expression.attr}"))
            for value, definition in found
        )
    )


def _annotated(reader: Reader, expression: ast.expr, at: At) -> PieceKind | None:
    """The kind of a parameter's elements, by its annotation."""
    index = reader.index(at.path)
    if not isinstance(expression, ast.Name) or index is None:
        return None
    function = index.function(at.statement)
    scope = index.scope(at.statement)
    summary = reader.code.summary(at.path)
    if function is None or summary is None or not 0 <= scope < len(summary.definitions):
        return None
    definition = summary.definitions[scope]
    for parameter in getattr(definition, "parameters", ()):
        if parameter.name == expression.id:
            if parameter.kind == "variadic":
                return annotation_kind(reader.code, at.path, parameter.annotation, scope)
            return annotation_kind(reader.code, at.path, parameter.annotation, scope, element=True)
    return None
