"""GitHub's annotations, GitLab's Code Quality and JUnit: what they hold, and that no text of a repository leaves its place."""

import json
import re
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.model import Confidence, Finding, Scope, Severity, Span, Verdict
from readiness.model.report import Change, Report
from readiness.reporters import github, gitlab, junit

HOSTILE = "a\n::error::owned\r%0A::set-output name=x::y,file=b:c]]><failure/>&\x1b[31m\ud800"
ANNOTATION = re.compile(r"::(error|warning|notice) (?:[a-zA-Z]+=[^,:\r\n]*)(?:,[a-zA-Z]+=[^,:\r\n]*)*::[^\r\n]*")


def failure(
    message: str = "wrong",
    path: str = "app/main.py",
    line: int = 3,
    severity: Severity = Severity.MAJOR,
    **more: object,
) -> Finding:
    return Finding(
        rule="paginated-lists", verdict=Verdict.FAILS, severity=severity, confidence=Confidence.HIGH, span=Span(path, line),
        symbol="app.main::f", message=message, scope=Scope.SERVICE, **more,
    )  # fmt: skip


def report_of(*findings: Finding) -> Report:
    return Report(
        tool_version="1", checklist="c", checklist_version="1", checklist_title="C", root="shop", today="2026-06-01",
        findings=findings,
    )  # fmt: skip


@pytest.fixture
def report(samples) -> Report:
    return samples.trouble()


# GitHub


def test_an_annotation_names_file_line_and_rule():
    assert (
        github.render(report_of(failure()))
        == "::warning file=app/main.py,title=paginated-lists (major),line=3::wrong\n"
    )


def test_a_scan_of_a_folder_names_files_from_the_top_of_the_repository():
    assert "file=services/shop/app/main.py," in github.render(report_of(failure()), "services/shop")


def test_of_each_kind_ten_are_written_and_the_last_counts_the_rest():
    lines = github.render(report_of(*(failure(line=number) for number in range(1, 31)))).splitlines()
    assert (len(lines), lines[-1]) == (
        10,
        "::warning title=readiness::21 more findings of this kind: see the summary of the job",
    )


def test_ten_of_a_kind_are_all_written():
    assert github.render(report_of(*(failure(line=number) for number in range(1, 11)))).count("file=") == 10


def test_the_worst_come_first():
    lines = github.render(report_of(failure(severity=Severity.MINOR), failure(severity=Severity.BLOCKER))).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::notice"]


def test_what_the_baseline_knows_is_not_annotated():
    assert github.render(report_of(failure(known=True))) == ""


def test_of_a_change_only_what_it_brings_is_annotated():
    change = Change(
        base="abc",
        name="main",
        new=(failure(line=9),),
        worse=(),
        lost=(),
        fixed=(),
        endpoints=(),
        scores=(),
        expired=(),
    )
    report = msgspec.structs.replace(report_of(failure(line=3)), change=change)
    assert re.findall(r"line=(\d+)", github.render(report)) == ["9"]


@given(st.text(), st.text())
def test_no_text_ends_its_annotation(message, path):
    for line in github.render(report_of(failure(message + HOSTILE, path + HOSTILE))).split("\n")[:-1]:
        assert ANNOTATION.fullmatch(line)


# GitLab


def test_a_finding_has_what_gitlab_asks_for():
    (entry,) = json.loads(gitlab.render(report_of(failure())))
    assert entry | {"fingerprint": ""} == {
        "description": "wrong (paginated-lists)",
        "check_name": "paginated-lists",
        "fingerprint": "",
        "severity": "major",
        "location": {"path": "app/main.py", "lines": {"begin": 3}},
    }


def test_fingerprints_are_all_different():
    entries = json.loads(gitlab.render(report_of(*(failure(occurrence=number) for number in range(5)))))
    assert len({entry["fingerprint"] for entry in entries}) == 5


def test_a_fingerprint_does_not_follow_the_line():
    one, other = (json.loads(gitlab.render(report_of(failure(line=line))))[0]["fingerprint"] for line in (3, 300))
    assert one == other


def test_a_finding_without_a_line_stands_at_the_first():
    assert json.loads(gitlab.render(report_of(failure(line=0))))[0]["location"]["lines"] == {"begin": 1}


@given(st.text(), st.text())
def test_gitlab_stays_json(message, path):
    assert len(json.loads(gitlab.render(report_of(failure(message + HOSTILE, path + HOSTILE))))) == 1


def test_without_failures_the_list_is_empty():
    assert json.loads(gitlab.render(report_of())) == []


# JUnit


def test_each_rule_of_an_item_is_a_case(report):
    cases = ET.fromstring(junit.render(report)).findall("testsuite/testcase")
    tallies = [tally for item in report.services[0].items for criterion in item.criteria for tally in criterion.tallies]
    assert len(cases) == len(tallies) * len(report.services)


def test_a_failing_rule_is_a_failure_with_its_places(report):
    finding = next(each for each in report.findings if each.verdict is Verdict.FAILS and not each.accepted)
    texts = [each.text or "" for each in ET.fromstring(junit.render(report)).iter("failure")]
    assert any(finding.span.path in text for text in texts)


def test_counts_agree_with_the_cases(report):
    for suite in ET.fromstring(junit.render(report)).findall("testsuite"):
        counted = {
            name: len(suite.findall(f"testcase/{tag}"))
            for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
        }
        assert {name: int(suite.attrib[name]) for name in counted} == counted


@given(text=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
def test_junit_stays_xml(report, text):
    named = tuple(msgspec.structs.replace(each, name=text + HOSTILE) for each in report.services)
    said = tuple(msgspec.structs.replace(each, message=text + HOSTILE) for each in report.findings)
    ET.fromstring(junit.render(msgspec.structs.replace(report, services=named, findings=said)))
