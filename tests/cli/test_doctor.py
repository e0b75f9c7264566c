"""`readiness doctor`: each thing that would make an analysis incomplete or wrong is named, with its remedy."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from readiness import git
from readiness.adopting import surroundings
from readiness.adopting.evidence import mapping
from readiness.cli import main
from readiness.model.diagnosis import Trouble

APP = """from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> dict[str, int]:
    return {"id": item_id}
"""
IDENTITY = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2026-03-01T12:00:00+0000",
    "GIT_COMMITTER_DATE": "2026-03-01T12:00:00+0000",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
TESTS = '<testsuite tests="1"><testcase classname="test_main" name="test_items"/></testsuite>'
COVERED = {"meta": {"timestamp": "2026-03-02T12:00:00"}, "files": {"main.py": {"executed_lines": [1, 3, 6, 7, 8]}}}

TODAY = datetime.now(UTC).date()
SOON = TODAY + timedelta(days=90)


def plain_git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main", *arguments]
    done = subprocess.run(command, cwd=folder, env=os.environ | IDENTITY, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path) -> None:
    plain_git(folder, "add", "-A")
    plain_git(folder, "commit", "-q", "-m", "all", "--allow-empty")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backend of one file in a repository of one commit."""
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(surroundings, "TOOLS", ())
    for name in (*surroundings.DEEPER, "CI"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "shop"
    folder.mkdir()
    plain_git(folder, "init", "-q")
    (folder / "main.py").write_text(APP)
    (folder / "test_main.py").write_text("def test_items():\n    assert True\n")
    (folder / ".gitignore").write_text("junit.xml\ncoverage.json\n")
    commit(folder)
    return folder


def doctor(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["doctor", str(folder), "--jobs", "1", *arguments], catch_exceptions=False)


def troubles(folder: Path) -> dict[str, list[dict[str, object]]]:
    """By topic."""
    found: dict[str, list[dict[str, object]]] = {}
    for each in json.loads(doctor(folder, "--format", "json").stdout)["troubles"]:
        found.setdefault(each["topic"], []).append(each)
    return found


def the(folder: Path, topic: str) -> dict[str, str]:
    """The only trouble of a topic."""
    (only,) = troubles(folder)[topic]
    return only


def test_a_project_in_order_is_told_so_with_what_was_found(project: Path) -> None:
    (project / "junit.xml").write_text(TESTS.replace("<testsuite ", '<testsuite timestamp="2026-03-02T12:00:00" '))
    (project / "coverage.json").write_text(json.dumps(COVERED))
    result = doctor(project)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "Everything is in order."
    assert "FastAPI; 1 route, 0 SQL queries" in result.stdout
    assert "coverage.json" in result.stdout


def test_a_shallow_clone_wants_its_history(project: Path, tmp_path: Path) -> None:
    commit(project)
    plain_git(tmp_path, "clone", "-q", "--depth", "1", f"file://{project}", "clone")
    result = doctor(tmp_path / "clone")
    assert result.exit_code == 1
    assert "git fetch --unshallow" in result.stdout


@pytest.mark.parametrize(
    ("variable", "remedy"),
    [("GITHUB_ACTIONS", "fetch-depth: 0"), ("GITLAB_CI", "GIT_DEPTH"), ("TF_BUILD", "fetchDepth: 0")],
)
def test_a_shallow_clone_in_a_pipeline_is_mended_in_its_own_words(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, remedy: str
) -> None:
    monkeypatch.setenv(variable, "true")
    commit(project)
    plain_git(tmp_path, "clone", "-q", "--depth", "1", f"file://{project}", "clone")
    assert remedy in the(tmp_path / "clone", "git")["remedy"]


def test_a_partial_clone_is_a_remark(project: Path) -> None:
    plain_git(project, "config", "remote.origin.promisor", "true")
    assert "partial clone" in the(project, "git")["what"]


def test_a_repository_without_a_commit_is_a_remark(project: Path) -> None:
    shutil.rmtree(project / ".git")
    plain_git(project, "init", "-q")
    assert "nothing is committed yet" in the(project, "git")["what"]


def test_a_folder_without_git_is_incomplete(project: Path) -> None:
    shutil.rmtree(project / ".git")
    assert "no git repository" in the(project, "git")["what"]


def test_the_remedy_for_a_foreign_repository_quotes_a_hostile_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(root: Path) -> git.Head:
        raise git.ForeignRepository("no")

    monkeypatch.setattr(git, "head", refuse)
    (only,) = surroundings.checkout(tmp_path / "a; rm -rf ~", {})
    assert isinstance(only, Trouble)
    assert only.remedy == f"git config --global --add safe.directory '{tmp_path}/a; rm -rf ~'"


def test_a_submodule_that_is_not_checked_out_is_named(project: Path) -> None:
    plain_git(project, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib")
    (project / "lib").mkdir()
    found = the(project, "files")
    assert (found["places"], found["remedy"]) == (["lib"], "run git submodule update --init")


def test_a_sparse_checkout_is_named(project: Path) -> None:
    (project / "deep").mkdir()
    (project / "deep" / "x.py").write_text("x = 1\n")
    commit(project)
    plain_git(project, "update-index", "--skip-worktree", "deep/x.py")
    (project / "deep" / "x.py").unlink()
    assert "sparse checkout leaves out 1 files" in the(project, "files")["what"]


def test_an_old_git_is_named() -> None:
    assert [each.what for each in surroundings.old_git("2.20.1")] == ["git 2.20.1 is too old for --since and --staged"]


def test_a_git_that_is_new_enough_is_not_named() -> None:
    assert list(surroundings.old_git("2.100.0")) == []


def test_a_tool_that_does_not_run_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "TOOLS", ("no_such_tool",))
    assert "no_such_tool does not run" in the(project, "tools")["what"]


def test_the_tools_that_readiness_needs_run_here() -> None:
    assert not [each for each in surroundings.tools() if isinstance(each, Trouble)]


def test_coverage_older_than_the_commit_is_named(project: Path) -> None:
    old = COVERED | {"meta": {"timestamp": "2026-01-01T12:00:00"}}
    (project / "coverage.json").write_text(json.dumps(old))
    assert "older than the commit" in the(project, "coverage")["what"]


def test_coverage_of_another_text_is_out_of_date(project: Path) -> None:
    drifted = COVERED | {"files": {"main.py": {"executed_lines": [900]}}}
    (project / "coverage.json").write_text(json.dumps(drifted))
    assert the(project, "coverage")["what"].startswith("out of date")


def test_coverage_of_no_file_of_the_scan_gets_the_mapping_that_would_match(project: Path) -> None:
    (project / "backend").mkdir()
    for name in ("main.py", "views.py"):
        (project / "backend" / name).write_text(APP)
    (project / "main.py").unlink()
    names = {f"/app/{name}": {"executed_lines": [1]} for name in ("main.py", "views.py")}
    (project / "coverage.json").write_text(json.dumps({"meta": {}, "files": names}))
    assert 'source = ["backend", "/app"]' in str(troubles(project)["evidence"][0]["remedy"])


def test_no_mapping_is_made_up_for_another_project() -> None:
    assert mapping([f"/app/other{number}.py" for number in range(9)] + ["/app/main.py"], ["src/main.py"]) is None


def test_no_mapping_is_chosen_where_two_fit_as_well() -> None:
    assert mapping(["/app/main.py"], ["one/main.py", "two/main.py"]) is None


def test_a_test_report_without_tests_is_named(project: Path) -> None:
    (project / "junit.xml").write_text("<testsuites/>")
    assert "lists no test" in str(troubles(project)["evidence"][0]["what"])


def test_a_test_report_of_another_project_is_named(project: Path) -> None:
    (project / "junit.xml").write_text(TESTS.replace("test_items", "test_rockets"))
    assert "none of its 1 tests is one of this scan" in str(troubles(project)["evidence"][0]["what"])


def test_evidence_that_nobody_supplied_is_a_remark(project: Path) -> None:
    found = the(project, "evidence")
    assert (found["gravity"], found["what"].partition(":")[0]) == (
        "remark",
        "no coverage data and no report of the test run",
    )


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"# coding: klingon\nx = 1\n", "save it as UTF-8"),
        (b'x = "\xff"\n', "save it as UTF-8"),
        (b"def broken(:\n", "mend the syntax"),
    ],
)
def test_a_file_that_cannot_be_read_gets_its_remedy(project: Path, content: bytes, remedy: str) -> None:
    (project / "odd.py").write_bytes(content)
    found = the(project, "files")
    assert found["gravity"] == "incomplete"
    assert found["places"] == ["odd.py"]
    assert str(found["remedy"]).startswith(remedy)


