"""Styled segments in, lines of terminal text out: widths, colours, characters that the encoding can carry.

Every text goes through `clean` here, so no part of a report can bring an escape sequence of its own.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from readiness.reporters.cleaning import clean


class Style(StrEnum):
    """How a segment looks; the value is its SGR parameter."""

    PLAIN = ""
    STRONG = "1"
    FAINT = "2"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"
    CYAN = "36"
    STRONG_RED = "1;31"
    STRONG_GREEN = "1;32"
    STRONG_YELLOW = "1;33"
    BADGE_RED = "1;7;31"
    BADGE_GREEN = "1;7;32"
    BADGE_YELLOW = "1;7;33"


class Segment(Struct, frozen=True):
    """A piece of a line."""

    text: str
    style: Style = Style.PLAIN


Line = tuple[Segment, ...]


class Glyphs(Struct, frozen=True):
    """The signs that are drawn, in one of two sets."""

    proven: str = "█"
    accepted: str = "▒"
    refuted: str = "▓"
    open: str = "░"
    satisfied: str = "✓"
    violated: str = "✗"
    not_evidenced: str = "○"
    not_applicable: str = "–"
    dot: str = "·"
    frame: str = "│"
    across: str = "─"
    more: str = "…"


UNICODE = Glyphs()
ASCII = Glyphs(
    proven="#",
    accepted="+",
    refuted="x",
    open=".",
    satisfied="+",
    violated="x",
    not_evidenced="o",
    not_applicable="-",
    dot="|",
    frame="|",
    across="-",
    more="~",
)
MAXIMUM_WIDTH = 120
MINIMUM_WIDTH = 40


class Terminal(Struct, frozen=True):
    """What the text is written for."""

    width: int = 100
    color: bool = False
    encoding: str = "utf-8"

    @property
    def columns(self) -> int:
        """The width that is used: lines of more than 120 columns are hard to read."""
        return min(max(self.width, MINIMUM_WIDTH), MAXIMUM_WIDTH)

    @property
    def glyphs(self) -> Glyphs:
        """Block characters where the encoding has them, ASCII signs elsewhere."""
        return (
            UNICODE
            if _carries(self.encoding, "".join(getattr(UNICODE, each) for each in Glyphs.__struct_fields__))
            else ASCII
        )


def width_of(text: str) -> int:
    """Columns that a cleaned text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _carries(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Painter:
    """Collects the lines of one text. All lengths are in columns."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.columns = terminal.columns
        self.glyphs = terminal.glyphs
        self.lines: list[str] = []

    def text(self) -> str:
        """What was collected, ending with a line feed."""
        return "".join(f"{line}\n" for line in self.lines)

    def blank(self) -> None:
        """An empty line, never two in a row and never the first."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def rule(self) -> None:
        """A line across, between two parts."""
        self.lines.append(self._painted((Segment(self.glyphs.across * self.columns, Style.FAINT),)))

    def line(self, *segments: Segment | str, indent: int = 0) -> None:
        """One line; what does not fit is cut and marked."""
        painted = self._painted(self.cut(segments, self.columns - indent))
        self.lines.append(" " * indent + painted if painted else "")

    def wrapped(
        self,
        text: str,
        *,
        indent: int = 0,
        style: Style = Style.PLAIN,
        limit: int = 0,
        first: Sequence[Segment | str] = (),
    ) -> None:
        """A paragraph in lines of the full width, of which at most `limit` are shown (0: all). `first` stands where the
        indent of the first line would be."""
        rows = self.rows(text, self.columns - indent, limit)
        for number, row in enumerate(rows or [""]):
            if number == 0 and first:
                head = self.fit(first, indent)
                self.lines.append(self._painted((*head, Segment(row, style))))
            else:
                self.line(Segment(row, style), indent=indent)

    def rows(self, text: str, width: int, limit: int = 0) -> list[str]:
        """A text in rows of at most `width` columns, broken at spaces, inside a word only where it is longer than a row."""
        rows: list[str] = []
        row = ""
        for word in self.sayable(text, 4000).split():
            while width_of(word) > width:
                if row:
                    rows.append(row)
                    row = ""
                head = _head(word, width)
                rows.append(head)
                word = word[len(head) :]
            if row and width_of(row) + 1 + width_of(word) > width:
                rows.append(row)
                row = word
            else:
                row = f"{row} {word}" if row else word
        if row:
            rows.append(row)
        if limit and len(rows) > limit:
            last = f"{rows[limit - 1]} {rows[limit]}"
            return [*rows[: limit - 1], self._shortened(last, width)]
        return rows

    def cut(self, segments: Iterable[Segment | str], width: int) -> Line:
        """The segments, cut to `width` columns; a cut is marked."""
        left = width
        kept: list[Segment] = []
        for segment in segments:
            each = Segment(segment) if isinstance(segment, str) else segment
            text = self.sayable(each.text)
            if width_of(text) <= left:
                kept.append(Segment(text, each.style))
                left -= width_of(text)
                continue
            if left > 0:
                kept.append(Segment(self._shortened(text, left), each.style))
            elif kept:
                # The text before ended exactly at the edge: its last sign becomes the mark of the cut.
                kept[-1] = Segment(self._shortened(f"{kept[-1].text}  ", width_of(kept[-1].text)), kept[-1].style)
            break
        return tuple(kept)

    def fit(self, segments: Iterable[Segment | str], width: int) -> Line:
        """The segments, cut or filled with spaces to exactly `width` columns."""
        kept = self.cut(segments, width)
        rest = width - sum(width_of(each.text) for each in kept)
        return (*kept, Segment(" " * rest)) if rest > 0 else kept

    def sayable(self, text: str, limit: int = 500) -> str:
        """The text cleaned, with escapes for what the encoding cannot carry."""
        safe = clean(text, limit)
        if safe.isascii():
            return safe
        if self.glyphs is not UNICODE:
            safe = safe.replace("…", self.glyphs.more).replace("–", "-").replace("·", self.glyphs.dot).replace("×", "x")
        if _carries(self.terminal.encoding, safe):
            return safe
        try:
            return safe.encode(self.terminal.encoding, "backslashreplace").decode(self.terminal.encoding)
        except LookupError:
            return safe.encode("ascii", "backslashreplace").decode("ascii")

    def _shortened(self, text: str, width: int) -> str:
        return _head(text, width - 1).rstrip() + self.glyphs.more if width > 0 else ""

    def _painted(self, segments: Line) -> str:
        texts = []
        for position, segment in enumerate(segments):
            last = position == len(segments) - 1
            text = segment.text.rstrip() if last and segment.style is Style.PLAIN else segment.text
            texts.append(f"\x1b[{segment.style}m{text}\x1b[0m" if self._colored(segment, text) else text)
        painted = "".join(texts)
        return painted if self.terminal.color else painted.rstrip()

    def _colored(self, segment: Segment, text: str) -> bool:
        return self.terminal.color and segment.style is not Style.PLAIN and bool(text.strip())


def _head(text: str, width: int) -> str:
    """As much of a text as takes at most `width` columns."""
    taken = 0
    for position, character in enumerate(text):
        taken += _columns(character)
        if taken > width:
            return text[:position]
    return text
