"""Calls that take a regular expression, and format strings; both only where a client writes them.

Source: the library reference of Python 3.13 (`re` has no time limit; `str.format` reads attributes of what is put in).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.libraries.sinks.places import lacking, lacks
from readiness.libraries.sinks.vocabulary import Api, Family, Site
from readiness.libraries.values.expressions import keyword
from readiness.model import Reach, Sink, SinkKind
from readiness.model.summary import Constant, Value

if TYPE_CHECKING:
    from readiness.libraries.sinks.asking import Asking

PATTERN, FORMAT = SinkKind.PATTERN, SinkKind.FORMAT
PATTERNS = frozenset(
    f"{module}.{name}"
    for module in ("re", "regex")
    for name in ("compile", "match", "search", "fullmatch", "findall", "finditer", "split", "sub", "subn")
)
FORMATS = frozenset({"str.format", "str.format_map"})


def judge(asking: Asking, site: Site) -> Sink | None:
    """The fact of a call that takes a pattern or a format string from a client."""
    value = asking.argument(site)
    if value is None or isinstance(value, Constant) or not asking.can_be_sent(site, value):
        return None
    if site.name.startswith("regex.") and keyword(site.call, "timeout") is not None:
        return None
    answer = asking.ask(site, value)
    narrowed = site.api.kind is FORMAT and _holds_no_field(asking, site, value)
    fields = [each for each in answer.sent if site.api.kind is FORMAT and (narrowed or lacks(each, "{}"))]
    found = asking.judged(site, value, always=False, harmless=fields)
    # A piece in a fixed pattern is most often a word to look for.
    return None if found is None or found.reach is Reach.PARTLY else found


def _holds_no_field(asking: Asking, site: Site, value: Value) -> bool:
    """All but some characters are replaced on the way, braces among them: `re.sub("[^a-z]", "-", name)`."""
    summary = asking.project.summary(site.path)
    for index in asking.slice(site, value).calls if summary is not None else ():
        call = summary.calls[index] if summary is not None else None
        if call is None or asking.project.callee(site.path, index).name != "re.sub" or len(call.arguments) < 2:
            continue
        pattern, by = call.arguments[0], call.arguments[1]
        if (
            isinstance(pattern, Constant)
            and isinstance(by, Constant)
            and lacking(str(pattern.value), str(by.value), "{}")
        ):
            return True
    return False


FAMILY = Family(
    apis={
        **{name: Api(PATTERN, 0, ("pattern",)) for name in PATTERNS},
        **{name: Api(FORMAT, -1) for name in FORMATS},
    },
    judge=judge,
)
