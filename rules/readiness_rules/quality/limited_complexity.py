"""Functions with their complexity in, whether a reader can hold each in mind out."""

from collections.abc import Iterator

from readiness.model import ComplexFunction, FileComplexity, Finding, Project, Rule, Severity, counted

rule = Rule(
    __name__,
    summary="No function has more ways through it than a reviewer can follow.",
    phrase="files and functions are simple enough",
    severity=Severity.MINOR,
    needs=[FileComplexity],
    references=["https://radon.readthedocs.io/en/latest/intro.html#cyclomatic-complexity"],
    peers=["C901", "PLR0912"],
)

LIMIT = 15
"""Ways through one function."""
FAR = 30
"""From here on the failure is major."""


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Each function above the limit is a site that fails, each file without one a site that passes."""
    for function in project.each(ComplexFunction):
        if function.complexity > LIMIT:
            yield rule.fails(
                function,
                f"`{function.name}` has {function.complexity} ways through its {counted(function.lines, 'line')}, "
                f"more than {LIMIT}; give parts of it a name and a function of their own",
                severity=Severity.MAJOR if function.complexity > FAR else Severity.MINOR,
            )
    for file in project.each(FileComplexity):
        if file.worst <= LIMIT:
            yield rule.passes(file, f"{_none(file.functions)} more than {LIMIT} ways through it")


def _none(functions: int) -> str:
    return "its one function has no" if functions == 1 else f"none of its {functions:,} functions has"
