"""The formats for other tools against what those tools read: schemas of our own, written from the published ones.

SARIF 2.1.0 (OASIS, errata 01) with the fields that GitHub asks for; Code Quality of GitLab 17; the `junit-10` schema of Jenkins'
xUnit plugin; workflow commands as `actions/runner` takes them apart.
"""

import json
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.model import Problem, Related, Severity, Span, Stage
from readiness.model.report import Report
from readiness.reporters import github, gitlab, junit, sarif

TEXT = {"type": "object", "properties": {"text": {"type": "string", "minLength": 1}}, "required": ["text"]}
POSITIVE = {"type": "integer", "minimum": 1}
LOCATION = {
    "type": "object",
    "properties": {
        "artifactLocation": {
            "type": "object",
            "properties": {"uri": {"type": "string", "pattern": "^[^ \\\\]+$"}, "uriBaseId": {"const": "%SRCROOT%"}},
            "required": ["uri", "uriBaseId"],
            "additionalProperties": False,
        },
        "region": {
            "type": "object",
            "properties": dict.fromkeys(("startLine", "startColumn", "endLine", "endColumn"), POSITIVE),
            "required": ["startLine"],
            "additionalProperties": False,
        },
    },
    "required": ["artifactLocation", "region"],
    "additionalProperties": False,
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
NOTIFICATION = {
    "type": "object",
    "properties": {"level": LEVEL, "message": TEXT},
    "required": ["message"],
    "additionalProperties": False,
}
RULE = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "maxLength": 255},
        "name": {"type": "string", "maxLength": 255},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "helpUri": {"type": "string", "pattern": "^https?://"},
        "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}},
        "properties": {
            "type": "object",
            "properties": {
                "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "maxItems": 20},
                "precision": {"enum": ["very-high", "high", "medium", "low"]},
                "problem.severity": {"enum": ["error", "warning", "recommendation"]},
                "security-severity": {"type": "string", "pattern": r"^\d+\.\d$"},
            },
        },
    },
    "required": ["id", "shortDescription", "fullDescription", "help"],
}
RESULT = {
    "type": "object",
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": TEXT,
        "locations": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {"type": "object", "properties": {"physicalLocation": LOCATION}, "required": ["physicalLocation"]},
        },
        "partialFingerprints": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
        "baselineState": {"enum": ["new", "unchanged", "updated", "absent"]},
        "relatedLocations": {
            "type": "array",
            "uniqueItems": True,
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "integer", "minimum": 0},
                    "physicalLocation": LOCATION,
                    "message": TEXT,
                },
                "required": ["physicalLocation", "message"],
                "additionalProperties": False,
            },
        },
        "properties": {"type": "object"},
    },
    "required": ["ruleId", "message", "locations", "partialFingerprints"],
    "additionalProperties": False,
}
SARIF = {
    "type": "object",
    "properties": {
        "version": {"const": "2.1.0"},
        "$schema": {"type": "string", "pattern": "^https://"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "tool": {
                        "type": "object",
                        "properties": {
                            "driver": {
                                "type": "object",
                                "properties": {"name": {"type": "string"}, "rules": {"type": "array", "items": RULE}},
                                "required": ["name", "rules"],
                            }
                        },
                        "required": ["driver"],
                    },
                    "results": {"type": "array", "maxItems": 25_000, "items": RESULT},
                    "invocations": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "executionSuccessful": {"type": "boolean"},
                                "toolExecutionNotifications": {"type": "array", "items": NOTIFICATION},
                            },
                            "required": ["executionSuccessful"],
                        },
                    },
                },
                "required": ["tool", "results"],
            },
        },
    },
    "required": ["version", "runs"],
}
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "properties": {
                    "path": {"type": "string", "minLength": 1, "pattern": r"^(?!\./)"},
                    "lines": {
                        "type": "object",
                        "properties": {"begin": POSITIVE, "end": POSITIVE},
                        "required": ["begin"],
                        "additionalProperties": False,
                    },
                },
                "required": ["path", "lines"],
            },
        },
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
    },
}
CASE = {"failure", "error", "skipped"}
KNOWN = frozenset(
    {"add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher",
     "save-state", "set-env", "set-output", "stop-commands", "warning"}
)  # fmt: skip
HOSTILE = "a\n::error::owned\r%0A::set-output name=x::y,file=b:c]]><failure/>&\x1b[31m\ud800%25[x](http://e) ##[error]z"
TEXTS = st.text(alphabet=st.characters(codec=None) | st.sampled_from("%:,\n\r]<>&#[="), max_size=60)
PLAIN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)


