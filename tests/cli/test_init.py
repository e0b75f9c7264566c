"""`readiness init`: writes what the project lacks, nothing over what is there, and nothing outside."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from readiness import __version__
from readiness.adopting import proposals, workflows
from readiness.adopting.pipelines import pipelines
from readiness.adopting.setting_up import set_up
from readiness.cli import main
from readiness.config import load_config
from readiness.discovery import discover
from readiness.scan import ScanOptions

APP = """from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> dict[str, int]:
    return {"id": item_id}
"""
BLOCKER = """import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.get("/members")
def members():
    name = request.args["name"]
    db = sqlite3.connect("club.db")
    return db.execute(f"SELECT * FROM members WHERE name = '{name}'").fetchall()
"""
WORKFLOW = ".github/workflows/readiness.yml"
THERE = {"main.py", ".coveragerc"}
ROOT = Path(__file__).parent.parent.parent
IDENTITY = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def plain_git(folder: Path, *arguments: str) -> None:
    command = [
        "git",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        *arguments,
    ]
    subprocess.run(command, cwd=folder, env=os.environ | IDENTITY, capture_output=True, check=True)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backend of one file in a repository that lies on GitHub, with a limit for its coverage."""
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "main.py").write_text(APP)
    (folder / ".coveragerc").write_text("[report]\nfail_under = 91\n")
    plain_git(folder, "init", "-q")
    plain_git(folder, "remote", "add", "origin", "git@github.com:someone/shop.git")
    plain_git(folder, "add", "-A")
    plain_git(folder, "commit", "-q", "-m", "all")
    return folder


def init(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["init", str(folder), "--jobs", "1", *arguments], catch_exceptions=False)


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and ".git/" not in f"{path}/"
    }


def test_settings_and_workflow_are_written(project: Path) -> None:
    result = init(project)
    assert result.exit_code == 0
    assert files(project) == {*THERE, "readiness.toml", WORKFLOW}


def test_the_dry_run_shows_the_content_and_writes_nothing(project: Path) -> None:
    result = init(project, "--diff")
    assert files(project) == THERE
    assert f"+++ b/{WORKFLOW}" in result.stdout
    assert "+          fetch-depth: 0" in result.stdout


def test_the_dry_run_names_the_run_that_writes(project: Path) -> None:
    assert "writes what is shown above" in init(project, "--diff").stdout
    assert "writes what is shown above" not in init(project).stdout


def test_what_is_written_is_what_the_dry_run_shows(project: Path) -> None:
    shown = [line[1:] for line in init(project, "--diff").stdout.splitlines() if line[:1] == "+" and line[:3] != "+++"]
    init(project)
    assert "\n".join(shown) + "\n" == (project / "readiness.toml").read_text() + (project / WORKFLOW).read_text()


def test_the_second_run_leaves_everything(project: Path) -> None:
    init(project)
    before = {name: (project / name).read_bytes() for name in files(project)}
    result = init(project)
    assert {name: (project / name).read_bytes() for name in files(project)} == before
    assert "left        readiness.toml: it is there already" in result.stdout


def test_a_workflow_of_that_name_is_left_whatever_it_says(project: Path) -> None:
    (project / ".github" / "workflows").mkdir(parents=True)
    (project / WORKFLOW).write_text("name: mine\n")
    result = init(project)
    assert (project / WORKFLOW).read_text() == "name: mine\n"
    assert f"left        {WORKFLOW}: it is there already" in result.stdout


def test_a_project_in_whose_workflow_readiness_runs_gets_no_second_one(project: Path) -> None:
    (project / ".github" / "workflows").mkdir(parents=True)
    (project / ".github/workflows/ci.yml").write_text("jobs:\n  a:\n    steps:\n      - run: readiness check\n")
    init(project)
    assert not (project / WORKFLOW).exists()


def test_settings_in_pyproject_are_left(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.readiness]\nmin_score = 50\n")
    result = init(project)
    assert not (project / "readiness.toml").exists()
    assert "pyproject.toml has [tool.readiness]" in result.stdout


