"""A record or a `raise` without the traceback of what failed in; the same with it out.

Where the clause holds a comment its author has thought about what is told (some logs leave the traceback out on purpose), and
where a client is told that the mistake is theirs every bad request would write a traceback, so there the repair waits to be asked
for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from readiness.model import Edit, Finding, Fix, Project, Repair, Source, Span

if TYPE_CHECKING:
    import libcst as cst

fix = Fix(__name__, summary="logs with the traceback, and raises from the cause")

NAMES = ("error", "exc", "failure")
"""For an exception that nobody has named yet."""

ABOUT_IT = re.compile(r"\b(?:TRY40[01]|B904|G201|LOG007|W0707|raise-missing-from)\b")
"""Findings of other tools about the same."""

CLIENT_STATUS = re.compile(r"4\d\d")
CLIENT_NAME = re.compile(
    r"4\d\d|BAD_?REQUEST|UN_?AUTHORI[SZ]ED|FORBIDDEN|NOT_?FOUND|CONFLICT|UNPROCESSABLE|GONE|DENIED|CREDENTIALS|INVALID|"
    r"AUTHENTICATION_?(?:FAILED|ERROR)|VALIDATION_?ERROR",
    re.IGNORECASE,
)
"""Names of statuses and exceptions that put it down to the client."""
LAST = 10**9
"""A line behind every file, and a column behind every line."""


@fix.rewrites
def keep(project: Project, finding: Finding, source: Source) -> Repair | None:
    """`.error(...)` becomes `.exception(...)`, `raise X` becomes `raise X from error`."""
    import libcst as cst

    node: cst.CSTNode | None = source.at(finding.span, cst.Call)
    if isinstance(node, cst.Call):
        repair = _logged(node, source)
    else:
        everywhere = source.within(Span(finding.span.path, 1, 1, LAST, 1), cst.Raise)
        statements = [each for each in everywhere if source.span(each).line == finding.span.line]
        node = statements[0] if len(statements) == 1 else None
        repair = _raised(statements[0], source) if len(statements) == 1 else None
    if repair is None or node is None:
        return repair
    clause = source.around(node, cst.ExceptHandler)
    told = clause is not None and (
        source.explained(clause, ABOUT_IT) or (isinstance(node, cst.Call) and _blames_client(clause, source))
    )
    return msgspec.structs.replace(repair, safe=False) if told else repair


def _logged(call: cst.Call, source: Source) -> Repair | None:
    """The same call, at the same level, with the traceback: `exception` is `error` with it (logging, structlog, loguru)."""
    import libcst as cst

    told = any(argument.keyword is not None and argument.keyword.value == "exc_info" for argument in call.args)
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "error" or told:
        return None
    return Repair((Edit(source.span(call.func.attr), "exception"),), title="logs the traceback")


def _blames_client(clause: cst.ExceptHandler, source: Source) -> bool:
    """Whether the clause answers with a status of 400 to 499, or raises what stands for one."""
    import libcst as cst

    place = source.span(clause)
    for statement in (*source.within(place, cst.Return), *source.within(place, cst.Raise)):
        around = source.span(statement)
        numbers = (each.value for each in source.within(around, cst.Integer))
        names = (each.value for each in source.within(around, cst.Name))
        if any(CLIENT_STATUS.fullmatch(each) for each in numbers) or any(CLIENT_NAME.search(each) for each in names):
            return True
    return False


def _raised(statement: cst.Raise, source: Source) -> Repair | None:
    """The cause named, in the clause that caught it; a clause that gives it no name gets one."""
    import libcst as cst

    clause = source.around(statement, cst.ExceptHandler)
    function = source.around(statement, cst.FunctionDef)
    if clause is None or statement.exc is None or statement.cause is not None or clause.type is None:
        return None
    if function is not None and _inside(source.span(function), source.span(clause)):
        return None
    place = source.span(statement)
    if clause.name is not None and isinstance(clause.name.name, cst.Name):
        return Repair(
            (_insert(place, f" from {clause.name.name.value}"),), title=f"raises from `{clause.name.name.value}`"
        )
    around = source.span(function) if function is not None else source.span(source.module)
    taken = {each.value for each in source.within(around, cst.Name)}
    name = next((each for each in NAMES if each not in taken), None)
    if name is None:
        return None
    caught = source.span(clause.type.rpar[-1] if getattr(clause.type, "rpar", ()) else clause.type)
    return Repair((_insert(caught, f" as {name}"), _insert(place, f" from {name}")), title=f"raises from `{name}`")


def _insert(behind: Span, text: str) -> Edit:
    return Edit(Span(behind.path, behind.end_line, behind.end_column, behind.end_line, behind.end_column), text)


def _inside(one: Span, other: Span) -> bool:
    first, last = (other.line, other.column), (other.end_line, other.end_column)
    return first <= (one.line, one.column) and (one.end_line, one.end_column) <= last
