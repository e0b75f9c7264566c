"""A clause that catches everything in, what becomes of the traceback in it out.

The traceback is kept where it goes into a record or travels on with an exception; Python chains an exception that is raised
without `from` by itself, but as an accident ("during handling of"), and an answer such as `HTTPException` is never
logged by its framework, chained or not.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from msgspec import Struct

from readiness.libraries.failures.clauses import clause_of, statements
from readiness.libraries.failures.error_answers import answer_of, raises_answer
from readiness.libraries.failures.log_processors import Processors
from readiness.libraries.failures.logging import is_formatter, shows_traceback
from readiness.libraries.failures.visibility import Visibility
from readiness.libraries.values.expressions import callee_text, tail, written
from readiness.model import Project, Span, SymbolKind
from readiness.model.summary import CallRef, Constant, Handler, Name, Raise, Summary
from readiness.model.summary import Sequence as Display

PRINTERS = frozenset({"traceback.print_exc", "traceback.print_exception", "traceback.print_tb", "sys.excepthook"})
SERVER_ERROR = 500


class Trace(Struct, frozen=True):
    """What one clause does with the traceback."""

    kind: str = ""
    """See `ExceptionHandler.trace`."""
    span: Span | None = None
    """The call or `raise` that it is about."""
    call: str = ""
    """What is called or raised there: `logger.error`, `ServiceError`."""


class Traces:
    """Reads the clauses of one project."""

    def __init__(self, project: Project, visibility: Visibility) -> None:
        self.project = project
        self.visibility = visibility
        self.processors = Processors(project)

    def of(self, path: str, summary: Summary, handler: Handler, calls: Sequence[int]) -> Trace:
        """What the clause does; `calls` are the indices of the calls in it."""
        outcomes = [(index, self.visibility.call(path, index)) for index in calls]
        keeping = next(
            (
                index
                for index, outcome in outcomes
                if outcome.keeps or is_formatter(self.project, self.project.callee(path, index))
            ),
            None,
        )
        if keeping is not None:
            return self._at(path, summary, "kept", keeping)
        grave = next((index for index, outcome in outcomes if outcome.grave), None)
        raised = self._raised(path, summary, handler)
        if raised is not None and raised.kind not in ANSWERS:
            # A chained exception carries the traceback on to where it is logged; an answer is logged nowhere.
            return raised
        if grave is not None:
            kind = "kept" if self.processors.complete(path, grave) else "logged without"
            return self._at(path, summary, kind, grave)
        if any(outcome.logs for _, outcome in outcomes):
            return Trace("expected")
        if raised is not None:
            return raised
        failing = self._failing(path, summary, handler, calls)
        if failing is not None:
            return failing
        if any(outcome.raises for _, outcome in outcomes):
            return Trace("handed on")
        printed = next((index for index in calls if self._prints(path, index)), None)
        return self._at(path, summary, "printed", printed) if printed is not None else Trace()

    def _raised(self, path: str, summary: Summary, handler: Handler) -> Trace | None:
        """What the worst `raise` of the clause does; None where it has none."""
        mine = [
            each
            for each in summary.raises
            if each.scope == handler.scope and handler.line <= each.line <= handler.end_line
        ]
        if not mine:
            return None
        clause: ast.ExceptHandler | None = None
        worst: Trace | None = None
        for each in mine:
            if each.value is None or each.value == Name(handler.name):
                found = Trace("raised again")
            else:
                clause = clause or clause_of(self.project, path, handler)
                found = self._new(path, summary, handler, each, clause)
            if worst is None or RANK.index(found.kind) < RANK.index(worst.kind):
                worst = found
        return worst

    def _new(
        self, path: str, summary: Summary, handler: Handler, each: Raise, clause: ast.ExceptHandler | None
    ) -> Trace:
        span = Span(path, each.line)
        name = self._name(summary, each)
        if self._exits(path, summary, handler, each):
            return Trace("raised again")
        status = self._status(path, summary, handler, each)
        if status is not None:
            return Trace("unlogged answer" if status >= SERVER_ERROR else "answered", span, name)
        if isinstance(each.value, CallRef) and shows_traceback(self.project, path, summary.calls[each.value.index]):
            return Trace("raised again")
        if isinstance(each.value, Name) and each.value.dotted != handler.name:
            symbol = self.project.resolve_value(path, each.value, handler.scope, each.line)
            if symbol.kind is SymbolKind.VARIABLE:
                # An exception that was made or kept earlier.
                return Trace("raised again")
        node = next(
            (
                found
                for found in (statements(clause) if clause is not None else ())
                if isinstance(found, ast.Raise) and found.lineno == each.line
            ),
            None,
        )
        if node is None or node.cause is None:
            return Trace("raised without cause" if node is not None else "raised again", span, name)
        if isinstance(node.cause, ast.Constant) and node.cause.value is None:
            return Trace("cut", span, name)
        return Trace("raised again")

    def _exits(self, path: str, summary: Summary, handler: Handler, each: Raise) -> bool:
        """The program ends here with a message."""
        if isinstance(each.value, CallRef):
            symbol = self.project.callee(path, each.value.index)
        elif each.value is not None:
            symbol = self.project.resolve_value(path, each.value, handler.scope, each.line)
        else:
            return False
        return symbol.name in EXITS or (symbol.kind is SymbolKind.EXTERNAL and symbol.name.startswith("click."))

    def _status(self, path: str, summary: Summary, handler: Handler, each: Raise) -> int | None:
        """The status of the answer that is raised; None where it is no answer, 0 where its status is not known."""
        if isinstance(each.value, CallRef):
            answer = answer_of(self.project, path, each.value.index)
            return answer.status if answer is not None else None
        if each.value is None:
            return None
        symbol = self.project.resolve_value(path, each.value, handler.scope, each.line)
        return 0 if raises_answer(self.project, symbol) else None

    def _failing(self, path: str, summary: Summary, handler: Handler, calls: Sequence[int]) -> Trace | None:
        """An answer of 500 and above that the clause returns, or an abort, with nothing recorded."""
        found: Trace | None = None
        for each in summary.returns:
            if each.scope != handler.scope or not handler.line <= each.line <= handler.end_line:
                continue
            match each.value:
                case Display(kind="tuple", items=(first, Constant(value=int() as status), *_)) if (
                    SERVER_ERROR <= status < SERVER_ERROR + 100 and not isinstance(status, bool)
                ):
                    name = tail(summary.calls[first.index].callee) if isinstance(first, CallRef) else "return"
                    return Trace("unlogged answer", Span(path, each.line), name)
        for index in calls:
            answer = answer_of(self.project, path, index)
            if answer is None or answer.kind == "shown":
                continue
            if answer.status >= SERVER_ERROR:
                return self._at(path, summary, "unlogged answer", index)
            found = found or Trace("answered", self.project.span(path, index), answer.name)
        return found

    def _prints(self, path: str, index: int) -> bool:
        symbol = self.project.callee(path, index)
        if symbol.kind is SymbolKind.BUILTIN:
            return symbol.name.rpartition(".")[2] == "print"
        return symbol.kind is SymbolKind.EXTERNAL and symbol.name in PRINTERS

    def _at(self, path: str, summary: Summary, kind: str, index: int) -> Trace:
        callee = summary.calls[index].callee
        name = callee.dotted if isinstance(callee, Name) else tail(callee)
        return Trace(kind, self.project.span(path, index), name)

    @staticmethod
    def _name(summary: Summary, each: Raise) -> str:
        if isinstance(each.value, CallRef):
            return callee_text(summary, summary.calls[each.value.index])
        return written(summary, each.value)


ANSWERS = frozenset({"answered", "unlogged answer"})
EXITS = frozenset(
    {
        "SystemExit",
        "builtins.SystemExit",
        "KeyboardInterrupt",
        "builtins.KeyboardInterrupt",
        "typer.Exit",
        "typer.Abort",
        "typer.BadParameter",
        "django.core.management.CommandError",
        "django.core.management.base.CommandError",
    }
)
"""Exceptions that end a program with a message."""
RANK = ("cut", "unlogged answer", "raised without cause", "answered", "raised again")
"""Kinds of a clause's `raise`, worst first."""
