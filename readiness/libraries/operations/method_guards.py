"""The syntax tree of a handler in, the lines out that do not run for a GET, and those that run only where something is missing."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from readiness.languages.python.walking import walk
from readiness.model.summary import Summary

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
BODIES = frozenset({"POST", "FILES", "form", "files", "json", "body", "data", "get_json", "get_data"})
"""Attributes of a request that hold what was sent with it."""
REQUESTS = frozenset({"request", "req"})
SUBMITTED = frozenset({"validate_on_submit", "is_submitted"})
"""Methods of Flask-WTF's forms (1.2) that are true for no GET."""
LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
DEPTH = 40
Means = Callable[[ast.expr], bool | None]


class Lines(Struct, frozen=True):
    """Lines of a function, both ends included."""

    first: int
    last: int

    def __contains__(self, line: object) -> bool:
        return isinstance(line, int) and self.first <= line <= self.last


def request_names(summary: Summary) -> frozenset[str]:
    """What a file calls the request: `request`, or as what it imports it."""
    return REQUESTS | {each.alias for each in summary.imports if each.name == "request" and each.alias}


def not_for_get(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    names: frozenset[str],
    asks: Callable[[ast.Call], bool] = lambda _call: False,
) -> list[Lines]:
    """Lines that a request by GET does not come to; `names` are those of the request. `asks` tells of a call whether it gives yes
    for other methods only."""
    forms = reads_body(function, names)

    def means(test: ast.expr) -> bool | None:
        inner = test.value if isinstance(test, ast.Await) else test
        if isinstance(inner, ast.Call) and asks(inner):
            return False
        return _means_get(inner, names, forms=forms)

    return list(_blocks(function.body, means, 0))


def yes_for_others(function: ast.FunctionDef | ast.AsyncFunctionDef, names: frozenset[str]) -> bool:
    """The function gives a yes, or what may be one, only in a block that no GET comes to: `if self.request.method == "POST"`."""
    excluded = not_for_get(function, names)
    returns = [node for node in walk(function) if isinstance(node, ast.Return)]
    others = [node for node in returns if not any(node.lineno in each for each in excluded)]
    no = all(node.value is None or (isinstance(node.value, ast.Constant) and not node.value.value) for node in others)
    return no and len(others) < len(returns)


