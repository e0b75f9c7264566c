"""One file's bytes in, its lossless tree out; edits in, the new bytes out."""

from __future__ import annotations

import ast
import codecs
import io
import re
import sys
import tokenize
from collections.abc import Sequence
from typing import TypeVar

import libcst as cst
from libcst.metadata import ParentNodeProvider, PositionProvider
from msgspec.structs import replace

from readiness.model import Edit, Span

N = TypeVar("N", bound=cst.CSTNode)
LINE_END = re.compile(r"\r\n|\r|\n")
DIRECTIVE = re.compile(r"#\s*(?:pragma|type|mypy|pyright|fmt|noqa|nosec|nosemgrep|pylint|isort)\b", re.IGNORECASE)
"""Comments for tools, which say nothing to a reader, unless they turn off what finds the same."""
LAST = 10**9
"""A column behind every line."""
DEEPEST = 150
"""Levels of nested code that are read; libcst's parser can end the process on thousands."""


class NotRead(Exception):
    """A file cannot be rewritten; the message says why."""


class CstSource:
    """One file as libcst reads it."""

    def __init__(self, path: str, content: bytes) -> None:
        """Raises NotRead for what cannot be decoded, is no Python or is nested too deep."""
        self.path = path
        self.encoding, self._mark = _encoding(content)
        try:
            self.text = content[len(self._mark) :].decode(self.encoding)
            if _depth(ast.parse(self.text)) > DEEPEST:
                raise NotRead("its code is nested too deep to rewrite")
            wrapper = cst.MetadataWrapper(cst.parse_module(self.text), unsafe_skip_copy=True)
        except SyntaxError as error:
            running = ".".join(str(each) for each in sys.version_info[:2])
            raise NotRead(
                f"Python {running}, which runs readiness, cannot parse it; install readiness under the Python of the project"
            ) from error
        except (ValueError, LookupError, RecursionError, MemoryError, cst.ParserSyntaxError) as error:
            raise NotRead(f"libcst, which rewrites files, cannot read it ({type(error).__name__})") from error
        self._positions = wrapper.resolve(PositionProvider)
        self._parents = wrapper.resolve(ParentNodeProvider)
        self._module = wrapper.module
        self._starts = [0, *(each.end() for each in LINE_END.finditer(self.text))]

    @property
    def module(self) -> cst.Module:
        """The whole tree."""
        return self._module

    def at(self, span: Span, kind: type[N]) -> N | None:
        """The outermost node of a kind that begins and ends where the span does; None where there is none."""
        return next((node for node in self.within(span, kind) if self.span(node) == span), None)

    def within(self, span: Span, kind: type[N]) -> list[N]:
        """All nodes of a kind inside of a span, in order."""
        first, last = (span.line, span.column), (span.end_line, span.end_column)
        found: list[tuple[int, int, int, int, int, N]] = []
        for node in self._positions:
            if isinstance(node, kind):
                place = self.span(node)
                if first <= (place.line, place.column) and (place.end_line, place.end_column) <= last:
                    found.append((place.line, place.column, -place.end_line, -place.end_column, len(found), node))
        return [each[-1] for each in sorted(found, key=lambda each: each[:-1])]

    def around(self, node: cst.CSTNode, kind: type[N]) -> N | None:
        """The innermost node of a kind that holds another one."""
        above = self._parents.get(node)
        while above is not None and not isinstance(above, kind):
            above = self._parents.get(above)
        return above

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands, without the white space around it."""
        place = self._positions[node]
        return Span(self.path, place.start.line, place.start.column + 1, place.end.line, place.end.column + 1)

    def explained(self, node: cst.CSTNode, same: re.Pattern[str]) -> bool:
        """Whether a comment inside of a node is for a reader, or for a tool with a finding of the `same` kind."""
        # A comment behind its last statement stands outside of a clause, as libcst counts.
        inside = replace(self.span(node), end_column=LAST)
        return any(
            same.search(each.value) or not DIRECTIVE.match(each.value) for each in self.within(inside, cst.Comment)
        )

    def code(self, node: cst.CSTNode) -> str:
        """A node as it is written."""
        place = self.span(node)
        return self.text[self._offset(place.line, place.column) : self._offset(place.end_line, place.end_column)]

    def edited(self, edits: Sequence[Edit]) -> bytes:
        """The file with its edits. Raises NotRead where they overlap, lie outside or cannot be encoded."""
        text = self.text
        behind = len(text) + 1
        for edit in sorted(edits, key=lambda each: (each.span.line, each.span.column), reverse=True):
            start = self._offset(edit.span.line, edit.span.column)
            end = self._offset(edit.span.end_line, edit.span.end_column)
            if not start <= end <= behind:
                raise NotRead("two repairs touch the same place")
            text = text[:start] + edit.text + text[end:]
            behind = start
        try:
            return self._mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise NotRead(f"the new text cannot be written in {self.encoding}") from error

    def importing(self, module: str) -> tuple[Edit, ...]:
        """The edit that imports a module by its name; none where the file does so already."""
        if any(_imports(statement, module) for statement in self._module.body):
            return ()
        line = self._import_line()
        newline = self._module.default_newline
        if line <= len(self._starts):
            return (Edit(Span(self.path, line, 1, line, 1), f"import {module}{newline}"),)
        last = len(self._starts)
        column = len(self.text) - self._starts[-1] + 1
        return (Edit(Span(self.path, last, column, last, column), f"{newline}import {module}{newline}"),)

    def _import_line(self) -> int:
        """The line in front of which an import may stand: that of the first one that is no future one; without any, behind the
        docstring, or in front of the first statement."""
        line = 1
        for number, statement in enumerate(self._module.body):
            place = self.span(statement)
            if _is_future(statement) or (number == 0 and _is_docstring(statement)):
                line = place.end_line + 1
                continue
            if _is_import(statement) or number == 0:
                decorators = getattr(statement, "decorators", ())
                return self.span(decorators[0]).line if decorators else place.line
            break
        return line

    def _offset(self, line: int, column: int) -> int:
        if not 1 <= line <= len(self._starts):
            raise NotRead("a repair lies outside of the file")
        return min(self._starts[line - 1] + column - 1, len(self.text))


def _encoding(content: bytes) -> tuple[str, bytes]:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError as error:
        raise NotRead("its encoding is not known") from error
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    return ("utf-8" if mark else encoding), mark


def _depth(tree: ast.AST) -> int:
    deepest = 0
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
    return deepest


def _is_import(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and isinstance(statement.body[0], cst.Import | cst.ImportFrom)


def _is_future(statement: cst.CSTNode) -> bool:
    return (
        isinstance(statement, cst.SimpleStatementLine)
        and isinstance(first := statement.body[0], cst.ImportFrom)
        and isinstance(first.module, cst.Name)
        and first.module.value == "__future__"
    )


def _is_docstring(statement: cst.CSTNode) -> bool:
    return (
        isinstance(statement, cst.SimpleStatementLine)
        and isinstance(first := statement.body[0], cst.Expr)
        and isinstance(first.value, cst.SimpleString | cst.ConcatenatedString)
    )


def _imports(statement: cst.CSTNode, module: str) -> bool:
    """`import module`, unconditionally and under its own name."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    return any(
        isinstance(each, cst.Import)
        and any(name.asname is None and name.evaluated_name == module for name in each.names)
        for each in statement.body
    )
