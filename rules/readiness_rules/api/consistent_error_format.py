"""The forms of a service's error answers in, whether they are one form out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from readiness.model import Confidence, ErrorFormat, Finding, Project, Resolution, Rule, Scope, Severity

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


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every place that makes an error answer is a site; the form that most of a service's have is the right one."""
    groups: dict[str, list[ErrorFormat]] = {}
    for each in project.each(ErrorFormat):
        if each.scope is Scope.SERVICE:
            groups.setdefault(each.group, []).append(each)
    for formats in groups.values():
        yield from _judge(formats)


def _judge(formats: list[ErrorFormat]) -> Iterator[Finding]:
    counted = Counter(mark for each in formats for mark in _marks(each))
    # Programs read objects: a text is no form to go by where there is any.
    ranked = {mark: (mark not in LOOSE, number, mark) for mark, number in counted.items()}
    if not ranked:
        return
    usual = max(ranked, key=lambda each: ranked[each])
    number = counted[usual]
    like = Counter(_shown(each) for each in formats if usual in _marks(each)).most_common(1)[0][0]
    for each in formats:
        if usual in _marks(each):
            yield rule.passes(each, f"it is {like}, as {number} of {len(formats)} errors of this service are")
        elif each.resolution is not Resolution.EXACT:
            yield rule.unsure(each, f"not all fields of this error could be read; {number} others are {like}")
        else:
            yield rule.fails(
                each,
                f"this error is {_shown(each)}, where {number} others of the service are {like}; give clients one form to read",
                severity=Severity.MINOR if each.kind == "fields" else None,
                confidence=Confidence.MEDIUM,
                cause=f"errors that are {_shown(each)} beside {like}",
            )


def _marks(each: ErrorFormat) -> frozenset[str]:
    """What a client would look for to understand an error."""
    if each.kind == "fields":
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
