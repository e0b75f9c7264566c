"""Records of accepted deviations and what they cover in; those that cover nothing any more fail, without costing points."""

from collections.abc import Iterator

from readiness.model import DeviationRecord, DeviationUse, Finding, Project, Rule, Severity

rule = Rule(
    __name__,
    summary="Every accepted deviation still accepts something",
    phrase="deviations are used",
    severity=Severity.INFO,
    needs=(DeviationRecord, DeviationUse),
    peers=("RUF100",),
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Judge each well-formed record, whatever its date; a malformed one is judged by the rules about its form."""
    for use in project.each(DeviationUse):
        record = use.record
        if record.state == "malformed":
            continue
        name = "this deviation" if record.recorded == "directive" else f"the deviation {record.id}"
        place = record.where or record.operation
        if not use.judged:
            yield rule.unsure(use, f"{name} is about {record.rule}, which did not judge in this scan")
        elif use.covered:
            found = f"{use.covered} finding{'s' if use.covered > 1 else ''} of {record.rule}"
            yield rule.passes(use, f"{name} covers {found}")
        elif not use.known:
            yield rule.fails(use, f"{name} is about {record.operation}, and there is no such operation: remove it")
        else:
            yield rule.fails(
                use, f"{name} accepts nothing: {record.rule} has nothing against {place} any more. Remove it"
            )
