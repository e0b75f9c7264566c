"""The summary of a file in, the calls of it whose text may be a whole SQL statement out: by what is written, before anything is
followed.

This only narrows down which calls are looked at; what the text is, is read afterwards.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from readiness.libraries.sql.given import SAME_TEXT
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, Scope
from readiness.model.summary import (
    CallRef,
    Choice,
    Class,
    Constant,
    Mapping,
    Name,
    Operation,
    Sequence,
    Subscript,
    Summary,
    Template,
    Value,
)
from readiness.model.telling import tabulates, tells

SCOPES = (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION)
STATEMENT = re.compile(
    r"(?:[\s(]|--[^\n]*\n|/\*.*?\*/)*(?:select|insert|update|delete|with|create|drop|alter|truncate|merge|replace|explain|show|copy|pragma)\b",
    re.IGNORECASE | re.DOTALL,
)
MAKERS = frozenset({"sql", "query", "statement", "stmt"})
"""A function with one of these words in its name may give SQL text."""
KEEPING = SAME_TEXT | {"join", "dedent", "cleandoc", "str"}
"""What gives the text it is given or called on, a little changed."""
DEEPEST = 6
ENTRIES = 4
"""Values of a table of texts that are looked at."""
BINDS = frozenset({"=", ":=", "+=", "for"})
WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


@lru_cache(maxsize=16_384)
def words(name: str) -> frozenset[str]:
    """The words of a name, lower case: `fetchAll_rows` has `fetch`, `all` and `rows`."""
    return frozenset(each.lower() for each in WORDS.findall(name))


class Beginnings:
    """Which expressions of one file may begin a statement."""

    def __init__(self, summary: Summary, shared: frozenset[str]) -> None:
        self._summary = summary
        self._shared = shared
        self._local: set[tuple[int, str]] = set()
        for each in summary.assignments:
            value = each.value
            if value is not None and each.operator in BINDS and may_begin(value) and self.begins(value, each.scope):
                self._local.add((each.scope, each.target))

    def begins(self, value: Value, scope: int, depth: int = 0) -> bool:
        """The expression may be a text that begins as a statement does."""
        if depth > DEEPEST:
            return False
        inner: Iterable[Value | None]
        match value:
            case Constant():
                return _opens(value)
            case Name():
                return (scope, value.dotted) in self._local or self._known(value.dotted, scope)
            case Template():
                inner = value.parts[:1]
            case Operation():
                inner = (
                    value.operands[:1] if value.operator in "+%" else value.operands if value.operator == "or" else ()
                )
            case Choice():
                inner = (value.yes, value.no)
            case Sequence():
                inner = value.items[:1]
            case Mapping():
                inner = value.values[:ENTRIES]
            case Subscript():
                inner = (value.value,)
            case CallRef():
                call = self._summary.calls[value.index]
                name = tail(call.callee)
                if name in KEEPING:
                    inner = (receiver(call.callee), *call.arguments[:1])
                else:
                    return not MAKERS.isdisjoint(words(name))
            case _:
                return False
        return any(each is not None and self.begins(each, scope, depth + 1) for each in inner)

    def _known(self, dotted: str, scope: int) -> bool:
        around = scope
        while around >= 0:
            around = self._summary.definitions[around].scope
            if (around, dotted) in self._local:
                return True
        return dotted.rpartition(".")[2] in self._shared


def may_begin(value: Value) -> bool:
    """The expression is not seen to be something else than a statement, at a glance."""
    front = _front(value)
    return not isinstance(front, Constant) or _opens(front)


@tabulates
def shared_texts(project: Project) -> dict[str, frozenset[str]]:
    """The names by which modules and classes of service code, scripts and migrations call texts of statements."""
    return {"names": frozenset({name for _, names in project.gathered(texts_of, *SCOPES) for name in names})}


@tells
def texts_of(summary: Summary) -> list[str]:
    """Those of one file."""
    return [
        each.target.rpartition(".")[2]
        for each in summary.assignments
        if _opens(_front(each.value)) and (each.scope < 0 or isinstance(summary.definitions[each.scope], Class))
    ]


def _front(value: Value | None) -> Value | None:
    """What a text begins with: itself, or the first part of a template."""
    return value.parts[0] if isinstance(value, Template) and value.parts else value


def _opens(value: Value | None) -> bool:
    """A fixed text that begins as a statement does."""
    return isinstance(value, Constant) and isinstance(value.value, str) and STATEMENT.match(value.value) is not None
