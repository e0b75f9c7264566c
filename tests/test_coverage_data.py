"""Coverage files: every format says the same of the same run, and a hostile file does no harm."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import coverage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.artifacts.coverage_data import CoverageData, CoverageDataError, read_coverage
from readiness.artifacts.coverage_lines import bits, lines_of, moment
from readiness.artifacts.coverage_paths import match_paths

MODULE = '''\
"""Says what it is."""
def used(flag):
    if flag:
        return {
            "flag": flag,
        }
    return None


def unused():
    return 1


used(True)
'''


def measured(folder: Path, *, branch: bool) -> coverage.Coverage:
    """Run MODULE under coverage.py in `folder`, and load the data that it leaves there."""
    (folder / "m.py").write_text(MODULE)
    (folder / "never.py").write_text("x = 1\n")
    options = ["--rcfile=", f"--source={folder}", *(["--branch"] if branch else [])]
    subprocess.run([sys.executable, "-m", "coverage", "run", *options, "m.py"], cwd=folder, check=True)
    run = coverage.Coverage(data_file=str(folder / ".coverage"), config_file=False)
    run.load()
    return run


@pytest.fixture(params=[False, True], ids=["lines", "branches"])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[coverage.Coverage, Path]]:
    yield measured(tmp_path, branch=request.param), tmp_path


def lines(data: CoverageData, ending: str = "m.py") -> tuple[list[int], list[int] | None]:
    file = next(file for file in data.files if file.name.endswith(ending))
    return lines_of(file.executed), None if file.missing is None else lines_of(file.missing)


def test_the_database_gives_the_lines_that_ran(run: tuple[coverage.Coverage, Path]) -> None:
    measured_run, folder = run
    data = read_coverage((folder / ".coverage").read_bytes())
    expected = sorted(line for line in measured_run.get_data().lines(str(folder / "m.py")) or [] if line)
    assert lines(data) == (expected, None)
    assert {3, 4, 14} <= set(expected)
    assert not {7, 11} & set(expected)
    assert (data.format, data.version) == ("coverage.py database", coverage.__version__)


def test_the_reports_give_what_ran_and_what_did_not(run: tuple[coverage.Coverage, Path]) -> None:
    measured_run, folder = run
    measured_run.xml_report(outfile=str(folder / "c.xml"))
    measured_run.json_report(outfile=str(folder / "c.json"))
    measured_run.lcov_report(outfile=str(folder / "c.lcov"))
    read = {name: read_coverage((folder / name).read_bytes()) for name in ("c.xml", "c.json", "c.lcov")}
    assert {data.format for data in read.values()} == {"Cobertura XML", "coverage.py JSON", "LCOV"}
    for data in read.values():
        assert lines(data) == ([2, 3, 4, 10, 14], [7, 11])
        assert lines(data, "never.py") == ([], [1])


def test_the_date_of_a_report_is_read_as_utc(run: tuple[coverage.Coverage, Path]) -> None:
    measured_run, folder = run
    measured_run.xml_report(outfile=str(folder / "c.xml"))
    data = read_coverage((folder / "c.xml").read_bytes())
    assert data.latest is not None
    assert abs((datetime.now(UTC) - data.latest).total_seconds()) < 3600


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T10:00:00", datetime(2026, 3, 1, 22, tzinfo=UTC)),
        ("2026-03-01 10:00:00", datetime(2026, 3, 1, 22, tzinfo=UTC)),
        ("2026-03-01T10:00:00+02:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("yesterday", None),
        ("9999-12-31T23:00:00", None),
    ],
)
def test_a_date_without_a_zone_is_the_latest_that_it_can_be(text: str, expected: datetime | None) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("1767225600000", datetime(2026, 1, 1, tzinfo=UTC)),
        ("1767225600", datetime(2026, 1, 1, tzinfo=UTC)),
        ("1767225600.5", datetime(2026, 1, 1, tzinfo=UTC)),
        ("soon", None),
        ("9" * 15, None),
        ("", None),
    ],
)
def test_the_stamp_of_xml_is_seconds_or_milliseconds(stamp: str, expected: datetime | None) -> None:
    assert read_coverage(f'<coverage timestamp="{stamp}"/>'.encode()).latest == expected


def test_contexts_are_put_together(tmp_path: Path) -> None:
    data = coverage.CoverageData(basename=str(tmp_path / "d"))
    data.set_context("one")
    data.add_lines({"/x.py": [1, 2]})
    data.set_context("two")
    data.add_lines({"/x.py": [2, 900]})
    data.write()
    data.close()
    assert lines(read_coverage((tmp_path / "d").read_bytes()), "x.py") == ([1, 2, 900], None)


def test_a_schema_of_another_version_is_left_to_the_library(run: tuple[coverage.Coverage, Path]) -> None:
    path = run[1] / ".coverage"
    connection = sqlite3.connect(path)
    connection.execute("UPDATE coverage_schema SET version = 6")
    connection.commit()
    connection.close()
    with pytest.raises(CoverageDataError, match="another form"):
        read_coverage(path.read_bytes())


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(1, 5000)))
def test_lines_survive_packing(found: set[int]) -> None:
    assert lines_of(bits(found)) == sorted(found)


def test_numbers_that_are_no_lines_are_left_out() -> None:
    assert lines_of(bits([-5, 0, 3, 10**9])) == [3]


# Hostile files


def refused(content: bytes) -> str:
    with pytest.raises(CoverageDataError) as caught:
        read_coverage(content)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"hello", "neither"),
        (b"<html></html>", "another kind"),
        (b"<coverage>", "no XML"),
        (b'<?xml version="1.0" encoding="nonsense"?><coverage/>', "no XML"),
        (b'<!DOCTYPE coverage [<!ENTITY a "b">]><coverage>&a;</coverage>', "document type"),
        (b'<!DOCTYPE c [<!ENTITY a SYSTEM "file:///etc/passwd">]><coverage>&a;</coverage>', "document type"),
        (b"<coverage>" + b"<a>" * 500, "too deep"),
        (b'{"files": []}', "no JSON report"),
        (b'{"files": {"x": {"executed_lines": "all"}}}', "no JSON report"),
        (b"{" * 100_000, "no JSON report"),
        (b"TN:\nDA:1,1\n", "without a single file"),
        (b"SQLite format 3\0" + b"\0" * 2000, "database"),
    ],
)
def test_what_is_no_coverage_is_refused_with_a_reason(content: bytes, told: str) -> None:
    assert told in refused(content)


def test_a_reference_to_the_document_type_is_let_pass() -> None:
    reference = (
        b'<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd"><coverage version="1"/>'
    )
    assert read_coverage(reference).files == ()


def database(folder: Path, *statements: str) -> bytes:
    connection = sqlite3.connect(folder / "db")
    connection.executescript(
        "CREATE TABLE coverage_schema (version integer); INSERT INTO coverage_schema VALUES (7);"
        "CREATE TABLE meta (key text, value text);"
        "CREATE TABLE file (id integer primary key, path text); INSERT INTO file VALUES (1, '/x.py');"
        "CREATE TABLE arc (file_id integer, context_id integer, fromno integer, tono integer);"
        "CREATE TABLE line_bits (file_id integer, context_id integer, numbits blob);" + ";".join(statements)
    )
    connection.close()
    return (folder / "db").read_bytes()


def test_values_of_the_wrong_type_are_left_out(tmp_path: Path) -> None:
    content = database(
        tmp_path,
        "INSERT INTO line_bits VALUES (1, 1, 'text'), (1, 1, 5), (1, 1, NULL), (7, 1, x'ff'), (1, 1, x'0a')",
        "INSERT INTO arc VALUES (1, 1, 'a', x'00'), (1, 1, -1, 5), (1, 1, NULL, 99999999999), (9, 1, 1, 1)",
    )
    assert lines(read_coverage(content), "x.py") == ([1, 3, 5], None)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE line_bits; CREATE VIEW line_bits AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
        "SELECT x AS file_id, 1 AS context_id, x'00' AS numbits FROM n",
        "DROP TABLE line_bits; CREATE TABLE line_bits (file_id, context_id, numbits AS (zeroblob(1000000)))",
        "DROP TABLE meta",
    ],
    ids=["endless view", "generated column", "missing table"],
)
def test_a_database_of_other_making_is_refused(tmp_path: Path, statement: str) -> None:
    assert "not one of coverage.py" in refused(database(tmp_path, statement))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 40_000), st.binary(min_size=1, max_size=60))
def test_a_damaged_database_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, place: int, garbage: bytes
) -> None:
    content = database(tmp_path_factory.mktemp("db"), "INSERT INTO line_bits VALUES (1, 1, x'0a')")
    place %= len(content)
    try:
        read_coverage(content[:place] + garbage + content[place + len(garbage) :])
    except CoverageDataError as error:
        assert str(error)


def test_a_database_in_write_ahead_mode_is_read(tmp_path: Path) -> None:
    content = database(tmp_path, "INSERT INTO line_bits VALUES (1, 1, x'0a')", "PRAGMA journal_mode = WAL")
    assert content[18:20] == b"\2\2"
    assert lines(read_coverage(content), "x.py") == ([1, 3], None)


def test_json_with_extra_keys_of_newer_formats_is_read() -> None:
    content = {"meta": {"format": 9, "new": 1}, "files": {"a.py": {"executed_lines": [1], "regions": {}}}, "totals": {}}
    assert lines(read_coverage(json.dumps(content).encode()), "a.py") == ([1], [])


# Paths


@pytest.mark.parametrize(
    ("names", "paths", "sources", "expected"),
    [
        (["/build/shop/app/m.py"], ["app/m.py"], [], {"/build/shop/app/m.py": "app/m.py"}),
        (["/app/src/app/m.py"], ["backend/src/app/m.py"], [], {"/app/src/app/m.py": "backend/src/app/m.py"}),
        (["C:\\shop\\app\\m.py"], ["app/m.py"], [], {"C:\\shop\\app\\m.py": "app/m.py"}),
        (["app\\m.py"], ["src/app/m.py"], [], {"app\\m.py": "src/app/m.py"}),
        (["m.py"], ["src/app/m.py"], ["/ci/src/app"], {"m.py": "src/app/m.py"}),
        (["m.py"], ["a/m.py", "b/m.py"], ["/ci/a", "/ci/other"], {"m.py": "a/m.py"}),
        (["m.py"], ["a/m.py", "b/m.py"], ["/ci/a", "/ci/b"], {}),
        (["m.py"], ["a/m.py", "b/m.py"], [], {}),
        (["./app/m.py"], ["app/m.py"], [], {"./app/m.py": "app/m.py"}),
        (["/usr/lib/python3/json.py"], ["app/json.py"], [], {}),
        (["/x/app/m.py"], ["a/app/m.py", "b/app/m.py"], [], {}),
        (["/x/app/m.py", "/x/app/only_a.py"], ["a/app/m.py", "b/app/m.py", "a/app/only_a.py"], [],
         {"/x/app/m.py": "a/app/m.py", "/x/app/only_a.py": "a/app/only_a.py"}),
        (["/one/app/m.py", "/two/app/m.py"], ["app/m.py"], [], {"/one/app/m.py": "app/m.py", "/two/app/m.py": "app/m.py"}),
        (["/x/src/app/m.py", "/lib/app/m.py"], ["src/app/m.py"], [], {"/x/src/app/m.py": "src/app/m.py"}),
        (["/x/other.py"], ["app/m.py"], [], {}),
    ],
)  # fmt: skip
def test_names_find_their_paths(
    names: list[str], paths: list[str], sources: list[str], expected: dict[str, str]
) -> None:
    assert match_paths(names, paths, sources=sources).paths == expected


def test_the_folder_of_the_data_decides_where_several_paths_are_left() -> None:
    paths = ["services/a/app/m.py", "services/b/app/m.py"]
    assert match_paths(["/x/app/m.py"], paths, beside="services/b").paths == {"/x/app/m.py": "services/b/app/m.py"}


def test_a_name_below_two_sources_is_contested() -> None:
    found = match_paths(["m.py"], ["a/m.py", "b/m.py"], sources=["/ci/a", "/ci/b"])
    assert found.contested == {"a/m.py", "b/m.py"}


def test_a_name_of_one_place_contests_nothing() -> None:
    found = match_paths(["/x/app/m.py"], ["a/app/m.py", "b/app/m.py"])
    assert found.contested == frozenset()


PART = st.sampled_from(["a", "b", "app", "src", "__init__.py", "m.py"])
PATH = st.lists(PART, min_size=1, max_size=5).map("/".join)


@given(st.lists(PATH, max_size=8), st.sets(PATH, max_size=8), st.lists(PATH, max_size=2))
def test_a_match_always_ends_alike(names: list[str], paths: set[str], sources: list[str]) -> None:
    for name, path in match_paths(names, paths, sources=sources).paths.items():
        assert path in paths
        assert name.rpartition("/")[2] == path.rpartition("/")[2]


@given(st.sets(PATH, min_size=1, max_size=8))
def test_the_same_tree_elsewhere_matches_whole(paths: set[str]) -> None:
    found = match_paths([f"/somewhere/else/{path}" for path in paths], paths).paths
    assert found == {f"/somewhere/else/{path}": path for path in paths}
