"""What callers pass: a function and one of its parameters in, the text that arrives there out."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.linking.flow_names import surroundings
from readiness.linking.flow_pieces import Flow, union
from readiness.linking.flow_places import FunctionNode, dotted
from readiness.linking.flow_reader import At, Lazy, Passed, Reader
from readiness.linking.flow_returns import bind
from readiness.linking.flow_uses import RUNNING, Later, Uses
from readiness.model import PieceKind, Symbol, SymbolKind
from readiness.model.summary import Name

MOST_ABOVE = 3
"""Functions that a parameter is followed up through."""
MOST_CALLERS = 8
TRANSPARENT = frozenset(
    {"staticmethod", "classmethod", "lru_cache", "cache", "contextmanager", "asynccontextmanager", "override"}
)
"""Decorators whose function is called with the same arguments, and by nobody else."""
FROM_OUTSIDE = frozenset({PieceKind.REQUEST, PieceKind.PARAMETER})


class Callers:
    """Follows parameters up to the calls of their functions.

    All callers are known where every call of that name in the project is one of the function: a decorator, or a use of the
    function as a value, makes callers that cannot be seen.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._above = 0
        self._uses: Uses | None = None

    def given(self, name: str, function: FunctionNode, at: At) -> tuple[Lazy, ...]:
        """The expressions that the callers pass as a parameter; none unless every caller is known."""
        index = self._reader.index(at.path)
        if at.frame is not None and at.frame.function is function:
            bound = at.frame.arguments.get(name)
            return (bound,) if bound is not None else ()
        if index is None or self._above >= MOST_ABOVE or _decorated(function) or at.frame is not None:
            return ()
        number = index.definition_index(function)
        calls, complete = self._calls(at.path, number) if number >= 0 else ([], False)
        found = [self._given(call, at.path, number, name) for call in calls] if complete else []
        known = tuple(each for each in found if each is not None)
        return known if len(known) == len(found) else ()

    def passed(self, name: str, function: FunctionNode, at: At) -> Passed | None:
        """What the callers of a function pass as a parameter, None where nothing is known of them."""
        index = self._reader.index(at.path)
        if index is None or self._above >= MOST_ABOVE or at.frame is not None:
            return None
        number = index.definition_index(function)
        calls, complete = self._calls(at.path, number) if number >= 0 else ([], False)
        complete = complete and not _decorated(function)
        found: list[Flow] = []
        self._above += 1
        try:
            for call in calls:
                flow = self._argument(call, at.path, number, name)
                if flow is None:
                    complete = False
                else:
                    found.append(flow)
        finally:
            self._above -= 1
        passed = union(found)
        if complete and passed.alternatives:
            return Passed(passed, True)
        told = tuple(each for each in passed.alternatives if any(piece.kind in FROM_OUTSIDE for piece in each))
        return Passed(replace(passed, alternatives=told), False) if told else None

    def _argument(self, call: Later, callee: str, number: int, name: str) -> Flow | None:
        """The text that one call passes."""
        given = self._given(call, callee, number, name)
        return self._reader.text(given.expression, given.at) if given is not None else None

    def _given(self, call: Later, callee: str, number: int, name: str) -> Lazy | None:
        """The expression that one call passes."""
        path = call.path
        summary = self._reader.code.summary(path)
        index = self._reader.index(path)
        node = index.call(summary.calls[call.number]) if summary is not None and index is not None else None
        statement: ast.stmt | None = index.statement(node) if index is not None and node is not None else None
        if node is None or statement is None:
            return None
        at = surroundings(self._reader, node, At(path, statement))
        frame = bind(self._reader, _direct(node, call), Symbol(SymbolKind.FUNCTION, "", callee, number), at)
        return frame.arguments.get(name) if frame is not None else None

    def _calls(self, path: str, number: int) -> tuple[list[Later], bool]:
        """Calls of a function outside tests, and whether these are all."""
        code = self._reader.code
        summary = code.summary(path)
        if summary is None:
            return [], False
        definition = summary.definitions[number]
        symbol = Symbol(SymbolKind.FUNCTION, code.symbol(path, number), path, number)
        called = [each for each in code.callers(symbol) if code.files[each[0]].scope in RUNNING]
        found = [Later(path, number, Name(definition.name)) for path, number in called]
        if self._uses is None:
            self._uses = Uses(code)
        found += [each for each in self._uses.later.get(definition.name, ()) if self._is(each, symbol)]
        if len(found) > MOST_CALLERS:
            return found[:MOST_CALLERS], False
        return found, bool(found) and self._uses.calls(definition.name) == len(found)

    def _is(self, later: Later, symbol: Symbol) -> bool:
        code = self._reader.code
        summary = code.summary(later.path)
        if summary is None or code.files[later.path].scope not in RUNNING:
            return False
        call = summary.calls[later.number]
        found = code.resolve_value(later.path, later.function, call.scope, call.line)
        return found.kind is SymbolKind.FUNCTION and (found.path, found.index) == (symbol.path, symbol.index)


def _direct(node: ast.Call, call: Later) -> ast.Call:
    """The call as if the function were called here."""
    if call.skipped:
        return ast.copy_location(ast.Call(func=node.func, args=node.args[call.skipped :], keywords=node.keywords), node)
    if not call.applied:
        return node
    named = {each.arg: each.value for each in node.keywords}
    given = named.get("args") or (node.args[0] if node.args else None)
    keywords = named.get("kwargs") or (node.args[1] if len(node.args) > 1 else None)
    made = ast.Call(func=node.func, args=[], keywords=[])
    if isinstance(given, ast.List | ast.Tuple):
        made.args = given.elts
    if isinstance(keywords, ast.Dict):
        made.keywords = [
            ast.keyword(arg=key.value, value=value)
            for key, value in zip(keywords.keys, keywords.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        ]
    return ast.copy_location(made, node)


def _decorated(function: FunctionNode) -> bool:
    """A decorator may hand the function to callers that cannot be seen."""
    return any(
        dotted(each.func if isinstance(each, ast.Call) else each).rpartition(".")[2] not in TRANSPARENT
        for each in function.decorator_list
    )
