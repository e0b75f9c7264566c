"""The executable statements are those that coverage.py counts."""

import pytest
from coverage.parser import PythonParser

SAMPLES = {
    "decorators": """\
@a
@b(
    1,
)
def f(
    x,
    y=2,
):
    return 1


@c
class D:
    pass
""",
    "docstrings": '''\
"""Module."""


class A:
    """Class."""

    x: int
    y: int = 1

    def m(self):
        """Method."""
''',
    "multi-line calls": """\
x = f(
    1,
    g(
        2
    ),
)
assert (
    x
)
""",
    "branches": """\
if (
    a
    and b
):
    c()
elif d:
    e()
else:
    f()
""",
    "loops": """\
for a in [
    1,
]:
    continue
else:
    b()
while x:
    break
else:
    c()
""",
    "try": """\
try:
    a()
except (
    A,
    B,
) as e:
    pass
else:
    b()
finally:
    c()
""",
    "try with star": """\
try:
    a()
except* A:
    pass
""",
    "with": """\
with a() as b, c(
    1
) as d:
    e()
with (
    a() as b,
    c() as d,
):
    pass
""",
    "match": """\
match a:
    case 1 | 2:
        b()
    case {'x': y} if y:
        c()
    case (
        D()
        | E()
    ):
        d()
    case _:
        pass
""",
    "async": """\
async def f():
    async with a() as b:
        async for c in d:
            await e(
                1
            )
""",
    "lambdas": """\
x = lambda: (
    1
)
y = sorted(z, key=lambda a: a)
""",
    "comprehensions": """\
x = [
    a
    for a in b
    if a
]
y = {k: v for k, v in x}
""",
    "declarations": """\
x: int


def f():
    global y
    w: int
    z: int = 1
    def g():
        nonlocal z
        z = 2
""",
    "one line": """\
if a: b()
else: c()
try: d()
finally: e()
class A: x = 1
def f(): return 1
x = 1; y = 2
""",
    "suite behind a high header": """\
def f(
    a,
) -> X: ...


def g(
    a,
): return 1
""",
    "dead code": """\
def f():
    return 1
    yield


def g():
    raise E
    x = 1
""",
    "imports": """\
from __future__ import annotations
import a, b
from c import (
    d,
    e,
)
""",
    "strings": """\
x = '''
a
'''
'constant'
1
...
""",
    "deletion and jumps": """\
def f():
    for a in b:
        del a
        if a:
            continue
        raise E from None
    return
""",
    "f-strings": """\
x = f'''
{a(
    1
)}
'''
""",
    "endless loop": """\
while True:
    if a:
        break
""",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_coverage_counts_the_same_statements(summary, name: str) -> None:
    parser = PythonParser(text=SAMPLES[name])
    parser.parse_source()
    assert set(summary(SAMPLES[name]).statements[::2]) == parser.statements


def test_a_statement_ends_on_its_last_line(summary) -> None:
    assert summary("x = f(\n    1,\n)\nif (\n    a\n):\n    b = 1\n").statements == (1, 3, 4, 5, 7, 7)
