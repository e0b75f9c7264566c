"""Where a node inside a statement is read: a node and its statement in, the place with what is bound and assumed around it out."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.linking.flow.pieces import single
from readiness.linking.flow.reader import Assumed, At, Bound, Known, Reader
from readiness.model import Piece, PieceKind


def surroundings(reader: Reader, node: ast.AST, at: At) -> At:
    """Where a node inside a statement is read: the comprehensions, lambdas and conditions around it applied."""
    index = reader.index(at.path)
    if index is None:
        return at
    chain: list[tuple[ast.AST, ast.AST]] = []
    child, parent = node, index.parents.get(node)
    while parent is not None and not isinstance(parent, ast.stmt):
        chain.append((parent, child))
        child, parent = parent, index.parents.get(parent)
    here = at
    for around, inner in reversed(chain):
        if isinstance(around, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            if not isinstance(inner, ast.comprehension):
                here = reader.comprehended(around.generators, here)
        elif isinstance(around, ast.IfExp) and inner is not around.test:
            here = replace(here, local=(*here.local, Assumed(around.test, inner is around.body)))
        elif isinstance(around, ast.BoolOp):
            held = isinstance(around.op, ast.And)
            before = (
                [Assumed(value, held) for value in around.values[: around.values.index(inner)]]
                if inner in around.values
                else []
            )
            here = replace(here, local=(*here.local, *before))
        elif isinstance(around, ast.Lambda) and inner is around.body:
            given = [*around.args.posonlyargs, *around.args.args, *around.args.kwonlyargs]
            bound = []
            for each in given:
                name = ast.copy_location(ast.Name(id=each.arg, ctx=ast.Load()), each)
                piece: Piece = reader.piece(PieceKind.UNKNOWN, name, here)
                bound.append(Bound(each.arg, Known(single(piece))))
            here = replace(here, local=(*here.local, *bound))
    return here
