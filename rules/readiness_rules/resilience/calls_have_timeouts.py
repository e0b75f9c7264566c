"""Calls of other services in, whether something ends the wait for each of them out."""

from collections.abc import Iterator

from readiness.model import (
    Confidence,
    Finding,
    OutboundCall,
    Project,
    Related,
    Rule,
    Scope,
    Severity,
    TimeoutState,
)

rule = Rule(
    __name__,
    summary="Every call of another service ends, whether it answers or not.",
    phrase="calls of other services have a timeout",
    severity=Severity.MAJOR,
    needs=[OutboundCall],
    references=[
        "https://requests.readthedocs.io/en/latest/user/advanced/#timeouts",
        "https://www.python-httpx.org/advanced/timeouts/",
        "https://docs.aiohttp.org/en/stable/client_quickstart.html#timeouts",
        "https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/",
    ],
    peers=["B113", "S113"],
)

INSIDE = frozenset({"redis"})
"""Libraries that speak to a part of the same deployment: a wait there is rarer and seen sooner."""


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Each call is a site, or the client that sends it where the limit belongs to the client."""
    for call in project.each(OutboundCall):
        if call.scope in (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION):
            yield _judge(call)


def _judge(call: OutboundCall) -> Finding:
    related = [Related(call.origin, "read here")] if call.origin is not None else []
    if call.timeout in (TimeoutState.GIVEN, TimeoutState.DEFAULT):
        return rule.passes(call, f"{call.api}: {call.how}", related=related)
    if call.timeout is TimeoutState.UNKNOWN:
        return rule.unsure(call, f"{call.api}: {call.how}", severity=_severity(call), related=related)
    return rule.fails(
        call,
        f"{call.api} may wait for ever: {call.how}; {_way_out(call)}",
        severity=_severity(call),
        confidence=Confidence.MEDIUM if call.library in INSIDE else Confidence.HIGH,
        related=related,
    )


def _severity(call: OutboundCall) -> Severity:
    if call.scope is not Scope.SERVICE or call.library in INSIDE:
        return Severity.MINOR
    return Severity.CRITICAL if call.where == "handler" else Severity.MAJOR


def _way_out(call: OutboundCall) -> str:
    if not call.keyword:
        return "use an API that takes a timeout"
    if call.timeout is TimeoutState.OFF:
        return f"give {call.keyword} a number of seconds"
    return f"pass {call.keyword}"
