"""Exception handlers in, whether a failure of any kind is turned into an ordinary result out."""

from collections.abc import Iterator

from readiness.model import Confidence, ExceptionHandler, Finding, Project, Rule, Scope, Severity

rule = Rule(
    __name__,
    summary="A failure does not look like an ordinary result.",
    phrase="broad handlers let the failure be seen",
    severity=Severity.MAJOR,
    needs=[ExceptionHandler],
    references=["https://cwe.mitre.org/data/definitions/394.html", "https://cwe.mitre.org/data/definitions/755.html"],
)

OUTSIDE = {
    "database": "reaches the database",
    "network": "goes over the network",
    "file": "reads or writes files",
    "process": "runs another program",
    "unknown": "waits for something outside",
}


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every clause that catches everything and does something is a site; a quiet one belongs to no-swallowed-exceptions."""
    for handler in project.each(ExceptionHandler):
        if handler.broad and not handler.quiet and handler.kind in ("except", "except*"):
            yield _judge(handler)


def _judge(handler: ExceptionHandler) -> Finding:
    if handler.purpose or handler.raises or handler.logs or handler.uses or not handler.default:
        return rule.passes(handler, _reason(handler))
    if handler.signal:
        return rule.passes(handler, f"`{handler.default}` is right here: {handler.signal}")
    return rule.fails(handler, _message(handler), severity=_severity(handler), confidence=Confidence.MEDIUM)


def _reason(handler: ExceptionHandler) -> str:
    if handler.purpose:
        return f"a default is right here: {handler.purpose}"
    if handler.raises:
        return "raises, so the caller learns of it"
    if handler.logs:
        return "logs what it catches"
    return "hands on what it catches" if handler.uses else "answers the failure with something of its own"


def _message(handler: ExceptionHandler) -> str:
    what = f"when `{handler.guards}` fails" if handler.guards else "when anything fails"
    outside = OUTSIDE.get(handler.reaches)
    why = f", which {outside}," if outside and handler.guards else ""
    way = "log it with its traceback, or name the exception that is expected"
    if handler.comment:
        return f"{what}{why} the result is `{handler.default}`; the comment gives a reason, a log line would show it: {way}"
    return f"{what}{why} the result is `{handler.default}`, as if nothing had happened; {way}"


def _severity(handler: ExceptionHandler) -> Severity:
    severity = Severity.CRITICAL if handler.where == "transaction" else Severity.MAJOR
    if handler.comment or handler.reaches not in OUTSIDE:
        severity = Severity.MINOR
    return severity if handler.scope is Scope.SERVICE else severity.lowered()
