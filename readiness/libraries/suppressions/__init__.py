"""Linked code in, `Suppression` and `DeviationRecord` facts out: comments that silence a tool, our own directives, the entries
of the register of deviations, and what Architecture Decision Records deviate from."""

from collections.abc import Iterator
from itertools import chain

from readiness.artifacts.decisions import decisions
from readiness.artifacts.register import registers
from readiness.libraries.suppressions.covering import Coverage
from readiness.libraries.suppressions.directive import Directive, directive_in
from readiness.libraries.suppressions.foreign import Silencer, is_reason, reason_beside, silencers
from readiness.model import DeviationRecord, Fact, Library, Project, Scope, Span, Suppression
from readiness.model.summary import Comment

library = Library(__name__, stage="code", provides=(Suppression, DeviationRecord))

SCOPES = (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION, Scope.TEST)
"""Nobody here answers for the comments of vendored and generated files."""


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every silencer of the project's own files, then the register and the decision records."""
    for path in project.paths(*SCOPES):
        summary = project.summary(path)
        if summary is None or not summary.comments:
            continue
        coverage = Coverage(summary)
        imports = frozenset(each.line for each in summary.imports)
        for comment in summary.comments:
            yield from _of_comment(project, path, comment, coverage, imports)
    for register in chain(registers(project), decisions(project)):
        yield from register.records


def _of_comment(
    project: Project, path: str, comment: Comment, coverage: Coverage, imports: frozenset[int]
) -> Iterator[Fact]:
    text, directive = _divided(comment.text.lstrip("#").strip(), project)
    found = silencers(text)
    if not found and directive is None:
        return
    span = Span(path, comment.line, comment.column)
    symbol = project.symbol(path, coverage.scope_of(comment.line))
    covers = coverage.lines_of(comment)
    scope = project.files[path].scope
    reason = reason_beside(text, found) if found else ""
    if found and not reason and covers[0] in imports:
        reason = _above(project.text(path) or "", covers[0])
    for silencer in found:
        whole = silencer.whole_file or _silences_file(silencer, comment, coverage)
        yield Suppression(
            span=span,
            symbol=symbol,
            scope=scope,
            tool=silencer.tool,
            codes=silencer.codes,
            reason=reason,
            whole_file=whole,
            covers=covers,
        )
    if directive is not None:
        yield Suppression(
            span=span,
            symbol=symbol,
            scope=scope,
            tool="readiness",
            codes=directive.rules,
            reason=directive.reason,
            owner=directive.owner,
            until=directive.written_until,
            problem=directive.problem,
            covers=covers,
        )
        yield from _records(project, directive, span, symbol, scope, covers)


def _above(text: str, line: int) -> str:
    """What the comment above an import says, the imports between them included: `# they register themselves when imported`."""
    lines = text.split("\n", line)[: line - 1]
    while (
        lines and lines[-1].lstrip().startswith(("import ", "from ")) and silencers(lines[-1].partition("#")[2].strip())
    ):
        lines.pop()
    said: list[str] = []
    while lines and lines[-1].lstrip().startswith("#"):
        said.insert(0, lines.pop().lstrip(" \t#"))
    spoken = " ".join(each for each in said if not silencers(each))
    return spoken if is_reason(spoken) else ""


def _divided(text: str, project: Project) -> tuple[str, Directive | None]:
    """What a comment says to other tools, and our directive; the directive reaches to the next silencer behind a `#`."""
    place = text.find("readiness:")
    while place >= 0:
        before = text[:place].rstrip()
        if not before or before.endswith("#"):
            end = _end_of_directive(text, place)
            directive = directive_in(text[place:end].rstrip(" \t#"), project.today)
            if directive is not None:
                return f"{before} {text[end:]}".strip(" #"), directive
        place = text.find("readiness:", place + 1)
    return text, None


def _end_of_directive(text: str, start: int) -> int:
    """Where another tool's silencer begins behind a `#`, else the end."""
    place = text.find("#", start)
    while place >= 0:
        rest = text[place:].lstrip("# \t")
        found = silencers(rest)
        if found and found[0].start == 0:
            return place
        place = text.find("#", place + 1)
    return len(text)


def _silences_file(silencer: Silencer, comment: Comment, coverage: Coverage) -> bool:
    """A bare `type: ignore` above all code, or a pylint `disable` alone at the margin, holds for the rest of the file."""
    if silencer.tool == "type: ignore":
        return coverage.begins_file(comment)
    return silencer.tool == "pylint" and comment.alone and comment.column == 1


def _records(
    project: Project, directive: Directive, span: Span, symbol: str, scope: Scope, covers: tuple[int, int]
) -> Iterator[DeviationRecord]:
    """A record for each rule that the directive names."""
    until = directive.until
    state = "malformed" if directive.problem else "current"
    if state == "current" and until is not None and until < project.today:
        state = "expired"
    for rule in directive.rules or ("",):
        yield DeviationRecord(
            span=span,
            symbol=symbol,
            scope=scope,
            id=f"{span.path}:{span.line}",
            rule=rule,
            where=symbol,
            reason=directive.reason,
            owner=directive.owner,
            until=until.isoformat() if until else "",
            state=state,
            problem=directive.problem,
            days_left=(until - project.today).days if until else 0,
            recorded="directive",
            covers=covers,
        )
