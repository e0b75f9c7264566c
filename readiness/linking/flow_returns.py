"""What functions of the project return: a call and its callee in, the text that comes back out."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.linking.flow_pieces import Flow, mapped, single, union
from readiness.linking.flow_places import own_statements
from readiness.linking.flow_reader import At, Frame, Lazy, Reader
from readiness.linking.flow_types import annotation_kind
from readiness.model import Piece, PieceKind, Symbol
from readiness.model.summary import Function

MOST_RETURNS = 12


DEEPEST = 3


def returned_text(reader: Reader, call: ast.Call, symbol: Symbol, at: At) -> Flow | None:
    """What a function of the project returns, with its parameters bound to the arguments."""
    definition = _definition(reader, symbol)
    if definition is None:
        return None
    if definition.returns is not None and not definition.generator:
        kind = annotation_kind(reader.code, symbol.path, definition.returns, symbol.index)
        if kind is not None:
            return single(reader.piece(kind, call, at))
    frame = reader.follow(call, at)
    if frame is None or definition.generator:
        return None
    returns = [each for each in own_statements(frame.function) if isinstance(each, ast.Return)]
    if not returns or len(returns) > MOST_RETURNS:
        return None
    flows = []
    for each in returns:
        if each.value is None:
            continue
        flow = reader.text(each.value, At(symbol.path, each, frame=frame))
        flows.append(flow)
    flow = union(flows)
    here = reader.piece(PieceKind.UNKNOWN, call, at)

    def seen_from_here(piece: Piece) -> Piece:
        # A parameter that was not bound, or an unknown of the other function: shown as the call it came through.
        if (
            piece.kind in (PieceKind.UNKNOWN, PieceKind.PARAMETER)
            and piece.span is not None
            and piece.span.path == symbol.path
        ):
            bound = piece.kind is PieceKind.PARAMETER and piece.origin is not None and piece.origin.path == at.path
            return piece if bound else replace(here, origin=piece.span, checked=piece.checked)
        return piece

    same_file = symbol.path == at.path
    return flow if same_file and _all_bound(flow) else mapped(flow, seen_from_here)


def _all_bound(flow: Flow) -> bool:
    return not any(piece.kind is PieceKind.UNKNOWN for piece in flow.pieces)


def _definition(reader: Reader, symbol: Symbol) -> Function | None:
    summary = reader.code.summary(symbol.path)
    if summary is None or not 0 <= symbol.index < len(summary.definitions):
        return None
    definition = summary.definitions[symbol.index]
    return definition if isinstance(definition, Function) else None


def bind(reader: Reader, call: ast.Call, symbol: Symbol, at: At) -> Frame | None:
    """A call followed into the function that it calls: parameters bound to arguments and defaults."""
    depth = at.frame.depth + 1 if at.frame is not None else 1
    definition = _definition(reader, symbol)
    index = reader.index(symbol.path)
    if depth > DEEPEST or definition is None or index is None:
        return None
    function = index.definition(symbol.index)
    if function is None or isinstance(function, ast.ClassDef):
        return None
    arguments: dict[str, Lazy] = {}
    given = function.args
    positional = [each.arg for each in (*given.posonlyargs, *given.args)]
    outside = At(symbol.path, function)
    for name, default in zip(reversed(positional), reversed(given.defaults), strict=False):
        arguments[name] = Lazy(default, outside)
    for parameter, value in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        if value is not None:
            arguments[parameter.arg] = Lazy(value, outside)
    names = positional
    if positional[:1] in (["self"], ["cls"]) and isinstance(index.parents.get(function), ast.ClassDef):
        names = positional[1:]
    for name, argument in zip(names, call.args, strict=False):
        if isinstance(argument, ast.Starred):
            for rest in names[names.index(name) :]:
                arguments.pop(rest, None)
            break
        arguments[name] = Lazy(argument, at)
    for keyword in call.keywords:
        if keyword.arg is not None:
            arguments[keyword.arg] = Lazy(keyword.value, at)
    return Frame(function, arguments, depth)
