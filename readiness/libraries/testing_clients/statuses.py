"""A function of the tests in; the statuses of answers that it accepts, out.

Only numbers and names beside the word `status` are read, as text, and where an answer sends its reader to. What a helper or a
parameter accepts is for `expectations` to say.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from msgspec import Struct

from readiness.model import Project

_NUMBER = re.compile(
    rb"(?<![\w.])([1-5]\d\d)(?![\w.])|\bHTTP_([1-5]\d\d)(?:_|\b)|\b(?:HTTPStatus\.|falcon\.HTTP_)([A-Z][A-Z_]+)|\bcodes\.([a-zA-Z_]+)"
)
NAMED = {
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
_SENT_ON = re.compile(rb"assert\w*redirects?\b|redirect|[lL]ocation|\.url\b", re.IGNORECASE)
"""What a line that speaks of a redirect holds."""
_LOGIN = re.compile(rb"log_?-?in\b|sign_?-?in\b|LOGIN_URL|/40[13]\b", re.IGNORECASE)
"""Where a caller is sent who is not known."""
_COMPARED = re.compile(rb"assert|==|\bin\b|should")
_WORD = re.compile(rb"[A-Za-z_]\w*")


class Accepted(Struct, frozen=True):
    """What a function accepts."""

    statuses: tuple[int, ...] = ()
    """All that it names; 0 stands for one that is compared and not written out."""
    vague: bool = False
    """One comparison accepts a success and a refusal alike, and none accepts less."""
    away: bool = False
    """The answer is expected to send its reader to the login."""
    names: frozenset[str] = frozenset()
    """Names that stand beside a status which is compared and not written out."""


class Line(Struct, frozen=True):
    """What one line accepts."""

    number: int
    statuses: frozenset[int]
    away: bool
    names: frozenset[str]


class Statuses:
    """Reads the lines of test files that speak of a status."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lines: dict[str, list[Line]] = {}

    def accepted(self, path: str, first: int, last: int, without: Collection[int] = ()) -> Accepted:
        """What the lines of a function accept, those in `without` left out."""
        if path not in self._lines:
            content = self._project.content(path) or b""
            read = (_line(number, line) for number, line in enumerate(content.split(b"\n"), 1))
            self._lines[path] = [each for each in read if each is not None]
        lines = [each for each in self._lines[path] if first <= each.number <= last and each.number not in without]
        spoken = [each.statuses for each in lines if each.statuses]
        return Accepted(
            tuple(sorted({status for each in spoken for status in each})),
            bool(spoken) and all(_vague(each) for each in spoken),
            any(each.away for each in lines),
            frozenset(name for each in lines for name in each.names),
        )


def _line(number: int, line: bytes) -> Line | None:
    """What one line accepts; None where it speaks of no answer."""
    start = line.lstrip()
    if start.startswith((b"#", b"from ")):
        return None
    statuses = _statuses(line) if any(mark in line for mark in _MARKS) else frozenset[int]()
    away = bool(_LOGIN.search(line) and _SENT_ON.search(line) and _COMPARED.search(line))
    away = away and not start.startswith((b"def ", b"async def "))
    names = frozenset(each.decode("ascii") for each in _WORD.findall(line)) if 0 in statuses else frozenset[str]()
    return Line(number, statuses, away, names) if statuses or away else None


def _statuses(line: bytes) -> frozenset[int]:
    """The statuses that a line names; 0 where it compares one that it does not name."""
    found = set()
    for place in _NUMBER.finditer(line):
        digits = place[1] or place[2]
        name = (place[3] or place[4] or b"").decode("ascii", "replace").upper()
        found.add(int(digits) if digits else NAMED.get(name, 0))
    if not found and re.search(rb"(?:status\w*|\.code)\s*(?:==|!=|in\b|not in\b|<|>|,)", line):
        found.add(0)
    return frozenset(found)


def _vague(statuses: frozenset[int]) -> bool:
    return bool(statuses & REFUSALS) and any(200 <= status < 400 for status in statuses)
