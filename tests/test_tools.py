"""Other tools beside the scan: what they find, what is left to our own rules, and what happens when a tool does not answer."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from readiness.adapters.processes import Running, ToolError
from readiness.adapters.remarks import Remark
from readiness.cache import Cache
from readiness.discovery import discover
from readiness.extraction import extract
from readiness.linking import link
from readiness.model import Problem, Rule, Severity, ToolFinding, ToolRun
from readiness.tools import Tools, _merged

SHELL = "import subprocess\n\n\ndef run(name):\n    subprocess.run(name, shell=True)\n"
NEEDED = (ToolRun,)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "cache"))


def looked_at(
    root: Path, *, needed: tuple[type, ...] = NEEDED, rules: tuple[Rule, ...] = (), cache: Cache | None = None
) -> tuple[list[ToolFinding], list[ToolRun], list[Problem]]:
    """Findings, files that were looked at, and problems of one run of the tools."""
    listing = discover(root)
    with Tools(listing, needed, rules, cache) as tools:
        tools.begin()
        summaries, _ = extract(listing.files, listing.content, jobs=1)
        project = link(listing, summaries, ())
        tools.go_on(project)
        facts = list(tools.facts(project))
        return (
            [each for each in facts if isinstance(each, ToolFinding)],
            [each for each in facts if isinstance(each, ToolRun)],
            tools.problems,
        )


def forbid_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts a tool from now on breaks."""
    for tool in ("ruff", "bandit"):
        monkeypatch.setattr(f"readiness.adapters.{tool}.Running", None)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "orders"
    root.mkdir()
    (root / "main.py").write_text(SHELL)
    (root / "clean.py").write_text("def one():\n    return 1\n")
    return root


def test_a_defect_of_two_tools_is_one_finding(project):
    (finding,), _, _ = looked_at(project)
    assert finding.codes == ("ruff S602", "bandit B602")
    assert (finding.span.path, finding.span.line) == ("main.py", 5)
    assert finding.symbol == "main::run"


def test_bandit_says_the_severity_and_the_weakness(project):
    (finding,), _, _ = looked_at(project)
    assert finding.severity is Severity.MAJOR
    assert finding.weakness == 78


def test_each_file_of_the_service_was_looked_at(project):
    _, runs, _ = looked_at(project)
    assert [run.span.path for run in runs] == ["clean.py", "main.py"]


def test_what_a_rule_of_ours_judges_is_left_to_it(project):
    rule = Rule("x.no_shell", summary="", severity=Severity.MAJOR, peers=["S602", "B602"])
    assert looked_at(project, rules=(rule,))[0] == []


def test_no_tool_runs_where_no_rule_asks(project, monkeypatch):
    forbid_programs(monkeypatch)
    assert looked_at(project, needed=()) == ([], [], [])


def test_tests_are_not_looked_at(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_run.py").write_text(SHELL)
    assert looked_at(tmp_path)[:2] == ([], [])


def test_the_configuration_of_the_scanned_project_says_nothing(project):
    (project / "ruff.toml").write_text('[lint]\nignore = ["S602"]\nexclude = ["main.py"]\n')
    (project / "pyproject.toml").write_text("[tool.ruff]\nthis is no TOML")
    (project / ".bandit").write_text("[bandit]\nskips: B602\n")
    assert len(looked_at(project)[0]) == 1


@pytest.mark.parametrize("name", ["-c.py", "a b.py", "@list.py", "ü.py", "x;touch y.py"])
def test_a_file_of_any_name_is_looked_at(tmp_path, name):
    (tmp_path / name).write_text(SHELL)
    (finding,), _, _ = looked_at(tmp_path)
    assert finding.span.path == name


def test_a_file_that_cannot_be_parsed_stops_nothing(project):
    (project / "broken.py").write_text("def broken(:\n")
    findings, _, problems = looked_at(project)
    assert (len(findings), problems) == (1, [])


def test_a_second_run_starts_no_tool(project, monkeypatch):
    with Cache("x") as cache:
        first = looked_at(project, cache=cache)
        forbid_programs(monkeypatch)
        assert looked_at(project, cache=cache) == first


def test_a_missing_tool_is_a_problem(project, monkeypatch):
    from importlib.metadata import PackageNotFoundError

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("readiness.tools.version", missing)
    findings, runs, problems = looked_at(project)
    assert (findings, runs) == ([], [])
    assert [(each.path, each.message) for each in problems] == [
        ("ruff", "is not installed; pip install it beside readiness")
    ]


def test_a_tool_that_fails_is_a_problem_and_its_files_are_no_sites(project, monkeypatch):
    monkeypatch.setattr("readiness.adapters.ruff.SELECTION", ("NONSENSE",))
    findings, runs, problems = looked_at(project)
    assert (findings, runs) == ([], [])
    assert "ended with code 2" in problems[0].message


def test_a_slow_tool_is_stopped(tmp_path, monkeypatch):
    running = Running("http.server", ["0", "--bind", "127.0.0.1"])
    with pytest.raises(ToolError, match="gave no answer"):
        running.answer(0.0)
    assert running._process.returncode is not None


def test_nothing_of_the_current_folder_is_imported(project, monkeypatch):
    (project / "json.py").write_text("raise SystemExit(7)\n")
    monkeypatch.chdir(project)
    assert len(looked_at(project)[0]) == 1


def test_a_tool_sees_no_variable_that_could_steer_it(project, monkeypatch):
    monkeypatch.setenv("RUFF_OUTPUT_FORMAT", "full")
    monkeypatch.setenv("PYTHONPATH", str(project))
    assert "RUFF_OUTPUT_FORMAT" not in __import__("readiness.adapters.processes", fromlist=["KEPT"]).KEPT
    assert len(looked_at(project)[0]) == 1


def test_remarks_of_one_tool_alone_stand_alone():
    ruff, bandit = Remark("S301", "pickle", 3, 1, 3, 9), Remark("B602", "shell", 9, end_line=9)
    assert [codes for _, codes in _merged([ruff], [bandit])] == [("ruff S301",), ("bandit B602",)]


def test_two_defects_on_one_line_stay_two():
    first, second = Remark("S301", "a", 3, 1, 3, 9), Remark("S301", "b", 3, 20, 3, 29)
    twin = Remark("B301", "a", 3, end_line=3)
    assert [codes for _, codes in _merged([first, second], [twin])] == [("ruff S301", "bandit B301"), ("ruff S301",)]


def test_the_interpreter_of_the_tools_is_our_own(monkeypatch):
    asked: list[list[str]] = []

    def remember(command: list[str], **_: object) -> None:
        asked.append(command)
        raise OSError("not here")

    monkeypatch.setattr("readiness.adapters.processes.subprocess.Popen", remember)
    with pytest.raises(ToolError, match="cannot be started"):
        Running("ruff", ["check"])
    assert asked == [[sys.executable, "-I", "-m", "ruff", "check"]]
