"""Records of accepted deviations in; those that are malformed or expired fail, those that end soon are unsure."""

from collections.abc import Iterator

from readiness.model import DeviationRecord, Finding, Project, Rule, Severity

WARNED = 30
"""Days before the end from which a record is pointed out."""

rule = Rule(
    __name__,
    summary="Every accepted deviation is complete and has not expired",
    phrase="deviations are current",
    severity=Severity.MAJOR,
    needs=(DeviationRecord,),
    references=("https://adr.github.io/",),
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Judge each record of the register, and the date of each directive in the code."""
    for record in project.each(DeviationRecord):
        name = f"The deviation {record.id}" if record.recorded == "register" else "This deviation"
        what = f"{name} from {record.rule}" if record.rule else name
        if record.state == "malformed":
            # A malformed directive is one finding of reasoned-suppressions already.
            if record.recorded == "register":
                yield rule.fails(record, f"{what} hides nothing: {record.problem}.")
        elif record.state == "expired":
            yield rule.fails(
                record,
                f"{what} ended on {record.until}, so what it accepted counts again: "
                f"repair it, or let {record.owner} renew it.",
            )
        elif record.days_left <= WARNED:
            yield rule.unsure(
                record,
                f"{what} ends on {record.until}, in {record.days_left} days: repair it or renew it.",
                severity=Severity.INFO,
            )
        else:
            yield rule.passes(record, f"{what} holds until {record.until}, for {record.owner}.")
