"""Contexts of coverage data: which test ran which lines."""

from pathlib import Path

import coverage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.artifacts import coverage_contexts
from readiness.artifacts.coverage_contexts import read_contexts
from readiness.artifacts.coverage_lines import CoverageDataError, lines_of

CONTEXTS = {
    "": [1, 2],
    "tests/test_app.py::test_first|run": [3, 4],
    "tests/test_app.py::test_first|setup": [5],
    "tests/test_app.py::TestAll::test_second[GET]|run": [4, 6],
}


def database(folder: Path, *, branches: bool) -> bytes:
    data = coverage.CoverageData(basename=str(folder / "data"))
    for context, lines in CONTEXTS.items():
        data.set_context(context)
        if branches:
            data.add_arcs({"/ci/app.py": [(-1, lines[0]), *zip(lines, [*lines[1:], -1], strict=True)]})
        else:
            data.add_lines({"/ci/app.py": lines, "/ci/other.py": [1]})
    data.write()
    data.close()
    return (folder / "data").read_bytes()


def told(found: dict[str, dict[str, int]]) -> dict[str, dict[str, list[int]]]:
    return {name: {context: lines_of(lines) for context, lines in ran.items()} for name, ran in found.items()}


RAN = {
    "/ci/app.py": {
        "tests/test_app.py::test_first|run": [3, 4],
        "tests/test_app.py::TestAll::test_second[GET]|run": [4, 6],
    }
}


@pytest.mark.parametrize("branches", [False, True])
def test_a_database_tells_what_each_test_ran(tmp_path: Path, branches: bool) -> None:
    assert told(read_contexts(database(tmp_path, branches=branches), {"/ci/app.py"})) == RAN


def test_a_json_report_tells_what_each_test_ran() -> None:
    content = b'{"files": {"a.py": {"executed_lines": [3], "contexts": {"3": ["tests.test_app.test_it", ""]}}}}'
    assert told(read_contexts(content, {"a.py"})) == {"a.py": {"tests.test_app.test_it": [3]}}


@pytest.mark.parametrize(
    "content",
    [
        b'{"files": {"a.py": {"contexts": {"-1": ["t"], "x": ["t"], "99999999999": ["t"]}}}}',
        b'{"files": {"a.py": {}}}',
    ],
)
def test_lines_that_are_none_are_left_out(content: bytes) -> None:
    assert told(read_contexts(content, {"a.py"})) == {"a.py": {}}


@pytest.mark.parametrize("content", [b'{"files": 3}', b"{", b"SQLite format 3\0 and no more"])
def test_damaged_data_is_an_error(content: bytes) -> None:
    with pytest.raises(CoverageDataError):
        read_contexts(content, {"a.py"})


@pytest.mark.parametrize("content", [b"<coverage/>", b"TN:\nSF:a.py\n", b""])
def test_other_forms_hold_no_contexts(content: bytes) -> None:
    assert read_contexts(content, {"a.py"}) == {}


def test_a_view_in_place_of_a_table_is_not_read(tmp_path: Path) -> None:
    import sqlite3

    database(tmp_path, branches=False)
    with sqlite3.connect(tmp_path / "data") as connection:
        connection.execute("ALTER TABLE context RENAME TO kept")
        connection.execute("CREATE VIEW context AS SELECT * FROM kept")
    connection.close()
    assert read_contexts((tmp_path / "data").read_bytes(), {"/ci/app.py"}) == {}


@pytest.mark.parametrize(
    ("context", "name"),
    [
        ("tests/test_a.py::test_it|run", "tests/test_a.py::test_it"),
        ("tests/test_a.py::test_it[a|run]|run", "tests/test_a.py::test_it"),
        ("tests/test_a.py::test_it|teardown", ""),
        ("tests.test_a.TestAll.test_it", "tests.test_a.TestAll.test_it"),
        ("", ""),
    ],
)
def test_a_context_names_a_test(context: str, name: str) -> None:
    assert coverage_contexts.test_of(context) == name


@given(st.binary(max_size=200))
def test_any_bytes_give_an_answer_or_a_named_error(content: bytes) -> None:
    for start in (b"", b"{", b"SQLite format 3\0"):
        try:
            assert isinstance(read_contexts(start + content, {"a.py"}), dict)
        except CoverageDataError as error:
            assert str(error)
