"""Operations of the API in, whether each shows an example of what it takes or gives out."""

from collections.abc import Iterator

from readiness.model import Finding, OperationText, Project, Resolution, Route, Rule, Severity

rule = Rule(
    __name__,
    summary="Every operation of the API shows a request or a response as an example.",
    phrase="operations have examples",
    severity=Severity.MINOR,
    needs=[OperationText, Route],
    references=["https://spec.openapis.org/oas/v3.1.0#example-object"],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every operation that takes or gives a body is a site."""
    for text in project.each(OperationText):
        name = f"{text.method} {text.path}"
        if text.bad_example:
            yield rule.fails(
                text, f"an example of {name} contradicts its schema: {text.bad_example}", severity=Severity.MAJOR
            )
        elif text.example:
            yield rule.passes(text, f"{name} has an example: {text.example}")
        elif text.exchanges and text.resolution is not Resolution.UNRESOLVED:
            yield rule.fails(text, f"{name} shows no example of what it takes or gives; add one to its schema")
