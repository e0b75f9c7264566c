"""A view that serves GraphQL in, the validation rules of the project's own that run on its queries out."""

from __future__ import annotations

import re

from readiness.libraries.evaluation.things import Kind
from readiness.libraries.graphql.reading import Reading
from readiness.model import Scope, Symbol, SymbolKind
from readiness.model.summary import Class

BASES = frozenset({"ValidationRule", "ASTValidationRule", "Visitor", "ASTVisitor", "TypeInfoVisitor"})
"""Classes of graphql-core for what walks through a query."""
CORE = "graphql"
DEPTH = 2
"""Calls between the view and the rule."""
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
MEASURES = frozenset(
    {"cost", "costs", "depth", "complexity", "alias", "aliases", "tokens", "limit", "limiter", "breadth"}
)
"""Words by which a rule that bounds queries is called."""


class OwnRules:
    """Finds the project's own rules. One for a scan."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.project = reading.project
        self._rules: list[Symbol] | None = None

    @property
    def rules(self) -> list[Symbol]:
        """Every class of the project that walks through queries."""
        if self._rules is None:
            self._rules = []
            for path in self.project.imports(CORE, scopes=(Scope.SERVICE,)):
                summary = self.project.summary(path)
                for index, definition in enumerate(summary.definitions if summary is not None else ()):
                    if isinstance(definition, Class) and definition.bases:
                        symbol = Symbol(SymbolKind.CLASS, self.project.symbol(path, index), path, index)
                        if any(self._is_base(each) for each in self.project.ancestors(symbol)):
                            self._rules.append(symbol)
        return self._rules

    @staticmethod
    def _is_base(symbol: Symbol) -> bool:
        parts = symbol.name.split(".")
        return symbol.kind is SymbolKind.EXTERNAL and parts[0] == CORE and parts[-1] in BASES

    def of(self, view: Kind | None, path: str, scope: int) -> tuple[list[str], list[str]]:
        """The rules behind a view class, or behind the function that serves: those that are called after what they bound, and
        all others."""
        if not self.rules:
            return [], []
        reached = self._reached(view, path, scope)
        limits: list[str] = []
        others: list[str] = []
        for rule in self.rules:
            if rule.path not in reached:
                continue
            name = rule.name.rpartition("::")[2]
            words = {each.lower() for each in WORD.findall(name.rpartition(".")[2])}
            (limits if words & MEASURES else others).append(name)
        return limits, others

    def _reached(self, view: Kind | None, path: str, scope: int) -> set[str]:
        """Files of the functions that run on the way."""
        starts: list[Symbol] = []
        if view is not None:
            members = self.reading.members.of(view).values()
            starts = [self.reading.reader.symbol_of(each.routine) for each in members if each.routine is not None]
        elif scope >= 0:
            starts.append(Symbol(SymbolKind.FUNCTION, self.project.symbol(path, scope), path, scope))
        return {each.path for start in starts for each in self.project.reached_from(start, DEPTH)}
