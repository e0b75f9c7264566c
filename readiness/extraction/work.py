"""One job in, its outcome out: the part of extraction that every process runs."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Struct

from readiness.languages import reader
from readiness.model.source import SourceFile, digest_of
from readiness.model.summary import Reading


class Job(Struct, frozen=True, kw_only=True):
    """One content to read."""

    key: str
    """Of its entry in the cache."""
    file: SourceFile


class Outcome(Struct, frozen=True, array_like=True):
    """What became of one job."""

    encoded: bytes = b""
    """The reading as it is stored; empty where there is none."""
    lasting: bool = True
    """It may enter the cache: the content was the one that was asked for."""
    problem: str = ""
    """Why there is no reading."""
    reading: Reading | None = None
    """What `encoded` says, where it was read in this process: it need not be decoded, and its equal parts are one object."""


_encoder = msgspec.msgpack.Encoder()


def carry_out(job: Job, open_bytes: Callable[[SourceFile], bytes], *, keep: bool = False) -> Outcome:
    """Open and read one file; with `keep` the outcome holds the reading itself as well."""
    try:
        content = open_bytes(job.file)
    except OSError as error:
        return Outcome(problem=error.strerror or type(error).__name__)
    reading = reader(job.file.language)(content)
    same = digest_of(content) == job.file.digest
    return Outcome(_encoder.encode(reading), same, "", reading if keep else None)
