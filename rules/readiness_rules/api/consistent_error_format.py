"""The forms of a service's error answers in, whether they are one form out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from readiness.model import (
    Confidence,
    ErrorFormat,
    Finding,
    HealthCheck,
    Project,
    Related,
    Resolution,
    Rule,
    Scope,
    Severity,
)

rule = Rule(
    __name__,
    summary="All error answers of a service have one form.",
    phrase="error answers have one form",
    severity=Severity.MAJOR,
    needs=[ErrorFormat],
    references=[
        "https://www.rfc-editor.org/rfc/rfc9457.html",
        "https://opensource.zalando.com/restful-api-guidelines/#176",
    ],
    peers=["owasp-define-error-validation"],
)

TELLING = ("errors", "error", "detail", "details", "message", "msg", "title", "reason", "description", "error_message")
"""Names of fields that say what went wrong."""
LOOSE = frozenset({"text", "html", "list"})
SHOWN = 10
"""Places that one finding names."""


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every place that makes an error answer is a site; the form that most of a service's have is the right one."""
    groups: dict[str, list[ErrorFormat]] = {}
    probed = {each.symbol for each in project.each(HealthCheck)}
    for each in project.each(ErrorFormat):
        # What a health endpoint answers is read by the platform, which has a form of its own for it.
        if each.scope is Scope.SERVICE and each.symbol not in probed:
            groups.setdefault(each.group, []).append(each)
    rest = bool(project.imports("rest_framework", scopes=(Scope.SERVICE,)))
    for formats in groups.values():
        yield from _judge(formats, rest=rest)


def _judge(formats: list[ErrorFormat], *, rest: bool) -> Iterator[Finding]:
    counted = Counter(mark for each in formats for mark in _marks(each, rest=rest))
    # Programs read objects: a text is no form to go by where there is any.
    ranked = {mark: (mark not in LOOSE, number, mark) for mark, number in counted.items()}
    if not ranked:
        return
    usual = max(ranked, key=lambda each: ranked[each])
    number = counted[usual]
    like = _shown_usual(usual, formats, rest=rest)
    others = f"{number} others of the service are" if number > 1 else "the other of the service is"
    by_field: list[ErrorFormat] = []
    for each in formats:
        if usual in _marks(each, rest=rest):
            yield rule.passes(each, f"it is {like}, as {number} of {len(formats)} errors of this service are")
        elif each.kind == "fields":
            by_field.append(each)
        elif each.resolution is not Resolution.EXACT:
            yield rule.unsure(
                each,
                f"this error has {_shown(each)} and fields that could not be read, where {others} {like}; give clients one form "
                "to read",
                cause=f"errors with {_shown(each)} and more beside {like}",
            )
        else:
            yield rule.fails(
                each,
                f"this error is {_shown(each)}, where {others} {like}; give clients one form to read",
                confidence=Confidence.MEDIUM,
                cause=f"errors that are {_shown(each)} beside {like}",
            )
    if by_field:
        yield _by_field(by_field, f"{others} {like}")


def _by_field(formats: list[ErrorFormat], others: str) -> Finding:
    """What validation gives has one form at all its places: one decision, which is made once."""
    first, *rest = sorted(formats, key=lambda each: (each.span.path, each.span.line))
    more = f", here and at {len(rest)} more places" if rest else ""
    return rule.fails(
        first,
        f"invalid input is answered with an object of its fields{more}, where {others}; let validation raise, and give its errors "
        "the same form in one exception handler",
        severity=Severity.MINOR,
        confidence=Confidence.MEDIUM,
        related=[Related(each.span, "and here") for each in rest[:SHOWN]],
    )


def _shown_usual(usual: str, formats: list[ErrorFormat], *, rest: bool) -> str:
    alike = [each for each in formats if usual in _marks(each, rest=rest)]
    if rest and any(each.kind == "fields" for each in alike):
        return "REST framework's own ({detail}, or an object of the input's fields)"
    return Counter(_shown(each) for each in alike).most_common(1)[0][0]


def _marks(each: ErrorFormat, *, rest: bool) -> frozenset[str]:
    """What a client would look for to understand an error."""
    if each.kind == "fields" and rest:
        # REST framework's own: `{detail}`, or the fields of the input where those are to blame.
        return frozenset({"detail"})
    if each.kind != "object":
        return frozenset({each.kind} - {""})
    return (frozenset(each.keys) & frozenset(TELLING)) or frozenset(each.keys)


def _shown(each: ErrorFormat) -> str:
    if each.kind == "object":
        return "{" + ", ".join(each.keys[:5]) + "}"
    known = {
        "fields": "an object of the input's fields",
        "list": "a list",
        "text": "plain text",
        "html": "an HTML page",
    }
    return known.get(each.kind, each.kind)
