"""Answers made from failures in, whether they show a client the inside of the service out."""

from collections.abc import Iterator

from readiness.model import Confidence, ErrorResponse, Finding, Project, Related, Rule, Severity

rule = Rule(
    __name__,
    summary="An error response tells a client nothing of the inside.",
    phrase="error responses keep the inside to themselves",
    severity=Severity.CRITICAL,
    needs=[ErrorResponse],
    references=[
        "https://cwe.mitre.org/data/definitions/209.html",
        "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
    ],
)

TEXTS = {
    "any": "the text of whatever failed",
    "database": "the text of a database error, which holds SQL and values",
    "system": "the text of a system error, which holds paths and names",
    "traceback": "the traceback",
}
SEVERITIES = {"any": Severity.MAJOR, "system": Severity.MAJOR}


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every answer that a failure leads to is a site."""
    for response in project.each(ErrorResponse):
        yield _judge(response)


def _judge(response: ErrorResponse) -> Finding:
    if not response.exposes:
        return rule.passes(response, "the answer shows nothing of the failure")
    kinds = ", ".join(each.rpartition("::")[2].rpartition(".")[2] for each in response.types[:3])
    if response.family == "typed":
        return rule.passes(response, f"the text of {kinds} is written for whoever caused it")
    related = [Related(response.caught, "caught here")] if response.caught is not None else []
    if response.family == "network":
        return rule.unsure(
            response,
            f"`{response.exposes}` of {kinds} may name hosts and addresses; see what it says, or answer a text of your own",
            severity=Severity.MAJOR,
            related=related,
        )
    if response.added:
        return rule.fails(
            response,
            f"the framework adds `{response.exposes}` to this answer; set ERROR_INCLUDE_MESSAGE = False",
            severity=Severity.MAJOR,
        )
    return rule.fails(
        response,
        f"`{response.exposes}` sends the client {TEXTS[response.family]}; log it, and answer a text of your own",
        severity=SEVERITIES.get(response.family, Severity.CRITICAL),
        confidence=Confidence.HIGH if response.caught is None else Confidence.MEDIUM,
        related=related,
    )
