"""What text an attribute or a subscript can be, by what it hangs on: an expression in, a composition of pieces out."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.languages.python.names import dotted
from readiness.linking.flow.declared import command_option, form_field, made_by, parsed_option
from readiness.linking.flow.definitions import Binding
from readiness.linking.flow.described import CODE_NAMES, CODE_PATHS, ENUM_CLASSES, TABLE_TYPES, describes
from readiness.linking.flow.entities import entity_text, names_a_table
from readiness.linking.flow.fixed_attributes import constants_named, is_open
from readiness.linking.flow.libraries import ATTRIBUTES
from readiness.linking.flow.matches import caught_text
from readiness.linking.flow.nodes import FunctionNode, place_of, root_of, written_number
from readiness.linking.flow.objects import attribute_by_key, attribute_text, constructed
from readiness.linking.flow.parts import harmless, merged, values_under
from readiness.linking.flow.pieces import Flow, constant, mapped, single, union
from readiness.linking.flow.reader import At, Bound, Elements, Lazy, Reader, Table
from readiness.linking.flow.rows import column_text, is_key
from readiness.linking.flow.sources import (
    ANSWER_NUMBERS,
    GATEWAY_DATA,
    SETTINGS_TYPES,
    asks_request,
    is_request_type,
)
from readiness.linking.flow.symbols import constant_of, kind_of_request, sent_name, symbol_text
from readiness.linking.flow.types import annotation_kind, field_kind, type_kind
from readiness.model import FROM_DATABASE, Piece, PieceKind, Symbol, SymbolKind

MEASURES = frozenset({"bounds", "area", "length", "x", "y", "z", "minimum_clearance", "wkt", "wkb_hex"})
"""Attributes of the shapes of shapely 2.1, which are written by the library out of numbers."""


CURSOR_NUMBERS = frozenset({"lastrowid", "rowcount", "rownumber", "arraysize"})
"""Attributes of cursors by PEP 249."""
SIGNED_IN = ("request.user", "info.context.user")


def parameter_names(function: FunctionNode) -> list[str]:
    """Every parameter of a function, in order."""
    given = function.args
    return [
        each.arg
        for each in (
            *given.posonlyargs, *given.args, *([given.vararg] if given.vararg else []), *given.kwonlyargs,
            *([given.kwarg] if given.kwarg else []),
        )
    ]  # fmt: skip


def parameter_kind(
    reader: Reader, name: str, function: FunctionNode, at: At, *, element: bool = False
) -> PieceKind | None:
    """The kind of a parameter by its annotation."""
    index = reader.index(at.path)
    summary = reader.code.summary(at.path)
    if index is None or summary is None:
        return None
    scope = index.definition_index(function)
    if scope < 0:
        return None
    for parameter in getattr(summary.definitions[scope], "parameters", ()):
        if parameter.name == name:
            return annotation_kind(reader.code, at.path, parameter.annotation, scope, element=element)
    return None


def member_text(reader: Reader, expression: ast.expr, at: At) -> Flow:
    """The text of an attribute or a subscript by what it hangs on."""
    if describes(expression):
        return single(reader.piece(PieceKind.VALIDATED, expression, at))
    if isinstance(expression, ast.Attribute):
        told = _told_by_library(reader, expression, at)
        if told is not None:
            return single(reader.piece(told, expression, at))
    found = form_field(reader, expression, at)
    if found is None and isinstance(expression, ast.Attribute):
        found = parsed_option(reader, expression, at)
    if found is None and dotted(expression):
        found = _named_member(reader, expression, at)
    if found is not None:
        return found
    if isinstance(expression, ast.Subscript) and isinstance(expression.slice, ast.Slice):
        whole = reader.text(expression.value, at)
        if len(whole.pieces) > 1:
            # `sql[:end]` can hold any of the pieces of the text.
            return replace(whole, complete=False)
    if isinstance(expression, ast.Subscript):
        looked_up = (
            caught_text(reader, expression, at)
            or _looked_up(reader, expression, at)
            or command_option(reader, expression.value, expression.slice, expression, at)
            or column_text(reader, expression, at)
            or attribute_by_key(reader, expression, at)
        )
        if looked_up is not None:
            return looked_up
    if isinstance(expression, ast.Attribute):
        typed = _typed_member(reader, expression, at)
        typed = typed or entity_text(reader, expression, at) or _of_element(reader, expression, at)
        if typed is not None:
            return typed
    if isinstance(expression, ast.Attribute | ast.Subscript):
        base = reader.text(expression.value, at)
        named = (
            constants_named(reader.code, expression.attr)
            if isinstance(expression, ast.Attribute) and (base.structure or is_open(base))
            else ()
        )
        return union(constant(each) for each in named) if named else derived_text(reader, expression, base, at)
    return single(reader.piece(PieceKind.UNKNOWN, expression, at))


def _told_by_library(reader: Reader, expression: ast.Attribute, at: At) -> PieceKind | None:
    """An attribute that means one thing whatever it hangs on: `cursor.lastrowid`; `self._table` where Odoo is used."""
    if names_a_table(reader, expression, at):
        return PieceKind.VALIDATED
    if expression.attr in CURSOR_NUMBERS:
        return PieceKind.NUMBER
    held = ATTRIBUTES.get(expression.attr)
    summary = reader.code.summary(at.path) if held is not None else None
    if held is None or summary is None:
        return None
    kind, packages = held
    return kind if any(each.module.partition(".")[0] in packages for each in summary.imports) else None


def _named_member(reader: Reader, expression: ast.expr, at: At) -> Flow | None:
    """`module.CONSTANT`, `Status.ACTIVE.value`, `Model.__tablename__`, `self.table`, `settings.schema`."""
    name = dotted(expression)
    root = name.partition(".")[0]
    if name.endswith(CODE_PATHS) or name.rpartition(".")[2] in CODE_NAMES:
        value = constant_of(reader, expression, at)
        return value or single(reader.piece(PieceKind.VALIDATED, expression, at))
    if any(isinstance(local, Bound) and local.name == root for local in at.local):
        return None
    index = reader.index(at.path)
    function = index.scope_owner(at.statement) if index is not None else None
    local = isinstance(function, FunctionNode) and bool(
        root in parameter_names(function)[1 if root in ("self", "cls") else 0 :]
        or any(
            not isinstance(each.statement, ast.Import | ast.ImportFrom)
            for each in reader.definitions(root, at).definitions
        )
    )
    if root in ("self", "cls"):
        found = _instance_member(reader, expression, at)
        if found is not None:
            return found
    symbol = reader.symbol(expression, at)
    if symbol is not None and not local:
        found = symbol_text(reader, expression, symbol, at)
        if found is not None and not _says_nothing(found):
            return mapped(found, lambda piece: _unowned(reader, piece, expression, at))
    above = reader.symbol(expression.value, at) if isinstance(expression, ast.Attribute) and not local else None
    if (
        above is not None
        and above.kind is SymbolKind.CLASS
        and not above.rest
        and reader.code.is_a(above, ENUM_CLASSES)
    ):
        # What an enumeration has besides its members, by its own class: `Status.ALL`.
        return single(reader.piece(PieceKind.VALIDATED, expression, at))
    return None


def _says_nothing(flow: Flow) -> bool:
    return bool(flow.pieces) and flow.only(PieceKind.UNKNOWN) and not any(piece.outside for piece in flow.pieces)


def _unowned(reader: Reader, piece: Piece, expression: ast.expr, at: At) -> Piece:
    """A parameter of another function is no parameter of this one."""
    if piece.kind is not PieceKind.PARAMETER:
        return piece
    here = reader.piece(PieceKind.UNKNOWN, expression, at)
    return replace(piece, text=here.text, span=here.span, origin=piece.origin or piece.span)


def _instance_member(reader: Reader, expression: ast.expr, at: At) -> Flow | None:
    """`self.x`: every value that the methods of the class bind to it."""
    index = reader.index(at.path)
    node = index.owner_class(at.statement) if index is not None else None
    if node is None or index is None or not isinstance(expression, ast.Attribute) or dotted(expression).count(".") != 1:
        return None
    number = index.definition_index(node)
    owner = Symbol(SymbolKind.CLASS, reader.code.symbol(at.path, number), at.path, number)
    instance = constructed(reader, expression.value, at) if at.frame is not None else None
    if instance is not None and isinstance(instance.expression, ast.Call):
        owner = reader.callee(instance.expression, instance.at) or owner
    found = attribute_text(reader, owner, expression, instance, at)
    if found is not None and instance is None:
        found = mapped(found, lambda piece: _of_some(piece, at))
    return mapped(found, lambda piece: _unowned(reader, piece, expression, at)) if found is not None else None


def _of_some(piece: Piece, at: At) -> Piece:
    """A text that some caller of the constructor passes: which object this is cannot be told, so its source says nothing."""
    elsewhere = any(span is not None and span.path != at.path for span in (piece.span, piece.origin))
    return replace(piece, outside="") if piece.outside and elsewhere else piece


def named_value(reader: Reader, table: Table, key: ast.expr, at: At) -> Flow | None:
    """What a table holds under a key; None where the key is not known, or the table does not name it."""
    named = values_under(reader, table, key, at)
    return union(reader.element_text(each) for each in named) if named else None


def _looked_up(reader: Reader, expression: ast.Subscript, at: At) -> Flow | None:
    """`TABLE[key]`: one of the table's values; `collection[0]`: one of its elements."""
    if isinstance(expression.slice, ast.Slice):
        return None
    checked = _returned_part(reader, expression, at)
    if checked is not None:
        return checked
    table = reader.table(expression.value, at)
    if table is not None and table.values:
        named = named_value(reader, table, expression.slice, at)
        if named is not None:
            return named
        return fixed(reader, expression, reader.element_text(merged(reader, Elements(table.values))), at)
    symbol = reader.symbol(expression.value, at)
    if symbol is not None and symbol.kind is SymbolKind.CLASS and reader.code.is_a(symbol, ENUM_CLASSES):
        return single(reader.piece(PieceKind.VALIDATED, expression, at))
    if symbol is not None and symbol.name == "os.environ":
        return single(reader.piece(PieceKind.CONFIGURED, expression, at))
    origin = reader.origin(expression.value, at)
    if origin is not None and isinstance(origin.expression, ast.List | ast.Tuple | ast.ListComp):
        index = reader.index(at.path)
        if index is not None and place_of(expression.value) in index.reshaped:
            # What stands at a position now is not known: any of them.
            return fixed(
                reader, expression, reader.element_text(merged(reader, reader.elements(expression.value, at))), at
            )
        elements = reader.elements(origin.expression, origin.at)
        if isinstance(expression.slice, ast.Constant) and isinstance(expression.slice.value, int) and elements.exact:
            position = expression.slice.value
            if -len(elements.items) <= position < len(elements.items):
                return reader.element_text(elements.items[position])
        return fixed(reader, expression, reader.element_text(merged(reader, elements)), at)
    if origin is not None and isinstance(origin.expression, ast.Call) and isinstance(origin.expression.func, ast.Name):
        # `tuple(COLUMNS)[-1]`
        elements = reader.elements(origin.expression, origin.at)
        wanted = written_number(expression.slice)
        if elements.exact and wanted is not None and -len(elements.items) <= wanted < len(elements.items):
            return reader.element_text(elements.items[wanted])
        if elements.items and all(harmless(reader, each) for each in elements.items):
            return single(reader.piece(PieceKind.VALIDATED, expression, at))
    kind: PieceKind | None = None
    if isinstance(expression.value, ast.Name):
        index = reader.index(at.path)
        function = index.scope_owner(at.statement) if index is not None else None
        if isinstance(function, FunctionNode) and expression.value.id in parameter_names(function):
            kind = parameter_kind(reader, expression.value.id, function, at, element=True)
    return single(reader.piece(kind, expression, at)) if kind is not None else None


