"""What text an expression can be: an expression and where it is read in, a composition of pieces out.

Operators, displays and conditions stand here; names in `names`, calls in `calls`, collections in `elements`.
"""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.linking.flow.formats import Hole, Part, is_placeholders, numeric_format, percent_parts
from readiness.linking.flow.pieces import EMPTY, Flow, concatenate, constant, like, mapped, single, union
from readiness.linking.flow.reader import Assumed, At, Known, Lazy, Reader
from readiness.model import Piece, PieceKind

NUMERIC = (PieceKind.NUMBER,)
LONGEST_REPEAT = 2_000
SHOWN = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)
"""Expressions that are shown as what is put in; others are built of such."""
TEXTS = frozenset({PieceKind.UNKNOWN, PieceKind.PARAMETER, PieceKind.REQUEST})
"""Kinds of pieces that can be text."""
NEUTRAL = frozenset({PieceKind.CONSTANT, PieceKind.NUMBER, PieceKind.PLACEHOLDERS})


def expression_text(reader: Reader, expression: ast.expr, at: At) -> Flow | None:
    """The text of an expression that is neither a place nor a call; None for those and for what is not known."""
    match expression:
        case ast.Constant(value=value):
            return constant_text(value)
        case ast.JoinedStr(values=values):
            return _template(reader, values, at)
        case ast.BinOp():
            return _operation(reader, expression, at)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return union(
                reader.text(each, replace(at, local=(*at.local, Assumed(test, held))))
                for each, held in ((body, True), (orelse, False))
            )
        case ast.BoolOp(values=values):
            return _either(reader, expression, values, at)
        case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
            return reader.text(value, at)
        case ast.Compare() | ast.UnaryOp():
            return single(reader.piece(PieceKind.NUMBER, expression, at))
        case ast.List() | ast.Tuple() | ast.Set() | ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            elements = reader.elements(expression, at)
            inner = [reader.element_text(each) for each in elements.items]
            return concatenate([constant("("), *_separated(inner, ", "), constant(")")], "expression")
    if type(expression).__name__ in ("TemplateStr", "Interpolation"):
        return single(reader.piece(PieceKind.STRUCTURE, expression, at))
    return None


def shown_in_quotes(flow: Flow) -> Flow:
    """A text as Python shows it inside of a collection, between quotes; what is no text, or fixed, is left as it is."""
    if not any(piece.kind in TEXTS for piece in flow.pieces):
        return flow
    return concatenate([constant("'"), flow, constant("'")], flow.how)


def constant_text(value: object) -> Flow:
    """The text of a literal."""
    if isinstance(value, bytes):
        return constant(value.decode("utf-8", "replace"))
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 256:
        return single(Piece(PieceKind.NUMBER, "a large integer"))
    return constant(str(value))


def _either(reader: Reader, expression: ast.BoolOp, values: list[ast.expr], at: At) -> Flow:
    """`a or b`: each can be the value; what stands behind is read only where the one before came out so."""
    held = isinstance(expression.op, ast.And)
    flows = []
    local = at.local
    for value in values:
        flows.append(reader.text(value, replace(at, local=local)))
        local = (*local, Assumed(value, held))
    last = flows[-1]
    if held:
        # All but the last give only what is falsy, which carries no text.
        return last
    return union([*(_truthy(each) for each in flows[:-1]), last])


def _truthy(flow: Flow) -> Flow:
    """Without the alternatives that are empty or None."""
    kept = tuple(
        each
        for each in flow.alternatives
        if each and not (len(each) == 1 and each[0].text == "None" and each[0].kind is PieceKind.CONSTANT)
    )
    return replace(flow, alternatives=kept)


def _template(reader: Reader, values: list[ast.expr], at: At) -> Flow:
    flows = []
    holes = False
    for value in values:
        if isinstance(value, ast.FormattedValue):
            holes = True
            flows.append(_formatted(reader, value, at))
        else:
            flows.append(reader.text(value, at))
    return concatenate(flows, "f-string" if holes else "literal") if flows else EMPTY


