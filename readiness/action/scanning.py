"""The inputs in; one run of the command with all reports in files, and its numbers as outputs of the step, out.

This is the step that reads the repository. It is given no token, and its exit code is kept for the last step.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from readiness.action.figures import figures, read_report
from readiness.action.runner import Quiet, add_summary, flag, given, pass_on, put_outputs
from readiness.reporters.markup import escaped

FILES = {
    "json": "readiness.json",
    "sarif": "readiness.sarif",
    "markdown": "readiness.md",
    "github": "annotations.txt",
}
WRONG_USAGE = 2
ENDINGS = {
    1: "the gate failed",
    2: "wrong usage or configuration",
    3: "the analysis was incomplete",
    4: "nothing to analyse",
}
PASSED = "the gate passed"


def scan(environment: Mapping[str, str]) -> None:
    """Run the command once and keep how it ended. Raises ReadinessError for inputs that mean nothing."""
    folder = Path(tempfile.mkdtemp(prefix="readiness-", dir=environment.get("RUNNER_TEMP") or None))
    start = starting_folder(environment)
    command = [sys.executable, "-I", "-m", "readiness", *arguments(environment, folder, start)]
    with Quiet():
        done = subprocess.run(  # noqa: S603 (no shell, each input one argument)
            command, cwd=start, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        pass_on(done.stderr)
    why = reason(done.returncode, done.stderr)
    report = folder / FILES["json"]
    outputs = {"code": str(done.returncode), "why": why}
    if all((folder / file).is_file() for file in FILES.values()):
        outputs |= {
            "reports": str(folder),
            "report": str(report),
            "sarif": str(folder / FILES["sarif"]),
            "root": str(start),
        }
        outputs |= figures(read_report(report))
        add_summary(environment, (folder / FILES["markdown"]).read_text(encoding="utf-8"))
    else:
        add_summary(environment, f"## readiness\n\n❌ {escaped(why, 1000)}\n")
    put_outputs(environment, outputs)


def arguments(environment: Mapping[str, str], folder: Path, start: Path) -> list[str]:
    """The arguments of the command, each input one of them."""
    found = ["check", "--color=always", *(f"--output={name}={folder / file}" for name, file in FILES.items())]
    named = {name: given(environment, name) for name in ("min-score", "fail-on", "baseline", "checklist")}
    found += [f"--{name}={value}" for name, value in named.items() if value]
    if since := environment.get("READINESS_SINCE", ""):
        found.append(f"--since={since}")
    if flag(environment, "require-complete"):
        found.append("--require-complete")
    return [*found, "--", _from(start, _asked(environment))]


def starting_folder(environment: Mapping[str, str]) -> Path:
    """The root of the checked-out repository that holds the path, from which GitHub reads the paths of annotations."""
    workspace = _workspace(environment)
    asked = _asked(environment)
    for folder in (asked, *asked.parents):
        if folder.is_relative_to(workspace) and (folder / ".git").exists():
            return folder
    return workspace


def reason(code: int, complaint: bytes) -> str:
    """One sentence: how the command ended. It says why in its last line."""
    if code == 0:
        return PASSED
    lines = [line.strip() for line in complaint.decode("utf-8", "replace").splitlines() if line.strip()]
    last = lines[-1].removeprefix("readiness: ") if lines else ""
    if code not in ENDINGS:
        return f"readiness broke off with code {code}{f': {last}' if last else ''}; please report it"
    return last or ENDINGS[code]


def _workspace(environment: Mapping[str, str]) -> Path:
    return Path(os.path.realpath(environment.get("GITHUB_WORKSPACE") or "."))


def _asked(environment: Mapping[str, str]) -> Path:
    """The path as it was asked for, from the workspace; links in it are the command's to judge."""
    return Path(os.path.normpath(_workspace(environment) / (given(environment, "path") or ".")))


def _from(start: Path, path: Path) -> str:
    return path.relative_to(start).as_posix() if path.is_relative_to(start) else str(path)
