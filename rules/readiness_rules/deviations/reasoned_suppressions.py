"""Comments that silence a tool in; those without a reason, and our own malformed directives, fail."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from readiness.model import Finding, Project, Route, Rule, Scope, Severity, Suppression

SECURITY = re.compile(r"S\d{3}")
"""ruff's and flake8-bandit's codes; a `B` behind `noqa` is flake8-bugbear's, about mistakes."""
BLANKET = frozenset({"noqa", "ruff", "flake8", "type: ignore", "mypy"})
"""Tools whose mark without codes hides every mistake, those of tomorrow included."""
SCANNERS = frozenset({"nosec", "nosemgrep"})
UNUSED_IMPORT = ("F401", "F403")
"""Imported and not used here, star import: what a package's `__init__` does to pass names on."""

rule = Rule(
    __name__,
    summary="Every comment that silences a tool says why",
    phrase="suppressions say why",
    severity=Severity.MINOR,
    needs=(Suppression,),
    peers=("PGH003", "PGH004", "RUF100"),
    references=(
        "https://docs.astral.sh/ruff/rules/blanket-noqa/",
        "https://docs.astral.sh/ruff/rules/blanket-type-ignore/",
    ),
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Judge each suppression of the service's code; tests may silence what they like."""
    handlers = _handlers(project)
    for suppression in project.each(Suppression):
        if suppression.scope is not Scope.SERVICE:
            continue
        written = _written(suppression)
        if suppression.problem:
            yield rule.fails(
                suppression, f"this directive hides nothing: {suppression.problem}", severity=Severity.MAJOR
            )
        elif suppression.reason:
            yield rule.passes(suppression, f"{written} says why: {suppression.reason[:80]}")
        elif _passes_names_on(suppression):
            yield rule.passes(suppression, f"{written} in a package's __init__ passes names on")
        else:
            yield rule.fails(
                suppression,
                f"{written} gives no reason; add it behind the mark: -- why this is right here",
                severity=_severity(suppression, handlers),
                cause=f"{written} without a reason in {suppression.span.path}; say why behind each",
            )


def _written(suppression: Suppression) -> str:
    """The mark with its codes, as a reader would name it."""
    mark = suppression.tool
    codes = ", ".join(suppression.codes)
    file = " for the whole file" if suppression.whole_file else ""
    return f"{mark} ({codes}){file}" if codes else f"{mark}{file}"


def _severity(suppression: Suppression, handlers: dict[str, tuple[list[int], list[int]]]) -> Severity:
    """Major where the silenced tool guards security or correctness, or where the mark hides everything."""
    blanket = suppression.tool in BLANKET and not suppression.codes
    guarded = any(SECURITY.fullmatch(code) for code in suppression.codes)
    serious = blanket or guarded or suppression.tool in SCANNERS
    if suppression.tool == "pragma: no cover":
        serious = _touches(suppression, handlers)
    return Severity.MAJOR if serious else Severity.MINOR


def _passes_names_on(suppression: Suppression) -> bool:
    init = suppression.span.path.rpartition("/")[2] == "__init__.py"
    return init and bool(suppression.codes) and all(code in UNUSED_IMPORT for code in suppression.codes)


def _handlers(project: Project) -> dict[str, tuple[list[int], list[int]]]:
    """First and last lines of the route handlers of each file, sorted."""
    lines: dict[str, set[tuple[int, int]]] = {}
    for route in project.each(Route):
        lines.setdefault(route.span.path, set()).add((route.first_line or route.span.line, route.end_line))
    return {
        path: ([first for first, _ in sorted(found)], [last for _, last in sorted(found)])
        for path, found in lines.items()
    }


def _touches(suppression: Suppression, handlers: dict[str, tuple[list[int], list[int]]]) -> bool:
    """The lines that are left out of the measurement belong to a route handler."""
    starts, ends = handlers.get(suppression.span.path, ([], []))
    place = bisect_right(starts, suppression.covers[1]) - 1
    return place >= 0 and suppression.covers[0] <= ends[place]
