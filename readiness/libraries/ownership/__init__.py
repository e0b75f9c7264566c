"""Objects that handlers load by an id in, what else decides who may have them out.

Guards refuse a stranger. Who may have which object is decided before the handler (a decorator that is told the object, a
permission that reads the address) or in it (a test or a call that is given the object and leaves).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readiness.languages.python.walking import walk
from readiness.libraries.ownership.refusing import Body, is_person
from readiness.libraries.ownership.ways import Ways
from readiness.model import Library, ObjectLookup, OwnerDecision, Project, Scope, Symbol, SymbolKind

DEEP = 2
"""Functions that are looked into behind the one that is called."""
CARRIERS = frozenset({"current_user", "g", "session"})
"""Last names of what other packages keep who is calling in."""

library = Library(__name__, stage="joined", provides=(OwnerDecision,))


@library.recognises
def recognise(project: Project) -> Iterator[OwnerDecision]:
    """One fact for each lookup of the service that is not among those of the caller."""
    lookups = [each for each in project.each(ObjectLookup) if each.scope is Scope.SERVICE and not each.scoped]
    if not lookups:
        return
    reader = _Reader(project)
    for lookup in lookups:
        yield reader.of(lookup)


class _Reader:
    """Reads the lookups of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.ways = Ways(project)

    def of(self, lookup: ObjectLookup) -> OwnerDecision:
        """What decides about one object."""
        by, elsewhere = self.ways.decides(lookup), self.ways.may_decide(lookup)
        place = self.project.find(lookup.route.handler)
        node = self.project.function(*place) if place is not None else None
        load = _call_at(node, lookup) if node is not None else None
        if place is not None and node is not None and load is not None:
            ids = {each.name for each in lookup.route.parameters if each.source == "path"}
            body = Body(node, load, ids, known=lookup.checked)
            by = by or body.decided(lambda call: self._refuses(*place, call))
            elsewhere = elsewhere or self._narrowed(*place, load, ids)
        return OwnerDecision(
            span=lookup.span,
            symbol=lookup.symbol,
            scope=lookup.scope,
            resolution=lookup.resolution,
            lookup=lookup,
            by=by,
            elsewhere=elsewhere,
        )

    def _refuses(self, path: str, index: int, call: ast.Call) -> bool:
        """A call of a function that leaves, and that is given who is calling or asks for it."""
        dotted = ast.unparse(call.func) if isinstance(call.func, ast.Name | ast.Attribute) else ""
        symbol = self.project.resolve(path, dotted, index, call.lineno) if dotted else None
        if symbol is None or symbol.kind is not SymbolKind.FUNCTION or symbol.rest or not symbol.path:
            return False
        node = self.project.function(symbol.path, symbol.index)
        if node is None or not self._leaves(symbol.path, symbol.index, node, DEEP):
            return False
        given = any(is_person(each) for each in walk(call))
        return given or self._asks(symbol.path, symbol.index, node, DEEP)

    def _leaves(self, path: str, index: int, node: ast.AST, depth: int) -> bool:
        """A function raises or aborts, or calls one of the project that does."""
        for each in walk(node):
            if isinstance(each, ast.Raise):
                return True
            if not isinstance(each, ast.Call) or not isinstance(each.func, ast.Name):
                continue
            symbol = self.project.resolve(path, each.func.id, index, each.lineno)
            if symbol.kind is SymbolKind.EXTERNAL and symbol.name.rpartition(".")[2] == "abort":
                return True
            body = self._body(symbol) if depth else None
            if body is not None and self._leaves(symbol.path, symbol.index, body, depth - 1):
                return True
        return False

    def _body(self, symbol: Symbol) -> ast.AST | None:
        if symbol.kind is not SymbolKind.FUNCTION or not symbol.path or symbol.rest:
            return None
        return self.project.function(symbol.path, symbol.index)

    def _asks(self, path: str, index: int, node: ast.AST, depth: int) -> bool:
        """A function reads who is calling, by itself or by what it calls."""
        for each in walk(node):
            if is_person(each) or (isinstance(each, ast.Name) and self._is_person(path, index, each)):
                return True
            if depth and isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
                inner = self.project.resolve(path, each.func.id, index, each.lineno)
                body = self._body(inner)
                if body is not None and self._asks(inner.path, inner.index, body, depth - 1):
                    return True
        return False

    def _is_person(self, path: str, index: int, node: ast.Name) -> bool:
        symbol = self.project.resolve(path, node.id, index, node.lineno)
        return symbol.kind is SymbolKind.EXTERNAL and symbol.name.rpartition(".")[2] in CARRIERS

    def _narrowed(self, path: str, index: int, load: ast.Call, parameters: set[str]) -> bool:
        """The query asks for more than the id: something of another object that was loaded before."""
        for each in walk(load):
            given: list[ast.expr] = []
            if isinstance(each, ast.Call):
                given = [*each.args, *(one.value for one in each.keywords)]
            elif isinstance(each, ast.Compare):
                given = list(each.comparators)
            for value in given:
                if isinstance(value, ast.Attribute) and self._of_another(path, index, value, parameters):
                    return True
        return False

    def _of_another(self, path: str, index: int, value: ast.Attribute, parameters: set[str]) -> bool:
        root: ast.expr = value
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or root.id in parameters:
            return False
        if root.id in ("self", "cls"):
            return True
        # A name of a module, a class or an import is no object that was loaded.
        kinds = (SymbolKind.CLASS, SymbolKind.EXTERNAL, SymbolKind.MODULE, SymbolKind.FUNCTION)
        return self.project.resolve(path, root.id, index, value.lineno).kind not in kinds


def _call_at(node: ast.AST, lookup: ObjectLookup) -> ast.Call | None:
    """The call that loads the object; of several that begin at one place the outermost."""
    found = [
        each
        for each in walk(node)
        if isinstance(each, ast.Call) and each.lineno == lookup.span.line and each.col_offset + 1 == lookup.span.column
    ]
    return max(found, key=lambda each: (each.end_lineno or 0, each.end_col_offset or 0), default=None)
