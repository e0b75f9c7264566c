"""Handlers that a GET reaches in, whether they leave the data as it is out."""

from collections.abc import Iterator

from readiness.model import Confidence, Finding, Project, Related, Resolution, Rule, SafeOperation, Severity, Write

rule = Rule(
    __name__,
    summary="A GET changes no data.",
    phrase="GET handlers only read",
    severity=Severity.CRITICAL,
    needs=[SafeOperation],
    references=[
        "https://www.rfc-editor.org/rfc/rfc9110.html#name-safe-methods",
        "https://cwe.mitre.org/data/definitions/650.html",
    ],
    peers=["flask-class-method-get-side-effects"],
    security=True,
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every handler that a GET or a HEAD reaches is a site."""
    for operation in project.each(SafeOperation):
        found = _judge(operation)
        if found is not None:
            yield found


def _judge(operation: SafeOperation) -> Finding | None:
    plain = [each for each in operation.writes if not each.excuse]
    if not operation.writes:
        return rule.passes(operation, "it only reads")
    if not plain:
        return rule.passes(operation, f"what it writes is nobody's request: {operation.writes[0].excuse}")
    if operation.open:
        # It reads what was sent along: nobody comes here by GET, and nothing is done when somebody does.
        return None
    if operation.link:
        return rule.passes(operation, f"another site or a mail leads here (`{operation.link}`), which can only link")
    worst = plain[0]
    return rule.fails(
        operation,
        f"GET {operation.route.path} {_what(worst)}; whatever follows links does it too: ask for it with POST, PUT or DELETE",
        confidence=_confidence(operation, worst),
        related=_places(plain),
    )


def _what(write: Write) -> str:
    through = "".join(f", called by {each.rpartition('::')[2]}" for each in reversed(write.through))
    return f"{write.action} {write.subject or 'rows'} (`{write.call}`{through})"


def _places(writes: list[Write]) -> list[Related]:
    return [Related(each.span, f"{each.action} {each.subject or 'rows'}") for each in writes[:5]]


def _confidence(operation: SafeOperation, write: Write) -> Confidence:
    sure = operation.resolution is Resolution.EXACT and len(write.through) < 2
    return Confidence.HIGH if sure and write.subject else Confidence.MEDIUM
