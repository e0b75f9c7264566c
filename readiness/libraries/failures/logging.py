"""A call in, what it records of a failure out: loggers, error trackers, tracing, warnings; level and traceback.

`print` and `traceback.print_exc` are no logging: nothing files, filters or alerts on them.
"""

from msgspec import Struct

from readiness.libraries.values.expressions import inside, keyword, receiver, tail
from readiness.model import UNKNOWN, Project, Resolution, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Name, Value

PACKAGES = frozenset(
    {"logging", "structlog", "loguru", "logfire", "logbook", "picologging", "eliot", "absl", "aws_lambda_powertools"}
)
"""Packages whose objects log."""
MAKERS = frozenset(
    {
        "celery.utils.log.get_task_logger",
        "celery.utils.log.get_logger",
        "multiprocessing.get_logger",
        "multiprocessing.log_to_stderr",
        "prefect.get_run_logger",
        "twisted.logger.Logger",
    }
)
"""Functions of other packages that give a logger."""
METHODS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log", "trace", "success", "msg"}
)
METHODS_ASYNC = frozenset({f"a{name}" for name in METHODS})
"""structlog's asynchronous spellings (structlog 22.2)."""
GRAVE = frozenset({"error", "critical", "exception"})
"""Levels of a record that says: this should not have happened."""
LEVELS = {"warn": "warning", "fatal": "critical", "success": "info", "msg": "info", "trace": "debug"}
TRACKERS = frozenset(
    {
        "sentry_sdk.capture_exception",
        "sentry_sdk.capture_message",
        "sentry_sdk.capture_event",
        "rollbar.report_exc_info",
        "rollbar.report_message",
        "bugsnag.notify",
        "newrelic.agent.notice_error",
        "newrelic.agent.record_exception",
        "elasticapm.capture_exception",
        "honeybadger.honeybadger.notify",
        "airbrake.notify",
    }
)
"""Calls that send an error to a tracker."""
TRACKER_METHODS = frozenset(
    {"capture_exception", "captureException", "capture_message", "record_exception", "notice_error"}
)
"""The same as methods of a client or a span, by their telling names."""
MESSAGES_ONLY = frozenset({"capture_message", "capture_event", "report_message"})
"""Trackers' calls that send a text and no exception."""
WARNINGS = frozenset({"warnings.warn", "warnings.warn_explicit"})
LOGGER_NAMES = frozenset({"log", "logger", "logging", "structlog", "loguru", "logfire"})
FORMATTERS = frozenset(
    {
        "traceback.format_exc",
        "traceback.format_exception",
        "traceback.format_tb",
        "traceback.format_list",
        "traceback.TracebackException",
        "traceback.TracebackException.from_exception",
        "sys.exc_info",
    }
)
"""Functions that give the traceback as text, or the parts of one."""
FORMATTER_STEPS = 2
"""Functions of the project that are followed to one of those."""
KEEPING = ("exc_info", "_exc_info", "exception", "exc")
"""Keywords that hand the exception to a logger: stdlib and structlog, logfire, loguru's `opt`, structlog's own renderers."""


class Record(Struct, frozen=True):
    """What one call records."""

    resolution: Resolution
    level: str
    """`error`, `warning`, ...; `exception` for the methods of that name, `tracker` for an error tracker, `log` where unknown."""
    traceback: bool
    """The traceback goes with it, or may: what is handed over as `exc_info` could not be computed."""

    @property
    def grave(self) -> bool:
        """It says that something happened that should not have."""
        return self.level in GRAVE or self.level == "tracker"


def log_call(project: Project, path: str, index: int) -> Resolution | None:
    """How surely a call logs or reports an error; None where it does neither.

    A name that merely looks like a logger, whose origin cannot be followed, counts as inferred.
    """
    summary = project.summary(path)
    if summary is None:
        return None
    call = summary.calls[index]
    method = tail(call.callee)
    if method not in METHODS and method not in METHODS_ASYNC and method not in TRACKER_METHODS:
        return None if not _tracker(project.callee(path, index)) else Resolution.EXACT
    symbol = project.callee(path, index)
    if symbol.kind is SymbolKind.EXTERNAL:
        return Resolution.EXACT if _external_logs(symbol.name, method) else None
    if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.CLASS, SymbolKind.BUILTIN):
        return None
    if method in TRACKER_METHODS:
        return Resolution.INFERRED
    origin = receiver(call.callee)
    if origin is None:
        return None
    creation = project.creation(path, origin, call.scope, call.line)
    if creation is not None and creation.maker.kind is SymbolKind.EXTERNAL:
        if creation.maker.name.partition(".")[0] in PACKAGES or creation.maker.name in MAKERS:
            return Resolution.EXACT
        return Resolution.INFERRED if _names_logger(origin) else None
    return Resolution.INFERRED if _names_logger(origin) or _chained(project, path, origin) else None


