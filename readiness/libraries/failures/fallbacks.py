"""An `except` clause in, the constant that it puts in place of a result out, and why that constant tells enough."""

import re
from collections.abc import Iterable, Sequence

from readiness.libraries.failures.logging import log_call
from readiness.libraries.values.expressions import tail, written
from readiness.model import UNKNOWN, Project, SymbolKind
from readiness.model.summary import (
    CallRef,
    Constant,
    Function,
    Handler,
    Mapping,
    Name,
    Operation,
    Starred,
    Subscript,
    Summary,
    Value,
)
from readiness.model.summary import (
    Sequence as Display,
)

SAID = re.compile(
    r"\b(?:could ?n[o']t|can ?not|can't|failed|failure|fail|error|unavailable|not available|unreadable|unparsable|broken)\b",
    re.IGNORECASE,
)
"""A text in place of a result that tells its reader what happened."""
SIMPLE = frozenset({"assign", "return", "continue", "break", "pass", "constant", "call"})
"""Kinds of statement of a clause that decides nothing and only sets or returns something."""
EMPTY_MAKERS = frozenset({"list", "dict", "set", "tuple", "str", "int", "float", "bool", "frozenset"})
SPEAKERS = frozenset({"print"})
"""Builtins in a clause that do not make it more than a default."""
OUTSIDE = frozenset({"database", "network", "process", "file", "unknown"})
"""Effects whose failure says nothing about the input."""
CHECKS = frozenset(
    {"health", "healthy", "healthcheck", "alive", "live", "ready", "readiness", "available", "reachable", "ping", "up"}
)
"""Words in a function's name that say: false is the answer that it is asked for."""
CONNECTED = frozenset({"connection", "connect", "connected", "connectivity", "database"})
ATTEMPTS = frozenset({"try", "safe", "parse", "maybe", "attempt", "guess", "sniff", "probe"})
"""First words of a function's name that promise: it may give nothing."""
FLAGS = frozenset(
    {
        "ok",
        "success",
        "successful",
        "succeeded",
        "failed",
        "failure",
        "error",
        "errors",
        "valid",
        "healthy",
        "available",
        "alive",
        "connected",
        "ready",
        "reachable",
        "status",
        "broken",
        "down",
        "up",
    }
)
"""Words in a variable's name that say: this is where the failure is told."""
FILTERS = frozenset(
    {
        "django.template.Library.filter",
        "django.template.Library.simple_tag",
        "flask.Flask.template_filter",
        "flask.Flask.app_template_filter",
        "flask.Blueprint.app_template_filter",
        "jinja2.pass_context",
        "jinja2.pass_environment",
        "jinja2.pass_eval_context",
    }
)
"""Decorators of functions that a template calls; a page with a gap beats no page."""
FILTER_NAMES = frozenset({"template_filter", "app_template_filter", "simple_tag"})
CLIENT_ERROR, PAST_ERRORS = 400, 600


def fallback_of(project: Project, path: str, summary: Summary, handler: Handler, calls: Sequence[int]) -> str:
    """The constant that stands in for the result, as written: `return []`, `count = 0`; empty where the clause does anything
    else. `calls` are the indices of the calls in the clause."""
    empty = {
        each.value.index
        for each in summary.returns
        if each.scope == handler.scope
        and handler.line <= each.line <= handler.end_line
        and isinstance(each.value, CallRef)
        and _is_empty(summary, each.value, handler)
    }
    simple = handler.body and SIMPLE.issuperset(handler.body)
    if not simple or not all(index in empty or _is_plain(project, path, index) for index in calls):
        return ""
    found: list[str] = []
    for each in summary.returns:
        if each.scope == handler.scope and handler.line <= each.line <= handler.end_line and each.value is not None:
            if not (
                _is_constant(project, path, summary, each.value, handler) or _is_empty(summary, each.value, handler)
            ):
                return ""
            found.append(f"return {written(summary, each.value)}")
    for bound in summary.assignments:
        if bound.scope != handler.scope or not handler.line <= bound.line <= handler.end_line or bound.value is None:
            continue
        if bound.operator != "=" or not _is_constant(project, path, summary, bound.value, handler):
            return ""
        found.append(f"{bound.target.replace('[]', '[...]')} = {written(summary, bound.value)}")
    return found[0] if found else ""


def signal_of(
    project: Project, path: str, summary: Summary, handler: Handler, effect: str, guarded: Sequence[int]
) -> str:
    """Why a default tells the caller enough, in a few words; empty where it does not."""
    definition = summary.definitions[handler.scope] if handler.scope >= 0 else None
    function = definition if isinstance(definition, Function) else None
    if function is None:
        return "it is set up once, at import"
    values = list(_values(summary, handler))
    words = set(_words(function.name))
    if words & CHECKS or (words & CONNECTED and words & {"test", "check", "verify", "is", "has", "can"}):
        return "the function is asked whether something answers"
    if _words(function.name)[:1] and _words(function.name)[0] in ATTEMPTS and all(map(_may_be_nothing, values)):
        return "the function's name says that it may give nothing"
    if _is_filter(project, path, function):
        return "a template calls it"
    if any(_refuses(value) for value in values):
        return "the client is told what it did wrong"
    if any(_tells(value) for value in values):
        return "the message beside the flag tells the caller"
    if values and all(isinstance(each, Constant) and SAID.search(str(each.value)) for each in values):
        return "the text says that it failed"
    if _flagged(summary, handler):
        return "the flag tells the caller"
    if effect in OUTSIDE:
        return ""
    if values and all(isinstance(value, Constant) and isinstance(value.value, bool) for value in values):
        return "a yes or no about the input"
    return "a conversion of the input" if guarded and not effect else ""


