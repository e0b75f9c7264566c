"""Test reports joined with the tests of a scan: what they are worth, and which test a result belongs to."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from readiness.discovery.memory import listing_of
from readiness.languages.python import read
from readiness.libraries.evidence import junit, suites
from readiness.linking import link
from readiness.model import Evidence, TestOutcome, TestResult, TestRun

TESTS = "def test_one():\n    assert 1 + 1 == 2\n"


def scanned(reports, tests=TESTS, committed=None, tracked=False):
    files = {"tests/test_app.py": tests.encode(), **{name: xml.encode() for name, xml in reports.items()}}
    listing = listing_of(files)
    marked = tuple(msgspec.structs.replace(file, tracked=tracked) for file in listing.files)
    listing = msgspec.structs.replace(listing, files=marked)
    listing = _Committed(listing, committed)
    summaries = {path: read(content).summary for path, content in files.items() if path.endswith(".py")}
    project = link(listing, summaries, (), today=date(2026, 1, 1))
    for library in (suites.library, junit.library):
        project.add(list(library.recognise(project)))
    return project


class _Committed:
    """A listing with a commit."""

    def __init__(self, listing, committed):
        self._listing = listing
        self.committed = committed

    def __getattr__(self, name):
        return getattr(self._listing, name)


def report(body='<testcase classname="tests.test_app" name="test_one"/>', when=""):
    stamp = f' timestamp="{when}"' if when else ""
    return f"<testsuite{stamp}>{body}</testsuite>"


def test_a_report_younger_than_the_commit_is_observed():
    project = scanned({"junit.xml": report(when="2026-02-02T00:00:00Z")}, committed=datetime(2026, 2, 1, tzinfo=UTC))
    (evidence,) = project.each(Evidence)
    assert (evidence.kind, evidence.observed, evidence.stale, evidence.problem) == ("tests", True, False, "")


def test_a_report_older_than_the_commit_is_stale():
    project = scanned({"junit.xml": report(when="2026-01-02T00:00:00Z")}, committed=datetime(2026, 2, 1, tzinfo=UTC))
    (evidence,) = project.each(Evidence)
    (run,) = project.each(TestRun)
    assert evidence.stale
    assert not evidence.observed
    assert "before the commit" in evidence.detail
    assert run.stale


@pytest.mark.parametrize(("when", "tracked"), [("", False), ("2026-02-02T00:00:00Z", True)])
def test_a_report_without_a_time_or_committed_with_the_code_is_only_claimed(when, tracked):
    project = scanned({"junit.xml": report(when=when)}, tracked=tracked)
    (evidence,) = project.each(Evidence)
    assert not evidence.observed
    assert not evidence.stale


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (report(""), "lists no test"),
        ("<html/>", "another kind"),
        (report('<testcase classname="other" name="test_other"/>'), "none of its 1 tests is one of this scan"),
    ],
)
def test_a_report_that_proves_nothing_is_a_named_problem(xml, reason):
    project = scanned({"junit.xml": xml})
    (evidence,) = project.each(Evidence)
    assert reason in evidence.problem
    assert evidence.stale
    assert not list(project.each(TestResult))


def test_a_report_of_requests_made_from_the_specification_is_known_by_its_names():
    project = scanned({"junit.xml": report('<testcase name="GET /users"/>')})
    (run,) = project.each(TestRun)
    assert not run.foreign


def test_a_result_belongs_to_the_test_of_its_class():
    tests = "class TestA:\n    def test_x(self):\n        assert 1\n\n\nclass TestB:\n    def test_x(self):\n        assert 1\n"
    body = '<testcase classname="tests.test_app.TestB" name="test_x[2]"><failure/></testcase>'
    project = scanned({"junit.xml": report(body)}, tests)
    (result,) = project.each(TestResult)
    assert (result.outcome, result.span.path, result.span.line) == (TestOutcome.FAILED, "tests/test_app.py", 7)


def test_a_result_that_could_be_of_two_tests_stands_in_the_report():
    tests = "class TestA:\n    def test_x(self):\n        assert 1\n\n\nclass TestB:\n    def test_x(self):\n        assert 1\n"
    project = scanned({"junit.xml": report('<testcase name="test_x"><failure/></testcase>')}, tests)
    (result,) = project.each(TestResult)
    assert result.span.path == "junit.xml"
