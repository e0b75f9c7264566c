"""A function's syntax tree and the name of a session in it in, what happens to that session in the end out."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from readiness.languages.python.names import last_name
from readiness.languages.python.walking import walk
from readiness.model import Release

CLOSERS = frozenset(
    {"close", "aclose", "release", "remove", "putconn", "dispose", "terminate", "invalidate", "shutdown"}
)
"""Methods that give a session or connection back; `pool.putconn(connection)` takes it as an argument."""
TAKERS = frozenset(
    {"closing", "aclosing", "enter_context", "enter_async_context", "push", "push_async_exit", "callback"}
)
"""Functions and methods that close, at their end, what they are given."""
CLOSING_WORDS = ("close", "release", "putconn", "cleanup", "teardown", "dispose")
"""What the name of a project's own function that gives back says."""
KEEPERS = frozenset(
    {"append", "add", "put", "put_nowait", "set", "setdefault", "insert", "setattr", "register", "extend"}
)
"""Methods and functions that keep what they are given."""
RUNNERS = frozenset({"submit", "run_in_executor", "start_new_thread", "add_task", "apply_async"})
Found = tuple[Release, str]
_FAILING = (
    ast.Call,
    ast.Await,
    ast.Subscript,
    ast.BinOp,
    ast.Raise,
    ast.Return,
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
)
"""What can fail, or leads past what follows."""


def released(function: ast.AST, name: str, takers: Collection[str] = (), closers: Collection[str] = ()) -> Found:
    """What becomes of `name`.

    `takers` are other names of functions that close what they are given when they end, `closers` those of the project's own
    functions that close it at once.
    """
    nodes = list(walk(function))
    managed = _managed(nodes, name, takers, closers)
    if managed:
        return Release.MANAGED, managed
    if any(isinstance(node, ast.Global | ast.Nonlocal) and name in node.names for node in nodes):
        return Release.HANDED_OVER, f"`{name}` outlives the function"
    closed = [node for node in nodes if isinstance(node, ast.Call) and _closes(node, name, closers)]
    yields = [
        node for node in nodes if isinstance(node, ast.Yield) and node.value is not None and _names(node.value, name)
    ]
    handed = _handed_over(nodes, name)
    if handed and not yields:
        return Release.HANDED_OVER, handed
    if yields:
        behind = any(call.lineno > yields[0].lineno for call in closed)
        if behind:
            return Release.UNPROTECTED, f"`{name}` is closed behind the `yield`, but not in a `finally`"
        return Release.NEVER, f"`{name}` is handed out by `yield` and never closed"
    if closed:
        if _in_handlers(nodes, closed) and len(closed) > 1:
            return Release.MANAGED, f"`{name}` is closed on both ways"
        if _at_once(nodes, name, closed):
            return Release.MANAGED, f"`{name}` is closed as soon as it is open"
        return (
            Release.UNPROTECTED,
            f"`{name}` is closed on line {closed[-1].lineno}, but not when something fails before",
        )
    return Release.NEVER, f"nothing closes `{name}`"


def kept(class_node: ast.AST, attribute: str) -> Found:
    """What becomes of `self.attribute` in the methods of a class."""
    name = f"self.{attribute}"
    nodes = list(walk(class_node))
    managed = _managed(nodes, name)
    if managed:
        return Release.MANAGED, managed
    for node in nodes:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if any(isinstance(each, ast.Call) and _closes(each, name) for each in walk(node)):
            return Release.MANAGED, f"`{node.name}()` closes `{name}`"
    return Release.UNKNOWN, f"`{name}` keeps it, and no method of the class closes it"


def _managed(nodes: Sequence[ast.AST], name: str, takers: Collection[str] = (), closers: Collection[str] = ()) -> str:
    """How it is closed whatever happens; empty where it is not."""
    for node in nodes:
        match node:
            case ast.With() | ast.AsyncWith():
                if any(_is(item.context_expr, name) or _taken(item.context_expr, name, takers) for item in node.items):
                    return f"`with` closes `{name}`"
            case ast.Try() | ast.TryStar() if node.finalbody:
                for each in _calls(node.finalbody):
                    if _closes(each, name, closers):
                        return f"`finally` closes `{name}`"
            case ast.Call():
                if _taken(node, name, takers):
                    return f"`{ast.unparse(node.func)[:60]}` closes `{name}`"
    return ""


