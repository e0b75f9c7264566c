"""The tally of decisions in a function is radon's complexity less one."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.adapters.radon import complexities
from readiness.languages.python.reading import read
from readiness.model.summary import Function

STATEMENTS = (
    "if a: pass",
    "if a and b or c: pass\nelif not d: pass\nelse: pass",
    "for x in a: pass",
    "for x in a:\n    break\nelse:\n    pass",
    "while a: pass",
    "while a:\n    break\nelse:\n    pass",
    "try:\n    a()\nexcept B: pass\nexcept C: pass\nelse: pass\nfinally: pass",
    "with a as b: pass",
    "assert a",
    "assert a and b, c or d",
    "x = [b for b in a if b if b.c for d in b]",
    "x = {b: c for b, c in a}",
    "x = 1 if a else 2 if b else 3",
    "match a:\n    case 1 | 2: pass\n    case [x, *y] if x: pass\n    case _: pass",
    "match a:\n    case 1: pass\n    case 2: pass",
    "x = lambda y: y and a",
    "def inner():\n    return a and b",
    "class Inner:\n    def method(self):\n        return a or b",
    "async def other():\n    async for x in a: pass\n    async with b: pass",
)


def tallies(code: str) -> dict[int, int]:
    summary = read(code.encode()).summary
    assert summary is not None
    return {each.line: each.branches + 1 for each in summary.definitions if isinstance(each, Function)}


def of_function(*statements: str) -> str:
    return "def f():\n" + "\n".join("    " + line for each in statements for line in each.split("\n"))


@pytest.mark.parametrize("statement", STATEMENTS)
def test_each_statement_counts_as_radon_counts_it(statement):
    code = of_function(statement)
    assert tallies(code)[1] == complexities(ast.parse(code))[1]


@given(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=6))
def test_a_body_of_any_statements_counts_as_radon_counts_it(statements):
    code = of_function(*statements)
    exact = complexities(ast.parse(code))
    assert {line: number for line, number in tallies(code).items() if line in exact} == exact
