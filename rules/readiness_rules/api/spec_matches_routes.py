"""Operations of routes and API documents in, whether both say the same out."""

from collections.abc import Iterator

from readiness.model import (
    Confidence,
    Finding,
    GraphField,
    OperationMatch,
    Project,
    Related,
    Route,
    Rule,
    SchemaDifference,
    SchemaDocument,
    Scope,
    Severity,
)

rule = Rule(
    __name__,
    summary="The API document and the routes promise the same operations.",
    phrase="operations are as the document says",
    severity=Severity.CRITICAL,
    needs=[OperationMatch, Route, SchemaDifference],
    references=[
        "https://spec.openapis.org/oas/v3.1.0",
        "https://opensource.zalando.com/restful-api-guidelines/#101",
    ],
)

SHOWN = 3
"""Differences of one operation that are told."""


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every operation that a route answers or a document names is a site, root fields of GraphQL included."""
    for match in project.each(OperationMatch):
        if match.scope is Scope.SERVICE:
            yield _judge(match)
    yield from _fields(project)


def _fields(project: Project) -> Iterator[Finding]:
    """The root fields of a schema that has a document which is not made from it, nor it from the document."""
    documents: dict[str, SchemaDocument] = {}
    for written in project.each(SchemaDocument):
        if written.schema and not written.generated and not written.edition:
            documents.setdefault(written.schema, written)
    lacking = set()
    for each in project.each(SchemaDifference):
        if each.schema not in documents or each.scope is not Scope.SERVICE:
            continue
        path = each.document.path
        lacking.add((each.schema, each.operation, each.name))
        what = f"the {each.operation} {each.name}"
        if each.message:
            said = f"{what} and {path} differ: {each.message}"
        elif each.missing_in == "code":
            said = f"{what} is in {path}, but nothing resolves it; write the field, or take it out of the document"
        else:
            said = f"{what} is not in {path}; write the document anew"
        yield rule.fails(
            each,
            said,
            severity=_severity(each),
            confidence=Confidence.MEDIUM,
            related=[Related(each.document, "the document")],
        )
    for field in project.each(GraphField):
        document = documents.get(field.schema)
        key = (field.schema, field.operation, field.name)
        if document is not None and field.operation and field.scope is Scope.SERVICE and key not in lacking:
            yield rule.passes(field, f"the {field.operation} {field.name} is in {document.path}")


def _severity(difference: SchemaDifference) -> Severity:
    if difference.missing_in == "code":
        return Severity.CRITICAL
    return Severity.MINOR if difference.minor else Severity.MAJOR


def _judge(match: OperationMatch) -> Finding:
    name = f"{match.method} {match.path}"
    related = []
    if match.operation is not None and match.operation.span != match.span:
        related.append(Related(match.operation.span, "the operation in the document"))
    if match.doubt:
        return rule.unsure(match, f"{name} of {match.document} is not certain: {match.doubt}", related=related)
    if not match.differences:
        return rule.passes(match, f"{name} is as {match.document} says", related=related)
    if match.route is None:
        return rule.fails(
            match,
            f"{name} is documented, but {match.differences[0].message}; write the route, or take the operation out",
            related=related,
        )
    if match.operation is None:
        return rule.fails(
            match,
            f"{name} and {match.document} differ: {match.differences[0].message}; document it, or keep it out of the schema",
            severity=Severity.MAJOR,
            confidence=Confidence.MEDIUM,
            related=related,
        )
    told = "; ".join(each.message for each in match.differences[:SHOWN])
    more = f" (and {len(match.differences) - SHOWN} more)" if len(match.differences) > SHOWN else ""
    grave = not all(each.minor for each in match.differences)
    return rule.fails(
        match,
        f"{name} and {match.document} differ: {told}{more}",
        severity=Severity.MAJOR if grave else Severity.MINOR,
        related=related,
    )