def test_files_of_one_kind_are_one_trouble(project: Path) -> None:
    for number in range(5):
        (project / f"odd{number}.py").write_bytes(b"def broken(:\n")
    found = the(project, "files")
    assert (found["count"], len(found["places"])) == (5, 3)


def test_a_folder_of_templates_is_to_be_excluded(project: Path) -> None:
    (project / "templates").mkdir()
    for name in ("one.py", "two.py"):
        (project / "templates" / name).write_text("class {{ name }}:\n")
    assert 'exclude = ["templates/"]' in the(project, "files")["remedy"]


@pytest.mark.parametrize("name", ["****", "!x", "a b"])
def test_a_folder_whose_name_means_something_else_in_a_pattern_is_not(project: Path, name: str) -> None:
    (project / name).mkdir()
    for each in ("one.py", "two.py"):
        (project / name / each).write_text("class {{ name }}:\n")
    assert "exclude = [" not in the(project, "files")["remedy"]


def test_a_folder_with_code_that_can_be_read_is_not_to_be_excluded(project: Path) -> None:
    for name in ("one.py", "two.py"):
        (project / name).write_text("class {{ name }}:\n")
    assert "exclude = [" not in the(project, "files")["remedy"]


def test_tests_of_django_are_started_by_its_own_command(project: Path) -> None:
    (project / "site").mkdir()
    (project / "site" / "manage.py").write_text("import django\n")
    (project / "site" / "urls.py").write_text(
        "from django.urls import path\n\n\ndef index(request):\n    return None\n\n\nurlpatterns = [path('', index)]\n"
    )
    (project / "site" / "settings.py").write_text("ROOT_URLCONF = 'urls'\nINSTALLED_APPS = []\n")
    assert the(project, "evidence")["remedy"].startswith("coverage run site/manage.py test")


