"""Test functions and reports of test runs in; whether the tests exist and passed, out."""

from collections.abc import Iterator

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
    """Each report without a failure is a site, and each test that failed or was skipped without a reason."""
    runs = [run for run in project.each(TestRun) if not run.foreign]
    fresh = [run for run in runs if not run.stale]
    if not fresh:
        yield from _unknown(project, runs)
        return
    for run in fresh:
        finding = _run(run)
        if finding is not None:
            yield finding
        away = run.skipped + run.expected_failures
        if away > SKIPPED_SHARE * run.total:
            yield rule.fails(
                run,
                f"{away} of {run.total} tests of {run.span.path} were skipped or expected to fail; mend or delete them",
                severity=Severity.MAJOR,
            )
    seen = set()
    for result in project.each(TestResult):
        if result.stale or (result.name, result.outcome) in seen:
            continue
        seen.add((result.name, result.outcome))
        told = _result(result)
        if told is not None:
            yield told


def _run(run: TestRun) -> Finding | None:
    """Nothing where single tests fail: each of them is a finding of its own."""
    if run.total == run.skipped + run.expected_failures:
        return rule.fails(run, f"{run.span.path} holds no test that ran: all {run.total} were skipped; run them")
    if run.undetailed:
        return rule.fails(
            run,
            f"{run.span.path} declares {run.undetailed} failures or errors that it does not list; mend what fails before the tests",
        )
    if run.failed + run.errors:
        return None
    when = f", made {run.made[:10]}" if run.made else ""
    return rule.passes(run, f"{run.passed} of {run.total} tests passed in {run.span.path}{when}")


def _result(result: TestResult) -> Finding | None:
    said = f": {result.message}" if result.message else ""
    match result.outcome:
        case TestOutcome.FAILED:
            return rule.fails(result, f"{result.name} fails{said}; mend the code or the test")
        case TestOutcome.ERROR:
            return rule.fails(result, f"{result.name} breaks before or after it tests{said}; mend it")
        case TestOutcome.SKIPPED if not result.message or result.message == "unconditional skip":
            return rule.fails(
                result,
                f"{result.name} is skipped without a reason; say why, or run it",
                severity=Severity.MINOR,
            )
        case _:
            return None


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
            f"there are {len(cases)} tests and no report of their run; run them with `pytest --junitxml=junit.xml`, "
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
            _place(files[0]), f"no test function was found in {len(files)} files of tests; look at {files[0].path}"
        )
    else:
        yield rule.fails(
            application, f"{application.framework} is used and there is no test; write one for each endpoint"
        )


def _place(file: SourceFile) -> Fact:
    return Fact(span=Span(file.path, 1), symbol=file.path, scope=file.scope)
