"""The text of a comment in, the silencers of other tools that stand in it out.

Spellings as their tools read them: flake8 7.3 and ruff 0.14 (`noqa`), bandit 1.8 (`nosec`), semgrep 1.140 (`nosemgrep`), mypy
1.18 and pyright 1.1 (`type: ignore`, `pyright: ignore`), pylint 4.0, coverage 7.11 (`pragma: no cover`).
"""

import re
from itertools import pairwise

from msgspec import Struct

CODE = r"(?-i:[A-Z]+[0-9]+)"
CODES = rf"(?:{CODE}(?:[\s,]+{CODE})*)"
ITEMS = r"[\w./-]+(?:\s*,\s*[\w./-]+)*"
WORDS = 3
"""A reason has at least as many words."""
DELIMITERS = " \t-–—:#()[].,;"


class Form(Struct, frozen=True):
    """One way to write a silencer."""

    tool: str
    pattern: re.Pattern[str]
    whole_file: bool = False


def _form(tool: str, pattern: str, *, whole_file: bool = False) -> Form:
    return Form(tool, re.compile(pattern, re.IGNORECASE), whole_file)


FORMS = (
    _form("ruff", rf"ruff\s*:\s*noqa\b(?:\s*:\s*(?P<codes>{CODES}))?", whole_file=True),
    _form("ruff", r"ruff\s*:\s*file-ignore\[(?P<codes>[^\]]*)\]", whole_file=True),
    _form("ruff", r"ruff\s*:\s*(?:ignore|disable)\[(?P<codes>[^\]]*)\]"),
    _form("flake8", rf"flake8\s*[:=]\s*noqa\b(?:\s*:\s*(?P<codes>{CODES}))?", whole_file=True),
    _form("noqa", rf"noqa\b(?:\s*:\s*(?P<codes>{CODES}))?"),
    _form("nosemgrep", rf"nosem(?:grep)?\b(?:\s*:\s*(?P<codes>{ITEMS}))?"),
    _form(
        "nosec", r"nosec\b:?\s*(?P<codes>(?:B\d{3}|[a-z]+(?:_[a-z0-9]+)+)(?:[\s,]+(?:B\d{3}|[a-z]+(?:_[a-z0-9]+)+))*)?"
    ),
    _form("type: ignore", r"type:\s*ignore(?![\w-])(?:\s*\[(?P<codes>[^\]]*)\])?"),
    _form("pyright", r"pyright:\s*ignore(?![\w-])(?:\s*\[(?P<codes>[^\]]*)\])?"),
    _form("pyright", r"pyright:\s*(?P<codes>report\w+)\s*=\s*(?:false|none)\b", whole_file=True),
    _form("pylint", rf"pylint:\s*disable(?:-next|-msg)?\s*=\s*(?P<codes>{ITEMS})"),
    _form("pylint", r"pylint:\s*skip-file\b", whole_file=True),
    _form("mypy", r"mypy:\s*ignore-errors\b(?:\s*[:=]\s*true\b)?", whole_file=True),
    _form("mypy", r"mypy:\s*disable-error-code\s*=\s*\"?(?P<codes>[\w-]+(?:\s*,\s*[\w-]+)*)\"?", whole_file=True),
    _form("pragma: no cover", r"pragma[:\s]?\s*no\s*(?:cover|branch)\b"),
)


class Silencer(Struct, frozen=True):
    """One silencer as it stands in a comment."""

    tool: str
    codes: tuple[str, ...]
    whole_file: bool
    start: int
    """Offset in the comment's text."""
    end: int


def silencers(text: str) -> list[Silencer]:
    """All silencers of a comment (its text without the leading `#`), in order.

    A tool reads its mark right behind a `#`; pylint and writers of several marks also put them side by side.
    """
    found: list[Silencer] = []
    place = _skip(text, 0)
    while place < len(text):
        silencer = _silencer_at(text, place)
        if silencer is not None:
            found.append(silencer)
            place = _skip(text, silencer.end)
        else:
            behind = text.find("#", place)
            place = _skip(text, behind) if behind >= 0 else len(text)
    return found


def reason_beside(text: str, found: list[Silencer]) -> str:
    """The words of a comment that say why, beside its silencers; empty where they are fewer than three.

    One reason speaks for all silencers of its comment. A link is a reason by itself.
    """
    places = [(0, 0), *((each.start, each.end) for each in found), (len(text), len(text))]
    gaps = [text[end:start].strip(DELIMITERS) for (_, end), (start, _) in pairwise(places)]
    # What follows a silencer is about it; what stands before the first one may be.
    return next((gap for gap in [*gaps[1:], gaps[0]] if is_reason(gap)), "")


def is_reason(text: str) -> bool:
    """Three words or more, or a link."""
    words = 0
    for token in text.split():
        if token.lstrip("(<[").startswith(("http://", "https://")):
            return True
        letters = [character for character in token if character.isalpha()]
        # Scripts without spaces between words: about two characters make one.
        ideographs = sum("\u3040" <= character <= "\u9fff" for character in letters)
        words += max(1, ideographs // 2) if letters else 0
    return words >= WORDS


def _silencer_at(text: str, place: int) -> Silencer | None:
    for form in FORMS:
        match = form.pattern.match(text, place)
        if match is None:
            continue
        written = match.groupdict().get("codes") or ""
        codes = tuple(code for code in re.split(r"[\s,]+", written.strip()) if code)
        return Silencer(form.tool, codes, form.whole_file, place, match.end())
    return None


def _skip(text: str, place: int) -> int:
    """Past white space, commas and `#`."""
    while place < len(text) and text[place] in " \t#,;":
        place += 1
    return place
