"""A clause that says nothing of a failure in; the same clause with a line in the log of its module out.

Nothing else of it changes: what was ignored is ignored, and can be seen. A logger that the file has already is used. The repair
waits to be asked for where a comment gives a reason for the silence, and where the failure may be an ordinary one: a look-up that
finds nothing, a text that is no number, something that is only put away, one of many steps behind which another way is tried. Safe
is a statement or a few that reach a database, the network or another program.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from readiness.model import (
    Edit,
    ExceptionHandler,
    Finding,
    Fix,
    OutboundCall,
    Project,
    Repair,
    Source,
    Span,
    SymbolKind,
)
from readiness.model.summary import CallRef, Name

if TYPE_CHECKING:
    import libcst as cst

fix = Fix(__name__, summary="logs the failure where the file has a logger")

LOGGERS = ("logger", "log", "LOGGER", "LOG", "_logger", "_log", "_LOGGER", "_LOG")
"""Names that files give to theirs."""
MAKERS = frozenset(
    {
        "logging.getLogger",
        "structlog.get_logger",
        "structlog.getLogger",
        "structlog.stdlib.get_logger",
        "celery.utils.log.get_task_logger",
    }
)
"""What makes a logger with a method `exception` (Python 3.13, structlog 25, Celery 5)."""
MADE = frozenset({"loguru.logger"})
"""What is one (loguru 0.7)."""
ROOT = frozenset(f"logging.{level}" for level in ("debug", "info", "warning", "error", "critical", "exception"))
"""A file that logs through the module itself goes on doing so."""

ABOUT_IT = re.compile(r"\b(?:[SB]11[02]|SIM105|nosec|nosemgrep)\b")
"""Findings of other tools about the same, and comments that may turn them off."""
OUTSIDE = frozenset({"database", "network", "process"})
"""What a failure comes from that nobody counts on. In a computation it is as often the answer: no such language, no such query."""
ORDINARY = frozenset(
    {
        "get", "pop", "index", "remove", "append", "extend", "add", "update", "insert", "setdefault", "items", "keys", "values",
        "getattr", "setattr", "hasattr", "isinstance", "issubclass", "type", "len", "next", "iter", "min", "max", "sum",
        "sorted", "range", "enumerate", "zip", "map", "filter", "any", "all", "round", "abs",
        "int", "float", "str", "bool", "bytes", "list", "dict", "set", "tuple", "Decimal", "UUID",
        "split", "rsplit", "partition", "rpartition", "splitlines", "strip", "lstrip", "rstrip", "lower", "upper", "replace",
        "join", "format", "startswith", "endswith", "encode", "decode", "hex", "isdigit", "count", "find",
        "one", "one_or_none", "first", "scalar_one", "group", "groups", "match", "fullmatch", "search", "findall", "compile",
        "json",
    }
)  # fmt: skip
"""Functions and methods whose failure is an answer more often than a fault: not there, not of that form."""
READERS = frozenset(
    {
        "json", "orjson", "ujson", "simplejson", "yaml", "toml", "tomllib", "ast", "re", "datetime", "dateutil", "uuid", "base64",
        "binascii", "decimal", "fractions", "ipaddress", "urllib.parse", "email", "locale", "struct", "html", "csv", "packaging",
    }
)  # fmt: skip
"""Modules whose functions say by a failure that a text is none of theirs."""
CLEANING = frozenset(
    {
        "close", "aclose", "rollback", "disconnect", "shutdown", "terminate", "kill", "quit", "release", "unlock", "remove",
        "unlink", "rmtree", "cancel", "stop", "logout", "cleanup", "clean_up", "dispose", "teardown", "flush", "join",
    }
)  # fmt: skip
"""Functions and methods that put something away."""
LEAVING = frozenset({"__exit__", "__aexit__", "__del__", "atexit", "tearDown", "on_exit", "on_shutdown"})
FEW = 3
"""Statements of a `try` whose failure can be told in one line."""
NAME = re.compile(r"[A-Za-z_][\w.]*")
CALLED = re.compile(r"(?:await )?([A-Za-z_][\w.]*)")
LAST = 10**9
"""A line behind every file, and a column behind every line."""


@fix.rewrites
def log(project: Project, finding: Finding, source: Source) -> Repair | None:
    """`pass` becomes `logger.exception(...)`; in front of anything else the call is put."""
    return logged(project, finding, source)


def logged(project: Project, finding: Finding, source: Source) -> Repair | None:
    """The clause of a finding with a line in the log, or None where no logger is at hand or no clause is meant."""
    handler = next((each for each in project.each(ExceptionHandler) if each.span == finding.span), None)
    clause = _clause(finding, source)
    if handler is None or handler.kind != "except" or handler.logs or clause is None:
        return None
    logger = _logger(project, finding)
    acts = _acting(project, clause, source)
    edit = _edit(clause, f'{logger}.exception("{acts or _guarded(handler)} failed")', source) if logger else None
    if edit is None:
        return None
    safe = (
        acts != ""
        and handler.reaches in OUTSIDE
        and not source.explained(clause, ABOUT_IT)
        and not _tries_again(clause, source)
        and not _tidies(clause, acts, source)
        and _is_short(clause, source)
    )
    return Repair((edit,), safe=safe, title=f"logs with `{logger}.exception`")


def _clause(finding: Finding, source: Source) -> cst.ExceptHandler | None:
    import libcst as cst

    span = finding.span
    below = Span(span.path, span.line, 1, LAST, LAST)
    return next((each for each in source.within(below, cst.ExceptHandler) if source.span(each).line == span.line), None)


def _edit(clause: cst.ExceptHandler, call: str, source: Source) -> Edit | None:
    import libcst as cst

    first = clause.body.body[0]
    small = first.body[0] if isinstance(first, cst.SimpleStatementLine) else first
    if isinstance(small, cst.Pass) or (isinstance(small, cst.Expr) and isinstance(small.value, cst.Ellipsis)):
        return Edit(source.span(small), call)
    if not isinstance(clause.body, cst.IndentedBlock):
        return None
    place = source.span(first)
    space = source.module.default_indent[:1] * (place.column - 1)
    here = Span(place.path, place.line, place.column, place.line, place.column)
    return Edit(here, f"{call}{source.module.default_newline}{space}")


def _guarded(handler: ExceptionHandler) -> str:
    """What failed, in a few words that need no escaping: the call in the `try`, else the function around it."""
    called = CALLED.match(handler.guards)
    return called[1] if called else handler.symbol.rpartition("::")[2].rpartition(".")[2] or "it"


def _logger(project: Project, finding: Finding) -> str:
    """How the code at a place names its logger; empty where it has none."""
    path, line = finding.span.path, finding.span.line
    summary = project.summary(path)
    place = project.find(finding.symbol)
    scope = place[1] if place is not None and place[0] == path else -1
    if summary is None:
        return ""
    for name in LOGGERS:
        symbol = project.resolve(path, name, scope, line)
        if symbol.kind is SymbolKind.EXTERNAL and symbol.name in MADE:
            return name
        if symbol.kind is SymbolKind.VARIABLE and not symbol.rest and _makes(project, symbol.path, symbol.index):
            bound = [each.line for each in summary.assignments if each.target == name and each.scope == -1]
            # Another file has made it by the time it is imported; this one, in the lines above.
            if symbol.path != path or (len(bound) == 1 and bound[0] < line):
                return name
    used = any(isinstance(call.callee, Name) and call.callee.dotted in ROOT for call in summary.calls)
    return "logging" if used and project.resolve(path, "logging", scope, line).name == "logging" else ""


def _makes(project: Project, path: str, index: int) -> bool:
    summary = project.summary(path)
    value = summary.assignments[index].value if summary is not None else None
    return isinstance(value, CallRef) and project.callee(path, value.index).name in MAKERS


def _acting(project: Project, clause: cst.ExceptHandler, source: Source) -> str:
    """The first call of the `try` that does more than to look something up or to read a text; empty where all do no more."""
    import libcst as cst

    block = source.around(clause, cst.Try)
    summary = project.summary(source.span(clause).path)
    if block is None or summary is None:
        return ""
    found = ""
    sent = {each.span for each in project.each(OutboundCall)}
    indices = {(call.line, call.column): index for index, call in enumerate(summary.calls)}
    for call in source.within(source.span(block.body), cst.Call):
        place = source.span(call)
        index = indices.get((place.line, place.column))
        name = project.callee(place.path, index).name if index is not None else ""
        last = call.func.attr.value if isinstance(call.func, cst.Attribute) else getattr(call.func, "value", "")
        if place in sent or (last not in ORDINARY and not any(name.startswith(f"{module}.") for module in READERS)):
            written = source.code(call.func)
            if NAME.fullmatch(written):
                return written
            found = found or str(last)
    return found


def _is_short(clause: cst.ExceptHandler, source: Source) -> bool:
    """Whether the `try` holds a few plain statements: in a long one nobody sees which failure was meant to be ignored."""
    import libcst as cst

    block = source.around(clause, cst.Try)
    if block is None:
        return False
    lines = block.body.body
    return len(lines) <= FEW and not any(isinstance(each, cst.BaseCompoundStatement) for each in lines)


def _tidies(clause: cst.ExceptHandler, acts: str, source: Source) -> bool:
    """Whether what fails here only cleans up: it closes something, or stands in a function that does, an `except` or a `finally`.

    There the first failure is the one to tell, and the second is often no more than its shadow.
    """
    import libcst as cst

    if acts.rpartition(".")[2] in CLEANING:
        return True
    block = source.around(clause, cst.Try)
    function = source.around(clause, cst.FunctionDef)
    if isinstance(function, cst.FunctionDef) and function.name.value in CLEANING | LEAVING:
        return True
    if block is None:
        return False
    for kind in (cst.ExceptHandler, cst.Finally):
        outer = source.around(block, kind)
        if outer is not None and source.around(outer, cst.FunctionDef) is function:
            return True
    return False


def _tries_again(clause: cst.ExceptHandler, source: Source) -> bool:
    """Whether the clause stands in a loop that waits between its turns: there it fails until it does not."""
    import libcst as cst

    function = source.around(clause, cst.FunctionDef)
    for kind in (cst.While, cst.For):
        loop = source.around(clause, kind)
        if loop is None or (function is not None and source.around(loop, cst.FunctionDef) is not function):
            continue
        called = (each.func for each in source.within(source.span(loop), cst.Call))
        if any(isinstance(each, cst.Attribute) and each.attr.value == "sleep" for each in called):
            return True
    return False
