"""JUnit reports: what is read, and what a hostile file is refused for."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.artifacts.junit import DEEPEST, JUnitError, read_junit


def outcomes(xml):
    return [(test.name, test.outcome, test.message) for test in read_junit(xml.encode()).tests]


def test_each_outcome_is_read():
    found = outcomes("""<testsuites><testsuite tests="5" failures="1" errors="1" skipped="2">
      <testcase classname="a.B" name="good"/>
      <testcase classname="a.B" name="bad"><failure message="1 != 2">trace</failure></testcase>
      <testcase classname="a.B" name="broken"><error>
          ZeroDivisionError
          more</error></testcase>
      <testcase classname="a.B" name="later"><skipped message="no printer"/></testcase>
      <testcase classname="a.B" name="known"><skipped type="pytest.xfail" message="issue 3"/></testcase>
    </testsuite></testsuites>""")
    assert found == [
        ("good", "passed", ""),
        ("bad", "failed", "1 != 2"),
        ("broken", "error", "ZeroDivisionError"),
        ("later", "skipped", "no printer"),
        ("known", "expected failure", "issue 3"),
    ]


def test_a_failure_wins_over_a_skip():
    assert outcomes('<testsuite><testcase name="t"><failure/><skipped/></testcase></testsuite>') == [
        ("t", "failed", "")
    ]


def test_output_is_no_message():
    (test,) = read_junit(
        b'<testsuite><testcase name="t"><system-out>noise</system-out><failure>why</failure></testcase></testsuite>'
    ).tests
    assert test.message == "why"


def test_the_latest_time_counts_and_one_without_a_zone_is_taken_for_the_latest_it_can_mean():
    report = read_junit(
        b'<testsuites><testsuite timestamp="2026-01-01T10:00:00+00:00"/><testsuite timestamp="2026-01-01T09:00:00"/></testsuites>'
    )
    assert report.latest == datetime(2026, 1, 1, 21, tzinfo=UTC)


def test_without_a_time_none_is_known():
    assert read_junit(b'<testsuite><testcase name="t"/></testsuite>').latest is None


def test_failures_that_a_suite_declares_and_does_not_list_are_counted():
    report = read_junit(
        b'<testsuites failures="3"><testsuite failures="2" errors="1">'
        b'<testcase name="t"><failure/></testcase></testsuite></testsuites>'
    )
    assert report.undetailed == 2


def test_nested_suites_do_not_count_their_failures_twice():
    report = read_junit(
        b'<testsuites failures="1"><testsuite failures="1"><testsuite failures="1">'
        b'<testcase name="t"><failure/></testcase></testsuite></testsuite></testsuites>'
    )
    assert report.undetailed == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"no xml", "no XML"),
        (b"<testsuite>", "no XML"),
        (b"<coverage/>", "another kind"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>', "refused"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite>&a;</testsuite>', "refused"),
        (b'<?xml version="1.0" encoding="nothing"?><testsuite/>', "no XML"),
        (b"<testsuite>" * (DEEPEST + 2), "too deep"),
    ],
)
def test_what_is_no_report_is_refused_with_a_reason(content, reason):
    with pytest.raises(JUnitError, match=reason):
        read_junit(content)


def test_long_texts_are_cut():
    (test,) = read_junit(
        b'<testsuite><testcase name="%s"><failure message="%s"/></testcase></testsuite>' % (b"n" * 9000, b"m" * 9000)
    ).tests
    assert len(test.name) == 200
    assert len(test.message) == 200


@given(st.binary(max_size=200))
def test_any_bytes_are_a_report_or_a_named_error(content):
    try:
        read_junit(b"<testsuite>" + content + b"</testsuite>")
    except JUnitError as error:
        assert str(error)
