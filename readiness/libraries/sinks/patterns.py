"""Calls that take a regular expression, and format strings; both only where a client writes them.

Source: the library reference of Python 3.13 (`re` has no time limit; `str.format` reads attributes of what is put in).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.libraries.sinks.vocabulary import Api, Family, Site
from readiness.libraries.values.expressions import keyword
from readiness.model import Reach, Sink, SinkKind
from readiness.model.summary import Constant

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
    found = asking.judged(site, value, always=False)
    # A piece in a fixed pattern is most often a word to look for.
    return None if found is None or found.reach is Reach.PARTLY else found


FAMILY = Family(
    apis={
        **{name: Api(PATTERN, 0, ("pattern",)) for name in PATTERNS},
        **{name: Api(FORMAT, -1) for name in FORMATS},
    },
    judge=judge,
)
