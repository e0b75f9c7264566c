"""Untrusted text in, text that is safe to print out: nothing of a scanned repository reaches a terminal as a command.

Control characters, escape sequences, bidirectional overrides, invisible and unassigned characters become visible escapes, and so
does what a runner of workflows would take for an order.
"""

import re
import unicodedata

LIMIT = 300
"""Characters kept of one text unless the caller says otherwise."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that print nothing, move what is printed, or look different on every terminal."""
_MARKS = frozenset({"Mn", "Me"})
_STACKED = 2
"""Combining marks in a row that a real script needs; more of them paint over the lines around."""
_ORDER = re.compile(
    r"(?<!\S)::(?=[a-z])"
    r"|::(?=(?:add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|set-output"
    r"|stop-commands|warning)(?:\s.*)?::)"
    r"|##(?=\w*\[)",
    re.IGNORECASE,
)


def clean(text: str, limit: int = LIMIT) -> str:
    """The text on one line, at most `limit` characters long, with whatever could act on a terminal shown as an escape."""
    # Whoever needs 300 characters must not pay for a line of 10 MB.
    kept = text[: limit + 1]
    if not (kept.isascii() and kept.isprintable()):
        kept = _escaped(kept)
    if "::" in kept or "##" in kept:
        kept = without_orders(kept)
    return kept if len(kept) <= limit else kept[: max(limit - 1, 0)] + "…"


def without_orders(text: str) -> str:
    """Break what runners read in the output of a step: `::error::...` of GitHub at the start of a line, which any wrapping can
    make out of any place, and `##[...]`, `##vso[...]`, `##teamcity[...]` of others anywhere."""
    return _ORDER.sub(lambda found: f"{found[0][0]}\\x{ord(found[0][0]):02x}", text)


def _escaped(text: str) -> str:
    parts = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if category in _HIDDEN or marks > _STACKED:
            parts.append(_visible(character))
        else:
            parts.append(" " if category == "Zs" else character)
    return "".join(parts)


def _visible(character: str) -> str:
    """The escape that Python would write: `\\n`, `\\x1b`, `\\u202e`."""
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    if short is not None:
        return short
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
