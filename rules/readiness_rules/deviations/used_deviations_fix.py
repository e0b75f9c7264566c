"""A directive that accepts nothing any more in; the file without it out."""

from __future__ import annotations

import re

from readiness.model import Edit, Finding, Fix, Project, Repair, Source, Span

fix = Fix(__name__, summary="removes directives that accept nothing")

OURS = re.compile(r"#\s*readiness:\s*ignore\[[^\],]*\]")
"""A directive about one rule; of one about several, another rule may still need it."""
LAST = 10**9
"""A line behind every file, and a column behind every line."""


@fix.rewrites
def remove(project: Project, finding: Finding, source: Source) -> Repair | None:
    """The comment goes, with its line where it has one to itself. An entry of the register is left to its owners."""
    import libcst as cst

    line = finding.span.line
    comments = source.within(Span(finding.span.path, line, 1, line, LAST), cst.Comment)
    if len(comments) != 1 or not OURS.match(comments[0].value) or comments[0].value.count("#") > 1:
        return None
    place = source.span(comments[0])
    written = source.module.code.split(source.module.default_newline)[line - 1]
    before = written[: place.column - 1]
    if before.strip():
        first = len(before.rstrip()) + 1
        return Repair((Edit(Span(place.path, line, first, line, place.end_column), ""),), title="removes the directive")
    return Repair((Edit(Span(place.path, line, 1, line + 1, 1), ""),), title="removes the directive")
