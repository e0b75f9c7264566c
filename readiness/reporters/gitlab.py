"""A report in, a Code Quality report of GitLab out.

The format: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format (GitLab 17): a list of objects with
description, check_name, fingerprint, location and one of five severities, which are named as ours are.
"""

import hashlib
import json

from readiness.model import Finding
from readiness.model.report import Report
from readiness.reporters.chosen import to_mend
from readiness.reporters.cleaning import clean

LONGEST = 1000


def render(report: Report, folder: str = "") -> str:
    """The list as JSON. `folder` is where the scanned root lies below the root of the repository."""
    return json.dumps([_entry(each, folder) for each in to_mend(report)], indent=1) + "\n"


def _entry(finding: Finding, folder: str) -> dict[str, object]:
    path = f"{folder}/{finding.span.path}" if folder else finding.span.path
    lines = {"begin": max(finding.span.line, 1)}
    if finding.span.end_line > finding.span.line:
        lines["end"] = finding.span.end_line
    return {
        "description": clean(f"{finding.message} ({finding.rule})", LONGEST),
        "check_name": finding.rule,
        "fingerprint": hashlib.blake2b(
            "\0".join(map(str, finding.key)).encode("utf-8", "replace"), digest_size=16
        ).hexdigest(),
        "severity": finding.severity.value,
        "location": {"path": clean(path, LONGEST), "lines": lines},
    }
