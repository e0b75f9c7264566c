"""Paths in, syntax trees and texts out: read and parsed on demand, the last ones kept."""

from __future__ import annotations

import ast
import codecs
from collections import OrderedDict
from collections.abc import Callable, Mapping

from readiness.model.source import SourceFile
from readiness.model.summary import Function, Summary
from readiness.profiling import stage

LARGEST = 4 * 1024 * 1024
"""Bytes of a file whose text is given."""
KEPT = 64
"""Trees, and texts, that are kept."""
KEPT_BYTES = 512 * 1024
"""Bytes of the files whose trees are kept, but for the last one; a tree takes fifty times as much."""

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Content = Callable[[str], bytes | None]


class Trees:
    """The content of the files of one scan."""

    def __init__(self, files: Mapping[str, SourceFile], summaries: Mapping[str, Summary], content: Content) -> None:
        self._files = files
        self._summaries = summaries
        self._content = content
        self.lost: list[str] = []
        """Python files whose tree was asked for and is not to be had."""
        self.changed: set[str] = set()
        """Files whose content was another than the listed one."""
        self._trees: OrderedDict[str, ast.Module | None] = OrderedDict()
        self._held = 0
        """Bytes of their files."""
        self._texts: OrderedDict[str, str | None] = OrderedDict()
        self._split: tuple[str, list[str]] = ("", [])
        """The file whose function was asked for last, and its lines as they were parsed."""
        self._functions: tuple[ast.Module | None, dict[tuple[int, str], FunctionNode]] = (None, {})
        """The tree in which a function was looked up last, and its functions."""

    def tree(self, path: str) -> ast.Module | None:
        """The syntax tree of a Python file; None where it has none."""
        if path in self._trees:
            self._trees.move_to_end(path)
            return self._trees[path]
        found = self._parsed(path) if path in self._files and self._files[path].language == "python" else None
        self._trees[path] = found
        self._held += self._size(path)
        while len(self._trees) > 1 and (len(self._trees) > KEPT or self._held > KEPT_BYTES):
            self._held -= self._size(self._trees.popitem(last=False)[0])
        return found

    def _size(self, path: str) -> int:
        return self._files[path].size if path in self._files else 0

    def _parsed(self, path: str) -> ast.Module | None:
        from readiness.languages.python import parse
        from readiness.languages.python.reading import Unreadable

        content = self._content(path)
        if content is not None:
            try:
                summary = self._summaries.get(path)
                with stage("parse again", shared=True):
                    return parse(content, summary.older if summary is not None else "")
            except Unreadable:
                pass
        self.lost.append(path)
        return None

    def function(self, path: str, index: int) -> FunctionNode | None:
        """The syntax tree of a function, parsed from its own lines; the file's tree is asked where they do not stand alone."""
        from readiness.languages.python.functions import functions_of, parse_function

        summary = self._summaries.get(path)
        definition = summary.definitions[index] if summary is not None and index >= 0 else None
        if not isinstance(definition, Function) or self._files[path].language != "python":
            return None
        if path not in self._trees:
            with stage("parse again", shared=True):
                found = parse_function(self._lines(path), definition, lowered=summary is not None and summary.lowered)
            if found is not None:
                return found
        tree = self.tree(path)
        if tree is None:
            return None
        if self._functions[0] is not tree:
            self._functions = (tree, functions_of(tree))
        return self._functions[1].get((definition.line, definition.name))

    def _lines(self, path: str) -> list[str]:
        from readiness.languages.python.functions import lines_of

        if self._split[0] != path:
            summary = self._summaries.get(path)
            text = (summary.older if summary is not None else "") or self.text(path) or ""
            self._split = (path, lines_of(text))
        return self._split[1]

    def text(self, path: str) -> str | None:
        """The text of a file with its line ends as they are; None where it cannot be decoded or is too large."""
        if path in self._texts:
            self._texts.move_to_end(path)
            return self._texts[path]
        file = self._files.get(path)
        content = self._content(path) if file is not None and file.size <= LARGEST else None
        found = decode(content, python=file is not None and file.language == "python") if content is not None else None
        self._texts[path] = found
        if len(self._texts) > KEPT:
            self._texts.popitem(last=False)
        return found


def decode(content: bytes, *, python: bool = False) -> str | None:
    """Text of bytes: by their byte order mark, the coding line of a Python file, else UTF-8."""
    if len(content) > LARGEST:
        return None
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if python and not wide:
        from readiness.languages.python.decoding import Undecodable
        from readiness.languages.python.decoding import decode as decode_source

        try:
            return decode_source(content)
        except Undecodable:
            return None
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeError:
        return None
