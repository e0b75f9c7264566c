"""What text a name, an attribute or a subscript can be: the place and where it is read in, a composition of pieces out."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.languages.python.walking import children, walk
from readiness.linking.flow.declared import declared_parameter, ignores_annotations, is_event
from readiness.linking.flow.definitions import Binding, Definition
from readiness.linking.flow.described import CODE_NAMES
from readiness.linking.flow.guards import Restriction, passed_by, restriction
from readiness.linking.flow.members import (
    derived_text,
    member_text,
    parameter_kind,
    parameter_names,
)
from readiness.linking.flow.nodes import Carried, FunctionNode, own_statements, place_of
from readiness.linking.flow.parts import merged, part_of, taken, unbound
from readiness.linking.flow.pieces import NOTHING, Flow, concatenate, mapped, single, union
from readiness.linking.flow.reaching import bindings_of, carried
from readiness.linking.flow.reader import Assumed, At, Reader
from readiness.linking.flow.sources import MESSAGE
from readiness.linking.flow.statements import walk_expression
from readiness.linking.flow.symbols import symbol_text
from readiness.linking.flow.text import as_number
from readiness.linking.flow.types import annotation_kind
from readiness.model import FROM_DATABASE, Piece, PieceKind

DEEPEST_CHECK = 3
"""Functions that a check is followed through."""
HARMLESS = frozenset(
    {PieceKind.CONSTANT, PieceKind.NUMBER, PieceKind.VALIDATED, PieceKind.PLACEHOLDERS, PieceKind.QUOTED}
)


def name_text(reader: Reader, expression: ast.expr, at: At) -> Flow | None:
    """The text of a place; None for an expression that is none, and for what is not known."""
    place = place_of(expression)
    if not place:
        return member_text(reader, expression, at) if isinstance(expression, ast.Attribute | ast.Subscript) else None
    root = place.split(".", 1)[0].split("[", 1)[0]
    for position in range(len(at.local) - 1, -1, -1):
        local = at.local[position]
        if isinstance(local, Assumed):
            held = restriction(reader, local.test, local.truth, place, replace(at, local=at.local[:position]))
            if held is not None:
                return _restricted(reader, expression, held, replace(at, local=at.local[:position]), local.test)
        elif local.name == root:
            if root == place:
                return reader.element_text(local.element)
            return member_text(reader, expression, at)
    reached = reader.definitions(place, at)
    flows = []
    rounds: dict[int, Carried] = {}
    for definition in reached.definitions:
        if definition.binding is Binding.OTHER:
            continue
        index = reader.index(at.path) if definition.loop is not None else None
        around = carried(index, place, definition) if index is not None else None
        if around is None:
            flows.append(_defined(reader, expression, definition, at))
        elif id(around) not in rounds:
            rounds[id(around)] = around
            flows.append(reader.text(around, At(at.path, around.loop, frame=at.frame)))
    imported = [each for each in reached.definitions if isinstance(each.statement, ast.Import | ast.ImportFrom)]
    if imported and isinstance(expression, ast.Name):
        flows.append(_global(reader, expression, replace(at, statement=imported[0].statement) if at.end else at))
    elif any(each.binding is Binding.OTHER for each in reached.definitions) or (
        reached.falls and not unbound(reader, place, at)
    ):
        flows.append(_undefined(reader, expression, at))
    if isinstance(expression, ast.Name):
        flows.extend(_from_inside(reader, expression, at))
        flows.extend(_just_bound(reader, expression, at))
    return union(flows)


def carried_text(reader: Reader, around: Carried, at: At) -> Flow:
    """The text of a place as the rounds of a loop leave it."""
    index = reader.index(at.path)
    bound = index.rounds[id(around.loop), place_of(around.shown), False] if index is not None else ()
    return union(_defined(reader, around.shown, each, at) for each in bound if each.binding is not Binding.OTHER)


def _just_bound(reader: Reader, expression: ast.Name, at: At) -> list[Flow]:
    """What the same statement bound the name to, before it is read: `(half := text) + half`."""
    index = reader.index(at.path)
    if index is None or at.end or expression.id not in index.walruses:
        return []
    read = getattr(expression, "lineno", 0), getattr(expression, "col_offset", 0)
    return [
        reader.text(node.value, at)
        for part in children(at.statement)
        if isinstance(part, ast.expr)
        for node in walk_expression(part)
        if isinstance(node, ast.NamedExpr) and node.target.id == expression.id and (node.lineno, node.col_offset) < read
    ]


def _from_inside(reader: Reader, expression: ast.Name, at: At) -> list[Flow]:
    """What functions inside of this one bind its variable to: `nonlocal name`."""
    index = reader.index(at.path)
    function = index.scope_owner(at.statement) if index is not None and expression.id in index.inner else None
    if index is None or not isinstance(function, FunctionNode):
        return []
    return [
        _defined(reader, expression, definition, At(at.path, definition.statement))
        for inner in index.inner_bindings(expression.id, function)
        for definition in bindings_of(index, expression.id, inner)
        if definition.binding is not Binding.OTHER
    ]


def _restricted(reader: Reader, expression: ast.expr, held: Restriction, at: At, test: ast.expr) -> Flow:
    """The text of a place that passed a test."""
    if held is Restriction.NUMBER:
        return single(reader.piece(PieceKind.NUMBER, expression, at))
    if held is Restriction.FIXED:
        return single(reader.piece(PieceKind.VALIDATED, expression, at))
    written = reader.piece(PieceKind.UNKNOWN, test, at).text

    def passed(piece: Piece) -> Piece:
        if piece.kind in HARMLESS:
            return piece
        loose = held is Restriction.LOOSE and (not piece.checked or piece.loose)
        return replace(piece, checked=written, loose=loose)

    return mapped(reader.text(expression, at), passed)


def _defined(reader: Reader, expression: ast.expr, definition: Definition, at: At) -> Flow:
    """The text that one binding gives."""
    value = definition.expression
    here = replace(at, statement=definition.statement, local=(), end=False)
    if value is None:
        return single(reader.piece(PieceKind.UNKNOWN, expression, at))
    match definition.binding:
        case Binding.GUARDED:
            held = _guard(reader, definition, place_of(expression), here)
            return _restricted(reader, expression, held, here, value)
        case Binding.MATCHED:
            return union(reader.text(each, here) for each in value.elts) if isinstance(value, ast.Tuple) else NOTHING
        case Binding.AUGMENTED:
            return _augmented(reader, expression, definition, here)
        case Binding.ELEMENT:
            element = part_of(reader, merged(reader, reader.elements(value, here)), definition.path)
            return reader.element_text(element)
        case Binding.CONTEXT:
            return _entered(reader, expression, value, here)
        case Binding.PART:
            return derived_text(reader, expression, reader.text(value, here), here)
    if definition.path:
        return _unpacked(reader, expression, definition, here)
    return _annotated(reader, definition, reader.text(value, here), at)


def _guard(reader: Reader, definition: Definition, place: str, at: At) -> Restriction:
    if definition.expression is None:
        return Restriction.CHECKED
    place = definition.place or place
    held = passed_by(reader, definition.expression, definition.truth, place, at)
    if held is None and isinstance(definition.expression, ast.Call):
        held = checking_call(reader, definition.expression, place, at)
    if isinstance(definition.statement, ast.Assert):
        # It is gone under `-O`.
        return Restriction.CHECKED if held is not Restriction.LOOSE else held
    return held or Restriction.CHECKED


def checking_call(reader: Reader, call: ast.Call, place: str, at: At, depth: int = 0) -> Restriction | None:
    """A project function that lets only restricted values through: `ensure_known(column)` raises for any other."""
    followed = reader.follow(call, at) if depth < DEEPEST_CHECK else None
    symbol = reader.callee(call, at)
    if followed is None or symbol is None:
        return None
    name = next((name for name, given in followed.arguments.items() if place_of(given.expression) == place), "")
    if not name:
        return None
    found: list[Restriction] = []
    last = At(symbol.path, followed.function.body[-1], frame=followed, end=True)
    for leaving in [
        last,
        *(
            At(symbol.path, each, frame=followed)
            for each in own_statements(followed.function)
            if isinstance(each, ast.Return)
        ),
    ]:
        held = _returned_check(reader, leaving, name, depth)
        if held is not None:
            found.append(held)
            continue
        reached = reader.definitions(name, leaving)
        if reached.falls or any(each.binding is not Binding.GUARDED for each in reached.definitions):
            return None
        here = replace(leaving, end=False)
        found.extend(
            _guard(reader, each, name, replace(here, statement=each.statement)) for each in reached.definitions
        )
    return min(found, default=None)


def _returned_check(reader: Reader, leaving: At, name: str, depth: int) -> Restriction | None:
    """`return ensure_known(column)`: the check of another function."""
    if leaving.end or not isinstance(leaving.statement, ast.Return):
        return None
    value = leaving.statement.value
    value = value.value if isinstance(value, ast.Await) else value
    return checking_call(reader, value, name, leaving, depth + 1) if isinstance(value, ast.Call) else None


def _augmented(reader: Reader, expression: ast.expr, definition: Definition, here: At) -> Flow:
    statement, value = definition.statement, definition.expression
    if not isinstance(statement, ast.AugAssign) or value is None:
        return single(reader.piece(PieceKind.UNKNOWN, expression, here))
    if isinstance(statement.op, ast.Add):
        before = reader.text(expression, here)
        after = reader.text(value, here)
        if before.pieces and after.alternatives and before.only(PieceKind.NUMBER):
            return before
        if isinstance(value, ast.Constant) and isinstance(value.value, int | float):
            # `count += 1`: to add a number to a text is an error.
            return single(reader.piece(PieceKind.NUMBER, expression, here))
        return concatenate([before, after], before.how if before.how in ("composed",) else "+")
    made = ast.copy_location(ast.BinOp(left=_loaded(statement.target), op=statement.op, right=value), statement)
    return reader.text(made, here)


def _loaded(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.copy_location(ast.Name(id=target.id, ctx=ast.Load()), target)
    return target


def _entered(reader: Reader, expression: ast.expr, value: ast.expr, here: At) -> Flow:
    """`with value as place`."""
    flow = reader.text(value, here)
    piece = flow.riskiest
    if piece is not None and piece.kind in (PieceKind.REQUEST, PieceKind.CONFIGURED, PieceKind.VALIDATED):
        return single(replace(piece, text=reader.piece(piece.kind, expression, here).text))
    outside = piece.outside if piece is not None else ""
    return single(replace(reader.piece(PieceKind.UNKNOWN, expression, here), outside=outside))


def _unpacked(reader: Reader, expression: ast.expr, definition: Definition, here: At) -> Flow:
    value = definition.expression
    if value is None:
        return single(reader.piece(PieceKind.UNKNOWN, expression, here))
    part = taken(reader, value, definition.path, here)
    if part is not None:
        return reader.element_text(part)
    return derived_text(reader, expression, reader.text(value, here), here)


def _annotated(reader: Reader, definition: Definition, flow: Flow, at: At) -> Flow:
    """An annotation of a local name decides where the value itself is not known."""
    if not isinstance(definition.node, ast.AnnAssign) or all(piece.kind in HARMLESS for piece in flow.pieces):
        return flow
    index = reader.index(at.path)
    summary = reader.code.summary(at.path)
    if index is None or summary is None:
        return flow
    scope = index.scope(definition.node)
    line = definition.node.lineno
    annotations = (each.annotation for each in summary.assignments if each.line == line and each.scope == scope)
    annotation = next((each for each in annotations if each is not None), None)
    kind = annotation_kind(reader.code, at.path, annotation, scope)
    if kind is None:
        return flow
    return mapped(flow, lambda piece: piece if piece.kind in HARMLESS else replace(piece, kind=kind))


def _undefined(reader: Reader, expression: ast.expr, at: At) -> Flow:
    """A place that the function itself does not bind."""
    if not isinstance(expression, ast.Name):
        return member_text(reader, expression, at)
    index = reader.index(at.path)
    function = index.scope_owner(at.statement) if index is not None else None
    if isinstance(function, FunctionNode) and expression.id in parameter_names(function):
        return _parameter(reader, expression, function, at)
    outer = reader.outer(expression.id, at)
    if outer is not None:
        return reader.text(expression, outer)
    if index is not None and expression.id in index.rebound:
        return _rebound(reader, expression, at)
    return _global(reader, expression, at)


def _rebound(reader: Reader, expression: ast.Name, at: At) -> Flow:
    """A variable of the module that functions bind too: any of the values."""
    index = reader.index(at.path)
    if index is None:
        return single(reader.piece(PieceKind.UNKNOWN, expression, at))
    flows = [reader.text(expression, At(at.path, index.tree.body[-1], end=True))]
    for function in index.rebinding(expression.id):
        for definition in bindings_of(index, expression.id, function):
            if definition.binding is Binding.OTHER:
                flows.append(single(reader.piece(PieceKind.UNKNOWN, expression, at)))
            else:
                flows.append(_defined(reader, expression, definition, At(at.path, definition.statement)))
    return mapped(
        union(flows),
        lambda piece: replace(piece, kind=PieceKind.UNKNOWN) if piece.kind is PieceKind.PARAMETER else piece,
    )


def _parameter(reader: Reader, expression: ast.Name, function: FunctionNode, at: At) -> Flow:
    frame = at.frame
    if frame is not None and frame.function is function:
        argument = frame.arguments.get(expression.id)
        if argument is not None:
            return _hinted(reader, expression, function, reader.text(argument.expression, argument.at), at)
    kind = parameter_kind(reader, expression.id, function, at)
    if kind is not None and not (function.decorator_list and ignores_annotations(reader, function, at)):
        return _annotated_parameter(reader, expression, function, kind, at)
    declared = declared_parameter(reader, expression.id, function, at)
    if declared is not None:
        return declared
    piece = reader.piece(PieceKind.PARAMETER, expression, at, expression.id)
    index = reader.index(at.path)
    if index is None:
        return single(piece)
    if is_event(index, expression.id, function):
        piece = replace(piece, outside=MESSAGE)
    arguments = [each for each in walk(function.args) if isinstance(each, ast.arg) and each.arg == expression.id]
    owner = reader.code.symbol(at.path, index.definition_index(function))
    piece = replace(piece, owner=owner, origin=index.span(arguments[0]) if arguments else None)
    passed = reader.passed(expression.id, function, at)
    if passed is None or passed.message:
        return single(replace(piece, outside=MESSAGE) if passed is not None else piece)
    arrived = _as_parameter(passed.flow, piece)
    return arrived if passed.complete else union([single(piece), arrived])


def _hinted(reader: Reader, expression: ast.Name, function: FunctionNode, flow: Flow, at: At) -> Flow:
    """What one call passes: of what is not known at all, the annotation is believed."""
    if not any(piece.kind is PieceKind.UNKNOWN and not piece.outside for piece in flow.pieces):
        return flow
    kind = parameter_kind(reader, expression.id, function, at)
    if kind is None:
        return flow
    return mapped(
        flow,
        lambda piece: replace(piece, kind=kind) if piece.kind is PieceKind.UNKNOWN and not piece.outside else piece,
    )


def _annotated_parameter(reader: Reader, expression: ast.Name, function: FunctionNode, kind: PieceKind, at: At) -> Flow:
    """A parameter that is declared to be no text: a decorator may enforce that, else callers can pass what a client sent."""
    declared = single(reader.piece(kind, expression, at, expression.id))
    passed = reader.passed(expression.id, function, at) if not function.decorator_list else None
    if passed is None:
        return declared
    sent = tuple(each for each in passed.flow.alternatives if any(_sent_as_text(piece) for piece in each))
    if not sent:
        return declared
    here = reader.piece(PieceKind.PARAMETER, expression, at, expression.id)
    return union([declared, _as_parameter(replace(passed.flow, alternatives=sent), here)])


def _sent_as_text(piece: Piece) -> bool:
    """What a client sent, or a file or a message holds, is text whatever an annotation says; what a column holds is as declared."""
    return not piece.checked and (piece.kind is PieceKind.REQUEST or piece.outside not in ("", FROM_DATABASE))


def _as_parameter(passed: Flow, piece: Piece) -> Flow:
    """What callers pass: their texts, with unknown pieces shown as the parameter that they arrive as."""
    constants = passed.constants
    if constants is not None and len(constants) > 4:
        return single(replace(piece, kind=PieceKind.VALIDATED))

    def arrived(each: Piece) -> Piece:
        if each.kind is PieceKind.CONSTANT:
            return each
        return replace(each, span=piece.span, origin=each.origin or each.span)

    return mapped(passed, arrived)


def _global(reader: Reader, expression: ast.expr, at: At) -> Flow:
    """A name that comes from an import or a builtin."""
    if isinstance(expression, ast.Name) and expression.id in CODE_NAMES:
        return single(reader.piece(PieceKind.VALIDATED, expression, at))
    symbol = reader.symbol(expression, at)
    if symbol is not None:
        found = symbol_text(reader, expression, symbol, at)
        if found is not None:
            return found
    return single(reader.piece(PieceKind.UNKNOWN, expression, at))


def numbered(flow: Flow) -> Flow:
    """The text where only a number can stand."""
    return mapped(flow, as_number)
