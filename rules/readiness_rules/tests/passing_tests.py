"""Test functions and reports of test runs in; whether the tests exist and passed, out."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from readiness.model import (
    Application,
    Fact,
    Finding,
    Project,
    Rule,
    Scope,
    Severity,
    SourceFile,
    Span,
    TestCase,
    TestOutcome,
    TestResult,
    TestRun,
    counted,
)

SKIPPED_SHARE = 0.1
"""Of the tests of a report that may be skipped, or fail as expected."""

rule = Rule(
    __name__,
    summary="The automated tests exist, ran on this code, and passed.",
    phrase="tests pass",
    severity=Severity.CRITICAL,
    needs=[TestCase, TestRun, TestResult],
    references=["https://docs.pytest.org/en/stable/how-to/output.html#creating-junitxml-format-files"],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Each test of a report counts: those that passed at the report, and each that failed or was skipped without a reason."""
    runs = [run for run in project.each(TestRun) if not run.foreign]
    fresh = [run for run in runs if not run.stale]
    if not fresh:
        yield from _unknown(project, runs)
        return
    results = [result for result in project.each(TestResult) if not result.stale]
    bare = Counter(result.report for result in results if _unexplained(result))
    for run in fresh:
        yield from _run(run, bare[run.span.path])
    seen = set()
    for result in results:
        if (result.name, result.outcome) in seen:
            continue
        seen.add((result.name, result.outcome))
        told = _result(result)
        if told is not None:
            yield told


def _run(run: TestRun, bare: int) -> Iterator[Finding]:
    """What a report says as a whole; `bare` of its tests were skipped without a reason and are findings of their own."""
    away = run.skipped + run.expected_failures
    if run.total == away:
        yield rule.fails(run, f"{run.span.path} holds no test that ran: all {run.total} were skipped; run them")
    elif run.undetailed:
        yield rule.fails(
            run,
            f"{run.span.path} declares {counted(run.undetailed, 'failure or error', 'failures or errors')} that it does not list; "
            "mend what fails before the tests",
        )
    elif run.passed:
        when = f", made {run.made[:10]}" if run.made else ""
        passed = rule.passes(run, f"{run.passed} of {counted(run.total, 'test')} passed in {run.span.path}{when}")
        yield msgspec.structs.replace(passed, measured=(run.passed, run.passed))
    if away > SKIPPED_SHARE * run.total:
        skipped = rule.fails(
            run,
            f"{away} of {counted(run.total, 'test')} of {run.span.path} {'was' if away == 1 else 'were'} skipped or expected to "
            f"fail; mend or delete {'it' if away == 1 else 'them'}",
            severity=Severity.MAJOR,
        )
        yield msgspec.structs.replace(skipped, measured=(0, max(away - bare, 1)))


def _result(result: TestResult) -> Finding | None:
    said = f": {result.message}" if result.message else ""
    match result.outcome:
        case TestOutcome.FAILED:
            return rule.fails(result, f"{result.name} fails{said}; mend the code or the test")
        case TestOutcome.ERROR:
            return rule.fails(result, f"{result.name} breaks before or after it tests{said}; mend it")
        case TestOutcome.SKIPPED if _unexplained(result):
            return rule.fails(
                result,
                f"{result.name} is skipped without a reason; say why, or run it",
                severity=Severity.MINOR,
            )
        case _:
            return None


def _unexplained(result: TestResult) -> bool:
    """Skipped, and the report does not say why."""
    return result.outcome is TestOutcome.SKIPPED and result.message in ("", "unconditional skip")


def _unknown(project: Project, stale: list[TestRun]) -> Iterator[Finding]:
    """No report says how this code does: what else is known."""
    if stale:
        for run in stale:
            yield rule.unsure(
                run,
                f"{run.span.path} was made before the commit of HEAD and says nothing of this code; run the tests again",
            )
        return
    cases = list(project.each(TestCase))
    if cases:
        yield rule.unsure(
            cases[0],
            f"there {'is' if len(cases) == 1 else 'are'} {counted(len(cases), 'test')} and no report of a run; "
            "run `pytest --junitxml=junit.xml`, "
            "or name the report under [tool.readiness.evidence] tests",
            cause="no report of a test run",
        )
        return
    application = next((each for each in project.each(Application) if each.scope is Scope.SERVICE), None)
    if application is None:
        return
    files = [file for file in project.files.values() if file.scope is Scope.TEST and file.language]
    if files:
        yield rule.unsure(
            _place(files[0]),
            f"no test function was found in {counted(len(files), 'file')} of tests; look at {files[0].path}",
        )
    else:
        yield rule.fails(
            application, f"{application.framework} is used and there is no test; write one for each endpoint"
        )


def _place(file: SourceFile) -> Fact:
    return Fact(span=Span(file.path, 1), symbol=file.path, scope=file.scope)
