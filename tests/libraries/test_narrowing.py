"""Where the type of an exception is known better."""

import ast

import pytest

from readiness.libraries.failures.narrowing import Stretch, stretches


def found(source: str) -> list[Stretch]:
    return stretches(ast.parse(source).body, "e")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if isinstance(e, A):\n    x()\n    y()", [Stretch(2, 3, ("A",))]),
        ("if ready and isinstance(e, (A, b.C)):\n    x()", [Stretch(2, 2, ("A", "b.C"))]),
        ("if isinstance(other, A):\n    x()", []),
        ("if not isinstance(e, A):\n    raise\nx()\ny()", [Stretch(3, 4, ("A",))]),
        ("if not isinstance(e, A):\n    x()\ny()", []),
        ("if not isinstance(e, A):\n    x()\nelse:\n    y()", [Stretch(4, 4, ("A",))]),
        ("match e:\n    case A():\n        x()\n    case _:\n        y()", [Stretch(3, 3, ("A",))]),
        ("if settings.DEBUG:\n    x()", [Stretch(2, 2, debugging=True)]),
        ("if not debug:\n    x()\nelse:\n    y()", [Stretch(4, 4, debugging=True)]),
        ("for each in e:\n    if isinstance(e, A):\n        x()", [Stretch(3, 3, ("A",))]),
        ("def inner():\n    if isinstance(e, A):\n        x()", []),
    ],
)
def test_the_stretches_of_a_block(source: str, expected: list[Stretch]) -> None:
    assert found(source) == expected
