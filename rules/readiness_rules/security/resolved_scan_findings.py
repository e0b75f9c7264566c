"""What ruff and bandit say of the code in, each of their remarks as a site out.

A defect that a rule of readiness judges itself is left to that rule.
"""

from collections.abc import Iterator

from readiness.model import Finding, Project, Rule, Severity, ToolFinding, ToolRun

rule = Rule(
    __name__,
    summary="What security scanners report is mended or explained.",
    phrase="files are without remarks of ruff and bandit",
    severity=Severity.MINOR,
    needs=[ToolRun],
    references=["https://docs.astral.sh/ruff/rules/#flake8-bandit-s", "https://bandit.readthedocs.io/"],
    security=True,
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Each remark is a site that fails, each file without one a site that passes."""
    marked = set()
    for remark in project.each(ToolFinding):
        marked.add(remark.span.path)
        weakness = f", CWE-{remark.weakness}" if remark.weakness else ""
        yield rule.fails(
            remark,
            f"{_sentence(remark.message)} ({', '.join(remark.codes)}{weakness}); mend it, or say why it is right here",
            severity=remark.severity,
            confidence=remark.confidence,
        )
    for run in project.each(ToolRun):
        if run.span.path not in marked:
            yield rule.passes(run, f"nothing found by {' and '.join(run.tools)}")


def _sentence(message: str) -> str:
    """The tool's words, in the middle of a sentence."""
    return message.strip().rstrip(".")
