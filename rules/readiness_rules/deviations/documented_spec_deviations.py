"""Operations in which the API document and the code differ in, whether a record stands for the difference out."""

from collections.abc import Iterator

from readiness.model import DeviationUse, Finding, Project, Related, Route, Rule, Severity, SpecDeviation

rule = Rule(
    __name__,
    summary="Every difference between the API document and the code is a recorded decision.",
    phrase="differences from the document are recorded",
    severity=Severity.CRITICAL,
    needs=[SpecDeviation, DeviationUse, Route],
    references=["https://adr.github.io/madr/"],
)

ABOUT = "spec-matches-routes"
"""The rule whose findings are the differences."""


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every operation that differs is a site."""
    uses = [use for use in project.each(DeviationUse) if use.record.rule == ABOUT and use.record.state == "current"]
    today = project.today.isoformat()
    named = {
        (span, symbol): use.record
        for use in uses
        if not use.overreach and use.record.until >= today
        for span, symbol in use.places
    }
    for deviation in project.each(SpecDeviation):
        match = deviation.match
        name = f"{match.method} {match.path}"
        what = match.differences[0].message
        record = named.get((deviation.span, deviation.symbol))
        if record is not None:
            related = [Related(record.span, "the record")]
            yield rule.passes(
                deviation, f"{name} differs from {match.document}, and {record.id} says why", related=related
            )
        else:
            grave = match.route is None or not all(each.minor for each in match.differences)
            yield rule.fails(
                deviation,
                f"{name} differs from {match.document} ({what}), and no record says why; mend it, or record the deviation",
                severity=None if grave else Severity.MINOR,
            )
