"""Every filter of a document database with something a client sent in it in; whether operators can be sent along out."""

from collections.abc import Iterator

from readiness.model import (
    Confidence,
    DocumentFilter,
    FilterValue,
    Finding,
    Project,
    Related,
    Rule,
    Scope,
    Severity,
)

rule = Rule(
    __name__,
    summary="What a client sends gets into the filter of a document database as a value, never as an operator.",
    phrase="document filters take values only",
    severity=Severity.CRITICAL,
    needs=[DocumentFilter],
    references=[
        "https://cheatsheetseries.owasp.org/cheatsheets/Injection_Prevention_Cheat_Sheet.html",
        "https://cwe.mitre.org/data/definitions/943.html",
        "https://www.mongodb.com/docs/manual/faq/fundamentals/",
    ],
    security=True,
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """One finding for each such filter of the service."""
    for each in project.each(DocumentFilter):
        if each.scope is Scope.SERVICE:
            yield _judge(each)


def _judge(filter_: DocumentFilter) -> Finding:
    related = [Related(filter_.origin, f"`{filter_.name}` comes from here")] if filter_.origin is not None else []
    place = f"the value of `{filter_.field}`" if filter_.field not in ("", "?") else "the filter"
    match filter_.value:
        case FilterValue.DOCUMENT:
            return rule.fails(
                filter_,
                f"`{filter_.name}` is {filter_.how} and becomes {place}: a client can send `{{\"$ne\": null}}` instead of a value,"
                " and the filter matches what it should not; declare its type, cast it with `str()`, or compare with"
                ' `{"$eq": ...}`',
                confidence=Confidence.HIGH if filter_.field else Confidence.MEDIUM, related=related,
            )  # fmt: skip
        case FilterValue.CODE:
            return rule.fails(
                filter_,
                f"`{filter_.name}`, sent by a client, is put into the JavaScript of `{filter_.field}`, which the server runs;"
                " write the condition with operators, or send the value as an argument of `$function`",
                severity=Severity.BLOCKER, related=related,
            )  # fmt: skip
        case FilterValue.UNKNOWN:
            return rule.unsure(
                filter_,
                f"`{filter_.name}` is put into the JavaScript of `{filter_.field}`, and where it comes from cannot be seen here",
                related=related,
            )
        case _:
            return rule.passes(filter_, f"`{filter_.name}` can be no operator: {filter_.how}")
