"""Files and places in them."""

from enum import StrEnum
from hashlib import blake2b

from msgspec import Struct


class Scope(StrEnum):
    """What a file is for at run time; it decides which rules look at it and how hard."""

    SERVICE = "service"
    SCRIPT = "script"
    MIGRATION = "migration"
    TEST = "test"
    GENERATED = "generated"
    VENDORED = "vendored"


class SourceFile(Struct, frozen=True):
    """One file of the scanned tree.

    `path` is relative to the scanned root, with `/`; bytes that are not UTF-8 stand in it as `\\xNN`, so it is always
    valid text but may hold control characters: reporters clean it. `raw` is the name to open when it differs.
    """

    path: str
    language: str
    digest: str
    """That of `digest_of`; empty for a file of no known language, which is listed but not read."""
    scope: Scope
    size: int
    """Bytes."""
    raw: bytes | None = None
    tracked: bool | None = None
    """Git tracks it (then it is committed, or about to be); None where git was not asked."""


def digest_of(content: bytes) -> str:
    """Hexadecimal blake2b-128 of the content of a file."""
    return blake2b(content, digest_size=16).hexdigest()


class Span(Struct, frozen=True, order=True):
    """A place in a file. Lines and columns count from 1, columns in characters (not bytes); the end column is one past the last."""

    path: str
    line: int
    column: int = 1
    end_line: int = 0
    """0 where only the line is known."""
    end_column: int = 0
