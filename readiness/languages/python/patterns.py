"""A regular expression of Python in; which signs its matches, and the texts of its groups, can be made of out.

What is made of letters, digits and a few signs between them can write no SQL: no quote, no white space, no bracket. Nothing is
matched here, and an expression is read once from left to right, so that none can take long.
"""

from __future__ import annotations

import re

from msgspec import Struct

LONGEST = 400
"""Characters of an expression that are read; a longer one says nothing."""
NESTED = 30
"""Groups inside one another."""
BETWEEN = frozenset("_.:-$/@+")
"""Signs that do no harm between letters."""
AMONG_NUMBERS = BETWEEN | frozenset(" ,")
"""Signs that do no harm where nobody chooses letters."""
QUOTES = "'\"`"
WHITE = " "
AHEAD = re.compile(r"\(\?<?[!=][^()]*\)")
REPEATED = re.compile(r"(?:\[(?P<signs>[^\[\]]+)\]|(?P<any>\.))(?:[+*]|\{\d*,(?:\d{2,})?\})")
"""A class of signs, or any sign, that can stand many times over."""
FLAGS = re.compile(r"\(\?([aiLmsux]+)\)")
LOOKING = ("?=", "?!", "?<=", "?<!", "?#")
ESCAPED_WHITE = frozenset("nrtfv")
QUANTIFIER = re.compile(r"(?:[*+?]|\{\d*,?\d*\})[?+]?")


class Signs(Struct, frozen=True):
    """What a text can be made of, besides fixed letters and digits."""

    letters: bool = False
    """A class lets any letter through: whoever writes chooses words."""
    others: frozenset[str] = frozenset()
    anything: bool = False

    def and_(self, more: Signs) -> Signs:
        """Either, or one behind the other."""
        return Signs(self.letters or more.letters, self.others | more.others, self.anything or more.anything)

    @property
    def harmless(self) -> bool:
        """No SQL can be written with them."""
        return not self.anything and self.others <= (BETWEEN if self.letters else AMONG_NUMBERS)


NONE = Signs()
LETTERS = Signs(letters=True)
ANYTHING = Signs(anything=True)


class Pattern(Struct, frozen=True):
    """What an expression lets through."""

    whole: Signs
    groups: dict[str, Signs]
    """By name, and by number as it is written."""
    count: int
    """Number of groups."""


def read_pattern(pattern: str) -> Pattern | None:
    """What an expression lets through; None where it is too long or cannot be read."""
    if len(pattern) > LONGEST:
        return None
    reading = _Reading(pattern)
    whole = reading.branches(0)
    if reading.failed or reading.at < len(pattern):
        return None
    return Pattern(whole, reading.groups, reading.count)


def harmless_pattern(pattern: str, *, whole: bool) -> bool:
    """An expression whose matches are harmless from end to end; with `whole` it is matched against the whole text, else it has to
    say by itself where the text ends."""
    if not whole and not ended(pattern):
        return False
    read = read_pattern(pattern)
    return read is not None and read.whole.harmless


def ended(pattern: str) -> bool:
    """An expression that can match only up to the end of a text."""
    if not pattern.endswith(("$", r"\Z")) or pattern.endswith(r"\$"):
        return False
    return not _has_branches(pattern) and not any("m" in each for each in FLAGS.findall(pattern))


def anchored(pattern: str) -> bool:
    """An expression that can match only at the start of a text, wherever it is looked for."""
    return FLAGS.sub("", pattern).startswith(("^", r"\A")) and not _has_branches(pattern)


def removes_harm(pattern: str) -> bool:
    """What is left when every match is cut out is harmless: `[^a-z_]`, `\\W+`."""
    if pattern in (r"\W", r"\W+", r"\D", r"\D+", r"[\W]", r"[\W]+", r"[\W_]", r"[\W_]+"):
        return True
    kept = re.fullmatch(r"\[\^((?:[^\]\\]|\\.)+)\]\+?", pattern)
    return kept is not None and harmless_pattern(f"[{kept[1]}]+", whole=True)


def open_pattern(pattern: str) -> bool:
    """An expression of which one repeated part lets quotes and white space through: `[\\w "]*`, `.+`; whoever writes inside of
    quotes can leave them, and go on."""
    if len(pattern) > LONGEST:
        return False
    return any(
        each["any"] or (_lets_through(each["signs"], QUOTES) and _lets_through(each["signs"], WHITE))
        for each in REPEATED.finditer(re.sub(r"\\[^\w\s]", _unescaped, AHEAD.sub("", pattern)))
    )


def _unescaped(match: re.Match[str]) -> str:
    """An escaped sign as one that means nothing to a pattern, or itself where it is one of those looked for."""
    return match[0][1] if match[0][1] in QUOTES else "~"


