"""Handlers in, whether they do their work out."""

from collections.abc import Iterator

from readiness.model import Confidence, Finding, HandlerBody, Project, Resolution, Rule, Scope, Severity

rule = Rule(
    __name__,
    summary="No endpoint is a stub.",
    phrase="handlers are finished",
    severity=Severity.CRITICAL,
    needs=[HandlerBody],
    references=["https://www.rfc-editor.org/rfc/rfc9110.html#name-501-not-implemented"],
    peers=["FIX002", "TD003"],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every handler is a site, and every route that was commented out."""
    for body in project.each(HandlerBody):
        if body.scope is Scope.SERVICE:
            yield _judge(body)


def _judge(body: HandlerBody) -> Finding:
    name = f"{body.route.method} {body.route.path}"
    if body.commented:
        return rule.fails(
            body,
            f"the route `{body.unfinished}` is commented out; finish it or delete it, the history keeps it",
            severity=Severity.MINOR,
            confidence=Confidence.MEDIUM,
        )
    if body.unfinished and body.doubtful:
        return rule.unsure(body, f"{name}: {body.unfinished}; see whether what runs before it answers")
    if body.unfinished:
        return rule.fails(
            body,
            f"{name} is not finished: {body.unfinished}; write it, or take the route out until then",
            confidence=Confidence.HIGH if body.resolution is Resolution.EXACT else Confidence.MEDIUM,
        )
    if body.note:
        return rule.fails(
            body,
            f"{name} has work left: {body.note}; do it, or put it where it is planned",
            severity=Severity.MINOR,
            confidence=Confidence.MEDIUM,
        )
    return rule.passes(body, f"{name} does its work")
