"""A node inside of an `except` clause in; whether somebody wrote a reason into that clause out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from readiness.model import Source

if TYPE_CHECKING:
    import libcst as cst

DIRECTIVE = re.compile(r"#\s*(?:pragma|type|mypy|pyright|fmt|noqa|nosec|nosemgrep|pylint|isort)\b", re.IGNORECASE)
"""Comments for tools, which say nothing to a reader, unless they turn off what finds the same."""
LAST = 10**9
"""A column behind every line."""


def explained(clause: cst.ExceptHandler, source: Source, same: re.Pattern[str]) -> bool:
    """Whether a comment stands in the clause that is for a reader, or for a tool with a finding of the `same` kind."""
    import libcst as cst

    # A comment behind its last statement stands outside of the clause, as libcst counts.
    inside = msgspec.structs.replace(source.span(clause), end_column=LAST)
    return any(
        same.search(each.value) or not DIRECTIVE.match(each.value) for each in source.within(inside, cst.Comment)
    )
