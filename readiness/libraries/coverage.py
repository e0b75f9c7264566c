"""Routes and the files of coverage data in; how much of each handler's body the tests ran, out."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from msgspec import Struct

from readiness.artifacts.coverage_data import CoverageDataError, read_coverage
from readiness.artifacts.coverage_lines import CoverageData, bits, lines_of
from readiness.artifacts.coverage_paths import match_paths
from readiness.model import CoverageOf, CoverageState, Evidence, Library, Project, Route, Scope, Span
from readiness.model.summary import Function, Summary

library = Library(__name__, stage="joined", provides=(CoverageOf, Evidence))

PRAGMA = re.compile(r"(?i:pragma)[:\s]?\s*(?i:no)\s*(?i:cover)\b")
"""What excludes a statement from measurement by default (coverage.py 7.17, `DEFAULT_EXCLUDE`)."""

_NEVER_RUN = re.compile(r"\s*(?:#.*|(?:else|finally)\s*:.*|[)\]}].*)?\Z", re.DOTALL)
"""Lines on which no event can fall: blank, a comment, `else:`, the end of a bracket."""

_HEADER_GOES_ON = re.compile(r"\s*(?:[)\]}:]|->)")
"""Starts of a line on which the header ends and the body begins: coverage.py counts such a line as the header's."""

_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "manage.py")


class _Measured(Struct, frozen=True):
    """One coverage file with its lines by path of the scan."""

    path: str
    lines: dict[str, int]
    drifted: frozenset[str]
    """Paths whose text is not the one that was measured."""
    fact: Evidence


class _Joined(Struct, frozen=True):
    """All usable coverage files as one."""

    lines: dict[str, int]
    """Executed lines by path."""
    source: dict[str, str]
    """The coverage file that a path's lines come from."""
    drifted: frozenset[str]
    first: str
    """The first coverage file; empty without any."""
    manifests: frozenset[str]
    """Folders that hold a manifest."""
    projects: frozenset[str]
    """Those of them with at least one file in the data."""


class _Code(Struct, frozen=True):
    """One file as its routes ask for it."""

    functions: dict[int, Function]
    """By the line of the `def`."""
    pairs: list[tuple[int, int]]
    """First and last line of each statement, in order."""
    firsts: tuple[int, ...]
    """The first lines of `pairs`."""
    pragmas: list[int]
    """Lines of comments that exclude, in order."""
    lines: list[str]


@library.recognises
def recognise(project: Project) -> Iterator[Evidence | CoverageOf]:
    """One `Evidence` for each coverage file, then one `CoverageOf` for each route of the service that a function of it answers."""
    measured = []
    for path in project.evidence("coverage"):
        read = _read(project, path)
        yield read.fact if isinstance(read, _Measured) else read
        if isinstance(read, _Measured):
            measured.append(read)
    joined = _join(project, measured)
    codes: dict[str, _Code | None] = {}
    for route in project.each(Route):
        if route.scope is Scope.SERVICE:
            path = route.span.path
            if path not in codes:
                codes[path] = _code(project, path)
            code = codes[path]
            if code is not None:
                yield from _coverage_of(route, code, joined)


def _read(project: Project, path: str) -> _Measured | Evidence:
    content = project.content(path)
    if content is None:
        return _unusable(project, path, "it cannot be read")
    try:
        data = read_coverage(content)
    except CoverageDataError as error:
        return _unusable(project, path, str(error))
    summaries = {name: summary for name in project.paths() if (summary := project.summary(name)) is not None}
    found = match_paths(
        (file.name for file in data.files), summaries, sources=data.sources, beside=path.rpartition("/")[0]
    )
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
    return _Measured(path, lines, frozenset(drifted), _evidence(project, path, data, len(lines), len(drifted)))