def where_missing(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[Lines]:
    """Lines that run only where something was not there: `if row is None`, `except DoesNotExist`."""
    found = list(_blocks(function.body, _means_there, 0))
    found.extend(_lines(node.body) for node in walk(function) if isinstance(node, ast.ExceptHandler))
    return found


def reads_body(function: ast.FunctionDef | ast.AsyncFunctionDef, names: frozenset[str]) -> bool:
    """The function reads what was sent with the request."""
    return any(_is_body(node, names) for node in walk(function))


def reads_grant(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """The function reads the `code` or `error`, and the `state`, that an OAuth 2 server sends back (RFC 6749, 4.1.2), or
    compares the `state` with the session's."""
    texts = {node.value for node in walk(function) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    session = any(isinstance(node, ast.Attribute) and node.attr == "session" for node in walk(function))
    return "state" in texts and (session or not texts.isdisjoint({"code", "error"}))


def _is_body(node: ast.AST, names: frozenset[str]) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return name in names and attribute in BODIES
        case ast.Attribute(value=ast.Attribute(attr="request"), attr=attribute):
            return attribute in BODIES
        case _:
            return False


def _blocks(body: Sequence[ast.stmt], means: Means, depth: int) -> Iterator[Lines]:
    """Blocks that are excluded: those whose test says no, and what follows a block that says yes and leaves."""
    if depth > DEPTH:
        return
    for number, statement in enumerate(body):
        if isinstance(statement, ast.If):
            meaning = means(statement.test)
            if meaning is False:
                yield _lines(statement.body)
            if meaning is True and statement.orelse:
                yield _lines(statement.orelse)
            if meaning is True and _leaves(statement.body) and number + 1 < len(body):
                yield _lines(body[number + 1 :])
            if meaning is False and statement.orelse and _leaves(statement.orelse) and number + 1 < len(body):
                yield _lines(body[number + 1 :])
        if isinstance(statement, ast.Match):
            yield from _cases(statement)
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(statement, field, None)
            if isinstance(inner, list) and inner and isinstance(inner[0], ast.stmt):
                yield from _blocks(inner, means, depth + 1)
        for clause in getattr(statement, "handlers", ()):
            yield from _blocks(clause.body, means, depth + 1)
        for case in getattr(statement, "cases", ()):
            yield from _blocks(case.body, means, depth + 1)


def _cases(statement: ast.Match) -> Iterator[Lines]:
    """`match request.method: case "POST":`."""
    if not _is_method(statement.subject, REQUESTS):
        return
    for case in statement.cases:
        patterns = case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
        texts = [
            each.value.value
            for each in patterns
            if isinstance(each, ast.MatchValue) and isinstance(each.value, ast.Constant)
        ]
        if texts and len(texts) == len(patterns) and SAFE.isdisjoint(map(str, texts)):
            yield _lines(case.body)


def _means_get(test: ast.expr, names: frozenset[str], *, forms: bool) -> bool | None:
    """Whether a test that holds means a GET (True), another method (False), or neither."""
    match test:
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if _is_method(left, names):
            texts = _texts(right)
            if not texts:
                return None
            safe = "GET" in texts
            if isinstance(operator, ast.Eq | ast.In):
                return False if not safe else True if texts <= SAFE else None
            if isinstance(operator, ast.NotEq | ast.NotIn):
                return not safe
            return None
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            meaning = _means_get(inner, names, forms=forms)
            return None if meaning is None else not meaning
        case ast.BoolOp(op=ast.And(), values=values):
            meanings = [_means_get(each, names, forms=forms) for each in values]
            return False if False in meanings else None
        case ast.Call(func=ast.Attribute(attr=name)):
            return False if name in SUBMITTED or (name == "is_valid" and forms) else None
        case ast.Attribute(attr="POST" | "FILES"):
            return False if _is_body(test, names) else None
        case ast.Compare(left=ast.Constant(), ops=[ast.In()], comparators=[ast.Attribute(attr="POST") as sent]):
            return False if _is_body(sent, names) else None
        case _:
            return None


def _means_there(test: ast.expr) -> bool | None:
    """Whether a test that holds means that something is there (True), that it is missing (False), or neither."""
    match test:
        case ast.Compare(ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return False
        case ast.Compare(ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return True
        case ast.Compare(ops=[ast.Eq()], comparators=[ast.Constant(value=None | 0)]):
            return False
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name() | ast.Attribute() | ast.Subscript() | ast.Await()):
            return False
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Attribute(attr=name))):
            return False if name in ("exists", "first", "get", "filter", "scalar", "one_or_none", "aexists") else None
        case ast.Compare(ops=[ast.NotIn()]):
            return False
        case ast.BoolOp(op=ast.Or(), values=values):
            return False if all(_means_there(each) is False for each in values) else None
        case ast.BoolOp(op=ast.And(), values=values):
            return False if any(_means_there(each) is False for each in values) else None
        case ast.Name() | ast.Attribute() | ast.NamedExpr():
            return True
        case _:
            return None


def _is_method(node: ast.expr, names: frozenset[str]) -> bool:
    match node:
        case ast.Attribute(attr="method", value=ast.Name(id=name)):
            return name in names
        case ast.Attribute(attr="method", value=ast.Attribute(attr="request")):
            return True
        case ast.Call(func=ast.Attribute(value=inner, attr="upper" | "lower"), args=[]):
            return _is_method(inner, names)
        case _:
            return False


def _texts(node: ast.expr) -> set[str]:
    items = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return {each.value.upper() for each in items if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def _leaves(body: Sequence[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], LEAVING)


def _lines(body: Sequence[ast.stmt]) -> Lines:
    return Lines(body[0].lineno, body[-1].end_lineno or body[-1].lineno)
