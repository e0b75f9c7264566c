"""What a handler is declared to answer."""

from __future__ import annotations

from msgspec import Struct


class Response(Struct, frozen=True):
    """The declared answer of one handler."""

    written: str = ""
    """Its type, as it is written."""
    collection: bool | None = None
    """It is a list of things; None where that is not known."""
    status: int = 0
    """0 where none is declared."""
    data: bool = True
    """False for pages, files and redirects."""


NOTHING = Response()
