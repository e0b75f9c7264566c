"""The coverage files of a scan in; which lines of which files the tests ran, and what each file is worth, out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from readiness.artifacts.coverage_data import CoverageDataError, read_coverage
from readiness.artifacts.coverage_lines import CoverageData, bits, lines_of
from readiness.artifacts.coverage_paths import match_paths
from readiness.model import CoverageState, Evidence, Project, Scope, Span
from readiness.model.summary import Summary

_NEVER_RUN = re.compile(r"\s*(?:#.*|(?:else|finally)\s*:.*|[)\]}].*)?\Z", re.DOTALL)
"""Lines on which no event can fall: blank, a comment, `else:`, the end of a bracket."""

_QUOTED = re.compile(r"\s*[rRuU]?[\"']")
"""A line that begins a text, as a docstring does."""

MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "manage.py")
"""Files that make a folder the root of a project."""


class Measured(Struct, frozen=True):
    """One coverage file with its lines by path of the scan."""

    path: str
    lines: dict[str, int]
    drifted: frozenset[str]
    """Paths whose text is not the one that was measured."""
    contested: frozenset[str]
    """Paths whose lines another file of the same relative name may have taken."""
    names: dict[str, str]
    """What the data calls a file, its path here."""
    fact: Evidence
    early: bool
    """It was made before the commit of HEAD."""


class Joined(Struct, frozen=True):
    """All usable coverage files as one."""

    lines: dict[str, int]
    """Executed lines by path."""
    source: dict[str, str]
    """The coverage file that a path's lines come from."""
    drifted: frozenset[str]
    contested: frozenset[str]
    first: str
    """The first coverage file; empty without any."""
    manifests: frozenset[str]
    """Folders that hold a manifest."""
    projects: frozenset[str]
    """Those of them with at least one file in the data."""


def did_run(lines: int, first: int, last: int) -> bool:
    """Whether a line of a statement was executed; `lines` has a bit for each that was."""
    return bool(lines >> first & (1 << last - first + 1) - 1)


def read(project: Project, path: str) -> Measured | Evidence:
    content = project.content(path)
    if content is None:
        return _unusable(project, path, "it cannot be read")
    try:
        data = read_coverage(content)
    except CoverageDataError as error:
        return _unusable(project, path, str(error))
    summaries = {name: summary for name in project.paths() if (summary := project.summary(name)) is not None}
    matches = match_paths(
        (file.name for file in data.files), summaries, sources=data.sources, beside=path.rpartition("/")[0]
    )
    found = matches.paths
    if not found:
        example = f", the first is {data.files[0].name[:100]}" if data.files else ""
        return _unusable(
            project,
            path,
            f"none of its {len(data.files)} files is one of this scan{example}; measure with relative_files = true, "
            "or scan the folder that the tests ran in",
        )
    lines: dict[str, int] = {}
    drifted = set()
    for file in data.files:
        name = found.get(file.name)
        if name is None:
            continue
        lines[name] = lines.get(name, 0) | file.executed
        summary = summaries[name]
        if _drifted(summary, file.executed, file.missing, project.text(name) or ""):
            drifted.add(name)
    committed = project.committed
    early = data.latest is not None and committed is not None and data.latest < committed
    fact = _evidence(project, path, data, len(lines), len(drifted), early=early)
    return Measured(path, lines, frozenset(drifted), matches.contested, found, fact, early)


def _evidence(project: Project, path: str, data: CoverageData, matched: int, drifted: int, *, early: bool) -> Evidence:
    """What the file is worth. Git decides whether it was made by this run or committed; its own date, whether before HEAD."""
    untracked = project.files[path].tracked is False
    maker = f" by coverage.py {data.version}" if data.version else ""
    parts = [f"{data.format}{maker}: {matched} of its {len(data.files)} files are in this scan"]
    if drifted:
        parts.append(f"{drifted} of them changed since it was made")
    if untracked and early:
        parts.append("it was made before the commit of HEAD")
    elif untracked and data.latest is None:
        parts.append("it does not say when it was made")
    return Evidence(
        span=Span(path, 1),
        symbol=path,
        scope=Scope.SERVICE,
        kind="coverage",
        format=data.format,
        observed=untracked and not early,
        stale=drifted == matched,
        early=untracked and early,
        detail="; ".join(parts),
    )


def _unusable(project: Project, path: str, problem: str) -> Evidence:
    return Evidence(
        span=Span(path, 1),
        symbol=path,
        scope=Scope.SERVICE,
        kind="coverage",
        format="",
        stale=True,
        detail=f"unusable: {problem}",
        problem=f"this coverage file cannot be used: {problem}",
    )


def _drifted(summary: Summary, executed: int, missing: int | None, text: str) -> bool:
    """Whether the lines cannot be those of today's text.

    Reports list the lines that statements start on. A database lists every line on which something happened: the inside of a
    statement too. Both list the docstrings of modules and classes, which are no statements, and the first line of an empty file.
    """
    lines = executed | (missing or 0)
    if lines.bit_length() > max(summary.lines, 1) + 1:
        return True
    pairs = list(zip(summary.statements[0::2], summary.statements[1::2], strict=True))
    headers = {line for each in summary.definitions for line in range(each.first_line, each.line + 1)}
    outside = lines & ~bits(headers.union(first for first, _ in pairs))
    if missing is None:
        outside &= ~bits(line for first, last in pairs if last > first for line in range(first, last + 1))
    if not outside:
        return False
    texts = text.splitlines()
    if missing is not None:
        strayed = lines_of(outside)
        return any(
            missing >> line & 1 or (line <= len(texts) and not _QUOTED.match(texts[line - 1])) for line in strayed
        )
    return any(line > len(texts) or _NEVER_RUN.match(texts[line - 1]) for line in lines_of(outside))


def join(project: Project, measured: list[Measured]) -> Joined:
    """Take all coverage files together. What this run made is not mixed with what was committed, and a file that matches today's
    text not with one that does not."""
    if any(each.fact.observed for each in measured):
        measured = [each for each in measured if each.fact.observed]
    lines: dict[str, int] = {}
    source: dict[str, str] = {}
    for each in measured:
        for path, executed in each.lines.items():
            if path not in each.drifted:
                lines[path] = lines.get(path, 0) | executed
                source.setdefault(path, each.path)
    drifted = {path for each in measured for path in each.drifted if path not in lines}
    for each in measured:
        for path in each.drifted & drifted:
            source.setdefault(path, each.path)
    contested = frozenset(path for each in measured for path in each.contested if path not in source)
    manifests = _manifest_folders(project)
    projects = frozenset(project_of(path, manifests) for path in source)
    return Joined(
        lines, source, frozenset(drifted), contested, measured[0].path if measured else "", manifests, projects
    )


def _manifest_folders(project: Project) -> frozenset[str]:
    names = (path.rpartition("/") for path in project.files)
    return frozenset(folder for folder, _, name in names if name in MANIFESTS)


def project_of(path: str, manifests: Iterable[str]) -> str:
    """The nearest folder above a file that holds a manifest; the root without any."""
    while path:
        path = path.rpartition("/")[0]
        if path in manifests:
            return path
    return ""


def state_of(path: str, joined: Joined) -> CoverageState:
    if path in joined.drifted:
        return CoverageState.STALE
    if path in joined.source:
        return CoverageState.MEASURED
    if path in joined.contested:
        return CoverageState.CONTESTED
    known = project_of(path, joined.manifests) in joined.projects
    return CoverageState.ABSENT if known else CoverageState.MISSING