def test_a_manage_py_without_django_says_nothing_of_the_tests(project: Path) -> None:
    (project / "manage.py").write_text("print(1)\n")
    assert the(project, "evidence")["remedy"].startswith("pytest ")


def test_a_link_out_of_the_project_is_a_remark(project: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").write_text("x = 1\n")
    (project / "linked.py").symlink_to(tmp_path / "elsewhere.py")
    assert the(project, "files")["gravity"] == "remark"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this interpreter knows the grammar")
def test_a_newer_grammar_is_counted_and_no_trouble_for_the_analysis(project: Path) -> None:
    (project / "type.py").write_text("type Number = int\n")
    found = the(project, "python")
    assert (found["gravity"], str(found["what"]).partition(" in ")[0]) == ("remark", "1 file")


def test_other_languages_are_a_remark(project: Path) -> None:
    (project / "server.go").write_text("package main\n")
    assert the(project, "languages")["what"] == "not read: Go (1 file)"


def servers(project: Path) -> None:
    for number in range(12):
        (project / f"server{number}.go").write_text("package main\n")


def test_mostly_other_languages_make_it_incomplete(project: Path) -> None:
    servers(project)
    (project / "main.py").write_text("x = 1\n")
    assert the(project, "languages")["gravity"] == "incomplete"


def test_other_languages_beside_routes_are_a_front_end(project: Path) -> None:
    servers(project)
    assert the(project, "languages")["gravity"] == "remark"


def test_a_project_without_a_framework_is_told_what_it_is_judged_as(project: Path) -> None:
    (project / "main.py").write_text("x = 1\n")
    found = the(project, "frameworks")
    assert (found["gravity"], "it is judged as a library" in found["what"]) == ("remark", True)


def test_a_folder_without_code_stops_everything(project: Path) -> None:
    (project / "main.py").unlink()
    (project / "test_main.py").unlink()
    result = doctor(project)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "Nothing can be analysed before that is mended."


@pytest.mark.parametrize(
    ("settings", "topic", "what"),
    [
        ('evidence = {coverage = "gone.xml"}', "evidence", "names it as coverage evidence, but it is not there"),
        ('exclude = ["frontned/"]', "settings", "a pattern of exclude that leaves nothing out"),
        ('[[service]]\nroot = "api"', "settings", "service[0].root in readiness.toml is no folder here: api"),
        ('checklist = "mine.toml"', "settings", "names mine.toml"),
        ('deviations = "gone.toml"', "settings", "names gone.toml, which is not there"),
        ('baseline = "gone.json"', "baseline", "gone.json is not there"),
        ('fail_onn = "major"', "settings", "fail_onn in readiness.toml is no setting"),
    ],
)
def test_what_the_settings_name_and_is_not_there_is_named(project: Path, settings: str, topic: str, what: str) -> None:
    (project / "readiness.toml").write_text(settings)
    assert any(what in str(each["what"]) for each in troubles(project)[topic])


def test_a_pattern_that_leaves_something_out_is_no_trouble(project: Path) -> None:
    (project / "readiness.toml").write_text('exclude = ["test_*.py", "junit.xml"]')
    (project / "junit.xml").write_text(TESTS)
    assert "settings" not in troubles(project)


def test_settings_in_two_places_are_named(project: Path) -> None:
    (project / "readiness.toml").write_text('fail_on = "major"')
    (project / "pyproject.toml").write_text("[tool.readiness]\nmin_score = 80\n")
    assert "is not read, as there is a readiness.toml" in the(project, "settings")["what"]


def test_settings_of_the_folder_above_are_named(project: Path) -> None:
    (project / "readiness.toml").write_text('fail_on = "major"')
    (project / "api").mkdir()
    (project / "api" / "main.py").write_text(APP)
    assert "is not read here" in the(project / "api", "settings")["what"]


def test_an_unknown_rule_in_a_comment_is_named(project: Path) -> None:
    directive = f"# readiness: ignore[paginated-list] until={SOON} owner=@me -- no more than ten of them exist\n"
    (project / "main.py").write_text(APP + directive + "x = 1\n")
    found = the(project, "deviations")
    assert "there is no rule 'paginated-list'; did you mean 'paginated-lists'?" in found["what"]
    assert found["places"] == ["main.py:9"]


def test_an_unknown_rule_in_the_register_is_named(project: Path) -> None:
    (project / "deviations.toml").write_text(
        '[[deviation]]\nrule = "paginated-list"\nwhere = "main.py"\nreason = "no more than ten of them exist"\n'
        f'owner = "@me"\ncreated = {TODAY}\nuntil = {SOON}\n'
    )
    found = the(project, "deviations")
    assert "there is no rule 'paginated-list'" in found["what"]
    assert found["gravity"] == "incomplete"


def write_baseline(project: Path, **changes: object) -> None:
    CliRunner().invoke(main, ["baseline", "create", str(project), "--jobs", "1"], catch_exceptions=False)
    place = project / "readiness-baseline.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | changes))


def test_a_baseline_of_another_version_is_a_remark(project: Path) -> None:
    write_baseline(project, tool="0.0.1")
    assert the(project, "baseline")["what"].startswith("readiness 0.0.1 made it")


def test_a_project_without_tests_is_not_told_to_run_them(project: Path) -> None:
    (project / "test_main.py").unlink()
    commit(project)
    assert the(project, "evidence")["what"].startswith("no test was found")


def test_a_baseline_with_findings_that_are_gone_wants_to_be_pruned(project: Path) -> None:
    gone = {"rule": "typed-responses", "path": "main.py", "symbol": "main::gone", "mark": "0", "count": 1, "code": ""}
    write_baseline(project, findings=[gone])
    assert troubles(project)["baseline"][0]["remedy"] == "readiness baseline prune"


def test_a_baseline_with_rules_that_nobody_knows_is_named(project: Path) -> None:
    gone = {"rule": "no-such-rule", "path": "main.py", "symbol": "main::gone", "mark": "0", "count": 1, "code": ""}
    write_baseline(project, findings=[gone])
    assert "rules that do not exist: no-such-rule" in str(troubles(project)["baseline"][0]["what"])


def test_a_cache_that_cannot_be_written_is_named(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "taken"))
    assert "READINESS_CACHE_DIR" in the(project, "cache")["remedy"]


