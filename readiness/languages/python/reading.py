"""The bytes of one Python file in, a `Reading` out, whatever the bytes are."""

from __future__ import annotations

import ast

from readiness.languages.python.columns import Columns
from readiness.languages.python.comments import Comments
from readiness.languages.python.decoding import Undecodable, decode
from readiness.languages.python.statements import Statements
from readiness.languages.python.trees import parse_text
from readiness.model.summary import Reading, Summary

LARGEST = 4 * 2**20
"""Bytes of a file that is still read; its tree takes a hundred times as much memory."""

LONGEST_NAME = 4000
"""Characters of a definition's qualified name: reports repeat it for every finding inside."""

TOO_DEEP = "the code is nested too deeply to be read"


class Unreadable(Exception):
    """The file cannot be parsed; the text says why, in one sentence."""


def read(content: bytes) -> Reading:
    """Summarise one file; what cannot be read is a reading without a summary."""
    try:
        text, tree, lowered = tree_of(content)
        return Reading(summarise(text, tree, lowered))
    except Unreadable as problem:
        return Reading(None, str(problem))
    except (RecursionError, MemoryError):
        return Reading(None, TOO_DEEP)


def parse(content: bytes, older: str = "") -> ast.Module:
    """The syntax tree that `read` summarises, of the lowered text where one is given; raises `Unreadable`."""
    try:
        return parse_text(older, lowered=True) if older else tree_of(content)[1]
    except SyntaxError as error:
        raise Unreadable(sentence(error)) from None
    except (RecursionError, MemoryError):
        raise Unreadable(TOO_DEEP) from None


def tree_of(content: bytes) -> tuple[str, ast.Module, bool]:
    """The text that was parsed, its tree, and whether it had to be lowered first."""
    if len(content) > LARGEST:
        raise Unreadable(f"the file is larger than {LARGEST // 2**20} MiB")
    try:
        text = decode(content)
    except Undecodable as error:
        raise Unreadable(str(error)) from None
    try:
        return text, parse_text(text, lowered=False), False
    except SyntaxError as error:
        return lowered_tree(text, error)
    except ValueError as error:
        raise Unreadable(str(error)) from None


def summarise(text: str, tree: ast.Module, lowered: bool) -> Summary:
    """Everything one file says."""
    columns = Columns(text)
    walk = Statements(columns)
    walk.module(tree)
    if any(definition is not None and len(definition.qualname) > LONGEST_NAME for definition in walk.definitions):
        raise Unreadable(f"a name in it has over {LONGEST_NAME} characters")
    comments = Comments(columns, walk.hashes)
    return Summary(
        lines=columns.count,
        imports=tuple(walk.imports),
        definitions=tuple([definition for definition in walk.definitions if definition is not None]),
        assignments=tuple(walk.assignments),
        calls=tuple(walk.calls),
        returns=tuple(walk.returns),
        raises=tuple(walk.raises),
        handlers=comments.of_handlers(walk.handlers),
        comments=comments.to_tools(),
        statements=tuple(walk.executable.pairs),
        finally_exits=tuple(walk.finally_exits),
        main_line=walk.main_line,
        lowered=lowered,
        older=text if lowered else "",
    )


def lowered_tree(text: str, error: SyntaxError) -> tuple[str, ast.Module, bool]:
    """The tree of a text in a newer grammar; what is no Python at all is named by the interpreter's first `error`."""
    from readiness.languages.python.child import lowered

    older = lowered(text)
    if older is not None:
        try:
            return older, parse_text(older, lowered=True), True
        except (SyntaxError, ValueError):
            pass
    raise Unreadable(sentence(error)) from None


def sentence(error: SyntaxError) -> str:
    """What the interpreter says of a syntax error, with its line."""
    words = error.msg.partition(";")[0]
    return f"line {error.lineno}: {words}" if error.lineno else words
