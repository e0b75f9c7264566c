"""Where things stand in one syntax tree: calls by position, parents, blocks, functions."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from copy import copy
from functools import cached_property
from itertools import accumulate

from readiness.languages.python.names import dotted
from readiness.languages.python.walking import FIELDS, walk
from readiness.linking.flow.definitions import Definition
from readiness.linking.flow.nodes import (
    BLOCKS,
    Carried,
    FunctionNode,
    asked,
    local_names,
    names_in,
    own_statements,
    place_of,
)
from readiness.model import Code, Span
from readiness.model.summary import Call, Class, Function

Owner = ast.AST
WRITTEN = 120
"""Longest expression shown, in characters."""
ENDING_CALLS = frozenset(
    {
        "flask.abort", "flask.helpers.abort", "werkzeug.exceptions.abort", "flask_restful.abort", "flask_restx.abort",
        "flask_smorest.abort", "quart.abort", "bottle.abort", "sanic.exceptions.abort", "sys.exit", "os._exit", "exit",
        "quit",
    }
)  # fmt: skip
"""Functions that never return."""


LONG = 32
"""Statements from which on a block is worth an index."""
SIMPLE = (
    ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import,
    ast.ImportFrom, ast.Delete, ast.Assert, ast.Pass, ast.Global, ast.Nonlocal,
)  # fmt: skip
"""Statements behind which the block goes on, unless they call what ends everything."""
Binds = ast.Assign | ast.AnnAssign | ast.AugAssign
Numbered = tuple[int, Binds]
"""A statement with its place among the nodes of its class."""

RESHAPING = frozenset(
    {
        "append", "appendleft", "clear", "extend", "extendleft", "insert", "pop", "popleft", "remove", "reverse", "rotate",
        "sort",
    }
)  # fmt: skip
"""Methods after which a position of a list holds something else."""


class FileIndex:
    """One file's tree with its parents. Made once a file, asked often."""

    def __init__(self, code: Code, path: str, tree: ast.Module) -> None:
        self.path = path
        self.tree = tree
        self.parents: dict[ast.AST, ast.AST] = {}
        self.calls: dict[tuple[int, int], list[ast.Call]] = {}
        self.statements: dict[int, list[ast.stmt]] = {}
        self.rebound: set[str] = set()
        """Module names that some function rebinds through `global`."""
        self.reshaped: set[str] = set()
        """Collections that some statement lengthens, shortens or reorders after they were made."""
        self.inner: dict[str, list[ast.Nonlocal]] = {}
        """Names that functions inside of others bind for these."""
        self.walruses: set[str] = set()
        """Names that some expression binds."""
        self.carried: dict[tuple[int, str], Carried | None] = {}
        """What the rounds of a loop, by identity, leave in a place."""
        self.rounds: dict[tuple[int, str, bool], tuple[Definition, ...]] = {}
        """The bindings of a place inside a loop, and whether those count that make it grow."""
        self._ending: dict[str, bool] = {}
        self._positions: dict[ast.AST, tuple[ast.AST, str, int]] = {}
        self._spoken: dict[int, tuple[list[int], dict[str, list[int]]]] = {}
        self._bindings: dict[ast.ClassDef, tuple[dict[str, list[Numbered]], dict[str, list[Numbered]]]] = {}
        self._columns: dict[tuple[int, int], dict[tuple[int, int], ast.Call]] = {}
        self._offsets: dict[int, list[int]] = {}
        self._numbers: dict[ast.Call, int] = {}
        self._returns: dict[FunctionNode, tuple[ast.Return, ...]] = {}
        self._globals: list[ast.Global] = []
        self._locals: dict[FunctionNode, frozenset[str]] = {}
        self._tests: dict[ast.expr, set[str] | None] = {}
        """The names in tests; None for one that asks what a name holds."""
        self._code = code
        self._index()

    def seen_by(self, code: Code) -> FileIndex:
        """The same for somebody else, who resolves names for himself."""
        other = copy(self)
        other._code = code
        other._ending = {}
        return other

    def _index(self) -> None:
        parents = self.parents
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop()
            for name in FIELDS[type(node)]:
                value = getattr(node, name, None)
                for child in value if type(value) is list else (value,):
                    if isinstance(child, ast.AST):
                        parents[child] = node
                        waiting.append(child)
            if isinstance(node, ast.Call):
                self.calls.setdefault((node.lineno, node.end_lineno or 0), []).append(node)
                if isinstance(node.func, ast.Attribute) and node.func.attr in RESHAPING:
                    self.reshaped.add(place_of(node.func.value))
            elif isinstance(node, ast.stmt):
                self.statements.setdefault(node.lineno, []).append(node)
                if isinstance(node, ast.Global):
                    self.rebound.update(node.names)
                    self._globals.append(node)
                elif isinstance(node, ast.Nonlocal):
                    for name in node.names:
                        self.inner.setdefault(name, []).append(node)
                elif isinstance(node, ast.Assign | ast.Delete):
                    self.reshaped.update(
                        place_of(each.value) for each in node.targets if isinstance(each, ast.Subscript)
                    )
                elif isinstance(node, ast.AugAssign):
                    self.reshaped.add(place_of(node.target))
            elif isinstance(node, ast.NamedExpr):
                self.walruses.add(node.target.id)

    def binding(self, owner: ast.ClassDef, name: str, attribute: str) -> list[Binds]:
        """The statements of a class that bind `self.x` anywhere in it, or `x` in its own body, in the order of `ast.walk`."""
        if owner not in self._bindings:
            self._bindings[owner] = self._bound_in(owner)
        inside, own = self._bindings[owner]
        found = [*inside.get(name, ()), *own.get(attribute, ())]
        return [statement for _, statement in sorted(found, key=lambda each: each[0])]

    def _bound_in(self, owner: ast.ClassDef) -> tuple[dict[str, list[Numbered]], dict[str, list[Numbered]]]:
        inside: dict[str, list[Numbered]] = {}
        own: dict[str, list[Numbered]] = {}
        for number, statement in enumerate(walk(owner)):
            if isinstance(statement, ast.AugAssign):
                inside.setdefault(place_of(statement.target), []).append((number, statement))
            elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                for name in {place_of(target) for target in targets}:
                    inside.setdefault(name, []).append((number, statement))
                    if self.parents.get(statement) is owner:
                        own.setdefault(name, []).append((number, statement))
        return inside, own

    def ends(self, statement: ast.stmt) -> bool:
        """Control never gets past the statement: `abort(400)`, `sys.exit()`."""
        if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
            return False
        name = dotted(statement.value.func)
        if name not in self._ending:
            self._ending[name] = bool(name) and self._code.resolve(self.path, name).name in ENDING_CALLS
        return self._ending[name]

    @cached_property
    def lines(self) -> list[str]:
        """The text of the file, line by line, as the parser counts lines."""
        text = self._code.text(self.path) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    @cached_property
    def lowered(self) -> bool:
        """The tree is not of the text as written, so columns cannot be trusted."""
        summary = self._code.summary(self.path)
        return summary is None or summary.lowered

    def call(self, wanted: Call) -> ast.Call | None:
        """The call that a summary speaks of."""
        found = self.calls.get((wanted.line, wanted.end_line), [])
        if len(found) <= 1:
            return found[0] if found else None
        key = (wanted.line, wanted.end_line)
        if key not in self._columns:
            # By column: thousands of calls can stand on one line.
            self._columns[key] = {
                (
                    self._column(each.lineno, each.col_offset),
                    self._column(each.end_lineno or 0, each.end_col_offset or 0),
                ): each
                for each in reversed(found)
            }
        there = self._columns[key].get((wanted.column, wanted.end_column))
        if there is not None:
            return there
        # Columns of a lowered file may have moved: only an unambiguous shape is taken then.
        alike = [
            each
            for each in found
            if len(each.args) == len(wanted.arguments) and len(each.keywords) == len(wanted.keywords)
        ]
        return alike[0] if len(alike) == 1 else None

    def _column(self, line: int, offset: int) -> int:
        """Column in characters, from 1, of a byte offset."""
        if not 0 < line <= len(self.lines):
            return offset + 1
        text = self.lines[line - 1]
        if text.isascii():
            return offset + 1
        if line not in self._offsets:
            self._offsets[line] = list(accumulate(len(each.encode(errors="surrogatepass")) for each in text))
        return bisect_right(self._offsets[line], offset) + 1

    def span(self, node: ast.AST) -> Span:
        """The place of a node."""
        line = getattr(node, "lineno", 1)
        end_line = getattr(node, "end_lineno", None) or line
        if self.lowered:
            return Span(self.path, line, 1, end_line)
        return Span(
            self.path,
            line,
            self._column(line, getattr(node, "col_offset", 0)),
            end_line,
            self._column(end_line, getattr(node, "end_col_offset", None) or 0),
        )

    def written(self, node: ast.AST) -> str:
        """An expression as written, white space folded, at most 120 characters."""
        line, end = getattr(node, "lineno", 0), getattr(node, "end_lineno", None) or 0
        if not self.lowered and 0 < line <= end <= len(self.lines):
            start = self._column(line, getattr(node, "col_offset", 0)) - 1
            stop = self._column(end, getattr(node, "end_col_offset", None) or 0) - 1
            pieces = self.lines[line - 1 : min(end, line + 5)]
            if line == end:
                pieces = [pieces[0][start:stop]]
            else:
                pieces = [pieces[0][start:], *pieces[1:]]
                if end <= line + 5:
                    pieces[-1] = pieces[-1][:stop]
            text = " ".join(" ".join(pieces).split())
        else:
            try:
                text = " ".join(ast.unparse(node).split())
            except (RecursionError, ValueError):
                text = type(node).__name__
        return text if len(text) <= WRITTEN else text[: WRITTEN - 1] + "…"

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The innermost statement around a node, or the node itself."""
        at: ast.AST | None = node
        while at is not None and not isinstance(at, ast.stmt):
            at = self.parents.get(at)
        return at

    def block(self, statement: ast.stmt | ast.excepthandler | ast.match_case) -> tuple[ast.AST, str, int] | None:
        """Owner, field and index of the block that a statement stands in."""
        if statement not in self._positions:
            owner = self.parents.get(statement)
            for field in BLOCKS if owner is not None else ():
                block = getattr(owner, field, None)
                if owner is not None and isinstance(block, list):
                    self._positions.update((each, (owner, field, index)) for index, each in enumerate(block))
        return self._positions.get(statement)

    def bearing(self, block: list[ast.stmt], name: str, stop: int | None) -> Sequence[int]:
        """Positions, up to `stop`, of those statements of a block that can bind a name, speak of it or lead away: the others of
        a long block need not be looked at. The block is that of a node of the tree, not a copy."""
        if len(block) < LONG:
            return range(len(block) if stop is None else stop)
        if id(block) not in self._spoken:
            self._spoken[id(block)] = self._speaking(block)
        always, spoken = self._spoken[id(block)]
        found = sorted([*always, *spoken.get(name, ())])
        return found if stop is None else found[: bisect_left(found, stop)]

    def speaks(self, test: ast.expr, place: str) -> bool:
        """A test may say something of a place: it names what the place starts at, or asks what a name holds."""
        if test not in self._tests:
            inside = {each.id for each in walk(test) if isinstance(each, ast.Name)}
            self._tests[test] = None if any(isinstance(each, ast.Name) for each in asked(test)) else inside
        names = self._tests[test]
        return names is None or place.split(".", 1)[0].split("[", 1)[0] in names

    def _speaking(self, block: list[ast.stmt]) -> tuple[list[int], dict[str, list[int]]]:
        """Positions of the statements that may lead away or hold others, and of the simple ones by the names in them."""
        always: list[int] = []
        spoken: dict[str, list[int]] = {}
        for position, statement in enumerate(block):
            if not isinstance(statement, SIMPLE) or self.ends(statement):
                always.append(position)
                continue
            for name in names_in(statement):
                spoken.setdefault(name, []).append(position)
        return always, spoken

    def function(self, node: ast.AST) -> FunctionNode | None:
        """The innermost function around a node."""
        at = self.parents.get(node)
        while at is not None and not isinstance(at, FunctionNode):
            at = self.parents.get(at)
        return at

    def owner_class(self, node: ast.AST) -> ast.ClassDef | None:
        """The class whose method a node stands in, through nested functions."""
        at = self.parents.get(node)
        while at is not None and not isinstance(at, ast.ClassDef):
            at = self.parents.get(at)
        return at

    def rebinding(self, name: str) -> list[FunctionNode]:
        """The functions that bind a name of the module."""
        found = (self.scope_owner(each) for each in self._globals if name in each.names)
        return [each for each in found if isinstance(each, FunctionNode)]

    def inner_bindings(self, name: str, function: FunctionNode) -> list[FunctionNode]:
        """The functions inside of one that bind a name of it."""
        found = []
        for each in self.inner.get(name, ()):
            owner = self.scope_owner(each)
            around = self.function(owner) if isinstance(owner, FunctionNode) else None
            while around is not None and around is not function:
                around = self.function(around)
            if isinstance(owner, FunctionNode) and around is function:
                found.append(owner)
        return found

    def returns(self, function: FunctionNode) -> tuple[ast.Return, ...]:
        """The `return` statements of a function itself."""
        if function not in self._returns:
            self._returns[function] = tuple(each for each in own_statements(function) if isinstance(each, ast.Return))
        return self._returns[function]

    def binds(self, function: FunctionNode, name: str) -> bool:
        """The name is a variable of the function: bound in it, and not declared as that of a scope around it."""
        if function not in self._locals:
            self._locals[function] = local_names(function)
        return name in self._locals[function]

    @cached_property
    def _definitions(self) -> dict[tuple[int, str], int]:
        summary = self._code.summary(self.path)
        found: dict[tuple[int, str], int] = {}
        for index, definition in enumerate(summary.definitions if summary is not None else ()):
            found[definition.line, definition.name] = index
        return found

    def scope(self, node: ast.AST) -> int:
        """Index in `Summary.definitions` of the innermost function or class around a node, -1 for the module."""
        at = self.parents.get(node)
        while at is not None:
            if isinstance(at, FunctionNode | ast.ClassDef):
                index = self._definitions.get((at.lineno, at.name))
                if index is not None:
                    return index
            at = self.parents.get(at)
        return -1

    def scope_owner(self, node: ast.AST) -> ast.AST:
        """The innermost function, class or module around a node."""
        at = self.parents.get(node)
        while at is not None and not isinstance(at, FunctionNode | ast.ClassDef):
            at = self.parents.get(at)
        return at or self.tree

    def definition_index(self, node: FunctionNode | ast.ClassDef) -> int:
        """Index of a definition in `Summary.definitions`, -1 where it is not there."""
        return self._definitions.get((node.lineno, node.name), -1)

    @cached_property
    def call_numbers(self) -> dict[tuple[int, int, int, int], int]:
        """Index in `Summary.calls` by place: line, column, end line, end column."""
        summary = self._code.summary(self.path)
        calls = summary.calls if summary is not None else ()
        return {(call.line, call.column, call.end_line, call.end_column): number for number, call in enumerate(calls)}

    def call_number(self, call: ast.Call) -> int:
        """Index in `Summary.calls` of a call of this tree, -1 where it is not known."""
        if call not in self.parents:
            return -1
        if call not in self._numbers:
            span = self.span(call)
            place = span.line, span.column, span.end_line, span.end_column
            self._numbers[call] = self.call_numbers.get(place, -1)
        return self._numbers[call]

    def definition(self, index: int) -> FunctionNode | ast.ClassDef | None:
        """The tree of a definition of the summary."""
        summary = self._code.summary(self.path)
        if summary is None or not 0 <= index < len(summary.definitions):
            return None
        wanted: Function | Class = summary.definitions[index]
        for statement in self.statements.get(wanted.line, ()):
            if isinstance(statement, FunctionNode | ast.ClassDef) and statement.name == wanted.name:
                return statement
        return None
