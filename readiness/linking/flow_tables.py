"""What a mapping holds: an expression and where it is read in, its keys and values out."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.linking.flow_elements import MOST_ITEMS, comprehended, merged
from readiness.linking.flow_pieces import constant
from readiness.linking.flow_places import place_of
from readiness.linking.flow_reaching import Binding
from readiness.linking.flow_reader import At, Bound, Element, Elements, Known, Lazy, Reader, Table


def table_of(reader: Reader, expression: ast.expr, at: At) -> Table | None:
    """What a mapping holds."""
    match expression:
        case ast.Dict(keys=keys, values=values):
            found_keys: list[Element] = []
            found_values: list[Element] = []
            for key, value in zip(keys, values, strict=True):
                if key is not None:
                    found_keys.append(Lazy(key, at))
                    found_values.append(Lazy(value, at))
                    continue
                inner = reader.table(value, at)
                if inner is None:
                    return None
                found_keys.extend(inner.keys)
                found_values.extend(inner.values)
            return Table(tuple(found_keys), tuple(found_values))
        case ast.DictComp(key=key, value=value):
            here = comprehended(reader, expression.generators, at)
            return Table((Lazy(key, here),), (Lazy(value, here),))
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            first, second = reader.table(left, at), reader.table(right, at)
            if first is None or second is None:
                return None
            return Table((*first.keys, *second.keys), (*first.values, *second.values))
        case ast.Call(func=ast.Name(id="dict" | "OrderedDict" | "MappingProxyType"), args=args, keywords=keywords):
            return _dict_call(reader, args, keywords, at)
        case ast.Call(
            func=ast.Attribute(attr="MappingProxyType" | "OrderedDict" | "copy" as attribute, value=owner), args=args
        ):
            return reader.table(owner, at) if attribute == "copy" else _dict_call(reader, args, [], at)
        case ast.Call(func=ast.Name(id="locals"), args=[]):
            return None
    if not place_of(expression):
        return None
    return _place_table(reader, expression, at)


def _dict_call(reader: Reader, args: list[ast.expr], keywords: list[ast.keyword], at: At) -> Table | None:
    first = reader.table(args[0], at) if args else Table((), ())
    if first is None or any(keyword.arg is None for keyword in keywords):
        return None
    keys = tuple(Known(constant(keyword.arg or "")) for keyword in keywords)
    return Table((*first.keys, *keys), (*first.values, *(Lazy(keyword.value, at) for keyword in keywords)))


def _place_table(reader: Reader, expression: ast.expr, at: At) -> Table | None:
    place = place_of(expression)
    if any(isinstance(local, Bound) and place.startswith(local.name) for local in at.local):
        return None
    reached = reader.definitions(place, at, growing=True)
    keys: list[Element] = []
    values: list[Element] = []
    for definition in reached.definitions:
        here = replace(at, statement=definition.statement, local=(), end=False)
        value = definition.expression
        if definition.binding is Binding.GROWN and isinstance(definition.statement, ast.Assign):
            target = next((each for each in definition.statement.targets if isinstance(each, ast.Subscript)), None)
            if target is None or value is None:
                return None
            keys.append(Lazy(target.slice, here))
            values.append(Lazy(value, here))
            continue
        if value is not None and definition.binding is Binding.GROWN and isinstance(value, ast.Call) and value.args:
            value = value.args[0]
        elif definition.binding is not Binding.VALUE or definition.path:
            return None
        inner = reader.table(value, here) if value is not None else None
        if inner is None:
            return None
        keys.extend(inner.keys)
        values.extend(inner.values)
    if reached.falls:
        origin = reader.origin(expression, at)
        inner = reader.table(origin.expression, origin.at) if origin and origin.expression is not expression else None
        if inner is None:
            return None
        keys.extend(inner.keys)
        values.extend(inner.values)
    return (
        Table(tuple(keys[:MOST_ITEMS]), tuple(values[:MOST_ITEMS]))
        if len(keys) <= MOST_ITEMS
        else _large(reader, keys, values)
    )


def _large(reader: Reader, keys: list[Element], values: list[Element]) -> Table:
    return Table((merged(reader, Elements(tuple(keys))),), (merged(reader, Elements(tuple(values))),))
