"""What text templates give when they are filled: `format`, `replace` and `Template.substitute` in, compositions out."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.linking.flow.formats import Hole, Part, format_parts, template_parts
from readiness.linking.flow.members import member_of_call
from readiness.linking.flow.pieces import EMPTY, RISK, Flow, concatenate, constant, like, mapped, single, spread, union
from readiness.linking.flow.reader import At, Reader
from readiness.linking.flow.text import as_number, placed
from readiness.model import Piece, PieceKind

TEMPLATES = frozenset({"string.Template"})
RENDERED = frozenset(
    {"jinja2.Template", "jinja2.environment.Template", "jinja2.Environment.from_string", "mako.template.Template"}
)


def format_text(reader: Reader, call: ast.Call, func: ast.Attribute, at: At) -> Flow | None:
    template = reader.text(func.value, at)
    composed = template.how == "composed"
    if not composed and template.structure:
        return single(reader.piece(PieceKind.STRUCTURE, call, at))
    flows = []
    for alternative in template.alternatives:
        parts = None
        if all(piece.kind is PieceKind.CONSTANT for piece in alternative):
            parts = format_parts("".join(piece.text for piece in alternative))
        if parts is None:
            flows.append(concatenate([Flow((alternative,)), *_arguments(reader, call, at)], "format"))
        else:
            flows.append(_fill(reader, parts, call, at, mapping=func.attr == "format_map", composed=composed))
    return like(union(flows), template)


def _arguments(reader: Reader, call: ast.Call, at: At) -> list[Flow]:
    values = [argument.value if isinstance(argument, ast.Starred) else argument for argument in call.args]
    return [
        placed(reader, reader.text(each, at), each, at)
        for each in (*values, *(keyword.value for keyword in call.keywords))
    ]


def _fill(reader: Reader, parts: list[Part], call: ast.Call, at: At, *, mapping: bool, composed: bool) -> Flow:
    keywords = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    spreads = [keyword.value for keyword in call.keywords if keyword.arg is None] + (call.args if mapping else [])
    flows: list[Flow] = []
    number = 0
    for part in parts:
        if isinstance(part, str):
            flows.append(constant(part))
            continue
        key = part.key
        if not key:
            key, number = str(number), number + 1
        flow = _hole(reader, part, key, call, keywords, spreads, at)
        if composed:
            # What is no `sql` object is quoted as a literal by psycopg 3 and refused by psycopg2.
            flow = flow if flow.how == "composed" else mapped(flow, _quoted)
        flows.append(mapped(flow, as_number) if part.numeric else flow)
    how = "composed" if composed else "format" if any(isinstance(part, Hole) for part in parts) else "literal"
    return concatenate(flows, how) if flows else EMPTY


def _quoted(piece: Piece) -> Piece:
    return piece if RISK[piece.kind] <= RISK[PieceKind.STRUCTURE] else replace(piece, kind=PieceKind.QUOTED)


def _hole(
    reader: Reader, part: Hole, key: str, call: ast.Call, keywords: dict[str, ast.expr], spreads: list[ast.expr], at: At
) -> Flow:
    value: ast.expr | None = keywords.get(key)
    if key.isdigit() and value is None:
        position = int(key)
        before = call.args[: position + 1]
        if position < len(call.args) and not any(isinstance(each, ast.Starred) for each in before):
            value = call.args[position]
        else:
            star = next((each for each in call.args if isinstance(each, ast.Starred)), None)
            if star is not None:
                return union(reader.element_text(each) for each in reader.elements(star.value, at).items)
    if value is None and not key.isdigit():
        found = _spread_value(reader, key, spreads, at)
        if found is not None:
            return found
    if value is None:
        return single(reader.piece(PieceKind.UNKNOWN, call, at))
    if part.path.startswith(".") and part.path[1:].replace(".", "").isidentifier():
        for attribute in part.path[1:].split("."):
            value = ast.copy_location(ast.Attribute(value=value, attr=attribute, ctx=ast.Load()), value)
        return reader.text(value, at)
    flow = reader.text(value, at)
    return placed(reader, flow, value, at)


def _spread_value(reader: Reader, key: str, spreads: list[ast.expr], at: At) -> Flow | None:
    """A named hole filled from `**mapping` or `**locals()`."""
    for each in spreads:
        if (
            isinstance(each, ast.Call)
            and isinstance(each.func, ast.Name)
            and each.func.id in ("locals", "vars", "globals")
        ):
            name = ast.copy_location(ast.Name(id=key, ctx=ast.Load()), each)
            return reader.text(name, at)
        table = reader.table(each, at)
        if table is not None:
            values = [
                reader.element_text(value)
                for name, value in zip(table.keys, table.values, strict=False)
                if reader.element_text(name).constant in (key, None)
            ]
            if values:
                return union(values)
            continue
        return member_of_call(reader, each, reader.text(each, at), at)
    return None


def replaced_text(reader: Reader, call: ast.Call, func: ast.Attribute, at: At) -> Flow | None:
    """`template.replace("{name}", value)`."""
    template = reader.text(func.value, at)
    old = reader.text(call.args[0], at).constant
    new = placed(reader, reader.text(call.args[1], at), call.args[1], at)
    if template.structure:
        return None
    if new.constant is not None and (
        old is None or not any(piece.kind is PieceKind.CONSTANT for piece in template.pieces)
    ):
        return (
            template
            if not (len(template.pieces) == 1 and template.constant is None)
            else placed(reader, template, call, at)
        )
    if old is None or old == "":
        return concatenate([template, new], "replace")

    def change(piece: Piece) -> list[Flow]:
        if piece.kind is not PieceKind.CONSTANT or old not in piece.text:
            return [Flow(((piece,),))]
        flows: list[Flow] = []
        for position, part in enumerate(piece.text.split(old)):
            flows.extend([new, constant(part)] if position else [constant(part)])
        return flows

    how = template.how if template.how != "literal" or new.constant is not None else "replace"
    return spread(template, change, how)


def rendered_text(reader: Reader, call: ast.Call, func: ast.Attribute, at: At) -> Flow | None:
    """`jinja2.Template(text).render(name=value)`: the text, and anything that is put in."""
    origin = reader.origin(func.value, at)
    made = origin.expression if origin is not None else None
    if origin is None or not isinstance(made, ast.Call) or not made.args:
        return None
    symbol = reader.callee(made, origin.at)
    if symbol is None or symbol.name not in RENDERED:
        return None
    given = [each for value in call.args for each in reader.elements(value, at).items]
    values = [reader.element_text(each) for each in given] + _arguments(reader, _without_positional(call), at)
    return concatenate([reader.text(made.args[0], origin.at), *values], "template")


def _without_positional(call: ast.Call) -> ast.Call:
    return ast.copy_location(ast.Call(func=call.func, args=[], keywords=call.keywords), call)


def substitute_text(reader: Reader, call: ast.Call, func: ast.Attribute, at: At) -> Flow | None:
    """`Template(text).substitute(name=value)`."""
    origin = reader.origin(func.value, at)
    made = origin.expression if origin is not None else func.value
    place = origin.at if origin is not None else at
    if not isinstance(made, ast.Call) or not made.args:
        return None
    symbol = reader.callee(made, place)
    if symbol is None or symbol.name not in TEMPLATES:
        return None
    text = reader.text(made.args[0], place)
    constant_ = text.constant
    if constant_ is None:
        return concatenate([text, *_arguments(reader, call, at)], "template")
    keywords = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    spreads = [keyword.value for keyword in call.keywords if keyword.arg is None] + list(call.args)
    flows = [
        constant(part) if isinstance(part, str) else _hole(reader, part, part.key, call, keywords, spreads, at)
        for part in template_parts(constant_)
    ]
    return concatenate(flows, "template") if flows else EMPTY
