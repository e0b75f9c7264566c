"""A report in, a JUnit report out: a suite for each service, in it a test case for each rule below its item.

The shape is the one that Jenkins, GitLab and Azure Pipelines read (the `testsuites` schema of Jenkins' xUnit plugin, junit-10):
`failure` where a rule fails, `error` where it broke, `skipped` where nothing was judged.
"""

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from readiness.model import Finding
from readiness.model.report import Report, ServiceReport
from readiness.model.score import Tally, TallyState
from readiness.reporters.chosen import to_mend
from readiness.reporters.cleaning import clean
from readiness.reporters.wording import place, rules_by_id, tally_fact

PLACES = 50
"""Places of one rule that are listed."""
LONGEST = 400
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold in any spelling."""


def render(report: Report) -> str:
    """The whole as XML."""
    suites = [_suite(report, service) for service in report.services]
    total = sum(number for _, number, _, _, _ in suites)
    failures = sum(number for _, _, number, _, _ in suites)
    errors = sum(number for _, _, _, number, _ in suites)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="readiness" tests="{total}" failures="{failures}" errors="{errors}">',
        *(line for suite in suites for line in suite[4]),
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _suite(report: Report, service: ServiceReport) -> tuple[str, int, int, int, list[str]]:
    """Name, number of cases, of failures and of errors, and the lines."""
    findings: dict[str, list[Finding]] = {}
    for finding in to_mend(report):
        if report.counts_for(finding, service):
            findings.setdefault(finding.rule, []).append(finding)
    rules = rules_by_id(report)
    cases: list[str] = []
    failures = errors = skipped = number = 0
    for item in service.items:
        for criterion in item.criteria:
            for tally in criterion.tallies:
                failing = findings.get(tally.rule, [])
                number += 1
                cases += [
                    f"    <testcase classname={_value(item.title)} name={_value(f'{criterion.title}: {tally.rule}')}>"
                ]
                if tally.state is TallyState.BROKEN:
                    errors += 1
                    cases.append(f"      <error message={_value(tally.reason)}/>")
                elif failing:
                    failures += 1
                    fact = tally_fact(tally, rules)
                    cases += [
                        f"      <failure type={_value(failing[0].severity.value)} message={_value(fact)}>",
                        *_places(failing),
                    ]
                    cases.append("      </failure>")
                elif not _judged(tally):
                    skipped += 1
                    cases.append(f"      <skipped message={_value(tally.reason or 'nothing was judged')}/>")
                cases.append("    </testcase>")
    head = (
        f'  <testsuite name={_value(service.name)} tests="{number}" failures="{failures}" errors="{errors}"'
        f' skipped="{skipped}">'
    )
    return service.name, number, failures, errors, [head, *cases, "  </testsuite>"]


def _judged(tally: Tally) -> bool:
    return tally.state is TallyState.JUDGED and bool(tally.passed or tally.accepted or tally.failed)


def _places(findings: Sequence[Finding]) -> Iterable[str]:
    for each in findings[:PLACES]:
        yield _text(f"{place(each.span)}: {each.message}")
    if len(findings) > PLACES:
        yield _text(f"and {len(findings) - PLACES:,} more")


def _text(text: str) -> str:
    return escape(NOT_XML.sub("?", clean(text, LONGEST)))


def _value(text: str) -> str:
    return quoteattr(NOT_XML.sub("?", clean(text, LONGEST)))
