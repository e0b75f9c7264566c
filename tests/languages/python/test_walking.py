"""The quick walk gives the nodes of the standard library's, in the same order, without contexts and operators."""

import ast
from pathlib import Path

import pytest

from readiness.languages.python import walking

HERE = Path(__file__).parent.parent.parent.parent
SOURCES = sorted((HERE / "readiness" / "linking").glob("*.py"))
LEFT_OUT = (ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop)
EVERYTHING = """
from __future__ import annotations
import a.b as c
@decorated(1)
async def f(a, /, b: int = 1, *c, d, e=2, **g) -> None:
    global x
    async with open(a) as (b, *c), d: pass
    async for [x, y.z] in w: break
    else: continue
    return await (yield a)
class A(B, metaclass=C):
    x: int = {**a, 1: 2}
    def m(self):
        nonlocal y
match p:
    case {"a": 1, **rest} | [A(b=2), *_] if q: pass
    case _ as z: pass
try:
    raise E from None
except* (A, B) as e: del a[1:2, ...], b.c
finally: assert x, "y"
lambda a=1, *b: (a := b) if not a else f"{a!r:>{b}}" and {x for x in y if z}
x = y @ z; x += -1 < 2 in 3
while True: (yield from f(*a, **b))
"""


def expected(tree: ast.AST) -> list[ast.AST]:
    return [each for each in ast.walk(tree) if not isinstance(each, LEFT_OUT)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_real_file_is_walked_as_by_the_standard_library(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert list(walking.walk(tree)) == expected(tree)


def test_every_kind_of_statement_is_walked_as_by_the_standard_library() -> None:
    tree = ast.parse(EVERYTHING.replace("\n@decorated", "\n@decorated"))
    assert list(walking.walk(tree)) == expected(tree)


def test_the_children_of_a_node_are_those_of_the_standard_library() -> None:
    tree = ast.parse(EVERYTHING)
    for node in ast.walk(tree):
        known = [each for each in ast.iter_child_nodes(node) if not isinstance(each, LEFT_OUT)]
        assert walking.children(node) == known
