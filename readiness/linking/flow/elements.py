"""What a collection holds: an expression and where it is read in, its elements out.

Displays, comprehensions, `items()`, `zip`, `sorted` and their kin; names and attributes in `growing`. A collection that is
not known holds one element of unknown text, so that nothing gets lost.
"""

from __future__ import annotations

import ast
import re

from msgspec.structs import replace

from readiness.linking.flow.formats import is_placeholders
from readiness.linking.flow.growing import looked_up, place_elements
from readiness.linking.flow.guards import compiled_pattern
from readiness.linking.flow.matches import found_elements
from readiness.linking.flow.nodes import place_of, written_number
from readiness.linking.flow.parts import (
    MOST_ITEMS,
    elements_in,
    harmless,
    merged,
    together,
    unknown_elements,
)
from readiness.linking.flow.pieces import Flow, concatenate, constant, single
from readiness.linking.flow.reader import Assumed, At, Bound, Element, Elements, Known, Lazy, Parts, Reader
from readiness.linking.flow.returns import converts
from readiness.linking.flow.rows import iterated_rows, listed_values, row_parts
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


EXECUTED = frozenset({"execute", "exec_driver_sql", "cursor"})
"""Methods whose result is gone through row by row."""


SPLITTING = {"re.split": 1, "regex.split": 1, "shlex.split": 0, "csv.reader": 0}
"""Functions that give parts of a text, and the position of that."""


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
            return Elements((Lazy(element, reader.comprehended(expression.generators, at)),))
        case ast.DictComp(key=key):
            return Elements((Lazy(key, reader.comprehended(expression.generators, at)),))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return together(
                reader.elements(body, replace(at, local=(*at.local, Assumed(test, True)))),
                reader.elements(orelse, replace(at, local=(*at.local, Assumed(test, False)))),
            )
        case ast.BoolOp(values=values):
            return together(*(reader.elements(value, at) for value in values))
        case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
            return reader.elements(value, at)
        case ast.BinOp(op=ast.Add() | ast.BitOr(), left=left, right=right):
            first, second = reader.elements(left, at), reader.elements(right, at)
            return Elements((*first.items, *second.items)[:MOST_ITEMS], first.exact and second.exact)
        case ast.BinOp(op=ast.BitAnd(), left=left, right=right):
            # What is in both is in the one whose elements are known.
            sides = [reader.elements(each, at) for each in (left, right)]
            fixed = [each for each in sides if each.items and all(harmless(reader, item) for item in each.items)]
            return replace(fixed[0] if fixed else sides[0], exact=False)
        case ast.BinOp(op=ast.Sub(), left=left):
            return replace(reader.elements(left, at), exact=False)
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            collection = left if isinstance(left, ast.List | ast.Tuple) else right
            if isinstance(collection, ast.List | ast.Tuple):
                return replace(reader.elements(collection, at), exact=False)
        case ast.Subscript(value=value, slice=ast.Slice() as cut):
            return _sliced(reader.elements(value, at), cut)
        case ast.Constant(value=None):
            # Nothing to go through: what is put together of it is never run.
            return Elements((Known(constant("")),))
        case ast.Constant(value=str() as text):
            return Elements(tuple(Known(constant(each)) for each in dict.fromkeys(text[:MOST_ITEMS])))
        case ast.Attribute(attr="groupindex", value=value) if compiled_pattern(reader, value, at) is not None:
            # Names of groups are identifiers.
            return Elements((Known(single(reader.piece(PieceKind.VALIDATED, expression, at))),))
        case ast.Call():
            return _call(reader, expression, at)
    if not place_of(expression):
        held = looked_up(reader, expression, at) if isinstance(expression, ast.Subscript) else ()
        if held:
            return together(*(elements_in(reader, each) for each in held))
        return unknown_elements(reader, expression, at)
    found_ = place_elements(reader, expression, at)
    only = found_.items[0] if len(found_.items) == 1 else None
    if not isinstance(only, Known) or not all(
        piece.kind is PieceKind.UNKNOWN and not piece.outside for piece in only.flow.pieces
    ):
        return found_
    row = iterated_rows(reader, expression, at)
    return Elements((row,)) if row is not None else found_