def test_a_link_on_the_way_is_refused(project: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (project / ".github").symlink_to(tmp_path / "elsewhere")
    result = init(project)
    assert result.exit_code == 1
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert f"refused     {WORKFLOW}: .github is a link" in result.stdout


@pytest.mark.parametrize("dry", [(), ("--diff",)])
def test_a_link_that_leads_nowhere_is_not_written_through(project: Path, tmp_path: Path, dry: tuple[str, ...]) -> None:
    (project / ".github" / "workflows").mkdir(parents=True)
    (project / WORKFLOW).symlink_to(tmp_path / "not_there")
    assert init(project, *dry).exit_code == 1
    assert not (tmp_path / "not_there").exists()


def test_a_file_in_place_of_a_folder_is_refused(project: Path) -> None:
    (project / ".github").write_text("")
    result = init(project)
    assert result.exit_code == 1
    assert ".github is no folder" in result.stdout


@pytest.mark.parametrize(
    ("passing", "written"), [({"major", "critical"}, "major"), ({"critical"}, "critical"), (set(), None)]
)
def test_the_gate_begins_as_strict_as_today_allows(project: Path, passing: set[str], written: str | None) -> None:
    set_up(str(project), ScanOptions(jobs=1), lambda report, severity: severity in passing, dry=False)
    assert load_config(project).fail_on == written


def test_a_project_with_blockers_keeps_the_default(project: Path) -> None:
    (project / "main.py").write_text(BLOCKER)
    (project / ".coveragerc").unlink()
    assert "not needed  readiness.toml" in init(project).stdout
    assert not (project / "readiness.toml").exists()


def test_old_failures_are_followed_by_a_baseline(project: Path) -> None:
    assert "readiness baseline create" in init(project).stdout


def test_what_to_do_next_stands_in_its_order(project: Path) -> None:
    said = init(project).stdout.partition(" Next\n")[2]
    order = [said.index(each) for each in ("readiness check", "readiness doctor", "readiness baseline create", "git ")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[tool.coverage.report]\nfail_under = 91\n"),
        (".coveragerc", "[report]\nfail_under = 91\n"),
        ("pytest.ini", "[pytest]\naddopts = --cov --cov-fail-under=91\n"),
    ],
)
def test_the_limit_of_the_coverage_is_taken_over(project: Path, name: str, text: str) -> None:
    (project / ".coveragerc").unlink()
    (project / name).write_text(text)
    init(project)
    assert load_config(project).targets.coverage == 91


@pytest.mark.parametrize("text", ["# fail_under = 91\n", "fail_under = 0\n", "fail_under = 101\n", "fail_under = 80\n"])
def test_no_limit_and_the_usual_one_are_not_written_down(project: Path, text: str) -> None:
    (project / ".coveragerc").write_text(f"[report]\n{text}")
    init(project)
    assert load_config(project).targets.coverage is None


def test_a_folder_of_templates_is_left_out(project: Path) -> None:
    (project / "templates").mkdir()
    for name in ("one.py", "two.py"):
        (project / "templates" / name).write_text("class {{ name }}:\n")
    init(project)
    assert load_config(project).exclude == ("/templates/",)


