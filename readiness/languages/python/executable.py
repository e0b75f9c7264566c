"""Statements in order of the text in, the lines that coverage.py counts as executable out.

coverage.py 7 counts logical lines that the compiler keeps (`coverage.parser.PythonParser`); a test compares.
"""

from __future__ import annotations

import ast

from readiness.languages.python.columns import Columns


class ExecutableLines:
    """Collects the executable statements of one file."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.pairs: list[int] = []
        """First and last line of each, flat."""
        self.last = 0
        """The last line of the last of them."""

    def note(self, first: int, last: int) -> None:
        """Note a statement; what begins on the last line noted is the same logical line."""
        if first > self.last:
            self.pairs.append(first)
            self.pairs.append(last)
            self.last = last
        elif last > self.last:
            self.pairs[-1] = self.last = last

    def header(self, node: ast.stmt, last: ast.expr | ast.arg | None) -> None:
        """Note the header of a compound statement, up to its last expression."""
        self.note(node.lineno, (last and last.end_lineno) or node.lineno)

    def case(self, case: ast.match_case, node: ast.Match) -> None:
        """Note a `case`, whose own line the tree does not tell: a pattern in parentheses may begin below it."""
        line = case.pattern.lineno
        while line > node.lineno and not self.columns.lines[line - 1].lstrip().startswith("case"):
            line -= 1
        self.note(line, (case.guard or case.pattern).end_lineno or line)

    def begin_suite(self, first: ast.stmt) -> None:
        """A suite that begins behind its header's colon belongs to the header's line, however many lines that has."""
        if self.last < first.lineno:
            before = self.columns.lines[first.lineno - 1][: first.col_offset].lstrip()
            if before and not before.startswith(("else", "finally")):
                self.pairs[-1] = self.last = first.lineno

    def drop_after(self, length: int) -> None:
        """Forget what was noted since there were so many `pairs`: it stands behind a jump and is never compiled."""
        if length < len(self.pairs):
            del self.pairs[length:]
            self.last = self.pairs[-1]
