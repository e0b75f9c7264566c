"""The machine in; what of git, of the other tools and of the pipeline's clone would get in the way of a scan, out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from readiness import git
from readiness.adapters.processes import Running, ToolError
from readiness.model.diagnosis import Gravity, Known, Trouble

TOOLS = ("ruff", "bandit", "radon")
PATIENCE = 30.0
"""Seconds for a tool to say its version."""
OLDEST_GIT = (2, 24)
"""The first that knows `--end-of-options`, by which a revision is named."""
DEEPER = {
    "GITHUB_ACTIONS": "set fetch-depth: 0 at actions/checkout",
    "GITLAB_CI": 'set GIT_DEPTH: "0" among the variables of the job',
    "TF_BUILD": "set fetchDepth: 0 at the checkout step",
    "BITBUCKET_BUILD_NUMBER": "set clone: depth: full",
    "JENKINS_URL": "switch off the shallow clone of the job's checkout",
}
"""A variable that tells a pipeline, and how its clone gets the whole history."""


def tools() -> Iterator[Trouble | Known]:
    """Whether the tools that run beside a scan can be started."""
    started: dict[str, Running | ToolError] = {}
    for name in TOOLS:
        try:
            started[name] = Running(name, ["--version"])
        except ToolError as error:
            started[name] = error
    versions = []
    for name, running in started.items():
        try:
            if isinstance(running, ToolError):
                raise running
            found = re.search(rb"\d+(?:\.\d+)+", running.answer(PATIENCE))
            versions.append(f"{name} {found[0].decode()}" if found else name)
        except ToolError as error:
            yield Trouble(
                gravity=Gravity.INCOMPLETE,
                topic="tools",
                what=f"{name} does not run beside readiness: it {error}",
                remedy=f"install readiness again with what it needs: pip install --force-reinstall {name}",
            )
    if versions:
        yield Known("tools", ", ".join(versions))


def git_version() -> str:
    """Of the installed git; empty where there is none."""
    try:
        found = re.search(rb"\d+(?:\.\d+)+", git.run(Path("/"), "--version"))
    except git.GitError:
        return ""
    return found[0].decode() if found else ""


def old_git(version: str) -> Iterator[Trouble]:
    """Whether git is new enough."""
    parts = tuple(int(part) for part in version.split(".")[:2])
    if version and parts < OLDEST_GIT:
        oldest = ".".join(map(str, OLDEST_GIT))
        yield Trouble(
            gravity=Gravity.INCOMPLETE,
            topic="git",
            what=f"git {version} is too old for --since and --staged",
            remedy=f"install git {oldest} or newer",
        )


def checkout(root: Path, environment: Mapping[str, str]) -> Iterator[Trouble | Known]:
    """Whether git knows the folder, and all of its history."""
    try:
        head = git.head(root)
    except git.GitMissing:
        yield _without_git("git is not installed", "install git; in a slim container apt-get install git")
        return
    except git.NoRepository:
        yield _without_git(
            "the folder is no git repository", "scan a clone, with its .git folder; or git init and commit"
        )
        return
    except git.ForeignRepository:
        command = f"git config --global --add safe.directory {shlex.quote(str(root))}"
        yield _without_git("the repository belongs to another user, and git refuses it", command)
        return
    except git.GitError as error:
        yield _without_git(str(error), "run git status here and mend what it says")
        return
    if not head.commit:
        yield Trouble(
            gravity=Gravity.REMARK,
            topic="git",
            what="nothing is committed yet: --since has nothing to begin from",
            remedy="git commit",
        )
        return
    if head.shallow:
        yield Trouble(
            gravity=Gravity.INCOMPLETE,
            topic="git",
            what="the history is cut off (a shallow clone): --since cannot find where a branch began",
            remedy=next((DEEPER[name] for name in DEEPER if environment.get(name)), "git fetch --unshallow"),
        )
    elif _partial(root):
        yield Trouble(
            gravity=Gravity.REMARK,
            topic="git",
            what="old contents are left on the server (a partial clone): --since does not fetch them",
            remedy="git clone without --filter where changes are judged",
        )
    date = f" of {head.date:%Y-%m-%d}" if head.date else ""
    yield Known("checkout", f"commit {head.commit[:12]}{date}{'' if head.shallow else ', with its history'}")


def _without_git(what: str, remedy: str) -> Trouble:
    return Trouble(
        gravity=Gravity.INCOMPLETE,
        topic="git",
        what=f"{what}: ignored files are scanned too, the age of evidence is not known, --since and --staged are refused",
        remedy=remedy,
    )


def _partial(root: Path) -> bool:
    try:
        return b"true" in git.run(root, "config", "--get-regexp", r"^remote\..*\.promisor$")
    except git.GitError:
        return False
