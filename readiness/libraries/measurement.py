"""Pragmas and the configuration of coverage in; what they take out of the measurement of the service's code, out."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from fnmatch import translate

from readiness.artifacts.coverage_config import FILES, Entry, read_coverage_config
from readiness.model import Library, MeasurementExclusion, Project, Route, Scope, Span, Suppression
from readiness.model.summary import Function, Summary

library = Library(__name__, stage="joined", provides=(MeasurementExclusion,))

NAMED = 10
"""Files and routes that are named for one entry."""

SHARE = 0.1
"""Of the statements in functions that may lie outside of the measured sources: scripts that stand beside the service."""

_EVIDENT = re.compile(
    r"TYPE_CHECKING|__name__|__main__|__repr__|__str__|NotImplementedError|abstract|ImportError|ModuleNotFoundError|"
    r"\bplatform\b|os\.name|version_info|\bProtocol\b|overload|assert_never|AssertionError|KeyboardInterrupt|"
    r"\.\.\.\s*$|\bDEBUG\b|unreachable|raise SystemExit"
)
"""Code that tests have no business to run, or cannot."""

_BROAD = re.compile(
    r"\s*\W*(?:except(?:\s+(?:Base)?Exception)?(?:\s+as\s+\w+)?|raise|return|def|async def|class|if|else|elif|for|while|with|try|"
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
    for suppression in project.each(Suppression):
        if suppression.scope is Scope.SERVICE and suppression.tool == "pragma: no cover":
            yield _of_pragma(project, suppression, handlers.get(suppression.span.path, []))
    yield from _of_configuration(project, handlers)


def _of_pragma(project: Project, suppression: Suppression, routes: Iterable[Route]) -> MeasurementExclusion:
    path = suppression.span.path
    summary = project.summary(path)
    line = suppression.covers[0] or suppression.span.line
    text = (project.text(path) or "").splitlines()
    kind, first, last = _extent(project, path, line, suppression.covers[1] or line)
    hidden = _statements(summary, first, last) if summary is not None else 0
    header = text[line - 1 : suppression.span.line]
    around = _header_above(summary, text, line)
    return MeasurementExclusion(
        span=suppression.span,
        symbol=suppression.symbol,
        scope=suppression.scope,
        kind="pragma",
        text="pragma: no cover",
        reason=suppression.reason,
        handlers=tuple(
            f"{route.method} {route.path}"
            for route in routes
            if first <= route.span.line <= last or line == route.first_line
        )[:NAMED],
        statements=hidden,
        branch=kind,
        evident=any(_EVIDENT.search(each) for each in (*header, around)),
    )


def _header_above(summary: Summary | None, text: list[str], line: int) -> str:
    """The header of the function around a line: a pragma on the body of an abstract method is as evident as on its `def`."""
    owner = None
    for each in summary.definitions if summary is not None else ():
        if isinstance(each, Function) and each.first_line <= line <= each.end_line:
            owner = each
    return " ".join(text[owner.first_line - 1 : owner.line]) if owner is not None else ""


def _extent(project: Project, path: str, first: int, last: int) -> tuple[str, int, int]:
    """What a pragma on these lines hides, as coverage.py sees it: a function, a class, the suite of a clause, a statement."""
    tree = project.tree(path)
    best = ("statement", first, last)
    if tree is None:
        return best
    for node in ast.walk(tree):
        for kind, header, body in _suites(node):
            if body and header[0] <= first <= max(header[1], header[0]) and header[0] <= last:
                end = getattr(body[-1], "end_lineno", None) or last
                if best[0] == "statement" or end - header[0] < best[2] - best[1]:
                    best = (kind, header[0], end)
    return best


def _suites(node: ast.AST) -> Iterator[tuple[str, tuple[int, int], list[ast.stmt]]]:
    """Kind, header lines and body of each suite of a compound statement."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        yield ("class" if isinstance(node, ast.ClassDef) else "function"), (first, node.body[0].lineno - 1), node.body
        return
    body = getattr(node, "body", None)
    if not isinstance(body, list) or not body or not hasattr(node, "lineno"):
        return
    kind = "except" if isinstance(node, ast.ExceptHandler) else type(node).__name__.lower().removeprefix("async")
    yield kind, (node.lineno, body[0].lineno - 1), body
    before = body
    for name in ("orelse", "finalbody"):
        suite = getattr(node, name, None)
        if isinstance(suite, list) and suite:
            start = (before[-1].end_lineno or 0) + 1
            if start <= suite[0].lineno - 1:
                yield "else", (start, suite[0].lineno - 1), suite
            before = suite


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
