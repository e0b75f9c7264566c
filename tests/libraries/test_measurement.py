"""What is taken out of the measurement of coverage."""

import pytest

from readiness.libraries.evidence import measurement
from readiness.libraries.suppressions import library as suppressions
from readiness.model import MeasurementExclusion

CODE = "def one():\n    first = 1\n    return first\n"


@pytest.mark.parametrize(
    ("pattern", "hidden"),
    [
        ("*/views.py", ["shop/views.py"]),
        ("shop/*", ["shop/models.py", "shop/views.py"]),
        ("./shop/views.py", ["shop/views.py"]),
        ("views.py", []),
        ("shop/", ["shop/models.py", "shop/views.py"]),
        ("**/models.py", ["shop/models.py"]),
        ("*/migrations/*", []),
        ("[", []),
    ],
)
def test_the_files_that_a_pattern_hides(recognised, pattern, hidden):
    files = {"shop/views.py": CODE, "shop/models.py": CODE, ".coveragerc": f"[run]\nomit =\n    {pattern}\n"}
    (found,) = recognised(files, [measurement.library]).each(MeasurementExclusion)
    assert list(found.paths) == hidden


def test_a_pattern_full_of_stars_ends(recognised):
    files = {"shop/views.py": CODE, ".coveragerc": f"[run]\nomit =\n    {'*a' * 120}\n"}
    (found,) = recognised(files, [measurement.library]).each(MeasurementExclusion)
    assert found.paths == ()


@pytest.mark.parametrize(
    ("code", "kind", "statements"),
    [
        ("def f():  # pragma: no cover\n    a = 1\n    return a\n", "function", 3),
        ("class C:  # pragma: no cover\n    a = 1\n", "class", 2),
        ("if x:  # pragma: no cover\n    a = 1\nelse:\n    b = 2\n", "if", 2),
        ("if x:\n    a = 1\nelse:  # pragma: no cover\n    b = 2\n    c = 3\n", "else", 2),
        ("try:\n    a = 1\nexcept ValueError:  # pragma: no cover\n    b = 2\n", "except", 2),
        ("a = 1  # pragma: no cover\n", "statement", 1),
    ],
)
def test_what_a_pragma_hides(recognised, code, kind, statements):
    (found,) = recognised({"shop/views.py": code}, [suppressions, measurement.library]).each(MeasurementExclusion)
    assert (found.branch, found.statements) == (kind, statements)
