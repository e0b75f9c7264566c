"""Operations of the API in, whether each is described to its clients out."""

from collections import Counter
from collections.abc import Iterator

from readiness.model import Finding, OperationText, Project, Resolution, Route, Rule, Severity

rule = Rule(
    __name__,
    summary="Every operation of the API says what it is for.",
    phrase="operations are described",
    severity=Severity.MINOR,
    needs=[OperationText, Route],
    references=["https://spec.openapis.org/oas/v3.1.0#operation-object"],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every operation is a site; those that one function answers have one cause."""
    texts = list(project.each(OperationText))
    shared = Counter(text.symbol for text in texts)
    for text in texts:
        name = f"{text.method} {text.path}"
        if text.described:
            yield rule.passes(text, f"{name} is described: {text.where}")
        elif text.resolution is not Resolution.UNRESOLVED:
            handler = text.symbol.rpartition("::")[2]
            several = shared[text.symbol]
            yield rule.fails(
                text,
                f"{name} says nowhere what it is for; give it a summary or a docstring",
                cause=f"`{handler}` answers {several} operations and describes none; give it a docstring"
                if several > 1
                else "",
            )