def _formatted(reader: Reader, value: ast.FormattedValue, at: At) -> Flow:
    inner = reader.text(value.value, at)
    specification = value.format_spec
    if specification is not None:
        text = reader.text(specification, at).constant
        if text is not None and numeric_format(text):
            return mapped(inner, as_number)
    return placed(reader, inner, value.value, at)


def as_number(piece: Piece) -> Piece:
    """The piece where only a number can stand."""
    return piece if piece.kind in NEUTRAL else replace(piece, kind=PieceKind.NUMBER)


def placed(reader: Reader, flow: Flow, expression: ast.expr, at: At) -> Flow:
    """The same text, its one piece shown as the expression that was put in here, and where."""
    if len(flow.alternatives) != 1 or len(flow.alternatives[0]) != 1 or not isinstance(expression, SHOWN):
        return flow
    piece = flow.alternatives[0][0]
    if piece.kind is PieceKind.CONSTANT:
        return flow
    here = reader.piece(piece.kind, expression, at, piece.source)
    origin = piece.origin or (piece.span if piece.text != here.text else None)
    deep = piece.kind in (PieceKind.REQUEST, PieceKind.PARAMETER) and piece.text != piece.source
    text = piece.text if deep and piece.text not in here.text else here.text
    moved = replace(piece, text=text, span=here.span, origin=origin if origin != here.span else None)
    return replace(flow, alternatives=((moved,),))


def _operation(reader: Reader, expression: ast.BinOp, at: At) -> Flow | None:
    match expression.op:
        case ast.Add():
            return _sum(reader, expression, at)
        case ast.Mod():
            return _modulo(reader, expression, at)
        case ast.Mult():
            return _product(reader, expression, at)
        case ast.Sub() | ast.FloorDiv() | ast.Pow() | ast.LShift() | ast.RShift():
            # No text has these operators; sets have `-`, but a set is no SQL text either.
            return single(reader.piece(PieceKind.NUMBER, expression, at))
        case ast.Div():
            left, right = reader.text(expression.left, at), reader.text(expression.right, at)
            if _is_number(left) or _is_number(right):
                return single(reader.piece(PieceKind.NUMBER, expression, at))
            return concatenate([left, constant("/"), right], "expression")
        case ast.BitOr() | ast.BitAnd():
            left, right = reader.text(expression.left, at), reader.text(expression.right, at)
            if any(flow.structure for flow in (left, right)):
                return single(reader.piece(PieceKind.STRUCTURE, expression, at))
    return None


def _sum(reader: Reader, expression: ast.BinOp, at: At) -> Flow:
    """A chain of additions, its operands read from left to right without going deep."""
    operands: list[ast.expr] = []
    node: ast.expr = expression
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        operands.append(node.right)
        node = node.left
    operands.append(node)
    operands.reverse()
    flows = [placed(reader, reader.text(each, at), each, at) for each in operands]
    if any(_is_literal_number(each) for each in operands) or all(_is_number(flow) for flow in flows):
        # To add a number to a text is an error.
        return single(reader.piece(PieceKind.NUMBER, expression, at))
    if all(flow.constant is not None for flow in flows):
        return concatenate(flows, "literal")
    composed = any(flow.how == "composed" for flow in flows)
    structured = any(flow.structure for flow in flows)
    if structured and not any(flow.constant for flow in flows):
        return single(reader.piece(PieceKind.STRUCTURE, expression, at))
    return concatenate(flows, "composed" if composed else "+")


def _is_literal_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)


def _is_number(flow: Flow) -> bool:
    if not flow.alternatives:
        return False
    return all(
        len(alternative) == 1 and (alternative[0].kind is PieceKind.NUMBER or _is_digits(alternative[0]))
        for alternative in flow.alternatives
    )


def _is_digits(piece: Piece) -> bool:
    return piece.kind is PieceKind.CONSTANT and piece.text.lstrip("-").replace(".", "", 1).isdigit()


