"""A syntax tree and a place in it in, the loop that runs the place once for each item out.

Loops that repeat for another reason are none: `while`, a few constants, chunks of rows, a first item only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from msgspec import Struct

from readiness.languages.python.names import last_name
from readiness.languages.python.walking import walk
from readiness.model import Span

FEW = 12
"""Items of a display or a range that count as a constant few."""
PORTIONS = ("chunk", "batch", "partition", "portion", "slices", "islice", "paginat", "page_range", "pages", "grouper")
"""What the name of an iteration over chunks or pages says."""
WRAPPERS = frozenset(
    {"enumerate", "sorted", "reversed", "list", "tuple", "set", "zip", "tqdm", "iter", "filter", "progress"}
)
"""Functions that go over the items of their first argument."""
VIEWS = frozenset({"items", "values", "keys", "copy"})
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Loop(Struct, frozen=True):
    """A loop over items."""

    iterated: ast.expr
    names: frozenset[str]
    """What is bound on each turn, and what is made of it in the body."""
    line: int
    column: int
    few: bool
    """It goes over a constant few, over chunks, or no further than the first item."""


class Loops:
    """The loops of one file, or of one function."""

    def __init__(self, tree: ast.AST) -> None:
        self._all: list[
            tuple[
                int,
                int,
                int,
                int,
                ast.For
                | ast.AsyncFor
                | ast.While
                | Comprehension
                | ast.FunctionDef
                | ast.AsyncFunctionDef
                | ast.Lambda,
            ]
        ] = []
        self._calls: dict[int, list[ast.Call]] = {}
        for node in walk(tree):
            if isinstance(node, ast.Call):
                self._calls.setdefault(node.lineno, []).append(node)
            elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
                first, last = node.body[0], node.body[-1]
                self._all.append((first.lineno, first.col_offset, last.end_lineno or 0, last.end_col_offset or 0, node))
            elif isinstance(node, Comprehension | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                self._all.append((node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0, node))
        self._all.sort(key=lambda each: each[:2])

    def around(self, line: int, column: int) -> Iterator[Loop]:
        """The loops around a place of the same function, innermost first; `while` is left out."""
        inner = [each for each in self._all if each[:2] <= (line, column) < each[2:4]]
        for *_, node in reversed(inner):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                return
            if isinstance(node, ast.While):
                continue
            if isinstance(node, ast.For | ast.AsyncFor):
                stops = isinstance(node.body[-1], ast.Return | ast.Break)
                names = _names(node.target)
                yield Loop(
                    node.iter, made_of(node.body, names), node.lineno, node.col_offset, stops or _is_few(node.iter)
                )
            else:
                yield from _of_comprehension(node, line, column)

    def call(self, span: Span, name: str) -> ast.Call | None:
        """The call at a span; on lines with characters of several bytes, the one of that name."""
        found = [node for node in self._calls.get(span.line, ()) if node.end_lineno == span.end_line]
        exact = [
            node for node in found if (node.col_offset, node.end_col_offset) == (span.column - 1, span.end_column - 1)
        ]
        return next(iter(exact or [node for node in found if last_name(node.func) == name]), None)


def _of_comprehension(node: Comprehension, line: int, column: int) -> Iterator[Loop]:
    first = node.generators[0]
    # The first thing that is iterated is evaluated once.
    start, end = (
        (first.iter.lineno, first.iter.col_offset),
        (first.iter.end_lineno or 0, first.iter.end_col_offset or 0),
    )
    if start <= (line, column) < end:
        return
    for each in reversed(node.generators):
        yield Loop(each.iter, _names(each.target), node.lineno, node.col_offset, _is_few(each.iter))


def _names(target: ast.AST) -> frozenset[str]:
    return frozenset(node.id for node in walk(target) if isinstance(node, ast.Name))


def made_of(body: Sequence[ast.stmt], names: frozenset[str]) -> frozenset[str]:
    """The names of the turn, and those that are assigned from them."""
    known = set(names)
    for statement in body:
        for node in walk(statement):
            match node:
                case ast.Assign(targets=targets, value=value) if _uses(value, known):
                    known.update(name for target in targets for name in _names(target))
                case ast.AnnAssign(target=target, value=ast.expr() as value) if _uses(value, known):
                    known |= _names(target)
                case ast.NamedExpr(target=target, value=value) if _uses(value, known):
                    known |= _names(target)
                case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value) if _uses(
                    value, known
                ):
                    known |= _names(target)
    return frozenset(known)


def _uses(node: ast.AST, names: set[str] | frozenset[str]) -> bool:
    return any(isinstance(each, ast.Name) and each.id in names for each in walk(node))


def taken(call: ast.Call, parameters: ast.arguments, names: frozenset[str], *, method: bool) -> frozenset[str]:
    """The parameters that a call gives something made of these names."""
    own = [each.arg for each in (*parameters.posonlyargs, *parameters.args)]
    found = set()
    if method and own and isinstance(call.func, ast.Attribute):
        if _uses(call.func.value, names):
            found.add(own[0])
        own = own[1:]
    found.update(name for name, value in zip(own, call.args, strict=False) if _uses(value, names))
    found.update(each.arg for each in call.keywords if each.arg is not None and _uses(each.value, names))
    if any(each.arg is None and _uses(each.value, names) for each in call.keywords):
        found.update(each.arg for each in (*parameters.args, *parameters.kwonlyargs))
    return frozenset(found)


def uses(node: ast.AST, names: frozenset[str]) -> bool:
    """Some of the names is read in the node."""
    return _uses(node, names)


def core(node: ast.expr) -> ast.expr:
    """What is gone over, without `enumerate`, `sorted` and their kin."""
    while isinstance(node, ast.Call | ast.Await):
        if isinstance(node, ast.Await):
            node = node.value
            continue
        function = node.func
        if isinstance(function, ast.Name) and function.id in WRAPPERS and node.args:
            node = node.args[-1] if function.id == "filter" else node.args[0]
        elif isinstance(function, ast.Attribute) and function.attr in VIEWS and not node.args:
            node = function.value
        else:
            break
    return node


def _is_few(iterated: ast.expr) -> bool:
    node = core(iterated)
    match node:
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return len(items) <= FEW and not any(isinstance(each, ast.Starred) for each in items)
        case ast.Dict(keys=keys):
            return len(keys) <= FEW
        case ast.Constant():
            return True
        case ast.Call(func=ast.Name(id="range"), args=arguments):
            return len(arguments) == 3 or not _counts_items(arguments)
    text = ast.unparse(node).lower()
    return any(word in text for word in PORTIONS)


def _counts_items(arguments: Sequence[ast.expr]) -> bool:
    """`range(len(rows))`."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"
        for each in arguments
        for node in walk(each)
    )