def _taken(node: ast.expr, name: str, takers: Collection[str]) -> bool:
    """`closing(name)`, `stack.enter_context(name)`, `stack.callback(name.close)`, `atexit.register(name.close)`."""
    if isinstance(node, ast.Await):
        return _taken(node.value, name, takers)
    if not isinstance(node, ast.Call):
        return False
    if (last_name(node.func) in TAKERS or last_name(node.func) in takers) and any(
        _is(each, name) for each in node.args
    ):
        return True
    return any(isinstance(each, ast.Attribute) and each.attr in CLOSERS and _is(each.value, name) for each in node.args)


def closes(function: ast.AST, name: str, closers: Collection[str] = ()) -> bool:
    """A function closes, somewhere, what it is given by that name."""
    return any(isinstance(node, ast.Call) and _closes(node, name, closers) for node in walk(function))


def _closes(call: ast.Call, name: str, closers: Collection[str] = ()) -> bool:
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr in CLOSERS and _is(function.value, name):
        return True
    last = last_name(function)
    said = last in closers or any(word in last.lower() for word in CLOSING_WORDS)
    return said and any(_is(each, name) for each in [*call.args, *(each.value for each in call.keywords)])


def _handed_over(nodes: Sequence[ast.AST], name: str) -> str:
    for node in nodes:
        match node:
            case ast.Return(value=value) if value is not None and _gives(value, name):
                return f"`{name}` is returned"
            case ast.Assign(targets=targets, value=value) if _gives(value, name):
                if any(isinstance(each, ast.Attribute | ast.Subscript) for each in targets):
                    return f"`{ast.unparse(targets[0])[:60]}` keeps `{name}`"
            case ast.Call(func=function, args=arguments, keywords=keywords):
                if last_name(function) in KEEPERS and any(_is(each, name) for each in arguments):
                    return f"`{ast.unparse(function)[:60]}` keeps `{name}`"
                # What another thread or task works on must live as long as that.
                others = [each.value for each in keywords if each.arg in ("args", "kwargs")]
                if any(_gives(each, name) for each in others) or (
                    last_name(function) in RUNNERS and any(_is(each, name) for each in arguments)
                ):
                    return f"`{ast.unparse(function)[:60]}` is given `{name}`"
    return ""


def _gives(value: ast.expr, name: str) -> bool:
    """The value is the session, or an object or display that holds it."""
    match value:
        case ast.Call(args=arguments, keywords=keywords):
            # An object of a class that is made with it; by convention classes begin with a capital.
            made = last_name(value.func)[:1].isupper()
            return made and any(_is(each, name) for each in [*arguments, *(each.value for each in keywords)])
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return any(_gives(each, name) for each in parts)
        case ast.Dict(values=parts):
            return any(_gives(each, name) for each in parts)
    return _is(value, name)


def _in_handlers(nodes: Sequence[ast.AST], closed: Sequence[ast.Call]) -> bool:
    handlers = [node for node in nodes if isinstance(node, ast.ExceptHandler)]
    return any(
        call.lineno in range(each.lineno, (each.end_lineno or each.lineno) + 1) for each in handlers for call in closed
    )


def _at_once(nodes: Sequence[ast.AST], name: str, closed: Sequence[ast.Call]) -> bool:
    """Nothing that can fail stands between opening and closing; what answers a failure of the opening itself does not count."""
    bound = [node for node in nodes if isinstance(node, ast.Assign) and any(_is(each, name) for each in node.targets)]
    if len(bound) != 1:
        return False
    begin, end = bound[0].end_lineno or bound[0].lineno, min(call.lineno for call in closed)
    answering = [
        range(handler.lineno, (handler.end_lineno or handler.lineno) + 1)
        for node in nodes
        if isinstance(node, ast.Try | ast.TryStar) and any(bound[0] is each for each in node.body)
        for handler in node.handlers
    ]
    return begin < end and not any(
        isinstance(node, _FAILING) and begin < node.lineno < end and not any(node.lineno in each for each in answering)
        for node in nodes
    )


def _calls(statements: Sequence[ast.stmt]) -> Iterator[ast.Call]:
    for statement in statements:
        for node in walk(statement):
            if isinstance(node, ast.Call):
                yield node


def _names(value: ast.expr, name: str) -> bool:
    return any(_is(node, name) for node in walk(value))


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) == name
