"""Linked code and its exception handlers in, one `ErrorResponse` out for every answer that a failure leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from readiness.libraries.failures.answering import Answering
from readiness.libraries.failures.clauses import clause_of
from readiness.libraries.failures.effects import Effects
from readiness.libraries.failures.error_answers import answer_of
from readiness.libraries.failures.error_handlers import Registered, error_parameter, registered
from readiness.libraries.failures.leaks import EVENTS, Leaks, Sink, worst_of
from readiness.libraries.failures.logging import is_formatter
from readiness.libraries.failures.narrowing import Stretch, stretches
from readiness.libraries.failures.placing import Calls
from readiness.model import (
    ErrorResponse,
    ExceptionHandler,
    Library,
    Project,
    Resolution,
    Scope,
    Span,
    Symbol,
    SymbolKind,
)
from readiness.model.summary import Function, Handler, Name, Summary
from readiness.model.telling import tells

library = Library(__name__, stage="joined", provides=[ErrorResponse], aside=True)

MESSAGE_SWITCH = "ERROR_INCLUDE_MESSAGE"
ANY = frozenset({"Exception", "BaseException", "builtins.Exception", "builtins.BaseException", "500"})
DATABASE = (
    "sqlalchemy.exc.",
    "sqlalchemy.orm.exc.",
    "psycopg.",
    "psycopg2.",
    "asyncpg.",
    "pymysql.",
    "MySQLdb.",
    "sqlite3.",
    "django.db.",
    "oracledb.",
    "cx_Oracle.",
    "pyodbc.",
    "pymongo.errors.",
    "redis.exceptions.",
    "elasticsearch.",
    "clickhouse_driver.",
)
HARMLESS = frozenset({"NoResultFound", "MultipleResultsFound", "DoesNotExist", "ObjectDoesNotExist"})
"""Exceptions of those packages whose text says nothing of the inside."""
SYSTEM = frozenset(
    {
        "OSError",
        "IOError",
        "EnvironmentError",
        "PermissionError",
        "FileNotFoundError",
        "FileExistsError",
        "IsADirectoryError",
        "NotADirectoryError",
        "ImportError",
        "ModuleNotFoundError",
        "AttributeError",
        "NameError",
        "MemoryError",
        "RecursionError",
        "subprocess.CalledProcessError",
        "subprocess.SubprocessError",
        "subprocess.TimeoutExpired",
    }
)
NETWORK = (
    "requests.",
    "httpx.",
    "aiohttp.",
    "urllib3.",
    "urllib.error.",
    "socket.",
    "ssl.",
    "smtplib.",
    "ldap.",
    "ldap3.",
    "paramiko.",
    "botocore.",
    "boto3.",
    "kubernetes.",
    "docker.",
    "googleapiclient.",
)


@library.recognises
def responses(project: Project) -> Iterator[ErrorResponse]:
    """Every error response of service code."""
    handlers = registered(project)
    functions = [
        each.handler for each in handlers if each.handler is not None and each.handler.kind is SymbolKind.FUNCTION
    ]
    answering = Answering(project, ((each.path, each.index) for each in functions))
    reader = Reader(project, Leaks(project, answering), answering)
    known = {(each.span.path, each.span.line): each for each in project.each(ExceptionHandler)}
    seen: set[Span] = set()
    for path, _ in project.gathered(handles, Scope.SERVICE):
        summary = project.summary(path)
        for handler in summary.handlers if summary is not None else ():
            clause = known.get((path, handler.line))
            if summary is not None and clause is not None:
                yield from _new(reader.clause(path, summary, handler, clause), seen)
    for each in handlers:
        yield from _new(reader.registered(each), seen)
    if reader.leaks.cut:
        raise OverflowError(f"a function does more than {EVENTS} things with its failures; the rest was left out")


@tells
def handles(summary: Summary) -> bool:
    """A file has an `except`."""
    return bool(summary.handlers)


def _new(found: Iterator[ErrorResponse], seen: set[Span]) -> Iterator[ErrorResponse]:
    """One fact a place: a helper is reached from many clauses."""
    for each in found:
        if each.span not in seen:
            seen.add(each.span)
            yield each


class Reader:
    """Reads the error responses of one project."""

    def __init__(self, project: Project, leaks: Leaks, answering: Answering) -> None:
        self.project = project
        self.leaks = leaks
        self.answering = answering
        self.effects = Effects(project)
        self.calls = Calls()
        self._tries: dict[str, dict[tuple[int, int], list[Handler]]] = {}

    def clause(self, path: str, summary: Summary, handler: Handler, fact: ExceptionHandler) -> Iterator[ErrorResponse]:
        """The answers that one `except` clause leads to."""
        sinks: list[Sink] = []
        types = fact.types or ("BaseException",)
        calls = self.calls.between(path, summary, handler.scope, handler.line, handler.end_line)
        if handler.uses_name or any(is_formatter(self.project, self.project.callee(path, index)) for index in calls):
            errors = {handler.name: (handler.line, handler.end_line)} if handler.name else {}
            skip = self._passed_by(path, summary, handler)
            result = self.leaks.held(path, handler.scope, errors, handler.line, skip, handler.end_line)
            sinks.extend(result.sinks)
            if result.returned is not None:
                sinks.extend(self.leaks.callers(path, handler.scope, result.returned))
        narrowed = self._narrowed(path, handler) if sinks else []
        reported = False
        for sink in worst_of(sinks):
            mine = (
                [each for each in narrowed if each.first <= sink.span.line <= each.last]
                if (sink.path, sink.scope) == (path, handler.scope)
                else []
            )
            if any(each.debugging for each in mine):
                continue
            closer = tuple(name for each in mine for name in self._resolved(path, handler, each.types))
            family = self._family(path, summary, handler, closer or types, sink)
            reported = True
            yield self._fact(sink, closer or types, family, fact)
        if not reported:
            yield from self._plain(path, summary, handler, types, calls)

    def registered(self, each: Registered) -> Iterator[ErrorResponse]:
        """The answers of a function that the framework calls with the exception."""
        handler = each.handler
        summary = self.project.summary(handler.path) if handler is not None else None
        if handler is None or summary is None or handler.kind is not SymbolKind.FUNCTION:
            return
        name = error_parameter(self.project, handler)
        function = summary.definitions[handler.index]
        if not name or not isinstance(function, Function):
            return
        result = self.leaks.held(handler.path, handler.index, {name: (0, 0)}, function.line, ())
        narrowed = self._narrowed_function(handler.path, handler.index, name) if result.sinks else []
        reported = False
        for sink in worst_of(result.sinks):
            mine = [one for one in narrowed if one.first <= sink.span.line <= one.last and sink.path == handler.path]
            if any(one.debugging for one in mine):
                continue
            types = tuple(kind for one in mine for kind in one.types) or each.types
            family = _family(types)
            if each.server_error and each.framework in ("Flask", "Quart"):
                # Flask hands its own InternalServerError over, whose text is generic (Flask 3.1).
                family = "any" if "original_exception" in sink.exposure.what else "typed"
            reported = True
            yield self._fact(sink, types, "traceback" if sink.exposure.kind == "traceback" else family, None)
        if not reported and each.framework == "Flask-RESTX" and each.everything and self._adds_message():
            yield msgspec.structs.replace(
                self._plain_function(each, handler, summary), exposes=f"str({name})", family="any", added=True
            )
        elif not reported:
            yield self._plain_function(each, handler, summary)

    def _adds_message(self) -> bool:
        """Flask-RESTX puts the text of the exception beside what the handler answers (1.3.2), unless told not to."""
        for path in self.project.imports("flask_restx", "flask_restplus", "flask"):
            summary = self.project.summary(path)
            if summary is None:
                continue
            for each in summary.assignments:
                named = each.target.rpartition(".")[2] == MESSAGE_SWITCH
                if named and each.value is not None:
                    return self.project.constant(path, each.value, each.scope, each.line) is not False
            if MESSAGE_SWITCH in (self.project.text(path) or ""):
                # Set by another spelling, which is not followed.
                return False
        return True

    def _plain_function(self, each: Registered, handler: Symbol, summary: Summary) -> ErrorResponse:
        definition = summary.definitions[handler.index]
        return ErrorResponse(
            span=Span(handler.path, definition.line, definition.column),
            symbol=handler.name,
            scope=self.project.files[handler.path].scope,
            types=each.types,
            answer="return",
        )

    def _plain(
        self, path: str, summary: Summary, handler: Handler, types: tuple[str, ...], calls: Sequence[int]
    ) -> Iterator[ErrorResponse]:
        """The answer of a clause that shows nothing of the failure."""
        for index in calls:
            answer = answer_of(self.project, path, index)
            if answer is not None and answer.kind != "shown":
                yield ErrorResponse(
                    span=self.project.span(path, index),
                    symbol=self.project.symbol(path, handler.scope),
                    scope=self.project.files[path].scope,
                    types=types,
                    status=answer.status,
                    answer=answer.name,
                )
                return
        if not self.answering.is_handler(path, handler.scope):
            return
        for each in summary.returns:
            if each.scope == handler.scope and handler.line <= each.line <= handler.end_line and each.value is not None:
                yield ErrorResponse(
                    span=Span(path, each.line),
                    symbol=self.project.symbol(path, handler.scope),
                    scope=self.project.files[path].scope,
                    types=types,
                    answer="return",
                )
                return

    def _fact(self, sink: Sink, types: tuple[str, ...], family: str, clause: ExceptionHandler | None) -> ErrorResponse:
        elsewhere = clause is not None and (sink.path != clause.span.path or sink.span.line < clause.span.line)
        return ErrorResponse(
            span=sink.span,
            symbol=self.project.symbol(sink.path, sink.scope),
            scope=self.project.files[sink.path].scope,
            resolution=Resolution.EXACT if clause is None else clause.resolution,
            types=types,
            exposes=sink.exposure.what,
            family=family,
            status=sink.status,
            answer=sink.answer,
            caught=clause.span if clause is not None and elsewhere else None,
        )

    def _family(self, path: str, summary: Summary, handler: Handler, types: tuple[str, ...], sink: Sink) -> str:
        if sink.exposure.kind == "traceback":
            return "traceback"
        family = _family(types)
        if family != "any":
            return family
        guarded = self.calls.between(path, summary, handler.scope, handler.try_line, handler.try_end_line)
        effect, _ = self.effects.of(path, guarded)
        # Only conversions of the standard library were tried: the text says what is wrong with the input.
        return "typed" if guarded and not effect else "any"

    def _passed_by(self, path: str, summary: Summary, handler: Handler) -> list[range]:
        """Lines that do not run after a clause: the other clauses of its `try`, and all that follows where it ends by leaving."""
        if handler.body and handler.body[-1] in ("return", "raise"):
            return [range(handler.end_line + 1, summary.lines + 1)]
        if path not in self._tries:
            self._tries[path] = {}
            for each in summary.handlers:
                self._tries[path].setdefault((each.scope, each.try_line), []).append(each)
        others = self._tries[path].get((handler.scope, handler.try_line), ())
        behind = [each for each in others if each.line > handler.line]
        # One stretch for all of them: between the clauses of one `try` stands nothing else.
        return [range(behind[0].line, max(each.end_line for each in behind) + 1)] if behind else []

    def _narrowed(self, path: str, handler: Handler) -> list[Stretch]:
        clause = clause_of(self.project, path, handler)
        return stretches(clause.body, handler.name) if clause is not None else []

    def _narrowed_function(self, path: str, index: int, name: str) -> list[Stretch]:
        node = self.project.function(path, index)
        return stretches(node.body, name) if node is not None else []

    def _resolved(self, path: str, handler: Handler, types: Sequence[str]) -> tuple[str, ...]:
        found = []
        for each in types:
            symbol = self.project.resolve_value(path, Name(each), handler.scope, handler.line)
            found.append(symbol.name.removeprefix("builtins.") if symbol.kind is not SymbolKind.UNKNOWN else each)
        return tuple(found)


def _family(types: Sequence[str]) -> str:
    """The worst that the text of these exceptions can be."""
    if not types or not ANY.isdisjoint(types):
        return "any"
    inner = [each for each in types if each.rpartition(".")[2] not in HARMLESS]
    if any(each.startswith(DATABASE) for each in inner):
        return "database"
    if not SYSTEM.isdisjoint(inner):
        return "system"
    return "network" if any(each.startswith(NETWORK) for each in inner) else "typed"
