"""What somebody looked at in a linked project: all that what he found out can depend on."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from msgspec import Struct, field

from readiness.linking.indices import Key
from readiness.model import Fact
from readiness.model.summary import Summary


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


def digest_told(value: object) -> str:
    """A digest of what stands in a value, by its text."""
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