def _returned_part(reader: Reader, expression: ast.Subscript, at: At) -> Flow | None:
    """`validated(request)["channel"]`: the part as the function of the project has it where it returns, behind its checks; None
    where the function does not look at that part."""
    position = written_number(expression.slice)
    if not (isinstance(expression.slice, ast.Constant) or position is not None):
        return None
    if not isinstance(expression.value, ast.Name | ast.Call):
        return None
    flows = []
    for origin in made_by(reader, expression.value, at):
        returned = reader.returned(origin.expression, origin.at) if isinstance(origin.expression, ast.Call) else ()
        if not returned:
            return None
        for each in returned:
            written = _written_position(each.expression, position)
            if written is not None:
                flows.append(reader.text(written, each.at))
                continue
            if not isinstance(each.expression, ast.Name):
                return None
            made = ast.copy_location(ast.Subscript(each.expression, expression.slice, ast.Load()), each.expression)
            if all(one.binding is Binding.OTHER for one in reader.definitions(place_of(made), each.at).definitions):
                return None
            flows.append(reader.text(made, each.at))
    return mapped(union(flows), lambda piece: _unowned(reader, piece, expression, at)) if flows else None


def _written_position(collection: ast.expr, position: int | None) -> ast.expr | None:
    """What stands at a position of a tuple or a list as written."""
    if not isinstance(collection, ast.Tuple | ast.List) or position is None:
        return None
    if any(isinstance(each, ast.Starred) for each in collection.elts):
        return None
    held = collection.elts
    return held[position] if -len(held) <= position < len(held) else None


