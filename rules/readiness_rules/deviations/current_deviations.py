"""Records of accepted deviations in; those that have expired fail, those that end soon are unsure."""

from collections.abc import Iterator

from readiness.model import DeviationRecord, Finding, Project, Rule, Severity, counted

WARNED = 30
"""Days before the end from which a record is pointed out."""

rule = Rule(
    __name__,
    summary="No accepted deviation has expired",
    phrase="deviations are current",
    severity=Severity.MAJOR,
    needs=(DeviationRecord,),
    references=("https://adr.github.io/",),
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Judge the date of each well-formed record, wherever it is written."""
    for record in project.each(DeviationRecord):
        name = "this deviation" if record.recorded == "directive" else f"the deviation {record.id}"
        what = f"{name} from {record.rule}" if record.rule else name
        if record.state == "malformed":
            # complete-deviations names it, and for a directive reasoned-suppressions.
            continue
        if record.state == "expired":
            yield rule.fails(
                record,
                f"{what} ended on {record.until}, so what it accepted counts again: "
                f"repair it, or let {record.owner} renew it",
            )
        elif record.days_left <= WARNED:
            yield rule.unsure(
                record,
                f"{what} ends on {record.until}, in {counted(record.days_left, 'day')}: repair it or renew it",
                severity=Severity.INFO,
            )
        else:
            yield rule.passes(record, f"{what} holds until {record.until}, for {record.owner}")
