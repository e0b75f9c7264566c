"""Pragmas and the configuration of coverage in; what they take out of the measurement of the service's code, out."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from fnmatch import translate

from readiness.artifacts.coverage_config import FILES, Entry, read_coverage_config
from readiness.libraries.evidence.pragmas import Extent, extents
from readiness.model import Library, MeasurementExclusion, Project, Route, Scope, Span, Suppression
from readiness.model.summary import Function, Summary

library = Library(__name__, stage="joined", provides=(MeasurementExclusion,))

NAMED = 10
"""Files and routes that are named for one entry."""

HEADER = 20
"""Lines of one header that are read."""

SHARE = 0.1
"""Of the statements in functions that may lie outside of the measured sources: scripts that stand beside the service."""

_EVIDENT = re.compile(
    r"TYPE_CHECKING|__name__|__main__|__repr__|__str__|NotImplementedError|abstract|ImportError|ModuleNotFoundError|"
    r"\bplatform\b|os\.name|version_info|\bProtocol\b|overload|assert_never|AssertionError|KeyboardInterrupt|"
    r"\.\.\.\s*$|\bDEBUG\b|unreachable|raise SystemExit"
)
"""Code that tests have no business to run, or cannot."""

_BROAD = re.compile(
    r"\W*(?:except(?:\s+(?:Base)?Exception)?(?:\s+as\s+\w+)?|raise|return|def|async def|class|if|else|elif|for|while|with|try|"
    r"pass|continue|break|yield|await|import|from|logger|logging|log|@\w+\.(?:route|get|post|put|delete|patch))?\W*"
)
"""Patterns of `exclude_lines` that take whole kinds of statements out."""

_MATCHING_EVERYTHING = re.compile(r"[.*+?^$()|\\\s]*")


@library.recognises
def recognise(project: Project) -> Iterator[MeasurementExclusion]:
    """One fact for each pragma in the service's code, and for each entry of a configuration that leaves something out."""
    handlers: dict[str, list[Route]] = {}
    for route in project.each(Route):
        if route.scope is Scope.SERVICE and project.find(route.handler) is not None:
            handlers.setdefault(route.span.path, []).append(route)
    pragmas: dict[str, list[Suppression]] = {}
    for suppression in project.each(Suppression):
        if suppression.scope is Scope.SERVICE and suppression.tool == "pragma: no cover":
            pragmas.setdefault(suppression.span.path, []).append(suppression)
    for path, found in pragmas.items():
        yield from _of_pragmas(project, path, found, handlers.get(path, []))
    yield from _of_configuration(project, handlers)


def _of_pragmas(
    project: Project, path: str, pragmas: list[Suppression], routes: list[Route]
) -> Iterator[MeasurementExclusion]:
    """The pragmas of one file. Whatever is long is looked through once, for there can be one on every line."""
    summary = project.summary(path)
    text = (project.text(path) or "").splitlines()
    tree = project.tree(path)
    lines = sorted({_line(each) for each in pragmas})
    suites = extents(tree, lines) if tree is not None else {}
    headers = _headers_above(summary, text, lines) if summary is not None else {}
    routes = sorted(routes, key=lambda route: route.span.line)
    starts = [route.span.line for route in routes]
    decorated: dict[int, list[Route]] = {}
    for route in routes:
        decorated.setdefault(route.first_line, []).append(route)
    for pragma in pragmas:
        line = _line(pragma)
        extent = suites.get(line) or Extent("statement", line, pragma.covers[1] or line)
        inside = routes[bisect_left(starts, extent.first) : bisect_right(starts, extent.last)][:NAMED]
        hidden = dict.fromkeys(f"{route.method} {route.path}" for route in (*inside, *decorated.get(line, ())))
        header = text[line - 1 : pragma.span.line][:HEADER]
        yield MeasurementExclusion(
            span=pragma.span,
            symbol=pragma.symbol,
            scope=pragma.scope,
            kind="pragma",
            text="pragma: no cover",
            reason=pragma.reason,
            handlers=tuple(hidden)[:NAMED],
            statements=_statements(summary, extent.first, extent.last) if summary is not None else 0,
            branch=extent.kind,
            evident=any(_EVIDENT.search(each) for each in (*header, headers.get(line, ""))),
        )


def _line(pragma: Suppression) -> int:
    return pragma.covers[0] or pragma.span.line


def _headers_above(summary: Summary, text: list[str], lines: list[int]) -> dict[int, str]:
    """By line the header of the function around it: a pragma on the body of an abstract method is as evident as on its `def`."""
    found: dict[int, str] = {}
    for each in summary.definitions:
        if isinstance(each, Function):
            inside = lines[bisect_left(lines, each.first_line) : bisect_right(lines, each.end_line)]
            if inside:
                found.update(dict.fromkeys(inside, " ".join(text[each.first_line - 1 : each.line][:HEADER])))
    return found


