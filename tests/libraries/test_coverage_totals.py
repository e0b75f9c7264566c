"""Our own count of the statements that the tests ran."""

import json

import pytest

from readiness.libraries.evidence import coverage
from readiness.model import CoverageState, CoverageTotal

CODE = "def one():\n    first = 1\n    return first\n\n\ndef two():\n    return 2\n"


def report(**files):
    entries = {name: {"executed_lines": ran, "missing_lines": []} for name, ran in files.items()}
    return json.dumps({"meta": {"format": 3}, "files": entries})


def total(recognised, files):
    (found,) = recognised(files, [coverage.library]).each(CoverageTotal)
    return found


def test_the_statements_of_the_code_are_the_denominator(recognised):
    found = total(recognised, {"app.py": CODE, "coverage.json": report(**{"app.py": [1, 2, 3, 6]})})
    assert (found.executed, found.total, found.source) == (4, 5, "coverage.json")
    assert found.files[0].gaps == ((7, 7),)


def test_a_file_that_the_report_leaves_out_counts_with_all_its_statements(recognised):
    files = {"a/one.py": CODE, "a/two.py": CODE, "coverage.json": report(**{"a/one.py": [1, 2, 3, 6, 7]})}
    found = total(recognised, files)
    assert (found.executed, found.total) == (5, 10)
    assert [each.state for each in found.files] == [CoverageState.MEASURED, CoverageState.ABSENT]


def test_without_data_nothing_is_known(recognised):
    found = total(recognised, {"app.py": CODE})
    assert (found.files[0].state, found.total, found.source) == (CoverageState.MISSING, 5, "")


def test_data_of_another_text_is_stale(recognised):
    found = total(recognised, {"app.py": CODE, "coverage.json": report(**{"app.py": [1, 4]})})
    assert found.files[0].state is CoverageState.STALE


@pytest.mark.parametrize("where", ["/srv/app/shop/api.py", "shop/api.py", "C:\\build\\shop\\api.py"])
def test_files_of_containers_and_other_machines_are_found(recognised, where):
    found = total(recognised, {"src/shop/api.py": CODE, "coverage.json": report(**{where: [1, 2, 3]})})
    assert found.executed == 3


def test_two_projects_have_totals_of_their_own(recognised):
    files = {"a/pyproject.toml": "", "a/app.py": CODE, "b/pyproject.toml": "", "b/app.py": CODE}
    files["coverage.json"] = report(**{"a/app.py": [1, 2, 3]})
    found = list(recognised(files, [coverage.library]).each(CoverageTotal))
    assert [(each.folder, each.files[0].state) for each in found] == [
        ("a", CoverageState.MEASURED),
        ("b", CoverageState.MISSING),
    ]


def test_what_only_type_checkers_read_and_bodies_of_dots_do_not_count(recognised):
    code = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import x\n\n\ndef stub():\n    ...\n"
    assert total(recognised, {"app.py": code}).total == 3


@pytest.mark.parametrize(
    ("name", "text", "target"),
    [
        ("pyproject.toml", "[tool.readiness.targets]\ncoverage = 85\n", 85.0),
        ("readiness.toml", "[targets]\ncoverage = 62.5\n", 62.5),
        ("pyproject.toml", "[tool.readiness]\n", 80.0),
        ("pyproject.toml", "[tool.readiness.targets]\ncoverage = 300\n", 80.0),
        ("pyproject.toml", "not toml", 80.0),
    ],
)
def test_the_target_is_that_of_the_configuration(recognised, name, text, target):
    assert total(recognised, {"app.py": CODE, name: text}).target == target


def test_the_target_of_changes_is_another_one(recognised):
    assert total(recognised, {"app.py": CODE, "readiness.toml": "[targets]\nchanges = 60\n"}).target == 80.0


def test_the_projects_own_file_of_settings_wins_whole(recognised):
    files = {
        "app.py": CODE,
        "readiness.toml": "min_score = 50\n",
        "pyproject.toml": "[tool.readiness.targets]\ncoverage = 85\n",
    }
    assert total(recognised, files).target == 80.0
