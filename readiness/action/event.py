"""The event that started a workflow in, the few facts that the Action decides by out.

The payload is GitHub's, yet texts in it are anybody's: a branch, a title. Of those nothing is read but a commit, a number and the
names of two repositories.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from readiness.errors import ReadinessError

LARGEST = 64 * 2**20
"""Bytes of a payload; GitHub sends 25 MB at most."""
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
PULL_REQUESTS = ("pull_request", "pull_request_target")


class Event(Struct, frozen=True, kw_only=True):
    """What started the workflow."""

    name: str
    """`push`, `pull_request`, ...; empty outside of GitHub."""
    base: str = ""
    """The commit that a proposed change is to be merged into; empty where nothing is proposed."""
    pull_request: int = 0
    """Its number, 0 without one."""
    fork: bool = False
    """The change comes from another repository, or from one that is gone."""

    @property
    def read_only(self) -> bool:
        """GitHub gives the token of such a run no right to write, whatever the workflow asks for."""
        return self.name == "pull_request" and self.fork


class _Repository(Struct, frozen=True):
    full_name: str = ""


class _Side(Struct, frozen=True):
    sha: str = ""
    repo: _Repository | None = None


class _PullRequest(Struct, frozen=True):
    number: int = 0
    base: _Side = _Side()
    head: _Side = _Side()


class _MergeGroup(Struct, frozen=True):
    base_sha: str = ""


class _Payload(Struct, frozen=True):
    pull_request: _PullRequest | None = None
    merge_group: _MergeGroup | None = None


def read_event(environment: Mapping[str, str]) -> Event:
    """The event of the running workflow. Raises ReadinessError for a payload that cannot be read."""
    name = environment.get("GITHUB_EVENT_NAME", "")
    file = environment.get("GITHUB_EVENT_PATH", "")
    payload = _read(Path(file)) if file else _Payload()
    request = payload.pull_request if name in PULL_REQUESTS else None
    if request is not None:
        return Event(
            name=name,
            base=_commit(request.base.sha),
            pull_request=max(request.number, 0),
            fork=_elsewhere(request.base.repo, request.head.repo),
        )
    group = payload.merge_group if name == "merge_group" else None
    return Event(name=name, base=_commit(group.base_sha) if group is not None else "")


def _read(file: Path) -> _Payload:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise ReadinessError(
            f"the event payload cannot be read: {error.strerror}; run this in a GitHub workflow"
        ) from error
    if len(content) > LARGEST:
        raise ReadinessError("the event payload is larger than any of GitHub's; run this in a GitHub workflow")
    try:
        return msgspec.json.decode(content, type=_Payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReadinessError(
            f"the event payload is none of GitHub's: {error}; run this in a GitHub workflow"
        ) from error


def _commit(name: str) -> str:
    if name and not _COMMIT.match(name):
        raise ReadinessError("the event payload names a base that is no commit; run this in a GitHub workflow")
    return name


def _elsewhere(base: _Repository | None, head: _Repository | None) -> bool:
    return base is None or head is None or not head.full_name or base.full_name != head.full_name
