"""The configuration of coverage.py: what leaves code out, and where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.artifacts.coverage_config import read_coverage_config


def entries(name, text):
    return [(each.kind, each.text, each.line, each.reason) for each in read_coverage_config(name, text) or ()]


def test_entries_of_an_ini_file_stand_on_their_lines():
    text = "[run]\nomit =\n    a/*\n    b/*  # made by a tool\n[report]\nexclude_lines =\n    raise X, Y\n"
    assert entries(".coveragerc", text) == [
        ("omit", "a/*", 3, ""),
        ("omit", "b/*", 4, "made by a tool"),
        ("exclude", "raise X, Y", 7, ""),
    ]


def test_several_patterns_may_stand_on_one_line():
    assert [each[1] for each in entries(".coveragerc", "[run]\nomit = a/*, b/*\n")] == ["a/*", "b/*"]


def test_a_shared_file_needs_the_prefix():
    assert read_coverage_config("setup.cfg", "[run]\nomit = a/*\n") is None
    assert entries("setup.cfg", "[metadata]\nname = x\n[coverage:run]\nomit = a/*\n") == [("omit", "a/*", 4, "")]


def test_toml_entries_stand_on_their_lines():
    text = (
        '[project]\nname = "a/*"\n\n[tool.coverage.run]\nomit = [\n  "a/*", # why not\n]\n'
        '[tool.coverage.report]\nexclude_also = ["x\\\\.y"]\n'
    )
    assert entries("pyproject.toml", text) == [("omit", "a/*", 6, "why not"), ("exclude", "x\\.y", 9, "")]


def test_an_entry_under_two_options_is_one():
    assert len(entries(".coveragerc", "[run]\nomit = a/*\n[report]\nomit = a/*\n")) == 1


@pytest.mark.parametrize(
    ("name", "text"), [("pyproject.toml", "not = [toml"), ("pyproject.toml", "[tool.other]\n"), ("tox.ini", "[tox]\n")]
)
def test_without_settings_of_coverage_there_is_nothing(name, text):
    assert read_coverage_config(name, text) is None


@given(st.text(max_size=200), st.sampled_from([".coveragerc", "setup.cfg", "pyproject.toml"]))
def test_any_text_is_read_without_an_error(text, name):
    for entry in read_coverage_config(name, "[run]\n" + text) or ():
        assert 1 <= entry.line <= text.count("\n") + len(text.splitlines()) + 2