def fixed(reader: Reader, expression: ast.expr, flow: Flow, at: At) -> Flow:
    """A value of a table of constants, shown as the look-up that it is."""
    if flow.alternatives and flow.only(PieceKind.CONSTANT, PieceKind.NUMBER, PieceKind.VALIDATED):
        return single(reader.piece(PieceKind.VALIDATED, expression, at))
    return flow


def _typed_member(reader: Reader, expression: ast.Attribute, at: At) -> Flow | None:
    """An attribute by the class of what it hangs on."""
    owner = reader.type_of(expression.value, at)
    if owner is None:
        return None
    if is_request_type(reader.code, owner):
        return single(reader.piece(kind_of_request(expression.attr), expression, at, sent_name(expression)))
    if reader.code.is_a(owner, SETTINGS_TYPES):
        return single(reader.piece(PieceKind.CONFIGURED, expression, at))
    if expression.attr in ("value", "name") and type_kind(reader.code, owner) is PieceKind.VALIDATED:
        return single(reader.piece(PieceKind.VALIDATED, expression, at))
    if type_kind(reader.code, owner) is PieceKind.NUMBER:
        return single(reader.piece(PieceKind.NUMBER, expression, at))
    if owner.kind is SymbolKind.EXTERNAL and owner.name.startswith("shapely.") and expression.attr in MEASURES:
        return single(reader.piece(PieceKind.NUMBER, expression, at))
    if expression.attr in ("name", "fullname", "schema", "key") and reader.code.is_a(owner, TABLE_TYPES):
        return single(reader.piece(PieceKind.VALIDATED, expression, at))
    field = field_kind(reader.code, owner, expression.attr)
    if field is not None:
        return single(reader.piece(field, expression, at))
    if owner.kind is not SymbolKind.CLASS:
        return None
    return attribute_text(reader, owner, expression, constructed(reader, expression.value, at), at)


