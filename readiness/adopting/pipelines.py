"""The files of a project in; which pipelines it has, whether readiness runs in them, and with how much history, out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from readiness.artifacts.yaml_documents import Node, YamlError, entries_of, inside, items_of, read_documents, text_of
from readiness.discovery import Listing
from readiness.model import SourceFile
from readiness.model.diagnosis import Gravity, Known, Trouble

WORKFLOWS = ".github/workflows/"
OTHERS = {
    ".gitlab-ci.yml": "GitLab CI",
    "Jenkinsfile": "Jenkins",
    "azure-pipelines.yml": "Azure Pipelines",
    "bitbucket-pipelines.yml": "Bitbucket Pipelines",
    ".circleci/config.yml": "CircleCI",
    ".travis.yml": "Travis CI",
    ".woodpecker.yml": "Woodpecker",
    ".drone.yml": "Drone",
}
"""File to the name of what reads it."""
HOOKS = ".pre-commit-config.yaml"
LARGEST = 256 * 1024
"""Bytes of a file of a pipeline that are looked at."""
_RUNS = re.compile(
    r"(?:^|[;&|])[ \t]*(?:- +)?(?:(?:run|script|command): *|sh +)?[\"']?\S{0,200}?\breadiness[\"']? +check\b"
    r"|-m readiness\b|\bid: *readiness\b",
    re.MULTILINE,
)
"""The command where a line can begin with it, or its hook; the words alone are also those of a probe."""
_USES = re.compile(r"(?:^|/)readiness(?:-action)?@", re.IGNORECASE)
_SINCE = re.compile(r"--since\b")
"""What needs the history."""


class Pipelines(Struct, frozen=True):
    """What a project is checked by."""

    names: tuple[str, ...]
    """`GitHub Actions`, `GitLab CI`."""
    files: tuple[str, ...]
    running: tuple[str, ...]
    """Files in which readiness runs."""
    shallow: tuple[str, ...]
    """Those of them that judge a change without fetching the history."""
    hooks: bool
    """There is a configuration of pre-commit."""


def pipelines(listing: Listing) -> Pipelines:
    """The pipelines of a project, by their files at its root."""
    names: list[str] = []
    files: list[str] = []
    running = []
    shallow = []
    hooks = False
    for file in listing.files:
        workflow = file.path.startswith(WORKFLOWS) and file.path.endswith((".yml", ".yaml"))
        if not workflow and file.path not in OTHERS and file.path != HOOKS:
            continue
        hooks |= file.path == HOOKS
        files.append(file.path)
        name = "GitHub Actions" if workflow else OTHERS.get(file.path, "")
        if name and name not in names:
            names.append(name)
        text = _text(listing, file)
        code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(("#", "//")))
        if not _RUNS.search(code) and not (workflow and _action(code)):
            continue
        running.append(file.path)
        if workflow and not _fetches_all(code):
            shallow.append(file.path)
    return Pipelines(tuple(names), tuple(files), tuple(running), tuple(shallow), hooks)


def told(found: Pipelines) -> Iterator[Trouble | Known]:
    """What to say of them."""
    if found.shallow:
        yield Trouble(
            gravity=Gravity.INCOMPLETE,
            topic="pipeline",
            what="a workflow judges changes, and its checkout fetches one commit only: --since is refused there",
            remedy="with: fetch-depth: 0 at actions/checkout, in the job that runs readiness",
            places=found.shallow[:3],
            count=len(found.shallow),
        )
    where = f", readiness runs in {', '.join(found.running[:3])}" if found.running else ""
    if found.names:
        yield Known("pipeline", f"{', '.join(found.names)}{where}")


def _text(listing: Listing, file: SourceFile) -> str:
    try:
        return listing.content(file)[:LARGEST].decode("utf-8", "replace")
    except OSError:
        return ""


def _jobs(text: str) -> Iterator[Node]:
    """The jobs of a workflow; nothing where it is no YAML."""
    try:
        documents = read_documents(text.encode())
    except YamlError:
        return
    for document in documents:
        yield from (job for _, _, job in entries_of(inside(document, "jobs")).entries)


def _action(text: str) -> bool:
    return any(_USES.search(text_of(inside(step, "uses"))) for job in _jobs(text) for step in _steps(job))


def _fetches_all(text: str) -> bool:
    """Every job that judges a change fetches the whole history before."""
    for job in _jobs(text):
        judges = False
        depth = "1"
        for step in _steps(job):
            if text_of(inside(step, "uses")).startswith("actions/checkout@"):
                depth = text_of(inside(step, "with", "fetch-depth")) or "1"
            run = text_of(inside(step, "run"))
            uses = _USES.search(text_of(inside(step, "uses"))) is not None
            judges |= bool(_RUNS.search(run) and _SINCE.search(run))
            # The action judges a change wherever there is one, unless it is told not to.
            judges |= uses and text_of(inside(step, "with", "since")) != "none"
        if judges and depth != "0" and "${{" not in depth:
            return False
    return True


def _steps(job: Node) -> tuple[Node, ...]:
    return items_of(inside(job, "steps"))
