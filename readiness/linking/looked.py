"""What somebody looked at in a linked project: all that what he found out can depend on."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from msgspec import Struct, field

from readiness.linking.indices import Key
from readiness.model import Fact
from readiness.model.summary import Summary

ALL = "*"
"""Stands for every key of a table."""


class Looked(Struct):
    """What somebody looked at: all that his answers can depend on."""

    files: set[str] = field(default_factory=set)
    """Files that were opened, whether or not they are there."""
    asked: set[Key] = field(default_factory=set)
    """What was looked up in the indices of all files."""
    kinds: set[type[Fact]] = field(default_factory=set)
    """Kinds of the facts that were asked for."""
    matters: set[str] = field(default_factory=set)
    """Properties of the scan: `today`, `committed`, `evidence`, `touched`."""
    placed: set[tuple[type[Fact], str]] = field(default_factory=set)
    """Kinds of the facts that were asked for of one file, with its path."""
    handlers: set[str] = field(default_factory=set)
    """Functions of which was asked whether they answer a route."""
    entries: set[tuple[str, str]] = field(default_factory=set)
    """Entries of tables that were looked up: the name of the table with the key, or with `ALL`."""
    called: set[frozenset[str]] = field(default_factory=set)
    """Names of calls that were looked for in single files."""


class Opened(dict[str, "Summary | None"]):
    """The summaries that somebody asked for, by path; its keys say which."""

    def __init__(self, summaries: Mapping[str, Summary]) -> None:
        super().__init__()
        self._summaries = summaries

    def __missing__(self, path: str) -> Summary | None:
        """The summary of a file that was not asked for yet, None where it has none."""
        found = self[path] = self._summaries.get(path)
        return found


class Passed(Opened):
    """The same where the summaries are too many to hold on to: only the keys are kept."""

    def __getitem__(self, path: str) -> Summary | None:
        self[path] = None
        return self._summaries.get(path)


def opened_of(summaries: Mapping[str, Summary]) -> Opened:
    """Nothing was asked for yet; summaries that are no dict lie not all in memory."""
    return Opened(summaries) if isinstance(summaries, dict) else Passed(summaries)


def digest_told(value: object) -> str:
    """A digest of what stands in a value, by its text."""
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
