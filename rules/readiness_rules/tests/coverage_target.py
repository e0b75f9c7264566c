"""What the tests ran of each project in; whether it is as much as is wanted, file by file, out."""

from collections.abc import Iterator

import msgspec

from readiness.model import CoverageState, CoverageTotal, FileCoverage, Finding, Project, Rule, Severity, Span, counted
from readiness_rules.tests.coverage_wording import MEASURE, contested, percent, stretches

MANY = 20
"""Statements of one file that did not run; below, a failure is minor."""

rule = Rule(
    __name__,
    summary="The tests run as many statements of the service as the target asks for.",
    phrase="statements are run by tests",
    severity=Severity.MAJOR,
    needs=[CoverageTotal],
    references=["https://coverage.readthedocs.io/en/latest/", "https://martinfowler.com/bliki/TestCoverage.html"],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every file of the service is a site, measured by its statements; a project without data is one."""
    for total in project.each(CoverageTotal):
        if all(file.state is CoverageState.MISSING for file in total.files):
            yield _measured(
                rule.unsure(
                    total,
                    f"there is no coverage data for {_name(total)}, {counted(total.total, 'statement')}; {MEASURE}, "
                    "and keep .coverage, coverage.xml or coverage.json",
                    cause="no coverage data",
                ),
                0,
                total.total,
            )
            continue
        known = [file for file in total.files if file.state in (CoverageState.MEASURED, CoverageState.ABSENT)]
        ran, count = sum(file.executed for file in known), sum(file.total for file in known)
        reached = 100 * ran >= total.target * count
        said = f"the tests run {percent(ran, count)} of the statements of {_name(total)}, {total.target:g} % are wanted"
        for file in total.files:
            yield _measured(_file(total, file, said, reached=reached), file.executed, file.total)


def _file(total: CoverageTotal, file: FileCoverage, said: str, *, reached: bool) -> Finding:
    span = Span(file.path, 1)
    ran = f"{file.executed} of {counted(file.total, 'statement')} of {file.path} ran ({percent(file.executed, file.total)})"
    if file.state is CoverageState.STALE:
        return rule.unsure(
            total,
            f"the coverage data was made from another text of {file.path} and says nothing of it; run the tests again",
            span=span,
            cause="coverage data is older than the code",
        )
    if file.state is CoverageState.CONTESTED:
        return contested(rule, total, file.path, span)
    if file.state not in (CoverageState.MEASURED, CoverageState.ABSENT):
        return rule.unsure(total, f"there is no coverage data for {file.path}", span=span, cause="no coverage data")
    if reached or 100 * file.executed >= total.target * file.total:
        return rule.passes(total, f"{ran}; {said}" if reached else ran, span=span)
    severity = Severity.MAJOR if file.total - file.executed >= MANY else Severity.MINOR
    what = ran if file.executed else f"no statement of {file.path} ran, of {file.total}"
    if file.state is CoverageState.ABSENT:
        what = f"{total.source} does not know {file.path}, so nothing of its {counted(file.total, 'statement')} counts as run"
    where = stretches(sorted(file.gaps[:3]))
    return rule.fails(
        total,
        f"{what}; test it{f', lines {where} first' if where else ''}",
        severity=severity,
        span=Span(file.path, min((first for first, _ in file.gaps[:1]), default=1)),
        cause=said,
    )


def _measured(finding: Finding, ran: int, total: int) -> Finding:
    return msgspec.structs.replace(finding, measured=(ran, total), symbol=finding.span.path)


def _name(total: CoverageTotal) -> str:
    return total.folder or "the project"