def _sliced(whole: Elements, cut: ast.Slice) -> Elements:
    """`words[1:3]`: by position where each element and both ends are known."""
    first, last = written_number(cut.lower), written_number(cut.upper)
    known = (first is not None or cut.lower is None) and (last is not None or cut.upper is None)
    if not whole.exact or cut.step is not None or not known:
        return replace(whole, exact=False)
    return Elements(whole.items[first:last], exact=True)


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


def _call(reader: Reader, call: ast.Call, at: At) -> Elements:
    symbol = reader.callee(call, at)
    name = symbol.name.removeprefix("builtins.") if symbol is not None else ""
    if name == "sqlparse.split" and call.args:
        # Each statement keeps what stands around a value.
        return Elements((Known(reader.text(call.args[0], at)),))
    if name in SPLITTING and len(call.args) > SPLITTING[name]:
        return unknown_elements(reader, call.args[SPLITTING[name]], at)
    caught = found_elements(reader, call, at)
    if caught is not None:
        return caught
    asked = iterated_rows(reader, call, at) if getattr(call.func, "attr", "") in EXECUTED else None
    if asked is not None:
        return Elements((asked,))
    row = row_parts(reader, call, at)
    if row is not None and getattr(call.func, "attr", "") != "fetchone":
        return Elements((row,))
    if isinstance(call.func, ast.Attribute):
        found = _method(reader, call, call.func, at)
        if found is not None:
            return found
        changed = next((each.value for each in call.keywords if each.arg == "transform"), None)
        if changed is not None and call.func.attr == "get_param_as_list":
            # Falcon 4 calls it on each text.
            return _mapped(reader, changed, unknown_elements(reader, call, at), call, at)
    if symbol is not None and symbol.kind is SymbolKind.FUNCTION and converts(reader, call, symbol, at):
        return Elements((Known(single(reader.piece(PieceKind.NUMBER, call, at))),))
    if symbol is not None and symbol.kind is SymbolKind.FUNCTION:
        returned = reader.returned(call, at)
        if returned:
            held = [elements_in(reader, each) for each in returned]
            return held[0] if len(held) == 1 else together(*held)
        yielded = reader.yielded(call, at)
        if yielded is not None:
            return yielded
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
    if name == "zip" and len(call.args) == 1 and isinstance(call.args[0], ast.Starred):
        # `names, values = zip(*pairs)`: each is a collection of one part of the pairs.
        pair = merged(reader, reader.elements(call.args[0].value, at))
        if isinstance(pair, Lazy) and isinstance(pair.expression, ast.Tuple | ast.List):
            pair = Parts(tuple(Lazy(each, pair.at) for each in pair.expression.elts))
        if isinstance(pair, Parts):
            return Elements(tuple(Known(reader.element_text(each)) for each in pair.elements), exact=True)
        return unknown_elements(reader, call.args[0].value, at)
    if name in ("zip", "itertools.product", "itertools.zip_longest") and call.args:
        held = [reader.elements(argument, at) for argument in call.args]
        if name == "zip" and all(each.exact for each in held):
            # The first of each, the second of each.
            return Elements(
                tuple(Parts(each) for each in zip(*(each.items for each in held), strict=False)), exact=True
            )
        return Elements((Parts(tuple(merged(reader, each) for each in held)),))
    if name == "itertools.groupby" and call.args:
        rows = reader.elements(call.args[0], at)
        key = next((each.value for each in call.keywords if each.arg == "key"), None) or (
            call.args[1] if len(call.args) > 1 else None
        )
        grouped = _mapped(reader, key, rows, call, at) if key is not None else rows
        return Elements((Parts((merged(reader, grouped), merged(reader, rows))),))
    if name in ("itertools.chain", "itertools.chain.from_iterable") and call.args:
        return together(*(reader.elements(argument, at) for argument in call.args))
    if name == "map" and len(call.args) == 2 and getattr(call.args[0], "id", "") in ("list", "tuple"):
        # Of each a copy.
        return reader.elements(call.args[1], at)
    if name == "map" and len(call.args) >= 2:
        return _mapped(reader, call.args[0], reader.elements(call.args[1], at), call, at)
    if name == "filter" and len(call.args) == 2:
        return replace(reader.elements(call.args[1], at), exact=False)
    return unknown_elements(reader, call, at)


