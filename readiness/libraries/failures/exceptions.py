"""Linked code in, one `ExceptionHandler` out for every place where a failure can end: `except` clauses, `contextlib.suppress`,
jumps in a `finally`, and `asyncio.gather(..., return_exceptions=True)` whose results nobody takes.
"""

from collections.abc import Iterator, Sequence

from readiness.libraries.failures.effects import Effects
from readiness.libraries.failures.fallbacks import fallback_of, signal_of
from readiness.libraries.failures.placing import Calls
from readiness.libraries.failures.silence import purpose_of, reason_in
from readiness.libraries.failures.traces import Trace, Traces
from readiness.libraries.failures.visibility import Outcome, Visibility
from readiness.libraries.values.expressions import callee_text, inside, keyword, receiver, tail
from readiness.libraries.values.surroundings import Surroundings
from readiness.model import ExceptionHandler, Library, Project, Resolution, Scope, Span, Symbol, SymbolKind
from readiness.model.summary import (
    CallRef,
    Constant,
    Context,
    Function,
    Handler,
    Name,
    Operation,
    Summary,
    Value,
)
from readiness.model.summary import (
    Sequence as Display,
)
from readiness.model.telling import tells

library = Library(__name__, stage="code", provides=[ExceptionHandler], aside=True)

SCOPES = (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION)
BROAD = frozenset({"Exception", "BaseException"})
CANCELLED = frozenset({"asyncio.CancelledError", "asyncio.exceptions.CancelledError", "BaseException"})
QUIET = frozenset({"pass", "continue", "break", "constant", "return"})
COMMAND_LINES = frozenset({"argparse", "optparse", "getopt", "docopt", "fire", "plac", "cliff", "oslo_config"})
"""Modules that read a command line."""
TYPE_STEPS = 4
"""Aliases and constant tuples that are followed for one exception type."""
GUARD_LENGTH = 60


@library.recognises
def handlers(project: Project) -> Iterator[ExceptionHandler]:
    """Every handler of service code, scripts and migrations."""
    yield from project.parts([path for path, _ in project.gathered(may_handle, *SCOPES)], handlers_of)


def handlers_of(project: Project, path: str) -> Iterator[ExceptionHandler]:
    """Those of one file."""
    summary = project.summary(path)
    if summary is not None:
        yield from Reader(project).file(path, summary)


@tells
def may_handle(summary: Summary) -> bool:
    """A file has an `except`, or a call that may stand for one."""
    item, discarded = int(Context.WITH_ITEM), int(Context.DISCARDED)
    return bool(
        summary.handlers
        or summary.finally_exits
        or any(
            call.context & item
            or (call.context & discarded and call.keywords and keyword(call, "return_exceptions") is not None)
            for call in summary.calls
        )
    )


