"""What `action.yml`, the locked requirements, the hooks and the examples in the documentation promise, point by point."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_bytes())
STEPS = {each["id"]: each for each in ACTION["runs"]["steps"]}
PINNED = re.compile(r"[\w.-]+(?:/[\w.-]+)+@[0-9a-f]{40}\Z")
LOCK = ROOT / "requirements" / "action.txt"


def used(text: str) -> list[str]:
    """What stands behind each `uses:`, with its comment."""
    return re.findall(r"^\s*(?:- )?uses: (.+)$", text, re.MULTILINE)


def test_every_action_is_pinned_by_its_digest_and_says_its_version():
    lines = used((ROOT / "action.yml").read_text())
    assert len(lines) == sum("uses" in each for each in STEPS.values())
    for line in lines:
        reference, _, version = line.partition(" # ")
        assert PINNED.match(reference)
        assert re.fullmatch(r"v\d+\.\d+\.\d+", version)


def test_no_script_holds_an_expression():
    for each in STEPS.values():
        assert "${{" not in each.get("run", "")


def test_every_input_reaches_a_step_through_its_environment_or_its_arguments():
    text = "\n".join(str(each.get("env", "")) + str(each.get("with", "")) for each in STEPS.values())
    for name in ACTION["inputs"]:
        assert f"${{{{ inputs.{name} }}}}" in text
    for each in STEPS.values():
        for name, value in each.get("env", {}).items():
            if name.startswith("INPUT_"):
                assert value == f"${{{{ inputs.{name.removeprefix('INPUT_').lower().replace('_', '-')} }}}}"


def test_everything_has_a_description():
    for each in (ACTION, *ACTION["inputs"].values(), *ACTION["outputs"].values()):
        assert each["description"].endswith(".")


def test_the_outputs_are_those_that_are_promised():
    assert set(ACTION["outputs"]) == {"score", "grade", "verdict", "new-findings", "report"}


def locked() -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==([\w.]+)", LOCK.read_text(), re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in found}


def test_the_lock_holds_what_the_project_needs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for text in (*project["project"]["dependencies"], *project["build-system"]["requires"]):
        wanted = Requirement(text)
        assert wanted.specifier.contains(locked()[wanted.name]), f"renew {LOCK.name}: {text}"


def test_every_file_of_the_lock_is_known_by_its_digest():
    for entry in re.split(r"\n(?=[\w.-]+==)", LOCK.read_text())[1:]:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


def test_the_install_step_makes_an_environment_of_its_own_and_takes_the_version_of_the_action(tmp_path):
    """A Python that writes down what it is asked to do stands for the real one."""
    place = tmp_path / "a; touch canary $(touch canary)"
    temp = place / "temp"
    binaries = temp / "readiness-environment" / "bin"
    binaries.mkdir(parents=True)
    (temp / "readiness-environment" / "lib").mkdir()
    (temp / "readiness-environment" / "lib" / "module.py").write_text("")
    asked = tmp_path / "asked"
    fake = binaries / "python"
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$*" >> "$ASKED"\n')
    fake.chmod(0o755)
    environment = {
        "ASKED": str(asked),
        "GITHUB_ACTION_PATH": str(place / "action"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "PATH": os.environ["PATH"],
        "READINESS_PYTHON": str(fake),
        "RUNNER_TEMP": str(temp),
        "TZ": "UTC",
    }
    script = tmp_path / "script"
    script.write_text(STEPS["install"]["run"])
    subprocess.run(["bash", "-e", "-o", "pipefail", str(script)], cwd=tmp_path, env=environment, check=True)
    made, first, second = asked.read_text().splitlines()
    assert made == f"-I -m venv --clear -- {temp}/readiness-environment"
    assert first.endswith(f"--only-binary :all: --require-hashes --requirement {place}/action/requirements/action.txt")
    assert second.endswith(f"--no-index --no-deps --no-build-isolation -- {place}/action")
    assert (tmp_path / "output").read_text() == f"python={fake}\n"
    assert (temp / "readiness-environment" / "lib" / "module.py").stat().st_mtime == 1577836800
    assert not list(tmp_path.rglob("canary"))


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "docs" / "ci.md").read_text(), re.MULTILINE | re.DOTALL)


def workflows() -> list[dict]:
    return [each for each in map(yaml.safe_load, blocks("yaml")) if isinstance(each, dict) and "jobs" in each]


def test_the_documentation_shows_workflows():
    assert workflows()


def test_the_workflows_of_the_documentation_have_the_least_rights():
    for workflow in workflows():
        assert workflow["permissions"] == {}
        for job in workflow["jobs"].values():
            assert job["permissions"]["contents"] == "read"
            assert "write-all" not in str(job["permissions"])


def test_the_workflows_of_the_documentation_are_pinned_and_use_inputs_that_exist():
    for text in blocks("yaml"):
        for line in used(text):
            reference = line.partition(" # ")[0]
            ours = reference.startswith("OWNER/readiness@")
            assert PINNED.match(reference) or (ours and reference.endswith("@COMMIT"))
    steps = [step for workflow in workflows() for job in workflow["jobs"].values() for step in job["steps"]]
    for step in steps:
        if step.get("uses", "").startswith("OWNER/readiness@"):
            assert set(step.get("with", {})) <= set(ACTION["inputs"])


def lint(*files: Path) -> None:
    """zizmor finds nothing, however small. It asks nobody."""
    command = [
        Path(sys.executable).parent / "zizmor",
        "--offline",
        "--no-config",
        "--no-progress",
        "--persona=pedantic",
    ]
    done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_linter_of_actions_finds_nothing():
    lint(ROOT / "action.yml")


def test_a_linter_of_workflows_finds_nothing_in_those_of_the_documentation(tmp_path):
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for number, text in enumerate(each for each in blocks("yaml") if "\njobs:" in each):
        (folder / f"{number}.yml").write_text(text.replace("@COMMIT", f"@{'5' * 40}"))
    lint(*folder.iterdir())


def test_every_input_and_output_is_documented():
    text = (ROOT / "docs" / "ci.md").read_text()
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"`{name}`" in text


@pytest.mark.parametrize(
    "hook", yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_bytes()), ids=lambda each: each["id"]
)
def test_each_hook_runs_a_command_that_there_is(hook):
    assert hook["language"] == "python"
    assert hook["pass_filenames"] is False
    assert hook["require_serial"] is True
    program, command, *options = hook["entry"].split()
    assert [each.name for each in entry_points(group="console_scripts") if each.name == program]
    said = subprocess.run(
        [sys.executable, "-m", "readiness", command, "--help"], capture_output=True, text=True, check=True
    )
    assert all(option in said.stdout for option in options)
