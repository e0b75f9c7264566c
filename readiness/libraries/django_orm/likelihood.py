"""A value in, whether it may be a query set out: a quick answer that follows no order of statements and reads no syntax tree.

It is asked before a value is followed in earnest, and spares most questions their cost. It may say yes to what is none; where it
says no, nothing that the project shows makes a query set of the value.
"""

import re

from readiness.libraries.django_orm.vocabulary import LISTS, MANAGER_NAMES, METHODS, PAGE_METHODS
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import (
    CallRef,
    Choice,
    Class,
    Member,
    Name,
    Operation,
    Starred,
    Subscript,
    Summary,
    Value,
)
from readiness.model.telling import tabulates, tells

WORDS = METHODS | PAGE_METHODS | MANAGER_NAMES | {"get_list_or_404", "Paginator"}
COMMON = frozenset(
    {"get", "add", "remove", "set", "update", "clear", "all", "values", "delete", "create", "none", "page", "union"}
)
"""Methods that dicts, sets and others have as well: what they are called on must be likely too."""
ATTRIBUTES = MANAGER_NAMES | {"queryset", "object_list"}
MAKERS = re.compile(r"manager|queryset", re.IGNORECASE)
"""A part of the names of what makes managers."""
OPERATORS = frozenset({"or", "and", "|", "&", "^"})
STEPS = 6


@tells
def managers_of(summary: Summary) -> list[str]:
    """Names that functions and classes of a file bind to what something makes whose name speaks of managers or query sets."""
    return [
        each.target
        for each in summary.assignments
        if isinstance(each.value, CallRef) and each.scope >= 0 and _makes(summary.calls[each.value.index].callee)
    ]


@tabulates
def manager_names(project: Project) -> dict[str, list[str]]:
    """Such names in the files that know Django."""
    importing = set(project.imports("django"))
    found = {name for path, names in project.gathered(managers_of) if path in importing for name in names}
    return {"names": sorted(found)}


def _makes(callee: Value) -> bool:
    if isinstance(callee, Name | Member):
        return bool(MAKERS.search(tail(callee)))
    return bool(tail(callee)) or isinstance(callee, CallRef)


class Likelihood:
    """Answers for one project; remembers the assignments of every file and the answer of every function."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._bound: dict[str, dict[tuple[int, str], list[Value]]] = {}
        self._functions: dict[tuple[str, int], bool] = {}
        self._attributes: frozenset[str] | None = None

    def rows(self, path: str, value: Value, scope: int, steps: int = STEPS) -> bool:
        """Something in the function, or what it calls, may make the value a query set."""
        match value:
            case CallRef():
                return self._call(path, value, scope, steps)
            case Name():
                return self._name(path, value, scope, steps)
            case Member():
                return value.name in self.attributes or self.rows(path, value.value, scope, steps - 1)
            case Subscript() | Starred():
                return self.rows(path, value.value, scope, steps - 1)
            case Choice():
                return self.rows(path, value.yes, scope, steps) or self.rows(path, value.no, scope, steps)
            case Operation():
                return value.operator in OPERATORS and any(
                    self.rows(path, each, scope, steps) for each in value.operands
                )
            case _:
                return False

    @property
    def attributes(self) -> frozenset[str]:
        """Names of attributes that may be managers or query sets somewhere in the project."""
        if self._attributes is None:
            self._attributes = ATTRIBUTES.union(self._project.table(manager_names)["names"])
        return self._attributes

    def _call(self, path: str, value: CallRef, scope: int, steps: int) -> bool:
        summary = self._project.summary(path)
        if summary is None or steps <= 0:
            return True
        call = summary.calls[value.index]
        name = tail(call.callee)
        if name in WORDS and name not in COMMON:
            return True
        origin = receiver(call.callee)
        if name in COMMON:
            return origin is not None and (not isinstance(origin, Name) or self._holds(path, origin, scope, steps))
        if name in LISTS:
            return any(self.rows(path, each, scope, steps - 1) for each in call.arguments[:1])
        if origin is not None and self.rows(path, origin, scope, steps - 1):
            return True
        symbol = self._project.callee(path, value.index)
        return symbol.kind is SymbolKind.FUNCTION and self._function(symbol, steps - 1)

    def _holds(self, path: str, origin: Name, scope: int, steps: int) -> bool:
        """`order.items.all()`, where `items` is a manager; `rows.values()`, where `rows` may be one."""
        return "." in origin.dotted or self._name(path, origin, scope, steps - 1)

    def _function(self, symbol: Symbol, steps: int) -> bool:
        """What the function gives back may be a query set."""
        key = (symbol.path, symbol.index)
        known = self._functions.get(key)
        if known is not None:
            return known
        summary = self._project.summary(symbol.path)
        if summary is None or symbol.index < 0 or steps <= 0:
            return True
        self._functions[key] = False
        found = any(
            each.value is not None and self.rows(symbol.path, each.value, symbol.index, steps)
            for each in summary.returns
            if each.scope == symbol.index
        )
        self._functions[key] = found
        return found

    def _name(self, path: str, value: Name, scope: int, steps: int) -> bool:
        root, _, rest = value.dotted.partition(".")
        summary = self._project.summary(path)
        if summary is None or steps <= 0:
            return True
        bound = self._assigned(path, summary)
        if rest:
            # An attribute: `self.queryset`, `page.object_list`, or what some method puts there.
            if value.dotted.rpartition(".")[2] in self.attributes:
                return True
            puts = [each for (_, target), values in bound.items() if target == value.dotted for each in values]
            if root in ("self", "cls"):
                return any(self.rows(path, each, scope, steps - 2) for each in puts[:4])
            return self._name(path, Name(root), scope, steps - 1)
        if root == "self":
            return self._in_class(summary, scope)
        while True:
            values = bound.get((scope, root))
            if values is not None:
                return any(self.rows(path, each, scope, steps - 1) for each in values)
            if scope < 0:
                return False
            scope = summary.definitions[scope].scope

    @staticmethod
    def _in_class(summary: Summary, scope: int) -> bool:
        """`self` of a class with bases may be a query set itself."""
        while scope >= 0:
            definition = summary.definitions[scope]
            if isinstance(definition, Class):
                return bool(definition.bases)
            scope = definition.scope
        return False

    def _assigned(self, path: str, summary: Summary) -> dict[tuple[int, str], list[Value]]:
        if path not in self._bound:
            found: dict[tuple[int, str], list[Value]] = {}
            for each in summary.assignments:
                if each.value is not None:
                    found.setdefault((each.scope, each.target), []).append(each.value)
            self._bound[path] = found
        return self._bound[path]