def _evidence(project: Project, path: str, data: CoverageData, matched: int, drifted: int) -> Evidence:
    """What the file is worth. Git decides whether it was made by this run or committed; its own date, whether before HEAD."""
    committed = project.committed
    early = data.latest is not None and committed is not None and data.latest < committed
    untracked = project.files[path].tracked is False
    maker = f" by coverage.py {data.version}" if data.version else ""
    parts = [f"{data.format}{maker}: {matched} of its {len(data.files)} files are in this scan"]
    if drifted:
        parts.append(f"{drifted} of them changed since it was made")
    if untracked and early:
        parts.append("it was made before the commit of HEAD")
    return Evidence(
        span=Span(path, 1),
        symbol=path,
        scope=Scope.SERVICE,
        kind="coverage",
        format=data.format,
        observed=untracked and not early,
        stale=drifted == matched,
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
    statement too, and the docstrings of modules and classes, which are no statements.
    """
    lines = executed | (missing or 0)
    if lines.bit_length() > summary.lines + 1:
        return True
    pairs = list(zip(summary.statements[0::2], summary.statements[1::2], strict=True))
    headers = {line for each in summary.definitions for line in range(each.first_line, each.line + 1)}
    outside = lines & ~bits(headers.union(first for first, _ in pairs))
    if missing is None:
        outside &= ~bits(line for first, last in pairs if last > first for line in range(first, last + 1))
    if missing is not None or not outside:
        return outside != 0
    texts = text.splitlines()
    return any(line > len(texts) or _NEVER_RUN.match(texts[line - 1]) for line in lines_of(outside))


def _join(project: Project, measured: list[_Measured]) -> _Joined:
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
    manifests = _manifest_folders(project)
    projects = frozenset(_project_of(path, manifests) for path in source)
    return _Joined(lines, source, frozenset(drifted), measured[0].path if measured else "", manifests, projects)


def _manifest_folders(project: Project) -> frozenset[str]:
    names = (path.rpartition("/") for path in project.files)
    return frozenset(folder for folder, _, name in names if name in _MANIFESTS)


def _project_of(path: str, manifests: Iterable[str]) -> str:
    """The nearest folder above a file that holds a manifest; the root without any."""
    while path:
        path = path.rpartition("/")[0]
        if path in manifests:
            return path
    return ""


def _code(project: Project, path: str) -> _Code | None:
    summary = project.summary(path)
    if summary is None:
        return None
    functions: dict[int, Function] = {}
    for definition in summary.definitions:
        if isinstance(definition, Function):
            functions.setdefault(definition.line, definition)
    return _Code(
        functions,
        list(zip(summary.statements[0::2], summary.statements[1::2], strict=True)),
        summary.statements[0::2],
        sorted(each.line for each in summary.comments if PRAGMA.search(each.text)),
        (project.text(path) or "").splitlines(),
    )


def _coverage_of(route: Route, code: _Code, joined: _Joined) -> Iterator[CoverageOf]:
    """Nothing for a handler that is no function of the project: there is no body to run."""
    path = route.span.path
    handler = code.functions.get(route.span.line)
    if handler is None:
        return
    body = _body(code, handler)
    excluded = _excluded(code, handler)
    state = _state(path, joined)
    if state is CoverageState.MEASURED and not _apart(code, handler, body):
        state = CoverageState.AMBIGUOUS
    executed = 0
    if state is CoverageState.MEASURED and not excluded:
        lines = joined.lines[path]
        executed = sum(bool(lines >> first & (1 << last - first + 1) - 1) for first, last in body)
    yield CoverageOf(
        span=route.span,
        symbol=route.symbol,
        scope=route.scope,
        resolution=route.resolution,
        route=route,
        state=state,
        executed=executed,
        total=len(body),
        excluded=excluded,
        source=joined.source.get(path, "") or (joined.first if state is CoverageState.ABSENT else ""),
    )


def _state(path: str, joined: _Joined) -> CoverageState:
    if path in joined.drifted:
        return CoverageState.STALE
    if path in joined.source:
        return CoverageState.MEASURED
    known = _project_of(path, joined.manifests) in joined.projects
    return CoverageState.ABSENT if known else CoverageState.MISSING


def _apart(code: _Code, handler: Function, body: list[tuple[int, int]]) -> bool:
    """The body has statements, and none of them shares a line with the `def`."""
    if not body or body[0][0] <= _header_end(code, handler):
        return False
    return body[0][0] > len(code.lines) or not _HEADER_GOES_ON.match(code.lines[body[0][0] - 1])


def _header_end(code: _Code, handler: Function) -> int:
    """The last line of the `def`, where its parameters end."""
    own = bisect_left(code.firsts, handler.line)
    return code.pairs[own][1] if own < len(code.pairs) and code.firsts[own] == handler.line else handler.line


def _body(code: _Code, handler: Function) -> list[tuple[int, int]]:
    """First and last line of every statement of the body, nested functions included."""
    own = bisect_left(code.firsts, handler.line)
    start = bisect_left(code.firsts, handler.body_line)
    if own < len(code.firsts) and code.firsts[own] == handler.line:
        start = max(start, own + 1)
    return code.pairs[start : bisect_right(code.firsts, handler.end_line)]


def _excluded(code: _Code, handler: Function) -> bool:
    """A pragma stands on a decorator or in the header, which takes the whole function out of the measurement."""
    place = bisect_left(code.pragmas, handler.first_line)
    return place < len(code.pragmas) and code.pragmas[place] <= _header_end(code, handler)
