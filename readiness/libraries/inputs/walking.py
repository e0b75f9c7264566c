"""A function and what its names hold of a client's data in, the ledger of that data filled in: statement by statement."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from readiness.languages.python.names import dotted, last_name
from readiness.libraries.inputs.functions import FunctionNode, Functions
from readiness.libraries.inputs.ledger import NOTHING, PRESENT, STRONG, Ledger, Tag, Tags
from readiness.libraries.inputs.vocabulary import CLEANING, REFUSALS
from readiness.model import Project, Span, SymbolKind

DEPTH = 3
"""Calls that data is followed into."""
FUNCTIONS = 40
"""Functions that are walked for one route."""
SHARING = ("Flask", "flask", "Quart", "Bottle")
"""Frameworks whose request is imported."""
NESTING = 60
"""Expressions inside one another."""


class Context:
    """What the walks of one route share."""

    def __init__(self, project: Project, functions: Functions, ledger: Ledger, framework: str) -> None:
        self.project = project
        self.functions = functions
        self.ledger = ledger
        self.framework = framework
        self.shared = framework.startswith(SHARING)
        """Functions read the request without being given it."""
        self.walked = 0
        self.seen: dict[tuple[str, int, tuple[tuple[str, Tags], ...]], Tags] = {}


class Expressions:
    """Reads expressions; implemented beside the statements, which they are read for."""

    def evaluate(self, walk: Walk, node: ast.expr, depth: int = 0, *, discarded: bool = False) -> Tags:
        """What an expression holds."""
        raise NotImplementedError

    def test(self, walk: Walk, node: ast.expr, *, leaves: bool) -> None:
        """A condition: the checks that it makes."""
        raise NotImplementedError


class Walk:
    """One function on the way of the data."""

    def __init__(
        self, context: Context, expressions: Expressions, path: str, scope: int, depth: int, guarded: frozenset[str]
    ) -> None:
        self.context = context
        self.expressions = expressions
        self.path = path
        self.scope = scope
        self.depth = depth
        self.guarded = guarded
        """Names of the exceptions that are caught around this place."""
        self.names: dict[str, Tags] = {}
        self.packed: set[str] = set()
        """Names of containers of the code's own making, whose keys are not those of the client."""
        self.held: dict[str, Tags] = {}
        """What objects of the code's own making were given, by the name of each: when they are made, and in their attributes."""
        self.given: dict[int, Tags] = {}
        """What the calls were given, by the identity of their nodes."""
        self.returned: Tags = NOTHING

    def answers_for(self, package: str) -> bool:
        """What a function of this package says of bad input is caught here: a clause is about just that."""
        return bool(self.guarded & {"ValueError", "TypeError", f"@{package}"})

    @property
    def ledger(self) -> Ledger:
        """The account of the route."""
        return self.context.ledger

    def span(self, node: ast.AST) -> Span:
        """The place of a node."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        end = getattr(node, "end_lineno", None) or line
        return Span(self.path, line, column + 1, end, (getattr(node, "end_col_offset", None) or column) + 1)

    def catches(self, *names: str) -> bool:
        """A failure of that kind is caught around this place."""
        return bool(self.guarded) and (not names or not self.guarded.isdisjoint(names))

    def is_request(self, name: str) -> bool:
        """The name is the request that the file imports."""
        return name in self.context.functions.requests(self.path)

    def run(self, node: FunctionNode, names: dict[str, Tags]) -> Tags:
        """Walk a function whose parameters hold this; gives back what it returns."""
        self.names.update(names)
        if node.args.kwarg is not None:
            self.packed.add(node.args.kwarg.arg)
        self.block(node.body)
        return self.returned

    # statements

    def block(self, body: Sequence[ast.stmt]) -> None:
        """Statements in their order."""
        for statement in body:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign():
                tags = self.value(node.value)
                for target in node.targets:
                    self.bind(target, tags, node.value)
            case ast.AnnAssign(value=ast.expr() as value):
                self.bind(node.target, self.value(value), value)
            case ast.AugAssign():
                self.bind(node.target, self.value(node.value) | self.value(node.target), node.value)
            case ast.Expr():
                self.expressions.evaluate(self, node.value, discarded=True)
            case ast.Return(value=ast.expr() as value):
                self.returned |= self.value(value)
            case ast.If():
                self._if(node)
            case ast.While():
                self.expressions.test(self, node.test, leaves=False)
                self.block([*node.body, *node.orelse])
            case ast.For() | ast.AsyncFor():
                self.bind(node.target, elements(self.value(node.iter)), None)
                self.block([*node.body, *node.orelse])
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    tags = self.value(item.context_expr)
                    if item.optional_vars is not None:
                        self.bind(item.optional_vars, tags, None)
                self._suppressed(node)
            case ast.Try() | ast.TryStar():
                self._try(node)
            case ast.Assert():
                self.expressions.test(self, node.test, leaves=True)
            case ast.Raise(exc=ast.expr() as raised):
                self.value(raised)
            case ast.Match():
                self._match(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.block(node.body)
            case _:
                pass

    def _if(self, node: ast.If) -> None:
        leaving = self.leaves(node.body) or self.leaves(node.orelse)
        self.expressions.test(self, node.test, leaves=leaving)
        if self._chain_refuses(node):
            for each in self._compared(node):
                self.ledger.check(self.value(each), self.span(each), STRONG)
        before = dict(self.names)
        self.block(node.body)
        taken = self.names
        self.names = before
        self.block(node.orelse)
        for name, tags in taken.items():
            self.names[name] = self.names.get(name, NOTHING) | tags

    def _suppressed(self, node: ast.With | ast.AsyncWith) -> None:
        caught = [
            name
            for item in node.items
            if isinstance(item.context_expr, ast.Call) and dotted(item.context_expr.func).endswith("suppress")
            for name in map(_last, item.context_expr.args)
        ]
        before = self.guarded
        self.guarded = before | frozenset(caught)
        self.block(node.body)
        self.guarded = before

    def _try(self, node: ast.Try | ast.TryStar) -> None:
        caught: set[str] = set()
        for handler in node.handlers:
            names = {"BaseException"} if handler.type is None else set(self._caught(handler.type))
            if not _only_raises(handler):
                caught |= names
        before = self.guarded
        self.guarded = before | caught
        self.block(node.body)
        self.guarded = before
        for handler in node.handlers:
            self.block(handler.body)
        self.block([*node.orelse, *node.finalbody])

    def _caught(self, node: ast.expr) -> Iterator[str]:
        """The last names of what a clause catches, and `@package` for an exception of another package."""
        for each in node.elts if isinstance(node, ast.Tuple) else [node]:
            name = dotted(each)
            yield name.rpartition(".")[2]
            symbol = self.context.project.resolve(self.path, name, self.scope, each.lineno) if name else None
            if symbol is not None and symbol.kind is SymbolKind.EXTERNAL:
                yield f"@{symbol.name.partition('.')[0]}"

    def _match(self, node: ast.Match) -> None:
        tags = self.value(node.subject)
        last = node.cases[-1] if node.cases else None
        open_end = last is not None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        refuses = last is not None and open_end and self.leaves(last.body)
        self.ledger.check(tags, self.span(node.subject), STRONG if refuses or not open_end else PRESENT)
        for case in node.cases:
            self.block(case.body)

    # blocks that do not go on

    def leaves(self, body: Iterable[ast.stmt]) -> bool:
        """The block does not go on, or tells the client that something is wrong."""
        statements = list(body)
        if not statements:
            return False
        if isinstance(statements[-1], ast.Raise | ast.Return | ast.Continue):
            return True
        return any(self._turns_away(each) or _notes_error(each) for each in statements)

    def refuses(self, body: Iterable[ast.stmt]) -> bool:
        """The block tells the client that something is wrong: it raises, aborts, or returns an error."""
        statements = list(body)
        if not statements:
            return False
        last = statements[-1]
        if isinstance(last, ast.Return):
            return any(_is_error(each) for each in ast.walk(last))
        return isinstance(last, ast.Raise) or self.leaves(statements)

    def _turns_away(self, statement: ast.stmt) -> bool:
        """`abort(400)`, whatever it was imported as."""
        if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
            return False
        name = dotted(statement.value.func)
        if name.rpartition(".")[2] in REFUSALS:
            return True
        if not name or "." in name:
            return False
        symbol = self.context.project.resolve(self.path, name, self.scope, statement.lineno)
        return symbol.kind is SymbolKind.EXTERNAL and symbol.name.rpartition(".")[2] in REFUSALS

    def _chain_refuses(self, node: ast.If) -> bool:
        """`if kind == "a": ... elif kind == "b": ... else: refuse`."""
        last: list[ast.stmt] = node.orelse
        while len(last) == 1 and isinstance(last[0], ast.If):
            last = last[0].orelse
        return self.refuses(last)

    def _compared(self, node: ast.If) -> Iterator[ast.expr]:
        """What is compared with a constant for equality."""
        match node.test:
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Constant() | ast.Attribute()]):
                yield left
            case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[ast.Constant()]) if self.leaves(node.body):
                yield left

    # names

    def value(self, node: ast.expr) -> Tags:
        """What an expression holds."""
        return self.expressions.evaluate(self, node)

    def cleaned(self, node: ast.Call) -> None:
        """`order.full_clean()`: a model of Django refuses what does not fit in its fields, which it was given before (5.2)."""
        if isinstance(node.func, ast.Attribute) and node.func.attr in CLEANING:
            held = self.held.get(dotted(node.func.value), NOTHING)
            self.ledger.check(held, self.span(node), STRONG)
            whole = frozenset(tag for tag in held if tag.kind == "whole")
            self.ledger.validate(whole, node.func.attr, self.span(node))

    def bind(self, target: ast.expr, tags: Tags, value: ast.expr | None) -> None:
        """An assignment."""
        match target:
            case ast.Name():
                self.names[target.id] = tags
                self.held[target.id] = self.given.get(id(value), NOTHING)
                if isinstance(value, ast.Dict | ast.DictComp):
                    self.packed.add(target.id)
            case ast.Tuple() | ast.List():
                self._unpack(target, tags, value)
            case ast.Starred():
                self.bind(target.value, tags, None)
            case ast.Attribute():
                name = dotted(target)
                own = name.startswith("self.") and name.count(".") == 1
                if own:
                    self.names[name] = tags
                else:
                    holder = name.rpartition(".")[0]
                    self.held[holder] = self.held.get(holder, NOTHING) | _data(tags)
                    self.ledger.use(_data(tags), self.span(target), stored=True)
            case ast.Subscript():
                self._put(target, tags)
            case _:
                pass

    def _unpack(self, target: ast.Tuple | ast.List, tags: Tags, value: ast.expr | None) -> None:
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
            for inner, item in zip(target.elts, value.elts, strict=True):
                self.bind(inner, self.value(item), item)
            return
        for inner in target.elts:
            self.bind(inner, tags, None)

    def _put(self, target: ast.Subscript, tags: Tags) -> None:
        """`payload["name"] = value`: what is put into a local dict belongs to it; into anything else it is stored."""
        holder = dotted(target.value)
        if holder and "." not in holder:
            held = self.names.get(holder, NOTHING)
            if not any(tag.kind == "whole" for tag in held):
                self.names[holder] = held | _data(tags)
                self.packed.add(holder)
            return
        self.value(target.value)
        self.ledger.use(_data(tags), self.span(target), stored=True)


def _data(tags: Tags) -> Tags:
    return frozenset(tag for tag in tags if tag.kind in ("whole", "field"))


def elements(tags: Tags) -> Tags:
    """What the elements of something hold."""
    return frozenset(Tag("field", tag.source, "*") if tag.kind == "whole" else tag for tag in tags)


def _notes_error(statement: ast.stmt) -> bool:
    """`errors.append(...)`, `errors["name"] = ...`, `error = "..."`."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        holder = dotted(statement.value.func).rpartition(".")[0].rpartition(".")[2]
        return "error" in holder.lower()
    if isinstance(statement, ast.Assign):
        names = [dotted(each.value if isinstance(each, ast.Subscript) else each) for each in statement.targets]
        return any("error" in name.rpartition(".")[2].lower() for name in names)
    return False


def _last(node: ast.expr) -> str:
    return dotted(node).rpartition(".")[2]


def _only_raises(handler: ast.ExceptHandler) -> bool:
    """The clause raises the very same again."""
    return len(handler.body) == 1 and isinstance(handler.body[0], ast.Raise) and handler.body[0].exc is None


def _is_error(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int) and 400 <= node.value <= 599
    name = last_name(node)
    return name.startswith(("HTTP_4", "HTTP_5")) or "BadRequest" in name or "error" in name.lower() or name in REFUSALS
