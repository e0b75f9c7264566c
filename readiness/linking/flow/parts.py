"""The parts of collections while a text is worked out: elements in, one that stands for any, what is unpacked of it, out."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.linking.flow.nodes import FunctionNode
from readiness.linking.flow.pieces import Flow, constant, single, union
from readiness.linking.flow.reader import (
    Assumed,
    At,
    Bound,
    Choice,
    Element,
    Elements,
    Known,
    Lazy,
    Parts,
    Reader,
    Table,
)
from readiness.model import Piece, PieceKind

MOST_ITEMS = 60
IN_ORDER = frozenset({"zip", "list", "tuple", "map"})
"""Functions whose elements have their places: what unpacking takes out of a call of them."""
COLLECTIONS = (
    ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp
)  # fmt: skip


def unknown_elements(reader: Reader, expression: ast.expr, at: At) -> Elements:
    """One element that stands for all, as risky as the collection itself."""
    whole = reader.text(expression, at)
    if not whole.alternatives:
        # What another round adds has been seen.
        return Elements(())
    return Elements((Known(_one_of(reader, expression, whole, at)),))


def _one_of(reader: Reader, expression: ast.expr, whole: Flow, at: At) -> Flow:
    piece = whole.riskiest
    if piece is not None and whole.constants is not None:
        # The signs of a fixed text.
        return single(reader.piece(PieceKind.VALIDATED, expression, at))
    if piece is None or piece.kind in (PieceKind.CONSTANT, PieceKind.STRUCTURE):
        return single(reader.piece(PieceKind.UNKNOWN, expression, at))
    return single(piece)


def together(*each: Elements) -> Elements:
    return Elements(tuple(item for elements in each for item in elements.items)[:MOST_ITEMS])


def harmless(reader: Reader, element: Element) -> bool:
    """The element is a constant, a number or a name that the code defines."""
    flow = reader.element_text(element)
    return bool(flow.alternatives) and flow.only(PieceKind.CONSTANT, PieceKind.NUMBER, PieceKind.VALIDATED)


def comprehended(reader: Reader, generators: list[ast.comprehension], at: At) -> At:
    """Where the element of a comprehension is read: its targets bound, its conditions assumed."""
    here = at
    for generator in generators:
        source = reader.elements(generator.iter, here)
        bound = tuple(Bound(name, element) for name, element in _unpacked(generator.target, merged(reader, source)))
        assumed = tuple(Assumed(test, True) for test in generator.ifs)
        here = replace(here, local=(*here.local, *bound, *assumed))
    return here


def values_under(reader: Reader, table: Table, key: ast.expr, at: At) -> tuple[Element, ...]:
    """The values that a mapping holds under a key; none where the key is not known, or the mapping does not name it."""
    wanted = reader.text(key, at).constant
    if wanted is None:
        return ()
    pairs = zip(table.keys, table.values, strict=False)
    return tuple([value for name, value in pairs if reader.element_text(name).constant == wanted])


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
    if elements.items and all(_is_collection(reader, each) for each in elements.items):
        return Choice(elements.items)
    return Known(either_text(reader, elements.items))


def _is_collection(reader: Reader, element: Element) -> bool:
    """The element is a collection as written, or a name of one."""
    if not isinstance(element, Lazy):
        return isinstance(element, Choice)
    if isinstance(element.expression, COLLECTIONS):
        return True
    if not isinstance(element.expression, ast.Name | ast.Attribute):
        return False
    origin = reader.origin(element.expression, element.at)
    if origin is None or not isinstance(origin.expression, ast.Call):
        return origin is not None and isinstance(origin.expression, COLLECTIONS)
    returned = reader.returned(origin.expression, origin.at)
    return bool(returned) and all(isinstance(each.expression, COLLECTIONS) for each in returned)


def either_text(reader: Reader, elements: tuple[Element, ...]) -> Flow:
    """The text of any of some elements; many constants are shown as one of a fixed set."""
    flow = union(reader.element_text(each) for each in elements)
    constants = flow.constants
    if constants is not None and len(constants) > 4:
        first = elements[0]
        span = reader.piece(PieceKind.VALIDATED, first.expression, first.at) if isinstance(first, Lazy) else None
        shown = ", ".join(repr(text) for text in constants[:3])
        text = f"one of {shown}, ..."
        return single(replace(span, text=text) if span is not None else Piece(PieceKind.VALIDATED, text))
    return flow


def elements_in(reader: Reader, element: Element) -> Elements:
    """What a collection that is itself an element holds."""
    match element:
        case Lazy(expression=expression, at=at):
            return reader.elements(expression, at)
        case Choice(elements=elements):
            return together(*(elements_in(reader, each) for each in elements))
        case Parts(elements=elements):
            return Elements(elements, exact=True)
    return Elements((Known(reader.element_text(element)),))


def taken(reader: Reader, value: ast.expr, path: tuple[int, ...], at: At) -> Element | None:
    """What unpacking takes out of an expression; None where its parts are not known."""
    origin = reader.origin(value, at)
    source, place = (origin.expression, origin.at) if origin is not None else (value, at)
    if isinstance(source, ast.Call):
        row = reader.row(source, place)
        if row is not None:
            return part_of(reader, row, path)
        if isinstance(source.func, ast.Name) and source.func.id in IN_ORDER:
            columns = reader.elements(source, place)
            return part_of(reader, Parts(columns.items), path) if columns.exact else None
        returned = reader.returned(source, place)
        found = [taken(reader, each.expression, path, each.at) for each in returned or ()]
        parts = tuple(each for each in found if each is not None)
        if not parts or len(parts) < len(found):
            return None
        return parts[0] if len(parts) == 1 else Choice(parts)
    if isinstance(source, ast.Tuple | ast.List) and not any(isinstance(each, ast.Starred) for each in source.elts):
        return part_of(reader, Lazy(source, place), path)
    return None


def unbound(reader: Reader, place: str, at: At) -> bool:
    """A variable of the function that no statement before has bound: to read it raises UnboundLocalError."""
    index = reader.index(at.path)
    function = index.scope_owner(at.statement) if index is not None and not at.end else None
    if index is None or not isinstance(function, FunctionNode) or not place.isidentifier():
        return False
    given = function.args
    arguments = (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg)
    if any(each is not None and each.arg == place for each in arguments):
        return False
    return index.binds(function, place)


def part_of(reader: Reader, element: Element, path: tuple[int, ...]) -> Element:
    """The part of an element that an unpacked target takes."""
    for step, position in enumerate(path):
        if isinstance(element, Choice):
            return Choice(tuple(part_of(reader, each, path[step:]) for each in element.elements))
        if isinstance(element, Parts):
            if position >= len(element.elements):
                return Known(constant(""))
            element = element.elements[position]
        elif isinstance(element, Lazy):
            inner = reader.origin(element.expression, element.at)
            if inner is not None and isinstance(inner.expression, ast.Call):
                part = taken(reader, inner.expression, (position,), inner.at)
                if part is not None:
                    element = part
                    continue
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
