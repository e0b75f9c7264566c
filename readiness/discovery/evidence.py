"""A folder in; the evidence files that lie in it out, also those that git ignores.

Reports of tests are rarely committed, so they are looked for by name. The names and places are the documentation:

    coverage   .coverage, .coverage.*, coverage.xml, cobertura.xml, coverage.json, coverage.lcov, lcov.info
    tests      junit.xml, junit-*.xml, *-junit.xml, TEST-*.xml, test-results.xml, test-report.xml, pytest.xml
    load       k6-summary.json, *_stats.csv, jmeter *.jtl
    security   *.sarif

up to three folders deep, never in test, fixture, example, vendored or hidden folders, virtual environments or caches.
"""

from __future__ import annotations

import os
from fnmatch import fnmatchcase

DEPTH = 3
"""Folders below the root that are looked into."""

FOLDERS = 4000
"""Folders that are looked into at most."""

FILES = 200
"""Files of one kind that are taken at most."""

NAMES = {
    "coverage": (
        ".coverage",
        ".coverage.*",
        "coverage.xml",
        "coverage-*.xml",
        "cobertura.xml",
        "cobertura-*.xml",
        "coverage.json",
        "coverage.lcov",
        "lcov.info",
    ),
    "tests": (
        "junit.xml",
        "junit-*.xml",
        "junit_*.xml",
        "*-junit.xml",
        "*_junit.xml",
        "test-*.xml",
        "test_results.xml",
        "pytest.xml",
    ),
    "load": ("k6-summary.json", "k6_summary.json", "*_stats.csv", "*.jtl"),
    "security": ("*.sarif", "*.sarif.json"),
}
"""Kind to the names of its files, in lower case."""

_ELSEWHERE = frozenset(
    "test tests __tests__ testdata fixtures fixture examples example samples docs vendor vendored third_party".split()  # noqa: SIM905 (a table of words)
)


def find_evidence(root: bytes, skip: frozenset[bytes]) -> dict[str, list[bytes]]:
    """Kind to relative paths, nearest to the root first. `skip` names folders that are never entered."""
    found: dict[str, list[bytes]] = {}
    level = [b""]
    visited = 0
    for depth in range(DEPTH + 1):
        below: list[bytes] = []
        for folder in level:
            visited += 1
            if visited > FOLDERS:
                return found
            below += _look(root, folder, found, skip, deeper=depth < DEPTH)
        level = sorted(below)
    return found


def _look(
    root: bytes, folder: bytes, found: dict[str, list[bytes]], skip: frozenset[bytes], *, deeper: bool
) -> list[bytes]:
    """Add the evidence of one folder to `found` and give the folders below it."""
    below = []
    names = []
    try:
        with os.scandir(os.path.join(root, folder)) as entries:  # noqa: PTH118 (bytes)
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    below.append(entry.name)
                elif entry.is_file(follow_symlinks=False):
                    names.append(entry.name)
    except OSError:
        return []
    if b"pyvenv.cfg" in names:
        return []
    prefix = folder + b"/" if folder else b""
    for name in sorted(names):
        kind = _kind(os.fsdecode(name).lower())
        if kind and len(found.setdefault(kind, [])) < FILES:
            found[kind].append(prefix + name)
    if not deeper:
        return []
    return [prefix + name for name in below if _entered(name, skip)]


def _kind(name: str) -> str:
    if not name.endswith((".xml", ".json", ".info", ".lcov", ".csv", ".jtl", ".sarif")) and not name.startswith(
        ".coverage"
    ):
        return ""
    for kind, patterns in NAMES.items():
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            return kind
    return ""


def _entered(name: bytes, skip: frozenset[bytes]) -> bool:
    return not name.startswith(b".") and name not in skip and os.fsdecode(name).lower() not in _ELSEWHERE
