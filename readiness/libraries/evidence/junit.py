"""JUnit reports and the tests of the scan in; what ran, what failed and what was skipped, out.

Read as pytest 9, unittest-xml-reporting 3, Surefire 3, jest-junit and schemathesis 4 write them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from readiness.artifacts.junit import JUnitError, JUnitReport, JUnitTest, read_junit
from readiness.model import Evidence, Library, Project, Scope, Span, TestCase, TestOutcome, TestResult, TestRun

library = Library(__name__, stage="joined", provides=(TestRun, TestResult, Evidence))

MOST_RESULTS = 2000
"""Tests of one report that did not pass and are told one by one; the rest is counted."""

SAME_NAME = 300
"""Test functions of one name that are compared with a test of the report."""

DEEP = 12
"""Names at the end of a test's module and class that are compared."""

_NAME = re.compile(r"\w+")
_OPERATION = re.compile(r"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /")
"""Names that a suite made from a specification gives to its tests."""


@library.recognises
def recognise(project: Project) -> Iterator[Evidence | TestRun | TestResult]:
    """One `Evidence` for each report, and for those that can be read a `TestRun` with its results that are no passes."""
    reports = project.evidence("tests")
    if not reports:
        return
    known: dict[str, list[TestCase]] = {}
    for case in project.each(TestCase):
        named = known.setdefault(case.name, [])
        if len(named) < SAME_NAME:
            named.append(case)
    for path in reports:
        yield from _read(project, path, known)


def _read(project: Project, path: str, known: dict[str, list[TestCase]]) -> Iterator[Evidence | TestRun | TestResult]:
    try:
        report = _parsed(project.content(path))
    except JUnitError as error:
        yield _unusable(path, str(error))
        return
    foreign = bool(known) and not any(_of_this_scan(test, known) for test in report.tests)
    committed = project.committed
    stale = report.latest is not None and committed is not None and report.latest < committed
    counts = Counter(test.outcome for test in report.tests)
    if foreign:
        yield _unusable(
            path,
            f"none of its {len(report.tests)} tests is one of this scan, the first is "
            f"{_full(report.tests[0])[:100] if report.tests else 'not named'}; name the report of this project's tests",
        )
    else:
        yield _evidence(project, path, report, counts, stale=stale)
    yield TestRun(
        span=Span(path, 1),
        symbol=path,
        scope=Scope.SERVICE,
        passed=counts["passed"],
        failed=counts["failed"],
        errors=counts["error"],
        skipped=counts["skipped"],
        expected_failures=counts["expected failure"],
        undetailed=report.undetailed,
        stale=stale,
        made=report.latest.isoformat() if report.latest else "",
        foreign=foreign,
    )
    if not foreign:
        yield from _results(path, report, known, stale=stale)


def _parsed(content: bytes | None) -> JUnitReport:
    """The report. Raises JUnitError, for one without a test too: it proves nothing."""
    if content is None:
        raise JUnitError("it cannot be read")
    report = read_junit(content)
    if not report.tests and not report.undetailed:
        raise JUnitError("it lists no test; run the tests again and look at what the runner collects")
    return report


def _of_this_scan(test: JUnitTest, known: dict[str, list[TestCase]]) -> bool:
    return _function(test) in known or _OPERATION.match(test.name) is not None


def _function(test: JUnitTest) -> str:
    """`test_create` of `test_create[eur]`."""
    found = _NAME.match(test.name)
    return found[0] if found else ""


def _full(test: JUnitTest) -> str:
    return f"{test.group}::{test.name}" if test.group else test.name


def _results(path: str, report: JUnitReport, known: dict[str, list[TestCase]], *, stale: bool) -> Iterator[TestResult]:
    told = 0
    for test in report.tests:
        if test.outcome == "passed":
            continue
        told += 1
        if told > MOST_RESULTS:
            return
        case = _case(test, known)
        yield TestResult(
            span=case.span if case else Span(path, test.line),
            symbol=case.symbol if case else path,
            scope=Scope.TEST,
            name=_full(test),
            outcome=TestOutcome(test.outcome),
            report=path,
            stale=stale,
            message=test.message,
        )


def _case(test: JUnitTest, known: dict[str, list[TestCase]]) -> TestCase | None:
    """The test function: the one of that name whose module and class agree best with those of the report."""
    choices = known.get(_function(test), [])
    group = [part for part in test.group.split(".") if part][-DEEP:]
    ranked = sorted(
        ((_agreement(case, group, test.file), -number) for number, case in enumerate(choices)), reverse=True
    )
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return choices[-ranked[0][1]]


def _agreement(case: TestCase, group: list[str], file: str) -> int:
    """How many names at the end of the module and class are the same in both."""
    module, _, qualname = case.symbol.partition("::")
    names = module.split(".") + qualname.split(".")[:-1]
    common = 0
    while common < min(len(names), len(group)) and names[-1 - common] == group[-1 - common]:
        common += 1
    return common + 100 * (bool(file) and (case.span.path.endswith(file) or file.endswith(case.span.path)))


def _evidence(project: Project, path: str, report: JUnitReport, counts: Counter[str], *, stale: bool) -> Evidence:
    """What the report is worth. Made by this run is one that git does not track and that names a time after HEAD's commit."""
    made: datetime | None = report.latest
    untracked = project.files[path].tracked is False
    parts = [f"JUnit: {len(report.tests)} tests"]
    parts += [f"{counts[name]} {name}" for name in ("failed", "error", "skipped", "expected failure") if counts[name]]
    if stale:
        parts.append("it was made before the commit of HEAD")
    elif made is None:
        parts.append("it does not say when it was made")
    return Evidence(
        span=Span(path, 1),
        symbol=path,
        scope=Scope.SERVICE,
        kind="tests",
        format="JUnit XML",
        observed=untracked and made is not None and not stale,
        stale=stale,
        detail="; ".join(parts),
    )


def _unusable(path: str, problem: str) -> Evidence:
    return Evidence(
        span=Span(path, 1),
        symbol=path,
        scope=Scope.SERVICE,
        kind="tests",
        format="",
        stale=True,
        detail=f"unusable: {problem}",
        problem=f"this test report cannot be used: {problem}",
    )
