"""What happens to a client's data on its way through one route in, kept by input out: checks, uses, validators."""

from __future__ import annotations

from typing import NamedTuple

from readiness.model import Span

USES = 12
"""Uses of one input that are kept."""
STRONG, PRESENT = 2, 1
"""A check of what a value is, and one of whether there is a value."""
CHECKED_SOURCES = ("body", "form", "query", "file", "header", "cookie")


class Tag(NamedTuple):
    """What part of a client's data a value holds."""

    kind: str
    """`request` (the request object), `whole` (all fields of one source), `text` (not parsed yet), `field`, `form` (an object made
    of the data that checks it when asked)."""
    source: str = ""
    field: str = ""
    """Of a field its name; of a form that of its class."""


Tags = frozenset[Tag]
NOTHING: Tags = frozenset()


class Use(NamedTuple):
    """One place that works with an input."""

    span: Span
    stored: bool
    """It gets into an object."""
    conditional: bool = False
    through: str = ""


class Filling(NamedTuple):
    """One place that fills an object from many fields of a client's data."""

    span: Span
    symbol: str
    """The function around it."""
    how: str
    """As code: `User(**data)`."""
    target: str
    """The class that is filled; empty where it is not known."""
    sure: bool
    """It is known to be stored."""
    listed: bool
    """The code names the fields that it takes."""


class Record:
    """What is known of one input."""

    __slots__ = ("compared", "level", "read", "uses")

    def __init__(self, read: Span) -> None:
        self.read = read
        self.level = 0
        """`STRONG`, `PRESENT`, or 0 for no check."""
        self.uses: list[Use] = []
        self.compared: Span | None = None
        """Where it is compared with a text, and another text is not refused."""


class Ledger:
    """The account of one route."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], Record] = {}
        self.validated: dict[str, tuple[str, Span]] = {}
        """Source, `*` for all of them -> what validates it, and where."""
        self.ignored = ""
        self.ignored_at: Span | None = None
        self.flaws: list[tuple[Span, str, str, str]] = []
        """Where, source, field, reason."""
        self.pending: dict[Tag, Use] = {}
        """Objects made of the data, of which it is not known whether they check it."""
        self.fillings: list[Filling] = []
        self.listed: set[str] = set()
        """Sources whose field names are looked up in a list of the code's own."""
        self.unknown = ""
        """A call that was given everything and could not be followed."""

    def read(self, tag: Tag, span: Span) -> Record:
        """The record of an input."""
        key = (tag.source, tag.field)
        if key not in self.records:
            self.records[key] = Record(span)
        return self.records[key]

    def check(self, tags: Tags, span: Span, level: int) -> None:
        """A test about fields."""
        for tag in tags:
            if tag.kind in ("field", "whole", "derived"):
                record = self.read(tag, span)
                record.level = max(record.level, level)

    def checked(self, tag: Tag) -> bool:
        """What a field is has been checked."""
        record = self.records.get((tag.source, tag.field))
        return record is not None and record.level >= STRONG

    def compare(self, tags: Tags, span: Span) -> None:
        """Fields are compared with a text."""
        for tag in tags:
            if tag.kind == "field":
                record = self.read(tag, span)
                record.compared = record.compared or span

    def use(self, tags: Tags, span: Span, *, stored: bool = False, through: str = "") -> None:
        """Data gets into something else."""
        for tag in tags:
            if tag.kind in ("field", "whole"):
                record = self.read(tag, span)
                if len(record.uses) < USES:
                    record.uses.append(Use(span, stored, through=through))

    def validate(self, tags: Tags, by: str, span: Span) -> None:
        """A schema sees data: all of it, or single fields."""
        for tag in tags:
            if tag.kind in ("whole", "text", "form") or (tag.kind == "field" and tag.field == "*"):
                self.validated.setdefault(tag.source or "*", (by, span))
                self.pending.pop(tag, None)
            elif tag.kind == "request":
                self.validated.setdefault("*", (by, span))
            elif tag.kind == "field":
                self.read(tag, span).level = STRONG

    def flaw(self, tags: Tags, span: Span, reason: str) -> None:
        """A bad value becomes an error of the server."""
        for tag in tags:
            if tag.kind in ("field", "whole", "text"):
                self.flaws.append((span, tag.source, tag.field, reason))
