"""Linked code in, one `Read` out for every place that takes several rows from a SQLAlchemy session or connection."""

from collections.abc import Iterator

from readiness.libraries.sql.counting import counted
from readiness.libraries.sqlalchemy.selections import Form, Selection, joined
from readiness.libraries.sqlalchemy.statements import Statements
from readiness.libraries.sqlalchemy.vocabulary import EXECUTES, PAGES, ROWS
from readiness.libraries.values.expressions import receiver, tail
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import Library, Project, Read, Resolution, Scope, Span
from readiness.model.summary import Call, CallRef, Context, Summary

library = Library(__name__, stage="data", provides=[Read], packages=["sqlalchemy", "sqlmodel", "flask_sqlalchemy"])

SCOPES = (Scope.SERVICE, Scope.SCRIPT)
LISTS = frozenset({"list", "tuple", "set", "sorted"})
TERMINALS = ROWS | PAGES | EXECUTES | LISTS | {"fetchmany"}
WORDS = TERMINALS | {"query", "select"}
"""A file that calls nothing of these names holds no read."""


@library.recognises
def reads(project: Project) -> Iterator[Read]:
    """Every read of several rows in service code and scripts, as its own function shows it.

    What a caller passes is not known here: a limit that is a parameter counts as one.
    """
    yield from project.parts([path for path in project.paths(*SCOPES) if project.calls_to(path, WORDS)], reads_of)


def reads_of(project: Project, path: str) -> Iterator[Read]:
    """Every read of one file."""
    summary = project.summary(path)
    if summary is not None:
        yield from _file(Statements(Following(project)), path, summary)


def _file(statements: Statements, path: str, summary: Summary) -> Iterator[Read]:
    consumed = {origin.index for call in summary.calls if isinstance(origin := receiver(call.callee), CallRef)}
    named = {
        each.value.index for each in summary.assignments if isinstance(each.value, CallRef) and each.operator == "="
    }
    lengths = counted(statements.project, path)
    for index in statements.project.calls_to(path, TERMINALS):
        call = summary.calls[index]
        if index in consumed:
            continue
        place = Place(CallRef(index), statements.following.entry_frame(path, call.scope), call.line)
        found = joined(statements.read(place))
        if found is not None and _ends(statements, place, call, found, named=index in named):
            yield fact(statements.project, path, index, found, only_counted=index in lengths)
    for assignment in summary.assignments:
        value = assignment.value
        taken = isinstance(value, CallRef) and tail(summary.calls[value.index].callee) in TERMINALS
        if assignment.operator == "for" and value is not None and not taken:
            frame = statements.following.entry_frame(path, assignment.scope)
            found = joined(statements.read(Place(value, frame, assignment.line)))
            if found is not None and found.form in (Form.RESULT, Form.STATEMENT):
                span = Span(path, assignment.line)
                yield _read(statements.project, span, statements.project.symbol(path, assignment.scope), found)


def _ends(statements: Statements, place: Place, call: Call, found: Selection, *, named: bool) -> bool:
    """The rows are taken here, and not by a call before or behind this one."""
    name = tail(call.callee)
    if name in ROWS | PAGES or name == "fetchmany":
        return found.form is Form.ROWS
    if name in LISTS:
        if not call.arguments or isinstance(call.arguments[0], CallRef):
            return False
        before = joined(statements.read(statements.following.inside(place, call.arguments[0])))
        return before is not None and before.form is Form.RESULT
    return found.form in (Form.RESULT, Form.ROWS) and not named and not call.context & Context.DISCARDED


def fact(project: Project, path: str, index: int, found: Selection, *, only_counted: bool) -> Read:
    """The fact for the call that takes the rows."""
    summary = project.summary(path)
    scope = summary.calls[index].scope if summary is not None else -1
    return _read(project, project.span(path, index), project.symbol(path, scope), found, only_counted=only_counted)


def _read(project: Project, span: Span, symbol: str, found: Selection, *, only_counted: bool = False) -> Read:
    return Read(
        span=span,
        symbol=symbol,
        scope=project.files[span.path].scope,
        resolution=_resolution(found),
        library="sqlalchemy",
        model=found.model,
        bound=found.bound,
        how=found.how,
        limit=found.limit.text if found.limit is not None else "",
        counted=only_counted,
        compared=found.compared,
    )


def _resolution(found: Selection) -> Resolution:
    if found.exact:
        return Resolution.EXACT
    return Resolution.UNRESOLVED if found.bound.value == "unknown" else Resolution.INFERRED