class Reader:
    """Reads the handlers of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.surroundings = Surroundings(project)
        self.calls = Calls()
        self.visibility = Visibility(project)
        self.effects = Effects(project)
        self.traces = Traces(project, self.visibility)

    def file(self, path: str, summary: Summary) -> Iterator[ExceptionHandler]:
        """All handlers of one file."""
        for handler in summary.handlers:
            yield self._clause(path, summary, handler)
        for index, call in enumerate(summary.calls):
            if call.context & Context.WITH_ITEM and self._external(path, index) == "contextlib.suppress":
                yield self._suppress(path, summary, index)
            elif (
                call.context & Context.DISCARDED
                and keyword(call, "return_exceptions") is not None
                and (tail(call.callee) == "gather" or self._external(path, index) == "asyncio.gather")
            ):
                found = self._gather(path, summary, index)
                if found is not None:
                    yield found
        for line in summary.finally_exits:
            yield self._finally(path, summary, line)

    def _clause(self, path: str, summary: Summary, handler: Handler) -> ExceptionHandler:
        project = self.project
        types, exact = self._types(path, summary, handler.types, handler.scope, handler.line)
        broad = not handler.types or not BROAD.isdisjoint(types)
        inside_it = self.calls.between(path, summary, handler.scope, handler.line, handler.end_line)
        outcome = Outcome(raises=handler.raises)
        for index in inside_it:
            outcome |= self.visibility.call(path, index)
        guarded = self.calls.between(path, summary, handler.scope, handler.try_line, handler.try_end_line)
        function = function_at(summary, handler.scope)
        lines = (handler.try_line, handler.try_end_line)
        silent = broad and not (outcome.logs or outcome.raises or handler.uses_name)
        default = fallback_of(project, path, summary, handler, inside_it) if silent else ""
        quiet = is_quiet(summary, handler)
        effect, cause = self.effects.of(path, guarded) if default or (silent and quiet) else ("", -1)
        trace = self.traces.of(path, summary, handler, inside_it) if broad else Trace()
        return ExceptionHandler(
            span=Span(path, handler.line, handler.column),
            symbol=project.symbol(path, handler.scope),
            scope=project.files[path].scope,
            resolution=Resolution.EXACT if exact else Resolution.UNRESOLVED,
            types=types,
            broad=broad,
            quiet=quiet,
            logs=outcome.logs,
            raises=outcome.raises,
            uses=handler.uses_name,
            kind="except*" if handler.starred else "except",
            purpose=purpose_of(project, path, summary, function, lines, guarded) if broad else "",
            comment=reason_in(handler.comment),
            guards=guard_text(summary, [cause] if cause >= 0 else guarded),
            where=self.surroundings.of(path, handler.scope, guarded) if broad else "",
            cancels=self._cancels(summary, handler, types, outcome.raises, function, guarded),
            default=default,
            reaches=effect,
            signal=signal_of(project, path, summary, handler, effect, guarded) if default else "",
            trace=trace.kind,
            trace_at=trace.span,
            trace_call=trace.call,
            program=trace.kind == "printed" and self._is_program(path, summary, handler.scope),
        )

    def _suppress(self, path: str, summary: Summary, index: int) -> ExceptionHandler:
        project = self.project
        call = summary.calls[index]
        types, exact = self._types(path, summary, call.arguments, call.scope, call.line)
        guarded = [each for each, other in enumerate(summary.calls) if index in other.within]
        last = max((summary.calls[each].end_line for each in guarded), default=call.end_line)
        broad = not BROAD.isdisjoint(types)
        function = function_at(summary, call.scope)
        return ExceptionHandler(
            span=project.span(path, index),
            symbol=project.symbol(path, call.scope),
            scope=project.files[path].scope,
            resolution=Resolution.EXACT if exact else Resolution.UNRESOLVED,
            types=types,
            broad=broad,
            quiet=True,
            kind="suppress",
            purpose=purpose_of(project, path, summary, function, (call.line, last), guarded) if broad else "",
            comment=self._comment(path, call.line, last),
            guards=guard_text(summary, guarded),
            where=self.surroundings.of(path, call.scope, guarded) if broad else "",
        )

    def _gather(self, path: str, summary: Summary, index: int) -> ExceptionHandler | None:
        project = self.project
        call = summary.calls[index]
        asked = keyword(call, "return_exceptions")
        if asked is None or project.constant(path, asked, call.scope, call.line) is not True:
            return None
        inner = [
            each.index for argument in call.arguments for each in inside(summary, argument) if isinstance(each, CallRef)
        ]
        function = function_at(summary, call.scope)
        cancelled = any(
            tail(other.callee) == "cancel" and other.scope == call.scope and other.line <= call.line
            for other in summary.calls
        )
        purpose = (
            "cleanup" if cancelled else purpose_of(project, path, summary, function, (call.line, call.line), inner)
        )
        return ExceptionHandler(
            span=project.span(path, index),
            symbol=project.symbol(path, call.scope),
            scope=project.files[path].scope,
            resolution=Resolution.EXACT if self._external(path, index) else Resolution.INFERRED,
            types=("BaseException",),
            broad=True,
            quiet=True,
            kind="gather",
            purpose=purpose,
            comment=self._comment(path, call.line, call.end_line),
            guards=callee_text(summary, call),
            where=self.surroundings.of(path, call.scope, inner),
        )

    def _finally(self, path: str, summary: Summary, line: int) -> ExceptionHandler:
        project = self.project
        scope = scope_at(summary, line)
        return ExceptionHandler(
            span=Span(path, line),
            symbol=project.symbol(path, scope),
            scope=project.files[path].scope,
            types=(),
            broad=True,
            quiet=True,
            kind="finally",
            comment=self._comment(path, line, line),
            where=self.surroundings.of(path, scope, ()),
        )

    def _types(
        self, path: str, summary: Summary, values: Sequence[Value], scope: int, line: int
    ) -> tuple[tuple[str, ...], bool]:
        """Canonical names of the exception types, and whether all of them could be resolved."""
        names: list[str] = []
        exact = True
        for value in values:
            for name, known in self._type_names(path, summary, value, scope, line, TYPE_STEPS):
                names.append(name)
                exact = exact and known
        return tuple(dict.fromkeys(names)), exact

    def _type_names(
        self, path: str, summary: Summary, value: Value, scope: int, line: int, steps: int
    ) -> Iterator[tuple[str, bool]]:
        items: Sequence[Value] = ()
        match value:
            case Display():
                items = value.items
            case Operation(operator="+"):
                items = value.operands
        if items:
            for item in items:
                yield from self._type_names(path, summary, item, scope, line, steps)
            return
        symbol = self.project.resolve_value(path, value, scope, line)
        if symbol.kind is SymbolKind.VARIABLE and steps and not symbol.rest:
            yield from self._bound_types(symbol, steps)
            return
        yield canonical(symbol) or callee_name(value), symbol.kind is not SymbolKind.UNKNOWN

    def _bound_types(self, symbol: Symbol, steps: int) -> Iterator[tuple[str, bool]]:
        other = self.project.summary(symbol.path)
        assignment = other.assignments[symbol.index] if other is not None and symbol.index >= 0 else None
        if other is None or assignment is None or assignment.value is None or assignment.operator != "=":
            yield symbol.name, False
            return
        # One line earlier, so that `E = (E, X)` does not find itself.
        yield from self._type_names(symbol.path, other, assignment.value, assignment.scope, assignment.line, steps - 1)

    def _is_program(self, path: str, summary: Summary, scope: int) -> bool:
        """The function belongs to a program for the command line: its own file, or the file of a caller, can be run."""
        if summary.main_line or scope < 0 or _reads_commands(summary):
            return True
        symbol = Symbol(SymbolKind.FUNCTION, self.project.symbol(path, scope), path, scope)
        callers = {other for other, _ in self.project.callers(symbol)}
        return any(
            (there := self.project.summary(other)) is not None and (there.main_line or _reads_commands(there))
            for other in callers
        )

    def _cancels(
        self,
        summary: Summary,
        handler: Handler,
        types: tuple[str, ...],
        raises: bool,
        function: Function | None,
        guarded: Sequence[int],
    ) -> bool:
        """A cancellation that arrives at an `await` in the `try` ends here. `except CancelledError` alone is on purpose."""
        if raises or function is None or not function.asynchronous:
            return False
        if handler.types and not (len(types) > 1 and not CANCELLED.isdisjoint(types)) and "BaseException" not in types:
            return False
        calls = [summary.calls[each] for each in guarded]
        if any(tail(call.callee) == "cancel" for call in calls):
            return False
        # An earlier clause of the same `try` may let cancellations through.
        earlier = (
            other for other in summary.handlers if other.try_line == handler.try_line and other.line < handler.line
        )
        if any(tail(value) == "CancelledError" and other.raises for other in earlier for value in other.types):
            return False
        return any(call.context & Context.AWAITED for call in calls)

    def _external(self, path: str, index: int) -> str:
        symbol = self.project.callee(path, index)
        return symbol.name if symbol.kind is SymbolKind.EXTERNAL else ""

    def _comment(self, path: str, first: int, last: int) -> str:
        """A reason written on these lines or on the line before them."""
        text = self.project.text(path)
        if text is None:
            return ""
        for line in text.split("\n")[max(first - 2, 0) : last]:
            code, mark, comment = line.partition("#")
            # A comment behind the code of the line before speaks about that line.
            if mark and (reason := reason_in(comment)) and code.count('"') % 2 == 0 and code.count("'") % 2 == 0:
                return reason
        return ""


def is_quiet(summary: Summary, handler: Handler) -> bool:
    """The clause does nothing but pass, jump, or return a constant None."""
    if not handler.body or not QUIET.issuperset(handler.body):
        return False
    return all(
        each.value is None or each.value == Constant(None)
        for each in summary.returns
        if each.scope == handler.scope and handler.line <= each.line <= handler.end_line
    )


def function_at(summary: Summary, scope: int) -> Function | None:
    """The function of a scope, None for a class or the module."""
    definition = summary.definitions[scope] if scope >= 0 else None
    return definition if isinstance(definition, Function) else None


def scope_at(summary: Summary, line: int) -> int:
    """The innermost definition around a line, -1 for the module."""
    around = [
        (each.first_line, index)
        for index, each in enumerate(summary.definitions)
        if each.first_line <= line <= each.end_line
    ]
    return max(around)[1] if around else -1


def guard_text(summary: Summary, guarded: Sequence[int]) -> str:
    """The last guarded call that is not part of another one, as code: `session.commit()`."""
    outer = [index for index in guarded if not isinstance(receiver(summary.calls[index].callee), CallRef)] or list(
        guarded
    )
    if not outer:
        return ""
    text = f"{callee_text(summary, summary.calls[outer[-1]])}()"
    return text if len(text) <= GUARD_LENGTH else text[: GUARD_LENGTH - 3] + "..."


def canonical(symbol: Symbol) -> str:
    """One name for an exception type: `Exception`, `asyncio.CancelledError`, `app.errors::NotFound`."""
    if symbol.kind is SymbolKind.UNKNOWN:
        return ""
    return symbol.name.removeprefix("builtins.")


def callee_name(value: Value) -> str:
    """The name as written, for a type that could not be resolved."""
    return value.dotted if isinstance(value, Name) else tail(value)


def _reads_commands(summary: Summary) -> bool:
    """An entry point of a package's own: `main()` in a file that reads a command line."""
    return any(each.scope < 0 and each.name == "main" for each in summary.definitions) and any(
        each.module.partition(".")[0] in COMMAND_LINES for each in summary.imports if not each.level
    )
