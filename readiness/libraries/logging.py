"""A call in, whether it records an error out: loggers, error trackers, tracing.

`print`, `warnings.warn` and `traceback.print_exc` are no logging: nothing files, filters or alerts on them.
"""

from readiness.libraries.expressions import receiver, tail
from readiness.model import Project, Resolution, Symbol, SymbolKind
from readiness.model.summary import Name, Value

PACKAGES = frozenset(
    {"logging", "structlog", "loguru", "logfire", "logbook", "picologging", "eliot", "absl", "aws_lambda_powertools"}
)
"""Packages whose objects log."""
METHODS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log", "trace", "success", "msg"}
)
METHODS_ASYNC = frozenset({f"a{name}" for name in METHODS})
"""structlog's asynchronous spellings (structlog 22.2)."""
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
LOGGER_NAMES = frozenset({"log", "logger", "logging", "structlog", "loguru", "logfire"})


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
        if creation.maker.name.partition(".")[0] in PACKAGES:
            return Resolution.EXACT
        return Resolution.INFERRED if _names_logger(origin) else None
    return Resolution.INFERRED if _names_logger(origin) else None


def _tracker(symbol: Symbol) -> bool:
    return symbol.kind is SymbolKind.EXTERNAL and symbol.name in TRACKERS


def _external_logs(name: str, method: str) -> bool:
    if name in TRACKERS or method in TRACKER_METHODS:
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