def _of_element(reader: Reader, expression: ast.Attribute, at: At) -> Flow | None:
    """`for mill in mills: mill.name`, where what is gone through holds nothing but classes, or what calls of classes make."""
    if not isinstance(expression.value, ast.Name):
        return None
    bound = next(
        (each for each in reversed(at.local) if isinstance(each, Bound) and each.name == expression.value.id), None
    )
    if bound is not None:
        elements = Elements((bound.element,))
    else:
        reached = reader.definitions(expression.value.id, at)
        only = reached.definitions[0] if len(reached.definitions) == 1 and not reached.falls else None
        if only is None or only.binding is not Binding.ELEMENT or only.path or only.expression is None:
            return None
        elements = reader.elements(only.expression, replace(at, statement=only.statement, local=(), end=False))
    flows = []
    for each in elements.items:
        if not isinstance(each, Lazy) or not isinstance(each.expression, ast.Call | ast.Name | ast.Attribute):
            return None
        called = isinstance(each.expression, ast.Call)
        made = (
            reader.callee(each.expression, each.at)
            if isinstance(each.expression, ast.Call)
            else reader.symbol(each.expression, each.at)
        )
        if made is None or made.kind is not SymbolKind.CLASS or (made.rest and not called):
            return None
        part = ast.copy_location(ast.Attribute(each.expression, expression.attr, ast.Load()), each.expression)
        flows.append(reader.text(part, each.at))
    found = union(flows)
    return mapped(found, lambda piece: _unowned(reader, piece, expression, at)) if flows else None


