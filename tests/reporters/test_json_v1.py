"""The JSON report: valid by its published schema, the same bytes for the same report, safe to print."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import readiness
from readiness.reporters import endpoints_v1, json_v1, rules_v1

PUBLISHED = Path(readiness.__file__).parent / "schemas" / "report-v1.json"
NAMES = ["ready", "trouble", "unread", "several", "problems", "library", "empty"]


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_published_schema_is_that_of_the_code():
    again = "python -c 'from readiness.reporters import json_v1; print(json_v1.schema(), end=\"\")'"
    assert PUBLISHED.read_text(encoding="utf-8") == json_v1.schema(), f"make it again: {again} > {PUBLISHED.name}"


@pytest.mark.parametrize("name", NAMES)
def test_reports_are_valid(samples, validator, name):
    validator.validate(json.loads(json_v1.render(samples.ALL[name]())))


def test_the_schema_refuses_what_is_no_report(validator):
    assert not validator.is_valid({"schema": "readiness/report/v1"})
    assert not validator.is_valid([])


@pytest.mark.parametrize("name", NAMES)
def test_same_report_same_bytes(samples, name):
    assert json_v1.render(samples.ALL[name]()) == json_v1.render(samples.ALL[name]())


def test_the_order_of_sets_does_not_show(samples):
    report = samples.problems()
    turned = msgspec.structs.replace(
        report,
        problems=report.problems[::-1],
        rules=report.rules[::-1],
        evidence=report.evidence[::-1],
        suppressions=report.suppressions[::-1],
        scopes=report.scopes[::-1],
    )
    assert json_v1.render(turned) == json_v1.render(report)


def test_the_names_that_are_promised(samples):
    document = json.loads(json_v1.render(samples.trouble()))
    assert document["schema"] == "readiness/report/v1"
    assert set(document) == {
        *("schema", "tool", "checklist", "root", "today", "head", "gate", "completeness", "services", "findings"),
        *("baseline", "change"),
        *("endpoints", "graph_fields", "deviations", "problems", "rules", "evidence", "suppressions"),
    }
    result = document["services"][0]["score"]
    assert (result["value"], result["grade"], result["verdict"]) == (25.0, "E", "NOT READY")
    assert document["suppressions"][0] == {"tool": "noqa", "count": 12, "without_reason": 10}
    assert document["completeness"] == {
        "complete": True,
        "files": 41,
        "files_read": 41,
        "sites": 9,
        "sites_unsure": 1,
        "scopes": [{"name": "service", "files": 30}, {"name": "test", "files": 11}],
    }


@settings(max_examples=60, deadline=None)
@given(poison=st.text(st.characters(categories=None), min_size=1, max_size=40))
def test_it_is_printable_ascii_and_keeps_the_text(samples, poison):
    text = json_v1.render(samples.hostile(poison))
    assert all(character == "\n" or " " <= character <= "~" for character in text)
    message = json.loads(text)["problems"][0]["message"]
    assert message == poison.encode("utf-8", "backslashreplace").decode()


def test_endpoints_and_rules_have_schemas_of_their_own(samples):
    report = samples.trouble()
    assert json.loads(endpoints_v1.render(report))["schema"] == "readiness/endpoints/v1"
    assert json.loads(rules_v1.render(report.rules, "1"))["schema"] == "readiness/rules/v1"
