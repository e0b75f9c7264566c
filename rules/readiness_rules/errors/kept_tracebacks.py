"""Exception handlers in, whether what they record of a failure says where it came from out."""

from collections.abc import Iterator

from readiness.model import Confidence, ExceptionHandler, Finding, Project, Rule, Scope, Severity

rule = Rule(
    __name__,
    summary="Whoever records or re-raises a failure keeps its traceback.",
    phrase="broad handlers keep the traceback",
    severity=Severity.MINOR,
    needs=[ExceptionHandler],
    references=[
        "https://docs.python.org/3/library/logging.html#logging.Logger.exception",
        "https://peps.python.org/pep-3134/",
    ],
    peers=["TRY400", "B904", "G201", "W0707"],
)

KEPT = {
    "kept": "the record carries the traceback",
    "raised again": "the exception travels on with its traceback",
    "expected": "an expected failure: it is logged, but not as an error",
    "answered": "the client is told what it did wrong",
    "handed on": "a helper raises in its place",
}


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every clause that catches everything and records, raises or answers is a site."""
    for handler in project.each(ExceptionHandler):
        if not handler.broad or not handler.trace:
            continue
        if handler.trace == "printed" and (handler.scope is not Scope.SERVICE or handler.program):
            # What a program for the command line prints is what its user reads.
            continue
        if handler.trace == "cut" and handler.comment:
            yield rule.passes(handler, "the traceback is dropped on purpose, and a comment says why")
        elif handler.trace in KEPT:
            yield rule.passes(handler, KEPT[handler.trace])
        else:
            yield rule.fails(
                handler,
                _message(handler),
                severity=Severity.MINOR if handler.scope is Scope.SERVICE else Severity.INFO,
                confidence=Confidence.MEDIUM if handler.trace == "raised without cause" else Confidence.HIGH,
                span=handler.trace_at,
            )


def _message(handler: ExceptionHandler) -> str:
    call = handler.trace_call
    match handler.trace:
        case "logged without":
            return f"`{call}` says that something failed, not where; use `.exception(...)` or pass `exc_info=True`"
        case "printed":
            return (
                f"`{call}` writes to the console, where nothing files or filters it; use a logger's `.exception(...)`"
            )
        case "cut":
            return (
                f"`raise {call} from None` drops the traceback of whatever failed; write `from error`, or log it before"
            )
        case "unlogged answer":
            return (
                f"`{call}` answers a server error and nothing logs the cause; call a logger's `.exception(...)` before"
            )
    return f'`raise {call}` hides what caused it behind "during handling"; write `raise ... from error`'
