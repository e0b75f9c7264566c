"""Handlers that a GET reaches in, what they write then out: one `SafeOperation` each."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readiness.libraries.operations.excuses import EXCHANGES, LOGINS, Excuses, link_of
from readiness.libraries.operations.functions import Functions, functions_of
from readiness.libraries.operations.method_guards import (
    Lines,
    not_for_get,
    reads_body,
    reads_grant,
    request_names,
    yes_for_others,
)
from readiness.libraries.operations.writes import Change, Writes
from readiness.libraries.values.expressions import tail
from readiness.model import Library, Project, Route, SafeOperation, Scope, Span, Symbol, SymbolKind
from readiness.model import Write as WriteFact

library = Library(__name__, stage="joined", provides=[SafeOperation])

DEPTH = 2
"""Calls between a handler and a change."""
MOST = 8
"""Changes that are kept for one handler."""
METHODS = ("GET", "HEAD", "ANY")


@library.recognises
def recognise(project: Project) -> Iterator[SafeOperation]:
    """Every handler of service code that a GET, a HEAD or any method reaches, once."""
    routes = [
        each for each in project.each(Route) if each.method in METHODS and each.scope is Scope.SERVICE and each.handler
    ]
    if not routes:
        return
    reader = Reader(project)
    seen: set[tuple[str, int]] = set()
    for route in sorted(routes, key=lambda each: METHODS.index(each.method)):
        handler = reader.functions.handler(route)
        if handler is not None and (handler.path, handler.index) not in seen:
            seen.add((handler.path, handler.index))
            yield reader.operation(route, handler)


class Reader:
    """Reads the handlers of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.functions: Functions = functions_of(project)
        self._asking: dict[str, bool] = {}
        """Functions of the project that tell whether the method is another one than GET."""
        self.writes = Writes(project, self.functions)
        self.excuses = Excuses(self.functions)

    def operation(self, route: Route, handler: Symbol) -> SafeOperation:
        """What a handler does for a GET."""
        changes = self.writes.of(handler, DEPTH)
        opened, link = False, ""
        if changes:
            changes = self._for_get(handler, changes)
        if changes:
            node = self.project.function(handler.path, handler.index)
            opened = node is not None and reads_body(node, self._names(handler.path))
            link = (
                link_of(route) or ("code" if node is not None and reads_grant(node) else "") or self._logs_in(handler)
            )
        return SafeOperation(
            span=route.span,
            symbol=route.symbol,
            scope=route.scope,
            resolution=route.resolution,
            route=route,
            writes=tuple(self._fact(each) for each in sorted(changes, key=_order)[:MOST]),
            link=link,
            open=opened,
        )

    def _logs_in(self, handler: Symbol) -> str:
        """What a handler calls to end a login that another site sends the browser back from; empty where nothing does."""
        for index in self.project.calls_in(handler):
            name = self.project.callee(handler.path, index).name
            summary = self.project.summary(handler.path)
            last = tail(summary.calls[index].callee) if summary is not None else ""
            if name in LOGINS or (last in EXCHANGES and self.project.imports("authlib")):
                return last
        return ""

    def _for_get(self, handler: Symbol, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The changes that are not excluded by a test of the method, in the handler or on the way."""
        excluded: dict[tuple[str, int], list[Lines]] = {}
        kept = []
        for change in changes:
            for path, scope, line in change.steps:
                if (path, scope) not in excluded:
                    node = self.project.function(path, scope) if scope >= 0 else None
                    excluded[path, scope] = self._not_for_get(node, path) if node is not None else []
                if any(line in each for each in excluded[path, scope]):
                    break
            else:
                kept.append(change)
        return tuple(kept)

    def _not_for_get(self, node: ast.FunctionDef | ast.AsyncFunctionDef, path: str) -> list[Lines]:
        return not_for_get(node, self._names(path), lambda call: self._asks_method(path, call))

    def _asks_method(self, path: str, call: ast.Call) -> bool:
        """A function of the project tells whether something was sent: `if await form.is_submitted():`."""
        summary = self.project.summary(path)
        if summary is None or call.args or call.keywords:
            return False
        place = (call.lineno, call.col_offset + 1)
        index = next((number for number, each in enumerate(summary.calls) if (each.line, each.column) == place), -1)
        target = self.project.callee(path, index) if index >= 0 else None
        if target is None or target.kind is not SymbolKind.FUNCTION or not target.path:
            return False
        if target.name not in self._asking:
            inner = self.project.function(target.path, target.index)
            self._asking[target.name] = inner is not None and yes_for_others(inner, self._names(target.path))
        return self._asking[target.name]

    def _names(self, path: str) -> frozenset[str]:
        summary = self.project.summary(path)
        return request_names(summary) if summary is not None else frozenset()

    def _fact(self, change: Change) -> WriteFact:
        at = self.project.span(change.path, change.index) if change.index >= 0 else Span(change.path, change.line)
        first = change.steps[0]
        return WriteFact(
            span=at,
            action=change.action,
            subject=change.subject,
            call=change.text,
            via=Span(first[0], first[2]) if change.through else None,
            through=tuple(each.name for each in change.through),
            excuse=self.excuses.of(change),
        )


def _order(change: Change) -> tuple[int, str, int]:
    return len(change.through), change.path, change.line