def _product(reader: Reader, expression: ast.BinOp, at: At) -> Flow | None:
    """A text repeated, or numbers multiplied."""
    left, right = reader.text(expression.left, at), reader.text(expression.right, at)
    if _is_number(left) and _is_number(right):
        return single(reader.piece(PieceKind.NUMBER, expression, at))
    for text, times in ((left, right), (right, left)):
        repeated = text.constant
        if repeated is None or _is_digits(Piece(PieceKind.CONSTANT, repeated)):
            continue
        number = times.constant
        if number is not None and number.isdigit() and int(number) * len(repeated) <= LONGEST_REPEAT:
            return constant(repeated * int(number))
        if is_placeholders(repeated):
            return single(reader.piece(PieceKind.PLACEHOLDERS, expression, at))
        return replace(constant(repeated), complete=False)
    return None


def _modulo(reader: Reader, expression: ast.BinOp, at: At) -> Flow | None:
    """`template % values`."""
    template = reader.text(expression.left, at)
    if _is_number(template):
        return single(reader.piece(PieceKind.NUMBER, expression, at))
    if template.riskiest is None:
        return template
    flows = []
    for alternative in template.alternatives:
        if all(piece.kind is PieceKind.CONSTANT for piece in alternative):
            parts = percent_parts("".join(piece.text for piece in alternative))
            if parts is not None:
                flows.append(_fill(reader, parts, expression.right, at))
                continue
        flows.append(concatenate([Flow((alternative,)), *_every(reader, expression.right, at)], "%"))
    return like(union(flows), template)


def _fill(reader: Reader, parts: list[Part], values: ast.expr, at: At) -> Flow:
    holes = [part for part in parts if isinstance(part, Hole)]
    table = reader.table(values, at) if any(hole.key for hole in holes) else None
    named: dict[str, Flow] = {}
    rest: list[Flow] = []
    if table is not None:
        for key, value in zip(table.keys, table.values, strict=False):
            name = reader.element_text(key).constant
            if name is None:
                rest.append(reader.element_text(value))
            else:
                named[name] = (
                    union([named[name], reader.element_text(value)]) if name in named else reader.element_text(value)
                )
    positional = [] if table is not None else _positional(reader, values, at, len(holes))
    flows: list[Flow] = []
    number = 0
    for part in parts:
        if isinstance(part, str):
            flows.append(constant(part))
            continue
        if part.key:
            flow = named.get(part.key) or (union(rest) if rest else None)
        else:
            flow = positional[number] if number < len(positional) else None
            number += 1
        if flow is None:
            flow = single(reader.piece(PieceKind.UNKNOWN, values, at))
        flows.append(mapped(flow, as_number) if part.numeric else flow)
    if number < len(positional):
        flows.extend(positional[number:])
    return concatenate(flows, "%" if holes else "literal") if flows else EMPTY


def _positional(reader: Reader, values: ast.expr, at: At, holes: int) -> list[Flow]:
    """The values of a `%`, one for each hole."""
    origin = reader.origin(values, at)
    tuple_ = origin.expression if origin is not None else values
    if isinstance(tuple_, ast.Tuple):
        place = origin.at if origin is not None else at
        elements = reader.elements(tuple_, place)
        flows = [_element(reader, each) for each in elements.items]
        if elements.exact:
            return flows
        return [union(flows)] * holes if flows else []
    if holes <= 1:
        return [placed(reader, reader.text(values, at), values, at)]
    elements = reader.elements(values, at)
    together = union(_element(reader, each) for each in elements.items)
    return [together if together.alternatives else reader.text(values, at)] * holes


def _element(reader: Reader, element: object) -> Flow:
    if isinstance(element, Lazy):
        return placed(reader, reader.text(element.expression, element.at), element.expression, element.at)
    return element.flow if isinstance(element, Known) else EMPTY


def _every(reader: Reader, values: ast.expr, at: At) -> list[Flow]:
    """All values that a `%` could put in, where it is not known which goes where."""
    if isinstance(values, ast.Dict):
        return [reader.text(each, at) for each in values.values]
    return _positional(reader, values, at, 1)


def _separated(flows: list[Flow], separator: str) -> list[Flow]:
    together: list[Flow] = []
    for position, flow in enumerate(flows):
        together.extend([constant(separator), flow] if position else [flow])
    return together
