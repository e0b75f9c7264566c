"""What a collection holds: an expression and where it is read in, its elements out.

Lists built step by step, comprehensions, `items()`, `zip`, `sorted` and their kin. A collection that is not known
holds one element of unknown text, so that nothing gets lost.
"""

from __future__ import annotations

import ast
import re

from msgspec.structs import replace

from readiness.linking.flow_formats import is_placeholders
from readiness.linking.flow_pieces import Flow, concatenate, constant, single, union
from readiness.linking.flow_places import place_of
from readiness.linking.flow_reaching import Binding, Definition
from readiness.linking.flow_reader import Assumed, At, Bound, Element, Elements, Known, Lazy, Parts, Reader
from readiness.linking.flow_types import annotation_kind
from readiness.model import PieceKind, SymbolKind

SAME = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "deque", "unique"})
SAME_NAMES = frozenset(
    {
        "list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "dict.fromkeys", "collections.deque",
        "collections.OrderedDict.fromkeys", "itertools.islice", "copy.copy", "copy.deepcopy",
        "types.MappingProxyType", "dict", "collections.OrderedDict", "more_itertools.unique_everseen", "tqdm.tqdm",
        "itertools.repeat",
    }
)  # fmt: skip
MOST_ITEMS = 60


def elements_of(reader: Reader, expression: ast.expr, at: At) -> Elements:
    """The elements of a collection."""
    match expression:
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return _display(reader, items, at, exact=not isinstance(expression, ast.Set))
        case ast.Dict(keys=keys, values=values):
            found: list[Element] = []
            for key, value in zip(keys, values, strict=True):
                found.extend([Lazy(key, at)] if key is not None else reader.elements(value, at).items)
            return Elements(tuple(found[:MOST_ITEMS]), exact=None not in keys and len(found) <= MOST_ITEMS)
        case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
            return Elements((Lazy(element, comprehended(reader, expression.generators, at)),))
        case ast.DictComp(key=key):
            return Elements((Lazy(key, comprehended(reader, expression.generators, at)),))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _together(
                reader.elements(body, replace(at, local=(*at.local, Assumed(test, True)))),
                reader.elements(orelse, replace(at, local=(*at.local, Assumed(test, False)))),
            )
        case ast.BoolOp(values=values):
            return _together(*(reader.elements(value, at) for value in values))
        case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
            return reader.elements(value, at)
        case ast.BinOp(op=ast.Add() | ast.BitOr(), left=left, right=right):
            first, second = reader.elements(left, at), reader.elements(right, at)
            return Elements((*first.items, *second.items)[:MOST_ITEMS], first.exact and second.exact)
        case ast.BinOp(op=ast.Sub(), left=left):
            return replace(reader.elements(left, at), exact=False)
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            collection = left if isinstance(left, ast.List | ast.Tuple) else right
            if isinstance(collection, ast.List | ast.Tuple):
                return replace(reader.elements(collection, at), exact=False)
        case ast.Subscript(value=value, slice=ast.Slice()):
            return replace(reader.elements(value, at), exact=False)
        case ast.Constant(value=str() as text):
            return Elements(tuple(Known(constant(each)) for each in dict.fromkeys(text[:MOST_ITEMS])))
        case ast.Call():
            return _call(reader, expression, at)
    if place_of(expression):
        return _place(reader, expression, at)
    return unknown_elements(reader, expression, at)


def unknown_elements(reader: Reader, expression: ast.expr, at: At) -> Elements:
    """One element that stands for all, as risky as the collection itself."""
    return Elements((Known(_one_of(reader, expression, reader.text(expression, at), at)),))


def _one_of(reader: Reader, expression: ast.expr, whole: Flow, at: At) -> Flow:
    piece = whole.riskiest
    if piece is None or piece.kind in (PieceKind.CONSTANT, PieceKind.STRUCTURE):
        return single(reader.piece(PieceKind.UNKNOWN, expression, at))
    return single(piece)


def _display(reader: Reader, items: list[ast.expr], at: At, *, exact: bool) -> Elements:
    found: list[Element] = []
    for item in items[:MOST_ITEMS]:
        if isinstance(item, ast.Starred):
            inner = reader.elements(item.value, at)
            found.extend(inner.items)
            exact = exact and inner.exact
        else:
            found.append(Lazy(item, at))
    if len(items) > MOST_ITEMS:
        rest = [reader.text(item, at) for item in items[MOST_ITEMS:]]
        risky = max((flow for flow in rest), key=lambda flow: flow.constant is None)
        found.append(Known(risky))
        exact = False
    return Elements(tuple(found), exact)