def test_a_cache_inside_of_the_project_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READINESS_CACHE_DIR", str(project / "cache"))
    assert "inside of the project" in the(project, "cache")["what"]


def test_a_cache_inside_of_the_project_is_usual_in_a_pipeline(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READINESS_CACHE_DIR", str(project / "cache"))
    monkeypatch.setenv("CI", "true")
    assert "cache" not in troubles(project)


def test_a_relative_folder_for_the_cache_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.parent)
    monkeypatch.setenv("READINESS_CACHE_DIR", "relative")
    assert "is relative" in the(project, "cache")["what"]


WORKFLOW = """
jobs:
  judge:
    steps:
      - uses: actions/checkout@v4
        with: {{fetch-depth: {depth}}}
      - run: readiness check --since origin/main
"""


def workflow(project: Path, text: str) -> None:
    (project / ".github" / "workflows").mkdir(parents=True)
    (project / ".github" / "workflows" / "ci.yml").write_text(text)


def test_a_workflow_that_judges_changes_without_the_history_is_named(project: Path) -> None:
    workflow(project, WORKFLOW.format(depth=1))
    assert the(project, "pipeline")["places"] == [".github/workflows/ci.yml"]


def test_a_workflow_that_fetches_the_history_is_found_and_in_order(project: Path) -> None:
    workflow(project, WORKFLOW.format(depth=0))
    assert "pipeline" not in troubles(project)
    assert "readiness runs in .github/workflows/ci.yml" in doctor(project).stdout


