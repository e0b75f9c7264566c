"""Operations that invite guessing or cost much in, whether the rate of requests to them is limited out."""

from collections.abc import Iterator

from readiness.model import Confidence, Finding, Project, RequestLimit, Rule, Scope, Severity

rule = Rule(
    __name__,
    summary="Requests to logins and to costly operations are limited in number.",
    phrase="logins and costly operations are rate limited",
    severity=Severity.MAJOR,
    needs=[RequestLimit],
    references=[
        "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
        "https://cwe.mitre.org/data/definitions/307.html",
    ],
    peers=["missing-throttle-config", "owasp-rate-limit"],
    security=True,
)

GUESSED = frozenset({"login", "token", "password reset", "one-time code", "sign-up"})
NOWHERE = (
    "nothing was found that limits the rate of requests to logins and costly operations; put a limiter before them"
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every login, sign-up, reset, one-time code, upload, export, message, and write without a login is a site."""
    for limit in project.each(RequestLimit):
        if limit.scope is Scope.SERVICE:
            yield _judge(limit)


def _judge(limit: RequestLimit) -> Finding:
    name = f"{limit.route.method} {limit.route.path}"
    if limit.limiter:
        return rule.passes(limit, f"{name} is limited: {limit.limiter}")
    if limit.unknown:
        return rule.unsure(limit, f"what answers {name} could not be read, nor what limits it", severity=Severity.MINOR)
    cause = "" if limit.anywhere else NOWHERE
    if limit.exempt:
        return rule.fails(
            limit, f"{name} ({limit.kind}) is taken out of the limit that holds elsewhere; give it one of its own"
        )
    return rule.fails(
        limit,
        f"{name} ({limit.kind}) can be called as often as a client likes; limit it by address and account, here or at the gateway",
        severity=None if limit.kind in GUESSED else Severity.MINOR,
        confidence=Confidence.MEDIUM,
        cause=cause,
    )
