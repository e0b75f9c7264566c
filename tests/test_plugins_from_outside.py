"""A rule package and a recogniser package that know only the public model are built, installed and used like our own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RULE = '''
"""Every query names its columns."""

from collections.abc import Iterator

from readiness.model import Finding, Project, Rule, Severity
from outside_libraries.rowstore import RowRead

rule = Rule(__name__, summary="Every row read names its columns.", severity=Severity.MINOR, needs=(RowRead,))


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    for read in project.each(RowRead):
        if read.columns:
            yield rule.passes(read, f"It names {read.columns} columns.")
        else:
            yield rule.fails(read, "It takes whatever columns there are; name those it needs.")
'''

PAGE = (
    "# named-columns\n\nEvery row read names its columns.\n\n## Why\n\nA column that joins later changes the answer.\n"
)

LIBRARY = '''
"""The imaginary library `rowstore`: `rowstore.read(table, *columns)`."""

from collections.abc import Iterator

from readiness.model import Fact, Library, Project, SymbolKind


class RowRead(Fact, frozen=True, kw_only=True):
    """One read."""

    columns: int


library = Library(__name__, stage="data", provides=(RowRead,), packages=("rowstore",))


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    for path in project.imports("rowstore"):
        summary = project.summary(path)
        for index, call in enumerate(summary.calls if summary else ()):
            if project.callee(path, index).name == "rowstore.read":
                yield RowRead(
                    span=project.span(path, index),
                    symbol=project.symbol(path, call.scope),
                    scope=project.files[path].scope,
                    columns=len(call.arguments) - 1,
                )
'''

CHECKLIST = """
id = "ours"
title = "Ours"
version = "1"

[[items]]
id = "reads"
title = "Reads"
question = "Do reads say what they read?"
weight = 1

[[items.criteria]]
id = "columns"
title = "Columns are named"
weight = 1
rules = [{ id = "named-columns" }]
"""

APPLICATION = """
import rowstore as store


def names():
    return store.read("people", "name")


def everything():
    return store.read("people")
"""


def pyproject(name: str, group: str) -> str:
    return (
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        f'[project]\nname = "{name}"\nversion = "1"\n'
        f'[project.entry-points."{group}"]\n{name} = "{name}"\n'
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which both packages are installed."""
    sources = tmp_path_factory.mktemp("sources")
    packages = {
        "outside_rules": ("readiness.rules", {"named_columns.py": RULE, "named_columns.md": PAGE}),
        "outside_libraries": ("readiness.libraries", {"rowstore.py": LIBRARY}),
        "broken_rules": ("readiness.rules", {"never_imported.py": "raise RuntimeError('no luck')\n"}),
    }
    target = tmp_path_factory.mktemp("site")
    for name, (group, modules) in packages.items():
        package = sources / name / name
        package.mkdir(parents=True)
        (package.parent / "pyproject.toml").write_text(pyproject(name, group))
        for module, text in {"__init__.py": '"""From outside."""\n', **modules}.items():
            (package / module).write_text(text)
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
             "--disable-pip-version-check", "--target", str(target), str(package.parent)],
            check=True, capture_output=True,
        )  # fmt: skip
    return target


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(APPLICATION)
    (tmp_path / "ours.toml").write_text(CHECKLIST)
    return tmp_path


def readiness(site: Path, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(site),
        "READINESS_CACHE_DIR": str(project / ".cache"),
        "NO_COLOR": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", "readiness", *arguments],
        cwd=project, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_its_rule_is_judged_and_scored_by_a_checklist_of_the_team(site: Path, project: Path) -> None:
    done = readiness(site, project, "check", "--checklist", "ours.toml", "--format", "json", "--fail-on", "never")
    report = json.loads(done.stdout)
    verdicts = {(each["code"], each["verdict"]) for each in report["findings"] if each["rule"] == "named-columns"}
    assert verdicts == {
        ('return store.read("people", "name")', "passes"),
        ('return store.read("people")', "fails"),
    }
    (service,) = report["services"]
    assert [(tally["passed"], tally["failed"]) for tally in service["items"][0]["criteria"][0]["tallies"]] == [(1, 1)]


def test_its_page_is_shown(site: Path, project: Path) -> None:
    assert "A column that joins later" in readiness(site, project, "explain", "named-columns").stdout


def test_one_that_cannot_be_imported_is_named_and_the_run_goes_on(site: Path, project: Path) -> None:
    done = readiness(site, project, "check", "--format", "json", "--fail-on", "never")
    report = json.loads(done.stdout)
    (problem,) = [each for each in report["problems"] if each["stage"] == "plugin"]
    assert problem["path"] == "broken_rules.never_imported"
    assert "RuntimeError: no luck" in problem["message"]
    assert done.returncode == 3


def test_one_that_crashes_is_named_and_the_run_goes_on(project: Path, tmp_path: Path) -> None:
    plugin = tmp_path / "plugins"
    plugin.mkdir()
    (plugin / "crashing_rule.py").write_text(
        "from readiness.model import Rule, Severity\n"
        "rule = Rule(__name__, summary='It crashes.', severity=Severity.MINOR)\n"
        "@rule.judges\n"
        "def judge(project):\n"
        "    raise ZeroDivisionError('as announced')\n"
        "    yield\n"
    )
    done = readiness(tmp_path / "nothing", project, "check", "--plugin", str(plugin), "--format", "json")
    report = json.loads(done.stdout)
    (problem,) = [each for each in report["problems"] if each["stage"] == "judge"]
    assert "ZeroDivisionError: as announced" in problem["message"]
    assert done.returncode == 3
