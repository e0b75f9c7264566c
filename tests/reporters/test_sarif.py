"""SARIF: what GitHub code scanning needs of it, point by point."""

import json

import msgspec
import pytest

from readiness.model import Confidence, Finding, Problem, Related, Scope, Severity, Span, Stage, Verdict
from readiness.model.report import Report
from readiness.reporters import sarif


def failure(**more: object) -> Finding:
    fields = {
        "rule": "paginated-lists", "verdict": Verdict.FAILS, "severity": Severity.MAJOR, "confidence": Confidence.HIGH,
        "span": Span("app/main.py", 3, 5, 3, 20), "symbol": "app.main::f", "message": "no limit", "scope": Scope.SERVICE,
        "code": "return session.scalars(select(User)).all()",
    }  # fmt: skip
    return Finding(**(fields | more))  # type: ignore[arg-type]


@pytest.fixture
def report(samples) -> Report:
    return msgspec.structs.replace(samples.trouble(), findings=(failure(),))


def run_of(report: Report, *findings: Finding, pages: dict[str, str] | None = None) -> dict:
    shown = msgspec.structs.replace(report, findings=findings) if findings else report
    (run,) = json.loads(sarif.render(shown, pages))["runs"]
    return run


def region_of(report: Report, finding: Finding) -> dict:
    (result,) = run_of(report, finding)["results"]
    (location,) = result["locations"]
    return location["physicalLocation"]["region"]


def test_the_same_report_gives_the_same_bytes(report):
    assert sarif.render(report) == sarif.render(report)


def test_every_rule_has_its_texts(report):
    for rule in run_of(report)["tool"]["driver"]["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]


def test_the_page_of_a_rule_is_its_help(report):
    rules = run_of(report, pages={"paginated-lists": "# paginated-lists"})["tool"]["driver"]["rules"]
    (rule,) = [each for each in rules if each["id"] == "paginated-lists"]
    assert rule["help"]["markdown"] == "# paginated-lists"


def test_a_result_points_at_its_rule(report):
    run = run_of(report)
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_span_on_one_line_is_the_region(report):
    assert region_of(report, failure()) == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 20}


def test_of_a_longer_span_the_first_line_is_the_region_and_the_whole_is_related(report):
    finding = failure(span=Span("app/main.py", 3, 5, 6, 2), code="return session.execute(")
    region = region_of(report, finding)
    assert (region["startLine"], region["endLine"]) == (3, 3)
    assert region["endColumn"] == len("return session.execute(") + 1
    (related,) = run_of(report, finding)["results"][0]["relatedLocations"]
    assert related["physicalLocation"]["region"]["endLine"] == 6


def test_a_region_ends_behind_its_beginning(report):
    region = region_of(report, failure(span=Span("app/main.py", 3, 50, 3, 50), code="x"))
    assert region["endColumn"] > region["startColumn"]


def test_a_finding_about_a_whole_file_stands_at_its_first_line(report):
    assert region_of(report, failure(span=Span("Dockerfile", 0)))["startLine"] == 1


def test_a_failure_without_a_place_is_a_notification(report):
    run = run_of(report, failure(span=Span("", 0), message="no probe anywhere"))
    assert run["results"] == []
    (said,) = [
        each for each in run["invocations"][0]["toolExecutionNotifications"] if "no probe" in each["message"]["text"]
    ]
    assert said["level"] == "warning"


@pytest.mark.parametrize("change", [{"verdict": Verdict.PASSES}, {"verdict": Verdict.UNSURE}, {"accepted": "D1"}])
def test_only_active_failures_are_results(report, change):
    assert run_of(report, failure(**change))["results"] == []


def test_a_problem_is_a_notification(report):
    shown = msgspec.structs.replace(report, problems=(Problem(Stage.EXTRACT, "a.py", "could not be read"),))
    (said,) = run_of(shown)["invocations"][0]["toolExecutionNotifications"]
    assert said["message"]["text"] == "a.py: could not be read"


def test_the_fingerprint_does_not_know_the_line(report):
    def fingerprint(line: int) -> dict:
        return run_of(report, failure(span=Span("app/main.py", line)))["results"][0]["partialFingerprints"]

    assert fingerprint(3) == fingerprint(30)


def test_the_second_of_two_like_findings_has_another_fingerprint(report):
    results = run_of(report, failure(), failure(occurrence=1, span=Span("app/main.py", 9)))["results"]
    assert results[0]["partialFingerprints"] != results[1]["partialFingerprints"]


def test_a_path_of_odd_characters_is_an_address(report):
    (result,) = run_of(report, failure(span=Span("a b/ü%#\udcff.py", 1)))["results"]
    address = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert address == "a%20b/%C3%BC%25%23%FF.py"


def test_a_message_holds_no_link(report):
    (result,) = run_of(report, failure(message="see [this](https://evil.example)"))["results"]
    assert "](" not in result["message"]["text"]


def test_a_security_rule_is_a_security_alert_with_its_weakness(report):
    security = [
        msgspec.structs.replace(rule, security=True, references=("https://cwe.mitre.org/data/definitions/89.html",))
        for rule in report.rules
        if rule.id == "parameterized-queries"
    ]
    (rule,) = run_of(msgspec.structs.replace(report, rules=tuple(security)))["tool"]["driver"]["rules"]
    assert float(rule["properties"]["security-severity"]) > 9
    assert "external/cwe/cwe-089" in rule["properties"]["tags"]


def test_other_rules_are_no_security_alerts(report):
    rules = run_of(report)["tool"]["driver"]["rules"]
    assert all("security-severity" not in rule["properties"] for rule in rules)


def test_the_worst_failures_are_kept_where_there_are_too_many(report, monkeypatch):
    monkeypatch.setattr(sarif, "RESULTS", 1)
    run = run_of(report, failure(severity=Severity.MINOR), failure(severity=Severity.BLOCKER, span=Span("z.py", 1)))
    assert [each["level"] for each in run["results"]] == ["error"]
    assert "1 further failures" in run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]


def test_related_places_keep_their_words(report):
    related = Related(Span("app/crud.py", 7, 1, 7, 9), "the query is made here")
    (result,) = run_of(report, failure(related=(related,)))["results"]
    assert [each["message"]["text"] for each in result["relatedLocations"]] == ["the query is made here"]