def test_evidence_where_only_the_settings_of_the_tests_say_is_named(project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\naddopts = --junitxml=out/results.xml\n")
    (project / "out").mkdir()
    (project / "out" / "results.xml").write_text("<testsuites/>")
    init(project)
    assert load_config(project).evidence == {"tests": ("out/results.xml",)}


@pytest.mark.parametrize("place", ["../outside.xml", "out/not_there.xml", "linked.xml"])
def test_evidence_outside_or_not_there_is_not_named(project: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "outside.xml").write_text("<testsuites/>")
    (project / "linked.xml").symlink_to(tmp_path / "outside.xml")
    (project / "pytest.ini").write_text(f"[pytest]\naddopts = --junitxml={place}\n")
    init(project)
    assert load_config(project).evidence == {}


def test_several_services_are_written_down_whatever_they_are_called(project: Path) -> None:
    names = {"one": "one", 'two "quoted" \\ back': 'evil"\n[x]'}
    for folder, name in names.items():
        (project / folder).mkdir()
        (project / folder / "main.py").write_text(APP)
        escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        (project / folder / "pyproject.toml").write_text(f'[project]\nname = "{escaped}"\n')
    (project / "main.py").unlink()
    init(project)
    assert {each.root: each.name for each in load_config(project).services} == names


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_any_text_survives_in_the_settings(text: str) -> None:
    assert tomllib.loads(f"x = {proposals._text(text)}") == {"x": text}


def test_the_workflow_is_pinned_and_asks_for_no_rights(project: Path) -> None:
    init(project)
    document = yaml.safe_load((project / WORKFLOW).read_text())
    (job,) = document["jobs"].values()
    assert (document["permissions"], job["permissions"]) == ({}, {"contents": "read"})
    checkout = next(step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}
    assert all(len(step["uses"].partition("@")[2]) == 40 for step in job["steps"] if "uses" in step)
    assert f"readiness=={__version__}" in (project / WORKFLOW).read_text()


def test_the_workflow_puts_no_expression_into_a_script(project: Path) -> None:
    init(project)
    steps = yaml.safe_load((project / WORKFLOW).read_text())["jobs"]["readiness"]["steps"]
    assert not [step for step in steps if "${{" in step.get("run", "")]


def test_the_workflow_uses_the_actions_that_the_action_uses() -> None:
    ours = {
        line.strip() for line in workflows.github("1", "main", "pytest").splitlines() if "actions/setup-python@" in line
    }
    theirs = {
        line.strip() for line in (ROOT / "action.yml").read_text().splitlines() if "actions/setup-python@" in line
    }
    assert {line.removeprefix("- ") for line in ours} == theirs


@pytest.fixture
def runner(project: Path, tmp_path: Path) -> dict[str, str]:
    """What a runner sets, with the installed readiness where the workflow installs it."""
    shim = tmp_path / "temp" / "readiness" / "bin" / "readiness"
    shim.parent.mkdir(parents=True)
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m readiness "$@"\n')
    shim.chmod(0o755)
    return {"RUNNER_TEMP": str(tmp_path / "temp"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}


def step(project: Path, name: str) -> str:
    """The script of a step."""
    steps = yaml.safe_load((project / WORKFLOW).read_text())["jobs"]["readiness"]["steps"]
    return str(next(each["run"] for each in steps if each.get("name") == name))


def bash(project: Path, script: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(
        command, cwd=project, env=os.environ | environment, capture_output=True, text=True, check=False
    )


def test_the_step_for_all_of_it_runs_and_leaves_a_summary(project: Path, runner: dict[str, str]) -> None:
    init(project)
    done = bash(project, step(project, "Judge all of it"), runner)
    assert (done.returncode, done.stderr) == (0, "")
    assert "shop" in Path(runner["GITHUB_STEP_SUMMARY"]).read_text()


def test_the_step_for_a_change_fails_for_what_it_brings(project: Path, runner: dict[str, str]) -> None:
    init(project)
    plain_git(project, "checkout", "-q", "-b", "change")
    (project / "members.py").write_text(BLOCKER)
    plain_git(project, "add", "-A")
    plain_git(project, "commit", "-q", "-m", "change")
    done = bash(project, step(project, "Judge the change"), runner | {"BASE": "main"})
    assert done.returncode == 1
    assert "::error" in done.stdout
    assert "members.py" in done.stdout


def test_the_workflow_is_known_for_one_that_runs_readiness_with_the_history(project: Path) -> None:
    init(project)
    found = pipelines(discover(project))
    assert (found.running, found.shallow) == ((WORKFLOW,), ())


@pytest.mark.parametrize(("branch", "written"), [("trunk", "trunk"), ('x"]', "main")])
def test_a_branch_whose_name_would_break_the_workflow_is_not_named(project: Path, branch: str, written: str) -> None:
    plain_git(project, "branch", "-m", branch)
    init(project)
    assert yaml.safe_load((project / WORKFLOW).read_text())[True]["push"]["branches"] == [written]


def test_a_folder_inside_of_a_repository_gets_no_workflow_of_its_own(project: Path) -> None:
    (project / "api").mkdir()
    (project / "api" / "main.py").write_text(APP)
    result = init(project / "api")
    assert not (project / "api" / ".github").exists()
    assert "run readiness init there" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (".gitlab-ci.yml", 'GIT_DEPTH: "0"'),
        ("Jenkinsfile", "stage('readiness')"),
        ("azure-pipelines.yml", 'fetchDepth: "0"'),
        (".circleci/config.yml", "pip install readiness=="),
    ],
)
def test_other_pipelines_get_lines_to_copy(project: Path, name: str, shown: str) -> None:
    plain_git(project, "remote", "remove", "origin")
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("x: 1\n")
    result = init(project)
    assert f"Add this to {name}" in result.stdout
    assert shown in result.stdout
    assert not (project / ".github").exists()


@pytest.mark.parametrize("name", ["GitLab CI", "Azure Pipelines"])
def test_the_lines_for_other_pipelines_are_yaml(name: str) -> None:
    assert yaml.safe_load(workflows.pipeline(name, "", "1.0").text)


@pytest.mark.parametrize("name", ["GitLab CI", "Jenkins", "Azure Pipelines"])
def test_the_lines_for_other_pipelines_are_those_of_the_documentation(name: str) -> None:
    documented = {line.strip() for line in (ROOT / "docs" / "ci.md").read_text().splitlines()}
    shown = {line.strip() for line in workflows.pipeline(name, "", __version__).text.splitlines()}
    assert shown - documented == set()


def test_hooks_of_others_are_shown_and_not_touched(project: Path) -> None:
    (project / ".pre-commit-config.yaml").write_text("repos:\n- repo: meta\n  hooks: [{id: identity}]\n")
    result = init(project)
    assert "additional_dependencies: [readiness==" in result.stdout
    assert (project / ".pre-commit-config.yaml").read_text() == "repos:\n- repo: meta\n  hooks: [{id: identity}]\n"


def test_hooks_that_run_readiness_are_enough(project: Path) -> None:
    (project / ".pre-commit-config.yaml").write_text("repos:\n" + workflows.hook("", "1.0").text)
    assert "additional_dependencies" not in init(project).stdout


def test_the_lines_of_the_hook_say_what_the_published_hook_says() -> None:
    (entry,) = yaml.safe_load("repos:\n" + workflows.hook("", "1.0").text)["repos"]
    published = next(
        each for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()) if each["id"] == "readiness"
    )
    ours = {key: value for key, value in entry["hooks"][0].items() if key != "additional_dependencies"}
    assert ours == {key: published[key] for key in ours}