def _statements(summary: Summary, first: int, last: int) -> int:
    firsts = summary.statements[0::2]
    return bisect_right(firsts, last) - bisect_left(firsts, first)


def _of_configuration(project: Project, handlers: dict[str, list[Route]]) -> Iterator[MeasurementExclusion]:
    """The entries of the configuration of each folder that has one."""
    folders = sorted({path.rpartition("/")[0] for path in project.files if path.rpartition("/")[2] in FILES})
    for folder in folders:
        for name in FILES:
            path = f"{folder}/{name}" if folder else name
            text = project.text(path) if path in project.files else None
            entries = read_coverage_config(name, text) if text is not None and "coverage" in f"{name} {text}" else None
            if entries is None:
                continue
            scope = project.files[path].scope
            if scope is Scope.SERVICE:
                yield from _of_entries(project, path, folder, entries, handlers)
            break


def _of_entries(
    project: Project, path: str, folder: str, entries: list[Entry], handlers: dict[str, list[Route]]
) -> Iterator[MeasurementExclusion]:
    files = [each for each in project.paths(Scope.SERVICE) if not folder or each.startswith(f"{folder}/")]
    sources = [entry for entry in entries if entry.kind == "source"]
    for entry in entries:
        if entry.kind == "omit":
            yield _entry(project, path, entry, _omitted(entry.text, folder, files), handlers)
        elif entry.kind == "exclude":
            broad = _BROAD.fullmatch(entry.text) is not None or _MATCHING_EVERYTHING.fullmatch(entry.text) is not None
            yield MeasurementExclusion(
                span=Span(path, entry.line),
                symbol=path,
                scope=Scope.SERVICE,
                kind="exclude",
                text=entry.text,
                reason=entry.reason,
                evident=not broad,
            )
    if sources:
        outside = [each for each in files if not any(_inside(project, each, folder, entry.text) for entry in sources)]
        lost = sum(_in_functions(project.summary(each)) for each in outside)
        much = lost > SHARE * sum(_in_functions(project.summary(each)) for each in files)
        named = Entry("source", ", ".join(entry.text for entry in sources), sources[0].line, sources[0].reason)
        kept = [each for each in outside if much or each in handlers] if len(outside) < len(files) else []
        yield _entry(project, path, named, kept, handlers)


def _omitted(pattern: str, folder: str, files: list[str]) -> list[str]:
    """Files that a pattern leaves out. Patterns without a beginning of their own are relative to the configuration."""
    written = pattern.removeprefix("./")
    if written.endswith("/"):
        written += "*"
    if not written.startswith(("*", "?", "/")):
        written = f"/{folder}/{written}" if folder else f"/{written}"
    matches = re.compile(translate(re.sub(r"\*{2,}/?", "*", written))).match
    return [each for each in files if matches(f"/{each}")]


def _inside(project: Project, path: str, folder: str, source: str) -> bool:
    """A file lies in a source, which is a folder or the name of a package."""
    place = source.removeprefix("./").strip("/")
    if place in {"", "."} or source.startswith(("/", "$", "..")):
        return True
    full = f"{folder}/{place}" if folder else place
    module = project.module(path)
    return path.startswith(f"{full}/") or path == full or module == place or module.startswith(f"{place}.")


def _entry(
    project: Project, path: str, entry: Entry, hidden: list[str], handlers: dict[str, list[Route]]
) -> MeasurementExclusion:
    routes = [f"{route.method} {route.path}" for each in hidden for route in handlers.get(each, ())]
    return MeasurementExclusion(
        span=Span(path, entry.line),
        symbol=path,
        scope=Scope.SERVICE,
        kind=entry.kind,
        text=entry.text,
        reason=entry.reason,
        handlers=tuple(routes),
        paths=tuple(each for each in hidden if _in_functions(project.summary(each)))[:NAMED],
        statements=sum(_in_functions(project.summary(each)) for each in hidden),
    )


def _in_functions(summary: Summary | None) -> int:
    """Statements in bodies of functions: what stands outside runs on import, and is of no interest to a test."""
    if summary is None:
        return 0
    firsts = summary.statements[0::2]
    outer = (each for each in summary.definitions if isinstance(each, Function) and not _nested(summary, each))
    return sum(bisect_right(firsts, each.end_line) - bisect_left(firsts, each.body_line) for each in outer)


def _nested(summary: Summary, function: Function) -> bool:
    return function.scope >= 0 and isinstance(summary.definitions[function.scope], Function)
