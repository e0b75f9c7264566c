"""What a scan found in; the settings of the project that differ from the defaults, as a file with the reason of each, out."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from readiness.adopting.told import unread_folder
from readiness.discovery import Listing
from readiness.libraries.evidence.coverage_totals import TARGET
from readiness.model import Stage
from readiness.model.report import Report

FILES = ("pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg", ".coveragerc")
"""Where the tests and their coverage are configured."""
LARGEST = 256 * 1024
"""Bytes of such a file that are looked at."""
SERVICES = 20
"""Services that are written down; for more of them the division is better left to the scan."""
_LEAST = re.compile(
    r"(?:--cov-fail-under[= ]|^ *\"?fail_under\"? *= *)[\"']?(\d{1,3}(?:\.\d{1,4})?)(?![\d.])", re.MULTILINE
)
_OUTPUTS = {
    "coverage": re.compile(r"--cov-report[= ](?:xml|json|lcov):([^\s\"',\]]{1,200})"),
    "tests": re.compile(r"--junit-?xml[= ]([^\s\"',\]]{1,200})"),
}
_HEAD = "# Settings of readiness. Every setting has a default; readiness doctor names those that do not fit.\n"


def settings(report: Report, listing: Listing, fail_on: str) -> str:
    """The text of `readiness.toml`; empty where the defaults are what the project wants. `fail_on` is the worst severity of which
    nothing fails today, empty where it is that of the default."""
    parts = []
    if fail_on:
        parts.append(
            f"# Nothing {fail_on} or worse fails today that no baseline accepts; so nothing may come.\nfail_on = {_text(fail_on)}\n"
        )
    folder = unread_folder([each.path for each in report.problems if each.stage is Stage.EXTRACT], listing)
    if folder:
        why = "# Nothing in it can be read as Python: templates, or data of tests."
        parts.append(f"{why}\nexclude = [{_text(f'/{folder}/')}]\n")
    texts = list(_texts(listing, [service.root for service in report.services]))
    least = _least(texts)
    if least is not None:
        value, path = least
        parts.append(f"[targets]\n# The limit in {_comment(path)}.\ncoverage = {value:g}\n")
    places = dict(_places(texts, listing))
    if places:
        lines = "".join(f"{kind} = {_text(path)}\n" for kind, path in places.items())
        parts.append(f"[evidence]\n# Where the settings of the tests say.\n{lines}")
    services = [service for service in report.services if service.root]
    if 1 < len(services) == len(report.services) <= SERVICES:
        parts += [f"[[service]]\nroot = {_text(each.root)}\nname = {_text(each.name)}\n" for each in services]
    return "\n".join([_HEAD, *parts]) if parts else ""


def _texts(listing: Listing, roots: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The files that configure the tests, those at the root first."""
    files = {file.path: file for file in listing.files}
    for root in dict.fromkeys(("", *roots)):
        for name in FILES:
            path = f"{root}/{name}" if root else name
            if path not in files:
                continue
            try:
                text = listing.content(files[path])[:LARGEST].decode("utf-8", "replace")
            except OSError:
                continue
            yield path, "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(("#", ";")))


def _least(texts: Iterable[tuple[str, str]]) -> tuple[float, str] | None:
    """The share of the statements that the project wants to be run, where it is not the default, and who says so."""
    for path, text in texts:
        found = _LEAST.search(text)
        if found and 0 < float(found[1]) <= 100:
            return (float(found[1]), path) if float(found[1]) != TARGET else None
    return None


def _places(texts: Iterable[tuple[str, str]], listing: Listing) -> Iterator[tuple[str, str]]:
    """Kinds of evidence that lie where nobody would look, and only where they lie there."""
    seen = {kind for kind, paths in listing.evidence if paths}
    for path, text in texts:
        folder = path.rpartition("/")[0]
        for kind, pattern in _OUTPUTS.items():
            found = pattern.search(text) if kind not in seen else None
            if found is None:
                continue
            place = os.path.normpath(f"{folder}/{found[1]}" if folder else found[1])
            real = Path(listing.root, place)
            if not place.startswith(("..", "/")) and real.is_file() and os.path.realpath(real) == str(real):
                seen.add(kind)
                yield kind, place


def _text(text: str) -> str:
    """A basic string of TOML: what JSON escapes, and everything that does not print."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in quoted)


def _comment(text: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in text)[:200]
