"""Records of accepted deviations in; those that lack something, or cover more than was agreed, fail."""

from collections.abc import Iterator

from readiness.model import DeviationRecord, DeviationUse, Finding, Project, Rule, Severity

rule = Rule(
    __name__,
    summary="Every accepted deviation says why, where, for how long, and who stands for it",
    phrase="deviations are complete",
    severity=Severity.MAJOR,
    needs=(DeviationRecord, DeviationUse),
    references=("https://adr.github.io/madr/",),
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Judge each entry of the register and each decision record; directives are judged by reasoned-suppressions."""
    for use in project.each(DeviationUse):
        record = use.record
        if record.recorded == "directive":
            continue
        name = f"the deviation {record.id} from {record.rule}" if record.rule else f"the deviation {record.id}"
        missing = " and ".join(
            what for what, value in (("an approver", record.approver), ("a link", record.link)) if not value
        )
        if record.state == "malformed":
            yield rule.fails(use, f"{name} hides nothing: {record.problem}")
        elif use.overreach:
            yield rule.fails(use, f"{name} hides nothing: {use.overreach}")
        elif missing:
            unknown = f"where {record.approver} agreed" if record.approver else f"who agreed besides {record.owner}"
            yield rule.unsure(
                use, f"{name} counts, but lacks {missing}: it is not known {unknown}", severity=Severity.INFO
            )
        else:
            yield rule.passes(use, f"{name} says why, is owned by {record.owner} and approved by {record.approver}")
