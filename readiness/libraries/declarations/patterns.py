"""Regular expressions of URLs in, paths with `{name}` for each parameter out.

Named groups become `{name}`, unnamed ones their number, an optional part counts as there. Outside groups, what can be several
texts becomes `{*}`.
"""

from __future__ import annotations

import re

from msgspec import Struct

GROUP = re.compile(r"\((?:\?P<(?P<name>\w+)>|(?P<kind>\?(?:[:!=>]|<[=!]|[aiLmsux-]+[:)]|P=\w+\)|#[^)]*\))))?")
QUANTIFIER = re.compile(r"(?:[?*+]|\{\d*,?\d*\})[?+]?")
SPECIAL = "dDwWsS"
ASSERTIONS = "AZzbB"
ANYTHING = "{*}"
LONGEST = 2_000
"""Characters of a regular expression that are read."""
NESTED = 40
"""Groups inside one another."""


class Parameter(Struct, frozen=True):
    """A parameter in a path."""

    name: str
    converter: str = ""
    """What turns its text into a value, empty for none and for a group of a regular expression."""
    pattern: str = ""
    """What a group of a regular expression holds."""


class PathText(Struct, frozen=True):
    """A path with its parameters."""

    text: str
    parameters: tuple[Parameter, ...] = ()


def of_regex(regex: str, first: int = 1) -> PathText:
    """The path that a regular expression answers; unnamed groups are numbered from `first` on."""
    reading = _Regex(regex[:LONGEST], first)
    return PathText(reading.sequence(), tuple(reading.parameters))


class _Regex:
    """Reads one regular expression from left to right."""

    def __init__(self, regex: str, first: int) -> None:
        self.regex = regex
        self.at = 0
        self.number = first
        self.depth = 0
        self.parameters: list[Parameter] = []

    def sequence(self, *, silent: bool = False) -> str:
        """Text up to the end or to the bracket that closes this group; of alternatives the first."""
        text = ""
        alternative = False
        while self.at < len(self.regex):
            character = self.regex[self.at]
            if character == ")":
                break
            if character == "|":
                self.at += 1
                alternative = True
                continue
            piece = self._piece(character, silent=silent or alternative)
            text += "" if alternative else piece
        return text

    def _piece(self, character: str, *, silent: bool) -> str:
        if character == "(":
            return self._group(silent=silent)
        self.at += 1
        if character == "\\":
            return self._escaped()
        if character == "[":
            self._skip_class()
            self._quantifier()
            return ANYTHING
        if character in "^$":
            return ""
        if character == ".":
            return ANYTHING if self._quantifier() else "."
        lowest = self._quantifier()
        return character if lowest != "*" else ""

    def _escaped(self) -> str:
        following = self.regex[self.at : self.at + 1]
        self.at += 1
        if following in ASSERTIONS:
            return ""
        quantifier = self._quantifier()
        if following in SPECIAL:
            return ANYTHING
        return following if quantifier != "*" else ""

    def _group(self, *, silent: bool) -> str:
        match = GROUP.match(self.regex, self.at)
        assert match is not None  # noqa: S101 -- the bracket stands there
        self.at = match.end()
        self.depth += 1
        if self.depth > NESTED:
            self.at = len(self.regex)
            return ANYTHING
        name, kind = match["name"], match["kind"] or ""
        if kind.endswith(")"):
            self.depth -= 1
            return ""  # flags, a comment or a look back alone
        start = self.at
        capturing = name is not None or not kind
        number = self.number
        if capturing and name is None:
            self.number += 1
        inside = self.sequence(silent=silent or capturing)
        self.depth -= 1
        pattern = self.regex[start : self.at]
        self.at += 1
        self._quantifier()
        if kind and not kind.endswith((":", ">")):
            return ""  # looks ahead or behind
        if not capturing:
            return inside
        title = name or str(number)
        if not silent:
            self.parameters.append(Parameter(title, pattern=pattern))
        return f"{{{title}}}"

    def _skip_class(self) -> None:
        """To behind `]`; a bracket that stands first, or behind `^`, is a member."""
        if self.regex[self.at : self.at + 1] == "^":
            self.at += 1
        if self.regex[self.at : self.at + 1] == "]":
            self.at += 1
        while self.at < len(self.regex) and self.regex[self.at] != "]":
            self.at += 2 if self.regex[self.at] == "\\" else 1
        self.at += 1

    def _quantifier(self) -> str:
        """Reads `?`, `*`, `+`, `{2,4}` behind a piece, their lazy forms included."""
        match = QUANTIFIER.match(self.regex, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match.group()[0]
