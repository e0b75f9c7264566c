"""Answers of operations in, whether their status says what happened out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.model import Confidence, Finding, OperationAnswer, Project, Resolution, Rule, Severity, Span

rule = Rule(
    __name__,
    summary="The status of an answer says what happened.",
    phrase="operations answer with the right status",
    severity=Severity.MAJOR,
    needs=[OperationAnswer],
    references=[
        "https://www.rfc-editor.org/rfc/rfc9110.html#name-status-codes",
        "https://opensource.zalando.com/restful-api-guidelines/#150",
    ],
)

ASKED = re.compile(
    r"(?:^|[-_/])(?:test|check|validate|verify|health\w*|ping|ready|live|status|dry[-_]?run|graphql|rpc|batch)s?(?:[-_/]|$)"
)
"""Parts of paths of operations that are asked whether something would fail: telling that it would is their success."""
NULLS = frozenset({"FastAPI", "Flask-RESTful", "Flask-RESTX", "Litestar"})
"""Frameworks that send `null` for a handler that gives nothing back."""


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every operation with an answer that is understood is a site, and every answer with a wrong status."""
    told: set[Span] = set()
    operations: dict[tuple[str, str], list[OperationAnswer]] = {}
    for answer in project.each(OperationAnswer):
        operations.setdefault((answer.route.method, answer.route.handler), []).append(answer)
    for answers in operations.values():
        silent = all(each.null for each in answers if each.status < 300)
        found = [each for answer in answers if (each := _wrong(answer, silent=silent)) is not None]
        for each in found:
            if each.span not in told:
                told.add(each.span)
                yield each
        statuses = sorted({each.status for each in answers if each.status})
        if not found and statuses:
            text = ", ".join(str(each) for each in statuses)
            yield rule.passes(answers[0], f"it answers {text}", span=answers[0].route.span)


def _wrong(answer: OperationAnswer, *, silent: bool) -> Finding | None:
    """What is wrong with one answer; None for one that is right, as far as it is known."""
    if answer.status and not 100 <= answer.status <= 599:
        return rule.fails(answer, f"{answer.status} is no HTTP status; choose one between 200 and 599")
    if answer.failure:
        return _failure(answer)
    if answer.removes and answer.status == 204 and answer.body:
        return rule.fails(
            answer,
            "204 means that no body follows, so what is given here never arrives; give nothing, or answer 200",
            severity=Severity.MINOR,
        )
    if silent and answer.removes and answer.status == 200 and answer.null and answer.route.framework in NULLS:
        return rule.fails(
            answer,
            "this DELETE answers 200 with the body `null`; declare 204, which says that there is nothing to read",
            severity=Severity.INFO,
            confidence=_confidence(answer),
            cause="DELETEs that give nothing back answer 200 with `null`",
        )
    if answer.creates and answer.status == 200:
        return rule.fails(
            answer,
            f"this POST makes a {answer.creates} and answers 200; answer 201, which says that there is something new",
            severity=Severity.MINOR,
            confidence=Confidence.MEDIUM,
            cause="POSTs that make something answer 200",
        )
    return None


def _failure(answer: OperationAnswer) -> Finding | None:
    if answer.status >= 400 or ASKED.search(answer.route.path.lower()):
        return None
    if answer.status == 0:
        return rule.unsure(
            answer, f"the body says that something failed ({answer.failure}), but its status could not be read"
        )
    if answer.status >= 300:
        return None
    return rule.fails(
        answer,
        f"the body says that something failed ({answer.failure}) and the status is {answer.status}, so clients take it for a"
        " success; answer 4xx or 5xx",
        confidence=_confidence(answer),
    )


def _confidence(answer: OperationAnswer) -> Confidence:
    return Confidence.HIGH if answer.resolution is Resolution.EXACT else Confidence.MEDIUM
