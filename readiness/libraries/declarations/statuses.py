"""What a registration names as its status in, the number out."""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Outside


def status_given(reader: Reader, given: Answer | None, packages: Collection[str]) -> int:
    """A number between 100 and 599, `HTTPStatus.CREATED`, or a constant such as `HTTP_201_CREATED` of one of the packages;
    0 for anything else."""
    if given is None:
        return 0
    constant = reader.constant(given)
    if isinstance(constant, int) and not isinstance(constant, bool):
        return constant if 100 <= constant <= 599 else 0
    for thing in reader.things(given):
        if isinstance(thing, Outside):
            return _status_of(thing, packages)
    return 0


def _status_of(thing: Outside, packages: Collection[str]) -> int:
    last = thing.last
    if thing.package in packages and last.startswith("HTTP_") and last[5:8].isdigit():
        return int(last[5:8])
    parts = thing.name.split(".")
    if parts[:2] == ["http", "HTTPStatus"] and len(parts) > 2 and parts[2] in HTTPStatus.__members__:
        return int(HTTPStatus[parts[2]])
    return 0