def _together(*each: Elements) -> Elements:
    return Elements(tuple(item for elements in each for item in elements.items)[:MOST_ITEMS])


def comprehended(reader: Reader, generators: list[ast.comprehension], at: At) -> At:
    """Where the element of a comprehension is read: its targets bound, its conditions assumed."""
    here = at
    for generator in generators:
        source = reader.elements(generator.iter, here)
        bound = tuple(Bound(name, element) for name, element in _unpacked(generator.target, merged(reader, source)))
        assumed = tuple(Assumed(test, True) for test in generator.ifs)
        here = replace(here, local=(*here.local, *bound, *assumed))
    return here


def merged(reader: Reader, elements: Elements) -> Element:
    """One element that can be any of a collection's."""
    if len(elements.items) == 1:
        return elements.items[0]
    parts = [each for each in elements.items if isinstance(each, Parts)]
    if parts and len(parts) == len(elements.items) and len({len(each.elements) for each in parts}) == 1:
        columns = zip(*(each.elements for each in parts), strict=True)
        return Parts(tuple(merged(reader, Elements(tuple(column))) for column in columns))
    tuples = [each for each in elements.items if isinstance(each, Lazy) and isinstance(each.expression, ast.Tuple)]
    if tuples and len(tuples) == len(elements.items):
        rows = [each.expression.elts for each in tuples if isinstance(each.expression, ast.Tuple)]
        if len({len(row) for row in rows}) == 1 and not any(
            isinstance(cell, ast.Starred) for row in rows for cell in row
        ):
            width = len(rows[0])
            return Parts(
                tuple(
                    merged(
                        reader,
                        Elements(tuple(Lazy(row[column], each.at) for row, each in zip(rows, tuples, strict=True))),
                    )
                    for column in range(width)
                )
            )
    flow = union(reader.element_text(each) for each in elements.items)
    constants = flow.constants
    if constants is not None and len(constants) > 4:
        first = elements.items[0]
        span = reader.piece(PieceKind.VALIDATED, first.expression, first.at) if isinstance(first, Lazy) else None
        shown = ", ".join(repr(text) for text in constants[:3])
        piece = replace(span, text=f"one of {shown}, ...") if span is not None else flow.alternatives[0][0]
        return Known(single(replace(piece, kind=PieceKind.VALIDATED)))
    return Known(flow)


def part_of(reader: Reader, element: Element, path: tuple[int, ...]) -> Element:
    """The part of an element that an unpacked target takes."""
    for position in path:
        if isinstance(element, Parts):
            if position >= len(element.elements):
                return Known(constant(""))
            element = element.elements[position]
        elif isinstance(element, Lazy):
            inner = reader.origin(element.expression, element.at)
            if inner is not None and isinstance(inner.expression, ast.Tuple | ast.List):
                items = inner.expression.elts
                if position < len(items) and not any(isinstance(each, ast.Starred) for each in items):
                    element = Lazy(items[position], inner.at)
                    continue
            element = Known(
                _one_of(reader, element.expression, reader.text(element.expression, element.at), element.at)
            )
        else:
            return element
    return element


def _unpacked(target: ast.expr, element: Element, path: tuple[int, ...] = ()) -> list[tuple[str, Element]]:
    if isinstance(target, ast.Name):
        found = element
        for position in path:
            if isinstance(found, Parts) and position < len(found.elements):
                found = found.elements[position]
            elif (
                isinstance(found, Lazy)
                and isinstance(found.expression, ast.Tuple)
                and position < len(found.expression.elts)
            ):
                found = Lazy(found.expression.elts[position], found.at)
            elif isinstance(found, Lazy):
                index = ast.copy_location(
                    ast.Subscript(value=found.expression, slice=ast.Constant(value=position), ctx=ast.Load()),
                    found.expression,
                )
                found = Lazy(index, found.at)
        return [(target.id, found)]
    if isinstance(target, ast.Tuple | ast.List):
        return [
            each for position, inner in enumerate(target.elts) for each in _unpacked(inner, element, (*path, position))
        ]
    return []


