"""What a mapping holds: an expression and where it is read in, its keys and values out."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.linking.flow.definitions import Binding, Definition
from readiness.linking.flow.growing import handed, looked_up
from readiness.linking.flow.nodes import FunctionNode, place_of
from readiness.linking.flow.objects import RECORDS, attribute_elements, constructed
from readiness.linking.flow.parts import MOST_ITEMS, merged, part_of, taken, unbound
from readiness.linking.flow.pieces import constant, single
from readiness.linking.flow.reader import At, Bound, Choice, Element, Elements, Known, Lazy, Parts, Reader, Table
from readiness.linking.flow.statements import groups
from readiness.model import PieceKind, SymbolKind

MOST_ENTRIES = 600


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
            here = reader.comprehended(expression.generators, at)
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
        case ast.Call(func=ast.Attribute(attr="model_dump" | "dict" | "_asdict" | "to_dict", value=owner)):
            return _record(reader, expression, owner, at)
        case ast.Call(func=ast.Name(id="locals"), args=[]):
            return None
        case ast.Call(func=ast.Name(id="defaultdict") | ast.Attribute(attr="defaultdict"), args=[] | [_]):
            return Table((), ())
        case ast.Call():
            returned = reader.returned(expression, at)
            return _joined([reader.table(each.expression, each.at) for each in returned]) if returned else None
        case ast.Subscript(slice=ast.Slice()):
            return None
        case ast.Subscript():
            found = _looked_up(reader, expression, at)
            if found is not None:
                return found
        case ast.Await(value=inner_) | ast.NamedExpr(value=inner_):
            return reader.table(inner_, at)
        case ast.IfExp(body=body, orelse=orelse):
            return _joined([reader.table(body, at), reader.table(orelse, at)])
    if not place_of(expression):
        return None
    return _place_table(reader, expression, at)


def _dict_call(reader: Reader, args: list[ast.expr], keywords: list[ast.keyword], at: At) -> Table | None:
    first = (reader.table(args[0], at) or _pairs(reader, args[0], at)) if args else Table((), ())
    if first is None or any(keyword.arg is None for keyword in keywords):
        return None
    keys = tuple(Known(constant(keyword.arg or "")) for keyword in keywords)
    return Table((*first.keys, *keys), (*first.values, *(Lazy(keyword.value, at) for keyword in keywords)))


def _pairs(reader: Reader, collection: ast.expr, at: At) -> Table | None:
    """`dict(pairs)`, where each pair is known: rows of two columns, a list of tuples."""
    keys: list[Element] = []
    values: list[Element] = []
    for each in reader.elements(collection, at).items:
        pair = each
        if isinstance(pair, Lazy) and isinstance(pair.expression, ast.Tuple | ast.List):
            pair = Parts(tuple(Lazy(one, pair.at) for one in pair.expression.elts))
        if not isinstance(pair, Parts) or len(pair.elements) != 2:
            return None
        keys.append(pair.elements[0])
        values.append(pair.elements[1])
    return Table(tuple(keys), tuple(values)) if keys else None


def _place_table(reader: Reader, expression: ast.expr, at: At) -> Table | None:
    place = place_of(expression)
    for local in reversed(at.local):
        if isinstance(local, Bound) and local.name == place:
            return table_in(reader, local.element)
        if isinstance(local, Bound) and place.startswith(local.name):
            return None
    reached = reader.definitions(place, at, growing=True)
    keys: list[Element] = []
    values: list[Element] = []
    for definition in reached.definitions:
        here = replace(at, statement=definition.statement, local=(), end=False)
        inner = _defined(reader, definition, place, here)
        if inner is None:
            return None
        keys.extend(inner.keys)
        values.extend(inner.values)
    if reached.falls and not unbound(reader, place, at):
        inner = _outside(reader, expression, at)
        if inner is None:
            return None
        keys.extend(inner.keys)
        values.extend(inner.values)
    return (
        Table(tuple(keys[:MOST_ITEMS]), tuple(values[:MOST_ITEMS]))
        if len(keys) <= MOST_ITEMS
        else _large(reader, keys, values)
    )


def _defined(reader: Reader, definition: Definition, place: str, at: At) -> Table | None:
    """What one binding of a mapping, or one call that makes it grow, gives."""
    value = definition.expression
    if value is None:
        return None
    match definition.binding:
        case Binding.GROWN:
            return _grown(reader, definition, value, place, at)
        case Binding.HANDED:
            inner = [
                _grown(reader, grown, grown.expression, name, there) if grown.expression is not None else None
                for name, grown, there in handed(reader, definition, place, at)
            ]
            return _joined(inner)
        case Binding.VALUE if definition.path:
            part = taken(reader, value, definition.path, at)
            return table_in(reader, part) if part is not None else None
        case Binding.VALUE:
            return reader.table(value, at)
        case Binding.ELEMENT:
            element = part_of(reader, merged(reader, reader.elements(value, at)), definition.path)
            return table_in(reader, element)
    return None


def _grown(reader: Reader, definition: Definition, value: ast.expr, place: str, at: At) -> Table | None:
    """`table[key] = value`, `table.setdefault(key, value)`, `table.update(other)`."""
    if isinstance(definition.statement, ast.Assign):
        target = next((each for each in definition.statement.targets if isinstance(each, ast.Subscript)), None)
        return Table((Lazy(target.slice, at),), (Lazy(value, at),)) if target is not None else None
    if not isinstance(value, ast.Call) or not value.args:
        return None
    if isinstance(value.func, ast.Attribute) and groups(value.func.value) and place_of(value.func.value.value) == place:
        # `table[key].append(value)`
        held = ast.copy_location(ast.List(elts=[value.args[-1]], ctx=ast.Load()), value)
        if value.func.attr in ("extend", "update"):
            held.elts = [ast.copy_location(ast.Starred(value=value.args[0], ctx=ast.Load()), value)]
        return Table((Lazy(value.func.value.slice, at),), (Lazy(held, at),))
    if isinstance(value.func, ast.Attribute) and value.func.attr == "setdefault":
        return Table((Lazy(value.args[0], at),), (Lazy(value.args[-1], at),))
    return reader.table(value.args[0], at)


def _outside(reader: Reader, expression: ast.expr, at: At) -> Table | None:
    """A mapping that the function does not bind."""
    origin = reader.origin(expression, at)
    if origin is not None and origin.expression is not expression:
        return reader.table(origin.expression, origin.at)
    if isinstance(expression, ast.Attribute):
        return _attribute(reader, expression, at)
    index = reader.index(at.path)
    function = index.scope_owner(at.statement) if index is not None else None
    if not isinstance(expression, ast.Name) or not isinstance(function, FunctionNode):
        return None
    # None, a number: nothing can be looked up in it.
    given = [
        each for each in reader.given(expression.id, function, at) if not isinstance(each.expression, ast.Constant)
    ]
    return _joined([reader.table(each.expression, each.at) for each in given]) if given else None


def _attribute(reader: Reader, expression: ast.Attribute, at: At) -> Table | None:
    """An attribute of an object of the project: what its methods bind to it and put into it."""
    owner = reader.type_of(expression.value, at)
    if owner is None or owner.kind is not SymbolKind.CLASS:
        return None
    held = attribute_elements(reader, owner, expression, constructed(reader, expression.value, at), at)
    if held is None:
        return None
    return _joined(
        [
            reader.table(value.expression, value.at)
            if definition is None
            else _grown(reader, definition, value.expression, f"self.{expression.attr}", value.at)
            for value, definition in held
        ]
    )


def _joined(tables: list[Table | None]) -> Table | None:
    """Any of several mappings; None where one is not known."""
    known = [each for each in tables if each is not None]
    if len(known) < len(tables):
        return None
    return Table(
        tuple(key for each in known for key in each.keys), tuple(value for each in known for value in each.values)
    )


def table_in(reader: Reader, element: Element) -> Table | None:
    """What a mapping that is itself an element holds."""
    if isinstance(element, Lazy):
        return reader.table(element.expression, element.at)
    if isinstance(element, Choice):
        return _joined([table_in(reader, each) for each in element.elements])
    return None


def _looked_up(reader: Reader, expression: ast.Subscript, at: At) -> Table | None:
    """`TABLES[name]`: any of the mappings that a mapping holds, or the one of that name."""
    values = looked_up(reader, expression, at)
    return _joined([table_in(reader, each) for each in values]) if values else None


def _record(reader: Reader, call: ast.Call, owner: ast.expr, at: At) -> Table | None:
    """`payload.model_dump()`: the names are those of the class, the values are as the object is."""
    symbol = reader.type_of(owner, at)
    if symbol is None or symbol.kind is not SymbolKind.CLASS or not reader.code.is_a(symbol, RECORDS):
        return None
    if reader.code.member(symbol, "model_config").kind is not SymbolKind.UNKNOWN:
        return None
    name = single(reader.piece(PieceKind.VALIDATED, call, at))
    held = reader.text(owner, at).riskiest
    value = single(held if held is not None else reader.piece(PieceKind.UNKNOWN, owner, at))
    return Table((Known(name),), (Known(value),))


def _large(reader: Reader, keys: list[Element], values: list[Element]) -> Table:
    """A mapping of many entries: the values of one name are one value, and where a name is not known all are."""
    named: dict[str, list[Element]] = {}
    for key, value in zip(keys[:MOST_ENTRIES], values, strict=False):
        name = reader.element_text(key).constant
        if name is not None:
            named.setdefault(name, []).append(value)
    if sum(map(len, named.values())) == len(keys) and len(named) <= MOST_ITEMS:
        merged_ = (merged(reader, Elements(tuple(each))) for each in named.values())
        return Table(tuple(Known(constant(name)) for name in named), tuple(merged_))
    return Table((merged(reader, Elements(tuple(keys))),), (merged(reader, Elements(tuple(values))),))