ACTION = """
jobs:
  judge:
    steps:
      - uses: actions/checkout@v4
      - uses: someone/readiness@1111111111111111111111111111111111111111
        with: {{since: {since}}}
"""


@pytest.mark.parametrize(("since", "shallow"), [("auto", True), ("none", False)])
def test_the_action_judges_changes_unless_it_is_told_not_to(project: Path, since: str, shallow: bool) -> None:
    workflow(project, ACTION.format(since=since))
    assert ("pipeline" in troubles(project)) is shallow


def test_a_depth_that_is_computed_is_left_alone(project: Path) -> None:
    workflow(project, WORKFLOW.format(depth='"${{ inputs.depth }}"'))
    assert "pipeline" not in troubles(project)


@pytest.mark.parametrize(
    "text", ["jobs: [", "jobs:\n  a: &a [*a]\n# readiness check\n", "\x00", "jobs: {a: {steps: 5}}"]
)
def test_a_workflow_that_is_none_is_passed_over(project: Path, text: str) -> None:
    workflow(project, text + "\nrun: readiness check --since main\n")
    assert doctor(project).exit_code == 0


def test_words_about_readiness_are_no_run_of_it(project: Path) -> None:
    workflow(project, "jobs:\n  a:\n    steps:\n      - name: wait for the readiness check\n        run: sleep 1\n")
    assert "readiness runs in" not in doctor(project).stdout


def test_hostile_names_reach_neither_terminal_nor_runner(project: Path) -> None:
    (project / "\x1b[31m\n::error::x.py").write_text("def broken(:\n")
    (project / "readiness.toml").write_text('exclude = ["\\u001b]0;owned\\u0007\\n::warning::x"]')
    for format_ in ("terminal", "json"):
        out = doctor(project, "--format", format_).stdout
        assert "\x1b" not in out
        assert "\n::" not in out


def test_a_folder_that_is_not_there_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    result = doctor(tmp_path / "gone")
    assert result.exit_code == 2


def test_a_file_is_no_project(project: Path) -> None:
    result = doctor(project / "main.py")
    assert result.exit_code == 2
    assert "name the folder of a backend" in result.stderr


def test_languages_that_nobody_reads_are_named_where_there_is_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "index.js").write_text("console.log(1)\n")
    assert the(tmp_path, "code")["what"] == "there is no code here that readiness reads, but JavaScript (1 file)"


def test_a_report_of_tests_that_says_no_day_is_not_called_old(project: Path) -> None:
    (project / "junit.xml").write_text(TESTS)
    assert the(project, "tests")["what"].startswith("it does not say when it was made")


def test_coverage_that_says_no_day_is_read_with_a_word_about_it(project: Path) -> None:
    (project / ".gitignore").write_text("lcov.info\n")
    commit(project)
    (project / "lcov.info").write_text("SF:main.py\nDA:1,1\nend_of_record\n")
    found = json.loads(doctor(project, "--format", "json").stdout)
    assert "coverage" not in {each["topic"] for each in found["troubles"]}
    assert "it does not say when it was made" in str(found["found"])