def _lets_through(signs: str, wanted: str) -> bool:
    refused = signs.startswith("^")
    named = any(each in signs for each in (*wanted, r"\W", r"\D", r"\s" if wanted == WHITE else r"\S"))
    return named is not refused


def _has_branches(pattern: str) -> bool:
    """A `|` outside of every group: `^new|old$` is ended for its last branch only."""
    depth = 0
    for sign in re.sub(r"\\.|\[[^\]]*\]", "", pattern):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and depth == 0:
            return True
    return False


class _Reading:
    """Reads one expression from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.count = 0
        self.groups: dict[str, Signs] = {}
        self.failed = False

    def branches(self, depth: int) -> Signs:
        """Everything up to the bracket that closes this group, or to the end."""
        found = NONE
        while self.at < len(self.pattern) and not self.failed:
            sign = self.pattern[self.at]
            if sign == ")":
                break
            self.at += 1
            if sign == "(":
                found = found.and_(self._group(depth + 1))
            elif sign == "[":
                found = found.and_(self._class())
            elif sign == "\\":
                found = found.and_(self._escape())
            elif sign == ".":
                found = ANYTHING
            elif sign in "*+?{":
                self.at -= 1
                quantifier = QUANTIFIER.match(self.pattern, self.at)
                self.at = quantifier.end() if quantifier is not None else self.at + 1
                found = found if quantifier is not None else found.and_(_literal(sign))
            elif sign not in "^$|":
                found = found.and_(_literal(sign))
        return found

    def _group(self, depth: int) -> Signs:
        if depth > NESTED:
            self.failed = True
            return ANYTHING
        rest = self.pattern[self.at : self.at + 60]
        flags = FLAGS.match(f"({rest}")
        back = re.match(r"\?P=(\w+)\)", rest)
        if flags is not None or back is not None:
            self.at += (flags.end() - 1) if flags is not None else back.end() if back is not None else 0
            return self.groups.get(back[1], ANYTHING) if back is not None else NONE
        looking = rest.startswith(LOOKING)
        opened = re.match(r"\?P<(\w+)>|\?(?:[aiLmsux]*(?:-[imsx]+)?:|>)|\?(?:<?[=!]|#)", rest)
        if rest.startswith("?") and opened is None:
            self.failed = True
            return ANYTHING
        name = (opened[1] or "") if opened is not None else ""
        names = []
        if opened is None or name:
            self.count += 1
            names = [str(self.count), *([name] if name else [])]
        self.at += opened.end() if opened is not None else 0
        inside = self.branches(depth)
        if self.at >= len(self.pattern):
            self.failed = True
        self.at += 1
        self.groups.update(dict.fromkeys(names, inside))
        return NONE if looking else inside

    def _class(self) -> Signs:
        """`[a-z_]`; one that names what it refuses lets anything else through."""
        start = self.at
        if self.pattern[self.at : self.at + 1] == "^":
            self.at += 1
        if self.pattern[self.at : self.at + 1] == "]":
            self.at += 1
        found = NONE
        while self.at < len(self.pattern) and (self.pattern[self.at] != "]" or self.at == start):
            sign = self.pattern[self.at]
            self.at += 1
            if sign == "\\":
                found = found.and_(self._escape())
                continue
            last = self.pattern[self.at + 1 : self.at + 2]
            if self.pattern[self.at : self.at + 1] == "-" and last not in ("]", "", "\\"):
                self.at += 2
                found = found.and_(_range(sign, last))
            else:
                found = found.and_(LETTERS if sign.isalpha() else _literal(sign))
        self.failed = self.failed or self.at >= len(self.pattern)
        self.at += 1
        return ANYTHING if self.pattern[start : start + 1] == "^" else found

    def _escape(self) -> Signs:
        sign = self.pattern[self.at : self.at + 1]
        self.at += 1
        if sign in ("d", "b", "B", "A", "Z", "z"):
            return NONE
        if sign == "w":
            return LETTERS
        if sign == "s":
            return Signs(others=frozenset(WHITE))
        if sign.isdigit():
            return self.groups.get(sign, ANYTHING)
        if sign in ESCAPED_WHITE:
            return Signs(others=frozenset("\n"))
        return _literal(sign) if sign and not sign.isalpha() else ANYTHING


def _literal(sign: str) -> Signs:
    return NONE if sign.isalnum() else Signs(others=frozenset(sign))


def _range(first: str, last: str) -> Signs:
    """`a-z`, `0-9`; one that goes over other signs lets those through."""
    if first.isdigit() and last.isdigit():
        return NONE
    ends = (first, last)
    same = all(each.isalpha() and each.isascii() for each in ends) and first.islower() == last.islower()
    return LETTERS if same or all(ord(each) >= 0xC0 for each in ends) else ANYTHING
