"""An address as a sequence of pieces in, those pieces that stand behind its host out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from readiness.model import Piece, PieceKind, Text

HOST = re.compile(r"^[a-zA-Z][\w+.-]*://[^/?#]+[/?#]")
"""Scheme, host and the character that ends it."""
OPENED = re.compile(r"^[a-zA-Z][\w+.-]*://")
ABSOLUTE = re.compile(
    r"^(?:self\.)?\w+\.(?:url\.)?(query|query_string|META\[.QUERY_STRING.\]|rel_url|path|full_path|path_qs|raw_path|path_info|get_full_path\(\))$"
)
"""A part of the address that was asked for, behind its host."""
ENDING = ("/", "?", "#")
SETTLED = frozenset(
    {
        PieceKind.CONFIGURED,
        PieceKind.UNKNOWN,
        PieceKind.PARAMETER,
        PieceKind.VALIDATED,
        PieceKind.NUMBER,
        PieceKind.STRUCTURE,
    }
)
NARROWED = re.compile(r"^re\.sub\(\s*r?(?P<quote>[\"'])(?P<pattern>[^\"']*)(?P=quote)\s*,\s*[\"'](?P<by>[^\"']*)[\"']")
ALL_BUT = re.compile(r"\[\^([^\]]*)\][+*]?")
"""What is left of a text where all but some characters are replaced: `re.sub("[^a-z]", "-", name)`."""
BEHIND = "behind another text"
"""What is said of a piece that something stands before which is not known."""
MARK = "\x00"


def behind_host(text: Text, sent: Iterable[Piece], *, own_host: bool) -> tuple[Piece, ...]:
    """The pieces that stand behind the host in every way that the text can come about.

    With `own_host` an address without a host is one of the service itself, as in a redirect; it must not begin with two slashes.
    """
    wanted = list(sent)
    exposed: list[Piece] = []
    for way in text.alternatives:
        before = ""
        for piece in way:
            if piece in wanted:
                own = not piece.position and ABSOLUTE.search(piece.text) is not None
                if not own and not _names_host(before, own_host):
                    exposed.append(piece)
                before += "x"
            elif piece.kind is PieceKind.CONSTANT:
                before += piece.text
            else:
                before += MARK
    return tuple(dict.fromkeys(piece for piece in wanted if piece not in exposed))


def _names_host(before: str, own_host: bool) -> bool:
    """What stands before a piece settles the host."""
    if HOST.match(before) or "?" in before or "#" in before:
        return True  # wherever the host is, it has ended
    if MARK in before:
        # An address from elsewhere, such as a setting, and something that ends its host.
        behind = before[before.index(MARK) + 1 :]
        opened = OPENED.match(before.partition(MARK)[0])
        return any(mark in behind for mark in ENDING) or (
            opened is None and before.index(MARK) > 0 and before[:1] in "/?#"
        )
    if own_host:
        return (before[:1] in ENDING and (len(before) > 1 and before[1:2] not in ("/", "\\"))) or before[:1] in (
            "?",
            "#",
        )
    return before.startswith("/") and len(before) > 1


def behind_another(text: Text, piece: Piece) -> bool:
    """Something that is not known stands before a piece, in every way that the text can come about."""
    ways = [way[: way.index(piece)] for way in text.alternatives if piece in way]
    return bool(ways) and all(any(each.kind in SETTLED for each in before) for before in ways)


def lacks(piece: Piece, characters: str) -> bool:
    """None of these characters is left in a piece, which was narrowed before."""
    found = NARROWED.match(piece.text)
    return found is not None and lacking(found["pattern"], found["by"], characters)


def lacking(pattern: str, by: str, characters: str) -> bool:
    """Where `re.sub(pattern, by, ...)` replaces all but some characters, none of these is left."""
    kept = ALL_BUT.fullmatch(pattern)
    return kept is not None and not any(each in kept[1] + by for each in characters)
