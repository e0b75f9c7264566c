"""A function of the tests in; the statuses of answers that it accepts, out.

Only numbers and names beside the word `status` are read, as text: what a helper or a parameter accepts stays unknown, and counts
as a test.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from msgspec import Struct

from readiness.model import Project

_NUMBER = re.compile(
    rb"(?<![\w.])([1-5]\d\d)(?![\w.])|\bHTTP_([1-5]\d\d)(?:_|\b)|\b(?:HTTPStatus\.|falcon\.HTTP_)([A-Z][A-Z_]+)|\bcodes\.([a-zA-Z_]+)"
)
_NAMES = {
    "OK": 200,
    "CREATED": 201,
    "ACCEPTED": 202,
    "NO_CONTENT": 204,
    "BAD_REQUEST": 400,
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "CONFLICT": 409,
    "UNPROCESSABLE_ENTITY": 422,
    "UNPROCESSABLE_CONTENT": 422,
    "INTERNAL_SERVER_ERROR": 500,
}
_MARKS = (b"status", b"assert_", b"Status", b".code")
"""What a line that speaks of a status holds: `response.code` is Tornado's."""
REFUSALS = frozenset({401, 403})


class Accepted(Struct, frozen=True):
    """What a function accepts."""

    statuses: tuple[int, ...] = ()
    """All that it names; 0 stands for one that is compared and not written out."""
    vague: bool = False
    """One comparison accepts a success and a refusal alike, and none accepts less."""


class Statuses:
    """Reads the lines of test files that speak of a status."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lines: dict[str, list[tuple[int, frozenset[int]]]] = {}

    def accepted(self, path: str, first: int, last: int, without: Collection[int] = ()) -> Accepted:
        """What the lines of a function accept, those in `without` left out."""
        if path not in self._lines:
            content = self._project.content(path) or b""
            self._lines[path] = [
                (number, _statuses(line))
                for number, line in enumerate(content.split(b"\n"), 1)
                if any(mark in line for mark in _MARKS) and not line.lstrip().startswith((b"#", b"from "))
            ]
        lines = [
            statuses
            for number, statuses in self._lines[path]
            if first <= number <= last and statuses and number not in without
        ]
        named = sorted({status for each in lines for status in each})
        vague = bool(lines) and all(_vague(each) for each in lines)
        return Accepted(tuple(named), vague)


def _statuses(line: bytes) -> frozenset[int]:
    """The statuses that a line names; 0 where it compares one that it does not name."""
    found = set()
    for place in _NUMBER.finditer(line):
        digits = place[1] or place[2]
        name = (place[3] or place[4] or b"").decode("ascii", "replace").upper()
        found.add(int(digits) if digits else _NAMES.get(name, 0))
    if not found and re.search(rb"(?:status\w*|\.code)\s*(?:==|!=|in\b|not in\b|<|>|,)", line):
        found.add(0)
    return frozenset(found)


def _vague(statuses: frozenset[int]) -> bool:
    return bool(statuses & REFUSALS) and any(200 <= status < 400 for status in statuses)