def _place(reader: Reader, expression: ast.expr, at: At) -> Elements:
    """The elements of a name or attribute, through its bindings and the calls that make it grow."""
    place = place_of(expression)
    root = place.split(".", 1)[0].split("[", 1)[0]
    for local in reversed(at.local):
        if isinstance(local, Bound) and local.name == root:
            if local.name == place and isinstance(local.element, Lazy):
                return reader.elements(local.element.expression, local.element.at)
            return unknown_elements(reader, expression, at)
    reached = reader.definitions(place, at, growing=True)
    found: list[Elements] = []
    exact = len(reached.definitions) == 1 and not reached.falls
    found.extend(_defined(reader, expression, each, at) for each in sorted(reached.definitions, key=_line))
    if reached.falls or any(each.binding is Binding.OTHER for each in reached.definitions):
        found.append(_outside(reader, expression, at))
    if len(found) == 1:
        return replace(found[0], exact=found[0].exact and (exact or not reached.definitions))
    return _together(*found)


def _line(definition: Definition) -> int:
    return definition.statement.lineno


def _defined(reader: Reader, expression: ast.expr, definition: Definition, at: At) -> Elements:
    value = definition.expression
    here = replace(at, statement=definition.statement, local=(), end=False)
    if value is None:
        return Elements(())
    match definition.binding:
        case Binding.VALUE if not definition.path:
            return reader.elements(value, here)
        case Binding.AUGMENTED:
            before = reader.elements(expression, here)
            return Elements((*before.items, *reader.elements(value, here).items)[:MOST_ITEMS])
        case Binding.GROWN:
            return _grown(reader, value, here)
        case Binding.GUARDED | Binding.MATCHED:
            return unknown_elements(reader, expression, at)
        case Binding.ELEMENT:
            element = part_of(reader, merged(reader, reader.elements(value, here)), definition.path)
            if isinstance(element, Lazy):
                return reader.elements(element.expression, element.at)
            return Elements((Known(reader.element_text(element)),))
    return unknown_elements(reader, expression, at)


def _grown(reader: Reader, value: ast.expr, at: At) -> Elements:
    """What `place.append(x)` or `place[key] = x` adds."""
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.args):
        return Elements((Lazy(value, at),))
    if value.func.attr in ("extend", "update", "extendleft"):
        return replace(reader.elements(value.args[0], at), exact=False)
    item = value.args[-1] if value.func.attr == "insert" else value.args[0]
    return Elements((Lazy(item, at),))


def _outside(reader: Reader, expression: ast.expr, at: At) -> Elements:
    """The elements of a name that the function does not bind, or of an attribute."""
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
    kind = _annotated(reader, expression, at)
    if kind is not None:
        return Elements((Known(single(reader.piece(kind, expression, at))),))
    return unknown_elements(reader, expression, at)


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


def _call(reader: Reader, call: ast.Call, at: At) -> Elements:
    symbol = reader.callee(call, at)
    name = symbol.name.removeprefix("builtins.") if symbol is not None else ""
    if isinstance(call.func, ast.Attribute):
        found = _method(reader, call, call.func, at)
        if found is not None:
            return found
    if symbol is None or symbol.kind not in (SymbolKind.BUILTIN, SymbolKind.EXTERNAL):
        return unknown_elements(reader, call, at)
    if name in SAME_NAMES and not call.args:
        keys = [Known(constant(keyword.arg)) for keyword in call.keywords if keyword.arg]
        return Elements(tuple(keys) if name == "dict" else (), exact=True)
    if name in SAME_NAMES:
        inner = reader.elements(call.args[0], at)
        return inner if name in ("list", "tuple", "iter", "copy.copy", "copy.deepcopy") else replace(inner, exact=False)
    if name == "range":
        return Elements((Known(single(reader.piece(PieceKind.NUMBER, call, at))),))
    if name == "enumerate" and call.args:
        count = Known(single(reader.piece(PieceKind.NUMBER, call, at)))
        inner = reader.elements(call.args[0], at)
        return Elements(tuple(Parts((count, each)) for each in inner.items), inner.exact)
    if name in ("zip", "itertools.product", "itertools.zip_longest") and call.args:
        columns = [merged(reader, reader.elements(argument, at)) for argument in call.args]
        return Elements((Parts(tuple(columns)),))
    if name in ("itertools.chain", "itertools.chain.from_iterable") and call.args:
        return _together(*(reader.elements(argument, at) for argument in call.args))
    if name == "map" and len(call.args) >= 2:
        return _mapped(reader, call, at)
    if name == "filter" and len(call.args) == 2:
        return replace(reader.elements(call.args[1], at), exact=False)
    if name == "re.split" and len(call.args) >= 2:
        return unknown_elements(reader, call.args[1], at)
    return unknown_elements(reader, call, at)


