"""A call that may wait for ever in; the same call with a limit out, for calls that take it as a keyword.

How long is long enough only its owner knows, so the repair is unsafe: it is made when it was asked for.
"""

from __future__ import annotations

from readiness.model import Edit, Finding, Fix, OutboundCall, Project, Repair, Source, Span, TimeoutState

fix = Fix(__name__, summary="passes a timeout of ten seconds")

SECONDS = "10"


@fix.rewrites
def limit(project: Project, finding: Finding, source: Source) -> Repair | None:
    """`timeout=10` behind the arguments; a call that turns its timeout off on purpose is left."""
    import libcst as cst

    sent = next((each for each in project.each(OutboundCall) if each.span == finding.span), None)
    call = source.at(finding.span, cst.Call)
    if sent is None or call is None or not call.args or sent.timeout is TimeoutState.OFF or sent.keyword != "timeout":
        return None
    if any(argument.keyword is not None and argument.keyword.value == "timeout" for argument in call.args):
        return None
    last = source.span(call.args[-1])
    behind = Span(last.path, last.end_line, last.end_column, last.end_line, last.end_column)
    return Repair((Edit(behind, f", timeout={SECONDS}"),), safe=False, title=f"waits {SECONDS} seconds at most")
