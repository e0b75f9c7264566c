"""URL rules: what becomes of their variables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.libraries.flask.rules import converted, parameters_of


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("/", "/"),
        ("/users/<name>", "/users/{name}"),
        ("/users/<string(length=2):name>/", "/users/{name}/"),
        ("/users/<default:name>", "/users/{name}"),
        ("/users/<int:id>", "/users/{id:int}"),
        ("/x/<int(min=1, max=9):id>.<any(csv, json):kind>", "/x/{id:int}.{kind:any}"),
        ("/files/<path:rest>", "/files/{rest:path}"),
        ('/x/<regex("[a-z]{2}"):code>', "/x/{code:regex}"),
        ("/a<b", "/a<b"),
    ],
)
def test_variables_are_written_in_braces(rule: str, path: str) -> None:
    assert converted(rule) == path


@pytest.mark.parametrize(
    ("rule", "bounds"),
    [
        ("<int:n>", (0.0, None)),
        ("<int(signed=True):n>", (None, None)),
        ("<int(min=5):n>", (5.0, None)),
        ("<float(min=0.5, max=2):n>", (0.5, 2.0)),
        ("<int(max=three):n>", (0.0, None)),
        ("<name>", (None, None)),
    ],
)
def test_converters_bound_numbers(rule: str, bounds: tuple[float | None, float | None]) -> None:
    (found,) = parameters_of(rule)
    assert (found.minimum, found.maximum) == bounds


@pytest.mark.parametrize(
    ("rule", "choices", "constrained"),
    [
        ("<any(a, b):n>", True, False),
        ("<string(maxlength=3):n>", False, True),
        ("<slug:n>", False, True),
        ("<int:n>", False, False),
        ("<path:n>", False, False),
    ],
)
def test_converters_constrain(rule: str, choices: bool, constrained: bool) -> None:
    (found,) = parameters_of(rule)
    assert (found.choices, found.constrained) == (choices, constrained)


@given(st.text(alphabet="<>():=,/ab1'\"{} ", max_size=40))
def test_any_text_is_read(rule: str) -> None:
    assert len(parameters_of(rule)) <= rule.count("<")
    assert len(converted(rule)) <= len(rule) + 2 * rule.count("<")
