"""A rule's page or fixture folder in, samples out: small projects with what the rule must say of them."""

import importlib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct

from readiness.analysis import analyse_files
from readiness.model import Rule, Verdict
from readiness.plugins import page_of

MARK = re.compile(r"(?:#|//|--)\s*(passes|fails|unsure):\s*([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)")
FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<language>[A-Za-z0-9_-]*)(?P<info>[^`]*)$")
TOUCHED = re.compile(r"[ \t]*# touched[ \t]*$|[ \t]*# touched(?=[ \t]+#)")
"""A line that the change under review wrote."""
PATH = re.compile(r"\bpath=(\S+)")
TODAY = date(2026, 6, 1)
"""The date on which samples are judged."""


class Expectation(Struct, frozen=True, order=True):
    """What a rule says of one line."""

    path: str
    line: int
    verdict: Verdict


class Sample(Struct, frozen=True):
    """One small project and what one rule must answer."""

    name: str
    rule: Rule
    files: dict[str, bytes]
    """Without the marks."""
    expected: frozenset[Expectation]
    section: str = ""
    """Heading of the page it stands under: `Good`, `Bad`."""
    only: str = ""
    """Why no variants are made of it, where its author says so: `# no variants: <reason>`."""
    touched: Mapping[str, tuple[int, ...]] = {}
    """Lines that the change under review wrote, by path."""

    def __str__(self) -> str:
        return self.name

    def found(self) -> frozenset[Expectation]:
        """What the rule really answers. Raises AssertionError when the engine or the rule had a problem with the sample."""
        touched = tuple((path, tuple((line, line) for line in lines)) for path, lines in sorted(self.touched.items()))
        analysis = analyse_files(self.files, [self.rule], today=TODAY, touched=touched)
        if analysis.problems:
            raise AssertionError("\n".join(f"{each.path}: {each.message}" for each in analysis.problems))
        return frozenset(
            Expectation(finding.span.path, finding.span.line, finding.verdict) for finding in analysis.findings
        )


def page_samples(module: str) -> list[Sample]:
    """Samples of the page beside a rule's module.

    Raises LookupError when the module makes no rule or has no page.
    """
    rule = getattr(importlib.import_module(module), "rule", None)
    if not isinstance(rule, Rule):
        raise LookupError(f"{module} has no `rule = Rule(__name__, ...)`")  # noqa: TRY004 -- a module is looked up
    page = page_of(rule)
    if page is None:
        raise LookupError(f"write the page of {rule.id}: {module.rpartition('.')[2]}.md beside its module")
    samples = []
    for section, line, files in _projects(page):
        samples.append(_sample(f"{rule.id}/page:{line}", rule, files, section))
    return samples


def fixture_samples(rule: Rule, folder: Path) -> list[Sample]:
    """Samples of a fixture folder: each Python file, and each folder, is a project."""
    samples = []
    for place in sorted(folder.iterdir()) if folder.is_dir() else []:
        if place.name.startswith((".", "__")):
            continue
        if place.is_dir():
            files = {
                each.relative_to(place).as_posix(): each.read_bytes()
                for each in sorted(place.rglob("*"))
                if each.is_file() and "__pycache__" not in each.parts
            }
        else:
            files = {place.name: place.read_bytes()}
        samples.append(_sample(f"{rule.id}/{place.name}", rule, files))
    return samples


def _projects(page: str) -> Iterator[tuple[str, int, dict[str, bytes]]]:
    """Section, line and files of each project in a page."""
    section = heading = ""
    together: dict[str, bytes] = {}
    first = 0
    lines = page.splitlines()
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.startswith("#"):
            if together:
                yield section, first, together
                together = {}
            heading = line.lstrip("#").strip()
            section = heading if line.startswith("## ") else section
            continue
        fence = FENCE.match(line)
        if fence is None:
            continue
        start = number
        while number < len(lines) and lines[number].strip() != fence["ticks"]:
            number += 1
        text = "\n".join(lines[start:number]) + "\n"
        number += 1
        path = PATH.search(fence["info"])
        if path is not None:
            first = first if together else start + 1
            together[path[1]] = text.encode()
        elif fence["language"] == "python":
            yield section, start + 1, {"app.py": text.encode()}
    if together:
        yield section, first, together


def _sample(name: str, rule: Rule, files: Mapping[str, bytes], section: str = "") -> Sample:
    expected: set[Expectation] = set()
    clean: dict[str, bytes] = {}
    touched: dict[str, tuple[int, ...]] = {}
    only = ""
    for path, content in files.items():
        try:
            text = content.decode()
        except UnicodeDecodeError:
            clean[path] = content
            continue
        reason = re.search(r"# no variants: (.+)", text)
        only = reason[1].strip() if reason else only
        lines = [number for number, line in enumerate(text.split("\n"), start=1) if TOUCHED.search(line)]
        if lines:
            touched[path] = tuple(lines)
            text = "\n".join(TOUCHED.sub("", line) for line in text.split("\n"))
        clean[path], marks = _unmarked(path, text, rule.id)
        expected |= marks
    return Sample(name, rule, clean, frozenset(expected), section, only, touched)


def _unmarked(path: str, text: str, rule_id: str) -> tuple[bytes, set[Expectation]]:
    """The text without its marks, and what they say of one rule."""
    expected: set[Expectation] = set()
    lines = text.split("\n")
    waiting: list[Verdict] = []
    for index, line in enumerate(lines):
        marks = list(MARK.finditer(line))
        verdicts = [Verdict(mark[1]) for mark in marks if rule_id in re.split(r"\s*,\s*", mark[2])]
        if not marks:
            if line.strip():
                expected |= {Expectation(path, index + 1, verdict) for verdict in waiting}
                waiting = []
            continue
        rest = MARK.sub("", line).rstrip()
        lines[index] = rest
        if rest.strip():
            expected |= {Expectation(path, index + 1, verdict) for verdict in [*waiting, *verdicts]}
            waiting = []
        else:
            waiting.extend(verdicts)
    if waiting:
        raise AssertionError(f"{path}: a mark at the end of the file speaks about no line")
    return "\n".join(lines).encode(), expected
