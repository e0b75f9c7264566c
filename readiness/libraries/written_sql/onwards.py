"""A function of the project in; whether what it is given may leave it for something that is not seen, out.

`def run(self, sql): return self.pool.execute(sql)` hands its text to an object of which nothing is known; a function that
only returns it, or writes it into a log, does not.
"""

from collections.abc import Callable, Set

from readiness.libraries.values.expressions import inside, tail
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Function, Member, Name, Summary, Value

DEEPEST = 4
BINDING = ("self", "cls")


class Onwards:
    """The functions of one project, each asked once."""

    def __init__(self, project: Project, runs: Callable[[str], bool], elsewhere: Callable[[str], bool]) -> None:
        self._project = project
        self._runs = runs
        """The name of what is called says that it runs something."""
        self._elsewhere = elsewhere
        """The package of what is called runs no SQL."""
        self._known: dict[tuple[str, int], bool] = {}

    def of(self, function: Symbol, depth: int = DEEPEST) -> bool:
        """Some parameter of the function goes on to a call that may run it."""
        key = function.path, function.index
        if key not in self._known:
            self._known[key] = False  # while it is open: a function that calls itself
            self._known[key] = self._asked(function, depth)
        return self._known[key]

    def _asked(self, function: Symbol, depth: int) -> bool:
        summary = self._project.summary(function.path)
        definition = summary.definitions[function.index] if summary is not None and function.index >= 0 else None
        if summary is None or not isinstance(definition, Function):
            return False
        if definition.stub:
            return self._runs(definition.name)
        carried = self._carried(summary, function.index, definition)
        return any(
            self._goes(summary, function, index, depth)
            for index in self._project.calls_in(function)
            if _mentions(summary, summary.calls[index], carried)
        )

    def _carried(self, summary: Summary, scope: int, definition: Function) -> frozenset[str]:
        """The parameters, and the local names that are made of them."""
        carried = {each.name for each in definition.parameters if each.name not in BINDING}
        for bound in summary.assignments:
            if bound.scope == scope and "." not in bound.target and _speaks_of(summary, bound.value, carried):
                carried.add(bound.target.rstrip("[]"))
        return frozenset(carried)

    def _goes(self, summary: Summary, function: Symbol, index: int, depth: int) -> bool:
        call = summary.calls[index]
        symbol = self._project.callee(function.path, index)
        name = tail(call.callee)
        if any(_is_method(each) and self._runs(tail(each)) for each in call.arguments):
            # `self._timed(self.cursor.execute, sql)`
            return True
        match symbol.kind:
            case SymbolKind.FUNCTION:
                return depth > 1 and self.of(symbol, depth - 1)
            case SymbolKind.EXTERNAL:
                return self._runs(name) and not self._elsewhere(symbol.name.partition(".")[0])
            case SymbolKind.UNKNOWN | SymbolKind.PARAMETER | SymbolKind.VARIABLE:
                return self._runs(name) or _by_name(summary, call)
            case _:
                return False


def _is_method(value: Value) -> bool:
    return isinstance(value, Member) or (isinstance(value, Name) and "." in value.dotted)


def _by_name(summary: Summary, call: Call) -> bool:
    """`run = getattr(client, name)`, `run(sql)`."""
    if not isinstance(call.callee, Name):
        return isinstance(call.callee, CallRef) and tail(summary.calls[call.callee.index].callee) == "getattr"
    return any(
        each.target == call.callee.dotted
        and isinstance(each.value, CallRef)
        and tail(summary.calls[each.value.index].callee) == "getattr"
        for each in summary.assignments
        if each.scope == call.scope
    )


def _mentions(summary: Summary, call: Call, carried: Set[str]) -> bool:
    values = [*call.arguments, *(value for _, value in call.keywords)]
    return any(_speaks_of(summary, each, carried) for each in values)


def _speaks_of(summary: Summary, value: Value | None, carried: Set[str]) -> bool:
    return any(isinstance(each, Name) and each.dotted.partition(".")[0] in carried for each in inside(summary, value))
