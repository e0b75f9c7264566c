"""A report in, workflow commands for GitHub Actions out: annotations at the lines of a pull request, most valuable first.

GitHub shows ten of each kind a step and drops the rest without a word (actions/toolkit issue 734), so no more are written, and
the last one counts what is left.
"""

from collections import Counter

from readiness.model import Finding, Severity
from readiness.model.report import Report
from readiness.reporters.chosen import to_mend
from readiness.reporters.cleaning import clean
from readiness.reporters.wording import certainty, count

MOST = 10
LONGEST = 1000
"""Characters of one message."""
KINDS = {
    Severity.BLOCKER: "error",
    Severity.CRITICAL: "error",
    Severity.MAJOR: "warning",
    Severity.MINOR: "notice",
    Severity.INFO: "notice",
}


def render(report: Report, folder: str = "") -> str:
    """One command a line. `folder` is where the scanned root lies below the root of the repository."""
    findings = to_mend(report)
    total = Counter(KINDS[each.severity] for each in findings)
    written: Counter[str] = Counter()
    lines = []
    for finding in findings:
        kind = KINDS[finding.severity]
        written[kind] += 1
        if written[kind] > MOST or (written[kind] == MOST and total[kind] > MOST):
            continue
        lines.append(_command(kind, finding, folder))
    for kind, number in total.items():
        if number > MOST:
            rest = f"{count(number - MOST + 1, 'more finding')} of this kind: see the summary of the job"
            lines.append(f"::{kind} title=readiness::{_data(rest)}")
    return "".join(f"{line}\n" for line in lines)


def _command(kind: str, finding: Finding, folder: str) -> str:
    span = finding.span
    path = f"{folder}/{span.path}" if folder else span.path
    places = {"file": path, "title": f"{finding.rule} ({finding.severity.value})"}
    if span.line:
        places["line"] = str(span.line)
        if span.end_line == span.line and span.end_column > span.column:
            places |= {"endLine": str(span.end_line), "col": str(span.column), "endColumn": str(span.end_column)}
    sure = certainty(finding)
    message = f"{finding.message} ({sure})" if sure else finding.message
    written = ",".join(f"{name}={_property(value)}" for name, value in places.items())
    return f"::{kind} {written}::{_data(message)}"


def _data(text: str) -> str:
    """What stands behind the last `::`: a percent sign and line ends are written as the runner reads them."""
    return clean(text, LONGEST).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """What stands in a property: colons and commas end one."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
