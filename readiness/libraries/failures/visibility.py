"""A call in an exception handler in, what becomes visible through it out: does it log, keep the traceback, raise.

Functions of the project are followed, so that a wrapper around a logger counts as one.
"""

from msgspec import Struct

from readiness.libraries.failures.logging import record_of
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import Function

STEPS = 3
"""Calls deep that a helper is followed to the log call or `raise` in it."""
DOES_NOT_RETURN = frozenset(
    {"typing.NoReturn", "typing.Never", "typing_extensions.NoReturn", "typing_extensions.Never"}
)
ABORTS = frozenset(
    {"sys.exit", "os._exit", "os.abort", "flask.abort", "werkzeug.exceptions.abort", "pytest.fail", "quit", "exit"}
)


class Outcome(Struct, frozen=True):
    """What a call does with a failure."""

    logs: bool = False
    grave: bool = False
    """It logs at error level or above, or tells an error tracker."""
    keeps: bool = False
    """The traceback goes into the record."""
    raises: bool = False

    def __or__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.logs or other.logs,
            self.grave or other.grave,
            self.keeps or other.keeps,
            self.raises or other.raises,
        )


NOTHING = Outcome()


class Visibility:
    """Answers for the calls of one project; remembers its functions."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[str, Outcome] = {}

    def call(self, path: str, index: int, steps: int = STEPS) -> Outcome:
        """What one call does with a failure."""
        record = record_of(self.project, path, index)
        if record is not None:
            return Outcome(logs=True, grave=record.grave, keeps=record.traceback)
        symbol = self.project.callee(path, index)
        if symbol.kind in (SymbolKind.EXTERNAL, SymbolKind.BUILTIN):
            return Outcome(raises=symbol.name in ABORTS or symbol.name.rpartition(".")[2] == "abort")
        return self.function(symbol, steps) if symbol.kind is SymbolKind.FUNCTION and steps else NOTHING

    def function(self, symbol: Symbol, steps: int = STEPS) -> Outcome:
        """What a project function does, and whether it never returns or can raise on purpose."""
        if symbol.name in self._known:
            return self._known[symbol.name]
        self._known[symbol.name] = NOTHING
        summary = self.project.summary(symbol.path)
        definition = summary.definitions[symbol.index] if summary is not None and symbol.index >= 0 else None
        if summary is None or not isinstance(definition, Function) or definition.generator:
            return NOTHING
        raises = any(each.scope == symbol.index for each in summary.raises)
        if definition.returns is not None:
            annotated = self.project.resolve_value(symbol.path, definition.returns, definition.scope, definition.line)
            raises = raises or annotated.name in DOES_NOT_RETURN
        found = Outcome(raises=raises)
        caught = [(each.line, each.end_line) for each in summary.handlers if each.scope == symbol.index]
        for index in self.project.calls_in(symbol):
            line = summary.calls[index].line
            if not any(first <= line <= last for first, last in caught):
                # What it records in a clause of its own is its own failure, not the one of whoever calls it.
                found |= self.call(symbol.path, index, steps - 1)
        self._known[symbol.name] = found
        return found