def test_a_secret_in_the_address_of_a_remote_is_not_shown(project: Path) -> None:
    plain_git(project, "remote", "set-url", "origin", "https://user:s3cret@github.com/someone/shop")
    assert "s3cret" not in init(project, "--diff").stdout


def test_hostile_names_do_not_act(project: Path) -> None:
    folder = project.rename(project.parent / "sh\x1b[31mop\n::error::x")
    result = init(folder)
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert "\n::" not in result.stdout


def test_a_folder_without_code_is_a_mistake_of_the_user(project: Path) -> None:
    (project / "main.py").unlink()
    assert init(project).exit_code == 2
    assert not (project / WORKFLOW).exists()


def test_a_folder_that_is_not_there_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    assert init(tmp_path / "gone").exit_code == 2


def test_a_file_is_no_project(project: Path) -> None:
    result = init(project / "main.py")
    assert result.exit_code == 2
    assert "name the folder of a backend" in result.stderr


def test_a_hook_is_written_where_one_is_asked_for(project: Path) -> None:
    said = init(project, "--hook").stdout
    (entry,) = yaml.safe_load((project / ".pre-commit-config.yaml").read_text())["repos"]
    assert [each["entry"] for each in entry["hooks"]] == ["readiness check --staged"]
    assert said.index(".pre-commit-config.yaml readiness-baseline.json") < said.index("pre-commit install")


def test_a_hook_that_is_only_shown_is_not_written(project: Path) -> None:
    assert "+repos:" in init(project, "--hook", "--diff").stdout
    assert files(project) == THERE


def test_hooks_of_others_are_not_replaced_by_one_that_is_asked_for(project: Path) -> None:
    (project / ".pre-commit-config.yaml").write_text("repos:\n- repo: meta\n  hooks: [{id: identity}]\n")
    result = init(project, "--hook")
    assert "identity" in (project / ".pre-commit-config.yaml").read_text()
    assert "additional_dependencies" in result.stdout
    assert "pre-commit install" not in result.stdout


def test_a_folder_inside_of_a_repository_gets_no_hook_of_its_own(project: Path) -> None:
    (project / "service").mkdir()
    (project / "service" / "main.py").write_text(APP)
    result = init(project / "service", "--hook")
    assert "run readiness init --hook there" in " ".join(result.stdout.split())
    assert not (project / "service" / ".pre-commit-config.yaml").exists()
