"""Columns of a file in UTF-8 bytes, as `ast` gives them, in; columns in characters out."""

from __future__ import annotations

import re

NEW_LINE = re.compile(r"\r\n?|\n")
STEP = 256
CONTINUATION = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that begin no character."""


class Line:
    """One line that is not plain ASCII, with sums at every `STEP`: a line may be megabytes long and asked for each call."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.encoded = text.encode("utf-8", "replace")
        self.characters_at = [0]
        for start in range(0, len(self.encoded), STEP):
            self.characters_at.append(self.characters_at[-1] + beginnings(self.encoded[start : start + STEP]))
        self.bytes_at = [0]
        for start in range(0, len(text), STEP):
            self.bytes_at.append(self.bytes_at[-1] + len(text[start : start + STEP].encode("utf-8", "replace")))

    def characters(self, column: int) -> int:
        step = min(column // STEP, len(self.characters_at) - 1)
        return self.characters_at[step] + beginnings(self.encoded[step * STEP : column])

    def bytes(self, column: int) -> int:
        step = min(column // STEP, len(self.bytes_at) - 1)
        return self.bytes_at[step] + len(self.text[step * STEP : column].encode("utf-8", "replace"))


def beginnings(encoded: bytes) -> int:
    """The number of characters that begin in a piece of UTF-8."""
    return len(encoded.translate(None, CONTINUATION))


class Columns:
    """The lines of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = text.isascii()
        """Bytes and characters are the same."""
        self._lines: list[str] | None = None
        self._uneven: dict[int, Line] = {}

    @property
    def lines(self) -> list[str]:
        """The lines without their ends, split where Python splits them (a form feed ends none)."""
        if self._lines is None:
            self._lines = NEW_LINE.split(self.text) if "\r" in self.text else self.text.split("\n")
        return self._lines

    @property
    def count(self) -> int:
        """The number of lines; an end after the last one begins no further line."""
        text = self.text
        if not text:
            return 0
        ends = len(NEW_LINE.findall(text)) if "\r" in text else text.count("\n")
        return ends if text[-1] in "\r\n" else ends + 1

    def characters(self, line: int, column: int) -> int:
        """The column in characters, from 0, of a column in bytes."""
        uneven = None if self.plain else self._uneven_line(line)
        return column if uneven is None else uneven.characters(column)

    def bytes(self, line: int, column: int) -> int:
        """The column in bytes, from 0, of a column in characters."""
        uneven = None if self.plain else self._uneven_line(line)
        return column if uneven is None else uneven.bytes(column)

    def _uneven_line(self, line: int) -> Line | None:
        """A line in which bytes and characters differ."""
        known = self._uneven.get(line)
        if known is None and 0 < line <= len(self.lines) and not self.lines[line - 1].isascii():
            known = self._uneven[line] = Line(self.lines[line - 1])
        return known