def _is_plain(project: Project, path: str, index: int) -> bool:
    """A call that does not make a clause more than a default."""
    symbol = project.callee(path, index)
    if symbol.kind is SymbolKind.BUILTIN:
        return symbol.name.rpartition(".")[2] in EMPTY_MAKERS | SPEAKERS
    return log_call(project, path, index) is not None


def _values(summary: Summary, handler: Handler) -> Iterable[Value]:
    for each in summary.returns:
        if each.scope == handler.scope and handler.line <= each.line <= handler.end_line and each.value is not None:
            yield each.value
    for bound in summary.assignments:
        if bound.scope == handler.scope and handler.line <= bound.line <= handler.end_line and bound.value is not None:
            yield bound.value


def _is_constant(project: Project, path: str, summary: Summary, value: Value, handler: Handler) -> bool:
    match value:
        case Constant():
            return True
        case Display():
            return all(_is_constant(project, path, summary, each, handler) for each in value.items)
        case Mapping():
            parts = [each for each in (*value.keys, *value.values) if each is not None]
            return None not in value.keys and all(_is_constant(project, path, summary, each, handler) for each in parts)
        case Operation():
            return all(_is_constant(project, path, summary, each, handler) for each in value.operands)
        case CallRef():
            call = summary.calls[value.index]
            symbol = project.callee(path, value.index)
            return (
                symbol.kind is SymbolKind.BUILTIN
                and symbol.name.rpartition(".")[2] in EMPTY_MAKERS
                and all(
                    _is_constant(project, path, summary, each, handler)
                    for each in (*call.arguments, *(value for _, value in call.keywords))
                )
            )
        case Name() if "." not in value.dotted:
            if not value.dotted.isupper():
                return False
            return project.constant(path, value, handler.scope, handler.line) is not UNKNOWN
        case Starred() | Subscript():
            return False
    return False


def _is_empty(summary: Summary, value: Value, handler: Handler) -> bool:
    """The object that the `try` makes, made without what could not be had: `Session()` after `Session(load(key))`."""
    if not isinstance(value, CallRef):
        return False
    made = summary.calls[value.index]
    given = {*made.arguments, *(each for _, each in made.keywords)}
    return any(
        call.callee == made.callee
        and {*call.arguments, *(each for _, each in call.keywords)} - given
        and len(made.arguments) < len(call.arguments)
        for call in summary.calls
        if call.scope == handler.scope and handler.try_line <= call.line <= handler.try_end_line
    )


def _words(name: str) -> list[str]:
    return [each for each in name.lower().split("_") if each]


def _may_be_nothing(value: Value) -> bool:
    """None, false, or empty."""
    if isinstance(value, Constant):
        return not value.value
    if isinstance(value, Display):
        return not value.items
    return isinstance(value, Mapping) and not value.keys


def _tells(value: Value) -> bool:
    """`False, "the address is no URL"`."""
    if not isinstance(value, Display) or value.kind != "tuple" or len(value.items) < 2:
        return False
    constants = [each.value for each in value.items if isinstance(each, Constant)]
    return any(each is None or isinstance(each, bool) for each in constants) and any(
        isinstance(each, str) and each for each in constants
    )


def _refuses(value: Value) -> bool:
    """`{"message": "no such order"}, 404`: a body with the status of an error."""
    return (
        isinstance(value, Display)
        and value.kind == "tuple"
        and len(value.items) > 1
        and isinstance(status := value.items[1], Constant)
        and isinstance(status.value, int)
        and CLIENT_ERROR <= status.value < PAST_ERRORS
    )


def _flagged(summary: Summary, handler: Handler) -> bool:
    """A variable whose name is about success or failure is set to a boolean."""
    return any(
        isinstance(each.value, Constant)
        and isinstance(each.value.value, bool)
        and FLAGS & set(_words(each.target.rpartition(".")[2]))
        for each in summary.assignments
        if each.scope == handler.scope and handler.line <= each.line <= handler.end_line
    )


def _is_filter(project: Project, path: str, function: Function) -> bool:
    for decorator in function.decorators:
        if isinstance(decorator, CallRef):
            symbol = project.callee(path, decorator.index)
            summary = project.summary(path)
            decorator = summary.calls[decorator.index].callee if summary is not None else decorator
        else:
            symbol = project.resolve_value(path, decorator, function.scope, function.line)
        if symbol.kind is SymbolKind.EXTERNAL and symbol.name in FILTERS:
            return True
        if isinstance(decorator, Name) and tail(decorator) in FILTER_NAMES:
            return True
        if isinstance(decorator, Name) and tail(decorator) == "filter" and "." in decorator.dotted:
            creation = project.creation(
                path, Name(decorator.dotted.rpartition(".")[0]), function.scope, function.first_line
            )
            return creation is not None and creation.maker.name == "django.template.Library"
    return False