def derived_text(reader: Reader, expression: ast.expr, base: Flow, at: At) -> Flow:
    """A part of something: as risky as the whole."""
    if not base.alternatives:
        # A part of what another round adds, which has been seen.
        return base
    piece = base.riskiest
    if piece is None:
        return single(reader.piece(PieceKind.UNKNOWN, expression, at))
    text = base.constant
    if text is not None and not isinstance(expression, ast.Attribute):
        return constant(text)
    if (
        piece.kind is PieceKind.PARAMETER
        and isinstance(expression, ast.Attribute)
        and piece.text.removeprefix("self.") == piece.source
        and asks_request(reader.code, piece.owner, piece.source, expression.attr)
    ):
        return single(reader.piece(PieceKind.REQUEST, expression, at, sent_name(expression)))
    if (
        piece.kind is PieceKind.PARAMETER
        and piece.text == piece.source == "event"
        and isinstance(expression, ast.Subscript | ast.Call)
        and sent_name(expression) in GATEWAY_DATA
    ):
        # What API Gateway hands to a function: `event["queryStringParameters"]`.
        return single(reader.piece(PieceKind.REQUEST, expression, at, sent_name(expression)))
    if (
        isinstance(expression, ast.Attribute)
        and (
            expression.attr == "pk"
            or (expression.attr == "id" and (piece.text.endswith(SIGNED_IN) or _managed(reader, expression.value, at)))
        )
        and piece.kind in (PieceKind.PARAMETER, PieceKind.UNKNOWN)
    ):
        # Django's name for the key of an object, which its database made; the key of the user that was found for a request.
        return single(reader.piece(PieceKind.NUMBER, expression, at))
    if piece.kind in (PieceKind.REQUEST, PieceKind.PARAMETER):
        source = sent_name(expression) if piece.kind is PieceKind.REQUEST else piece.source
        if piece.kind is PieceKind.REQUEST and isinstance(root_of(expression), ast.Name) and piece.source:
            source = source if isinstance(expression, ast.Subscript | ast.Call) else piece.source
        here = reader.piece(piece.kind, expression, at, source)
        origin = piece.origin or piece.span
        return single(
            replace(
                here, owner=piece.owner, origin=origin, checked=piece.checked, loose=piece.loose, outside=piece.outside
            )
        )
    if piece.kind in (
        PieceKind.NUMBER,
        PieceKind.PLACEHOLDERS,
        PieceKind.VALIDATED,
        PieceKind.CONFIGURED,
        PieceKind.QUOTED,
        PieceKind.STRUCTURE,
    ):
        kind = PieceKind.UNKNOWN if piece.kind is PieceKind.STRUCTURE else piece.kind
        return single(reader.piece(kind, expression, at))
    if piece.outside and isinstance(expression, ast.Attribute) and expression.attr in ANSWER_NUMBERS:
        return single(reader.piece(PieceKind.NUMBER, expression, at))
    if piece.outside == FROM_DATABASE and is_key(expression):
        return single(reader.piece(PieceKind.NUMBER, expression, at))
    return single(replace(reader.piece(PieceKind.UNKNOWN, expression, at), outside=piece.outside, unread=piece.unread))


def _managed(reader: Reader, expression: ast.expr, at: At) -> bool:
    """What a manager of Django gave, `kinds.objects.get(name=name)`, of an unknown class; in a file that imports Django."""
    summary = reader.code.summary(at.path)
    if summary is None or not any(each.module.partition(".")[0] == "django" for each in summary.imports):
        return False
    origin = reader.origin(expression, at)
    step = origin.expression if origin is not None else None
    while isinstance(step, ast.Call | ast.Attribute):
        if isinstance(step, ast.Attribute) and step.attr == "objects":
            return True
        step = step.func if isinstance(step, ast.Call) else step.value
    return False


def member_of_call(reader: Reader, expression: ast.expr, base: Flow, at: At) -> Flow:
    """What a method of an unknown object gives: as risky as the object."""
    return derived_text(reader, expression, base, at)
