"""Exception handlers in, whether a failure of any kind can vanish in them out."""

from collections.abc import Iterator

from readiness.model import Confidence, ExceptionHandler, Finding, Project, Rule, Scope, Severity

rule = Rule(
    __name__,
    summary="A handler that catches everything does something about what it catches.",
    phrase="broad handlers are not silent",
    severity=Severity.CRITICAL,
    needs=[ExceptionHandler],
    references=["https://cwe.mitre.org/data/definitions/390.html", "https://docs.python.org/3/tutorial/errors.html"],
    peers=["B110", "B112", "S110", "S112", "BLE001", "E722", "SIM105"],
)

PLACES = {"handler": "while answering a request", "task": "in a background task", "transaction": "around a transaction"}
KINDS = {
    "gather": "the failures that gather(return_exceptions=True) collects are thrown away; look at its results",
    "finally": "a jump in a `finally` drops the exception that is on its way; move it behind the block",
}


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every broad handler is a site; a narrow one is none."""
    for handler in project.each(ExceptionHandler):
        if handler.broad or handler.cancels:
            yield _judge(handler)


def _judge(handler: ExceptionHandler) -> Finding:
    if handler.purpose:
        return rule.passes(handler, f"silence is right here: {handler.purpose}")
    if handler.quiet:
        return rule.fails(handler, _message(handler), severity=_severity(handler))
    if handler.cancels:
        return rule.fails(
            handler,
            "a cancellation ends here and the task goes on; catch Exception, or re-raise asyncio.CancelledError",
            severity=_lowered(handler, Severity.MAJOR),
            confidence=Confidence.MEDIUM,
        )
    return rule.passes(handler, _reason(handler))


def _message(handler: ExceptionHandler) -> str:
    if handler.kind in KINDS:
        return KINDS[handler.kind]
    what = f"any failure of `{handler.guards}`" if handler.guards else "any failure"
    place = f" {PLACES[handler.where]}" if handler.where else ""
    if handler.comment:
        return f"{what} vanishes{place}; the comment gives a reason, a log line or a narrower type would show it too"
    return f"{what} vanishes{place}; log it, handle it, or name the exception that may be ignored"


def _severity(handler: ExceptionHandler) -> Severity:
    if handler.comment:
        return _lowered(handler, Severity.MINOR)
    return _lowered(handler, Severity.CRITICAL if handler.where else Severity.MAJOR)


def _lowered(handler: ExceptionHandler, severity: Severity) -> Severity:
    return severity if handler.scope is Scope.SERVICE else severity.lowered()


def _reason(handler: ExceptionHandler) -> str:
    if handler.raises:
        return "raises, so the caller learns of it"
    if handler.logs:
        return "logs what it catches"
    return "uses what it catches" if handler.uses else "answers the failure with something of its own"