def _mapped(reader: Reader, function: ast.expr, items: Elements, call: ast.Call, at: At) -> Elements:
    """`map(function, items)`: the function is called on one element that stands for all."""
    inner = merged(reader, items)
    if isinstance(function, ast.Lambda):
        parameters = [*function.args.posonlyargs, *function.args.args]
        bound = tuple(Bound(parameter.arg, inner) for parameter in parameters[:1])
        return Elements((Lazy(function.body, replace(at, local=(*at.local, *bound))),))
    made = ast.copy_location(ast.Call(func=function, args=[ast.Name(id=" element", ctx=ast.Load())], keywords=[]), call)
    ast.copy_location(made.args[0], call)
    return Elements((Lazy(made, replace(at, local=(*at.local, Bound(" element", inner)))),))


def _method(reader: Reader, call: ast.Call, func: ast.Attribute, at: At) -> Elements | None:
    match func.attr:
        case "model_dump" | "dict" | "_asdict" | "to_dict":
            table = reader.table(call, at)
            return Elements(table.keys) if table is not None else None
        case "keys" if not call.args:
            table = reader.table(func.value, at)
            return Elements(table.keys) if table is not None else Elements(_open_entry(reader, func.value, at)[:1])
        case "values" if not call.args:
            table = reader.table(func.value, at)
            return Elements(table.values) if table is not None else Elements(_open_entry(reader, func.value, at)[1:])
        case "items" if not call.args:
            table = reader.table(func.value, at)
            if table is None:
                return Elements((Parts(_open_entry(reader, func.value, at)),))
            return Elements(tuple(Parts((key, value)) for key, value in zip(table.keys, table.values, strict=False)))
        case "split" | "rsplit" | "splitlines" | "partition":
            text = reader.text(func.value, at).constant
            if text is not None and len(text) < 2000:
                separator = reader.text(call.args[0], at).constant if call.args else None
                words = re.split(re.escape(separator), text) if separator else text.split()
                return Elements(tuple(Known(constant(word)) for word in words[:MOST_ITEMS]), exact=True)
            return unknown_elements(reader, func.value, at)
        case "values_list":
            listed = listed_values(reader, call, at)
            return Elements((listed,)) if listed is not None else None
        case "copy" | "union" | "intersection" | "difference" if not call.keywords:
            first = reader.elements(func.value, at)
            if func.attr == "intersection" and not all(harmless(reader, each) for each in first.items):
                sides = [reader.elements(argument, at) for argument in call.args]
                known = [each for each in sides if each.items and all(harmless(reader, item) for item in each.items)]
                return replace(known[0] if known else first, exact=False)
            if func.attr != "union":
                return first
            return together(first, *(reader.elements(argument, at) for argument in call.args))
    return None


def _open_entry(reader: Reader, mapping: ast.expr, at: At) -> tuple[Element, Element]:
    """A key and a value of a mapping that is not known as a whole: `{"mark": 1, **request.args}` holds what was sent in both."""
    unknown = merged(reader, unknown_elements(reader, mapping, at))
    held = reader.elements(mapping, at).items
    sent = [each for each in held if any(piece.kind is PieceKind.REQUEST for piece in reader.element_text(each).pieces)]
    return (merged(reader, Elements(tuple(sent))),) * 2 if sent else (unknown, unknown)


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
