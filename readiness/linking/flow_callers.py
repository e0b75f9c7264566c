"""What callers pass: a function and one of its parameters in, the text that arrives there out."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.linking.flow_names import surroundings
from readiness.linking.flow_pieces import Flow, union
from readiness.linking.flow_places import FunctionNode, dotted
from readiness.linking.flow_reader import At, Passed, Reader
from readiness.linking.flow_returns import bind
from readiness.linking.flow_uses import RUNNING, Uses
from readiness.model import PieceKind, Symbol, SymbolKind
from readiness.model.summary import Class

MOST_ABOVE = 2
"""Functions that a parameter is followed up through."""
MOST_CALLERS = 12
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

    def passed(self, name: str, function: FunctionNode, at: At) -> Passed | None:
        """What the callers of a function pass as a parameter, None where nothing is known of them."""
        index = self._reader.index(at.path)
        if index is None or self._above >= MOST_ABOVE or _decorated(function) or at.frame is not None:
            return None
        number = index.definition_index(function)
        calls, complete = self._calls(at.path, number) if number >= 0 else ([], False)
        found: list[Flow] = []
        self._above += 1
        try:
            for path, call in calls:
                flow = self._argument(path, call, at.path, number, name)
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

    def _argument(self, path: str, call: int, callee: str, number: int, name: str) -> Flow | None:
        """The text that one call passes."""
        summary = self._reader.code.summary(path)
        index = self._reader.index(path)
        node = index.call(summary.calls[call]) if summary is not None and index is not None else None
        statement: ast.stmt | None = index.statement(node) if index is not None and node is not None else None
        if node is None or statement is None:
            return None
        at = surroundings(self._reader, node, At(path, statement))
        frame = bind(self._reader, node, Symbol(SymbolKind.FUNCTION, "", callee, number), at)
        argument = frame.arguments.get(name) if frame is not None else None
        return self._reader.text(argument.expression, argument.at) if argument is not None else None

    def _calls(self, path: str, number: int) -> tuple[list[tuple[str, int]], bool]:
        """Calls of a function outside tests, and whether these are all."""
        code = self._reader.code
        summary = code.summary(path)
        if summary is None:
            return [], False
        definition = summary.definitions[number]
        symbol = Symbol(SymbolKind.FUNCTION, code.symbol(path, number), path, number)
        found = [each for each in code.callers(symbol) if code.files[each[0]].scope in RUNNING]
        if len(found) > MOST_CALLERS:
            return found[:MOST_CALLERS], False
        if self._uses is None:
            self._uses = Uses(code)
        inside = definition.scope >= 0 and not isinstance(summary.definitions[definition.scope], Class)
        return found, bool(found) and not inside and self._uses.calls(definition.name) == len(found)


def _decorated(function: FunctionNode) -> bool:
    """A decorator may hand the function to callers that cannot be seen."""
    return any(dotted(each) not in ("staticmethod", "classmethod") for each in function.decorator_list)
