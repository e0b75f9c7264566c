"""A report in, SARIF 2.1.0 out, in the shape that GitHub code scanning takes whole.

Only active failures become results: GitHub shows a suppressed or passing result as an open alert. What could not be read or
judged is a notification. The same report gives the same bytes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from readiness.model import Confidence, Finding, Problem, Severity, Span
from readiness.model.report import Report, RuleInfo
from readiness.reporters.cleaning import clean

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
RESULTS = 5_000
"""Results that GitHub stores of one run; it refuses a run of more than 25,000."""
RELATED = 99
TEXT = 1_000
"""Characters of a message; GitHub cuts at 1,024."""
HELP = 20_000
NOTIFICATIONS = 500

LEVELS = {
    Severity.BLOCKER: "error",
    Severity.CRITICAL: "error",
    Severity.MAJOR: "warning",
    Severity.MINOR: "note",
    Severity.INFO: "note",
}
PROBLEM_SEVERITIES = {"error": "error", "warning": "warning", "note": "recommendation"}
SECURITY_SEVERITIES = {
    Severity.BLOCKER: "9.5",
    Severity.CRITICAL: "8.0",
    Severity.MAJOR: "5.5",
    Severity.MINOR: "3.0",
    Severity.INFO: "1.0",
}
"""Numbers that GitHub turns into critical (above 9.0), high, medium and low."""
PRECISIONS = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}


def render(report: Report, pages: Mapping[str, str] | None = None, folder: str = "") -> str:
    """The report as SARIF. `pages` holds the Markdown pages of rules, by id, for their help.

    `folder` is where the scanned root lies below the root of the repository, from which GitHub reads addresses. It is also the
    category, so that the reports of two folders of one commit do not replace each other.
    """
    rules = sorted(report.rules, key=lambda rule: rule.id)
    places = {rule.id: number for number, rule in enumerate(rules)}
    failures = sorted(
        (each for each in report.findings if each.active and each.rule in places),
        key=lambda each: (each.severity.rank, each.confidence.rank, each.span, each.rule, each.message),
    )
    placed = [each for each in failures if each.span.path]
    run = {
        "tool": {
            "driver": {
                "name": "readiness",
                "semanticVersion": report.tool_version,
                "rules": [_rule(rule, (pages or {}).get(rule.id, "")) for rule in rules],
            }
        },
        "automationDetails": {"id": f"readiness/{folder}/" if folder else "readiness/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The scanned folder."}}},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": _notifications(report.problems, failures, placed),
            }
        ],
        "results": [
            _result(finding, places, folder, baseline=report.baseline is not None) for finding in placed[:RESULTS]
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule(rule: RuleInfo, page: str) -> dict[str, object]:
    summary = _text(rule.summary or rule.id)
    level = LEVELS[rule.severity]
    properties: dict[str, object] = {
        "precision": "high",
        "problem.severity": PROBLEM_SEVERITIES[level],
        # A set: the chapter of a security rule can be called so too.
        "tags": list(
            dict.fromkeys(("readiness", rule.chapter, *(["security"] if rule.security else []), *_weaknesses(rule)))
        ),
    }
    if rule.security:
        properties["security-severity"] = SECURITY_SEVERITIES[rule.severity]
    described: dict[str, object] = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-"))[:255],
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary},
        "help": {"text": f"{summary} Its page: readiness explain {rule.id}"},
        "defaultConfiguration": {"level": level},
        "properties": properties,
    }
    if page:
        described["help"] = {"text": page[:HELP], "markdown": page[:HELP]}
    if rule.references:
        described["helpUri"] = rule.references[0]
    return described


def _weaknesses(rule: RuleInfo) -> list[str]:
    """The entries of the Common Weakness Enumeration among a rule's references, as GitHub spells them: `external/cwe/cwe-089`."""
    found = []
    for reference in rule.references:
        head, _, tail = reference.partition("cwe.mitre.org/data/definitions/")
        number = tail.partition(".")[0]
        if head and number.isdigit():
            found.append(f"external/cwe/cwe-{number:0>3}")
    return found


def _result(finding: Finding, places: Mapping[str, int], folder: str, *, baseline: bool) -> dict[str, object]:
    related = [(each.span, each.message) for each in finding.related if each.span.path]
    if finding.span.end_line > finding.span.line:
        # GitHub shows an alert in a pull request only where all its lines changed, so the whole statement stands aside.
        related.insert(0, (finding.span, "the whole of it"))
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": places[finding.rule],
        "level": LEVELS[finding.severity],
        "message": {"text": _text(finding.message)},
        "locations": [{"physicalLocation": _location(finding.span, _first_line(finding.span, finding.code), folder)}],
        "partialFingerprints": {"readiness/v1": _fingerprint(finding)},
        "properties": {
            "precision": PRECISIONS[finding.confidence],
            "severity": finding.severity.value,
            "symbol": clean(finding.symbol),
        },
    }
    if baseline:
        result["baselineState"] = "unchanged" if finding.known else "new"
    if related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _location(span, _region(span), folder),
                "message": {"text": _text(message)},
            }
            for number, (span, message) in enumerate(related[:RELATED])
        ]
    return result


def _location(span: Span, region: dict[str, int], folder: str) -> dict[str, object]:
    path = f"{folder}/{span.path}" if folder else span.path
    # Names that are no UTF-8 come as lone surrogates; the bytes behind them are what the address must say.
    uri = quote(_bytes(path), safe="/")
    return {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}, "region": region}


def _bytes(path: str) -> bytes:
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "replace")  # no name of a file here, but it must not cost the report


def _first_line(span: Span, code: str) -> dict[str, int]:
    """The part of a span on its first line. `code` is that line without the white space around it, so it ends no later."""
    line, column = max(span.line, 1), max(span.column, 1)
    inside = span.end_line == span.line and span.end_column > column
    end = span.end_column if inside else max(column, len(code)) + 1
    return {"startLine": line, "startColumn": column, "endLine": line, "endColumn": end}


def _region(span: Span) -> dict[str, int]:
    if span.end_line <= span.line:
        return _first_line(span, "")
    return {
        "startLine": max(span.line, 1),
        "startColumn": max(span.column, 1),
        "endLine": span.end_line,
        "endColumn": max(span.end_column, 1),
    }


def _fingerprint(finding: Finding) -> str:
    return hashlib.blake2b("\0".join(map(str, finding.key)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _notifications(
    problems: Sequence[Problem], failures: Sequence[Finding], placed: Sequence[Finding]
) -> list[dict[str, object]]:
    """What the reader of the results must know: problems, failures without a place, results that were left out."""
    said = [
        _notification(f"{each.path}: {each.message}" if each.path else each.message, incomplete=each.incomplete)
        for each in sorted(problems)[:NOTIFICATIONS]
    ]
    said += [_notification(f"{each.rule}: {each.message}") for each in failures if not each.span.path]
    if len(placed) > RESULTS:
        said.append(_notification(f"{len(placed) - RESULTS:,} further failures, none of them worse, are left out"))
    return said


def _notification(message: str, *, incomplete: bool = True) -> dict[str, object]:
    return {"level": "warning" if incomplete else "note", "message": {"text": _text(message)}}


def _text(message: str) -> str:
    """A message that says nothing but its words: SARIF reads `[text](target)` as a link."""
    return clean(message, TEXT).replace("](", "] (") or "no message"