@pytest.fixture
def report(samples) -> Report:
    """With a rule whose chapter is also a tag of code scanning, and a place that comes up twice."""
    made = samples.trouble()
    rules = tuple(msgspec.structs.replace(each, security=True, chapter="security") for each in made.rules)
    related = Related(Span("app/a b.py", 3), "here")
    findings = tuple(msgspec.structs.replace(each, related=(related, related)) for each in made.findings)
    return msgspec.structs.replace(made, rules=rules, findings=findings)


def hostile(report: Report, text: str) -> Report:
    """Every text that comes from a repository is this one."""
    said = text + HOSTILE
    findings = tuple(
        msgspec.structs.replace(
            each, message=said, symbol=said, code=said, span=msgspec.structs.replace(each.span, path=said)
        )
        for each in report.findings
    )
    problems = (*report.problems, Problem(Stage.EXTRACT, said, said))
    services = tuple(msgspec.structs.replace(each, name=said) for each in report.services)
    return msgspec.structs.replace(report, findings=findings, problems=problems, services=services, root=said)


def told(line: str) -> tuple[str, dict[str, str], str] | None:
    """What a runner takes a line of a log for: name, properties and message of a command."""
    line = line.lstrip()
    if not line.startswith("::") or "::" not in line[2:]:
        return None
    head, _, data = line[2:].partition("::")
    name, _, properties = head.partition(" ")
    if name not in KNOWN:
        return None
    found = dict(each.split("=", 1) for each in properties.split(",") if "=" in each)
    escapes = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    for escape, character in escapes.items():
        found = {key: value.replace(escape, character) for key, value in found.items()}
        data = data if character in ":," else data.replace(escape, character)
    return name, found, data


def test_sarif_has_the_published_shape(report):
    jsonschema.validate(json.loads(sarif.render(report)), SARIF)


@given(text=TEXTS)
@PLAIN
def test_sarif_keeps_its_shape_whatever_the_repository_says(report, text):
    jsonschema.validate(json.loads(sarif.render(hostile(report, text))), SARIF)


def test_every_address_of_sarif_leads_to_its_file(report):
    (run,) = json.loads(sarif.render(hostile(report, "a b/ü?#%")))["runs"]
    addresses = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]}
    assert {unquote(each, errors="surrogateescape").partition("\n")[0] for each in addresses} == {"a b/ü?#%a"}


def test_gitlab_has_the_published_shape(report):
    jsonschema.validate(json.loads(gitlab.render(report)), GITLAB)


@given(text=TEXTS)
@PLAIN
def test_gitlab_keeps_its_shape_whatever_the_repository_says(report, text):
    jsonschema.validate(json.loads(gitlab.render(hostile(report, text))), GITLAB)


@given(text=TEXTS)
@PLAIN
def test_junit_keeps_its_shape_whatever_the_repository_says(report, text):
    root = ET.fromstring(junit.render(hostile(report, text)))
    assert (root.tag, set(root.attrib)) == ("testsuites", {"name", "tests", "failures", "errors"})
    for suite in root:
        assert (suite.tag, set(suite.attrib)) == ("testsuite", {"name", "tests", "failures", "errors", "skipped"})
        for case in suite:
            assert (case.tag, set(case.attrib)) == ("testcase", {"classname", "name"})
            assert len(case) <= 1
            assert {each.tag for each in case} <= CASE
            assert all(set(each.attrib) <= {"type", "message"} and len(each) == 0 for each in case)


@given(text=TEXTS)
@PLAIN
def test_a_runner_takes_each_line_for_one_annotation(report, text):
    lines = github.render(hostile(report, text)).split("\n")[:-1]
    assert lines
    for line in lines:
        found = told(line)
        assert found is not None
        name, properties, _ = found
        assert name in ("error", "warning", "notice")
        assert set(properties) <= {"file", "title", "line", "endLine", "col", "endColumn"}


def test_a_runner_reads_back_what_was_said(report):
    (finding, *_) = (each for each in report.findings if each.active)
    said = msgspec.structs.replace(
        finding, message="100 % of `a::b`, c: d", severity=Severity.BLOCKER, span=Span("a,b:c%3A.py", 7)
    )
    found = told(github.render(msgspec.structs.replace(report, findings=(said,))).rstrip("\n"))
    assert found is not None
    name, properties, message = found
    assert (name, properties["file"], properties["line"]) == ("error", "a,b:c%3A.py", "7")
    assert message.startswith("100 % of `a::b`, c: d")
