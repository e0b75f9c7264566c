"""Test functions: which are collected, and whether they check anything."""

import pytest

from readiness.libraries.evidence import suites
from readiness.model import TestCase


@pytest.fixture
def cases(recognised):
    """Names of the tests with what they check."""

    def run(source, path="tests/test_app.py", **more):
        project = recognised({path: source, **more}, [suites.library])
        return {each.name: each.checks for each in project.each(TestCase)}

    return run


@pytest.mark.parametrize(
    ("body", "checks"),
    [
        ("assert x == 1", True),
        ("assert True", False),
        ("x.run()", False),
        ("self.assertEqual(x, 1)", True),
        ("mock.assert_called_once()", True),
        ("expect(x).to_be(1)", True),
        ("pytest.skip('later')", None),
        ("x.raise_for_status()", True),
        ("pass", False),
    ],
)
def test_what_a_body_checks(cases, body, checks):
    assert cases(f"import pytest\n\n\ndef test_it(x):\n    {body}\n") == {"test_it": checks}


def test_only_what_a_runner_collects_is_a_test(cases):
    source = """
import pytest


@pytest.fixture
def test_user():
    return 1


class Helper:
    def test_no(self):
        pass


class TestYes:
    def test_yes(self):
        assert self


def test_outer():
    def test_inner():
        pass

    assert test_inner
"""
    assert cases(source) == {"test_yes": True, "test_outer": True}


@pytest.mark.parametrize("path", ["tests/conftest.py", "tests/helpers.py", "app/test_data/factory.py"])
def test_other_files_hold_no_tests(cases, path):
    assert cases("def test_it():\n    assert 1 + 1 == 2\n", path) == {}


def test_helpers_that_call_each_other_come_to_an_end(cases):
    source = "def test_it():\n    first()\n\n\ndef first():\n    second()\n\n\ndef second():\n    first()\n"
    assert cases(source) == {"test_it": False}
