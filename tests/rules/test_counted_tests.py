"""`passing-tests` counts tests, not reports."""

from datetime import date

import pytest
from msgspec import UNSET

from readiness.analysis import analyse_files
from readiness.model import Finding, Verdict
from readiness.plugins import load_plugins

RULE = load_plugins().rules["passing-tests"]
PASSED = '<testcase classname="test_app" name="test_one"/>'
FAILED = '<testcase classname="test_app" name="test_two"><failure message="1 != 2"/></testcase>'
BARE = '<testcase classname="test_app" name="test_three[{}]"><skipped type="pytest.skip" message=""/></testcase>'
AWAY = (
    '<testcase classname="test_app" name="test_four[{}]"><skipped type="pytest.skip" message="no printer"/></testcase>'
)
TESTS = "".join(f"def test_{name}():\n    assert 1 + 1 == 2\n\n\n" for name in ("one", "two", "three", "four"))


def judged(*cases: str) -> list[Finding]:
    files = {"test_app.py": TESTS.encode(), "junit.xml": f"<testsuite>{''.join(cases)}</testsuite>".encode()}
    return [each for each in analyse_files(files, [RULE], today=date(2026, 6, 1)).findings if each.rule == RULE.id]


def counted(findings: list[Finding]) -> tuple[int, int]:
    """Tests that passed, and tests."""
    parts = [
        each.measured if each.measured is not UNSET else (int(each.verdict is Verdict.PASSES), 1) for each in findings
    ]
    return sum(passed for passed, _ in parts), sum(total for _, total in parts)


@pytest.mark.parametrize(
    ("cases", "counts"),
    [
        ([PASSED] * 40, (40, 40)),
        ([PASSED] * 40 + [FAILED], (40, 41)),
        ([PASSED] * 40 + [BARE.format(number) for number in range(3)], (40, 43)),
        ([PASSED] * 10 + [AWAY.format(number) for number in range(10)], (10, 20)),
        ([PASSED] * 10 + [BARE.format(0)] + [AWAY.format(number) for number in range(9)], (10, 20)),
    ],
    ids=[
        "all pass",
        "one fails",
        "some are skipped without a reason",
        "half are away",
        "half are away, one unexplained",
    ],
)
def test_each_test_is_counted_once(cases: list[str], counts: tuple[int, int]) -> None:
    assert counted(judged(*cases)) == counts


def test_a_test_that_fails_is_still_a_failure_that_caps() -> None:
    (failure,) = (each for each in judged(*[PASSED] * 40, FAILED) if each.verdict is Verdict.FAILS)
    assert (failure.severity, failure.exact, failure.span.path) == (RULE.severity, True, "test_app.py")


def test_a_run_of_which_nothing_ran_passes_nothing() -> None:
    assert {each.verdict for each in judged(AWAY.format(0))} == {Verdict.FAILS}
