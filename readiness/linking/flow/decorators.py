"""A function in; whether a decorator may hand it to callers that cannot be seen out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readiness.languages.python.names import dotted
from readiness.linking.flow.nodes import FunctionNode
from readiness.linking.flow.reader import At, Reader
from readiness.model import Symbol, SymbolKind

TRANSPARENT = frozenset(
    {
        "staticmethod", "classmethod", "lru_cache", "cache", "contextmanager", "asynccontextmanager", "override", "abstractmethod",
    }
)  # fmt: skip
"""Decorators whose function is called with the same arguments, and by nobody else."""
REPEATING = (
    "tenacity.",
    "retrying.",
    "retry.",
    "backoff.",
    "overrides.",
    "functools.",
    "deprecated.",
    "typing_extensions.",
)
"""Libraries of such decorators: retrying 1.4, tenacity 9.1, backoff 2.2."""


TASKS = ("celery.", "dramatiq.", "huey.", "taskiq.", "procrastinate.", "rq.", "spinach.", "faust.")
"""Libraries whose decorators make functions that a worker calls with what stood in a queue."""


def decorators_of(reader: Reader, path: str, function: FunctionNode) -> Iterator[Symbol]:
    """What each decorator denotes, `@name` or `@name(...)`, as far as that is known."""
    at = At(path, function)
    for each in function.decorator_list:
        symbol = reader.callee(each, at) if isinstance(each, ast.Call) else reader.symbol(each, at)
        if symbol is not None:
            yield symbol


def does_job(reader: Reader, path: str, function: FunctionNode) -> bool:
    """A worker calls the function with what stood in a queue."""
    return any(
        each.kind is SymbolKind.EXTERNAL and each.name.startswith(TASKS)
        for each in decorators_of(reader, path, function)
    )


def decorated(reader: Reader, path: str, function: FunctionNode) -> bool:
    """Some decorator may hand the function to callers that cannot be seen."""
    return not all(_transparent(reader, path, function, each) for each in function.decorator_list)


def _transparent(reader: Reader, path: str, function: FunctionNode, decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    if dotted(called).rpartition(".")[2] in TRANSPARENT:
        return True
    at = At(path, function)
    symbol = reader.callee(decorator, at) if isinstance(decorator, ast.Call) else reader.symbol(decorator, at)
    if symbol is not None and symbol.kind is SymbolKind.VARIABLE:
        # `retried = retry(stop_max_delay=200)`
        made = reader.assigned(symbol)
        origin = reader.origin(made.expression, made.at) if made is not None else None
        if origin is None or not isinstance(origin.expression, ast.Call):
            return False
        symbol = reader.callee(origin.expression, origin.at)
    if symbol is None:
        return False
    if symbol.kind is SymbolKind.EXTERNAL:
        return symbol.name.startswith(REPEATING)
    return symbol.kind is SymbolKind.FUNCTION and _passes_on(reader, symbol)


def _passes_on(reader: Reader, symbol: Symbol) -> bool:
    """A decorator of the project whose inner function calls what it got as it is called: `function(*args, **kwargs)`."""
    index = reader.index(symbol.path)
    definition = index.definition(symbol.index) if index is not None else None
    if not isinstance(definition, FunctionNode):
        return False
    functions = [each for each in ast.walk(definition) if isinstance(each, FunctionNode)]
    wrapped = {each.args.args[0].arg for each in functions if len(each.args.args) == 1}
    calls = [
        each
        for each in ast.walk(definition)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id in wrapped
    ]
    return bool(calls) and all(_forwards(each, functions) for each in calls)


def _forwards(call: ast.Call, functions: list[FunctionNode]) -> bool:
    given = [each.value for each in call.args if isinstance(each, ast.Starred)]
    named = [each.value for each in call.keywords if each.arg is None]
    if len(given) != len(call.args) or len(named) != len(call.keywords) or len(given) != 1 or len(named) != 1:
        return False
    return any(
        each.args.vararg is not None
        and each.args.kwarg is not None
        and not each.args.args
        and (dotted(given[0]), dotted(named[0])) == (each.args.vararg.arg, each.args.kwarg.arg)
        for each in functions
    )