def _mapped(reader: Reader, call: ast.Call, at: At) -> Elements:
    """`map(function, items)`: the function is called on one element that stands for all."""
    function = call.args[0]
    inner = merged(reader, reader.elements(call.args[1], at))
    if isinstance(function, ast.Lambda):
        parameters = [*function.args.posonlyargs, *function.args.args]
        bound = tuple(Bound(parameter.arg, inner) for parameter in parameters[:1])
        return Elements((Lazy(function.body, replace(at, local=(*at.local, *bound))),))
    if isinstance(function, ast.Attribute) and function.attr == "format":
        # `map("{} = ?".format, columns)`
        made = ast.copy_location(
            ast.Call(func=function, args=[ast.Name(id=" element", ctx=ast.Load())], keywords=[]), call
        )
    else:
        made = ast.copy_location(
            ast.Call(func=function, args=[ast.Name(id=" element", ctx=ast.Load())], keywords=[]), call
        )
    ast.copy_location(made.args[0], call)
    return Elements((Lazy(made, replace(at, local=(*at.local, Bound(" element", inner)))),))


def _method(reader: Reader, call: ast.Call, func: ast.Attribute, at: At) -> Elements | None:
    match func.attr:
        case "keys" if not call.args:
            table = reader.table(func.value, at)
            return Elements(table.keys) if table is not None else unknown_elements(reader, func.value, at)
        case "values" if not call.args:
            table = reader.table(func.value, at)
            return Elements(table.values) if table is not None else unknown_elements(reader, func.value, at)
        case "items" if not call.args:
            table = reader.table(func.value, at)
            if table is None:
                unknown = unknown_elements(reader, func.value, at).items[0]
                return Elements((Parts((unknown, unknown)),))
            return Elements(tuple(Parts((key, value)) for key, value in zip(table.keys, table.values, strict=False)))
        case "split" | "rsplit" | "splitlines" | "partition":
            text = reader.text(func.value, at).constant
            if text is not None and len(text) < 2000:
                separator = reader.text(call.args[0], at).constant if call.args else None
                words = re.split(re.escape(separator), text) if separator else text.split()
                return Elements(tuple(Known(constant(word)) for word in words[:MOST_ITEMS]), exact=True)
            return unknown_elements(reader, func.value, at)
        case "copy" | "union" | "intersection" | "difference" if not call.keywords:
            first = reader.elements(func.value, at)
            if func.attr != "union":
                return first
            return _together(first, *(reader.elements(argument, at) for argument in call.args))
    return None


def joined(reader: Reader, separator: Flow, elements: Elements, how: str, call: ast.expr, at: At) -> Flow:
    """`separator.join(elements)`."""
    if elements.exact:
        flows: list[Flow] = []
        for position, element in enumerate(elements.items):
            flows.extend([separator, reader.element_text(element)] if position else [reader.element_text(element)])
        return concatenate(flows, how) if flows else constant("")
    each = [reader.element_text(element) for element in elements.items]
    if not each:
        return constant("")
    marks = [flow.constants for flow in each]
    between = separator.constant
    texts = [text for some in marks if some is not None for text in some]
    if between is not None and None not in marks and texts and all(is_placeholders(text) for text in texts):
        return single(reader.piece(PieceKind.PLACEHOLDERS, call, at))
    if all(flow.alternatives and _is_mark(flow) for flow in each):
        return single(reader.piece(PieceKind.PLACEHOLDERS, call, at))
    if len(each) == 1:
        return replace(concatenate([each[0], separator, each[0]], how), complete=False)
    # Each element can be there or not: shown once, in the order of the code.
    flows = []
    for position, flow in enumerate(each):
        flows.extend([separator, flow] if position else [flow])
    return replace(concatenate(flows, how), complete=False)


def _is_mark(flow: Flow) -> bool:
    """`:p0`, `$1`, `:name_3`: a placeholder whose number or fixed name is put together."""
    for alternative in flow.alternatives:
        shape = "".join(
            piece.text
            if piece.kind is PieceKind.CONSTANT
            else "0"
            if piece.kind is PieceKind.NUMBER
            else "?"
            if piece.kind is PieceKind.PLACEHOLDERS
            else "\n;"
            for piece in alternative
        )
        if not is_placeholders(shape):
            return False
    return True
