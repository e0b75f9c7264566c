"""An `except` clause in, its syntax tree out: parsed alone from its own lines, so that the file need not be parsed again."""

import ast
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from readiness.languages.python.walking import children, walk
from readiness.model import Project
from readiness.model.summary import Handler

LINES = 400
"""Longest clause that is parsed alone."""
NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def clause_of(project: Project, path: str, handler: Handler) -> ast.ExceptHandler | None:
    """The clause with the line numbers of its file; None where it cannot be parsed."""
    text = project.text(path)
    if text is None or handler.end_line - handler.line > LINES:
        return _in_tree(project, path, handler)
    lines = _lines(project, path, text)[handler.line - 1 : handler.end_line]
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())] if lines else ""
    before = ["if 1:"] if indent else [""]
    source = "\n".join([*before, f"{indent}try:", f"{indent} pass", *lines])
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return _in_tree(project, path, handler)
    clause = next((each for each in walk(tree) if isinstance(each, ast.ExceptHandler)), None)
    if clause is None:
        return None
    ast.increment_lineno(clause, handler.line - clause.lineno)
    return clause


def statements(clause: ast.ExceptHandler) -> Iterator[ast.AST]:
    """Everything in a clause that runs with it: what stands in nested functions is left out."""
    waiting: list[ast.AST] = list(clause.body)
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(each for each in children(node) if not isinstance(each, NESTED))


def _lines(project: Project, path: str, text: str) -> list[str]:
    """The lines of a file; those of the file that was asked for last are kept, for it is asked for once a clause."""
    known = _last.get(project)
    if known is None or known[0] != path:
        known = _last[project] = (path, text.split("\n"))
    return known[1]


_last: WeakKeyDictionary[Project, tuple[str, list[str]]] = WeakKeyDictionary()


def _in_tree(project: Project, path: str, handler: Handler) -> ast.ExceptHandler | None:
    tree = project.tree(path)
    if tree is None:
        return None
    return next(
        (each for each in walk(tree) if isinstance(each, ast.ExceptHandler) and each.lineno == handler.line), None
    )