def record_of(project: Project, path: str, index: int) -> Record | None:
    """What a call records of a failure; None where it records nothing."""
    resolution = log_call(project, path, index)
    summary = project.summary(path)
    if resolution is None or summary is None:
        return None
    call = summary.calls[index]
    symbol = project.callee(path, index)
    name = symbol.name.rpartition(".")[2] if symbol.kind is SymbolKind.EXTERNAL else tail(call.callee)
    if symbol.name in WARNINGS:
        return Record(resolution, "warning", shows_traceback(project, path, call))
    if _tracker(symbol) or name in TRACKER_METHODS:
        return Record(resolution, "tracker", name not in MESSAGES_ONLY or shows_traceback(project, path, call))
    method = name.removeprefix("a") if name in METHODS_ASYNC else name
    level = _level(call) if method == "log" else LEVELS.get(method, method)
    return Record(resolution, level, _keeps(project, path, call, method))


def shows_traceback(project: Project, path: str, call: Call) -> bool:
    """The traceback, as text, stands in the arguments of a call."""
    summary = project.summary(path)
    if summary is None:
        return False
    for value in (*call.arguments, *(each for _, each in call.keywords)):
        for part in inside(summary, value):
            if isinstance(part, CallRef) and is_formatter(project, project.callee(path, part.index)):
                return True
            if isinstance(part, Name) and "." not in part.dotted and _bound_to_traceback(project, path, call, part):
                return True
    return False


def is_formatter(project: Project, symbol: Symbol, steps: int = FORMATTER_STEPS) -> bool:
    """It is a function that gives the traceback as text, or one of the project's own that returns what such a one gives."""
    if symbol.kind is not SymbolKind.FUNCTION or symbol.index < 0:
        return symbol.kind is SymbolKind.EXTERNAL and symbol.name in FORMATTERS
    summary = project.summary(symbol.path)
    return (
        summary is not None
        and steps > 0
        and any(
            isinstance(part, CallRef) and is_formatter(project, project.callee(symbol.path, part.index), steps - 1)
            for each in summary.returns
            if each.scope == symbol.index and not each.yields
            for part in inside(summary, each.value)
        )
    )


def _bound_to_traceback(project: Project, path: str, call: Call, name: Name) -> bool:
    summary = project.summary(path)
    return summary is not None and any(
        isinstance(part, CallRef) and is_formatter(project, project.callee(path, part.index))
        for each in project.assigned_in(path, call.scope)
        if each.target == name.dotted and each.line <= call.line
        for part in inside(summary, each.value)
    )


def _keeps(project: Project, path: str, call: Call, method: str) -> bool:
    """The logger is given the exception: by the method's own meaning, by a keyword, or as text."""
    given = next((value for name in KEEPING if (value := keyword(call, name)) is not None), None)
    if given is None:
        given = _option(project, path, call)
    if given is not None:
        known = project.constant(path, given, call.scope, call.line)
        return known is UNKNOWN or bool(known)
    return method == "exception" or shows_traceback(project, path, call)


def _option(project: Project, path: str, call: Call) -> Value | None:
    """What `exception=` is in loguru's `logger.opt(exception=...).error(...)` (loguru 0.7)."""
    origin = receiver(call.callee)
    summary = project.summary(path)
    if summary is None or not isinstance(origin, CallRef):
        return None
    made = summary.calls[origin.index]
    return keyword(made, "exception") if tail(made.callee) == "opt" else None


def _level(call: Call) -> str:
    """The level that is given to `logger.log(logging.ERROR, ...)`."""
    first = call.arguments[0] if call.arguments else keyword(call, "level")
    if isinstance(first, Constant):
        numbers = {50: "critical", 40: "error", 30: "warning", 20: "info", 10: "debug"}
        if isinstance(first.value, int):
            return numbers.get(first.value, "log")
        return str(first.value).lower() if str(first.value).lower() in METHODS else "log"
    name = tail(first).lower() if first is not None else ""
    return LEVELS.get(name, name) if name in METHODS else "log"


def _chained(project: Project, path: str, origin: Value) -> bool:
    """A logger that was given more to say: `logger.bind(order=1)`, `self.log.opt(exception=True)`."""
    summary = project.summary(path)
    if summary is None or not isinstance(origin, CallRef):
        return False
    made = summary.calls[origin.index].callee
    if tail(made) not in ("bind", "opt", "new", "patch", "getChild", "unbind", "try_unbind", "contextualize"):
        return False
    before = receiver(made)
    return before is not None and _names_logger(before)


def _tracker(symbol: Symbol) -> bool:
    return symbol.kind is SymbolKind.EXTERNAL and (symbol.name in TRACKERS or symbol.name in WARNINGS)


def _external_logs(name: str, method: str) -> bool:
    if name in TRACKERS or name in WARNINGS or method in TRACKER_METHODS:
        return True
    names = name.split(".")
    # `flask.current_app.logger.error`, `celery.utils.log.base_logger.info`
    return names[0] in PACKAGES or any(_is_logger_name(each) for each in names[1:-1])


def _names_logger(value: Value) -> bool:
    if isinstance(value, Name):
        return _is_logger_name(value.dotted.rpartition(".")[2])
    return _is_logger_name(tail(value))


def _is_logger_name(name: str) -> bool:
    plain = name.strip("_").lower()
    return plain in LOGGER_NAMES or plain.endswith(("logger", "_log"))
