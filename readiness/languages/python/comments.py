"""The text of a file and the strings that hold a `#` in; the comments that speak to a tool out."""

from __future__ import annotations

import re
import tokenize
from bisect import bisect_right
from io import StringIO

from msgspec.structs import replace

from readiness.languages.python.columns import Columns
from readiness.model.summary import Comment, Handler

TOOLS = re.compile(
    r"readiness:|\bnoqa\b|\bnosec\b|\bnosemgrep\b|\btype:\s*ignore|\bpragma:\s*no\b"
    r"|\b(?:pylint|pyright|mypy|ruff|flake8):",
    re.IGNORECASE,
)
HASH = re.compile(r"#[^\r\n]*")
LENGTH = 500
HANDLER_LENGTH = 200

END = 1 << 31

Place = tuple[int, int]
"""A line, and a column in bytes from 0."""
Span = tuple[int, int, int, int]
Spans = list[Span]


class Comments:
    """The comments of one text, found where a `#` stands in no string."""

    def __init__(self, columns: Columns, hashes: Spans) -> None:
        self.columns = columns
        self.strings = merged(hashes)
        self.gaps: dict[Span, set[Place]] = {}
        """Where comments stand between the pieces of a string that is written in several."""

    def on_line(self, line: int) -> tuple[int, str] | None:
        """Column (characters, from 0) and text of the comment of one line, None without one."""
        text = self.columns.lines[line - 1]
        column = text.find("#")
        while column >= 0:
            if not self.in_string(line, column):
                return column, text[column:]
            column = text.find("#", column + 1)
        return None

    def in_string(self, line: int, column: int) -> bool:
        place = line, self.columns.bytes(line, column)
        index = bisect_right(self.strings, (*place, END, END)) - 1
        if index < 0 or place >= self.strings[index][2:]:
            return False
        span = self.strings[index]
        if span[0] == span[2]:
            return True
        if span not in self.gaps:
            self.gaps[span] = self.comments_between(span)
        return place not in self.gaps[span]

    def comments_between(self, span: Span) -> set[Place]:
        """Where the comments inside a high string begin: lines, and columns in bytes."""
        first, start, last, end = span
        lines = [line.encode() for line in self.columns.lines[first - 1 : last]]
        lines[-1] = lines[-1][:end]
        lines[0] = b"(" + lines[0][start:]
        text = b"\n".join(lines).decode("utf-8", "ignore") + ")"
        places: set[Place] = set()
        try:
            for token in tokenize.generate_tokens(StringIO(text).readline):
                if token.type == tokenize.COMMENT:
                    row, column = token.start
                    before = (
                        len(token.line[:column].encode()) if row == 1 else self.columns.bytes(first + row - 1, column)
                    )
                    places.add((first + row - 1, before + start - 1 if row == 1 else before))
        except (tokenize.TokenError, SyntaxError):
            return places
        return places

    def to_tools(self) -> tuple[Comment, ...]:
        """The comments that speak to a tool, by line."""
        found = []
        text = self.columns.text
        starts: list[int] = []
        previous = 0
        for match in HASH.finditer(text):
            if not TOOLS.search(match.group()):
                continue
            if not starts:
                starts = line_starts(text)
            line = bisect_right(starts, match.start())
            if line == previous:
                continue
            previous = line
            comment = self.on_line(line)
            if comment is not None and TOOLS.search(comment[1]):
                column, written = comment
                alone = not self.columns.lines[line - 1][:column].strip()
                found.append(Comment(written[1:].strip()[:LENGTH], line, column + 1, alone))
        return tuple(found)

    def of_handlers(self, handlers: list[Handler]) -> tuple[Handler, ...]:
        """The handlers with the first comment inside each clause."""
        if "#" not in self.columns.text:
            return tuple(handlers)
        return tuple([replace(one, comment=self.inside(one)) for one in handlers])

    def inside(self, handler: Handler) -> str:
        lines = self.columns.lines
        for number in range(handler.line, len(lines) + 1):
            text = lines[number - 1]
            if number > handler.end_line:
                words = text.lstrip()
                if words and (words[0] != "#" or len(text) - len(words) < handler.column):
                    break
            if "#" in text:
                comment = self.on_line(number)
                if comment is not None:
                    return comment[1].lstrip("#").strip()[:HANDLER_LENGTH]
        return ""


def line_starts(text: str) -> list[int]:
    """Offset of each line."""
    starts = [0]
    starts += [match.end() for match in re.finditer(r"\r\n?|\n", text)]
    return starts


def merged(spans: Spans) -> Spans:
    """The spans in order, without those that lie inside another."""
    kept: Spans = []
    for span in sorted(set(spans), key=lambda span: (span[:2], (-span[2], -span[3]))):
        if not kept or span[:2] >= kept[-1][2:]:
            kept.append(span)
    return kept
